//! kesu-tests
