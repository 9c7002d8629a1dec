//! `kesu calendar`: the years at hand, and a newly published one, which moves what was provisional.

use std::process::ExitCode;

use kesu_app::clock::Time;
use serde_json::{Value, json};

use super::{DONE, print};
use crate::cli::{Calendar, CalendarAction};
use crate::failure::Failure;
use crate::folder::DataFolder;
use crate::serve::pump::{Pump, settle};

pub async fn run(args: Calendar) -> Result<ExitCode, Failure> {
    let known = args.data.join("kesu.db").exists();
    match args.action {
        CalendarAction::List if !known => {
            list(super::shipped_calendar("cn")?, args.json);
            Ok(DONE)
        }
        CalendarAction::List => {
            let folder = DataFolder::for_command(&args.data, Time::Machine).await?;
            let calendar = folder
                .app
                .office()
                .await?
                .calendar("cn")
                .ok_or_else(|| Failure::refused("there is no calendar `cn`"))?;
            list(&calendar, args.json);
            Ok(DONE)
        }
        CalendarAction::Add { file } => {
            let text = std::fs::read_to_string(&file)
                .map_err(|error| Failure::refused(format!("`{}` cannot be read: {error}", file.display())))?;
            let folder = DataFolder::for_command(&args.data, Time::Machine).await?;
            let published = kesu_escalate::publish(&folder.app, &text).await?;
            let pump = Pump::start(&folder).await?;
            settle(&folder, &pump).await?;
            print(&json!(published));
            Ok(DONE)
        }
    }
}

fn list(calendar: &kesu_rules::clock::WorkCalendar, as_json: bool) {
    for year in calendar.years() {
        let value = serde_json::to_value(year).unwrap_or_default();
        if as_json {
            print(&value);
        } else {
            let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            println!("{}  {}", year.year, text("source"));
        }
    }
}
