//! An old register is uploaded to the running server, mapped, taken in, set going and taken back; a kill in between costs nothing.

use serde_json::{Value, json};

use crate::import::{Base, NOW, verified};
use crate::world::{Person, World};

/// Asks until an upload has come to a state.
fn until(head: &Person<'_>, id: &str, state: &str) -> Value {
    for _ in 0..600 {
        let shown = head.get(&format!("/api/imports/{id}")).json();
        if shown["state"] == state {
            return shown;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!(
        "{id} does not come to `{state}`: {}",
        head.get(&format!("/api/imports/{id}")).text
    );
}

fn wanted(head: &Person<'_>, id: &str, what: &str) {
    let answer = head.post(&format!("/api/imports/{id}/{what}"), &json!({}));
    assert_eq!(answer.status, 202, "{what}: {}", answer.text);
}

#[test]
fn a_register_is_uploaded_mapped_taken_in_set_going_and_taken_back_through_the_api() {
    let base = Base::bare();
    let register = base.register("旧.csv", 130, |row, cells| {
        if row == 7 {
            cells[2] = "2019-02-30".to_owned();
        }
    });
    let bytes = std::fs::read(register).unwrap();
    let world = World::new("P19", NOW);
    let head = world.sign_in();
    // 台账2019.csv
    let answer = head.upload("/api/imports?name=%E5%8F%B0%E8%B4%A62019.csv", bytes.clone());
    assert_eq!(answer.status, 202, "{}", answer.text);
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    let read = until(&head, &id, "read");
    let totals = &read["read"]["totals"];
    assert_eq!((&totals["created"], &totals["skipped"]), (&json!(130), &json!(1)));
    assert_eq!(
        (&read["name"], &read["readable"]),
        (&json!("台账2019.csv"), &json!(true))
    );
    assert_eq!(read["read"]["sample"].as_array().unwrap().len(), 50);
    let warned = read["read"]["files"][0]["warnings"].as_array().unwrap();
    assert!(
        warned.iter().any(|told| told["row"] == 9),
        "the impossible day is told of: {warned:?}"
    );
    let copy = head.get(&format!("/api/imports/{id}/copy"));
    assert_eq!(copy.status, 200);

    // Its proposal with one word changed: the warehouse is left out.
    let proposal = read["read"]["proposal"].as_str().unwrap();
    assert!(proposal.contains("\"仓库\" = \"extra\""), "{proposal}");
    let mapping = proposal.replace("\"仓库\" = \"extra\"", "\"仓库\" = \"ignore\"");
    let answer = head.put(&format!("/api/imports/{id}/mapping"), &json!({"mapping": mapping}));
    assert_eq!(answer.status, 202, "{}", answer.text);
    let read = until(&head, &id, "read");
    assert_eq!(read["read"]["files"][0]["mapping"]["仓库"], Value::Null);
    let sample = read["read"]["sample"].to_string();
    assert!(!sample.contains("号库"), "{sample}");
    let answer = head.put(
        &format!("/api/imports/{id}/mapping"),
        &json!({"mapping": "[[layout]\n"}),
    );
    assert_eq!(answer.status, 202);
    let refused = until(&head, &id, "read");
    assert_eq!(refused["refused"]["code"], "bad_mapping", "{refused}");
    assert_eq!(
        head.put(&format!("/api/imports/{id}/mapping"), &json!({"mapping": mapping}))
            .status,
        202
    );
    until(&head, &id, "read");

    wanted(&head, &id, "run");
    let done = until(&head, &id, "done");
    assert_eq!(done["run"]["totals"]["created"], 130);
    let batch = done["batch"].as_str().unwrap().to_owned();
    let answer = head.upload("/api/imports?name=%E5%8F%B0%E8%B4%A62019.csv", bytes);
    let again = answer.json()["id"].as_str().unwrap().to_owned();
    let read = until(&head, &again, "read");
    assert_eq!(
        read["read"]["remembered"].as_array().unwrap().len(),
        1,
        "what was said of this header holds"
    );
    assert_eq!(
        read["read"]["totals"]["unchanged"], 130,
        "it is all there: {}",
        read["read"]["totals"]
    );

    let month = head.get("/api/complaints?month=2019-01").json();
    let open: Vec<&Value> = month["rows"].as_array().unwrap().iter().collect();
    assert!(!open.is_empty());
    assert!(world.outbox().is_empty(), "an import writes to nobody");
    wanted(&head, &id, "activate");
    let going = until(&head, &id, "done");
    let activated = &going["activate"];
    assert_eq!(
        activated["activated"].as_u64().unwrap() + activated["at_rest"].as_u64().unwrap(),
        130
    );
    assert!(activated["activated"].as_u64().unwrap() > 40, "{activated}");
    wanted(&head, &id, "undo");
    let undone = until(&head, &id, "undone");
    assert_eq!(
        (&undone["undo"]["removed"], &undone["undo"]["left"]),
        (&json!(130), &json!([]))
    );
    let month = head.get("/api/complaints?month=2019-01").json();
    assert_eq!(month["rows"], json!([]));
    let all = head.get("/api/imports").json();
    assert!(
        all["imports"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["batch"] == json!(batch))
    );
    let data = world.data.clone();
    let (code, folder) = world.stop();
    assert_eq!(code, Some(0));
    verified(&data);
    drop(folder);
}

#[test]
fn a_server_that_is_killed_while_it_takes_a_register_in_goes_on_when_it_starts_again() {
    let base = Base::bare();
    let bytes = std::fs::read(base.register("台账.csv", 400, |_, _| {})).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let world = World::over(&data, "P19", Some(NOW), &[]);
    let id = {
        let head = world.sign_in();
        let answer = head.upload("/api/imports?name=a.csv", bytes);
        let id = answer.json()["id"].as_str().unwrap().to_owned();
        until(&head, &id, "read");
        wanted(&head, &id, "run");
        // The first portion is in: then it dies.
        while head.get("/api/complaints?month=2019-01").json()["rows"] == json!([]) {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        id
    };
    let administrator = world.administrator.clone().unwrap();
    world.kill();
    let world = World::over(&data, "P19", Some(NOW), &[]);
    let head = world.sign_in_as(&administrator.0, &administrator.1);
    let done = until(&head, &id, "done");
    assert_eq!(done["run"]["totals"]["created"], 400);
    assert_eq!(world.stop().0, Some(0));
    verified(&data);
}
