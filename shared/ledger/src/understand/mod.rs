//! Rows into records: where the table is, what its columns mean, what its values say.
