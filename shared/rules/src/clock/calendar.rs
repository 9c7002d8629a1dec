//! The working calendar: which days are worked, how that is known, and how a company differs from the statute.

use super::table::Table;
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::LazyLock};

/// Public holidays (法定节假日) and make-up working days (调休) by year, each year with its source, and the company's own
/// days on top. A year that is not published counts as plain Monday to Friday, and its days are not `known`.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkCalendar {
    name: String,
    title: Option<String>,
    years: BTreeMap<i32, Year>,
    /// Kept apart from the years, so that a new statutory year does not lose them.
    overrides: Overrides,
    differing: BTreeMap<NaiveDate, (DayKind, String)>,
    table: Table,
}

/// One published year of a calendar and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Year {
    /// The civil year.
    pub year: i32,
    /// The notice that arranges it.
    pub source: String,
    /// Date of that notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<NaiveDate>,
    /// Later notices that changed it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amended_by: Vec<String>,
    /// Days off, weekends inside a holiday included.
    pub holidays: Vec<Holiday>,
    /// Weekend days worked instead.
    #[serde(default)]
    pub make_up: Vec<MakeUp>,
}

/// A public holiday, first to last day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// Its name, as the notice has it.
    pub name: String,
    /// First day off.
    pub from: NaiveDate,
    /// Last day off.
    pub to: NaiveDate,
}

/// A weekend day that is worked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MakeUp {
    /// The holiday it makes up for.
    pub name: String,
    /// The day.
    pub on: NaiveDate,
}

/// The company's own days: they win over the statutory calendar.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Overrides {
    /// Extra days off.
    pub off: Vec<OverrideDay>,
    /// Extra working days.
    pub working: Vec<OverrideDay>,
}

/// One day that the company arranges itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverrideDay {
    /// The day.
    pub on: NaiveDate,
    /// Why, in the company's words.
    pub reason: String,
}

/// What kind of day it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// Monday to Friday, worked.
    Weekday,
    /// Saturday or Sunday, off.
    Weekend,
    /// Public holiday (法定节假日), off.
    Holiday,
    /// Make-up day (调休), worked.
    MakeUp,
    /// Off by the company's decision.
    CompanyOff,
    /// Worked by the company's decision.
    CompanyWorking,
}

/// What the calendar says of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Day<'a> {
    /// The day.
    pub date: NaiveDate,
    /// Whether it is worked.
    pub working: bool,
    /// Whether its year is published; if not, `working` is only the assumption Monday to Friday or a company's own day.
    pub known: bool,
    /// Its kind.
    pub kind: DayKind,
    /// The holiday it is or makes up for, or the company's reason; else `weekday` or `weekend`.
    pub name: &'a str,
}

/// Why a calendar cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The text is not TOML of the expected form; the message has the line.
    #[error("the calendar cannot be read: {0}")]
    Form(String),
    /// Everything that is wrong with its content.
    #[error("the calendar is wrong: {}", .0.join("; "))]
    Content(Vec<String>),
    /// No such built-in calendar.
    #[error("there is no calendar `{0}`; the built-in one is `cn`")]
    Unknown(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    title: Option<String>,
    #[serde(default)]
    year: Vec<Year>,
}

static CN: LazyLock<Result<WorkCalendar, CalendarError>> =
    LazyLock::new(|| WorkCalendar::parse(include_str!("../../calendars/cn.toml")));

impl WorkCalendar {
    /// Reads a calendar file: `name`, `title`, and one `[[year]]` for each published year.
    ///
    /// # Errors
    /// [`CalendarError::Form`] with the line, or [`CalendarError::Content`] with everything that is wrong at once.
    pub fn parse(toml: &str) -> Result<Self, CalendarError> {
        let file: File =
            toml::from_str(toml).map_err(|error| CalendarError::Form(error.to_string().trim().to_owned()))?;
        let mut years = BTreeMap::new();
        let mut wrong = Vec::new();
        for year in file.year {
            if let Some(twice) = years.insert(year.year, year) {
                wrong.push(format!("the year {} is there twice", twice.year));
            }
        }
        Self::build(file.name, file.title, years, Overrides::default(), wrong)
    }

    /// The calendar shipped with the rules: `cn`, the statutory one of mainland China.
    ///
    /// # Errors
    /// [`CalendarError::Unknown`] for any other name.
    pub fn builtin(name: &str) -> Result<&'static Self, CalendarError> {
        match name {
            "cn" => CN.as_ref().map_err(Clone::clone),
            _ => Err(CalendarError::Unknown(name.to_owned())),
        }
    }

    /// The same calendar with these company days instead of those it had.
    ///
    /// # Errors
    /// [`CalendarError::Content`] if a day is named twice, has no reason, or lies outside of 1900 to 2299.
    pub fn with_overrides(&self, overrides: Overrides) -> Result<Self, CalendarError> {
        Self::build(
            self.name.clone(),
            self.title.clone(),
            self.years.clone(),
            overrides,
            Vec::new(),
        )
    }

    /// The same calendar with a newly published (or changed) year; the company's own days stay.
    ///
    /// # Errors
    /// [`CalendarError::Content`] with everything that is wrong with the year.
    pub fn add_year(&self, year: Year) -> Result<Self, CalendarError> {
        let mut years = self.years.clone();
        years.insert(year.year, year);
        Self::build(
            self.name.clone(),
            self.title.clone(),
            years,
            self.overrides.clone(),
            Vec::new(),
        )
    }

    /// The same calendar with all years of `newer` in place of its own; the company's own days stay.
    ///
    /// # Errors
    /// None that the two calendars did not have, in practice: [`CalendarError::Content`].
    pub fn merge(&self, newer: &WorkCalendar) -> Result<Self, CalendarError> {
        let mut years = self.years.clone();
        years.extend(newer.years.iter().map(|(year, data)| (*year, data.clone())));
        Self::build(
            self.name.clone(),
            self.title.clone(),
            years,
            self.overrides.clone(),
            Vec::new(),
        )
    }

    /// Its short name, such as `cn`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is called on screen.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// The published years with their sources, oldest first.
    pub fn years(&self) -> impl DoubleEndedIterator<Item = &Year> {
        self.years.values()
    }

    /// The company's own days.
    #[must_use]
    pub fn overrides(&self) -> &Overrides {
        &self.overrides
    }

    /// The latest year that is published together with all years since the first; none in an empty calendar.
    #[must_use]
    pub fn published_through(&self) -> Option<i32> {
        let first = *self.years.keys().next()?;
        (first..)
            .zip(self.years.keys())
            .take_while(|(expected, year)| expected == *year)
            .last()
            .map(|(year, _)| year)
    }

    /// What the calendar says of a day.
    #[must_use]
    pub fn day(&self, date: NaiveDate) -> Day<'_> {
        let working = self.is_working_day(date);
        let (kind, name) = match self.differing.get(&date) {
            Some((kind, name)) => (*kind, name.as_str()),
            None if working => (DayKind::Weekday, "weekday"),
            None => (DayKind::Weekend, "weekend"),
        };
        Day {
            date,
            working,
            known: self.table.known(date.year(), date.year()),
            kind,
            name,
        }
    }

    /// Whether the day is worked.
    #[must_use]
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        self.table.works(date)
    }

    /// Working days after `from` up to and including `to`; negative if `to` is the earlier.
    #[must_use]
    pub fn working_days_between(&self, from: NaiveDate, to: NaiveDate) -> i64 {
        self.table.through(to) - self.table.through(from)
    }

    pub(super) fn table(&self) -> &Table {
        &self.table
    }

    fn build(
        name: String,
        title: Option<String>,
        years: BTreeMap<i32, Year>,
        overrides: Overrides,
        mut wrong: Vec<String>,
    ) -> Result<Self, CalendarError> {
        let mut differing = BTreeMap::new();
        for year in years.values() {
            check_year(year, &mut differing, &mut wrong);
        }
        check_overrides(&overrides, &mut differing, &mut wrong);
        if !wrong.is_empty() {
            return Err(CalendarError::Content(wrong));
        }
        let worked = differing
            .iter()
            .map(|(day, (kind, _))| (*day, kind.is_worked()))
            .collect();
        let table = Table::new(&years.keys().map(|year| (*year, true)).collect(), &worked);
        Ok(WorkCalendar {
            name,
            title,
            years,
            overrides,
            differing,
            table,
        })
    }
}

impl DayKind {
    /// Whether days of this kind are worked.
    #[must_use]
    pub fn is_worked(self) -> bool {
        matches!(self, DayKind::Weekday | DayKind::MakeUp | DayKind::CompanyWorking)
    }
}

type Differing = BTreeMap<NaiveDate, (DayKind, String)>;

fn check_year(year: &Year, differing: &mut Differing, wrong: &mut Vec<String>) {
    if !(1900..=2299).contains(&year.year) {
        return wrong.push(format!("the year {} is outside of 1900 to 2299", year.year));
    }
    if year.source.trim().is_empty() {
        wrong.push(format!("the year {} has no source", year.year));
    }
    let mut put = |day: NaiveDate, kind: DayKind, name: &str, wrong: &mut Vec<String>| {
        if day.year() != year.year {
            wrong.push(format!("`{day}` ({name}) does not lie in the year {}", year.year));
        } else if differing.insert(day, (kind, name.to_owned())).is_some() {
            wrong.push(format!("`{day}` ({name}) is there twice"));
        }
    };
    for holiday in &year.holidays {
        if holiday.to < holiday.from || holiday.to.year() != holiday.from.year() {
            wrong.push(format!(
                "`{}` to `{}` ({}) is not a span within a year",
                holiday.from, holiday.to, holiday.name
            ));
            continue;
        }
        for day in holiday.from.iter_days().take_while(|day| *day <= holiday.to) {
            put(day, DayKind::Holiday, &holiday.name, wrong);
        }
    }
    for MakeUp { name, on } in &year.make_up {
        if on.weekday().num_days_from_monday() < 5 {
            wrong.push(format!(
                "`{on}` ({name}) is no weekend day, so it cannot be a make-up day"
            ));
        }
        put(*on, DayKind::MakeUp, name, wrong);
    }
}

fn check_overrides(overrides: &Overrides, differing: &mut Differing, wrong: &mut Vec<String>) {
    let mut seen = std::collections::BTreeSet::new();
    let off = overrides.off.iter().map(|day| (DayKind::CompanyOff, day));
    for (kind, OverrideDay { on, reason }) in
        off.chain(overrides.working.iter().map(|day| (DayKind::CompanyWorking, day)))
    {
        if !(1900..=2299).contains(&on.year()) {
            wrong.push(format!("the company day `{on}` is outside of 1900 to 2299"));
            continue;
        }
        if reason.trim().is_empty() {
            wrong.push(format!("the company day `{on}` has no reason"));
        }
        if !seen.insert(*on) {
            wrong.push(format!("the company day `{on}` is there twice"));
        }
        differing.insert(*on, (kind, reason.clone()));
    }
}

#[cfg(test)]
#[path = "calendar_tests.rs"]
mod tests;
