//! A planned portion goes into the store, several complaints at once; doing it again is harmless.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fail::fail_point;
use kesu_app::batches::{Fate, Part, PartRow};
use kesu_app::intake::Submission;
use kesu_app::problem::phrase;
use kesu_app::texts::Language;
use kesu_app::{App, Problem};
use kesu_rules::clock::Moment;
use kesu_rules::domain::command::Intake;
use kesu_rules::domain::facts::Actor;
use kesu_rules::domain::legacy::{Legacy, Origin};
use kesu_rules::domain::message::Alike;
use kesu_rules::domain::names::{ComplaintId, FieldKey, Number};
use kesu_rules::domain::refusal::Refusal;
use kesu_rules::ledger::{Columns, Taken};
use kesu_rules::procedure::Procedure;
use serde_json::Value;
use tokio::task::JoinSet;

use crate::plan::Row;

/// How many bundles are written at once.
const AT_ONCE: usize = 4;
/// How many complaints go into one transaction, as far as it holds them.
const BUNDLE: usize = 8;

/// Which part of which import is written.
#[derive(Clone)]
pub struct Place {
    /// The import.
    pub batch: String,
    /// The procedure.
    pub procedure: String,
    /// The file's place.
    pub file: u32,
    /// Who imports.
    pub actor: Actor,
}

/// Something that was noticed while a row was written: its place in the part, a code, and values.
pub type Noticed = (usize, &'static str, Vec<(&'static str, String)>);

/// Writes a part.
///
/// # Errors
/// When the store does not answer; what was written stays and is not written twice.
pub async fn write(app: &App, place: &Place, part: &Part, rows: Vec<Row>) -> Result<Vec<Noticed>, Problem> {
    let planned = rows.into_iter().zip(part.rows.clone()).enumerate();
    let planned = planned.map(|(n, (row, planned))| (n, planned, row));
    let mut rest: Vec<(usize, PartRow, Row)> = planned
        .filter(|(_, planned, _)| planned.fate != Fate::Unchanged)
        .collect();
    let mut noticed = Vec::new();
    let mut running = JoinSet::new();
    while !rest.is_empty() {
        let bundle: Vec<_> = rest.drain(..rest.len().min(BUNDLE)).collect();
        if running.len() >= AT_ONCE
            && let Some(done) = running.join_next().await
        {
            noticed.extend(done.map_err(|_| Problem::Fault)??);
        }
        let (app, place) = (app.clone(), place.clone());
        running.spawn(async move { together(&app, &place, bundle).await });
    }
    while let Some(done) = running.join_next().await {
        noticed.extend(done.map_err(|_| Problem::Fault)??);
    }
    noticed.sort_by_key(|(n, code, _)| (*n, *code));
    Ok(noticed)
}

/// Rows that are written together.
async fn together(app: &App, place: &Place, bundle: Vec<(usize, PartRow, Row)>) -> Result<Vec<Noticed>, Problem> {
    let mut noticed: Vec<Noticed> = Vec::new();
    let mut new = Vec::new();
    for (n, planned, row) in bundle {
        let done = prepared(app, place, &planned, &row).await;
        match done {
            Ok((told, intake)) => {
                noticed.extend(told.into_iter().map(|(code, values)| (n, code, values)));
                new.extend(intake.map(|intake| (n, row, intake)));
            }
            // The rules will not have it: that is this row's matter, not the import's.
            Err(Problem::Refused(refusals)) => noticed.push((n, "refused", vec![("why", worded(&refusals))])),
            Err(other) => return Err(other),
        }
    }
    let submission = |row: &Row, intake: &Intake| Submission {
        procedure: Some(place.procedure.clone()),
        intake: intake.clone(),
        body_hash: row.content.clone(),
    };
    let submissions = new.iter().map(|(_, row, intake)| submission(row, intake)).collect();
    let receipts = app.receive_old(submissions, &place.procedure, &place.actor).await?;
    for ((n, row, mut intake), receipt) in new.into_iter().zip(receipts) {
        match receipt {
            // It is there, or it is there and was mended by hand between two attempts.
            Ok(_) | Err(Problem::Conflict { .. }) => {}
            // Somebody took the number between the plan and now.
            Err(Problem::Refused(refusals)) if refusals.iter().any(|one| one.code == "number_known") => {
                let number = row.number().map(|number| number.to_string()).unwrap_or_default();
                noticed.push((n, "number_known", vec![("number", number)]));
                if let Some(legacy) = &mut intake.legacy {
                    legacy.number = row.other_number().ok_or(Problem::Fault)?;
                }
                app.receive(submission(&row, &intake), &place.actor).await?;
            }
            Err(Problem::Refused(refusals)) => noticed.push((n, "refused", vec![("why", worded(&refusals))])),
            Err(other) => return Err(other),
        }
        fail_point!("import.row_written", |_| crate::died());
    }
    Ok(noticed)
}

fn worded(refusals: &[Refusal]) -> String {
    let words = refusals.iter().map(|refusal| phrase(refusal, Language::default()));
    words.collect::<Vec<_>>().join("; ")
}

type Told = Vec<(&'static str, Vec<(&'static str, String)>)>;

/// What is told of a row, and the intake of a new complaint; rows that are merged or mended are dealt with here.
async fn prepared(app: &App, place: &Place, planned: &PartRow, row: &Row) -> Result<(Told, Option<Intake>), Problem> {
    if planned.fate == Fate::Merge {
        app.note_merged(&row.id, planned.to.as_deref().unwrap_or_default())
            .await?;
        return Ok((Vec::new(), None));
    }
    let mut told = Told::new();
    let (names, lost) = pictures(app, row).await?;
    if lost > 0 {
        told.push(("picture_refused", vec![("count", lost.to_string())]));
    }
    let (procedure, taken) = taken(app, &place.procedure, row)?;
    let now = app.now().with_timezone(&procedure.pack.procedure.zone).fixed_offset();
    if taken.received_at.is_none() {
        told.push(("no_date", Vec::new()));
    }
    let received_at = taken.received_at.unwrap_or(now);
    let mut fields = taken.fields.clone();
    if !names.is_empty() {
        fields.insert(FieldKey::of("attachments"), Value::from(names));
    }
    let legacy = legacy(place, planned, row, &taken)?;
    if planned.fate == Fate::Mend {
        // A copy that was fed again has no pictures: those that came first stay.
        let kept = mend(app, place, &row.id, legacy, received_at, fields).await?;
        if !kept.is_empty() {
            let fields = kept.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            told.push(("kept_by_people", vec![("fields", fields)]));
        }
        return Ok((told, None));
    }
    let duplicates = planned
        .to
        .as_deref()
        .and_then(ComplaintId::parse)
        .map(|to| Alike { to, same: false });
    let intake = Intake {
        id: ComplaintId::parse(&row.id),
        channel: taken.channel.clone(),
        received_at: Some(received_at),
        fields,
        duplicates: duplicates.into_iter().collect(),
        legacy: Some(Box::new(legacy)),
        ..Intake::default()
    };
    Ok((told, Some(intake)))
}

/// Keeps the pictures of a row: their names, and how many could not be kept.
async fn pictures(app: &App, row: &Row) -> Result<(Vec<String>, usize), Problem> {
    let (mut names, mut lost) = (Vec::new(), row.fed.lost);
    for picture in &row.fed.pictures {
        match app.blobs.keep(picture.clone()).await {
            Ok(name) => names.push(name),
            Err(Problem::Busy) => return Err(Problem::Busy),
            Err(_) => lost += 1,
        }
    }
    names.dedup();
    Ok((names, lost))
}

/// A row in the terms of the version that governs it.
fn taken(app: &App, procedure: &str, row: &Row) -> Result<(Arc<Procedure>, Taken), Problem> {
    let record = row.record();
    let take = |procedure: &Procedure| {
        let fields = record.fields.iter().map(|(column, value)| (*column, value));
        Columns::builtin().take(procedure, fields, &record.extra)
    };
    let newest = governing(app, procedure, None)?;
    let taken = take(&newest);
    let Some(at) = taken.received_at else {
        return Ok((newest, taken));
    };
    let governs = governing(app, procedure, Some(at))?;
    if governs.pack.procedure.version == newest.pack.procedure.version {
        return Ok((newest, taken));
    }
    let taken = take(&governs);
    Ok((governs, taken))
}

/// Mends a complaint, once more where somebody was faster; gives the fields that stay as people set them.
async fn mend(
    app: &App,
    place: &Place,
    id: &str,
    legacy: Legacy,
    received_at: Moment,
    fields: BTreeMap<FieldKey, Value>,
) -> Result<BTreeSet<FieldKey>, Problem> {
    let mut last = Problem::Busy;
    for _ in 0..4 {
        match app
            .mend(id, legacy.clone(), received_at, fields.clone(), &place.actor)
            .await
        {
            Ok((_, kept)) => return Ok(kept),
            Err(conflict @ Problem::Conflict { .. }) => last = conflict,
            Err(other) => return Err(other),
        }
    }
    Err(last)
}

fn legacy(place: &Place, planned: &PartRow, row: &Row, taken: &Taken) -> Result<Legacy, Problem> {
    let number = match &planned.number {
        Some(given) => Number::parse(given),
        None => row.number().or_else(|| row.other_number()),
    };
    Ok(Legacy {
        number: number.ok_or(Problem::Fault)?,
        origin: Origin {
            batch: place.batch.clone(),
            file: place.file,
            sheet: planned.sheet,
            row: planned.row,
            content: row.content.clone(),
        },
        standing: taken.standing,
        reached: taken.reached.clone(),
        classes: taken.classes.clone(),
        department: taken.department.clone(),
        notes: taken.notes.clone(),
    })
}

/// The version of a procedure that governs what was received at a moment; the newest where none is given.
pub fn governing(app: &App, procedure: &str, received: Option<Moment>) -> Result<Arc<Procedure>, Problem> {
    let found = match received {
        Some(at) => app.library().in_force(procedure, at.to_utc()),
        None => app.library().procedure(procedure),
    };
    found.ok_or(Problem::NotFound)
}
