//! A complaint that nobody handed in: what `classify` and `deadlines` ask the rules about.

use std::collections::BTreeMap;

use kesu_rules::clock::{Clock, Moment, WorkCalendar};
use kesu_rules::domain::command::{Intake, Wish};
use kesu_rules::domain::complaint::Complaint;
use kesu_rules::domain::decide::decide;
use kesu_rules::domain::directory::Directory;
use kesu_rules::domain::facts::{Actor, Facts, NO_COUNTS};
use kesu_rules::domain::names::{ComplaintId, FieldKey, UserId};
use kesu_rules::procedure::Procedure;
use serde_json::Value;

use crate::failure::Failure;

/// The complaint that an intake of these words would become.
pub fn received(
    procedure: &Procedure,
    calendar: &WorkCalendar,
    received_at: Moment,
    mut fields: BTreeMap<FieldKey, Value>,
    text: &str,
) -> Result<Complaint, Failure> {
    let name = |key: &str| FieldKey::parse(key).ok_or_else(|| Failure::refused(format!("`{key}` is no field")));
    fields.insert(
        name("description")?,
        Value::from(if text.trim().is_empty() { "-" } else { text }),
    );
    fields.entry(name("customer_name")?).or_insert_with(|| Value::from("-"));
    let administrator = UserId::parse("nobody").ok_or_else(|| Failure::Fault("a name is no name".to_owned()))?;
    let directory = Directory::of(administrator);
    let header = &procedure.pack.procedure;
    let now = received_at.with_timezone(&header.zone).fixed_offset();
    let facts = Facts {
        now,
        procedure,
        calendar,
        directory: &directory,
        actor: &Actor::System,
        reason: None,
        salt: b"sample",
        serial: 1,
        reachable: false,
        counts: &NO_COUNTS,
        device: None,
    };
    let intake = Intake {
        id: ComplaintId::parse("sample"),
        channel: "web".to_owned(),
        fields,
        ..Intake::default()
    };
    let decision = decide(None, &facts, Wish::Receive(Box::new(intake))).map_err(kesu_app::Problem::from)?;
    Ok(decision.after)
}

/// The procedure's clock on a calendar.
pub fn clock<'a>(procedure: &'a Procedure, calendar: &'a WorkCalendar) -> Clock<'a> {
    let header = &procedure.pack.procedure;
    Clock {
        calendar,
        hours: &header.hours,
        zone: header.zone,
    }
}
