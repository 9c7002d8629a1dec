//! What a customer says on the telephone whether he is satisfied, taken down on the complaint's page and told in its story.

use serde_json::json;

use super::Site;

#[tokio::test]
async fn an_answer_is_taken_down_once_after_the_end_and_the_story_tells_it() {
    let mut site = Site::of("P01").await;
    let text = "说好月底交货,现在都拖了两周了,货还没到。";
    let id = site.intake("P01", "key-of-a-survey", text).await;
    let path = format!("/admin/complaints/{id}");
    for step in [
        json!({"type": "register"}),
        json!({"type": "milestone", "name": "departments_informed"}),
        json!({"type": "reply", "text": "本周五发出。", "channel": "telephone", "formal": true}),
        json!({"type": "react", "reaction": "accepted"}),
    ] {
        site.done("officer", &id, step).await;
    }
    let page = site.page("officer", &path, "en").await.text;
    assert!(
        !page.contains("name=\"type\" value=\"survey\""),
        "nobody is asked before the end"
    );
    site.done("officer", &id, json!({"type": "close", "reason": "agreement"}))
        .await;
    let page = site.page("officer", &path, "en").await.text;
    assert!(
        page.contains("name=\"type\" value=\"survey\"") && page.contains("partly satisfied"),
        "{page}"
    );
    let typed = [
        ("c.handling", "partly"),
        ("c.speed", "no"),
        ("c.channel", "telephone"),
        ("c.remark", "<b>慢</b>"),
    ];
    let reply = site.command_page("officer", &id, "survey", &typed).await;
    assert_eq!(reply.status, 303, "{}", reply.text);
    let shown = site.get("auditor", &format!("/api/complaints/{id}")).await;
    assert_eq!(shown["survey"]["answer"]["handling"], "partly", "{shown}");
    assert!(
        shown["allowed"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["type"] != "survey")
    );
    let story = site.page("officer", &path, "en").await.text;
    assert!(
        story.contains("partly satisfied") && story.contains("with the speed: not satisfied"),
        "{story}"
    );
    assert!(story.contains("&lt;b&gt;慢") && !story.contains("<b>慢</b>"));
    let again = site
        .command("officer", &id, json!({"type": "survey", "handling": "yes"}), None)
        .await;
    assert_eq!(
        (again.status.as_u16(), again.json()["error"]["code"].clone()),
        (422, json!("survey_answered"))
    );
}

#[tokio::test]
async fn the_procedure_says_how_its_customers_are_asked() {
    let mut site = Site::of("P18").await;
    let told = site.get("auditor", "/api/procedures/P18").await;
    let survey = &told["survey"];
    assert_eq!(
        (&survey["by"], &survey["season"]),
        (&json!("letter"), &json!("fourth_quarter")),
        "{told}"
    );
    assert!(survey["source"].as_str().unwrap().contains("R18.05") && survey["assumed"].is_string());
}
