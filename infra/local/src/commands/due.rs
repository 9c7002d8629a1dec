//! `kesu due`: adds a time to a moment on a working calendar and says why.

use std::process::ExitCode;
use std::str::FromStr;

use chrono_tz::Tz;
use kesu_rules::clock::{Amount, Clock, Count, Hours, Roll, Unit, WorkCalendar};
use serde_json::json;

use super::{DONE, moment, print, shipped_calendar};
use crate::cli::Due;
use crate::failure::Failure;

pub fn run(args: &Due) -> Result<ExitCode, Failure> {
    let zone = Tz::from_str(&args.zone).map_err(|_| Failure::refused(format!("there is no zone `{}`", args.zone)))?;
    let start = moment(&args.start)?.with_timezone(&zone).fixed_offset();
    let amount = Amount::parse(&args.add).map_err(|error| Failure::refused(error.to_string()))?;
    if amount.unit() == Unit::Rings {
        return Err(Failure::refused(format!(
            "`{}` is counted by the telephone system, not by a calendar",
            args.add
        )));
    }
    let hours = match &args.hours {
        Some(spans) => Hours::parse(spans).map_err(|error| Failure::refused(error.to_string()))?,
        None => Hours::default(),
    };
    let roll = match args.roll.as_str() {
        "none" => Roll::None,
        "next" => Roll::Next,
        "previous" => Roll::Previous,
        other => {
            return Err(Failure::refused(format!(
                "`{other}` is no roll: choose none, next or previous"
            )));
        }
    };
    let own;
    let calendar = match std::fs::read_to_string(&args.calendar) {
        Ok(text) => {
            own = WorkCalendar::parse(&text)
                .map_err(|error| Failure::refused(format!("`{}`: {error}", args.calendar)))?;
            &own
        }
        Err(_) => shipped_calendar(&args.calendar)?,
    };
    let clock = Clock {
        calendar,
        hours: &hours,
        zone,
    };
    let due = clock.explain(
        start,
        &amount,
        &Count {
            roll,
            ..Count::default()
        },
    );
    print(&json!({"due_at": due.at, "provisional": due.provisional, "explain": due.explain}));
    Ok(DONE)
}
