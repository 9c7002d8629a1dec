//! Relations between the parts of a workbook. Those that lead outside are left out: nothing outside is ever read.

use std::collections::HashMap;

use quick_xml::events::Event;

use super::Unreadable;
use super::xml::attribute;
use super::zipped::Package;

/// What a part refers to.
#[derive(Clone, Debug)]
pub struct Relation {
    /// The last word of its type: `worksheet`, `sharedStrings`, `drawing`, …
    pub kind: String,
    /// The other part's name.
    pub target: String,
}

/// The relations of a part by their ids; none where it has none. The empty name stands for the package itself.
pub fn of(package: &mut Package, part: &str) -> Result<HashMap<String, Relation>, Unreadable> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let name = if folder.is_empty() {
        format!("_rels/{file}.rels")
    } else {
        format!("{folder}/_rels/{file}.rels")
    };
    let mut all = HashMap::new();
    let Some(mut xml) = package.xml(&name)? else {
        return Ok(all);
    };
    let mut buffer = Vec::new();
    loop {
        match xml.next(&mut buffer)? {
            Event::Start(element) if element.local_name().as_ref() == "Relationship" => {
                let (Some(id), Some(target)) = (attribute(&element, "Id"), attribute(&element, "Target")) else {
                    continue;
                };
                if attribute(&element, "TargetMode").is_some_and(|mode| &*mode == "External") {
                    continue;
                }
                let kind = attribute(&element, "Type").unwrap_or_default();
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                all.insert(
                    id.into_owned(),
                    Relation {
                        kind,
                        target: resolved(folder, &target),
                    },
                );
            }
            Event::Eof => return Ok(all),
            _ => {}
        }
    }
}

/// A target as a name within the package.
fn resolved(folder: &str, target: &str) -> String {
    if let Some(whole) = target.strip_prefix('/') {
        return whole.to_owned();
    }
    let mut way: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split(['/', '\\']) {
        match step {
            "." | "" => {}
            ".." => {
                way.pop();
            }
            step => way.push(step),
        }
    }
    way.join("/")
}
