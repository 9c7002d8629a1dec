//! Reads a tree of values into a shape, and says everything wrong with its form at once, each at its line.

use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

use super::load::Fault;
use super::tree::{Node, Path, Step, What};

/// After so many faults nobody reads on.
const MOST: usize = 100;

/// Reads a tree.
///
/// # Errors
/// All faults: an entry that is wrong is set aside, and the rest is read again.
pub fn read<T: DeserializeOwned>(tree: &Node) -> Result<T, Vec<Fault>> {
    let mut tree = tree.clone();
    let mut faults: Vec<Fault> = Vec::new();
    loop {
        let error = match serde_path_to_error::deserialize(tree.value()) {
            Ok(read) if faults.is_empty() => return Ok(read),
            Ok(_) => return Err(faults),
            Err(error) => error,
        };
        let mut path = steps(error.path());
        let message = error.inner().message().replace('\n', " ");
        let quoted = message.split('`').nth(1).unwrap_or_default();
        if message.starts_with("unknown field") && tree.nearest(&path).get(quoted).is_some() {
            path.push(Step::from(quoted));
        }
        // What was set aside is missed now: everything else has been said.
        if message.starts_with("missing field") && !faults.is_empty() && !path.iter().any(in_list) {
            return Err(faults);
        }
        faults.push(tree.fault(&path, worded(&message)));
        if faults.len() >= MOST || !set_aside(&mut tree, &path) {
            return Err(faults);
        }
    }
}

fn in_list(step: &Step) -> bool {
    matches!(step, Step::At(_))
}

fn steps(path: &serde_path_to_error::Path) -> Path {
    let step = |segment: &Segment| match segment {
        Segment::Seq { index } => Some(Step::from(*index)),
        Segment::Map { key } => Some(Step::from(key.as_str())),
        Segment::Enum { .. } | Segment::Unknown => None,
    };
    path.iter().filter_map(step).collect()
}

/// The reader's message in an officer's words.
fn worded(message: &str) -> String {
    let quoted = message.split('`').nth(1).unwrap_or_default();
    let choices = || {
        message
            .split_once("expected ")
            .map_or("", |(_, choices)| choices)
            .replace('`', "")
    };
    let choices = || choices().trim_start_matches("one of ").to_owned();
    // How the calendar library speaks of dates and moments that are none.
    const NO_DATE: &[&str] = &[
        "input is out of range",
        "input contains invalid characters",
        "premature end of input",
        "trailing input",
        "no possible date and time matching input",
    ];
    if NO_DATE.contains(&message) {
        "this is not a date such as 2025-03-14".to_owned()
    } else if message.starts_with("unknown field") {
        format!("there is no `{quoted}` here; there is {}", choices())
    } else if message.starts_with("unknown variant") {
        format!("`{quoted}` is none of {}", choices())
    } else if message.starts_with("missing field") {
        format!("`{quoted}` is missing")
    } else if message.starts_with("duplicate field") {
        format!("`{quoted}` stands twice")
    } else if message.contains("untagged") {
        "this is neither a text, nor yes or no, nor a whole number".to_owned()
    } else if let Some(rest) = message.strip_prefix("invalid type: ") {
        let (found, wanted) = rest.split_once(", expected ").unwrap_or((rest, "another value"));
        format!("this is {found}, it should be {}", wanted.trim_start_matches("struct "))
    } else {
        message.to_owned()
    }
}

/// Takes the wrong entry of a list away, or else the wrong key.
fn set_aside(tree: &mut Node, path: &[Step]) -> bool {
    let end = path.iter().rposition(in_list).unwrap_or(path.len().saturating_sub(1));
    let (Some(way), Some(last)) = (path.get(..end), path.get(end)) else {
        return false;
    };
    let Some(node) = way.iter().try_fold(tree, |node, step| match (&mut node.what, step) {
        (What::Table(table), Step::Key(key)) => table.get_mut(key),
        (What::List(list), Step::At(index)) => list.get_mut(*index),
        _ => None,
    }) else {
        return false;
    };
    match (&mut node.what, last) {
        (What::List(list), Step::At(index)) if *index < list.len() => {
            list.remove(*index);
            true
        }
        (What::Table(table), Step::Key(key)) => table.remove(key).is_some(),
        _ => false,
    }
}
