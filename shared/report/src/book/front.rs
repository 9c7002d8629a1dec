//! The front sheet: what the report is about, who signs it, the headline figures, the key figures with their lights, what needs
//! a look, limits and duties.

use rust_decimal::Decimal;
use rust_xlsxwriter::{Worksheet, XlsxError};

use super::Paper;
use super::pen::{Pen, a4, float, heads, maybe, number, section, tall, text};
use crate::shown::Shown;

/// The last column.
const LAST: u16 = 6;
/// Characters of the first column, and of all together.
const FIRST: usize = 34;
const WIDE: usize = 116;

struct Front<'a> {
    sheet: &'a mut Worksheet,
    pen: &'a Pen,
    paper: &'a Paper<'a>,
    row: u32,
}

/// Writes the sheet.
pub fn write(sheet: &mut Worksheet, pen: &Pen, paper: &Paper<'_>, shown: &Shown) -> Result<(), XlsxError> {
    for (column, width) in (0_u16..).zip([34, 12, 14, 15, 12, 12, 20]) {
        sheet.set_column_width(column, width)?;
    }
    a4(sheet, "sheet_report", LAST, false, paper, pen)?;
    let mut front = Front {
        sheet,
        pen,
        paper,
        row: 1,
    };
    front.head(shown)?;
    front.signatures()?;
    front.overview(shown)?;
    front.key_figures(shown)?;
    front.signals(shown)?;
    front.limits(shown)?;
    front.duties(shown)?;
    front.moved()
}

impl Front<'_> {
    fn merged(
        &mut self,
        (from, to): (u16, u16),
        said: &str,
        format: &rust_xlsxwriter::Format,
    ) -> Result<(), XlsxError> {
        self.sheet.merge_range(self.row, from, self.row, to, said, format)?;
        Ok(())
    }

    fn text(&mut self, column: u16, said: &str) -> Result<(), XlsxError> {
        text(self.sheet, (self.row, column), said, &self.pen.text)
    }

    fn middle(&mut self, column: u16, said: &str) -> Result<(), XlsxError> {
        text(self.sheet, (self.row, column), said, &self.pen.middle)
    }

    fn section(&mut self, key: &str) -> Result<(), XlsxError> {
        self.row += 1;
        let title = self.paper.word(key);
        section(self.sheet, self.row, &title, LAST, self.pen)?;
        self.row += 1;
        Ok(())
    }

    fn heads(&mut self, titles: &[String]) -> Result<(), XlsxError> {
        heads(self.sheet, self.row, titles, self.pen)?;
        self.row += 1;
        Ok(())
    }

    /// A line over the whole width, with words only.
    fn line(&mut self, said: &str) -> Result<(), XlsxError> {
        let format = self.pen.text.clone();
        self.merged((0, LAST), said, &format)?;
        self.sheet.set_row_height(self.row, tall(said, WIDE))?;
        self.row += 1;
        Ok(())
    }

    fn head(&mut self, shown: &Shown) -> Result<(), XlsxError> {
        let (paper, pen) = (self.paper, self.pen);
        self.sheet.set_row_height(self.row, 36)?;
        self.merged((0, LAST), &paper.word("title"), &pen.title)?;
        self.row += 1;
        let (from, to) = &shown.months;
        let span = if from == to {
            from.clone()
        } else {
            format!("{from} – {to}")
        };
        let mut subtitle = format!("{}  {}  ({span})", paper.rollup.period, paper.kind());
        if paper.running() && paper.rollup.as_of.format("%Y-%m").to_string() <= *to {
            subtitle = format!("{subtitle}  {}", paper.word("running"));
        }
        self.sheet.set_row_height(self.row, 20)?;
        self.merged((0, LAST), &subtitle, &pen.subtitle)?;
        self.row += 1;
        let head = &paper.procedure.pack.procedure;
        let procedure = format!(
            "{}: {} {} ({})",
            paper.word("procedure"),
            head.id,
            head.title.get(paper.language),
            head.version
        );
        let as_of = format!(
            "{}: {}   {}: V{}",
            paper.word("as_of"),
            paper.rollup.as_of.format("%Y-%m-%d %H:%M"),
            paper.word("version"),
            paper.version.version
        );
        self.sheet.set_row_height(self.row, 24)?;
        self.merged((0, 3), &procedure, &pen.small)?;
        self.merged((4, LAST), &as_of, &pen.small_right)?;
        self.row += 1;
        Ok(())
    }

    fn signatures(&mut self) -> Result<(), XlsxError> {
        let (paper, pen) = (self.paper, self.pen);
        let blocks = [("prepared", (0, 0)), ("reviewed", (1, 3)), ("approved", (4, LAST))];
        let by_hand = paper.word("name_date");
        for (key, (from, to)) in blocks {
            let title = paper.word(key);
            if from == to {
                text(self.sheet, (self.row, from), &title, &pen.head)?;
                text(self.sheet, (self.row + 1, from), &by_hand, &pen.sign)?;
            } else {
                self.sheet
                    .merge_range(self.row, from, self.row, to, &title, &pen.head)?;
                self.sheet
                    .merge_range(self.row + 1, from, self.row + 1, to, &by_hand, &pen.sign)?;
            }
        }
        self.sheet.set_row_height(self.row, 18)?;
        self.sheet.set_row_height(self.row + 1, 46)?;
        self.row += 2;
        Ok(())
    }

    /// The heads of columns that stand beside earlier periods.
    fn earlier(&self, shown: &Shown) -> [String; 2] {
        let period = |which: &str| {
            let one = shown.compared.iter().find(|one| one.which == which);
            let title = self.paper.word(which);
            one.map_or_else(|| title.clone(), |one| format!("{title}\n{}", one.period))
        };
        [period("before"), period("year_before")]
    }

    fn overview(&mut self, shown: &Shown) -> Result<(), XlsxError> {
        self.section("overview")?;
        let paper = self.paper;
        let [before, year_before] = self.earlier(shown);
        let titles = [
            paper.word("figure"),
            paper.word("this_period"),
            before,
            year_before,
            paper.word("change"),
        ];
        self.heads(&titles)?;
        for one in &shown.complaints {
            let count = |n: u64| n as f64;
            let earlier = [one.before.map(count), one.year_before.map(count)];
            self.compared(&one.title, Some(count(one.n)), earlier, false)?;
        }
        for (key, [now, before, year_before]) in [("median", shown.closing.median), ("p90", shown.closing.p90)] {
            let title = format!("{} · {}", paper.word("closing_days"), paper.word(key));
            self.compared(&title, now, [before, year_before], true)?;
        }
        if shown.returned > Decimal::ZERO {
            self.compared(&paper.word("returned"), Some(float(shown.returned)), [None, None], true)?;
        }
        Ok(())
    }

    fn compared(
        &mut self,
        title: &str,
        n: Option<f64>,
        earlier: [Option<f64>; 2],
        parts: bool,
    ) -> Result<(), XlsxError> {
        let (row, pen) = (self.row, self.pen);
        let format = if parts { &pen.number } else { &pen.count };
        self.text(0, title)?;
        maybe(self.sheet, (row, 1), n, format, &pen.middle)?;
        for (column, value) in (2_u16..).zip(earlier) {
            maybe(self.sheet, (row, column), value, format, &pen.middle)?;
        }
        let change = match (n, earlier[0]) {
            (Some(n), Some(before)) if before > 0.0 => Some(((n - before) / before * 1000.0).round() / 10.0),
            _ => None,
        };
        let said = change.map_or("—".to_owned(), |change| format!("{change:+.1} %"));
        self.middle(4, &said)?;
        self.row += 1;
        Ok(())
    }

    fn key_figures(&mut self, shown: &Shown) -> Result<(), XlsxError> {
        if shown.kpis.is_empty() {
            return Ok(());
        }
        self.section("kpis")?;
        let paper = self.paper;
        let [before, year_before] = self.earlier(shown);
        let titles = [
            paper.word("kpi"),
            paper.word("value"),
            paper.word("target"),
            paper.word("light"),
            before,
            year_before,
            paper.word("source"),
        ];
        self.heads(&titles)?;
        for kpi in &shown.kpis {
            let (row, pen) = (self.row, self.pen);
            let format = match kpi.unit.as_deref() {
                Some("percent") => &pen.percent,
                Some("count") => &pen.count,
                _ => &pen.number,
            };
            let mut title = format!("{} {}", kpi.id, kpi.title);
            let of: Vec<String> = kpi
                .by
                .iter()
                .take(3)
                .map(|(name, value)| format!("{name}: {value}"))
                .collect();
            if !of.is_empty() {
                title = format!("{title}\n{}", of.join("; "));
            }
            let height = tall(&title, FIRST)
                .max(tall(&kpi.source, 20))
                .max(tall(&kpi.target_text, 14));
            self.sheet.set_row_height(row, height)?;
            self.text(0, &title)?;
            maybe(self.sheet, (row, 1), kpi.value.map(float), format, &pen.middle)?;
            self.middle(
                2,
                if kpi.target_text.is_empty() {
                    "—"
                } else {
                    &kpi.target_text
                },
            )?;
            let light = format!("● {}", kpi.light_text);
            text(self.sheet, (row, 3), &light, pen.light(kpi.light))?;
            maybe(self.sheet, (row, 4), kpi.before.map(float), format, &pen.middle)?;
            maybe(self.sheet, (row, 5), kpi.year_before.map(float), format, &pen.middle)?;
            self.text(6, &kpi.source)?;
            self.row += 1;
        }
        if !shown.missing.is_empty() {
            let all = shown.missing.iter();
            let told: Vec<String> = all
                .map(|one| format!("{} ({})", one.title, one.months.join(", ")))
                .collect();
            self.line(&format!("{}: {}", paper.word("missing"), told.join("; ")))?;
        }
        Ok(())
    }

    fn signals(&mut self, shown: &Shown) -> Result<(), XlsxError> {
        self.section("signals")?;
        if shown.signals.is_empty() {
            let none = self.paper.word("no_signals");
            return self.line(&none);
        }
        for alarm in &shown.signals {
            self.line(&format!("▲ {}", alarm.text))?;
        }
        Ok(())
    }

    fn limits(&mut self, shown: &Shown) -> Result<(), XlsxError> {
        if shown.on_time.is_empty() {
            return Ok(());
        }
        self.section("on_time")?;
        let paper = self.paper;
        let titles = ["limit", "due", "met", "on_time_share"].map(|key| paper.word(key));
        self.heads(&titles)?;
        for one in &shown.on_time {
            let (row, pen) = (self.row, self.pen);
            let title = format!("{} {}", one.rule, one.title);
            self.sheet.set_row_height(row, tall(&title, FIRST))?;
            self.text(0, &title)?;
            number(self.sheet, (row, 1), one.due as f64, &pen.count)?;
            number(self.sheet, (row, 2), one.met as f64, &pen.count)?;
            maybe(self.sheet, (row, 3), one.share, &pen.percent, &pen.middle)?;
            self.row += 1;
        }
        Ok(())
    }

    fn duties(&mut self, shown: &Shown) -> Result<(), XlsxError> {
        if shown.duties.is_empty() {
            return Ok(());
        }
        self.section("duties")?;
        let paper = self.paper;
        let titles = ["duty", "period", "owner", "state", "due_at"].map(|key| paper.word(key));
        self.heads(&titles)?;
        for duty in &shown.duties {
            let pen = self.pen;
            let title = format!("{} {}", duty.rule, duty.title);
            self.sheet.set_row_height(self.row, tall(&title, FIRST))?;
            self.text(0, &title)?;
            self.middle(1, &duty.period)?;
            self.middle(2, &duty.owner)?;
            let light = match duty.state.as_str() {
                "done" => crate::Light::Green,
                "done_late" => crate::Light::Amber,
                "missed" => crate::Light::Red,
                _ => crate::Light::Grey,
            };
            text(
                self.sheet,
                (self.row, 3),
                &format!("● {}", duty.state_text),
                pen.light(light),
            )?;
            self.middle(4, &duty.due_at.format("%Y-%m-%d").to_string())?;
            self.row += 1;
        }
        Ok(())
    }

    fn moved(&mut self) -> Result<(), XlsxError> {
        let paper = self.paper;
        if paper.version.moved.is_empty() {
            return Ok(());
        }
        self.section("moved")?;
        let short = |value: &serde_json::Value| match value {
            serde_json::Value::String(text) => text.clone(),
            other => {
                let all = other.to_string();
                let short: String = all.chars().take(40).collect();
                if short == all { short } else { format!("{short}…") }
            }
        };
        for one in &paper.version.moved {
            self.line(&format!(
                "{}: {} → {}",
                one.figure,
                short(&one.before),
                short(&one.after)
            ))?;
        }
        Ok(())
    }
}
