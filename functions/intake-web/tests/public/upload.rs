//! Files with a complaint.

use axum::body::Body;
use axum::http::Request;
use kesu_app::blobs::{LARGEST, MOST};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{Answer, FILLED, Site, multipart};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR a small picture";

async fn send(site: &Site, path: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Answer {
    let (kind, body) = multipart(fields, files);
    let request = Request::post(path)
        .header("content-type", kind)
        .header("accept", "text/html");
    site.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn a_picture_is_kept_and_given_back_to_its_customer_alone() {
    let site = Site::new("P19").await;
    let receipt = send(
        &site,
        "/complaints",
        FILLED,
        &[("../../evil.php\u{200b}.png", PNG), ("", b"")],
    )
    .await
    .is(201);
    assert_eq!(site.files(), 1);
    let (number, code) = (receipt.input("number"), receipt.input("code"));
    let status = site
        .post("/track", &[("number", &number), ("code", &code)])
        .await
        .is(200);
    let name = status.input("name");
    let proof = [
        ("number", number.as_str()),
        ("code", code.as_str()),
        ("name", name.as_str()),
    ];
    let file = site.post("/track/attachment", &proof).await.is(200);
    assert_eq!(file.bytes, PNG);
    assert_eq!(
        file.header("content-disposition"),
        format!("attachment; filename=\"{name}\"")
    );
    assert_eq!(file.header("content-type"), "image/png");
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    assert!(file.header("content-security-policy").contains("sandbox"));
    let other = site.post("/complaints", FILLED).await.is(201);
    let (other_number, other_code) = (other.input("number"), other.input("code"));
    for (number, code, name) in [
        (number.as_str(), "AAAAAAAAAA", name.as_str()),
        (other_number.as_str(), other_code.as_str(), name.as_str()),
        (number.as_str(), code.as_str(), "../settings.json"),
        (number.as_str(), code.as_str(), ""),
    ] {
        site.post(
            "/track/attachment",
            &[("number", number), ("code", code), ("name", name)],
        )
        .await
        .is(404);
    }
}

#[tokio::test]
async fn what_is_no_picture_too_much_or_empty_is_refused_with_the_form_filled_in() {
    let site = Site::new("P19").await;
    let many: Vec<(&str, &[u8])> = (0..=MOST).map(|_| ("a.png", PNG)).collect();
    let large = [PNG, &vec![0; LARGEST]].concat();
    for (files, status, words) in [
        (
            vec![("a.png", b"<script>alert(1)</script>".as_slice())],
            422,
            "This kind of file is not accepted",
        ),
        (
            vec![(
                "a.png",
                b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".as_slice(),
            )],
            422,
            "This kind of file",
        ),
        (vec![("a.png", b"".as_slice())], 422, "The file is empty"),
        (many, 422, "Too many files"),
        (vec![("a.png", large.as_slice())], 413, "The file is too large"),
    ] {
        let page = send(&site, "/complaints?lang=en", FILLED, &files)
            .await
            .is(status)
            .text();
        assert!(page.contains(words), "{page}");
        assert!(page.contains("王小芳") && page.contains("href=\"#files\""), "{page}");
    }
    assert_eq!((site.files(), site.complaints().await), (0, 0));
}

#[tokio::test]
async fn the_same_form_with_another_picture_is_another_complaint() {
    let site = Site::new("P19").await;
    let fields = [FILLED, &[("token", "0123456789abcdef0123456789abcdef")]].concat();
    let with = |files: &'static [(&'static str, &'static [u8])]| send(&site, "/complaints", &fields, files);
    let first = with(&[("a.png", PNG)]).await.is(201).input("number");
    assert_eq!(with(&[("renamed.png", PNG)]).await.is(201).input("number"), first);
    assert_ne!(with(&[]).await.is(201).input("number"), first);
}

#[tokio::test]
async fn text_beyond_the_limit_and_broken_forms_are_refused() {
    let site = Site::new("P19").await;
    let long = "x".repeat(300_000);
    send(&site, "/complaints", &[("description", &long)], &[]).await.is(413);
    site.post("/complaints", &[("description", &long)]).await.is(413);
    let parts: Vec<(&str, &str)> = (0..400).map(|_| ("a", "b")).collect();
    send(&site, "/complaints", &parts, &[]).await.is(413);
    for (kind, body) in [
        ("multipart/form-data", "no boundary"),
        (
            "multipart/form-data; boundary=edge",
            "--edge\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nbroken off",
        ),
        ("application/json", "{}"),
        ("text/plain", "name=A"),
    ] {
        let request = Request::post("/complaints").header("content-type", kind);
        site.send(request.body(Body::from(body)).unwrap()).await.is(415);
    }
    assert_eq!(site.complaints().await, 0);
}

/// The server as people reach it, with a sender that does not look at the answer before it has sent everything.
async fn flood(path: &str, kind: &str, head: &[u8]) -> (String, usize) {
    const WHOLE: usize = 100 * 1024 * 1024;
    let site = Site::new("P19").await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = site
        .router
        .clone()
        .into_make_service_with_connect_info::<std::net::SocketAddr>();
    let server = tokio::spawn(async move { axum::serve(listener, service).await });
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let (mut reading, mut writing) = stream.into_split();
    let start = format!(
        "POST {path} HTTP/1.1\r\nHost: kesu.example\r\nContent-Type: {kind}\r\nContent-Length: {WHOLE}\r\n\r\n"
    );
    let head = head.to_vec();
    let sender = tokio::spawn(async move {
        writing.write_all(start.as_bytes()).await?;
        writing.write_all(&head).await?;
        let chunk = vec![b'x'; 1024 * 1024];
        let mut sent = head.len();
        while sent < WHOLE {
            let next = chunk.len().min(WHOLE - sent);
            writing.write_all(&chunk[..next]).await?;
            sent += next;
        }
        Ok::<_, std::io::Error>((sent, writing))
    });
    let mut first = vec![0; 12];
    reading.read_exact(&mut first).await.unwrap();
    let (sent, _writing) = sender.await.unwrap().unwrap();
    server.abort();
    assert_eq!(sent, WHOLE, "the sender was not broken off");
    assert_eq!((site.files(), site.complaints().await), (0, 0));
    (String::from_utf8(first).unwrap(), sent)
}

#[tokio::test]
async fn a_hundred_megabytes_are_answered_properly_and_nothing_is_written() {
    let mut head = b"--edge\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.png\"\r\n\r\n".to_vec();
    head.extend_from_slice(PNG);
    for (path, kind, head) in [
        ("/complaints", "multipart/form-data; boundary=edge", head.as_slice()),
        (
            "/complaints",
            "application/x-www-form-urlencoded",
            b"description=".as_slice(),
        ),
        ("/api/complaints", "application/json", b"{\"description\":\"".as_slice()),
        ("/track", "application/x-www-form-urlencoded", b"number=".as_slice()),
    ] {
        assert_eq!(flood(path, kind, head).await.0, "HTTP/1.1 413", "{path} {kind}");
    }
}
