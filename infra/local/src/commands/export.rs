//! `kesu export`: the complaints as a workbook or as delimited text.

use std::process::ExitCode;

use kesu_app::clock::Time;
use kesu_app::texts::Language;
use kesu_import::export::{ExportError, Format, Wanted, export};
use serde_json::json;

use super::{DONE, print};
use crate::cli::Export;
use crate::failure::Failure;
use crate::folder::DataFolder;

pub async fn run(args: Export) -> Result<ExitCode, Failure> {
    let language = Language::parse(&args.language).ok_or_else(|| {
        let tag = &args.language;
        Failure::refused(format!("`{tag}` is no language: choose zh-Hans, zh-Hant or en"))
    })?;
    let ending = args
        .out
        .extension()
        .map(|ending| ending.to_string_lossy().to_lowercase());
    let format = match (ending.as_deref(), args.encoding.to_lowercase().as_str()) {
        (Some("xlsx"), _) => Format::Xlsx,
        (Some("csv"), "utf-8" | "utf8") => Format::Csv,
        (Some("csv"), "gb18030" | "gbk") => Format::CsvGb18030,
        (Some("csv"), other) => {
            return Err(Failure::refused(format!(
                "`{other}` is no encoding: choose utf-8 or gb18030"
            )));
        }
        _ => {
            return Err(Failure::refused(format!(
                "`{}` ends in neither .xlsx nor .csv",
                args.out.display()
            )));
        }
    };
    let month = args.month.as_deref();
    if let Some(month) =
        month.filter(|month| chrono::NaiveDate::parse_from_str(&format!("{month}-01"), "%Y-%m-%d").is_err())
    {
        return Err(Failure::refused(format!("`{month}` is no month such as 2026-11")));
    }
    let folder = DataFolder::for_command(&args.data, Time::Machine).await?;
    let wanted = Wanted {
        month: args.month,
        class: args.class,
        department: args.department,
        stage: args.stage,
    };
    let written = export(&folder.app, &wanted, language, format, &args.out).await;
    let written = written.map_err(|error| match error {
        ExportError::Store(problem) => Failure::from(problem),
        ExportError::File(error) => Failure::refused(format!("`{}` cannot be written: {error}", args.out.display())),
    })?;
    print(&json!({"file": args.out, "complaints": written}));
    Ok(DONE)
}
