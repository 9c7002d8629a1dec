//! The API: one file for each thing it speaks of.

pub mod attachments;
pub mod batch;
pub mod book;
pub mod calendar;
pub mod changes;
pub mod commands;
pub mod complaints;
pub mod detail;
pub mod devices;
pub mod directory;
pub mod due;
pub mod duties;
pub mod imports;
pub mod intake;
pub mod journal;
pub mod papers;
pub mod procedures;
pub mod quarantine;
pub mod rows;
pub mod session;
pub mod simulate;
pub mod slips;
pub mod told;
pub mod users;
pub mod views;
