//! The words for people that come with Kesu, loaded once.

pub use kesu_rules::language::Language;
use kesu_rules::procedure::Procedure;
pub use kesu_rules::texts::Texts;
use std::sync::LazyLock;

static TEXTS: LazyLock<Texts> = LazyLock::new(Texts::builtin);

/// The shipped words: refusals, labels, page words.
pub fn texts() -> &'static Texts {
    &TEXTS
}

/// What a field is called under a procedure: its own title, or the record's.
pub fn field_title(procedure: &Procedure, key: &str, language: Language) -> String {
    titled(procedure, "field", key, language)
}

/// What a milestone is called under a procedure: its own title, or the contract's.
pub fn milestone_title(procedure: &Procedure, name: &str, language: Language) -> String {
    titled(procedure, "milestone", name, language)
}

fn titled(procedure: &Procedure, table: &str, code: &str, language: Language) -> String {
    let own = procedure.own_title(code).map(|title| title.get(language).to_owned());
    own.unwrap_or_else(|| texts().label(language, table, code))
}
