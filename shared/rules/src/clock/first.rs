//! Which limit is named first, before anything else is known than what came in.

use crate::classify::Kind;
use crate::domain::names::known;
use crate::procedure::Procedure;
use crate::procedure::condition::Situation;
use crate::procedure::model::DeadlineRule;

/// The first numeric limit that starts at receipt (or is announced there), in the procedure's order; else the first rule
/// that must be met at once; nothing for what is no complaint.
pub fn first<'a>(procedure: &'a Procedure, of: &dyn Situation) -> Option<&'a DeadlineRule> {
    let kind = of.axis("kind");
    if [Kind::Enquiry, Kind::Information]
        .map(|one| Some(one.code()))
        .contains(&kind)
    {
        return None;
    }
    let starts = |rule: &&DeadlineRule| {
        let from_receipt = [&rule.from, &rule.from_else]
            .into_iter()
            .flatten()
            .any(|name| *name == *known::RECEIVED);
        (from_receipt || rule.announced) && rule.when.holds(of)
    };
    let rules = &procedure.pack.deadline;
    // A date that the customer sets is a limit too, once the procedure says that it is to be named.
    let set = |rule: &DeadlineRule| rule.announced && rule.date_field.is_some();
    let numeric = |rule: &&DeadlineRule| (rule.within.is_some() || set(rule)) && !rule.at_once;
    let first = rules.iter().filter(starts).find(numeric);
    first.or_else(|| rules.iter().filter(starts).find(|rule| rule.at_once))
}
