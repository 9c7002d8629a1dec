//! What is not sent although it is owed: to addresses that letters must not go to, and more than a correspondent bears.

use chrono::{DateTime, TimeDelta, Utc};
use kesu_app::store::{Kind, LetterRecord, SmallRecord};
use kesu_app::survey::{Question, Standing};
use kesu_app::{App, Problem};
use kesu_rules::letters::To;

use crate::undelivered;
use crate::write::Written;

/// How many letters that no person wrote an address gets in a day, whatever they say. Two machines that answer each other
/// stop here even when every mark by which they could know each other is lost.
const AUTOMATIC_A_DAY: u32 = 3;

/// Why a letter to a customer must not go out, if so. Staff are not limited: what they are owed is their work.
pub(crate) async fn held_back(
    app: &App,
    record: &LetterRecord,
    written: &Written,
    now: DateTime<Utc>,
) -> Result<Option<String>, Problem> {
    let (To::Customer, Some((_, desk))) = (&written.letter.to, &written.about) else {
        return Ok(None);
    };
    if let Some(unwanted) = written.state.unwanted() {
        undelivered::tell(app, record, written, unwanted).await?;
        return Ok(Some(match unwanted {
            "complained" => "this address complained of our letters".to_owned(),
            _ => "letters to this address came back".to_owned(),
        }));
    }
    if written.letter.template == "survey" {
        if written.unverified {
            return Ok(Some("nobody has shown that this address is the customer's".to_owned()));
        }
        if !open(written, now) {
            return Ok(Some("the survey is over".to_owned()));
        }
    }
    if !written.outgoing.auto {
        return Ok(None);
    }
    let day = desk.local(now).format("%Y-%m-%d").to_string();
    let person = app.person_key(written.outgoing.to.as_str());
    let slot = Slots {
        app,
        mine: format!("{}#{}#{}", record.id, record.seq, record.n),
    };
    if written.unverified
        && written.letter.template == "acknowledgement"
        && !slot.take(format!("acknowledged#{person}#{day}")).await?
    {
        return Ok(Some(format!("this address had its acknowledgement of {day}")));
    }
    // Whoever has several complaints is asked about one of them on a day, and other letters keep their places.
    if written.letter.template == "survey" && !slot.take(format!("surveyed#{person}#{day}")).await? {
        return Ok(Some(format!("this address had its survey of {day}")));
    }
    for nth in 1..=AUTOMATIC_A_DAY {
        if slot.take(format!("automatic#{person}#{day}#{nth}")).await? {
            return Ok(None);
        }
    }
    Ok(Some(format!(
        "this address had its {AUTOMATIC_A_DAY} automatic letters of {day}"
    )))
}

/// Whether the question that a letter asks can still be answered.
fn open(written: &Written, now: DateTime<Utc>) -> bool {
    let until = written.letter.code.as_deref();
    let until = until.and_then(|until| DateTime::parse_from_rfc3339(until).ok());
    let Some((until, (loaded, _))) = until.zip(written.about.as_ref()) else {
        return false;
    };
    let question = Question {
        complaint: loaded.complaint.id.to_string(),
        until: until.to_utc(),
    };
    question.standing(loaded, now) == Standing::Open
}

/// Places that a letter takes once, however often it is tried.
struct Slots<'a> {
    app: &'a App,
    mine: String,
}

impl Slots<'_> {
    /// Takes a place, if it is free or this letter's already.
    async fn take(&self, key: String) -> Result<bool, Problem> {
        let mut seen = SmallRecord::new(Kind::Seen, key, self.mine.clone());
        seen.expires = Some((kesu_app::clock::machine() + TimeDelta::days(3)).timestamp());
        if self.app.store.put_new(&seen).await? {
            return Ok(true);
        }
        // A second attempt has another expiry, so the record is not the same: whose place it is stands in it.
        let standing = self.app.store.get(Kind::Seen, &seen.id).await?;
        Ok(standing.is_some_and(|standing| standing.body == self.mine))
    }
}
