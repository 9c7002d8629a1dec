//! What holds for every message that was read, and where messages come from.

use kesu_intake_mail::read::{Mail, Unreadable, read};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Reads a message and checks what holds for each. Only a panic within makes a message `Broken`.
pub fn checked(bytes: &[u8]) -> Result<Mail, Unreadable> {
    let read = read(bytes);
    assert_ne!(read, Err(Unreadable::Broken), "a parser panicked");
    let Ok(mail) = &read else { return read };
    assert!(!mail.text.contains(['\0', '\r']), "NUL or CR in the text");
    let fresh = mail.text.get(mail.fresh.clone()).expect("a range within the text");
    assert_eq!(fresh.is_empty(), mail.text.is_empty(), "nothing is fresh");
    let parties = mail
        .from
        .iter()
        .chain(&mail.reply_to)
        .flat_map(|party| [&party.address, &party.name]);
    let files = mail.files.iter().flat_map(|file| [&file.name, &file.claimed]);
    let bounce = mail
        .bounce
        .iter()
        .flat_map(|bounce| [&bounce.recipient, &bounce.status, &bounce.letter])
        .flatten();
    let ids = mail
        .message_id
        .iter()
        .chain(&mail.answers)
        .chain(&mail.to)
        .chain(&mail.mark);
    for line in parties.chain(files).chain(bounce).chain(ids).chain([&mail.subject]) {
        let broken =
            |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}');
        assert!(!line.contains(broken), "{line:?} is more than a line");
        assert!(line.chars().count() <= 998, "{line:?} is too long");
    }
    for file in &mail.files {
        assert!(
            !file.name.trim().is_empty() && file.name.chars().count() <= 200,
            "{:?}",
            file.name
        );
    }
    read
}

/// The samples of this repository.
pub fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/mail")
}

/// The test mails that come with mail-parser: cargo knows where its source is.
pub fn crate_mails() -> Vec<PathBuf> {
    static MAILS: OnceLock<Vec<PathBuf>> = OnceLock::new();
    MAILS.get_or_init(find_crate_mails).clone()
}

fn find_crate_mails() -> Vec<PathBuf> {
    let cargo = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO"))
            .args(arguments)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    // Only what was built here is sure to be on this machine.
    let version = cargo(&["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let metadata = cargo(&[
        "metadata",
        "--format-version",
        "1",
        "--locked",
        "--offline",
        "--filter-platform",
        host,
    ]);
    let metadata: serde_json::Value = serde_json::from_str(&metadata).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages
        .iter()
        .find(|package| package["name"] == "mail-parser")
        .expect("mail-parser is a dependency");
    let manifest = Path::new(package["manifest_path"].as_str().unwrap());
    let mut mails = mails_in(&manifest.parent().unwrap().join("resources"));
    mails.retain(|path| path.extension().is_some_and(|ending| ending == "eml"));
    assert!(mails.len() > 100, "only {} mails", mails.len());
    mails
}

/// What `samples/mail/corpora.sh` has fetched, if somebody ran it.
pub fn fetched_mails() -> Vec<PathBuf> {
    mails_in(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("mail-corpora"))
}

/// All mails in a folder and the folders in it, in a fixed order.
pub fn mails_in(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        match path.extension().and_then(|ending| ending.to_str()) {
            _ if path.is_dir() => found.extend(mails_in(&path)),
            Some("eml" | "txt" | "mbox") => found.push(path),
            _ => {}
        }
    }
    found.sort();
    found
}
