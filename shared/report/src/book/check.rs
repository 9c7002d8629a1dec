//! The sheet that checks: each total as the report holds it beside the same total by formula over the complaints counted.

use std::collections::BTreeMap;

use rust_xlsxwriter::{Formula, Worksheet, XlsxError};

use super::Paper;
use super::data::{self, FLAGS, HOURS, LIMITS, RETURNED, Row};
use super::pen::{Pen, a4, float, heads, number, text};
use crate::shown::{ClosedIn, Shown};

/// The last column.
const LAST: u16 = 4;
/// The longest text that a condition of a formula may hold.
const LONGEST: usize = 255;
/// So many values of an axis are checked one by one, the most frequent ones.
const MOST: usize = 100;

struct Check<'a> {
    sheet: &'a mut Worksheet,
    pen: &'a Pen,
    paper: &'a Paper<'a>,
    row: u32,
}

/// Writes the sheet.
pub fn write(sheet: &mut Worksheet, pen: &Pen, paper: &Paper<'_>, shown: &Shown) -> Result<(), XlsxError> {
    a4(sheet, "sheet_check", LAST, false, paper, pen)?;
    for (column, width) in (0_u16..).zip([44, 14, 14, 12, 14]) {
        sheet.set_column_width(column, width)?;
    }
    sheet.merge_range(1, 0, 1, LAST, &paper.word("check_help"), &pen.small)?;
    sheet.set_row_height(1, 28)?;
    let keys = ["figure", "stored", "by_formula", "difference", "light"];
    heads(sheet, 2, &keys.map(|key| paper.word(key)), pen)?;
    sheet.set_repeat_rows(0, 2)?;
    sheet.set_freeze_panes(3, 0)?;
    let mut check = Check {
        sheet,
        pen,
        paper,
        row: 3,
    };
    check.counts(shown)?;
    check.axes(shown)?;
    check.closing(&shown.closing.times)?;
    check.sums()
}

impl Check<'_> {
    /// A line: what, the stored figure, the formula, and what the formula gives by our own count of the rows.
    fn line(&mut self, what: &str, stored: f64, formula: String, result: f64) -> Result<(), XlsxError> {
        let (row, pen) = (self.row, self.pen);
        text(self.sheet, (row, 0), what, &pen.text)?;
        number(self.sheet, (row, 1), stored, &pen.number)?;
        let formula = Formula::new(format!("={formula}")).set_result(result.to_string());
        self.sheet.write_formula_with_format(row, 2, formula, &pen.number)?;
        let line = row + 1;
        let difference = Formula::new(format!("=ROUND(C{line}-B{line},6)")).set_result((result - stored).to_string());
        self.sheet.write_formula_with_format(row, 3, difference, &pen.number)?;
        let (yes, no) = (self.paper.word("agrees"), self.paper.word("differs"));
        let said = if (result - stored).abs() < 1e-6 {
            yes.clone()
        } else {
            no.clone()
        };
        let verdict = Formula::new(format!("=IF(D{line}=0,\"{yes}\",\"{no}\")")).set_result(said);
        self.sheet.write_formula_with_format(row, 4, verdict, &pen.middle)?;
        self.row += 1;
        Ok(())
    }

    fn column(&self, place: u16) -> String {
        data::column(self.paper, place)
    }

    fn count(&self, of: impl Fn(&Row) -> bool) -> f64 {
        self.paper.rows.iter().filter(|row| of(row)).count() as f64
    }

    fn counts(&mut self, shown: &Shown) -> Result<(), XlsxError> {
        for ((one, place), flag) in shown.complaints.iter().zip(FLAGS).zip(0_usize..) {
            let formula = format!("COUNTIFS({},1)", self.column(place));
            let result = self.count(|row| row.flags.get(flag) == Some(&true));
            self.line(&one.title, one.n as f64, formula, result)?;
        }
        Ok(())
    }

    fn axes(&mut self, shown: &Shown) -> Result<(), XlsxError> {
        let places: BTreeMap<String, u16> = data::axes(self.paper).into_iter().collect();
        let received = self.column(FLAGS[0]);
        for axis in &shown.axes {
            let Some(place) = places.get(&axis.axis) else {
                if axis.axis == "month" {
                    self.months(axis)?;
                }
                continue;
            };
            let values = self.column(*place);
            for row in axis
                .rows
                .iter()
                .filter(|row| row.ranked.value != kesu_rules::rollup::OTHER)
                .take(MOST)
            {
                let value = &row.ranked.value;
                let what = format!("{}: {}", axis.title, row.label);
                let formula = equals(&received, &values, value);
                let own = |it: &Row| it.flags[0] && it.by.get(&axis.axis) == Some(value);
                let result = self.count(own);
                self.line(&what, row.ranked.n as f64, formula, result)?;
            }
            let all = format!("{}: {}", axis.title, self.paper.word("total"));
            let formula = format!("SUMPRODUCT(({received}=1)*({values}<>\"\"))");
            let result = self.count(|it| it.flags[0] && it.by.contains_key(&axis.axis));
            self.line(&all, axis.of as f64, formula, result)?;
        }
        Ok(())
    }

    fn months(&mut self, axis: &crate::shown::Axis) -> Result<(), XlsxError> {
        let (received, at) = (self.column(FLAGS[0]), self.column(1));
        for row in &axis.rows {
            let month = &row.ranked.value;
            let what = format!("{}: {month}", axis.title);
            let formula = format!("SUMPRODUCT(({received}=1)*(TEXT({at},\"yyyy-mm\")=\"{month}\"))");
            let result = self.count(|it| it.flags[0] && it.received_at.format("%Y-%m").to_string() == *month);
            self.line(&what, row.ranked.n as f64, formula, result)?;
        }
        Ok(())
    }

    fn closing(&mut self, times: &[ClosedIn]) -> Result<(), XlsxError> {
        let (hours, title) = (self.column(HOURS), self.paper.word("closing_times"));
        let mut from: i64 = -1;
        for one in times {
            let to = one.days.and_then(|days| i64::try_from(days * 24).ok());
            let upper = to.map(|to| format!(",{hours},\"<={to}\"")).unwrap_or_default();
            let formula = format!("COUNTIFS({hours},\">{from}\"{upper})");
            let within = |it: i64| it > from && to.is_none_or(|to| it <= to);
            let result = self.count(|it| it.hours.is_some_and(within));
            self.line(&format!("{title}: {}", one.title), one.n as f64, formula, result)?;
            from = to.unwrap_or(i64::MAX);
        }
        Ok(())
    }

    fn sums(&mut self) -> Result<(), XlsxError> {
        let paper = self.paper;
        let (due, met) = paper
            .rollup
            .on_time
            .values()
            .fold((0, 0), |(due, met), one| (due + one.due, met + one.met));
        let rows = || paper.rows.iter();
        let own = [
            rows().map(|it| it.due).sum::<u64>(),
            rows().map(|it| it.met).sum::<u64>(),
        ];
        for (((key, stored), place), result) in [("due", due), ("met", met)].into_iter().zip(LIMITS).zip(own) {
            let what = format!("{}: {}", paper.word("on_time"), paper.word(key));
            let formula = format!("SUM({})", self.column(place));
            self.line(&what, stored as f64, formula, result as f64)?;
        }
        let returned = float(rows().filter_map(|it| it.returned).sum());
        let formula = format!("SUM({})", self.column(RETURNED));
        self.line(&paper.word("returned"), float(paper.rollup.returned), formula, returned)?;
        Ok(())
    }
}

/// How many are counted and have this value. `COUNTIFS` reads numbers, dates, wildcards and comparisons out of a text; where the
/// value could be read so, or holds nothing but such, it is compared as it is.
fn equals(flags: &str, values: &str, value: &str) -> String {
    let quoted = value.replace('"', "\"\"");
    let odd = |c: char| c.is_numeric() || matches!(c, '*' | '?' | '~' | '<' | '>' | '=' | '"');
    let word = value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false");
    let cased = value.chars().any(|c| c.is_lowercase() || c.is_uppercase());
    if value.chars().count() > LONGEST {
        let start: String = value.chars().take(120).collect();
        let start = start.replace('"', "\"\"");
        return format!("SUMPRODUCT(({flags}=1)*EXACT(LEFT({values},120),\"{start}\"))");
    }
    if value.contains(odd) || word || cased {
        return format!("SUMPRODUCT(({flags}=1)*EXACT({values},\"{quoted}\"))");
    }
    format!("COUNTIFS({flags},1,{values},\"{quoted}\")")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_read_otherwise_is_compared_as_it_is() {
        assert_eq!(equals("F", "V", "密封圈"), "COUNTIFS(F,1,V,\"密封圈\")");
        for value in ["00123", "1*", ">5", "Mar-01", "TRUE", "a?", "say \"x\"", "abc"] {
            assert!(equals("F", "V", value).starts_with("SUMPRODUCT"), "{value}");
        }
        assert!(equals("F", "V", "\"").contains("\"\"\"\""));
    }
}
