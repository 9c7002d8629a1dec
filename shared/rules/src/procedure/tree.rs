//! The files of a pack as one tree of values, each with the file and line where it stands.

mod overlay;

use std::collections::BTreeMap;
use std::sync::Arc;

use toml::Value as Toml;
use toml::de::{DeTable, DeValue};

use super::load::{Fault, Source};

/// How many packs may extend each other in a row.
const DEEPEST: usize = 8;

/// One step down the tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Into a table.
    Key(String),
    /// Into a list.
    At(usize),
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Self::At(index)
    }
}

/// The way to a value, from the top.
pub type Path = Vec<Step>;

/// The way to a value: `way!["deadline", 3, "until"]`.
macro_rules! way {
    ($($step:expr),* $(,)?) => {
        $crate::procedure::tree::Path::from([$($crate::procedure::tree::Step::from($step)),*])
    };
}
pub(crate) use way;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub struct Node {
    /// The file; for what comes from the pack that this one extends, with that pack's id before it.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: usize,
    /// The value itself.
    pub what: What,
}

/// A value.
#[derive(Clone, Debug)]
pub enum What {
    /// Named values.
    Table(BTreeMap<String, Node>),
    /// A list.
    List(Vec<Node>),
    /// Text, number, date, yes or no.
    Leaf(Toml),
}

impl Node {
    /// The value without its places.
    pub fn value(&self) -> Toml {
        match &self.what {
            What::Table(table) => Toml::Table(table.iter().map(|(key, node)| (key.clone(), node.value())).collect()),
            What::List(list) => Toml::Array(list.iter().map(Self::value).collect()),
            What::Leaf(leaf) => leaf.clone(),
        }
    }

    /// The value one step down.
    pub fn step(&self, step: &Step) -> Option<&Self> {
        match (&self.what, step) {
            (What::Table(table), Step::Key(key)) => table.get(key),
            (What::List(list), Step::At(index)) => list.get(*index),
            _ => None,
        }
    }

    /// The value under a key of a table.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match &self.what {
            What::Table(table) => table.get(key),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.what {
            What::Leaf(Toml::String(text)) => Some(text),
            _ => None,
        }
    }

    /// The value that a way leads to, or as far as it leads.
    pub fn nearest(&self, path: &[Step]) -> &Self {
        path.iter()
            .try_fold(self, |node, step| node.step(step).ok_or(node))
            .unwrap_or_else(|last| last)
    }

    /// A fault of what a way leads to.
    pub fn fault(&self, path: &[Step], message: impl Into<String>) -> Fault {
        let node = self.nearest(path);
        Fault {
            file: node.file.to_string(),
            line: node.line,
            message: message.into(),
        }
    }
}

/// Reads all files of a pack, and of the packs it extends, as one table.
///
/// # Errors
/// Everything that keeps the files from being read or put together.
pub fn read(source: &Source, base: &dyn Fn(&str) -> Option<Source>) -> Result<Node, Vec<Fault>> {
    extended(source, base, "", 0)
}

fn extended(
    source: &Source,
    base: &dyn Fn(&str) -> Option<Source>,
    before: &str,
    depth: usize,
) -> Result<Node, Vec<Fault>> {
    let own = together(source, before)?;
    let extends = own.get("procedure").and_then(|head| head.get("extends"));
    let Some(extends) = extends else { return Ok(own) };
    let wrong = |message: String| vec![extends.fault(&[], message)];
    let Some(parent) = extends.text() else {
        return Err(wrong("`extends` names the pack whose differences these are".to_owned()));
    };
    if depth >= DEEPEST {
        return Err(wrong(format!("packs extend each other in a circle: `{parent}` again")));
    }
    let Some(parent_source) = base(parent) else {
        return Err(wrong(format!("there is no pack `{parent}` to extend")));
    };
    let mut tree = extended(&parent_source, base, &format!("{parent}/"), depth + 1)?;
    let mut wrong = Vec::new();
    overlay::lay(&mut tree, own, &mut wrong);
    if wrong.is_empty() { Ok(tree) } else { Err(wrong) }
}

/// Puts the files of one pack together: every top-level table of every file.
fn together(source: &Source, before: &str) -> Result<Node, Vec<Fault>> {
    let mut wrong = Vec::new();
    let mut all: BTreeMap<String, Node> = BTreeMap::new();
    for (name, text) in &source.files {
        let node = match file(&format!("{before}{name}"), text) {
            Ok(node) => node,
            Err(faults) => {
                wrong.extend(faults);
                continue;
            }
        };
        // Two subjects speak of rules and classes in a vocabulary of their own, and so keep to themselves.
        let subject = name
            .strip_suffix(".toml")
            .filter(|stem| ["classes", "routing"].contains(stem));
        let entries = match (subject, node.what) {
            (Some(stem), what) => BTreeMap::from([(stem.to_owned(), Node { what, ..node })]),
            (None, What::Table(table)) => table,
            (None, _) => BTreeMap::new(),
        };
        for (key, value) in entries {
            if let Some(other) = all.get(&key) {
                wrong.push(value.fault(&[], format!("`{key}` stands in {} too", other.file)));
            } else {
                all.insert(key, value);
            }
        }
    }
    let first = source.files.keys().next().map_or("procedure.toml", String::as_str);
    if wrong.is_empty() {
        Ok(Node {
            file: Arc::from(format!("{before}{first}")),
            line: 1,
            what: What::Table(all),
        })
    } else {
        Err(wrong)
    }
}

/// Reads one file.
///
/// # Errors
/// Everything wrong with its form at once.
pub fn file(name: &str, text: &str) -> Result<Node, Vec<Fault>> {
    let reader = Reader {
        file: Arc::from(name),
        lines: text.match_indices('\n').map(|(at, _)| at).collect(),
    };
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut faults: Vec<Fault> = errors
        .iter()
        .map(|error| Fault {
            file: name.to_owned(),
            line: error.span().map_or(1, |span| reader.line(span.start)),
            message: error.message().replace('\n', " "),
        })
        .collect();
    faults.sort_by_key(|fault| fault.line);
    // One slip of the pen may be met twice on its line.
    faults.dedup_by(|one, other| one.line == other.line);
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(reader.table(1, table.get_ref()))
}

struct Reader {
    file: Arc<str>,
    /// Where each line ends.
    lines: Vec<usize>,
}

impl Reader {
    fn line(&self, offset: usize) -> usize {
        self.lines.partition_point(|end| *end < offset) + 1
    }

    fn node(&self, line: usize, what: What) -> Node {
        Node {
            file: self.file.clone(),
            line,
            what,
        }
    }

    fn table(&self, line: usize, table: &DeTable<'_>) -> Node {
        let entries = table.iter().map(|(key, value)| {
            let line = self.line(key.span().start);
            (key.get_ref().to_string(), self.value(line, value.get_ref()))
        });
        self.node(line, What::Table(entries.collect()))
    }

    fn value(&self, line: usize, value: &DeValue<'_>) -> Node {
        let leaf = match value {
            DeValue::Table(table) => return self.table(line, table),
            DeValue::Array(list) => {
                let nodes = list
                    .iter()
                    .map(|one| self.value(self.line(one.span().start), one.get_ref()));
                return self.node(line, What::List(nodes.collect()));
            }
            DeValue::String(text) => Toml::String(text.to_string()),
            // A number too long for the machine stays text, which no number field accepts.
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => Toml::Integer(number),
                Err(_) => Toml::String(number.to_string()),
            },
            DeValue::Float(number) => match number.as_str().parse() {
                Ok(number) => Toml::Float(number),
                Err(_) => Toml::String(number.to_string()),
            },
            DeValue::Boolean(flag) => Toml::Boolean(*flag),
            DeValue::Datetime(moment) => Toml::Datetime(*moment),
        };
        self.node(line, What::Leaf(leaf))
    }
}

#[cfg(test)]
#[path = "tree_tests.rs"]
mod tests;
