//! How cases write moments and refusals: in the procedure's zone, and in words.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use crate::clock::Moment;
use crate::domain::refusal::{Refusal, Refused};
use crate::language::Language;
use crate::texts::Texts;

/// `2025-05-06 24:00` or `2025-05-06` (its first moment) in the procedure's zone, or RFC 3339.
pub(super) fn moment(zone: chrono_tz::Tz, text: &str) -> Result<Moment, String> {
    let wrong = || format!("`{text}` is not a moment such as 2025-05-06 17:30");
    if let Ok(moment) = Moment::parse_from_rfc3339(text) {
        return Ok(moment);
    }
    let (day, time) = text.split_once(' ').unwrap_or((text, "00:00"));
    let day: NaiveDate = day.parse().map_err(|_| wrong())?;
    let local = if time == "24:00" {
        day.succ_opt().ok_or_else(wrong)?.and_time(NaiveTime::MIN)
    } else {
        let time = NaiveTime::parse_from_str(time, "%H:%M").map_err(|_| wrong())?;
        NaiveDateTime::new(day, time)
    };
    let placed = local.and_local_timezone(zone).earliest();
    let placed = placed.or_else(|| (local + TimeDelta::hours(1)).and_local_timezone(zone).earliest());
    placed.map(|at| at.fixed_offset()).ok_or_else(wrong)
}

/// A moment as cases write it: `2025-05-09 24:00` in the procedure's zone.
pub(super) fn local(zone: chrono_tz::Tz, at: Moment) -> String {
    let at = at.with_timezone(&zone).naive_local();
    match at.date().pred_opt().filter(|_| at.time() == NaiveTime::MIN) {
        Some(day) => format!("{day} 24:00"),
        None => at.format("%Y-%m-%d %H:%M").to_string(),
    }
}

/// A refusal with its reasons in words.
pub(super) fn said(refused: &Refused) -> String {
    let texts = Texts::builtin();
    let reason = |refusal: &Refusal| {
        let values: Vec<(&str, &str)> = refusal
            .values
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let words = texts.text(Language::En, &format!("refusal.{}", refusal.code), &values);
        format!("`{}`: {words}", refusal.code)
    };
    let reasons: Vec<String> = refused.0.iter().map(reason).collect();
    format!("it was refused, {}", reasons.join("; "))
}
