//! The register of devices (设备档案): what was sold to whom and when, and the duties that each device brings.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use kesu_rules::domain::device::{Device, serial_key};
use kesu_rules::domain::names::{ProcedureId, RuleId};
use kesu_rules::domain::refusal::{Refusal, Refused};
use kesu_rules::domain::value::{LONG, SHORT};
use kesu_rules::procedure::duty::next_for;
use serde::{Deserialize, Serialize};

use crate::app::{App, DeskWork};
use crate::clock::stamp_of;
use crate::duties::{self, DutyRecord, Told};
use crate::problem::Problem;
use crate::store::{Kind, SmallRecord, Wake};

/// Occurrences written at one waking; a device that was forgotten for years goes on at the next.
const MOST: usize = 36;
/// The longest warranty that is written down, in months.
const LONGEST_WARRANTY: u32 = 1_200;

/// A device as it is kept.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// What is known of it.
    pub device: Device,
    /// The customer; personal, and emptied by erasing.
    #[serde(default, skip_serializing_if = "Owner::is_empty")]
    pub owner: Owner,
    /// Since when it stands in the register: nothing before that day is due.
    pub since: NaiveDate,
    /// For each duty the due day of the last occurrence that was written.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub scheduled: BTreeMap<RuleId, NaiveDate>,
}

/// Whose device it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Owner {
    /// The customer's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_name: Option<String>,
    /// How he is reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_contact: Option<String>,
}

impl Owner {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The device of a serial, however it is written.
///
/// # Errors
/// When the store does not answer.
pub async fn read(app: &App, serial: &str) -> Result<Option<(SmallRecord, Kept)>, Problem> {
    let id = serial_key(serial);
    if id.is_empty() || id.chars().count() > SHORT {
        return Ok(None);
    }
    let Some(record) = app.store.get(Kind::Device, &id).await? else {
        return Ok(None);
    };
    let kept = serde_json::from_str(&record.body).map_err(|_| Problem::Fault)?;
    Ok(Some((record, kept)))
}

/// Devices whose serials begin with something, in their order.
///
/// # Errors
/// When the store does not answer, or the cursor is none.
pub async fn list(
    app: &App,
    prefix: &str,
    limit: u32,
    cursor: Option<&str>,
) -> Result<(Vec<(u64, Kept)>, Option<String>), Problem> {
    let page = app.store.list(Kind::Device, &serial_key(prefix), limit, cursor).await?;
    let read = |record: SmallRecord| Some((record.version, serde_json::from_str(&record.body).ok()?));
    Ok((page.items.into_iter().filter_map(read).collect(), page.next))
}

/// Writes a device down, or changes the version that was seen; its version afterwards.
///
/// # Errors
/// Refuses what is no device; conflicts when it was changed meanwhile; the store does not answer.
pub async fn save(app: &App, mut device: Device, owner: Owner, seen: Option<u64>) -> Result<u64, Problem> {
    device.serial = device.serial.trim().to_owned();
    sound(app, &device, &owner)?;
    if device.procedure.is_none() {
        device.procedure = ProcedureId::parse(governing(app, &device));
    }
    let id = serial_key(&device.serial);
    let now = app.now();
    let desk = app.desk(device.procedure.as_ref().map_or("", |id| id.as_str())).await?;
    let today = desk.local(now).date_naive();
    let stored = read(app, &device.serial).await?;
    let current = stored.as_ref().map(|(record, _)| record.version);
    let before = match (seen, stored) {
        (None, Some(_)) => {
            return Err(Refusal::of("device_known")
                .about("serial")
                .with("serial", device.serial)
                .into());
        }
        (Some(_), None) => return Err(Problem::NotFound),
        (Some(seen), Some((record, _))) if record.version != seen => {
            return Err(Problem::Conflict {
                current: record.version,
            });
        }
        (_, stored) => stored.map(|(_, kept)| kept),
    };
    let mut kept = Kept {
        since: before.as_ref().map_or(today, |kept| kept.since),
        scheduled: before.map(|kept| kept.scheduled).unwrap_or_default(),
        device,
        owner,
    };
    // Dates may have changed: what was planned for later is planned anew, and what does not stand any more is dropped
    // when its time comes.
    if let Some(yesterday) = today.pred_opt() {
        for last in kept.scheduled.values_mut() {
            *last = (*last).min(yesterday);
        }
    }
    let mut record = SmallRecord::new(Kind::Device, id, body(&kept));
    record.wake = first_wake(&desk, &kept);
    match current {
        None if app.store.put_new(&record).await? => Ok(1),
        Some(seen) => {
            record.version = seen + 1;
            if app.store.update(&record, seen).await? {
                Ok(seen + 1)
            } else {
                Err(Problem::Conflict { current: seen + 1 })
            }
        }
        None => Err(Problem::Conflict { current: 1 }),
    }
}

/// A device's moment has come: the occurrences of its duties that are coming are written, each once, and it sleeps until
/// the next. How many were written.
///
/// # Errors
/// When the store does not answer.
pub async fn wake(app: &App, id: &str, now: DateTime<Utc>) -> Result<u64, Problem> {
    let Some(mut record) = app.store.get(Kind::Device, id).await? else {
        return Ok(0);
    };
    let mut kept: Kept = serde_json::from_str(&record.body).map_err(|_| Problem::Fault)?;
    let procedure = kept.device.procedure.as_ref().map_or("", |id| id.as_str());
    let desk = match app.desk(procedure).await {
        // Its procedure is not in use any more: nothing is due until somebody names another.
        Err(Problem::NotFound) => None,
        other => Some(other?),
    };
    let mut coming = Vec::new();
    if let Some(desk) = &desk {
        coming = due(desk, &mut kept, now);
        for (id, duty, remind_at) in &coming {
            let mut one = SmallRecord::new(Kind::Duty, id.as_str(), serde_json::to_string(duty).unwrap_or_default());
            one.wake = Some(Wake {
                shard: 0,
                moment: remind_at.clone(),
            });
            if !app.store.put_new(&one).await? {
                revive(app, id, &one.wake).await?;
            }
        }
    }
    let seen = record.version;
    record.wake = desk.as_ref().and_then(|desk| first_wake(desk, &kept));
    record.body = body(&kept);
    record.version = seen + 1;
    // Somebody who changed it meanwhile has planned it anew: what was written stands, by its due day.
    app.store.update(&record, seen).await?;
    Ok(u64::try_from(coming.len()).unwrap_or(0))
}

/// A visit that was dropped and stands again (somebody had written the wrong day of retirement) is owed again.
async fn revive(app: &App, id: &str, wake: &Option<Wake>) -> Result<(), Problem> {
    let Some((mut record, mut duty)) = duties::read(app, id).await? else {
        return Ok(());
    };
    if !duty.dropped || duty.done.is_some() {
        return Ok(());
    }
    duty.dropped = false;
    let seen = record.version;
    record.wake.clone_from(wake);
    record.body = serde_json::to_string(&duty).unwrap_or_default();
    record.version = seen + 1;
    // Whoever was faster has written the same or a later state of it.
    app.store.update(&record, seen).await?;
    Ok(())
}

/// The occurrences of a device's duties whose reminder is due, with their ids and reminders; marks them as written.
fn due(desk: &DeskWork, kept: &mut Kept, now: DateTime<Utc>) -> Vec<(String, DutyRecord, String)> {
    let procedure = &desk.procedure.pack.procedure.id;
    let mut coming = Vec::new();
    for duty in &desk.procedure.pack.duty {
        while coming.len() < MOST {
            let from = first_day(kept, &duty.rule);
            let found = from.and_then(|from| next_for(duty, &desk.clock(), &kept.device, from));
            let Some(one) = found.filter(|one| one.remind_at.to_utc() <= now) else {
                break;
            };
            let id = format!(
                "{procedure}/{}/{}/{}",
                duty.rule,
                one.key,
                serial_key(&kept.device.serial)
            );
            kept.scheduled.insert(duty.rule.clone(), one.due_day);
            let record = DutyRecord {
                device: Some(kept.device.serial.clone()),
                ..DutyRecord::new(procedure.clone(), duty.rule.clone(), one.key, one.due_at, Told::Nobody)
            };
            coming.push((id, record, stamp_of(one.remind_at)));
        }
    }
    coming
}

/// The first day on which the next occurrence of a duty may be due.
fn first_day(kept: &Kept, rule: &RuleId) -> Option<NaiveDate> {
    match kept.scheduled.get(rule) {
        Some(last) => last.succ_opt().map(|day| day.max(kept.since)),
        None => Some(kept.since),
    }
}

/// When the next occurrence of any duty must be written.
fn first_wake(desk: &DeskWork, kept: &Kept) -> Option<Wake> {
    let duties = desk.procedure.pack.duty.iter();
    let next = duties.filter_map(|duty| next_for(duty, &desk.clock(), &kept.device, first_day(kept, &duty.rule)?));
    let first = next.map(|one| one.remind_at).min()?;
    Some(Wake {
        shard: 0,
        moment: stamp_of(first),
    })
}

/// The procedure that would govern a complaint about this device.
fn governing<'a>(app: &'a App, device: &Device) -> &'a str {
    let known = [
        ("product_name", &device.product),
        ("model_spec", &device.model),
        ("batch_no", &device.batch),
    ];
    let fields = known.into_iter().filter_map(|(key, value)| {
        let key = kesu_rules::domain::names::FieldKey::of(key);
        Some((key, serde_json::Value::from(value.as_deref()?)))
    });
    let intake = kesu_rules::domain::command::Intake {
        fields: fields.collect(),
        ..Default::default()
    };
    app.settings.procedures.choose(&intake)
}

fn body(kept: &Kept) -> String {
    // INVARIANT: only maps with text keys, which always serialise.
    serde_json::to_string(kept).unwrap_or_default()
}

/// Everything that is wrong with a device, at once.
fn sound(app: &App, device: &Device, owner: &Owner) -> Result<(), Refused> {
    let mut wrong = Vec::new();
    if serial_key(&device.serial).is_empty() {
        wrong.push(Refusal::of("missing_field").about("serial").with("field", "serial"));
    }
    let texts = [
        ("serial", Some(&device.serial), SHORT),
        ("product", device.product.as_ref(), SHORT),
        ("model", device.model.as_ref(), SHORT),
        ("batch", device.batch.as_ref(), SHORT),
        ("user_unit", device.user_unit.as_ref(), SHORT),
        ("tracking_no", device.tracking_no.as_ref(), SHORT),
        ("customer_name", owner.customer_name.as_ref(), SHORT),
        ("customer_contact", owner.customer_contact.as_ref(), SHORT),
    ];
    for (field, text, most) in texts {
        if text.is_some_and(|text| text.chars().count() > most.min(LONG)) {
            let refusal = Refusal::of("too_long").about(field).with("field", field);
            wrong.push(refusal.with("max", most.to_string()));
        }
    }
    if device.warranty_months.is_some_and(|months| months > LONGEST_WARRANTY) {
        let refusal = Refusal::of("device_warranty").about("warranty_months");
        wrong.push(refusal.with("max", LONGEST_WARRANTY.to_string()));
    }
    if let (Some(accepted), Some(retired)) = (device.accepted_on, device.retired_on)
        && retired < accepted
    {
        wrong.push(Refusal::of("device_retired_first").about("retired_on"));
    }
    if let Some(id) = &device.procedure {
        let procedures = &app.settings.procedures;
        if !procedures.accepts(id.as_str()) || !app.library().ids().iter().any(|known| *known == *id.as_str()) {
            let allowed: Vec<&str> = procedures.ids().collect();
            let refusal = Refusal::of("unknown_procedure")
                .about("procedure")
                .with("procedure", id.as_str());
            wrong.push(refusal.with("allowed", allowed.join(", ")));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Refused(wrong)) }
}
