//! kesu-rules
pub mod clock;
