//! A sheet: finds what is in it (a table, several, forms, nothing of ours) and hands its rows on.

use std::ops::ControlFlow;

use super::colour::{self, Colours, Strikes};
use super::columns::{self, Role};
use super::form::{self, Form};
use super::header::{self, Header, is_filled};
use super::period::{self, Period};
use super::table::{Table, column_name, first_text};
use super::walk::Walk;
use super::words::WORDS;
use crate::grid::{Content, Row};
use crate::mapping::{self, Layout};
use crate::survey::{ColumnUse, Nature, TableSurvey};

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
    Aside(&'static str),
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
            State::Aside(code) => self.walk.skipped(row.number, code, vec![]),
            State::Seeking(_) => {}
        }
    }

    /// Decides what the gathered rows are.
    fn decide(&mut self) {
        let State::Seeking(rows) = std::mem::replace(&mut self.state, State::Aside("sheet_no_table")) else {
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
            return self.aside("sheet_left_out", rows);
        }
        let merges = &self.walk.sheet.merges;
        let named = note.map(|note| note.header_rows.as_slice()).unwrap_or_default();
        let found = match named {
            [] if form::is_one(&rows, merges) => None,
            [] => (0..rows.len()).find_map(|at| {
                let header = header::at(rows.get(at..)?, merges)?;
                header.is_register().then_some((at, header))
            }),
            [first, more @ ..] => rows.iter().position(|row| row.number == *first).and_then(|at| {
                let rest = rows.get(at..)?;
                let header = match more {
                    [] => header::single(rest.first()?),
                    _ => header::double(rest.first()?, rest.get(1)?, merges),
                };
                Some((at, header?))
            }),
        };
        if let Some((at, header)) = found {
            self.begin(at, header, rows);
            return;
        }
        if form::is_one(&rows, merges) {
            self.walk.survey.nature = Nature::Forms;
            self.state = State::Form(Box::default());
            rows.iter().for_each(|row| self.process(row));
            return;
        }
        let reason = self.reason(&rows);
        self.aside(reason, rows);
    }

    fn aside(&mut self, reason: &'static str, rows: Vec<Row>) {
        self.walk.survey.nature = Nature::Skipped(reason);
        self.state = State::Aside(reason);
        rows.iter().for_each(|row| self.process(row));
    }

    /// Why a sheet is no register.
    fn reason(&self, rows: &[Row]) -> &'static str {
        let texts = || {
            let cells = rows.iter().flat_map(|row| &row.cells);
            cells.filter_map(|cell| match &cell.content {
                Content::Text(text) => Some(super::fold::key(text.get(..60).unwrap_or(text))),
                _ => None,
            })
        };
        if rows.iter().all(|row| !row.cells.iter().any(is_filled)) {
            return "sheet_empty";
        }
        if texts().any(|key| WORDS.pivots.iter().any(|word| key.starts_with(word.as_str()))) {
            return "sheet_pivot";
        }
        let name = super::fold::key(&self.walk.sheet.name);
        if WORDS.instructions.iter().any(|word| name.contains(word.as_str())) {
            return "sheet_instructions";
        }
        let title = rows
            .first()
            .map(first_text)
            .map(|text| super::fold::key(&text))
            .unwrap_or_default();
        let sums = |text: &str| WORDS.summaries.iter().any(|word| text.contains(word.as_str()));
        if sums(&name) || sums(&title) {
            return "sheet_summary";
        }
        let header = |row: &Row| header::single(row).is_some_and(|header| header.is_plausible());
        if rows.iter().any(header) {
            "sheet_other_table"
        } else {
            "sheet_no_table"
        }
    }

    /// A row in the middle looked like a header: either it is one, or everything goes on as before.
    fn decide_again(&mut self, before: State, rows: Vec<Row>) {
        let header = header::at(&rows, &self.walk.sheet.merges);
        match header {
            Some(header) if header.is_register() => {
                self.end(before);
                self.begin(0, header, rows);
            }
            Some(_) => {
                self.end(before);
                self.state = State::Aside("other_table");
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

    /// Begins a table whose header is at a place among gathered rows.
    fn begin(&mut self, at: usize, header: Header, rows: Vec<Row>) {
        let samples = rows.get(at + header.rows..).unwrap_or_default();
        let header_rows = rows.get(at..at + header.rows).unwrap_or_default();
        let fingerprint = mapping::fingerprint(header.columns.iter().map(|heading| heading.text.as_str()));
        let layout = self.walk.options.mapping.layouts.get(&fingerprint);
        let (columns, asks) = columns::assign(&header, samples, layout);
        let has_status = columns.iter().any(|c| matches!(c.role, Role::Field("status", _)));
        let coloured = || {
            let cells = samples.iter().flat_map(|row| &row.cells);
            cells
                .into_iter()
                .any(|cell| cell.struck || cell.fill.is_some_and(|rgb| !colour::is_white(rgb)))
        };
        let first_table = self.walk.survey.tables.is_empty();
        if !has_status && self.legend.is_none() && first_table && coloured() {
            self.wants_legend = true;
            return;
        }
        let colours = self.colours(layout);
        let titles = rows.get(..at).unwrap_or_default();
        let period = self.period(titles, layout);
        let numbers: Vec<u32> = header_rows.iter().map(|row| row.number).collect();
        let first = numbers.first().copied().unwrap_or_default();
        for row in titles {
            self.walk.go_to(row);
            let blank = !row.cells.iter().any(is_filled);
            let (code, values) = if blank {
                ("blank", vec![])
            } else {
                ("title", vec![("text", first_text(row))])
            };
            self.walk.skipped(row.number, code, values);
        }
        for row in header_rows {
            self.walk.go_to(row);
            self.walk.skipped(row.number, "header", vec![]);
        }
        for ask in asks {
            self.walk.question(first, Some(ask.at), ask.code, ask.values);
        }
        if first_table {
            for hidden in &self.walk.sheet.hidden_columns {
                if let Some(column) = columns.iter().find(|column| column.at == *hidden) {
                    let values = vec![("header", column.header.clone()), ("column", column_name(*hidden))];
                    self.walk.warning(0, Some(*hidden), "hidden_column", values);
                }
            }
        }
        if !has_status && !colours.is_empty() {
            let said = colours
                .exact
                .iter()
                .map(|([r, g, b], status)| format!("{r:02X}{g:02X}{b:02X}={status}"));
            let said = said.chain(colours.named.iter().map(|(name, status)| format!("{name}={status}")));
            let said = said.collect::<Vec<_>>().join(", ");
            self.walk.question(first, None, "ask_colours", vec![("colours", said)]);
        }
        self.walk.survey.tables.push(TableSurvey {
            header_rows: numbers,
            columns: Vec::new(),
            fingerprint,
            remembered: layout.is_some(),
            year: period.year,
            month: period.month,
            colours: Vec::new(),
        });
        self.walk.survey.nature = Nature::Table;
        self.walk.tally.next_table();
        self.state = State::Table(Box::new(Table::new(columns, header_rows, period, colours)));
        let samples = samples.to_vec();
        samples.iter().for_each(|row| self.visit(row));
    }

    fn colours(&self, layout: Option<&Layout>) -> Colours {
        let mut colours = self.legend.clone().unwrap_or_default();
        if let Some(layout) = layout {
            colours
                .exact
                .extend(layout.colours.iter().map(|(rgb, status)| (*rgb, *status)));
        }
        colours
    }

    /// What dates without a year belong to: what a person said, the title, the sheet, the file.
    fn period(&self, titles: &[Row], layout: Option<&Layout>) -> Period {
        let note = self.walk.options.mapping.sheets.get(&self.walk.sheet.name);
        let said = note
            .and_then(|note| note.year)
            .or(layout.and_then(|layout| layout.year));
        let mut period = Period {
            year: said,
            month: None,
        };
        for row in titles {
            for cell in row.cells.iter().take(3) {
                if let Content::Text(text) = &cell.content {
                    period = period.or(period::of(text));
                }
            }
        }
        period.or(self.walk.named)
    }

    /// Ends what was being read.
    fn end(&mut self, state: State) {
        match state {
            State::Table(table) => self.end_table(&table),
            State::Form(mut form) => form.finish(&mut self.walk),
            State::Aside(_) | State::Seeking(_) => {}
        }
    }

    fn end_table(&mut self, table: &Table) {
        let uses = table.columns.iter().map(|column| ColumnUse {
            at: column.at,
            header: column.header.clone(),
            role: column.role,
            confidence: column.confidence,
            headed: column.headed,
        });
        let mut colours: Vec<([u8; 3], Option<&'static str>, u64)> = table
            .painted
            .iter()
            .map(|(rgb, rows)| (*rgb, table.colours.status(Some(*rgb), false), *rows))
            .collect();
        colours.sort_by_key(|(rgb, _, rows)| (std::cmp::Reverse(*rows), *rgb));
        let has_status = table
            .columns
            .iter()
            .any(|column| matches!(column.role, Role::Field("status", _)));
        let unread: Vec<String> = colours
            .iter()
            .filter(|(_, status, _)| status.is_none())
            .map(|([r, g, b], _, rows)| format!("{r:02X}{g:02X}{b:02X} ({}): {rows}", colour::name([*r, *g, *b])))
            .collect();
        if let Some(survey) = self.walk.survey.tables.last_mut() {
            survey.columns = uses.collect();
            survey.colours = colours
                .iter()
                .take(16)
                .map(|(rgb, status, _)| (*rgb, *status))
                .collect();
        }
        if !has_status && !unread.is_empty() {
            let row = self
                .walk
                .survey
                .tables
                .last()
                .and_then(|t| t.header_rows.first().copied())
                .unwrap_or_default();
            self.walk
                .question(row, None, "ask_colours_unread", vec![("colours", unread.join(", "))]);
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

/// Looks for a legend and for a consistent use of strike-through in a whole sheet.
#[derive(Default)]
pub struct LegendSeeker {
    colours: Colours,
    strikes: Strikes,
    /// The last column of the table, once its header was met.
    last: Option<u32>,
}

impl LegendSeeker {
    /// Looks at a row.
    pub fn row(&mut self, row: &Row) {
        if self.last.is_none()
            && let Some(header) = header::single(row).filter(|header| header.fields().len() >= 2)
        {
            self.last = header.columns.last().map(|heading| heading.column);
        }
        let Some(last) = self.last else {
            colour::legend(row, &mut self.colours);
            return;
        };
        if row.cells.len() <= 4 {
            colour::legend(row, &mut self.colours);
        } else {
            self.strikes.add(row);
            if row.cells.last().is_some_and(|cell| cell.column > last) {
                let cells = row.cells.iter().filter(|cell| cell.column > last).cloned().collect();
                colour::legend(&Row { cells, ..*row }, &mut self.colours);
            }
        }
    }

    /// What was found.
    pub fn found(mut self) -> Colours {
        if self.colours.is_empty() {
            for rgb in self.strikes.closed() {
                self.colours.exact.insert(rgb, "closed");
                self.colours.struck = Some("closed");
            }
        }
        self.colours
    }
}
