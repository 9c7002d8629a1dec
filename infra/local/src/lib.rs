//! The one-machine edition: the functions in one process over one folder, and the commands around it.

pub mod cli;
mod commands;
pub mod failure;
mod folder;
mod learn;
mod packs;
pub mod serve;

use std::process::ExitCode;

use cli::{Cli, Command};
use failure::Failure;

/// Runs a command. JSON goes to standard output, messages to standard error; 0 done, 1 refused or bad input, 2 usage,
/// 3 our fault.
pub fn run(cli: Cli) -> ExitCode {
    kesu_app::telemetry::for_people();
    // Stories say in the environment where this process is to die.
    #[cfg(feature = "failpoints")]
    let _scenario = fail::FailScenario::setup();
    match dispatch(cli.command) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("kesu: {failure}");
            failure.code()
        }
    }
}

fn dispatch(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Serve(args) => asynchronous(serve::serve(args)),
        Command::Procedures(args) => commands::procedures::run(args),
        Command::Classify(args) => commands::classify::run(&args),
        Command::Deadlines(args) => commands::deadlines::run(&args),
        Command::Due(args) => commands::due::run(&args),
        Command::Mail(args) => asynchronous(commands::mail::run(args)),
        Command::Sweep(args) => asynchronous(commands::sweep::run(args)),
        Command::Rollup(args) => asynchronous(commands::rollup::run(args)),
        Command::Simulate(args) => asynchronous(commands::simulate::run(args)),
        Command::Figures(args) => asynchronous(commands::figures::run(args)),
        Command::Verify(args) => asynchronous(commands::verify::run(args)),
        Command::User(args) => asynchronous(commands::user::run(args)),
        Command::Calendar(args) => asynchronous(commands::calendar::run(args)),
        Command::Import(args) => commands::import::run(args),
        Command::Export(args) => asynchronous(commands::export::run(args)),
        Command::Backup(args) => commands::backup::backup(&args),
        Command::Restore(args) => commands::backup::restore(&args),
        Command::ReadOldWorkbook { task } => Ok(ExitCode::from(u8::from(!kesu_ledger::book::serve(&task)))),
        #[cfg(feature = "aws")]
        Command::AdminInit(args) => asynchronous(commands::admin_init::run(args)),
        #[cfg(feature = "aws")]
        Command::Migrate(args) => asynchronous(commands::migrate::run(args)),
    }
}

pub(crate) fn asynchronous(work: impl Future<Output = Result<ExitCode, Failure>>) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime
        .map_err(|error| Failure::Fault(format!("the program cannot start its threads: {error}")))?
        .block_on(work)
}
