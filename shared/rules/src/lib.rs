//! kesu-rules
