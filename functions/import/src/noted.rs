//! The parts of an import that broke off, and what was noticed while they were written.

use std::collections::{BTreeMap, VecDeque};

use kesu_app::batches::Part;
use kesu_app::{App, Problem};
use kesu_ledger::finding::Told;

use crate::plan::Row;

/// Whether a part was planned for these very rows.
pub fn fits(part: &Part, rows: &[Row]) -> bool {
    part.rows.len() == rows.len() && part.rows.iter().zip(rows).all(|(planned, row)| planned.id == row.id)
}

/// The code of a row that the rules will not have.
pub const REFUSED: &str = "refused";

/// A finding as it is kept in a part.
pub fn known_code(code: &str, values: &BTreeMap<String, String>) -> Option<Told> {
    const CODES: &[&str] = &[
        "number_known",
        "possible_duplicate",
        "no_date",
        "kept_by_people",
        "picture_refused",
        REFUSED,
    ];
    const NAMES: &[&str] = &["number", "fields", "count", "why"];
    let code = CODES.iter().find(|known| **known == code)?;
    let named = |(name, value): (&String, &String)| {
        let name = NAMES.iter().find(|known| *known == name)?;
        Some((*name, value.clone()))
    };
    Some(Told {
        sheet: String::new(),
        row: 0,
        column: None,
        code,
        values: values.iter().filter_map(named).collect(),
    })
}

/// The parts of an import that broke off, in the order in which they were written.
pub struct Noted<'a> {
    app: &'a App,
    batch: String,
    parts: VecDeque<(String, Part)>,
    cursor: Option<String>,
    more: bool,
}

impl<'a> Noted<'a> {
    /// Of an import that was begun before, or was not.
    pub fn of(app: &'a App, batch: &str, begun: bool) -> Self {
        Self {
            app,
            batch: batch.to_owned(),
            parts: VecDeque::new(),
            cursor: None,
            more: begun,
        }
    }

    /// The part of a portion, if it was noted; and whether another follows, so that it was written to its end.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn take(&mut self, file: u32, place: u32) -> Result<Option<(Part, bool)>, Problem> {
        while self.more && self.parts.len() < 2 {
            let (parts, cursor) = self.app.parts(&self.batch, self.cursor.as_deref()).await?;
            self.parts.extend(parts);
            self.more = cursor.is_some();
            self.cursor = cursor;
        }
        let wanted = kesu_app::batches::part_id(&self.batch, file, place);
        if self.parts.front().is_none_or(|(id, _)| *id != wanted) {
            return Ok(None);
        }
        let part = self.parts.pop_front().map(|(_, part)| part);
        Ok(part.map(|part| (part, !self.parts.is_empty())))
    }
}
