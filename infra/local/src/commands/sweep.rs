//! `kesu sweep`: does what is due now, once, and sends the letters.

use std::process::ExitCode;

use kesu_app::clock::Time;
use serde_json::json;

use super::{DONE, moment, print};
use crate::cli::Sweep;
use crate::failure::Failure;
use crate::folder::DataFolder;
use crate::serve::pump::{Pump, settle};

pub async fn run(args: Sweep) -> Result<ExitCode, Failure> {
    let time = match &args.now {
        Some(text) => Time::movable(moment(text)?.to_utc()),
        None => Time::Machine,
    };
    let folder = DataFolder::for_command(&args.data.data, time).await?;
    let pump = Pump::start(&folder).await?;
    let report = settle(&folder, &pump).await?;
    print(&json!(report));
    Ok(DONE)
}
