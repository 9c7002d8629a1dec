//! Values: one cell into one value, and what is doubtful about it.

pub mod dates;
pub mod numbers;
pub mod scan;
pub mod states;
pub mod texts;

use crate::code::Code;

/// What a cell gave.
#[derive(Clone, Debug, PartialEq)]
pub enum Got<T> {
    /// Nothing: it is blank.
    Nothing,
    /// A value.
    Sure(T),
    /// A value, and a doubt to be told; the value holds everything that the cell held.
    Doubted(T, Code),
    /// A value, and a doubt to be told; the cell held more, so its text is kept beside.
    Part(T, Code),
    /// No value; the cell's text is kept.
    Lost(Code),
}

impl<T> Got<T> {
    /// The same with its value changed.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Got<U> {
        match self {
            Got::Nothing => Got::Nothing,
            Got::Sure(value) => Got::Sure(change(value)),
            Got::Doubted(value, code) => Got::Doubted(change(value), code),
            Got::Part(value, code) => Got::Part(change(value), code),
            Got::Lost(code) => Got::Lost(code),
        }
    }
}
