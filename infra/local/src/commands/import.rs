//! `kesu import`: old registers are tried, taken in, taken back, set going.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use kesu_app::clock::{Time, machine};
use kesu_app::texts::{Language, texts};
use kesu_import::report::{FileReport, record_json};
use kesu_import::{Options, Report, Source, Watch, activate, dry_run, undo};
use kesu_ledger::finding::Record;
use kesu_ledger::mapping::Mapping;
use kesu_rules::domain::facts::Actor;
use serde_json::{Value, json};

use super::{DONE, moment, print};
use crate::asynchronous;
use crate::cli::Import;
use crate::failure::Failure;
use crate::folder::DataFolder;

/// Rows from which a bar is shown.
const LONG: u64 = 500;

pub fn run(args: Import) -> Result<ExitCode, Failure> {
    let language = language(&args)?;
    if let Some(batch) = args.undo.clone() {
        return asynchronous(take_back(args, batch, language));
    }
    if let Some(batch) = args.activate.clone() {
        return asynchronous(set_going(args, batch, language));
    }
    let options = options(&args, language)?;
    let sources: Vec<Source> = args.files.iter().map(Source::file).collect();
    if let Some(missing) = args.files.iter().find(|file| !file.is_file()) {
        return Err(Failure::refused(format!("there is no file `{}`", missing.display())));
    }
    let mut watch = Watching::new(&args, language);
    let time = time(&args)?;
    let report = if args.dry_run && args.data.is_none() {
        let today = time.now().date_naive();
        dry_run(&sources, &options, today, &mut watch)
    } else {
        let data = data(&args);
        asynchronous_report(async {
            let folder = DataFolder::for_command(&data, time).await?;
            Ok(kesu_import::run(&folder.app, &sources, &options, &Actor::System, &mut watch).await?)
        })?
    };
    watch.finish(&report);
    if let Some(file) = &args.propose {
        propose(file, &report)?;
    }
    if let Some(folder) = &args.annotate {
        annotate(folder, &sources, &options, &report, language)?;
    }
    if !args.json {
        told(&report, language);
    }
    Ok(if report.refused() { ExitCode::from(1) } else { DONE })
}

fn asynchronous_report(work: impl Future<Output = Result<Report, Failure>>) -> Result<Report, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime
        .map_err(|error| Failure::Fault(format!("the program cannot start its threads: {error}")))?
        .block_on(work)
}

fn time(args: &Import) -> Result<Time, Failure> {
    match &args.now {
        Some(text) => Ok(Time::movable(moment(text)?.to_utc())),
        None => Ok(Time::movable(machine())),
    }
}

fn data(args: &Import) -> std::path::PathBuf {
    args.data.clone().unwrap_or_else(|| "data".into())
}

/// The language of the report: as asked, else the system's, else Chinese.
fn language(args: &Import) -> Result<Language, Failure> {
    match &args.language {
        Some(tag) => Language::parse(tag)
            .ok_or_else(|| Failure::refused(format!("`{tag}` is no language: choose zh-Hans, zh-Hant or en"))),
        None => Ok(Language::parse(&kesu_app::config::locale()).unwrap_or_default()),
    }
}

fn options(args: &Import, language: Language) -> Result<Options, Failure> {
    let (mapping, mapping_text) = match &args.map {
        None => (Mapping::default(), String::new()),
        Some(path) => {
            let wrong = |error: String| Failure::refused(format!("`{}`: {error}", path.display()));
            let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
            let mapping = Mapping::read(&text).map_err(|error| wrong(error.to_string()))?;
            (mapping, text)
        }
    };
    Ok(Options {
        procedure: args.procedure.clone(),
        mapping,
        mapping_text,
        dry_run: args.dry_run,
        language,
        helper: super::helper(),
        ..Options::default()
    })
}

async fn take_back(args: Import, batch: String, language: Language) -> Result<ExitCode, Failure> {
    let folder = DataFolder::for_command(&data(&args), time(&args)?).await?;
    let undone = undo(&folder.app, &batch, &Actor::System).await?;
    if args.json {
        print(&json!(undone));
    } else {
        let counts = [
            ("batch", batch),
            ("removed", undone.removed.to_string()),
            ("put_back", undone.put_back.to_string()),
            ("left", undone.left.len().to_string()),
        ];
        println!("{}", said(language, "undone", &counts));
        for left in &undone.left {
            let number = left.number.clone().unwrap_or_else(|| left.id.clone());
            println!("  {number}: {}", said(language, &format!("left_{}", left.reason), &[]));
        }
    }
    Ok(DONE)
}

async fn set_going(args: Import, batch: String, language: Language) -> Result<ExitCode, Failure> {
    let folder = DataFolder::for_command(&data(&args), time(&args)?).await?;
    let done = activate(&folder.app, &batch, &Actor::System).await?;
    if args.json {
        print(&json!(done));
    } else {
        let counts = [
            ("batch", batch),
            ("activated", done.activated.to_string()),
            ("at_rest", done.at_rest.to_string()),
        ];
        println!("{}", said(language, "activated", &counts));
    }
    Ok(DONE)
}

fn propose(file: &Path, report: &Report) -> Result<(), Failure> {
    let surveys = report.files.iter().filter_map(|file| file.survey.as_deref());
    let text: Vec<String> = surveys.map(kesu_ledger::mapping::propose).collect();
    std::fs::write(file, text.join("\n"))
        .map_err(|error| Failure::refused(format!("`{}` cannot be written: {error}", file.display())))
}

fn annotate(
    folder: &Path,
    sources: &[Source],
    options: &Options,
    report: &Report,
    language: Language,
) -> Result<(), Failure> {
    let wrong =
        |error: String| Failure::refused(format!("the copy in `{}` cannot be written: {error}", folder.display()));
    std::fs::create_dir_all(folder).map_err(|error| wrong(error.to_string()))?;
    for (source, file) in sources.iter().zip(&report.files) {
        if file.unreadable.is_none() {
            let out = folder.join(format!("{}.xlsx", source.ledger()));
            kesu_import::annotate(source, options, file, &out, language).map_err(|error| wrong(error.to_string()))?;
        }
    }
    Ok(())
}

fn said(language: Language, key: &str, values: &[(&str, String)]) -> String {
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    texts().text(language, &format!("importing.{key}"), &values)
}

/// The report for people.
fn told(report: &Report, language: Language) {
    const SHOWN: usize = 20;
    for file in &report.files {
        println!("{}", file.file);
        if let Some(why) = &file.unreadable {
            println!("  {}", kesu_import::report::refusal(why, language));
            continue;
        }
        println!("  {}", counted(language, "totals", &file.totals()));
        let sheets = file.survey.iter().flat_map(|survey| &survey.sheets);
        for sheet in sheets.filter(|_| file.sheets.len() > 1) {
            let totals = file.sheets.get(&sheet.name).copied().unwrap_or_default();
            println!("    {}: {}", sheet.name, counted(language, "totals", &totals));
        }
        let subtotals = file.survey.iter().flat_map(|survey| &survey.sheets);
        for (sheet, one) in subtotals.flat_map(|sheet| sheet.subtotals.iter().map(move |one| (&sheet.name, one))) {
            if !one.agrees {
                let place = format!("{}!{} {} {}", sheet, one.row, one.label, one.header);
                let values = [
                    ("place", place),
                    ("stated", one.stated.to_string()),
                    ("found", one.found.to_string()),
                ];
                println!("  {}", said(language, "subtotal_differs", &values));
            }
        }
        for (title, lines) in [("rejected", &file.rejected), ("warnings", &file.warnings)] {
            if !lines.is_empty() {
                println!("  {}", said(language, title, &[("count", lines.len().to_string())]));
            }
            for told in lines.iter().take(SHOWN) {
                let words = kesu_import::report::worded(told.code, &told.values, language);
                let column = told.column.map(kesu_import::report::column_name).unwrap_or_default();
                println!("    {}!{column}{}: {words}", told.sheet, told.row);
            }
            if lines.len() > SHOWN {
                println!(
                    "    {}",
                    said(language, "more", &[("count", (lines.len() - SHOWN).to_string())])
                );
            }
        }
    }
    if report.files.len() > 1 {
        println!("{}", counted(language, "all", &report.totals()));
    }
    if !report.remembered.is_empty() {
        let count = [("count", report.remembered.len().to_string())];
        println!("{}", said(language, "remembered", &count));
    }
    if let Some(batch) = &report.batch {
        println!("{}", said(language, "batch", &[("batch", batch.clone())]));
    }
}

fn counted(language: Language, key: &str, of: &kesu_app::batches::Totals) -> String {
    let values = [
        ("rows", of.rows.to_string()),
        ("created", of.created.to_string()),
        ("merged", of.merged.to_string()),
        ("mended", of.mended.to_string()),
        ("unchanged", of.unchanged.to_string()),
        ("skipped", of.skipped.to_string()),
        ("rejected", of.rejected.to_string()),
    ];
    said(language, key, &values)
}

/// Writes the JSON report as it comes about, so that ten thousands of records take no memory; and draws the bar.
struct Watching {
    json: bool,
    records: bool,
    language: Language,
    bar: Option<ProgressBar>,
    out: std::io::BufWriter<std::io::Stdout>,
    files: u64,
    in_file: u64,
}

impl Watching {
    fn new(args: &Import, language: Language) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new_spinner();
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        Self {
            json: args.json,
            records: args.dry_run || args.records,
            language,
            bar,
            out: std::io::BufWriter::new(std::io::stdout()),
            files: 0,
            in_file: 0,
        }
    }

    /// What cannot be written to standard output has no reader.
    fn put(&mut self, text: &str) {
        let _ = self.out.write_all(text.as_bytes());
    }

    fn finish(&mut self, report: &Report) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        if self.json {
            if self.files == 0 {
                self.put("{\"files\":[");
            }
            let rest = json!({
                "batch": report.batch, "totals": report.totals(), "finished": report.finished,
                "remembered": report.remembered,
            });
            let rest = rest.to_string();
            self.put("],");
            self.put(rest.get(1..).unwrap_or("}"));
            self.put("\n");
            let _ = self.out.flush();
        }
    }
}

impl Watch for Watching {
    fn total(&mut self, records: u64) {
        if let Some(bar) = self.bar.as_ref().filter(|_| records >= LONG) {
            let style = ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} {per_sec} {eta}");
            bar.set_length(records);
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        }
    }

    fn begin(&mut self, file: &str) {
        if self.json {
            self.put(if self.files == 0 {
                "{\"files\":[{\"file\":"
            } else {
                ",{\"file\":"
            });
            self.put(&Value::from(file).to_string());
            if self.records {
                self.put(",\"records\":[");
            }
        }
        self.files += 1;
        self.in_file = 0;
    }

    fn record(&mut self, record: &Record) {
        if self.json && self.records {
            if self.in_file > 0 {
                self.put(",");
            }
            let text = record_json(record).to_string();
            self.put(&text);
        }
        self.in_file += 1;
    }

    fn passed(&mut self, records: u64) {
        if let Some(bar) = &self.bar {
            bar.inc(records);
        }
    }

    fn end(&mut self, file: &FileReport) {
        if self.json {
            if self.records {
                self.put("]");
            }
            let mut rest = file.json(self.language);
            rest.remove("file");
            let rest = Value::Object(rest).to_string();
            self.put(",");
            self.put(rest.get(1..).unwrap_or("}"));
        }
    }
}
