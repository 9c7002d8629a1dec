//! Early warning (预警): looks at the quarter that runs and tells quality what left its limits, once for each signal.
//!
//! Counters of a pack tell of themselves the moment they are exceeded; here are key figures whose limit a single cause or
//! complaint can break, and control charts.

use chrono::{DateTime, Utc};
use kesu_app::app::DeskWork;
use kesu_app::record::queued;
use kesu_app::store::{Guard, Kind, SmallRecord};
use kesu_app::texts::Language;
use kesu_app::{App, Problem};
use kesu_rules::domain::chain::hash;
use kesu_rules::letters::{Letter, To};
use kesu_rules::procedure::model::Measure;
use kesu_rules::rollup::{Period, Rollup};
use serde_json::{Value, json};

use crate::shown::{Shown, shown};
use crate::{count_alone, first_month, letter};

/// No more are told of one procedure in one run; the next run goes on.
const MOST: usize = 20;

/// How a signal is told, once it is known in which language.
type Telling = Box<dyn Fn(&Shown) -> Option<Value> + Send + Sync>;

/// A signal: what makes it one and the same, and how it is told in a language.
struct Warning {
    id: String,
    told: Telling,
}

/// Looks at the running quarter of every procedure in use; how many letters that owes. Running it again owes none.
///
/// # Errors
/// When the store does not answer.
pub async fn warn(app: &App, now: DateTime<Utc>) -> Result<u64, Problem> {
    let mut letters = 0;
    for id in app.settings.procedures.ids() {
        let desk = app.desk(id).await?;
        let period = Period::quarter_of(desk.local(now).date_naive());
        let first = first_month(app, period).await?;
        let counted = count_alone(app, id, period, first, now, Vec::new()).await?;
        let mut told = 0;
        for warning in warnings(&counted.rollup, &desk) {
            if told < MOST && tell(app, &desk, &counted.rollup, &warning, now, &mut letters).await? {
                told += 1;
            }
        }
    }
    Ok(letters)
}

/// What left its limits. A signal is the same as long as it is about the same thing in the same quarter or month.
fn warnings(rollup: &Rollup, desk: &DeskWork) -> Vec<Warning> {
    let mut all = Vec::new();
    for (place, kpi) in rollup.kpis.iter().enumerate() {
        let rule = desk.procedure.pack.kpi.iter().find(|rule| rule.rule == kpi.id);
        let single = rule.is_some_and(|rule| matches!(rule.measure, Measure::SameCause | Measure::Pieces));
        let Some(most) = kpi.target.and_then(|target| target.at_most).filter(|_| single) else {
            continue;
        };
        for (what, value) in kpi.by.iter().filter(|(_, value)| **value > most) {
            let text = format!("{what}: {value}");
            all.push(Warning {
                id: format!("{} {what}", kpi.id),
                told: Box::new(move |shown| {
                    let kpi = shown.kpis.get(place)?;
                    Some(json!({
                        "subject": kpi.title, "text": text, "limit": kpi.target_text, "source": kpi.source,
                    }))
                }),
            });
        }
    }
    let charts = rollup.signals.iter().enumerate();
    for (place, signal) in charts.filter(|(_, signal)| signal.kind == "control_chart") {
        let month = signal.month.as_deref().unwrap_or_default();
        all.push(Warning {
            id: format!("{}/{}/{month}", signal.axis, signal.value),
            told: Box::new(move |shown| {
                let alarm = shown.signals.get(place)?;
                let of = |axis: &str, value: &str| {
                    let axis = shown.axes.iter().find(|one| one.axis == axis)?;
                    let row = axis.rows.iter().find(|row| row.ranked.value == value)?;
                    Some(format!("{} {}", axis.title, row.label))
                };
                let subject = of(&alarm.signal.axis, &alarm.signal.value);
                let all = || shown.complaints.first().map(|one| one.title.clone());
                Some(json!({"subject": subject.or_else(all)?, "text": alarm.text}))
            }),
        });
    }
    all
}

/// Tells of a signal, unless it was told before; whether it was new.
async fn tell(
    app: &App,
    desk: &DeskWork,
    rollup: &Rollup,
    warning: &Warning,
    now: DateTime<Utc>,
    letters: &mut u64,
) -> Result<bool, Problem> {
    let (procedure, period) = (&rollup.procedure, &rollup.period);
    let key: String = hash(warning.id.as_bytes()).chars().take(24).collect();
    let id = format!("warning#{procedure}/{period}/{key}");
    if app.store.get(Kind::Seen, &id).await?.is_some() {
        return Ok(false);
    }
    let partition: String = format!("warning-{}", hash(id.as_bytes())).chars().take(31).collect();
    let mut owed = Vec::new();
    for (n, (user, no_holder)) in letter::readers(app, desk, None, now).await?.into_iter().enumerate() {
        let language: Language = desk.office.directory.language(&user);
        let shown = shown(rollup, &desk.procedure, language);
        let Some(Value::Object(mut facts)) = (warning.told)(&shown) else {
            continue;
        };
        facts.insert("period".to_owned(), json!(period));
        facts.insert(
            "link".to_owned(),
            json!(format!("{}/admin/book", app.settings.base_url)),
        );
        let letter = Letter {
            facts: Some(Value::Object(facts)),
            no_holder,
            ..Letter::of("early_warning", To::Staff(user))
        };
        owed.push(queued(&partition, 1, n, &letter, desk.local(now), app.settings.shards));
    }
    let seen = SmallRecord::new(Kind::Seen, id, period.as_str());
    let new = app.store.put_with_letters(&seen, Guard::New, &owed).await?;
    if new {
        *letters += owed.len() as u64;
    }
    Ok(new)
}
