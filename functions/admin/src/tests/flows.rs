//! Complaints of P19 and P10 carried through to their closing by the API alone.

use serde_json::{Value, json};

use super::{Site, WORD};

fn kinds(shown: &Value) -> Vec<String> {
    let allowed = shown["allowed"].as_array().unwrap();
    allowed
        .iter()
        .map(|one| one["type"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_claim_of_6000_yuan_goes_to_the_chairman_is_refused_and_granted_in_the_second_round() {
    let mut site = Site::new().await;
    let id = site
        .intake(
            "P19",
            "key-of-the-claim",
            "注塑机使用三天就漏油,产品质量差,要求索赔6000元",
        )
        .await;
    let path = format!("/api/complaints/{id}");
    let shown = site.get("officer", &path).await;
    assert!(kinds(&shown).contains(&"register".to_owned()), "{shown}");
    assert!(
        site.get("auditor", &path).await["allowed"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert!(!shown["deadlines"][0]["source"].as_str().unwrap().is_empty());
    assert_eq!(
        site.command("auditor", &id, json!({"type": "register"}), None)
            .await
            .status,
        403
    );

    site.done("officer", &id, json!({"type": "register"})).await;
    let shown = site.get("officer", &path).await;
    let explained = shown["deadlines"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["rule"] == "T19.1")
        .unwrap();
    assert!(!explained["explain"].as_array().unwrap().is_empty(), "{explained}");
    let class = if shown["class"] == "质量异常" {
        "非质量异常"
    } else {
        "质量异常"
    };
    if shown["needs_review"] == false {
        let without = site
            .command("officer", &id, json!({"type": "classify", "class": class}), None)
            .await;
        assert_eq!(
            (without.status.as_u16(), without.json()["error"]["code"].clone()),
            (422, json!("reason_needed"))
        );
    }
    site.done("officer", &id, json!({"type": "classify", "class": class}))
        .await;
    site.done("officer", &id, json!({"type": "classify", "class": "质量异常"}))
        .await;
    site.done("officer", &id, json!({"type": "route", "department": "生产部"}))
        .await;
    for _ in 0..2 {
        site.later(30);
        site.done(
            "other",
            &id,
            json!({"type": "investigate", "result": "密封圈老化", "cause_main": "material"}),
        )
        .await;
        site.done("officer", &id, json!({"type": "verify", "upheld": true}))
            .await;
        site.done("officer", &id, json!({"type": "judge", "party": "company"}))
            .await;
        site.done(
            "officer",
            &id,
            json!({"type": "propose", "treatment": "exchange", "amount": 6000}),
        )
        .await;
        site.done("officer", &id, json!({"type": "submit"})).await;
        let shown = site.get("chairman", &path).await;
        assert_eq!(shown["stage"], "waiting_approval");
        let open: Vec<&Value> = shown["approvals"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["decision"].is_null())
            .collect();
        assert_eq!(open.len(), 1, "{open:?}");
        assert_eq!(open[0]["approver"], "董事长");
        let request = open[0]["request"].clone();
        let decide = |kind: &str, word: &str| json!({"type": kind, "request": request, "password": word});
        let wrong = site
            .command("chairman", &id, decide("approve", "wrong-password"), None)
            .await;
        assert_eq!(
            (wrong.status.as_u16(), wrong.json()["error"]["code"].clone()),
            (422, json!("wrong_password"))
        );
        let other = site.command("approver", &id, decide("approve", WORD), None).await;
        assert_eq!(
            (other.status.as_u16(), other.json()["error"]["code"].clone()),
            (422, json!("only_desk"))
        );
        if shown["round"] == 1 {
            site.done("chairman", &id, decide("refuse", WORD)).await;
            assert_eq!(site.get("officer", &path).await["round"], 2);
        } else {
            site.done("chairman", &id, decide("approve", WORD)).await;
        }
    }
    site.done("officer", &id, json!({"type": "execute", "note": "换新"}))
        .await;
    let answer = json!({"type": "reply", "text": "已为您更换", "channel": "email", "formal": true});
    site.done("officer", &id, answer).await;
    site.done("officer", &id, json!({"type": "react", "reaction": "accepted"}))
        .await;
    // The head of department reads the result before the case is closed.
    close(&mut site, &id).await;
    let shown = site.get("auditor", &path).await;
    assert_eq!(shown["stage"], "closed", "{shown}");
    let log = shown["log"].as_array().unwrap();
    assert!(log.windows(2).all(|pair| pair[1]["previous"] == pair[0]["hash"]));
    assert!(log.iter().any(|entry| entry["reason"] == "seen and checked"));
    assert!(!shown["letters"].as_array().unwrap().is_empty());
    assert!(!shown.to_string().contains(WORD), "a password is written down nowhere");
    assert!(site.app.verify().await.unwrap().faults.is_empty());
}

/// Closes with the first reason that is offered, after whatever approvals are still open.
async fn close(site: &mut Site, id: &str) {
    for _ in 0..4 {
        let shown = site.get("officer", &format!("/api/complaints/{id}")).await;
        let offered = shown["allowed"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["type"] == "close")
            .cloned();
        if let Some(offered) = offered {
            let reason = offered["choices"][0].clone();
            let reply = site
                .command("officer", id, json!({"type": "close", "reason": reason}), Some("done"))
                .await;
            assert_eq!(reply.status, 200, "{}", reply.text);
            return;
        }
        let open = shown["approvals"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["decision"].is_null())
            .cloned();
        let Some(open) = open else {
            // The company's own fault: improvement is opened first, and outlives the case.
            site.done("officer", id, json!({"type": "capa_open"})).await;
            continue;
        };
        let decide = json!({"type": "approve", "request": open["request"], "password": WORD});
        site.done("approver", id, decide).await;
    }
    panic!("it does not close");
}

#[tokio::test]
async fn a_major_complaint_of_p10_is_closed_when_the_customer_is_satisfied() {
    let mut site = Site::new().await;
    let id = site
        .intake(
            "P10",
            "key-of-the-car",
            "刹车失灵差点出事故,要求赔偿5000元,否则找媒体曝光",
        )
        .await;
    let path = format!("/api/complaints/{id}");
    let shown = site.get("officer", &path).await;
    assert_eq!(shown["class"], "重大投诉");
    // Taken by ear: it is said back first.
    let reply = site.command("officer", &id, json!({"type": "register"}), None).await;
    assert_eq!(
        (reply.status.as_u16(), reply.json()["error"]["code"].clone()),
        (422, json!("not_confirmed"))
    );
    site.done(
        "officer",
        &id,
        json!({"type": "edit", "fields": {"restated": true, "licence_plate": "鄂A12345"}}),
    )
    .await;
    site.done("officer", &id, json!({"type": "register"})).await;
    site.done("officer", &id, json!({"type": "route", "department": "服务经理"}))
        .await;
    site.done("officer", &id, json!({"type": "investigate", "result": "制动液泄漏"}))
        .await;
    site.done(
        "officer",
        &id,
        json!({"type": "propose", "treatment": "repair", "amount": "5000"}),
    )
    .await;
    site.done("officer", &id, json!({"type": "submit"})).await;
    let shown = site.get("approver", &path).await;
    let request = shown["approvals"][0]["request"].clone();
    site.done(
        "approver",
        &id,
        json!({"type": "approve", "request": request, "password": WORD}),
    )
    .await;
    site.done("officer", &id, json!({"type": "execute"})).await;
    let answer = json!({"type": "reply", "text": "已修复", "channel": "telephone", "formal": true});
    site.done("officer", &id, answer).await;
    site.done("officer", &id, json!({"type": "react", "reaction": "accepted"}))
        .await;
    site.done("officer", &id, json!({"type": "close", "reason": "customer_satisfied"}))
        .await;
    let shown = site.get("auditor", &path).await;
    assert_eq!(
        (&shown["stage"], &shown["standing"]["reason"]),
        (&json!("closed"), &json!("customer_satisfied"))
    );
    assert_eq!(shown["fields"]["licence_plate"], "鄂A12345");
}
