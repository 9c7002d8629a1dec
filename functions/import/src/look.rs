//! The first reading of the files, in which nothing is done: nothing is written before each is known to be readable to its end.

use kesu_ledger::book::Unreadable;
use kesu_ledger::survey;

use crate::feed::{Portion, Reading, feed};
use crate::layouts;
use crate::options::{Options, Watch};
use crate::source::Source;

/// What a first reading of a file, in which nothing is done, shows of it.
pub struct Looked {
    /// Names of its sheets.
    pub sheets: Vec<String>,
    /// Fingerprints of its headers.
    pub fingerprints: Vec<String>,
    /// Why it cannot be read to its end.
    pub end: Result<(), Unreadable>,
}

/// Reads every file once without doing anything: how much there is to do, of which layouts it is, and whether it can be read.
pub async fn look(sources: &[Source], options: &Options, watch: &mut dyn Watch) -> Vec<Looked> {
    let mut all = Vec::new();
    let mut records = 0;
    for source in sources {
        let mut looked = Looked {
            sheets: Vec::new(),
            fingerprints: Vec::new(),
            end: Err(Unreadable::of("broken_off")),
        };
        // Of what is read here only counts are kept: no day matters.
        let mut from = feed(reading(source, options, None, false));
        while let Some(portion) = from.recv().await {
            match portion {
                Portion::Opened(sheets) => looked.sheets = sheets,
                Portion::Rows { fed, .. } => records += fed.len() as u64,
                Portion::End(Ok(survey)) => {
                    looked.fingerprints = layouts::fingerprints(&survey).collect();
                    looked.end = Ok(());
                }
                Portion::End(Err(unreadable)) => looked.end = Err(unreadable),
            }
        }
        all.push(looked);
    }
    watch.total(records);
    all
}

/// What is read of a file, and how.
pub fn reading(source: &Source, options: &Options, today: Option<chrono::NaiveDate>, pictures: bool) -> Reading {
    Reading {
        source: source.clone(),
        limits: options.limits,
        helper: options.helper.clone(),
        options: survey::Options {
            mapping: options.mapping.clone(),
            today,
        },
        pictures,
    }
}
