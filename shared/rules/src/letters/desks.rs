//! From a desk to the people who get its letters: holders, substitutes, the next rung, at last the administrator.

use crate::domain::facts::Facts;
use crate::domain::names::{Desk, UserId};

/// A person who gets a desk's letter.
pub(super) struct Reader {
    pub user: UserId,
    pub desk: Desk,
    pub no_holder: Option<Desk>,
}

/// The people who get what a desk must hear. A desk without holder passes to `beyond` (the next rung) and then to the
/// administrator, and the letter says so.
pub(super) fn readers(desk: &Desk, beyond: &[Desk], facts: &Facts<'_>) -> Vec<Reader> {
    let day = facts.now.date_naive();
    let desk = facts.procedure.pack.aliases.get(desk.as_str()).unwrap_or(desk);
    let held = |at: &Desk, no_holder: Option<&Desk>| -> Vec<Reader> {
        let holders = facts.directory.holders(at, day);
        holders
            .into_iter()
            .map(|user| Reader {
                user,
                desk: desk.clone(),
                no_holder: no_holder.cloned(),
            })
            .collect()
    };
    let own = held(desk, None);
    if !own.is_empty() {
        return own;
    }
    for next in beyond {
        let passed = held(next, Some(desk));
        if !passed.is_empty() {
            return passed;
        }
    }
    let user = facts.directory.administrator.clone();
    vec![Reader {
        user,
        desk: desk.clone(),
        no_holder: Some(desk.clone()),
    }]
}

/// Whether a person is among those who get what a desk must hear.
pub(crate) fn reaches(desk: &Desk, beyond: &[Desk], facts: &Facts<'_>, user: &UserId) -> bool {
    readers(desk, beyond, facts).iter().any(|reader| reader.user == *user)
}
