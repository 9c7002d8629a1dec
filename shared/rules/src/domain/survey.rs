//! A complaint's satisfaction survey (满意度调查): that the customer was asked, and what he answered.

use chrono::Datelike;
use serde::{Deserialize, Serialize};

use super::complaint::Complaint;
use super::decide::SUPERSEDED;
use super::names::known;
use super::stage::Stage;
use crate::clock::{Clock, Count, Moment};
use crate::procedure::Procedure;
use crate::procedure::model::{Asking, Season};

/// The survey of a complaint.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    /// When the customer was asked by letter; nothing where a person asked him.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Asked>,
    /// What he answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
}

/// That a customer was asked by letter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// When.
    pub at: Moment,
    /// Until when the letter's link can be answered by.
    pub until: Moment,
}

/// What a customer answered; his remark is kept where it can be erased.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// When he did, as the person says who took it down.
    pub at: Moment,
    /// How it came: `web`, `telephone`, `form`, …
    pub channel: String,
    /// Whether he is satisfied with how it was dealt with.
    pub handling: Satisfied,
    /// Whether he is satisfied with how fast.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speed: Option<Satisfied>,
}

/// Whether somebody is satisfied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Satisfied {
    /// Satisfied (满意).
    Yes,
    /// In parts (基本满意).
    Partly,
    /// Not satisfied (不满意).
    No,
}

impl Satisfied {
    /// Every answer, the best first.
    pub const ALL: [Self; 3] = [Self::Yes, Self::Partly, Self::No];

    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Partly => "partly",
            Self::No => "no",
        }
    }

    /// The answer of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// When the customer is to be asked by letter, and until when that makes sense: after the letter's time it is too late to
/// begin. Nothing where nobody is asked: no survey by letter, not closed (or open again), asked or answered already, taken
/// over from an old register, merged, or gone on under another number.
pub fn due(complaint: &Complaint, procedure: &Procedure, clock: &Clock<'_>) -> Option<Asked> {
    let rules = procedure.pack.survey.as_ref()?;
    let (after, lives) = (rules.after.as_ref()?, rules.lives.as_ref()?);
    let elsewhere = complaint.imported.is_some()
        || complaint.merged_into.is_some()
        || complaint.successor_owed.is_some()
        || complaint.links.iter().any(|link| link.kind == "successor");
    let ended = match &complaint.stage {
        Stage::Closed { reason, .. } | Stage::Archived { reason, .. } => reason != SUPERSEDED,
        _ => false,
    };
    if rules.by != Asking::Letter || elsewhere || !ended || complaint.survey.is_some() || !rules.when.holds(complaint) {
        return None;
    }
    let (_, closed) = complaint.last(known::CLOSED)?;
    let after = |start: Moment| clock.due(start, after, &Count::default()).at;
    let first = after(closed.at);
    let at = season_after(first, rules.season, clock).map_or(first, after);
    let until = clock.due(at, lives, &Count::default()).at;
    Some(Asked { at, until })
}

/// As [`due`], where the customer can be written to and it is not too late: the moment to look at the complaint again.
pub fn wake(
    complaint: &Complaint,
    procedure: &Procedure,
    clock: &Clock<'_>,
    now: Moment,
    reachable: bool,
) -> Option<Moment> {
    let due = due(complaint, procedure, clock).filter(|due| reachable && now < due.until)?;
    Some(due.at)
}

/// The beginning of the season that follows, for a moment outside it.
fn season_after(at: Moment, season: Option<Season>, clock: &Clock<'_>) -> Option<Moment> {
    let Season::FourthQuarter = season?;
    let local = at.with_timezone(&clock.zone);
    let eve = chrono::NaiveDate::from_ymd_opt(local.year(), FOURTH_QUARTER, 1)?.pred_opt()?;
    (local.month() < FOURTH_QUARTER).then(|| clock.end_of_day(eve))
}

/// The month with which the last quarter of a year begins.
const FOURTH_QUARTER: u32 = 10;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::WorkCalendar;
    use crate::procedure::load::shipped;

    #[test]
    fn what_is_due_before_the_season_waits_for_its_first_day_and_what_is_due_in_it_does_not() {
        let calendar = WorkCalendar::builtin("cn").unwrap();
        let procedure = shipped("P18").unwrap().unwrap();
        let clock = Clock {
            calendar,
            hours: &procedure.pack.procedure.hours,
            zone: procedure.pack.procedure.zone,
        };
        let at = |text: &str| Moment::parse_from_rfc3339(text).unwrap();
        let season = Some(Season::FourthQuarter);
        let spring = at("2026-03-04T10:00:00+08:00");
        let begins = at("2026-10-01T00:00:00+08:00");
        assert_eq!(season_after(spring, season, &clock), Some(begins));
        assert_eq!(season_after(at("2026-11-04T10:00:00+08:00"), season, &clock), None);
        assert_eq!(season_after(spring, None, &clock), None);
    }
}
