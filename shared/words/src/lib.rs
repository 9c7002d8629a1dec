//! Words and texts before any procedure: how a text is folded, and lists of words compiled so that they can be searched for,
//! or shown, without being read again. The rules use it at run time, their build script when the program is built.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod dotted;
pub mod grams;
mod lexicon;
mod marker;
mod pattern;
mod table;
pub mod text;
mod trie;
mod weights;

pub use dotted::dotted;
pub use lexicon::{Cue, Lexicon, Lists, Markers, Unit};
pub use marker::Marker;
pub use table::{Builder, Match, Owner, Table};
pub use weights::{Head, Heads, Row, Sums, Weights};
