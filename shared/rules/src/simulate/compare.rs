//! Two outcomes of one complaint side by side: what differs, in the terms that people know it by.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Finding, Pair};
use crate::clock::Moment;
use crate::clock::deadline::Deadline;
use crate::domain::command::CommandKind;
use crate::domain::complaint::Complaint;
use crate::domain::names::{Desk, RuleId};
use crate::domain::refusal::Refusal;
use crate::letters::{Letter, To};

/// After so many objections to one complaint nobody reads on.
const MOST_OBJECTIONS: usize = 20;

/// In what a complaint would differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Its class.
    Class,
    /// Its department.
    Department,
    /// A limit: it would be due at another time, be there or not be there.
    Deadline,
    /// Whether a limit is missed.
    Late,
    /// An approval that would be asked, or not.
    Approval,
    /// A letter that would go, or not.
    Letter,
    /// A step that would have been refused.
    Refused,
}

impl Kind {
    /// Every kind, in order.
    pub const ALL: [Self; 7] = [
        Self::Class,
        Self::Department,
        Self::Deadline,
        Self::Late,
        Self::Approval,
        Self::Letter,
        Self::Refused,
    ];

    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Class => "class",
            Self::Department => "department",
            Self::Deadline => "deadline",
            Self::Late => "late",
            Self::Approval => "approval",
            Self::Letter => "letter",
            Self::Refused => "refused",
        }
    }
}

/// A complaint that would differ: only what does is there, as it was and as it would have been.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The number people know it by.
    pub number: String,
    /// When the company had it.
    pub received_at: Moment,
    /// In what it differs.
    pub kinds: BTreeSet<Kind>,
    /// As it was.
    pub before: Picture,
    /// As it would have been.
    pub after: Picture,
    /// Steps that would have been refused, and were taken all the same; at most 20.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Step>,
}

/// One side of a difference.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Picture {
    /// The class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The department.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<Desk>,
    /// Limits by rule, in the clock that ran last.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub deadlines: BTreeMap<RuleId, Due>,
    /// Approvals asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<Asked>,
    /// Letters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub letters: Vec<Sent>,
}

/// A limit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Due {
    /// When it is or was due.
    pub due_at: Moment,
    /// When it was met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done_at: Option<Moment>,
    /// Whether it was, or is, missed.
    pub late: bool,
}

/// An approval that is asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Asked {
    /// The rule.
    pub rule: RuleId,
    /// Who decides.
    pub approver: Desk,
    /// How often.
    pub times: u64,
}

/// Letters of one kind to one desk, or to the customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sent {
    /// The template.
    pub letter: String,
    /// For which desk; nothing where it goes to the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub desk: Option<Desk>,
    /// The rule behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleId>,
    /// The rung, for warnings and escalations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rung: Option<String>,
    /// What it speaks of: a milestone, a reason, a decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// How many.
    pub times: u64,
}

/// A step that would have been refused.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// Its place in the log.
    pub seq: u64,
    /// When it was taken.
    pub at: Moment,
    /// The command's type on the wire.
    pub command: &'static str,
    /// What stood against it.
    pub refusal: Refusal,
}

/// What makes letters the same.
type About = (String, Option<Desk>, Option<RuleId>, Option<String>, Option<String>);

/// The letters of both sides, counted.
#[derive(Default)]
pub(super) struct Post {
    both: BTreeMap<About, Pair>,
}

impl Post {
    pub fn was(&mut self, letters: Vec<Letter>) {
        for about in letters.into_iter().flat_map(about) {
            self.both.entry(about).or_default().before += 1;
        }
    }

    pub fn would(&mut self, letters: Vec<Letter>) {
        for about in letters.into_iter().flat_map(about) {
            self.both.entry(about).or_default().after += 1;
        }
    }
}

/// A letter about several limits says as much as one about each.
fn about(letter: Letter) -> Vec<About> {
    let desk = match letter.to {
        To::Customer => None,
        To::Staff(_) => letter.desk,
    };
    if letter.items.is_empty() {
        return vec![(letter.template, desk, letter.rule, letter.rung, letter.code)];
    }
    let items = letter.items.into_iter();
    items
        .map(|item| {
            let rung = Some(item.rung).filter(|rung| !rung.is_empty());
            (letter.template.clone(), desk.clone(), Some(item.rule), rung, None)
        })
        .collect()
}

/// One side at the end.
pub(super) struct Seen {
    number: String,
    received_at: Moment,
    class: String,
    department: Option<Desk>,
    deadlines: BTreeMap<RuleId, Due>,
    approvals: BTreeMap<(RuleId, Desk), u64>,
}

impl Seen {
    pub fn of(complaint: &Complaint, deadlines: Vec<Deadline>) -> Self {
        let due = |one: Deadline| {
            let due = Due {
                due_at: one.due_at,
                done_at: one.done_at,
                late: one.late && !one.paused,
            };
            (one.rule, due)
        };
        let mut approvals = BTreeMap::new();
        for one in &complaint.approvals {
            *approvals.entry((one.rule.clone(), one.approver.clone())).or_default() += 1;
        }
        Self {
            number: complaint.number.to_string(),
            received_at: complaint.received_at,
            class: complaint.class.clone(),
            department: complaint.department.clone(),
            deadlines: deadlines.into_iter().map(due).collect(),
            approvals,
        }
    }

    fn late(&self) -> u64 {
        count(self.deadlines.values().filter(|due| due.late))
    }
}

fn count<T>(all: impl Iterator<Item = T>) -> u64 {
    u64::try_from(all.count()).unwrap_or(u64::MAX)
}

pub(super) fn compare(
    was: Seen,
    would: Seen,
    post: Post,
    against: Vec<(u64, Moment, CommandKind, Refusal)>,
    text_missing: bool,
) -> Finding {
    let late = Pair {
        before: was.late(),
        after: would.late(),
    };
    let approvals = Pair {
        before: was.approvals.values().sum(),
        after: would.approvals.values().sum(),
    };
    let letters = Pair {
        before: post.both.values().map(|pair| pair.before).sum(),
        after: post.both.values().map(|pair| pair.after).sum(),
    };
    let (mut kinds, mut before, mut after) = (BTreeSet::new(), Picture::default(), Picture::default());
    if was.class != would.class {
        kinds.insert(Kind::Class);
        (before.class, after.class) = (Some(was.class.clone()), Some(would.class.clone()));
    }
    if was.department != would.department {
        kinds.insert(Kind::Department);
        (before.department, after.department) = (was.department.clone(), would.department.clone());
    }
    let rules: BTreeSet<&RuleId> = was.deadlines.keys().chain(would.deadlines.keys()).collect();
    for rule in rules {
        let (one, other) = (was.deadlines.get(rule), would.deadlines.get(rule));
        let moved = one.map(|due| due.due_at) != other.map(|due| due.due_at);
        let late = one.is_some_and(|due| due.late) != other.is_some_and(|due| due.late);
        kinds.extend(moved.then_some(Kind::Deadline));
        kinds.extend(late.then_some(Kind::Late));
        if moved || late {
            before.deadlines.extend(one.map(|due| (rule.clone(), due.clone())));
            after.deadlines.extend(other.map(|due| (rule.clone(), due.clone())));
        }
    }
    let asked: BTreeSet<&(RuleId, Desk)> = was.approvals.keys().chain(would.approvals.keys()).collect();
    for key in asked {
        let of = |side: &Seen| side.approvals.get(key).copied().unwrap_or(0);
        let (one, other) = (of(&was), of(&would));
        if one != other {
            kinds.insert(Kind::Approval);
            let asked = |times: u64| {
                let (rule, approver) = key.clone();
                (times > 0).then_some(Asked { rule, approver, times })
            };
            before.approvals.extend(asked(one));
            after.approvals.extend(asked(other));
        }
    }
    for (about, pair) in post.both {
        if pair.before != pair.after {
            kinds.insert(Kind::Letter);
            before.letters.extend(sent(&about, pair.before));
            after.letters.extend(sent(&about, pair.after));
        }
    }
    let refused = objections(against);
    kinds.extend((!refused.is_empty()).then_some(Kind::Refused));
    let difference = (!kinds.is_empty()).then_some(Difference {
        number: was.number,
        received_at: was.received_at,
        kinds,
        before,
        after,
        refused,
    });
    Finding {
        difference,
        late,
        approvals,
        letters,
        text_missing,
    }
}

fn sent(about: &About, times: u64) -> Option<Sent> {
    let (letter, desk, rule, rung, about) = about.clone();
    (times > 0).then_some(Sent {
        letter,
        desk,
        rule,
        rung,
        about,
        times,
    })
}

/// Each objection once, at the first step that it stood against.
fn objections(against: Vec<(u64, Moment, CommandKind, Refusal)>) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (seq, at, kind, refusal) in against {
        let command = kind.name();
        let known = |one: &Step| one.command == command && one.refusal == refusal;
        if steps.len() < MOST_OBJECTIONS && !steps.iter().any(known) {
            steps.push(Step {
                seq,
                at,
                command,
                refusal,
            });
        }
    }
    steps
}
