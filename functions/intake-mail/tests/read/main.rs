//! The reader of raw mail: samples with what must be found in them, machines, hostile mails, public corpora, mutations.

mod corpora;
mod hostile;
mod machines;
mod mutated;
mod samples;
mod support;
