//! Signed links of letters: who may do what by them, once, and that looking changes nothing; long because every state of a link is tried.

use chrono::TimeDelta;
use kesu_app::link::Act;
use kesu_app::store::Whole;
use kesu_app::users;
use kesu_rules::domain::command::Wish;
use kesu_rules::domain::facts::{Actor, Role};
use kesu_rules::domain::names::{Desk, UserId};
use kesu_rules::letters::{Letter, To};
use serde_json::json;

use super::pages::form;
use super::{Reply, Site, WORD, user};
use crate::table::{Method, ROUTES};

const PLAIN: [(&str, &str); 3] = [
    ("accept", "text/html"),
    ("accept-language", "en"),
    ("content-type", "application/x-www-form-urlencoded"),
];

/// A complaint with a plan that the chairman is to decide, and an overdue deadline that the officer was told of.
struct Case {
    site: Site,
    id: String,
    request: String,
}

impl Case {
    async fn new() -> Self {
        let mut site = Site::new().await;
        let id = site
            .intake(
                "P19",
                "key-of-the-links",
                "注塑机使用三天就漏油,产品质量差,要求索赔6000元",
            )
            .await;
        site.done("officer", &id, json!({"type": "register"})).await;
        site.done("officer", &id, json!({"type": "classify", "class": "质量异常"}))
            .await;
        site.done("officer", &id, json!({"type": "route", "department": "生产部"}))
            .await;
        site.later(60 * 24 * 9);
        assert!(
            site.app
                .tell(&id, None, Wish::Tick, &Actor::System, None)
                .await
                .unwrap()
                .letters
                > 0
        );
        site.done(
            "other",
            &id,
            json!({"type": "investigate", "result": "密封圈老化", "cause_main": "material"}),
        )
        .await;
        for command in [
            json!({"type": "verify", "upheld": true}),
            json!({"type": "judge", "party": "company"}),
            json!({"type": "propose", "treatment": "exchange", "amount": 6000}),
            json!({"type": "submit"}),
        ] {
            site.done("officer", &id, command).await;
        }
        let shown = site.get("chairman", &format!("/api/complaints/{id}")).await;
        let open = shown["approvals"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["decision"].is_null());
        let request = open.unwrap()["request"].as_str().unwrap().to_owned();
        Self { site, id, request }
    }

    /// The rule that the officer was told of.
    async fn rule(&mut self) -> String {
        let shown = self.site.get("officer", &format!("/api/complaints/{}", self.id)).await;
        let allowed = shown["allowed"].as_array().unwrap().clone();
        let seen = allowed.iter().find(|one| one["type"] == "acknowledge").unwrap();
        seen["choices"][0].as_str().unwrap().to_owned()
    }

    fn token(&self, act: Act, subject: &str, who: &str) -> String {
        let until = self.site.app.now() + TimeDelta::days(14);
        let token = self.site.app.link_token(&self.id, act, subject, &user(who), until);
        token.unwrap()
    }

    async fn subject(&mut self, act: Act) -> String {
        match act {
            Act::Acknowledge => self.rule().await,
            Act::Assign => String::new(),
            _ => self.request.clone(),
        }
    }

    async fn look(&self, token: &str) -> Reply {
        self.site
            .raw("GET", &format!("/admin/act/{token}?lang=en"), &PLAIN, None)
            .await
    }

    async fn send(&self, token: &str, pairs: &[(&str, &str)]) -> Reply {
        let version = self
            .site
            .app
            .load(&self.id)
            .await
            .unwrap()
            .complaint
            .version
            .to_string();
        let mut all = vec![("token", token), ("version", version.as_str()), ("lang", "en")];
        all.extend(pairs);
        self.site.raw("POST", "/admin/act", &PLAIN, Some(form(&all))).await
    }

    async fn whole(&self) -> Whole {
        self.site.app.store.whole(&self.id).await.unwrap()
    }

    /// Everything in the table but sessions: nothing else may change by looking.
    async fn everything(&self) -> Vec<String> {
        let mut all = Vec::new();
        let mut cursor = None;
        loop {
            let page = self.site.app.store.scan_all(500, cursor.as_deref()).await.unwrap();
            all.extend(page.items.iter().map(|one| format!("{one:?}")));
            cursor = page.next;
            if cursor.is_none() {
                all.sort();
                return all;
            }
        }
    }
}

/// What a form must hold for an act.
fn filled(act: Act) -> Vec<(&'static str, &'static str)> {
    match act {
        Act::Acknowledge => Vec::new(),
        Act::Assign => vec![("department", "品质部"), ("reason", "belongs there")],
        _ => vec![("password", WORD)],
    }
}

fn holder(act: Act) -> &'static str {
    if act.is_signed() { "chairman" } else { "officer" }
}

#[tokio::test]
async fn each_act_is_shown_done_once_and_remembered() {
    for (act, name, _) in Act::ALL {
        let mut case = Case::new().await;
        let subject = case.subject(act).await;
        let token = case.token(act, &subject, holder(act));
        let number = case.site.app.load(&case.id).await.unwrap().complaint.number.to_string();
        let page = case.look(&token).await;
        assert_eq!(page.status, 200, "{name}: {}", page.text);
        assert!(
            page.text.contains(&number) && page.text.contains("action=\"/admin/act\""),
            "{}",
            page.text
        );
        assert_eq!(page.headers["referrer-policy"], "no-referrer");
        assert!(
            page.headers["content-security-policy"]
                .to_str()
                .unwrap()
                .starts_with("default-src 'none'")
        );
        assert_eq!(page.text.contains("type=\"password\""), act.is_signed());
        assert!(
            !page.text.contains("王先生") && !page.text.contains("13800000000"),
            "nothing of the customer: {}",
            page.text
        );

        let before = case.whole().await;
        let done = case.send(&token, &filled(act)).await;
        assert_eq!(done.status, 303, "{name}: {}", done.text);
        assert_eq!(done.headers["referrer-policy"], "no-referrer");
        let next = done.headers["location"].to_str().unwrap().to_owned();
        let thanks = case.site.raw("GET", &next, &PLAIN, None).await;
        assert!(
            thanks.status == 200 && thanks.text.contains("role=\"status\""),
            "{}",
            thanks.text
        );
        let after = case.whole().await;
        assert_eq!(after.log.len(), before.log.len() + 1, "{name}");
        let entry = &after.log.last().unwrap().entry;
        assert!(entry.contains(&format!("{}@kesu.example", holder(act))), "{entry}");

        // A used link says so kindly, to whoever looks and to whoever sends it again, and does nothing.
        let again = case.look(&token).await;
        assert!(
            again.status == 200 && again.text.contains("already") || act == Act::Acknowledge,
            "{}",
            again.text
        );
        assert!(!again.text.contains("<form class=\"card\""));
        let twice = case.send(&token, &filled(act)).await;
        assert_eq!(twice.status, 200, "{}", twice.text);
        assert_eq!(case.whole().await, after, "{name}");
        let proof = case.site.app.verify().await.unwrap();
        assert!(proof.faults.is_empty(), "{:?}", proof.faults);
    }
}

#[tokio::test]
async fn a_hundred_looks_change_nothing_at_all() {
    let mut case = Case::new().await;
    let mut tokens = Vec::new();
    for (act, ..) in Act::ALL {
        let subject = case.subject(act).await;
        tokens.push(case.token(act, &subject, holder(act)));
    }
    let used = tokens.pop().unwrap();
    assert_eq!(case.send(&used, &[("password", WORD)]).await.status, 303);
    tokens.push(used);
    let before = case.everything().await;
    for n in 0..100 {
        let path = format!(
            "/admin/act/{}?done=yes&password={WORD}&department=x&utm_source=mail",
            tokens[n % 4]
        );
        for method in ["GET", "HEAD"] {
            let reply = case.site.raw(method, &path, &PLAIN, None).await;
            assert!([200, 403].contains(&reply.status.as_u16()), "{}", reply.text);
        }
    }
    assert_eq!(case.everything().await, before);
}

#[tokio::test]
async fn many_clicks_at_once_do_it_once() {
    for (act, name, _) in Act::ALL {
        let mut case = Case::new().await;
        let subject = case.subject(act).await;
        let token = case.token(act, &subject, holder(act));
        let before = case.whole().await;
        let more = filled(act);
        let clicks: Vec<_> = (0..8).map(|_| case.send(&token, &more)).collect();
        let mut set = Vec::new();
        for reply in futures_of(clicks).await {
            set.push(reply.status.as_u16());
        }
        assert!(set.iter().all(|status| [200, 303].contains(status)), "{name}: {set:?}");
        assert!(set.contains(&303), "{name}: {set:?}");
        let after = case.whole().await;
        assert_eq!(after.log.len(), before.log.len() + 1, "{name}: {set:?}");
        assert!(case.site.app.verify().await.unwrap().faults.is_empty());
    }
}

/// Runs all at once on one thread, as a server does.
async fn futures_of<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    use std::task::Poll;
    let mut running: Vec<_> = futures.into_iter().map(Box::pin).collect();
    let mut outputs: Vec<Option<F::Output>> = running.iter().map(|_| None).collect();
    std::future::poll_fn(move |context| {
        for (future, output) in running.iter_mut().zip(&mut outputs) {
            if output.is_none()
                && let Poll::Ready(value) = future.as_mut().poll(context)
            {
                *output = Some(value);
            }
        }
        if outputs.iter().all(Option::is_some) {
            return Poll::Ready(outputs.drain(..).flatten().collect());
        }
        Poll::Pending
    })
    .await
}

#[tokio::test]
async fn links_that_are_of_no_use_look_alike() {
    let case = Case::new().await;
    let request = case.request.clone();
    let good = case.token(Act::Approve, &request, "chairman");
    let app = case.site.app.clone();
    let until = app.now() + TimeDelta::days(14);
    let of = |id: &str, who: &str, until| app.link_token(id, Act::Approve, &request, &user(who), until).unwrap();
    let strange = [
        good[..good.len() - 1].to_owned(),
        format!("A{}", &good[1..]),
        good.replace('1', "2"),
        of(&case.id, "chairman", app.now()),
        of(&case.id, "chairman", app.now() - TimeDelta::days(1)),
        of(&case.id, "somebody-who-left", until),
        of("0123456789abcdef0123456789abcdef", "chairman", until),
        "x".repeat(5_000),
        "%2e%2e".to_owned(),
        "1".to_owned(),
    ];
    let before = case.everything().await;
    let plain = case.look("nothing").await;
    assert_eq!(plain.status, 404);
    for token in &strange {
        let page = case.look(token).await;
        assert_eq!((page.status, &page.text), (plain.status, &plain.text), "{token}");
        let sent = case.send(token, &[("password", WORD)]).await;
        assert_eq!((sent.status, &sent.text), (plain.status, &plain.text), "{token}");
    }
    assert_eq!(case.everything().await, before);
    // What is good today is of no use after its time.
    assert_eq!(case.look(&good).await.status, 200);
    case.site.later(60 * 24 * 14);
    let page = case.look(&good).await;
    assert_eq!((page.status, &page.text), (plain.status, &plain.text));
}

/// Every route that takes a link × every role × every state of the link.
#[tokio::test]
async fn what_a_link_lets_a_role_do_is_what_the_pages_let_it_do() {
    let mut case = Case::new().await;
    let rule = case.rule().await;
    let routes: Vec<_> = ROUTES
        .iter()
        .filter(|route| route.path.starts_with("/admin/act"))
        .collect();
    assert_eq!(routes.len(), 2);
    let people: Vec<&str> = Role::ALL
        .iter()
        .map(|(_, name)| *name)
        .chain(["other", "chairman"])
        .collect();
    for who in people {
        let shown = case
            .site
            .get("administrator", &format!("/api/complaints/{}", case.id))
            .await;
        let version = shown["version"].as_u64().unwrap();
        let own = case
            .site
            .call(who, "GET", &format!("/api/complaints/{}", case.id), None)
            .await;
        for (act, name, _) in Act::ALL {
            let subject = match act {
                Act::Acknowledge => rule.clone(),
                Act::Assign => String::new(),
                _ => case.request.clone(),
            };
            let kind = if act == Act::Assign { "route" } else { name };
            // As the staff's own pages see it; whoever may not see the complaint may all the same decide what he was asked.
            let may = own.status == 200
                && own.json()["allowed"].as_array().unwrap().iter().any(|one| {
                    let choices = one["choices"].as_array().cloned().unwrap_or_default();
                    one["type"] == kind
                        && (act == Act::Assign || choices.iter().any(|choice| *choice == subject.as_str()))
                });
            for state in ["good", "forged", "expired", "of another"] {
                let app = case.site.app.clone();
                let until = app.now() + TimeDelta::days(if state == "expired" { -1 } else { 14 });
                let person = if state == "of another" {
                    user("nobody-here")
                } else {
                    user(who)
                };
                let mut token = app.link_token(&case.id, act, &subject, &person, until).unwrap();
                if state == "forged" {
                    token.insert(0, 'A');
                }
                for route in &routes {
                    let reply = match route.method {
                        Method::Get => case.look(&token).await,
                        // Without what the form must hold, nothing is done: the matrix leaves the complaint as it is.
                        _ => case.send(&token, &[("password", "not-the-password")]).await,
                    };
                    let name = format!("{} {name} {state} as {who}: {}", route.path, reply.text);
                    let status = reply.status.as_u16();
                    match (state, may, route.method) {
                        ("good", true, Method::Get) => assert_eq!(status, 200, "{name}"),
                        // Saying that one has seen something needs nothing further: looked at elsewhere.
                        ("good", true, _) if act == Act::Acknowledge => assert_eq!(status, 303, "{name}"),
                        ("good", true, _) => assert_eq!(status, 422, "{name}"),
                        ("good", false, _) if own.status == 200 => assert_eq!(status, 403, "{name}"),
                        ("good", false, _) => assert!([200, 303, 403, 422].contains(&status), "{name}"),
                        _ => assert_eq!(status, 404, "{name}"),
                    }
                }
            }
        }
        let now = case
            .site
            .get("administrator", &format!("/api/complaints/{}", case.id))
            .await;
        assert!(now["version"].as_u64().unwrap() <= version + 1);
        assert!(
            now["approvals"]
                .as_array()
                .unwrap()
                .iter()
                .any(|one| one["decision"].is_null())
        );
        assert_eq!(now["department"], shown["department"]);
    }
}

#[tokio::test]
async fn whoever_lost_his_account_or_his_position_is_refused_with_a_clear_page() {
    let case = Case::new().await;
    let request = case.request.clone();
    let token = case.token(Act::Approve, &request, "chairman");
    let number = case.site.app.load(&case.id).await.unwrap().complaint.number.to_string();
    // The position goes to somebody else.
    let mut directory = case.site.app.office().await.unwrap().directory.clone();
    directory
        .desks
        .insert(Desk::parse("董事长").unwrap(), vec![user("approver")]);
    assert!(
        kesu_app::office::save_directory(&case.site.app.store, &directory, 1)
            .await
            .unwrap()
    );
    case.site.app.office_changed();
    for reply in [case.look(&token).await, case.send(&token, &[("password", WORD)]).await] {
        assert_eq!(reply.status, 403);
        assert!(
            reply.text.contains("this is for 董事长 to do") && !reply.text.contains(&number),
            "{}",
            reply.text
        );
    }
    // The account is shut.
    let (mut account, seen) = users::find(&case.site.app.store, &user("officer"))
        .await
        .unwrap()
        .unwrap();
    account.disabled = true;
    assert!(
        users::save(&case.site.app.store, &user("officer"), &account, seen)
            .await
            .unwrap()
    );
    let token = case.token(Act::Assign, "", "officer");
    for reply in [case.look(&token).await, case.send(&token, &filled(Act::Assign)).await] {
        assert_eq!(reply.status, 403);
        assert!(
            reply.text.contains("this account is disabled") && !reply.text.contains(&number),
            "{}",
            reply.text
        );
    }
}

#[tokio::test]
async fn a_decision_is_signed_with_the_password_and_attempts_are_counted() {
    let case = Case::new().await;
    let request = case.request.clone();
    let token = case.token(Act::Approve, &request, "chairman");
    let before = case.whole().await;
    let missing = case.send(&token, &[]).await;
    assert!(
        missing.status == 422 && missing.text.contains("role=\"alert\""),
        "{}",
        missing.text
    );
    let wrong = case
        .send(&token, &[("password", "wrong-password"), ("reason", "<b>fine</b>")])
        .await;
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.text.contains("the password is not right") && !wrong.text.contains("wrong-password"),
        "{}",
        wrong.text
    );
    assert!(
        wrong.text.contains("&lt;b&gt;fine"),
        "what was typed is kept, escaped: {}",
        wrong.text
    );
    assert_eq!(case.whole().await, before);
    let stale = [
        ("token", token.as_str()),
        ("version", "1"),
        ("password", WORD),
        ("lang", "en"),
    ];
    let stale = case.site.raw("POST", "/admin/act", &PLAIN, Some(form(&stale))).await;
    assert!(
        stale.status == 409 && stale.text.contains("somebody has changed"),
        "{}",
        stale.text
    );
    assert_eq!(case.whole().await, before);
    assert_eq!(case.send(&token, &[("password", WORD)]).await.status, 303);
    // The other link of the letter knows that it was decided, and by whom.
    let other = case.token(Act::Refuse, &request, "chairman");
    let page = case.look(&other).await;
    assert!(
        page.status == 200 && page.text.contains("You approved this request"),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn too_many_wrong_passwords_are_stopped_as_at_the_door() {
    let mut case = Case::new().await;
    let mut settings = case.site.app.settings.clone();
    settings.public_per_minute = 5;
    let app = kesu_app::App::new(
        case.site.app.store.clone(),
        case.site.app.time.clone(),
        settings,
        kesu_app::blobs::Blobs::None,
        None,
        user("administrator"),
    );
    case.site.router = crate::router(app.clone(), json!({}));
    case.site.app = app;
    let request = case.request.clone();
    let token = case.token(Act::Approve, &request, "chairman");
    let mut set = Vec::new();
    for _ in 0..7 {
        set.push(
            case.send(&token, &[("password", "wrong-password")])
                .await
                .status
                .as_u16(),
        );
    }
    assert_eq!(set, [422, 422, 422, 422, 422, 429, 429]);
}

#[tokio::test]
async fn a_form_from_another_site_is_not_taken() {
    let mut case = Case::new().await;
    let rule = case.rule().await;
    let token = case.token(Act::Acknowledge, &rule, "officer");
    let body = form(&[("token", token.as_str())]);
    let before = case.everything().await;
    for strange in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://elsewhere.example"),
    ] {
        let mut headers = PLAIN.to_vec();
        headers.extend([("host", "kesu.example"), strange]);
        let reply = case.site.raw("POST", "/admin/act", &headers, Some(body.clone())).await;
        assert_eq!(reply.status, 403, "{strange:?}: {}", reply.text);
        assert!(!reply.text.contains("T19"));
    }
    assert_eq!(case.everything().await, before);
    let mut headers = PLAIN.to_vec();
    // A page that tells nobody its address has no origin.
    headers.extend([
        ("host", "kesu.example"),
        ("sec-fetch-site", "same-origin"),
        ("origin", "null"),
    ]);
    assert_eq!(
        case.site.raw("POST", "/admin/act", &headers, Some(body)).await.status,
        303
    );
}

#[tokio::test]
async fn the_pages_of_links_read_in_every_language_with_hostile_text_escaped() {
    let mut case = Case::new().await;
    let hostile = "<script>alert(1)</script>";
    let mut directory = case.site.app.office().await.unwrap().directory.clone();
    let known = directory.people.get_mut(&user("officer")).unwrap();
    known.name = hostile.to_owned();
    directory
        .desks
        .insert(Desk::parse(hostile).unwrap(), vec![user("officer")]);
    assert!(
        kesu_app::office::save_directory(&case.site.app.store, &directory, 1)
            .await
            .unwrap()
    );
    case.site.app.office_changed();
    case.site
        .done(
            "officer",
            &case.id.clone(),
            json!({"type": "route", "department": hostile, "person": hostile}),
        )
        .await;
    for (act, ..) in Act::ALL {
        let subject = case.subject(act).await;
        let token = case.token(act, &subject, holder(act));
        for language in ["zh-Hans", "zh-Hant", "en"] {
            let path = format!("/admin/act/{token}?lang={language}");
            let page = case.site.raw("GET", &path, &PLAIN, None).await;
            assert_eq!(page.status, 200, "{}", page.text);
            assert!(page.text.contains(&format!("<html lang=\"{language}\">")));
            assert!(
                !page.text.contains("<script") && !page.text.contains(">act."),
                "{}",
                page.text
            );
        }
        // Where nobody asks for another, it is the person's own.
        let page = case.site.raw("GET", &format!("/admin/act/{token}"), &PLAIN, None).await;
        assert!(page.text.contains("<html lang=\"zh-Hans\">"), "{}", page.text);
    }
    let token = case.token(Act::Assign, "", "officer");
    for language in ["zh-Hans", "zh-Hant", "en"] {
        let none = case
            .site
            .raw("GET", "/admin/act/x", &[("accept-language", language)], None)
            .await;
        assert!(
            none.text.contains(&format!("<html lang=\"{language}\">")),
            "{}",
            none.text
        );
        let path = format!("/admin/act/{token}?lang={language}");
        assert!(
            case.site
                .raw("GET", &path, &PLAIN, None)
                .await
                .text
                .contains("&lt;script&gt;")
        );
    }
}

#[tokio::test]
async fn a_letter_carries_the_links_that_its_reader_may_use() {
    let mut case = Case::new().await;
    let rule = case.rule().await;
    let app = case.site.app.clone();
    let loaded = app.load(&case.id).await.unwrap();
    let desk = app.desk_of(&loaded.complaint).await.unwrap();
    let now = desk.local(app.now());
    let kept = case.whole().await.letters;
    let letters = kept.iter().map(|one| {
        let body: serde_json::Value = serde_json::from_str(&one.body).unwrap();
        serde_json::from_value::<Letter>(body["letter"].clone()).unwrap()
    });
    let letters: Vec<Letter> = letters.collect();
    let of = |template: &str, who: &str| {
        let found = letters
            .iter()
            .find(|one| one.template == template && one.to == To::Staff(user(who)));
        found.unwrap_or_else(|| panic!("no {template} to {who}")).clone()
    };
    let offered = async |letter: &Letter, who: &UserId| {
        let links = app.links_for(letter, &loaded, &desk, who, now).await.unwrap();
        for link in &links {
            assert!(
                link.url.len() < 200 && link.url.starts_with("http://127.0.0.1:8080/admin/"),
                "{}",
                link.url
            );
            assert!(
                kesu_app::texts::texts().has(kesu_app::texts::Language::En, link.label),
                "{}",
                link.label
            );
        }
        links.iter().map(|link| link.action).collect::<Vec<_>>()
    };
    let overdue = of("overdue", "officer");
    assert!(overdue.items.iter().any(|item| item.rule.as_str() == rule));
    assert_eq!(
        offered(&overdue, &user("officer")).await,
        ["acknowledge", "assign", "open"]
    );
    let wanted = of("approval_wanted", "chairman");
    assert_eq!(offered(&wanted, &user("chairman")).await, ["approve", "refuse", "open"]);
    // Nobody is offered what he may not do, and who has no account only the page.
    assert_eq!(offered(&wanted, &user("approver")).await, ["open"]);
    assert_eq!(offered(&overdue, &user("auditor")).await, ["open"]);
    assert_eq!(offered(&overdue, &user("somebody-else")).await, ["open"]);
    let assigned = Letter::of("assigned", To::Staff(user("officer")));
    assert_eq!(offered(&assigned, &user("officer")).await, ["assign", "open"]);
    assert_eq!(offered(&assigned, &user("other")).await, ["open"]);
}
