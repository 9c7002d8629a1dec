//! The daily digest (每日摘要): each person with a desk hears once in the morning what is overdue and what is due today.

use std::collections::BTreeMap;

use chrono::{DateTime, Months, Utc};
use kesu_app::clock::machine;
use kesu_app::record::{Loaded, queued};
use kesu_app::store::{Guard, Kind, SmallRecord};
use kesu_app::{App, Problem};
use kesu_rules::domain::chain::hash;
use kesu_rules::domain::names::UserId;
use kesu_rules::letters::{Letter, To};
use serde_json::{Value, json};

/// How many months back open complaints are looked for.
const MONTHS: u32 = 24;

/// What one person is told.
#[derive(Default)]
struct Digest {
    open: u64,
    overdue: Vec<Value>,
    today: Vec<Value>,
}

/// Writes the digest of the day to everybody who has something overdue or due today; how many letters that owes.
/// Running it again on the same day owes none.
///
/// # Errors
/// When the store does not answer.
pub async fn digest(app: &App, now: DateTime<Utc>) -> Result<u64, Problem> {
    let desk = app.desk(app.settings.procedures.first()).await?;
    let local = desk.local(now);
    let mut digests: BTreeMap<UserId, Digest> = BTreeMap::new();
    for back in 0..MONTHS {
        let Some(month) = local.date_naive().checked_sub_months(Months::new(back)) else {
            break;
        };
        for shard in 0..app.settings.shards {
            let mut cursor = None;
            loop {
                let page = app
                    .store
                    .month(&month.format("%Y-%m").to_string(), shard, 200, cursor.as_deref())
                    .await?;
                let open = page
                    .items
                    .iter()
                    .filter(|row| row.columns.contains_key("due_at"))
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
    let mut letters = 0;
    for (user, digest) in digests {
        if digest.overdue.is_empty() && digest.today.is_empty() {
            continue;
        }
        let day = local.format("%Y-%m-%d").to_string();
        let facts = json!({
            "date": day, "open": digest.open, "overdue": digest.overdue, "today": digest.today,
            "link": format!("{}/admin", app.settings.base_url),
        });
        let letter = Letter {
            facts: Some(facts),
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
        seen.expires = Some((machine() + chrono::TimeDelta::days(7)).timestamp());
        // INVARIANT: a digest that was written today is not written again; the record decides, not the schedule.
        let known = app.store.get(Kind::Seen, &seen.id).await?.is_some();
        if !known && app.store.put_with_letters(&seen, Guard::New, &[record]).await? {
            letters += 1;
        }
    }
    Ok(letters)
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
    let directory = &desk.office.directory;
    let mut counted: Vec<UserId> = Vec::new();
    for one in desk
        .deadlines(it, local)
        .iter()
        .filter(|one| one.runs() && one.then.is_none())
    {
        let holders = directory.holders(&one.responsible, local.date_naive());
        let readers = if holders.is_empty() {
            vec![directory.administrator.clone()]
        } else {
            holders
        };
        for reader in readers {
            let digest = digests.entry(reader.clone()).or_default();
            if !counted.contains(&reader) {
                digest.open += 1;
                counted.push(reader.clone());
            }
            let rule = desk.procedure.deadline(one.rule.as_str());
            let title = rule.map(|rule| rule.title.get(directory.language(&reader)).to_owned());
            let mut row = json!({
                "number": it.number, "rule": one.rule, "source": rule.map(|rule| rule.source.as_str()), "until": title,
                "due_at": one.due_at, "responsible": one.responsible,
            });
            if one.due_at <= local {
                if let Some(map) = row.as_object_mut() {
                    map.insert("late_minutes".to_owned(), json!((local - one.due_at).num_minutes()));
                }
                digest.overdue.push(row);
            } else if desk.clock().last_day_of(one.due_at) == local.date_naive() {
                digest.today.push(row);
            }
        }
    }
    Ok(())
}
