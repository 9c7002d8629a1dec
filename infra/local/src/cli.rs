//! The command line: what can be asked of `kesu`, and how.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

#[cfg(feature = "aws")]
mod aws;
mod registers;
mod simulate;

#[cfg(feature = "aws")]
pub use aws::{AdminInit, Migrate};
pub use registers::{Export, Import};
pub use simulate::Simulate;

/// Kesu (客诉): complaints by the company's own written procedure.
#[derive(Debug, Parser)]
#[command(name = "kesu", version, about, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the public form, the staff pages and the API; run deadlines and send letters
    Serve(Serve),
    /// List, show or check procedures
    Procedures(Procedures),
    /// Classify a text, or one text a line
    Classify(Classify),
    /// Say which deadlines a complaint would have, and why
    Deadlines(Deadlines),
    /// Add a time to a moment on a working calendar
    Due(Due),
    /// Take in a mail from standard input, as an existing mail server hands it over
    Mail(Mail),
    /// Do what is due now, once
    Sweep(Sweep),
    /// Count a month, a quarter or a year: figures, key figures with targets, signals, duties
    Rollup(Rollup),
    /// Say what a period's complaints would have been like under another procedure, calendar or ladder
    Simulate(Simulate),
    /// Enter what rates are set against: deliveries, units, sales, ratings, by month
    Figures(Figures),
    /// Prove that the log is whole and unchanged
    Verify(Data),
    /// Add, list, disable accounts; set roles and passwords
    User(User),
    /// List the calendar's years, or add a newly published one
    Calendar(Calendar),
    /// Take in old registers (xlsx, xls, xlsb, ods, csv), try that, take it back, or set it going
    Import(Import),
    /// Write the complaints as a workbook or csv
    Export(Export),
    /// Write a copy of a data folder to one file, also while it is in use
    Backup(Backup),
    /// Fill an empty data folder from a backup
    Restore(Restore),
    /// Read the old workbook at the standard input, for the command that imports it
    #[command(hide = true, name = kesu_ledger::book::Helper::COMMAND)]
    ReadOldWorkbook {
        /// What to read of it, and within which limits
        task: String,
    },
    /// Make the first administrator of an installation on AWS; prints the one-time password
    #[cfg(feature = "aws")]
    AdminInit(AdminInit),
    /// Carry a data folder to the table and buckets of an installation on AWS, or back; the server is stopped meanwhile
    #[cfg(feature = "aws")]
    Migrate(Migrate),
}

/// The data folder.
#[derive(Clone, Debug, Args)]
pub struct Data {
    /// Folder with everything that is kept
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub data: PathBuf,
    /// Write JSON to standard output
    #[arg(long)]
    pub json: bool,
}

/// `kesu serve`.
#[derive(Clone, Debug, Args)]
pub struct Serve {
    /// Folder with everything that is kept
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub data: PathBuf,
    /// Address and port to answer at
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8080")]
    pub listen: String,
    /// Address and port to take mail at by SMTP, or `off` [default: 127.0.0.1:2525, unless that is taken]
    #[arg(long, value_name = "HOST:PORT|off")]
    pub smtp: Option<String>,
    /// The procedures in use, with commas; the first governs where neither the intake nor a rule of kesu.toml decides
    #[arg(long, value_name = "ID,…")]
    pub procedure: Option<String>,
    /// Use a clock that stands at this moment and is moved by POST /dev/clock; only on a loopback address
    #[arg(long, value_name = "RFC3339")]
    pub now: Option<String>,
    /// Fill an empty folder with a year of sample complaints
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "120", require_equals = true)]
    pub demo: Option<usize>,
}

/// `kesu procedures`.
#[derive(Debug, Args)]
pub struct Procedures {
    /// Which
    #[command(subcommand)]
    pub action: ProceduresAction,
}

/// What to do with procedures.
#[derive(Debug, Subcommand)]
pub enum ProceduresAction {
    /// List the procedures at hand
    List {
        /// Write JSON to standard output
        #[arg(long)]
        json: bool,
    },
    /// Show one procedure: its rules with their sources, and what was assumed
    Show {
        /// Which
        id: String,
        /// Write JSON to standard output
        #[arg(long)]
        json: bool,
    },
    /// Check a procedure's files and run its cases; everything wrong is told at once
    Check {
        /// A folder with a procedure's files, or the id of one that ships
        path: String,
        /// Write JSON to standard output
        #[arg(long)]
        json: bool,
    },
    /// Say of every row of the rule catalogue which procedure carries it and which case shows it
    Coverage {
        /// Only these: folders with a procedure's files, or ids of procedures that ship
        paths: Vec<String>,
        /// Write JSON to standard output
        #[arg(long)]
        json: bool,
    },
}

/// `kesu classify`.
#[derive(Debug, Args)]
pub struct Classify {
    /// By which procedure; with --jsonl a line may name its own
    #[arg(long, value_name = "ID")]
    pub procedure: Option<String>,
    /// Read one JSON object a line: {"id","text",…}
    #[arg(long)]
    pub jsonl: bool,
    /// Compare with labelled texts, one JSON object a line: {"id","text","procedure","expected_class",…}
    #[arg(long, value_name = "FILE", conflicts_with = "jsonl")]
    pub score: Option<PathBuf>,
    /// With --score: list the texts that came out wrong
    #[arg(long, requires = "score")]
    pub misses: bool,
    /// With --score: end with 1 if fewer classes or departments in a hundred are right, or a grave text is taken too lightly
    #[arg(long, value_name = "PERCENT", requires = "score")]
    pub at_least: Option<u32>,
    /// Write the score as JSON; verdicts are always JSON
    #[arg(long)]
    pub json: bool,
    /// Learn from labelled texts, and write the weights of likeness; the file says what classes have in common
    #[arg(long, value_name = "TOPICS", requires = "texts", conflicts_with_all = ["jsonl", "score"])]
    pub learn: Option<PathBuf>,
    /// With --learn: the labelled texts
    #[arg(value_name = "FILE", requires = "learn")]
    pub texts: Vec<PathBuf>,
}

/// `kesu deadlines`.
#[derive(Debug, Args)]
pub struct Deadlines {
    /// By which procedure
    #[arg(long, value_name = "ID")]
    pub procedure: String,
    /// When the complaint was received
    #[arg(long, value_name = "RFC3339")]
    pub received: String,
    /// Its class; without one, every class's deadlines are listed
    #[arg(long, value_name = "NAME")]
    pub class: Option<String>,
    /// A milestone that was reached, and when
    #[arg(long = "at", value_name = "MILESTONE=RFC3339")]
    pub reached: Vec<String>,
    /// A field or an axis and its value
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    pub fields: Vec<String>,
    /// Accepted for symmetry: the answer is always JSON
    #[arg(long)]
    pub json: bool,
}

/// `kesu due`.
#[derive(Debug, Args)]
pub struct Due {
    /// From when
    #[arg(long, value_name = "RFC3339")]
    pub start: String,
    /// How much: minutes hours days weeks months, working minutes/hours, working days, half working days
    #[arg(long, value_name = "AMOUNT")]
    pub add: String,
    /// Working time of a working day
    #[arg(long, value_name = "SPANS")]
    pub hours: Option<String>,
    /// The zone of civil dates
    #[arg(long, value_name = "ZONE", default_value = "Asia/Shanghai")]
    pub zone: String,
    /// The calendar: a name, or a calendar file
    #[arg(long, value_name = "NAME|FILE", default_value = "cn")]
    pub calendar: String,
    /// Where a calendar limit goes whose last day is off: none, next, previous
    #[arg(long, value_name = "ROLL", default_value = "none")]
    pub roll: String,
    /// Accepted for symmetry: the answer is always JSON
    #[arg(long)]
    pub json: bool,
}

/// `kesu mail`.
#[derive(Debug, Args)]
pub struct Mail {
    /// Folder with everything that is kept
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub data: PathBuf,
    /// The envelope's sender; empty for the null return path
    #[arg(long, value_name = "ENVELOPE", allow_hyphen_values = true)]
    pub from: Option<String>,
    /// An envelope's recipient; may be given several times
    #[arg(long, value_name = "ENVELOPE")]
    pub to: Vec<String>,
    /// Accepted for symmetry: the answer is always JSON
    #[arg(long)]
    pub json: bool,
}

/// `kesu rollup`.
#[derive(Debug, Args)]
pub struct Rollup {
    /// The data folder
    #[command(flatten)]
    pub data: Data,
    /// Which: 2026-11, 2026Q4 or 2026; without one, every period that has ended and was not counted yet
    #[arg(long, value_name = "PERIOD")]
    pub period: Option<String>,
    /// Of which procedure [default: the first in use]
    #[arg(long, value_name = "ID", requires = "period")]
    pub procedure: Option<String>,
    /// Write it as a workbook to sign
    #[arg(long, value_name = "FILE.xlsx", requires = "period")]
    pub xlsx: Option<PathBuf>,
    /// Take this moment for now
    #[arg(long, value_name = "RFC3339")]
    pub now: Option<String>,
}

/// `kesu figures`.
#[derive(Debug, Args)]
pub struct Figures {
    /// The data folder
    #[command(flatten)]
    pub data: Data,
    /// Which month
    #[arg(value_name = "yyyy-mm")]
    pub month: String,
    /// Figures to enter, such as deliveries=1200; without a number one is taken away; without any they are listed
    #[arg(value_name = "NAME=NUMBER")]
    pub figures: Vec<String>,
}

/// `kesu sweep`.
#[derive(Debug, Args)]
pub struct Sweep {
    /// The data folder
    #[command(flatten)]
    pub data: Data,
    /// As of this moment instead of now
    #[arg(long, value_name = "RFC3339")]
    pub now: Option<String>,
}

/// `kesu user`.
#[derive(Debug, Args)]
pub struct User {
    /// What
    #[command(subcommand)]
    pub action: UserAction,
    /// Folder with everything that is kept
    #[arg(long, value_name = "DIR", default_value = "data", global = true)]
    pub data: PathBuf,
    /// Write JSON to standard output
    #[arg(long, global = true)]
    pub json: bool,
}

/// What to do with accounts.
#[derive(Debug, Subcommand)]
pub enum UserAction {
    /// Add an account; the password is read from standard input
    Add {
        /// The address he signs in with
        email: String,
        /// officer department manager approver quality administrator auditor
        #[arg(long)]
        role: String,
        /// Where he works
        #[arg(long)]
        department: Option<String>,
        /// What he holds
        #[arg(long)]
        position: Option<String>,
    },
    /// List all accounts
    List,
    /// Change a role
    Role {
        /// Whose
        email: String,
        /// The new role
        role: String,
    },
    /// Set a password, read from standard input
    Passwd {
        /// Whose
        email: String,
    },
    /// Shut an account; its sessions end
    Disable {
        /// Whose
        email: String,
    },
}

/// `kesu calendar`.
#[derive(Debug, Args)]
pub struct Calendar {
    /// What
    #[command(subcommand)]
    pub action: CalendarAction,
    /// Folder with everything that is kept
    #[arg(long, value_name = "DIR", default_value = "data", global = true)]
    pub data: PathBuf,
    /// Write JSON to standard output
    #[arg(long, global = true)]
    pub json: bool,
}

/// What to do with calendars.
#[derive(Debug, Subcommand)]
pub enum CalendarAction {
    /// List the years and where they come from
    List,
    /// Add the years of a calendar file; open deadlines are computed anew, and the people whose dates moved are told
    Add {
        /// The file
        file: PathBuf,
    },
}

/// `kesu backup`.
#[derive(Debug, Args)]
pub struct Backup {
    /// Folder with everything that is kept
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub data: PathBuf,
    /// The file to write; must not exist
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// `kesu restore`.
#[derive(Debug, Args)]
pub struct Restore {
    /// The backup
    #[arg(long = "in", value_name = "FILE")]
    pub from: PathBuf,
    /// An empty folder
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
}
