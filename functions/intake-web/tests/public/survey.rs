//! The page behind a survey's link: for the customer who has the letter, once, and for nobody with another link.

use kesu_app::correspondent::{self, How};
use kesu_app::store::LetterRecord;
use kesu_rules::domain::command::{Command, Wish};
use kesu_rules::domain::event::Event;
use kesu_rules::domain::facts::Actor;
use kesu_rules::domain::names::Milestone;
use kesu_rules::domain::survey::Satisfied;
use serde_json::{Value, json};

use super::{FILLED, Site};

/// A closed complaint of P01 whose customer has been asked.
struct Case {
    site: Site,
    id: String,
    number: String,
    path: String,
}

impl Case {
    async fn closed() -> Self {
        let site = Site::new("P01").await;
        let receipt = site.post("/complaints", FILLED).await.is(201);
        let number = receipt.input("number");
        let id = site.app.by_number(&number).await.unwrap().unwrap();
        let case = Self {
            site,
            id,
            number,
            path: String::new(),
        };
        let milestone = |name: &str| Command::Milestone {
            name: Milestone::parse(name).unwrap(),
            at: None,
            note: None,
        };
        case.done(Command::Classify {
            class: "一般问题".to_owned(),
            axes: Default::default(),
        })
        .await;
        case.done(Command::Register {}).await;
        case.done(milestone("departments_informed")).await;
        let (text, channel) = ("已补发。".to_owned(), "telephone".to_owned());
        case.done(Command::Reply {
            text,
            channel,
            formal: true,
        })
        .await;
        case.done(Command::React {
            reaction: "accepted".to_owned(),
            note: None,
        })
        .await;
        case.done(Command::Close {
            reason: "agreement".to_owned(),
        })
        .await;
        case
    }

    async fn asked() -> Self {
        let mut case = Self::closed().await;
        correspondent::verified(&case.site.app, "wang@customer.example", How::Token)
            .await
            .unwrap();
        case.later("2026-10-19T10:00:00Z");
        case.tick().await;
        let asked = case.survey().await["asked"].clone();
        let until = chrono::DateTime::parse_from_rfc3339(asked["until"].as_str().unwrap()).unwrap();
        let link = case.site.app.survey_link(&case.id, until).unwrap();
        let base = case.site.app.settings.base_url.clone();
        case.path = link.strip_prefix(&base).unwrap().to_owned();
        case
    }

    fn later(&self, at: &str) {
        assert!(self.site.app.time.advance(at.parse().unwrap()));
    }

    async fn tick(&self) {
        let told = self
            .site
            .app
            .tell(&self.id, None, Wish::Tick, &Actor::System, None)
            .await;
        told.unwrap();
    }

    async fn done(&self, command: Command) {
        let told = self
            .site
            .app
            .tell(&self.id, None, Wish::Do(command), &Actor::System, Some("试"))
            .await;
        told.unwrap();
    }

    async fn survey(&self) -> Value {
        let it = self.site.app.load(&self.id).await.unwrap().complaint;
        json!(it.survey)
    }

    async fn letters(&self) -> Vec<LetterRecord> {
        let all = self.site.app.store.letters(&self.id).await.unwrap();
        all.into_iter().filter(|one| one.body.contains("\"survey\"")).collect()
    }
}

const ANSWER: &[(&str, &str)] = &[("handling", "partly"), ("speed", "no"), ("remark", "慢了些")];

#[tokio::test]
async fn the_customer_is_asked_once_and_looking_changes_nothing() {
    let case = Case::asked().await;
    case.tick().await;
    assert_eq!(case.letters().await.len(), 1);
    let before = case.survey().await;
    for _ in 0..3 {
        let page = case.site.get(&case.path).await.is(200).text();
        // In the customer's language, whatever the browser's.
        assert!(
            page.contains("您对投诉的处理是否满意") && page.contains(&case.number),
            "{page}"
        );
        assert!(
            page.contains("type=\"radio\" name=\"handling\" value=\"partly\""),
            "{page}"
        );
        assert!(
            !page.contains("<script") && !page.contains("wang@customer.example"),
            "{page}"
        );
    }
    let english = case.site.get(&format!("{}?lang=en", case.path)).await.is(200).text();
    assert!(english.contains("Are you satisfied with how we dealt with your complaint?"));
    assert_eq!(case.survey().await, before);
}

#[tokio::test]
async fn what_is_sent_first_is_recorded_and_a_repeat_changes_nothing() {
    let case = Case::asked().await;
    case.later("2026-10-20T03:00:00Z");
    let thanks = case.site.post(&case.path, ANSWER).await.is(200).text();
    assert!(thanks.contains("您的答复已记录"), "{thanks}");
    let survey = case.survey().await;
    assert_eq!(survey["answer"]["handling"], "partly");
    assert_eq!(
        (&survey["answer"]["speed"], &survey["answer"]["channel"]),
        (&json!("no"), &json!("web"))
    );
    for other in [ANSWER, &[("handling", "yes")]] {
        let again = case.site.post(&case.path, other).await.is(200).text();
        assert!(again.contains("此前已记录"), "{again}");
    }
    let looked = case.site.get(&case.path).await.is(200).text();
    assert!(
        looked.contains("此前已记录") && !looked.contains("name=\"handling\""),
        "{looked}"
    );
    assert_eq!(case.survey().await, survey);
    // The words are kept apart from the log, where they can be erased.
    let log = case.site.app.store.log(&case.id).await.unwrap();
    let answered = log
        .iter()
        .filter(|entry| entry.entry.contains("survey_answered"))
        .count();
    assert_eq!(answered, 1);
    assert!(log.iter().all(|entry| !entry.entry.contains("慢了些")));
    let texts = case.site.app.store.texts(&case.id).await.unwrap();
    assert!(texts.iter().any(|text| text.text == "慢了些"));
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_question_and_nothing_is_recorded() {
    let case = Case::asked().await;
    let page = case
        .site
        .post(&case.path, &[("remark", "<script>alert(1)</script>")])
        .await
        .is(422)
        .text();
    assert!(page.contains("handling-wrong") && !page.contains("<script>"), "{page}");
    let page = case
        .site
        .post(&case.path, &[("handling", "splendid")])
        .await
        .is(422)
        .text();
    assert!(page.contains("handling-wrong"), "{page}");
    let long = "长".repeat(20_001);
    case.site
        .post(&case.path, &[("handling", "yes"), ("remark", &long)])
        .await
        .is(422);
    let wrong = case
        .site
        .json(&case.path, &json!({"handling": 1, "colour": "red"}))
        .await
        .is(422);
    let mut codes = wrong.refusals();
    codes.sort();
    let known = [("colour", "unknown_field"), ("handling", "wrong_type")];
    assert_eq!(codes, known.map(|(field, code)| (field.to_owned(), code.to_owned())));
    assert_eq!(case.survey().await.get("answer"), None);
    let told = case
        .site
        .json(&case.path, &json!({"handling": "yes"}))
        .await
        .is(200)
        .json();
    assert_eq!(told, json!({"recorded": true, "number": case.number}));
}

#[tokio::test]
async fn a_link_that_is_forged_or_of_something_else_shows_nothing() {
    let case = Case::asked().await;
    let (start, end) = case.path.split_at(case.path.len() - 3);
    let forged = [
        format!("{start}xx{}", &end[2..]),
        format!("{}x", case.path),
        "/survey/1".to_owned(),
        format!("/survey/{}", "A".repeat(3_000)),
        "/survey/%00%ff".to_owned(),
    ];
    for path in &forged {
        let page = case.site.get(path).await;
        assert!([400, 404].contains(&page.status.as_u16()), "{path}: {}", page.status);
        assert!(!page.text().contains(&case.number));
        let sent = case.site.post(path, ANSWER).await;
        assert!([400, 404].contains(&sent.status.as_u16()), "{path}: {}", sent.status);
    }
    assert_eq!(case.survey().await.get("answer"), None);
}

#[tokio::test]
async fn after_its_time_the_link_says_that_it_is_over() {
    let case = Case::asked().await;
    case.later("2026-12-01T00:00:00Z");
    let page = case.site.get(&case.path).await.is(410).text();
    assert!(page.contains("答复期限已过"), "{page}");
    case.site.post(&case.path, ANSWER).await.is(410);
    let told = case.site.json(&case.path, &json!({"handling": "yes"})).await.is(410);
    assert!(told.json().to_string().contains("survey_gone"), "{}", told.text());
    assert_eq!(case.survey().await.get("answer"), None);
}

#[tokio::test]
async fn a_complaint_that_is_taken_up_again_asks_nothing_until_its_next_end() {
    let case = Case::asked().await;
    case.done(Command::Reopen {}).await;
    let page = case.site.get(&case.path).await.is(410).text();
    assert!(page.contains("已重新处理"), "{page}");
    case.site.post(&case.path, ANSWER).await.is(410);
    assert_eq!(case.survey().await, Value::Null);
}

#[tokio::test]
async fn who_was_heard_by_telephone_is_not_asked_by_letter() {
    let case = Case::closed().await;
    case.done(Command::Survey {
        handling: Satisfied::No,
        speed: None,
        remark: Some("没人回电话".to_owned()),
        channel: Some("telephone".to_owned()),
        at: None,
    })
    .await;
    case.later("2026-10-25T10:00:00Z");
    case.tick().await;
    assert!(case.letters().await.is_empty());
    let log = case.site.app.store.log(&case.id).await.unwrap();
    let entries = log
        .iter()
        .map(|one| serde_json::from_str::<kesu_rules::domain::chain::Entry>(&one.entry).unwrap());
    let asked = entries
        .flat_map(|one| one.events)
        .filter(|one| matches!(one, Event::SurveyAsked { .. }));
    assert_eq!(asked.count(), 0);
}

#[tokio::test]
async fn an_address_that_nobody_has_shown_to_be_the_customers_or_that_is_dead_is_not_asked() {
    for dead in [false, true] {
        let case = Case::closed().await;
        if dead {
            correspondent::verified(&case.site.app, "wang@customer.example", How::Token)
                .await
                .unwrap();
            correspondent::bounced(&case.site.app, "wang@customer.example", "5.1.1")
                .await
                .unwrap();
        }
        case.later("2026-10-19T10:00:00Z");
        case.tick().await;
        assert_eq!(case.survey().await, Value::Null);
        assert!(case.letters().await.is_empty());
        // And no sweep meets it again for that.
        let wake = case.site.app.store.head(&case.id).await.unwrap().unwrap().wake;
        assert!(wake.is_none_or(|wake| wake.moment.as_str() > "2026-10-19T10:00:00Z"));
    }
}
