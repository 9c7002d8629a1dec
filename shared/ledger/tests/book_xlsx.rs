//! Workbooks as programs write them: values, styles, what is hidden, what is merged.

use std::ops::ControlFlow;

use kesu_ledger::book::{Book, open_bytes};
use kesu_ledger::grid::{Cell, Content, Merge, Row, Visibility};
use kesu_ledger::limits::Limits;
use rust_xlsxwriter::{Color, Format, FormatPattern, Formula, Image, Note, Workbook};

fn opened(bytes: Vec<u8>) -> Box<dyn Book> {
    open_bytes("ledger", bytes, &Limits::default(), None).unwrap()
}

fn rows(book: &mut dyn Book, sheet: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut visit = |row: &Row| {
        rows.push(row.clone());
        ControlFlow::Continue(())
    };
    book.rows(sheet, &mut visit).unwrap();
    rows
}

fn plain(column: u32, content: Content) -> Cell {
    Cell {
        column,
        content,
        shown: None,
        fill: None,
        struck: false,
    }
}

fn text(text: &str) -> Content {
    Content::Text(text.to_owned())
}

#[test]
fn values_come_as_they_are_stored() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("客诉台账").unwrap();
    let date = Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
    let duration = Format::new().set_num_format("[h]:mm");
    sheet.write(0, 0, "客户名称").unwrap();
    sheet.write(0, 2, " 留空 ").unwrap();
    sheet.write(2, 0, 1.5).unwrap();
    sheet.write(2, 1, true).unwrap();
    sheet.write_with_format(2, 2, 45_292.604_166_666_664, &date).unwrap();
    sheet.write_with_format(2, 3, 1.5, &duration).unwrap();
    sheet.write(2, 4, Formula::new("A3*2").set_result("3")).unwrap();
    sheet.write(2, 5, Formula::new("1/0").set_result("#DIV/0!")).unwrap();
    sheet
        .write(2, 6, Formula::new("\"文\"&\"字\"").set_result("文字"))
        .unwrap();
    sheet.write_blank(3, 0, &date).unwrap();
    sheet.write(1_048_575, 16_383, "末").unwrap();
    let mut book = opened(workbook.save_to_buffer().unwrap());
    assert_eq!(book.kind(), "xlsx");
    assert_eq!(book.sheets()[0].name, "客诉台账");
    let moment = chrono::NaiveDate::from_ymd_opt(2024, 1, 1)
        .unwrap()
        .and_hms_opt(14, 30, 0)
        .unwrap();
    let rows = rows(&mut *book, 0);
    assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 3, 1_048_576]);
    assert_eq!(rows[0].cells, [plain(0, text("客户名称")), plain(2, text(" 留空 "))]);
    assert_eq!(
        rows[1].cells,
        [
            plain(0, Content::Number(1.5)),
            plain(1, Content::Flag(true)),
            plain(2, Content::Moment(moment)),
            plain(3, Content::Elapsed(chrono::TimeDelta::hours(36))),
            plain(4, Content::Number(3.0)),
            plain(5, Content::Error("#DIV/0!".to_owned())),
            plain(6, text("文字")),
        ]
    );
    assert_eq!(rows[2].cells, [plain(16_383, text("末"))]);
}

#[test]
fn styles_say_how_a_number_is_shown_and_what_is_marked() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let batch = Format::new().set_num_format("\"KS\"000000");
    let closed = Format::new().set_background_color(Color::RGB(0x92D050));
    let theme = Format::new().set_background_color(Color::Theme(4, 3));
    let stripes = Format::new()
        .set_pattern(FormatPattern::DarkUp)
        .set_background_color(Color::Red);
    let void = Format::new().set_font_strikethrough();
    sheet.write_with_format(0, 0, 123, &batch).unwrap();
    sheet.write_with_format(0, 1, "结案", &closed).unwrap();
    sheet.write_with_format(0, 2, "主题色", &theme).unwrap();
    sheet.write_with_format(0, 3, "条纹", &stripes).unwrap();
    sheet.write_with_format(0, 4, "作废", &void).unwrap();
    let mut book = opened(workbook.save_to_buffer().unwrap());
    let row = rows(&mut *book, 0).remove(0);
    assert_eq!(
        row.cells[0],
        Cell {
            shown: Some("KS000123".to_owned()),
            ..plain(0, Content::Number(123.0))
        }
    );
    assert_eq!(row.cells[1].fill, Some([0x92, 0xD0, 0x50]));
    assert_eq!(row.cells[2].fill, Some([0x95, 0xB3, 0xD7]));
    assert_eq!(row.cells[3].fill, None);
    assert_eq!(
        row.cells.iter().map(|cell| cell.struck).collect::<Vec<_>>(),
        [false, false, false, false, true]
    );
}

#[test]
fn what_is_hidden_and_what_is_merged_is_told() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("一月").unwrap();
    sheet.merge_range(0, 0, 0, 3, "2024年客诉台账", &Format::new()).unwrap();
    sheet.merge_range(2, 1, 4, 1, "东方机械", &Format::new()).unwrap();
    sheet.write(1, 0, "见").unwrap();
    sheet.write(2, 0, "藏").unwrap();
    sheet.set_row_hidden(2).unwrap();
    sheet.set_column_hidden(2).unwrap();
    sheet.set_column_hidden(5).unwrap();
    workbook.add_worksheet().set_name("藏").unwrap().set_hidden(true);
    workbook.add_worksheet().set_name("深藏").unwrap().set_very_hidden(true);
    let mut book = opened(workbook.save_to_buffer().unwrap());
    let seen: Vec<_> = book
        .sheets()
        .iter()
        .map(|sheet| (sheet.name.as_str(), sheet.visibility))
        .collect();
    assert_eq!(
        seen,
        [
            ("一月", Visibility::Shown),
            ("藏", Visibility::Hidden),
            ("深藏", Visibility::VeryHidden)
        ]
    );
    assert_eq!(
        book.sheets()[0].merges,
        [
            Merge {
                top: 1,
                bottom: 1,
                left: 0,
                right: 3
            },
            Merge {
                top: 3,
                bottom: 5,
                left: 1,
                right: 1
            }
        ]
    );
    assert_eq!(book.sheets()[0].hidden_columns, [2, 5]);
    let hidden: Vec<_> = rows(&mut *book, 0).iter().map(|row| (row.number, row.hidden)).collect();
    assert_eq!(hidden, [(1, false), (2, false), (3, true)]);
}

/// The smallest picture: one dot.
const DOT: &[u8] = &[
    0x89, b'P', b'N', b'G', 13, 10, 26, 10, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0,
    0x1F, 0x15, 0xC4, 0x89, 0, 0, 0, 10, b'I', b'D', b'A', b'T', 0x78, 0x9C, 0x63, 0, 1, 0, 0, 5, 0, 1, 0x0D, 0x0A,
    0x2D, 0xB4, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xAE, 0x42, 0x60, 0x82,
];

#[test]
fn comments_and_pictures_come_with_their_cells() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "客诉编号").unwrap();
    let note = Note::new("客户已接受\n不再追究").set_author("品质部");
    sheet.insert_note(3, 2, &note).unwrap();
    sheet.insert_note(5, 0, &Note::new("无名")).unwrap();
    let picture = Image::new_from_buffer(DOT).unwrap();
    sheet.insert_image(3, 4, &picture).unwrap();
    sheet.insert_image_with_offset(7, 4, &picture, 5, 5).unwrap();
    let other = workbook.add_worksheet();
    other.write(0, 0, "客诉编号").unwrap();
    let mut book = opened(workbook.save_to_buffer().unwrap());
    let sheet = book.sheets()[0].clone();
    let comments: Vec<_> = sheet
        .comments
        .iter()
        .map(|comment| (comment.row, comment.column, comment.text.as_str()))
        .collect();
    assert_eq!(comments, [(4, 2, "客户已接受\n不再追究"), (6, 0, "无名")]);
    let pictures: Vec<_> = sheet
        .pictures
        .iter()
        .map(|picture| (picture.row, picture.column))
        .collect();
    assert_eq!(pictures, [(4, 4), (8, 4)]);
    for picture in &sheet.pictures {
        assert_eq!(book.picture(&picture.name).unwrap(), DOT);
    }
    assert_eq!(book.picture("xl/media/none.png").unwrap_err().code, "no_picture");
    assert!(book.sheets()[1].comments.is_empty() && book.sheets()[1].pictures.is_empty());
}
