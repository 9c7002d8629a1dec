//! How a complaint is going, for its customer and for nobody else.

use kesu_rules::domain::command::{Command, Wish};
use kesu_rules::domain::facts::Actor;
use kesu_rules::domain::names::FieldKey;
use serde_json::{Value, json};

use super::{FILLED, Site};

/// A complaint with its number, code and id.
struct Case {
    site: Site,
    number: String,
    code: String,
    id: String,
}

impl Case {
    async fn new(procedure: &str) -> Self {
        let site = Site::new(procedure).await;
        let receipt = site.post("/complaints", FILLED).await.is(201);
        let (number, code) = (receipt.input("number"), receipt.input("code"));
        let id = site.app.by_number(&number).await.unwrap().unwrap();
        Self { site, number, code, id }
    }

    /// The company does something.
    async fn done(&self, command: Command) {
        self.site
            .app
            .tell(&self.id, None, Wish::Do(command), &Actor::System, None)
            .await
            .unwrap();
    }

    async fn replied(&self, text: &str, channel: &str, formal: bool) {
        if formal && !self.site.app.load(&self.id).await.unwrap().complaint.ever("registered") {
            self.done(Command::Register {}).await;
        }
        self.done(Command::Reply {
            text: text.to_owned(),
            channel: channel.to_owned(),
            formal,
        })
        .await;
    }

    fn proof(&self, more: Value) -> Value {
        let mut proof = json!({"number": self.number, "code": self.code});
        for (key, value) in more.as_object().into_iter().flatten() {
            proof[key] = value.clone();
        }
        proof
    }

    async fn seen(&self) -> Value {
        self.site.json("/track", &self.proof(json!({}))).await.is(200).json()
    }

    async fn page(&self, path: &str, more: &[(&str, &str)]) -> super::Answer {
        let proof = [("number", self.number.as_str()), ("code", self.code.as_str())];
        self.site.post(path, &[&proof, more].concat()).await
    }
}

#[tokio::test]
async fn a_wrong_number_and_a_wrong_code_look_alike() {
    let case = Case::new("P19").await;
    let asked = |number: &str, code: &str| json!({"number": number, "code": code});
    let wrong_code = case
        .site
        .json("/track", &asked(&case.number, "AAAAAAAAAA"))
        .await
        .is(404);
    for n in 0..100 {
        let number = format!("{}{n}", case.number);
        let answer = case.site.json("/track", &asked(&number, &case.code)).await.is(404);
        assert_eq!(answer.bytes, wrong_code.bytes);
        let code = format!("AAAAAAAA{n:02}");
        let answer = case.site.json("/track", &asked(&case.number, &code)).await.is(404);
        assert_eq!(answer.bytes, wrong_code.bytes);
        assert_eq!(answer.headers, wrong_code.headers);
    }
    let page = case
        .site
        .post("/track", &[("number", &case.number), ("code", "x")])
        .await
        .is(404);
    for (number, code) in [
        ("", ""),
        ("\u{0}", "\u{0}"),
        ("X-1", case.code.as_str()),
        (&"9".repeat(5000), "y"),
    ] {
        let other = case
            .site
            .post("/track", &[("number", number), ("code", code)])
            .await
            .is(404);
        assert_eq!(other.bytes, page.bytes);
    }
    for path in ["/track/supply", "/track/react", "/track/attachment"] {
        let other = case
            .site
            .post(path, &[("number", &case.number), ("code", "x")])
            .await
            .is(404);
        assert_eq!(other.bytes, page.bytes, "{path}");
    }
    assert_eq!(case.seen().await["number"], case.number.as_str());
}

#[tokio::test]
async fn who_guesses_too_often_is_told_to_wait() {
    let site = Site::limited("P19", 30).await;
    let asked = json!({"number": "2026-1", "code": "AAAAAAAAAA"});
    let mut answers = Vec::new();
    for _ in 0..100 {
        let answer = site.json("/track", &asked).await;
        if answer.status == 429 {
            let seconds: u64 = answer.header("retry-after").parse().unwrap();
            assert!((1..=60).contains(&seconds));
        }
        answers.push(answer.status.as_u16());
    }
    assert_eq!(answers.iter().filter(|status| **status == 404).count(), 10);
    assert_eq!(answers.iter().filter(|status| **status == 429).count(), 90);
    // Somebody else's number is not concerned.
    site.json("/track", &json!({"number": "2026-2", "code": "x"}))
        .await
        .is(404);
}

#[tokio::test]
async fn the_code_may_be_typed_as_people_type_codes() {
    let case = Case::new("P19").await;
    let typed = format!(" {}-{} ", &case.code[..5].to_lowercase(), &case.code[5..]);
    let number = format!("  {} ", case.number);
    case.site
        .post("/track", &[("number", &number), ("code", &typed)])
        .await
        .is(200);
}

#[tokio::test]
async fn the_customer_sees_his_answers_and_nothing_of_the_work_inside() {
    let case = Case::new("P19").await;
    case.done(Command::Note {
        text: "客户很难缠，内部备注".to_owned(),
    })
    .await;
    case.replied("内部口头说明", "telephone", false).await;
    case.done(Command::Investigate {
        result: "装配工漏装密封圈".to_owned(),
        cause_main: Some("工人疏忽".to_owned()),
        cause_secondary: None,
        quantity: None,
    })
    .await;
    case.done(Command::Contain {
        measures: "全检库存".to_owned(),
    })
    .await;
    case.replied("我们将上门更换密封圈。<b>谢谢</b>", "email", true).await;
    let seen = case.seen().await;
    let page = case.page("/track", &[]).await.is(200).text();
    assert_eq!(seen["stage"], "replied");
    assert_eq!(seen["replies"].as_array().unwrap().len(), 1);
    assert_eq!(seen["replies"][0]["text"], "我们将上门更换密封圈。<b>谢谢</b>");
    assert!(
        page.contains("我们将上门更换密封圈。&lt;b&gt;谢谢&lt;&#x2f;b&gt;"),
        "{page}"
    );
    for inside in [
        "难缠",
        "内部",
        "漏装",
        "疏忽",
        "全检",
        "王小芳",
        "漏油",
        "wang@customer.example",
        "admin@",
        "needs_review",
        &case.id,
    ] {
        assert!(!page.contains(inside) && !seen.to_string().contains(inside), "{inside}");
    }
    let class = case.site.app.load(&case.id).await.unwrap().complaint.class;
    assert!(!page.contains(&class), "the class is the company's affair");
}

#[tokio::test]
async fn what_is_asked_can_be_supplied_and_nothing_else() {
    let case = Case::new("P19").await;
    let fields = ["serial_no", "delivery_date"].map(FieldKey::of).to_vec();
    case.done(Command::RequestInfo { fields }).await;
    let page = case.page("/track?lang=en", &[]).await.is(200).text();
    assert!(page.contains("name=\"answers.serial_no\"") && page.contains("We need the following from you"));
    assert_eq!(case.seen().await["wanted"], json!(["serial_no", "delivery_date"]));
    let refused = case
        .site
        .json("/track/supply", &case.proof(json!({"fields": {"valid": true}})))
        .await
        .is(422);
    assert_eq!(
        refused.refusals(),
        [("fields.valid".to_owned(), "unknown_field".to_owned())]
    );
    let wrong = case
        .page("/track/supply?lang=en", &[("answers.delivery_date", "soon")])
        .await
        .is(422)
        .text();
    assert!(
        wrong.contains("href=\"#delivery_date\"") && wrong.contains("value=\"soon\""),
        "{wrong}"
    );
    case.page("/track/supply", &[]).await.is(422);
    let given = [
        ("answers.serial_no", "SN-7"),
        ("answers.delivery_date", "2026-10-01"),
        ("answers.class", "x"),
    ];
    let done = case.page("/track/supply?lang=en", &given).await.is(200).text();
    assert!(done.contains("We have added it"), "{done}");
    let stored = case.site.app.load(&case.id).await.unwrap().complaint;
    assert_eq!(stored.fields.get("serial_no").unwrap().plain(), "SN-7");
    assert_eq!(stored.stage.name(), "received");
    let again = case.page("/track/supply", &given).await.is(422);
    assert!(!again.text().contains("answers.serial_no"));
}

#[tokio::test]
async fn an_answer_is_accepted_once() {
    let case = Case::new("P20").await;
    let early = case
        .site
        .json("/track/react", &case.proof(json!({"reaction": "accepted"})))
        .await
        .is(422);
    assert_eq!(early.refusals()[0].1, "not_allowed_in_stage");
    case.replied("已更换。", "email", true).await;
    assert_eq!(case.seen().await["can_react"], true);
    let wrong = case
        .site
        .json("/track/react", &case.proof(json!({"reaction": "none"})))
        .await
        .is(422);
    assert_eq!(wrong.refusals()[0], ("reaction".to_owned(), "unknown_value".to_owned()));
    let note = [("reaction", "accepted"), ("note", "谢谢")];
    assert!(
        case.page("/track/react?lang=en", &note)
            .await
            .is(200)
            .text()
            .contains("We have received what you told us")
    );
    let version = case.site.app.load(&case.id).await.unwrap().complaint.version;
    case.page("/track/react", &note).await.is(200);
    let after = case.site.app.load(&case.id).await.unwrap().complaint;
    assert_eq!((after.version, after.reaction.as_deref()), (version, Some("accepted")));
}

#[tokio::test]
async fn a_dispute_leads_to_the_new_number_where_the_procedure_gives_one() {
    let case = Case::new("P19").await;
    case.replied("属正常磨损。", "email", true).await;
    let page = case
        .page("/track/react", &[("reaction", "disputed"), ("note", "不同意")])
        .await
        .is(200)
        .text();
    let seen = case.seen().await;
    assert_eq!(
        (seen["stage"].as_str(), seen["can_react"].as_bool()),
        (Some("closed"), Some(false)),
        "{seen}"
    );
    let (number, code) = (
        seen["continued"]["number"].clone(),
        seen["continued"]["query_code"].clone(),
    );
    assert!(number != seen["number"] && page.contains(number.as_str().unwrap()));
    let next = case
        .site
        .json("/track", &json!({"number": number, "code": code}))
        .await
        .is(200)
        .json();
    assert_eq!(next["stage"], "received");
}

#[tokio::test]
async fn json_is_read_strictly() {
    let site = Site::new("P19").await;
    let check = async |body: Value, wanted: (&str, &str)| {
        let refused = site.json("/track", &body).await.is(422).refusals();
        let wanted = (wanted.0.to_owned(), wanted.1.to_owned());
        assert!(refused.contains(&wanted), "{refused:?}");
    };
    check(json!({"number": "1"}), ("code", "missing_field")).await;
    check(json!({"number": 1, "code": "x"}), ("number", "wrong_type")).await;
    check(json!({"number": "1", "code": "x", "id": "y"}), ("id", "unknown_field")).await;
    check(json!([]), ("", "bad_json")).await;
}
