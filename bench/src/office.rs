//! The application as the programs measure it: in memory mostly, on a movable clock, the administrator holding every desk.

use std::path::Path;

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use kesu_app::App;
use kesu_app::blobs::Blobs;
use kesu_app::clock::Time;
use kesu_app::config::Settings;
use kesu_app::post::{Folder, Post};
use kesu_app::procedures::Procedures;
use kesu_app::store::Local;
use kesu_rules::domain::facts::{Actor, Role, Staff};
use kesu_rules::domain::names::UserId;

/// Name of the table.
pub const TABLE: &str = "bench";

/// An application with its engine.
pub struct Bench {
    /// The application.
    pub app: App,
    /// The engine under it.
    pub local: Local,
    /// The administrator.
    pub admin: Actor,
}

impl Bench {
    /// An application under `procedure` whose clock shows `at` and whose letters go into `outbox`, blobs into a folder inside.
    ///
    /// # Errors
    /// When the engine cannot be opened.
    pub async fn open(procedure: &str, at: DateTime<Utc>, outbox: &Path) -> Result<Self> {
        Self::on(Local::memory()?, procedure, at, outbox).await
    }

    /// The same on an engine of one's own: one in a file where a gigabyte of memory is not enough.
    ///
    /// # Errors
    /// When the engine cannot be opened.
    pub async fn on(local: Local, procedure: &str, at: DateTime<Utc>, outbox: &Path) -> Result<Self> {
        let store = local.store(TABLE).await?;
        let user = administrator()?;
        let post = Post::Folder(Folder::new(outbox)?);
        let app = App::new(
            store,
            Time::movable(at),
            settings(procedure)?,
            Blobs::Folder(outbox.join("blobs")),
            Some(post),
            user.clone(),
        );
        Ok(Self {
            app,
            local,
            admin: Actor::Staff(Staff {
                user,
                role: Role::Administrator,
                department: None,
            }),
        })
    }
}

/// The one who holds every desk.
///
/// # Errors
/// Never: the address is one.
pub fn administrator() -> Result<UserId> {
    UserId::parse("admin@kesu.example").context("the administrator's address")
}

fn settings(procedure: &str) -> Result<Settings> {
    let procedures = Procedures::parse(procedure).map_err(anyhow::Error::msg)?;
    Ok(Settings {
        base_url: "https://kesu.example".to_owned(),
        company: "样品机械有限公司".to_owned(),
        contact: "service@kesu.example".to_owned(),
        secret: b"a secret of the measuring programs".to_vec(),
        ..Settings::trial(procedures)
    })
}
