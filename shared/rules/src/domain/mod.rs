//! The complaint and everything that may happen to it.

pub mod approval;
pub mod capa;
pub mod chain;
pub mod command;
pub mod complaint;
pub mod decide;
pub mod device;
pub mod directory;
pub mod event;
pub mod evolve;
pub mod facts;
pub mod legacy;
pub mod message;
pub mod names;
pub mod refusal;
pub mod slip;
pub mod stage;
pub mod survey;
pub mod turn;
pub mod value;

#[cfg(test)]
mod tests;
