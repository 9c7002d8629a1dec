//! kesu-admin
