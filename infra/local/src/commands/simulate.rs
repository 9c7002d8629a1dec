//! `kesu simulate`: what a period's complaints would have been like under other rules.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use kesu_app::App;
use kesu_app::clock::Time;
use kesu_app::simulate::{Slice, Wanted};
use kesu_app::texts::Language;
use kesu_rules::clock::WorkCalendar;
use kesu_rules::procedure::Procedure;
use kesu_rules::procedure::change::Change;
use kesu_rules::procedure::load::Source;
use kesu_rules::rollup::Period;
use serde_json::json;

use super::{DONE, moment, print};
use crate::cli::Simulate;
use crate::failure::Failure;
use crate::folder::DataFolder;

pub async fn run(args: Simulate) -> Result<ExitCode, Failure> {
    let time = match &args.now {
        Some(text) => Time::movable(moment(text)?.to_utc()),
        None => Time::Machine,
    };
    let text = &args.period;
    let period: Period = text
        .parse()
        .map_err(|error| Failure::refused(format!("`{text}` is {error}")))?;
    let changes = changes(&args.changes)?;
    let calendar = args.calendar.as_deref().map(calendar).transpose()?;
    let folder = DataFolder::for_command(&args.data.data, time).await?;
    let app = &folder.app;
    let procedure = otherwise(app, &args, &changes)?;
    let of = match &args.of {
        Some(id) => Some(super::procedure(app.library(), id)?.pack.procedure.id.to_string()),
        None => app.simulated_of(procedure.as_deref(), !changes.is_empty()),
    };
    let wanted = Wanted {
        period,
        of,
        procedure,
        changes,
        calendar,
    };
    let slice = Slice {
        complaints: u64::MAX,
        rows: args.rows,
    };
    let now = app.now();
    let found = app.simulate(&wanted, slice, None, now).await?;
    let mut told = found.told(period, Language::En);
    if let Some(map) = told.as_object_mut() {
        let head = wanted.procedure.as_ref().map(|one| &one.pack.procedure);
        map.insert("as_of".to_owned(), json!(now));
        map.insert("of".to_owned(), json!(wanted.of));
        map.insert(
            "procedure".to_owned(),
            json!(head.map(|head| json!({"id": head.id, "version": head.version}))),
        );
        map.insert("set".to_owned(), json!(args.changes));
    }
    print(&told);
    Ok(DONE)
}

fn changes(texts: &[String]) -> Result<Vec<Change>, Failure> {
    let read = |text: &String| {
        text.parse()
            .map_err(|error| Failure::refused(format!("`{text}` is {error}")))
    };
    texts.iter().map(read).collect()
}

fn calendar(file: &Path) -> Result<WorkCalendar, Failure> {
    let text = read(file)?;
    WorkCalendar::parse(&text).map_err(|error| Failure::refused(format!("`{}`: {error}", file.display())))
}

/// The procedure that is to govern, with its changes; nothing where each complaint's own version is.
fn otherwise(app: &App, args: &Simulate, changes: &[Change]) -> Result<Option<Arc<Procedure>>, Failure> {
    let named = args.procedure.as_deref();
    let folder = args
        .pack
        .as_deref()
        .or(named.map(Path::new).filter(|path| path.is_dir()));
    if let Some(path) = folder {
        let read = app.library().read(&source(path)?, changes);
        let procedure = read.map_err(|faults| {
            let faults: Vec<String> = faults.iter().map(|fault| format!("\n  {fault}")).collect();
            Failure::refused(format!("`{}` has faults:{}", path.display(), faults.concat()))
        })?;
        return Ok(Some(Arc::new(procedure)));
    }
    Ok(named.map(|name| app.changed_procedure(name, changes)).transpose()?)
}

fn source(path: &Path) -> Result<Source, Failure> {
    if path.is_dir() {
        let (source, _) = super::procedures::read(&path.to_string_lossy())?;
        return Ok(source);
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Source {
        files: BTreeMap::from([(name, read(path)?)]),
    })
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|error| Failure::refused(format!("`{}` cannot be read: {error}", path.display())))
}
