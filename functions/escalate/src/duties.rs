//! Recurring duties (定期工作): each occurrence is a record that reminds its owner before the due day and tells the
//! receivers after it.

use chrono::{DateTime, Utc};
use kesu_app::app::DeskWork;
use kesu_app::clock::stamp_of;
use kesu_app::duties::{self, DutyRecord, Told, read};
use kesu_app::record::queued;
use kesu_app::store::{Guard, Kind, LetterRecord, SmallRecord, Wake};
use kesu_app::{App, Problem, devices};
use kesu_rules::clock::Moment;
use kesu_rules::domain::chain::hash;
use kesu_rules::domain::names::{Desk, UserId};
use kesu_rules::letters::{Letter, To};
use kesu_rules::procedure::duty::{by_calendar, current, stands};
use kesu_rules::procedure::model::Duty;
use serde_json::json;

/// Makes sure that the occurrence next due of every duty of the house is on record, for every procedure in use. Looks
/// once a day; what is due for a device is reached by that device's own next date.
pub(crate) async fn keep_current(app: &App, now: DateTime<Utc>) -> Result<(), Problem> {
    let first = app.desk(app.settings.procedures.first()).await?;
    if !app.first_today("duties", first.local(now).date_naive()) {
        return Ok(());
    }
    let written = write_coming(app, now).await;
    if written.is_err() {
        app.again_today("duties");
    }
    written
}

async fn write_coming(app: &App, now: DateTime<Utc>) -> Result<(), Problem> {
    for id in app.settings.procedures.ids() {
        let desk = app.desk(id).await?;
        let today = desk.local(now).date_naive();
        for duty in desk.procedure.pack.duty.iter().filter(|duty| by_calendar(duty)) {
            let one = current(duty, &desk.clock(), today);
            let procedure = desk.procedure.pack.procedure.id.clone();
            let id = format!("{procedure}/{}/{}", duty.rule, one.key);
            let duty = DutyRecord::new(procedure, duty.rule.clone(), one.key, one.due_at, Told::Nobody);
            let mut record = SmallRecord::new(Kind::Duty, id, serde_json::to_string(&duty).unwrap_or_default());
            record.wake = Some(Wake {
                shard: 0,
                moment: stamp_of(one.remind_at),
            });
            app.store.put_new(&record).await?;
        }
    }
    Ok(())
}

/// A duty's moment has come: tells whom it concerns; how many letters that owes.
pub(crate) async fn wake(app: &App, id: &str, now: DateTime<Utc>) -> Result<u64, Problem> {
    let Some((mut record, mut duty)) = read(app, id).await? else {
        return Ok(0);
    };
    let desk = match app.desk(duty.procedure.as_str()).await {
        // Its procedure is not at hand any more: nobody owes it, and it must not keep the others waiting.
        Err(Problem::NotFound) => {
            tracing::warn!(duty.id = id, "a duty of a procedure that is gone rests");
            let seen = record.version;
            record.wake = None;
            record.version = seen + 1;
            app.store.update(&record, seen).await?;
            return Ok(0);
        }
        other => other?,
    };
    let now = desk.local(now);
    let rule = duties::of(&desk, duty.rule.as_str());
    duty.dropped = match (&duty.device, rule) {
        (Some(serial), Some(rule)) => !still_stands(app, rule, serial, &duty.period).await?,
        _ => false,
    };
    let (seen, late) = (record.version, now >= duty.due_at);
    let letters = match rule {
        Some(rule) if duty.done.is_none() && !duty.dropped => {
            let step = if late { Told::All } else { Told::Owner };
            duty.told = step;
            letters(app, &desk, rule, &duty, id, now)
        }
        _ => Vec::new(),
    };
    let open = duty.done.is_none() && !duty.dropped && !late && rule.is_some();
    record.wake = open.then(|| Wake {
        shard: 0,
        moment: stamp_of(duty.due_at),
    });
    record.body = serde_json::to_string(&duty).unwrap_or_default();
    record.version = seen + 1;
    let written = app
        .store
        .put_with_letters(&record, Guard::Version(seen), &letters)
        .await?;
    Ok(if written {
        u64::try_from(letters.len()).unwrap_or(0)
    } else {
        0
    })
}

/// Whether an occurrence for a device is still to be done.
async fn still_stands(app: &App, rule: &Duty, serial: &str, due_day: &str) -> Result<bool, Problem> {
    let kept = devices::read(app, serial).await?;
    let due_day = due_day.parse().ok();
    Ok(kept
        .zip(due_day)
        .is_some_and(|((_, kept), due_day)| stands(rule, &kept.device, due_day)))
}

fn letters(app: &App, desk: &DeskWork, rule: &Duty, duty: &DutyRecord, id: &str, now: Moment) -> Vec<LetterRecord> {
    let late = duty.told == Told::All;
    let mut desks = vec![rule.owner.clone()];
    if late {
        desks.extend(rule.receivers.iter().cloned());
    }
    let mut readers: Vec<(UserId, Option<Desk>)> = Vec::new();
    for one in desks {
        let one = desk.named(&one).clone();
        let holders = desk.office.directory.holders(&one, now.date_naive());
        if holders.is_empty() {
            readers.push((desk.office.directory.administrator.clone(), Some(one)));
        } else {
            readers.extend(holders.into_iter().map(|holder| (holder, None)));
        }
    }
    readers.sort();
    readers.dedup_by(|a, b| a.0 == b.0);
    let partition = format!("duty-{}", hash(id.as_bytes()).chars().take(24).collect::<String>());
    let seq = if late { 2 } else { 1 };
    let record = |(n, (user, no_holder)): (usize, (UserId, Option<Desk>))| {
        let language = desk.office.directory.language(&user);
        let title = rule.title.get(language);
        let title = duty
            .device
            .as_ref()
            .map_or_else(|| title.to_owned(), |serial| format!("{title} · {serial}"));
        let mut facts = json!({
            "duty": title, "period": duty.period, "due_at": duty.due_at, "responsible": rule.owner,
            "rule": duty.rule, "source": rule.source, "link": format!("{}/admin/duties", app.settings.base_url),
        });
        if let (true, Some(map)) = (late, facts.as_object_mut()) {
            map.insert(
                "late_minutes".to_owned(),
                json!((now - duty.due_at).num_minutes().max(0)),
            );
            map.insert(
                "escalation".to_owned(),
                json!(partition.chars().skip(5).take(8).collect::<String>()),
            );
        }
        let template = if late { "duty_overdue" } else { "duty_due" };
        let letter = Letter {
            desk: Some(rule.owner.clone()),
            no_holder,
            rule: Some(rule.limit.clone().unwrap_or_else(|| rule.rule.clone())),
            rung: Some(if late { "late" } else { "warning" }.to_owned()),
            facts: Some(facts),
            ..Letter::of(template, To::Staff(user))
        };
        queued(&partition, seq, n, &letter, now, app.settings.shards)
    };
    readers.into_iter().enumerate().map(record).collect()
}
