//! What a file is, by what it holds.

use super::Unreadable;
use super::source::Source;
use super::zipped::Package;
use crate::limits::Limits;

/// What a file is.
pub enum Kind {
    /// A workbook in parts of XML.
    Xlsx(Package),
    /// Text: csv and its like.
    Text,
}

/// Bytes by which most files are told; an HTML page may begin with much white space.
const HEAD: u64 = 4096;

/// Tells what a file is.
pub fn of(source: &mut Source, limits: &Limits) -> Result<Kind, Unreadable> {
    let head = source.head(HEAD)?;
    if head.starts_with(b"PK") {
        let package = Package::open(std::mem::replace(source, Source::bytes(Vec::new())), limits)?;
        return zipped(package);
    }
    Ok(Kind::Text)
}

fn zipped(package: Package) -> Result<Kind, Unreadable> {
    if package.has("xl/workbook.xml") || package.has("[Content_Types].xml") {
        return Ok(Kind::Xlsx(package));
    }
    Err(Unreadable::of("not_a_ledger_file"))
}
