//! Chat robots against a server on this machine: what is said, how often, and what happens when the vendor refuses.

use std::sync::{Arc, Mutex};

use axum::extract::{Query, State};
use axum::routing::post;
use axum::{Json, Router};
use kesu_app::post::{Robot, RobotSettings};
use kesu_app::store::LetterState;
use serde_json::{Value, json};

use super::house::{CANARY, House};

#[derive(Default)]
struct Heard {
    /// Address parameters and body of each message.
    messages: Vec<(Vec<(String, String)>, Value)>,
    /// What is answered; the first is used up, the vendor's yes where empty.
    answers: Vec<Value>,
}

type Shared = Arc<Mutex<Heard>>;

async fn vendor() -> (String, Shared) {
    let shared = Shared::default();
    let hear = |State(shared): State<Shared>, Query(query): Query<Vec<(String, String)>>, Json(body): Json<Value>| async move {
        let mut heard = shared.lock().unwrap();
        heard.messages.push((query, body));
        let next = if heard.answers.is_empty() {
            json!({"errcode": 0, "code": 0})
        } else {
            heard.answers.remove(0)
        };
        Json(next)
    };
    let router = Router::new().route("/hook", post(hear)).with_state(Arc::clone(&shared));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, shared)
}

fn robot(kind: &str, url: &str, more: Value) -> Robot {
    let mut settings = json!({"kind": kind, "url": url, "letters": ["assigned", "overdue"]});
    for (name, value) in more.as_object().into_iter().flatten() {
        settings[name] = value.clone();
    }
    let settings: RobotSettings = serde_json::from_value(settings).unwrap();
    Robot::on_loopback(settings).unwrap()
}

fn texts(shared: &Shared) -> Vec<String> {
    let heard = shared.lock().unwrap();
    let text = |body: &Value| {
        body["text"]["content"]
            .as_str()
            .or(body["content"]["text"].as_str())
            .unwrap()
            .to_owned()
    };
    heard.messages.iter().map(|(_, body)| text(body)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_hears_number_class_desk_and_date_and_nothing_of_a_person() {
    let (url, heard) = vendor().await;
    let robots = vec![
        robot("wecom", &url, json!({})),
        robot("dingtalk", &format!("{url}?access_token=t"), json!({"secret": "SEC1"})),
        robot(
            "feishu",
            &format!("{url}?f"),
            json!({"secret": "SEC2", "language": "en"}),
        ),
    ];
    let house = House::new(None, robots).await;
    let id = house
        .complain(
            "k",
            "zhang@customer.example",
            json!({"description": format!("{CANARY} 请回电13800000001")}),
        )
        .await;
    house.drained().await;
    let number = house.app.load(&id).await.unwrap().complaint.number.to_string();
    let said = texts(&heard);
    assert_eq!(said.len(), 3, "{said:?}");
    for text in &said {
        assert!(
            text.contains(&format!("[KS-{number}]")) && text.contains("/admin/complaints/"),
            "{text}"
        );
        for private in [CANARY, "张伟", "13800000001", "zhang@", "officer@"] {
            assert!(!text.contains(private), "{text}");
        }
        assert!(text.len() <= 2_048);
    }
    assert!(said.iter().any(|text| text.contains("due ")), "{said:?}");
    let messages = heard.lock().unwrap().messages.clone();
    let of = |name: &str| {
        messages
            .iter()
            .find(|(query, body)| query.iter().any(|(own, _)| own == name) || body.get(name).is_some())
    };
    let (query, _) = of("access_token").unwrap();
    let value = |name: &str| query.iter().find(|(own, _)| own == name).unwrap().1.clone();
    assert!(value("timestamp").len() == 13 && value("sign").len() == 44);
    let (_, body) = of("msg_type").unwrap();
    assert!(body["timestamp"].as_str().unwrap().len() == 10 && body["sign"].as_str().unwrap().len() == 44);
    // They are letters of the complaint, each with its channel, and the letter by mail went out too.
    let letters = house.shown(&id, "assigned").await;
    let mut channels: Vec<&str> = letters
        .iter()
        .map(|letter| letter["channel"].as_str().unwrap())
        .collect();
    channels.sort_unstable();
    assert_eq!(channels, ["dingtalk", "feishu", "mail", "wecom"]);
    assert!(letters.iter().all(|letter| letter["state"] == "sent"), "{letters:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_twenty_first_message_of_a_minute_waits_and_all_that_wait_are_told_in_one() {
    let (url, heard) = vendor().await;
    let house = House::new(None, vec![robot("wecom", &url, json!({}))]).await;
    let mut ids = Vec::new();
    for n in 0..50 {
        ids.push(
            house
                .complain(&format!("key {n}"), "", json!({"customer": {"name": "张"}}))
                .await,
        );
    }
    house.drained().await;
    assert_eq!(texts(&heard).len(), 20);
    house.clock("2026-03-09T09:00:40+08:00").await;
    assert_eq!(texts(&heard).len(), 20, "the minute is not over");
    for second in [10, 30, 50] {
        house.clock(&format!("2026-03-09T09:01:{second:02}+08:00")).await;
    }
    house.clock("2026-03-09T09:03:00+08:00").await;
    house.clock("2026-03-09T09:05:00+08:00").await;
    let said = texts(&heard);
    assert_eq!(said.len(), 21, "{:?}", said.get(20..));
    assert!(
        said[20].starts_with("有30条通知") && said[20].contains("另有"),
        "{}",
        said[20]
    );
    assert!(said[20].len() <= 2_048);
    for id in &ids {
        for letter in house.of(id, "assigned").await {
            assert_eq!(letter.state, LetterState::Sent, "{letter:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_that_is_busy_is_asked_again_and_one_that_refuses_is_not() {
    let (url, heard) = vendor().await;
    heard.lock().unwrap().answers = vec![json!({"errcode": 45009, "errmsg": "api freq out of limit"})];
    let house = House::new(None, vec![robot("wecom", &url, json!({}))]).await;
    let id = house.complain("k1", "", json!({"customer": {"name": "张"}})).await;
    house.drained().await;
    let wecom = async |id: &str| {
        let mut letters = house.shown(id, "assigned").await;
        letters.retain(|letter| letter["channel"] == "wecom");
        letters.remove(0)
    };
    let waits = wecom(&id).await;
    assert_eq!(
        (waits["state"].as_str(), waits["attempts"].as_u64()),
        (Some("queued"), Some(1)),
        "{waits}"
    );
    assert!(waits["next_try"].is_string() && waits["error"].as_str().unwrap().contains("45009"));
    house.clock("2026-03-09T09:03:00+08:00").await;
    assert_eq!(wecom(&id).await["state"], "sent");
    heard.lock().unwrap().answers = vec![json!({"errcode": 93000, "errmsg": "invalid webhook url"})];
    let id = house.complain("k2", "", json!({"customer": {"name": "张"}})).await;
    house.drained().await;
    let failed = wecom(&id).await;
    assert_eq!(
        (failed["state"].as_str(), failed["attempts"].as_u64()),
        (Some("failed"), Some(1)),
        "{failed}"
    );
    assert!(!failed.to_string().contains(&url), "the address is a password");
    let mail = house.shown(&id, "assigned").await;
    assert!(
        mail.iter()
            .any(|letter| letter["channel"] == "mail" && letter["state"] == "sent")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_told_only_of_its_desks() {
    let (url, heard) = vendor().await;
    let house = House::new(None, vec![robot("wecom", &url, json!({"for": ["仓库"]}))]).await;
    house.complain("k", "", json!({"customer": {"name": "张"}})).await;
    house.drained().await;
    assert!(texts(&heard).is_empty());
}
