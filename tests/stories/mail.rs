//! Mail told from outside: a mail program on one side, a running `kesu serve` on the other; long because both sides are told.

use std::sync::Mutex;

use lettre::address::Envelope;
use lettre::{SmtpTransport, Transport};
use serde_json::{Value, json};

use crate::world::{Person, World, command, command_with_input, printed};

/// "您好，上周买的电饭煲不通电，订单号：DD-2026-118。见照片。" in GBK, as base64.
const GBK: &str = "xPq6w6Osyc/W3MLytcS157e57NKyu82oteejrLaptaW6xaO6REQtMjAyNi0xMTiho7z71dXGrKGj";

/// A mail program that keeps its connection.
struct Program(SmtpTransport);

impl Program {
    fn to(world: &World) -> Self {
        let (host, port) = world.mail.rsplit_once(':').unwrap();
        let port = port.parse().unwrap();
        Self(SmtpTransport::builder_dangerous(host).port(port).build())
    }

    /// The server's code: 250, or why not.
    fn send(&self, from: &str, to: &str, raw: &str) -> u16 {
        let from = (!from.is_empty()).then(|| from.parse().unwrap());
        let envelope = Envelope::new(from, vec![to.parse().unwrap()]).unwrap();
        match self.0.send_raw(&envelope, raw.as_bytes()) {
            Ok(response) => response.code().to_string().parse().unwrap(),
            Err(error) => error.status().map_or(0, |code| code.to_string().parse().unwrap()),
        }
    }
}

fn raw(from: &str, to: &str, subject: &str, id: &str, more: &str, text: &str) -> String {
    format!(
        "From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <{id}>\r\n{more}MIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n"
    )
}

fn rows(person: &Person<'_>, month: &str) -> usize {
    let (mut count, mut cursor) = (0, String::new());
    loop {
        let page = person
            .get(&format!("/api/complaints?month={month}&cursor={cursor}"))
            .json();
        count += page["rows"].as_array().unwrap().len();
        match page["next"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => return count,
        }
    }
}

/// The only complaint that a letter of this template speaks of.
fn acknowledged(world: &World) -> Value {
    let all = world.letters("acknowledgement");
    assert_eq!(all.len(), 1, "{all:?}");
    all[0].clone()
}

const NOW: &str = "2026-10-09T10:00:00+08:00";

#[test]
fn a_mail_in_gbk_with_a_photo_becomes_a_complaint_and_its_answers_find_it() {
    let world = World::new("P10", NOW);
    let program = Program::to(&world);
    let mail = format!(
        "From: =?GBK?B?s8LP/sP3?= <chen@customer.example>\r\nTo: kesu@kesu.example\r\n\
         Subject: =?GB2312?B?tee3uezSsrvNqLXn?=\r\nMessage-ID: <gbk-1@customer.example>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: text/plain; charset=GBK\r\nContent-Transfer-Encoding: base64\r\n\r\n{GBK}\r\n\
         --b\r\nContent-Type: image/png; name=\"photo.png\"\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=\"photo.png\"\r\n\r\niVBORw0KGgowMDAw\r\n--b--\r\n"
    );
    assert_eq!(program.send("chen@customer.example", "kesu@kesu.example", &mail), 250);
    let letter = acknowledged(&world);
    assert_eq!(letter["to"], "chen@customer.example");
    let person = world.sign_in();
    let id = letter["complaint"].as_str().unwrap().to_owned();
    let complaint = person.complaint(&id);
    assert_eq!(complaint["channel"], "email");
    assert_eq!(complaint["fields"]["customer_name"], "陈晓明");
    assert!(complaint["fields"]["description"].as_str().unwrap().contains("不通电"));
    let photo = complaint["fields"]["attachments"][0].as_str().unwrap();
    assert!(photo.ends_with(".png"));
    assert_eq!(person.get(&format!("/api/attachments/{id}/{photo}")).status, 200);
    let kept = complaint["mails"][0]["raw"].as_str().unwrap();
    assert!(
        person
            .get(&format!("/api/attachments/{id}/{kept}"))
            .text
            .contains("gbk-1@customer.example")
    );

    // An answer to the reply address; one that only refers to the letter; one of QQ Mail, which has the subject alone.
    let reply_to = letter["reply_to"].as_str().unwrap();
    let message_id = letter["message_id"].as_str().unwrap();
    let subject = letter["subject"].as_str().unwrap();
    let from = "chen@customer.example";
    let answers = [
        raw(from, reply_to, "Re: x", "r1@customer.example", "", "照片是昨天拍的"),
        raw(
            from,
            "kesu@kesu.example",
            "Re: x",
            "r2@customer.example",
            &format!("In-Reply-To: {message_id}\r\n"),
            "订单号 DD-9",
        ),
        raw(
            from,
            "kesu@kesu.example",
            &format!("回复：{subject}"),
            "r3@customer.example",
            "",
            "我的电话13800000001",
        ),
    ];
    for answer in &answers {
        let to = if answer.contains(&format!("To: {reply_to}")) {
            reply_to
        } else {
            "kesu@kesu.example"
        };
        assert_eq!(program.send(from, to, answer), 250);
    }
    let complaint = person.complaint(&id);
    let matched: Vec<&str> = complaint["mails"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["matched"].as_str().unwrap())
        .collect();
    assert_eq!(matched, ["begun", "token", "reference", "subject"]);
    let fields: Vec<&str> = complaint["suggestions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["order_no", "customer_contact"]);
    assert_eq!(world.letters("customer_wrote").len(), 3);

    // A token that was not made here.
    let forged = reply_to.replace(
        &reply_to[reply_to.len() - 20 - "@kesu.example".len()..],
        "00000000000000000000@kesu.example",
    );
    let evil = raw(
        "evil@there.example",
        &forged,
        "退款",
        "e1@there.example",
        "",
        "请把款退到我的账户",
    );
    assert_eq!(program.send("evil@there.example", &forged, &evil), 250);
    assert_eq!(person.complaint(&id)["mails"].as_array().unwrap().len(), 4);
    assert_eq!(rows(&person, "2026-10"), 2);
    let letters = world.letters("acknowledgement");
    let other = letters
        .iter()
        .find(|letter| letter["to"] == "evil@there.example")
        .unwrap();
    let other = person.complaint(other["complaint"].as_str().unwrap());
    assert_eq!(other["possibly"], json!([{"id": id, "by": "token"}]));
}

#[test]
fn letters_of_another_kesu_are_not_answered() {
    let (one, other) = (World::new("P10", NOW), World::new("P19", NOW));
    let complaint = raw(
        "kesu@kesu.example",
        "kesu@kesu.example",
        "坏了",
        "a@kesu.example",
        "",
        "你们的产品坏了",
    );
    assert_eq!(
        Program::to(&one).send("kesu@kesu.example", "kesu@kesu.example", &complaint),
        250
    );
    one.outbox();
    // Whatever the one writes goes to the other, and what that writes goes back.
    let folder = one.data.join("outbox");
    let letters = std::fs::read_dir(folder)
        .unwrap()
        .flatten()
        .map(|entry| std::fs::read_to_string(entry.path()).unwrap());
    let mut sent = 0;
    for letter in letters.filter(|letter| letter.contains("From:")) {
        sent += 1;
        assert_eq!(
            Program::to(&other).send("kesu@kesu.example", "kesu@kesu.example", &letter),
            250
        );
    }
    assert!(sent > 0);
    assert_eq!(other.outbox().len(), 0);
    let held = other.sign_in().get("/api/quarantine").json();
    assert_eq!(held["entries"].as_array().unwrap().len(), sent);
    assert!(
        held["entries"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["kind"] == "ignored")
    );
}

#[test]
fn mail_that_waits_is_listed_given_out_taken_in_and_put_away() {
    let world = World::new("P10", NOW);
    let program = Program::to(&world);
    let auto = |id: &str| {
        raw(
            "robot@there.example",
            "kesu@kesu.example",
            "提醒",
            id,
            "Auto-Submitted: auto-generated\r\n",
            "设备报警",
        )
    };
    for id in ["1@there.example", "2@there.example"] {
        assert_eq!(program.send("robot@there.example", "kesu@kesu.example", &auto(id)), 250);
    }
    let person = world.sign_in();
    let entries = person.get("/api/quarantine").json()["entries"]
        .as_array()
        .unwrap()
        .clone();
    assert_eq!(entries.len(), 2);
    assert_eq!(
        (&entries[0]["from"], &entries[0]["reason"]),
        (&json!("r***@there.example"), &json!("auto_submitted"))
    );
    let (first, second) = (entries[0]["id"].as_str().unwrap(), entries[1]["id"].as_str().unwrap());
    assert!(
        person
            .get(&format!("/api/quarantine/{first}/raw"))
            .text
            .contains("设备报警")
    );
    for _ in 0..2 {
        let asked = person.post(&format!("/api/quarantine/{first}/replay"), &json!({"as": "complaint"}));
        assert_eq!(asked.status, 200, "{}", asked.text);
    }
    world.outbox();
    let taken = person.get("/api/quarantine").json();
    let taken = taken["entries"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["id"] == first)
        .unwrap()
        .clone();
    assert_eq!(taken["state"], "replayed");
    assert_eq!(
        person.complaint(taken["complaint"].as_str().unwrap())["channel"],
        "email"
    );
    assert!(world.letters("acknowledgement").is_empty());
    let away = person.post(
        &format!("/api/quarantine/{second}/dismiss"),
        &json!({"reason": "只是报警"}),
    );
    assert_eq!(away.json()["state"], "dismissed");
    let late = person.post(&format!("/api/quarantine/{first}/dismiss"), &json!({"reason": "x"}));
    assert_eq!(
        (late.status, &late.json()["errors"][0]["code"]),
        (422, &json!("mail_taken_in"))
    );
    assert_eq!(
        person
            .post(&format!("/api/quarantine/{second}/dismiss"), &json!({}))
            .status,
        422
    );
    assert_eq!(rows(&person, "2026-10"), 1);
}

#[test]
fn a_mail_server_hands_mail_to_the_command() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let path = data.to_str().unwrap();
    let mail = raw(
        "chen@customer.example",
        "kesu@kesu.example",
        "坏了",
        "p1@customer.example",
        "",
        "不通电",
    );
    let refused = command_with_input(&["mail", "--data", path], &mail);
    assert_eq!(refused.status.code(), Some(1), "there is no folder yet");
    let world = World::over(&data, "P10", None, &[]);
    let busy = command_with_input(&["mail", "--data", path], &mail);
    assert_eq!(busy.status.code(), Some(1), "the server has the folder");
    let (code, _) = world.stop();
    assert_eq!(code, Some(0));
    let run = |input: &str| {
        let output = command_with_input(
            &[
                "mail",
                "--data",
                path,
                "--from",
                "chen@customer.example",
                "--to",
                "kesu@kesu.example",
            ],
            input,
        );
        assert_eq!(
            output.status.code(),
            Some(0),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        printed(&output)
    };
    let first = run(&mail);
    assert_eq!(first["outcome"], "created");
    let again = run(&mail);
    assert_eq!(
        (&again["outcome"], &again["complaint"]),
        (&json!("duplicate"), &first["complaint"])
    );
    let empty = run("");
    assert_eq!(
        (&empty["outcome"], &empty["complaint"]),
        (&json!("quarantined"), &Value::Null)
    );
    assert_eq!(command(&["verify", "--data", path]).status.code(), Some(0));
    let letters = std::fs::read_dir(data.join("outbox")).unwrap().flatten();
    let letters = letters.map(|entry| std::fs::read_to_string(entry.path()).unwrap_or_default());
    let to_him = letters.filter(|letter| letter.contains("To: ") && letter.contains("chen@customer.example"));
    assert_eq!(to_him.count(), 1, "one acknowledgement");
}

/// Mails, deliveries of each, and how many come at once; `KESU_MAILS=1000x10x32` is the full size.
fn size() -> (usize, usize, usize) {
    #[expect(clippy::disallowed_methods, reason = "the size of a load is asked for from outside")]
    let asked = std::env::var("KESU_MAILS").unwrap_or_else(|_| "60x10x16".to_owned());
    let parts: Vec<usize> = asked.split('x').map(|part| part.parse().unwrap()).collect();
    (parts[0], parts[1], parts[2])
}

/// All letters, once the last has left: thousands of them take their time.
fn settled(world: &World) -> Vec<Value> {
    let agent = ureq::Agent::config_builder().timeout_global(Some(std::time::Duration::from_secs(1800)));
    let agent: ureq::Agent = agent.build().into();
    let mut answer = agent.get(format!("{}/dev/outbox", world.base)).call().unwrap();
    let text = answer.body_mut().with_config().limit(1 << 30).read_to_string().unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn however_often_and_in_whatever_order_mails_come_each_counts_once() {
    let (mails, times, at_once) = size();
    let world = World::new("P10", NOW);
    // Every fourth is an addition to the complaint of the one before it, by its reply address.
    let program = Program::to(&world);
    let new = |n: usize| {
        let from = format!("customer{n}@customer.example");
        let text = format!("第{n}号机器坏了");
        (
            from.clone(),
            "kesu@kesu.example".to_owned(),
            raw(
                &from,
                "kesu@kesu.example",
                "投诉",
                &format!("m{n}@customer.example"),
                "",
                &text,
            ),
        )
    };
    let mut all = Vec::new();
    let first: Vec<_> = (0..mails / 4).map(new).collect();
    for (from, to, mail) in &first {
        assert_eq!(program.send(from, to, mail), 250);
    }
    for letter in world.letters("acknowledgement") {
        let (from, to) = (
            letter["to"].as_str().unwrap().to_owned(),
            letter["reply_to"].as_str().unwrap().to_owned(),
        );
        let mail = raw(&from, &to, "Re: 投诉", &format!("add-{from}"), "", "补充");
        all.push((from, to, mail));
    }
    assert_eq!(all.len(), mails / 4);
    all.extend((mails / 4..mails - mails / 4).map(new));
    // The first have come already, and come again with the rest.
    all.extend(first.iter().cloned());
    let kinds = all.len();
    let mut queue: Vec<usize> = (0..kinds * times).map(|at| at % kinds).collect();
    // An order without any order, the same each time.
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    for at in (1..queue.len()).rev() {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        queue.swap(at, usize::try_from(seed % (at as u64 + 1)).unwrap());
    }
    let queue = Mutex::new(queue);
    let begun = std::time::Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                let program = Program::to(&world);
                loop {
                    let Some(next) = queue.lock().unwrap().pop() else {
                        return;
                    };
                    let (from, to, mail) = &all[next];
                    assert_eq!(program.send(from, to, mail), 250);
                }
            });
        }
    });
    println!("{} deliveries, {at_once} at once: {:?}", kinds * times, begun.elapsed());
    let complaints = mails - mails / 4;
    let outbox = settled(&world);
    let of = |template: &str| {
        outbox
            .iter()
            .filter(|letter| letter["template"] == template)
            .cloned()
            .collect::<Vec<_>>()
    };
    let acknowledgements = of("acknowledgement");
    assert_eq!(acknowledgements.len(), complaints);
    let sent = acknowledgements
        .iter()
        .filter(|letter| letter["state"] == "sent")
        .count();
    assert_eq!(sent, complaints, "one acknowledgement each");
    assert_eq!(of("customer_wrote").len(), mails / 4);
    let person = world.sign_in();
    assert_eq!(rows(&person, "2026-10"), complaints);
}
