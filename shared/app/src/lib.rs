//! The shell around the rules: storage, letters, settings, sign-in; everything that does input and output.
pub mod store;
