//! The states and transitions of table 3(a), told from what a complaint is before and after a turn.

use std::sync::LazyLock;

use serde::Deserialize;

use super::seen::Seen;
use crate::domain::capa::Capa;
use crate::domain::command::CommandKind;
use crate::domain::complaint::Complaint;
use crate::domain::stage::Stage;
use crate::procedure::condition::Condition;
use crate::procedure::load::Fault;
use crate::procedure::strict;
use crate::procedure::tree::{self, Node};

/// The file they stand in.
pub const FILE: &str = "states.toml";
const TEXT: &str = include_str!("../../../states.toml");

/// What the file says.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct States {
    state: Vec<State>,
    transition: Vec<Transition>,
    /// The closing reasons.
    pub reason: Vec<Reason>,
}

/// A closing reason.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Its code.
    pub id: String,
    /// The clauses that have it.
    pub source: String,
}

/// A way to tell a state.
#[derive(Debug, Deserialize)]
struct State {
    id: String,
    /// For readers of the file.
    #[serde(rename = "title")]
    _title: String,
    #[serde(flatten)]
    sign: Sign,
}

/// A way to tell a transition.
#[derive(Debug, Deserialize)]
struct Transition {
    id: String,
    /// Empty: from anywhere.
    #[serde(default)]
    from: Vec<String>,
    to: Vec<String>,
    #[serde(default)]
    new: Option<Sign>,
    #[serde(flatten)]
    sign: Sign,
}

/// What must be true of a complaint; all parts that are given.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Sign {
    stage: Vec<String>,
    when: Condition,
    ever: Vec<String>,
    round: u32,
    capa: Vec<String>,
    capa_round: u32,
    awaiting: Option<At>,
    refused: Option<At>,
    closed: Vec<String>,
}

/// Commands at which approvals are asked.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum At {
    /// These.
    These(Vec<CommandKind>),
    /// `any`.
    Any(String),
}

impl At {
    fn holds(&self, kind: CommandKind) -> bool {
        match self {
            Self::These(kinds) => kinds.contains(&kind),
            Self::Any(word) => word == "any",
        }
    }
}

impl Sign {
    fn holds(&self, it: &Complaint) -> bool {
        let last = it.capa.last();
        let capa = |wanted: &String| last.is_some_and(|capa: &Capa| capa.stage.name() == wanted);
        let reason = match &it.stage {
            Stage::Closed { reason, .. } | Stage::Archived { reason, .. } => reason.as_str(),
            _ => "",
        };
        let asked = |at: &At, granted: Option<bool>| {
            let decided =
                |one: &crate::domain::approval::Approval| one.decision.as_ref().map(|decision| decision.granted);
            it.approvals
                .iter()
                .any(|one| at.holds(one.at) && decided(one) == granted)
        };
        (self.stage.is_empty() || self.stage.iter().any(|stage| stage == it.stage.name()))
            && self.when.holds(it)
            && self.ever.iter().all(|name| it.ever(name))
            && it.round >= self.round
            && (self.capa.is_empty() || self.capa.iter().any(capa))
            && (self.capa_round == 0 || last.is_some_and(|capa| capa.round >= self.capa_round))
            && self.awaiting.as_ref().is_none_or(|at| asked(at, None))
            && self.refused.as_ref().is_none_or(|at| asked(at, Some(false)))
            && (self.closed.is_empty() || self.closed.iter().any(|code| code == reason))
    }
}

/// The file with its places.
pub static TREE: LazyLock<Result<Node, Vec<Fault>>> = LazyLock::new(|| tree::file(FILE, TEXT));

/// The file read; empty if it is faulty, which a test rules out.
pub static STATES: LazyLock<States> = LazyLock::new(|| match &*TREE {
    Ok(tree) => strict::read(tree).unwrap_or_default(),
    Err(_) => States::default(),
});

/// Notes the states a complaint is in and the transitions it made.
pub(super) fn visit(seen: &mut Seen, before: Option<&Complaint>, after: &Complaint) {
    let is = |it: &Complaint, id: &String| STATES.state.iter().any(|state| state.id == *id && state.sign.holds(it));
    let was = |id: &String| before.is_some_and(|before| is(before, id));
    for step in &STATES.transition {
        // Where it came from: an earlier turn, or this very one.
        let came = step.from.is_empty()
            || step
                .from
                .iter()
                .any(|id| is(after, id) || was(id) || seen.rows.contains(id));
        let left = step.from.iter().any(|id| was(id) && !is(after, id));
        let arrived = step.to.iter().any(|id| is(after, id) && (left || !was(id)));
        let happened = match &step.new {
            Some(sign) => sign.holds(after) && !before.is_some_and(|before| sign.holds(before)),
            None => arrived,
        };
        if came && happened && step.sign.holds(after) {
            seen.rows.insert(step.id.clone());
        }
    }
    let states = STATES.state.iter().filter(|state| state.sign.holds(after));
    seen.rows.extend(states.map(|state| state.id.clone()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_states_is_without_fault() {
        let tree = TREE.as_ref().unwrap();
        let read: Result<States, Vec<Fault>> = strict::read(tree);
        let read = read.unwrap();
        for id in read.transition.iter().flat_map(|step| step.from.iter().chain(&step.to)) {
            assert!(read.state.iter().any(|state| state.id == *id), "{id}");
        }
        assert_eq!((read.transition.len(), read.reason.len()), (35, 12));
    }
}
