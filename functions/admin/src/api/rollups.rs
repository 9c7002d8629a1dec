//! Rollups (汇总): which are kept, what one says, and counting one now. Whoever sees only his own department sees none.

use axum::response::Response;
use kesu_app::record::Loaded;
use kesu_app::{Problem, customers};
use kesu_report::{Version, shown};
use kesu_rules::domain::refusal::Refusal;
use kesu_rules::rollup::{Period, Rollup};
use serde_json::{Value, json};

use crate::api::journal;
use crate::api::quarantine::as_file;
use crate::ask::{Ask, Fields};
use crate::serve;

/// `GET /api/rollups`: what is kept, the latest period first, with all its versions.
pub async fn list(ask: Ask) -> Result<Response, Problem> {
    let params = ask.params(&["procedure"])?;
    let wanted = params.get("procedure");
    let mut told: Vec<(Value, String, String, Value)> = Vec::new();
    for id in ask.app.settings.procedures.ids() {
        if wanted.is_some_and(|wanted| wanted != id) {
            continue;
        }
        let mut periods: Vec<(String, Vec<Version>)> = Vec::new();
        for version in kesu_report::all(&ask.app, id).await? {
            let period = text(&version, "period");
            match periods.last_mut().filter(|(own, _)| *own == period) {
                Some((_, versions)) => versions.push(version),
                None => periods.push((period, vec![version])),
            }
        }
        for (period, versions) in periods {
            let newest = versions.last();
            let ends = newest.map(|newest| newest.figures["as_of"].clone()).unwrap_or_default();
            let received = newest.map(|newest| newest.figures["complaints"]["received"].clone());
            let item = json!({
                "period": period, "procedure": id, "version": newest.map(|newest| newest.version),
                "counted_at": newest.and_then(|newest| newest.counted_at), "as_of": ends,
                "received": received, "changed": versions.len() > 1,
                "versions": versions.iter().map(one_version).collect::<Vec<_>>(),
            });
            told.push((ends, period, id.to_owned(), item));
        }
    }
    let key = |one: &(Value, String, String, Value)| (one.0.to_string(), std::cmp::Reverse(one.1.len()), one.2.clone());
    told.sort_by_key(|one| std::cmp::Reverse(key(one)));
    let rollups: Vec<Value> = told.into_iter().map(|(_, _, _, item)| item).collect();
    serve::json(json!({"rollups": rollups}))
}

fn text(version: &Version, name: &str) -> String {
    version.figures[name].as_str().unwrap_or_default().to_owned()
}

fn one_version(version: &Version) -> Value {
    json!({"version": version.version, "counted_at": version.counted_at, "moved": version.moved.len()})
}

/// `GET /api/rollups/{period}`: a version that is kept, or the newest; a period of which none is kept is counted as it stands.
pub async fn show(ask: Ask) -> Result<Response, Problem> {
    let params = ask.params(&["procedure", "version"])?;
    let text = ask.part("period")?;
    let (text, file) = text.strip_suffix(".xlsx").map_or((text, false), |text| (text, true));
    let (period, procedure) = (period(text)?, self::procedure(&ask, params.get("procedure"))?);
    let name = period.to_string();
    let version = match params.get("version") {
        Some(text) => {
            let number = text.parse().map_err(|_| Problem::NotFound)?;
            kesu_report::version(&ask.app, &procedure, &name, number)
                .await?
                .ok_or(Problem::NotFound)?
        }
        None => match kesu_report::newest(&ask.app, &procedure, &name).await? {
            Some(newest) => newest,
            None => kesu_report::look(&ask.app, &procedure, period, ask.app.now()).await?,
        },
    };
    if file {
        let bytes = kesu_report::file(&ask.app, &procedure, period, &version, ask.app.now()).await?;
        return as_file(&format!("{procedure}-{name}-V{}.xlsx", version.version), bytes);
    }
    serve::json(told(&ask, &procedure, period, &version).await?)
}

/// `POST /api/rollups/{period}`: counts it now; one that has ended is kept.
pub async fn count(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    let given = Fields::of(ask.json(), &["procedure"])?;
    let (period, procedure) = (
        period(ask.part("period")?)?,
        self::procedure(&ask, given.text_or_none("procedure")?)?,
    );
    let version = kesu_report::run(&ask.app, &procedure, period, ask.app.now()).await?;
    let detail = json!({"procedure": procedure, "version": version.version});
    journal::keep(&ask.app, ask.session()?, "rollup_counted", &period.to_string(), detail).await?;
    serve::json(told(&ask, &procedure, period, &version).await?)
}

fn period(text: &str) -> Result<Period, Problem> {
    text.parse()
        .map_err(|_| Refusal::of("wrong_period").about("period").with("value", text).into())
}

/// The procedure that is asked for: one of those in use, the first where none is named.
fn procedure(ask: &Ask, named: Option<&str>) -> Result<String, Problem> {
    let all = &ask.app.settings.procedures;
    match named {
        None => Ok(all.first().to_owned()),
        Some(named) => {
            let own = all.ids().find(|id| *id == named).ok_or(Problem::NotFound)?;
            Ok(own.to_owned())
        }
    }
}

async fn told(ask: &Ask, procedure: &str, period: Period, version: &Version) -> Result<Value, Problem> {
    let rollup = version.rollup()?;
    let desk = kesu_report::desk_of(&ask.app, procedure, period, rollup.as_of.to_utc()).await?;
    let mut told = json!(shown(&rollup, &desk.procedure, ask.language));
    let head = &desk.procedure.pack.procedure;
    let versions = kesu_report::versions(&ask.app, procedure, &rollup.period).await?;
    let more = json!({
        "procedure": procedure, "procedure_title": head.title.get(ask.language), "procedure_version": head.version,
        "company": ask.app.settings.company, "version": version.version, "counted_at": version.counted_at,
        "running": rollup.as_of < period.ends(&desk.clock()), "moved": version.moved,
        "versions": versions.iter().map(one_version).collect::<Vec<_>>(),
        "customers": named(ask, &rollup).await?,
    });
    if let (Some(told), Value::Object(more)) = (told.as_object_mut(), more) {
        told.extend(more);
    }
    Ok(told)
}

/// The customers by the name that their newest complaint has now, or under which that one is counted; one who was erased has
/// none.
async fn named(ask: &Ask, rollup: &Rollup) -> Result<Vec<Value>, Problem> {
    let merged = customers::directory(&ask.app).await?;
    let mut told = Vec::new();
    for customer in &rollup.customers {
        let mut name = None;
        if let Some(number) = customer.numbers.last()
            && let Some(id) = ask.app.by_number(number).await?
        {
            let heads = ask.app.store.heads(&[id]).await?;
            for head in heads {
                name = Loaded::read(head)?.face.get("customer_name").cloned();
            }
        }
        let known = name.as_deref().and_then(|name| merged.known(name));
        let name = known.map(|(_, title)| title.to_owned()).or(name);
        told.push(json!({"name": name, "n": customer.n, "numbers": customer.numbers}));
    }
    Ok(told)
}
