//! What an import tells (contract.md, "Import report"): every row with what became of it, and why.

use kesu_app::batches::Totals;
use kesu_app::texts::texts;
use kesu_ledger::book::Unreadable;
use kesu_ledger::finding::{Record, Told};
use kesu_ledger::survey::{Nature, Survey};
use kesu_rules::language::Language;
use serde_json::{Map, Value, json};

/// What an import tells of all its files.
#[derive(Debug, Default)]
pub struct Report {
    /// The batch, where anything was written.
    pub batch: Option<String>,
    /// The files, in their order.
    pub files: Vec<FileReport>,
}

/// What an import tells of one file.
#[derive(Debug, Default)]
pub struct FileReport {
    /// Its name, without its folder.
    pub file: String,
    /// The names of its sheets.
    pub sheets: Vec<String>,
    /// Its complaints, where they were asked for.
    pub records: Option<Vec<Record>>,
    /// Rows that are no complaints.
    pub skipped: Vec<Told>,
    /// Rows that should be, and are not taken.
    pub rejected: Vec<(Told, Option<String>)>,
    /// Doubts.
    pub warnings: Vec<Told>,
    /// What was read.
    pub survey: Option<Box<Survey>>,
    /// Why it could not be read to its end.
    pub unreadable: Option<Unreadable>,
    /// What became of its rows.
    pub totals: Totals,
}

impl Report {
    /// As JSON, with words in a language.
    pub fn json(&self, language: Language) -> Value {
        let files: Vec<Value> = self.files.iter().map(|file| file.json(language)).collect();
        json!({"batch": self.batch, "files": files})
    }
}

impl FileReport {
    fn json(&self, language: Language) -> Value {
        let place = |told: &Told, key: &str, words: String| {
            let mut one = Map::new();
            one.insert("sheet".to_owned(), json!(told.sheet));
            one.insert("row".to_owned(), json!(told.row));
            if let Some(column) = told.column {
                one.insert("column".to_owned(), json!(column));
            }
            one.insert(key.to_owned(), json!(words));
            one.insert("code".to_owned(), json!(told.code));
            for (name, value) in &told.values {
                one.entry((*name).to_owned()).or_insert_with(|| json!(value));
            }
            Value::Object(one)
        };
        let all = |found: &[Told], key: &str| -> Vec<Value> {
            found
                .iter()
                .map(|told| place(told, key, words(told.code, &told.values, language)))
                .collect()
        };
        let rejected: Vec<Value> = self
            .rejected
            .iter()
            .map(|(told, why)| {
                let words = why.clone().unwrap_or_else(|| words(told.code, &told.values, language));
                place(told, "reason", words)
            })
            .collect();
        let mut mapping = Map::new();
        let mut questions = Vec::new();
        let mut natures = Map::new();
        if let Some(survey) = &self.survey {
            for (header, field) in survey.mapping() {
                mapping.insert(header.to_owned(), json!(field));
            }
            for sheet in &survey.sheets {
                questions.extend(all(&sheet.questions, "message"));
                let nature = match sheet.nature {
                    Nature::Table => "table",
                    Nature::Forms => "forms",
                    Nature::Skipped(why) => why,
                };
                let subtotals: Vec<Value> = sheet
                    .subtotals
                    .iter()
                    .map(|one| {
                        json!({"row": one.row, "label": one.label, "header": one.header, "stated": one.stated.to_string(),
                               "found": one.found.to_string(), "agrees": one.agrees})
                    })
                    .collect();
                natures.insert(
                    sheet.name.clone(),
                    json!({"nature": nature, "rows": sheet.rows, "records": sheet.records, "skipped": sheet.skipped,
                           "rejected": sheet.rejected, "claim_amount": sheet.sums.all.claim_amount.to_string(),
                           "subtotals": subtotals}),
                );
            }
        }
        let totals = &self.totals;
        let mut file = json!({
            "file": self.file, "sheets": self.sheets, "mapping": mapping, "questions": questions, "figures": natures,
            "skipped": all(&self.skipped, "reason"), "rejected": rejected, "warnings": all(&self.warnings, "message"),
            "totals": {"rows": totals.rows, "created": totals.created, "merged": totals.merged,
                       "unchanged": totals.unchanged, "skipped": totals.skipped, "rejected": totals.rejected,
                       "mended": totals.mended},
        });
        if let (Some(records), Some(file)) = (&self.records, file.as_object_mut()) {
            file.insert("records".to_owned(), records.iter().map(record).collect());
        }
        if let (Some(why), Some(file)) = (&self.unreadable, file.as_object_mut()) {
            let words = words(why.code, &why.values, language);
            file.insert("error".to_owned(), json!({"code": why.code, "message": words}));
        }
        file
    }
}

fn record(record: &Record) -> Value {
    let mut one: Map<String, Value> = record
        .fields
        .iter()
        .map(|(key, value)| ((*key).to_owned(), value.clone()))
        .collect();
    if !record.extra.is_empty() {
        one.insert("_extra".to_owned(), json!(record.extra));
    }
    if !record.pictures.is_empty() {
        one.insert("_pictures".to_owned(), json!(record.pictures.len()));
    }
    one.insert("_src".to_owned(), json!({"sheet": record.sheet, "row": record.row}));
    Value::Object(one)
}

/// The words of a finding; the code with its values where the texts have none for it.
pub fn words(code: &str, values: &[(&'static str, String)], language: Language) -> String {
    let given: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    for table in ["ledger", "importing"] {
        let key = format!("{table}.{code}");
        let said = texts().text(language, &key, &given);
        if said != key {
            return said;
        }
    }
    let mut plain = code.to_owned();
    for (place, (name, value)) in values.iter().enumerate() {
        plain.push_str(if place == 0 { ": " } else { ", " });
        plain.push_str(&format!("{name} `{value}`"));
    }
    plain
}
