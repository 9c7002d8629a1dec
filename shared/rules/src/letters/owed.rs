//! The letters that a turn owes: one for each recipient and occasion, however many rules stand behind it.

use super::desks::{Reader, readers};
use super::{Item, Letter, To};
use crate::domain::complaint::Complaint;
use crate::domain::event::{Event, RungTold};
use crate::domain::facts::Facts;
use crate::domain::message::{Matched, Sender, Verdict};
use crate::domain::names::{Desk, Milestone, RequestId, RuleId, known};
use crate::domain::slip::SlipStage;
use crate::domain::stage::Stage;
use crate::domain::value::{TextRef, Value};
use crate::procedure::condition::Situation;
use crate::procedure::model::{Notice, Then};

/// The letters owed for what happened.
pub fn owed(before: Option<&Complaint>, after: &Complaint, events: &[Event], facts: &Facts<'_>) -> Vec<Letter> {
    let mut post = Post {
        letters: Vec::new(),
        facts,
        after,
        // Two machines that answer each other would never end, and whom his domain disowns is not the one who wrote.
        unanswerable: events.iter().any(|event| match event {
            Event::Wrote { automatic, verdict, .. } => *automatic || *verdict == Verdict::Fail,
            _ => false,
        }),
    };
    for event in events {
        post.for_event(before, event);
    }
    post.letters
}

struct Post<'a> {
    letters: Vec<Letter>,
    facts: &'a Facts<'a>,
    after: &'a Complaint,
    unanswerable: bool,
}

impl Post<'_> {
    fn for_event(&mut self, before: Option<&Complaint>, event: &Event) {
        let pack = &self.facts.procedure.pack;
        match event {
            Event::Received { .. } => {
                if self.facts.reachable && !self.unanswerable {
                    self.letters.push(Letter::of("acknowledgement", To::Customer));
                }
                self.write_desk("assigned", self.facts.procedure.registrar(self.after), |_| {});
                self.notices(&Milestone::of(known::RECEIVED), None);
            }
            Event::Routed { department, person } if before.is_some() => match person {
                Some(user) => self.letters.push(Letter {
                    desk: Some(department.clone()),
                    ..Letter::of("assigned", To::Staff(user.clone()))
                }),
                None => self.write_desk("assigned", department, |_| {}),
            },
            Event::Classified {
                confidence: None,
                because,
                ..
            } if !because.is_empty() => self.found(before),
            Event::StageMoved {
                to: Stage::WaitingCustomer { fields, .. },
            } if self.facts.reachable => {
                let fields = fields.iter().map(ToString::to_string).collect();
                self.letters.push(Letter {
                    fields,
                    ..Letter::of("info_wanted", To::Customer)
                });
            }
            Event::StageMoved {
                to: Stage::Closed { reason, .. },
            } => self.closed(reason),
            Event::ApprovalAsked { approval } => self.write_desk("approval_wanted", &approval.approver, |letter| {
                letter.rule = Some(approval.rule.clone());
                letter.request = Some(approval.request.clone());
            }),
            // What a slip that was given up had asked for is withdrawn; nobody decided anything.
            Event::ApprovalDecided { request, .. } if self.withdrawn(request) => {}
            Event::ApprovalDecided { request, granted, .. } => {
                let desk = self
                    .after
                    .department
                    .clone()
                    .unwrap_or_else(|| self.facts.procedure.registrar(self.after).clone());
                self.write_desk("approval_decided", &desk, |letter| {
                    letter.request = Some(request.clone());
                    letter.code = Some(if *granted { "granted" } else { "refused" }.to_owned());
                });
            }
            Event::Replied { nth, text, channel, .. } if channel == "email" && self.facts.reachable => {
                let (text, nth) = (Some(text.clone()), Some(*nth));
                self.letters.push(Letter {
                    text,
                    nth,
                    ..Letter::of("reply", To::Customer)
                });
            }
            Event::Reached { name, slip, .. } => {
                if *name == *known::REMINDED && self.facts.actor.user().is_none() && self.facts.reachable {
                    self.letters.push(Letter::of("reminder", To::Customer));
                }
                self.notices(name, *slip);
            }
            Event::Escalated { rungs } => self.escalation(rungs),
            Event::WaitEnded { rule, .. } => self.wait_ended(rule),
            Event::DeadlinesMoved { moved } => {
                for one in moved {
                    let item = Item {
                        rule: one.rule.clone(),
                        due_at: one.after,
                        rung: String::new(),
                        responsible: one.responsible.clone(),
                        before: Some(one.before),
                    };
                    for reader in readers(&one.responsible, &[], self.facts) {
                        self.collect("calendar_moved", reader, item.clone());
                    }
                }
            }
            Event::SurveyAsked { until, .. } if self.facts.reachable => self.letters.push(Letter {
                code: Some(until.to_rfc3339()),
                ..Letter::of("survey", To::Customer)
            }),
            Event::CounterExceeded { rule, count, .. } => {
                let tell = pack.counter.iter().find(|one| one.rule == *rule).map(|one| &one.tell);
                for desk in tell.into_iter().flatten() {
                    self.write_desk("counter", desk, |letter| {
                        letter.rule = Some(rule.clone());
                        letter.nth = Some(u32::try_from(*count).unwrap_or(u32::MAX));
                        // Two counters are two letters, also to one person.
                        letter.code = Some(rule.to_string());
                    });
                }
            }
            Event::CapaOpened { .. } => {
                let desk = match self.after.fields.get("responsible_dept") {
                    Some(Value::Text(name)) => Desk::parse(name),
                    _ => self.after.department.clone(),
                };
                self.write_desk(
                    "capa_wanted",
                    desk.as_ref().unwrap_or(self.facts.procedure.registrar(self.after)),
                    |_| {},
                );
            }
            Event::Wrote {
                key,
                sender,
                matched,
                automatic: false,
                text,
                files,
                ..
            } if before.is_some() && *matched != Matched::Begun && *sender != Sender::Staff => {
                self.customer_wrote(key, *sender, text.as_ref(), files.len());
            }
            _ => {}
        }
        if let Event::FieldsSet { set, .. } = event
            && let Some(Value::Text(party)) = set.get("responsible_party")
        {
            let outcomes = pack.outcome.iter().filter(|outcome| outcome.party == *party);
            for (desk, form) in outcomes.filter_map(|outcome| Some((outcome.pass_to.as_ref()?, &outcome.form))) {
                self.write_desk("notice", desk, |letter| {
                    letter.rule.clone_from(form);
                    letter.code = Some(known::RESPONSIBILITY_JUDGED.to_owned())
                });
            }
        }
    }

    /// Who has the complaint hears that somebody wrote: the person it was given to, else its desk.
    fn customer_wrote(&mut self, key: &str, sender: Sender, text: Option<&TextRef>, files: usize) {
        let fill = |letter: &mut Letter| {
            letter.text = text.cloned();
            letter.code = Some(sender.name().to_owned());
            letter.fields = vec![key.to_owned()];
            letter.nth = u32::try_from(files).ok();
        };
        let registrar = self.facts.procedure.registrar(self.after);
        let desk = self.after.department.clone().unwrap_or_else(|| registrar.clone());
        match &self.after.person {
            Some(user) => {
                let mut letter = Letter {
                    desk: Some(desk),
                    ..Letter::of("customer_wrote", To::Staff(user.clone()))
                };
                fill(&mut letter);
                self.letters.push(letter);
            }
            None => self.write_desk("customer_wrote", &desk, fill),
        }
    }

    /// One letter for each reader of a desk.
    fn write_desk(&mut self, template: &str, desk: &Desk, fill: impl Fn(&mut Letter)) {
        for Reader { user, desk, no_holder } in readers(desk, &[], self.facts) {
            let mut letter = Letter {
                desk: Some(desk),
                no_holder,
                ..Letter::of(template, To::Staff(user))
            };
            fill(&mut letter);
            // Several desks of one person: one letter is enough.
            let same = |other: &Letter| {
                other.template == letter.template
                    && other.to == letter.to
                    && other.request == letter.request
                    && other.code == letter.code
            };
            if !self.letters.iter().any(same) {
                self.letters.push(letter);
            }
        }
    }

    fn withdrawn(&self, request: &RequestId) -> bool {
        let about = self.after.slips.iter().find(|slip| slip.requests.contains(request));
        about.is_some_and(|slip| matches!(slip.stage, SlipStage::Cancelled { .. }))
    }

    /// Notices of a milestone; where a slip reached it, its fields are looked at before the complaint's.
    fn notices(&mut self, at: &Milestone, slip: Option<u32>) {
        let laid = self.after.slip_of(at, slip).map(|slip| slip.over(self.after));
        let situation: &dyn Situation = match &laid {
            Some(laid) => laid,
            None => self.after,
        };
        let rules = self.facts.procedure.pack.notice.iter();
        for rule in rules.filter(|rule| rule.at == *at && rule.when.holds(situation)) {
            for desk in &rule.tell {
                self.write_desk("notice", desk, |letter| {
                    letter.rule = Some(rule.rule.clone());
                    letter.code = Some(at.to_string());
                });
            }
        }
    }

    /// A finding moved the class: who must hear of complaints of such a class once they are classified hears of it now.
    fn found(&mut self, before: Option<&Complaint>) {
        let rules = self.facts.procedure.pack.notice.iter();
        let held = |rule: &&Notice| before.is_some_and(|before| rule.when.holds(before));
        for rule in rules
            .filter(|rule| rule.at == *known::CLASSIFIED)
            .filter(|rule| rule.when.holds(self.after) && !held(rule))
        {
            for desk in &rule.tell {
                self.write_desk("notice", desk, |letter| {
                    letter.rule = Some(rule.rule.clone());
                    letter.code = Some(known::CLASSIFIED.to_owned());
                });
            }
        }
    }

    fn closed(&mut self, reason: &str) {
        let rules = self
            .facts
            .procedure
            .pack
            .closing
            .iter()
            .filter(|rule| rule.reason == reason);
        for rule in rules {
            if rule.letter && self.facts.reachable && !self.letters.iter().any(|one| one.template == "closed") {
                let code = Some(reason.to_owned());
                self.letters.push(Letter {
                    code,
                    ..Letter::of("closed", To::Customer)
                });
            }
            for desk in &rule.copies {
                self.write_desk("notice", desk, |letter| letter.code = Some(known::CLOSED.to_owned()));
            }
        }
    }

    /// Warnings and escalations: every recipient gets one letter, which lists all that he must hear of.
    fn escalation(&mut self, rungs: &[RungTold]) {
        for told in rungs {
            let overdue = told.due_at <= self.facts.now;
            let rule = self.facts.procedure.deadline(told.rule.as_str());
            let responsible = rule.map(|rule| self.facts.procedure.responsible(rule, self.after));
            let beyond = rule.map(|rule| rule.escalate_to.clone()).unwrap_or_default();
            for desk in &told.told {
                let item = Item {
                    rule: told.rule.clone(),
                    due_at: told.due_at,
                    rung: told.rung.clone(),
                    responsible: responsible.clone().unwrap_or_else(|| desk.clone()),
                    before: None,
                };
                for reader in readers(desk, &beyond, self.facts) {
                    self.collect(if overdue { "overdue" } else { "due_soon" }, reader, item.clone());
                }
            }
        }
    }

    /// Adds an item to the letter that this reader gets anyway in this turn, or begins one. What is overdue outweighs
    /// what is due soon: a reader of both gets one letter about both.
    fn collect(&mut self, template: &str, reader: Reader, item: Item) {
        let Reader { user, desk, no_holder } = reader;
        let to = To::Staff(user);
        let kin = |one: &str| {
            template == one || (["overdue", "due_soon"].contains(&template) && ["overdue", "due_soon"].contains(&one))
        };
        if let Some(letter) = self
            .letters
            .iter_mut()
            .find(|letter| letter.to == to && kin(&letter.template))
        {
            if template == "overdue" {
                letter.template = template.to_owned();
            }
            if !letter.items.contains(&item) {
                letter.items.push(item);
            }
            if let Some(first) = letter.items.iter().min_by_key(|item| item.due_at) {
                letter.rule = Some(first.rule.clone());
                letter.rung = Some(first.rung.clone()).filter(|rung| !rung.is_empty());
            }
            return;
        }
        let (rule, rung) = (
            Some(item.rule.clone()),
            Some(item.rung.clone()).filter(|rung| !rung.is_empty()),
        );
        let letter = Letter {
            desk: Some(desk),
            no_holder,
            rule,
            rung,
            items: vec![item],
            ..Letter::of(template, to)
        };
        self.letters.push(letter);
    }

    fn wait_ended(&mut self, rule: &RuleId) {
        let Some(data) = self.facts.procedure.deadline(rule.as_str()) else {
            return;
        };
        let template = match data.then {
            Some(Then::AskConfirmation) => "confirm_wanted",
            Some(Then::Remind) if !self.facts.reachable => "due_soon",
            Some(Then::EndRetention | Then::EndWarranty) => "notice",
            _ => return,
        };
        let responsible = self.facts.procedure.responsible(data, self.after);
        let item = Item {
            rule: rule.clone(),
            due_at: self.after.escalated.get(rule).map_or(self.facts.now, |one| one.due_at),
            rung: String::new(),
            responsible: responsible.clone(),
            before: None,
        };
        for reader in readers(&responsible, &data.escalate_to, self.facts) {
            self.collect(template, reader, item.clone());
        }
    }
}
