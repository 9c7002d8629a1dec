//! What an old register (旧台账) tells of a complaint, and what the complaint remembers of having come from one.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::names::{Desk, FieldKey, Milestone, Number};
use crate::clock::Moment;

/// The way in of what came from an old register that names none.
pub const REGISTER: &str = "register";
/// Why a complaint is closed that its register had closed.
pub const IMPORTED: &str = "imported";

/// Where a complaint stood in an old register: places only, since the names of files and sheets may be people's. The batch
/// knows the names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The import that brought it.
    pub batch: String,
    /// Which of its files, from 0.
    pub file: u32,
    /// Which sheet of the file, from 0.
    pub sheet: u32,
    /// The row, from 1.
    pub row: u32,
    /// Keyed digest of what the row said, to tell whether it was mended since.
    pub content: String,
}

/// What a complaint remembers of having come from an old register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// Where it stood, as last read.
    #[serde(flatten)]
    pub origin: Origin,
    /// When a person set its clocks going.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activated: Option<Moment>,
}

/// Where the register says that a complaint stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// Nobody has begun (未处理), or it does not say.
    #[default]
    Open,
    /// It is being worked on (处理中).
    InProgress,
    /// It is closed (结案), when is among what was reached.
    Closed,
}

/// A complaint as its old register has it, beside the fields of the intake.
#[derive(Clone, Debug, PartialEq)]
pub struct Legacy {
    /// The number it keeps.
    pub number: Number,
    /// Where it stood.
    pub origin: Origin,
    /// Where it stands.
    pub standing: Standing,
    /// What was reached and when, in any order; nothing before receipt or in the future.
    pub reached: Vec<(Milestone, Moment)>,
    /// The register's own words of class, the most telling first.
    pub classes: Vec<String>,
    /// The register's department.
    pub department: Option<Desk>,
    /// What was too long for a field.
    pub notes: Vec<String>,
}

/// A row of an old register that says other than when it was last read.
#[derive(Clone, Debug, PartialEq)]
pub struct Mend {
    /// What it says now.
    pub legacy: Legacy,
    /// When the company had the complaint, as it says now.
    pub received_at: Moment,
    /// Its fields now; null where it said something before and says nothing now.
    pub fields: BTreeMap<FieldKey, Json>,
    /// What people have set since: it stays.
    pub kept: BTreeSet<FieldKey>,
    /// Whether people have done anything with the complaint: then where it stands is theirs to say.
    pub touched: bool,
}
