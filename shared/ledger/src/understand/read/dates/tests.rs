//! Dates as people write them, and what must not be made one.

use super::*;

const IN_2024: Beside = Beside {
    year: Some(2024),
    month: Some(3),
    above: None,
    day_first: false,
    from_1904: false,
};

fn said(got: Got<Day>) -> String {
    match got {
        Got::Nothing => String::new(),
        Got::Sure(day) => day.iso(),
        Got::Doubted(day, code) | Got::Part(day, code) => format!("{} {code}", day.iso()),
        Got::Lost(code) => code.to_string(),
    }
}

#[track_caller]
fn check(text: &str, want: &str) {
    assert_eq!(said(of_text(text, &IN_2024)), want, "{text}");
}

#[test]
fn every_way_of_writing_a_day_is_read() {
    for text in [
        "2024-3-5",
        "2024/03/05",
        "2024.3.5",
        "2024年3月5日",
        "24.3.5",
        "24-03-05",
        "20240305",
        "240305",
        "3月5日",
        "3.5",
        "3/5",
        "二〇二四年三月五日",
        "二零二四年三月五号",
        "２０２４．３．５",
        "2024、3、5",
        "2024 3 5",
        "民国113年3月5日 ",
        "5-Mar-24",
        "March 5, 2024",
        "45356",
        "5日",
        "2024.3.5（周二）",
        "2024年 3月 5日 星期二",
        "2024-03-05T00:00:00Z",
    ] {
        let got = said(of_text(text, &IN_2024));
        assert_eq!(got.trim_end_matches(" date_republic"), "2024-03-05", "{text}");
    }
    check("二〇二四年十二月三十一日", "2024-12-31");
    check("廿一日", "2024-03-21");
    check("三月五日", "2024-03-05");
    check("2024年三月五日", "2024-03-05");
    check("98.3.5", "1998-03-05");
    check("'98.3.5", "1998-03-05");
    check("2024-2-29", "2024-02-29");
    check("2024/3/5,", "2024-03-05");
    check("於2024年3月5日", "2024-03-05");
    check("2024年03月05日（星期二）", "2024-03-05");
}

#[test]
fn a_time_of_day_is_kept() {
    check("2024-03-05 14:30", "2024-03-05T14:30:00");
    check("2024/3/5 下午2:30", "2024-03-05T14:30:00");
    check("3月5日上午9点半", "2024-03-05T09:30:00");
    check("3/5/2024 2:30:15 PM", "2024-03-05T14:30:15 date_order");
    check("20240305143000", "2024-03-05T14:30:00");
    check("2024年3月5日14时30分", "2024-03-05T14:30:00");
    check("2024年3月5日 14点", "2024-03-05T14:00:00");
    check("2024-3-5 下午2点半", "2024-03-05T14:30:00");
    check("2024-3-5 晚上8:15", "2024-03-05T20:15:00");
    check("2024-3-5 中午12:00", "2024-03-05T12:00:00");
    check("2024-3-5 中午11:50", "2024-03-05T11:50:00");
    check("2024-3-5 中午1点", "2024-03-05T13:00:00");
    check("2024-3-5 傍晚6点", "2024-03-05T18:00:00");
    check("2024-3-5 凌晨0:10", "2024-03-05T00:10:00");
    check("2024-3-5 上午12:10", "2024-03-05T00:10:00");
    check("2024-03-05T14:30:00.000", "2024-03-05T14:30:00");
    check("2024-03-05 14:30:59", "2024-03-05T14:30:59");
    check("2024-3-5 25:00", "2024-03-05 date_rest");
    check("2024-3-5 下午", "2024-03-05 date_rest");
}

#[test]
fn what_is_not_one_day_is_not_made_one() {
    check("2024年3月", "date_without_day");
    check("3月初", "date_vague");
    check("2024年3月上旬", "date_vague");
    check("3月底", "date_vague");
    check("2024年3月下旬", "date_vague");
    check("2024年底", "date_vague");
    check("3月5日左右", "date_vague");
    check("2月30日", "date_impossible");
    check("2023-2-29", "date_impossible");
    check("2024.4.31", "date_impossible");
    check("20240230", "date_impossible");
    check("3月0日", "date_impossible");
    check("1899-12-31", "date_impossible");
    check("9999-12-31", "date_impossible");
    check("下午2:30", "date_unreadable");
    check("14:30", "date_unreadable");
    check("第一季度", "date_unreadable");
    check("2024Q1", "date_unreadable");
    check("2024", "date_unreadable");
    check("5天", "date_unreadable");
    check("3月5-7日", "2024-03-05 date_rest");
    check("3.5、3.8", "2024-03-05 date_rest");
    check("3.5-3.8", "2024-03-05 date_rest");
    check("3.5.8", "date_unreadable");
    check("3-5日", "date_vague");
    check("3-5月", "date_without_day");
    check("2024年3-5月", "date_without_day");
    check("2024.3-5", "date_without_day");
    check("2024年3月5-7日", "2024-03-05 date_rest");
    check("3月5日至3月7日", "2024-03-05 date_rest");
    check("2024.3.5-2024.3.8", "2024-03-05 date_rest");
    check("3月5日来电", "2024-03-05 date_rest");
    check("2024-13-01", "date_impossible");
    check("下周", "date_unreadable");
    check("张三", "date_unreadable");
    check("2024-3-5至3-8", "2024-03-05 date_rest");
    check("约3月5日", "2024-03-05 date_about");
}

#[test]
fn a_day_without_year_wants_one_from_somewhere() {
    assert_eq!(said(of_text("3月5日", &Beside::default())), "date_without_year");
    let above = Beside {
        above: Some(2019),
        ..Beside::default()
    };
    assert_eq!(said(of_text("3月5日", &above)), "2019-03-05 date_year_assumed");
}

#[test]
fn month_first_and_day_first_are_told_apart_or_told() {
    check("3/25/2024", "2024-03-25");
    check("25/3/2024", "2024-03-25");
    check("3/5/2024", "2024-03-05 date_order");
    let day_first = Beside {
        day_first: true,
        ..IN_2024
    };
    assert_eq!(said(of_text("5/3/2024", &day_first)), "2024-03-05");
}

#[test]
fn bare_numbers_are_serials_runs_of_digits_or_decimals() {
    let of = |number, beside: &Beside| said(of_number(number, beside));
    assert_eq!(of(45_356.0, &IN_2024), "2024-03-05");
    assert_eq!(of(45_356.5, &IN_2024), "2024-03-05T12:00:00");
    assert_eq!(
        of(
            43_894.0,
            &Beside {
                from_1904: true,
                ..IN_2024
            }
        ),
        "2024-03-05"
    );
    assert_eq!(of(20_240_305.0, &IN_2024), "2024-03-05");
    assert_eq!(of(3.5, &IN_2024), "2024-03-05 date_decimal");
    assert_eq!(of(5.0, &IN_2024), "2024-03-05");
    assert_eq!(of(-1.0, &IN_2024), "date_unreadable");
    assert_eq!(of(2_024.3, &IN_2024), "date_without_day");
}
