//! kesu-app
