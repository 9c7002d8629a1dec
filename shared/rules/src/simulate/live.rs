//! One complaint twice through its life: as the log has it, and as other rules would have had it.

use super::compare::{Post, Seen, compare};
use super::{Finding, Lens, Life, NoReceipt, Side};
use crate::clock::Moment;
use crate::clock::deadline::{Deadline, deadlines, next_of};
use crate::domain::chain::Entry;
use crate::domain::command::{CommandKind, Wish};
use crate::domain::complaint::Complaint;
use crate::domain::decide::decide;
use crate::domain::decide::relive::{Again, receipt, relive};
use crate::domain::event::Event;
use crate::domain::evolve::evolve;
use crate::domain::facts::{Actor, Facts, NO_COUNTS, Role, Staff};
use crate::domain::names::UserId;
use crate::domain::refusal::Refusal;
use crate::domain::survey;
use crate::letters::owed;

/// No complaint is told of so often between two entries of its log; what would be is cut off here.
const MOST_TICKS: usize = 200;

pub(super) fn live(lens: &Lens<'_>, life: &Life<'_>, now: Moment) -> Result<Finding, NoReceipt> {
    let mut both = Both {
        lens,
        reachable: life.reachable,
        post: Post::default(),
        against: Vec::new(),
        text_missing: false,
    };
    let (first, rest) = life.entries.split_first().ok_or(NoReceipt)?;
    let (mut rec, mut sim) = both.receipt(first, life).ok_or(NoReceipt)?;
    let mut last = first.at;
    for entry in rest {
        sim = both.wait(&rec, sim, last, entry.at);
        (rec, sim) = both.entry(rec, sim, entry);
        last = entry.at;
    }
    // What happens at the very end counts.
    sim = both.wait(&rec, sim, last, now + chrono::TimeDelta::nanoseconds(1));
    let seen = |complaint: &Complaint, side: &Side<'_>| {
        let all = deadlines(complaint, side.procedure, &side.clock(), now);
        Seen::of(complaint, all)
    };
    let (was, would) = (seen(&rec, &lens.was), seen(&sim, &lens.would));
    Ok(compare(was, would, both.post, both.against, both.text_missing))
}

struct Both<'a, 'b> {
    lens: &'b Lens<'a>,
    reachable: bool,
    post: Post,
    against: Vec<(u64, Moment, CommandKind, Refusal)>,
    text_missing: bool,
}

impl Both<'_, '_> {
    fn facts<'f>(&'f self, side: &'f Side<'f>, actor: &'f Actor, now: Moment) -> Facts<'f> {
        Facts {
            now,
            procedure: side.procedure,
            calendar: side.calendar,
            directory: self.lens.directory,
            actor,
            reason: None,
            salt: b"",
            serial: 0,
            reachable: self.reachable,
            counts: &NO_COUNTS,
            device: None,
        }
    }

    /// Somebody who may do everything: nobody holds a desk, so the administrator holds them all.
    fn anybody(&self) -> Actor {
        Actor::Staff(Staff {
            user: self.lens.nobody.administrator.clone(),
            role: Role::Administrator,
            department: None,
        })
    }

    fn receipt(&mut self, entry: &Entry, life: &Life<'_>) -> Option<(Complaint, Complaint)> {
        let actor = actor(entry);
        let rec = fold(None, entry)?;
        let lens = self.lens;
        let was = self.facts(&lens.was, &actor, entry.at);
        let would = self.facts(&lens.would, &actor, entry.at);
        let again = Again {
            entry,
            was: &was,
            would: &would,
            anybody: &would,
            same_classes: lens.alike.same_classes,
            text: life.text,
        };
        let relived = receipt(&again)?;
        let before = letters(None, &rec, &entry.events, &was);
        let after = letters(None, &relived.after, &relived.events, &would);
        self.post.was(before);
        self.post.would(after);
        self.text_missing = relived.text_missing;
        Some((rec, relived.after))
    }

    fn entry(&mut self, rec: Complaint, sim: Complaint, entry: &Entry) -> (Complaint, Complaint) {
        let actor = actor(entry);
        let anybody = self.anybody();
        let lens = self.lens;
        let was = self.facts(&lens.was, &actor, entry.at);
        let would = self.facts(&lens.would, &actor, entry.at);
        let permissive = Facts {
            actor: &anybody,
            directory: &lens.nobody,
            ..would
        };
        let again = Again {
            entry,
            was: &was,
            would: &would,
            anybody: &permissive,
            same_classes: lens.alike.same_classes,
            text: None,
        };
        let relived = relive(&sim, &rec, &again);
        let Some(next) = fold(Some(rec.clone()), entry) else {
            return (rec, sim);
        };
        let before = letters(Some(&rec), &next, &entry.events, &was);
        let after = letters(Some(&sim), &relived.after, &relived.events, &would);
        self.post.was(before);
        self.post.would(after);
        let against = relived.against.into_iter();
        self.against
            .extend(against.map(|(kind, refusal)| (entry.seq, entry.at, kind, refusal)));
        (next, relived.after)
    }

    /// Time passes until something happened: clocks that would have run otherwise tell what they would have told.
    fn wait(&mut self, rec: &Complaint, mut sim: Complaint, from: Moment, until: Moment) -> Complaint {
        let lens = self.lens;
        let mut now = from;
        for _ in 0..MOST_TICKS {
            let Some(at) = next_tick(lens, rec, &sim, now, self.reachable).filter(|at| *at < until) else {
                break;
            };
            now = now.max(at);
            let facts = self.facts(&lens.would, &Actor::System, now);
            let Ok(decision) = decide(Some(&sim), &facts, Wish::Tick) else {
                break;
            };
            if decision.events.is_empty() {
                break;
            }
            let mut after = decision.after;
            after.version = sim.version;
            let sent = letters(Some(&sim), &after, &decision.events, &facts);
            self.post.would(sent);
            sim = after;
        }
        sim
    }
}

/// The next moment at which a clock has something to tell that did not run just so in the log.
fn next_tick(lens: &Lens<'_>, rec: &Complaint, sim: &Complaint, now: Moment, reachable: bool) -> Option<Moment> {
    let clock = next_of_clocks(lens, rec, sim, now);
    let survey = |it: &Complaint, side: &Side<'_>| survey::wake(it, side.procedure, &side.clock(), now, reachable);
    let asked = survey(sim, &lens.would).filter(|at| survey(rec, &lens.was) != Some(*at));
    clock.into_iter().chain(asked).min()
}

fn next_of_clocks(lens: &Lens<'_>, rec: &Complaint, sim: &Complaint, now: Moment) -> Option<Moment> {
    let would = deadlines(sim, lens.would.procedure, &lens.would.clock(), now);
    let mut due: Vec<(Moment, &Deadline)> = would
        .iter()
        .filter(|deadline| deadline.runs())
        .filter_map(|deadline| Some((next_of(sim, deadline)?, deadline)))
        .collect();
    if due.is_empty() {
        return None;
    }
    due.sort_by_key(|(at, _)| *at);
    let was = deadlines(rec, lens.was.procedure, &lens.was.clock(), now);
    let ran_so = |one: &Deadline| {
        was.iter().any(|other| {
            other.rule == one.rule
                && other.started_at == one.started_at
                && other.due_at == one.due_at
                && other.then == one.then
                && other.rungs == one.rungs
                && other.runs()
        })
    };
    due.into_iter().find(|(_, one)| !ran_so(one)).map(|(at, _)| at)
}

/// Who caused an entry; what he was allowed does not matter any more.
fn actor(entry: &Entry) -> Actor {
    match entry.actor.as_str() {
        "customer" => Actor::Customer,
        name => match UserId::parse(name).filter(|user| user.as_str().contains('@')) {
            Some(user) => Actor::Staff(Staff {
                user,
                role: Role::Administrator,
                department: None,
            }),
            None => Actor::System,
        },
    }
}

fn fold(complaint: Option<Complaint>, entry: &Entry) -> Option<Complaint> {
    let by = UserId::parse(&entry.actor).filter(|user| user.as_str().contains('@'));
    let mut complaint = complaint;
    for event in &entry.events {
        complaint = evolve(complaint, event, by.as_ref());
    }
    let mut complaint = complaint?;
    complaint.version = entry.seq;
    Some(complaint)
}

fn letters(
    before: Option<&Complaint>,
    after: &Complaint,
    events: &[Event],
    facts: &Facts<'_>,
) -> Vec<crate::letters::Letter> {
    let mut letters = owed(before, after, events, facts);
    if after.dormant() {
        letters.retain(|letter| letter.template == "customer_wrote");
    }
    letters
}
