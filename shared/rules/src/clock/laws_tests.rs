//! Laws that every limit obeys, over random starts, amounts, hours, zones and pauses, and a naive reference to compare with.

use super::{fixture::*, *};
use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, NaiveDateTime, Timelike, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;

const ZONES: [Tz; 5] = [
    chrono_tz::Asia::Shanghai,
    chrono_tz::America::New_York,
    chrono_tz::America::Sao_Paulo,
    chrono_tz::Pacific::Apia,
    chrono_tz::UTC,
];
const HOURS: [&str; 4] = [
    "08:30-12:00,13:00-17:30",
    "09:00-18:00",
    "00:00-06:00,22:00-24:00",
    "00:00-24:00",
];

fn moment(seconds: i64) -> Moment {
    DateTime::<Utc>::from_timestamp(seconds, 0).unwrap().fixed_offset()
}

/// 1985 to 2030: with the summer times of Shanghai, Apia's skipped day, and years that are not published.
fn starts() -> impl Strategy<Value = Moment> {
    (473_385_600_i64..1_893_456_000).prop_map(moment)
}

fn amounts() -> impl Strategy<Value = Amount> {
    let unit = prop::sample::select(vec![
        (Unit::Minutes, 20_000_u32),
        (Unit::Hours, 2_000),
        (Unit::Days, 400),
        (Unit::Weeks, 60),
        (Unit::Months, 40),
        (Unit::Years, 3),
        (Unit::WorkingMinutes, 20_000),
        (Unit::WorkingHours, 1_000),
        (Unit::WorkingDays, 300),
        (Unit::HalfWorkingDays, 100),
    ]);
    unit.prop_flat_map(|(unit, most)| (0..most).prop_map(move |count| Amount::new(count, unit).unwrap()))
}

fn settings() -> impl Strategy<Value = (Tz, Hours, Roll, bool)> {
    let rolls = prop::sample::select(vec![Roll::None, Roll::Next, Roll::Previous]);
    let hours = prop::sample::select(HOURS.to_vec()).prop_map(|hours| Hours::parse(hours).unwrap());
    (prop::sample::select(ZONES.to_vec()), hours, rolls, any::<bool>())
}

/// Up to three pauses, anywhere from ten days before the start to forty days after it.
fn pauses() -> impl Strategy<Value = Vec<(i64, i64)>> {
    prop::collection::vec((-864_000_i64..3_456_000, 0_i64..1_000_000), 0..3)
}

fn paused(start: Moment, pauses: &[(i64, i64)]) -> Vec<Pause> {
    let pause = |(from, length): &(i64, i64)| {
        let from = start + Duration::seconds(*from);
        Pause {
            from,
            until: Some(from + Duration::seconds(*length)),
        }
    };
    pauses.iter().map(pause).collect()
}

/// Minute by minute, day by day, straight from the definition.
struct Naive<'a>(&'a Clock<'a>);

impl Naive<'_> {
    fn works(&self, minute: NaiveDateTime) -> bool {
        let spans = self.0.hours.to_string();
        let now = minute.format("%H:%M").to_string();
        let inside = |span: &str| {
            span.split_once('-')
                .is_some_and(|(from, to)| from <= now.as_str() && now.as_str() < to)
        };
        self.0.calendar.day(minute.date()).working && spans.split(',').any(inside)
    }

    fn working_minutes(&self, start: NaiveDateTime, minutes: u32) -> NaiveDateTime {
        let (mut at, mut left) = (start, minutes);
        loop {
            let works = self.works(at);
            if left == 0 && (works || minutes > 0) {
                return at;
            }
            at += Duration::minutes(1);
            left -= u32::from(works && left > 0);
        }
    }

    fn days(&self, start: NaiveDate, days: u32, counts: impl Fn(NaiveDate) -> bool) -> NaiveDate {
        let (mut day, mut left) = (start, days);
        while left > 0 {
            day = day + Days::new(1);
            left -= u32::from(counts(day));
        }
        day
    }
}

/// Whether the zone leaves out the wall-clock time just before.
fn left_out(at: Moment, zone: Tz) -> bool {
    let before = at.naive_local() - Duration::seconds(1);
    chrono::TimeZone::offset_from_local_datetime(&zone, &before)
        .latest()
        .is_none()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn working_minutes_agree_with_counting_them_one_by_one(
        minute in 17_000_000_i64..31_500_000, count in 0_u32..4_000, hours in prop::sample::select(HOURS.to_vec()),
    ) {
        let hours = Hours::parse(hours).unwrap();
        let clock = Clock { hours: &hours, ..statutory() };
        let start = moment(minute * 60);
        let due = clock.due(start, &Amount::new(count, Unit::WorkingMinutes).unwrap(), &Count::default());
        let local = start.with_timezone(&clock.zone).naive_local();
        prop_assert_eq!(due.at.naive_local(), Naive(&clock).working_minutes(local, count));
    }

    #[test]
    fn days_agree_with_counting_them_one_by_one(start in starts(), count in 1_u32..300, zone in prop::sample::select(ZONES.to_vec())) {
        let clock = Clock { zone, ..statutory() };
        let (naive, day) = (Naive(&clock), clock.day_of(start));
        let worked = clock.due(start, &Amount::new(count, Unit::WorkingDays).unwrap(), &Count::default());
        prop_assert_eq!(worked.at, clock.end_of_work(naive.days(day, count, |day| clock.calendar.day(day).working)));
        let all = clock.due(start, &Amount::new(count, Unit::Days).unwrap(), &Count::default());
        prop_assert_eq!(all.at, clock.end_of_day(naive.days(day, count, |_| true)));
    }

    #[test]
    fn a_working_limit_ends_in_working_time_or_at_its_end(
        start in starts(), amount in amounts().prop_filter("working", |amount| amount.unit().is_working()),
        (zone, hours, _, count_start_day) in settings(), gaps in pauses(),
    ) {
        let clock = Clock { zone, hours: &hours, ..statutory() };
        let pauses = paused(start, &gaps);
        let due = clock.due(start, &amount, &Count { count_start_day, pauses: &pauses, ..Count::default() }).at;
        // A wall-clock time that the zone skips shows as the end of the gap, which may lie outside of the hours.
        prop_assert!(clock.is_working(due) || clock.is_working(due - Duration::seconds(1)) || left_out(due, zone), "{}", due);
        prop_assert!(due >= start || count_start_day || amount.unit() == Unit::WorkingDays);
    }

    #[test]
    fn a_later_start_and_a_greater_amount_are_never_due_earlier(
        start in starts(), later in 0_i64..200_000, amount in amounts(), (zone, hours, roll, count_start_day) in settings(),
    ) {
        let clock = Clock { zone, hours: &hours, ..statutory() };
        let count = Count { roll, count_start_day, ..Count::default() };
        let due = clock.due(start, &amount, &count).at;
        prop_assert!(clock.due(start + Duration::seconds(later), &amount, &count).at >= due);
        let whole = u32::try_from(amount.count().trunc().mantissa()).unwrap();
        prop_assert!(clock.due(start, &Amount::new(whole + 1, amount.unit()).unwrap(), &count).at >= due);
    }

    #[test]
    fn the_explanation_adds_up_to_the_amount(
        start in starts(), amount in amounts(), (zone, hours, roll, count_start_day) in settings(), gaps in pauses(),
    ) {
        let clock = Clock { zone, hours: &hours, ..statutory() };
        let pauses = paused(start, &gaps);
        let count = Count { roll, count_start_day, pauses: &pauses };
        let (due, explained) = (clock.due(start, &amount, &count), clock.explain(start, &amount, &count));
        prop_assert_eq!((due.at, due.provisional), (explained.at, explained.provisional));
        let counted: f64 = explained.explain.iter().map(|step| step.counted).sum();
        let whole = amount.count().trunc().mantissa() as f64;
        let expected = match amount.unit() {
            Unit::Minutes | Unit::WorkingMinutes | Unit::Days | Unit::WorkingDays => whole,
            Unit::Hours | Unit::WorkingHours => whole * 60.0,
            Unit::HalfWorkingDays => whole * hours.minutes_a_day() as f64 / 2.0,
            Unit::Weeks => whole * 7.0,
            Unit::Rings => 0.0,
            Unit::Months | Unit::Years => {
                let unpaused = clock.due(start, &amount, &Count { count_start_day, ..Count::default() }).at;
                let days = (clock.last_day_of(unpaused) - clock.day_of(start)).num_days();
                (days + i64::from(count_start_day && whole > 0.0)) as f64
            }
        };
        prop_assert!((counted - expected).abs() < 1e-6, "counted {} of {}: {:?}", counted, expected, explained.explain);
        for pair in explained.explain.windows(2) {
            prop_assert!(pair[0].from <= pair[0].to && (pair[0].to <= pair[1].from || pair[1].what == What::Rolled), "{:?}", pair);
        }
        if let Some(last) = explained.explain.last().filter(|step| step.what != What::Rolled) {
            prop_assert_eq!(last.to, due.at);
        }
    }

    #[test]
    fn back_undoes_after(start in starts(), amount in amounts(), hours in prop::sample::select(HOURS.to_vec())) {
        let hours = Hours::parse(hours).unwrap();
        let clock = Clock { hours: &hours, ..statutory() };
        // Months clamp, the summer times of Shanghai shift hours, and off days have no working time to return to.
        let start = clock.next_working_start(start.max(moment(700_000_000)));
        prop_assume!(!matches!(amount.unit(), Unit::Months | Unit::Years));
        let there = clock.after(start, &amount);
        prop_assert!(there >= start);
        let midnight = amount.unit() == Unit::WorkingDays && start.with_timezone(&clock.zone).num_seconds_from_midnight() == 0;
        prop_assume!(!midnight);
        prop_assert_eq!(clock.back(there, &amount), start, "by way of {}", there);
        prop_assert!(clock.back(start, &amount) <= start);
    }

    #[test]
    fn the_next_working_start_is_working_and_nothing_is_worked_before_it(start in starts(), (zone, hours, _, _) in settings()) {
        let clock = Clock { zone, hours: &hours, ..statutory() };
        let next = clock.next_working_start(start);
        prop_assert!(next >= start);
        prop_assert!(clock.is_working(start) == (next == start) || clock.working_between(start, next) == 0);
        prop_assert!(clock.working_between(start, next) == 0);
    }
}

#[test]
fn nothing_panics_at_the_ends_of_time() {
    let starts = [
        DateTime::<Utc>::MIN_UTC,
        DateTime::<Utc>::MAX_UTC,
        DateTime::<Utc>::UNIX_EPOCH,
    ]
    .map(|at| at.fixed_offset());
    let far = Pause {
        from: starts[2],
        until: Some(starts[1]),
    };
    let hours = Hours::parse("23:59-24:00").unwrap();
    for zone in ZONES {
        let clock = Clock {
            zone,
            hours: &hours,
            ..statutory()
        };
        for start in starts {
            for text in [
                "52596000 minutes",
                "100 years",
                "876600 working hours",
                "36525 working days",
                "0 days",
                "73050 half working days",
            ] {
                let amount = amount(text);
                for roll in [Roll::None, Roll::Next, Roll::Previous] {
                    let count = Count {
                        roll,
                        count_start_day: true,
                        pauses: &[far],
                    };
                    let explained = clock.explain(start, &amount, &count);
                    assert!(explained.explain.len() < 500, "{text}");
                    serde_json::to_string(&explained).unwrap();
                }
                for at in [clock.back(start, &amount), clock.after(start, &amount)] {
                    assert!((0..=9999).contains(&at.year()), "{at}");
                }
            }
            assert!((0..=9999).contains(&clock.next_working_start(start).year()));
            assert!(clock.working_between(starts[0], start) >= 0);
        }
    }
}
