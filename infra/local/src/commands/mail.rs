//! `kesu mail`: takes in one mail from standard input, for a mail server that hands mail to programs.

use std::io::Read;
use std::process::ExitCode;

use kesu_app::clock::Time;
use kesu_intake_mail::read::LARGEST;
use kesu_intake_mail::{Arrival, on_mail};
use serde_json::json;

use super::{DONE, print};
use crate::cli::Mail;
use crate::failure::Failure;
use crate::folder::DataFolder;
use crate::serve::pump::Pump;

pub async fn run(args: Mail) -> Result<ExitCode, Failure> {
    let mut raw = Vec::new();
    let most = u64::try_from(LARGEST).unwrap_or(u64::MAX);
    let read = std::io::stdin().lock().take(most + 1).read_to_end(&mut raw);
    read.map_err(|error| Failure::Fault(format!("the mail cannot be read: {error}")))?;
    if raw.len() > LARGEST {
        return Err(Failure::refused("the mail is larger than 25 MB"));
    }
    let folder = DataFolder::for_command(&args.data, Time::Machine).await?;
    let arrival = Arrival {
        from: args.from,
        to: args.to,
        ..Arrival::default()
    };
    let outcome = on_mail(&folder.app, &raw, &arrival).await?;
    // What is owed for it leaves at once; what does not is sent by the next server or sweep.
    Pump::start(&folder).await?.drained().await;
    print(&json!(outcome));
    Ok(DONE)
}
