//! The command line of what-if.

use std::path::PathBuf;

use clap::Args;

use super::Data;

/// `kesu simulate`.
#[derive(Debug, Args)]
#[command(after_long_help = LIMITS)]
pub struct Simulate {
    /// The data folder
    #[command(flatten)]
    pub data: Data,
    /// Complaints received in it: 2025-07, 2025Q3 or 2025
    #[arg(long, value_name = "PERIOD")]
    pub period: String,
    /// Under this procedure: P20, P20@VERSION, or a folder with a procedure's files [default: each complaint's own version]
    #[arg(long, value_name = "ID|ID@VERSION|DIR")]
    pub procedure: Option<String>,
    /// Under the procedure in this folder or file; it may extend one that is at hand
    #[arg(long, value_name = "DIR|FILE", conflicts_with = "procedure")]
    pub pack: Option<PathBuf>,
    /// With a value of the procedure changed, such as "T20.1.within=2 weeks" or
    /// "ladder.answer.rung=[{name='late', tell=['responsible']}]"; may be given several times
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub changes: Vec<String>,
    /// With the years of this calendar file laid over the calendar
    #[arg(long, value_name = "FILE")]
    pub calendar: Option<PathBuf>,
    /// Only complaints that this procedure governs [default: the simulated one, where kesu.toml names it; else all]
    #[arg(long, value_name = "ID")]
    pub of: Option<String>,
    /// Tell so many differing complaints one by one; the others are counted
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub rows: usize,
    /// As of this moment instead of now
    #[arg(long, value_name = "RFC3339")]
    pub now: Option<String>,
}

const LIMITS: &str = "\
What is simulated: the log of each complaint is lived again. What people and customers did (steps, fields, answers, reactions, \
decisions on approvals) stands, at the moments at which it happened. Classes and departments that follow from words and answers, \
limits, implied milestones, approvals, escalations, reminders, letters and the record's retention are decided anew. A step that \
the other rules would have refused is done all the same, since it was done, and is listed under `refused`; an approval that \
would have been asked in addition is listed and stays undecided.

What is not: people are not made to act otherwise (an earlier warning answers nobody). Who may do what is not asked. Letters go \
to the people of today's directory on both sides, and one about several limits counts once for each. Counters over several \
complaints, duties, numbers and what a disputed answer leads to stay as they were; so do the class and department of what came \
from an old register, and the class of what has lost its words by erasure (`text_missing`). A clock that would have run just as \
it did is told when it was told, even if that was late; one that would have run otherwise, at the moments of its rungs.

Nothing is written.";
