//! Cases of recurring duties: on a day, which occurrence is next, when it is due, and who owes it to whom.

use chrono::NaiveDate;
use serde::Deserialize;

use super::said::{local, moment};
use super::seen::Seen;
use super::{Outcome, Wrong};
use crate::clock::{Clock, WorkCalendar};
use crate::domain::device::Device;
use crate::domain::names::{Desk, RuleId};
use crate::procedure::Procedure;
use crate::procedure::duty::next;
use crate::procedure::model::Duty;
use crate::procedure::tree::way;

/// One case of a duty.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DutyCase {
    /// What it shows, as a sentence that an officer can judge.
    pub name: String,
    /// Which duty, or the limit it has.
    pub rule: RuleId,
    /// On which day it is looked at.
    pub on: NaiveDate,
    /// The device it is about, for duties that each device has.
    #[serde(default)]
    pub device: Option<DeviceGiven>,
    /// What must be true.
    pub then: DutyThen,
}

/// The dates of a device of the register.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeviceGiven {
    /// Day of final acceptance.
    pub acceptance_date: Option<NaiveDate>,
    /// Last day of the warranty.
    pub warranty_until: Option<NaiveDate>,
    /// Day of sale.
    pub purchase_date: Option<NaiveDate>,
    /// Day of shipment.
    pub ship_date: Option<NaiveDate>,
    /// Day on which it was implanted.
    pub implant_date: Option<NaiveDate>,
    /// Day on which it went out of use.
    pub retired_on: Option<NaiveDate>,
}

impl DeviceGiven {
    fn device(&self) -> Device {
        Device {
            serial: "case".to_owned(),
            accepted_on: self.acceptance_date,
            sold_on: self.purchase_date,
            shipped_on: self.ship_date,
            implant_date: self.implant_date,
            warranty_until: self.warranty_until,
            retired_on: self.retired_on,
            ..Device::default()
        }
    }
}

/// What must be true of the next occurrence. Only what is named is looked at.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DutyThen {
    /// Nothing is due: the company sets it, it comes with its occasion, or the device is out of use or of warranty.
    pub none: bool,
    /// The period it is about.
    pub period: Option<String>,
    /// When it is due.
    pub due_at: Option<String>,
    /// When its owner is reminded.
    pub remind_at: Option<String>,
    /// Who owes it.
    pub owner: Option<Desk>,
    /// Who receives it.
    pub receivers: Option<Vec<Desk>>,
    /// Forms that record it.
    pub forms: Vec<RuleId>,
}

/// Looks at a duty as its case says.
pub fn owed(case: &DutyCase, procedure: &Procedure, calendar: &WorkCalendar) -> Outcome {
    let duties = procedure.pack.duty.iter().enumerate();
    let is = |duty: &Duty| duty.rule == case.rule || duty.limit.as_ref() == Some(&case.rule);
    let Some((index, duty)) = duties.into_iter().find(|(_, duty)| is(duty)) else {
        let wrong = vec![format!("this procedure has no duty {}", case.rule).into()];
        return Outcome {
            wrong,
            seen: Seen::default(),
        };
    };
    let mut wrong = compare(case, duty, procedure, calendar);
    let mut seen = Seen::default();
    seen.items.insert(way!["duty", index]);
    super::print::duty_forms(
        &case.then.forms,
        procedure,
        case.device.is_some(),
        &mut seen,
        &mut wrong,
    );
    let wrong = wrong.into_iter().map(Wrong::from).collect();
    Outcome { wrong, seen }
}

fn compare(case: &DutyCase, duty: &Duty, procedure: &Procedure, calendar: &WorkCalendar) -> Vec<String> {
    let head = &procedure.pack.procedure;
    let clock = Clock {
        calendar,
        hours: &head.hours,
        zone: head.zone,
    };
    let device = case.device.as_ref().map(DeviceGiven::device);
    let found = next(duty, &clock, device.as_ref(), case.on);
    let then = &case.then;
    let mut wrong = Vec::new();
    match (&found, then.none) {
        (Some(found), true) => wrong.push(format!(
            "there should be none, {} is due at {}",
            found.key,
            local(head.zone, found.due_at)
        )),
        (None, false) if then.period.is_some() || then.due_at.is_some() || then.remind_at.is_some() => {
            wrong.push("nothing is due".to_owned());
        }
        _ => {}
    }
    if let Some(found) = &found {
        if let Some(period) = then.period.as_ref().filter(|period| **period != found.key) {
            wrong.push(format!("the period should be `{period}`, it is `{}`", found.key));
        }
        let moments = [
            ("due", &then.due_at, found.due_at),
            ("reminded", &then.remind_at, found.remind_at),
        ];
        for (what, wanted, at) in moments {
            match wanted.as_ref().map(|text| moment(head.zone, text)) {
                Some(Ok(wanted)) if wanted != at => wrong.push(format!(
                    "it should be {what} at {}, it is at {}",
                    local(head.zone, wanted),
                    local(head.zone, at)
                )),
                Some(Err(text)) => wrong.push(text),
                _ => {}
            }
        }
    }
    if let Some(owner) = then.owner.as_ref().filter(|owner| **owner != duty.owner) {
        wrong.push(format!("the owner should be `{owner}`, it is `{}`", duty.owner));
    }
    if let Some(receivers) = then
        .receivers
        .as_ref()
        .filter(|receivers| **receivers != duty.receivers)
    {
        wrong.push(format!(
            "the receivers should be {receivers:?}, they are {:?}",
            duty.receivers
        ));
    }
    wrong
}
