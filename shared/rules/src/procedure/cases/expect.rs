//! Compares what a case expects with what came of it, in sentences.

use super::run::Play;
use super::said::{local, moment};
use super::{Post, Then};
use crate::clock::deadline::{Deadline, deadlines};
use crate::clock::first::first;
use crate::clock::{Clock, Moment};
use crate::domain::complaint::Complaint;
use crate::domain::decide::{Allowed, allowed};
use crate::domain::stage::Stage;
use crate::letters::{Letter, To};
use crate::procedure::condition::Situation;
use crate::procedure::model::SlipKind;

/// Everything that is not as expected.
pub(super) fn compare(play: &Play<'_>, then: &Then) -> Vec<String> {
    let Some(it) = &play.complaint else {
        return vec!["there is no complaint".to_owned()];
    };
    let mut wrong = Vec::new();
    let mut same = |what: &str, wanted: Option<&str>, found: &str| {
        if let Some(wanted) = wanted.filter(|wanted| *wanted != found) {
            wrong.push(format!("{what} should be `{wanted}`, it is `{found}`"));
        }
    };
    same("the class", then.class.as_deref(), &it.class);
    let department = it.department.as_ref().map_or("", |desk| desk.as_str());
    same("the department", then.department.as_deref(), department);
    same("the stage", then.stage.as_deref(), it.stage.name());
    let closed = match &it.stage {
        Stage::Closed { reason, .. } | Stage::Archived { reason, .. } => reason.as_str(),
        _ => "",
    };
    same("the closing reason", then.closed.as_deref(), closed);
    same("the number", then.number.as_deref(), it.number.as_str());
    let round = then.round.map(|round| round.to_string());
    same("the round", round.as_deref(), &it.round.to_string());
    for (axis, wanted) in &then.axes {
        same(&format!("axis `{axis}`"), Some(wanted), it.axis(axis).unwrap_or("open"));
    }
    for (key, wanted) in &then.fields {
        let found = it.field(key).map_or_else(|| "empty".to_owned(), |value| value.plain());
        same(&format!("field `{key}`"), Some(wanted), &found);
    }
    let capa = it.capa.last().map_or("none", |one| one.stage.name());
    same("the corrective action", then.capa.as_deref(), capa);
    let survey = match &it.survey {
        None => "none",
        Some(survey) => survey.answer.as_ref().map_or("asked", |one| one.handling.name()),
    };
    same("the survey", then.survey.as_deref(), survey);
    let first = first(play.procedure, it).map_or("none", |rule| rule.rule.as_str());
    same("the limit named first", then.first.as_deref(), first);
    let successor = then.successor.map(|owed| owed.to_string());
    same(
        "owing a successor",
        successor.as_deref(),
        &it.successor_owed.is_some().to_string(),
    );
    for name in then.milestones.iter().filter(|name| !it.ever(name)) {
        wrong.push(format!("`{name}` should have been reached"));
    }
    for name in then.not_milestones.iter().filter(|name| it.ever(name)) {
        wrong.push(format!("`{name}` should not have been reached"));
    }
    if let Some(wanted) = &then.approvals {
        let open = it.approvals.iter().filter(|one| one.decision.is_none());
        let open: Vec<String> = open.map(|one| one.rule.to_string()).collect();
        if open != *wanted {
            wrong.push(format!(
                "open requests for approval should be {wanted:?}, they are {open:?}"
            ));
        }
    }
    wrong.extend(compare_slips(it, then));
    wrong.extend(compare_deadlines(play, then));
    wrong.extend(compare_letters(play, then));
    wrong.extend(super::print::unprintable(play, then));
    wrong.extend(compare_allowed(play, then));
    wrong
}

fn compare_slips(it: &Complaint, then: &Then) -> Vec<String> {
    let Some(wanted) = &then.slips else {
        return Vec::new();
    };
    let show = |kind: SlipKind, stage: &str| format!("{} {stage}", kind.name());
    let list: Vec<String> = wanted.iter().map(|one| show(one.kind, &one.stage)).collect();
    let found: Vec<String> = it.slips.iter().map(|one| show(one.kind, one.stage.name())).collect();
    if list != found {
        return vec![format!("the slips should be {list:?}, they are {found:?}")];
    }
    let mut wrong = Vec::new();
    for (seen, slip) in wanted.iter().zip(&it.slips) {
        for (key, plain) in &seen.fields {
            let value = slip.fields.get(key.as_str());
            let value = value.map_or_else(|| "empty".to_owned(), |value| value.plain());
            if value != *plain {
                let slip = slip.kind.name();
                wrong.push(format!(
                    "field `{key}` of the {slip} should be `{plain}`, it is `{value}`"
                ));
            }
        }
    }
    wrong
}

fn compare_deadlines(play: &Play<'_>, then: &Then) -> Vec<String> {
    let head = &play.procedure.pack.procedure;
    let clock = Clock {
        calendar: play.calendar,
        hours: &head.hours,
        zone: head.zone,
    };
    let all = match &play.complaint {
        Some(it) => deadlines(it, play.procedure, &clock, play.now),
        None => Vec::new(),
    };
    let find = |rule: &str| all.iter().find(|one| one.rule == *rule);
    let mut wrong = Vec::new();
    for (rule, wanted) in &then.deadlines {
        match (wanted.as_str(), find(rule)) {
            ("none", None) => {}
            ("none", Some(found)) => wrong.push(format!(
                "{rule} should not be there, it is due at {}",
                local(head.zone, found.due_at)
            )),
            (_, None) => wrong.push(format!("{rule} should be due at {wanted}, it is not there")),
            (text, Some(found)) => match moment(head.zone, text) {
                Ok(at) if at == found.due_at => {}
                Ok(_) => wrong.push(format!(
                    "{rule} should be due at {wanted}, it is due at {}",
                    local(head.zone, found.due_at)
                )),
                Err(text) => wrong.push(text),
            },
        }
    }
    let mut each = |rules: &[String], what: &str, holds: fn(&Deadline) -> bool| {
        for rule in rules.iter().filter(|rule| !find(rule).is_some_and(holds)) {
            wrong.push(format!("{rule} should be {what}"));
        }
    };
    each(&then.done, "met", |one| one.done_at.is_some());
    each(&then.running, "running", |one| one.runs());
    each(&then.late, "late", |one| one.late);
    wrong
}

fn compare_letters(play: &Play<'_>, then: &Then) -> Vec<String> {
    let zone = play.procedure.pack.procedure.zone;
    let hit = |post: &Post| -> bool {
        let at = post.at.as_ref().and_then(|text| moment(zone, text).ok());
        play.letters.iter().any(|(owed, letter)| fits(post, at, *owed, letter))
    };
    let seen = || -> Vec<String> {
        play.letters
            .iter()
            .map(|(at, one)| {
                format!(
                    "{} {} → {} {:?}",
                    at.format("%m-%d %H:%M"),
                    one.template,
                    reader(one),
                    one.rule
                )
            })
            .collect()
    };
    let mut wrong = Vec::new();
    for post in then.letters.iter().filter(|post| !hit(post)) {
        wrong.push(format!("{post:?} should have been owed; there were {:#?}", seen()));
    }
    for post in then.no_letters.iter().filter(|post| hit(post)) {
        wrong.push(format!("{post:?} should not have been owed"));
    }
    for (template, wanted) in &then.letter_count {
        let found = play.letters.iter().filter(|(_, one)| one.template == *template).count();
        if found != *wanted {
            wrong.push(format!(
                "there should be {wanted} letters `{template}`, there are {found}: {:#?}",
                seen()
            ));
        }
    }
    wrong
}

fn reader(letter: &Letter) -> String {
    match (&letter.to, &letter.desk) {
        (To::Customer, _) => "customer".to_owned(),
        (To::Staff(_), Some(desk)) => desk.to_string(),
        (To::Staff(user), None) => user.to_string(),
    }
}

fn fits(post: &Post, at: Option<Moment>, owed: Moment, letter: &Letter) -> bool {
    let plain = |wanted: &Option<String>, found: Option<&str>| match wanted {
        Some(wanted) => found == Some(wanted.as_str()),
        None => true,
    };
    let user = match &letter.to {
        To::Staff(user) => user.as_str(),
        To::Customer => "customer",
    };
    let to = post
        .to
        .as_ref()
        .is_none_or(|wanted| *wanted == reader(letter) || wanted == user);
    let listed = |rule: &String, rung: &Option<String>| {
        letter
            .items
            .iter()
            .any(|item| item.rule == **rule && rung.as_ref().is_none_or(|rung| *rung == item.rung))
    };
    let rule = post.rule.as_ref().is_none_or(|rule| {
        let itself = letter.rule.as_ref().is_some_and(|own| *own == **rule);
        listed(rule, &post.rung) || (itself && plain(&post.rung, letter.rung.as_deref()))
    });
    to && rule
        && at.is_none_or(|at| at == owed)
        && plain(&post.template, Some(&letter.template))
        && plain(&post.code, letter.code.as_deref())
        && plain(&post.no_holder, letter.no_holder.as_ref().map(|desk| desk.as_str()))
}

fn compare_allowed(play: &Play<'_>, then: &Then) -> Vec<String> {
    let Some(it) = &play.complaint else {
        return Vec::new();
    };
    let actor = play.administrator();
    let list = allowed(it, &play.facts(&actor, None, 0));
    let may = |name: &String| list.iter().any(|one: &Allowed| one.kind == name);
    let mut wrong = Vec::new();
    for name in then.allowed.iter().filter(|name| !may(name)) {
        wrong.push(format!("`{name}` should be allowed"));
    }
    for name in then.not_allowed.iter().filter(|name| may(name)) {
        wrong.push(format!("`{name}` should not be allowed"));
    }
    if let Some(wanted) = &then.closable {
        let close = list.iter().find(|one| one.kind == "close");
        let found = close.map(|one| one.choices.clone()).unwrap_or_default();
        if found != *wanted {
            wrong.push(format!("it should be closable with {wanted:?}, it is with {found:?}"));
        }
    }
    wrong
}
