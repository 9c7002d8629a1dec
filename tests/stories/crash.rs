//! `kill -9` in the middle: what was acknowledged is there, every letter goes out, the log is whole; and a changed byte
//! in the database is found.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::load::complaint;
use crate::world::{World, command, printed};

const NOW: &str = "2026-03-10T10:00:00+08:00";

#[test]
fn what_was_acknowledged_survives_a_kill_and_every_letter_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut acknowledged = Vec::new();
    for round in 0..3_u64 {
        let world = World::over(&data, "P19", Some(NOW), &[]);
        let stop = Arc::new(AtomicBool::new(false));
        let base = world.base.clone();
        let posters: Vec<_> = (0..8)
            .map(|poster| {
                let (stop, base) = (stop.clone(), base.clone());
                std::thread::spawn(move || {
                    let mut own = Vec::new();
                    for n in 0.. {
                        if stop.load(Ordering::Relaxed) {
                            break;
                        }
                        let key = format!("crash-{round}-{poster}-{n}");
                        let request = World::agent()
                            .post(format!("{base}/api/complaints"))
                            .header("content-type", "application/json")
                            .header("idempotency-key", &key)
                            .send(complaint(n).to_string());
                        // The connection may break at any moment: only a 201 is a promise.
                        let Ok(mut response) = request else { break };
                        if response.status() == 201
                            && let Ok(text) = response.body_mut().read_to_string()
                        {
                            own.push((key, n, text));
                        }
                    }
                    own
                })
            })
            .collect();
        std::thread::sleep(Duration::from_millis(900 + 400 * round));
        world.kill();
        stop.store(true, Ordering::Relaxed);
        for poster in posters {
            acknowledged.extend(poster.join().unwrap());
        }
    }
    assert!(
        acknowledged.len() > 20,
        "only {} complaints were acknowledged",
        acknowledged.len()
    );

    let world = World::over(&data, "P19", Some(NOW), &[]);
    for (key, n, text) in &acknowledged {
        let again = world.complain(key, &complaint(*n));
        assert_eq!((again.status, &again.text), (201, text), "{key}");
    }
    world.clock(NOW);
    let letters = world.outbox();
    let unsent: Vec<_> = letters
        .iter()
        // An address that nobody confirmed gets one acknowledgement a day; the posters share some addresses.
        .filter(|letter| letter["state"] != "sent" && letter["state"] != "suppressed")
        .collect();
    assert!(unsent.is_empty(), "{unsent:#?}");
    let acknowledgements = letters.iter().filter(|letter| letter["letter"] == "assigned").count();
    assert!(acknowledgements >= acknowledged.len());
    assert_eq!(world.stop().0, Some(0));

    let data = data.to_str().unwrap();
    let verify = command(&["verify", "--data", data, "--json"]);
    let proof = printed(&verify);
    assert_eq!(
        (verify.status.code(), &proof["faults"]),
        (Some(0), &serde_json::json!([])),
        "{proof}"
    );

    // One byte of one log entry, changed behind the program's back.
    let database = folder.path().join("data/kesu.db");
    let mut bytes = std::fs::read(&database).unwrap();
    let needle = b"\"actor\":\"customer\"";
    // Entries stand in the table and in the stream's record of it; the byte is changed wherever it stands.
    let places: Vec<usize> = (0..bytes.len() - needle.len())
        .filter(|at| bytes[*at..].starts_with(needle))
        .collect();
    let escaped = b"\\\"actor\\\":\\\"customer\\\"";
    let more: Vec<usize> = (0..bytes.len() - escaped.len())
        .filter(|at| bytes[*at..].starts_with(escaped))
        .collect();
    assert!(
        !places.is_empty() || !more.is_empty(),
        "no log entry was found in the file"
    );
    for at in places {
        bytes[at + 10] = b'C';
    }
    for at in more {
        bytes[at + 14] = b'C';
    }
    std::fs::write(&database, bytes).unwrap();
    let verify = command(&["verify", "--data", data, "--json"]);
    assert_eq!(
        verify.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&verify.stdout)
    );
    assert!(!printed(&verify)["faults"].as_array().unwrap().is_empty());
}
