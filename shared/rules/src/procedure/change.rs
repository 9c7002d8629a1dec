//! A value of a pack changed for a trial: `deadline.T20.1.within=2 weeks`.

use std::sync::Arc;

use toml::Value as Toml;

use super::load::Fault;
use super::tree::{self, Node, Step, What};

/// What may name an entry of a list in a path.
const NAMES: &[&str] = &["rule", "id", "name", "key", "reason", "field", "party"];
/// Where faults of changes stand.
const HERE: &str = "change";

/// A value and where in the pack it is to stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The way there, with dots: keys of tables, and of lists the entry's rule, id or name, or its place from 0. The list may
    /// be left out where one list alone has an entry of that name.
    pub path: String,
    /// The value.
    pub value: Toml,
}

/// Text that is no change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not of the form path=value, such as deadline.T20.1.within=2 weeks")]
pub struct NoChange;

impl std::str::FromStr for Change {
    type Err = NoChange;

    /// Reads `path=value`; the value as in a pack's file, where text may stand without quotes.
    fn from_str(text: &str) -> Result<Self, NoChange> {
        let (path, value) = text.split_once('=').ok_or(NoChange)?;
        Self::of(path, value).ok_or(NoChange)
    }
}

impl Change {
    /// A change of a value that is written as in a pack's file, where text may stand without quotes. Nothing without a path.
    pub fn of(path: &str, value: &str) -> Option<Self> {
        let (path, value) = (path.trim(), value.trim());
        let written: Option<toml::Table> = toml::from_str(&format!("value = {value}")).ok();
        let read = written.and_then(|mut table| table.remove("value").filter(|_| table.is_empty()));
        (!path.is_empty()).then(|| Self {
            path: path.to_owned(),
            value: read.unwrap_or_else(|| Toml::String(value.to_owned())),
        })
    }
}

/// Changes a pack's tree.
///
/// # Errors
/// Every change that leads nowhere.
pub(super) fn apply(tree: &mut Node, changes: &[Change]) -> Result<(), Vec<Fault>> {
    let mut wrong = Vec::new();
    for change in changes {
        if let Err(message) = put(tree, change) {
            wrong.push(Fault {
                file: HERE.to_owned(),
                line: 1,
                message,
            });
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

fn put(tree: &mut Node, change: &Change) -> Result<(), String> {
    let steps: Vec<&str> = change.path.split('.').map(str::trim).collect();
    let mut found = ways(tree, &steps);
    if found.is_empty() {
        // `T20.1.within` alone is clear where only one list has a T20.1.
        found = lists(tree)
            .into_iter()
            .flat_map(|list| {
                let long: Vec<&str> = std::iter::once(list.as_str()).chain(steps.iter().copied()).collect();
                ways(tree, &long)
            })
            .collect();
    }
    let path = &change.path;
    match found.as_slice() {
        [] => Err(format!("the pack has nothing at `{path}`")),
        [way] => {
            let node = way.iter().try_fold(tree, |node, step| match (&mut node.what, step) {
                (What::Table(table), Step::Key(key)) => Some(table.entry(key.clone()).or_insert_with(nothing)),
                (What::List(list), Step::At(at)) => list.get_mut(*at),
                _ => None,
            });
            let node = node.ok_or_else(|| format!("the pack has nothing at `{path}`"))?;
            *node = written(&change.value);
            Ok(())
        }
        several => Err(format!(
            "`{path}` may mean {} places of the pack: begin with the list, as in `deadline.{path}`",
            several.len()
        )),
    }
}

fn lists(tree: &Node) -> Vec<String> {
    let What::Table(table) = &tree.what else {
        return Vec::new();
    };
    let lists = table.iter().filter(|(_, node)| matches!(node.what, What::List(_)));
    lists.map(|(key, _)| key.clone()).collect()
}

/// Every way that the steps may mean. Names may hold dots themselves. The last step may be a key that is not there yet.
fn ways(node: &Node, steps: &[&str]) -> Vec<tree::Path> {
    if steps.is_empty() {
        return vec![tree::Path::new()];
    }
    let mut found = Vec::new();
    for long in (1..=steps.len()).rev() {
        let (head, rest) = steps.split_at(long);
        let name = head.join(".");
        for step in entries(node, &name, rest.is_empty()) {
            let Some(next) = node.step(&step) else {
                if rest.is_empty() {
                    found.push(tree::Path::from([step]));
                }
                continue;
            };
            for way in ways(next, rest) {
                found.push(std::iter::once(step.clone()).chain(way).collect());
            }
        }
    }
    found
}

/// The steps from a node that a name may mean.
fn entries(node: &Node, name: &str, last: bool) -> Vec<Step> {
    match &node.what {
        What::Table(table) if table.contains_key(name) => vec![Step::from(name)],
        // A new key; whether the pack may have it is seen when it is read.
        What::Table(_) if last && !name.contains('.') => vec![Step::from(name)],
        What::List(list) => {
            let named = |entry: &Node| {
                let mut names = NAMES.iter().filter_map(|key| entry.get(key).and_then(Node::text));
                names.any(|own| own == name)
            };
            let all: Vec<Step> = list
                .iter()
                .enumerate()
                .filter(|(_, entry)| named(entry))
                .map(|(at, _)| Step::from(at))
                .collect();
            match name.parse::<usize>() {
                Ok(at) if all.is_empty() && at < list.len() => vec![Step::from(at)],
                _ => all,
            }
        }
        _ => Vec::new(),
    }
}

fn nothing() -> Node {
    written(&Toml::Boolean(false))
}

fn written(value: &Toml) -> Node {
    let what = match value {
        Toml::Table(table) => What::Table(table.iter().map(|(key, value)| (key.clone(), written(value))).collect()),
        Toml::Array(list) => What::List(list.iter().map(written).collect()),
        leaf => What::Leaf(leaf.clone()),
    };
    Node {
        file: Arc::from(HERE),
        line: 1,
        what,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::procedure::Procedure;
    use crate::procedure::load::{Source, load_changed};

    fn changed(changes: &[&str]) -> Result<Procedure, Vec<Fault>> {
        let changes: Vec<Change> = changes.iter().map(|text| text.parse().unwrap()).collect();
        load_changed(&Source::shipped("P20").unwrap(), &Source::shipped, &changes)
    }

    fn message(changes: &[&str]) -> String {
        changed(changes).err().unwrap().remove(0).message
    }

    #[test]
    fn a_limit_is_changed_by_its_rule_with_or_without_the_list() {
        for path in ["deadline.T20.1.within", "T20.1.within"] {
            let procedure = changed(&[&format!("{path}=2 weeks")]).unwrap();
            let rule = procedure.deadline("T20.1").unwrap();
            assert_eq!(rule.within.as_ref().unwrap().to_string(), "2 weeks");
            let other = procedure.deadline("T20.3").unwrap();
            assert_eq!(other.within.as_ref().unwrap().to_string(), "1 week");
        }
    }

    #[test]
    fn a_ladder_and_a_value_that_was_not_there_can_be_given() {
        let procedure = changed(&[
            r#"ladder.answer.rung=[{ name = "late", tell = ["responsible"] }]"#,
            "T20.4.pausable=true",
            "procedure.hours=09:00-18:00",
        ])
        .unwrap();
        let ladder = procedure
            .pack
            .ladder
            .iter()
            .find(|ladder| ladder.name == "answer")
            .unwrap();
        assert_eq!(ladder.rung.len(), 1);
        assert!(procedure.deadline("T20.4").unwrap().pausable);
    }

    #[test]
    fn a_change_that_leads_nowhere_or_makes_no_sense_is_refused() {
        assert_eq!(
            message(&["deadline.T99.1.within=2 weeks"]),
            "the pack has nothing at `deadline.T99.1.within`"
        );
        assert!(message(&["T20.1.witin=2 weeks"]).starts_with("there is no `witin` here"));
        assert!(changed(&["T20.1.within=2 fortnights"]).is_err());
        assert_eq!("T20.1.within".parse::<Change>(), Err(NoChange));
    }
}
