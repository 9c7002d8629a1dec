//! The letter about a period: to those whom the procedure's report names, else to quality; once for each version.

use chrono::{DateTime, TimeDelta, Utc};
use kesu_app::app::DeskWork;
use kesu_app::record::queued;
use kesu_app::store::{Guard, Kind, SmallRecord};
use kesu_app::texts::Language;
use kesu_app::{App, Problem, users};
use kesu_rules::domain::chain::hash;
use kesu_rules::domain::facts::Role;
use kesu_rules::domain::names::{Desk, UserId};
use kesu_rules::letters::{Letter, To};
use kesu_rules::procedure::model::Every;
use kesu_rules::rollup::{Period, Rollup};
use serde_json::{Value, json};

use crate::shown::{KeyFigure, Shown, shown};
use crate::words::word;
use crate::{Version, file};

/// A first version of a period that ended longer ago is nobody's news: a register that was brought in has years of them.
const NEWS: TimeDelta = TimeDelta::days(45);
/// Bars of the letter.
const BARS: usize = 8;
/// Axes of which one has its bars in the letter: the first that says anything.
const AXES: &[&str] = &["cause", "class", "product", "department"];

/// A reader, with the desk that nobody holds where the letter comes to him because of that.
pub(crate) type Reader = (UserId, Option<Desk>);

/// Whether the period of a version ended lately.
pub(crate) fn is_news(version: &Version, now: DateTime<Utc>) -> bool {
    let ended = version.figures.get("as_of").and_then(Value::as_str);
    let ended = ended.and_then(|at| DateTime::parse_from_rfc3339(at).ok());
    ended.is_some_and(|at| now - at.to_utc() <= NEWS)
}

/// Writes the letters about a version, if they are owed and were not written yet; how many.
pub(crate) async fn tell(
    app: &App,
    desk: &DeskWork,
    period: Period,
    version: &Version,
    now: DateTime<Utc>,
) -> Result<u64, Problem> {
    if version.version == 0 || (version.version == 1 && !is_news(version, now)) {
        return Ok(0);
    }
    let rollup = version.rollup()?;
    let procedure = desk.procedure.pack.procedure.id.as_str();
    let id = format!("rollup#{procedure}/{period}/{}", version.version);
    if app.store.get(Kind::Seen, &id).await?.is_some() {
        return Ok(0);
    }
    let readers = readers(app, desk, Some(period), now).await?;
    let partition: String = format!("rollup-{}", hash(id.as_bytes())).chars().take(31).collect();
    let mut letters = Vec::new();
    for (n, (user, no_holder)) in readers.into_iter().enumerate() {
        let language = desk.office.directory.language(&user);
        let letter = Letter {
            facts: Some(facts(app, desk, version, &rollup, language)),
            no_holder,
            ..Letter::of("rollup", To::Staff(user))
        };
        letters.push(queued(&partition, 1, n, &letter, desk.local(now), app.settings.shards));
    }
    let seen = SmallRecord::new(Kind::Seen, id, period.to_string());
    let written = app.store.put_with_letters(&seen, Guard::New, &letters).await?;
    Ok(if written { letters.len() as u64 } else { 0 })
}

/// Who reads the report of a period: owner and receivers of the duties to report on such a period; where there are none, and
/// for early warnings, those whose role is quality; where nobody has it, the administrator.
pub(crate) async fn readers(
    app: &App,
    desk: &DeskWork,
    period: Option<Period>,
    now: DateTime<Utc>,
) -> Result<Vec<Reader>, Problem> {
    let directory = &desk.office.directory;
    let day = desk.local(now).date_naive();
    let mut readers: Vec<Reader> = Vec::new();
    let every = period.map(|period| match period.months().count() {
        1 => Every::Month,
        3 => Every::Quarter,
        _ => Every::Year,
    });
    let duties = desk.procedure.pack.duty.iter().filter(|duty| duty.report);
    let duties = duties.filter(|duty| Some(duty.every) == every);
    for one in duties.flat_map(|duty| std::iter::once(&duty.owner).chain(&duty.receivers)) {
        let one = desk.named(one).clone();
        let holders = directory.holders(&one, day);
        if holders.is_empty() {
            readers.push((directory.administrator.clone(), Some(one)));
        }
        readers.extend(holders.into_iter().map(|holder| (holder, None)));
    }
    if readers.is_empty() {
        let all = users::list(&app.store).await?;
        let quality = all
            .into_iter()
            .filter(|(_, user)| user.role == Role::Quality && !user.disabled);
        readers.extend(quality.map(|(id, _)| (id, None)));
    }
    if readers.is_empty() {
        readers.push((directory.administrator.clone(), None));
    }
    readers.sort();
    readers.dedup_by(|one, other| one.0 == other.0);
    Ok(readers)
}

/// What the letter's record holds: figures, and no name of a person.
fn facts(app: &App, desk: &DeskWork, version: &Version, rollup: &Rollup, language: Language) -> Value {
    let shown = shown(rollup, &desk.procedure, language);
    let procedure = &desk.procedure.pack.procedure;
    let kind = word(
        language,
        match rollup.period.len() {
            4 => "year_report",
            6 => "quarter_report",
            _ => "month_report",
        },
    );
    let counts: Vec<Value> = shown
        .complaints
        .iter()
        .map(|one| json!({"title": one.title, "n": one.n, "before": one.before, "year_before": one.year_before}))
        .collect();
    let kpis: Vec<Value> = shown.kpis.iter().map(key_figure).collect();
    let signals: Vec<&String> = shown.signals.iter().map(|alarm| &alarm.text).collect();
    let missing = shown.missing.iter();
    let missing: Vec<String> = missing
        .map(|one| format!("{} ({})", one.title, one.months.join(", ")))
        .collect();
    let id = procedure.id.as_str();
    let base = &app.settings.base_url;
    let moved = (!version.moved.is_empty()).then_some(version.moved.len());
    json!({
        "title": procedure.title.get(language), "kind": kind, "period": rollup.period, "version": version.version,
        "counts": counts, "kpis": kpis, "bars": bars(&shown, language), "signals": signals, "missing": missing, "moved": moved,
        "file": format!("{id}-{}-V{}.xlsx", rollup.period, version.version),
        "kept": file::name(id, &rollup.period, version.version),
        "link": format!("{base}/api/rollups/{}.xlsx?procedure={id}&version={}", rollup.period, version.version),
    })
}

fn key_figure(kpi: &KeyFigure) -> Value {
    let unit = if kpi.unit.as_deref() == Some("percent") {
        " %"
    } else {
        ""
    };
    let value = kpi
        .value
        .map_or_else(|| "—".to_owned(), |value| format!("{value}{unit}"));
    json!({
        "title": kpi.title, "value": value, "target": kpi.target_text, "light": kpi.light, "state": kpi.light_text,
    })
}

/// The most frequent values of the first axis that has any, with bars as long as they are frequent.
fn bars(shown: &Shown, language: Language) -> Value {
    let axis = AXES
        .iter()
        .find_map(|axis| shown.axes.iter().find(|one| one.axis == *axis && !one.rows.is_empty()));
    let Some(axis) = axis else { return Value::Null };
    let most = axis.rows.first().map_or(1, |row| row.ranked.n.max(1));
    let rows: Vec<Value> = axis
        .rows
        .iter()
        .take(BARS)
        .map(|row| {
            let width = (row.ranked.n * 100 / most).max(1);
            json!({"label": row.label, "n": row.ranked.n, "share": row.ranked.share, "width": width})
        })
        .collect();
    let title = kesu_app::texts::texts().text(language, "rollup.by_axis", &[("axis", &axis.title)]);
    json!({"title": title, "rows": rows})
}
