//! What the words of `lexicon/markers.toml` do to the cues around them.

use serde::{Deserialize, Serialize};

/// What a marker does to the cues around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Marker {
    /// "not" before.
    Negation,
    /// "not" behind.
    NegationAfter,
    /// Transparent to negation.
    Through,
    /// Contains a negation but denies nothing.
    NoNegation,
    /// "if".
    Hypothesis,
    /// Asking.
    Question,
    /// A reproach in the form of a question.
    Rhetorical,
    /// "people say".
    Hearsay,
    /// "joking".
    Joke,
    /// "I take it back".
    Withdrawal,
    /// Another firm.
    ThirdParty,
    /// Praise.
    Praise,
    /// Begins a new clause.
    Turn,
    /// Begins a new matter.
    Topic,
    /// Says nothing.
    Filler,
    /// The tone of a grievance.
    Grievance,
    /// A polite question.
    Polite,
}

impl Marker {
    /// Whether it colours the whole text rather than the words around it.
    pub fn is_tone(self) -> bool {
        matches!(self, Self::Filler | Self::Grievance | Self::Polite)
    }
}
