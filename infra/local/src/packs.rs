//! The procedures of a data folder: a company's own packs beside those that ship, and which of them are in use.

use std::collections::BTreeMap;
use std::path::Path;

use kesu_app::library::{Library, OwnPack};
use kesu_app::procedures::Procedures;
use kesu_rules::procedure::choice::Choice;
use kesu_rules::procedure::load::Source;
use serde::Deserialize;

use crate::failure::Failure;

/// The folder of a company's own packs in the data folder.
pub const OWN: &str = "procedures";

/// What `kesu.toml` says under `procedure`: the id of one, or a list of tables with rules.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Named {
    /// `procedure = "P19"`, or several with commas.
    One(String),
    /// `[[procedure]]`.
    Rules(Vec<Choice>),
}

/// Reads every folder below `procedures` of the data folder and checks it whole.
///
/// # Errors
/// Everything that is wrong, each fault with file and line.
pub fn library(data: &Path) -> Result<Library, Failure> {
    let root = data.join(OWN);
    if !root.is_dir() {
        return Ok(Library::default());
    }
    let mut own = Vec::new();
    for (folder, path) in entries(&root)?.into_iter().filter(|(_, path)| path.is_dir()) {
        let mut files = BTreeMap::new();
        for (name, path) in entries(&path)?.into_iter().filter(|(name, _)| name.ends_with(".toml")) {
            let text = std::fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
            files.insert(name, text);
        }
        if !files.is_empty() {
            own.push(OwnPack {
                folder,
                source: Source { files },
            });
        }
    }
    Library::with(&own).map_err(|faults| {
        let faults: Vec<String> = faults
            .iter()
            .map(|fault| {
                format!("\n  {}", root.join(&fault.file).display()) + &format!(":{}: {}", fault.line, fault.message)
            })
            .collect();
        Failure::refused(format!("the company's own procedures have faults:{}", faults.concat()))
    })
}

/// The procedures in use: the command line's list, else the setting's, each with the rule that the settings have for it.
///
/// # Errors
/// When the list is of no use, or names a procedure that is not at hand.
pub fn in_use(
    line: Option<&str>,
    list: Option<&[String]>,
    named: Option<&Named>,
    library: &Library,
) -> Result<Procedures, Failure> {
    let wrong = |fault: String| Failure::refused(format!("the procedures in use: {fault}"));
    let parsed = |text: &str| Procedures::parse(text).map_err(wrong);
    let rules = match named {
        Some(Named::Rules(choices)) => Some(Procedures::of(choices.clone()).map_err(wrong)?),
        _ => None,
    };
    let listed = match (line, list, named) {
        (Some(line), _, _) => Some(parsed(line)?),
        (None, Some(list), _) => Some(parsed(&list.join(","))?),
        (None, None, Some(Named::One(text))) => Some(parsed(text)?),
        (None, None, _) => None,
    };
    if let (Some(listed), Some(rules), None) = (&listed, &rules, line)
        && let Some(other) = rules.ids().find(|id| !listed.accepts(id))
    {
        return Err(wrong(format!("`procedures` does not list `{other}`, which has a rule")));
    }
    let procedures = match (listed, rules) {
        (Some(listed), Some(rules)) => listed.with_rules(&rules),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => Procedures::default(),
    };
    let known = library.ids();
    if let Some(id) = procedures.ids().find(|id| !known.iter().any(|known| known == id)) {
        return Err(Failure::refused(format!(
            "there is no procedure `{id}`: choose one of {}",
            known.join(", ")
        )));
    }
    numbers_apart(library, &procedures)?;
    Ok(procedures)
}

/// Two procedures that write the same numbers would refuse each other's complaints.
fn numbers_apart(library: &Library, procedures: &Procedures) -> Result<(), Failure> {
    let mut patterns: BTreeMap<String, String> = BTreeMap::new();
    for id in procedures.ids() {
        let Some(procedure) = library.procedure(id) else {
            continue;
        };
        let pattern = procedure.pack.numbering.pattern.clone();
        if let Some(other) = patterns.insert(pattern.clone(), id.to_owned()) {
            return Err(Failure::refused(format!(
                "`{other}` and `{id}` would give the same numbers, `{pattern}`: give one of them a `[numbering]` pattern of its own"
            )));
        }
    }
    Ok(())
}

/// Names and paths in a folder, in the order of their names; hidden ones are left out.
fn entries(folder: &Path) -> Result<Vec<(String, std::path::PathBuf)>, Failure> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| unreadable(folder, &error))? {
        let path = entry.map_err(|error| unreadable(folder, &error))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !name.starts_with('.') {
            found.push((name, path));
        }
    }
    found.sort();
    Ok(found)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::refused(format!("`{}` cannot be read: {error}", path.display()))
}
