//! The workbook of a made-up quarter: the same bytes each time, texts that stay texts, and a check that finds a wrong figure.

use std::collections::BTreeMap;

use kesu_rules::clock::{Clock, Moment, WorkCalendar};
use kesu_rules::procedure::load::shipped;
use kesu_rules::rollup::{Line, Material, Period, Series};

use super::*;

/// A quarter of P09 with a cause that comes too often; the whole as it is counted, and its rows.
fn quarter(cause: &str) -> (Rollup, Vec<Row>, Procedure) {
    let procedure = shipped("P09").unwrap().unwrap_or_else(|faults| panic!("{faults:?}"));
    let hours = procedure.pack.procedure.hours.clone();
    let clock = Clock {
        calendar: WorkCalendar::builtin("cn").unwrap(),
        hours: &hours,
        zone: chrono_tz::Asia::Shanghai,
    };
    let period: Period = "2026Q3".parse().unwrap();
    let at = |day: u32| -> Moment { format!("2026-08-{:02}T09:00:00+08:00", day % 28 + 1).parse().unwrap() };
    let lines: Vec<Line> = (0..40)
        .map(|n| Line {
            number: format!("N-{n:03}"),
            received_at: at(n),
            complaint: true,
            closed_at: (n % 3 == 0).then(|| at(n) + chrono::TimeDelta::days(2)),
            by: BTreeMap::from([("cause".to_owned(), if n % 3 == 1 { cause } else { "轴承" }.to_owned())]),
            limits: Vec::new(),
            pieces: None,
            returned: None,
            deviation: None,
            money: BTreeMap::new(),
            reaction: None,
            asked_at: None,
            answer: None,
            excesses: Vec::new(),
            customer: None,
            one: None,
        })
        .collect();
    let mut series = Series {
        axis: "all".to_owned(),
        value: String::new(),
        counts: BTreeMap::new(),
    };
    for month in ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06"] {
        series.counts.insert(month.to_owned(), 5);
    }
    series.counts.insert("2026-08".to_owned(), 40);
    let material = Material {
        procedure: &procedure,
        clock: Clock { ..clock },
        lines: &lines,
        series: &[series],
        entered: &Default::default(),
        duties: Vec::new(),
        compared: Vec::new(),
        now: "2026-10-05T09:00:00+08:00".parse().unwrap(),
    };
    let rollup = Rollup::of(period, material);
    let rows = rows(period, &clock, &lines);
    (rollup, rows, procedure)
}

fn made(rollup: &Rollup, rows: &[Row], procedure: &Procedure, language: Language) -> Vec<u8> {
    workbook(&Paper {
        version: &Version::running(rollup),
        rollup,
        rows,
        procedure,
        company: "示例 & 机械",
        language,
    })
    .unwrap()
}

#[test]
fn the_same_rollup_is_the_same_file_in_every_language() {
    let (rollup, rows, procedure) = quarter("=1+1");
    for language in Language::ALL {
        let one = made(&rollup, &rows, &procedure, language);
        assert_eq!(one, made(&rollup, &rows, &procedure, language), "{language}");
        assert!(one.len() > 10_000, "{language}");
    }
}

#[test]
fn a_period_in_which_nothing_came_in_has_a_report_too() {
    let (mut rollup, _, procedure) = quarter("x");
    rollup.by.clear();
    rollup.trends.clear();
    assert!(made(&rollup, &[], &procedure, Language::En).len() > 5_000);
}

#[test]
fn what_is_counted_is_what_the_rows_say() {
    let (rollup, rows, _) = quarter("密封圈");
    let received = rows.iter().filter(|row| row.flags[0]).count() as u64;
    let open = rows.iter().filter(|row| row.flags[2]).count() as u64;
    assert_eq!(
        (received, open),
        (rollup.complaints.received, rollup.complaints.open_at_end)
    );
    assert!(rollup.signals.iter().any(|signal| signal.kind == "control_chart"));
}
