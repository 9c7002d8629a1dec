//! kesu-rules
pub mod classify;
