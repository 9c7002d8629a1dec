//! Class and department, as a person sets them.

use std::collections::BTreeMap;

use super::{Draft, Step, back_to_work};
use crate::classify::{Kind, Mode};
use crate::domain::decide::findings;
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
    // A procedure with service orders or further feedback has more lists of classes: those stand on axes of their own. A
    // class that stands in several lists is meant as what the complaint is now.
    let listed = |kind: Kind| -> Option<String> {
        let axis = match kind {
            Kind::Complaint => Some(procedure.main_axis()),
            Kind::Service => labels.service_axis.as_deref(),
            Kind::Information => labels.information_axis.as_deref(),
            Kind::Enquiry | Kind::Vague => None,
        };
        axis.filter(|axis| procedure.classes(axis).contains(&class))
            .map(str::to_owned)
    };
    let is = |kind: &Kind| draft.after.axes.get("kind").is_some_and(|code| code == kind.code());
    let present = Kind::ALL.iter().copied().find(is).unwrap_or(Kind::Complaint);
    let kind = if labels.enquiry == class {
        Kind::Enquiry
    } else {
        let lists = [present, Kind::Service, Kind::Information];
        let found = lists.into_iter().find(|kind| listed(*kind).is_some());
        found.unwrap_or(Kind::Complaint)
    };
    match kind {
        Kind::Enquiry | Kind::Vague => {}
        Kind::Service | Kind::Information => {
            axes.extend(listed(kind).map(|axis| (axis, class.clone())));
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
        let taken_away = value.is_empty() && !choices.is_empty();
        if !(taken_away || known(value) || (several && value.split('+').all(known))) {
            let refusal = Refusal::of("unknown_class")
                .about("class")
                .with("class", value.as_str());
            return Err(refusal.with("allowed", choices.join(", ")).into());
        }
    }
    let stood = |axis: &String| draft.after.axes.contains_key(axis);
    let takes_away = axes.iter().any(|(axis, value)| value.is_empty() && stood(axis));
    let overrules = class != draft.after.class && !draft.after.needs_review;
    if (overrules || takes_away) && draft.facts.reason.is_none() {
        return Err(Refusal::of("reason_needed").about("reason").into());
    }
    let set: BTreeMap<String, Option<String>> = axes
        .into_iter()
        .map(|(axis, value)| (axis, Some(value).filter(|value| !value.is_empty())))
        .collect();
    let answers = findings::answers(&draft.after, procedure);
    let mut spoken = draft.after.spoken.clone();
    spoken.extend(procedure.classifier.by_person(&set, &answers));
    let mut all = draft.after.axes.clone();
    for (axis, value) in set {
        match value {
            Some(value) => all.insert(axis, value),
            None => all.remove(&axis),
        };
    }
    all.insert("kind".to_owned(), kind.code().to_owned());
    let class = match kind {
        Kind::Complaint => classes.class_name(kind, &all),
        _ => class,
    };
    draft.push(Event::Classified {
        class,
        axes: all,
        because: Vec::new(),
        needs_review: false,
        confidence: None,
        spoken,
    });
    draft.reach(known::CLASSIFIED);
    if matches!(kind, Kind::Enquiry | Kind::Information) {
        draft.stage(Stage::NotAComplaint);
    } else if draft.after.stage == Stage::NotAComplaint {
        back_to_work(draft);
    }
    findings::route_along(draft);
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
