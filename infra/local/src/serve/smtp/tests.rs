//! The listener, talked to line by line.

use std::net::SocketAddr;

use kesu_app::App;
use kesu_app::clock::Time;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::*;
use crate::folder::{DataFolder, Opening};

struct House {
    folder: DataFolder,
    address: SocketAddr,
    _listener: Listener,
    _dir: TempDir,
}

async fn house(settings: &str) -> House {
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
    let listener = start(listener, folder.app.clone(), None).unwrap();
    House {
        folder,
        address: listener.address,
        _listener: listener,
        _dir: dir,
    }
}

struct Client(BufReader<OwnedReadHalf>, OwnedWriteHalf);

impl Client {
    async fn new(address: SocketAddr) -> Self {
        let (read, write) = TcpStream::connect(address).await.unwrap().into_split();
        let mut client = Self(BufReader::new(read), write);
        assert!(client.hear().await.starts_with("220 "));
        client
    }

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
        let _ = self.1.write_all(format!("{line}\r\n").as_bytes()).await;
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
        client.1.write_all(line.as_bytes()).await.unwrap();
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
    let _ = client.1.write_all(&b"x".repeat(100_000)).await;
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
    client.1.write_all(smuggled.as_bytes()).await.unwrap();
    assert!(client.say("Subject: smuggled\r\n\r\nx\r\n.").await.starts_with("250"));
    assert_eq!(raw_mails(&house.folder.app, &house).await, 1);
}
