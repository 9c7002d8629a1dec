//! kesu-bench
