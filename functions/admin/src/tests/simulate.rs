//! What-if by the API: what differs is told, nothing is written, a wish that makes no sense is refused.

use serde_json::{Value, json};

use super::Site;

#[tokio::test]
async fn another_limit_is_tried_and_the_complaint_stays_as_it_is() {
    let mut site = Site::new().await;
    let id = site.intake("P20", "key-simulate", "溶解明顯變慢").await;
    site.intake("P19", "key-simulate-other", "机器漏油").await;
    site.done("administrator", &id, json!({"type": "classify", "class": "Ⅰ類"}))
        .await;
    site.later(60 * 24 * 16);
    let before = site.get("quality", &format!("/api/complaints/{id}")).await;

    let same = site
        .call("quality", "POST", "/api/simulate", Some(json!({"period": "2026-11"})))
        .await;
    assert_eq!(same.status, 200, "{}", same.text);
    let same = same.json();
    assert_eq!((&same["complaints"], &same["of"]), (&json!(2), &Value::Null));
    // Nobody swept here: what fell due was not told, under neither rule.
    assert_eq!((&same["differ"], &same["rows"]), (&json!(0), &json!([])));

    let wish = json!({"period": "2026Q4", "procedure": "P20@1", "set": ["T20.1.within=2 weeks"]});
    let other = site.call("quality", "POST", "/api/simulate", Some(wish)).await.json();
    assert_eq!((&other["complaints"], &other["of"]), (&json!(1), &json!("P20")));
    assert_eq!(other["by_kind"]["late"], 1, "{other}");
    let row = &other["rows"][0];
    assert_eq!(row["number"], before["number"]);
    assert_eq!(row["before"]["deadlines"]["T20.1"]["late"], false);
    assert_eq!(row["after"]["deadlines"]["T20.1"]["late"], true);
    assert_eq!(other["next"], Value::Null);
    assert_eq!(site.get("quality", &format!("/api/complaints/{id}")).await, before);
}

#[tokio::test]
async fn a_wish_that_makes_no_sense_is_refused_with_its_reason() {
    let mut site = Site::new().await;
    for (wish, code) in [
        (json!({"period": "26"}), "simulation_period"),
        (json!({"period": "2026", "procedure": "P99"}), "unknown_procedure"),
        (json!({"period": "2026", "procedure": "P20@9"}), "unknown_procedure"),
        (
            json!({"period": "2026", "procedure": "P20", "set": ["T20.1.within=soon"]}),
            "change_does_not_fit",
        ),
        (json!({"period": "2026", "set": "T20.1"}), "wrong_type"),
        (json!({"period": "2026", "cursor": "nowhere"}), "bad_cursor"),
        (json!({"period": "2026", "cursor": "0.0.nowhere"}), "bad_cursor"),
        (json!({"period": "2026", "whatever": 1}), "unknown_field"),
    ] {
        let reply = site.call("quality", "POST", "/api/simulate", Some(wish.clone())).await;
        assert_eq!(reply.status, 422, "{wish}: {}", reply.text);
        assert_eq!(reply.json()["error"]["code"], code, "{wish}: {}", reply.text);
    }
}
