//! Rollups and the figures that rates are set against, as the office asks for them.

use serde_json::{Value, json};

use super::Site;

/// Two complaints in November and one in December; it is January.
async fn register() -> Site {
    let mut site = Site::of("P09,P19").await;
    for (key, text) in [
        ("rollup-one", "机器漏油"),
        ("rollup-two", "机器又漏油"),
        ("rollup-three", "轴承异响"),
    ] {
        site.intake("P09", key, text).await;
        site.later(20 * 24 * 60);
    }
    site.later(20 * 24 * 60);
    site
}

fn count(told: &Value, key: &str) -> Value {
    let all = told["complaints"].as_array().unwrap();
    all.iter().find(|one| one["key"] == key).unwrap().clone()
}

#[tokio::test]
async fn a_period_is_counted_kept_listed_and_drilled_down_to_its_months() {
    let mut site = register().await;
    let counted = site
        .call("quality", "POST", "/api/rollups/2026Q4", Some(json!({})))
        .await;
    assert_eq!(counted.status, 200, "{}", counted.text);
    let counted = counted.json();
    assert_eq!((&counted["version"], &counted["running"]), (&json!(1), &json!(false)));
    let received = count(&counted, "received");
    assert_eq!(received["n"], 3);
    assert_eq!(
        received["filter"],
        json!({"field": null, "value": null, "from": "2026-10", "to": "2026-12"})
    );
    let months = counted["axes"].as_array().unwrap();
    let months = months.iter().find(|axis| axis["axis"] == "month").unwrap();
    assert_eq!(months["rows"][0]["filter"]["to"], "2026-11");
    assert_eq!(
        (&months["rows"][0]["n"], &months["rows"][1]["n"]),
        (&json!(2), &json!(1))
    );
    let lights: Vec<&Value> = counted["kpis"]
        .as_array()
        .unwrap()
        .iter()
        .map(|kpi| &kpi["light"])
        .collect();
    assert!(lights.contains(&&json!("amber")), "{lights:?}");
    assert_eq!(counted["missing"][0]["figure"], "sales");

    let list = site.call("auditor", "GET", "/api/rollups", None).await.json();
    let one = &list["rollups"][0];
    assert_eq!(
        (&one["period"], &one["version"], &one["changed"]),
        (&json!("2026Q4"), &json!(1), &json!(false))
    );
    let shown = site.call("auditor", "GET", "/api/rollups/2026Q4?version=1", None).await;
    assert_eq!(shown.json()["complaints"], counted["complaints"]);
    let other = site.call("auditor", "GET", "/api/rollups/2026Q4?version=2", None).await;
    assert_eq!(other.status, 404);
    let none = site.call("auditor", "GET", "/api/rollups/2026-5", None).await;
    assert_eq!(
        (none.status.as_u16(), none.json()["error"]["code"].clone()),
        (422, json!("wrong_period"))
    );
}

#[tokio::test]
async fn a_look_keeps_nothing_and_a_later_period_stands_beside_the_earlier_one() {
    let mut site = register().await;
    let looked = site.call("officer", "GET", "/api/rollups/2026-12", None).await.json();
    assert_eq!((&looked["version"], &looked["running"]), (&json!(0), &json!(false)));
    let received = count(&looked, "received");
    assert_eq!(
        (&received["n"], &received["before"], &received["year_before"]),
        (&json!(1), &json!(2), &json!(null))
    );
    let list = site.call("officer", "GET", "/api/rollups", None).await.json();
    assert_eq!(list["rollups"], json!([]));
}

#[tokio::test]
async fn figures_are_entered_by_month_and_change_the_rate_that_is_counted_next() {
    let mut site = register().await;
    let body = json!({"month": "2026-11", "figures": {"sales": 1000000, "deliveries": "12.5"}});
    let entered = site.call("officer", "PUT", "/api/figures", Some(body)).await;
    assert_eq!(entered.status, 200, "{}", entered.text);
    let november = entered.json()["months"][10].clone();
    assert_eq!(
        november,
        json!({"month": "2026-11", "figures": {"deliveries": "12.5", "sales": "1000000"}})
    );
    let looked = site.call("officer", "GET", "/api/rollups/2026-11", None).await.json();
    assert_eq!(looked["missing"], json!([]));
    let body = json!({"month": "2026-11", "figures": {"sales": null}});
    site.call("officer", "PUT", "/api/figures", Some(body)).await;
    let list = site.call("auditor", "GET", "/api/figures?year=2026", None).await.json();
    assert_eq!(list["months"][10]["figures"], json!({"deliveries": "12.5"}));
    assert!(
        list["names"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["name"] == "sales")
    );
    for body in [
        json!({"month": "2026Q4", "figures": {}}),
        json!({"month": "2026-11", "figures": {"Sales": 1}}),
        json!({"month": "2026-11", "figures": {"sales": -1}}),
        json!({"month": "2026-11", "figures": {"sales": true}}),
    ] {
        let refused = site.call("officer", "PUT", "/api/figures", Some(body.clone())).await;
        assert_eq!(refused.status, 422, "{body}");
    }
}

#[tokio::test]
async fn many_months_are_entered_at_once_or_not_at_all_and_what_is_wrong_is_said_of_its_cell() {
    let mut site = Site::of("P09").await;
    let months = |figures: &[(&str, Value)]| {
        let one = |(month, figures): &(&str, Value)| json!({"month": month, "figures": figures});
        json!({"months": figures.iter().map(one).collect::<Vec<_>>()})
    };
    let bad = months(&[
        ("2025-12", json!({"sales": 7})),
        ("2026-01", json!({"sales": "viele", "units": -1})),
        ("2026-13", json!({"sales": 1})),
    ]);
    let refused = site.call("officer", "PUT", "/api/figures", Some(bad)).await;
    assert_eq!(refused.status, 422);
    let fields: Vec<Value> = refused.json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| json!([one["field"], one["code"]]))
        .collect();
    assert_eq!(
        json!(fields),
        json!([
            ["2026-01/sales", "wrong_type"],
            ["2026-01/units", "wrong_figure"],
            ["2026-13", "wrong_month"]
        ])
    );
    let figures = |told: Value, month: usize| told["months"][month]["figures"].clone();
    assert_eq!(
        figures(site.get("auditor", "/api/figures?year=2025").await, 11),
        json!({})
    );
    let good = months(&[
        ("2025-12", json!({"sales": 7, "units": null})),
        ("2026-01", json!({"sales": "8.50"})),
    ]);
    let told = site.call("officer", "PUT", "/api/figures", Some(good.clone())).await;
    assert_eq!(told.status, 200, "{}", told.text);
    assert_eq!(figures(told.json(), 11), json!({"sales": "7"}));
    assert_eq!(
        figures(site.get("auditor", "/api/figures?year=2026").await, 0),
        json!({"sales": "8.50"})
    );
    site.call("officer", "PUT", "/api/figures", Some(good)).await;
    let journal = site.get("auditor", "/api/journal?month=2026-11").await;
    let entries: Vec<&Value> = journal["entries"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["what"] == "figures_entered")
        .collect();
    assert_eq!(entries.len(), 1, "what stood there already is no deed");
    assert_eq!(entries[0]["of"], "2025-12 – 2026-01");
    assert_eq!(
        entries[0]["detail"],
        json!({"2025-12": {"sales": "7"}, "2026-01": {"sales": "8.50"}})
    );
    for body in [
        json!({"months": [], "month": "2026-01", "figures": {}}),
        json!({"months": [{"month": "2026-01"}]}),
        json!({"months": vec![json!({"month": "2026-01", "figures": {}}); 121]}),
    ] {
        let refused = site.call("officer", "PUT", "/api/figures", Some(body.clone())).await;
        assert_eq!(refused.status, 422, "{body}");
    }
}
