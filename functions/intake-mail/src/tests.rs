//! What becomes of mail, over a real store and real raw messages; long because the ways of a mail are told one by one.

use std::collections::BTreeSet;

use kesu_app::blobs::Blobs;
use kesu_app::clock::{Time, stamp};
use kesu_app::config::Settings;
use kesu_app::mail_room::MailAddresses;
use kesu_app::post::reply_address;
use kesu_app::procedures::Procedures;
use kesu_app::quarantine::{self, HeldState, TakeAs};
use kesu_app::record::Loaded;
use kesu_app::store::{LetterState, Local};
use kesu_app::{App, correspondent};
use kesu_rules::domain::chain::Entry;
use kesu_rules::domain::command::{Command, Wish};
use kesu_rules::domain::event::Event;
use kesu_rules::domain::facts::{Actor, Role, Staff};
use kesu_rules::domain::message::{Matched, Sender};
use kesu_rules::domain::names::{ComplaintId, UserId};
use kesu_rules::domain::stage::Stage;
use serde_json::json;
use tempfile::TempDir;

use super::*;

const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";

struct House {
    app: App,
    _dir: TempDir,
}

async fn house() -> House {
    let dir = tempfile::tempdir().unwrap();
    let now = chrono::DateTime::parse_from_rfc3339("2025-03-14T10:00:00+08:00").unwrap();
    let procedures = Procedures::parse("P19,P10").unwrap();
    let own = r#"[{"to": "cars@brand.example", "procedure": "P10"}]"#;
    let settings = Settings {
        mail_addresses: MailAddresses::parse(own, &procedures).unwrap(),
        secret: SECRET.to_vec(),
        ..Settings::trial(procedures)
    };
    let app = App::new(
        Local::memory().unwrap().store("kesu").await.unwrap(),
        Time::movable(now.to_utc()),
        settings,
        Blobs::Folder(dir.path().to_owned()),
        None,
        UserId::parse("admin@kesu.example").unwrap(),
    );
    House { app, _dir: dir }
}

/// A mail as its writer's program writes it.
struct Written {
    from: &'static str,
    to: String,
    subject: String,
    id: String,
    more: Vec<String>,
    text: String,
}

fn mail(id: &str, text: &str) -> Written {
    Written {
        from: "陈晓明 <chen@customer.example>",
        to: "kesu@kesu.example".to_owned(),
        subject: "机器坏了".to_owned(),
        id: format!("{id}@customer.example"),
        more: Vec::new(),
        text: text.to_owned(),
    }
}

impl Written {
    fn from(mut self, from: &'static str) -> Self {
        self.from = from;
        self
    }
    fn to(mut self, to: impl Into<String>) -> Self {
        self.to = to.into();
        self
    }
    fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = subject.into();
        self
    }
    fn header(mut self, line: impl Into<String>) -> Self {
        self.more.push(line.into());
        self
    }
    fn raw(&self) -> Vec<u8> {
        let more: String = self.more.iter().map(|line| format!("{line}\r\n")).collect();
        let text = self.text.replace('\n', "\r\n");
        format!(
            "From: {}\r\nTo: {}\r\nSubject: {}\r\nMessage-ID: <{}>\r\n{more}MIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n",
            self.from, self.to, self.subject, self.id
        )
        .into_bytes()
    }
}

impl House {
    async fn takes(&self, mail: &Written) -> Outcome {
        self.takes_with(mail, Verdicts::default()).await
    }

    async fn takes_with(&self, mail: &Written, verdicts: Verdicts) -> Outcome {
        let arrival = Arrival {
            verdicts,
            ..Arrival::default()
        };
        on_mail(&self.app, &mail.raw(), &arrival).await.unwrap()
    }

    /// A complaint that came by mail.
    async fn complaint(&self) -> String {
        let outcome = self
            .takes(&mail("first", "我的机器坏了，批号：B240817，请尽快处理。"))
            .await;
        assert_eq!(outcome.outcome, OutcomeKind::Created, "{outcome:?}");
        outcome.complaint.unwrap()
    }

    async fn load(&self, id: &str) -> Loaded {
        self.app.load(id).await.unwrap()
    }

    /// What was written about a complaint, without what began it.
    async fn written(&self, id: &str) -> Vec<(Matched, Sender, bool)> {
        let whole = self.app.store.whole(id).await.unwrap();
        let entries = whole
            .log
            .iter()
            .map(|record| serde_json::from_str::<Entry>(&record.entry).unwrap());
        let events = entries.flat_map(|entry| entry.events).filter_map(|event| match event {
            Event::Wrote {
                matched,
                sender,
                automatic,
                ..
            } if matched != Matched::Begun => Some((matched, sender, automatic)),
            _ => None,
        });
        events.collect()
    }

    async fn letters(&self, id: &str, template: &str) -> usize {
        let named = format!("\"template\":\"{template}\"");
        let letters = self.app.store.whole(id).await.unwrap().letters;
        letters.iter().filter(|letter| letter.body.contains(&named)).count()
    }

    fn reply_to(&self, id: &str) -> String {
        reply_address("kesu.example", "reply", id, SECRET).unwrap().to_string()
    }

    async fn does(&self, id: &str, command: serde_json::Value) {
        let command: Command = serde_json::from_value(command).unwrap();
        let staff = Actor::Staff(Staff {
            user: UserId::parse("admin@kesu.example").unwrap(),
            role: Role::Administrator,
            department: None,
        });
        self.app
            .tell(id, None, Wish::Do(command), &staff, Some("as agreed"))
            .await
            .unwrap();
    }

    async fn all(&self) -> BTreeSet<String> {
        let mut ids = BTreeSet::new();
        let mut cursor = None;
        loop {
            let page = self.app.store.scan_all(500, cursor.as_deref()).await.unwrap();
            for record in page.items.into_iter().flatten() {
                if let kesu_app::store::AnyRecord::Head(head) = record {
                    ids.insert(head.id);
                }
            }
            cursor = page.next;
            if cursor.is_none() {
                return ids;
            }
        }
    }
}

#[tokio::test]
async fn a_mail_becomes_a_complaint_with_what_is_found_in_its_text() {
    let house = house().await;
    let id = house.complaint().await;
    let loaded = house.load(&id).await;
    let it = &loaded.complaint;
    assert_eq!(it.channel, "email");
    assert_eq!(loaded.face.get("customer_name").map(String::as_str), Some("陈晓明"));
    assert_eq!(
        loaded.face.get("customer_email").map(String::as_str),
        Some("chen@customer.example")
    );
    assert_eq!(it.fields.get("batch_no").unwrap().to_json(), "B240817");
    assert_eq!(house.letters(&id, "acknowledgement").await, 1);
    assert_eq!(
        mail_room_ids(&house.app, &id).await,
        ["<first@customer.example>".to_owned()]
    );
    let state = serde_json::to_string(&it).unwrap();
    for personal in ["chen@", "陈晓明", "请尽快处理", "customer.example"] {
        assert!(!state.contains(personal), "{personal}");
    }
}

async fn mail_room_ids(app: &App, id: &str) -> Vec<String> {
    kesu_app::mail_room::message_ids(app, id).await.unwrap()
}

#[tokio::test]
async fn the_company_address_decides_the_procedure() {
    let house = house().await;
    let outcome = house.takes(&mail("a", "刹车失灵").to("Cars@brand.example")).await;
    let it = house.load(&outcome.complaint.unwrap()).await.complaint;
    assert_eq!(it.procedure.as_str(), "P10");
}

#[tokio::test]
async fn the_same_mail_is_one_complaint_and_each_delivery_is_counted() {
    let house = house().await;
    let raw = mail("a", "坏了坏了").raw();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let (app, raw) = (house.app.clone(), raw.clone());
        tasks.spawn(async move { on_mail(&app, &raw, &Arrival::default()).await.unwrap() });
    }
    let outcomes = tasks.join_all().await;
    let created = outcomes
        .iter()
        .filter(|one| one.outcome == OutcomeKind::Created)
        .count();
    let duplicate = outcomes
        .iter()
        .filter(|one| one.outcome == OutcomeKind::Duplicate)
        .count();
    assert_eq!((created, duplicate), (1, 9));
    assert_eq!(house.all().await.len(), 1);
    let key = delivery::key_of(&house.app, &read::read(&raw).unwrap());
    assert_eq!(delivery::find(&house.app, &key).await.unwrap().unwrap().0.times, 10);
}

#[tokio::test]
async fn a_reply_to_the_reply_address_is_added_whoever_writes_and_wakes_the_desk() {
    let house = house().await;
    let id = house.complaint().await;
    let reply = mail("b", "补充：照片见附件")
        .to(house.reply_to(&id))
        .subject("Re: 回复");
    let outcome = house.takes(&reply).await;
    assert_eq!(
        (outcome.outcome, outcome.complaint.as_ref()),
        (OutcomeKind::Added, Some(&id))
    );
    let other = mail("c", "我是他同事")
        .to(house.reply_to(&id))
        .from("colleague@other.example");
    house.takes(&other).await;
    assert_eq!(
        house.written(&id).await,
        [
            (Matched::Token, Sender::Customer, false),
            (Matched::Token, Sender::Unknown, false)
        ]
    );
    assert_eq!(house.letters(&id, "customer_wrote").await, 2);
    // The token came back from the address it was sent to.
    let state = correspondent::state(&house.app, "chen@customer.example").await.unwrap();
    assert!(state.verified);
    let stranger = correspondent::state(&house.app, "colleague@other.example")
        .await
        .unwrap();
    assert!(!stranger.verified);
}

#[tokio::test]
async fn a_forged_token_is_a_new_complaint_that_may_belong_to_the_other() {
    let house = house().await;
    let id = house.complaint().await;
    let forged = format!("reply+{id}.00000000000000000000@kesu.example");
    let outcome = house
        .takes(&mail("b", "把钱退给我").to(forged).from("evil@there.example"))
        .await;
    assert_eq!(outcome.outcome, OutcomeKind::Created);
    let it = house.load(&outcome.complaint.clone().unwrap()).await.complaint;
    assert_eq!(
        (it.claims[0].to.as_str(), it.claims[0].by),
        (id.as_str(), Matched::Token)
    );
    assert!(house.written(&id).await.is_empty());
    // One step merges it, and then it claims nothing any more.
    let new = outcome.complaint.unwrap();
    house.does(&new, json!({"type": "merge", "into": id})).await;
    assert!(house.load(&new).await.complaint.claims.is_empty());
}

#[tokio::test]
async fn a_qq_reply_without_references_is_found_by_its_subject_and_sender() {
    let house = house().await;
    let id = house.complaint().await;
    let number = house.load(&id).await.complaint.number.to_string();
    let reply = mail("b", "好的").subject(format!("回复：您的投诉已收到 [KS-{number}]"));
    let outcome = house.takes(&reply).await;
    assert_eq!(
        (outcome.outcome, outcome.complaint),
        (OutcomeKind::Added, Some(id.clone()))
    );
    assert_eq!(house.written(&id).await, [(Matched::Subject, Sender::Customer, false)]);
    // The same subject from somebody else is a complaint of his own.
    let stranger = mail("c", "我也有问题")
        .subject(format!("[KS-{number}] 机器"))
        .from("stranger@there.example");
    let outcome = house.takes(&stranger).await;
    assert_eq!(outcome.outcome, OutcomeKind::Created);
    let it = house.load(&outcome.complaint.unwrap()).await.complaint;
    assert_eq!(
        (it.claims[0].to.as_str(), it.claims[0].by),
        (id.as_str(), Matched::Subject)
    );
}

#[tokio::test]
async fn a_reference_counts_with_a_known_sender_whom_his_domain_does_not_disown() {
    let house = house().await;
    let id = house.complaint().await;
    let refers = |name: &str| {
        mail(name, "还有一点")
            .subject("补充")
            .header(format!("In-Reply-To: <{id}-1-0@kesu.example>"))
    };
    assert_eq!(house.takes(&refers("b")).await.complaint, Some(id.clone()));
    let own = mail("c", "再补充")
        .subject("补充")
        .header("References: <x@y.example> <first@customer.example>");
    assert_eq!(house.takes(&own).await.complaint, Some(id.clone()));
    let disowned = Verdicts {
        dmarc: Check::Fail,
        ..Verdicts::default()
    };
    let outcome = house.takes_with(&refers("d"), disowned).await;
    assert_eq!(outcome.outcome, OutcomeKind::Created);
    let new = outcome.complaint.unwrap();
    assert_eq!(house.load(&new).await.complaint.claims[0].by, Matched::Reference);
    // Whoever is disowned is not answered: the letter would go to somebody who wrote nothing.
    assert_eq!(house.letters(&new, "acknowledgement").await, 0);
    let stranger = refers("e").from("stranger@there.example");
    assert_eq!(house.takes(&stranger).await.outcome, OutcomeKind::Created);
    assert_eq!(house.written(&id).await.len(), 2);
}

#[tokio::test]
async fn a_quoted_mark_is_proof() {
    let house = house().await;
    let id = house.complaint().await;
    let address = house.reply_to(&id);
    let token = address.split(['+', '@']).nth(1).unwrap();
    let text = format!("知道了\n\n> 您好\n> [kesu:{token}]");
    let outcome = house
        .takes(&mail("b", &text).subject("答复").from("home@other.example"))
        .await;
    assert_eq!(outcome.complaint, Some(id.clone()));
    assert_eq!(house.written(&id).await, [(Matched::Mark, Sender::Unknown, false)]);
}

#[tokio::test]
async fn mail_to_a_merged_complaint_reaches_the_one_it_was_merged_into_until_the_merge_is_taken_back() {
    let house = house().await;
    let loser = house.complaint().await;
    let winner = house
        .takes(&mail("other", "另一台设备也坏了，情况完全不同"))
        .await
        .complaint
        .unwrap();
    house.does(&loser, json!({"type": "merge", "into": winner})).await;
    let first = house.takes(&mail("b", "一").to(house.reply_to(&loser))).await;
    assert_eq!(first.complaint, Some(winner.clone()));
    assert_eq!(
        house.written(&winner).await,
        [(Matched::Merged, Sender::Customer, false)]
    );
    house.does(&loser, json!({"type": "unmerge"})).await;
    let second = house.takes(&mail("c", "二").to(house.reply_to(&loser))).await;
    assert_eq!(second.complaint, Some(loser.clone()));
    // The first is not moved by being delivered again.
    let again = house.takes(&mail("b", "一").to(house.reply_to(&loser))).await;
    assert_eq!((again.outcome, again.complaint), (OutcomeKind::Duplicate, Some(winner)));
    assert_eq!(house.written(&loser).await.len(), 1);
}

#[tokio::test]
async fn the_same_words_again_are_linked_as_a_duplicate_and_like_words_as_a_possible_one() {
    let house = house().await;
    let id = house.complaint().await;
    let same = house
        .takes(&mail("b", "我的机器坏了，批号：B240817，请尽快处理。"))
        .await
        .complaint
        .unwrap();
    let like = house
        .takes(&mail("c", "我的机器坏了，批号：B240817，请尽快处理！！谢谢"))
        .await
        .complaint
        .unwrap();
    let links = |loaded: Loaded| {
        loaded
            .complaint
            .links
            .into_iter()
            .map(|one| (one.to.to_string(), one.kind))
    };
    let of_same: Vec<_> = links(house.load(&same).await).collect();
    assert_eq!(of_same, [(id.clone(), "duplicate".to_owned())]);
    assert!(links(house.load(&like).await).any(|(to, kind)| to == id && kind == "possible_duplicate"));
    let stranger = mail("d", "我的机器坏了，批号：B240817，请尽快处理。").from("other@there.example");
    let stranger = house.takes(&stranger).await.complaint.unwrap();
    assert!(house.load(&stranger).await.complaint.links.is_empty());
}

#[tokio::test]
async fn machines_are_noted_where_they_prove_to_belong_and_else_listed_and_never_answered() {
    let house = house().await;
    let id = house.complaint().await;
    let away = mail("b", "我不在办公室").header("Auto-Submitted: auto-replied");
    let noted = away.to(house.reply_to(&id));
    assert_eq!(house.takes(&noted).await.complaint, Some(id.clone()));
    assert_eq!(house.written(&id).await, [(Matched::Token, Sender::Customer, true)]);
    assert_eq!(house.letters(&id, "customer_wrote").await, 0);
    let lost = mail("c", "我不在办公室").header("Auto-Submitted: auto-replied");
    let outcome = house.takes(&lost).await;
    assert_eq!(outcome.outcome, OutcomeKind::Ignored);
    let held = outcome.held.unwrap();
    assert_eq!(
        quarantine::find(&house.app, &held).await.unwrap().0.reason,
        "auto_submitted"
    );
    // A person takes it for a complaint all the same: it becomes one, and is not answered.
    let by = UserId::parse("admin@kesu.example").unwrap();
    quarantine::replay(&house.app, &held, TakeAs::Complaint, &by)
        .await
        .unwrap();
    house.app.time.advance(house.app.now() + chrono::TimeDelta::minutes(5));
    assert_eq!(sweep(&house.app, house.app.now()).await.unwrap(), 1);
    let (taken, _) = quarantine::find(&house.app, &held).await.unwrap();
    assert_eq!(taken.state, HeldState::Replayed);
    let new = taken.complaint.unwrap();
    assert_eq!(house.letters(&new, "acknowledgement").await, 0);
    // Asked for again, nothing happens; delivered again, it is known.
    quarantine::replay(&house.app, &held, TakeAs::Complaint, &by)
        .await
        .unwrap();
    assert_eq!(sweep(&house.app, house.app.now()).await.unwrap(), 0);
    assert_eq!(house.takes(&lost).await.complaint, Some(new));
    assert_eq!(house.all().await.len(), 2);
}

#[tokio::test]
async fn spam_and_viruses_wait_for_a_person_who_may_take_them_in() {
    let house = house().await;
    let fail = |spam, virus| Verdicts {
        spam,
        virus,
        ..Verdicts::default()
    };
    let spam = house
        .takes_with(&mail("a", "特价"), fail(Check::Fail, Check::Pass))
        .await;
    let virus = house
        .takes_with(&mail("b", "看附件"), fail(Check::Pass, Check::Fail))
        .await;
    assert_eq!(
        (spam.reason.as_deref(), virus.reason.as_deref()),
        (Some("spam"), Some("virus"))
    );
    assert!(house.all().await.is_empty());
    let by = UserId::parse("admin@kesu.example").unwrap();
    for held in [spam.held.unwrap(), virus.held.unwrap()] {
        quarantine::replay(&house.app, &held, TakeAs::Read, &by).await.unwrap();
    }
    house.app.time.advance(house.app.now() + chrono::TimeDelta::minutes(5));
    sweep(&house.app, house.app.now()).await.unwrap();
    assert_eq!(house.all().await.len(), 2);
}

#[tokio::test]
async fn a_mail_that_waits_is_kept_readable_unless_it_carries_a_virus() {
    let house = house().await;
    let raw = "From: =?GBK?B?vfDOsA==?= <jin@customer.example>\r\nTo: service@kesu.example\r\nSubject: =?UTF-8?B?54m55Lu3?=\r\n\
        Message-ID: <gbk@customer.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=gb2312\r\n\
        Content-Transfer-Encoding: base64\r\n\r\nxOO6w6O6zNi82w==\r\n";
    for (check, words) in [
        (
            Check::Pass,
            Some("From: 金伟 <jin@customer.example>\nTo: service@kesu.example\nSubject: 特价\n\n你好：特价"),
        ),
        (Check::Fail, None),
    ] {
        let verdicts = Verdicts {
            spam: Check::Fail,
            virus: check,
            ..Verdicts::default()
        };
        let arrival = Arrival {
            verdicts,
            ..Arrival::default()
        };
        let raw = raw.replace("gbk@", if words.is_some() { "one@" } else { "two@" });
        let held = on_mail(&house.app, raw.as_bytes(), &arrival).await.unwrap().held.unwrap();
        let (held, _) = quarantine::find(&house.app, &held).await.unwrap();
        let kept = house.app.blobs.words(&held.raw).await.unwrap();
        let kept = kept.map(|kept| String::from_utf8(kept).unwrap());
        assert_eq!(kept.as_deref().map(str::trim_end), words);
    }
}

#[tokio::test]
async fn what_cannot_be_read_waits_and_can_be_made_a_complaint_with_its_original() {
    let house = house().await;
    let arrival = Arrival {
        from: Some("someone@there.example".to_owned()),
        ..Arrival::default()
    };
    let outcome = on_mail(&house.app, b"", &arrival).await.unwrap();
    assert_eq!(
        (outcome.outcome, outcome.reason.as_deref()),
        (OutcomeKind::Quarantined, Some("empty"))
    );
    let held = outcome.held.unwrap();
    assert_eq!(
        quarantine::find(&house.app, &held).await.unwrap().0.from,
        "s***@there.example"
    );
    let by = UserId::parse("admin@kesu.example").unwrap();
    quarantine::replay(&house.app, &held, TakeAs::Read, &by).await.unwrap();
    let later = |minutes| {
        house
            .app
            .time
            .advance(house.app.now() + chrono::TimeDelta::minutes(minutes))
    };
    later(5);
    sweep(&house.app, house.app.now()).await.unwrap();
    assert_eq!(
        quarantine::find(&house.app, &held).await.unwrap().0.state,
        HeldState::Waiting
    );
    quarantine::replay(&house.app, &held, TakeAs::Complaint, &by)
        .await
        .unwrap();
    later(5);
    sweep(&house.app, house.app.now()).await.unwrap();
    let (taken, _) = quarantine::find(&house.app, &held).await.unwrap();
    assert_eq!(taken.state, HeldState::Replayed);
    let loaded = house.load(&taken.complaint.unwrap()).await;
    assert_eq!(
        loaded.face.get("customer_email").map(String::as_str),
        Some("someone@there.example")
    );
}

#[tokio::test]
async fn a_bounce_marks_the_letter_and_the_address_and_a_forged_one_does_not() {
    let house = house().await;
    let id = house.complaint().await;
    sent(&house.app, &id).await;
    let report = |recipient: &str, letter: &str| {
        format!(
            "From: MAILER-DAEMON@mx.customer.example\r\nTo: kesu@kesu.example\r\nSubject: Undelivered\r\n\
             Message-ID: <dsn-{recipient}>\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n\
             --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.customer.example\r\n\r\n\
             Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n\
             --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{letter}>\r\nSubject: x\r\n\r\n--b--\r\n"
        )
    };
    let app = &house.app;
    let takes = |raw: String| async move { on_mail(app, raw.as_bytes(), &Arrival::default()).await.unwrap() };
    let state = |address: &'static str| correspondent::state(app, address);
    takes(report("victim@there.example", &format!("{id}-1-0@kesu.example"))).await;
    takes(report("victim@there.example", "unknown@kesu.example")).await;
    assert!(!state("victim@there.example").await.unwrap().bounced);
    let outcome = takes(report("chen@customer.example", &format!("{id}-1-0@kesu.example"))).await;
    assert_eq!(
        (outcome.outcome, outcome.complaint),
        (OutcomeKind::Ignored, Some(id.clone()))
    );
    assert!(state("chen@customer.example").await.unwrap().bounced);
    let letters = house.app.store.whole(&id).await.unwrap().letters;
    assert_eq!(letters[0].state, LetterState::Failed);
    assert_eq!(letters[0].error.as_deref(), Some("came back undelivered 5.1.1"));
    // Whoever put the letter away does not find it listed again because the same report came twice.
    app.store.put_letter_away(&id, 1, 0).await.unwrap().unwrap();
    takes(report("chen@customer.example", &format!("{id}-1-0@kesu.example")).replace("dsn-", "again-")).await;
    assert!(app.store.given_up(0, 10, None).await.unwrap().items.is_empty());
    // He writes himself, and his domain stands behind it: the address is alive.
    let pass = Verdicts {
        dmarc: Check::Pass,
        ..Verdicts::default()
    };
    house
        .takes_with(&mail("z", "还是我").to(house.reply_to(&id)), pass)
        .await;
    assert!(!state("chen@customer.example").await.unwrap().bounced);
}

/// Marks the acknowledgement as sent.
async fn sent(app: &App, id: &str) {
    let now = stamp(app.now());
    let wake = kesu_app::store::Wake {
        shard: 0,
        moment: now.clone(),
    };
    app.store
        .claim_letter(id, 1, 0, &now, &now, &wake)
        .await
        .unwrap()
        .unwrap();
    app.store
        .mark_sent(id, 1, 0, &now, Some("<0100-ses-id@email.amazonses.com>"))
        .await
        .unwrap()
        .unwrap();
    kesu_app::mail_room::remember(app, "<0100-ses-id@email.amazonses.com>", id)
        .await
        .unwrap();
}

#[tokio::test]
async fn notifications_of_ses_find_the_letter_by_the_id_that_ses_gave_it() {
    let house = house().await;
    let id = house.complaint().await;
    sent(&house.app, &id).await;
    let complaint = json!({
        "notificationType": "Complaint", "mail": {"messageId": "0100-ses-id"},
        "complaint": {"complainedRecipients": [{"emailAddress": "chen@customer.example"}]},
    });
    on_feedback(&house.app, &complaint).await.unwrap();
    assert!(
        correspondent::state(&house.app, "chen@customer.example")
            .await
            .unwrap()
            .complained
    );
    let letters = house.app.store.whole(&id).await.unwrap().letters;
    assert_eq!(letters[0].state, LetterState::Failed);
    let delay = json!({"eventType": "Bounce", "mail": {"messageId": "0100-ses-id"}, "bounce": {"bounceType": "Transient",
        "bouncedRecipients": [{"emailAddress": "late@customer.example"}]}});
    on_feedback(&house.app, &delay).await.unwrap();
    assert!(
        !correspondent::state(&house.app, "late@customer.example")
            .await
            .unwrap()
            .bounced
    );
}

#[tokio::test]
async fn a_customer_who_was_waited_for_writes_by_mail_and_a_closed_complaint_stays_closed() {
    let house = house().await;
    let id = house.complaint().await;
    house.does(&id, json!({"type": "register"})).await;
    house
        .does(&id, json!({"type": "request_info", "fields": ["batch_no"]}))
        .await;
    assert!(
        house
            .load(&id)
            .await
            .complaint
            .pauses
            .iter()
            .any(|pause| pause.until.is_none())
    );
    house.takes(&mail("b", "批号是B1").to(house.reply_to(&id))).await;
    let it = house.load(&id).await.complaint;
    assert!(it.pauses.iter().all(|pause| pause.until.is_some()));
    assert!(matches!(it.stage, Stage::WaitingCustomer { .. }));
}

#[tokio::test]
async fn what_a_crash_left_undone_is_finished_by_the_sweep_or_by_the_next_delivery() {
    let house = house().await;
    for (name, swept) in [("swept", true), ("again", false)] {
        let written = mail(name, &format!("坏了 {name}"));
        let raw = written.raw();
        let kept = Kept {
            name: house.app.blobs.keep_raw(&raw).await.unwrap(),
            size: raw.len(),
        };
        let read = read::read(&raw).unwrap();
        let key = delivery::key_of(&house.app, &read);
        let arrival = Arrival::default();
        let plan = plan::make(&house.app, &key, &read, &arrival).await.unwrap();
        delivery::begin(&house.app, &key, Delivery::of(plan, &kept, &arrival, house.app.now()))
            .await
            .unwrap();
        // The crash falls here, or after the complaint was made and before that was noted.
        if swept {
            house.app.time.advance(house.app.now() + chrono::TimeDelta::minutes(5));
            assert_eq!(sweep(&house.app, house.app.now()).await.unwrap(), 1);
            assert_eq!(sweep(&house.app, house.app.now()).await.unwrap(), 0);
        } else {
            assert_eq!(house.takes(&written).await.outcome, OutcomeKind::Created);
        }
        assert_eq!(house.takes(&written).await.outcome, OutcomeKind::Duplicate);
    }
    assert_eq!(house.all().await.len(), 2);
}

#[tokio::test]
async fn a_complaint_that_a_mail_may_belong_to_must_exist() {
    let house = house().await;
    let forged = "reply+nobody.00000000000000000000@kesu.example";
    let outcome = house.takes(&mail("b", "你好").to(forged).subject("[KS-9999]")).await;
    let it = house.load(&outcome.complaint.unwrap()).await.complaint;
    assert!(it.claims.is_empty());
    assert!(ComplaintId::parse("nobody").is_some());
}

#[tokio::test]
async fn any_file_is_kept_and_what_is_none_of_the_known_kinds_is_opaque() {
    let house = house().await;
    let raw = "From: a@b.example\r\nTo: kesu@kesu.example\r\nSubject: files\r\nMessage-ID: <f@b.example>\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nsee files\r\n\
        --b\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename=\"a.png\"\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgowMDAw\r\n\
        --b\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename=\"b.png\"\r\n\r\n<script>alert(1)</script>\r\n--b--\r\n";
    let outcome = on_mail(&house.app, raw.as_bytes(), &Arrival::default()).await.unwrap();
    let it = house.load(&outcome.complaint.unwrap()).await.complaint;
    let names = it.fields.get("attachments").unwrap().to_json();
    let names: Vec<&str> = names
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|name| name.as_str())
        .collect();
    assert_eq!(names.len(), 2);
    assert!(names[0].ends_with(".png") && names[1].ends_with(".bin"), "{names:?}");
}
