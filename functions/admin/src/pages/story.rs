//! A complaint's log in words: what happened, who did it, and why.

use std::collections::{BTreeMap, BTreeSet};

use kesu_app::texts::{Language, field_title, milestone_title, texts};
use kesu_rules::classify::Axis;
use kesu_rules::domain::approval::Approval;
use kesu_rules::domain::chain::Entry;
use kesu_rules::domain::event::Event;
use kesu_rules::domain::names::{Desk, FieldKey};
use kesu_rules::domain::slip::Slip;
use kesu_rules::domain::value::{TextRef, Value as FieldValue};
use serde_json::{Value, json};

use crate::pages::mail::hide_links;
use crate::pages::{short, widget};
use crate::shown::Shown;

/// The log, the last entry first.
pub fn told(shown: &Shown, language: Language) -> Vec<Value> {
    let mut all: Vec<Value> = shown
        .entries()
        .map(|(entry, hash)| {
            let lines: Vec<Value> = entry.events.iter().map(|event| line(shown, event, language)).collect();
            let reason = entry.reason.as_ref().map(|at| words(shown, at, language));
            json!({
                "seq": entry.seq, "at": short(entry.at, false), "actor": actor(&entry, language), "lines": lines,
                "reason": reason, "hash": hash.chars().take(12).collect::<String>(), "whole_hash": hash,
            })
        })
        .collect();
    all.reverse();
    all
}

fn actor(entry: &Entry, language: Language) -> String {
    match entry.actor.as_str() {
        "system" | "customer" => texts().text(language, &format!("admin.{}", entry.actor), &[]),
        name => name.to_owned(),
    }
}

fn words(shown: &Shown, at: &TextRef, language: Language) -> String {
    shown
        .words(at)
        .map_or_else(|| texts().text(language, "admin.erased", &[]), hide_links)
}

/// The title of an axis in a language, or the nearest that the procedure has; its id where it has none.
pub fn axis_title(axis: &Axis, language: Language) -> &str {
    let tags = [language.tag(), "zh-Hans", "zh"];
    tags.iter().find_map(|tag| axis.title.get(*tag)).unwrap_or(&axis.id)
}

/// A field's value in words.
pub fn value(shown: &Shown, key: &str, value: &FieldValue, language: Language) -> String {
    value_kept(shown, key, key, value, language)
}

/// As [`value`], for personal data that is kept under another name than its field's.
fn value_kept(shown: &Shown, key: &str, kept: &str, value: &FieldValue, language: Language) -> String {
    let label = |code: &str| texts().label(language, key, code);
    match value {
        FieldValue::Words(at) => words(shown, at, language),
        FieldValue::Face(_) => {
            let face = shown.loaded.face.get(kept).cloned();
            face.unwrap_or_else(|| texts().text(language, "admin.erased", &[]))
        }
        FieldValue::Flag(flag) => texts().label(language, "answer", if *flag { "yes" } else { "no" }),
        FieldValue::List(list) => list.iter().map(|one| label(one)).collect::<Vec<_>>().join(", "),
        FieldValue::Text(text) => label(text),
        FieldValue::Money(money) => format!("{} {}", money.amount.normalize(), money.currency),
        FieldValue::Moment(at) => short(*at, false),
        plain => widget::held(plain, None).join(", "),
    }
}

/// Fields that were set and emptied, one line for each.
pub fn fields(
    shown: &Shown,
    set: &BTreeMap<FieldKey, FieldValue>,
    cleared: &BTreeSet<FieldKey>,
    face: impl Fn(&FieldKey) -> FieldKey,
    language: Language,
) -> Vec<String> {
    let label = |key: &FieldKey| field_title(&shown.desk.procedure, key.as_str(), language);
    let said = |(key, new): (&FieldKey, &FieldValue)| {
        let value = value_kept(shown, key.as_str(), face(key).as_str(), new, language);
        format!("{}: {value}", label(key))
    };
    let emptied = cleared.iter().map(|key| format!("{}: —", label(key)));
    set.iter().map(said).chain(emptied).collect()
}

/// Which slip a request for approval is about, if it is about one.
pub fn about(approval: &Approval, language: Language) -> String {
    let slip = approval.at.slip().zip(approval.slip);
    slip.map_or_else(String::new, |(kind, n)| {
        format!(" · {} {n}", texts().label(language, "slip", kind.name()))
    })
}

fn line(shown: &Shown, event: &Event, language: Language) -> Value {
    let desks = |desks: &[Desk]| desks.iter().map(Desk::as_str).collect::<Vec<_>>().join(", ");
    let say = |key: &str, values: &[(&str, &str)]| texts().text(language, &format!("event.{key}"), values);
    let with =
        |said: String, at: Option<&TextRef>| json!({"said": said, "words": at.map(|at| words(shown, at, language))});
    let plain = |said: String| json!({"said": said, "words": null});
    match event {
        Event::Received { number, channel, .. } => {
            plain(say("received", &[("number", number.as_str()), ("channel", channel)]))
        }
        Event::Classified {
            class, needs_review, ..
        } => {
            let key = if *needs_review {
                "classified_for_review"
            } else {
                "classified"
            };
            plain(say(key, &[("class", class)]))
        }
        Event::Routed { department, person } => {
            let person = person.as_ref().map_or(String::new(), |person| format!(" · {person}"));
            plain(say("routed", &[("department", department.as_str())]) + &person)
        }
        Event::Reached { name, at, note, .. } => {
            let what = milestone_title(&shown.desk.procedure, name.as_str(), language);
            with(
                say("reached", &[("what", &what), ("at", &short(*at, false))]),
                note.as_ref(),
            )
        }
        Event::FieldsSet { set, cleared } => plain(fields(shown, set, cleared, FieldKey::clone, language).join("\n")),
        Event::StageMoved { to } => plain(say("stage_moved", &[("stage", to.name())])),
        Event::ClocksPaused { .. } => plain(say("clocks_paused", &[])),
        Event::ClocksResumed { .. } => plain(say("clocks_resumed", &[])),
        Event::ApprovalAsked { approval } => {
            let (approver, rule) = (approval.approver.as_str(), approval.rule.as_str());
            plain(say("approval_asked", &[("approver", approver), ("rule", rule)]) + &about(approval, language))
        }
        Event::ApprovalDecided { request, granted, .. } => {
            let key = if *granted {
                "approval_granted"
            } else {
                "approval_refused"
            };
            let approvals = shown.loaded.complaint.approvals.iter();
            let of = approvals
                .filter(|one| one.request == *request)
                .map(|one| about(one, language));
            plain(say(key, &[("request", request.as_str())]) + &of.collect::<String>())
        }
        Event::Replied {
            nth,
            text,
            channel,
            formal,
        } => {
            let key = if *formal { "replied" } else { "replied_informally" };
            with(say(key, &[("nth", &nth.to_string()), ("channel", channel)]), Some(text))
        }
        Event::Reacted { reaction, note } => with(say("reacted", &[("reaction", reaction)]), note.as_ref()),
        Event::RoundBegun { round } => plain(say("round_begun", &[("round", &round.to_string())])),
        Event::Extended { rule, due_at, .. } => plain(say(
            "extended",
            &[("rule", rule.as_str()), ("due_at", &short(*due_at, true))],
        )),
        Event::Escalated { rungs } => {
            let said = |one: &kesu_rules::domain::event::RungTold| {
                let told = desks(&one.told);
                say(
                    "escalated",
                    &[("rule", one.rule.as_str()), ("rung", &one.rung), ("told", &told)],
                )
            };
            plain(rungs.iter().map(said).collect::<Vec<_>>().join("\n"))
        }
        Event::WaitEnded { rule, .. } => plain(say("wait_ended", &[("rule", rule.as_str())])),
        Event::DeadlinesMoved { moved } => {
            let rules: Vec<&str> = moved.iter().map(|one| one.rule.as_str()).collect();
            plain(say("deadlines_moved", &[("rules", &rules.join(", "))]))
        }
        Event::CapaOpened { n, .. } => plain(say("capa_opened", &[("n", &n.to_string())])),
        Event::CapaPlanned { n, measures, .. } => with(say("capa_planned", &[("n", &n.to_string())]), Some(measures)),
        Event::CapaDone { n, .. } => plain(say("capa_done", &[("n", &n.to_string())])),
        Event::CapaChecked { n, effective, .. } => {
            let key = if *effective {
                "capa_effective"
            } else {
                "capa_ineffective"
            };
            plain(say(key, &[("n", &n.to_string())]))
        }
        Event::CapaWaived { n, reason, .. } => with(say("capa_waived", &[("n", &n.to_string())]), Some(reason)),
        Event::SlipOpened { kind, n, set, .. } => {
            let face = |key: &FieldKey| Slip::face(*kind, *n, key);
            let mut said = vec![say("slip_opened", &[("slip", kind.name()), ("n", &n.to_string())])];
            said.extend(fields(shown, set, &BTreeSet::new(), face, language));
            plain(said.join("\n"))
        }
        Event::SlipEdited {
            kind,
            n,
            set,
            cleared,
            again,
            ..
        } => {
            let face = |key: &FieldKey| Slip::face(*kind, *n, key);
            let key = if *again { "slip_edited_again" } else { "slip_edited" };
            let mut said = vec![say(key, &[("slip", kind.name()), ("n", &n.to_string())])];
            said.extend(fields(shown, set, cleared, face, language));
            plain(said.join("\n"))
        }
        Event::SlipDone { kind, n, .. } => plain(say("slip_done", &[("slip", kind.name()), ("n", &n.to_string())])),
        Event::SlipCancelled { kind, n, .. } => {
            plain(say("slip_cancelled", &[("slip", kind.name()), ("n", &n.to_string())]))
        }
        Event::CounterExceeded {
            rule,
            period,
            values,
            count,
        } => plain(say(
            "counter_exceeded",
            &[
                ("rule", rule.as_str()),
                ("period", period),
                ("values", &values.join(" · ")),
                ("count", &count.to_string()),
            ],
        )),
        Event::Linked { to, kind } => plain(say("linked", &[("to", to.as_str()), ("kind", kind)])),
        Event::Merged { into } => plain(say("merged", &[("into", into.as_str())])),
        Event::Unmerged {} => plain(say("unmerged", &[])),
        Event::SuccessorOwed { .. } => plain(say("successor_owed", &[])),
        Event::SuccessorMade { .. } => plain(say("successor_made", &[])),
        Event::Acknowledged { rule, rung, .. } => {
            plain(say("acknowledged", &[("rule", rule.as_str()), ("rung", rung)]))
        }
        Event::SurveyAsked { until, .. } => plain(say("survey_asked", &[("until", &short(*until, true))])),
        Event::SurveyAnswered {
            channel,
            handling,
            speed,
            remark,
            ..
        } => {
            let mut said = say(
                "survey_answered",
                &[("handling", handling.name()), ("channel", channel)],
            );
            if let Some(speed) = speed {
                said = format!("{said}\n{}", say("survey_speed", &[("speed", speed.name())]));
            }
            with(said, remark.as_ref())
        }
        Event::Noted { text } => with(say("noted", &[]), Some(text)),
        Event::Wrote {
            sender,
            matched,
            automatic,
            text,
            ..
        } => {
            let key = if *automatic { "wrote_automatically" } else { "wrote" };
            let by = texts().label(language, "mail_sender", sender.name());
            let how = texts().label(language, "mail_matched", matched.name());
            with(say(key, &[("by", &by), ("how", &how)]), text.as_ref())
        }
        Event::Imported { origin, .. } => plain(say(
            "imported",
            &[
                ("batch", &origin.batch),
                ("file", &(origin.file + 1).to_string()),
                ("sheet", &(origin.sheet + 1).to_string()),
                ("row", &origin.row.to_string()),
            ],
        )),
        Event::Activated { at } => plain(say("activated", &[("at", &short(*at, false))])),
        Event::Claimed { to, by } => {
            let how = texts().label(language, "mail_matched", by.name());
            plain(say("claimed", &[("to", to.as_str()), ("how", &how)]))
        }
    }
}
