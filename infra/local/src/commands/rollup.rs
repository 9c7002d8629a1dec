//! `kesu rollup`: counts a period, or catches up on all that ended.

use std::process::ExitCode;

use kesu_app::clock::Time;
use kesu_rules::rollup::Period;
use serde_json::json;

use super::{DONE, moment, print};
use crate::cli::Rollup;
use crate::failure::Failure;
use crate::folder::DataFolder;

pub async fn run(args: Rollup) -> Result<ExitCode, Failure> {
    let time = match &args.now {
        Some(text) => Time::movable(moment(text)?.to_utc()),
        None => Time::Machine,
    };
    let folder = DataFolder::for_command(&args.data.data, time).await?;
    let app = &folder.app;
    let Some(text) = &args.period else {
        print(&json!(kesu_rollup::daily(app, app.now()).await?));
        return Ok(DONE);
    };
    let period: Period = text
        .parse()
        .map_err(|error| Failure::refused(format!("`{text}` is {error}")))?;
    let procedure = args.procedure.as_deref().unwrap_or(app.settings.procedures.first());
    let known = super::procedure(app.library(), procedure)?;
    let id = known.pack.procedure.id.as_str();
    let counted = kesu_report::run(app, id, period, app.now()).await?;
    if let Some(out) = &args.xlsx {
        let bytes = kesu_report::file(app, id, period, &counted, app.now()).await?;
        let written = std::fs::write(out, bytes);
        written.map_err(|error| Failure::refused(format!("`{}` cannot be written: {error}", out.display())))?;
    }
    print(&json!(counted));
    Ok(DONE)
}
