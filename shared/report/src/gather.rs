//! Reads what a period's figures are made of: the months' index tells which complaints matter, and only the heads of those are
//! read that have changed since their line was made.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use kesu_app::app::DeskWork;
use kesu_app::record::{Face, Loaded, SURVEYED};
use kesu_app::store::GridRow;
use kesu_app::{App, Problem, customers};
use kesu_rules::clock::Moment;
use kesu_rules::customers::{Customers, folded};
use kesu_rules::domain::names::key;
use kesu_rules::rollup::{Line, PAST_MONTHS, Period, Series, Span, as_of_end};

use super::lines::{Lines, rules};

/// Rows of the index, and heads, read at a time.
const PAGE: u32 = 1000;
/// A register has begun where so many months before hold nothing.
const SILENCE: u32 = 24;
/// Classes and products are followed by the month up to this many, the most frequent ones.
const FOLLOWED: usize = 50;

/// What was read.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    /// A line for each complaint that was received in the period, or was open, closed or due in it, or in which a customer
    /// was asked or answered whether he is satisfied.
    pub lines: Vec<Line>,
    /// Counts by month of all, of each class and of each product.
    pub series: Vec<Series>,
}

/// The first month of the register: before it, so many months hold nothing under any procedure. Looked for backwards.
///
/// # Errors
/// When the store does not answer.
pub(crate) async fn first_month(app: &App, from: Period) -> Result<Period, Problem> {
    let mut month = Period::month_of(from.first());
    let (mut first, mut silent) = (month, 0);
    while silent < SILENCE {
        month = month.before();
        silent += 1;
        for shard in 0..app.settings.shards {
            if !app
                .store
                .month(&month.to_string(), shard, 1, None)
                .await?
                .items
                .is_empty()
            {
                (first, silent) = (month, 0);
                break;
            }
        }
    }
    Ok(first)
}

/// Reads a period of a procedure, as of its end or of now, in a register that began with the month `first`.
///
/// # Errors
/// When the store does not answer.
pub(crate) async fn gather(
    app: &App,
    desk: &DeskWork,
    period: Period,
    first: Period,
    now: DateTime<Utc>,
) -> Result<Gathered, Problem> {
    let clock = desk.clock();
    let at = as_of_end(period, &clock, desk.local(now));
    let begins = period.begins(&clock);
    let mut gathered = Gathered::default();
    let procedure = desk.procedure.pack.procedure.id.as_str();
    let around = Around::of(app, procedure).await?;
    let mut counts = Counts::default();
    for month in period.months() {
        let rows = month_of(app, procedure, month).await?;
        if rows.is_empty() {
            continue;
        }
        let mut made = Lines::read(app, procedure, &month.to_string()).await;
        let lines = lines(app, &rows, at, &around, &mut made).await?;
        for line in lines.iter().filter(|line| line.complaint) {
            let named = [("class", line.by.get("class")), ("product", line.by.get("product"))];
            counts.add(&month, named);
        }
        gathered.lines.extend(lines);
        made.keep(app, &rows).await;
    }
    let mut month = Period::month_of(period.first()).before();
    let mut back = 0;
    while month >= first {
        let rows = month_of(app, procedure, month).await?;
        let (mut current, mut surveyed) = (Vec::new(), Vec::new());
        for row in &rows {
            let column = |name: &str| row.columns.get(name);
            if column("stage").is_some_and(|stage| stage == "not_a_complaint") {
                continue;
            }
            if back < PAST_MONTHS {
                counts.add(
                    &month,
                    [("class", column("class")), ("product", column("product_name"))],
                );
            }
            let when = |name: &str| column(name).and_then(|text| Moment::parse_from_rfc3339(text).ok());
            if when("closed_at").is_none_or(|closed| closed >= begins) {
                current.push(row.clone());
            } else if when(SURVEYED).is_some_and(|surveyed| surveyed >= begins) {
                surveyed.push(row.clone());
            }
        }
        if !(current.is_empty() && surveyed.is_empty()) {
            let mut made = Lines::read(app, procedure, &month.to_string()).await;
            let more = lines(app, &current, at, &around, &mut made).await?;
            gathered.lines.extend(more);
            let more = lines(app, &surveyed, at, &around, &mut made).await?;
            gathered.lines.extend(more.into_iter().map(Line::of_survey));
            made.keep(app, &rows).await;
        }
        month = month.before();
        back += 1;
    }
    gathered.series = counts.series();
    Ok(gathered)
}

/// The rows of a month that this procedure governs.
async fn month_of(app: &App, procedure: &str, month: Period) -> Result<Vec<GridRow>, Problem> {
    let month = month.to_string();
    let mut rows = Vec::new();
    for shard in 0..app.settings.shards {
        let mut cursor = None;
        loop {
            let page = app.store.month(&month, shard, PAGE, cursor.as_deref()).await?;
            let own = |row: &GridRow| row.columns.get("procedure").is_some_and(|own| own == procedure);
            rows.extend(page.items.into_iter().filter(own));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
    }
    Ok(rows)
}

/// What is read once for all complaints: which customers are one, and the versions of the procedure with a digest of the rules
/// that each stands for.
struct Around {
    customers: Customers,
    desks: HashMap<String, (DeskWork, String)>,
}

impl Around {
    async fn of(app: &App, procedure: &str) -> Result<Self, Problem> {
        let named = |desk: DeskWork| (desk.procedure.pack.procedure.version.clone(), (rules(app, &desk), desk));
        let desks = app.desks(procedure).await?.into_iter().map(named);
        Ok(Self {
            customers: customers::directory(app).await?,
            desks: desks.map(|(version, (rules, desk))| (version, (desk, rules))).collect(),
        })
    }
}

/// The lines of complaints, each by the version of the procedure that governs it; what is not `made` yet is, from its head.
async fn lines(
    app: &App,
    rows: &[GridRow],
    at: Moment,
    around: &Around,
    made: &mut Lines,
) -> Result<Vec<Line>, Problem> {
    let rules = |own: &str| around.desks.values().any(|(_, rules)| rules == own);
    let missing = made.missing(rows, rules, at);
    for some in missing.chunks(usize::try_from(PAGE).unwrap_or(usize::MAX)) {
        for head in app.store.heads(some).await? {
            let Loaded { complaint: it, .. } = Loaded::read(head)?;
            let Some((desk, rules)) = around.desks.get(&it.procedure_version) else {
                // Without its procedure nothing can be said of its limits; this tells the operator which is gone.
                match app.desk_of(&it).await {
                    Err(Problem::Refused(_)) | Ok(_) => continue,
                    Err(problem) => return Err(problem),
                }
            };
            let line = Line::of(&it, &desk.procedure, &desk.clock(), at);
            let span = Span::around(&it, line.as_ref(), at);
            made.add(it.id.as_str(), it.version, rules, span, line);
        }
    }
    let lines = rows.iter().filter_map(|row| Some((row, made.line(row)?)));
    lines
        .map(|(row, line)| known(app, row, line.clone(), &around.customers))
        .collect()
}

/// The line with the keys by which complaints of one customer are counted together.
fn known(app: &App, row: &GridRow, line: Line, customers: &Customers) -> Result<Line, Problem> {
    let face = row.face.as_deref().map(serde_json::from_str::<Face>).transpose();
    let face = face.map_err(|_| Problem::Fault)?.unwrap_or_default();
    let contact = [key::CUSTOMER_EMAIL, "customer_contact"];
    let contact = contact.iter().find_map(|key| face.get(*key));
    let name = face.get("customer_name");
    let named = |name: &str| app.keyed("customer", name);
    Ok(Line {
        customer: contact
            .map(|contact| app.person_key(contact))
            .or_else(|| name.map(|name| named(&folded(name)))),
        one: name.and_then(|name| customers.known(name)).map(|(of, _)| named(of)),
        ..line
    })
}

/// Counts by axis, value and month.
#[derive(Default)]
struct Counts {
    all: BTreeMap<String, u64>,
    by: BTreeMap<(&'static str, String), BTreeMap<String, u64>>,
}

impl Counts {
    fn add(&mut self, month: &Period, named: [(&'static str, Option<&String>); 2]) {
        let month = month.to_string();
        for (axis, value) in named {
            let Some(value) = value else { continue };
            let of = self.by.entry((axis, value.clone())).or_default();
            *of.entry(month.clone()).or_default() += 1;
        }
        *self.all.entry(month).or_default() += 1;
    }

    /// All, and the most frequent of each axis. All begin where the register does: a month without a class counts none of it.
    fn series(self) -> Vec<Series> {
        let series = |axis: &str, value: &str, counts| Series {
            axis: axis.to_owned(),
            value: value.to_owned(),
            counts,
        };
        let first = self.all.keys().next().cloned();
        let mut by: Vec<_> = self.by.into_iter().collect();
        by.sort_by_key(|(key, counts)| (std::cmp::Reverse(counts.values().sum::<u64>()), key.clone()));
        by.truncate(FOLLOWED);
        by.sort();
        let one = std::iter::once(series("all", "", self.all));
        let rest = by.into_iter().map(|((axis, value), mut counts)| {
            if let Some(first) = &first {
                counts.entry(first.clone()).or_default();
            }
            series(axis, &value, counts)
        });
        one.filter(|series| !series.counts.is_empty()).chain(rest).collect()
    }
}
