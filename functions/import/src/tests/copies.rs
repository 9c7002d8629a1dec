//! What goes out again: copies to be mended, exports, and the pictures that a copy does not have.

use std::path::Path;

use kesu_app::texts::Language;
use kesu_rules::domain::value::Value as FieldValue;
use rust_xlsxwriter::{Image, Workbook};

use super::*;

/// A red square.
const PICTURE: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0, 1, 8,
    2, 0, 0, 0, 0x90, 0x77, 0x53, 0xde, 0, 0, 0, 0x0c, b'I', b'D', b'A', b'T', 0x08, 0xd7, 0x63, 0xf8, 0xcf, 0xc0, 0,
    0, 3, 1, 1, 0, 0x18, 0xdd, 0x8d, 0xb0, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

fn workbook(path: &Path, wrong_day: &str) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("客诉").unwrap();
    for (column, header) in (0_u16..).zip(["客诉编号", "客户名称", "投诉日期", "问题描述", "不良图片"])
    {
        sheet.write(0, column, header).unwrap();
    }
    for (row, day) in [(1_u32, "2019-03-05"), (2, wrong_day)] {
        sheet.write(row, 0, format!("K{row}")).unwrap();
        sheet.write(row, 1, "示例客户").unwrap();
        sheet.write(row, 2, day).unwrap();
        sheet.write(row, 3, format!("第{row}台漏油")).unwrap();
    }
    sheet
        .insert_image(1, 4, &Image::new_from_buffer(PICTURE).unwrap())
        .unwrap();
    book.save(path).unwrap();
}

fn attached(loaded: &Loaded) -> usize {
    match loaded.complaint.fields.get("attachments") {
        Some(FieldValue::List(names)) => names.len(),
        _ => 0,
    }
}

#[tokio::test]
async fn pictures_are_kept_and_stay_when_a_copy_without_them_is_fed() {
    let house = house().await;
    let path = house.dir.path().join("台账.xlsx");
    workbook(&path, "2019-02-28");
    let options = Options::default();
    let report = fed(&house.app, Source::file(&path), &options).await;
    let complaints = all(&house.app).await;
    assert_eq!(complaints.iter().map(attached).collect::<Vec<_>>(), [1, 0]);
    let copies = house.dir.path().join("copies");
    std::fs::create_dir(&copies).unwrap();
    let copy = copies.join("台账.xlsx");
    annotate(
        &Source::file(&path),
        &options,
        &report.files[0],
        &copy,
        Language::ZhHans,
    )
    .unwrap();
    fed(&house.app, Source::file(&copy), &options).await;
    let complaints = all(&house.app).await;
    assert_eq!(complaints.iter().map(attached).collect::<Vec<_>>(), [1, 0]);
}

#[tokio::test]
async fn an_annotated_copy_says_the_same_and_a_mended_register_changes_the_mended_row() {
    let house = house().await;
    let path = house.dir.path().join("台账.xlsx");
    workbook(&path, "2019-02-30");
    let options = Options::default();
    let report = fed(&house.app, Source::file(&path), &options).await;
    assert_eq!(report.totals().created, 2);
    let copies = house.dir.path().join("copies");
    std::fs::create_dir(&copies).unwrap();
    let copy = copies.join("台账.xlsx");
    annotate(
        &Source::file(&path),
        &options,
        &report.files[0],
        &copy,
        Language::ZhHans,
    )
    .unwrap();
    let again = fed(&house.app, Source::file(&copy), &options).await;
    let same = again.totals();
    assert_eq!((same.rows, same.unchanged + same.mended, same.skipped), (3, 2, 1));
    let mut reasons = Vec::new();
    let mut read = kesu_ledger::book::open(&copy, &Default::default(), None).unwrap();
    read.rows(0, &mut |row| {
        let last = row
            .cells
            .last()
            .map(|cell| (cell.column, format!("{:?}", cell.content)));
        let coloured: Vec<u32> = row
            .cells
            .iter()
            .filter(|cell| cell.fill.is_some())
            .map(|cell| cell.column)
            .collect();
        reasons.push((last, coloured));
        std::ops::ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(reasons[0], (Some((5, "Text(\"导入说明\")".to_owned())), vec![]));
    assert_eq!(reasons[2].1, [2, 5], "the day and the reason are coloured: {reasons:?}");

    workbook(&path, "2019-02-28");
    let mended = fed(&house.app, Source::file(&path), &options).await;
    assert!(mended.totals().mended >= 1, "{:?}", mended.totals());
    let complaints = all(&house.app).await;
    assert_eq!(
        complaints[1].complaint.received_at.to_rfc3339(),
        "2019-02-28T00:00:00+08:00"
    );
    assert_eq!(house.app.verify().await.unwrap().faults.len(), 0);
}

#[tokio::test]
async fn an_export_has_keys_and_titles_and_guards_what_would_be_computed() {
    let house = house().await;
    let register = "K1,=1+1,2019-03-05,\"@SUM(A1)\n第二行\",已结案\nK2,示例客户,2020-01-02,漏油,处理中\n";
    fed(&house.app, csv("台账.csv", register), &Options::default()).await;
    let out = house.dir.path().join("out.csv");
    let wanted = export::Wanted {
        month: Some("2019-03".to_owned()),
        ..Default::default()
    };
    let count = export::export(&house.app, &wanted, Language::ZhHans, export::Format::Csv, &out)
        .await
        .unwrap();
    assert_eq!(count, 1);
    let text = std::fs::read_to_string(&out).unwrap();
    assert!(
        text.starts_with("\u{feff}number,received_at,stage,class,department,customer_name,"),
        "{text}"
    );
    assert!(
        text.contains("\r\n编号,接收时间,阶段,类别,负责部门,客户名称,"),
        "{text}"
    );
    assert!(
        text.contains(",'=1+1,") && text.contains("\"'@SUM(A1)\n第二行\""),
        "{text}"
    );
    let book = house.dir.path().join("out.xlsx");
    let everything = export::Wanted::default();
    export::export(&house.app, &everything, Language::En, export::Format::Xlsx, &book)
        .await
        .unwrap();
    let read = kesu_ledger::book::open(&book, &Default::default(), None);
    let mut cells = Vec::new();
    read.unwrap()
        .rows(0, &mut |row| {
            cells.push(
                row.cells
                    .iter()
                    .map(|cell| format!("{:?}", cell.content))
                    .collect::<Vec<_>>(),
            );
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(cells.len(), 4);
    assert!(cells[2].contains(&"Text(\"=1+1\")".to_owned()), "{cells:?}");
    assert!(
        cells[2].contains(&"Moment(2019-03-05T00:00:00)".to_owned()),
        "{cells:?}"
    );
}
