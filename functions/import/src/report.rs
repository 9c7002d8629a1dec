//! The report of an import (design section 14): what each file was read as, what became of its rows, and what was found.

use std::collections::{BTreeMap, BTreeSet};

use kesu_app::batches::Totals;
use kesu_app::texts::{Language, texts};
use kesu_ledger::book::Unreadable;
use kesu_ledger::finding::{Record, Told};
use kesu_ledger::survey::{Figures, Nature, Subtotal, Sums, Survey};
use serde_json::{Map, Value, json};

/// The report of one run over some files.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The import's id; nothing for a dry run and for one that changed nothing.
    pub batch: Option<String>,
    /// Each file.
    pub files: Vec<FileReport>,
    /// Fingerprints of the headers of which it was remembered what people had said.
    pub remembered: Vec<String>,
    /// Whether everything is in; else the same files are to be fed again.
    pub finished: bool,
}

/// What became of one file.
#[derive(Clone, Debug, Default)]
pub struct FileReport {
    /// Its name.
    pub file: String,
    /// What it was read as, and its sheets; nothing where it could not be read to its end.
    pub survey: Option<Box<Survey>>,
    /// Why it could not be read.
    pub unreadable: Option<Unreadable>,
    /// Rows that are no complaints.
    pub skipped: Vec<Told>,
    /// Rows that should be and cannot be understood.
    pub rejected: Vec<Told>,
    /// Doubts.
    pub warnings: Vec<Told>,
    /// By sheet: what became of its rows.
    pub sheets: BTreeMap<String, Totals>,
    /// Rows of which it is settled what their repeated number means.
    pub settled: BTreeSet<(String, u32)>,
}

/// What the reading tells of a row whose number or words came before: no matter any more once the row was merged, or got a
/// number of its own.
const REPEATED: &[&str] = &["number_again"];

impl Report {
    /// What became of the rows of all files.
    pub fn totals(&self) -> Totals {
        let mut all = Totals::default();
        self.files.iter().for_each(|file| all.add(&file.totals()));
        all
    }

    /// Whether a file could not be read.
    pub fn refused(&self) -> bool {
        self.files.iter().any(|file| file.unreadable.is_some())
    }

    /// The report as JSON, without records.
    pub fn json(&self, language: Language) -> Value {
        let files: Vec<Value> = self
            .files
            .iter()
            .map(|file| Value::Object(file.json(language)))
            .collect();
        json!({
            "batch": self.batch, "files": files, "totals": self.totals(), "finished": self.finished,
            "remembered": self.remembered,
        })
    }
}

impl FileReport {
    /// Of a file that was not read yet.
    pub fn of(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            ..Self::default()
        }
    }

    /// What became of its rows.
    pub fn totals(&self) -> Totals {
        let mut all = Totals::default();
        self.sheets.values().for_each(|sheet| all.add(sheet));
        all
    }

    /// Enters what the survey counted: rows, and those that are no complaints.
    pub fn surveyed(&mut self, survey: Box<Survey>) {
        for sheet in &survey.sheets {
            let totals = self.sheets.entry(sheet.name.clone()).or_default();
            totals.rows = sheet.rows;
            totals.skipped = sheet.skipped;
            totals.rejected += sheet.rejected;
        }
        self.survey = Some(survey);
        let settled = std::mem::take(&mut self.settled);
        self.warnings
            .retain(|told| !(REPEATED.contains(&told.code) && settled.contains(&(told.sheet.clone(), told.row))));
    }

    /// What a row's repeated number or words mean is settled.
    pub fn settle(&mut self, sheet: &str, row: u32) {
        self.settled.insert((sheet.to_owned(), row));
    }

    /// The counts of a sheet.
    pub fn sheet(&mut self, name: &str) -> &mut Totals {
        self.sheets.entry(name.to_owned()).or_default()
    }

    /// As JSON, without records.
    pub fn json(&self, language: Language) -> Map<String, Value> {
        let mut told = Map::new();
        let mut put = |key: &str, value: Value| drop(told.insert(key.to_owned(), value));
        put("file", json!(self.file));
        let survey = self.survey.as_deref();
        let sheets = survey.map(|survey| survey.sheets.as_slice()).unwrap_or_default();
        put("sheets", sheets.iter().map(|sheet| sheet.name.as_str()).collect());
        let mapping = survey.map(Survey::mapping).unwrap_or_default();
        let mapping = mapping
            .into_iter()
            .map(|(header, field)| (header.to_owned(), json!(field)));
        put("mapping", Value::Object(mapping.collect()));
        put("skipped", lines(&self.skipped, "reason", language));
        put("rejected", lines(&self.rejected, "reason", language));
        put("warnings", lines(&self.warnings, "message", language));
        put("totals", json!(self.totals()));
        if let Some(unreadable) = &self.unreadable {
            let message = refusal(unreadable, language);
            put("unreadable", json!({"code": unreadable.code, "message": message}));
        }
        if let Some(survey) = survey {
            put("kind", json!(survey.kind));
            put("questions", questions(survey, language));
            let each = sheets.iter().map(|sheet| {
                let (nature, reason) = match sheet.nature {
                    Nature::Table => ("table", None),
                    Nature::Forms => ("forms", None),
                    Nature::Skipped(code) => ("skipped", Some(code)),
                };
                let totals = self.sheets.get(&sheet.name).copied().unwrap_or_default();
                json!({
                    "sheet": sheet.name, "hidden": sheet.hidden, "nature": nature,
                    "reason": reason.map(|code| worded(code, &[], language)), "totals": totals,
                    "headers": sheet.tables.iter().map(|table| &table.header_rows).collect::<Vec<_>>(),
                    "fingerprints": sheet.tables.iter().map(|table| &table.fingerprint).collect::<Vec<_>>(),
                    "figures": sums(&sheet.sums),
                    "subtotals": sheet.subtotals.iter().map(subtotal).collect::<Vec<_>>(),
                })
            });
            put("by_sheet", each.collect());
            put("figures", sums(&survey.sums()));
        }
        told
    }
}

/// A record as the report shows it.
pub fn record_json(record: &Record) -> Value {
    let fields = record
        .fields
        .iter()
        .map(|(field, value)| ((*field).to_owned(), value.clone()));
    let mut told: Map<String, Value> = fields.collect();
    if !record.extra.is_empty() {
        told.insert("_extra".to_owned(), json!(record.extra));
    }
    if !record.pictures.is_empty() {
        told.insert("_pictures".to_owned(), json!(record.pictures.len()));
    }
    told.insert("_src".to_owned(), json!({"sheet": record.sheet, "row": record.row}));
    Value::Object(told)
}

/// The words of a finding.
pub fn worded(code: &str, values: &[(&'static str, String)], language: Language) -> String {
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let tables = ["ledger", "importing"].map(|table| format!("{table}.{code}"));
    let known = tables.iter().find(|key| texts().has(language, key));
    match known {
        Some(key) => texts().text(language, key, &values),
        None => code.to_owned(),
    }
}

/// Why a file cannot be read, and where in it, as far as that is known.
pub fn refusal(why: &Unreadable, language: Language) -> String {
    let words = worded(why.code, &why.values, language);
    let value = |name: &str| why.values.iter().find(|(known, _)| *known == name);
    let place = ["sheet", "part", "cell", "row", "declared", "error"].iter();
    let place: Vec<&str> = place.filter_map(|name| Some(value(name)?.1.as_str())).collect();
    if place.is_empty() {
        words
    } else {
        format!("{words} ({})", place.join(", "))
    }
}

fn lines(all: &[Told], said: &str, language: Language) -> Value {
    all.iter().map(|told| line(told, said, language)).collect()
}

fn line(told: &Told, said: &str, language: Language) -> Value {
    let mut line = json!({
        "sheet": told.sheet, "row": told.row, "code": told.code, said: worded(told.code, &told.values, language),
    });
    if let (Some(column), Some(map)) = (told.column, line.as_object_mut()) {
        map.insert("column".to_owned(), json!(column_name(column)));
    }
    line
}

/// A column's letters, from its place.
pub fn column_name(column: u32) -> String {
    let mut letters = Vec::new();
    let mut left = u64::from(column) + 1;
    while left > 0 {
        letters.push(b'A' + u8::try_from((left - 1) % 26).unwrap_or(0));
        left = (left - 1) / 26;
    }
    letters.iter().rev().map(|letter| char::from(*letter)).collect()
}

fn questions(survey: &Survey, language: Language) -> Value {
    let all = survey.sheets.iter().flat_map(|sheet| &sheet.questions);
    let asked = all.map(|told| {
        let mut asked = line(told, "message", language);
        let header = told.values.iter().find(|(name, _)| *name == "header");
        if let (Some((_, header)), Some(map)) = (header, asked.as_object_mut()) {
            map.insert("header".to_owned(), json!(header));
        }
        asked
    });
    asked.collect()
}

fn figures(of: &Figures) -> Value {
    json!({
        "records": of.records, "claim_amount": format!("{:.2}", of.claim_amount),
        "defect_qty": of.defect_qty.normalize().to_string(), "total_qty": of.total_qty.normalize().to_string(),
    })
}

fn sums(of: &Sums) -> Value {
    let by = |map: &BTreeMap<String, Figures>| -> Map<String, Value> {
        map.iter().map(|(key, of)| (key.clone(), figures(of))).collect()
    };
    json!({"all": figures(&of.all), "by_month": by(&of.by_month), "by_status": by(&of.by_status)})
}

fn subtotal(of: &Subtotal) -> Value {
    json!({
        "row": of.row, "label": of.label, "header": of.header, "stated": of.stated.normalize().to_string(),
        "found": of.found.normalize().to_string(), "agrees": of.agrees,
    })
}
