//! Tests of the SMTP way out against a server of a few lines.

use super::super::Post;
use super::super::tests::letter;
use super::*;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread::JoinHandle;

/// Serves one connection: answers `RCPT` as told, and gives back what it was sent.
fn server(to_recipient: &'static str) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let serving = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        let mut heard = String::new();
        let mut in_data = false;
        stream.write_all(b"220 here\r\n").unwrap();
        while let Some(Ok(line)) = lines.next() {
            heard.push_str(&line);
            heard.push('\n');
            let answer = match line.split([' ', ':']).next().unwrap_or_default() {
                "." if in_data => {
                    in_data = false;
                    "250 taken"
                }
                _ if in_data => continue,
                "RCPT" => to_recipient,
                "DATA" => {
                    in_data = true;
                    "354 go on"
                }
                "QUIT" => "221 bye",
                _ => "250 ok",
            };
            if stream.write_all(format!("{answer}\r\n").as_bytes()).is_err() || answer.starts_with("221") {
                break;
            }
        }
        heard
    });
    (url, serving)
}

fn settings(url: &str) -> SmtpSettings {
    SmtpSettings {
        hello: Some("kesu.example".into()),
        timeout: Duration::from_secs(5),
        patience: Duration::from_secs(5),
        ..SmtpSettings::of(url)
    }
}

fn send(settings: &SmtpSettings) -> Result<Receipt, PostError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let post = Post::Smtp(Box::new(Smtp::new(settings)?));
    runtime.block_on(post.send(&letter()))
}

#[test]
fn a_letter_reaches_the_server_with_its_envelope_and_message_id() {
    let (url, serving) = server("250 ok");
    let receipt = send(&settings(&url)).unwrap();
    let heard = serving.join().unwrap();
    assert!(heard.contains("EHLO kesu.example"), "{heard}");
    assert!(heard.contains("MAIL FROM:<kesu@company.example>"), "{heard}");
    assert!(heard.contains("RCPT TO:<zhang.wei@kunde.example>"), "{heard}");
    assert!(
        heard.contains(&format!("Message-ID: {}", receipt.message_id)),
        "{heard}"
    );
}

#[test]
fn a_refused_recipient_is_final_and_is_not_named() {
    let (url, serving) = server("550 5.1.1 <zhang.wei@kunde.example> unknown");
    let error = send(&settings(&url)).unwrap_err();
    serving.join().unwrap();
    assert!(!error.is_transient(), "{error}");
    assert!(
        error.to_string().contains("5.1.1") && !error.to_string().contains('@'),
        "{error}"
    );
}

#[test]
fn a_busy_server_is_tried_again() {
    let (url, serving) = server("451 4.7.1 come back later");
    let error = send(&settings(&url)).unwrap_err();
    serving.join().unwrap();
    assert!(error.is_transient(), "{error}");
}

#[test]
fn a_server_that_is_not_there_or_says_nothing_is_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let silent = send(&SmtpSettings {
        timeout: Duration::from_millis(200),
        ..settings(&url)
    })
    .unwrap_err();
    assert!(silent.is_transient(), "{silent}");
    drop(listener);
    let gone = send(&settings(&url)).unwrap_err();
    assert!(gone.is_transient(), "{gone}");
}

fn check(url: &str, wanted: Result<(&str, u16, Security), &str>) {
    let wanted = wanted.map(|(host, port, security)| Target {
        host: host.into(),
        port,
        security,
    });
    assert_eq!(Target::parse(url), wanted, "{url}");
}

#[test]
fn only_a_server_on_this_machine_is_spoken_to_in_the_open() {
    check("smtp://127.0.0.1:2525", Ok(("127.0.0.1", 2525, Security::Plain)));
    check("smtp://[::1]:2525", Ok(("::1", 2525, Security::Plain)));
    check("smtp://localhost", Ok(("localhost", 25, Security::Plain)));
    check(
        "smtp://mail.company.example",
        Ok(("mail.company.example", 587, Security::StartTls)),
    );
    check(
        "smtp://mail.company.example:25/",
        Ok(("mail.company.example", 25, Security::StartTls)),
    );
    check(
        "smtps://mail.company.example",
        Ok(("mail.company.example", 465, Security::Tls)),
    );
    check(
        "smtp+starttls://localhost:2587",
        Ok(("localhost", 2587, Security::StartTls)),
    );
    check("smtps://127.0.0.1:465", Ok(("127.0.0.1", 465, Security::Tls)));
}

#[test]
fn a_url_that_cannot_be_used_says_why() {
    check(
        "mail.company.example",
        Err("SMTP server is not of the form `smtp://host:port`"),
    );
    check(
        "http://mail.company.example",
        Err("SMTP server begins with neither `smtp://` nor `smtps://`"),
    );
    check(
        "smtp://u:p@mail.company.example",
        Err("user and password of the SMTP server have settings of their own"),
    );
    check(
        "smtp://mail.company.example:99999",
        Err("port of the SMTP server is not a port number"),
    );
    check("smtp://:25", Err("SMTP server has no host"));
    check(
        "smtp://mail.company.example/x",
        Err("SMTP server has nothing after its port"),
    );
}

#[test]
fn a_password_is_not_shown() {
    let settings = SmtpSettings {
        credentials: Some(("user".into(), "geheim".into())),
        ..settings("smtp://localhost")
    };
    assert!(!format!("{settings:?}").contains("geheim"));
}
