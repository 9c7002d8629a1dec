//! Reads a pack from its files: every top-level table of every file together, with everything wrong said at once.

use std::collections::BTreeMap;

use toml::Table;
use toml::Value as Toml;

use super::Procedure;
use super::model::Pack;
use crate::classify::{Classification, Lexicon};
use crate::domain::value::FieldCatalogue;

/// Something wrong with a pack, where an officer can find it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[error("{file}:{line}: {message}")]
pub struct Fault {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, in an officer's words.
    pub message: String,
}

/// The text of a pack: its files by name.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// File name → text.
    pub files: BTreeMap<String, String>,
}

impl Source {
    /// A pack that ships with the program.
    pub fn shipped(id: &str) -> Option<Self> {
        Some(Self {
            files: crate::shipped::pack(id)?,
        })
    }

    /// The case files that ship with a pack: name and text.
    pub fn shipped_cases(id: &str) -> Vec<(String, String)> {
        crate::shipped::cases(id).into_iter().collect()
    }

    /// The ids of all shipped packs, in order.
    pub fn shipped_ids() -> Vec<String> {
        crate::shipped::ids()
    }

    /// The file and line where a name first stands; for messages about meaning rather than form.
    pub fn place(&self, name: &str) -> (String, usize) {
        let needle = format!("\"{name}\"");
        for (file, text) in &self.files {
            if let Some(index) = text.lines().position(|line| line.contains(&needle)) {
                return (file.clone(), index + 1);
            }
        }
        (self.files.keys().next().cloned().unwrap_or_default(), 1)
    }
}

/// Reads a pack. `base` gives the source of the pack it extends.
///
/// # Errors
/// Everything that is wrong with the form of the files.
pub fn load(source: &Source, base: &dyn Fn(&str) -> Option<Source>) -> Result<Procedure, Vec<Fault>> {
    let table = merged(source, base, 0)?;
    let pack: Pack = Toml::Table(table)
        .try_into()
        .map_err(|error: toml::de::Error| vec![locate(source, &error)])?;
    let lexicon = Lexicon::shipped().map_err(|wrong| faults("lexicon", wrong))?;
    let classification = Classification {
        classes: pack.classes.clone(),
        routing: pack.routing.clone(),
    };
    let classifier = classification
        .compile(&lexicon)
        .map_err(|wrong| faults("classes.toml", wrong))?;
    let mut fields = FieldCatalogue::builtin();
    let mut wrong = Vec::new();
    for own in &pack.field {
        if !fields.add(&own.key, &own.kind, &own.of, own.internal) {
            let (file, line) = source.place(own.key.as_str());
            let message = format!(
                "field `{}` is there already, or `{}` is no kind of field",
                own.key, own.kind
            );
            wrong.push(Fault { file, line, message });
        }
    }
    if wrong.is_empty() {
        Ok(Procedure {
            pack,
            classifier,
            fields,
        })
    } else {
        Err(wrong)
    }
}

/// A shipped procedure by id.
///
/// # Errors
/// Faults of the shipped files, which a test rules out; an unknown id gives nothing.
pub fn shipped(id: &str) -> Option<Result<Procedure, Vec<Fault>>> {
    Some(load(&Source::shipped(id)?, &Source::shipped))
}

fn faults(file: &str, wrong: Vec<String>) -> Vec<Fault> {
    wrong
        .into_iter()
        .map(|message| Fault {
            file: file.to_owned(),
            line: 1,
            message,
        })
        .collect()
}

fn merged(source: &Source, base: &dyn Fn(&str) -> Option<Source>, depth: usize) -> Result<Table, Vec<Fault>> {
    let mut wrong = Vec::new();
    let mut own = Table::new();
    for (file, text) in &source.files {
        match toml::from_str::<Table>(text) {
            Err(error) => {
                let line = error.span().map_or(1, |span| line_of(text, span.start));
                wrong.push(Fault {
                    file: file.clone(),
                    line,
                    message: error.message().replace('\n', " "),
                });
            }
            Ok(table) => {
                // Two subjects speak of rules and classes in a vocabulary of their own, and so keep to themselves.
                let own_subject = file
                    .strip_suffix(".toml")
                    .filter(|stem| ["classes", "routing"].contains(stem));
                let table = match own_subject {
                    Some(stem) => Table::from_iter([(stem.to_owned(), Toml::Table(table))]),
                    None => table,
                };
                for (key, value) in table {
                    if own.insert(key.clone(), value).is_some() {
                        let message = format!("`{key}` stands in another file of this pack too");
                        wrong.push(Fault {
                            file: file.clone(),
                            line: 1,
                            message,
                        });
                    }
                }
            }
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let extends = own
        .get("procedure")
        .and_then(|head| head.get("extends"))
        .and_then(Toml::as_str)
        .map(str::to_owned);
    let Some(parent) = extends else { return Ok(own) };
    let (file, line) = source.place(&parent);
    if depth > 8 {
        return Err(vec![Fault {
            file,
            line,
            message: "packs extend each other in a circle".to_owned(),
        }]);
    }
    let Some(parent_source) = base(&parent) else {
        return Err(vec![Fault {
            file,
            line,
            message: format!("there is no pack `{parent}` to extend"),
        }]);
    };
    let mut table = merged(&parent_source, base, depth + 1)?;
    overlay(&mut table, own);
    Ok(table)
}

/// Lays the differences over a base: tables merge, lists of tables merge by what names their entries, all else replaces.
/// An entry with `remove = true` takes the base's entry away.
fn overlay(base: &mut Table, differences: Table) {
    for (key, value) in differences {
        match (base.get_mut(&key), value) {
            (Some(Toml::Table(under)), Toml::Table(over)) => overlay(under, over),
            (Some(Toml::Array(under)), Toml::Array(over)) if !over.is_empty() && over.iter().all(Toml::is_table) => {
                for entry in over {
                    lay_entry(under, entry);
                }
            }
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

fn lay_entry(under: &mut Vec<Toml>, entry: Toml) {
    const NAMES: &[&str] = &["rule", "id", "name", "key", "reason", "field", "party", "by", "command"];
    let name = |of: &Toml| {
        let found = NAMES
            .iter()
            .find_map(|key| of.get(*key).map(|value| (*key, value.to_string())))?;
        // One clause may speak for several classes.
        Some((
            found,
            of.get("axis").map(Toml::to_string),
            of.get("value").map(Toml::to_string),
        ))
    };
    let own = name(&entry);
    let place = under.iter().position(|other| own.is_some() && name(other) == own);
    let removes = entry.get("remove").and_then(Toml::as_bool) == Some(true);
    match (place, removes) {
        (Some(place), true) => {
            under.remove(place);
        }
        (None, true) => {}
        (Some(place), false) => {
            if let (Some(Toml::Table(table)), Toml::Table(over)) = (under.get_mut(place), entry) {
                overlay(table, over);
            }
        }
        (None, false) => under.push(entry),
    }
}

/// Finds the place of an error that was met after the files had been put together, by the names it quotes.
fn locate(source: &Source, error: &toml::de::Error) -> Fault {
    let message = error.message().replace('\n', " ");
    let quoted = message.split('`').nth(1).unwrap_or_default();
    let quotes = format!("\"{quoted}\"");
    // The surest sign first: a key of that name, then the whole value, then the word anywhere.
    let signs: [&dyn Fn(&str) -> bool; 3] = [
        &|line| line.trim_start().starts_with(quoted),
        &|line| line.contains(&quotes),
        &|line| line.contains(quoted),
    ];
    for sign in signs.iter().filter(|_| !quoted.is_empty()) {
        for (file, text) in &source.files {
            if let Some(index) = text.lines().position(sign) {
                return Fault {
                    file: file.clone(),
                    line: index + 1,
                    message,
                };
            }
        }
    }
    let file = source.files.keys().next().cloned().unwrap_or_default();
    Fault { file, line: 1, message }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes()
        .iter()
        .take(offset)
        .filter(|byte| **byte == b'\n')
        .count()
        + 1
}
