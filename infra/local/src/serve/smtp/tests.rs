//! The listener, talked to line by line.

use std::net::SocketAddr;

use kesu_app::App;
use kesu_app::clock::Time;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use super::*;
use crate::folder::{DataFolder, Opening};

struct House {
    folder: DataFolder,
    address: SocketAddr,
    _listener: Listener,
    _dir: TempDir,
}

async fn house(settings: &str) -> House {
    house_with(settings, None).await
}

/// A house whose listener offers STARTTLS with a certificate for `localhost` that signs itself, and what trusts it.
async fn secure_house() -> (House, Arc<rustls::ClientConfig>) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (chain, key) = (dir.path().join("chain.pem"), dir.path().join("key.pem"));
    std::fs::write(&chain, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let house = house_with("", Some((chain, key))).await;
    let mut roots = rustls::RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    (house, Arc::new(config))
}

async fn house_with(settings: &str, tls: Option<(PathBuf, PathBuf)>) -> House {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("kesu.toml"), settings).unwrap();
    let opening = Opening {
        time: Time::Machine,
        procedure: Some("P10".to_owned()),
        base_url: "http://127.0.0.1:8080".to_owned(),
        make: true,
    };
    let folder = DataFolder::open(dir.path(), opening).await.unwrap();
    let listener = bind(Some("127.0.0.1:0")).await.unwrap().unwrap();
    let listener = start(listener, folder.app.clone(), tls.as_ref()).unwrap();
    House {
        folder,
        address: listener.address,
        _listener: listener,
        _dir: dir,
    }
}

struct Client<S = TcpStream>(BufReader<S>);

impl Client {
    async fn new(address: SocketAddr) -> Self {
        let mut client = Self(BufReader::new(TcpStream::connect(address).await.unwrap()));
        assert!(client.hear().await.starts_with("220 "));
        client
    }

    /// Goes on under TLS, if the server says that it will.
    async fn secure(mut self, trust: Arc<rustls::ClientConfig>, with: &str) -> Client<TlsStream<TcpStream>> {
        assert!(self.say(&format!("STARTTLS{with}")).await.starts_with("220"));
        let name = "localhost".try_into().unwrap();
        let connector = tokio_rustls::TlsConnector::from(trust);
        Client(BufReader::new(
            connector.connect(name, self.0.into_inner()).await.unwrap(),
        ))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    /// The last line of an answer.
    async fn hear(&mut self) -> String {
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).await.unwrap_or(0) == 0 {
                return "closed".to_owned();
            }
            if line.as_bytes().get(3) != Some(&b'-') {
                return line.trim_end().to_owned();
            }
        }
    }

    async fn say(&mut self, line: &str) -> String {
        let _ = self.0.get_mut().write_all(format!("{line}\r\n").as_bytes()).await;
        self.hear().await
    }

    async fn to(&mut self, recipient: &str) -> String {
        self.say("EHLO there.example").await;
        self.say("MAIL FROM:<a@there.example>").await;
        self.say(&format!("RCPT TO:<{recipient}>")).await
    }
}

async fn raw_mails(app: &App, house: &House) -> usize {
    let _ = app;
    let raw = house.folder.path.join("blobs/raw");
    std::fs::read_dir(raw).map_or(0, |entries| {
        entries
            .flatten()
            .filter(|entry| entry.file_name().to_string_lossy().ends_with(".eml"))
            .count()
    })
}

const MAIL: &str = "From: Anna <anna@kunde.example>\r\nTo: kesu@kesu.example\r\nSubject: broken\r\nMessage-ID: <1@kunde.example>\r\n\r\nThe pump leaks.\r\n..two dots\r\n";

#[tokio::test]
async fn mail_for_the_house_is_on_disk_when_it_is_said_to_be_taken() {
    let house = house("").await;
    let mut client = Client::new(house.address).await;
    assert!(client.to("kesu@kesu.example").await.starts_with("250"));
    assert!(client.say("DATA").await.starts_with("354"));
    assert!(client.say(&format!("{MAIL}.")).await.starts_with("250"));
    assert_eq!(raw_mails(&house.folder.app, &house).await, 1);
    // The stuffed dot is taken off again.
    let raw = house.folder.path.join("blobs/raw");
    let kept = std::fs::read_dir(raw).unwrap().flatten().next().unwrap();
    assert!(
        std::fs::read_to_string(kept.path())
            .unwrap()
            .ends_with("\r\n.two dots\r\n")
    );
    assert!(client.say("QUIT").await.starts_with("221"));
}

#[tokio::test]
async fn nothing_is_relayed() {
    let house = house("[mail]\nfrom = \"desk@house.example\"\ndomain = \"mail.house.example\"\n[[mail.address]]\nto = \"cars@brand.example\"\nprocedure = \"P10\"").await;
    let mut client = Client::new(house.address).await;
    for (recipient, taken) in [
        ("someone@else.example", false),
        ("desk@house.example.evil.example", false),
        ("\"desk@house.example\"@else.example", false),
        ("desk@house.example", true),
        ("reply+x.y@mail.house.example", true),
        ("Cars@Brand.example", true),
        ("other@brand.example", false),
    ] {
        let answer = client.to(recipient).await;
        assert_eq!(answer.starts_with("250"), taken, "{recipient}: {answer}");
        assert!(taken || answer.starts_with("550"), "{recipient}: {answer}");
    }
}

#[tokio::test]
async fn commands_out_of_order_are_refused() {
    let house = house("").await;
    let mut client = Client::new(house.address).await;
    assert!(client.say("MAIL FROM:<a@b.example>").await.starts_with("503"));
    client.say("EHLO there.example").await;
    assert!(client.say("RCPT TO:<kesu@kesu.example>").await.starts_with("503"));
    assert!(client.say("DATA").await.starts_with("503"));
    assert!(client.say("STARTTLS").await.starts_with("502"));
    assert!(client.say("AUTH PLAIN AGEAYg==").await.starts_with("502"));
}

#[tokio::test]
async fn what_is_too_large_is_refused_before_and_after_the_data() {
    let house = house("").await;
    let mut client = Client::new(house.address).await;
    client.say("EHLO there.example").await;
    assert!(
        client
            .say("MAIL FROM:<a@b.example> SIZE=26214401")
            .await
            .starts_with("552")
    );
    assert!(client.to("kesu@kesu.example").await.starts_with("250"));
    assert!(client.say("DATA").await.starts_with("354"));
    let line = format!("{}\r\n", "x".repeat(998)).repeat(1024);
    for _ in 0..27 {
        client.0.get_mut().write_all(line.as_bytes()).await.unwrap();
    }
    assert!(client.say(".").await.starts_with("552"));
    assert_eq!(raw_mails(&house.folder.app, &house).await, 0);
    // The connection goes on.
    assert!(client.to("kesu@kesu.example").await.starts_with("250"));
}

#[tokio::test]
async fn a_line_without_end_and_a_client_of_mistakes_are_cut_off() {
    let house = house("").await;
    let mut client = Client::new(house.address).await;
    let _ = client.0.get_mut().write_all(&b"x".repeat(100_000)).await;
    assert!(client.hear().await.starts_with("500"));
    let mut client = Client::new(house.address).await;
    let mut last = String::new();
    for _ in 0..30 {
        last = client.say("NONSENSE").await;
        if !last.starts_with("500") {
            break;
        }
    }
    assert!(last.starts_with("421"), "{last}");
}

#[tokio::test]
async fn a_dot_between_bare_line_feeds_does_not_end_a_message() {
    let house = house("").await;
    let mut client = Client::new(house.address).await;
    client.to("kesu@kesu.example").await;
    client.say("DATA").await;
    let smuggled = format!("{MAIL}\n.\nMAIL FROM:<evil@there.example>\r\nRCPT TO:<kesu@kesu.example>\r\nDATA\r\n");
    client.0.get_mut().write_all(smuggled.as_bytes()).await.unwrap();
    assert!(client.say("Subject: smuggled\r\n\r\nx\r\n.").await.starts_with("250"));
    assert_eq!(raw_mails(&house.folder.app, &house).await, 1);
}

#[tokio::test]
async fn mail_comes_under_tls_where_a_certificate_is_named() {
    let (house, trust) = secure_house().await;
    let mut plain = Client::new(house.address).await;
    assert!(plain.say("EHLO there.example").await.starts_with("250"));
    let mut client = plain.secure(trust, "").await;
    assert!(client.to("kesu@kesu.example").await.starts_with("250"));
    assert!(
        client.say("STARTTLS").await.starts_with("502"),
        "it is not offered twice"
    );
    assert!(client.say("DATA").await.starts_with("354"));
    assert!(client.say(&format!("{MAIL}.")).await.starts_with("250"));
    assert_eq!(raw_mails(&house.folder.app, &house).await, 1);
}

#[tokio::test]
async fn what_was_said_in_the_clear_behind_starttls_is_not_heard_under_tls() {
    let (house, trust) = secure_house().await;
    let mut plain = Client::new(house.address).await;
    plain.say("EHLO there.example").await;
    // The injection of CVE-2011-0411: what is pipelined must not be taken for what the encrypted client says.
    let injected = "\r\nEHLO thief.example\r\nMAIL FROM:<thief@evil.example>";
    let mut client = plain.secure(trust, injected).await;
    assert!(client.say("RCPT TO:<kesu@kesu.example>").await.starts_with("503"));
}
