//! A table: its rows read one after the other by its columns.

mod cells;
mod settle;

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::colour::{self, Colours};
use super::columns::{Column, Role};
use super::draft::{Doubt, Draft, Source};
use super::fill::Held;
use super::header::is_filled;
use super::identity;
use super::kind;
use super::period::{self, Period};
use super::read::dates::Beside;
use super::shown::{column_name, first_text};
use super::totals;
use super::walk::Walk;
use crate::code::Code;
use crate::finding::Record;
use crate::grid::{Cell, Content, Row};

/// Most colours of rows that are counted.
const COLOURS: usize = 64;

/// A table that is being read.
pub struct Table {
    /// Its columns, by rising place at first; columns without header join at the end.
    pub columns: Vec<Column>,
    /// Place to its position in `columns`.
    index: Vec<Option<u32>>,
    /// The cells of its header rows as they stand, by rising column: column and text.
    header: Vec<(u32, String)>,
    /// What its dates belong to, by section, title, sheet and file.
    pub period: Period,
    /// The values above, for dittos.
    above: Vec<Held>,
    /// The years of the dates above.
    years: Vec<Option<i32>>,
    /// The year of the last date in the row.
    year_beside: Option<i32>,
    /// Whether a row that was no complaint stands between this one and the values above.
    apart: bool,
    /// Colours that stand for a status.
    pub colours: Colours,
    /// Colours of rows: how many had it.
    pub painted: BTreeMap<[u8; 3], u64>,
    /// Columns that say the year or month of the dates beside them.
    dating: Vec<Column>,
    /// What they said last.
    dated: Period,
    has_status: bool,
    has_closed_date: bool,
    asked_closed: bool,
    /// The last column that has a header.
    last_headed: u32,
    /// What is told once for a column, not for each of its cells.
    told_once: Vec<(u32, Code)>,
}

impl Table {
    /// A table whose header is read.
    pub fn new(columns: Vec<Column>, header_rows: &[Row], period: Period, colours: Colours) -> Table {
        let header = header_rows.iter().flat_map(|row| &row.cells);
        let header = header.filter_map(|cell| match &cell.content {
            Content::Text(text) => Some((cell.column, text.clone())),
            _ => None,
        });
        let has = |name: &str| {
            columns
                .iter()
                .any(|c| matches!(c.role, Role::Field(field, _) if field == name))
        };
        let mut header: Vec<(u32, String)> = header.collect();
        header.sort();
        let mut table = Table {
            header,
            dating: columns
                .iter()
                .filter(|column| matches!(column.role, Role::Year | Role::Month))
                .cloned()
                .collect(),
            dated: Period::default(),
            year_beside: None,
            has_status: has("status"),
            has_closed_date: has("closed_date"),
            index: Vec::new(),
            period,
            above: vec![None; columns.len()],
            years: vec![None; columns.len()],
            apart: false,
            colours,
            painted: BTreeMap::new(),
            asked_closed: false,
            last_headed: columns.iter().map(|column| column.at).max().unwrap_or(0),
            told_once: Vec::new(),
            columns: Vec::new(),
        };
        for column in columns {
            table.add(column);
        }
        table
    }

    fn add(&mut self, column: Column) -> usize {
        let (at, position) = (column.at as usize, self.columns.len());
        if self.index.len() <= at {
            self.index.resize(at + 1, None);
        }
        if let Some(place) = self.index.get_mut(at) {
            *place = u32::try_from(position).ok();
        }
        self.columns.push(column);
        self.above.resize(self.columns.len(), None);
        self.years.resize(self.columns.len(), None);
        position
    }

    /// Whether the cells of a row say the header once more.
    pub fn is_header_again(&self, row: &Row) -> bool {
        let says = |cell: &&Cell| match &cell.content {
            Content::Text(text) => {
                let from = self.header.partition_point(|(column, _)| *column < cell.column);
                let here = self
                    .header
                    .iter()
                    .skip(from)
                    .take_while(|(column, _)| *column == cell.column);
                here.into_iter().any(|(_, known)| known == text)
            }
            _ => false,
        };
        let filled = row.cells.iter().filter(|cell| is_filled(cell));
        if !filled.clone().take(2).any(|cell| says(&cell)) {
            return false;
        }
        let same = filled.clone().filter(says).count();
        same >= 2 && same * 3 >= filled.count() * 2
    }

    /// Reads a row.
    pub fn row(&mut self, row: &Row, walk: &mut Walk<'_>) {
        if self.is_header_again(row) {
            self.apart = true;
            return walk.skipped(row.number, Code::HeaderAgain, vec![]);
        }
        match kind::of(row, &walk.areas, self.columns.len()) {
            kind::Kind::Data => self.data(row, walk),
            kind::Kind::Blank => walk.skipped(row.number, Code::Blank, vec![]),
            kind::Kind::Note => {
                self.apart = true;
                walk.skipped(row.number, Code::Note, vec![("text", first_text(row))]);
            }
            kind::Kind::Section => {
                self.apart = true;
                let text = first_text(row);
                self.period = period::of(&text).or(self.period);
                self.dated = Period::default();
                walk.skipped(row.number, Code::Section, vec![("text", text)]);
            }
            kind::Kind::Total => {
                self.apart = true;
                totals::read(self, row, walk);
                walk.skipped(row.number, Code::Total, vec![("text", first_text(row))]);
            }
        }
    }

    /// What the dates of a row belong to.
    fn beside(&mut self, row: &Row, walk: &Walk<'_>) -> Beside {
        for column in &self.dating {
            let cell = row
                .cells
                .iter()
                .find(|cell| cell.column == column.at && is_filled(cell));
            let said = match cell.map(|cell| &cell.content) {
                Some(Content::Number(number)) => period::of_cell(*number, column.role == Role::Year),
                Some(Content::Text(text)) => match text.trim().parse() {
                    Ok(number) => period::of_cell(number, column.role == Role::Year),
                    Err(_) => period::of(text),
                },
                // A blank is what stands above it.
                _ => continue,
            };
            self.dated = match column.role {
                Role::Year => Period {
                    year: said.year,
                    ..self.dated
                },
                _ => Period {
                    year: said.year.or(self.dated.year),
                    month: said.month,
                },
            };
        }
        let period = self.dated.or(self.period);
        Beside {
            year: period.year,
            month: period.month,
            above: None,
            day_first: false,
            from_1904: walk.from_1904,
        }
    }

    /// Keeps year and month of a row whose day is not known.
    fn keep_dating(&self, draft: &mut Draft, row: &Row) {
        for column in &self.dating {
            if let Some(cell) = row.cells.iter().find(|cell| cell.column == column.at) {
                draft.keep(&column.header, Source::own(cell).text());
            }
        }
    }

    /// The column at a place.
    pub fn column(&self, at: u32) -> Option<&Column> {
        let position = self.index.get(at as usize).copied().flatten()?;
        self.columns.get(position as usize)
    }

    /// The position of a column; one without header joins when something stands in it.
    fn position(&mut self, column: u32, draft: &mut Draft) -> usize {
        if let Some(Some(position)) = self.index.get(column as usize) {
            return *position as usize;
        }
        let header = format!("列{}", column_name(column));
        let values = vec![("header", header.clone())];
        draft.doubts.push(Doubt {
            column: Some(column),
            ..Doubt::of(Code::ColumnWithoutHeader, values)
        });
        self.add(Column {
            at: column,
            header,
            role: Role::Extra,
            confidence: 0,
            factor: rust_decimal::Decimal::ONE,
            day_first: false,
            foreign: false,
            headed: false,
        })
    }

    fn data(&mut self, row: &Row, walk: &mut Walk<'_>) {
        let mut draft = Draft::default();
        self.year_beside = None;
        let beside = self.beside(row, walk);
        let handed = walk.merges.is_active();
        let mut struck = 0;
        let mut fill = None;
        for cell in row.cells.iter().filter(|cell| is_filled(cell)) {
            let position = self.position(cell.column, &mut draft);
            if handed {
                walk.merges.begin(row.number, cell.column, &cell.content);
            }
            struck += usize::from(cell.struck);
            fill = fill.or(cell.fill.filter(|rgb| !colour::is_white(*rgb)));
            self.cell(&mut draft, position, Source::own(cell), row, &beside);
        }
        if handed {
            self.hand_down(&mut draft, row, walk, &beside);
        }
        if !draft.solid {
            self.apart = true;
            if let Some(text) = words_alone(row) {
                return walk.skipped(row.number, Code::Note, vec![("text", text)]);
            }
            return walk.skipped(row.number, Code::Template, vec![]);
        }
        for comment in walk.comments_of(row.number) {
            let header = match self.index.get(comment.column as usize).copied().flatten() {
                Some(position) => self
                    .columns
                    .get(position as usize)
                    .map_or(String::new(), |c| c.header.clone()),
                None => format!("列{}", column_name(comment.column)),
            };
            draft.keep(&format!("批注({header})"), comment.text.clone());
        }
        self.apart = false;
        if !draft.fields.contains_key("complaint_date") {
            self.keep_dating(&mut draft, row);
        }
        self.tell_once(&mut draft, walk);
        if self.is_shifted(&draft, row) {
            return walk.rejected(row.number, Code::Shifted, vec![], vec![]);
        }
        if !says_something(&draft) {
            walk.tally.add_numbers(&draft);
            let known = draft
                .fields
                .keys()
                .map(|name| self.header_of(name))
                .collect::<Vec<_>>()
                .join("、");
            return walk.rejected(row.number, Code::NoComplaint, vec![("headers", known)], draft.doubts);
        }
        if let Some(rgb) = fill
            && (self.painted.len() < COLOURS || self.painted.contains_key(&rgb))
        {
            *self.painted.entry(rgb).or_insert(0) += 1;
        }
        let is_struck = struck > 0 && struck * 2 >= row.cells.len();
        self.settle_status(&mut draft, fill, is_struck, row, walk);
        self.check_dates(&mut draft, walk);
        walk.tally.add(&draft);
        let mut record = Record {
            sheet: walk.sheet.name.clone(),
            row: row.number,
            fields: draft.fields,
            extra: draft.extra,
            identity: String::new(),
            content: String::new(),
            pictures: walk.pictures_of(row.number),
        };
        let mut doubts = draft.doubts;
        if identity::settle(&mut record, walk.ledger, &mut walk.seen) {
            let number = record
                .fields
                .get("complaint_no")
                .and_then(Json::as_str)
                .unwrap_or_default();
            doubts.push(Doubt::of(Code::NumberAgain, vec![("number", number.to_owned())]));
        }
        walk.record(record, doubts);
    }

    /// What is assumed of a whole column is told once, for the sheet.
    fn tell_once(&mut self, draft: &mut Draft, walk: &mut Walk<'_>) {
        draft.doubts.retain(|doubt| {
            let Some(column) = doubt
                .column
                .filter(|_| matches!(doubt.code, Code::DateRepublic | Code::DateOrder))
            else {
                return true;
            };
            if !self.told_once.contains(&(column, doubt.code)) {
                self.told_once.push((column, doubt.code));
                walk.warning(0, Some(column), doubt.code, doubt.values.clone());
            }
            false
        });
    }

    /// Whether the cells of a row moved into the wrong columns, as a bare comma in a text does it: one is beyond the header,
    /// and several are not what their column says.
    fn is_shifted(&self, draft: &Draft, row: &Row) -> bool {
        let beyond = row
            .cells
            .iter()
            .any(|cell| cell.column == self.last_headed + 1 && is_filled(cell));
        let wrong = [
            Code::DateUnreadable,
            Code::AmountUnreadable,
            Code::CountUnreadable,
            Code::StatusUnknown,
        ];
        beyond && draft.doubts.iter().filter(|doubt| wrong.contains(&doubt.code)).count() >= 2
    }

    fn header_of(&self, name: &str) -> String {
        let of = |c: &&Column| matches!(c.role, Role::Field(field, _) if field == name);
        self.columns
            .iter()
            .find(of)
            .map_or(name.to_owned(), |column| column.header.clone())
    }
}

/// Whether a row says what was complained of, or who complained and something more.
fn says_something(draft: &Draft) -> bool {
    let more = |field: &&&str| !matches!(**field, "customer_name" | "complaint_no" | "status");
    draft.fields.contains_key("complaint_desc")
        || (draft.fields.contains_key("customer_name")
            && (draft.fields.keys().filter(more).count() > 0 || !draft.extra.is_empty()))
}

/// The words of a row that hold no complaint, such as a note that stands below the running numbers.
fn words_alone(row: &Row) -> Option<String> {
    let mut filled = row.cells.iter().filter(|cell| is_filled(cell));
    let (first, more) = (filled.next()?, filled.next());
    let Content::Text(text) = &first.content else {
        return None;
    };
    let words = text.chars().filter(|c| c.is_alphabetic()).count();
    (more.is_none() && words >= 6).then(|| first_text(row))
}
