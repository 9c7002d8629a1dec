//! Imports of old registers as the store keeps them: what was fed, how far it is, and which complaints came of it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::intake::number_key;
use crate::problem::Problem;
use crate::store::{Kind, SmallRecord, StoreError};

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BatchState {
    /// It is running, or broke off and goes on when the same files are fed again.
    Running,
    /// Everything is in.
    Done,
    /// It was taken back.
    Undone,
}

/// One import: some files fed together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Batch {
    /// How far it is.
    pub state: BatchState,
    /// Digest of what was fed and how: the same again goes on with this import instead of beginning another.
    pub key: String,
    /// The procedure it was fed under.
    pub procedure: String,
    /// When it was begun, RFC 3339.
    pub started_at: String,
    /// When everything was in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<String>,
    /// When its open complaints were set going.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activated_at: Option<String>,
    /// When it was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone_at: Option<String>,
    /// The files, in their order; events name them by their place.
    pub files: Vec<BatchFile>,
    /// By counter and period (`P19 2026`): the highest serial among the numbers it brought in the procedure's own pattern.
    /// Numbers given out later begin after it, so that up to there a missing number is the register's.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub held: BTreeMap<String, u64>,
    /// What became of its rows.
    #[serde(default)]
    pub totals: Totals,
}

/// One file of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchFile {
    /// The ledger's name: the file's without its ending. It may be a person's, hence here and in no event.
    pub ledger: String,
    /// Digest of its bytes.
    pub digest: String,
    /// Names of its sheets, in their order.
    pub sheets: Vec<String>,
}

/// What became of rows: `rows` is the sum of `created`, `merged`, `unchanged`, `skipped` and `rejected`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// All rows that hold anything.
    pub rows: u64,
    /// New complaints.
    pub created: u64,
    /// Rows that went into a complaint that was there.
    pub merged: u64,
    /// Rows that changed nothing.
    pub unchanged: u64,
    /// Rows that are no complaints.
    pub skipped: u64,
    /// Rows that should be complaints and cannot be.
    pub rejected: u64,
    /// Of the merged: rows that were mended since they were last read.
    #[serde(default)]
    pub mended: u64,
}

impl Totals {
    /// Adds others.
    pub fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.created += other.created;
        self.merged += other.merged;
        self.unchanged += other.unchanged;
        self.skipped += other.skipped;
        self.rejected += other.rejected;
        self.mended += other.mended;
    }
}

/// What becomes of a row, decided before anything of its part is written, so that a part that broke off ends the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fate {
    /// A new complaint.
    #[serde(rename = "c")]
    Create,
    /// The same as a complaint that is there: noted, so that it is known again.
    #[serde(rename = "m")]
    Merge,
    /// Its complaint is there and the row was mended.
    #[serde(rename = "e")]
    Mend,
    /// Its complaint is there and says the same.
    #[serde(rename = "u")]
    Unchanged,
}

/// A row of a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartRow {
    /// Sheet, from 0.
    #[serde(rename = "s")]
    pub sheet: u32,
    /// Row, from 1.
    #[serde(rename = "r")]
    pub row: u32,
    /// The complaint of this row: a keyed hash of ledger, sheet and identity.
    #[serde(rename = "i")]
    pub id: String,
    /// What becomes of it.
    #[serde(rename = "f")]
    pub fate: Fate,
    /// The complaint that it is the same as, or may repeat.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The number it gets, where that is not the register's own.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
}

/// Some rows of one file that are written together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The rows, in their order.
    pub rows: Vec<PartRow>,
    /// What happened on the way that the report must tell: row's place in the part, code, values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub told: Vec<(usize, String, BTreeMap<String, String>)>,
}

/// The id of a part: of its batch, its file and its place, in the order of writing.
pub fn part_id(batch: &str, file: u32, place: u32) -> String {
    format!("{batch}#{file:04}#{place:06}")
}

impl App {
    /// An import, with the version of its record.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn batch(&self, id: &str) -> Result<Option<(Batch, u64)>, Problem> {
        let record = self.store.get(Kind::Batch, id).await?;
        let read = |record: SmallRecord| Ok::<_, StoreError>((parse(&record)?, record.version));
        Ok(record.map(read).transpose()?)
    }

    /// Imports, the oldest first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn batches(&self) -> Result<Vec<(String, Batch)>, Problem> {
        let mut all = Vec::new();
        let mut cursor = None;
        loop {
            let page = self.store.list(Kind::Batch, "", 100, cursor.as_deref()).await?;
            for record in page.items {
                all.push((record.id.clone(), parse(&record)?));
            }
            cursor = page.next;
            if cursor.is_none() {
                return Ok(all);
            }
        }
    }

    /// Keeps an import; gives the version of its record. `version` is the one that was read, nothing for a new one.
    ///
    /// # Errors
    /// Conflicts where somebody else changed it meanwhile.
    pub async fn keep_batch(&self, id: &str, batch: &Batch, version: Option<u64>) -> Result<u64, Problem> {
        let body = serde_json::to_string(batch).map_err(|_| Problem::Fault)?;
        let mut record = SmallRecord::new(Kind::Batch, id, body);
        let kept = match version {
            None => self.store.put_new(&record).await?,
            Some(version) => {
                record.version = version + 1;
                self.store.update(&record, version).await?
            }
        };
        if kept {
            Ok(record.version)
        } else {
            Err(Problem::Conflict { current: 0 })
        }
    }

    /// Forgets an import that made nothing.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn forget_batch(&self, id: &str) -> Result<(), Problem> {
        Ok(self.store.delete(Kind::Batch, id).await?)
    }

    /// One part of an import.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn part(&self, batch: &str, file: u32, place: u32) -> Result<Option<Part>, Problem> {
        let record = self.store.get(Kind::BatchPart, &part_id(batch, file, place)).await?;
        Ok(record.as_ref().map(parse).transpose()?)
    }

    /// Keeps a part before anything of it is written.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn keep_part(&self, batch: &str, file: u32, place: u32, part: &Part) -> Result<(), Problem> {
        let body = serde_json::to_string(part).map_err(|_| Problem::Fault)?;
        let record = SmallRecord::new(Kind::BatchPart, part_id(batch, file, place), body);
        Ok(self.store.put(&record).await?)
    }

    /// The parts of an import after a cursor, in order: id of the record and content. Nothing after the last.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn parts(
        &self,
        batch: &str,
        cursor: Option<&str>,
    ) -> Result<(Vec<(String, Part)>, Option<String>), Problem> {
        let prefix = format!("{batch}#");
        let page = self.store.list(Kind::BatchPart, &prefix, 50, cursor).await?;
        let mut parts = Vec::new();
        for record in page.items {
            let part = parse(&record)?;
            parts.push((record.id, part));
        }
        Ok((parts, page.next))
    }

    /// Forgets a part, by the id of its record.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn forget_part(&self, id: &str) -> Result<(), Problem> {
        Ok(self.store.delete(Kind::BatchPart, id).await?)
    }
}

/// Under which it is kept what a person said of a layout of registers.
fn layout_key(fingerprint: &str) -> String {
    format!("layout#{fingerprint}")
}

impl App {
    /// The mapping files that people gave for registers with these headers, by the header's fingerprint.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn layouts(&self, fingerprints: &[String]) -> Result<BTreeMap<String, String>, Problem> {
        let keys: Vec<String> = fingerprints.iter().map(|one| layout_key(one)).collect();
        let found = self.store.get_many(Kind::Setting, &keys).await?;
        let mut found: BTreeMap<String, String> = found.into_iter().map(|record| (record.id, record.body)).collect();
        let of = |one: &String| Some((one.clone(), found.remove(&layout_key(one))?));
        Ok(fingerprints.iter().filter_map(of).collect())
    }

    /// Keeps the mapping file that a person gave for registers with this header.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn keep_layout(&self, fingerprint: &str, mapping: &str) -> Result<(), Problem> {
        let record = SmallRecord::new(Kind::Setting, layout_key(fingerprint), mapping);
        Ok(self.store.put(&record).await?)
    }
}

/// Under which a row is kept that went into another row's complaint.
fn merged_key(id: &str) -> String {
    format!("register#{id}")
}

impl App {
    /// Those of these rows that went into another row's complaint.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn merged_rows(&self, ids: &[String]) -> Result<BTreeSet<String>, Problem> {
        let keys: Vec<String> = ids.iter().map(|id| merged_key(id)).collect();
        let found = self.store.get_many(Kind::Seen, &keys).await?;
        let found: BTreeSet<String> = found.into_iter().map(|record| record.id).collect();
        Ok(ids
            .iter()
            .filter(|id| found.contains(&merged_key(id)))
            .cloned()
            .collect())
    }

    /// Notes that a row went into another row's complaint.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn note_merged(&self, id: &str, to: &str) -> Result<(), Problem> {
        Ok(self
            .store
            .put(&SmallRecord::new(Kind::Seen, merged_key(id), to))
            .await?)
    }

    /// Forgets that.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn forget_merged(&self, id: &str) -> Result<(), Problem> {
        Ok(self.store.delete(Kind::Seen, &merged_key(id)).await?)
    }

    /// The complaints that have these numbers, by number.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn by_numbers(&self, numbers: &[String]) -> Result<BTreeMap<String, String>, Problem> {
        let keys: Vec<String> = numbers.iter().map(|number| number_key(number.trim())).collect();
        let found = self.store.get_many(Kind::Seen, &keys).await?;
        let found: BTreeMap<String, String> = found.into_iter().map(|record| (record.id, record.body)).collect();
        let of = |number: &String| Some((number.trim().to_owned(), found.get(&number_key(number.trim()))?.clone()));
        Ok(numbers.iter().filter_map(of).collect())
    }
}

fn parse<T: for<'a> Deserialize<'a>>(record: &SmallRecord) -> Result<T, StoreError> {
    serde_json::from_str(&record.body).map_err(|_| StoreError::Broken {
        what: "import",
        key: record.id.clone(),
    })
}
