//! Old complaints (旧台账): taken over from a register as it left them, mended when the register is, set going by a person.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::Decision;
use super::close::keep_until;
use super::draft::Draft;
use super::receive::{channel_answer, link_duplicates, opinion};
use crate::classify::{Input, Kind};
use crate::clock::Moment;
use crate::domain::command::Intake;
use crate::domain::complaint::Complaint;
use crate::domain::event::Event;
use crate::domain::evolve::evolve;
use crate::domain::facts::Facts;
use crate::domain::legacy::{IMPORTED, Legacy, Mend, Standing};
use crate::domain::names::{Desk, FieldKey, Milestone, key, known};
use crate::domain::refusal::{Refusal, Refused};
use crate::domain::stage::Stage;

/// Takes a complaint over as its register has it: its number, dates, class and standing. Nothing is asked of it that a new
/// complaint must have, nobody is written to, and no clock runs.
pub(super) fn take_over(facts: &Facts<'_>, intake: Intake, legacy: Legacy) -> Result<Decision, Refused> {
    let received_at = local(facts, intake.received_at.unwrap_or(facts.now));
    let id = intake
        .id
        .ok_or_else(|| Refusal::of("missing_field").with("field", "id"))?;
    let header = &facts.procedure.pack.procedure;
    let event = Event::Received {
        id,
        number: legacy.number.clone(),
        procedure: header.id.clone(),
        procedure_version: header.version.clone(),
        at: received_at,
        channel: intake.channel,
        by: intake.received_by,
        language: intake.language.unwrap_or(header.language),
    };
    let begun = evolve(None, &event, facts.actor.user()).ok_or_else(|| Refusal::of("not_found"))?;
    let mut draft = Draft::of(&begun, facts);
    draft.push(Event::Imported {
        origin: legacy.origin.clone(),
        received_at: None,
    });
    draft.set(&intake.fields)?;
    noted(&mut draft, &legacy.notes);
    classified(&mut draft, &intake.fields, &legacy);
    standing(&mut draft, &legacy);
    link_duplicates(&mut draft, &intake.duplicates);
    let mut decision = draft.done();
    decision.events.insert(0, event);
    Ok(decision)
}

/// Changes what the mended row says otherwise, but nothing that people have set since.
pub(super) fn mend(complaint: &Complaint, facts: &Facts<'_>, mend: Mend) -> Result<Decision, Refused> {
    if complaint.imported.is_none() {
        return Err(Refusal::of("not_imported").into());
    }
    let mut draft = Draft::of(complaint, facts);
    let received_at = Some(local(facts, mend.received_at)).filter(|at| *at != complaint.received_at && !mend.touched);
    draft.push(Event::Imported {
        origin: mend.legacy.origin.clone(),
        received_at,
    });
    let mut fields = mend.fields;
    fields.retain(|key, _| !mend.kept.contains(key));
    draft.set(&fields)?;
    if !mend.touched {
        if let Some(named) = own_class(facts, &mend.legacy).filter(|class| *class != draft.after.class) {
            by_the_register(&mut draft, named);
        }
        department(&mut draft, mend.legacy.department.clone());
        if !complaint.stage.ended() {
            standing(&mut draft, &mend.legacy);
        }
    }
    Ok(draft.done())
}

/// Sets the clocks of an open complaint going. What is closed stays at rest.
pub(super) fn activate(complaint: &Complaint, facts: &Facts<'_>) -> Decision {
    let mut draft = Draft::of(complaint, facts);
    if complaint.dormant() && !complaint.stage.ended() {
        let at = draft.now();
        draft.push(Event::Activated { at });
        super::counters::exceeded(&mut draft, Some(complaint));
    }
    draft.done()
}

fn noted(draft: &mut Draft<'_>, notes: &[String]) {
    for note in notes {
        let text = draft.words(note);
        draft.push(Event::Noted { text });
    }
}

/// A moment in the procedure's zone, never in the future: a register's slip of the pen must not be before its time.
fn local(facts: &Facts<'_>, at: Moment) -> Moment {
    at.min(facts.now)
        .with_timezone(&facts.procedure.pack.procedure.zone)
        .fixed_offset()
}

/// The register's class stands where the procedure has it; what the classifier thinks is noted before it.
fn classified(draft: &mut Draft<'_>, fields: &BTreeMap<FieldKey, Json>, legacy: &Legacy) {
    let facts = draft.facts;
    let text = fields.get(key::DESCRIPTION).and_then(Json::as_str).unwrap_or_default();
    let answers: BTreeMap<String, Json> = fields
        .iter()
        .map(|(key, value)| (key.to_string(), value.clone()))
        .chain([channel_answer(&draft.after)])
        .collect();
    let (verdict, spoken) = facts.procedure.classifier.classify_along(&Input {
        text,
        answers: &answers,
        off_hours: false,
    });
    let own = own_class(facts, legacy);
    // Nobody goes through ten years of closed complaints; a doubt is worth a look only where something can still be done.
    let open = legacy.standing != Standing::Closed;
    let doubted = open && (verdict.needs_review || own.as_ref().is_some_and(|own| *own != verdict.class));
    let mut event = opinion(&verdict, spoken);
    if let Event::Classified { needs_review, .. } = &mut event {
        *needs_review = doubted;
    }
    draft.push(event);
    if let Some(own) = own {
        by_the_register(draft, own);
    }
    department(draft, legacy.department.clone());
    if draft.after.department.is_none() {
        department(draft, verdict.department.as_deref().and_then(Desk::parse));
    }
}

/// The first of the register's words that is a class of the procedure.
fn own_class(facts: &Facts<'_>, legacy: &Legacy) -> Option<String> {
    let procedure = facts.procedure;
    let classes = &procedure.pack.classes;
    let listed = |axis: &str, class: &str| procedure.classes(axis).iter().any(|one| one == class);
    legacy.classes.iter().find_map(|word| {
        if classes.label.class.is_none() {
            return listed(procedure.main_axis(), word).then(|| word.clone());
        }
        let named = procedure.classifier.class_named(word)?;
        let parts = classes.parts(&named);
        let known = !parts.is_empty() && parts.iter().all(|(axis, class)| listed(axis, class));
        known.then_some(named)
    })
}

fn by_the_register(draft: &mut Draft<'_>, class: String) {
    let procedure = draft.facts.procedure;
    let classes = &procedure.pack.classes;
    let mut axes = draft.after.axes.clone();
    if classes.label.class.is_some() {
        axes.extend(classes.parts(&class));
    } else {
        axes.insert(procedure.main_axis().to_owned(), class.clone());
    }
    axes.insert("kind".to_owned(), Kind::Complaint.code().to_owned());
    let (needs_review, spoken) = (draft.after.needs_review, draft.after.spoken.clone());
    draft.push(Event::Classified {
        class,
        axes,
        because: Vec::new(),
        needs_review,
        confidence: None,
        spoken,
    });
}

/// A department that the procedure or the directory knows; others stay among the fields.
fn department(draft: &mut Draft<'_>, named: Option<Desk>) {
    let facts = draft.facts;
    let Some(named) = named else { return };
    let desk = facts
        .procedure
        .pack
        .aliases
        .get(named.as_str())
        .cloned()
        .unwrap_or(named);
    let known = facts.procedure.desks().contains(&desk) || facts.directory.desks.contains_key(&desk);
    if known && draft.after.department.as_ref() != Some(&desk) {
        draft.push(Event::Routed {
            department: desk,
            person: None,
        });
    }
}

/// What was reached by the register's dates, in their order, and where it stands now.
fn standing(draft: &mut Draft<'_>, legacy: &Legacy) {
    let facts = draft.facts;
    let floor = draft.after.received_at;
    let mut reached: Vec<(Milestone, Moment)> = legacy
        .reached
        .iter()
        .map(|(name, at)| (name.clone(), local(facts, *at).max(floor)))
        .collect();
    reached.sort_by_key(|(_, at)| *at);
    let last = reached.last().map_or(floor, |(_, at)| *at);
    let mut closed_at = None;
    for (name, at) in reached {
        if name == *known::CLOSED {
            closed_at = Some(at);
        } else if !draft.after.ever(name.as_str()) {
            draft.push(reach(name, at));
        }
    }
    match legacy.standing {
        Standing::Open => {}
        Standing::InProgress => draft.stage(Stage::Open),
        Standing::Closed => {
            // Nothing can come after the end: a date beyond it is the end's.
            let at = closed_at.map_or(last, |at| at.max(last));
            draft.push(reach(Milestone::of(known::CLOSED), at));
            draft.stage(Stage::Closed {
                at,
                reason: IMPORTED.to_owned(),
            });
            keep_until(draft);
        }
    }
}

fn reach(name: Milestone, at: Moment) -> Event {
    Event::Reached {
        name,
        at,
        note: None,
        slip: None,
    }
}
