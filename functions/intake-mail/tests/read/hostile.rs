//! Mails made to hurt: refused at once or read in time that grows no faster than they do, and no header gets out of its line.

use crate::support::checked;
use kesu_intake_mail::read::{LARGEST, Unreadable, read};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// A message of nested multiparts.
pub fn levels(count: usize) -> Vec<u8> {
    let mut mail = "Subject: x\r\n".to_owned();
    for level in 0..count {
        write!(
            mail,
            "Content-Type: multipart/mixed; boundary=\"b{level}\"\r\n\r\n--b{level}\r\n"
        )
        .unwrap();
    }
    mail.into_bytes()
}

fn parts(count: usize) -> Vec<u8> {
    format!(
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n{}--b--\r\n",
        "--b\r\n\r\nx\r\n".repeat(count)
    )
    .into_bytes()
}

fn refused(mail: &[u8], why: Unreadable) {
    let start = Instant::now();
    assert_eq!(read(mail), Err(why));
    assert!(
        start.elapsed() < Duration::from_secs(1),
        "{why} took {:?}",
        start.elapsed()
    );
}

#[test]
fn what_is_beyond_the_limits_is_refused_at_once() {
    refused(&levels(1000), Unreadable::TooDeep);
    refused(&parts(100_000), Unreadable::TooManyParts);
    refused(
        &"Content-Type: message/rfc822\r\n\r\n".repeat(1000).into_bytes(),
        Unreadable::TooDeep,
    );
    let encoded = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDU2Nzg5QUJDREVGR0hJSktMTU5PUFFSU1RVVldY\r\n"
        .repeat(40 * 1024 * 1024 / 82 + 1);
    refused(
        format!("Content-Transfer-Encoding: base64\r\n\r\n{encoded}").as_bytes(),
        Unreadable::TooLarge,
    );
    refused(
        format!("Subject: {}\r\n\r\nx", "a".repeat(10 * 1024 * 1024)).as_bytes(),
        Unreadable::HeadersTooLong,
    );
    refused(
        format!("Subject: {}\r\n\r\nx", "a\r\n ".repeat(40_000)).as_bytes(),
        Unreadable::HeadersTooLong,
    );
    refused("A: b\r\n".repeat(100_000).as_bytes(), Unreadable::HeadersTooLong);
    refused(&vec![b'a'; LARGEST + 1], Unreadable::TooLarge);
}

#[test]
fn what_is_within_the_limits_is_read() {
    assert!(checked(&levels(19)).is_ok());
    assert_eq!(checked(&parts(499)).unwrap().text.matches('x').count(), 499);
    assert!(checked(format!("Subject: a\r\nTo: {}\r\n\r\nx", "a@b.example,\r\n ".repeat(4000)).as_bytes()).is_ok());
}

#[test]
fn a_long_text_is_kept_whole_as_a_file() {
    let long = "客诉\n".repeat(1_000_000);
    let mail = checked(format!("Content-Type: text/plain; charset=utf-8\n\n{long}").as_bytes()).unwrap();
    assert!(mail.text.len() <= 1024 * 1024 && mail.text.starts_with("客诉\n客诉"));
    assert_eq!(mail.files.len(), 1);
    assert_eq!(mail.files[0].bytes, long.as_bytes());
}

#[test]
fn no_field_gets_out_of_its_line() {
    let sly = "a=0D=0ABcc:_v=40x.example=0D=0A=0D=0Abody=00=E2=80=A8b=E2=80=AEc=C2=85d=0Be";
    let word = format!("=?utf-8?Q?{sly}?=");
    let percent = sly.replace('=', "%").replace('_', "%20");
    let mail = format!(
        "From: {word} <a@b.example>\nReply-To: {word} <c@b.example>\nTo: {word} <d@b.example>\nSubject: {word}\nMessage-ID: <a{word}@b>\n\
         References: <{word}>\nX-Failed-Recipients: {word}@b.example\nContent-Type: multipart/mixed; boundary=b\n\n\
         --b\nContent-Type: image/png; name=\"{word}\"\n\nx\n--b\nContent-Type: image/png\nContent-Disposition: attachment; filename*=utf-8''{percent}\n\nx\n--b--\n"
    );
    let mail = checked(mail.as_bytes()).unwrap();
    assert_eq!(
        mail.subject,
        "a Bcc: v@x.example bodybc d e".replace("bodybc", "body bc")
    );
    assert_eq!(mail.from.unwrap().address, "a@b.example");
    assert_eq!(mail.to, ["d@b.example"]);
    assert_eq!(mail.files.len(), 2);
    // Raw bytes in the middle of a header do not do it either.
    for raw in ["a\0b", "a\rb", "a\u{2028}b", "a\u{85}b", "a\x0bb"] {
        let mail = checked(format!("Subject: {raw}\nFrom: {raw} <a@b.example>\n\nx").as_bytes()).unwrap();
        assert!(mail.subject.starts_with('a') && mail.subject.ends_with('b'), "{raw:?}");
    }
}

/// The time that this thread has worked: other programs on the machine do not count.
fn worked(since: Instant) -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = stat.and_then(|stat| stat.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| since.elapsed(), Duration::from_nanos)
}

/// How often the time of the shorter is spent on the longer, which is eight times as long.
fn growth(make: &dyn Fn(usize) -> Vec<u8>, size: usize) -> (f64, Duration) {
    let begin = Instant::now();
    // The clock of a thread is coarse: it is read over many rounds.
    let once = |mail: &[u8]| {
        let (start, mut rounds) = (worked(begin), 0);
        loop {
            let _ = checked(mail);
            rounds += 1;
            let taken = worked(begin).saturating_sub(start);
            if taken > Duration::from_millis(40) || rounds == 2000 {
                return taken / rounds;
            }
        }
    };
    let long = once(&make(size * 8));
    (long.as_secs_f64() / once(&make(size)).as_secs_f64().max(1e-5), long)
}

#[test]
fn the_time_to_read_grows_no_faster_than_the_mail() {
    type Make = Box<dyn Fn(usize) -> Vec<u8>>;
    let header = |unit: &'static str| -> Make {
        Box::new(move |size| {
            format!("From: {0}\nTo: {0}\nSubject: {0}\nContent-Type: text/plain; name={0}\nDate: {0}\nMessage-ID: {0}\nReferences: {0}\n\nx", unit.repeat(size / unit.len() / 8)).into_bytes()
        })
    };
    let body = |kind: &'static str, unit: &'static str| -> Make {
        Box::new(move |size| format!("Content-Type: {kind}\n\n{}", unit.repeat(size / unit.len())).into_bytes())
    };
    let mut makes: Vec<(String, Make, usize)> = Vec::new();
    for unit in [
        "=?ab?q?",
        "=?utf-8?q?a?= ",
        "=?",
        "(",
        "\"",
        "<",
        ",",
        "a@b.example,",
        "a*0*=b;",
        "=?utf-8?b?5a6i?=",
        "\\",
        "<a@b>",
        "%41",
        "x*1=a;",
        "\u{5ba2}",
    ] {
        makes.push((format!("header {unit}"), header(unit), 6000));
    }
    for unit in [
        "<",
        "&",
        "<b>",
        "<a href=x>",
        "<blockquote>",
        "<div style=display:none>",
        "</div>",
        "<!--",
        "<p a b c d=e>",
        "&amp;",
        "<td>",
        "<br>",
        "[kesu:",
        "<a a1=1 ",
        " x=y",
    ] {
        makes.push((format!("html {unit}"), body("text/html", unit), 60_000));
    }
    for unit in [
        "\n",
        ">",
        "--\n",
        "> a\n",
        "On 1 Jan 2026, a@b.example\n",
        "From: a\nTo: b\n",
        "发件人: a\n",
        "-----\n",
        "[kesu:",
        "a\r",
        "\u{5ba2}",
        "=41",
        "=\n",
        "在 2026\n",
        "_____\n",
    ] {
        makes.push((format!("text {unit}"), body("text/plain; charset=utf-8", unit), 60_000));
        makes.push((
            format!("flowed {unit}"),
            body("text/plain; charset=utf-8; format=flowed", unit),
            60_000,
        ));
        makes.push((
            format!("quoted-printable {unit}"),
            body("text/plain\nContent-Transfer-Encoding: quoted-printable", unit),
            60_000,
        ));
        makes.push((
            format!("base64 {unit}"),
            body("text/plain\nContent-Transfer-Encoding: base64", unit),
            60_000,
        ));
        makes.push((
            format!("parts {unit}"),
            body("multipart/mixed; boundary=b", unit),
            60_000,
        ));
    }
    let nested: Make = Box::new(|size| [levels(19), "--b1\n--b2--x\n--\n".repeat(size / 15).into_bytes()].concat());
    makes.push(("delimiters".to_owned(), nested, 60_000));
    for (name, make, size) in &makes {
        let (ratio, long) = growth(make, *size);
        // Linear is 8, quadratic is 64; what is over in milliseconds is not measured well.
        assert!(
            ratio < 24.0 || long < Duration::from_millis(20),
            "{name}: {ratio:.1} times, {long:?}"
        );
        assert!(long < Duration::from_secs(5), "{name}: {long:?}");
    }
}
