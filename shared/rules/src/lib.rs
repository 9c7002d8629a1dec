//! The workflow rules of Kesu (客诉): what a complaint is, what may happen to it, when and why. Pure: no clock, no
//! environment, no files at run time, no network, nothing asynchronous.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

pub mod classify;
pub mod clock;
pub mod customers;
pub mod domain;
pub mod language;
pub mod ledger;
pub mod letters;
pub mod procedure;
pub mod rollup;
mod shipped;
pub mod simulate;
pub mod suggest;
pub mod texts;
