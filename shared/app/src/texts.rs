//! The words for people that come with Kesu, loaded once.

pub use kesu_rules::language::Language;
pub use kesu_rules::texts::Texts;
use std::sync::LazyLock;

static TEXTS: LazyLock<Texts> =
    LazyLock::new(|| Texts::builtin().expect("the shipped texts are read in the tests of kesu-rules"));

/// The shipped words: refusals, labels, page words.
pub fn texts() -> &'static Texts {
    &TEXTS
}
