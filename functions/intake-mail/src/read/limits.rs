//! How much is read of a message, and why so much.

/// The largest message that is read, in bytes (SES and most servers carry no more).
pub const LARGEST: usize = 25 * 1024 * 1024;

/// One header with its folded lines, in bytes: a `To` of a thousand addresses fits.
pub(super) const HEADER: usize = 64 * 1024;

/// All headers of one part, in bytes: long chains of `Received`, `ARC-*` and verdicts of filters stay below a tenth of it.
pub(super) const HEADERS: usize = 256 * 1024;

/// All headers of all parts, in bytes.
pub(super) const ALL_HEADERS: usize = 1024 * 1024;

/// Parts within parts; mail programs write five, a chain of forwarded messages ten.
pub(super) const DEPTH: usize = 20;

/// All parts; a letter with two hundred photos is still a letter.
pub(super) const PARTS: usize = 500;

/// The text of one message, in bytes: 350,000 Chinese characters. What is longer is kept as a file as well.
pub(super) const TEXT: usize = 1024 * 1024;

/// HTML that is looked into, in bytes; the rest is mostly pictures written into it.
pub(super) const HTML: usize = 3 * 1024 * 1024;

/// Forwarded messages that are themselves encoded (in base64): how many within each other are looked into.
pub(super) const ENCODED: usize = 3;

/// Letters of a subject.
pub(super) const SUBJECT: usize = 500;

/// Letters of a name of a person or of a file.
pub(super) const NAME: usize = 200;

/// Bytes of an address or a message id.
pub(super) const ID: usize = 998;

/// Recipients that are remembered.
pub(super) const RECIPIENTS: usize = 1000;

/// Messages that this one answers, of which are remembered.
pub(super) const ANSWERS: usize = 100;
