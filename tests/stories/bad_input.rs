//! Bad input from outside: a clear answer in the asker's language, nothing written, nothing leaked, no 500.

use serde_json::{Value, json};

use crate::world::{Answer, World, body};

const NOW: &str = "2026-03-10T10:00:00+08:00";

fn messages(answer: &Answer) -> String {
    let all = answer.json();
    let errors = all["errors"].as_array().cloned().unwrap_or_default();
    errors
        .iter()
        .map(|error| {
            format!(
                "{}: {}\n",
                error["field"].as_str().unwrap_or("-"),
                error["message"].as_str().unwrap()
            )
        })
        .collect()
}

#[test]
fn a_wrong_body_is_told_everything_that_is_wrong_with_it() {
    let world = World::new("P19", NOW);
    let refused = |n: usize, complaint: &Value| {
        let answer = world.complain(&format!("bad-input-{n:03}"), complaint);
        assert_eq!(answer.status, 422, "{complaint}: {}", answer.text);
        messages(&answer)
    };
    assert!(refused(1, &json!({})).contains("description"));
    assert!(refused(2, &json!({"description": "x", "customer": {}})).contains("customer.name"));
    let mut complaint = body("x");
    complaint["colour"] = json!("red");
    complaint["customer"]["wife"] = json!("x");
    let told = refused(3, &complaint);
    assert!(told.contains("colour") && told.contains("customer.wife"), "{told}");
    let mut complaint = body(&"很长".repeat(20_000));
    complaint["customer"]["name"] = json!("x".repeat(500));
    let told = refused(4, &complaint);
    assert!(told.contains("description") && told.contains("customer.name"), "{told}");
    for (n, (field, value)) in [
        ("description", json!(7)),
        ("customer", json!("陈")),
        ("customer", json!({"name": ["a"]})),
        ("product", json!([])),
        ("demand", json!("refund")),
        ("demand", json!(["everything"])),
        ("answers", json!([1])),
        ("answers", json!({"safety_related": "maybe"})),
        ("answers", json!({"no_such_field": true})),
        ("occurred_at", json!("yesterday")),
        ("language", json!("klingon")),
        ("channel", json!("telepathy")),
        ("procedure", json!("P99")),
        ("received_at", json!(NOW)),
    ]
    .into_iter()
    .enumerate()
    {
        let mut complaint = body("x");
        complaint[field] = value;
        refused(10 + n, &complaint);
    }
    assert!(world.outbox().is_empty());
}

#[test]
fn refusals_speak_the_askers_language() {
    let world = World::new("P19", NOW);
    let ask = |language: &str| {
        let headers = [("Idempotency-Key", "bad-language-1"), ("Accept-Language", language)];
        let answer = world.post("/api/complaints", &headers, &json!({"customer": {"name": "x"}}));
        answer.json()["errors"][0]["message"].clone()
    };
    assert!(ask("en").as_str().unwrap().contains("please"));
    assert!(ask("zh-CN").as_str().unwrap().contains("请"));
    assert!(ask("zh-TW").as_str().unwrap().contains("請"));
}

#[test]
fn a_key_is_needed_and_has_bounds() {
    let world = World::new("P19", NOW);
    assert_eq!(world.post("/api/complaints", &[], &body("x")).status, 422);
    assert_eq!(world.complain("short", &body("x")).status, 422);
    assert_eq!(world.complain(&"k".repeat(201), &body("x")).status, 422);
    let garbage = World::agent()
        .post(format!("{}/api/complaints", world.base))
        .header("content-type", "application/json")
        .header("idempotency-key", "garbage-0001")
        .send("{\"description\":")
        .unwrap();
    assert_eq!(garbage.status(), 422);
}

#[test]
fn an_upload_of_100_megabytes_is_refused_and_nothing_is_kept() {
    let world = World::new("P19", NOW);
    let boundary = "kesu-boundary";
    let mut form = format!(
        "--{boundary}\r\ncontent-disposition: form-data; name=\"photo\"; filename=\"big.jpg\"\r\ncontent-type: image/jpeg\r\n\r\n"
    )
    .into_bytes();
    form.extend(std::iter::repeat_n(0xff_u8, 100 * 1024 * 1024));
    form.extend(format!("\r\n--{boundary}--\r\n").into_bytes());
    let sent = World::agent()
        .post(format!("{}/complaints", world.base))
        .header("content-type", format!("multipart/form-data; boundary={boundary}"))
        .send(&form[..]);
    // The server may answer while the body is still being sent; a broken pipe is a refusal too.
    if let Ok(response) = sent {
        assert_eq!(response.status(), 413);
    }
    assert_eq!(world.get("/healthz", &[]).status, 200);
    let kept = std::fs::read_dir(world.data.join("blobs"))
        .map(Iterator::count)
        .unwrap_or(0);
    assert_eq!(kept, 0);
    assert!(world.outbox().is_empty());
}

#[test]
fn a_wrong_query_code_looks_like_a_wrong_number_a_hundred_times() {
    let world = World::new("P19", NOW);
    let reply = world.complain("bad-code-0001", &body("料筒开裂")).json();
    let number = reply["number"].as_str().unwrap();
    let ask = |number: &str, code: &str| {
        world.post(
            "/track",
            &[("accept", "application/json")],
            &json!({"number": number, "code": code}),
        )
    };
    let wrong_number = ask("209901999", "AAAAAAAAAA");
    for n in 0..100 {
        let answer = ask(number, &format!("AAAAAAAA{n:02}"));
        assert_eq!((answer.status, &answer.text), (wrong_number.status, &wrong_number.text));
    }
    assert_eq!(wrong_number.status, 404);
    let right = ask(number, reply["query_code"].as_str().unwrap());
    assert_eq!(right.status, 200, "{}", right.text);
}

#[test]
fn staff_calls_need_a_session_the_token_and_the_role() {
    let world = World::new("P19", NOW);
    let id = world.complain("bad-staff-0001", &body("料筒开裂")).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/api/complaints/{id}");
    assert_eq!(world.get(&path, &[]).status, 401);
    assert_eq!(
        world.get(&path, &[("cookie", "kesu_session=0123456789abcdef")]).status,
        401
    );
    let command = json!({"version": 1, "command": {"type": "register"}});
    assert_eq!(world.post(&format!("{path}/commands"), &[], &command).status, 401);
    let staff = world.sign_in();
    // The cookie alone changes nothing: the token proves that the request comes from our own page.
    assert_eq!(
        world
            .post(&format!("{path}/commands"), &[("cookie", &staff.cookie)], &command)
            .status,
        403
    );
    let made = staff.post(
        "/api/users",
        &json!({"email": "audit@builder.example", "role": "auditor"}),
    );
    assert!(made.status < 300, "{}", made.text);
    let password = made.json()["password"].as_str().unwrap().to_owned();
    let auditor = world.sign_in_as("audit@builder.example", &password);
    assert_eq!(auditor.get(&path).status, 200);
    let answer = auditor.post(&format!("{path}/commands"), &command);
    assert!([403, 422].contains(&answer.status), "{}", answer.text);
    assert_eq!(staff.complaint(&id)["version"], 1);
    assert_eq!(staff.command(&id, &json!({"type": "fly"})).status, 422);
    assert_eq!(staff.command(&id, &json!({"type": "register", "speed": 3})).status, 422);
    let stale = staff.post(
        &format!("{path}/commands"),
        &json!({"version": 77, "command": {"type": "register"}}),
    );
    assert_eq!((stale.status, stale.json()["current"].as_u64()), (409, Some(1)));
}

#[test]
fn a_movable_clock_is_refused_where_others_could_reach_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let args = [
        "serve",
        "--listen",
        "0.0.0.0:0",
        "--now",
        NOW,
        "--data",
        data.to_str().unwrap(),
    ];
    let output = crate::world::command(&args);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("loopback"));
}
