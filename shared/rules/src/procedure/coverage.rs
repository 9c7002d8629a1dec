//! Which rows of the rule catalogue the packs carry: an id is carried if an item that is it, or cites it, did something in
//! a case that passed.

mod ids;
mod items;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::cases::states;
use super::load::{Fault, Source, load};
use super::tree::{self, Path};
use super::trial::trial;
use crate::clock::WorkCalendar;
pub use ids::cited;
pub use items::{Item, items};

/// A rule on which the program acts, but which no case makes use of.
pub const UNUSED: &str = "no case uses it";

/// The rows of the catalogue, each with the procedures it concerns.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// Id and procedures, in the catalogue's order; no procedures where a row concerns all.
    pub rows: Vec<(String, BTreeSet<String>)>,
}

impl Catalogue {
    /// Reads one row a line: the id, then the procedures it concerns, or `all`; `#` begins a remark.
    pub fn parse(text: &str) -> Self {
        let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
        let row = |line: &str| {
            let mut words = line.split_whitespace().map(str::to_owned);
            let id = words.next()?;
            Some((id, words.filter(|word| word != "all").collect()))
        };
        Self {
            rows: lines.filter_map(row).collect(),
        }
    }

    /// The rows that concern only these procedures.
    #[must_use]
    pub fn only(&self, procedures: &BTreeSet<String>) -> Self {
        let within = |own: &BTreeSet<String>| !own.is_empty() && own.is_subset(procedures);
        Self {
            rows: self.rows.iter().filter(|(_, own)| within(own)).cloned().collect(),
        }
    }
}

/// A pack whose coverage is looked at: its files and its cases, each by name and text.
#[derive(Clone, Debug)]
pub struct Pack {
    /// Its id.
    pub id: String,
    /// Its files.
    pub source: Source,
    /// Its case files.
    pub cases: Vec<(String, String)>,
}

/// How far a row is carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// An item of it did something in a passing case.
    Carried,
    /// It stands in a pack as data.
    Setting,
    /// It lies outside the product, with a reason.
    Out,
    /// It stands nowhere.
    Missing,
}

impl Status {
    /// The status as it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Carried => "carried",
            Self::Setting => "setting",
            Self::Out => "out",
            Self::Missing => "missing",
        }
    }
}

/// One row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The id.
    pub id: String,
    /// How far it is carried.
    pub status: Status,
    /// `file:line` of the item.
    #[serde(rename = "where")]
    pub place: Option<String>,
    /// `file#name` of a case that makes use of it.
    pub case: Option<String>,
    /// Why it is outside, or why it is only a setting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The coverage of the catalogue.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// All rows, in the catalogue's order.
    pub rows: Vec<Row>,
    /// What is wrong with packs and cases.
    pub faults: Vec<Fault>,
    /// How many cases and texts were run.
    pub run: usize,
}

impl Coverage {
    /// How many rows have a status.
    pub fn count(&self, status: Status) -> usize {
        self.rows.iter().filter(|row| row.status == status).count()
    }
}

/// What one item says of a row, to be weighed against others.
struct Claim {
    rank: u8,
    row: Row,
}

/// Looks through all packs, plays their cases, and says of each row how far it is carried.
pub fn coverage(packs: &[Pack], catalogue: &Catalogue, base: &dyn Fn(&str) -> Option<Source>) -> Coverage {
    let mut coverage = Coverage::default();
    let mut best: BTreeMap<String, Claim> = BTreeMap::new();
    let mut used_rows: BTreeMap<String, String> = BTreeMap::new();
    for pack in packs {
        let (tree, procedure) = match (tree::read(&pack.source, base), load(&pack.source, base)) {
            (Ok(tree), Ok(procedure)) => (tree, procedure),
            (Err(faults), _) | (_, Err(faults)) => {
                coverage
                    .faults
                    .extend(faults.into_iter().map(|fault| of(&pack.id, fault)));
                continue;
            }
        };
        let calendar = match WorkCalendar::builtin(&procedure.pack.procedure.calendar) {
            Ok(calendar) => calendar,
            Err(error) => {
                let fault = tree.fault(&tree::way!["procedure", "calendar"], error.to_string());
                coverage.faults.push(of(&pack.id, fault));
                continue;
            }
        };
        let trial = trial(&procedure, &pack.cases, calendar);
        coverage.run += trial.run;
        coverage
            .faults
            .extend(trial.faults.into_iter().map(|fault| of(&pack.id, fault)));
        let mut used: BTreeMap<Path, String> = BTreeMap::new();
        for (case, seen) in trial.passed {
            let case = format!("{}/{case}", pack.id);
            for path in seen.items {
                used.entry(path).or_insert_with(|| case.clone());
            }
            for row in seen.rows {
                used_rows.entry(row).or_insert_with(|| case.clone());
            }
        }
        for item in items(&tree) {
            for (id, claim) in claims(
                &format!("{}/{}:{}", pack.id, item.file, item.line),
                &item,
                used.get(&item.path),
            ) {
                keep(&mut best, id, claim);
            }
        }
    }
    // What concerns no pack in particular: states, transitions, closing reasons.
    for item in states::TREE.as_ref().map(items).unwrap_or_default() {
        let case = item.is.iter().find_map(|id| used_rows.get(id));
        for (id, claim) in claims(&format!("{}:{}", item.file, item.line), &item, case) {
            keep(&mut best, id, claim);
        }
    }
    let rows = catalogue.rows.iter().map(|(id, _)| match best.remove(id) {
        Some(claim) => claim.row,
        None => Row {
            id: id.clone(),
            status: Status::Missing,
            place: None,
            case: None,
            reason: None,
        },
    });
    coverage.rows = rows.collect();
    coverage
}

fn of(pack: &str, fault: Fault) -> Fault {
    let file = format!("{pack}/{}", fault.file);
    Fault { file, ..fault }
}

fn row_of(id: String, status: Status, place: String, case: Option<String>, reason: Option<String>) -> Row {
    Row {
        id,
        status,
        place: Some(place),
        case,
        reason,
    }
}

fn keep(best: &mut BTreeMap<String, Claim>, id: String, claim: Claim) {
    if best.get(&id).is_none_or(|other| other.rank < claim.rank) {
        best.insert(id, claim);
    }
}

/// What an item says of the rows that it is or cites: used goes before unused, what it is before what it cites.
fn claims(place: &str, item: &Item, used: Option<&String>) -> Vec<(String, Claim)> {
    let ids = item.is.iter().map(|id| (id, true));
    let cited = item.cites.difference(&item.is).map(|id| (id, false));
    let claim = |(id, is): (&String, bool)| {
        let (rank, status, case, reason) = match (used, &item.out, item.live()) {
            (Some(case), _, _) => (if is { 5 } else { 4 }, Status::Carried, Some(case.clone()), None),
            (None, Some(out), _) => (if is { 2 } else { 0 }, Status::Out, None, Some(out.clone())),
            (None, None, true) => (if is { 3 } else { 1 }, Status::Setting, None, Some(UNUSED.to_owned())),
            (None, None, false) => (if is { 2 } else { 0 }, Status::Setting, None, None),
        };
        let row = row_of(id.clone(), status, place.to_owned(), case, reason);
        (id.clone(), Claim { rank, row })
    };
    ids.chain(cited).map(claim).collect()
}

#[cfg(test)]
#[path = "coverage_tests.rs"]
mod tests;
