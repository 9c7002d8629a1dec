//! Too many complaints of one kind in a window: noticed when a complaint begins to count.

use super::draft::Draft;
use crate::domain::complaint::Complaint;
use crate::domain::event::Event;
use crate::procedure::counting::counted;

/// Tells of every counter that this complaint makes too many in. A place where it counted before is not told of again.
pub(super) fn exceeded(draft: &mut Draft<'_>, before: Option<&Complaint>) {
    let procedure = draft.facts.procedure;
    if procedure.pack.counter.is_empty() {
        return;
    }
    let had = before.map(|before| counted(procedure, before)).unwrap_or_default();
    for place in counted(procedure, &draft.after) {
        let known = had.iter().any(|one| one.key() == place.key())
            || draft.after.excesses.iter().any(|one| one.place() == place.key());
        let most = procedure.pack.counter.iter().find(|rule| rule.rule == place.rule);
        let (Some(most), false) = (most.map(|rule| rule.more_than), known) else {
            continue;
        };
        let count = draft
            .facts
            .counts
            .get(&place.rule)
            .copied()
            .unwrap_or(0)
            .saturating_add(1);
        if count > most {
            draft.push(Event::CounterExceeded {
                rule: place.rule,
                period: place.period,
                values: place.values,
                count,
            });
        }
    }
}
