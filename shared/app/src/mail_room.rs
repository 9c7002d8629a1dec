//! What mail must know of the installation: which addresses are its own, and which complaint a message id belongs to.

use chrono::TimeDelta;
use kesu_rules::domain::chain::Entry;
use kesu_rules::domain::command::Wish;
use kesu_rules::domain::event::Event;
use kesu_rules::domain::facts::Actor;
use kesu_rules::domain::message::{Matched, Message};
use kesu_rules::domain::names::ComplaintId;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::config::Settings;
use crate::library::Library;
use crate::post::{EmailAddress, reply_complaint};
use crate::problem::Problem;
use crate::procedures::Procedures;
use crate::record::Loaded;
use crate::store::{Guard, Kind, RawPut, SmallRecord};

/// What stands before the `+` of the addresses that answers go to.
pub const REPLY: &str = "reply";
/// How many merges are followed; a longer chain is a circle.
const MERGES: u32 = 20;
/// How long it is remembered which complaint a message belongs to: answers to older ones still have token and mark.
const REMEMBERED: TimeDelta = TimeDelta::days(400);

/// One of the company's own addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailAddress {
    /// The address.
    pub to: EmailAddress,
    /// The procedure that governs what is written to it; where missing, it is chosen as for the web form.
    #[serde(default)]
    pub procedure: Option<String>,
}

/// The company's own addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailAddresses(Vec<MailAddress>);

impl MailAddresses {
    /// Reads a JSON list of addresses.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str, procedures: &Procedures) -> Result<Self, String> {
        let list: Vec<MailAddress> = serde_json::from_str(text).map_err(|error| error.to_string())?;
        Self::of(list, procedures, &Library::default())
    }

    /// These addresses.
    ///
    /// # Errors
    /// When an address stands twice, or names a procedure that is not at hand or not in use.
    pub fn of(list: Vec<MailAddress>, procedures: &Procedures, library: &Library) -> Result<Self, String> {
        for (at, one) in list.iter().enumerate() {
            if list
                .iter()
                .take(at)
                .any(|other| same(other.to.as_str(), one.to.as_str()))
            {
                return Err(format!("`{}` stands twice", one.to));
            }
            if let Some(id) = one.procedure.as_ref().filter(|id| library.procedure(id).is_none()) {
                return Err(format!("there is no procedure `{id}`"));
            }
            if let Some(id) = one.procedure.as_ref().filter(|id| !procedures.accepts(id)) {
                return Err(format!("procedure `{id}` is not in use here: add it to the procedures"));
            }
        }
        Ok(Self(list))
    }

    /// The procedure that governs what is written to the first of these addresses that has one.
    pub fn procedure<'a>(&self, recipients: impl Iterator<Item = &'a str>) -> Option<&str> {
        let mut recipients = recipients;
        recipients.find_map(|recipient| {
            let found = self.0.iter().find(|one| same(one.to.as_str(), plain(recipient)));
            found.and_then(|one| one.procedure.as_deref())
        })
    }

    fn knows(&self, address: &str) -> bool {
        self.0.iter().any(|one| same(one.to.as_str(), address))
    }
}

fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// An address without angle brackets and spaces around it.
fn plain(address: &str) -> &str {
    address.trim().trim_start_matches('<').trim_end_matches('>')
}

/// Whether mail to this address is for this installation: one of its addresses, or any of the domain that answers go to.
/// Everything else would be relaying.
pub fn is_ours(settings: &Settings, recipient: &str) -> bool {
    let recipient = plain(recipient);
    let domain = recipient.rsplit_once('@').map(|(_, domain)| domain);
    same(recipient, &settings.mail_from)
        || settings.mail_addresses.knows(recipient)
        || domain.is_some_and(|domain| same(domain, &settings.mail_domain))
}

/// What an address of ours claims about the complaint it answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// The complaint whose token it carries.
    Proven(String),
    /// A complaint that it names with a token which is not ours.
    Unproven(String),
}

/// Reads `reply+<complaint>.<token>@<domain>`; nothing of any other address.
pub fn token(settings: &Settings, recipient: &str) -> Option<Claimed> {
    let recipient = plain(recipient).to_ascii_lowercase();
    if let Some(complaint) = reply_complaint(&recipient, &settings.mail_domain, REPLY, &settings.secret) {
        return Some(Claimed::Proven(complaint));
    }
    let rest = recipient.strip_prefix(REPLY)?.strip_prefix('+')?;
    let (tagged, _) = rest.rsplit_once('@')?;
    let (complaint, _) = tagged.rsplit_once('.')?;
    Some(Claimed::Unproven(complaint.to_owned()))
}

/// Reads the mark that our letters carry: `<complaint>.<token>`, with the token of the reply address.
pub fn mark(settings: &Settings, mark: &str) -> Option<Claimed> {
    token(settings, &format!("{REPLY}+{}@{}", mark.trim(), settings.mail_domain))
}

/// Remembers which complaint a message belongs to: a letter of ours whose id was made by the channel (SES writes its own),
/// or a mail that came in.
///
/// # Errors
/// When the store does not answer.
pub async fn remember(app: &App, message_id: &str, complaint: &str) -> Result<(), Problem> {
    let id = bare(message_id);
    if id.is_empty() || own_form(app, id).is_some() {
        return Ok(());
    }
    let mut record = SmallRecord::new(Kind::Seen, thread_key(app, id), complaint);
    record.expires = Some((app.now() + REMEMBERED).timestamp());
    // The first one stays: nobody can claim another's message for his complaint.
    app.store.put_new(&record).await?;
    Ok(())
}

/// The complaint that a message id belongs to, if it is known. Knowing the id is no authority.
///
/// # Errors
/// When the store does not answer.
pub async fn thread_of(app: &App, message_id: &str) -> Result<Option<String>, Problem> {
    let id = bare(message_id);
    if let Some((complaint, _, _)) = own_form(app, id) {
        return Ok(Some(complaint));
    }
    if id.is_empty() {
        return Ok(None);
    }
    let record = app.store.get(Kind::Seen, &thread_key(app, id)).await?;
    Ok(record.map(|record| record.body))
}

/// The `Message-ID`s of what people wrote about a complaint, the oldest first, with angle brackets: what letters answer.
///
/// # Errors
/// When the store does not answer.
pub async fn message_ids(app: &App, complaint: &str) -> Result<Vec<String>, Problem> {
    let whole = app.store.whole(complaint).await?;
    let entries = whole.log.iter();
    let entries = entries.filter_map(|record| serde_json::from_str::<Entry>(&record.entry).ok());
    let ids = entries.flat_map(|entry| entry.events).filter_map(|event| match event {
        Event::Wrote {
            id: Some(at),
            automatic: false,
            ..
        } => whole.texts.iter().find(|text| text.seq == at.seq && text.n == at.n),
        _ => None,
    });
    Ok(ids.map(|text| format!("<{}>", text.text)).collect())
}

/// The letter that a message id of our own making stands for: complaint, entry, place.
pub fn own_form(app: &App, message_id: &str) -> Option<(String, u64, u32)> {
    let (stem, domain) = bare(message_id).rsplit_once('@')?;
    if !same(domain, &app.settings.mail_domain) {
        return None;
    }
    let (rest, n) = stem.rsplit_once('-')?;
    let (complaint, seq) = rest.rsplit_once('-')?;
    Some((complaint.to_owned(), seq.parse().ok()?, n.parse().ok()?))
}

/// The id without brackets. SES tells its ids without a domain, and mail carries them with one.
fn bare(message_id: &str) -> &str {
    let id = plain(message_id);
    match id.rsplit_once('@') {
        Some((stem, domain)) if domain.ends_with("amazonses.com") => stem,
        _ => id,
    }
}

/// Keyed: the id of a message says who wrote it from which machine.
fn thread_key(app: &App, message_id: &str) -> String {
    let hash: String = app.keyed("message id", message_id).chars().take(32).collect();
    format!("message#{hash}")
}

/// What came of a message that was to be put to a complaint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// The complaint that has it: another than was asked for where that had been merged.
    pub complaint: String,
    /// Whether it was there before.
    pub repeated: bool,
}

impl App {
    /// The complaint as it is dealt with now: where it was merged into another, that one; and whether it was.
    ///
    /// # Errors
    /// Not found, or the store does not answer.
    pub async fn dealt_with_in(&self, id: &str) -> Result<(Loaded, bool), Problem> {
        let mut loaded = self.load(id).await?;
        for _ in 0..MERGES {
            let Some(into) = loaded.complaint.merged_into.clone() else {
                let merged = loaded.complaint.id.as_str() != id;
                return Ok((loaded, merged));
            };
            match self.load(into.as_str()).await {
                Ok(next) => loaded = next,
                // What it was merged into is gone: better here than nowhere.
                Err(Problem::NotFound) => return Err(Problem::Fault),
                Err(other) => return Err(other),
            }
        }
        Err(Problem::Fault)
    }

    /// Puts a message to a complaint, or to the one it was merged into; the same message once, wherever it was put.
    ///
    /// # Errors
    /// Not found, or the store does not answer; refuses what the rules refuse.
    pub async fn wrote(&self, id: &str, message: &Message) -> Result<Added, Problem> {
        let key = format!("wrote#{}", message.key);
        for _ in 0..3 {
            if let Some(before) = self.store.get(Kind::Seen, &key).await? {
                let (complaint, repeated) = (before.body, true);
                return Ok(Added { complaint, repeated });
            }
            let (loaded, merged) = self.dealt_with_in(id).await?;
            let mut message = message.clone();
            if merged {
                message.through = ComplaintId::parse(id);
                message.matched = Matched::Merged;
            }
            let complaint = loaded.complaint.id.to_string();
            let guard = RawPut {
                record: SmallRecord::new(Kind::Seen, key.clone(), complaint.clone()),
                guard: Guard::New,
            };
            let wish = Wish::Wrote(Box::new(message));
            let told = self
                .tell_once(&complaint, None, wish, &Actor::System, None, &[guard])
                .await;
            match told {
                Ok(told) if told.events.is_empty() => {}
                Ok(_) => {
                    let repeated = false;
                    return Ok(Added { complaint, repeated });
                }
                // Merged a moment ago: it is looked up again.
                Err(Problem::Refused(refusals)) if refusals.iter().any(|one| one.code == "merged") => {}
                Err(other) => return Err(other),
            }
        }
        Err(Problem::Busy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_stands_twice_or_names_an_unknown_procedure_is_refused() {
        let wrong = |text: &str| MailAddresses::parse(text, &Procedures::default()).unwrap_err();
        assert_eq!(
            wrong(r#"[{"to": "a@b.example"}, {"to": "A@b.example"}]"#),
            "`A@b.example` stands twice"
        );
        assert_eq!(
            wrong(r#"[{"to": "a@b.example", "procedure": "P99"}]"#),
            "there is no procedure `P99`"
        );
    }

    #[test]
    fn the_address_decides_the_procedure() {
        let text = r#"[{"to": "hotline@b.example"}, {"to": "cars@b.example", "procedure": "P10"}]"#;
        let addresses = MailAddresses::parse(text, &Procedures::default()).unwrap();
        let procedure = |to: &[&str]| addresses.procedure(to.iter().copied()).map(str::to_owned);
        assert_eq!(procedure(&["<Cars@B.example>"]), Some("P10".to_owned()));
        assert_eq!(procedure(&["hotline@b.example"]), None);
        assert_eq!(
            procedure(&["hotline@b.example", "cars@b.example"]),
            Some("P10".to_owned())
        );
    }
}
