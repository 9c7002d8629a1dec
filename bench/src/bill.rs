//! What a year costs: the units that were counted, at the prices of `prices.toml`.

use anyhow::{Context, Result};
use toml::Value;

use crate::year::{Used, Year};

/// The prices that stand beside this program's source.
const PRICES: &str = include_str!("../prices.toml");
/// Sweeps, and looks for mail that was begun, of a year.
const SWEEPS: f64 = 525_600.0;
const MAIL_SWEEPS: f64 = 105_120.0;
const MONTHS: f64 = 12.0;
const GIGABYTE: f64 = 1e9;
const MILLION: f64 = 1e6;

/// Prices by section and name.
pub struct Prices(Value);

/// One part of a bill: what it is, how much of what, dollars of a year.
pub struct Part {
    /// What.
    pub name: &'static str,
    /// How much.
    pub amount: String,
    /// Dollars.
    pub dollars: f64,
}

impl Prices {
    /// Those of the file.
    ///
    /// # Errors
    /// When the file is no TOML.
    pub fn read() -> Result<Self> {
        Ok(Self(toml::from_str(PRICES)?))
    }

    fn of(&self, section: &str, name: &str) -> Result<f64> {
        let value = self.0.get(section).and_then(|section| section.get(name));
        let number = |value: &Value| {
            value
                .as_float()
                .or_else(|| value.as_integer().map(|whole| whole as f64))
        };
        value
            .and_then(number)
            .with_context(|| format!("prices.toml says no `{section}.{name}`"))
    }

    /// A line for each section: where its prices were read.
    pub fn sources(&self) -> Vec<String> {
        let sections = self.0.as_table().into_iter().flatten();
        let line = |(name, section): (&String, &Value)| {
            let (read, source) = (section.get("read")?.as_str()?, section.get("source")?.as_str()?);
            Some(format!("{name}: {read}: {source}"))
        };
        sections.filter_map(line).collect()
    }

    /// Dollars of units on demand.
    ///
    /// # Errors
    /// When a price is missing.
    pub fn units(&self, used: Used) -> Result<f64> {
        let (writes, reads) = (
            self.of("table", "million_write_units")?,
            self.of("table", "million_read_units")?,
        );
        Ok((used.writes * writes + used.reads * reads) / MILLION)
    }

    /// What is paid each month for an installation with nothing to do.
    ///
    /// # Errors
    /// When a price is missing.
    pub fn idle_month(&self, idle_sweep: Used) -> Result<Vec<Part>> {
        let sweeps = SWEEPS / MONTHS;
        let calls = (SWEEPS + MAIL_SWEEPS) / MONTHS;
        let used = Used {
            // A look for mail that was begun asks the same index.
            writes: idle_sweep.writes * sweeps,
            reads: idle_sweep.reads * calls,
        };
        let beyond = (self.of("fixed", "alarms")? - self.of("fixed", "free_alarms")?).max(0.0);
        let schedules = (calls - self.of("fixed", "free_schedules_month")?).max(0.0);
        let fixed = self.of("fixed", "secret_month")?
            + self.of("fixed", "metric_month")?
            + beyond * self.of("fixed", "alarm_month")?
            + schedules * self.of("fixed", "million_schedules")? / MILLION;
        Ok(vec![
            Part {
                name: "table",
                amount: format!("{:.0} RRU, {:.0} WRU", used.reads, used.writes),
                dollars: self.units(used)?,
            },
            Part {
                name: "functions",
                amount: format!("{calls:.0} calls"),
                dollars: self.calls(calls, self.of("assumed", "sweep_milliseconds")?, 0.25)?,
            },
            Part {
                name: "secret, metric, alarms",
                amount: format!("{beyond:.0} alarms beyond the free ones"),
                dollars: fixed,
            },
            Part {
                name: "logs",
                amount: String::new(),
                dollars: self.logs(calls)?,
            },
        ])
    }

    /// A year's bill beyond what idles, scaled to `complaints`.
    ///
    /// # Errors
    /// When a price is missing.
    pub fn year(&self, year: &Year, complaints: f64) -> Result<Vec<Part>> {
        let scale = complaints / year.complaints as f64;
        let times = |used: Used| Used {
            writes: used.writes * scale,
            reads: used.reads * scale,
        };
        let (letters, requests) = (year.letters as f64 * scale, year.requests as f64 * scale);
        let pages = requests + complaints * self.of("assumed", "other_pages")?;
        // What comes in evenly lies for half of the first year.
        let (gigabytes, held) = (year.bytes as f64 * scale / GIGABYTE, MONTHS / 2.0);
        let stored = self.of("table", "gigabyte_month")? + self.of("table", "recovery_gigabyte_month")?;
        let files = complaints * self.of("assumed", "files_a_complaint")?;
        let file_gigabytes = files * self.of("assumed", "file_bytes")? / GIGABYTE;
        let part = |name, used: Used| -> Result<Part> {
            let used = times(used);
            Ok(Part {
                name,
                amount: format!("{:.0} WRU, {:.0} RRU", used.writes, used.reads),
                dollars: self.units(used)?,
            })
        };
        let functions = self.calls(pages, self.of("assumed", "page_milliseconds")?, 0.5)?
            + self.calls(letters, self.of("assumed", "letter_milliseconds")?, 0.25)?
            + pages * self.of("http", "million_requests")? / MILLION
            + self.logs(pages + letters)?;
        Ok(vec![
            part("table: intake and people", year.life)?,
            part("table: letters leave", year.sending)?,
            part("table: what falls due", year.sweeping)?,
            Part {
                name: "functions, HTTP, logs",
                amount: format!("{pages:.0} pages, {letters:.0} letters"),
                dollars: functions,
            },
            Part {
                name: "mail",
                amount: format!("{letters:.0} letters"),
                dollars: letters * self.of("mail", "thousand_letters")? / 1000.0,
            },
            Part {
                name: "storage, first year",
                amount: format!("{gigabytes:.2} GB of table, {file_gigabytes:.2} GB of files at the end"),
                dollars: gigabytes * held * stored
                    + file_gigabytes * held * self.of("files", "gigabyte_month")?
                    + files * self.of("files", "thousand_puts")? / 1000.0,
            },
        ])
    }

    fn calls(&self, calls: f64, milliseconds: f64, gigabytes: f64) -> Result<f64> {
        let seconds = calls * milliseconds / 1000.0 * gigabytes;
        Ok(calls * self.of("functions", "million_calls")? / MILLION
            + seconds * self.of("functions", "gigabyte_second")?)
    }

    fn logs(&self, calls: f64) -> Result<f64> {
        Ok(calls * self.of("assumed", "log_bytes_a_call")? / GIGABYTE * self.of("fixed", "log_gigabyte")?)
    }
}
