//! A command for one complaint.

use axum::response::Response;
use kesu_app::record::Loaded;
use kesu_app::session::Session;
use kesu_app::tell::Told;
use kesu_app::{App, Problem, wire};
use kesu_rules::domain::command::{Command, Wish};
use serde_json::{Value, json};

use crate::ask::{Ask, Fields};
use crate::serve;
use crate::shown::sees_it;

/// `POST /api/complaints/{id}/commands`.
pub async fn tell(ask: Ask) -> Result<Response, Problem> {
    let wanted = Wanted::read(ask.json(), &["version", "command", "reason"])?;
    let session = ask.session()?;
    let told = wanted
        .carry_out(&ask.app, session, ask.part("id")?, &mut Signed::default())
        .await?;
    serve::json(json!({"version": told.version, "events": told.events}))
}

/// What a person wants of a complaint.
pub struct Wanted {
    /// The version that was seen.
    pub version: u64,
    /// The command.
    pub command: Command,
    /// Why.
    pub reason: Option<String>,
}

/// The password that this request has already shown to be right: a batch is signed once.
#[derive(Default)]
pub struct Signed(Option<String>);

impl Wanted {
    /// Reads a body.
    pub fn read(value: &Value, known: &[&str]) -> Result<Self, Problem> {
        let body = Fields::of(value, known)?;
        let reason = body
            .text_or_none("reason")?
            .map(str::trim)
            .filter(|why| !why.is_empty());
        Ok(Self {
            version: body.number("version")?,
            command: wire::command(body.need("command")?)?,
            reason: reason.map(str::to_owned),
        })
    }

    /// Carries it out, if this person may see the complaint and signs where he must.
    pub async fn carry_out(self, app: &App, session: &Session, id: &str, signed: &mut Signed) -> Result<Told, Problem> {
        let loaded = find(app, session, id).await?;
        if let Command::Approve { password, .. } | Command::Refuse { password, .. } = &self.command
            && signed.0.as_ref() != Some(password)
        {
            session.signs(app, password).await?;
            signed.0 = Some(password.clone());
        }
        let (id, wish) = (loaded.complaint.id.as_str(), Wish::Do(self.command));
        app.tell(id, Some(self.version), wish, &session.actor(), self.reason.as_deref())
            .await
    }
}

/// The complaint of an id or a number, if this person may see it.
pub async fn find(app: &App, session: &Session, id: &str) -> Result<Loaded, Problem> {
    let loaded = match app.load(id).await {
        Err(Problem::NotFound) => {
            let named = app.by_number(id).await?.ok_or(Problem::NotFound)?;
            app.load(&named).await?
        }
        other => other?,
    };
    let desk = app.desk(loaded.complaint.procedure.as_str()).await?;
    if sees_it(session, &desk, &loaded.complaint, desk.local(app.now())) {
        Ok(loaded)
    } else {
        Err(Problem::NotFound)
    }
}
