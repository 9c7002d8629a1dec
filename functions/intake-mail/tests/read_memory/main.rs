//! How much memory reading takes at most beyond the message itself: alone in its process, where nothing else allocates.

#[cfg(target_os = "linux")]
mod linux {
    use kesu_intake_mail::read::{LARGEST, Unreadable, read};

    /// Kilobytes that the process has (`VmRSS`) or had at most (`VmHWM`).
    fn kilobytes(of: &str) -> usize {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|line| line.starts_with(of)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// Reads the message and gives what it took at most, the message itself included.
    fn peak(name: &str, mail: &[u8], refused: Option<Unreadable>) {
        // Forget the peak that making the message reached.
        std::fs::write("/proc/self/clear_refs", "5").unwrap();
        let before = kilobytes("VmRSS");
        assert_eq!(read(mail).err(), refused, "{name}");
        let taken = kilobytes("VmHWM").saturating_sub(before) + mail.len() / 1024;
        println!("{name}: {taken} KB with the message of {} KB", mail.len() / 1024);
        let own = if refused.is_some() {
            taken - mail.len() / 1024
        } else {
            taken
        };
        assert!(own < 64 * 1024, "{name}: {own} KB");
    }

    fn filled(head: &str, unit: &str) -> Vec<u8> {
        let mut mail = head.as_bytes().to_vec();
        mail.extend(unit.bytes().cycle().take(LARGEST - head.len()));
        mail
    }

    #[test]
    fn no_message_takes_more_than_64_megabytes() {
        let line = format!("{}\r\n", "QUJD".repeat(19));
        let base64 = "Content-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\n\r\n";
        peak("base64", &filled(base64, &line), None);
        peak(
            "text in base64",
            &filled("Content-Transfer-Encoding: base64\r\n\r\n", &line),
            None,
        );
        peak("plain text", &filled("Subject: x\n\n", "text\n"), None);
        peak("empty lines", &filled("Subject: x\n\n", "\n"), None);
        peak(
            "chinese text",
            &filled("Content-Type: text/plain; charset=gbk\n\n", "客"),
            None,
        );
        peak(
            "quoted-printable",
            &filled("Content-Transfer-Encoding: quoted-printable\n\n", "=E5=AE=A2=\n"),
            None,
        );
        peak("html", &filled("Content-Type: text/html\n\n", "<p>a<b>c"), None);
        peak(
            "html without end",
            &filled("Content-Type: text/html\n\n", "<a b "),
            None,
        );
        peak("attributes", &filled("Content-Type: text/html\n\n<a ", "b c "), None);
        peak(
            "forwarded",
            &filled("Content-Type: message/rfc822\n\nSubject: x\n\n", "text\n"),
            None,
        );
        let parts = "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: image/png\n\nx\n".to_owned();
        peak(
            "the last of two parts",
            &filled(&(parts + "--b\nContent-Type: a/b\n\n"), "abc\n"),
            None,
        );
        let (deep, many) = (
            "Content-Type: message/rfc822\r\n\r\n".repeat(1000),
            "--b\r\n\r\nx\r\n".repeat(100_000),
        );
        peak("levels", deep.as_bytes(), Some(Unreadable::TooDeep));
        peak(
            "parts",
            format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n{many}").as_bytes(),
            Some(Unreadable::TooManyParts),
        );
        peak(
            "header",
            format!("Subject: {}\r\n\r\n", "a".repeat(10 << 20)).as_bytes(),
            Some(Unreadable::HeadersTooLong),
        );
        peak(
            "40 MB",
            line.repeat((40 << 20) / line.len()).as_bytes(),
            Some(Unreadable::TooLarge),
        );
    }
}
