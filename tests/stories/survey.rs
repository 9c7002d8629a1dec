//! After the end the customer is asked whether he is satisfied: by a letter, answered without signing in, counted in the report.

use std::path::Path;

use serde_json::{Value, json};

use crate::world::{Person, World, body, command, printed};

const NOW: &str = "2026-03-10T10:00:00+08:00";
const TEXT: &str = "说好月底交货,现在都拖了两周了,货还没到。";

/// Taken in on the telephone, so the address is the customer's own; handled and closed.
fn closed(staff: &Person<'_>, who: &str, mail: &str) -> String {
    let mut complaint = body(TEXT);
    complaint["channel"] = json!("telephone");
    complaint["customer"]["email"] = json!(mail);
    complaint["customer"]["name"] = json!(who);
    let key = format!("key-of-{who}");
    let headers = [
        ("cookie", staff.cookie.as_str()),
        ("x-kesu-csrf", &staff.csrf),
        ("idempotency-key", &key),
    ];
    let made = staff.world.post("/api/intake", &headers, &complaint);
    let id = made.json()["id"]
        .as_str()
        .unwrap_or_else(|| panic!("{}", made.text))
        .to_owned();
    close(staff, &id);
    id
}

fn close(staff: &Person<'_>, id: &str) {
    staff.does(id, json!({"type": "register"}));
    staff.does(id, json!({"type": "milestone", "name": "departments_informed"}));
    staff.does(
        id,
        json!({"type": "reply", "text": "本周五发出。", "channel": "telephone", "formal": true}),
    );
    staff.does(id, json!({"type": "react", "reaction": "accepted"}));
    let it = staff.does(id, json!({"type": "close", "reason": "agreement"}));
    assert_eq!(it["stage"], "closed");
}

/// The path of the link in each letter that asks, by the complaint's id.
fn links(world: &World) -> Vec<(String, String)> {
    let letters = world.letters("survey");
    let link = |letter: &Value| {
        let text = letter["text"].as_str().unwrap_or_default();
        let (_, rest) = text
            .split_once("/survey/")
            .unwrap_or_else(|| panic!("no link in {text}"));
        let token = rest.split_whitespace().next().unwrap_or_default();
        (
            letter["complaint"].as_str().unwrap().to_owned(),
            format!("/survey/{token}"),
        )
    };
    letters.iter().filter(|one| one["state"] == "sent").map(link).collect()
}

fn send(world: &World, path: &str, form: &str) -> (u16, String) {
    let request = World::agent().post(format!("{}{path}", world.base));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let response = request.send(form).unwrap();
    (
        response.status().as_u16(),
        response.into_body().read_to_string().unwrap(),
    )
}

fn rollup(data: &Path, period: &str) -> Value {
    let data = data.to_str().unwrap();
    let done = command(&[
        "rollup",
        "--period",
        period,
        "--data",
        data,
        "--now",
        "2026-06-01T09:00:00+08:00",
    ]);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    printed(&done)
}

fn k03(told: &Value) -> &Value {
    let all = told["kpis"].as_array().unwrap();
    all.iter().find(|one| one["id"] == "K03").unwrap()
}

#[test]
fn customers_are_asked_after_the_end_answer_by_the_link_and_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let world = World::over(&data, "P01", Some(NOW), &[]);
    let staff = world.sign_in();
    let one = closed(&staff, "one", "one@customer.example");
    let two = closed(&staff, "two", "two@customer.example");
    // Of the same house as the second: who has several complaints is written to about one of them on a day.
    let three = closed(&staff, "three", "two@customer.example");
    // Whoever fills in a form may name any address: nobody has shown that it is his.
    let stranger = world.complain("story-of-a-survey", &body(TEXT)).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    close(&staff, &stranger);
    world.clock("2026-03-13T17:00:00+08:00");
    assert!(links(&world).is_empty());
    world.clock("2026-03-13T18:00:00+08:00");
    let asked = links(&world);
    assert_eq!(asked.len(), 2, "{:?}", world.letters("survey"));
    assert_eq!(world.letters("survey").len(), 3);
    assert!(asked.iter().all(|(id, _)| *id != stranger));
    let (two, three) = match asked.iter().any(|(id, _)| *id == two) {
        true => (two, three),
        false => (three, two),
    };
    // Harmless when repeated.
    world.clock("2026-03-20T18:00:00+08:00");
    assert_eq!(links(&world).len(), 2);
    let of = |id: &str| asked.iter().find(|(own, _)| own == id).unwrap().1.clone();

    assert_eq!(world.get(&of(&one), &[("accept", "text/html")]).status, 200);
    let remark = "%3Cscript%3Ealert(1)%3C%2Fscript%3E+%3D1%2B1";
    let (status, page) = send(&world, &of(&one), &format!("handling=yes&speed=partly&remark={remark}"));
    assert!(status == 200 && page.contains("role=\"status\""), "{status}: {page}");
    let (status, _) = send(&world, &of(&one), "handling=no");
    assert_eq!(status, 200);
    // The next month the second customer answers; the third says it on the telephone.
    world.clock("2026-04-02T09:00:00+08:00");
    assert_eq!(send(&world, &of(&two), "handling=no").0, 200);
    staff.does(
        &three,
        json!({"type": "survey", "handling": "yes", "channel": "telephone", "at": "2026-04-01T10:00:00+08:00"}),
    );
    assert_eq!(
        staff.is_refused(&three, json!({"type": "survey", "handling": "no"})),
        ["survey_answered"]
    );
    let it = staff.complaint(&one);
    assert_eq!(it["survey"]["answer"]["handling"], "yes", "{it}");
    let story = staff.get(&format!("/admin/complaints/{one}"));
    assert!(
        story.text.contains("满意度调查") || story.text.contains("satisfaction survey"),
        "{}",
        story.text
    );
    assert!(
        !story.text.contains("<script>alert"),
        "what a customer writes runs nothing"
    );
    // After its time the link is over.
    world.clock("2026-05-01T09:00:00+08:00");
    assert_eq!(
        world.get(&of(&two), &[]).status,
        200,
        "what was answered stays answered"
    );
    let forged = format!("{}x", of(&two));
    assert_eq!(world.get(&forged, &[]).status, 404);
    assert_eq!(world.stop().0, Some(0));
    std::fs::write(data.join("kesu.toml"), "procedures = [\"P01\"]\n").unwrap();

    let march = rollup(&data, "2026-03");
    assert_eq!(march["survey"]["asked"], 3, "{}", march["survey"]);
    assert_eq!(
        (&march["survey"]["replies"], &k03(&march)["value"]),
        (&json!(1), &json!("100")),
        "{march}"
    );
    let april = rollup(&data, "2026-04");
    assert_eq!(april["survey"]["replies"], 2, "{april}");
    assert_eq!(april["survey"]["channel"], json!({"telephone": 1, "web": 1}));
    assert_eq!(
        (&k03(&april)["value"], &k03(&april)["of"]),
        (&json!("50"), &json!(["1", "2"])),
        "{april}"
    );
    // Closed in March: nothing else of April counts them.
    assert_eq!(
        (&april["complaints"]["received"], &april["on_time"]),
        (&json!(0), &json!({}))
    );
    let may = rollup(&data, "2026-05");
    assert_eq!(k03(&may)["missing"], json!(["survey_replies 2026-05"]), "{may}");
    let verified = command(&["verify", "--data", data.to_str().unwrap()]);
    assert_eq!(
        verified.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&verified.stdout)
    );
}

#[test]
fn surveys_made_elsewhere_are_entered_by_month_and_counted_with_the_others() {
    let world = World::new("P12", NOW);
    let staff = world.sign_in();
    let listed = staff.get("/api/figures?year=2026").json();
    let names: Vec<&str> = listed["names"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["name"].as_str())
        .collect();
    assert_eq!(names, ["satisfaction", "survey_replies", "survey_satisfied"]);
    let figures = json!({"month": "2026-03", "figures": {"survey_replies": "40", "survey_satisfied": "37"}});
    assert_eq!(staff.put("/api/figures", &figures).status, 200);
    let counted = staff.post("/api/rollups/2026-03", &json!({}));
    let told = if counted.status == 200 {
        counted.json()
    } else {
        staff.get("/api/rollups/2026-03").json()
    };
    let kpis = told["kpis"].as_array().unwrap_or_else(|| panic!("{told}"));
    let k10 = kpis.iter().find(|one| one["id"] == "K10").unwrap();
    assert_eq!(k10["value"], "92.5", "{k10}");
}
