//! Saved views of the workbook: which columns, order, filters. Each belongs to the person who saved it; he may share it.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kesu_app::store::{Kind, SmallRecord};
use kesu_app::{App, Problem};
use kesu_rules::domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::ask::{Ask, Fields, wrong};
use crate::serve;

/// Views that one person may keep.
const MOST: usize = 60;
/// The longest name, in characters.
const LONGEST: usize = 60;

#[derive(Serialize, Deserialize)]
struct View {
    user: String,
    name: String,
    view: Value,
    shared: bool,
}

/// `GET /api/views`: one's own, then what others share.
pub async fn list(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    let me = ask.session()?.user.to_string();
    let mut all = every(&ask.app).await?;
    all.retain(|one| one.user == me || one.shared);
    all.sort_by_key(|one| (one.user != me, one.user.clone(), one.name.clone()));
    let told = |one: &View| {
        let by = (one.user != me).then_some(&one.user);
        json!({"name": one.name, "view": one.view, "shared": one.shared, "by": by})
    };
    serve::json(json!({"views": all.iter().map(told).collect::<Vec<_>>()}))
}

/// `POST /api/views`: keeps a view under a name, replacing one's own of that name; null deletes it.
pub async fn keep(ask: Ask) -> Result<Response, Problem> {
    let body = Fields::of(ask.json(), &["name", "view", "shared"])?;
    let name = body.text("name")?.trim().to_owned();
    if name.is_empty() || name.chars().count() > LONGEST {
        return Err(wrong("name", "text"));
    }
    let user = ask.session()?.user.to_string();
    let id = format!("view/{user}/{name}");
    match body.get("view") {
        None => ask.app.store.delete(Kind::Setting, &id).await?,
        Some(view) if view.is_object() => {
            let own = every(&ask.app).await?.into_iter().filter(|one| one.user == user);
            if own.filter(|one| one.name != name).count() >= MOST {
                let refusal = Refusal::of("too_many").about("view").with("field", "view");
                return Err(refusal.with("max", MOST.to_string()).into());
            }
            let (view, shared) = (view.clone(), body.flag("shared")?.unwrap_or(false));
            let kept = View {
                user,
                name,
                view,
                shared,
            };
            let text = serde_json::to_string(&kept).map_err(|_| Problem::Fault)?;
            ask.app.store.put(&SmallRecord::new(Kind::Setting, id, text)).await?;
        }
        Some(_) => return Err(wrong("view", "object")),
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Every view of the house: a few for each member of staff.
async fn every(app: &App) -> Result<Vec<View>, Problem> {
    let mut all = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = app.store.list(Kind::Setting, "view/", 200, cursor.as_deref()).await?;
        all.extend(page.items.iter().filter_map(|one| serde_json::from_str(&one.body).ok()));
        cursor = page.next;
        if cursor.is_none() {
            return Ok(all);
        }
    }
}
