//! kesu-notify
