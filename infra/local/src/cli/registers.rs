//! The command line of old registers in and workbooks out.

use std::path::PathBuf;

use clap::Args;

/// `kesu import`.
#[derive(Debug, Args)]
pub struct Import {
    /// The registers; together they are one import
    #[arg(value_name = "FILE", required_unless_present_any = ["undo", "activate"])]
    pub files: Vec<PathBuf>,
    /// Folder with everything that is kept; a dry run needs none
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// The procedure that governs what is taken in [default: the folder's first]
    #[arg(long, value_name = "ID")]
    pub procedure: Option<String>,
    /// Only say what would happen
    #[arg(long)]
    pub dry_run: bool,
    /// List the complaints in the report also when it is no dry run
    #[arg(long)]
    pub records: bool,
    /// What is said of columns and sheets, as a dry run proposes it
    #[arg(long, value_name = "FILE")]
    pub map: Option<PathBuf>,
    /// Write the mapping that was used or guessed to this file, to be looked at and edited
    #[arg(long, value_name = "FILE", conflicts_with_all = ["undo", "activate"])]
    pub propose: Option<PathBuf>,
    /// Write copies with the doubtful cells coloured and a column of reasons into this folder
    #[arg(long, value_name = "DIR", conflicts_with_all = ["undo", "activate"])]
    pub annotate: Option<PathBuf>,
    /// Take back what an import made and nobody has touched since
    #[arg(long, value_name = "BATCH", conflicts_with_all = ["files", "activate", "dry_run"])]
    pub undo: Option<String>,
    /// Set the deadlines of an import's open complaints going, from now
    #[arg(long, value_name = "BATCH", conflicts_with_all = ["files", "dry_run"])]
    pub activate: Option<String>,
    /// The language of the report: zh-Hans, zh-Hant, en [default: the system's]
    #[arg(long, value_name = "TAG")]
    pub language: Option<String>,
    /// As of this moment instead of now
    #[arg(long, value_name = "RFC3339", hide = true)]
    pub now: Option<String>,
    /// Write JSON to standard output
    #[arg(long)]
    pub json: bool,
}

/// `kesu export`.
#[derive(Debug, Args)]
pub struct Export {
    /// Folder with everything that is kept
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub data: PathBuf,
    /// The file to write: .xlsx or .csv
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Only what was received in this month
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<String>,
    /// Only this class
    #[arg(long, value_name = "NAME")]
    pub class: Option<String>,
    /// Only this department
    #[arg(long, value_name = "NAME")]
    pub department: Option<String>,
    /// Only this stage
    #[arg(long, value_name = "STAGE")]
    pub stage: Option<String>,
    /// utf-8 or gb18030, for csv
    #[arg(long, value_name = "NAME", default_value = "utf-8")]
    pub encoding: String,
    /// The language of titles and words: zh-Hans, zh-Hant, en
    #[arg(long, value_name = "TAG", default_value = "zh-Hans")]
    pub language: String,
}
