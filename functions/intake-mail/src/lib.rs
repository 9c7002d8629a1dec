//! Mail that comes in: a complaint, an addition to one, or something that a person must look at. Nothing is lost.

pub mod read;
