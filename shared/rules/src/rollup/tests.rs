//! Figures against a recount by hand, and laws over random registers.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::clock::{Hours, WorkCalendar};
use crate::domain::survey::{Answer, Satisfied};

fn clock(hours: &Hours) -> Clock<'_> {
    Clock {
        calendar: WorkCalendar::builtin("cn").unwrap(),
        hours,
        zone: chrono_tz::Asia::Shanghai,
    }
}

fn at(text: &str) -> Moment {
    Moment::parse_from_rfc3339(&format!("{}:00+08:00", text.replace(' ', "T"))).unwrap()
}

fn line(number: &str, received: &str, closed: Option<&str>, class: &str) -> Line {
    Line {
        number: number.to_owned(),
        received_at: at(received),
        complaint: true,
        closed_at: closed.map(at),
        by: BTreeMap::from([("class".to_owned(), class.to_owned())]),
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
    }
}

fn limit(rule: &str, due: &str, late: bool, done: bool) -> Limit {
    Limit {
        rule: RuleId::parse(rule).unwrap(),
        due_at: at(due),
        done_at: done.then(|| at(due)),
        late,
    }
}

#[test]
fn what_is_due_at_the_end_of_the_last_day_is_due_in_the_period() {
    let hours = Hours::default();
    let mut one = line("1", "2026-03-30 09:00", None, "质量");
    one.limits = vec![limit("T1.1", "2026-04-01 00:00", true, false)];
    let of = |period: &str| Figures::of(period.parse().unwrap(), &clock(&hours), [&one]).on_time;
    assert_eq!(of("2026-03").values().next(), Some(&Kept { due: 1, met: 0 }));
    assert!(of("2026-04").is_empty());
}

#[test]
fn an_answer_counts_when_it_was_given_and_a_complaint_of_before_counts_nothing_else() {
    let hours = Hours::default();
    let mut one = line("1", "2026-02-20 09:00", Some("2026-03-02 09:00"), "质量");
    one.limits = vec![limit("T1.1", "2026-04-10 09:00", false, true)];
    one.asked_at = Some(at("2026-03-05 17:30"));
    one.answer = Some(Answer {
        at: at("2026-04-01 00:00"),
        channel: "web".to_owned(),
        handling: Satisfied::Partly,
        speed: Some(Satisfied::Yes),
    });
    let of = |period: &str, line: &Line| Figures::of(period.parse().unwrap(), &clock(&hours), [line]);
    let march = of("2026-03", &one).survey;
    assert_eq!((march.asked, march.replies), (1, 0));
    let april = of("2026-04", &one.clone().of_survey());
    assert_eq!(
        (april.survey.asked, april.survey.replies, april.survey.satisfied),
        (0, 1, 0)
    );
    assert_eq!(april.survey.handling, BTreeMap::from([("partly".to_owned(), 1)]));
    assert_eq!(april.survey.speed, BTreeMap::from([("yes".to_owned(), 1)]));
    assert!(april.on_time.is_empty() && april.received == 0 && april.closed == 0 && april.open_at_end == 0);
}

#[test]
fn a_complaint_closed_in_the_period_counts_there_whenever_it_came() {
    let hours = Hours::default();
    let lines = [
        line("1", "2025-12-30 09:00", Some("2026-01-04 09:00"), "质量"),
        line("2", "2026-01-02 09:00", Some("2026-01-02 21:00"), "质量"),
        line("3", "2026-01-05 09:00", None, "服务"),
    ];
    let figures = Figures::of("2026-01".parse().unwrap(), &clock(&hours), &lines);
    assert_eq!((figures.received, figures.closed, figures.open_at_end), (2, 2, 1));
    assert_eq!(
        (figures.closing_days(0.5), figures.closing_days(0.9)),
        (Some(0.5), Some(5.0))
    );
    assert_eq!(
        figures.by["class"],
        BTreeMap::from([("质量".to_owned(), 1), ("服务".to_owned(), 1)])
    );
}

#[test]
fn the_rarest_values_are_put_together_when_there_are_too_many() {
    let hours = Hours::default();
    let mut lines: Vec<Line> = (0..MOST_ENTRIES + 20)
        .map(|n| line(&n.to_string(), "2026-01-02 09:00", None, &format!("class {n:04}")))
        .collect();
    lines.push(line("again", "2026-01-02 09:00", None, "class 0510"));
    let figures = Figures::of("2026-01".parse().unwrap(), &clock(&hours), &lines);
    let classes = &figures.by["class"];
    assert_eq!(
        (classes.len(), classes[OTHER], classes["class 0510"]),
        (MOST_ENTRIES + 1, 20, 2)
    );
}

#[test]
fn customers_who_are_one_are_counted_as_one_in_the_figures_and_in_the_list_of_the_heaviest() {
    let hours = Hours::default();
    let of = |number: &str, key: &str, one: Option<&str>| Line {
        customer: Some(key.to_owned()),
        one: one.map(str::to_owned),
        ..line(number, "2026-03-02 09:00", None, "质量")
    };
    let mut lines = vec![
        of("1", "telephone a", Some("北方机电")),
        of("2", "address b", Some("北方机电")),
        of("3", "telephone a", None),
        of("4", "telephone c", None),
        of("5", "telephone c", None),
    ];
    // What came in before the period joins nobody in it.
    lines.push(Line {
        received_at: at("2026-02-02 09:00"),
        ..of("0", "telephone c", Some("北方机电"))
    });
    let period: Period = "2026-03".parse().unwrap();
    let counted = |lines: &[Line]| {
        let figures = Figures::of(period, &clock(&hours), lines);
        let told = ranked::customers(&figures.customers);
        told.into_iter()
            .map(|one| (one.n, one.numbers.join(" ")))
            .collect::<Vec<_>>()
    };
    assert_eq!(counted(&lines), [(3, "1 2 3".to_owned()), (2, "4 5".to_owned())]);
    for one in &mut lines {
        one.one = None;
    }
    assert_eq!(counted(&lines), [(2, "1 3".to_owned()), (2, "4 5".to_owned())]);
}

/// A random register of two years: days of receipt and of closing, class, lateness.
fn register() -> impl Strategy<Value = Vec<Line>> {
    let one = (
        0..730_i64,
        proptest::option::of(0..200_i64),
        0..4_u8,
        any::<bool>(),
        0..40_i64,
    );
    proptest::collection::vec(one, 0..60).prop_map(|all| {
        let start = at("2025-01-01 00:30");
        let day = chrono::TimeDelta::days;
        let made = all
            .into_iter()
            .enumerate()
            .map(|(n, (received, closed, class, late, due))| {
                let mut line = line(&n.to_string(), "2025-01-01 09:00", None, &format!("c{class}"));
                line.received_at = start + day(received);
                line.closed_at = closed.map(|days| line.received_at + day(days));
                line.limits = vec![Limit {
                    rule: RuleId::parse("T1.1").unwrap(),
                    due_at: line.received_at + day(due),
                    done_at: None,
                    late,
                }];
                line.customer = Some(format!("k{}", n % 11));
                line.one = (n % 3 == 0).then(|| format!("one {}", n % 4));
                line
            });
        made.collect()
    })
}

proptest! {
    #[test]
    fn a_year_is_the_sum_of_its_quarters_and_a_quarter_of_its_months(lines in register()) {
        let hours = Hours::default();
        let clock = clock(&hours);
        let of = |period: Period| Figures::of(period, &clock, &lines);
        let add = |parts: Vec<Figures>| {
            let mut sum = (0, 0, BTreeMap::new(), BTreeMap::new(), (0, 0));
            for part in parts {
                sum.0 += part.received;
                sum.1 += part.closed;
                for (value, n) in part.by.get("class").into_iter().flatten() {
                    *sum.2.entry(value.clone()).or_insert(0) += n;
                }
                for (hours, n) in part.closing_hours {
                    *sum.3.entry(hours).or_insert(0) += n;
                }
                for kept in part.on_time.values() {
                    sum.4 = (sum.4.0 + kept.due, sum.4.1 + kept.met);
                }
            }
            sum
        };
        let year: Period = "2025".parse().unwrap();
        let whole = add(vec![of(year)]);
        prop_assert_eq!(&whole, &add(year.quarters().map(of).collect()));
        prop_assert_eq!(&whole, &add(year.months().map(of).collect()));
    }

    #[test]
    fn figures_are_a_recount_and_their_order_does_not_matter(mut lines in register()) {
        let hours = Hours::default();
        let clock = clock(&hours);
        let period: Period = "2025Q3".parse().unwrap();
        let figures = Figures::of(period, &clock, &lines);
        let text = |moment: Moment| moment.format("%Y-%m").to_string();
        let in_quarter = |moment: Moment| ["2025-07", "2025-08", "2025-09"].contains(&text(moment).as_str());
        let received = lines.iter().filter(|line| in_quarter(line.received_at)).count() as u64;
        let closed = lines.iter().filter_map(|line| line.closed_at).filter(|at| in_quarter(*at)).count() as u64;
        prop_assert_eq!((figures.received, figures.closed), (received, closed));
        lines.reverse();
        prop_assert_eq!(figures, Figures::of(period, &clock, &lines));
    }
}
