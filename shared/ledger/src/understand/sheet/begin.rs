//! Where a table begins and ends in a sheet: its titles, header rows and columns, what colours and years belong to it.

use super::{SheetReader, State};
use crate::code::Code;
use crate::grid::{Content, Row};
use crate::mapping::{self, Layout};
use crate::survey::{ColumnUse, Nature, TableSurvey};
use crate::understand::colour::{self, Colours};
use crate::understand::columns::{self, Role};
use crate::understand::header::{Header, is_filled};
use crate::understand::period::{self, Period};
use crate::understand::shown::{column_name, first_text};
use crate::understand::table::Table;

impl SheetReader<'_> {
    /// Begins a table whose header is at a place among gathered rows.
    pub(super) fn begin(&mut self, at: usize, header: Header, rows: Vec<Row>) {
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
                (Code::Blank, vec![])
            } else {
                (Code::Title, vec![("text", first_text(row))])
            };
            self.walk.skipped(row.number, code, values);
        }
        for row in header_rows {
            self.walk.go_to(row);
            self.walk.skipped(row.number, Code::Header, vec![]);
        }
        for ask in asks {
            self.walk.question(first, Some(ask.at), ask.code, ask.values);
        }
        if first_table {
            for hidden in &self.walk.sheet.hidden_columns {
                if let Some(column) = columns.iter().find(|column| column.at == *hidden) {
                    let values = vec![("header", column.header.clone()), ("column", column_name(*hidden))];
                    self.walk.warning(0, Some(*hidden), Code::HiddenColumn, values);
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
            self.walk
                .question(first, None, Code::AskColours, vec![("colours", said)]);
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

    pub(super) fn end_table(&mut self, table: &Table) {
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
                .question(row, None, Code::AskColoursUnread, vec![("colours", unread.join(", "))]);
        }
    }
}
