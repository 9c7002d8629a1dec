//! What the measuring programs share: the table they print, the application they measure, the units an item costs.
//!
//! Each program of `src/bin` measures one thing against a baseline in the same run and prints ratios. None of them is a
//! test: a machine that is busy must not make a build fail.
// Futures that play whole lives through the store nest deeply.
#![recursion_limit = "256"]

pub mod alternate;
pub mod bill;
pub mod copies;
pub mod desk;
pub mod office;
pub mod price;
pub mod register;
pub mod runtime;
pub mod table;
pub mod year;

pub use table::Table;
