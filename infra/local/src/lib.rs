//! kesu
