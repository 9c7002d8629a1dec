//! Workbooks put together part by part, so that they can be as wrong as they like.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const REL: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PKG: &str = "http://schemas.openxmlformats.org/package/2006";
const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;

/// An xlsx in the making: its sheets and whatever else stands in it.
#[derive(Default)]
pub struct Book {
    /// Name and XML of each sheet.
    pub sheets: Vec<(String, Vec<u8>)>,
    /// The shared strings, if any.
    pub strings: Option<Vec<u8>>,
    /// The styles, if any.
    pub styles: Option<String>,
    /// Parts besides.
    pub parts: Vec<(String, Vec<u8>)>,
    /// Lines in the workbook's list of relations.
    pub relations: String,
    /// What stands in `xl/workbook.xml` after the sheets.
    pub after: String,
}

impl Book {
    /// A book of one sheet whose rows are given.
    pub fn of(rows: &str) -> Self {
        Self {
            sheets: vec![("客诉".to_owned(), sheet(rows))],
            ..Self::default()
        }
    }

    /// The file.
    pub fn zip(self) -> Vec<u8> {
        let mut types = format!(
            r#"{HEAD}<Types xmlns="{PKG}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>"#
        );
        let mut book = format!(r#"{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets>"#);
        let mut relations = format!(r#"{HEAD}<Relationships xmlns="{PKG}/relationships">"#);
        let mut parts = vec![(
            "_rels/.rels".to_owned(),
            format!(r#"{HEAD}<Relationships xmlns="{PKG}/relationships"><Relationship Id="rId1" Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#).into_bytes(),
        )];
        for (at, (name, xml)) in (1..).zip(self.sheets) {
            types += &format!(
                r#"<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>"#
            );
            book += &format!(r#"<sheet name="{name}" sheetId="{at}" r:id="rId{at}"/>"#);
            relations +=
                &format!(r#"<Relationship Id="rId{at}" Type="{REL}/worksheet" Target="worksheets/sheet{at}.xml"/>"#);
            parts.push((format!("xl/worksheets/sheet{at}.xml"), xml));
        }
        if let Some(strings) = self.strings {
            relations +=
                &format!(r#"<Relationship Id="strings" Type="{REL}/sharedStrings" Target="sharedStrings.xml"/>"#);
            parts.push(("xl/sharedStrings.xml".to_owned(), strings));
        }
        if let Some(styles) = self.styles {
            relations += &format!(r#"<Relationship Id="styles" Type="{REL}/styles" Target="styles.xml"/>"#);
            parts.push(("xl/styles.xml".to_owned(), styles.into_bytes()));
        }
        parts.push(("[Content_Types].xml".to_owned(), (types + "</Types>").into_bytes()));
        parts.push((
            "xl/workbook.xml".to_owned(),
            format!("{book}</sheets>{}</workbook>", self.after).into_bytes(),
        ));
        parts.push((
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!("{relations}{}</Relationships>", self.relations).into_bytes(),
        ));
        parts.extend(self.parts);
        zip(&parts)
    }
}

/// A sheet around its rows.
pub fn sheet(rows: &str) -> Vec<u8> {
    format!(r#"{HEAD}<worksheet xmlns="{MAIN}" xmlns:r="{REL}"><sheetData>{rows}</sheetData></worksheet>"#).into_bytes()
}

/// Shared strings around their items.
pub fn strings(items: &str) -> Vec<u8> {
    format!(r#"{HEAD}<sst xmlns="{MAIN}">{items}</sst>"#).into_bytes()
}

/// A row of inline texts.
pub fn row(number: u32, texts: &[&str]) -> String {
    let cells: String = ('A'..)
        .zip(texts)
        .map(|(column, text)| format!(r#"<c r="{column}{number}" t="inlineStr"><is><t>{text}</t></is></c>"#))
        .collect();
    format!(r#"<row r="{number}">{cells}</row>"#)
}

/// A header and one honest complaint, for books that are bad elsewhere.
pub fn honest() -> String {
    row(1, &["客诉编号", "投诉日期", "客户名称", "投诉内容", "状态"])
        + &row(2, &["K-1", "2024-03-05", "江南水泵", "漏油", "已结案"])
}

/// An OpenDocument workbook around its tables.
pub fn ods(tables: &str) -> Vec<u8> {
    let spaces: String = ["office", "table", "text", "style"]
        .iter()
        .map(|name| format!(r#" xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0""#))
        .collect();
    let content = format!(
        "{HEAD}<office:document-content{spaces} office:version=\"1.3\"><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    );
    zip(&[
        ("mimetype".to_owned(), b"application/vnd.oasis.opendocument.spreadsheet".to_vec()),
        ("content.xml".to_owned(), content.into_bytes()),
        ("META-INF/manifest.xml".to_owned(), format!(r#"{HEAD}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>"#).into_bytes()),
    ])
}

/// A zip of parts.
pub fn zip(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, data) in parts {
        out.start_file(name.as_str(), options).unwrap();
        out.write_all(data).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// A workbook that lists sheets of any kind in any place; one honest sheet is there.
pub fn listed(sheets: &[(&str, &str)]) -> Vec<u8> {
    let mut book = format!(r#"{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets>"#);
    let mut relations = format!(r#"{HEAD}<Relationships xmlns="{PKG}/relationships">"#);
    for (at, (kind, target)) in sheets.iter().enumerate() {
        book += &format!(r#"<sheet name="s{at}" sheetId="{at}" r:id="r{at}"/>"#);
        relations += &format!(r#"<Relationship Id="r{at}" Type="{REL}/{kind}" Target="{target}"/>"#);
    }
    zip(&[
        (
            "xl/workbook.xml".to_owned(),
            (book + "</sheets></workbook>").into_bytes(),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            (relations + "</Relationships>").into_bytes(),
        ),
        ("xl/worksheets/sheet1.xml".to_owned(), sheet(&honest())),
    ])
}

/// A zip whose list names one part of 60 MB fifteen times: none of them is large by itself.
pub fn over_each_other() -> Vec<u8> {
    let data = zip(&[("xl/media/a".to_owned(), vec![0; 60_000_000])]);
    let list = data.windows(4).rposition(|bytes| bytes == b"PK\x01\x02").unwrap();
    let end = data.windows(4).rposition(|bytes| bytes == b"PK\x05\x06").unwrap();
    let mut out = data[..list].to_vec();
    for letter in b'a'..b'a' + 15 {
        let mut entry = data[list..end].to_vec();
        entry[46 + "xl/media/".len()] = letter;
        out.extend(entry);
    }
    let length = u32::try_from(out.len() - list).unwrap();
    let mut tail = data[end..].to_vec();
    for at in [8, 10] {
        tail[at..at + 2].copy_from_slice(&15_u16.to_le_bytes());
    }
    tail[12..16].copy_from_slice(&length.to_le_bytes());
    [out, tail].concat()
}
