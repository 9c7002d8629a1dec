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

use crate::letter::{self, Reader};
use crate::shown::{Shown, shown};
use crate::{count_alone, first_month};

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
    // Where the register begins is the same for all of them, but for the hour in which their zones are in two quarters.
    let mut begins: Option<(Period, Period)> = None;
    for id in app.settings.procedures.ids() {
        let desk = app.desk(id).await?;
        let period = Period::quarter_of(desk.local(now).date_naive());
        let first = match begins {
            Some((of, first)) if of == period => first,
            _ => first_month(app, period).await?,
        };
        begins = Some((period, first));
        let counted = count_alone(app, id, period, first, now, Vec::new()).await?;
        let mut audience = None;
        let mut told = 0;
        for warning in warnings(&counted.rollup, &desk) {
            let id = seen(&counted.rollup, &warning);
            if told == MOST || app.store.get(Kind::Seen, &id).await?.is_some() {
                continue;
            }
            let audience = match &mut audience {
                Some(known) => known,
                none => none.insert(Audience::of(app, &desk, &counted.rollup, now).await?),
            };
            if let Some(owed) = tell(app, &desk, audience, &warning, id, now).await? {
                told += 1;
                letters += owed;
            }
        }
    }
    Ok(letters)
}

/// Under which name it is remembered that a signal was told.
fn seen(rollup: &Rollup, warning: &Warning) -> String {
    let key: String = hash(warning.id.as_bytes()).chars().take(24).collect();
    format!("warning#{}/{}/{key}", rollup.procedure, rollup.period)
}

/// Who hears of the signals of a procedure, and the rollup in the languages that they read.
struct Audience {
    period: String,
    readers: Vec<(Reader, Language)>,
    views: Vec<(Language, Shown)>,
}

impl Audience {
    async fn of(app: &App, desk: &DeskWork, rollup: &Rollup, now: DateTime<Utc>) -> Result<Self, Problem> {
        let directory = &desk.office.directory;
        let all = letter::readers(app, desk, None, now).await?.into_iter();
        let readers: Vec<(Reader, Language)> = all
            .map(|reader| {
                let language = directory.language(&reader.0);
                (reader, language)
            })
            .collect();
        let mut views: Vec<(Language, Shown)> = Vec::new();
        for (_, language) in &readers {
            if !views.iter().any(|(own, _)| own == language) {
                views.push((*language, shown(rollup, &desk.procedure, *language)));
            }
        }
        Ok(Self {
            period: rollup.period.clone(),
            readers,
            views,
        })
    }
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

/// Tells of a signal; how many letters that owes, or nothing where another run told of it meanwhile.
async fn tell(
    app: &App,
    desk: &DeskWork,
    audience: &Audience,
    warning: &Warning,
    id: String,
    now: DateTime<Utc>,
) -> Result<Option<u64>, Problem> {
    let partition: String = format!("warning-{}", hash(id.as_bytes())).chars().take(31).collect();
    let mut owed = Vec::new();
    for (n, ((user, no_holder), language)) in audience.readers.iter().enumerate() {
        let view = audience.views.iter().find(|(own, _)| own == language);
        let Some(Value::Object(mut facts)) = view.and_then(|(_, shown)| (warning.told)(shown)) else {
            continue;
        };
        facts.insert("period".to_owned(), json!(audience.period));
        facts.insert(
            "link".to_owned(),
            json!(format!("{}/admin/book", app.settings.base_url)),
        );
        let letter = Letter {
            facts: Some(Value::Object(facts)),
            no_holder: no_holder.clone(),
            ..Letter::of("early_warning", To::Staff(user.clone()))
        };
        owed.push(queued(&partition, 1, n, &letter, desk.local(now), app.settings.shards));
    }
    let seen = SmallRecord::new(Kind::Seen, id, audience.period.as_str());
    let new = app.store.put_with_letters(&seen, Guard::New, &owed).await?;
    Ok(new.then_some(owed.len() as u64))
}
