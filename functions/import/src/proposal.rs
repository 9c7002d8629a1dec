//! What each table of a register was taken for, column by column: for a page on which a person looks it over and corrects it.

use kesu_app::texts::Language;
use kesu_ledger::mapping::Mapping;
use kesu_ledger::survey::{Role, SheetSurvey, Survey, TableSurvey};
use kesu_ledger::understand::fields::FIELDS;
use serde_json::{Map, Value, json};

use crate::report::worded;

/// `layouts`: every header once, with its columns; `fields`: what a column can be; `sheets`: what was said of sheets.
pub fn proposal(surveys: &[&Survey], said: &Mapping, language: Language) -> Map<String, Value> {
    let mut layouts: Vec<(String, Value)> = Vec::new();
    let sheets = || surveys.iter().flat_map(|survey| &survey.sheets);
    for sheet in sheets() {
        for table in &sheet.tables {
            if layouts.iter().all(|(known, _)| *known != table.fingerprint) {
                let seen = sheets().filter(|other| other.tables.iter().any(|own| own.fingerprint == table.fingerprint));
                let seen: Vec<&str> = seen.map(|sheet| sheet.name.as_str()).collect();
                layouts.push((table.fingerprint.clone(), layout(sheet, table, &seen, said, language)));
            }
        }
    }
    let notes = said.sheets.iter().map(
        |(name, note)| json!({"sheet": name, "skip": note.skip, "header_rows": note.header_rows, "year": note.year}),
    );
    let mut told = Map::new();
    let fields: Vec<&str> = FIELDS.iter().map(|(name, _)| *name).collect();
    told.insert("fields".to_owned(), json!(fields));
    told.insert(
        "layouts".to_owned(),
        layouts.into_iter().map(|(_, layout)| layout).collect(),
    );
    told.insert("sheets".to_owned(), notes.collect());
    told
}

fn layout(sheet: &SheetSurvey, table: &TableSurvey, seen: &[&str], said: &Mapping, language: Language) -> Value {
    let columns = table.columns.iter().filter(|column| column.headed).map(|column| {
        let using = match column.role {
            Role::Field(name, _) => name,
            Role::Extra | Role::Check => "extra",
            Role::Ignored | Role::Year | Role::Month => "ignore",
        };
        let questions = sheet.questions.iter();
        let asked = questions
            .filter(|told| told.column == Some(column.at) && table.header_rows.contains(&told.row))
            .map(|told| json!({"code": told.code, "message": worded(told.code, &told.values, language)}));
        json!({
            "at": column.at, "header": column.header, "use": using, "confidence": column.confidence,
            // Comparing a second status or reading a year is left to the reader as long as nobody says otherwise.
            "automatic": matches!(column.role, Role::Check | Role::Year | Role::Month),
            "asked": asked.collect::<Vec<_>>(),
        })
    });
    let colours = table.colours.iter().map(|([r, g, b], status)| {
        let colour = format!("{r:02X}{g:02X}{b:02X}");
        json!({"colour": colour, "status": status})
    });
    let known = said.layouts.get(&table.fingerprint);
    json!({
        "fingerprint": table.fingerprint, "seen_in": seen, "header_rows": table.header_rows, "remembered": table.remembered,
        "said": known.is_some(), "year": table.year, "said_year": known.and_then(|layout| layout.year),
        "columns": columns.collect::<Vec<_>>(), "colours": colours.collect::<Vec<_>>(),
    })
}
