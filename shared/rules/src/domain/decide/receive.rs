//! A complaint comes in: it is numbered, classified and routed before anybody has looked at it.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use serde_json::Value as Json;

use super::Decision;
use super::draft::Draft;
use crate::classify::{Input, Kind, Spoken, Verdict};
use crate::domain::command::Intake;
use crate::domain::complaint::Complaint;
use crate::domain::device::Warranty;
use crate::domain::event::{Cue, Event};
use crate::domain::evolve::evolve;
use crate::domain::facts::Facts;
use crate::domain::message::{Alike, Claim};
use crate::domain::names::{Desk, FieldKey, key};
use crate::domain::refusal::{Refusal, Refused};
use crate::domain::stage::Stage;
use crate::procedure::numbering::number;

/// Clocks of other machines may be ahead of ours by this much before a date counts as lying in the future.
const SKEW: TimeDelta = TimeDelta::minutes(5);

pub(super) fn receive(facts: &Facts<'_>, intake: Intake) -> Result<Decision, Refused> {
    let mut wrong = Vec::new();
    let received_at = intake
        .received_at
        .unwrap_or(facts.now)
        .with_timezone(&facts.now.timezone());
    if received_at > facts.now + SKEW {
        wrong.push(
            Refusal::of("future_date")
                .about("received_at")
                .with("field", "received_at"),
        );
    }
    for field in [key::DESCRIPTION, "customer_name"] {
        let given = intake
            .fields
            .get(field)
            .and_then(Json::as_str)
            .is_some_and(|text| !text.trim().is_empty());
        if !given {
            wrong.push(Refusal::of("missing_field").about(field).with("field", field));
        }
    }
    if let Err(Refused(more)) = facts.may_fill(intake.fields.keys()) {
        wrong.extend(more);
    }
    let clock = facts.clock();
    let off_hours = !clock.is_working(received_at);
    let id = intake
        .id
        .ok_or_else(|| Refusal::of("missing_field").with("field", "id"))?;
    let pack = &facts.procedure.pack;
    let number = number(&pack.numbering, received_at.date_naive(), facts.serial)
        .ok_or_else(|| Refusal::of("no_rule").with("what", "numbering"))?;
    let event = Event::Received {
        id,
        number,
        procedure: pack.procedure.id.clone(),
        procedure_version: pack.procedure.version.clone(),
        at: received_at.min(facts.now),
        channel: intake.channel,
        by: intake.received_by,
        language: intake.language.unwrap_or(pack.procedure.language),
    };
    let begun = evolve(None, &event, facts.actor.user()).ok_or_else(|| Refusal::of("not_found"))?;
    let mut draft = Draft::of(&begun, facts);
    let mut fields = intake.fields;
    if off_hours {
        fields.entry(FieldKey::of("off_hours")).or_insert(Json::Bool(true));
    }
    if let Some(before) = &intake.predecessor {
        fields.insert(FieldKey::of("parent_case"), Json::from(before.as_str()));
    }
    from_the_register(facts, received_at.date_naive(), &mut fields);
    if let Err(Refused(more)) = draft.set(&fields) {
        wrong.extend(more);
    }
    if !wrong.is_empty() {
        return Err(Refused(wrong));
    }
    let text = fields.get(key::DESCRIPTION).and_then(Json::as_str).unwrap_or_default();
    let answers: BTreeMap<String, Json> = fields
        .iter()
        .map(|(key, value)| (key.to_string(), value.clone()))
        .chain([channel_answer(&draft.after)])
        .collect();
    let (verdict, spoken) = facts.procedure.classifier.classify_along(&Input {
        text,
        answers: &answers,
        off_hours,
    });
    classified(&mut draft, &verdict, spoken);
    for exemption in &facts.procedure.pack.exemption {
        if draft.after.fields.contains_key(&exemption.field) {
            super::allowed::act_for(facts, &exemption.by, &draft.after)?;
        }
    }
    match &intake.predecessor {
        Some(before) => draft.push(Event::Linked {
            to: before.clone(),
            kind: "predecessor".to_owned(),
        }),
        None => link_duplicates(&mut draft, &intake.duplicates),
    }
    if let Some(message) = intake.message {
        super::messages::note(&mut draft, *message)?;
    }
    for Claim { to, by } in intake.claims {
        draft.push(Event::Claimed { to, by });
    }
    super::counters::exceeded(&mut draft, None);
    let mut decision = draft.done();
    decision.events.insert(0, event);
    Ok(decision)
}

/// What the register knows of the device and the customer did not say.
fn from_the_register(facts: &Facts<'_>, received: NaiveDate, fields: &mut BTreeMap<FieldKey, Json>) {
    let Some(device) = facts.device else { return };
    let date = |key: &'static str| device.date(key).map(|date| (key, date.to_string()));
    let warranty = Some(device.warranty(received)).filter(|state| *state != Warranty::Unknown);
    let known = [
        date("acceptance_date"),
        date("purchase_date"),
        warranty.map(|state| ("warranty_state", state.code().to_owned())),
    ];
    for (key, value) in known.into_iter().flatten() {
        let said = fields
            .get(key)
            .is_some_and(|said| !said.is_null() && said.as_str() != Some(""));
        if !said {
            fields.insert(FieldKey::of(key), Json::from(value));
        }
    }
}

/// How a complaint came in is known without being asked; a rule may look at it as at any answer.
pub(super) fn channel_answer(complaint: &Complaint) -> (String, Json) {
    ("channel".to_owned(), Json::from(complaint.channel.as_str()))
}

pub(super) fn link_duplicates(draft: &mut Draft<'_>, duplicates: &[Alike]) {
    for Alike { to, same } in duplicates {
        let kind = if *same { "duplicate" } else { "possible_duplicate" };
        draft.push(Event::Linked {
            to: to.clone(),
            kind: kind.to_owned(),
        });
    }
}

/// What the classifier found, as an event.
pub(super) fn opinion(verdict: &Verdict, spoken: BTreeMap<String, Spoken>) -> Event {
    let because = verdict
        .because
        .iter()
        .map(|one| Cue {
            rule: one.rule.clone(),
            cue: one.cue.clone(),
            start: one.start,
            end: one.end,
        })
        .collect();
    Event::Classified {
        class: verdict.class.clone(),
        axes: verdict.axes.clone(),
        because,
        needs_review: verdict.needs_review,
        confidence: Some(verdict.confidence),
        spoken,
    }
}

/// What the classifier found, and where it leads.
pub(super) fn classified(draft: &mut Draft<'_>, verdict: &Verdict, spoken: BTreeMap<String, Spoken>) {
    draft.push(opinion(verdict, spoken));
    if let Some(department) = verdict.department.as_deref().and_then(Desk::parse) {
        draft.push(Event::Routed {
            department,
            person: None,
        });
    }
    if matches!(verdict.kind, Kind::Enquiry | Kind::Information) {
        draft.stage(Stage::NotAComplaint);
    }
}
