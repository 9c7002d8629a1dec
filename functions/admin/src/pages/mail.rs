//! What a complaint's page shows of mail: letters on their way, messages that came, where they may belong, what they name.

use chrono::DateTime;
use kesu_app::Problem;
use kesu_app::correspondent::{self, How};
use kesu_app::texts::{Language, field_title, texts};
use kesu_rules::domain::names::FieldKey;
use serde_json::{Value, json};

use crate::api::commands::find;
use crate::ask::Ask;
use crate::pages::{forms, short, short_of};
use crate::shown::Shown;

/// Characters shown on either side of what was found in a text.
const AROUND: usize = 16;
/// Suggestions shown at most: a text that names more has been pasted together.
const MOST: usize = 30;

/// The letters in their order, with what became of each.
pub fn letters(shown: &Shown, language: Language) -> Vec<Value> {
    let told = |letter: Value| {
        let text = |name: &str| letter.get(name).and_then(Value::as_str);
        let staff = letter.get("to").and_then(|to| to.get("staff")).cloned();
        let local = |at: Option<&str>| at.map_or_else(String::new, |at| in_zone(shown, at));
        json!({
            "at": short_of(text("created_at"), false),
            "name": texts().label(language, "letter", text("letter").unwrap_or_default()),
            "to": staff, "desk": letter.get("desk"), "rule": letter.get("rule"), "state": letter.get("state"),
            "channel": text("channel").filter(|channel| *channel != "mail"),
            "attempts": letter.get("attempts").and_then(Value::as_u64).filter(|tries| *tries > 1),
            "why": text("error").map(|why| reason(why, language)),
            "sent_at": local(text("sent_at")), "next_try": local(text("next_try")),
        })
    };
    shown.letters().into_iter().map(told).collect()
}

/// A moment of the outbox in the procedure's zone.
fn in_zone(shown: &Shown, at: &str) -> String {
    let at = DateTime::parse_from_rfc3339(at).ok();
    at.map_or_else(String::new, |at| short(shown.desk.local(at.to_utc()), false))
}

/// How the reasons begin that end in words of a mail server or robot, and the texts that say them to people.
const FAILURES: &[(&str, &str)] = &[
    ("letter not sent, to be tried again", "transient"),
    ("letter handed over without an answer, it may arrive twice", "unknown"),
    ("letter cannot be sent", "permanent"),
    ("came back undelivered", "returned"),
];
/// How the reasons begin for which letters do not leave, and the texts that say them to people.
const REASONS: &[(&str, &str)] = &[
    ("this address complained", "complained"),
    ("letters to this address came back", "bounced"),
    ("this address had its acknowledgement", "acknowledged"),
    ("this address had its", "enough"),
    ("there is no address", "no_address"),
    ("the complaint is gone", "gone"),
    ("the letter's text was erased", "erased"),
    ("the robot has had", "robot_waits"),
    ("the robot is not", "robot_gone"),
    ("its reader reported it", "unwanted"),
    ("nobody has shown that this address", "unproved"),
    ("the survey is over", "survey_over"),
];

/// Why a letter has not left, in the reader's language; the words of a mail server as they are.
pub fn reason(why: &str, language: Language) -> String {
    let label = |code: &str| texts().label(language, "letter_reason", code);
    if let Some((_, code)) = REASONS.iter().find(|(begins, _)| why.starts_with(begins)) {
        return label(code);
    }
    let failure = FAILURES
        .iter()
        .find_map(|(begins, code)| Some((code, why.strip_prefix(begins)?)));
    match failure {
        Some((code, words)) => {
            let words = hide_links(words.trim_start_matches([':', ' ']));
            let space = if words.is_empty() { "" } else { " " };
            format!("{}{space}{words}", label(code))
        }
        None => hide_links(why),
    }
}

/// The messages that came, the first one first.
pub fn messages(shown: &Shown, language: Language) -> Vec<Value> {
    let told = |mail: Value| {
        let text = |name: &str| mail.get(name).and_then(Value::as_str);
        let label = |table: &str, name: &str| texts().label(language, table, text(name).unwrap_or_default());
        json!({
            "seq": mail.get("seq"), "at": short_of(text("at"), false), "sender": label("mail_sender", "sender"),
            "matched": label("mail_matched", "matched"), "verdict": text("verdict"),
            "verdict_words": label("mail_verdict", "verdict"), "automatic": mail.get("automatic"),
            "through": mail.get("through"), "text": text("text").map(hide_links), "files": mail.get("files"),
            "raw": mail.get("raw"),
        })
    };
    shown.mails().into_iter().map(told).collect()
}

/// What stands before the token of a signed link.
const LINKS: [&str; 2] = ["/admin/act/", "/survey/"];

/// A text without the signed links that somebody quoted in it: they are their reader's alone.
pub fn hide_links(text: &str) -> String {
    cut(text)
        .into_iter()
        .map(|(said, token)| {
            if token == 0 {
                said.to_owned()
            } else {
                format!("{said}…")
            }
        })
        .collect()
}

/// The same with each character in its place.
fn covered(text: &str) -> Vec<char> {
    let mut all: Vec<char> = Vec::new();
    for (said, token) in cut(text) {
        all.extend(said.chars());
        all.extend(std::iter::repeat_n('…', token));
    }
    all
}

/// A text in pieces, each with the number of characters of the token that follows it and is left out.
fn cut(text: &str) -> Vec<(&str, usize)> {
    let mut pieces = Vec::new();
    let mut rest = text;
    loop {
        let ends = LINKS.iter().filter_map(|link| Some(rest.find(link)? + link.len()));
        let Some((said, after)) = ends.min().and_then(|end| rest.split_at_checked(end)) else {
            pieces.push((rest, 0));
            return pieces;
        };
        rest = after.trim_start_matches(of_token);
        pieces.push((said, after.len() - rest.len()));
    }
}

fn of_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

/// Values that stand in the texts and not in the record; each with the button that takes it over, where `edit` is allowed.
pub fn suggestions(shown: &Shown, language: Language) -> Vec<Value> {
    let may = shown.allowed.iter().any(|one| one.kind == "edit");
    let procedure = &shown.desk.procedure;
    let mails = shown.mails();
    let description = shown.fields().remove("description");
    let mut told: Vec<Value> = Vec::new();
    for one in shown.suggestions() {
        let text = |name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default();
        let place = |name: &str| {
            one.get(name)
                .and_then(Value::as_u64)
                .and_then(|at| usize::try_from(at).ok())
        };
        let (field, value) = (text("field"), text("value"));
        let (Some(key), Some(start), Some(end)) = (FieldKey::parse(field), place("start"), place("end")) else {
            continue;
        };
        let same = |other: &Value| other.get("field") == one.get("field") && other.get("value") == one.get("value");
        if procedure.fields.kind(field).is_none() || told.iter().any(same) || told.len() >= MOST {
            continue;
        }
        // A message is told by its moment; what stood in the first words, by their name.
        let mail = mails.iter().find(|mail| mail.get("seq") == one.get("seq"));
        let written = mail.and_then(|mail| mail.get("text")).and_then(Value::as_str);
        let (source, words) = match (written, mail) {
            (Some(words), Some(mail)) => (short_of(mail.get("at").and_then(Value::as_str), false), words),
            _ => {
                let words = description.as_ref().and_then(Value::as_str).unwrap_or_default();
                (texts().text(language, "admin.description", &[]), words)
            }
        };
        let chars = covered(words);
        let part = |from: usize, to: usize| -> String {
            let to = to.min(chars.len());
            chars.get(from.min(to)..to).unwrap_or_default().iter().collect()
        };
        told.push(json!({
            "field": field, "label": field_title(procedure, field, language), "value": value,
            "now": forms::current(shown, &key).join(", "), "source": source, "may": may,
            "before": part(start.saturating_sub(AROUND), start), "found": part(start, end),
            "after": part(end, end.saturating_add(AROUND)),
        }));
    }
    told
}

/// The complaints that this one may belong to or repeat, as far as this person may see them.
pub async fn kin(ask: &Ask, shown: &Shown, language: Language) -> Vec<Value> {
    let it = &shown.loaded.complaint;
    let may = shown.allowed.iter().any(|one| one.kind == "merge");
    let claims = it.claims.iter().map(|claim| {
        let how = texts().label(language, "mail_matched", claim.by.name());
        (
            claim.to.clone(),
            texts().text(language, "admin.claimed", &[("how", &how)]),
        )
    });
    let links = it
        .links
        .iter()
        .filter(|link| ["duplicate", "possible_duplicate"].contains(&link.kind.as_str()));
    let links = links.map(|link| (link.to.clone(), texts().label(language, "link_kind", &link.kind)));
    let mut told: Vec<Value> = Vec::new();
    for (to, how) in claims.chain(links) {
        let Ok(session) = ask.session() else { break };
        if told.iter().any(|one| one.get("to") == Some(&json!(to))) {
            continue;
        }
        let Ok(other) = find(&ask.app, session, to.as_str()).await else {
            continue;
        };
        let other = &other.complaint;
        // Two that were merged into each other would both be gone.
        let may = may && other.merged_into.is_none();
        told.push(json!({
            "to": to, "number": other.number, "how": how, "stage": other.stage.name(), "class": other.class,
            "received_at": short(other.received_at, false), "may": may,
        }));
    }
    told
}

/// What is known of the customer's address; nothing where there is none.
///
/// # Errors
/// When the store does not answer.
pub async fn address(ask: &Ask, shown: &Shown) -> Result<Value, Problem> {
    let Some(mail) = shown.loaded.face.get("customer_email") else {
        return Ok(Value::Null);
    };
    let state = correspondent::state(&ask.app, mail).await?;
    let at = |at: DateTime<chrono::Utc>| short(shown.desk.local(at), false);
    let verified = state.known.verified.map(|(when, how)| {
        let how = match how {
            How::Authenticated => "authenticated",
            How::Token => "token",
            How::Code => "code",
        };
        json!({"at": at(when), "how": texts().label(ask.language, "address_how", how)})
    });
    let bounced = state
        .known
        .bounced
        .as_ref()
        .map(|(when, status)| json!({"at": at(*when), "status": status}));
    Ok(json!({
        "address": mail, "verified": verified, "bounced": bounced, "complained": state.known.complained.map(at),
        "unwanted": state.unwanted(),
    }))
}
