//! Tokens of links: what they say comes back, and nothing that was touched is believed.

use chrono::{DateTime, TimeDelta, Utc};
use kesu_rules::domain::names::UserId;

use super::Act;
use crate::app::App;
use crate::blobs::Blobs;
use crate::clock::Time;
use crate::config::Settings;
use crate::procedures::Procedures;
use crate::store::Local;

const ID: &str = "0123456789abcdef0123456789abcdef";

async fn app(secret: &str) -> App {
    let settings = Settings {
        base_url: "https://complaints.company.example".to_owned(),
        company: "Kesu".to_owned(),
        contact: "-".to_owned(),
        mail_from: "kesu@company.example".to_owned(),
        mail_domain: "company.example".to_owned(),
        secret: secret.as_bytes().to_vec(),
        ..Settings::trial(Procedures::default())
    };
    let store = Local::memory().unwrap().store("kesu").await.unwrap();
    App::new(store, Time::Machine, settings, Blobs::None, None, user("administrator"))
}

fn user(name: &str) -> UserId {
    UserId::parse(&format!("{name}@company.example")).unwrap()
}

fn until() -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2026-11-16T10:00:00+08:00")
        .unwrap()
        .to_utc()
}

#[tokio::test]
async fn a_token_says_what_it_was_made_for_and_fits_a_line() {
    let app = app("a secret of the installation, long").await;
    for (act, name, _) in Act::ALL {
        let subject = "T19.11+T19.12+T19.13+T19.14";
        let token = app.link_token(ID, act, subject, &user("boss"), until()).unwrap();
        let url = format!("{}/admin/act/{token}", app.settings.base_url);
        assert!(url.len() < 200, "{name}: {}", url.len());
        assert!(
            token
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        );
        assert!(token.ends_with('1') && !token.contains("boss"));
        let grant = app.link_grant(&token).unwrap();
        assert_eq!(
            (grant.complaint.as_str(), grant.act, grant.subject.as_str()),
            (ID, act, subject)
        );
        assert_eq!(grant.expires, until());
        // Written again, a letter carries the same link.
        assert_eq!(app.link_token(ID, act, subject, &user("boss"), until()).unwrap(), token);
    }
    let named = app
        .link_token("successor-of-7", Act::Assign, "", &user("boss"), until())
        .unwrap();
    assert_eq!(app.link_grant(&named).unwrap().complaint, "successor-of-7");
    assert_eq!(
        app.link_token(&"x".repeat(128), Act::Assign, "", &user("boss"), until()),
        None
    );
    assert_eq!(
        app.link_token(ID, Act::Assign, &"x".repeat(100), &user("boss"), until()),
        None
    );
}

#[tokio::test]
async fn a_token_with_any_character_changed_cut_or_added_is_none() {
    let app = app("a secret of the installation, long").await;
    let token = app
        .link_token(ID, Act::Approve, "A19.3-7-1", &user("boss"), until())
        .unwrap();
    for at in 0..token.len() {
        for other in ["A", "b", "-", "_", "1", "2", "é", "%", "\0", " "] {
            let changed = format!("{}{other}{}", &token[..at], &token[at + 1..]);
            if changed != token {
                assert_eq!(app.link_grant(&changed), None, "{at} {other}");
            }
        }
        assert_eq!(app.link_grant(&token[..at]), None);
        assert_eq!(app.link_grant(&token[at + 1..]), None);
    }
    for sly in ["", "1", "11", &format!("{token}1"), &"A".repeat(5_000), "----1"] {
        assert_eq!(app.link_grant(sly), None, "{sly}");
    }
}

#[tokio::test]
async fn another_installation_and_another_purpose_sign_otherwise() {
    let ours = app("a secret of the installation, long").await;
    let theirs = app("a secret of another installation").await;
    let token = theirs.link_token(ID, Act::Assign, "", &user("boss"), until()).unwrap();
    assert_eq!(ours.link_grant(&token), None);
    // What the secret makes for other purposes opens nothing here.
    let code = ours.query_code(ID);
    let keyed = ours.keyed("signed link", ID);
    for other in [code, format!("{keyed}1"), keyed] {
        assert_eq!(ours.link_grant(&other), None);
    }
}

#[tokio::test]
async fn different_persons_acts_subjects_and_times_are_different_links() {
    let app = app("a secret of the installation, long").await;
    let all = [
        app.link_token(ID, Act::Approve, "A1-2-1", &user("boss"), until()),
        app.link_token(ID, Act::Refuse, "A1-2-1", &user("boss"), until()),
        app.link_token(ID, Act::Approve, "A1-2-2", &user("boss"), until()),
        app.link_token(ID, Act::Approve, "A1-2-1", &user("other"), until()),
        app.link_token(
            ID,
            Act::Approve,
            "A1-2-1",
            &user("boss"),
            until() + TimeDelta::seconds(1),
        ),
    ];
    let mut marks: Vec<String> = all
        .iter()
        .map(|token| app.link_grant(token.as_ref().unwrap()).unwrap().mark)
        .collect();
    marks.sort();
    marks.dedup();
    assert_eq!(marks.len(), all.len());
}
