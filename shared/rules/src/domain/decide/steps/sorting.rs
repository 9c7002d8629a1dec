//! Class and department, as a person sets them.

use std::collections::BTreeMap;

use super::{Draft, Step, back_to_work};
use crate::classify::Kind;
use crate::domain::event::Event;
use crate::domain::names::{Desk, UserId, known};
use crate::domain::refusal::Refusal;
use crate::domain::stage::Stage;

pub(in crate::domain::decide) fn classify(
    draft: &mut Draft<'_>,
    class: String,
    mut axes: BTreeMap<String, String>,
) -> Step {
    let procedure = draft.facts.procedure;
    let labels = &procedure.pack.classes.label;
    let enquiry = labels.enquiry == class;
    // A procedure with service orders has a second list of classes: those stand on the service axis.
    let service = labels
        .service_axis
        .as_deref()
        .filter(|axis| procedure.classes(axis).contains(&class));
    let kind = if enquiry {
        Kind::Enquiry
    } else if service.is_some() {
        Kind::Service
    } else {
        Kind::Complaint
    };
    if !enquiry {
        axes.insert(service.unwrap_or(procedure.main_axis()).to_owned(), class.clone());
    }
    for (axis, value) in &axes {
        let choices = procedure.classes(axis);
        if !choices.contains(value) {
            let refusal = Refusal::of("unknown_class")
                .about("class")
                .with("class", value.as_str());
            return Err(refusal.with("allowed", choices.join(", ")).into());
        }
    }
    axes.insert("kind".to_owned(), kind.code().to_owned());
    let overrules = class != draft.after.class && !draft.after.needs_review;
    if overrules && draft.facts.reason.is_none() {
        return Err(Refusal::of("reason_needed").about("reason").into());
    }
    let mut all = draft.after.axes.clone();
    all.extend(axes);
    let department = procedure.classifier.department(&all).as_deref().and_then(Desk::parse);
    draft.push(Event::Classified {
        class,
        axes: all,
        because: Vec::new(),
        needs_review: false,
        confidence: None,
    });
    draft.reach(known::CLASSIFIED);
    if enquiry {
        draft.stage(Stage::NotAComplaint);
    } else if draft.after.stage == Stage::NotAComplaint {
        back_to_work(draft);
    }
    // As long as nobody has routed it by hand, the department follows the class.
    if let Some(department) = department
        && !draft.after.ever(known::ROUTED)
        && draft.after.department.as_ref() != Some(&department)
    {
        draft.push(Event::Routed {
            department,
            person: None,
        });
    }
    Ok(())
}

pub(in crate::domain::decide) fn route(draft: &mut Draft<'_>, department: Desk, person: Option<UserId>) -> Step {
    let procedure = draft.facts.procedure;
    let department = procedure
        .pack
        .aliases
        .get(department.as_str())
        .cloned()
        .unwrap_or(department);
    let known_desk = procedure.desks().contains(&department) || draft.facts.directory.desks.contains_key(&department);
    if !known_desk {
        let desks: Vec<String> = procedure.desks().iter().map(ToString::to_string).collect();
        let refusal = Refusal::of("unknown_department")
            .about("department")
            .with("department", department.as_str());
        return Err(refusal.with("allowed", desks.join(", ")).into());
    }
    draft.push(Event::Routed { department, person });
    draft.reach(known::ROUTED);
    Ok(())
}
