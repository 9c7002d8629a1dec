//! What the calendar says of days and years, and what makes a calendar file wrong.

use super::*;
use rstest::rstest;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn cn() -> &'static WorkCalendar {
    WorkCalendar::builtin("cn").unwrap()
}

#[rstest]
#[case("2026-10-10", true, DayKind::MakeUp, "国庆节")]
#[case("2026-02-14", true, DayKind::MakeUp, "春节")]
#[case("2026-10-01", false, DayKind::Holiday, "国庆节")]
#[case("2026-10-08", true, DayKind::Weekday, "weekday")]
#[case("2026-10-11", false, DayKind::Weekend, "weekend")]
#[case(
    "2015-09-03",
    false,
    DayKind::Holiday,
    "中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日"
)]
fn the_statutory_calendar_knows_each_day(
    #[case] on: &str,
    #[case] working: bool,
    #[case] kind: DayKind,
    #[case] name: &str,
) {
    assert_eq!(
        cn().day(day(on)),
        Day {
            date: day(on),
            working,
            known: true,
            kind,
            name
        }
    );
}

/// The numbers of working days were counted by an independent program.
#[test]
fn the_statutory_calendar_has_twenty_three_years_with_a_source() {
    assert_eq!(cn().published_through(), Some(2026));
    assert_eq!(
        cn().years().map(|year| year.year).collect::<Vec<_>>(),
        (2004..=2026).collect::<Vec<_>>()
    );
    assert!(
        cn().years()
            .all(|year| year.source.contains("国务院办公厅") && year.source.contains(&year.year.to_string()))
    );
    let worked =
        |year: i32| cn().working_days_between(day(&format!("{}-12-31", year - 1)), day(&format!("{year}-12-31")));
    assert_eq!([2004, 2015, 2020, 2025, 2026].map(worked), [252, 249, 249, 248, 248]);
}

#[test]
fn years_without_a_notice_are_plain_and_not_known() {
    let plain = cn().day(day("2027-10-01"));
    assert_eq!(
        (plain.working, plain.known, plain.kind),
        (true, false, DayKind::Weekday)
    );
    assert!(!cn().day(day("2003-05-05")).known);
    assert_eq!(cn().working_days_between(day("2027-01-03"), day("2027-01-10")), 5);
    assert_eq!(cn().working_days_between(day("2027-01-10"), day("2027-01-03")), -5);
}

#[test]
fn company_days_win_and_survive_a_new_year() {
    let own = |on: &str, reason: &str| OverrideDay {
        on: day(on),
        reason: reason.to_owned(),
    };
    let overrides = Overrides {
        off: vec![own("2026-10-08", "stock-taking")],
        working: vec![own("2026-10-11", "rush")],
    };
    let company = cn().with_overrides(overrides.clone()).unwrap();
    assert_eq!(company.day(day("2026-10-08")).kind, DayKind::CompanyOff);
    assert_eq!(company.day(day("2026-10-08")).name, "stock-taking");
    assert!(company.day(day("2026-10-11")).working);
    let new_year = Year {
        year: 2027,
        source: "notice".to_owned(),
        ..cn().years().next_back().unwrap().clone()
    };
    let holidays = vec![Holiday {
        name: "元旦".to_owned(),
        from: day("2027-01-01"),
        to: day("2027-01-03"),
    }];
    let later = company
        .add_year(Year {
            holidays,
            make_up: Vec::new(),
            ..new_year
        })
        .unwrap();
    assert_eq!(later.published_through(), Some(2027));
    assert_eq!(later.overrides(), &overrides);
    assert_eq!(later.day(day("2026-10-08")).kind, DayKind::CompanyOff);
    assert!(!later.day(day("2027-01-01")).working);
    assert_eq!(cn().merge(&later).unwrap().published_through(), Some(2027));
    assert_eq!(later.merge(cn()).unwrap().overrides(), &overrides);
}

#[test]
fn a_gap_between_the_years_is_not_published() {
    let year = |year: i32| format!("[[year]]\nyear = {year}\nsource = \"notice\"\nholidays = []\n");
    let gap = WorkCalendar::parse(&format!("name = \"x\"\n{}{}", year(2024), year(2026))).unwrap();
    assert_eq!(gap.published_through(), Some(2024));
    assert_eq!(
        ["2024-05-06", "2025-05-06", "2026-05-06"].map(|on| gap.day(day(on)).known),
        [true, false, true]
    );
    assert_eq!(WorkCalendar::parse("name = \"x\"").unwrap().published_through(), None);
}

#[rstest]
#[case("", "missing field `name`")]
#[case("name = \"x\"\nyears = []", "unknown field `years`")]
#[case(
    "name = \"x\"\n[[year]]\nyear = 2026\nsource = \"s\"\nholidays = []\nmakeup = []",
    "unknown field `makeup`"
)]
#[case(
    "name = \"x\"\n[[year]]\nyear = 2026\nsource = \"s\"\nholidays = [{ name = \"n\", from = \"2026-02-30\", to = \"2026-03-01\" }]",
    "line 5"
)]
#[case(
    "name = \"x\"\n[[year]]\nyear = 2026\nsource = \" \"\nholidays = []",
    "the year 2026 has no source"
)]
#[case(
    "name = \"x\"\n[[year]]\nyear = 3026\nsource = \"s\"\nholidays = []",
    "outside of 1900 to 2299"
)]
fn a_wrong_file_says_what_is_wrong(#[case] toml: &str, #[case] said: &str) {
    let error = WorkCalendar::parse(toml).unwrap_err().to_string();
    assert!(error.contains(said), "{error}");
}

#[test]
fn everything_wrong_is_said_at_once() {
    let toml = r#"
        name = "x"
        [[year]]
        year = 2026
        source = "s"
        holidays = [
          { name = "a", from = "2026-05-05", to = "2026-05-01" },
          { name = "b", from = "2025-05-01", to = "2025-05-01" },
          { name = "c", from = "2026-06-01", to = "2026-06-02" },
          { name = "d", from = "2026-06-02", to = "2026-06-02" },
        ]
        make_up = [{ name = "e", on = "2026-06-03" }]
    "#;
    let Err(CalendarError::Content(wrong)) = WorkCalendar::parse(toml) else {
        panic!("accepted")
    };
    assert_eq!(wrong.len(), 4, "{wrong:?}");
    let twice = OverrideDay {
        on: day("2026-06-03"),
        reason: String::new(),
    };
    let overrides = Overrides {
        off: vec![twice.clone()],
        working: vec![twice],
    };
    let Err(CalendarError::Content(wrong)) = cn().with_overrides(overrides) else {
        panic!("accepted")
    };
    assert_eq!(wrong.len(), 3, "{wrong:?}");
    let error = WorkCalendar::builtin("de").unwrap_err().to_string();
    assert_eq!(error, "there is no calendar `de`; the built-in one is `cn`");
}
