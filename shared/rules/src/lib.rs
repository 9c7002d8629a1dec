//! kesu-rules
pub mod language;
pub mod texts;
