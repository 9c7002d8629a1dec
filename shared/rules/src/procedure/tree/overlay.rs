//! Lays the differences of a pack over the pack that it extends.

use super::{Node, What};
use crate::procedure::load::Fault;
use toml::Value as Toml;

/// What names an entry of a list, by the list: the first of these that it has, with what tells it from others of that
/// name. One clause may speak for several classes, one command may be guarded for several milestones.
const NAMES: &[(&str, &[&[&str]])] = &[
    ("guard", &[&["command", "milestone", "formal", "source"]]),
    ("implied", &[&["by", "reaches"]]),
    ("rule", &[&["rule", "axis", "value"]]),
];
/// What names an entry of any other list.
const USUAL: &[&[&str]] = &[
    &["rule"],
    &["id"],
    &["name"],
    &["key"],
    &["reason"],
    &["field"],
    &["party"],
];
/// Lists of which the first entry that fits wins: differences stand before what they differ from.
const FIRST_FITS: &[&str] = &["route", "kind", "registrar_for"];

/// Tables merge, lists of tables merge by what names their entries, all else replaces. An entry with `remove = true` takes
/// the base's entries of that name away; one that takes nothing away is a fault.
pub(super) fn lay(base: &mut Node, over: Node, wrong: &mut Vec<Fault>) {
    lay_under("", base, over, wrong);
}

fn lay_under(list: &str, base: &mut Node, over: Node, wrong: &mut Vec<Fault>) {
    let Node { file, line, what } = over;
    match (&mut base.what, what) {
        (What::Table(under), What::Table(over)) => {
            for (key, value) in over {
                match under.get_mut(&key) {
                    Some(node) => lay_under(&key, node, value, wrong),
                    None => {
                        under.insert(key, value);
                    }
                }
            }
            (base.file, base.line) = (file, line);
        }
        (What::List(under), What::List(over)) if !over.is_empty() && over.iter().all(is_table) => {
            let mut before = Vec::new();
            for entry in over {
                if let Some(new) = lay_entry(list, under, entry, wrong) {
                    before.push(new);
                }
            }
            if FIRST_FITS.contains(&list) {
                under.splice(0..0, before);
            } else {
                under.extend(before);
            }
        }
        (_, what) => *base = Node { file, line, what },
    }
}

fn is_table(node: &Node) -> bool {
    matches!(node.what, What::Table(_))
}

/// Changes or removes the base's entry of that name; gives the entry back where the base has none.
fn lay_entry(list: &str, under: &mut Vec<Node>, entry: Node, wrong: &mut Vec<Fault>) -> Option<Node> {
    let removes = matches!(
        entry.get("remove").map(|node| &node.what),
        Some(What::Leaf(Toml::Boolean(true)))
    );
    let own = name(list, &entry);
    let named: Vec<usize> = (0..under.len())
        .filter(|at| own.is_some() && under.get(*at).map(|other| name(list, other)) == Some(own.clone()))
        .collect();
    if removes {
        if named.is_empty() {
            wrong.push(entry.fault(
                &[],
                "there is no such entry to remove in the pack that this one extends",
            ));
        }
        for at in named.into_iter().rev() {
            under.remove(at);
        }
        return None;
    }
    // Of several with one name, the one of the same clause is meant; where none is, this is one more.
    let source = |node: &Node| node.get("source").and_then(Node::text).map(str::to_owned);
    let place = match named.as_slice() {
        [one] => Some(*one),
        several => several
            .iter()
            .copied()
            .find(|at| under.get(*at).and_then(source) == source(&entry)),
    };
    match place.and_then(|at| under.get_mut(at)) {
        Some(node) => {
            lay_under("", node, entry, wrong);
            None
        }
        None => Some(entry),
    }
}

fn name(list: &str, of: &Node) -> Option<Vec<(&'static str, Option<String>)>> {
    let own = NAMES.iter().find(|(name, _)| *name == list).map(|(_, keys)| *keys);
    let value = |key: &'static str| (key, of.get(key).map(|node| node.value().to_string()));
    own.unwrap_or(USUAL)
        .iter()
        .map(|keys| keys.iter().map(|key| value(key)).collect::<Vec<_>>())
        .find(|found| found.first().is_some_and(|(_, first)| first.is_some()))
}
