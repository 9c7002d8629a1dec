//! `kesu`: Kesu (客诉) on one machine, and all commands.

use clap::Parser;

fn main() -> std::process::ExitCode {
    kesu::run(kesu::cli::Cli::parse())
}
