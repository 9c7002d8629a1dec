//! Which complaint a message belongs to: by proof, in a fixed order, and never by an address or a message id alone.
//!
//! A token (in the reply address) and the mark (in a quoted letter) are proof: they were mailed to the complaint's people and
//! to nobody else. A message id and a number are only knowledge, since they stand in forwarded mails and printed letters;
//! they count together with a sender whom the complaint knows and whom his domain does not disown.

use kesu_app::mail_room::{self, Claimed};
use kesu_app::record::Loaded;
use kesu_app::{App, Problem, users};
use kesu_rules::domain::message::{Claim, Matched, Sender, Verdict};
use kesu_rules::domain::names::ComplaintId;

use crate::arrival::Arrival;
use crate::read::Mail;

/// Recipients, message ids and numbers that are looked at: more is not written by people.
const MOST: usize = 40;
/// Numbers in one subject.
const MOST_NUMBERS: usize = 5;
/// Claims that are kept.
const MOST_CLAIMS: usize = 5;

/// What a message says of the complaint it belongs to.
#[derive(Clone, Debug, Default)]
pub struct Thread {
    /// The complaint, how that was proven, and who writes.
    pub found: Option<(String, Matched, Sender)>,
    /// What it claims without proof.
    pub claims: Vec<Claim>,
}

/// Looks for the complaint in the order of the strength of the proof.
pub async fn resolve(app: &App, mail: &Mail, arrival: &Arrival) -> Result<Thread, Problem> {
    let mut search = Search {
        app,
        mail,
        believed: crate::verdict(arrival) != Verdict::Fail,
        thread: Thread::default(),
    };
    let recipients = arrival.to.iter().chain(&mail.to).take(MOST);
    let tokens: Vec<Claimed> = recipients
        .filter_map(|one| mail_room::token(&app.settings, one))
        .collect();
    for token in tokens {
        if search.proof(token, Matched::Token).await? {
            return Ok(search.thread);
        }
    }
    for id in mail.answers.iter().take(MOST) {
        if let Some(complaint) = mail_room::thread_of(app, id).await?
            && search.knowledge(&complaint, Matched::Reference).await?
        {
            return Ok(search.thread);
        }
    }
    for number in numbers(&mail.subject) {
        if let Some(complaint) = app.by_number(number).await?
            && search.knowledge(&complaint, Matched::Subject).await?
        {
            return Ok(search.thread);
        }
    }
    let mark = mail
        .mark
        .as_deref()
        .and_then(|mark| mail_room::mark(&app.settings, mark));
    if let Some(mark) = mark {
        search.proof(mark, Matched::Mark).await?;
    }
    Ok(search.thread)
}

struct Search<'a> {
    app: &'a App,
    mail: &'a Mail,
    /// Whether the address in `From` may count for anything.
    believed: bool,
    thread: Thread,
}

impl Search<'_> {
    /// A token or mark: proof where it is ours.
    async fn proof(&mut self, claimed: Claimed, by: Matched) -> Result<bool, Problem> {
        let (complaint, proven) = match claimed {
            Claimed::Proven(complaint) => (complaint, true),
            Claimed::Unproven(complaint) => (complaint, false),
        };
        let Some(loaded) = self.load(&complaint).await? else {
            return Ok(false);
        };
        if !proven {
            self.claim(&complaint, by);
            return Ok(false);
        }
        let sender = self.sender(&loaded).await?;
        self.thread.found = Some((complaint, by, sender));
        Ok(true)
    }

    /// A message id or a number: counts with a sender whom the complaint knows.
    async fn knowledge(&mut self, complaint: &str, by: Matched) -> Result<bool, Problem> {
        let Some(loaded) = self.load(complaint).await? else {
            return Ok(false);
        };
        let sender = self.sender(&loaded).await?;
        if !self.believed || !sender.known() {
            self.claim(complaint, by);
            return Ok(false);
        }
        self.thread.found = Some((complaint.to_owned(), by, sender));
        Ok(true)
    }

    async fn load(&self, complaint: &str) -> Result<Option<Loaded>, Problem> {
        match self.app.load(complaint).await {
            Ok(loaded) => Ok(Some(loaded)),
            Err(Problem::NotFound) => Ok(None),
            Err(other) => Err(other),
        }
    }

    fn claim(&mut self, complaint: &str, by: Matched) {
        let known = self.thread.claims.iter().any(|one| one.to == *complaint);
        let to = ComplaintId::parse(complaint).filter(|_| !known && self.thread.claims.len() < MOST_CLAIMS);
        self.thread.claims.extend(to.map(|to| Claim { to, by }));
    }

    /// Who writes: the complaint's customer, a member of staff, or somebody else.
    async fn sender(&self, loaded: &Loaded) -> Result<Sender, Problem> {
        let Some(from) = self.mail.from.as_ref().map(|from| from.address.trim()) else {
            return Ok(Sender::Unknown);
        };
        let own = loaded.face.get("customer_email");
        if own.is_some_and(|own| self.app.person_key(own) == self.app.person_key(from)) {
            return Ok(Sender::Customer);
        }
        let Some(user) = users::user_id(from) else {
            return Ok(Sender::Unknown);
        };
        let account = users::find(&self.app.store, &user).await?;
        let staff = account.is_some_and(|(account, _)| !account.disabled);
        Ok(if staff { Sender::Staff } else { Sender::Unknown })
    }
}

/// The numbers that a subject names: `[KS-<number>]`.
fn numbers(subject: &str) -> impl Iterator<Item = &str> {
    let tags = subject.split("[KS-").skip(1).take(MOST_NUMBERS);
    let inside = tags.filter_map(|rest| rest.split_once(']').map(|(number, _)| number.trim()));
    inside.filter(|number| !number.is_empty())
}
