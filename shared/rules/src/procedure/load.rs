//! Reads a pack from its files: every top-level table of every file together, with everything wrong said at once.

use std::collections::BTreeMap;

use super::Procedure;
use super::change::{self, Change};
use super::check::classes;
use super::model::Pack;
use super::strict;
use super::tree::{self, way};
use crate::classify::Classification;
use crate::domain::value::FieldCatalogue;
use crate::shipped;

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
            files: shipped::pack(id)?,
        })
    }

    /// The case files that ship with a pack: name and text.
    pub fn shipped_cases(id: &str) -> Vec<(String, String)> {
        shipped::cases(id).into_iter().collect()
    }

    /// A digest of all packs that ship with the program.
    pub fn shipped_digest() -> String {
        shipped::digest()
    }

    /// The ids of all shipped packs, in order.
    pub fn shipped_ids() -> Vec<String> {
        shipped::ids()
    }

    /// A fault of the pack's head, at the line of that key. `base` gives the source of the pack it extends.
    pub fn head_fault(&self, key: &str, message: String, base: &dyn Fn(&str) -> Option<Source>) -> Fault {
        match tree::read(self, base) {
            Ok(tree) => tree.fault(&way!["procedure", key], message),
            Err(_) => Fault {
                file: "procedure.toml".to_owned(),
                line: 1,
                message,
            },
        }
    }
}

/// Reads a pack. `base` gives the source of the pack it extends.
///
/// # Errors
/// Everything that is wrong with the form of the files.
pub fn load(source: &Source, base: &dyn Fn(&str) -> Option<Source>) -> Result<Procedure, Vec<Fault>> {
    load_changed(source, base, &[])
}

/// As [`load`], with some of its values changed: what would be if the pack said so.
///
/// # Errors
/// As [`load`], and where a change leads nowhere.
pub fn load_changed(
    source: &Source,
    base: &dyn Fn(&str) -> Option<Source>,
    changes: &[Change],
) -> Result<Procedure, Vec<Fault>> {
    let mut tree = tree::read(source, base)?;
    change::apply(&mut tree, changes)?;
    let pack: Pack = strict::read(&tree)?;
    let lexicon = shipped::lexicon();
    let classification = Classification {
        classes: pack.classes.clone(),
        routing: pack.routing.clone(),
    };
    let wrong = classes::faults(&pack, &tree, lexicon);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let classifier = classification.compile(lexicon).map_err(|wrong| {
        let wrong = wrong.into_iter();
        wrong
            .map(|message| classes::about_cue(&tree, &pack, message))
            .collect::<Vec<Fault>>()
    })?;
    let own = &pack.procedure;
    let learned = own.extends.as_ref().unwrap_or(&own.id);
    let classifier = classifier.with_likeness(shipped::weights(), learned.as_str());
    let mut fields = FieldCatalogue::builtin().clone();
    let mut wrong = Vec::new();
    for (index, own) in pack.field.iter().enumerate() {
        if !fields.add(&own.key, &own.kind, &own.of, own.internal) {
            let message = format!(
                "field `{}` is there already, or `{}` is no kind of field",
                own.key, own.kind
            );
            wrong.push(tree.fault(&way!["field", index, "key"], message));
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
