//! Letters out of the running program: a mail server that is down and comes back, what the staff see of it, and the conversation.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::json;

use crate::world::{World, body};

/// A mail server that turns everybody away until it is told to work; it ends with the test's process.
struct MailServer {
    url: String,
    works: Arc<Mutex<bool>>,
    letters: Arc<Mutex<Vec<String>>>,
}

impl MailServer {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let (works, letters) = (Arc::new(Mutex::new(false)), Arc::new(Mutex::new(Vec::new())));
        let server = Self {
            url,
            works: Arc::clone(&works),
            letters: Arc::clone(&letters),
        };
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (works, letters) = (Arc::clone(&works), Arc::clone(&letters));
                std::thread::spawn(move || {
                    let works = *works.lock().unwrap();
                    // A client that goes away is no fault of the server's.
                    let _ = talk(&stream, works, &letters);
                });
            }
        });
        server
    }

    /// The letters to an address, in the order of their arrival.
    fn to(&self, address: &str) -> Vec<String> {
        let letters = self.letters.lock().unwrap();
        letters
            .iter()
            .filter(|letter| letter.starts_with(&format!("<{address}>")))
            .cloned()
            .collect()
    }
}

fn talk(stream: &TcpStream, works: bool, letters: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut out = stream;
    if !works {
        return out.write_all(b"421 4.3.2 down for repairs\r\n");
    }
    out.write_all(b"220 here\r\n")?;
    let (mut to, mut text, mut in_data) = (String::new(), String::new(), false);
    for line in BufReader::new(stream).lines() {
        let line = line?;
        let answer = match line.split([' ', ':']).next().unwrap_or_default() {
            "." if in_data => {
                in_data = false;
                letters.lock().unwrap().push(format!("{to}\n{text}"));
                "250 taken"
            }
            _ if in_data => {
                text.push_str(&line);
                text.push('\n');
                continue;
            }
            "RCPT" => {
                to = line.trim_start_matches("RCPT TO:").to_owned();
                "250 ok"
            }
            "DATA" => {
                in_data = true;
                "354 go on"
            }
            _ => "250 ok",
        };
        out.write_all(format!("{answer}\r\n").as_bytes())?;
    }
    Ok(())
}

/// The value of a header that stands on one line.
fn header<'a>(letter: &'a str, name: &str) -> Option<&'a str> {
    let line = letter.lines().find(|line| line.starts_with(&format!("{name}: ")));
    line.map(|line| line[name.len() + 2..].trim())
}

#[test]
fn letters_wait_for_a_mail_server_that_is_down_and_staff_see_when_they_are_tried_again() {
    let server = MailServer::start();
    let settings = format!("[mail]\nfrom = \"kesu@kesu.example\"\nsmtp = \"{}\"\n", server.url);
    let world = World::with_files("P19", "2026-03-09T09:00:00+08:00", &[("kesu.toml", &settings)]);
    let id = world.complain("post-story-1", &body("机床漏油")).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    world.outbox();
    let officer = world.sign_in();
    let acknowledgement = || {
        let complaint = officer.complaint(&id);
        let letters = complaint["letters"].as_array().unwrap().clone();
        letters
            .into_iter()
            .find(|letter| letter["letter"] == "acknowledgement")
            .unwrap()
    };
    let waits = acknowledgement();
    assert_eq!(waits["state"], "queued", "{waits}");
    assert_eq!(waits["attempts"], 1);
    assert_eq!(waits["channel"], "mail");
    assert_eq!(waits["next_try"], "2026-03-09T01:01:00Z");
    assert!(waits["error"].as_str().unwrap().contains("421"), "{waits}");
    *server.works.lock().unwrap() = true;
    world.clock("2026-03-09T09:01:30+08:00");
    let sent = acknowledgement();
    assert_eq!(
        (sent["state"].as_str(), sent["attempts"].as_u64()),
        (Some("sent"), Some(2)),
        "{sent}"
    );
    assert!(sent["next_try"].is_null() && sent["error"].is_null(), "{sent}");
    // The answer that a person writes goes into the same conversation, although the first letter was late.
    officer.does(&id, json!({"type": "register"}));
    officer.does(
        &id,
        json!({"type": "reply", "text": "已更换密封圈", "channel": "email", "formal": false}),
    );
    world.outbox();
    let mine = server.to("chen@customer.example");
    assert_eq!(mine.len(), 2, "{mine:?}");
    assert_eq!(header(&mine[1], "In-Reply-To"), header(&mine[0], "Message-ID"));
    assert_eq!(header(&mine[0], "Subject"), header(&mine[1], "Subject"));
    assert_eq!(header(&mine[0], "Auto-Submitted"), Some("auto-generated"));
    assert_eq!(header(&mine[1], "Auto-Submitted"), None);
    world.clock("2026-03-10T09:00:00+08:00");
    assert_eq!(server.to("chen@customer.example").len(), 2, "nothing is sent twice");
}
