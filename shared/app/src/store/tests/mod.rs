//! Tests of the store against the real embedded engine.

mod append;
mod capacity;
mod faults;
mod letters;
mod local;
mod reads;
mod speed;

use std::collections::BTreeMap;

use super::*;

/// A store in memory.
async fn store() -> Store {
    Local::memory().unwrap().store("kesu").await.unwrap()
}

fn wake(moment: &str) -> Wake {
    Wake {
        shard: 0,
        moment: moment.to_owned(),
    }
}

fn head(id: &str, version: u64) -> HeadRecord {
    HeadRecord {
        id: id.to_owned(),
        version,
        state: format!(r#"{{"stage":"open","version":{version}}}"#),
        hash: format!("hash-{version}"),
        face: Some(r#"{"name":"李小明"}"#.to_owned()),
        salt: Some("salt".to_owned()),
        wake: Some(wake("2026-11-23T09:00:00Z")),
        month: ("2026-11".to_owned(), 0),
        changed: ("2026-11-22".to_owned(), 0, format!("2026-11-22T02:00:{version:02}Z")),
        columns: BTreeMap::from([
            ("number".to_owned(), "KS-1".to_owned()),
            ("class".to_owned(), "重大投诉".to_owned()),
        ]),
        body_hash: "body".to_owned(),
    }
}

fn entry(id: &str, seq: u64) -> LogRecord {
    let reply = (seq == 1).then(|| r#"{"number":"KS-1"}"#.to_owned());
    LogRecord {
        id: id.to_owned(),
        seq,
        entry: format!(r#"{{"events":[{seq}]}}"#),
        reply,
    }
}

fn letter(id: &str, seq: u64, n: u32) -> LetterRecord {
    LetterRecord {
        id: id.to_owned(),
        seq,
        n,
        state: LetterState::Queued,
        body: r#"{"template":"acknowledgement"}"#.to_owned(),
        wake: Some(wake("2026-11-22T02:05:00Z")),
        attempts: 0,
        claimed_at: None,
        sent_at: None,
        message_id: None,
        error: None,
    }
}

/// The first append of a complaint.
fn create(id: &str) -> Append {
    Append::new(head(id, 1), None, entry(id, 1))
}

/// The append that follows version `from`.
fn follow(id: &str, from: u64) -> Append {
    Append::new(head(id, from + 1), Some(from), entry(id, from + 1))
}

fn done(version: u64) -> Result<Appended, AppendRefused> {
    Ok(Appended {
        version,
        repeated: false,
    })
}
