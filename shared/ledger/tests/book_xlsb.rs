//! Binary workbooks: the sample register, and sheets put together record by record as other programs write them.

use std::io::{Cursor, Write};
use std::ops::ControlFlow;

use kesu_ledger::book::{Book, open_bytes};
use kesu_ledger::grid::{Content, Row};
use kesu_ledger::limits::Limits;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn rows(book: &mut dyn Book, sheet: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut visit = |row: &Row| {
        rows.push(row.clone());
        ControlFlow::Continue(())
    };
    book.rows(sheet, &mut visit).unwrap();
    rows
}

/// A record: its type, its length in groups of seven bits, its bytes.
fn record(kind: u16, bytes: &[u8]) -> Vec<u8> {
    let mut out = if kind < 0x80 {
        vec![kind as u8]
    } else {
        vec![(kind & 0x7F) as u8 | 0x80, (kind >> 7) as u8]
    };
    let mut length = bytes.len();
    while length >= 0x80 {
        out.push((length & 0x7F) as u8 | 0x80);
        length >>= 7;
    }
    out.push(length as u8);
    out.extend(bytes);
    out
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let count = u32::try_from(units.len()).unwrap().to_le_bytes();
    count
        .into_iter()
        .chain(units.into_iter().flat_map(u16::to_le_bytes))
        .collect()
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// A workbook of one sheet from the records of its cells, its declared last row and column, and further parts.
fn workbook(cells: &[Vec<u8>], last: [u32; 2], more: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let relation = |id: &str, kind: &str, target: &str| {
        format!(
            r#"<Relationship Id="{id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>"#
        )
    };
    let relations = |inner: String| {
        format!(r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>"#)
            .into_bytes()
    };
    let sheet = [
        record(148, &words(&[0, last[0], 0, last[1]])),
        record(145, &[]),
        cells.concat(),
        record(146, &[]),
    ];
    let bundle = [words(&[0, 1]), wide("rId1"), wide("客诉")].concat();
    let mut parts = vec![
        ("[Content_Types].xml", b"<Types/>".to_vec()),
        (
            "_rels/.rels",
            relations(relation("r", "officeDocument", "xl/workbook.bin")),
        ),
        ("xl/workbook.bin", record(156, &bundle)),
        (
            "xl/_rels/workbook.bin.rels",
            relations(relation("rId1", "worksheet", "worksheets/sheet1.bin")),
        ),
        ("xl/worksheets/sheet1.bin", sheet.concat()),
    ];
    parts.extend(more.iter().map(|(name, bytes)| (*name, bytes.clone())));
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(&bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Row headers are 17 bytes at least; the flags of a hidden row stand in the twelfth.
fn row(number: u32, hidden: bool) -> Vec<u8> {
    let mut bytes = words(&[number - 1, 0, 0]);
    bytes[11] = if hidden { 0x10 } else { 0 };
    bytes.extend([0; 5]);
    record(0, &bytes)
}

#[test]
fn short_cell_records_stand_in_the_next_column() {
    let cells = [
        row(1, false),
        record(6, &[words(&[0, 0]), wide("客诉编号")].concat()),
        record(17, &[words(&[0]), wide("数量")].concat()),
        record(12, &words(&[0])),
        record(16, &[words(&[0]), 2.5_f64.to_le_bytes().to_vec()].concat()),
        row(4, true),
        record(2, &words(&[2, 0, (123 << 2) | 2])),
        record(15, &[words(&[0]), vec![1]].concat()),
        record(14, &[words(&[0]), vec![0x07]].concat()),
    ];
    let mut book = open_bytes("ledger", workbook(&cells, [3, 4], &[]), &Limits::default(), None).unwrap();
    assert_eq!(book.kind(), "xlsb");
    assert_eq!(book.sheets()[0].name, "客诉");
    let read: Vec<_> = rows(book.as_mut(), 0)
        .into_iter()
        .map(|row| (row.number, row.hidden, row.cells))
        .collect();
    let told: Vec<Vec<_>> = read
        .iter()
        .map(|(_, _, cells)| cells.iter().map(|cell| (cell.column, cell.content.clone())).collect())
        .collect();
    assert_eq!(
        [(read[0].0, read[0].1), (read[1].0, read[1].1)],
        [(1, false), (4, true)]
    );
    let text = |text: &str| Content::Text(text.to_owned());
    assert_eq!(
        told,
        [
            vec![(0, text("客诉编号")), (1, text("数量")), (3, Content::Number(2.5))],
            vec![
                (2, Content::Number(123.0)),
                (3, Content::Flag(true)),
                (4, Content::Error("#DIV/0!".to_owned()))
            ],
        ]
    );
}

#[test]
fn a_sheet_that_holds_less_than_it_declares_is_refused() {
    let cells = [
        row(1, false),
        record(6, &[words(&[0, 0]), wide("客诉编号")].concat()),
        row(2, false),
        record(6, &[words(&[0, 0]), wide("K-1")].concat()),
    ];
    let mut book = open_bytes("ledger", workbook(&cells, [1, 9], &[]), &Limits::default(), None).unwrap();
    let end = book.rows(0, &mut |_| ControlFlow::Continue(()));
    assert_eq!(end.unwrap_err().code, "declared_dimension");
}

#[test]
fn comments_of_binary_parts_come_with_their_cells() {
    let relations = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="c" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments" Target="../comments1.bin"/></Relationships>"#;
    let comments = [
        record(632, &wide("品质部")),
        record(635, &[words(&[0, 1, 1, 2, 2]), vec![0; 16]].concat()),
        record(637, &[vec![0], wide("品质部:\n客户已接受")].concat()),
    ];
    let parts = [
        ("xl/worksheets/_rels/sheet1.bin.rels", relations.to_vec()),
        ("xl/comments1.bin", comments.concat()),
    ];
    let book = open_bytes("ledger", workbook(&[], [0, 0], &parts), &Limits::default(), None).unwrap();
    let comments: Vec<_> = book.sheets()[0]
        .comments
        .iter()
        .map(|comment| (comment.row, comment.column, comment.text.as_str()))
        .collect();
    assert_eq!(comments, [(2, 2, "客户已接受")]);
}

#[test]
fn the_sample_register_is_read_with_its_formats() {
    let sample = include_bytes!("../../../samples/ledgers/16-film.xlsb").to_vec();
    let mut book = open_bytes("16-film", sample, &Limits::default(), None).unwrap();
    let read = rows(book.as_mut(), 0);
    let shown: Vec<_> = read
        .iter()
        .flat_map(|row| &row.cells)
        .filter_map(|cell| cell.shown.as_deref())
        .collect();
    assert!(shown.iter().any(|shown| shown.starts_with('0')), "{shown:?}");
    let moments = read
        .iter()
        .flat_map(|row| &row.cells)
        .filter(|cell| matches!(cell.content, Content::Moment(_)));
    assert!(moments.count() > 3);
}

#[test]
fn cut_and_changed_bytes_end_in_rows_or_a_code() {
    let sample = workbook(
        &[
            row(1, false),
            record(6, &[words(&[0, 0]), wide("客诉编号")].concat()),
            record(6, &[words(&[0, 0]), wide("列")].concat()),
        ],
        [0, 0],
        &[],
    );
    let mut book = open_bytes("ledger", sample, &Limits::default(), None).unwrap();
    let end = book.rows(0, &mut |_| ControlFlow::Continue(()));
    assert_eq!(end.unwrap_err().code, "broken_cell");
    let long = record(6, &[words(&[0, 0, u32::MAX])].concat());
    let mut book = open_bytes(
        "ledger",
        workbook(&[row(1, false), long], [0, 0], &[]),
        &Limits::default(),
        None,
    )
    .unwrap();
    let end = book.rows(0, &mut |_| ControlFlow::Continue(()));
    assert_eq!(end.unwrap_err().code, "broken_cell");
}
