//! From the columns of an old register to the fields of the record: nothing that the register says is lost on the way.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use serde::Deserialize;
use serde_json::Value as Json;

use crate::clock::Moment;
use crate::domain::legacy::{REGISTER, Standing};
use crate::domain::names::{Desk, FieldKey, Milestone};
use crate::domain::value::{Kind, LONG, MANY};
use crate::procedure::Procedure;

/// The field that holds what no other field can.
pub const EXTRA: &str = "ledger_extra";
/// The canonical name of the column with the register's number.
pub const NUMBER: &str = "complaint_no";
/// The canonical name of the column with the day of the complaint.
pub const DATE: &str = "complaint_date";

/// The table that joins the columns of registers with the fields of the record (`ledger.toml`).
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    field: BTreeMap<String, Vec<FieldKey>>,
    milestone: BTreeMap<String, Milestone>,
    title: BTreeMap<String, String>,
    value: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

/// A row of a register in the terms of the record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Taken {
    /// Its own number.
    pub number: Option<String>,
    /// When the company had it, by the best date that the row has.
    pub received_at: Option<Moment>,
    /// Whether that is the day of the complaint itself, and not another date in its place.
    pub dated: bool,
    /// Where it stands.
    pub standing: Standing,
    /// What was reached, and when.
    pub reached: Vec<(Milestone, Moment)>,
    /// The register's words of class.
    pub classes: Vec<String>,
    /// The register's department.
    pub department: Option<Desk>,
    /// How it came in.
    pub channel: String,
    /// The fields that can be filled.
    pub fields: BTreeMap<FieldKey, Json>,
    /// What is too long for a field, to be noted beside it.
    pub notes: Vec<String>,
}

impl Columns {
    /// The table that ships with the program.
    pub fn builtin() -> &'static Self {
        static COLUMNS: LazyLock<Columns> = LazyLock::new(|| {
            // INVARIANT: a test parses the shipped file.
            toml::from_str(include_str!("../ledger.toml")).unwrap_or_default()
        });
        &COLUMNS
    }

    /// The fields of the record that a column may fill, in the order in which they are tried.
    pub fn fields(&self, column: &str) -> &[FieldKey] {
        self.field.get(column).map(Vec::as_slice).unwrap_or_default()
    }

    /// A row in the terms of the record under a procedure. `fields` are the canonical columns, `extra` the others.
    pub fn take<'a>(
        &self,
        procedure: &Procedure,
        fields: impl IntoIterator<Item = (&'a str, &'a Json)>,
        extra: &BTreeMap<String, String>,
    ) -> Taken {
        let mut taken = Taken {
            channel: REGISTER.to_owned(),
            ..Taken::default()
        };
        let mut rest: Vec<(String, String)> = Vec::new();
        let mut said = None;
        for (column, value) in fields {
            let text = plain(value);
            if text.is_empty() {
                continue;
            }
            let mut used = self.beside(column, &text, procedure, &mut taken);
            if column == "status" {
                said = standing(&text);
                used = said.is_some();
            }
            let found = self
                .fields(column)
                .iter()
                .find_map(|key| Some((key, self.fitting(procedure, key, value, &text)?)));
            if let Some((key, json)) = found {
                taken.fields.insert(key.clone(), json);
                used = true;
            }
            if !used {
                rest.push((self.title.get(column).map_or(column, String::as_str).to_owned(), text));
            }
        }
        rest.extend(extra.iter().map(|(title, text)| (title.clone(), text.clone())));
        let closed = taken.reached.iter().any(|(name, _)| *name == *"closed");
        taken.standing = said.unwrap_or(if closed { Standing::Closed } else { Standing::Open });
        if taken.received_at.is_none() {
            taken.received_at = taken.reached.iter().map(|(_, at)| *at).min();
        }
        keep_rest(&mut taken, rest);
        taken
    }

    /// What a column says besides filling a field. Whether it was of use.
    fn beside(&self, column: &str, text: &str, procedure: &Procedure, taken: &mut Taken) -> bool {
        let zone = procedure.pack.procedure.zone;
        let at = |text: &str| -> Option<Moment> {
            let local = zone.from_local_datetime(&moment(text)?).earliest()?;
            Some(local.fixed_offset())
        };
        match column {
            NUMBER => taken.number = Some(text.to_owned()),
            DATE => {
                taken.received_at = at(text);
                taken.dated = taken.received_at.is_some();
                return taken.dated;
            }
            "severity" => taken.classes.insert(0, text.to_owned()),
            "category" => taken.classes.push(text.to_owned()),
            "resp_dept" => taken.department = Desk::parse(text),
            "channel" => {
                if let Some(code) = self.code("channel", text) {
                    taken.channel = code.to_owned();
                    return true;
                }
            }
            _ => {
                let Some(name) = self.milestone.get(column) else {
                    return false;
                };
                let Some(at) = at(text) else { return false };
                taken.reached.push((name.clone(), at));
                return true;
            }
        }
        column == NUMBER
    }

    /// The code that a register's word stands for.
    fn code(&self, of: &str, word: &str) -> Option<&str> {
        let table = self.value.get(of)?;
        let word = word.trim();
        let found = table
            .iter()
            .find(|(_, words)| words.iter().any(|one| one.eq_ignore_ascii_case(word)));
        found.map(|(code, _)| code.as_str())
    }

    /// The value as the field's kind wants it, if it can hold it whole.
    fn fitting(&self, procedure: &Procedure, key: &FieldKey, value: &Json, text: &str) -> Option<Json> {
        let catalogue = &procedure.fields;
        let json = match catalogue.kind(key.as_str())? {
            Kind::Choice(of) if !of.is_empty() => {
                let code = self.code(key.as_str(), text).unwrap_or(text);
                Json::from(code)
            }
            Kind::Date => Json::from(moment(text)?.date().to_string()),
            Kind::List => Json::from(vec![text]),
            Kind::Number | Kind::Integer | Kind::Money => value.clone(),
            _ => Json::from(text),
        };
        // A day that is given with its hour would lose it in a field of dates.
        let whole = !matches!(catalogue.kind(key.as_str())?, Kind::Date) || text.len() <= 10 || key.as_str() == DATE;
        (whole && catalogue.read(key, &json).is_ok()).then_some(json)
    }
}

/// What is left goes into one field, as lines; what is too much for it into notes.
fn keep_rest(taken: &mut Taken, rest: Vec<(String, String)>) {
    let mut all = String::new();
    for (title, text) in rest {
        let line = format!("{title}: {text}");
        let room = LONG.saturating_sub(all.chars().count());
        if line.chars().count() < room {
            if !all.is_empty() {
                all.push('\n');
            }
            all.push_str(&line);
        } else if taken.notes.len() < MANY {
            let letters: Vec<char> = line.chars().collect();
            taken
                .notes
                .extend(letters.chunks(LONG).map(|part| part.iter().collect::<String>()));
        }
    }
    if !all.is_empty() {
        taken.fields.insert(FieldKey::of(EXTRA), Json::from(all));
    }
}

fn plain(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    }
}

/// `2024-03-05` or `2024-03-05T14:30:00`.
fn moment(text: &str) -> Option<NaiveDateTime> {
    text.parse::<NaiveDateTime>()
        .ok()
        .or_else(|| Some(text.parse::<NaiveDate>().ok()?.and_time(NaiveTime::MIN)))
}

fn standing(text: &str) -> Option<Standing> {
    match text {
        "open" => Some(Standing::Open),
        "in_progress" => Some(Standing::InProgress),
        "closed" => Some(Standing::Closed),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::value::FieldCatalogue;
    use crate::procedure::load::shipped;

    fn take(fields: Json, extra: &[(&str, &str)]) -> Taken {
        let procedure = shipped("P19").unwrap().unwrap_or_else(|faults| panic!("{faults:?}"));
        let extra = extra.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let fields = fields.as_object().unwrap().clone();
        Columns::builtin().take(&procedure, fields.iter().map(|(k, v)| (k.as_str(), v)), &extra)
    }

    #[test]
    fn every_column_of_the_table_leads_to_fields_and_codes_of_the_record() {
        let columns: Columns = toml::from_str(include_str!("../ledger.toml")).unwrap();
        let record = FieldCatalogue::builtin();
        for (column, fields) in &columns.field {
            for key in fields {
                assert!(record.kind(key.as_str()).is_some(), "{column} leads to {key}");
            }
        }
        for (field, codes) in columns.value.iter().filter(|(field, _)| *field != "channel") {
            let Some(Kind::Choice(of)) = record.kind(field) else {
                panic!("{field} is no choice")
            };
            assert!(codes.keys().all(|code| of.contains(code)), "{field}");
        }
        assert!(matches!(record.kind(EXTRA), Some(Kind::Words)));
    }

    #[test]
    fn a_row_becomes_fields_dates_and_words_and_nothing_is_lost() {
        let taken = take(
            json!({"complaint_no": "KS-2019-017", "customer_name": "示例电机厂", "complaint_date": "2019-03-05",
                   "closed_date": "2019-03-20T14:30:00", "status": "closed", "defect_qty": 12, "claim_amount": "1200.50",
                   "severity": "严重", "result": "部分退货，其余返工", "customer_code": "C-007", "phone": "13800138000",
                   "channel": "电话", "d8_date": "2019-03-18", "complaint_desc": "轴承异响"}),
            &[("卷号", "A1")],
        );
        assert_eq!(taken.number.as_deref(), Some("KS-2019-017"));
        assert_eq!(taken.received_at.unwrap().to_rfc3339(), "2019-03-05T00:00:00+08:00");
        assert_eq!(
            (taken.standing, taken.channel.as_str()),
            (Standing::Closed, "telephone")
        );
        assert_eq!(taken.reached.len(), 1);
        let field = |key: &str| taken.fields.get(key).cloned().unwrap_or_default();
        assert_eq!(field("severity"), "serious");
        assert_eq!(field("treatment"), Json::Null);
        assert_eq!(field("treatment_detail"), "部分退货，其余返工");
        assert_eq!(field("amount"), "1200.50");
        assert_eq!(field("quantity_affected"), 12);
        assert_eq!(field(EXTRA), "客户代码: C-007\n8D完成时间: 2019-03-18\n卷号: A1");
        assert_eq!(taken.classes, ["严重"]);
    }

    #[test]
    fn what_no_field_can_hold_goes_to_the_rest() {
        let taken = take(
            json!({"claim_amount": "-20.00", "product_name": "名".repeat(201), "status": "?", "complaint_desc": "x"}),
            &[("长", &"字".repeat(30_000))],
        );
        let rest = taken.fields[EXTRA].as_str().unwrap();
        assert!(rest.starts_with("索赔金额: -20.00\n"), "{rest}");
        assert!(rest.contains(&"名".repeat(201)) && rest.ends_with("状态: ?"));
        assert_eq!(
            taken.notes.iter().map(|note| note.chars().count()).sum::<usize>(),
            30_003
        );
        assert_eq!((taken.standing, taken.received_at), (Standing::Open, None));
    }
}
