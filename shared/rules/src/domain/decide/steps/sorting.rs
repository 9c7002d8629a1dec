//! Class and department, as a person sets them.

use std::collections::BTreeMap;

use super::{Draft, Step, back_to_work};
use crate::classify::{Kind, Mode};
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
    let classes = &procedure.pack.classes;
    let labels = &classes.label;
    // A procedure with service orders or further feedback has more lists of classes: those stand on axes of their own.
    let listed = |axis: &Option<String>| {
        axis.as_deref()
            .filter(|axis| procedure.classes(axis).contains(&class))
            .map(str::to_owned)
    };
    let kind = if labels.enquiry == class {
        Kind::Enquiry
    } else if listed(&labels.service_axis).is_some() {
        Kind::Service
    } else if listed(&labels.information_axis).is_some() {
        Kind::Information
    } else {
        Kind::Complaint
    };
    match kind {
        Kind::Enquiry | Kind::Vague => {}
        Kind::Service | Kind::Information => {
            let axis = listed(&labels.service_axis).or_else(|| listed(&labels.information_axis));
            axes.extend(axis.map(|axis| (axis, class.clone())));
        }
        Kind::Complaint if labels.class.is_some() => axes.extend(classes.parts(&class)),
        Kind::Complaint => {
            axes.insert(procedure.main_axis().to_owned(), class.clone());
        }
    }
    for (axis, value) in &axes {
        let choices = procedure.classes(axis);
        let several = classes.axis.iter().any(|one| one.id == *axis && one.mode == Mode::All);
        let known = |one: &str| choices.iter().any(|choice| choice == one);
        if !(known(value) || (several && value.split('+').all(known))) {
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
    let class = match kind {
        Kind::Complaint => classes.class_name(kind, &all),
        _ => class,
    };
    let department = procedure.classifier.department(&all).as_deref().and_then(Desk::parse);
    draft.push(Event::Classified {
        class,
        axes: all,
        because: Vec::new(),
        needs_review: false,
        confidence: None,
    });
    draft.reach(known::CLASSIFIED);
    if matches!(kind, Kind::Enquiry | Kind::Information) {
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
