//! Customers (客户) who are written in several ways: which names are one customer, saying so, and taking it back.

use axum::response::Response;
use kesu_app::{Problem, customers};
use kesu_rules::customers::{Merge, companies};
use serde_json::{Value, json};

use crate::api::journal;
use crate::ask::{Ask, Fields, wrong};
use crate::serve;

/// `GET /api/customers`: what was said of names, and what names of companies carry without being another company.
pub async fn list(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    serve::json(told(&ask).await?)
}

/// `POST /api/customers/merge`: these names are one customer, counted under `into`.
pub async fn merge(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    let given = Fields::of(ask.json(), &["names", "into"])?;
    let (names, into) = (names(&given)?, given.text("into")?);
    let session = ask.session()?;
    let made = customers::merge(&ask.app, &names, into, &session.user).await?;
    keep(&ask, "customers_merged", &made).await?;
    serve::json(told(&ask).await?)
}

/// `POST /api/customers/unmerge`: these names are counted by themselves again.
pub async fn unmerge(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    let given = Fields::of(ask.json(), &["names"])?;
    let gone = customers::unmerge(&ask.app, &names(&given)?).await?;
    keep(&ask, "customers_unmerged", &gone).await?;
    serve::json(told(&ask).await?)
}

/// Keeps who did it, once for each name that they are counted under, without a word about the customers. What was so already
/// was done by nobody.
async fn keep(ask: &Ask, what: &str, all: &[Merge]) -> Result<(), Problem> {
    let Some(first) = all.first() else { return Ok(()) };
    let key = |name: &str| customers::key(&ask.app, name);
    let detail: Vec<Value> = all
        .iter()
        .map(|one| json!({"name": key(&one.name), "into": key(&one.into)}))
        .collect();
    journal::keep(&ask.app, ask.session()?, what, &key(&first.into), json!(detail)).await
}

fn names(given: &Fields<'_>) -> Result<Vec<String>, Problem> {
    let list = given.need("names")?.as_array().ok_or_else(|| wrong("names", "list"))?;
    let name = |one: &Value| one.as_str().map(str::to_owned).ok_or_else(|| wrong("names", "text"));
    list.iter().map(name).collect()
}

async fn told(ask: &Ask) -> Result<Value, Problem> {
    let mut all = customers::read(&ask.app).await?;
    all.sort_by(|a, b| (&a.merge.into, &a.merge.name).cmp(&(&b.merge.into, &b.merge.name)));
    let words = companies();
    Ok(json!({"merged": all, "suffixes": words.suffixes, "places": words.places}))
}
