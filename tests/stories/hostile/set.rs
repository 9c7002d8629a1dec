//! The hostile set: what somebody who wishes us ill, or a broken disk, may hand in as a register.

use super::parts::{Book, honest, listed, ods, over_each_other, row, sheet, strings, zip};

/// What must become of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// So many complaints are read.
    Read(u64),
    /// It is refused as a whole.
    Refused,
    /// It is refused for this reason.
    Code(&'static str),
    /// Either, as long as it is quick and small.
    Any,
}

/// A file and its end.
pub struct Hostile {
    /// Its name, which also says what is wrong.
    pub name: &'static str,
    /// Its bytes.
    pub data: Vec<u8>,
    /// What must become of it.
    pub end: End,
}

/// All of them.
pub fn all() -> Vec<Hostile> {
    [workbooks(), zips(), other_formats(), not_ledgers(), texts()]
        .into_iter()
        .flatten()
        .collect()
}

fn hostile(name: &'static str, end: End, data: Vec<u8>) -> Hostile {
    Hostile { name, data, end }
}

fn workbooks() -> Vec<Hostile> {
    let text = |value: &str| format!(r#"<row r="2"><c r="A2" t="inlineStr"><is><t>{value}</t></is></c></row>"#);
    let shared = |items: String| Book {
        strings: Some(strings(&items)),
        ..Book::of(&honest())
    };
    let lol: String = (1..10)
        .map(|n| format!(r#"<!ENTITY l{n} "{}">"#, format!("&l{};", n - 1).repeat(10)))
        .collect();
    let laughs = format!(
        r#"<!DOCTYPE sst [<!ENTITY l0 "lol">{lol}]><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&l9;</t></si></sst>"#
    );
    let outside = r#"<!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/passwd">]><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&x;</t></si></sst>"#;
    let uses = r#"<row r="3"><c r="A3" t="inlineStr"><is><t>K-2</t></is></c><c r="D3" t="s"><v>0</v></c></row>"#;
    let with_strings = |xml: String| {
        Book {
            strings: Some(xml.into_bytes()),
            ..Book::of(&(honest() + uses))
        }
        .zip()
    };
    let external = |kind: &str, part: &str| {
        Book {
        parts: vec![
            ("xl/externalLinks/externalLink1.xml".to_owned(), part.as_bytes().to_vec()),
            ("xl/externalLinks/_rels/externalLink1.xml.rels".to_owned(), br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" Target="http://127.0.0.1:9/steal.xlsx" TargetMode="External"/></Relationships>"#.to_vec()),
        ],
        relations: format!(r#"<Relationship Id="out" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="externalLinks/externalLink1.xml"/>"#),
        after: r#"<externalReferences><externalReference r:id="out"/></externalReferences>"#.to_owned(),
        ..Book::of(&(honest() + r#"<row r="3"><c r="A3" t="inlineStr"><is><t>K-2</t></is></c><c r="C3" t="str"><f>[1]Sheet1!$A$1</f><v>外部客户</v></c><c r="D3" t="str"><f>cmd|'/c calc'!A1</f><v>漏水</v></c></row>"#))
    }.zip()
    };
    let deep = "<a>".repeat(500_000);
    let many_formats: String = (164..65_000)
        .map(|n| format!(r#"<numFmt numFmtId="{n}" formatCode="{}"/>"#, "0".repeat(40)))
        .collect();
    vec![
        hostile("far-cell.xlsx", End::Read(0), Book::of(r#"<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>"#).zip()),
        hostile("far-cell-beside-a-complaint.xlsx", End::Read(1), Book::of(&(honest() + r#"<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#)).zip()),
        hostile("205-kb-to-200-mb-in-one-text.xlsx", End::Any, Book::of(&(honest() + &text(&"A".repeat(200_000_000)))).zip()),
        hostile("205-kb-to-200-mb-in-one-string.xlsx", End::Any, shared(format!("<si><t>{}</t></si>", "A".repeat(200_000_000))).zip()),
        hostile("200-mb-of-blanks-in-a-sheet.xlsx", End::Any, Book::of(&(honest() + &" ".repeat(200_000_000))).zip()),
        hostile("200-mb-of-blanks-in-the-styles.xlsx", End::Any, Book { styles: Some(" ".repeat(200_000_000)), ..Book::of(&honest()) }.zip()),
        hostile("three-million-empty-rows.xlsx", End::Any, Book::of(&(honest() + &r#"<row/>"#.repeat(3_000_000))).zip()),
        hostile("three-million-empty-cells.xlsx", End::Any, Book::of(&format!("{}<row r=\"3\">{}</row>", honest(), "<c/>".repeat(3_000_000))).zip()),
        hostile("ten-thousand-sheets.xlsx", End::Any, Book { sheets: (0..10_000).map(|n| (format!("s{n}"), sheet(&honest()))).collect(), ..Book::default() }.zip()),
        hostile("a-million-strings.xlsx", End::Any, shared((0..1_000_000).map(|n| format!("<si><t>s{n}</t></si>")).collect()).zip()),
        hostile("ten-million-empty-strings.xlsx", End::Any, shared("<si/>".repeat(10_000_000)).zip()),
        hostile("one-long-text-in-ten-thousand-cells.xlsx", End::Code("long_row"), Book {
            strings: Some(strings(&format!("<si><t>{}</t></si>", "怨".repeat(32_000)))),
            ..Book::of(&format!("{}<row r=\"3\">{}</row>", honest(), r#"<c t="s"><v>0</v></c>"#.repeat(10_000)))
        }.zip()),
        hostile("a-string-that-is-not-there.xlsx", End::Any, Book { strings: Some(strings("<si><t>a</t></si>")), ..Book::of(&(honest() + r#"<row r="3"><c r="A3" t="s"><v>99999999</v></c></row>"#)) }.zip()),
        hostile("entities-laugh.xlsx", End::Any, with_strings(laughs)),
        hostile("entity-from-a-file.xlsx", End::Any, with_strings(outside.to_owned())),
        hostile("external-link.xlsx", End::Read(2), external("externalLink", r#"<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><externalBook r:id="rId1"/></externalLink>"#)),
        hostile("dde-link.xlsx", End::Read(2), external("externalLink", r#"<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><ddeLink ddeService="cmd" ddeTopic="/c calc"><ddeItems><ddeItem name="A1" advise="1"/></ddeItems></ddeLink></externalLink>"#)),
        hostile("formulas-as-text.xlsx", End::Read(3), Book::of(&(honest() + &row(3, &["K-2", "2024-03-06", "=HYPERLINK(\"http://127.0.0.1\")", "=cmd|' /C calc'!A0", "处理中"]) + &row(4, &["K-3", "2024-03-07", "@SUM(1+1)", "+1-1", "未处理"]))).zip()),
        hostile("elements-half-a-million-deep.xlsx", End::Any, Book::of(&(honest() + &deep)).zip()),
        hostile("rows-run-backwards.xlsx", End::Any, Book::of(&(row(900, &["K-9"]) + &honest() + &row(2, &["K-1"]))).zip()),
        hostile("cells-without-sense.xlsx", End::Any, Book::of(r#"<row r="0"><c r="A0"><v>1</v></c></row><row r="99999999999"><c r="ZZZZZZZ99999999999"><v>1</v></c></row><row r="-1"><c r="1A"><v>x</v></c><c r=""><v>1</v></c></row>"#).zip()),
        hostile("numbers-without-sense.xlsx", End::Any, Book { styles: Some(r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#.to_owned()), ..Book::of(&(honest() + r#"<row r="3"><c r="A3"><v>1e308</v></c><c r="B3" s="1"><v>-1e300</v></c><c r="C3"><v>NaN</v></c><c r="D3"><v>inf</v></c></row><row r="4"><c r="A4"><v>-0.0</v></c><c r="B4" s="1"><v>99999999999</v></c><c r="D4" s="9999"><v>5</v></c></row>"#)) }.zip()),
        hostile("sixty-thousand-formats.xlsx", End::Any, Book { styles: Some(format!(r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts>{many_formats}</numFmts><cellXfs>{}</cellXfs></styleSheet>"#, r#"<xf numFmtId="164"/>"#.repeat(500_000))), ..Book::of(&honest()) }.zip()),
        hostile("a-hundred-thousand-merges.xlsx", End::Any, {
            let merges = r#"<mergeCell ref="A1:XFD1048576"/>"#.repeat(100_000);
            let xml = String::from_utf8(sheet(&honest())).unwrap().replace("</sheetData>", &format!("</sheetData><mergeCells>{merges}</mergeCells>"));
            Book { sheets: vec![("客诉".to_owned(), xml.into_bytes())], ..Book::default() }.zip()
        }),
        hostile("a-column-hidden-a-million-times.xlsx", End::Any, {
            let columns = r#"<col min="1" max="4294967295" hidden="1"/>"#.repeat(10_000);
            let xml = String::from_utf8(sheet(&honest())).unwrap().replace("<sheetData>", &format!("<cols>{columns}</cols><sheetData>"));
            Book { sheets: vec![("客诉".to_owned(), xml.into_bytes())], ..Book::default() }.zip()
        }),
    ]
}

fn zips() -> Vec<Hostile> {
    let honest_book = Book::of(&honest()).zip();
    let part = |name: &str, data: &[u8]| (name.to_owned(), data.to_vec());
    let nested = (0..5).fold(vec![0_u8; 20_000_000], |inner, _| zip(&[part("inner.zip", &inner)]));
    let mut lies = honest_book.clone();
    // The sizes in the central directory say 1 byte.
    for at in 0..lies.len().saturating_sub(4) {
        if lies.get(at..at + 4) == Some(b"PK\x01\x02") {
            lies[at + 24..at + 28].copy_from_slice(&1_u32.to_le_bytes());
        }
    }
    let mut many = honest_book.clone();
    let count = many.len();
    // The end record says that there are 65,535 parts.
    many[count - 12..count - 10].copy_from_slice(&u16::MAX.to_le_bytes());
    let names: Vec<_> = (0..200_000).map(|n| (format!("xl/{n}"), Vec::new())).collect();
    let half = honest_book.len() / 2;
    vec![
        hostile("nested.xlsx", End::Any, Book { parts: vec![part("xl/embeddings/inner.zip", &nested)], ..Book::of(&honest()) }.zip()),
        hostile("a-zip-in-a-zip.xlsx", End::Refused, zip(&[part("inner.xlsx", &honest_book)])),
        hostile("names-that-climb.xlsx", End::Any, Book { parts: vec![part("../../../../tmp/kesu-climbed", b"x"), part("/etc/kesu-climbed", b"x")], ..Book::of(&honest()) }.zip()),
        hostile("a-target-that-climbs.xlsx", End::Any, Book { relations: r#"<Relationship Id="x" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="../../../../../etc/passwd"/>"#.to_owned(), ..Book::of(&honest()) }.zip()),
        hostile("two-hundred-thousand-parts.xlsx", End::Any, zip(&names)),
        hostile("sizes-that-lie.xlsx", End::Any, lies),
        hostile("a-count-that-lies.xlsx", End::Any, many),
        hostile("garbage-parts.xlsx", End::Refused, zip(&[part("xl/workbook.xml", &noise(5_000)), part("xl/worksheets/sheet1.xml", &noise(5_000)), part("[Content_Types].xml", &noise(100))])),
        hostile("garbage-zip.zip", End::Code("not_a_ledger_file"), zip(&[part("a", &noise(5_000)), part("b", &noise(100))])),
        hostile("truncated.xlsx", End::Code("truncated"), honest_book.get(..half).unwrap().to_vec()),
        hostile("only-the-first-bytes.xlsx", End::Code("truncated"), honest_book.get(..30).unwrap().to_vec()),
        hostile("garbage-before-and-after.xlsx", End::Any, [noise(3_000), honest_book, noise(3_000)].concat()),
    ]
}

fn other_formats() -> Vec<Hostile> {
    let cell = |text: &str| {
        format!(r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#)
    };
    let ledger = |more: &str| {
        let head: String = ["客诉编号", "客户名称", "投诉内容"].map(cell).concat();
        let first: String = ["K-1", "江南水泵", "漏油"].map(cell).concat();
        format!(
            r#"<table:table table:name="t"><table:table-row>{head}</table:table-row><table:table-row>{first}</table:table-row>{more}</table:table>"#
        )
    };
    let old: &[u8] = include_bytes!("../../../samples/ledgers/01-moulding-machines-2009.xls");
    let binary: &[u8] = include_bytes!("../../../samples/ledgers/16-film.xlsb");
    // xlwt writes INTERFACEHDR after the first record; as FILEPASS it says that all that follows is encrypted.
    let mut locked = old.to_vec();
    let mark = locked
        .windows(4)
        .position(|bytes| bytes == [0xE1, 0, 2, 0])
        .expect("a record to change");
    locked[mark] = 0x2F;
    let flipped = |seed: u64| {
        let mut data = old.to_vec();
        let mut at = seed;
        for _ in 0..200 {
            at = at
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let place = 512 + (at >> 33) as usize % (data.len() - 512);
            data[place] = (at >> 20) as u8;
        }
        data
    };
    vec![
        hostile(
            "repeated-to-the-end.ods",
            End::Code("too_many_cells"),
            ods(&ledger(
                r#"<table:table-row table:number-rows-repeated="1048574"><table:table-cell table:number-columns-repeated="16384" office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>"#,
            )),
        ),
        hostile(
            "repeated-beyond-all-bounds.ods",
            End::Any,
            ods(&ledger(
                r#"<table:table-row table:number-rows-repeated="99999999999999999999"><table:table-cell table:number-columns-repeated="18446744073709551615" office:value-type="float" office:value="1"/></table:table-row>"#,
            )),
        ),
        hostile(
            "empty-rows-to-the-end.ods",
            End::Read(1),
            ods(&ledger(
                r#"<table:table-row table:number-rows-repeated="1048574"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"#,
            )),
        ),
        hostile(
            "half-a-million-deep.ods",
            End::Any,
            ods(&ledger(&"<table:table-row-group>".repeat(500_000))),
        ),
        hostile(
            "200-mb-in-one-cell.ods",
            End::Any,
            ods(&ledger(&format!(
                "<table:table-row>{}</table:table-row>",
                cell(&"A".repeat(200_000_000))
            ))),
        ),
        hostile(
            "encrypted.xlsx",
            End::Code("encrypted"),
            include_bytes!("encrypted.xlsx").to_vec(),
        ),
        hostile("locked.xls", End::Code("encrypted"), locked),
        hostile("sheets-over-each-other.xls", End::Code("broken_part"), xls(900, &[])),
        hostile(
            "sixty-thousand-sheets.xls",
            End::Code("too_many_sheets"),
            xls(60_000, &[]),
        ),
        hostile(
            "strings-that-are-not-there.xls",
            End::Any,
            xls(1, &[0xFC, 0, 8, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),
        ),
        hostile("sectors-in-a-circle.xls", End::Any, circle(old)),
        hostile(
            "sheets-that-share-a-part.xlsx",
            End::Code("broken_part"),
            one_part_for_all(500),
        ),
        hostile("only-macros.xlsm", End::Code("macro_only"), only_macros()),
        hostile(
            "parts-over-each-other.xlsx",
            End::Code("unpacked_too_large"),
            over_each_other(),
        ),
        hostile("truncated.xls", End::Any, old.get(..old.len() / 2).unwrap().to_vec()),
        hostile(
            "header-only.xls",
            End::Code("not_a_ledger_file"),
            old.get(..512).unwrap().to_vec(),
        ),
        hostile("flipped-1.xls", End::Any, flipped(1)),
        hostile("flipped-2.xls", End::Any, flipped(2)),
        hostile("flipped-3.xls", End::Any, flipped(3)),
        hostile(
            "truncated.xlsb",
            End::Code("truncated"),
            binary.get(..binary.len() / 2).unwrap().to_vec(),
        ),
    ]
}

fn not_ledgers() -> Vec<Hostile> {
    let html = "<html><head><meta charset=gbk></head><body><table><tr><td>客诉编号</td><td>投诉内容</td></tr><tr><td>1</td><td>漏油</td></tr></table></body></html>";
    let old_xml = r#"<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table><Row><Cell><Data>客诉编号</Data></Cell></Row></Table></Worksheet></Workbook>"#;
    vec![
        hostile("html.xls", End::Code("html_named_xls"), html.into()),
        hostile("xml-of-2003.xls", End::Code("xml_2003"), old_xml.into()),
        hostile(
            "a-paper.xlsx",
            End::Code("not_a_ledger_file"),
            b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n".to_vec(),
        ),
        hostile(
            "a-picture.xlsx",
            End::Code("not_a_ledger_file"),
            [b"\x89PNG\r\n\x1a\n".to_vec(), noise(2_000)].concat(),
        ),
        hostile(
            "a-program.xls",
            End::Refused,
            [b"MZ\x90\0".to_vec(), noise(20_000)].concat(),
        ),
        hostile("empty.xlsx", End::Code("empty"), Vec::new()),
        hostile("empty.csv", End::Code("empty"), Vec::new()),
        hostile("blanks.csv", End::Refused, vec![b' '; 10_000]),
        hostile("zeros.xls", End::Refused, vec![0; 1_000_000]),
        hostile("noise.xls", End::Refused, noise(1_000_000)),
    ]
}

fn texts() -> Vec<Hostile> {
    let head = "客诉编号,客户名称,投诉内容\nK-1,江南水泵,漏油\n";
    let with = |more: &[u8]| [head.as_bytes(), more].concat();
    vec![
        hostile("zeros-inside.csv", End::Any, with(b"K-2,\0\0,a\0b\n\0\0\0\n")),
        hostile("one-line-of-100-mb.csv", End::Any, with(&vec![b'A'; 100_000_000])),
        hostile(
            "a-quote-that-never-ends.csv",
            End::Code("too_many_told"),
            with(format!("K-2,\"{}", "行\n".repeat(5_000_000)).as_bytes()),
        ),
        hostile("a-million-columns.csv", End::Any, with(&vec![b','; 1_000_000])),
        hostile(
            "five-million-empty-lines.csv",
            End::Read(1),
            with(&vec![b'\n'; 5_000_000]),
        ),
        hostile("quotes-everywhere.csv", End::Any, with(&b"\"".repeat(1_000_001))),
        hostile(
            "broken-utf-16.csv",
            End::Any,
            [b"\xff\xfe".to_vec(), noise(10_001)].concat(),
        ),
        hostile("formulas.csv", End::Read(2), with("=1+1,@SUM(1),-2+3\n".as_bytes())),
    ]
}

/// An old workbook without a compound file around it: so many sheets in one place, with records before them.
fn xls(sheets: usize, before: &[u8]) -> Vec<u8> {
    let begin = |kind: u8| [9, 8, 16, 0, 0, 6, kind, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let end = [0x0A, 0, 0, 0];
    let place = begin(5).len() + before.len() + sheets * 13 + end.len();
    let place = u32::try_from(place).unwrap().to_le_bytes();
    let bound = [&[0x85, 0, 9, 0][..], &place, &[0, 0, 1, 0, b's']].concat();
    let cells = [
        &begin(0x10)[..],
        &[4, 2, 11, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, b'a', b'b'],
        &end,
    ]
    .concat();
    [&begin(5), before, &bound.repeat(sheets), &end, &cells].concat()
}

/// A compound file whose sectors follow each other in a circle.
fn circle(old: &[u8]) -> Vec<u8> {
    let mut data = old.to_vec();
    let sector = u32::from_le_bytes(data[76..80].try_into().unwrap());
    let table = 512 * (usize::try_from(sector).unwrap() + 1);
    for at in (table..table + 40).step_by(4) {
        data[at..at + 4].copy_from_slice(&1_u32.to_le_bytes());
    }
    data
}

/// A workbook whose sheets are all the same part.
fn one_part_for_all(sheets: usize) -> Vec<u8> {
    listed(&vec![("worksheet", "worksheets/sheet1.xml"); sheets])
}

fn only_macros() -> Vec<u8> {
    listed(&[("xlMacrosheet", "macrosheets/sheet1.xml")])
}

/// Bytes without order, always the same.
fn noise(count: usize) -> Vec<u8> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    (0..count)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 24) as u8
        })
        .collect()
}
