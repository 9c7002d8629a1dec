//! The complaints as a workbook or as delimited text: keys in row 1, titles in row 2, one complaint a row.

mod cells;
mod csv;
mod xlsx;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use kesu_app::record::{COLUMNS, Loaded};
use kesu_app::store::AnyRecord;
use kesu_app::texts::{Language, texts};
use kesu_app::{App, Problem};
use kesu_rules::domain::names::FieldKey;
use kesu_rules::domain::value::{FieldCatalogue, Kind};
use tokio::task::JoinSet;

use cells::Cell;
pub(crate) use xlsx::shown;

/// How many complaints are read at once.
const AT_ONCE: usize = 16;
/// Complaints whose heads are read together.
const PORTION: usize = 100;

/// Which complaints are written; everything where nothing is said.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Month of receipt, `yyyy-mm`.
    pub month: Option<String>,
    /// Class.
    pub class: Option<String>,
    /// Department.
    pub department: Option<String>,
    /// Stage, by the contract's name.
    pub stage: Option<String>,
}

/// As what it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A workbook.
    Xlsx,
    /// Commas and UTF-8 with its mark.
    Csv,
    /// Commas and GB18030, for programs that know nothing else.
    CsvGb18030,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The store does not answer.
    #[error("the store: {0:?}")]
    Store(Problem),
    /// The file cannot be written.
    #[error("the file: {0}")]
    File(String),
}

impl From<Problem> for ExportError {
    fn from(problem: Problem) -> Self {
        Self::Store(problem)
    }
}

/// A column: its key, its title, and the kind of its values.
#[derive(Clone, Debug)]
struct Column {
    key: String,
    title: String,
    kind: Shape,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Short,
    Long,
    Date,
    Moment,
    Number,
    Money,
}

/// What takes the rows.
trait Sheet {
    fn row(&mut self, cells: &[Cell]) -> Result<(), ExportError>;
    fn end(self: Box<Self>) -> Result<(), ExportError>;
}

/// Writes complaints to a file, by the day of their receipt; gives how many. Memory grows by some dozen bytes a complaint.
///
/// # Errors
/// When the store does not answer or the file cannot be written.
pub async fn export(
    app: &App,
    wanted: &Wanted,
    language: Language,
    format: Format,
    out: &Path,
) -> Result<u64, ExportError> {
    let mut all = select(app, wanted).await?;
    all.sort();
    let ids: Vec<String> = all.into_iter().map(|(_, _, id)| id).collect();
    let columns: Arc<[Column]> = columns(app, &ids, language).await?.into();
    let mut sheet: Box<dyn Sheet + Send> = match format {
        Format::Xlsx => Box::new(xlsx::Xlsx::new(out, &columns, ids.len())?),
        Format::Csv => Box::new(csv::Csv::new(out, &columns, false)?),
        Format::CsvGb18030 => Box::new(csv::Csv::new(out, &columns, true)?),
    };
    let mut count = 0;
    for portion in ids.chunks(PORTION) {
        let mut running = JoinSet::new();
        let mut rows: Vec<Option<Vec<Cell>>> = vec![None; portion.len()];
        for (n, head) in app
            .store
            .heads(portion)
            .await
            .map_err(Problem::from)?
            .into_iter()
            .enumerate()
        {
            if running.len() >= AT_ONCE {
                taken(&mut running, &mut rows).await?;
            }
            let (app, columns) = (app.clone(), columns.clone());
            running.spawn(async move {
                let loaded = Loaded::read(head)?;
                let texts = app.store.texts(loaded.complaint.id.as_str()).await?;
                let cells = columns
                    .iter()
                    .map(|column| cells::of(&loaded, &texts, &column.key, language))
                    .collect();
                Ok::<_, Problem>((n, cells))
            });
        }
        while !running.is_empty() {
            taken(&mut running, &mut rows).await?;
        }
        for row in rows.into_iter().flatten() {
            sheet.row(&row)?;
            count += 1;
        }
    }
    sheet.end()?;
    Ok(count)
}

type Running = JoinSet<Result<(usize, Vec<Cell>), Problem>>;

async fn taken(running: &mut Running, rows: &mut [Option<Vec<Cell>>]) -> Result<(), ExportError> {
    if let Some(done) = running.join_next().await {
        let (n, cells) = done.map_err(|_| Problem::Fault)??;
        if let Some(row) = rows.get_mut(n) {
            *row = Some(cells);
        }
    }
    Ok(())
}

/// Receipt, number and id of what is wanted.
async fn select(app: &App, wanted: &Wanted) -> Result<Vec<(String, String, String)>, Problem> {
    let fits = |columns: &std::collections::BTreeMap<String, String>| {
        let is = |key: &str, wanted: &Option<String>| {
            wanted
                .as_ref()
                .is_none_or(|wanted| columns.get(key).is_some_and(|value| value == wanted))
        };
        is("class", &wanted.class) && is("department", &wanted.department) && is("stage", &wanted.stage)
    };
    let mut all = Vec::new();
    let mut enter = |columns: &std::collections::BTreeMap<String, String>, id: String| {
        let of = |key: &str| columns.get(key).cloned().unwrap_or_default();
        if fits(columns) {
            all.push((of("received_at"), of("number"), id));
        }
    };
    if let Some(month) = &wanted.month {
        for shard in 0..app.settings.shards.max(1) {
            let mut cursor = None;
            loop {
                let page = app.store.month(month, shard, 1_000, cursor.as_deref()).await?;
                page.items.into_iter().for_each(|row| enter(&row.columns, row.id));
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
        }
        return Ok(all);
    }
    let mut cursor = None;
    loop {
        let page = app.store.scan_all(1_000, cursor.as_deref()).await?;
        for record in page.items.into_iter().flatten() {
            if let AnyRecord::Head(head) = record {
                enter(&head.columns, head.id);
            }
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(all);
        }
    }
}

/// The grid's columns, and after them every field of the record that one of the complaints has.
async fn columns(app: &App, ids: &[String], language: Language) -> Result<Vec<Column>, Problem> {
    let mut used: BTreeSet<FieldKey> = BTreeSet::new();
    for portion in ids.chunks(PORTION) {
        for head in app.store.heads(portion).await? {
            let loaded = Loaded::read(head)?;
            used.extend(loaded.complaint.fields.into_keys());
        }
    }
    let label = |table: &str, key: &str| texts().label(language, table, key);
    let grid = COLUMNS.iter().map(|key| Column {
        key: (*key).to_owned(),
        title: label("export_column", key),
        kind: match *key {
            "received_at" | "due_at" | "closed_at" => Shape::Moment,
            _ => Shape::Short,
        },
    });
    let of_record = used
        .into_iter()
        .filter(|key| !COLUMNS.contains(&key.as_str()))
        .map(|key| Column {
            title: label("field", key.as_str()),
            kind: match FieldCatalogue::builtin().kind(key.as_str()) {
                Some(Kind::Date) => Shape::Date,
                Some(Kind::Moment) => Shape::Moment,
                Some(Kind::Number | Kind::Integer) => Shape::Number,
                Some(Kind::Money) => Shape::Money,
                Some(Kind::Words) => Shape::Long,
                _ => Shape::Short,
            },
            key: key.to_string(),
        });
    Ok(grid.chain(of_record).collect())
}
