//! The flow of an import: files are read one after the other, in portions; a part is noted before anything of it is written,
//! so that what broke off goes on where it was and ends the same.

use chrono::NaiveDate;
use kesu_app::App;
use kesu_app::batches::{Batch, BatchFile, BatchState, Totals};
use kesu_app::problem::Problem;
use kesu_ledger::book::Helper;
use kesu_ledger::finding::Told;
use kesu_ledger::limits::Limits;
use kesu_ledger::mapping::Mapping;
use kesu_ledger::survey;
use sha2::{Digest, Sha256};

use crate::feed::{Fed, Portion, Reading, feed};
use crate::known::{Known, Twin};
use crate::report::{FileReport, Report};
use crate::source::Source;
use crate::write::Writer;

/// How files are read and put in.
#[derive(Clone, Default)]
pub struct Options {
    /// The procedure that governs; the first in use where none is named.
    pub procedure: Option<String>,
    /// What a person said of layouts and sheets, as read and as written.
    pub mapping: Mapping,
    /// Its text, for the key under which a broken import is found again.
    pub mapping_text: String,
    /// Whether the report has the complaints.
    pub records: bool,
    /// Today.
    pub today: Option<NaiveDate>,
    /// Who reads old workbooks.
    pub helper: Option<Helper>,
}

/// Why an import ended before its end.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// A file is not there or cannot be read.
    #[error("`{0}` cannot be read: {1}")]
    File(String, std::io::Error),
    /// The store refused or did not answer.
    #[error("the store: {0:?}")]
    Store(Problem),
}

impl From<Problem> for Failed {
    fn from(problem: Problem) -> Self {
        Self::Store(problem)
    }
}

/// Puts files into the store of an application; without one it only looks. Fed again after it broke off, it goes on.
///
/// # Errors
/// When a file is not there, or the store does not answer; what was done until then stays, and is gone on from.
pub async fn run(app: Option<&App>, sources: &[Source], options: &Options) -> Result<Report, Failed> {
    let mut files = Vec::new();
    let mut key = Sha256::new();
    for source in sources {
        let digest = source
            .digest()
            .map_err(|error| Failed::File(source.name().to_owned(), error))?;
        key.update(format!("{}\n{digest}\n", source.ledger()));
        files.push(BatchFile {
            ledger: source.ledger().to_owned(),
            digest,
            sheets: Vec::new(),
        });
    }
    key.update(options.procedure.as_deref().unwrap_or_default());
    key.update(&options.mapping_text);
    let key: String = key.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let mut writer = match app {
        None => None,
        Some(app) => Some(Writer::new(app, begin(app, &key, files, options).await?)),
    };
    let mut report = Report::default();
    let mut known = Known::default();
    for (place, source) in (0_u32..).zip(sources) {
        let file = read(place, source, options, writer.as_mut(), &mut known).await?;
        report.files.push(file);
    }
    if let Some(writer) = writer {
        let mut totals = Totals::default();
        report.files.iter().for_each(|file| totals.add(&file.totals));
        report.batch = writer.end(totals).await?;
    }
    Ok(report)
}

/// A new batch, or the one of the same files that broke off.
async fn begin(
    app: &App,
    key: &str,
    files: Vec<BatchFile>,
    options: &Options,
) -> Result<(String, Batch, u64), Problem> {
    for (id, batch) in app.batches().await? {
        if batch.state == BatchState::Running && batch.key == key {
            let (batch, version) = app.batch(&id).await?.unwrap_or((batch, 1));
            return Ok((id, batch, version));
        }
    }
    let now = app.now();
    let id = format!("{}-{}", now.format("%Y%m%d"), kesu_app::users::random_hex(4));
    let procedure = options.procedure.clone();
    let batch = Batch {
        state: BatchState::Running,
        key: key.to_owned(),
        procedure: procedure.unwrap_or_else(|| app.settings.procedures.first().to_owned()),
        started_at: now.to_rfc3339(),
        finished_at: None,
        activated_at: None,
        undone_at: None,
        files,
        held: std::collections::BTreeMap::new(),
        totals: Totals::default(),
    };
    let version = app.keep_batch(&id, &batch, None).await?;
    Ok((id, batch, version))
}

async fn read(
    place: u32,
    source: &Source,
    options: &Options,
    mut writer: Option<&mut Writer<'_>>,
    known: &mut Known,
) -> Result<FileReport, Failed> {
    let mut from = feed(Reading {
        source: source.clone(),
        limits: Limits::default(),
        helper: options.helper.clone(),
        options: survey::Options {
            mapping: options.mapping.clone(),
            today: options.today,
        },
    });
    let mut file = FileReport {
        file: source.name().to_owned(),
        ..FileReport::default()
    };
    let mut records = Vec::new();
    let mut part = 0_u32;
    while let Some(portion) = from.recv().await {
        match portion {
            Portion::Opened(sheets) => {
                if let Some(writer) = writer.as_deref_mut() {
                    writer.sheets(place, &sheets);
                }
                file.sheets = sheets;
            }
            Portion::Rows {
                fed,
                skipped,
                rejected,
                warnings,
            } => {
                count(&mut file, &skipped, &rejected);
                file.skipped.extend(skipped);
                file.rejected.extend(rejected.into_iter().map(|told| (told, None)));
                file.warnings.extend(warnings);
                if !fed.is_empty() {
                    file.totals.rows += u64::try_from(fed.len()).unwrap_or(0);
                    match writer.as_deref_mut() {
                        Some(writer) => {
                            writer
                                .write((place, part), &fed, source.ledger(), known, &mut file)
                                .await?
                        }
                        None => fed.iter().for_each(|one| look(one, known, &mut file)),
                    }
                    part += 1;
                }
                if options.records {
                    records.extend(fed.into_iter().map(|one| *one.record));
                }
            }
            Portion::End(Ok(survey)) => file.survey = Some(survey),
            Portion::End(Err(why)) => file.unreadable = Some(why),
        }
    }
    file.records = options.records.then_some(records);
    Ok(file)
}

fn count(file: &mut FileReport, skipped: &[Told], rejected: &[Told]) {
    // Row 0 stands for all rows of its sheet that are not told one by one.
    let rows = |told: &Told| -> u64 {
        let of = told.values.iter().find(|(name, _)| *name == "rows");
        if told.row == 0 {
            of.and_then(|(_, rows)| rows.parse().ok()).unwrap_or(0)
        } else {
            1
        }
    };
    let skipped: u64 = skipped.iter().map(rows).sum();
    let rejected: u64 = rejected.iter().map(rows).sum();
    file.totals.skipped += skipped;
    file.totals.rejected += rejected;
    file.totals.rows += skipped + rejected;
}

/// What would become of a row, as far as the files alone tell.
fn look(one: &Fed, known: &mut Known, file: &mut FileReport) {
    let record = &one.record;
    let twin = known.twin(record);
    match &twin {
        Some(Twin::Same(_)) => file.totals.merged += 1,
        other => {
            file.totals.created += 1;
            if let Some(told) = other.as_ref().and_then(|twin| doubt(one, twin)) {
                file.warnings.push(told);
            }
            known.add(record, record.identity.get(..32).unwrap_or_default());
        }
    }
}

/// What is told of a row that has something in common with an earlier one; of repeated numbers the reading tells.
pub fn doubt(one: &Fed, twin: &Twin) -> Option<Told> {
    matches!(twin, Twin::Alike(_)).then(|| Told {
        sheet: one.record.sheet.clone(),
        row: one.record.row,
        column: None,
        code: "possible_duplicate",
        values: Vec::new(),
    })
}
