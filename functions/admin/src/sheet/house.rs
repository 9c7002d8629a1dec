//! Forms that show no single complaint: the register of a month, the record of a duty, a device's sheet.

use std::collections::BTreeMap;

use kesu_app::Problem;
use kesu_app::devices::Kept;
use kesu_app::duties::DutyRecord;
use kesu_app::record::Loaded;
use kesu_app::store::TextRecord;
use kesu_app::texts::{field_title, texts};
use kesu_rules::domain::names::{FieldKey, known};
use kesu_rules::domain::value::{Kind, Value};
use kesu_rules::procedure::form;
use kesu_rules::procedure::model::{Duty, Form};

use super::{Column, Grid, Line, Press, Section, Sheet, words};
use crate::pages::short;
use crate::shown::sees_it;

/// Complaints of one list on paper.
const MOST: usize = 1000;
/// Rows of one read of the month index.
const ROWS: u32 = 1000;
/// Lines of a register that is filled by hand.
const BY_HAND: usize = 16;

/// The register of a month: complaints of this procedure that were registered, in the order of receipt.
pub async fn register(press: &Press<'_>, form: &Form, month: &str) -> Result<Sheet, Problem> {
    let app = press.app;
    let mut ids = Vec::new();
    for shard in 0..app.settings.shards {
        let mut cursor = None;
        loop {
            let page = app.store.month(month, shard, ROWS, cursor.as_deref()).await?;
            let own = page.items.into_iter().filter(|row| {
                let procedure = row.columns.get("procedure").map(String::as_str);
                procedure == Some(press.procedure().pack.procedure.id.as_str())
            });
            ids.extend(own.map(|row| row.id));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
    }
    let mut found = seen(press, &ids).await?;
    found.retain(|one| one.complaint.ever(known::REGISTERED));
    let (parts, _) = form::blank(press.procedure(), form);
    let keys: Vec<&FieldKey> = parts.iter().flat_map(|part| &part.rows).map(|row| &row.key).collect();
    let mut sheet = press.sheet(form);
    sheet.about = Some(texts().text(press.language, "sheet.month", &[("month", month)]));
    sheet.sign = form::blank(press.procedure(), form)
        .1
        .iter()
        .map(|one| press.signature(one))
        .collect();
    sheet.table = Some(table(press, found, keys.into_iter()).await?);
    Ok(sheet)
}

/// A register without complaints, with lines to write on.
pub fn empty<'a>(press: &Press<'_>, keys: impl Iterator<Item = &'a FieldKey>) -> Grid {
    let columns = columns(press, keys);
    let row = |n: usize| {
        let mut row = vec![String::new(); columns.len()];
        row[0] = n.to_string();
        row
    };
    Grid {
        rows: (1..=BY_HAND).map(row).collect(),
        columns,
        partly: false,
    }
}

/// The complaints of these ids that this person may see.
async fn seen(press: &Press<'_>, ids: &[String]) -> Result<Vec<Loaded>, Problem> {
    let now = press.desk.local(press.app.now());
    let mut found = Vec::new();
    for head in press.app.store.heads(ids).await? {
        let loaded = Loaded::read(head)?;
        if sees_it(press.session, press.desk, &loaded.complaint, now) {
            found.push(loaded);
        }
    }
    found.sort_by(|a, b| {
        let of = |one: &Loaded| (one.complaint.received_at, one.complaint.number.to_string());
        of(a).cmp(&of(b))
    });
    Ok(found)
}

fn columns<'a>(press: &Press<'_>, keys: impl Iterator<Item = &'a FieldKey>) -> Vec<Column> {
    let plain = |name: &str| Column {
        key: None,
        title: texts().text(press.language, &format!("sheet.{name}"), &[]),
        broad: false,
    };
    let field = |key: &FieldKey| Column {
        key: Some(key.clone()),
        title: field_title(press.procedure(), key.as_str(), press.language),
        broad: matches!(press.procedure().fields.kind(key.as_str()), Some(Kind::Words)),
    };
    let mut columns: Vec<Column> = ["row", "number", "received"].iter().map(|name| plain(name)).collect();
    columns.extend(keys.map(field));
    columns.push(plain("stage"));
    columns
}

async fn table<'a>(
    press: &Press<'_>,
    mut found: Vec<Loaded>,
    keys: impl Iterator<Item = &'a FieldKey>,
) -> Result<Grid, Problem> {
    let columns = columns(press, keys);
    let partly = found.len() > MOST;
    found.truncate(MOST);
    let mut rows = Vec::new();
    for (n, one) in found.iter().enumerate() {
        let it = &one.complaint;
        let apart = |column: &Column| column.key.as_ref().and_then(|key| it.fields.get(key));
        // Free text lies apart: it is read only where a column shows some.
        let needed = columns
            .iter()
            .any(|column| matches!(apart(column), Some(Value::Words(_))));
        let kept = if needed {
            press.app.store.texts(it.id.as_str()).await?
        } else {
            Vec::new()
        };
        let kept: BTreeMap<(u64, u32), String> = kept
            .into_iter()
            .map(|TextRecord { seq, n, text, .. }| ((seq, n), text))
            .collect();
        let cell = |key: &FieldKey| {
            let find = |value: &Value| match value {
                Value::Words(at) => kept.get(&(at.seq, at.n)).cloned(),
                _ => one.face.get(key).cloned(),
            };
            let value = it.fields.get(key);
            value.map_or_else(String::new, |value| {
                words::said(press.procedure(), key, value, &find, press.language)
            })
        };
        let mut row = vec![(n + 1).to_string(), it.number.to_string(), short(it.received_at, false)];
        row.extend(columns.iter().filter_map(|column| column.key.as_ref()).map(cell));
        row.push(texts().label(press.language, "stage", it.stage.name()));
        rows.push(row);
    }
    Ok(Grid { columns, rows, partly })
}

/// The record that a duty was done. One with fields lists the complaints closed in its period that have any of them.
pub async fn duty(press: &Press<'_>, form: &Form, rule: &Duty, record: &DutyRecord) -> Result<Sheet, Problem> {
    let language = press.language;
    let text = |key: &str| texts().text(language, key, &[]);
    let standing = record.standing(press.desk.local(press.app.now()));
    let done = record
        .done
        .as_ref()
        .map(|(at, by)| format!("{}  {}", short(*at, false), press.person(by)));
    let receivers: Vec<&str> = rule.receivers.iter().map(|desk| desk.as_str()).collect();
    let state = texts().label(language, "duty_state", standing.code());
    let mut lines = vec![
        wide(Line::of(text("admin.duty"), Some(rule.title.get(language).to_owned()))),
        Line::of(text("admin.duty_period"), Some(record.period.clone())),
        Line::of(text("admin.due_at"), Some(short(record.due_at, true))),
        Line::of(text("admin.duty_owner"), Some(rule.owner.to_string())),
        Line::of(
            text("sheet.receivers"),
            Some(receivers.join("、")).filter(|all| !all.is_empty()),
        ),
        Line::of(text("admin.state"), Some(state)),
        Line::of(text("sheet.duty_done"), done),
        Line::of(text("admin.reference"), record.reference.clone()),
    ];
    lines.extend(
        record
            .device
            .clone()
            .map(|serial| Line::of(text("admin.device"), Some(serial))),
    );
    lines.push(Line::of(text("admin.remark"), record.remark.clone()).tall());
    let mut sheet = press.sheet(form);
    sheet.about = Some(record.period.clone());
    let (parts, sign) = form::blank(press.procedure(), form);
    sheet.sign = sign.iter().map(|one| press.signature(one)).collect();
    if form.fields.is_empty() {
        lines.push(Line::of(text("sheet.content"), None).tall());
    } else {
        let found = closed_with(press, form, &record.period).await?;
        sheet.landscape = true;
        let keys = parts.iter().flat_map(|part| &part.rows).map(|row| &row.key);
        sheet.table = Some(table(press, found, keys).await?);
    }
    sheet.sections = vec![Section { title: None, lines }];
    Ok(sheet)
}

/// The head of a duty's record that is filled by hand.
pub fn empty_duty(press: &Press<'_>) -> Section {
    let line = |key: &str| Line::of(texts().text(press.language, key, &[]), None);
    let mut lines: Vec<Line> = [
        "admin.duty_period",
        "admin.duty_owner",
        "sheet.duty_done",
        "admin.reference",
    ]
    .map(line)
    .into();
    lines.push(line("sheet.content").tall());
    Section { title: None, lines }
}

fn wide(mut line: Line) -> Line {
    line.wide = true;
    line
}

/// The complaints closed in a duty's period in which one of the form's fields is filled.
async fn closed_with(press: &Press<'_>, form: &Form, period: &str) -> Result<Vec<Loaded>, Problem> {
    let mut ids = Vec::new();
    for month in months(period) {
        for shard in 0..press.app.settings.shards {
            ids.extend(press.app.store.closed(&month, shard).await?);
        }
    }
    ids.sort();
    ids.dedup();
    let mut found = seen(press, &ids).await?;
    let own = &press.procedure().pack.procedure.id;
    found.retain(|one| {
        let it = &one.complaint;
        it.procedure == *own && form.fields.iter().any(|key| it.fields.contains_key(key))
    });
    Ok(found)
}

/// The months of a period such as `2025-04`, `2025Q2` or `2025`; none where it is something else.
fn months(period: &str) -> Vec<String> {
    let month = |year: &str, n: u32| format!("{year}-{n:02}");
    let year = |text: &str| text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    if let Some((of, quarter)) = period.split_once('Q').filter(|(of, _)| year(of)) {
        let quarter: u32 = quarter.parse().ok().filter(|n| (1..=4).contains(n)).unwrap_or(1);
        return (0..3).map(|n| month(of, quarter * 3 - 2 + n)).collect();
    }
    match period.split_once('-') {
        None if year(period) => (1..=12).map(|n| month(period, n)).collect(),
        Some((of, n)) if year(of) && n.len() == 2 => vec![period.to_owned()],
        _ => Vec::new(),
    }
}

/// The sheet of a device. Lines that the register does not hold come from the last complaint about it.
pub async fn device(press: &Press<'_>, form: &Form, kept: &Kept) -> Result<Sheet, Problem> {
    let ids = press.app.of_serial(&kept.device.serial).await?;
    let history = seen(press, &ids).await?;
    let (parts, sign) = form::blank(press.procedure(), form);
    let last = history.last();
    let texts_of_last = match last {
        Some(last) => press.app.store.texts(last.complaint.id.as_str()).await?,
        None => Vec::new(),
    };
    let of_last = |key: &FieldKey| {
        let last = last?;
        let find = |value: &Value| match value {
            Value::Words(at) => {
                let text = texts_of_last.iter().find(|text| text.seq == at.seq && text.n == at.n);
                text.map(|text| text.text.clone())
            }
            _ => last.face.get(key).cloned(),
        };
        let value = last.complaint.fields.get(key)?;
        Some(words::said(press.procedure(), key, value, &find, press.language))
    };
    let mut borrowed = false;
    let mut lines = Vec::new();
    for row in parts.iter().flat_map(|part| &part.rows) {
        let own = known_of(kept, row.key.as_str());
        let other = if own.is_none() { of_last(&row.key) } else { None };
        borrowed |= other.is_some();
        lines.push(words::line(press.procedure(), &row.key, own.or(other), press.language));
    }
    let told = history.iter().map(|one| {
        let it = &one.complaint;
        let stage = texts().label(press.language, "stage", it.stage.name());
        Line::of(
            it.number.to_string(),
            Some(format!("{}  {}  {stage}", short(it.received_at, false), it.class)),
        )
    });
    let heading = texts().text(press.language, "admin.device_history", &[]);
    let history = Section {
        title: Some(heading),
        lines: told.map(wide).collect(),
    };
    let mut sheet = press.sheet(form);
    sheet.about = Some(kept.device.serial.clone());
    sheet.sections = vec![Section { title: None, lines }];
    sheet.sections.extend((!history.lines.is_empty()).then_some(history));
    sheet.note = borrowed.then(|| texts().text(press.language, "sheet.from_last", &[]));
    sheet.sign = sign.iter().map(|one| press.signature(one)).collect();
    Ok(sheet)
}

/// What the register of devices knows of a field of the record.
fn known_of(kept: &Kept, key: &str) -> Option<String> {
    let device = &kept.device;
    let text = match key {
        "customer_name" => kept.owner.customer_name.clone(),
        "customer_contact" => kept.owner.customer_contact.clone(),
        "product_name" => device.product.clone(),
        "model_spec" => device.model.clone(),
        "serial_no" => Some(device.serial.clone()),
        "batch_no" => device.batch.clone(),
        "device_user_unit" => device.user_unit.clone(),
        _ => device.date(key).map(|day| day.to_string()),
    };
    text.filter(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::months;

    #[test]
    fn a_period_is_a_month_a_quarter_or_a_year() {
        assert_eq!(months("2025-04"), ["2025-04"]);
        assert_eq!(months("2025Q2"), ["2025-04", "2025-05", "2025-06"]);
        assert_eq!(months("2025").len(), 12);
        assert!(months("2025-04-15 09:30").is_empty() && months("x").is_empty());
    }
}
