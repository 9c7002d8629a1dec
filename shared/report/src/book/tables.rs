//! The sheet of tables: complaints by each axis in Pareto order, trends with their limits, closing times, customers, what is
//! overdue, costs. The charts draw from it.

use rust_xlsxwriter::{Formula, Worksheet, XlsxError};

use super::Paper;
use super::pen::{Pen, a4, float, heads, maybe, number, section, text};
use crate::shown::{Axis, Counted, Drawing, Shown};

/// The last column.
const LAST: u16 = 7;
/// So many values of an axis have a line; the others are put together.
pub const MOST: usize = 40;

/// Where the charts find their figures: first and last row.
#[derive(Debug, Default)]
pub struct Places {
    /// By axis: its name, its title, its rows.
    pub axes: Vec<(String, String, (u32, u32))>,
    /// By trend, in the order of the trends.
    pub trends: Vec<(u32, u32)>,
    /// The closing times.
    pub closing: Option<(u32, u32)>,
}

struct Tables<'a> {
    sheet: &'a mut Worksheet,
    pen: &'a Pen,
    paper: &'a Paper<'a>,
    row: u32,
}

/// Writes the sheet; gives where its tables stand.
pub fn write(sheet: &mut Worksheet, pen: &Pen, paper: &Paper<'_>, shown: &Shown) -> Result<Places, XlsxError> {
    a4(sheet, "sheet_tables", LAST, false, paper, pen)?;
    for (column, width) in (0_u16..).zip([34, 11, 11, 12, 12, 12, 12, 12]) {
        sheet.set_column_width(column, width)?;
    }
    let mut tables = Tables {
        sheet,
        pen,
        paper,
        row: 1,
    };
    let mut places = Places::default();
    for axis in shown.axes.iter().filter(|axis| !axis.rows.is_empty()) {
        let rows = tables.axis(axis, shown)?;
        places.axes.push((axis.axis.clone(), axis.title.clone(), rows));
    }
    for trend in &shown.trends {
        let rows = tables.trend(trend)?;
        places.trends.push(rows);
    }
    places.closing = tables.closing(shown)?;
    tables.customers()?;
    tables.overdue(shown)?;
    tables.money(shown)?;
    tables.counted("reactions", &shown.reactions)?;
    tables.counted("survey", &shown.survey)?;
    Ok(places)
}

impl Tables<'_> {
    fn section(&mut self, title: &str) -> Result<(), XlsxError> {
        self.row += 1;
        section(self.sheet, self.row, title, LAST, self.pen)?;
        self.row += 1;
        Ok(())
    }

    fn heads(&mut self, titles: &[String]) -> Result<(), XlsxError> {
        heads(self.sheet, self.row, titles, self.pen)?;
        self.row += 1;
        Ok(())
    }

    fn axis(&mut self, axis: &Axis, shown: &Shown) -> Result<(u32, u32), XlsxError> {
        let (paper, pen) = (self.paper, self.pen);
        let title = paper.by(&axis.title);
        self.section(&title)?;
        let mut titles = vec![axis.title.clone()];
        titles.extend(["count", "share", "cumulative"].map(|key| paper.word(key)));
        let earlier: Vec<&str> = match axis.axis.as_str() {
            "month" => Vec::new(),
            _ => shown.compared.iter().map(|one| one.which.as_str()).collect(),
        };
        titles.extend(earlier.iter().map(|which| paper.word(which)));
        self.heads(&titles)?;
        let first = self.row;
        for row in axis.rows.iter().take(MOST) {
            let earlier = earlier.iter().map(|which| match *which {
                "before" => row.before,
                _ => row.year_before,
            });
            let numbers = (row.ranked.n, row.ranked.share, row.ranked.cumulative);
            self.value(&row.label, numbers, earlier.collect())?;
        }
        let rest: u64 = axis.rows.iter().skip(MOST).map(|row| row.ranked.n).sum();
        if rest > 0 {
            let share: f64 = axis.rows.iter().skip(MOST).map(|row| row.ranked.share).sum();
            self.value(
                &paper.word("other"),
                (rest, share, 100.0),
                earlier.iter().map(|_| None).collect(),
            )?;
        }
        let last = self.row - 1;
        text(self.sheet, (self.row, 0), &paper.word("total"), &pen.total_text)?;
        let sum = format!("=SUM(B{}:B{})", first + 1, last + 1);
        let formula = Formula::new(sum).set_result(axis.of.to_string());
        self.sheet.write_formula_with_format(self.row, 1, formula, &pen.total)?;
        self.row += 1;
        Ok((first, last))
    }

    fn value(
        &mut self,
        label: &str,
        (n, share, cumulative): (u64, f64, f64),
        earlier: Vec<Option<u64>>,
    ) -> Result<(), XlsxError> {
        let (row, pen) = (self.row, self.pen);
        text(self.sheet, (row, 0), label, &pen.text)?;
        number(self.sheet, (row, 1), n as f64, &pen.count)?;
        number(self.sheet, (row, 2), share, &pen.percent)?;
        number(self.sheet, (row, 3), cumulative, &pen.percent)?;
        for (column, value) in (4_u16..).zip(earlier) {
            maybe(
                self.sheet,
                (row, column),
                value.map(|n| n as f64),
                &pen.count,
                &pen.middle,
            )?;
        }
        self.row += 1;
        Ok(())
    }

    fn trend(&mut self, drawing: &Drawing) -> Result<(u32, u32), XlsxError> {
        let (paper, pen, trend) = (self.paper, self.pen, &drawing.trend);
        let title = format!("{} · {}", paper.word("trends"), drawing.title);
        self.section(&title)?;
        let keys = ["month", "count", "basis", "value", "centre", "upper", "lower", "signal"];
        self.heads(&keys.map(|key| paper.word(key)))?;
        let first = self.row;
        for month in &trend.months {
            let row = self.row;
            text(self.sheet, (row, 0), &month.at, &pen.middle)?;
            number(self.sheet, (row, 1), month.n as f64, &pen.count)?;
            let limits = [month.size, Some(month.value), trend.centre, month.upper, month.lower];
            for (column, value) in (2_u16..).zip(limits) {
                match value {
                    Some(value) => number(self.sheet, (row, column), value, &pen.number)?,
                    // Charts take a blank for a gap and a text for nought.
                    None => {
                        self.sheet.write_blank(row, column, &pen.number)?;
                    }
                }
            }
            match month.signals.is_empty() {
                true => {
                    self.sheet.write_blank(row, LAST, &pen.number)?;
                }
                false => number(self.sheet, (row, LAST), month.value, pen.light(crate::Light::Red))?,
            }
            self.row += 1;
        }
        let last = self.row.saturating_sub(1).max(first);
        if trend.centre.is_none() {
            text(self.sheet, (self.row, 0), &paper.word("no_limits"), &pen.small)?;
            self.row += 1;
        }
        Ok((first, last))
    }

    fn closing(&mut self, shown: &Shown) -> Result<Option<(u32, u32)>, XlsxError> {
        let (paper, pen) = (self.paper, self.pen);
        let times = &shown.closing.times;
        if times.iter().all(|one| one.n == 0) {
            return Ok(None);
        }
        self.section(&paper.word("closing_times"))?;
        self.heads(&["closing_days", "count"].map(|key| paper.word(key)))?;
        let first = self.row;
        for one in times {
            text(self.sheet, (self.row, 0), &one.title, &pen.middle)?;
            number(self.sheet, (self.row, 1), one.n as f64, &pen.count)?;
            self.row += 1;
        }
        Ok(Some((first, self.row - 1)))
    }

    fn customers(&mut self) -> Result<(), XlsxError> {
        let (paper, pen) = (self.paper, self.pen);
        if paper.rollup.customers.is_empty() {
            return Ok(());
        }
        self.section(&paper.word("customers"))?;
        text(self.sheet, (self.row, 0), &paper.word("customers_note"), &pen.small)?;
        self.row += 1;
        self.heads(&["customer", "count", "numbers"].map(|key| paper.word(key)))?;
        for (place, one) in (1_usize..).zip(&paper.rollup.customers) {
            let name = paper.filled("customer_n", &[("n", &place.to_string())]);
            text(self.sheet, (self.row, 0), &name, &pen.text)?;
            number(self.sheet, (self.row, 1), one.n as f64, &pen.count)?;
            let numbers = one.numbers.join(", ");
            self.sheet
                .merge_range(self.row, 2, self.row, LAST, &numbers, &pen.text)?;
            let lines = u32::try_from(numbers.chars().count() / 70 + 1).unwrap_or(1);
            self.sheet.set_row_height(self.row, 15 * lines)?;
            self.row += 1;
        }
        Ok(())
    }

    fn overdue(&mut self, shown: &Shown) -> Result<(), XlsxError> {
        let (paper, pen) = (self.paper, self.pen);
        if shown.overdue.is_empty() {
            return Ok(());
        }
        self.section(&paper.word("overdue"))?;
        let titles = ["number", "due_at", "limit"].map(|key| paper.word(key));
        for (column, title) in [(0, 0), (1, 2), (3, LAST)].into_iter().zip(&titles) {
            match column {
                (from, to) if from == to => text(self.sheet, (self.row, from), title, &pen.head)?,
                (from, to) => {
                    self.sheet.merge_range(self.row, from, self.row, to, title, &pen.head)?;
                }
            }
        }
        self.row += 1;
        for one in &shown.overdue {
            text(self.sheet, (self.row, 0), &one.overdue.number, &pen.text)?;
            let due = one.overdue.due_at.format("%Y-%m-%d %H:%M").to_string();
            self.sheet.merge_range(self.row, 1, self.row, 2, &due, &pen.middle)?;
            let limit = format!("{} {}", one.overdue.rule, one.title);
            self.sheet.merge_range(self.row, 3, self.row, LAST, &limit, &pen.text)?;
            self.row += 1;
        }
        Ok(())
    }

    fn money(&mut self, shown: &Shown) -> Result<(), XlsxError> {
        let (paper, pen) = (self.paper, self.pen);
        if shown.money.is_empty() {
            return Ok(());
        }
        self.section(&paper.word("costs"))?;
        self.heads(&["field", "currency", "sum"].map(|key| paper.word(key)))?;
        for one in &shown.money {
            text(self.sheet, (self.row, 0), &one.title, &pen.text)?;
            text(self.sheet, (self.row, 1), &one.currency, &pen.middle)?;
            number(self.sheet, (self.row, 2), float(one.sum), &pen.money)?;
            self.row += 1;
        }
        Ok(())
    }

    /// What customers said: to answers, and when they were asked whether they are satisfied.
    fn counted(&mut self, title: &str, all: &[Counted]) -> Result<(), XlsxError> {
        let (paper, pen) = (self.paper, self.pen);
        if all.is_empty() {
            return Ok(());
        }
        self.section(&paper.word(title))?;
        self.heads(&["figure", "count"].map(|key| paper.word(key)))?;
        for one in all {
            text(self.sheet, (self.row, 0), &one.label, &pen.text)?;
            number(self.sheet, (self.row, 1), one.n as f64, &pen.count)?;
            self.row += 1;
        }
        Ok(())
    }
}
