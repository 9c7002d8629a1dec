//! The items of a pack: every table that says which row of the catalogue it is or where it comes from.

use std::collections::BTreeSet;

use super::ids::{cited, id};
use crate::procedure::tree::{Node, Path, Step, What};

/// One item.
#[derive(Clone, Debug)]
pub struct Item {
    /// The way to it.
    pub path: Path,
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The rows it is.
    pub is: BTreeSet<String>,
    /// The rows its source and its assumption cite.
    pub cites: BTreeSet<String>,
    /// Why it lies outside the product.
    pub out: Option<String>,
}

impl Item {
    /// Whether a program acts on it: statements and indicators are only shown.
    pub fn live(&self) -> bool {
        let data = |step: &Step| matches!(step, Step::Key(key) if ["statement", "kpi"].contains(&key.as_str()));
        !self.path.first().is_some_and(data)
    }
}

/// All items of a pack.
pub fn items(pack: &Node) -> Vec<Item> {
    let mut all = Vec::new();
    collect(pack, &mut Vec::new(), &mut all);
    all
}

fn collect(node: &Node, path: &mut Path, all: &mut Vec<Item>) {
    match &node.what {
        What::Leaf(_) => {}
        What::List(list) => {
            for (index, one) in list.iter().enumerate() {
                path.push(Step::At(index));
                collect(one, path, all);
                path.pop();
            }
        }
        What::Table(table) => {
            all.extend(item(node, path));
            for (key, one) in table {
                path.push(Step::Key(key.clone()));
                collect(one, path, all);
                path.pop();
            }
        }
    }
}

fn item(node: &Node, path: &Path) -> Option<Item> {
    let text = |key: &str| node.get(key).and_then(Node::text);
    let is: BTreeSet<String> = ["rule", "limit"].iter().filter_map(|key| id(text(key)?)).collect();
    let list = path.first();
    let of = |name: &str| list == Some(&Step::from(name));
    let mut is = is;
    if of("closing") {
        is.extend(text("reason").map(str::to_owned));
    }
    if ["state", "transition", "reason"].iter().any(|name| of(name)) {
        is.extend(text("id").map(str::to_owned));
    }
    let cites: BTreeSet<String> = ["source", "assumed"]
        .iter()
        .filter_map(|key| text(key))
        .flat_map(cited)
        .collect();
    (!is.is_empty() || !cites.is_empty()).then(|| Item {
        path: path.clone(),
        file: node.file.to_string(),
        line: node.line,
        is,
        cites,
        out: text("out").filter(|why| !why.trim().is_empty()).map(str::to_owned),
    })
}
