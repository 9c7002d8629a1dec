//! The daily digest (每日摘要): each person with a desk hears once in the morning what is overdue and what is due today.

use std::collections::BTreeMap;

use chrono::{DateTime, Months, TimeDelta, Utc};
use kesu_app::app::DeskWork;
use kesu_app::clock::machine;
use kesu_app::post::subscription;
use kesu_app::record::{Loaded, queued};
use kesu_app::store::{Guard, Kind, SmallRecord};
use kesu_app::{App, Problem};
use kesu_rules::clock::Moment;
use kesu_rules::clock::deadline::Deadline;
use kesu_rules::domain::chain::hash;
use kesu_rules::domain::names::{Desk, UserId};
use kesu_rules::letters::{Letter, To};
use serde_json::{Value, json};

/// How many months back open complaints are looked for.
const MONTHS: u32 = 24;
/// How many complaints one digest lists; the others are counted.
const LISTED: usize = 50;

/// What one person is told.
#[derive(Default)]
struct Digest {
    open: u64,
    late: u64,
    today: u64,
    /// Whether a clock of law is among it: those do not wait for a working day.
    statutory: bool,
    complaints: Vec<About>,
    approvals: Vec<Value>,
}

/// One complaint in a digest.
struct About {
    /// Minutes by which its latest deadline is late; negative where the first is only due later today.
    worst: i64,
    told: Value,
}

/// Writes the digest of the day to everybody who has something overdue, due today or to approve; how many letters that
/// owes. Running it again on the same day owes none. On a day off only those hear who have a statutory deadline in it.
///
/// # Errors
/// When the store does not answer.
pub async fn digest(app: &App, now: DateTime<Utc>) -> Result<u64, Problem> {
    let desk = app.desk(app.settings.procedures.first()).await?;
    let local = desk.local(now);
    let working = desk.calendar.is_working_day(local.date_naive());
    let mut letters = 0;
    for (user, digest) in gather(app, now, local).await? {
        let nothing = digest.complaints.is_empty() && digest.approvals.is_empty();
        if nothing || (!working && !digest.statutory) || subscription::is_off(app, &user).await? {
            continue;
        }
        let day = local.format("%Y-%m-%d").to_string();
        let letter = Letter {
            facts: Some(digest.facts(&day, &app.settings.base_url)),
            ..Letter::of("digest", To::Staff(user.clone()))
        };
        let partition: String = format!("digest-{}", hash(format!("{user} {day}").as_bytes()))
            .chars()
            .take(31)
            .collect();
        let record = queued(&partition, 1, 0, &letter, local, app.settings.shards);
        let mut seen = SmallRecord::new(
            Kind::Seen,
            format!("digest#{}#{day}", app.person_key(user.as_str())),
            day,
        );
        seen.expires = Some((machine() + TimeDelta::days(7)).timestamp());
        // INVARIANT: a digest that was written today is not written again; the record decides, not the schedule.
        let known = app.store.get(Kind::Seen, &seen.id).await?.is_some();
        if !known && app.store.put_with_letters(&seen, Guard::New, &[record]).await? {
            letters += 1;
        }
    }
    Ok(letters)
}

async fn gather(app: &App, now: DateTime<Utc>, local: Moment) -> Result<BTreeMap<UserId, Digest>, Problem> {
    let mut digests: BTreeMap<UserId, Digest> = BTreeMap::new();
    for back in 0..MONTHS {
        let Some(month) = local.date_naive().checked_sub_months(Months::new(back)) else {
            break;
        };
        for shard in 0..app.settings.shards {
            let mut cursor = None;
            loop {
                let month = month.format("%Y-%m").to_string();
                let page = app.store.month(&month, shard, 200, cursor.as_deref()).await?;
                let open = page
                    .items
                    .iter()
                    .filter(|row| row.columns.contains_key("due_at") || !row.columns.contains_key("closed_at"))
                    .map(|row| row.id.clone());
                let open: Vec<String> = open.collect();
                for head in app.store.heads(&open).await? {
                    add(app, Loaded::read(head)?, now, &mut digests).await?;
                }
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
        }
    }
    Ok(digests)
}

impl Digest {
    /// What the letter's record holds: ids and dates, no names.
    fn facts(mut self, day: &str, base: &str) -> Value {
        self.complaints.sort_by_key(|one| std::cmp::Reverse(one.worst));
        let more = self.complaints.len().saturating_sub(LISTED);
        self.complaints.truncate(LISTED);
        let complaints: Vec<Value> = self.complaints.into_iter().map(|one| one.told).collect();
        self.approvals.truncate(LISTED);
        json!({
            "date": day, "open": self.open, "late": self.late, "today": self.today, "complaints": complaints,
            "approvals": self.approvals, "more": (more > 0).then_some(more), "link": format!("{base}/admin"),
        })
    }
}

/// Who hears for a desk: its holders, or the administrator.
fn readers(desk: &DeskWork, of: &Desk, local: Moment) -> Vec<UserId> {
    let directory = &desk.office.directory;
    let holders = directory.holders(desk.named(of), local.date_naive());
    if holders.is_empty() {
        vec![directory.administrator.clone()]
    } else {
        holders
    }
}

async fn add(
    app: &App,
    loaded: Loaded,
    now: DateTime<Utc>,
    digests: &mut BTreeMap<UserId, Digest>,
) -> Result<(), Problem> {
    let it = &loaded.complaint;
    let desk = match app.desk_of(it).await {
        // One complaint whose procedure is not at hand must not keep everybody's digest back; it was logged.
        Err(Problem::Refused(_)) => return Ok(()),
        other => other?,
    };
    let local = desk.local(now);
    let all = desk.deadlines(it, local);
    let mut mine: BTreeMap<UserId, Vec<&Deadline>> = BTreeMap::new();
    for one in all.iter().filter(|one| one.runs() && one.then.is_none()) {
        for reader in readers(&desk, &one.responsible, local) {
            mine.entry(reader).or_default().push(one);
        }
    }
    for (reader, open) in mine {
        let digest = digests.entry(reader.clone()).or_default();
        digest.open += 1;
        let due_now =
            |one: &&&Deadline| one.due_at <= local || desk.clock().last_day_of(one.due_at) == local.date_naive();
        let mut urgent: Vec<&Deadline> = open.iter().filter(due_now).copied().collect();
        urgent.sort_by_key(|one| one.due_at);
        let Some(first) = urgent.first() else { continue };
        let worst = (local - first.due_at).num_minutes();
        for one in &urgent {
            let rule = desk.procedure.deadline(one.rule.as_str());
            digest.statutory |= rule.is_some_and(|rule| rule.statutory);
            let count = if one.due_at <= local {
                &mut digest.late
            } else {
                &mut digest.today
            };
            *count += 1;
        }
        let language = desk.office.directory.language(&reader);
        let items: Vec<Value> = urgent.iter().map(|one| item(&desk, one, local, language)).collect();
        let department = it.department.as_ref().unwrap_or(desk.procedure.registrar(it));
        digest.complaints.push(About {
            worst,
            told: json!({
                "id": it.id, "number": it.number, "class": it.class, "department": department, "items": items,
            }),
        });
    }
    for approval in it.approvals.iter().filter(|one| one.decision.is_none()) {
        let rule = desk
            .procedure
            .pack
            .approval
            .iter()
            .find(|one| one.rule == approval.rule);
        for reader in readers(&desk, &approval.approver, local) {
            let language = desk.office.directory.language(&reader);
            let title = rule.map_or("", |rule| rule.title.get(language));
            digests.entry(reader).or_default().approvals.push(json!({
                "id": it.id, "number": it.number, "what": title, "requested_at": approval.asked_at,
            }));
        }
    }
    Ok(())
}

fn item(desk: &DeskWork, one: &Deadline, local: Moment, language: kesu_rules::language::Language) -> Value {
    let rule = desk.procedure.deadline(one.rule.as_str());
    let late = one.due_at <= local;
    json!({
        "rule": one.rule, "source": rule.map(|rule| rule.source.as_str()),
        "until": rule.map(|rule| rule.title.get(language)), "due_at": one.due_at, "responsible": one.responsible,
        "late_minutes": late.then(|| (local - one.due_at).num_minutes()),
        "late_worked": desk.worked_late(&one.rule, one.due_at, local).filter(|_| late),
    })
}
