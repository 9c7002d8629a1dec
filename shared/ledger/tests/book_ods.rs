//! OpenDocument spreadsheets: values, repeats, what is hidden; and files that are no ledger.

use std::io::Write;
use std::ops::ControlFlow;

use kesu_ledger::book::{Unreadable, open_bytes};
use kesu_ledger::grid::{Content, Row, Sheet};
use kesu_ledger::limits::Limits;

fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn ods(content: &str) -> Vec<u8> {
    let mime = "application/vnd.oasis.opendocument.spreadsheet";
    zipped(&[("mimetype", mime), ("content.xml", content)])
}

fn read(bytes: Vec<u8>) -> Result<(Vec<Sheet>, Vec<Row>), Unreadable> {
    let mut book = open_bytes("ledger", bytes, &Limits::default(), None)?;
    let sheets = book.sheets().to_vec();
    let mut rows = Vec::new();
    for sheet in 0..sheets.len() {
        book.rows(sheet, &mut |row| {
            rows.push(row.clone());
            ControlFlow::Continue(())
        })?;
    }
    Ok((sheets, rows))
}

const LEDGER: &str = r##"<o:document xmlns:t="t" xmlns:x="x" xmlns:o="o"><o:automatic-styles>
<s:style s:name="ce1"><s:table-cell-properties f:background-color="#ffff00"/></s:style></o:automatic-styles>
<t:table t:name="投诉"><t:table-column/><t:table-column t:visibility="collapse" t:number-columns-repeated="2"/>
<t:table-row><t:table-cell o:value-type="string" t:style-name="ce1"><x:p>客户<x:s x:c="2"/>甲</x:p><x:p>乙</x:p>
<o:annotation><d:creator>某</d:creator><x:p>已退货</x:p></o:annotation></t:table-cell>
<t:table-cell o:value-type="float" o:value="123"><x:p>000123</x:p></t:table-cell>
<t:table-cell o:value-type="date" o:date-value="2024-03-05"><x:p>24-3-5</x:p></t:table-cell>
<t:table-cell t:number-columns-repeated="16000"/></t:table-row>
<t:table-row t:number-rows-repeated="2" t:visibility="filter"><t:table-cell t:number-columns-spanned="2"
 o:value-type="time" o:time-value="PT14H30M00S"><x:p>14:30</x:p></t:table-cell>
<t:covered-table-cell/><t:table-cell t:formula="of:=1"/></t:table-row>
<t:table-row t:number-rows-repeated="1048573"><t:table-cell t:number-columns-repeated="16384"/></t:table-row>
</t:table></o:document>"##;

#[test]
fn values_repeats_and_what_is_hidden_come_as_they_are_stored() {
    let (sheets, rows) = read(ods(LEDGER)).unwrap();
    let sheet = &sheets[0];
    assert_eq!((sheet.name.as_str(), &sheet.hidden_columns[..]), ("投诉", &[1, 2][..]));
    assert_eq!((sheet.merges[0].top, sheet.merges[0].right), (2, 1));
    assert_eq!((sheet.comments[0].row, sheet.comments[0].text.as_str()), (1, "已退货"));
    let numbers: Vec<_> = rows
        .iter()
        .map(|row| (row.number, row.hidden, row.cells.len()))
        .collect();
    assert_eq!(numbers, [(1, false, 3), (2, true, 2), (3, true, 2)]);
    let first = &rows[0].cells;
    assert_eq!(first[0].content, Content::Text("客户  甲\n乙".to_owned()));
    assert_eq!(first[0].fill, Some([0xFF, 0xFF, 0]));
    assert_eq!(
        (&first[1].content, first[1].shown.as_deref()),
        (&Content::Number(123.0), Some("000123"))
    );
    assert!(matches!(first[2].content, Content::Moment(day) if day.to_string() == "2024-03-05 00:00:00"));
    assert!(matches!(rows[2].cells[0].content, Content::Moment(time) if time.to_string() == "1899-12-31 14:30:00"));
    assert_eq!(
        (rows[2].cells[1].column, &rows[2].cells[1].content),
        (2, &Content::Uncomputed)
    );
}

#[test]
fn a_full_cell_that_is_repeated_over_the_whole_sheet_is_refused() {
    let cell = r#"<t:table-cell t:number-columns-repeated="16384" o:value-type="float" o:value="1"/>"#;
    let row = format!(
        r#"<a><t:table t:name="a"><t:table-row t:number-rows-repeated="1048576">{cell}</t:table-row></t:table></a>"#
    );
    assert_eq!(read(ods(&row)).unwrap_err().code, "too_many_cells");
}

#[test]
fn files_that_are_no_ledger_are_told_by_what_they_hold() {
    let compound = |name: &str| {
        let mut bytes = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
        bytes.extend(name.encode_utf16().flat_map(u16::to_le_bytes));
        bytes
    };
    for (bytes, code) in [
        (compound("EncryptedPackage"), "encrypted"),
        (compound("Workbook\0"), "save_as_xlsx"),
        (compound("WordDocument\0"), "not_a_ledger_file"),
        (zipped(&[("xl/workbook.bin", "")]), "no_sheet"),
        (zipped(&[("word/document.xml", "")]), "not_a_ledger_file"),
        (b"\n <html><table>".to_vec(), "html_named_xls"),
        (b"%PDF-1.7".to_vec(), "not_a_ledger_file"),
        (
            b"<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">".to_vec(),
            "xml_2003",
        ),
    ] {
        assert_eq!(read(bytes).unwrap_err().code, code);
    }
}

#[test]
fn damaged_content_is_refused_or_read_and_never_ends_the_program() {
    let mut seed = 7_u64;
    for _ in 0..5_000 {
        let mut bytes = LEDGER.as_bytes().to_vec();
        for _ in 0..3 {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let at = usize::try_from(seed >> 33).unwrap() % bytes.len();
            bytes[at] = b"<>/\"0=&; tz"[usize::try_from(seed >> 20 & 0xFF).unwrap() % 11];
        }
        let _ = read(ods(&String::from_utf8_lossy(&bytes)));
    }
}
