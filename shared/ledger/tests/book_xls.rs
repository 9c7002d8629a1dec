//! Old workbooks, read in a child: the sample registers, streams put together record by record, and children that fail.

use std::io::Write;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use kesu_ledger::book::{Book, Helper, Unreadable, open, open_bytes};
use kesu_ledger::grid::{Comment, Content, Merge, Row, Visibility};
use kesu_ledger::limits::Limits;

fn helper() -> Helper {
    Helper::new(env!("CARGO_BIN_EXE_read-old-workbook"), [""; 0])
}

fn opened(bytes: Vec<u8>) -> Result<Box<dyn Book>, Unreadable> {
    open_bytes("ledger", bytes, &Limits::default(), Some(&helper()))
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

fn contents(rows: &[Row]) -> Vec<(u32, u32, Content)> {
    rows.iter()
        .flat_map(|row| {
            row.cells
                .iter()
                .map(|cell| (row.number, cell.column, cell.content.clone()))
        })
        .collect()
}

fn text(text: &str) -> Content {
    Content::Text(text.to_owned())
}

fn record(kind: u16, parts: &[&[u8]]) -> Vec<u8> {
    let bytes = parts.concat();
    let length = u16::try_from(bytes.len()).unwrap();
    [&kind.to_le_bytes()[..], &length.to_le_bytes(), &bytes].concat()
}

fn words(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// A text of two bytes a character behind its length in two bytes.
fn long(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    [&words(&[u16::try_from(units.len()).unwrap()])[..], &[1], &words(&units)].concat()
}

/// The first record of a stream or sheet since 1997: 5 for the workbook, 0x10 for a worksheet.
fn begin(kind: u16) -> Vec<u8> {
    record(0x809, &[&words(&[0x0600, kind, 0, 0, 0, 0, 0, 0])])
}

/// A stream of one sheet, without a compound file around it, from the records of the workbook and of the sheet.
fn stream(globals: &[Vec<u8>], sheet: &[Vec<u8>]) -> Vec<u8> {
    let (first, globals, end) = (begin(5), globals.concat(), record(0x0A, &[]));
    let name = [&[2, 1][..], &words(&"客诉".encode_utf16().collect::<Vec<_>>())].concat();
    let bound = 4 + 6 + name.len();
    let place = u32::try_from(first.len() + globals.len() + bound + end.len()).unwrap();
    let bound = record(0x85, &[&place.to_le_bytes(), &[0, 0], &name]);
    [first, globals, bound, end.clone(), begin(0x10), sheet.concat(), end].concat()
}

#[test]
fn a_register_of_2009_is_read_as_it_was_kept() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../samples/ledgers/12-car-dealer-hidden.xls"
    );
    let mut book = open(path.as_ref(), &Limits::default(), Some(&helper())).unwrap();
    assert_eq!(book.kind(), "xls");
    let sheets = book.sheets().to_vec();
    assert_eq!(
        sheets
            .iter()
            .map(|sheet| (sheet.name.as_str(), sheet.visibility))
            .collect::<Vec<_>>(),
        [("2016", Visibility::Shown), ("2015旧", Visibility::Hidden)]
    );
    assert_eq!(sheets[0].hidden_columns, [10]);
    assert_eq!(
        sheets[0].merges,
        [Merge {
            top: 1,
            bottom: 1,
            left: 0,
            right: 13
        }]
    );
    let read = rows(book.as_mut(), 0);
    let hidden: Vec<_> = read.iter().filter(|row| row.hidden).map(|row| row.number).collect();
    assert_eq!(hidden, [5, 7]);
    let first = &read[2].cells;
    let moment = chrono::NaiveDate::from_ymd_opt(2016, 3, 1)
        .unwrap()
        .and_hms_opt(9, 20, 0)
        .unwrap();
    assert_eq!(first[1].content, Content::Moment(moment));
    assert_eq!(first[2].content, text("曹先生"));
    assert_eq!(first[4].content, Content::Number(13_986_100_021.0));
    assert_eq!(rows(book.as_mut(), 1).len(), 3);
    // Again, in another order, and broken off.
    assert_eq!(rows(book.as_mut(), 0), read);
    book.rows(0, &mut |_| ControlFlow::Break(())).unwrap();
    assert_eq!(rows(book.as_mut(), 1).len(), 3);
    let bytes = std::fs::read(path).unwrap();
    assert_eq!(rows(opened(bytes).unwrap().as_mut(), 0), read);
}

#[test]
fn styles_say_how_numbers_are_shown_and_which_cells_are_coloured() {
    let font = |flags: u16| record(0x31, &[&words(&[200, flags, 0, 0, 0, 0, 0]), &[1, 0, b'A']]);
    let style = |font: u16, format: u16, pattern: u8, colour: u16| {
        record(
            0xE0,
            &[
                &words(&[font, format, 0, 0, 0, 0, 0, 0]),
                &[0, pattern << 2],
                &words(&[colour]),
            ],
        )
    };
    let globals = [
        record(0x22, &[&words(&[1])]),
        font(0),
        font(0),
        font(0),
        font(0),
        font(8),
        record(0x41E, &[&words(&[164]), &long("000000")]),
        record(0x92, &[&words(&[1]), &[1, 2, 3, 0]]),
        style(0, 0, 0, 0),
        style(5, 164, 1, 8),
        style(0, 14, 1, 64),
        style(0, 0, 2, 10),
    ];
    let sheet = [
        record(0x203, &[&words(&[0, 0, 1]), &123_f64.to_le_bytes()]),
        record(0x203, &[&words(&[0, 1, 2]), &1_f64.to_le_bytes()]),
        record(0x203, &[&words(&[0, 2, 3]), &f64::NAN.to_le_bytes()]),
    ];
    let mut book = opened(stream(&globals, &sheet)).unwrap();
    assert!(book.counts_from_1904());
    let read = rows(book.as_mut(), 0);
    let told: Vec<_> = read[0]
        .cells
        .iter()
        .map(|cell| (cell.shown.as_deref(), cell.fill, cell.struck))
        .collect();
    assert_eq!(
        told,
        [
            (Some("000123"), Some([1, 2, 3]), true),
            (None, None, false),
            (None, None, false)
        ]
    );
    let day = chrono::NaiveDate::from_ymd_opt(1904, 1, 2)
        .unwrap()
        .and_hms_opt(0, 0, 0);
    assert_eq!(read[0].cells[1].content, Content::Moment(day.unwrap()));
    assert_eq!(read[0].cells[2].content, Content::Error("#NUM!".to_owned()));
}

#[test]
fn cells_come_in_order_whatever_their_records() {
    let shared = record(0xFC, &[&[9, 0, 0, 0, 1, 0, 0, 0], &long("共用")]);
    let formula = |row: u16, column: u16, result: [u8; 8], flags: u16| {
        record(0x06, &[&words(&[row, column, 0]), &result, &words(&[flags, 0, 0, 0])])
    };
    let sheet = [
        record(0x204, &[&words(&[3, 1, 0]), &long("后写")]),
        record(
            0xBD,
            &[
                &words(&[1, 0]),
                &words(&[0]),
                &((7_u32 << 2) | 2).to_le_bytes(),
                &words(&[0]),
                &((150_u32 << 2) | 3).to_le_bytes(),
                &words(&[1]),
            ],
        ),
        record(0xFD, &[&words(&[0, 0, 0]), &[0; 4]]),
        record(0xBE, &[&words(&[0, 1, 0, 0, 2])]),
        record(0x205, &[&words(&[0, 3, 0]), &[1, 0]]),
        record(0x205, &[&words(&[0, 4, 0]), &[0x2A, 1]]),
        formula(4, 0, [0, 0, 0, 0, 0, 0, 0xFF, 0xFF], 0),
        record(0x4BC, &[&[0; 8]]),
        record(0x207, &[&long("算出")]),
        formula(4, 1, 2.5_f64.to_le_bytes(), 0),
        formula(4, 2, [1, 0, 1, 0, 0, 0, 0xFF, 0xFF], 0),
        formula(4, 3, [3, 0, 0, 0, 0, 0, 0xFF, 0xFF], 0),
        formula(4, 4, [3, 0, 0, 0, 0, 0, 0xFF, 0xFF], 3),
        formula(4, 5, [0, 0, 0, 0, 0, 0, 0xFF, 0xFF], 0),
        // A chart within the sheet has records of its own.
        begin(0x20),
        record(0x203, &[&words(&[9, 9, 0]), &[0; 8]]),
        record(0x0A, &[]),
    ];
    let mut book = opened(stream(&[shared], &sheet)).unwrap();
    assert_eq!(
        contents(&rows(book.as_mut(), 0)),
        [
            (1, 0, text("共用")),
            (1, 3, Content::Flag(true)),
            (1, 4, Content::Error("#N/A".to_owned())),
            (2, 0, Content::Number(7.0)),
            (2, 1, Content::Number(1.5)),
            (4, 1, text("后写")),
            (5, 0, text("算出")),
            (5, 1, Content::Number(2.5)),
            (5, 2, Content::Flag(true)),
            (5, 4, Content::Uncomputed),
            (5, 5, Content::Uncomputed),
        ]
    );
}

#[test]
fn comments_find_the_texts_of_their_boxes() {
    let sheet = [
        record(0x5D, &[&words(&[0x15, 0x12, 0x19, 1, 0, 0, 0, 0, 0, 0, 0])]),
        record(0x1B6, &[&words(&[0, 0, 0, 0, 0, 8, 0, 0, 0])]),
        record(
            0x3C,
            &[&[1], &words(&"品质部:\n已接受".encode_utf16().collect::<Vec<_>>())],
        ),
        record(0x3C, &[&[0; 8]]),
        record(0x1C, &[&words(&[3, 2, 0, 1]), &long("品质部")]),
    ];
    let book = opened(stream(&[], &sheet)).unwrap();
    let comment = Comment {
        row: 4,
        column: 2,
        text: "已接受".to_owned(),
    };
    assert_eq!(book.sheets()[0].comments, [comment]);
}

#[test]
fn a_workbook_of_1995_is_read_in_its_code_page() {
    let (name, _, _) = encoding_rs::GBK.encode("客诉");
    let first = record(0x809, &[&words(&[0x0500, 5, 0, 0])]);
    let page = record(0x42, &[&words(&[936])]);
    let end = record(0x0A, &[]);
    let place = first.len() + page.len() + 4 + 7 + name.len() + end.len();
    let place = u32::try_from(place).unwrap().to_le_bytes();
    let bound = record(0x85, &[&place, &[0, 0, 4], &name]);
    let (words_of, _, _) = encoding_rs::GBK.encode("漏油");
    let sheet = [
        record(0x809, &[&words(&[0x0500, 0x10, 0, 0])]),
        record(0x204, &[&words(&[0, 0, 0, 4]), &words_of]),
        record(0x1C, &[&words(&[0, 0, 4]), &words_of]),
    ];
    let stream = [first, page, bound, end.clone(), sheet.concat(), end].concat();
    let mut book = opened(stream).unwrap();
    assert_eq!(book.sheets()[0].name, "客诉");
    assert_eq!(book.sheets()[0].comments[0].text, "漏油");
    assert_eq!(contents(&rows(book.as_mut(), 0)), [(1, 0, text("漏油"))]);
}

#[test]
fn what_cannot_be_read_is_told_by_its_code() {
    let code = |bytes: Vec<u8>| opened(bytes).err().map(|error| error.code);
    let sample = include_bytes!("../../../samples/ledgers/01-moulding-machines-2009.xls");
    let whole = stream(&[], &[record(0x203, &[&words(&[0, 0, 0]), &[0; 8]])]);
    assert_eq!(code(stream(&[record(0x2F, &[&[0; 6]])], &[])), Some("encrypted"));
    assert_eq!(code(whole[..whole.len() - 10].to_vec()), Some("truncated"));
    assert_eq!(code(whole[..60].to_vec()), Some("truncated"));
    assert_eq!(code(sample[..512].to_vec()), Some("not_a_ledger_file"));
    assert_eq!(code(vec![9, 0, 4, 0, 7, 0, 0x10, 0]), Some("save_as_xlsx"));
    let only_macros = {
        let mut bytes = whole.clone();
        let at = bytes.windows(2).position(|pair| pair == [0x85, 0]).unwrap();
        bytes[at + 9] = 1;
        bytes
    };
    assert_eq!(code(only_macros), Some("macro_only"));
    let without = open_bytes("ledger", sample.to_vec(), &Limits::default(), None);
    assert_eq!(without.err().map(|error| error.code), Some("save_as_xlsx"));
    let few = Limits {
        cells: 5,
        ..Limits::default()
    };
    let mut book = open_bytes("ledger", sample.to_vec(), &few, Some(&helper())).unwrap();
    let end = book.rows(0, &mut |_| ControlFlow::Continue(()));
    assert_eq!(end.unwrap_err().code, "too_many_cells");
}

#[test]
fn a_child_that_fails_is_a_reason_and_not_the_end() {
    let sample = include_bytes!("../../../samples/ledgers/01-moulding-machines-2009.xls").to_vec();
    let with = |helper: &Helper| {
        let opened = open_bytes("ledger", sample.clone(), &Limits::default(), Some(helper));
        opened.err().map(|error| error.code)
    };
    assert_eq!(with(&Helper::new("/bin/false", [""; 0])), Some("reader_failed"));
    assert_eq!(with(&Helper::new("/bin/echo", ["你好"])), Some("reader_failed"));
    assert_eq!(with(&Helper::new("/nowhere/at/all", [""; 0])), Some("reader_missing"));
    let mut silent = Helper::new("/bin/sh", ["-c", "sleep 60"]);
    silent.patience = Duration::from_millis(300);
    let start = Instant::now();
    assert_eq!(with(&silent), Some("reader_slow"));
    let mut busy = Helper::new("/bin/sh", ["-c", "ulimit -S -t 1; while :; do :; done"]);
    busy.patience = Duration::from_secs(50);
    assert_eq!(with(&busy), Some("reader_slow"));
    assert!(start.elapsed() < Duration::from_secs(30));
}

#[test]
fn a_child_that_wants_more_memory_than_it_may_have_ends_alone() {
    // Strings that fill more than the child may take, each allowed by itself.
    let text = "客".repeat(4_000);
    let mut globals = record(0xFC, &[&[0xFF, 0xFF, 0, 0, 0xFF, 0xFF, 0, 0], &long(&text)]);
    for _ in 0..3_000 {
        globals.extend(record(0x3C, &[&long(&text)]));
    }
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&stream(&[globals], &[])).unwrap();
    let mut small = helper();
    small.memory = 48 << 20;
    let end = open(file.path(), &Limits::default(), Some(&small));
    assert_eq!(end.err().map(|error| error.code), Some("reader_failed"));
    let book = open(file.path(), &Limits::default(), Some(&helper())).unwrap();
    assert_eq!(book.sheets()[0].name, "客诉");
}

#[test]
fn sheets_that_lie_over_each_other_are_refused() {
    let other = |place: usize| {
        let place = u32::try_from(place).unwrap().to_le_bytes();
        record(0x85, &[&place, &[0, 0], &[1, 0, b's']])
    };
    let cells: Vec<_> = (0..100)
        .map(|row| record(0x203, &[&words(&[row, 0, 0]), &[0; 8]]))
        .collect();
    let first = begin(0x10);
    let once = stream(&[other(0)], &cells);
    let place = once.windows(first.len()).position(|bytes| bytes == first).unwrap();
    let end = opened(stream(&[other(place)], &cells)).err();
    assert_eq!(end.map(|error| error.code), Some("broken_part"));
}

#[test]
fn whatever_is_changed_ends_in_rows_or_a_code_and_never_in_the_death_of_the_child() {
    let samples: [&[u8]; 2] = [
        include_bytes!("../../../samples/ledgers/01-moulding-machines-2009.xls"),
        include_bytes!("../../../samples/ledgers/12-car-dealer-hidden.xls"),
    ];
    let mut state = 7_u64;
    let mut next = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    for round in 0..40 {
        let mut bytes = samples[round % 2].to_vec();
        for _ in 0..1 + next(30) {
            let at = next(bytes.len());
            bytes[at] = u8::try_from(next(256)).unwrap();
        }
        if round % 5 == 0 {
            bytes.truncate(next(bytes.len()));
        }
        let mut codes = Vec::new();
        match opened(bytes) {
            Ok(mut book) => {
                for sheet in 0..book.sheets().len() {
                    let read = book.rows(sheet, &mut |_| ControlFlow::Continue(()));
                    codes.extend(read.err().map(|error| error.code));
                }
            }
            Err(error) => codes.push(error.code),
        }
        assert!(
            codes.iter().all(|code| !code.starts_with("reader_")),
            "round {round}: {codes:?}"
        );
    }
}
