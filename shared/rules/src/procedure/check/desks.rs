//! Desks: aliases that lead nowhere, and names that look misspelt.

use std::collections::BTreeMap;

use super::Check;
use crate::procedure::DEPARTMENT;
use crate::procedure::tree::{Node, Path, Step, What, way};
use crate::procedure::{ESCALATION, RESPONSIBLE};

/// Under these keys a pack names desks.
const NAMING: &[&str] = &[
    "desk",
    "registrar",
    "judge",
    "approver",
    "responsible",
    "escalate_to",
    "tell",
    "by",
    "copies",
    "pass_to",
    "owner",
    "receivers",
    "checked_by",
    "taken_by",
];

impl Check<'_> {
    pub(super) fn aliases(&mut self) {
        let desks = self.procedure.desks();
        for (alias, desk) in &self.procedure.pack.aliases {
            let at = way!["aliases", alias.as_str()];
            if !desks.contains(desk) {
                let message = format!("alias `{alias}` leads to `{desk}`, which this procedure never names");
                self.wrong(&at, message);
            }
            if self.procedure.pack.aliases.contains_key(desk.as_str()) {
                let message = format!("alias `{alias}` leads to `{desk}`, which is an alias itself");
                self.wrong(&at, message);
            }
        }
    }

    /// A desk named only once that is one stroke away from another is likely to be that other.
    pub(super) fn misspelt_desks(&mut self) {
        let mut places: BTreeMap<String, Vec<Path>> = BTreeMap::new();
        let tree = self.tree;
        name(tree, &mut Vec::new(), &mut places);
        let mut texts = Vec::new();
        said(tree, &mut texts);
        let once = |desk: &String| {
            texts
                .iter()
                .map(|text| text.matches(desk.as_str()).count())
                .sum::<usize>()
                == 1
        };
        for (desk, at) in places.iter().filter(|(desk, _)| once(desk)) {
            let [only] = at.as_slice() else { continue };
            let near = places
                .iter()
                .filter(|(other, _)| *other != desk && one_stroke(desk, other));
            // Of two names that stand once each, nobody knows which is meant: both are shown.
            if let Some((other, _)) = near.max_by_key(|(_, at)| at.len()) {
                let message = format!("`{desk}` is named only here: is `{other}` meant?");
                self.wrong(only, message);
            }
        }
    }
}

fn name(node: &Node, at: &mut Path, places: &mut BTreeMap<String, Vec<Path>>) {
    match &node.what {
        What::List(list) => {
            for (index, one) in list.iter().enumerate() {
                at.push(Step::At(index));
                name(one, at, places);
                at.pop();
            }
        }
        What::Table(table) => {
            for (key, one) in table {
                at.push(Step::Key(key.clone()));
                name(one, at, places);
                at.pop();
            }
        }
        What::Leaf(_) => {
            if let Some(desk) = node
                .text()
                .filter(|desk| names_desk(at) && ![RESPONSIBLE, ESCALATION, DEPARTMENT].contains(desk))
            {
                places.entry(desk.to_owned()).or_default().push(at.clone());
            }
        }
    }
}

/// Every text of the pack, keys of tables too: a name that a title or a remark has as well is meant so.
fn said<'t>(node: &'t Node, texts: &mut Vec<&'t str>) {
    match &node.what {
        What::Leaf(_) => texts.extend(node.text()),
        What::List(list) => list.iter().for_each(|one| said(one, texts)),
        What::Table(table) => {
            for (key, one) in table {
                texts.push(key);
                said(one, texts);
            }
        }
    }
}

fn names_desk(at: &[Step]) -> bool {
    let keys: Vec<&str> = at
        .iter()
        .filter_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::At(_) => None,
        })
        .collect();
    let list = keys.first().copied().unwrap_or_default();
    let key = keys.last().copied().unwrap_or_default();
    match list {
        "aliases" => true,
        "routing" => key == "department",
        // There `by` is a milestone.
        "implied" | "statement" | "classes" | "form" => false,
        "survey" => key == "taken_by",
        _ => NAMING.contains(&key) && !keys.contains(&"when"),
    }
}

/// Whether one character more, less or other makes one name of the other.
fn one_stroke(one: &str, other: &str) -> bool {
    let one: Vec<char> = one.chars().collect();
    let other: Vec<char> = other.chars().collect();
    let (short, long) = if one.len() <= other.len() {
        (&one, &other)
    } else {
        (&other, &one)
    };
    if long.len() - short.len() > 1 || short.len() < 2 {
        return false;
    }
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let rest = |of: &[char], from: usize| of.get(from..).map(<[char]>::to_vec);
    if short.len() == long.len() {
        rest(short, same + 1) == rest(long, same + 1)
    } else {
        rest(short, same) == rest(long, same + 1)
    }
}
