//! The administration log: who changed accounts and the directory.

use kesu_app::clock::stamp;
use kesu_app::session::Session;
use kesu_app::store::{Kind, SmallRecord};
use kesu_app::{App, Problem, users};
use serde_json::{Value, json};

/// Keeps what an administrator did; ids are in the order of time.
pub async fn keep(app: &App, session: &Session, what: &str, of: &str, detail: Value) -> Result<(), Problem> {
    let at = stamp(app.now());
    let id = format!("{at}#{}", users::random_hex(6));
    let body = json!({"at": at, "by": session.user, "what": what, "of": of, "detail": detail});
    Ok(app
        .store
        .put(&SmallRecord::new(Kind::Admin, id, body.to_string()))
        .await?)
}
