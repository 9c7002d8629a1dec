//! Why a limit ends when it does: the intervals counted and the days passed over.

use super::{
    Amount, Clock, Count, Moment,
    amount::Measure,
    calendar::DayKind,
    hours::MINUTE,
    limit::{self, End},
    table::{date, number},
};
use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize, Serializer};

/// Steps listed singly; a longer count is summed up in one last step.
const MOST: usize = 400;

/// One stretch of time between the start of a limit and its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// What became of this stretch.
    pub what: What,
    /// Its first moment.
    pub from: Moment,
    /// Its end.
    pub to: Moment,
    /// How much of the limit it used up, in `unit`; 0 if it was passed over.
    #[serde(serialize_with = "short")]
    pub counted: f64,
    /// Minutes or days.
    pub unit: StepUnit,
    /// What kind of day, where the calendar was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<DayKind>,
    /// The holiday, or the company's reason, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The year's calendar is not published: Monday to Friday is assumed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub assumed: bool,
}

/// What became of a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// It counted.
    Counted,
    /// Days off that a working limit passes over.
    Skipped,
    /// The limit was paused.
    Paused,
    /// The day of the start, which a limit in days does not count.
    StartDay,
    /// The last day was off, and the limit moved.
    Rolled,
    /// All that is left of a very long count.
    Rest,
}

/// What a step counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepUnit {
    /// Minutes; a broken minute is a fraction.
    Minutes,
    /// Days.
    Days,
}

fn short<S: Serializer>(counted: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    match counted.fract() == 0.0 && counted.abs() < 1e15 {
        true => serializer.serialize_i64(*counted as i64),
        false => serializer.serialize_f64(*counted),
    }
}

/// The steps from `start` to the end that was computed.
pub(super) fn steps(clock: &Clock<'_>, start: Moment, amount: &Amount, count: &Count<'_>, end: &End) -> Vec<Step> {
    let mut told = Told {
        clock,
        start,
        end,
        steps: Vec::new(),
    };
    match amount.measure() {
        Measure::Elapsed(_) => told.elapsed(count),
        Measure::Working(micros) => told.working(count, micros),
        Measure::Halves(halves) => told.working(count, halves * clock.hours.total() / 2),
        Measure::WorkingDays(days) => told.working_days(count, days),
        Measure::Days(days) => told.calendar(count, count.count_start_day && days > 0),
        Measure::Months(months) => told.calendar(count, count.count_start_day && months > 0),
    }
    told.steps
}

fn minutes(micros: i64) -> f64 {
    micros as f64 / MINUTE as f64
}

struct Told<'a> {
    clock: &'a Clock<'a>,
    start: Moment,
    end: &'a End,
    steps: Vec<Step>,
}

impl Told<'_> {
    fn elapsed(&mut self, count: &Count<'_>) {
        let pauses = limit::pauses(self.start, count);
        for (from, to, paused) in pieces(self.start.to_utc(), self.end.at.to_utc(), &pauses) {
            let counted = minutes((to - from).num_microseconds().unwrap_or(i64::MAX));
            let step = self.step(self.clock.zoned(from), self.clock.zoned(to), StepUnit::Minutes);
            self.steps.push(match paused {
                true => Step {
                    what: What::Paused,
                    ..step
                },
                false => Step { counted, ..step },
            });
        }
    }

    fn working(&mut self, count: &Count<'_>, whole: i64) {
        let mut left = whole;
        let (clock, table) = (self.clock, self.clock.calendar.table());
        let (start, end) = (clock.local(self.start), clock.local(self.end.at));
        let local = |at: DateTime<Utc>| clock.local(at.fixed_offset());
        let pauses: Vec<_> = limit::pauses(self.start, count)
            .into_iter()
            .map(|(a, b)| (local(a), local(b)))
            .collect();
        let mut day = start.date();
        while day <= end.date() && self.steps.len() < MOST {
            if !table.works(day) {
                if day < end.date() {
                    self.day(day, What::Skipped, 0.0);
                }
            } else {
                for (from, to) in clock.hours.spans() {
                    let at = |time| day.and_time(NaiveTime::MIN) + TimeDelta::microseconds(time);
                    for (from, to, paused) in pieces(at(*from).max(start), at(*to).min(end), &pauses) {
                        self.span(day, (from, to), paused, &mut left);
                    }
                }
            }
            match day.checked_add_days(Days::new(1)) {
                Some(next) => day = next,
                None => break,
            }
        }
        self.sum_up(minutes(whole));
        // Nothing at all was counted, after hours or on a day off: what was passed over reaches to where work resumes.
        if let Some(step) = self.steps.last_mut().filter(|step| step.what == What::Skipped) {
            step.to = self.end.at;
        }
    }

    /// A stretch within one working day. No more is counted than is `left`, in microseconds: an end that its zone leaves out
    /// (Apia had no 30 December 2011) shows later than it is.
    fn span(&mut self, day: NaiveDate, (from, to): (NaiveDateTime, NaiveDateTime), paused: bool, left: &mut i64) {
        let at = |local: NaiveDateTime| {
            let after_midnight = local.signed_duration_since(day.and_time(NaiveTime::MIN));
            self.clock
                .at(day, after_midnight.num_microseconds().unwrap_or(0), Some(self.start))
        };
        let counted = (to - from).num_microseconds().unwrap_or(0).min(*left);
        let step = self.of_day(self.step(at(from), at(to), StepUnit::Minutes), day);
        self.steps.push(match paused {
            true => Step {
                what: What::Paused,
                ..step
            },
            false => {
                *left -= counted;
                let counted = minutes(counted);
                Step { counted, ..step }
            }
        });
    }

    fn working_days(&mut self, count: &Count<'_>, days: i64) {
        let clock = self.clock;
        let Some(last) = self.end.last_day else { return };
        let paused = limit::paused_days(clock, self.start, count);
        let mut first = clock.day_of(self.start);
        if !count.count_start_day || days == 0 {
            self.day(first, What::StartDay, 0.0);
            first = first.checked_add_days(Days::new(1)).unwrap_or(first);
        }
        for day in first.iter_days().take_while(|day| *day <= last) {
            let what = match () {
                () if paused.iter().any(|(from, until)| *from < day && day <= *until) => What::Paused,
                () if !clock.calendar.is_working_day(day) => What::Skipped,
                () => What::Counted,
            };
            self.day(day, what, if what == What::Counted && days > 0 { 1.0 } else { 0.0 });
            if self.steps.len() > MOST {
                self.steps.pop();
                break;
            }
        }
        self.sum_up(days as f64);
        if let Some(step) = self.steps.last_mut() {
            step.to = step.to.min(self.end.at);
        }
    }

    fn calendar(&mut self, count: &Count<'_>, counts_start: bool) {
        let clock = self.clock;
        let Some(last) = self.end.last_day else { return };
        let mut first = clock.day_of(self.start);
        if !counts_start {
            self.day(first, What::StartDay, 0.0);
            first = first.checked_add_days(Days::new(1)).unwrap_or(first);
        }
        let left_out = limit::paused_days(clock, self.start, count).into_iter();
        let left_out: Vec<_> = left_out
            .map(|(from, until)| (number(from) + 1, number(until) + 1))
            .collect();
        for (from, to, paused) in pieces(number(first), number(last) + 1, &left_out) {
            let begins = clock.start_of_day(date(from)).max(clock.plus(self.start, 0));
            let step = self.step(begins, clock.end_of_day(date(to - 1)), StepUnit::Days);
            self.steps.push(match paused {
                true => Step {
                    what: What::Paused,
                    ..step
                },
                false => Step {
                    counted: (to - from) as f64,
                    ..step
                },
            });
        }
        let unmoved = clock.end_of_day(last);
        if unmoved != self.end.at {
            let (from, to) = (unmoved.min(self.end.at), unmoved.max(self.end.at));
            let step = self.of_day(self.step(from, to, StepUnit::Days), last);
            self.steps.push(Step {
                what: What::Rolled,
                ..step
            });
        }
    }

    /// One whole day, joined to the step before it if that is of the same kind.
    fn day(&mut self, day: NaiveDate, what: What, counted: f64) {
        let clock = self.clock;
        let from = clock.start_of_day(day).max(clock.plus(self.start, 0));
        let to = clock.end_of_day(day);
        let step = Step {
            what,
            counted,
            ..self.of_day(self.step(from, to, StepUnit::Days), day)
        };
        match self.steps.last_mut() {
            Some(before)
                if before.what == what
                    && before.day == step.day
                    && before.name == step.name
                    && before.assumed == step.assumed
                    && before.to == from =>
            {
                before.to = to;
                before.counted += counted;
            }
            _ => self.steps.push(step),
        }
    }

    /// A last step for what the list has no room for.
    fn sum_up(&mut self, whole: f64) {
        if self.steps.len() < MOST {
            return;
        }
        let counted: f64 = self.steps.iter().map(|step| step.counted).sum();
        let Some((unit, from)) = self.steps.last().map(|step| (step.unit, step.to)) else {
            return;
        };
        if from < self.end.at {
            let rest = self.step(from, self.end.at, unit);
            self.steps.push(Step {
                what: What::Rest,
                counted: whole - counted,
                ..rest
            });
        }
    }

    fn step(&self, from: Moment, to: Moment, unit: StepUnit) -> Step {
        Step {
            what: What::Counted,
            from,
            to,
            counted: 0.0,
            unit,
            day: None,
            name: None,
            assumed: false,
        }
    }

    /// The step with what the calendar says of the day.
    fn of_day(&self, step: Step, day: NaiveDate) -> Step {
        let day = self.clock.calendar.day(day);
        let name = (!matches!(day.kind, DayKind::Weekday | DayKind::Weekend)).then(|| day.name.to_owned());
        Step {
            day: Some(day.kind),
            name,
            assumed: !day.known,
            ..step
        }
    }
}

/// `from..to` cut at the pauses, in order; the flag says which pieces are paused.
fn pieces<T: Ord + Copy>(from: T, to: T, pauses: &[(T, T)]) -> Vec<(T, T, bool)> {
    let mut at = from;
    let mut pieces = Vec::new();
    let mut push = |from: T, to: T, paused| {
        if from < to {
            pieces.push((from, to, paused));
        }
    };
    for (start, end) in pauses {
        let (start, end) = ((*start).clamp(at.min(to), to), (*end).clamp(at.min(to), to));
        push(at, start, false);
        push(start, end, true);
        at = at.max(end);
    }
    push(at, to, false);
    pieces
}
