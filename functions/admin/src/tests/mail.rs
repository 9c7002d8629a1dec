//! The pages of mail: what came, where it may belong, what waits, what has not left, the state of an address; long because one site shows all.

use kesu_app::blobs::Blobs;
use kesu_app::correspondent;
use kesu_app::quarantine::{self, Held, HeldKind, HeldState};
use kesu_app::store::{Kind, LetterState, Store, Then};
use kesu_rules::domain::message::{Matched, Message, Sender, Verdict};
use serde_json::json;

use super::Site;

const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x>";
const LANGUAGES: [&str; 3] = ["zh-Hans", "zh-Hant", "en"];

fn message(key: &str, text: &str) -> Message {
    Message {
        key: key.to_owned(),
        text: text.to_owned(),
        id: None,
        files: vec!["00ff.png".to_owned()],
        sender: Sender::Customer,
        matched: Matched::Token,
        through: None,
        verdict: Verdict::Fail,
        automatic: false,
        raw: Some("abcdef.eml".to_owned()),
    }
}

async fn held(site: &Site, n: i64, reason: &str, kind: HeldKind) -> String {
    let at = site.app.now() - chrono::TimeDelta::minutes(n);
    let raw = format!("{n:04}.eml");
    let id = quarantine::id(at, &raw);
    let held = Held {
        kind,
        reason: reason.to_owned(),
        at,
        from: HOSTILE.to_owned(),
        size: 2048,
        raw,
        delivery: format!("d{n}"),
        state: HeldState::Waiting,
        wanted: None,
        complaint: None,
        by: None,
    };
    quarantine::hold(&site.app, &id, &held).await.unwrap();
    id
}

fn hostile_is_escaped(page: &str) {
    assert!(!page.contains("<script") && !page.contains("<img"), "{page}");
    for table in [">admin.", ">mail_", ">held_", ">letter_reason", ">address_"] {
        assert!(!page.contains(table), "{table}: {page}");
    }
}

#[tokio::test]
async fn messages_are_shown_with_how_they_were_matched_and_what_they_name_is_taken_over() {
    let mut site = Site::new().await;
    let id = site.intake("P19", "key-of-the-mail", "机器漏油,质量差").await;
    let text = format!(
        "{HOSTILE} 订单号：SO-99887 见 https://k.example/admin/act/SeCrEt-1 https://k.example/survey/SeCrEt-2 谢谢"
    );
    site.app.wrote(&id, &message("m1", &text)).await.unwrap();
    let path = format!("/admin/complaints/{id}");
    for language in LANGUAGES {
        for who in ["officer", "auditor"] {
            let page = site.page(who, &path, language).await;
            assert_eq!(page.status, 200, "{}", page.text);
            hostile_is_escaped(&page.text);
            assert!(page.text.contains("&lt;script&gt;") && page.text.contains("SO-99887"));
            assert!(
                !page.text.contains("SeCrEt"),
                "a link is its reader's alone: {}",
                page.text
            );
            assert!(page.text.contains(&format!("/api/attachments/{id}/00ff.png")));
            assert!(page.text.contains(&format!("/api/attachments/{id}/abcdef.eml")));
            let button = page.text.contains("name=\"f.order_no\" value=\"SO-99887\"");
            assert_eq!(button, who == "officer");
        }
    }
    let page = site.page("officer", &path, "en").await.text;
    assert!(
        page.contains("by the reply address") && page.contains("sender disowned by his domain"),
        "{page}"
    );
    let taken = site
        .command_page("officer", &id, "edit", &[("f.order_no", "SO-99887")])
        .await;
    assert_eq!(taken.status, 303, "{}", taken.text);
    let shown = site.get("officer", &format!("/api/complaints/{id}")).await;
    assert_eq!(shown["fields"]["order_no"], "SO-99887");
    let page = site.page("officer", &path, "en").await.text;
    assert!(!page.contains("id=\"suggestions\""), "{page}");
}

#[tokio::test]
async fn what_may_belong_together_is_merged_and_taken_apart_by_one_click_each() {
    let mut site = Site::new().await;
    let one = site.intake("P19", "key-of-kin-1", "机器漏油,质量差").await;
    let two = site.intake("P19", "key-of-kin-2", "机器漏油,质量差,又来信").await;
    site.done("officer", &two, json!({"type": "link", "to": one, "kind": "duplicate"}))
        .await;
    let path = format!("/admin/complaints/{two}");
    let page = site.page("officer", &path, "en").await.text;
    assert!(
        page.contains("id=\"kin\"") && page.contains(&format!("name=\"c.into\" value=\"{one}\"")),
        "{page}"
    );
    // Whoever may not see the other complaint is not told of it.
    let merged = site.command_page("officer", &two, "merge", &[("c.into", &one)]).await;
    assert_eq!(merged.status, 303, "{}", merged.text);
    let shown = site.get("officer", &format!("/api/complaints/{two}")).await;
    assert_eq!(shown["merged_into"], one.as_str());
    for language in LANGUAGES {
        let page = site.page("officer", &path, language).await.text;
        assert!(page.contains("name=\"type\" value=\"unmerge\""), "{page}");
    }
    let apart = site.command_page("officer", &two, "unmerge", &[]).await;
    assert_eq!(apart.status, 303, "{}", apart.text);
    let shown = site.get("officer", &format!("/api/complaints/{two}")).await;
    assert!(shown["merged_into"].is_null());
}

#[tokio::test]
async fn mail_that_waits_is_counted_listed_taken_in_and_put_away() {
    let folder = tempfile::tempdir().unwrap();
    let mut site = Site::with_blobs("P19,P10,P20", Blobs::Folder(folder.path().to_owned())).await;
    assert!(
        site.page("officer", "/admin/quarantine", "en")
            .await
            .text
            .contains("No mail waits")
    );
    let reasons = [
        "virus",
        "spam",
        "empty",
        "too_large",
        "too_many_parts",
        "too_deep",
        "headers_too_long",
        "not_a_message",
    ];
    let more = [
        "broken",
        "no_sender",
        "refused",
        "auto_submitted",
        "precedence",
        "auto_responder",
        "list",
    ];
    let last = ["null_return_path", "daemon", "own", "subject"];
    let mut ids = Vec::new();
    for (n, reason) in (1..).zip(reasons.iter().chain(&more).chain(&last)) {
        ids.push(held(&site, n, reason, HeldKind::Quarantined).await);
    }
    for language in LANGUAGES {
        let page = site.page("officer", "/admin/quarantine", language).await;
        assert_eq!(page.status, 200, "{}", page.text);
        hostile_is_escaped(&page.text);
        for reason in reasons.iter().chain(&more).chain(&last) {
            assert!(
                !page.text.contains(&format!("<td>{reason} ")),
                "{reason} has no words: {}",
                page.text
            );
        }
        for id in &ids {
            let one = site.page("officer", &format!("/admin/quarantine/{id}"), language).await;
            assert_eq!(one.status, 200, "{}", one.text);
            hostile_is_escaped(&one.text);
        }
    }
    // What was decoded when it came is shown instead of the raw beginning.
    let words = "Subject: 特价\n\n<script>特价</script>".to_owned();
    site.app.blobs.keep_words("0002.eml", words).await.unwrap();
    let one = site
        .page("officer", &format!("/admin/quarantine/{}", ids[1]), "en")
        .await;
    hostile_is_escaped(&one.text);
    assert!(
        one.text.contains("Subject: 特价") && one.text.contains("What could be read of it"),
        "{}",
        one.text
    );
    let count = format!("<b class=\"soon\">{}</b>", ids.len());
    assert!(site.page("officer", "/admin", "en").await.text.contains(&count));
    assert!(
        !site
            .page("department", "/admin", "en")
            .await
            .text
            .contains("/admin/quarantine")
    );

    let path = format!("/admin/quarantine/{}", ids[1]);
    let without = site.submit("officer", &path, &[("do", "dismiss")]).await;
    assert!(
        without.status == 422 && without.text.contains("role=\"alert\""),
        "{}",
        without.text
    );
    assert_eq!(
        site.submit("officer", &path, &[("do", "dismiss"), ("reason", "advertising")])
            .await
            .status,
        303
    );
    let path = format!("/admin/quarantine/{}", ids[2]);
    assert_eq!(site.submit("quality", &path, &[("do", "complaint")]).await.status, 303);
    assert_eq!(
        site.submit("quality", &path, &[("do", "complaint")]).await.status,
        303,
        "twice is once"
    );
    let (now, _) = quarantine::find(&site.app, &ids[2]).await.unwrap();
    assert_eq!(now.state, HeldState::Replaying);
    let gone = site
        .submit("officer", &path, &[("do", "dismiss"), ("reason", "x")])
        .await;
    assert!(
        gone.status == 422 && gone.text.contains("taken in already"),
        "{}",
        gone.text
    );
    assert_eq!(site.submit("officer", &path, &[("do", "dance")]).await.status, 422);
    assert_eq!(site.submit("auditor", &path, &[("do", "read")]).await.status, 403);
    let count = format!("<b class=\"soon\">{}</b>", ids.len() - 2);
    assert!(site.page("officer", "/admin", "en").await.text.contains(&count));
}

#[tokio::test]
async fn mail_that_waits_is_paged() {
    let mut site = Site::new().await;
    for n in 0..70 {
        held(&site, n, "spam", HeldKind::Quarantined).await;
    }
    let first = site.page("officer", "/admin/quarantine?state=all", "en").await.text;
    assert_eq!(first.matches("/admin/quarantine/").count(), 50, "{first}");
    let next = first
        .split("cursor=")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let second = site
        .page("officer", &format!("/admin/quarantine?state=all&cursor={next}"), "en")
        .await
        .text;
    assert_eq!(second.matches("/admin/quarantine/").count(), 20);
    assert!(first.contains("<b class=\"soon\">50+</b>"));
}

#[tokio::test]
async fn letters_that_wait_are_listed_for_those_who_see_their_complaint() {
    let mut site = Site::new().await;
    assert!(
        site.page("officer", "/admin/letters", "en")
            .await
            .text
            .contains("No letter waits")
    );
    let id = site.intake("P19", "key-of-letters", "机器漏油,质量差").await;
    for language in LANGUAGES {
        let page = site.page("officer", "/admin/letters", language).await;
        assert!(
            page.status == 200 && page.text.contains(&format!("/admin/complaints/{id}")),
            "{}",
            page.text
        );
        hostile_is_escaped(&page.text);
    }
    assert!(
        !site.page("other", "/admin/letters", "en").await.text.contains(&id),
        "another department's"
    );
    assert_eq!(site.page("officer", "/admin/letters?cursor=x", "en").await.status, 422);
    assert_eq!(
        site.page("officer", "/admin/letters?cursor=0-zz", "en").await.status,
        422
    );
    // On the complaint stands why a letter does not leave, in words.
    let letters = site.app.store.letters(&id).await.unwrap();
    let (seq, n) = (letters[0].seq, letters[0].n);
    let wake = letters[0].wake.clone().unwrap();
    let (now, later) = ("2026-11-02T02:00:00Z", "2026-11-02T01:00:00Z");
    site.app
        .store
        .claim_letter(&id, seq, n, now, later, &wake)
        .await
        .unwrap()
        .unwrap();
    let why = "this address complained of our letters";
    site.app.store.mark_suppressed(&id, seq, n, why).await.unwrap().unwrap();
    let page = site
        .page("officer", &format!("/admin/complaints/{id}"), "zh-Hans")
        .await
        .text;
    assert!(page.contains("该邮箱投诉过我方邮件"), "{page}");
}

#[tokio::test]
async fn letters_that_were_given_up_are_listed_until_they_are_sent_again_or_put_away() {
    let mut site = Site::new().await;
    let id = site.intake("P19", "key-of-failures", "机器漏油,质量差").await;
    let letter = site.app.store.letters(&id).await.unwrap()[0].clone();
    let (seq, n, wake) = (letter.seq, letter.n, letter.wake.unwrap());
    let (now, earlier) = ("2026-11-02T02:00:00Z", "2026-11-02T01:00:00Z");
    let give_up = async |store: &Store| {
        store
            .claim_letter(&id, seq, n, now, earlier, &wake)
            .await
            .unwrap()
            .unwrap();
        let why = "letter cannot be sent: no such mailbox";
        let failed = store.mark_failed(&id, seq, n, why, Then::GivenUp(&wake));
        failed.await.unwrap().unwrap();
    };
    give_up(&site.app.store).await;
    let failed = "/admin/letters?state=failed";
    let place = format!("{id}.{seq}.{n}");
    for language in LANGUAGES {
        let page = site.page("officer", failed, language).await.text;
        assert!(page.contains(&place) && page.contains("no such mailbox"), "{page}");
        assert!(!page.contains("letter cannot be sent"), "said in the reader's language");
    }
    let waiting = site.page("officer", "/admin/letters", "en").await.text;
    assert!(!waiting.contains("no such mailbox"));
    assert!(
        !site.page("auditor", failed, "en").await.text.contains(&place),
        "looks only"
    );
    assert!(
        !site.page("other", failed, "en").await.text.contains(&id),
        "another department's"
    );
    let wish = |act: &'static str| [("letter", place.clone()), ("do", act.to_owned())];
    let send = async |site: &mut Site, who: &str, act: &'static str| {
        let wish = wish(act);
        let fields: Vec<(&str, &str)> = wish.iter().map(|(name, value)| (*name, value.as_str())).collect();
        site.submit(who, "/admin/letters", &fields).await.status
    };
    assert_eq!(send(&mut site, "other", "again").await, 403);
    assert_eq!(send(&mut site, "officer", "eat").await, 422);
    let state = async |site: &Site| site.app.store.letter_of(&id, seq, n).await.unwrap().unwrap();
    assert_eq!(send(&mut site, "officer", "again").await, 303);
    let again = state(&site).await;
    assert!(again.ready(now) && again.attempts == 0 && again.error.is_none());
    assert_eq!(send(&mut site, "officer", "again").await, 303, "harmless when repeated");
    give_up(&site.app.store).await;
    assert_eq!(send(&mut site, "officer", "away").await, 303);
    assert_eq!(state(&site).await.state, LetterState::Failed);
    let page = site.page("officer", failed, "en").await.text;
    assert!(page.contains("No letter was given up"), "{page}");
}

#[tokio::test]
async fn what_is_noted_of_an_address_is_shown_and_taken_back_with_a_reason() {
    let mut site = Site::new().await;
    let id = site.intake("P19", "key-of-address", "机器漏油,质量差").await;
    let mail = "wang@customer.example";
    correspondent::bounced(&site.app, mail, "5.1.1").await.unwrap();
    correspondent::complained(&site.app, mail).await.unwrap();
    let path = format!("/admin/complaints/{id}");
    for language in LANGUAGES {
        let page = site.page("officer", &path, language).await.text;
        assert!(page.contains("id=\"address\"") && page.contains("5.1.1"), "{page}");
    }
    let clear = format!("{path}/address");
    assert!(!site.page("auditor", &path, "en").await.text.contains(&clear));
    assert_eq!(site.submit("auditor", &clear, &[("reason", "x")]).await.status, 403);
    let without = site.submit("officer", &clear, &[]).await;
    assert!(
        without.status == 422 && without.text.contains("please give a reason"),
        "{}",
        without.text
    );
    assert!(
        correspondent::state(&site.app, mail)
            .await
            .unwrap()
            .unwanted()
            .is_some()
    );
    assert_eq!(
        site.submit("officer", &clear, &[("reason", "telephoned")]).await.status,
        303
    );
    assert!(
        correspondent::state(&site.app, mail)
            .await
            .unwrap()
            .unwanted()
            .is_none()
    );
    let again = site.submit("officer", &clear, &[("reason", "telephoned")]).await;
    assert!(
        again.status == 422 && again.text.contains("nothing to change"),
        "{}",
        again.text
    );
    let kept = site.app.store.list(Kind::Admin, "", 10, None).await.unwrap().items;
    assert!(
        kept.iter()
            .any(|one| one.body.contains("telephoned") && one.body.contains(&id))
    );
    assert!(
        !kept.iter().any(|one| one.body.contains("customer.example")),
        "the log names no address"
    );
}
