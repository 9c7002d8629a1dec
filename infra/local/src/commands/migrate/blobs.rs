//! The files' part: every blob is carried, read back and compared; and how progress is shown.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use kesu_app::blobs::{BlobName, Blobs};
use kesu_rules::domain::chain::hash;

use crate::failure::Failure;

/// What came of the blobs.
pub struct Carried {
    /// How many there are.
    pub all: usize,
    /// How many were written.
    pub written: u64,
    /// Names of those that are not there or not the same there.
    pub differing: Vec<String>,
    /// One digest over all of them, and over the same ones there.
    pub digest: String,
    /// See `digest`.
    pub digest_there: String,
}

/// Carries every blob, one after the other: a few megabytes of memory, whatever there is.
pub async fn carry(from: &Blobs, to: &Blobs) -> Result<Carried, Failure> {
    let names = from.all_names().await?;
    let progress = Progress::new("files", u64::try_from(names.len()).ok());
    let there: std::collections::BTreeSet<BlobName> = to.all_names().await?.into_iter().collect();
    let (mut written, mut differing) = (0, Vec::new());
    let (mut ours, mut theirs) = (BTreeMap::new(), BTreeMap::new());
    for name in &names {
        progress.one();
        let Some(bytes) = from.fetch(name).await? else {
            return Err(Failure::Fault(format!("the file `{name}` went away meanwhile")));
        };
        let digest = hash(&bytes);
        if !there.contains(name) {
            to.carry_in(name, bytes).await?;
            written += 1;
        }
        let read_back = to.fetch(name).await?.map(|bytes| hash(&bytes));
        if read_back.as_ref() != Some(&digest) {
            differing.push(name.to_string());
        }
        ours.insert(name.to_string(), digest);
        theirs.insert(name.to_string(), read_back.unwrap_or_default());
    }
    Ok(Carried {
        all: names.len(),
        written,
        differing,
        digest: whole(&ours),
        digest_there: whole(&theirs),
    })
}

fn whole(all: &BTreeMap<String, String>) -> String {
    let lines: String = all.iter().map(|(name, digest)| format!("{digest} {name}\n")).collect();
    hash(lines.as_bytes())
}

/// How far something is: a bar where somebody looks, a line at its beginning and end where nobody does.
pub struct Progress {
    what: &'static str,
    bar: ProgressBar,
}

impl Progress {
    /// Begins; `all` where it is known how much there is.
    pub fn new(what: &'static str, all: Option<u64>) -> Self {
        let bar = match (std::io::stderr().is_terminal(), all) {
            (false, _) => ProgressBar::hidden(),
            (true, Some(all)) => ProgressBar::new(all),
            (true, None) => ProgressBar::new_spinner(),
        };
        let style = if all.is_some() {
            "{msg} {bar:40} {pos}/{len}"
        } else {
            "{msg} {pos}"
        };
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        bar.set_message(what);
        if !bar.is_hidden() {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        Self { what, bar }
    }

    /// One more is dealt with.
    pub fn one(&self) {
        self.bar.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        let hidden = self.bar.is_hidden();
        self.bar.finish_and_clear();
        if hidden {
            eprintln!("kesu: {}: {}", self.what, self.bar.position());
        }
    }
}
