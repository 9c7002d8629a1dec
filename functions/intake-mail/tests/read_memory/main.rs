//! How much memory reading takes at most, the message included: each case alone in a process of its own.
#![cfg(target_os = "linux")]

use kesu_intake_mail::read::{LARGEST, Unreadable, read};
use std::process::Command;

/// What reading may take together with the largest message, in kilobytes.
const MOST: usize = 64 * 1024;

/// Kilobytes that the process has (`VmRSS`) or had at most (`VmHWM`).
fn kilobytes(of: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(of)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Reads the message and checks what it took at most.
fn peak(mail: &[u8], refused: Option<Unreadable>) {
    let own = mail.len() / 1024;
    // Forget the peak that making the message reached.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = kilobytes("VmRSS").saturating_sub(own);
    assert_eq!(read(mail).err(), refused);
    let taken = kilobytes("VmHWM").saturating_sub(before);
    println!("{taken} KB with the message of {own} KB");
    // A message beyond the limits is not ours to hold: only what is added to it counts.
    assert!(
        if refused.is_some() {
            taken.saturating_sub(own)
        } else {
            taken
        } < MOST,
        "{taken} KB"
    );
}

/// The largest message that begins so and goes on in that way.
fn filled(head: &str, unit: impl AsRef<[u8]>) -> Vec<u8> {
    let mut mail = Vec::with_capacity(LARGEST);
    mail.extend(head.bytes());
    mail.extend(unit.as_ref().iter().cycle().take(LARGEST - head.len()));
    mail
}

const BASE64: &str = "QUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJD\r\n";

macro_rules! cases {
    ($($name:ident: $mail:expr, $refused:expr;)*) => {
        $(
            #[test]
            #[ignore = "runs in a process of its own"]
            fn $name() {
                peak(&$mail, $refused);
            }
        )*
        const CASES: &[&str] = &[$(stringify!($name)),*];
    };
}

cases! {
    picture: filled("Content-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\n\r\n", BASE64), None;
    text_in_base64: filled("Content-Transfer-Encoding: base64\r\n\r\n", BASE64), None;
    plain_text: filled("Subject: x\n\n", "text\n"), None;
    empty_lines: filled("Subject: x\n\n", "\n"), None;
    chinese_text: filled("Content-Type: text/plain; charset=gbk\n\n", "客"), None;
    gbk_text: filled("Content-Type: text/plain; charset=gbk\n\n", b"\xbf\xcd\xcb\xdf"), None;
    gbk_lines: filled("Content-Type: text/plain\n\n", b"\xbf\xcd\xcb\xdf\n"), None;
    gbk_html: filled("Content-Type: text/html; charset=gbk\n\n", b"\xbf\xcd\xcb\xdf<br>"), None;
    utf_16: filled("Content-Type: text/plain; charset=utf-16\n\n", b"\x5b\xa2"), None;
    flowed_text: filled("Content-Type: text/plain; format=flowed\n\n", "a \n"), None;
    quoted_printable: filled("Content-Transfer-Encoding: quoted-printable\n\n", "=E5=AE=A2=\n"), None;
    html: filled("Content-Type: text/html\n\n", "<p>a<b>c"), None;
    html_without_end: filled("Content-Type: text/html\n\n", "<a b "), None;
    attributes: filled("Content-Type: text/html\n\n<a ", "b c "), None;
    forwarded: filled("Content-Type: message/rfc822\n\nSubject: x\n\n", "text\n"), None;
    the_last_of_two: filled("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: a/b\n\nx\n--b\nContent-Type: a/b\n\n", "abc\n"), None;
    headers_only: filled("Subject: ", "a\n "), Some(Unreadable::HeadersTooLong);
    levels: "Content-Type: message/rfc822\r\n\r\n".repeat(1000).into_bytes(), Some(Unreadable::TooDeep);
    parts: format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n{}", "--b\r\n\r\nx\r\n".repeat(100_000)).into_bytes(),
        Some(Unreadable::TooManyParts);
    header: format!("Subject: {}\r\n\r\n", "a".repeat(10 << 20)).into_bytes(), Some(Unreadable::HeadersTooLong);
    forty_megabytes: BASE64.repeat((40 << 20) / BASE64.len()).into_bytes(), Some(Unreadable::TooLarge);
}

#[test]
fn no_message_takes_more_than_64_megabytes() {
    let own = std::env::current_exe().unwrap();
    for case in CASES {
        let output = Command::new(&own)
            .args(["--ignored", "--exact", case, "--nocapture"])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && said.contains("1 passed"),
            "{case}: {said}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        println!(
            "{case}: {}",
            said.lines().find(|line| line.contains(" KB ")).unwrap_or_default()
        );
    }
}
