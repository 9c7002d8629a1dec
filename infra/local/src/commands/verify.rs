//! `kesu verify`: proves that the log is whole and unchanged.

use std::process::ExitCode;

use kesu_app::clock::Time;
use serde_json::json;

use super::{DONE, print};
use crate::cli::Data;
use crate::failure::Failure;
use crate::folder::DataFolder;

pub async fn run(args: Data) -> Result<ExitCode, Failure> {
    let folder = DataFolder::for_command(&args.data, Time::Machine).await?;
    let proof = folder.app.verify().await?;
    print(
        &json!({"clean": proof.faults.is_empty(), "complaints": proof.complaints, "entries": proof.entries, "faults": proof.faults}),
    );
    if proof.faults.is_empty() {
        return Ok(DONE);
    }
    for fault in &proof.faults {
        eprintln!("kesu: {}: {}", fault.of, fault.what);
    }
    Ok(ExitCode::from(1))
}
