//! Every sample of `samples/mail` is read as its `expected.json` says.

use crate::support;
use kesu_intake_mail::read::{File, Mail, Party};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

#[test]
fn every_sample_is_read_as_expected() {
    let folder = support::samples();
    let expected: Value = serde_json::from_slice(&std::fs::read(folder.join("expected.json")).unwrap()).unwrap();
    let expected = expected.as_object().unwrap();
    assert!(expected.len() >= 30);
    let mut wrong = Vec::new();
    for (name, expected) in expected {
        let bytes = std::fs::read(folder.join(format!("{name}.eml"))).unwrap();
        let found = match support::checked(&bytes) {
            Ok(mail) => shown(&mail),
            Err(unreadable) => json!({ "unreadable": unreadable }),
        };
        for (field, value) in expected.as_object().unwrap() {
            // `null` files: the parts of a report, which nobody counts.
            if found[field] != *value && !(field == "files" && value.is_null()) {
                wrong.push(format!(
                    "{name}: {field}\n  expected {value}\n  found    {}",
                    found[field]
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let files = std::fs::read_dir(folder)
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|e| e == "eml"));
    assert_eq!(files.count(), expected.len(), "a sample without an expectation");
}

fn shown(mail: &Mail) -> Value {
    let party = |party: &Option<Party>| party.as_ref().map(|party| [party.address.clone(), party.name.clone()]);
    json!({
        "message_id": mail.message_id,
        "answers": mail.answers,
        "from": party(&mail.from),
        "reply_to": party(&mail.reply_to),
        "to": mail.to,
        "date": mail.date.map(|date| date.to_rfc3339()),
        "subject": mail.subject,
        "text": mail.text,
        "fresh": mail.text[mail.fresh.clone()],
        "mark": mail.mark,
        "files": mail.files.iter().map(file).collect::<Vec<_>>(),
        "auto": mail.auto,
        "bounce": mail.bounce.as_ref().map(|bounce| json!({
            "recipient": bounce.recipient, "status": bounce.status, "permanent": bounce.permanent, "letter": bounce.letter,
        })),
    })
}

fn file(file: &File) -> Value {
    let digest: String = Sha256::digest(&file.bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    json!({ "name": file.name, "claimed": file.claimed, "size": file.bytes.len(), "sha256": digest })
}
