//! SMTP under TLS: STARTTLS and implicit, with a certificate of our own making, and signing in by PLAIN and LOGIN.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;

use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::super::Post;
use super::super::tests::letter;
use super::*;

/// A certificate for `localhost` that signs itself, and a server's settings with it.
fn certificate() -> (Vec<u8>, Arc<ServerConfig>) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    (made.cert.pem().into_bytes(), Arc::new(config))
}

/// What a connection said, `TLS` where it was encrypted from; and whether a letter was taken.
type Heard = JoinHandle<(Vec<String>, bool)>;

/// `offers` are the lines of the answer to `EHLO`, with `|` between; the first line of such an answer is the server's name.
fn server(tls: Arc<ServerConfig>, implicit: bool, offers: &'static str) -> (u16, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let mut heard = Vec::new();
        let mut taken = false;
        if implicit {
            heard.push("TLS".to_owned());
            talk(encrypted(stream, &tls), offers, true, &mut heard, &mut taken);
        } else if talk(&mut &stream, offers, true, &mut heard, &mut taken) {
            heard.push("TLS".to_owned());
            talk(encrypted(stream, &tls), offers, false, &mut heard, &mut taken);
        }
        (heard, taken)
    });
    (port, serving)
}

fn encrypted(stream: TcpStream, tls: &Arc<ServerConfig>) -> StreamOwned<ServerConnection, TcpStream> {
    StreamOwned::new(ServerConnection::new(Arc::clone(tls)).unwrap(), stream)
}

/// Speaks SMTP until the end, or until the client wants TLS: then true.
fn talk(stream: impl Read + Write, offers: &str, greet: bool, heard: &mut Vec<String>, taken: &mut bool) -> bool {
    let mut stream = BufReader::new(stream);
    if greet && stream.get_mut().write_all(b"220 here\r\n").is_err() {
        return false;
    }
    let (mut in_data, mut login) = (false, 0);
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).unwrap_or(0) == 0 {
            return false;
        }
        let said = line.trim_end();
        if in_data {
            if said == "." {
                (in_data, *taken) = (false, true);
                let _ = stream.get_mut().write_all(b"250 taken\r\n");
            }
            continue;
        }
        heard.push(said.to_owned());
        let answer = match said.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" => format!("250-here\r\n250-{}\r\n250 8BITMIME", offers.replace('|', "\r\n250-")),
            "STARTTLS" => "220 go".to_owned(),
            "AUTH" if said == "AUTH LOGIN" => {
                login = 2;
                "334 VXNlcm5hbWU6".to_owned()
            }
            // user `kesu`, password `geheim`
            "AUTH" if said == "AUTH PLAIN AGtlc3UAZ2VoZWlt" => "235 welcome".to_owned(),
            "AUTH" => "535 5.7.8 no".to_owned(),
            "a2VzdQ==" if login == 2 => {
                login = 1;
                "334 UGFzc3dvcmQ6".to_owned()
            }
            "Z2VoZWlt" if login == 1 => "235 welcome".to_owned(),
            "DATA" => {
                in_data = true;
                "354 go on".to_owned()
            }
            "QUIT" => "221 bye".to_owned(),
            _ => "250 ok".to_owned(),
        };
        let wants_tls = said == "STARTTLS";
        if stream.get_mut().write_all(format!("{answer}\r\n").as_bytes()).is_err() || said == "QUIT" {
            return false;
        }
        let _ = stream.get_mut().flush();
        if wants_tls {
            return true;
        }
    }
}

fn send(url: String, root: Option<Vec<u8>>, password: &str) -> Result<Receipt, PostError> {
    let smtp = Smtp::new(&SmtpSettings {
        credentials: Some(("kesu".into(), password.into())),
        root_certificate: root,
        timeout: Duration::from_secs(10),
        ..SmtpSettings::of(&url)
    })?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(Post::Smtp(Box::new(smtp)).send(&letter()))
}

#[test]
fn a_letter_goes_by_starttls_after_signing_in_with_plain_or_login() {
    for (offers, signed) in [
        ("STARTTLS|AUTH PLAIN LOGIN", "AUTH PLAIN"),
        ("STARTTLS|AUTH LOGIN", "AUTH LOGIN"),
    ] {
        let (pem, tls) = certificate();
        let (port, serving) = server(tls, false, offers);
        let receipt = send(format!("smtp+starttls://localhost:{port}"), Some(pem), "geheim").unwrap();
        let (heard, taken) = serving.join().unwrap();
        assert!(taken && !receipt.message_id.is_empty());
        let tls = heard.iter().position(|line| line == "TLS").unwrap();
        let auth = heard.iter().position(|line| line.starts_with(signed)).unwrap();
        assert!(tls < auth, "{heard:?}");
        assert!(
            heard.iter().skip(auth).any(|line| line.starts_with("MAIL FROM")),
            "{heard:?}"
        );
    }
}

#[test]
fn a_letter_goes_by_implicit_tls() {
    let (pem, tls) = certificate();
    let (port, serving) = server(tls, true, "AUTH PLAIN");
    send(format!("smtps://localhost:{port}"), Some(pem), "geheim").unwrap();
    let (heard, taken) = serving.join().unwrap();
    assert!(taken, "{heard:?}");
}

#[test]
fn a_certificate_that_nobody_trusts_and_one_for_another_host_keep_the_letter_here() {
    for (host, trusted) in [("localhost", false), ("127.0.0.1", true)] {
        let (pem, tls) = certificate();
        let (port, serving) = server(tls, true, "AUTH PLAIN");
        let root = trusted.then_some(pem);
        let error = send(format!("smtps://{host}:{port}"), root, "geheim").unwrap_err();
        let (_, taken) = serving.join().unwrap();
        assert!(error.is_transient() && !taken, "{error}");
    }
}

#[test]
fn a_server_without_starttls_gets_neither_password_nor_letter() {
    let (pem, tls) = certificate();
    let (port, serving) = server(tls, false, "AUTH PLAIN");
    let error = send(format!("smtp+starttls://localhost:{port}"), Some(pem), "geheim").unwrap_err();
    let (heard, taken) = serving.join().unwrap();
    assert!(
        error.is_transient() && !taken && !heard.iter().any(|line| line.starts_with("AUTH")),
        "{error} {heard:?}"
    );
}

#[test]
fn a_wrong_password_does_not_fail_the_letters() {
    let (pem, tls) = certificate();
    let (port, serving) = server(tls, true, "AUTH PLAIN");
    let error = send(format!("smtps://localhost:{port}"), Some(pem), "falsch").unwrap_err();
    serving.join().unwrap();
    assert!(error.is_transient() && error.to_string().contains("535"), "{error}");
}

#[test]
fn a_certificate_that_is_none_is_named() {
    let error = send("smtps://localhost:1".into(), Some(b"no pem".to_vec()), "x").unwrap_err();
    assert!(
        !error.is_transient() && error.to_string().contains("root certificate"),
        "{error}"
    );
}
