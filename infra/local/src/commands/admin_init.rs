//! `kesu admin-init`: the first administrator of an installation on AWS, written into its table.

use std::process::ExitCode;

use kesu_app::config::{Deployment, Environment, Lookup};
use kesu_app::store::Store;
use kesu_app::store::client::Connection;
use kesu_app::users;
use serde_json::json;

use super::{DONE, print};
use crate::cli::AdminInit as Args;
use crate::failure::Failure;

/// The environment, with what the command line says before it.
struct Asked<'a>(&'a Args);

impl Lookup for Asked<'_> {
    fn value(&self, name: &str) -> Option<String> {
        match name {
            "KESU_TABLE" => Some(self.0.table.clone()),
            "AWS_REGION" => Some(self.0.region.clone()),
            other => Environment.value(other),
        }
    }
}

pub async fn run(args: Args) -> Result<ExitCode, Failure> {
    let email = users::user_id(&args.email);
    let email = email.ok_or_else(|| Failure::refused(format!("`{}` is no mail address", args.email)))?;
    let wrong = |error| {
        let hint = "`eval \"$(aws configure export-credentials --format env)\"` sets what is missing";
        Failure::refused(format!("{error}; {hint}"))
    };
    let deployment = Deployment::read(&Asked(&args)).map_err(wrong)?;
    let connection = Connection::of(&deployment);
    let store = Store::new(connection.remote(), deployment.table);
    match users::first_administrator(&store, &email).await? {
        Some(word) => {
            print(&json!({"administrator": email, "one_time_password": word}));
            Ok(DONE)
        }
        None => Err(Failure::refused(
            "there are accounts already: an administrator makes more under /admin/people",
        )),
    }
}
