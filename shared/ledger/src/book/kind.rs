//! What a file is, by what it holds.

use std::io::{Read, Seek};

use super::Unreadable;
use super::source::{Source, unreadable};
use super::zipped::Package;
use crate::limits::Limits;

/// What a file is.
pub enum Kind {
    /// A workbook in parts of XML.
    Xlsx(Package),
    /// A workbook of 1993 to 2003.
    Xls,
    /// A workbook in binary parts.
    Xlsb(Package),
    /// An OpenDocument spreadsheet.
    Ods(Package),
    /// Text: csv and its like.
    Text,
}

/// How a compound file begins: the container of workbooks until 2003, and of encrypted ones until today.
pub const COMPOUND: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
/// Bytes by which most files are told; an HTML page may begin with much white space.
const HEAD: u64 = 4096;

/// Tells what a file is.
pub fn of(source: &mut Source, limits: &Limits) -> Result<Kind, Unreadable> {
    let head = source.head(HEAD)?;
    if head.starts_with(b"PK") {
        let package = Package::open(std::mem::replace(source, Source::bytes(Vec::new())), limits)?;
        return zipped(package);
    }
    if head.starts_with(COMPOUND) {
        compound(source)?;
        source.rewind().map_err(unreadable)?;
        return Ok(Kind::Xls);
    }
    // The records of an old workbook without a compound file around them: some programs write that.
    if head.starts_with(&[9, 8, 8, 0, 0, 5]) || head.starts_with(&[9, 8, 16, 0, 0, 6]) {
        return Ok(Kind::Xls);
    }
    // The programs before 1993.
    if [[9, 0, 4, 0], [9, 2, 6, 0], [9, 4, 6, 0]]
        .iter()
        .any(|begin| head.starts_with(begin))
    {
        return Err(Unreadable::of("save_as_xlsx"));
    }
    if [
        &b"%PDF"[..],
        b"\x89PNG",
        b"\xFF\xD8\xFF",
        b"GIF8",
        b"Rar!",
        b"7z\xBC\xAF",
    ]
    .iter()
    .any(|magic| head.starts_with(magic))
    {
        return Err(Unreadable::of("not_a_ledger_file"));
    }
    let text = String::from_utf8_lossy(&head).to_lowercase();
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    if text.starts_with("<?xml") && text.contains("urn:schemas-microsoft-com:office:spreadsheet") {
        return Err(Unreadable::of("xml_2003"));
    }
    if ["<html", "<!doctype html", "<table", "<meta", "<head"]
        .iter()
        .any(|tag| text.starts_with(tag))
        || (text.starts_with('<') && text.contains("<html"))
    {
        return Err(Unreadable::of("html_named_xls"));
    }
    Ok(Kind::Text)
}

fn zipped(mut package: Package) -> Result<Kind, Unreadable> {
    if let Some(kind) = package.bytes("mimetype", 1 << 20)?
        && kind.starts_with(b"application/vnd.oasis.opendocument.spreadsheet")
    {
        return Ok(Kind::Ods(package));
    }
    if package.has("xl/workbook.bin") {
        return Ok(Kind::Xlsb(package));
    }
    if package.has("xl/workbook.xml") || package.has("[Content_Types].xml") {
        return Ok(Kind::Xlsx(package));
    }
    Err(Unreadable::of("not_a_ledger_file"))
}

/// Refuses a compound file that is no old workbook. The names of streams are looked for in the bytes: the directory of a
/// hostile compound file is not to be trusted here.
fn compound(source: &mut Source) -> Result<(), Unreadable> {
    let name = |name: &str| -> Vec<u8> { name.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let (locked, books) = (
        name("EncryptedPackage"),
        [name("Book\0"), name("Workbook\0"), name("WORKBOOK\0"), name("BOOK\0")],
    );
    let mut window = Vec::new();
    let mut chunk = vec![0; 256 << 10];
    let mut found = false;
    loop {
        let got = source.read(&mut chunk).map_err(unreadable)?;
        if got == 0 {
            break;
        }
        window.extend_from_slice(chunk.get(..got).unwrap_or_default());
        if memchr::memmem::find(&window, &locked).is_some() {
            return Err(Unreadable::of("encrypted"));
        }
        found |= books.iter().any(|name| memchr::memmem::find(&window, name).is_some());
        window.drain(..window.len().saturating_sub(64));
    }
    if found {
        Ok(())
    } else {
        Err(Unreadable::of("not_a_ledger_file"))
    }
}
