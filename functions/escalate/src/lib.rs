//! kesu-escalate
