//! `kesu import`: old registers into the data folder, or only looked at; an import taken back, or set going.

use std::process::ExitCode;

use kesu_app::clock::Time;
use kesu_app::legacy::Left;
use kesu_import::{Failed, Options, Report, Source, after, run as import};
use kesu_ledger::mapping::Mapping;
use kesu_rules::language::Language;
use serde_json::json;

use super::{DONE, print};
use crate::cli::Import;
use crate::failure::Failure;
use crate::folder::DataFolder;

pub async fn run(args: Import) -> Result<ExitCode, Failure> {
    if let Some(batch) = &args.undo {
        let folder = DataFolder::for_command(&args.data, Time::Machine).await?;
        let undone = after::undo(&folder.app, batch).await?;
        let left: Vec<_> = undone
            .left
            .iter()
            .map(|(number, why)| json!({"number": number, "reason": reason(*why)}))
            .collect();
        print(&json!({"batch": batch, "taken_back": undone.taken_back, "left": left}));
        return Ok(DONE);
    }
    if let Some(batch) = &args.activate {
        let folder = DataFolder::for_command(&args.data, Time::Machine).await?;
        let activated = after::activate(&folder.app, batch).await?;
        print(&json!({"batch": batch, "activated": activated}));
        return Ok(DONE);
    }
    let (mapping, mapping_text) = mapping(&args)?;
    let options = Options {
        procedure: args.procedure.clone(),
        mapping,
        mapping_text,
        records: args.records || args.dry_run,
        today: Some(kesu_app::clock::machine().date_naive()),
        helper: None,
    };
    let sources: Vec<Source> = args.files.iter().map(Source::file).collect();
    let report = if args.dry_run {
        import(None, &sources, &options).await
    } else {
        let folder = DataFolder::for_command(&args.data, Time::Machine).await?;
        if let Some(id) = &args.procedure {
            super::procedure(folder.app.library(), id)?;
        }
        import(Some(&folder.app), &sources, &options).await
    };
    let report = report.map_err(|failed| match failed {
        Failed::Store(problem) => problem.into(),
        Failed::File(..) => Failure::refused(failed.to_string()),
    })?;
    if args.json {
        print(&report.json(Language::default()));
    } else {
        tell(&report);
    }
    for file in report.files.iter() {
        if let Some(why) = &file.unreadable {
            let words = kesu_import::report::words(why.code, &why.values, Language::En);
            eprintln!("kesu: `{}` cannot be read: {words}", file.file);
        }
    }
    let unread = report.files.iter().any(|file| file.unreadable.is_some());
    Ok(if unread { ExitCode::from(1) } else { DONE })
}

fn mapping(args: &Import) -> Result<(Mapping, String), Failure> {
    let Some(path) = &args.map else {
        return Ok((Mapping::default(), String::new()));
    };
    let unusable = |why: String| Failure::refused(format!("the mapping file `{}`: {why}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| unusable(error.to_string()))?;
    let mapping = Mapping::read(&text).map_err(|error| unusable(error.to_string()))?;
    Ok((mapping, text))
}

fn reason(why: Left) -> &'static str {
    match why {
        Left::Touched => "people have worked on it since",
        Left::NotOurs => "it belongs to another import",
        Left::Mended => "a mended row changed what cannot be put back",
    }
}

fn tell(report: &Report) {
    for file in &report.files {
        let of = &file.totals;
        println!(
            "{}: {} rows = {} created + {} merged + {} unchanged + {} skipped + {} rejected",
            file.file, of.rows, of.created, of.merged, of.unchanged, of.skipped, of.rejected
        );
        let rejected = file.rejected.iter().map(|(told, why)| (told, why.clone(), "rejected"));
        let warnings = file.warnings.iter().map(|told| (told, None, "warning"));
        for (told, why, what) in rejected.chain(warnings) {
            let words = why.unwrap_or_else(|| kesu_import::report::words(told.code, &told.values, Language::En));
            println!("  {}!{}: {what}: {words}", told.sheet, told.row);
        }
    }
    if let Some(batch) = &report.batch {
        println!("batch {batch}");
    }
}
