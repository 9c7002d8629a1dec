//! A customer who cannot be reached by mail: the desk is told once, so that somebody telephones or writes by post.

use chrono::TimeDelta;
use kesu_app::post::PostError;
use kesu_app::record::queued;
use kesu_app::store::{Guard, Kind, LetterRecord, SmallRecord};
use kesu_app::{App, Problem, correspondent};
use kesu_rules::domain::names::UserId;
use kesu_rules::letters::{Letter, To};

use crate::write::Written;

/// Places of these letters among those of an entry begin here: no turn owes so many.
const PLACES: usize = 900;

/// A letter to a customer was given up. A server that says the mailbox does not exist has spoken of the address, and not
/// of this letter alone.
pub(crate) async fn refused(
    app: &App,
    record: &LetterRecord,
    written: &Written,
    error: &PostError,
) -> Result<(), Problem> {
    let reason = error.to_string();
    let dead = ["5.1.1", "5.1.2", "5.1.10", "5.2.1"]
        .into_iter()
        .find(|status| reason.split([' ', ':', ',']).any(|word| word == *status));
    if let (PostError::Permanent(_), Some(status)) = (error, dead) {
        correspondent::bounced(app, written.outgoing.to.as_str(), status).await?;
    }
    let why = if error.is_transient() { "gave_up" } else { "refused" };
    tell(app, record, written, why).await
}

/// Tells the desk of a complaint that its customer was not reached: once for each complaint, address and reason.
pub(crate) async fn tell(app: &App, record: &LetterRecord, written: &Written, why: &str) -> Result<(), Problem> {
    let Some((loaded, desk)) = &written.about else {
        return Ok(());
    };
    let it = &loaded.complaint;
    let now = desk.local(app.now());
    let owner = it
        .department
        .clone()
        .unwrap_or_else(|| desk.procedure.registrar(it).clone());
    let owner = desk.named(&owner).clone();
    let directory = &desk.office.directory;
    let holders = directory.holders(&owner, now.date_naive());
    let vacant = holders.is_empty().then(|| owner.clone());
    let readers: Vec<UserId> = if vacant.is_some() {
        vec![directory.administrator.clone()]
    } else {
        holders
    };
    let letters: Vec<LetterRecord> = readers
        .into_iter()
        .enumerate()
        .map(|(n, user)| {
            let letter = Letter {
                desk: Some(owner.clone()),
                no_holder: vacant.clone(),
                code: Some(why.to_owned()),
                ..Letter::of("undelivered", To::Staff(user))
            };
            queued(&record.id, record.seq, PLACES + n, &letter, now, app.settings.shards)
        })
        .collect();
    let person = app.person_key(written.outgoing.to.as_str());
    let key = format!("undelivered#{}#{person}#{why}", record.id);
    let mut seen = SmallRecord::new(Kind::Seen, key, record.seq.to_string());
    seen.expires = Some((kesu_app::clock::machine() + TimeDelta::days(400)).timestamp());
    app.store.put_with_letters(&seen, Guard::New, &letters).await?;
    Ok(())
}
