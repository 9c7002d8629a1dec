//! The test calendar of the rule catalogue's worked dates, and short ways to write moments in tests.

use super::*;
use std::sync::LazyLock;

/// "Test calendar" of procedures.md 3(c): 2025 as written there; the years around it plain, so that they are published.
static CATALOGUE: LazyLock<WorkCalendar> = LazyLock::new(|| {
    let plain = |year| format!("[[year]]\nyear = {year}\nsource = \"test\"\nholidays = []\n");
    WorkCalendar::parse(&format!(
        r#"
        name = "catalogue"
        {}
        [[year]]
        year = 2025
        source = "procedures.md 3(c)"
        holidays = [
          {{ name = "春节", from = "2025-01-28", to = "2025-02-04" }},
          {{ name = "劳动节", from = "2025-05-01", to = "2025-05-05" }},
          {{ name = "国庆节", from = "2025-10-01", to = "2025-10-08" }},
        ]
        make_up = [
          {{ name = "春节", on = "2025-01-26" }}, {{ name = "春节", on = "2025-02-08" }},
          {{ name = "劳动节", on = "2025-04-27" }},
          {{ name = "国庆节", on = "2025-09-28" }}, {{ name = "国庆节", on = "2025-10-11" }},
        ]
        {}"#,
        plain(2024),
        plain(2026)
    ))
    .unwrap()
});

static DEFAULT_HOURS: LazyLock<Hours> = LazyLock::new(Hours::default);

/// The catalogue's calendar and the default hours, in Shanghai.
pub(super) fn catalogue() -> Clock<'static> {
    Clock {
        calendar: &CATALOGUE,
        hours: &DEFAULT_HOURS,
        zone: chrono_tz::Asia::Shanghai,
    }
}

/// The statutory calendar and the default hours, in Shanghai.
pub(super) fn statutory() -> Clock<'static> {
    Clock {
        calendar: WorkCalendar::builtin("cn").unwrap(),
        ..catalogue()
    }
}

/// `2025-09-26 15:00` in Shanghai.
pub(super) fn at(text: &str) -> Moment {
    Moment::parse_from_rfc3339(&format!("{}:00+08:00", text.replace(' ', "T"))).unwrap()
}

pub(super) fn amount(text: &str) -> Amount {
    Amount::parse(text).unwrap()
}

pub(super) fn rolling(roll: Roll) -> Count<'static> {
    Count {
        roll,
        ..Count::default()
    }
}

/// Due in Shanghai as `2025-09-26 15:00`; checks that the explanation agrees.
pub(super) fn due(clock: &Clock<'_>, start: &str, text: &str, count: &Count<'_>) -> String {
    let due = clock.due(at(start), &amount(text), count);
    let explained = clock.explain(at(start), &amount(text), count);
    assert_eq!((due.at, due.provisional), (explained.at, explained.provisional));
    due.at.format("%Y-%m-%d %H:%M").to_string()
}
