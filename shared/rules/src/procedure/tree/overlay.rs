//! Lays the differences of a pack over the pack that it extends.

use super::{Node, What};
use toml::Value as Toml;

/// What names an entry of a list of tables, the surest first.
const NAMES: &[&str] = &["rule", "id", "name", "key", "reason", "field", "party", "by", "command"];

/// Tables merge, lists of tables merge by what names their entries, all else replaces. An entry with `remove = true` takes
/// the base's entry away.
pub(super) fn lay(base: &mut Node, over: Node) {
    let Node { file, line, what } = over;
    match (&mut base.what, what) {
        (What::Table(under), What::Table(over)) => {
            for (key, value) in over {
                match under.get_mut(&key) {
                    Some(node) => lay(node, value),
                    None => {
                        under.insert(key, value);
                    }
                }
            }
            (base.file, base.line) = (file, line);
        }
        (What::List(under), What::List(over)) if !over.is_empty() && over.iter().all(is_table) => {
            for entry in over {
                lay_entry(under, entry);
            }
        }
        (_, what) => *base = Node { file, line, what },
    }
}

fn is_table(node: &Node) -> bool {
    matches!(node.what, What::Table(_))
}

fn lay_entry(under: &mut Vec<Node>, entry: Node) {
    let name = |of: &Node| {
        let value = |key: &str| of.get(key).map(|node| node.value().to_string());
        let found = NAMES.iter().find_map(|key| value(key).map(|value| (*key, value)))?;
        // One clause may speak for several classes.
        Some((found, value("axis"), value("value")))
    };
    let own = name(&entry);
    let place = under.iter().position(|other| own.is_some() && name(other) == own);
    let removes = matches!(
        entry.get("remove").map(|node| &node.what),
        Some(What::Leaf(Toml::Boolean(true)))
    );
    match (place, removes) {
        (Some(place), true) => {
            under.remove(place);
        }
        (None, true) => {}
        (Some(place), false) => {
            if let Some(node) = under.get_mut(place) {
                lay(node, entry);
            }
        }
        (None, false) => under.push(entry),
    }
}
