//! Known answers: the worked dates E01 to E21 of the rule catalogue, with every reading they give, and those of the design.

use super::{fixture::*, *};
use rstest::rstest;

fn on_both(start: &str, text: &str, count: &Count<'_>, expected: &str) {
    assert_eq!(
        due(&catalogue(), start, text, count),
        expected,
        "{text} from {start}, catalogue"
    );
    assert_eq!(
        due(&statutory(), start, text, count),
        expected,
        "{text} from {start}, cn"
    );
}

#[rstest]
#[case::e01("2025-09-26 15:00", "half a working day", "2025-09-28 10:00")]
#[case::e01_as_hours("2025-09-26 15:00", "4 working hours", "2025-09-28 10:00")]
#[case::e02("2025-09-30 16:00", "2 working days", "2025-10-10 17:30")]
#[case::e03("2025-03-14 17:20", "30 working minutes", "2025-03-17 08:50")]
#[case::e03_half_hour("2025-03-14 17:20", "0.5 working hours", "2025-03-17 08:50")]
#[case::e03_elapsed("2025-03-14 17:20", "30 minutes", "2025-03-14 17:50")]
#[case::e04("2025-04-30 16:30", "2 hours", "2025-04-30 18:30")]
#[case::e04_work("2025-04-30 16:30", "2 working hours", "2025-05-06 09:30")]
#[case::e05("2025-04-30 14:00", "8 working hours", "2025-05-06 14:00")]
#[case::e06_city("2025-06-10 09:00", "3 hours", "2025-06-10 12:00")]
#[case::e06_suburb("2025-06-10 09:00", "7 hours", "2025-06-10 16:00")]
#[case::e07_repair("2025-06-10 09:00", "12 hours", "2025-06-10 21:00")]
#[case::e07_loaner("2025-06-10 09:00", "24 hours", "2025-06-11 09:00")]
#[case::e08("2025-04-24 10:00", "1 week", "2025-05-02 00:00")]
#[case::e09("2025-04-28 10:00", "6 days", "2025-05-05 00:00")]
#[case::e09_workday("2025-04-28 10:00", "6 working days", "2025-05-09 17:30")]
#[case::e11("2025-09-26 10:00", "3 days", "2025-09-30 00:00")]
#[case::e11_workday("2025-09-26 10:00", "3 working days", "2025-09-30 17:30")]
#[case::e12_third("2025-02-17 10:00", "1 week", "2025-02-25 00:00")]
#[case::e12_second("2025-02-17 10:00", "2 weeks", "2025-03-04 00:00")]
#[case::e12_first("2025-02-17 10:00", "3 weeks", "2025-03-11 00:00")]
#[case::e13_third("2025-10-09 10:00", "1 week", "2025-10-17 00:00")]
#[case::e13_second("2025-10-09 10:00", "2 weeks", "2025-10-24 00:00")]
#[case::e13_first("2025-10-09 10:00", "3 weeks", "2025-10-31 00:00")]
#[case::e14_silence("2025-01-10 10:00", "25 days", "2025-02-05 00:00")]
#[case::e14_after_the_reminder("2025-02-05 10:00", "10 working days", "2025-02-18 17:30")]
#[case::e15("2024-02-29 10:00", "1 year", "2025-03-01 00:00")]
#[case::e16("2025-11-07 18:00", "4 hours", "2025-11-07 22:00")]
#[case::e16_work("2025-11-07 18:00", "4 working hours", "2025-11-10 13:30")]
#[case::e17_target("2025-12-05 10:00", "24 hours", "2025-12-06 10:00")]
#[case::e17_limit("2025-12-05 10:00", "48 hours", "2025-12-07 10:00")]
#[case::e18("2025-12-05 10:00", "1 week", "2025-12-13 00:00")]
#[case::e19_target("2025-12-08 10:00", "15 days", "2025-12-24 00:00")]
#[case::e19_limit("2025-12-08 10:00", "30 days", "2026-01-08 00:00")]
#[case::e20("2025-11-30 10:00", "3 months", "2026-03-01 00:00")]
#[case::e21_unrolled("2025-04-30 10:00", "10 days", "2025-05-11 00:00")]
fn worked_dates_come_out_as_the_catalogue_says(#[case] start: &str, #[case] text: &str, #[case] expected: &str) {
    on_both(start, text, &Count::default(), expected);
}

#[rstest]
#[case::e08("2025-04-24 10:00", "1 week", Roll::Next, "2025-05-07 00:00")]
#[case::e09("2025-04-28 10:00", "6 days", Roll::Next, "2025-05-07 00:00")]
#[case::e21("2025-04-30 10:00", "10 days", Roll::Previous, "2025-05-10 00:00")]
#[case::e21_forward("2025-04-30 10:00", "10 days", Roll::Next, "2025-05-13 00:00")]
#[case::a_working_day_stays("2025-06-10 10:00", "1 day", Roll::Next, "2025-06-12 00:00")]
#[case::hours_do_not_roll("2025-06-13 20:00", "8 hours", Roll::Next, "2025-06-14 04:00")]
fn a_last_day_that_is_off_rolls(#[case] start: &str, #[case] text: &str, #[case] roll: Roll, #[case] expected: &str) {
    on_both(start, text, &rolling(roll), expected);
}

/// E10: quality 1, production 2, research 1, office 1, market 1, each from the end of the share before.
#[rstest]
#[case::cal("day", ["2025-04-30 00:00", "2025-05-02 00:00", "2025-05-03 00:00", "2025-05-04 00:00", "2025-05-05 00:00"])]
#[case::workday("working day", ["2025-04-29 17:30", "2025-05-06 17:30", "2025-05-07 17:30", "2025-05-08 17:30", "2025-05-09 17:30"])]
fn e10_shares_in_sequence(#[case] unit: &str, #[case] expected: [&str; 5]) {
    // A share starts on the last day of the one before, so its end is the sum so far, counted from the acceptance.
    for (sum, expected) in [1, 3, 4, 5, 6].into_iter().zip(expected) {
        let plural = if sum == 1 { "" } else { "s" };
        on_both(
            "2025-04-28 10:00",
            &format!("{sum} {unit}{plural}"),
            &Count::default(),
            expected,
        );
    }
}

#[test]
fn friday_evening_and_four_working_hours_is_the_make_up_saturday_at_noon() {
    let hours = Hours::parse("09:00-18:00").unwrap();
    let clock = Clock {
        hours: &hours,
        ..statutory()
    };
    assert_eq!(
        due(&clock, "2026-10-09 17:00", "4 working hours", &Count::default()),
        "2026-10-10 12:00"
    );
}

#[test]
fn a_working_day_after_the_last_of_september_is_the_day_after_the_holiday() {
    assert_eq!(
        due(&statutory(), "2026-09-30 10:00", "1 working day", &Count::default()),
        "2026-10-08 17:30"
    );
}

#[rstest]
#[case::working_days_into_2027("2026-12-30 10:00", "2 working days", Roll::None, true)]
#[case::working_day_within_2026("2026-12-30 10:00", "1 working day", Roll::None, false)]
#[case::working_hours_to_the_last_minute_of_2026("2026-12-31 09:30", "7 working hours", Roll::None, false)]
#[case::working_hours_into_2027("2026-12-31 10:00", "7 working hours", Roll::None, true)]
#[case::half_days_into_2027("2026-12-31 16:00", "half a working day", Roll::None, true)]
#[case::calendar_into_2027("2026-12-30 10:00", "1 week", Roll::None, false)]
#[case::calendar_into_2027_that_may_roll("2026-12-30 10:00", "1 week", Roll::Next, true)]
#[case::calendar_that_ends_with_2026("2026-12-30 10:00", "1 day", Roll::Next, false)]
#[case::elapsed_into_2027("2026-12-31 20:00", "8 hours", Roll::Next, false)]
#[case::working_days_before_the_first_year("2003-06-02 10:00", "1 working day", Roll::None, true)]
fn a_limit_is_provisional_if_it_rests_on_an_unpublished_year(
    #[case] start: &str,
    #[case] text: &str,
    #[case] roll: Roll,
    #[case] expected: bool,
) {
    assert_eq!(
        statutory().due(at(start), &amount(text), &rolling(roll)).provisional,
        expected
    );
}

#[rstest]
#[case::end_of_the_morning("2025-06-10 10:00", "2 working hours", "2025-06-10 12:00")]
#[case::end_of_the_day("2025-06-10 15:30", "2 working hours", "2025-06-10 17:30")]
#[case::in_the_lunch_hour("2025-06-10 12:20", "1 working hour", "2025-06-10 14:00")]
#[case::nothing_is_due_at_once("2025-06-10 10:00", "0 working minutes", "2025-06-10 10:00")]
#[case::nothing_after_hours_is_due_when_work_resumes("2025-06-13 19:00", "0 working minutes", "2025-06-16 08:30")]
#[case::same_day("2025-06-10 10:00", "0 days", "2025-06-11 00:00")]
#[case::same_working_day("2025-06-10 10:00", "0 working days", "2025-06-10 17:30")]
#[case::same_working_day_on_a_sunday("2025-06-15 10:00", "0 working days", "2025-06-16 17:30")]
#[case::one_working_day_from_a_sunday("2025-06-15 10:00", "1 working day", "2025-06-16 17:30")]
#[case::month_end_clamps("2025-01-31 10:00", "1 month", "2025-03-01 00:00")]
fn boundaries(#[case] start: &str, #[case] text: &str, #[case] expected: &str) {
    on_both(start, text, &Count::default(), expected);
}

#[rstest]
#[case("2025-06-10 10:00", "1 working day", "2025-06-10 17:30")]
#[case("2025-06-10 10:00", "3 working days", "2025-06-12 17:30")]
#[case("2025-06-14 10:00", "1 working day", "2025-06-16 17:30")]
#[case("2025-06-10 10:00", "1 week", "2025-06-17 00:00")]
#[case("2025-06-10 10:00", "0 days", "2025-06-11 00:00")]
fn the_start_day_counts_if_the_pack_says_so(#[case] start: &str, #[case] text: &str, #[case] expected: &str) {
    on_both(
        start,
        text,
        &Count {
            count_start_day: true,
            ..Count::default()
        },
        expected,
    );
}

#[rstest]
#[case::elapsed("4 hours", "2025-06-11 12:00")]
#[case::work("4 working hours", "2025-06-11 12:00")]
#[case::work_past_lunch("6 working hours", "2025-06-11 15:00")]
#[case::half_a_day("half a working day", "2025-06-11 12:00")]
#[case::calendar("3 days", "2025-06-15 00:00")]
#[case::workday("3 working days", "2025-06-16 17:30")]
#[case::over_before_the_pause("30 minutes", "2025-06-10 10:30")]
fn paused_time_does_not_count(#[case] text: &str, #[case] expected: &str) {
    // Half past eleven on the 10th to half past nine on the 11th, told in two overlapping pieces and out of order.
    let pause = |from: &str, until: &str| Pause {
        from: at(from),
        until: Some(at(until)),
    };
    let open = Pause {
        from: at("2025-06-10 10:10"),
        until: None,
    };
    let pauses = [
        pause("2025-06-10 14:00", "2025-06-11 09:30"),
        open,
        pause("2025-06-10 11:30", "2025-06-10 15:00"),
    ];
    on_both(
        "2025-06-10 10:00",
        text,
        &Count {
            pauses: &pauses,
            ..Count::default()
        },
        expected,
    );
}
