//! Stories and contracts, told from outside: a real program, real mails, a real database, on a clock that is moved.

mod bad_input;
mod commands;
mod corpora;
mod crash;
mod duties;
mod exports;
mod guide;
mod hostile;
mod import;
mod ledgers;
mod limits;
mod links;
mod load;
mod mail;
mod p10;
mod p19;
mod p20;
mod packs;
mod papers;
mod post;
mod rollup;
mod simulate;
mod tidy;
mod uploads;
mod wiring;
mod world;
