//! Several procedures side by side, a company's own beside those that ship, and versions that follow each other.

use serde_json::{Value, json};

use crate::world::{World, body, command, deadline, write_files};

const NOW: &str = "2026-11-30T22:00:00+08:00";

/// P19 from December on: QA has two days instead of one, and everybody together seven.
const NEXT: &str = r#"
[procedure]
id = "P19"
extends = "P19"
version = "A1"
from = 2026-12-01

[[deadline]]
rule = "T19.1"
within = "7 days"
source = "a house rule of these stories"

[[deadline]]
rule = "T19.2"
within = "2 days"
source = "a house rule of these stories"
"#;

fn next_version(now: &str) -> World {
    World::with_files("P19", now, &[("procedures/p19-a1/procedure.toml", NEXT)])
}

fn receive(world: &World, key: &str) -> String {
    let reply = world.complain(key, &body("整批料筒开裂")).json();
    reply["id"].as_str().unwrap().to_owned()
}

#[test]
fn received_the_day_before_a_new_version_takes_effect_stays_under_the_old_one_for_ever() {
    let world = next_version(NOW);
    let staff = world.sign_in();
    let before = receive(&world, "story-version-before");
    world.clock("2026-12-01T09:00:00+08:00");
    let after = receive(&world, "story-version-after");
    // Taken down on the first, received on the last of November: the day of receipt decides.
    let mut late = body("电话投诉,机器漏油");
    late["received_at"] = json!("2026-11-30T17:00:00+08:00");
    late["channel"] = json!("telephone");
    let headers = [
        ("cookie", staff.cookie.as_str()),
        ("x-kesu-csrf", staff.csrf.as_str()),
        ("idempotency-key", "story-version-late"),
    ];
    let late = world.post("/api/intake", &headers, &late).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for (id, version, within) in [
        (&before, "A0", "1 day"),
        (&late, "A0", "1 day"),
        (&after, "A1", "2 days"),
    ] {
        let it = staff.does(id, json!({"type": "register"}));
        assert_eq!(it["procedure_version"], version);
        assert_ne!(deadline(&it["deadlines"], "T19.2")["due_at"], Value::Null);
        assert_eq!(deadline(&it["deadlines"], "T19.2")["within"], within, "{id}");
    }
    world.clock("2026-12-20T09:00:00+08:00");
    let (data, folder) = (world.data.clone(), world.stop());
    assert_eq!(folder.0, Some(0));
    let _kept = folder.1;
    let proof = command(&["verify", "--data", data.to_str().unwrap()]);
    assert!(proof.status.success(), "{}", String::from_utf8_lossy(&proof.stdout));
}

#[test]
fn a_version_that_is_gone_is_named_and_what_to_do_is_said() {
    let world = next_version("2026-12-01T09:00:00+08:00");
    let staff = world.sign_in();
    let id = receive(&world, "story-version-gone");
    let (email, password) = world.administrator.clone().unwrap();
    drop(staff);
    let data = world.data.clone();
    let (_, folder) = world.stop();
    std::fs::remove_dir_all(data.join("procedures")).unwrap();
    let world = World::over(&data, "P19", Some("2026-12-05T09:00:00+08:00"), &[]);
    let staff = world.sign_in_as(&email, &password);
    let answer = staff.get(&format!("/api/complaints/{id}?lang=en"));
    assert_eq!(answer.status, 422, "{}", answer.text);
    let error = &answer.json()["error"];
    assert_eq!(error["code"], "procedure_version_gone");
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains("`A1`") && message.contains("`P19`") && message.contains("put that version back"),
        "{message}"
    );
    // The others go on.
    world.clock("2026-12-10T09:00:00+08:00");
    let other = receive(&world, "story-version-other");
    assert_eq!(staff.complaint(&other)["procedure_version"], "A0");
    assert_eq!(staff.get("/api/due?scope=all").status, 200);
    drop(staff);
    drop(world);
    drop(folder);
}

#[test]
fn a_fault_in_a_companys_pack_stops_the_start_and_says_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let broken = NEXT.replace("within =", "witin =");
    write_files(
        &data,
        &[
            ("procedures/p19-a1/procedure.toml", &broken),
            (
                "procedures/lost/procedure.toml",
                "[procedure]\nid = \"X\"\nextends = \"NOWHERE\"\n",
            ),
        ],
    );
    let out = command(&["serve", "--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(1));
    let said = String::from_utf8_lossy(&out.stderr);
    assert!(
        said.contains("procedures/p19-a1/procedure.toml:10: there is no `witin` here"),
        "{said}"
    );
    assert!(
        said.contains("procedures/lost/procedure.toml:3: there is no pack `NOWHERE`"),
        "{said}"
    );
}

const LINES: &str = r#"
[[procedure]]
id = "P19"
when = { product_name = ["注塑机"] }
label = { zh-Hans = "注塑机", en = "moulding machines" }

[[procedure]]
id = "P10"
when = { product_name = ["轿车", "汽车"], model_spec = ["KM*"] }
label = { zh-Hans = "汽车", en = "cars" }
"#;

#[test]
fn the_product_decides_which_of_several_procedures_governs() {
    let world = World::with_files("P19,P10", NOW, &[("kesu.toml", LINES)]);
    let governed = |n: u32, product: Value| {
        let mut body = body("有问题");
        body["product"] = product;
        let answer = world.complain(&format!("story-lines-{n}"), &body);
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()["procedure"].as_str().unwrap().to_owned()
    };
    assert_eq!(governed(1, json!({"name": "卧式注塑机"})), "P19");
    assert_eq!(governed(2, json!({"name": "家用轎車", "model": "km-5"})), "P10");
    assert_eq!(governed(3, json!({"name": "家用轿车", "model": "X-KM5"})), "P19");
    assert_eq!(governed(4, json!({"name": "别的东西"})), "P19");
    let mut named = body("有问题");
    named["procedure"] = json!("P10");
    assert_eq!(world.complain("story-lines-5", &named).json()["procedure"], "P10");
    named["procedure"] = json!("P20");
    let refused = world.complain("story-lines-6", &named);
    assert_eq!(refused.status, 422);
    let error = &refused.json()["errors"][0];
    assert_eq!(
        (error["field"].as_str(), error["code"].as_str()),
        (Some("procedure"), Some("unknown_procedure"))
    );
    assert!(error["message"].as_str().unwrap().contains("P19, P10"), "{error}");
}

#[test]
fn the_public_form_offers_the_lines_and_each_asks_its_own_questions() {
    let world = World::with_files("P19,P10", NOW, &[("kesu.toml", LINES)]);
    let form = |path: &str| {
        world
            .get(path, &[("accept", "text/html"), ("accept-language", "en")])
            .text
    };
    let first = form("/");
    assert!(
        first.contains("What is it about?") && first.contains("cars") && first.contains("procedure=P10"),
        "{first}"
    );
    assert!(!first.contains("answers.licence_plate"));
    let cars = form("/?procedure=P10");
    assert!(cars.contains("answers.licence_plate"), "{cars}");
    assert!(cars.contains("name=\"procedure\" value=\"P10\""), "{cars}");
    // One procedure alone offers nothing to choose.
    let alone = World::new("P19", NOW);
    assert!(!alone.get("/?lang=en", &[]).text.contains("What is it about?"));
}

#[test]
fn an_unknown_procedure_or_a_rule_of_no_use_stops_the_start() {
    let start = |procedure: &[&str], settings: &str| {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        write_files(&data, &[("kesu.toml", settings)]);
        let mut args = vec!["serve", "--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()];
        args.extend(procedure);
        let out = command(&args);
        assert_eq!(out.status.code(), Some(1));
        String::from_utf8_lossy(&out.stderr).into_owned()
    };
    assert!(start(&["--procedure", "P19,P99"], "").contains("there is no procedure `P99`"));
    assert!(start(&["--procedure", "P19,P19"], "").contains("`P19` stands twice"));
    let by_person = "[[procedure]]\nid = \"P19\"\nwhen = { customer_name = [\"王\"] }\n";
    assert!(start(&[], by_person).contains("`customer_name` is no short text"));
    let left_out = "procedures = [\"P19\"]\n[[procedure]]\nid = \"P10\"\n";
    assert!(start(&[], left_out).contains("does not list `P10`"));
}
