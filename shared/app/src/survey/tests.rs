//! Tokens of surveys: what they say comes back, nothing that was touched is believed, and no other token is one.

use kesu_rules::clock::Moment;
use kesu_rules::domain::names::UserId;

use crate::app::App;
use crate::blobs::Blobs;
use crate::clock::Time;
use crate::config::Settings;
use crate::link::Act;
use crate::procedures::Procedures;
use crate::store::Local;

const ID: &str = "0123456789abcdef0123456789abcdef";

async fn app(secret: &str) -> App {
    let settings = Settings {
        base_url: "https://complaints.company.example".to_owned(),
        secret: secret.as_bytes().to_vec(),
        ..Settings::trial(Procedures::default())
    };
    let store = Local::memory().unwrap().store("kesu").await.unwrap();
    let boss = UserId::parse("boss@company.example").unwrap();
    App::new(store, Time::Machine, settings, Blobs::None, None, boss)
}

fn until() -> Moment {
    Moment::parse_from_rfc3339("2026-11-16T10:00:00+08:00").unwrap()
}

fn token(link: &str) -> &str {
    link.strip_prefix("https://complaints.company.example/survey/").unwrap()
}

#[tokio::test]
async fn a_link_says_which_complaint_and_until_when_and_is_the_same_each_time() {
    let app = app("a secret of the installation, long").await;
    for id in [ID, "successor-of-7", "abc"] {
        let link = app.survey_link(id, until()).unwrap();
        assert!(link.len() < 150, "{link}");
        let question = app.survey_question(token(&link)).unwrap();
        assert_eq!((question.complaint.as_str(), question.until), (id, until().to_utc()));
        assert_eq!(app.survey_link(id, until()).unwrap(), link);
    }
    assert_eq!(app.survey_link(&"x".repeat(300), until()), None);
}

#[tokio::test]
async fn what_was_touched_or_made_for_something_else_or_elsewhere_asks_nothing() {
    let here = app("a secret of the installation, long").await;
    let link = here.survey_link(ID, until()).unwrap();
    let own = token(&link);
    for at in 0..own.len() {
        for other in ["A", "b", "-", "_", "1", "2", "é", "%", "\0", " "] {
            let changed = format!("{}{other}{}", &own[..at], &own[at + 1..]);
            if changed != own {
                assert_eq!(here.survey_question(&changed), None, "{at} {other}");
            }
        }
        assert_eq!(here.survey_question(&own[..at]), None);
    }
    for sly in ["", "1", "11", &format!("{own}1"), &"A".repeat(5_000)] {
        assert_eq!(here.survey_question(sly), None, "{sly}");
    }
    let boss = UserId::parse("boss@company.example").unwrap();
    let act = here.link_token(ID, Act::Assign, "", &boss, until().to_utc()).unwrap();
    assert_eq!(here.survey_question(&act), None);
    assert_eq!(here.link_grant(own), None);
    assert_eq!(
        app("another secret, as long as the first").await.survey_question(own),
        None
    );
}
