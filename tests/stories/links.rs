//! Acting from the letter: a link does one thing once, looking does nothing, and no log ever holds it.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::world::{World, body, kesu};

const NOW: &str = "2026-03-10T10:00:00+08:00";

/// A running program that writes down everything it can say.
struct Talkative {
    child: Child,
    base: String,
    password: String,
    folder: tempfile::TempDir,
}

impl Talkative {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let log = File::create(folder.path().join("log")).unwrap();
        let mut child = Command::new(kesu())
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--procedure",
                "P19",
                "--now",
                NOW,
                "--data",
            ])
            .arg(&data)
            .env("KESU_LOG", "trace")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut password = String::new();
        let base = loop {
            let line = lines.next().expect("the server ended before it listened").unwrap();
            if let Some(word) = line.strip_prefix("one-time password: ") {
                password = word.to_owned();
            } else if let Some(rest) = line.strip_prefix("listening on ") {
                break rest.to_owned();
            }
        };
        Self {
            child,
            base,
            password,
            folder,
        }
    }

    fn get(&self, path: &str) -> (u16, String) {
        let response = World::agent().get(format!("{}{path}", self.base)).call().unwrap();
        let status = response.status().as_u16();
        (status, response.into_body().read_to_string().unwrap())
    }

    fn send(&self, path: &str, kind: &str, body: String) -> (u16, String) {
        let request = World::agent().post(format!("{}{path}", self.base));
        let request = request
            .header("content-type", kind)
            .header("idempotency-key", "key-of-the-link-story");
        let response = request.send(body).unwrap();
        let status = response.status().as_u16();
        (status, response.into_body().read_to_string().unwrap())
    }

    /// The tokens of the links in the letters, the newest letter last.
    fn tokens(&self, template: &str) -> Vec<String> {
        let outbox: Value = serde_json::from_str(&self.get("/dev/outbox").1).unwrap();
        let texts = outbox.as_array().unwrap().iter();
        let texts = texts.filter(|letter| letter["template"] == template);
        let texts: Vec<String> = texts
            .map(|letter| letter["text"].as_str().unwrap_or_default().to_owned())
            .collect();
        let links = texts.iter().flat_map(|text| text.split("/admin/act/").skip(1));
        links
            .map(|rest| rest.split_whitespace().next().unwrap().to_owned())
            .collect()
    }
}

impl Drop for Talkative {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn an_escalation_is_seen_from_the_letter_once_and_the_link_stands_in_no_log() {
    let world = Talkative::new();
    let (status, made) = world.send(
        "/api/complaints",
        "application/json",
        body("料筒开裂,质量差").to_string(),
    );
    assert_eq!(status, 201, "{made}");
    let (status, moved) = world.send(
        "/dev/clock",
        "application/json",
        json!({"now": "2026-03-25T10:00:00+08:00"}).to_string(),
    );
    assert_eq!(status, 200, "{moved}");
    let tokens = world.tokens("overdue");
    assert!(!tokens.is_empty());
    let form = "application/x-www-form-urlencoded";
    let mut seen = None;
    for token in &tokens {
        for _ in 0..5 {
            let (status, page) = world.get(&format!("/admin/act/{token}"));
            assert_eq!(status, 200, "{page}");
            // Nobody's right but the reader's: the customer is not named.
            assert!(
                !page.contains("陈晓明") && !page.contains("chen@customer.example"),
                "{page}"
            );
            if !page.contains("name=\"department\"") {
                seen = Some(token.clone());
            }
        }
    }
    let token = seen.expect("the letter has a link by which it is seen");
    let (status, page) = world.send("/admin/act", form, format!("token={token}"));
    assert!(status == 200 && page.contains("role=\"status\""), "{status}: {page}");
    let (status, page) = world.send("/admin/act", form, format!("token={token}"));
    assert!(
        status == 200 && !page.contains("<form class=\"card\""),
        "{status}: {page}"
    );
    // What is none of ours gets the plain page, and stands in no log either.
    let strange = format!("CANARY{token}");
    assert_eq!(world.get(&format!("/admin/act/{strange}")).0, 404);
    assert_eq!(world.send("/admin/act", form, format!("token={strange}")).0, 404);

    // Nor does the link of a survey, ours or not.
    for path in [format!("/survey/{token}"), format!("/survey/{strange}")] {
        assert_eq!(world.get(&path).0, 404);
        assert_eq!(world.send(&path, form, "handling=yes".to_owned()).0, 404);
    }

    let log = std::fs::read_to_string(world.folder.path().join("log")).unwrap();
    for token in tokens.iter().chain([&strange]) {
        assert!(!log.contains(token.as_str()), "a link stands in the log");
    }
    assert!(!log.contains("CANARY") && !world.password.is_empty());
    assert!(log.contains("TRACE"), "the program was asked to say everything");
}
