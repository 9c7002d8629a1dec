//! Many clients at once: every complaint once, numbers without gap or double, the same reply to a repeat.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::world::{Answer, World, body};

/// Clients and complaints; `KESU_LOAD=64x2000` is the full size.
pub fn size() -> (usize, usize) {
    #[expect(
        clippy::disallowed_methods,
        reason = "how much a test does is the runner's choice, not a setting of the program"
    )]
    let asked = std::env::var("KESU_LOAD").unwrap_or_else(|_| "64x300".to_owned());
    let (clients, complaints) = asked.split_once('x').expect("KESU_LOAD is CLIENTSxCOMPLAINTS");
    (clients.parse().unwrap(), complaints.parse().unwrap())
}

pub fn complaint(n: usize) -> Value {
    let mut complaint = body(&format!("第{n}号:料筒有裂纹,无法生产"));
    complaint["customer"]["email"] = json!(format!("customer-{n}@load.example"));
    complaint
}

/// Posts every complaint twice from many threads; all answers, by complaint.
fn storm(world: &World, clients: usize, complaints: usize) -> Vec<Vec<Answer>> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut answers: Vec<Vec<Answer>> = vec![Vec::new(); complaints];
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..clients)
            .map(|_| {
                let next = next.clone();
                scope.spawn(move || {
                    let mut own = Vec::new();
                    loop {
                        let turn = next.fetch_add(1, Ordering::Relaxed);
                        if turn >= complaints * 2 {
                            return own;
                        }
                        // Neighbouring turns are the same complaint: the two posts race each other.
                        let n = turn / 2;
                        own.push((n, world.complain(&format!("load-complaint-{n:05}"), &complaint(n))));
                    }
                })
            })
            .collect();
        for worker in workers {
            for (n, answer) in worker.join().unwrap() {
                answers[n].push(answer);
            }
        }
    });
    answers
}

#[test]
fn concurrent_clients_who_post_everything_twice_get_one_complaint_each_without_gap_or_double() {
    let (clients, complaints) = size();
    let world = World::new("P19", "2026-03-10T10:00:00+08:00");
    let answers = storm(&world, clients, complaints);
    let mut serials = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for (n, pair) in answers.iter().enumerate() {
        assert!(pair.iter().all(|one| one.status == 201), "{n}: {pair:?}");
        assert_eq!(pair[0].text, pair[1].text, "{n}");
        let reply = pair[0].json();
        ids.insert(reply["id"].as_str().unwrap().to_owned());
        let number = reply["number"].as_str().unwrap();
        let serial = number.strip_prefix("202603").unwrap_or_else(|| panic!("{number}"));
        serials.insert(serial.parse::<usize>().unwrap());
    }
    assert_eq!(ids.len(), complaints);
    assert_eq!(serials, (1..=complaints).collect());
    let other = world.complain("load-complaint-00000", &body("另一件事"));
    assert_eq!(other.status, 422, "{}", other.text);
    assert_eq!(other.json()["error"]["code"], "key_reused");
}
