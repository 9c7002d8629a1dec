//! `kesu migrate`: carries an installation from a data folder to a table and buckets on AWS, or back, and proves that it is
//! the same there.
//!
//! Nothing that is there already is written again, so a run that broke off goes on where it was. A complaint that is there and
//! differs is never overwritten: it is named. Only settings, accounts and duties that a new stack has made for itself give way.

mod blobs;
mod items;

use std::process::ExitCode;

use kesu_app::blobs::{Blobs, Bucket};
use kesu_app::clock::{Time, machine};
use kesu_app::config::{Deployment, Environment, Lookup};
use kesu_app::store::Store;
use kesu_app::store::client::Connection;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{DONE, print};
use crate::cli::Migrate as Args;
use crate::failure::Failure;
use crate::folder::{DataFolder, Opening};

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

/// One end of the way.
pub(super) struct Place {
    store: Store,
    blobs: Blobs,
}

/// What is noted at the target.
#[derive(Debug, Deserialize, Serialize)]
struct Mark {
    /// Digest of the installation's secret: which one it is.
    of: String,
    /// Whether everything was there and the same.
    done: bool,
}

pub async fn run(args: Args) -> Result<ExitCode, Failure> {
    let folder = folder(&args).await?;
    let here = Place {
        store: folder.app.store.clone(),
        blobs: folder.app.blobs.clone(),
    };
    let there = remote(&args)?;
    let (from, to) = if args.to_folder { (there, here) } else { (here, there) };
    let of = kesu_rules::domain::chain::keyed(&folder.app.settings.secret, b"migration");
    carry(&from, &to, of).await
}

async fn folder(args: &Args) -> Result<DataFolder, Failure> {
    if !args.to_folder {
        return DataFolder::for_command(&args.data, Time::Machine).await;
    }
    let secret = args.data.join("secret");
    if !secret.exists() {
        return Err(Failure::refused(format!(
            "write the stack's secret into `{}` first: query codes and links of letters are derived from it",
            secret.display()
        )));
    }
    let opening = Opening {
        time: Time::Machine,
        procedure: None,
        base_url: "http://127.0.0.1:8080".to_owned(),
        make: true,
    };
    DataFolder::open(&args.data, opening).await
}

fn remote(args: &Args) -> Result<Place, Failure> {
    let wrong = |error| {
        let hint = "`eval \"$(aws configure export-credentials --format env)\"` sets what is missing";
        Failure::refused(format!("{error}; {hint}"))
    };
    let deployment = Deployment::read(&Asked(args)).map_err(wrong)?;
    let connection = Connection::of(&deployment);
    let bucket = Bucket::connect(&connection, args.attachments.clone(), args.mail.clone());
    Ok(Place {
        store: Store::new(connection.remote(), deployment.table),
        blobs: Blobs::Bucket(bucket),
    })
}

async fn carry(from: &Place, to: &Place, of: String) -> Result<ExitCode, Failure> {
    let now = machine().timestamp();
    let source = items::Survey::of(&from.store, "reading what there is", now).await?;
    let target = items::Survey::of(&to.store, "reading what is there already", now).await?;
    let mark: Option<Mark> = to
        .store
        .carrying()
        .await?
        .and_then(|body| serde_json::from_str(&body).ok());
    if mark.as_ref().is_some_and(|mark| mark.of != of) {
        return Err(Failure::refused(
            "another installation was carried there: the target needs an empty table",
        ));
    }
    let moved_on = mark.is_some_and(|mark| mark.done);
    if moved_on {
        return Ok(told_again(&source, &target));
    }
    let strangers = target.strangers(&source);
    if strangers > 0 {
        return Err(Failure::refused(format!(
            "the target has {strangers} entries of complaints that are not here: it must be an installation without complaints"
        )));
    }
    let note = |done| serde_json::to_string(&Mark { of: of.clone(), done }).map_err(|e| Failure::Fault(e.to_string()));
    to.store.note_carrying(note(false)?).await?;
    // An item may name a blob: those are there first.
    let files = blobs::carry(&from.blobs, &to.blobs).await?;
    let written = items::carry(from, to, &source, &target, now).await?;
    let after = items::Survey::of(&to.store, "comparing", now).await?;
    let differing = source.differing(&after);
    let named = items::names(&from.store, &differing, now).await?;
    let same = differing.is_empty() && files.differing.is_empty();
    if same {
        to.store.note_carrying(note(true)?).await?;
    }
    let (digest, there) = (source.digest(&source), after.digest(&source));
    print(&json!({
        "same": same, "complaints": source.complaints,
        "items": {"all": source.len(), "written": written, "differing": differing.len(), "of_its_own": after.len() - source.within(&after),
            "digest": digest, "digest_there": there},
        "blobs": {"all": files.all, "written": files.written, "differing": files.differing.len(),
            "digest": files.digest, "digest_there": files.digest_there},
        "shards": source.shards,
    }));
    for name in named.iter().chain(&files.differing) {
        eprintln!("kesu: `{name}` is not the same there");
    }
    if same {
        return Ok(DONE);
    }
    Ok(ExitCode::from(1))
}

/// It was carried before and found the same: the target has lived since, and nothing is written.
fn told_again(source: &items::Survey, target: &items::Survey) -> ExitCode {
    let differing = source.differing(target).len();
    print(&json!({
        "same": differing == 0, "complaints": source.complaints, "done_before": true,
        "items": {"all": source.len(), "written": 0, "differing": differing, "of_its_own": target.len() - source.within(target)},
        "blobs": {"written": 0},
        "shards": source.shards,
    }));
    DONE
}
