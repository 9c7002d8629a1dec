//! Forms that a case wants to be printable.

use super::Then;
use super::run::Play;
use super::seen::Seen;
use crate::domain::names::RuleId;
use crate::procedure::Procedure;
use crate::procedure::form::form;
use crate::procedure::model::FormRecord;

/// Says which of the forms that a case names cannot be printed.
pub(super) fn unprintable(play: &Play<'_>, then: &Then) -> Vec<String> {
    let Some(it) = &play.complaint else { return Vec::new() };
    let cannot = |rule: &RuleId| {
        let printed = form(play.procedure, rule.as_str(), it, None);
        printed
            .err()
            .map(|why| format!("form {rule} should be printable: {why}"))
    };
    then.forms.iter().filter_map(cannot).collect()
}

/// The forms that record a duty, or show the device it is about.
pub(super) fn duty_forms(
    wanted: &[RuleId],
    procedure: &Procedure,
    device: bool,
    seen: &mut Seen,
    wrong: &mut Vec<String>,
) {
    for rule in wanted {
        let form = procedure.pack.form.iter().find(|one| one.rule == *rule);
        let shows = match form.map(|form| form.record) {
            Some(FormRecord::Duty | FormRecord::Register) => true,
            Some(FormRecord::Device) => device,
            _ => false,
        };
        if shows {
            seen.each("form", &procedure.pack.form, |one| one.rule == *rule);
        } else {
            wrong.push(format!("form {rule} does not record this duty"));
        }
    }
}
