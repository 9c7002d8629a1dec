//! Lines of a month that were made before: a complaint that has not changed since costs its row of the index, and no head.
//!
//! What is kept here can be lost at any time, and is made anew. It holds nothing of a person.

use std::collections::BTreeMap;

use kesu_app::App;
use kesu_app::app::DeskWork;
use kesu_app::store::GridRow;
use kesu_rules::clock::Moment;
use kesu_rules::domain::chain::hash;
use kesu_rules::rollup::{Line, Span};
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;
use serde::{Deserialize, Serialize};

/// Counts up whenever the same complaint would have another line than before; no data say that.
const MAKING: u32 = 1;
/// The most that is unpacked, in bytes: some hundred thousand lines.
const MOST: usize = 512 << 20;
/// How hard it is packed: most of what can be had in little time.
const LEVEL: u8 = 1;

/// The lines of one month of a procedure, by complaint.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    name: String,
    made: BTreeMap<String, Made>,
    /// Whether there is anything that was not read from where lines are kept.
    grown: bool,
}

/// A line, or none, with what it was made from.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Made {
    id: String,
    /// The version of the complaint.
    version: u64,
    /// A digest of the rules by which it was made.
    rules: String,
    span: Span,
    line: Option<Line>,
}

impl Lines {
    /// Those that are kept of a month; none if that cannot be read, for then they are made anew.
    pub async fn read(app: &App, procedure: &str, month: &str) -> Self {
        let name: String = hash(format!("{procedure}/{month}").as_bytes())
            .chars()
            .take(32)
            .collect();
        let packed = app.blobs.lines(&name).await.ok().flatten();
        let text = packed.and_then(|packed| decompress_to_vec_with_limit(&packed, MOST).ok());
        let made = text.iter().flat_map(|text| text.split(|byte| *byte == b'\n'));
        let made = made.filter_map(|one| serde_json::from_slice::<Made>(one).ok());
        Self {
            name,
            made: made.map(|one| (one.id.clone(), one)).collect(),
            grown: false,
        }
    }

    /// Forgets what was made of these complaints from another version, by other rules, or for a time in which this moment does
    /// not lie; gives those of which nothing is left.
    pub fn missing(&mut self, rows: &[GridRow], rules: impl Fn(&str) -> bool, at: Moment) -> Vec<String> {
        let mut missing = Vec::new();
        for row in rows {
            let made = self.made.get(&row.id);
            let stands = |made: &Made| made.version == row.version && made.span.holds(at) && rules(&made.rules);
            if !made.is_some_and(stands) {
                self.made.remove(&row.id);
                missing.push(row.id.clone());
            }
        }
        missing
    }

    /// The line of a complaint, if it has one.
    pub fn line(&self, row: &GridRow) -> Option<&Line> {
        self.made.get(&row.id)?.line.as_ref()
    }

    /// Takes in what was made of a complaint in its version.
    pub fn add(&mut self, id: &str, version: u64, rules: &str, span: Span, line: Option<Line>) {
        let made = Made {
            id: id.to_owned(),
            version,
            rules: rules.to_owned(),
            span,
            line,
        };
        self.made.insert(id.to_owned(), made);
        self.grown = true;
    }

    /// Keeps what stands and forgets complaints that are not among these rows any more. What cannot be kept is logged, and made
    /// anew the next time.
    pub async fn keep(self, app: &App, rows: &[GridRow]) {
        if !self.grown {
            return;
        }
        let mut text = Vec::new();
        for made in rows.iter().filter_map(|row| self.made.get(&row.id)) {
            // INVARIANT: a line holds only maps with text keys, which always serialise.
            text.extend(serde_json::to_vec(made).unwrap_or_default());
            text.push(b'\n');
        }
        let packed = compress_to_vec(&text, LEVEL);
        app.blobs.keep_lines(&self.name, packed).await.ok();
    }
}

/// A digest of everything but the record that a line depends on: the procedure's version, the calendar and how lines are made.
pub(crate) fn rules(app: &App, desk: &DeskWork) -> String {
    let calendar = &desk.calendar;
    let years: Vec<_> = calendar.years().collect();
    let all = serde_json::json!([
        MAKING,
        env!("CARGO_PKG_VERSION"),
        app.library().digest(),
        desk.procedure.pack.procedure.version,
        years,
        calendar.overrides(),
    ]);
    hash(all.to_string().as_bytes()).chars().take(16).collect()
}
