//! Watches a case from outside: which items of the pack did something, told by what came of each turn.

use super::Then;
use super::run::Play;
use super::words::decided;
use crate::domain::command::CommandKind;
use crate::domain::complaint::Complaint;
use crate::domain::decide::Asked;
use crate::domain::event::Event;
use crate::domain::facts::Actor;
use crate::domain::names::{FieldKey, Milestone, key, known};
use crate::domain::refusal::Refused;
use crate::domain::stage::Stage;
use crate::domain::turn::Turn;
use crate::domain::value::Value;
use crate::letters::Letter;
use crate::procedure::condition::Situation;
use crate::procedure::model::{ClosingRule, Guard};
use crate::procedure::tree::way;

impl Play<'_> {
    /// Notes what did something in a turn.
    pub(super) fn observe(&mut self, before: Option<&Complaint>, turn: &Turn) {
        for event in &turn.events {
            self.event(before, turn, event);
        }
        for letter in &turn.letters {
            self.letter(letter);
        }
        super::states::visit(&mut self.seen, before, &turn.after);
    }

    fn event(&mut self, before: Option<&Complaint>, turn: &Turn, event: &Event) {
        let pack = &self.procedure.pack;
        let after = &turn.after;
        let seen = &mut self.seen;
        match event {
            Event::Received { .. } => {
                if let Some(verdict) = &self.verdict {
                    decided(seen, self.procedure, verdict);
                }
            }
            Event::Reached { name, .. } => {
                seen.each("milestones", &pack.milestones, |one| one.name == *name);
                let also = |by: &Milestone| {
                    turn.events
                        .iter()
                        .any(|one| matches!(one, Event::Reached { name, .. } if name == by))
                };
                seen.each("implied", &pack.implied, |one| one.reaches == *name && also(&one.by));
                if *name == *known::REGISTERED {
                    seen.items.insert(way!["procedure"]);
                    let own = pack
                        .procedure
                        .registrar_for
                        .iter()
                        .position(|one| one.when.holds(after));
                    seen.items
                        .extend(own.map(|index| way!["procedure", "registrar_for", index]));
                }
            }
            Event::FieldsSet { set, .. } => {
                seen.each("field", &pack.field, |one| set.contains_key(&one.key));
                seen.each("intake", &pack.intake, |one| set.contains_key(&one.field));
                let claimed = |field: &FieldKey| matches!(set.get(field), Some(Value::Flag(true)));
                seen.each("exemption", &pack.exemption, |one| {
                    claimed(&one.field) && one.when.holds(after)
                });
                if let Some(Value::Text(party)) = set.get(key::RESPONSIBLE_PARTY) {
                    seen.each("outcome", &pack.outcome, |one| one.party == *party);
                }
                if set.contains_key(key::RETAIN_UNTIL) {
                    seen.items.insert(way!["retention"]);
                }
            }
            Event::ApprovalAsked { approval } => {
                seen.each("approval", &pack.approval, |one| {
                    one.rule == approval.rule && one.at == approval.at
                });
            }
            Event::CounterExceeded { rule, .. } => seen.each("counter", &pack.counter, |one| one.rule == *rule),
            Event::SlipOpened { rule, .. } => seen.each("slip", &pack.slip, |one| one.rule == *rule),
            Event::Replied { formal: true, .. } | Event::Reacted { .. } | Event::SuccessorOwed { .. } => {
                seen.items.insert(way!["reply"]);
            }
            Event::Classified {
                axes,
                because,
                confidence: None,
                ..
            } => {
                for cue in because {
                    let field = cue.cue.strip_prefix("answer:").unwrap_or_default();
                    seen.each_in("classes", "rule", &pack.classes.rule, |one| {
                        one.rule == cue.rule
                            && one.answers.iter().any(|test| test.field == field)
                            && axes
                                .get(&one.axis)
                                .is_some_and(|value| value.split('+').any(|part| part == one.value))
                    });
                }
                let changed = |axis: &String| before.and_then(|before| before.axes.get(axis)) != axes.get(axis);
                for (axis, value) in axes.iter().filter(|(axis, _)| changed(axis)) {
                    super::words::stands(seen, self.procedure, axis, value);
                }
            }
            Event::Routed { .. } => {
                let by_hand = turn.events.iter().all(|one| !matches!(one, Event::Classified { .. }));
                let route = self.procedure.classifier.route(&after.axes).filter(|_| !by_hand);
                seen.items.extend(route.map(|index| way!["routing", "route", index]));
            }
            Event::WaitEnded { rule, .. } | Event::Extended { rule, .. } => {
                seen.each("deadline", &pack.deadline, |one| one.rule == *rule);
            }
            Event::SurveyAsked { .. } | Event::SurveyAnswered { .. } => {
                seen.items.insert(way!["survey"]);
            }
            Event::CapaOpened { .. }
            | Event::CapaPlanned { .. }
            | Event::CapaDone { .. }
            | Event::CapaChecked { .. } => {
                seen.items.insert(way!["capa"]);
                seen.each_in("capa", "required", &pack.capa.required, |one| one.when.holds(after));
            }
            Event::CapaWaived { .. } => {
                seen.items.insert(way!["capa"]);
                seen.each_in("capa", "exempt", &pack.capa.exempt, |one| one.when.holds(after));
            }
            Event::StageMoved {
                to: Stage::Closed { reason, .. },
            } => {
                let Some(before) = before else { return };
                seen.each("closing", &pack.closing, |one| {
                    one.reason == *reason && fits(one, before)
                });
                seen.rows.insert(reason.clone());
                seen.each_in("capa", "exempt", &pack.capa.exempt, |one| {
                    one.when.holds(before) && pack.capa.required.iter().any(|required| required.when.holds(before))
                });
            }
            _ => {}
        }
    }

    fn letter(&mut self, letter: &Letter) {
        let pack = &self.procedure.pack;
        if letter.template == "notice" {
            self.seen.each("notice", &pack.notice, |one| {
                letter.rule.as_ref() == Some(&one.rule) && letter.code.as_deref() == Some(one.at.as_str())
            });
        }
        // What a judgement of responsibility sends on names its form.
        self.seen.each("form", &pack.form, |one| {
            letter.template == "notice" && letter.rule.as_ref() == Some(&one.rule)
        });
        for item in letter.items.iter().filter(|item| !item.rung.is_empty()) {
            let Some(rule) = self.procedure.deadline(item.rule.as_str()) else {
                continue;
            };
            let named = rule.ladder.as_deref();
            let index = match named {
                Some(name) => pack.ladder.iter().position(|one| one.name == name),
                None => Some(0),
            };
            self.seen.items.extend(index.map(|index| way!["ladder", index]));
        }
    }

    /// Notes the guards whose demands a command has met.
    pub(super) fn obeyed(&mut self, before: &Complaint, asked: Asked<'_>, actor: &Actor) {
        if !matches!(actor, Actor::Staff(_)) {
            return;
        }
        let pack = &self.procedure.pack;
        let after = self.complaint.as_ref().unwrap_or(before);
        let stood = |guard: &Guard| asked.fits(guard) && (guard.when.holds(before) || guard.when.holds(after));
        self.seen.each("guard", &pack.guard, stood);
        if asked.kind() == CommandKind::Register {
            self.seen.each("intake", &pack.intake, |one| one.required);
        }
    }

    /// Notes what a refusal came from: its words say the clause.
    pub(super) fn refused(&mut self, asked: Asked<'_>, refused: &Refused) {
        let pack = &self.procedure.pack;
        for refusal in &refused.0 {
            let value = |name: &str| {
                refusal
                    .values
                    .iter()
                    .find(|(key, _)| key == name)
                    .map(|(_, value)| value.as_str())
            };
            let about = refusal.field.as_deref();
            let source = value("source");
            let says = |own: &str| source == Some(own);
            self.seen.each("guard", &pack.guard, |guard| {
                let by = || {
                    let names: Vec<&str> = guard.by.iter().map(|desk| desk.as_str()).collect();
                    refusal.code == "only_desk" && !names.is_empty() && value("desk") == Some(&names.join(", "))
                };
                asked.fits(guard) && (says(&guard.source) || by())
            });
            self.seen.each("intake", &pack.intake, |one| {
                says(&one.source) && about == Some(one.field.as_str())
            });
            self.seen.each("deadline", &pack.deadline, |one| {
                says(&one.source) && value("rule") == Some(one.rule.as_str())
            });
            self.seen.each("closing", &pack.closing, |one| {
                says(&one.source) && value("reason") == Some(one.reason.as_str())
            });
            self.seen.each("slip", &pack.slip, |one| says(&one.source));
            self.seen
                .each_in("capa", "required", &pack.capa.required, |one| says(&one.source));
            if says(&pack.reply.source) {
                self.seen.items.insert(way!["reply"]);
            }
            if refusal.code == "only_desk" {
                self.seen.each("exemption", &pack.exemption, |one| {
                    let names: Vec<&str> = one.by.iter().map(|desk| desk.as_str()).collect();
                    asked.kind() == CommandKind::Edit && value("desk") == Some(&names.join(", "))
                });
            }
        }
    }

    /// Notes what a case says outright.
    pub(super) fn asserted(&mut self, then: &Then) {
        let pack = &self.procedure.pack;
        let Some(it) = &self.complaint else { return };
        let seen = &mut self.seen;
        let due = then
            .deadlines
            .iter()
            .filter(|(_, due)| *due != "none")
            .map(|(rule, _)| rule);
        let told = then.letters.iter().filter_map(|post| post.rule.as_ref());
        let named: Vec<&String> = due
            .chain(&then.done)
            .chain(&then.running)
            .chain(&then.late)
            .chain(&then.first)
            .chain(told)
            .collect();
        seen.each("deadline", &pack.deadline, |rule| {
            named.iter().any(|name| rule.rule == *name.as_str())
        });
        let at_once = pack
            .deadline
            .iter()
            .filter(|rule| rule.at_once && rule.within.is_none());
        if at_once
            .into_iter()
            .any(|rule| named.iter().any(|name| rule.rule == *name.as_str()))
        {
            seen.items.insert(way!["procedure", "at_once"]);
        }
        seen.each("form", &pack.form, |one| then.forms.contains(&one.rule));
        if then.number.is_some() {
            seen.items.insert(way!["numbering"]);
        }
        for axis in then.axes.keys() {
            super::words::stands(seen, self.procedure, axis, it.axis(axis).unwrap_or_default());
        }
        if then.class.is_some() {
            super::words::class(seen, self.procedure, &it.class, &it.axes);
        }
        if let Some(reasons) = &then.closable {
            seen.each("closing", &pack.closing, |one| {
                reasons.contains(&one.reason) && fits(one, it)
            });
        }
    }
}

fn fits(rule: &ClosingRule, complaint: &Complaint) -> bool {
    rule.when.holds(complaint) && rule.reached.iter().all(|name| complaint.reached(name.as_str()))
}
