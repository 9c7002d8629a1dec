//! A sheet: finds what is in it (a table, several, forms, nothing of ours) and hands its rows on.

mod begin;
mod reason;

use std::ops::ControlFlow;

use self::reason::reason;
use super::colour::Colours;
use super::form::{self, Form};
use super::header;
use super::table::Table;
use super::walk::Walk;
use crate::code::Code;
use crate::grid::Row;
use crate::survey::Nature;

/// Rows that are looked at to find what is in a sheet.
const AHEAD: usize = 60;
/// Rows that are looked at when a row in the middle of a table looks like a header.
const AHEAD_AGAIN: usize = 12;

enum State {
    /// Rows are gathered until it is clear what begins at the first of them.
    Seeking(Vec<Row>),
    Table(Box<Table>),
    Form(Box<Form>),
    /// Rows of no interest, and why.
    Aside(Code),
}

/// A sheet that is being read.
pub struct SheetReader<'a> {
    walk: Walk<'a>,
    state: State,
    /// What was being read when a row looked like another header.
    before: Option<State>,
    /// What the colours stand for, once a legend was looked for.
    legend: Option<Colours>,
    /// The columns of the table, for a legend beside it.
    wants_legend: bool,
}

impl<'a> SheetReader<'a> {
    /// Begins at the top. `legend` is none as long as nobody has looked for one.
    pub fn new(walk: Walk<'a>, legend: Option<Colours>) -> SheetReader<'a> {
        SheetReader {
            walk,
            state: State::Seeking(Vec::new()),
            before: None,
            legend,
            wants_legend: false,
        }
    }

    /// Takes the next row.
    pub fn feed(&mut self, row: &Row) -> ControlFlow<()> {
        self.walk.survey.rows += 1;
        self.visit(row);
        if self.wants_legend {
            ControlFlow::Break(())
        } else {
            self.walk.flow
        }
    }

    fn visit(&mut self, row: &Row) {
        let again = match &mut self.state {
            State::Seeking(rows) => {
                rows.push(row.clone());
                let limit = if self.before.is_some() { AHEAD_AGAIN } else { AHEAD };
                if rows.len() >= limit {
                    self.decide();
                }
                return;
            }
            State::Table(table) => header::may_be(row) && !table.is_header_again(row),
            State::Aside(_) => header::may_be(row),
            State::Form(_) => false,
        };
        if again {
            let before = std::mem::replace(&mut self.state, State::Seeking(vec![row.clone()]));
            self.before = Some(before);
        } else {
            self.process(row);
        }
    }

    fn process(&mut self, row: &Row) {
        self.walk.go_to(row);
        match &mut self.state {
            State::Table(table) => table.row(row, &mut self.walk),
            State::Form(form) => form.row(row, &mut self.walk),
            State::Aside(code) => self.walk.skipped(row.number, *code, vec![]),
            State::Seeking(_) => {}
        }
    }

    /// Decides what the gathered rows are.
    fn decide(&mut self) {
        let State::Seeking(rows) = std::mem::replace(&mut self.state, State::Aside(Code::SheetNoTable)) else {
            return;
        };
        match self.before.take() {
            Some(before) => self.decide_again(before, rows),
            None => self.decide_first(rows),
        }
    }

    fn decide_first(&mut self, rows: Vec<Row>) {
        let note = self.walk.options.mapping.sheets.get(&self.walk.sheet.name);
        if note.is_some_and(|note| note.skip) {
            return self.aside(Code::SheetLeftOut, rows);
        }
        let areas = &self.walk.areas;
        let named = note.map(|note| note.header_rows.as_slice()).unwrap_or_default();
        let found = match named {
            [] if form::is_one(&rows, areas) => None,
            [] => (0..rows.len()).find_map(|at| {
                let header = header::at(rows.get(at..)?, areas)?;
                header.is_register().then_some((at, header))
            }),
            [first, more @ ..] => rows.iter().position(|row| row.number == *first).and_then(|at| {
                let rest = rows.get(at..)?;
                let header = match more {
                    [] => header::single(rest.first()?),
                    _ => header::double(rest.first()?, rest.get(1)?, areas),
                };
                Some((at, header?))
            }),
        };
        if let Some((at, header)) = found {
            self.begin(at, header, rows);
            return;
        }
        if form::is_one(&rows, areas) {
            self.walk.survey.nature = Nature::Forms;
            self.state = State::Form(Box::default());
            rows.iter().for_each(|row| self.process(row));
            return;
        }
        let reason = reason(&self.walk.sheet.name, &rows);
        self.aside(reason, rows);
    }

    fn aside(&mut self, reason: Code, rows: Vec<Row>) {
        self.walk.survey.nature = Nature::Skipped(reason.name());
        self.state = State::Aside(reason);
        rows.iter().for_each(|row| self.process(row));
    }

    /// A row in the middle looked like a header: either it is one, or everything goes on as before.
    fn decide_again(&mut self, before: State, rows: Vec<Row>) {
        let header = header::at(&rows, &self.walk.areas);
        match header {
            Some(header) if header.is_register() => {
                self.end(before);
                self.begin(0, header, rows);
            }
            Some(_) => {
                self.end(before);
                self.state = State::Aside(Code::OtherTable);
                self.go_on(rows);
            }
            None => {
                self.state = before;
                self.go_on(rows);
            }
        }
    }

    /// Reads the first of gathered rows as it is, the rest as if they came now.
    fn go_on(&mut self, rows: Vec<Row>) {
        let mut rows = rows.iter();
        if let Some(first) = rows.next() {
            self.process(first);
        }
        rows.for_each(|row| self.visit(row));
    }

    /// Ends what was being read.
    fn end(&mut self, state: State) {
        match state {
            State::Table(table) => self.end_table(&table),
            State::Form(mut form) => form.finish(&mut self.walk),
            State::Aside(_) | State::Seeking(_) => {}
        }
    }

    /// Ends the sheet; gives the walk back, or nothing where a legend has to be looked for first.
    pub fn finish(mut self) -> Option<Walk<'a>> {
        while matches!(self.state, State::Seeking(_)) && !self.wants_legend {
            self.decide();
        }
        if self.wants_legend {
            return None;
        }
        let state = std::mem::replace(&mut self.state, State::Seeking(Vec::new()));
        self.end(state);
        self.walk.finish();
        self.walk.survey.sums = std::mem::take(&mut self.walk.tally.sums);
        Some(self.walk)
    }
}
