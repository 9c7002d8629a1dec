//! The filters of letters and pages: moments, deadlines, spans, rules and codes in people's words.

use crate::texts::{Language, texts};
use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveTime, Timelike, Weekday};
use minijinja::value::Value;
use minijinja::{Environment, Error, ErrorKind, State};

/// Adds the filters to an environment; they read the language from the context's `language`.
pub fn add_to(env: &mut Environment<'static>) {
    env.add_filter("civil", |state: &State, value: Value| {
        moment(&value).map(|it| it.civil(language(state)))
    });
    env.add_filter("due", |state: &State, value: Value| {
        moment(&value).map(|it| it.due(language(state)))
    });
    env.add_filter("span", |state: &State, minutes: i64| span(minutes, language(state)));
    env.add_filter("late", |state: &State, row: Value| late(&row, language(state)));
    env.add_filter("rule", |state: &State, row: Value| rule(&row, language(state)));
    env.add_filter("label", |state: &State, code: String, table: String| {
        texts().label(language(state), &table, &code)
    });
}

/// A moment or a civil date, as people write it: `2026年10月10日(周六)12:00`.
pub fn civil(at: DateTime<FixedOffset>, language: Language) -> String {
    format!(
        "{}{}",
        day(at.date_naive(), language),
        clock(language, at.hour(), at.minute())
    )
}

/// A limit, as people say it: midnight is 24:00 of the day that ends with it, not 00:00 of the next.
pub fn due(at: DateTime<FixedOffset>, language: Language) -> String {
    let date = at.date_naive();
    match date.checked_sub_days(Days::new(1)) {
        Some(before) if at.time() == NaiveTime::MIN => format!("{}{}", day(before, language), clock(language, 24, 0)),
        _ => civil(at, language),
    }
}

/// A span in days, hours and minutes; at least one minute, since a letter never says "late by nothing".
pub fn span(minutes: i64, language: Language) -> String {
    let minutes = minutes.max(1);
    let parts = [(minutes / 1440, 0), (minutes / 60 % 24, 1), (minutes % 60, 2)];
    let words = match language {
        Language::ZhHans => ["天", "小时", "分钟"],
        Language::ZhHant => ["天", "小時", "分鐘"],
        Language::En => ["day", "hour", "minute"],
    };
    let said: Vec<String> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .take(2)
        .map(|(count, unit)| match language {
            Language::En => format!("{count} {}{}", words[unit], if count == 1 { "" } else { "s" }),
            _ => format!("{count}{}", words[unit]),
        })
        .collect();
    said.join(if language == Language::En { " " } else { "" })
}

/// How late a row is: in working time where its limit counts that (`late_worked`, working days and minutes beyond), else
/// in elapsed time (`late_minutes`).
fn late(row: &Value, language: Language) -> Result<String, Error> {
    let worked = row.get_attr("late_worked")?;
    if worked.is_none() || worked.is_undefined() {
        let minutes = i64::try_from(row.get_attr("late_minutes")?)?;
        return Ok(span(minutes, language));
    }
    let days = i64::try_from(worked.get_item_by_index(0)?)?;
    let minutes = i64::try_from(worked.get_item_by_index(1)?)?;
    Ok(working_span(days, minutes, language))
}

/// A span of working time: working days, and hours and minutes beyond.
pub fn working_span(days: i64, minutes: i64, language: Language) -> String {
    let en = language == Language::En;
    let day = match (language, days) {
        (_, 0) => None,
        (Language::ZhHans, _) => Some(format!("{days}个工作日")),
        (Language::ZhHant, _) => Some(format!("{days}個工作日")),
        (Language::En, 1) => Some("1 working day".to_owned()),
        (Language::En, _) => Some(format!("{days} working days")),
    };
    match day {
        Some(day) if minutes < 60 => day,
        Some(day) => format!(
            "{day}{}{}",
            if en { " " } else { "" },
            span(minutes / 60 * 60, language)
        ),
        None => match language {
            Language::ZhHans => format!("工作时间{}", span(minutes, language)),
            Language::ZhHant => format!("工作時間{}", span(minutes, language)),
            Language::En => format!("{} of working time", span(minutes, language)),
        },
    }
}

fn day(date: NaiveDate, language: Language) -> String {
    let of_week = date.weekday();
    match language {
        Language::ZhHans | Language::ZhHant => {
            let week = if language == Language::ZhHans { "周" } else { "週" };
            let name = match of_week {
                Weekday::Mon => "一",
                Weekday::Tue => "二",
                Weekday::Wed => "三",
                Weekday::Thu => "四",
                Weekday::Fri => "五",
                Weekday::Sat => "六",
                Weekday::Sun => "日",
            };
            format!("{}年{}月{}日({week}{name})", date.year(), date.month(), date.day())
        }
        Language::En => date.format("%A %-d %B %Y").to_string(),
    }
}

fn clock(language: Language, hour: u32, minute: u32) -> String {
    let comma = if language == Language::En { ", " } else { "" };
    format!("{comma}{hour:02}:{minute:02}")
}

/// What a template may call a moment.
enum When {
    Moment(DateTime<FixedOffset>),
    Date(NaiveDate),
}

impl When {
    fn civil(&self, language: Language) -> String {
        match self {
            When::Moment(at) => civil(*at, language),
            When::Date(date) => day(*date, language),
        }
    }

    fn due(&self, language: Language) -> String {
        match self {
            When::Moment(at) => due(*at, language),
            When::Date(date) => day(*date, language),
        }
    }
}

fn moment(value: &Value) -> Result<When, Error> {
    let text = value.as_str().unwrap_or_default();
    DateTime::parse_from_rfc3339(text)
        .map(When::Moment)
        .or_else(|_| text.parse().map(When::Date))
        .map_err(|_| {
            Error::new(
                ErrorKind::InvalidOperation,
                format!("`{value}` is not a moment in RFC 3339"),
            )
        })
}

/// The rule of a row and where it is written: `规则 T10.3，P10 四 1.3`.
fn rule(row: &Value, language: Language) -> Result<String, Error> {
    let word = match language {
        Language::ZhHans => "规则",
        Language::ZhHant => "規則",
        Language::En => "rule",
    };
    let id = row.get_attr("rule")?;
    let source = row.get_attr("source")?;
    Ok(match source.as_str() {
        Some(source) if language == Language::En => format!("{word} {id}, {source}"),
        Some(source) => format!("{word} {id}，{source}"),
        None => format!("{word} {id}"),
    })
}

fn language(state: &State) -> Language {
    state
        .lookup("language")
        .and_then(|tag| Language::parse(tag.as_str()?))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{En, ZhHans, ZhHant};

    fn at(text: &str) -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339(text).unwrap()
    }

    #[test]
    fn a_moment_is_written_in_its_own_zone() {
        let saturday = at("2026-10-10T12:00:00+08:00");
        assert_eq!(civil(saturday, ZhHans), "2026年10月10日(周六)12:00");
        assert_eq!(civil(saturday, ZhHant), "2026年10月10日(週六)12:00");
        assert_eq!(civil(saturday, En), "Saturday 10 October 2026, 12:00");
    }

    #[test]
    fn a_limit_at_midnight_is_the_end_of_the_day_before() {
        let midnight = at("2026-10-11T00:00:00+08:00");
        assert_eq!(due(midnight, ZhHans), "2026年10月10日(周六)24:00");
        assert_eq!(due(midnight, En), "Saturday 10 October 2026, 24:00");
        assert_eq!(
            due(at("2026-10-11T00:01:00+08:00"), ZhHans),
            "2026年10月11日(周日)00:01"
        );
    }

    #[test]
    fn a_span_names_its_two_greatest_units() {
        assert_eq!(span(30, ZhHans), "30分钟");
        assert_eq!(span(3 * 1440 + 61, ZhHans), "3天1小时");
        assert_eq!(span(90, ZhHant), "1小時30分鐘");
        assert_eq!(span(1441, En), "1 day 1 minute");
        assert_eq!(span(0, En), "1 minute");
    }
}
