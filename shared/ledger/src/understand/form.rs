//! Forms: one complaint a sheet (or several below each other), labels with their values beside, below or in the same cell.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::columns::{Column, Role};
use super::draft::{Doubt, Draft, Source, plain};
use super::fields::field;
use super::fill::Areas;
use super::fold;
use super::header::{self, is_filled};
use super::identity;
use super::read::dates::Beside;
use super::read::numbers;
use super::walk::Walk;
use super::words::{Confidence, DOUBTFUL, Meaning, WORDS};
use crate::code::Code;
use crate::finding::Record;
use crate::grid::{Cell, Content, Row};
use crate::mapping::fingerprint;
use crate::survey::{ColumnUse, TableSurvey};

/// Where loose words of a form are kept.
const LOOSE: &str = "表单文字";

/// A label in a cell, with the value that stands behind it in the same cell.
struct Label<'a> {
    text: &'a str,
    meaning: Option<(Meaning, Confidence)>,
    value: &'a str,
}

/// Takes a cell as a label: a known word alone, or what stands before a colon.
fn label(cell: &Cell) -> Option<Label<'_>> {
    let Content::Text(text) = &cell.content else {
        return None;
    };
    let text = text.trim();
    let colon = text.char_indices().take(30).find(|(_, c)| matches!(c, ':' | '：'));
    if let Some((at, c)) = colon {
        let (before, after) = (text.get(..at)?.trim(), text.get(at + c.len_utf8()..)?.trim());
        // `14:30` is no label.
        if before.is_empty() || before.chars().all(|c| c.is_ascii_digit()) || before.len() > 60 {
            return None;
        }
        return Some(Label {
            text: before,
            meaning: WORDS.header(before),
            value: after,
        });
    }
    if text.len() > 60 {
        return None;
    }
    let meaning = WORDS.header(text)?;
    Some(Label {
        text,
        meaning: Some(meaning),
        value: "",
    })
}

fn known(label: &Label<'_>) -> Option<&'static str> {
    match label.meaning {
        Some((Meaning::Field(name), confidence)) if confidence > DOUBTFUL => Some(name),
        _ => None,
    }
}

/// Whether the rows are a form: labels in many rows, none of which holds most of them.
pub fn is_one(rows: &[Row], areas: &Areas<'_>) -> bool {
    let mut all: BTreeSet<&'static str> = BTreeSet::new();
    let (mut with, mut most) = (0, 0);
    for (at, row) in rows.iter().enumerate() {
        let here: BTreeSet<&'static str> = row
            .cells
            .iter()
            .take(header::WIDEST)
            .filter_map(|cell| label(cell).as_ref().and_then(known))
            .collect();
        if !here.is_empty() && !here.is_subset(&all) {
            with += 1;
        }
        let header = rows.get(at..).and_then(|rows| header::at(rows, areas));
        most = most
            .max(here.len())
            .max(header.map_or(0, |header| header.fields().len()));
        all.extend(here);
    }
    let telling = ["complaint_desc", "customer_name", "product_name"]
        .iter()
        .any(|name| all.contains(name));
    all.len() >= 4 && with >= 3 && most * 5 <= all.len() * 3 && telling
}

/// A form that is being read.
#[derive(Default)]
pub struct Form {
    draft: Draft,
    /// Its first row, title and all.
    begun: Option<u32>,
    first: Option<&'static str>,
    /// A label that waits for its value, its row, and whether it was alone in it.
    waiting: Option<(Column, u32, bool)>,
    /// The row of the last line that stood alone: the title of the next form, perhaps.
    title: Option<u32>,
    /// The labels that were fields, for the report.
    columns: Vec<ColumnUse>,
}

impl Form {
    /// Reads a row.
    pub fn row(&mut self, row: &Row, walk: &mut Walk<'_>) {
        // A form is one row of the report.
        walk.survey.rows = walk.survey.rows.saturating_sub(1);
        self.begun = self.begun.or(Some(row.number));
        let filled: Vec<&Cell> = row.cells.iter().filter(|cell| is_filled(cell)).collect();
        let alone = filled.len() == 1;
        for cell in filled {
            if cell.fill.is_none() && matches!(&cell.content, Content::Text(text) if WORDS.is_blank(text.trim())) {
                self.waiting = None;
                continue;
            }
            match label(cell) {
                Some(label) => self.label(&label, cell, row.number, alone, walk),
                None => self.value(cell, row.number, alone, walk),
            }
        }
        for comment in walk.comments_of(row.number) {
            self.draft.keep("批注", comment.text.clone());
        }
    }

    fn label(&mut self, label: &Label<'_>, cell: &Cell, row: u32, alone: bool, walk: &mut Walk<'_>) {
        self.loose();
        let header = fold::header_text(label.text);
        let name = match label.meaning {
            Some((Meaning::Field(name), _)) => Some(name),
            _ => None,
        };
        if name.is_some() && name == self.first && self.draft.fields.contains_key(name.unwrap_or_default()) {
            self.flush(walk);
            self.begun = self.title.or(Some(row));
        }
        self.title = None;
        let free = name.filter(|name| !self.draft.fields.contains_key(name));
        let role = match free.and_then(field) {
            Some((name, kind)) => Role::Field(name, kind),
            None => Role::Extra,
        };
        self.first = self.first.or(free);
        let confidence = label.meaning.map_or(0, |(_, confidence)| confidence);
        let factor = numbers::header_factor(&header);
        let column = Column {
            at: cell.column,
            factor,
            header,
            role,
            confidence,
            day_first: false,
            foreign: false,
            headed: true,
        };
        if free.is_some() && !self.columns.iter().any(|known| known.header == column.header) {
            self.columns.push(ColumnUse {
                at: column.at,
                header: column.header.clone(),
                role,
                confidence,
                headed: true,
            });
        }
        if label.value.is_empty() {
            self.waiting = Some((column, row, alone));
            return;
        }
        let content = Content::Text(label.value.to_owned());
        self.put(
            &column,
            Source {
                content: &content,
                shown: None,
                own: true,
            },
            walk,
        );
    }

    fn value(&mut self, cell: &Cell, row: u32, alone: bool, walk: &mut Walk<'_>) {
        match self.waiting.take() {
            Some((column, at, was_alone)) if at == row || (was_alone && alone && at + 1 == row) => {
                self.put(&column, Source::own(cell), walk);
            }
            _ => {
                let text = plain(&cell.content);
                // A label that nobody knows, unless it is a title.
                let short = text.chars().count() <= 12 && !text.bytes().any(|b| b.is_ascii_digit());
                if alone {
                    self.title = Some(row);
                }
                if short && !alone && self.first.is_some() {
                    let column = Column {
                        at: cell.column,
                        header: fold::header_text(&text),
                        role: Role::Extra,
                        confidence: 0,
                        factor: Decimal::ONE,
                        day_first: false,
                        foreign: false,
                        headed: true,
                    };
                    self.waiting = Some((column, row, false));
                } else if self.first.is_some() {
                    self.draft.keep(LOOSE, text);
                }
            }
        }
    }

    /// A label nobody knows that got no value is words like others.
    fn loose(&mut self) {
        if let Some((column, _, _)) = self.waiting.take()
            && column.role == Role::Extra
            && column.confidence == 0
        {
            self.draft.keep(LOOSE, column.header);
        }
    }

    fn put(&mut self, column: &Column, source: Source<'_>, walk: &Walk<'_>) {
        let beside = Beside {
            year: walk.named.year,
            month: walk.named.month,
            above: None,
            day_first: false,
            from_1904: walk.from_1904,
        };
        self.draft.read(column, source, &beside);
    }

    /// Gives the record that was read so far.
    fn flush(&mut self, walk: &mut Walk<'_>) {
        self.loose();
        let mut draft = std::mem::take(&mut self.draft);
        let Some(row) = self.begun.take() else { return };
        self.first = None;
        walk.survey.rows += 1;
        if !draft.solid {
            return walk.skipped(row, Code::Template, vec![]);
        }
        let doubts: Vec<Doubt> = std::mem::take(&mut draft.doubts);
        if !draft.fields.contains_key("complaint_desc") && !draft.fields.contains_key("customer_name") {
            let labels: Vec<&str> = self.columns.iter().map(|column| column.header.as_str()).collect();
            walk.rejected(row, Code::NoComplaint, vec![("headers", labels.join("、"))], doubts);
            return;
        }
        walk.tally.add(&draft);
        let pictures = walk.all_pictures();
        let mut record = Record {
            sheet: walk.sheet.name.clone(),
            row,
            fields: draft.fields,
            extra: draft.extra,
            identity: String::new(),
            content: String::new(),
            pictures,
        };
        identity::settle(&mut record, walk.ledger, &mut walk.seen);
        walk.record(record, doubts);
    }

    /// Ends the form below its last row.
    pub fn finish(&mut self, walk: &mut Walk<'_>) {
        self.flush(walk);
        let names = self.columns.iter().map(|column| column.header.as_str());
        walk.survey.tables.push(TableSurvey {
            header_rows: Vec::new(),
            fingerprint: fingerprint(names),
            columns: std::mem::take(&mut self.columns),
            remembered: false,
            year: walk.named.year,
            month: walk.named.month,
            colours: Vec::new(),
        });
    }
}
