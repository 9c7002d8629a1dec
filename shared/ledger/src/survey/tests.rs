//! Whole ledgers in memory: what is found in them; long because each ledger stands here row by row.

mod any;
mod mapped;
mod practice;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::*;
use crate::code::Place;
use crate::grid::{Cell, Comment, Content, Merge, Picture, Row};
use crate::mapping::propose;
use crate::understand::testing::{Fake, cell, sheet, text_row};

/// What is told stands where its code belongs, and gives all that its words name.
#[track_caller]
fn keeps_its_word(told: &Told, place: Place) {
    let code = Code::ALL.iter().find(|code| code.name() == told.code).unwrap();
    let values: Vec<&str> = told.values.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        (code.place(), code.values()),
        (place, values.as_slice()),
        "{}",
        told.code
    );
}

/// Surveys a ledger and checks that its rows add up and that what is told is what its code says.
fn look_with(mut book: Fake, ledger: &str, options: &Options) -> (Survey, Vec<Found>) {
    let mut found = Vec::new();
    let survey = survey(&mut book, ledger, options, &mut |one| {
        found.push(one);
        ControlFlow::Continue(())
    })
    .unwrap();
    let count = |name: &str, of: fn(&Found) -> Option<&str>| found.iter().filter(|one| of(one) == Some(name)).count();
    for sheet in &survey.sheets {
        assert_eq!(
            sheet.rows,
            sheet.records + sheet.skipped + sheet.rejected,
            "{}",
            sheet.name
        );
        sheet
            .questions
            .iter()
            .for_each(|told| keeps_its_word(told, Place::Question));
        if survey.sheets.iter().filter(|other| other.name == sheet.name).count() == 1 {
            let records = count(&sheet.name, |one| match one {
                Found::Record(record) => Some(&record.sheet),
                _ => None,
            });
            let others = count(&sheet.name, |one| match one {
                Found::Skipped(told) | Found::Rejected(told) => Some(&told.sheet),
                _ => None,
            });
            assert_eq!((records + others) as u64, sheet.rows, "{}", sheet.name);
        }
    }
    for one in &found {
        match one {
            Found::Skipped(told) => keeps_its_word(told, Place::Skipped),
            Found::Rejected(told) => keeps_its_word(told, Place::Rejected),
            Found::Warning(told) => keeps_its_word(told, Place::Warning),
            Found::Record(_) => {}
        }
    }
    (survey, found)
}

fn look(book: Fake, ledger: &str) -> (Survey, Vec<Found>) {
    look_with(book, ledger, &Options::default())
}

/// One line for each thing that was found.
fn lines(found: &[Found]) -> String {
    let mut out = String::new();
    for one in found {
        match one {
            Found::Record(record) => {
                let _ = write!(out, "{} {}:", record.sheet, record.row);
                for (name, value) in &record.fields {
                    let _ = write!(out, " {name}={value}");
                }
                for (header, text) in &record.extra {
                    let _ = write!(out, " [{header}]={text:?}");
                }
                if !record.pictures.is_empty() {
                    let _ = write!(out, " pictures={:?}", record.pictures);
                }
            }
            Found::Skipped(told) => write_told(&mut out, "skipped", told),
            Found::Rejected(told) => write_told(&mut out, "rejected", told),
            Found::Warning(told) => write_told(&mut out, "  warning", told),
        }
        out.push('\n');
    }
    out
}

fn write_told(out: &mut String, what: &str, told: &Told) {
    let _ = write!(out, "{what} {} {}", told.row, told.code);
    for (name, value) in told.values.iter().filter(|(_, value)| !value.is_empty()) {
        let _ = write!(out, " {name}={value}");
    }
}

/// The questions of a survey, a line each.
fn questions(survey: &Survey) -> String {
    let mut out = String::new();
    for told in survey.sheets.iter().flat_map(|sheet| &sheet.questions) {
        write_told(&mut out, &told.sheet, told);
        out.push('\n');
    }
    out
}

fn text(content: &str) -> Content {
    Content::Text(content.to_owned())
}

#[test]
fn a_plain_table_below_its_title_is_read_row_by_row() {
    let book = Fake::default().with_text(
        "台账",
        &[
            "2019年客诉台账",
            "序号\t客诉编号\t客户名称\t投诉日期\t产品名称\t批号\t不良数量\t投诉内容\t索赔金额（元）\t是否结案\t天气",
            "1\tKS-01\t甲公司\t2019-3-5\t水泵\t20190301\t3台\t漏水\t1200\t是\t晴",
            "2\tKS-02\t乙公司\t3月6日\t水泵\t20190302\t1\t异响\t¥300.5\t否\t/",
            "3\t\t\t\t\t\t\t\t\t",
            "合计\t\t\t\t\t\t4\t\t1500.5",
            "填表人：王五\t\t审核：赵六",
        ],
    );
    let (survey, found) = look(book, "客诉.xlsx");
    insta::assert_snapshot!(lines(&found), @r#"
    skipped 1 title text=2019年客诉台账
    skipped 2 header
    台账 3: batch_no="20190301" claim_amount="1200.00" complaint_date="2019-03-05" complaint_desc="漏水" complaint_no="KS-01" customer_name="甲公司" defect_qty=3 product_name="水泵" status="closed" [单位(不良数量)]="台" [天气]="晴"
    台账 4: batch_no="20190302" claim_amount="300.50" complaint_date="2019-03-06" complaint_desc="异响" complaint_no="KS-02" customer_name="乙公司" defect_qty=1 product_name="水泵" status="open"
    skipped 5 template
    skipped 6 total text=合计
    skipped 7 note text=填表人：王五
    "#);
    let sheet = &survey.sheets[0];
    assert_eq!((sheet.rows, sheet.records, sheet.skipped), (7, 2, 5));
    assert_eq!(sheet.sums.by_status["closed"].claim_amount.to_string(), "1200.00");
    assert_eq!(sheet.sums.by_month["2019-03"].records, 2);
    assert!(sheet.subtotals.iter().all(|subtotal| subtotal.agrees) && sheet.subtotals.len() == 2);
}

#[test]
fn a_sheet_a_month_takes_its_year_from_the_file_and_its_dittos_from_above() {
    let book = Fake::default()
        .with_text(
            "3月",
            &[
                "编号\t日期\t客户\t投诉内容\t数量\t状态",
                "1\t3月5日\t甲公司\t漏水\t3\t处理中",
                "2\t〃\t同上\t异响\t〃\t〃",
                "小计\t\t\t\t6",
                "3\t同上\t乙公司\t开裂\t约20件\t暂停",
            ],
        )
        .with_text(
            "4月",
            &[
                "编号\t日期\t客户\t投诉内容\t数量\t状态",
                "1\t同上\t丙公司\t漏水\t一批\t张工跟",
                "2\t6\t\t渗油\t2\t结案",
            ],
        );
    let (survey, found) = look(book, "2019年客诉台账.xls");
    insta::assert_snapshot!(lines(&found), @r#"
    skipped 1 header
    3月 2: complaint_date="2019-03-05" complaint_desc="漏水" customer_name="甲公司" defect_qty=3 status="in_progress"
    3月 3: complaint_date="2019-03-05" complaint_desc="异响" customer_name="甲公司" defect_qty=3 status="in_progress"
    skipped 4 total text=小计
    3月 5: complaint_date="2019-03-05" complaint_desc="开裂" customer_name="乙公司" defect_qty=20 status="in_progress" [单位(数量)]="件" [数量]="约20件" [状态]="暂停"
      warning 5 ditto_apart header=日期 text=3月5日
      warning 5 count_about header=数量 text=约20件
      warning 5 status_suspended header=状态 text=暂停
    skipped 1 header
    4月 2: complaint_desc="漏水" customer_name="丙公司" [数量]="一批" [状态]="张工跟"
      warning 2 ditto_nothing_above header=日期 text=同上
      warning 2 count_unreadable header=数量 text=一批
      warning 2 status_unknown header=状态 text=张工跟
    4月 3: complaint_date="2019-04-06" complaint_desc="渗油" defect_qty=2 status="closed"
    "#);
    insta::assert_snapshot!(questions(&survey), @r#"
    3月 1 ask_serial header=编号
    3月 1 ask_date header=日期 field=complaint_date
    3月 1 ask_quantity header=数量 field=defect_qty
    4月 1 ask_serial header=编号
    4月 1 ask_date header=日期 field=complaint_date
    4月 1 ask_quantity header=数量 field=defect_qty
    "#);
}

#[test]
fn merged_areas_hand_down_words_but_not_numbers() {
    let mut merged = sheet("台账");
    let area = |column| Merge {
        top: 2,
        bottom: 4,
        left: column,
        right: column,
    };
    merged.merges = vec![area(0), area(1), area(3)];
    let number = |n: f64| Content::Number(n);
    let rows = vec![
        text_row(1, &["客诉编号", "客户", "投诉内容", "索赔金额", "品名"]),
        Row {
            number: 2,
            hidden: false,
            cells: vec![
                cell(0, text("K1")),
                cell(1, text("甲")),
                cell(2, text("漏")),
                cell(3, number(900.0)),
                cell(4, text("泵")),
            ],
        },
        Row {
            number: 3,
            hidden: false,
            cells: vec![cell(2, text("裂")), cell(4, text("阀"))],
        },
        Row {
            number: 4,
            hidden: false,
            cells: vec![cell(2, text("  "))],
        },
        Row {
            number: 5,
            hidden: true,
            cells: vec![cell(2, text("断"))],
        },
    ];
    let (survey, found) = look(Fake::default().with(merged, rows), "a.xlsx");
    insta::assert_snapshot!(lines(&found), @r#"
    skipped 1 header
    台账 2: claim_amount="900.00" complaint_desc="漏" complaint_no="K1" customer_name="甲" product_name="泵"
    台账 3: complaint_desc="裂" complaint_no="K1" customer_name="甲" product_name="阀"
      warning 3 merged_number header=索赔金额 text=900
      warning 3 number_again number=K1
    skipped 4 blank
    台账 5: complaint_desc="断"
      warning 5 hidden_rows from=5 to=5 rows=1
    "#);
    assert_eq!(survey.sums().all.claim_amount.to_string(), "900.00");
}

#[test]
fn colours_are_a_status_where_a_legend_says_so_even_below_the_table() {
    let green = [0x92, 0xd0, 0x50];
    let paint = |mut row: Row, rgb: [u8; 3]| {
        row.cells.iter_mut().for_each(|cell| cell.fill = Some(rgb));
        row
    };
    let rows = |legend: &str| {
        vec![
            text_row(1, &["客诉编号", "客户", "投诉内容"]),
            paint(text_row(2, &["K1", "甲", "漏"]), green),
            text_row(3, &["K2", "乙", "裂"]),
            text_row(5, &[legend]),
        ]
    };
    let (survey, found) = look(Fake::default().with(sheet("a"), rows("注：绿色=已结案")), "a.xlsx");
    insta::assert_snapshot!(lines(&found), @r#"
    skipped 1 header
    a 2: complaint_desc="漏" complaint_no="K1" customer_name="甲" status="closed"
    a 3: complaint_desc="裂" complaint_no="K2" customer_name="乙"
    skipped 5 note text=注：绿色=已结案
    "#);
    assert_eq!(questions(&survey), "a 1 ask_colours colours=green=closed\n");
    let (survey, found) = look(Fake::default().with(sheet("a"), rows("注：颜色仅供参考")), "a.xlsx");
    assert!(!lines(&found).contains("status"));
    assert_eq!(questions(&survey), "a 1 ask_colours_unread colours=92D050 (green): 1\n");
    assert!(propose(&survey).contains("# \"92D050\" = \"closed\""));
}

#[test]
fn pictures_comments_and_columns_without_header_stay_with_their_row() {
    let mut rich = sheet("a");
    let at = |row, column| Picture {
        row,
        column,
        name: format!("p{row}.png"),
    };
    rich.pictures = vec![at(2, 3), at(7, 0)];
    let comment = |row, column, text: &str| Comment {
        row,
        column,
        text: text.to_owned(),
    };
    rich.comments = vec![comment(2, 1, "老客户"), comment(1, 1, "表头的批注")];
    rich.hidden_columns = vec![2];
    let rows = vec![
        text_row(1, &["客诉编号", "客户", "投诉内容", "", "备注", "备注"]),
        text_row(2, &["K1", "甲", "漏", "", "一", "二", "路过"]),
    ];
    let (_, found) = look(Fake::default().with(rich, rows), "a.xlsx");
    insta::assert_snapshot!(lines(&found), @r#"
    skipped 1 header
      warning 0 hidden_column header=投诉内容 column=C
    a 2: complaint_desc="漏" complaint_no="K1" customer_name="甲" remark="一" [列G]="路过" [备注(2)]="二" [批注(客户)]="老客户" pictures=["p2.png"]
      warning 2 column_without_header header=列G
      warning 7 picture_alone picture=p7.png
    "#);
}

#[test]
fn doubtful_values_are_kept_as_they_stand_and_told() {
    let book = Fake::default().with_text(
        "a",
        &[
            "客诉编号\t客户\t电话\t投诉日期\t结案日期\t投诉内容\t数量\t金额\t状态\t是否结案",
            "K1\t甲\t1.38E+10\t2月30日\t2019-3-1\t漏\t3箱120件\t500-800\t处理中\t是",
            "K1\t乙\t13800138000\t20190305\t2019-3-1\t裂\t2件\t12.345\t处理中\t否",
            "123456789012345678\t丙\t\t43530\t\t断\t\tUSD 5\t\t",
            "\t\t\t2019-4-1\t\t\t3\t\t\t",
        ],
    );
    let (_, found) = look(book, "2019.xlsx");
    insta::assert_snapshot!(lines(&found), @r#"
    skipped 1 header
    a 2: closed_date="2019-03-01" complaint_desc="漏" complaint_no="K1" customer_name="甲" phone="13800000000" status="closed" [投诉日期]="2月30日" [数量]="3箱120件" [状态]="处理中" [金额]="500-800"
      warning 2 date_impossible header=投诉日期 text=2月30日
      warning 2 count_unreadable header=数量 text=3箱120件
      warning 2 amount_unreadable header=金额 text=500-800
      warning 2 status_conflict status=closed other=in_progress
    a 3: claim_amount="12.35" closed_date="2019-03-01" complaint_date="2019-03-05" complaint_desc="裂" complaint_no="K1" customer_name="乙" defect_qty=2 phone="13800138000" status="open" [单位(数量)]="件" [状态]="处理中" [金额]="12.345"
      warning 3 amount_rounded header=金额 text=12.345
      warning 3 status_conflict status=open other=in_progress
      warning 3 closed_date_but_open date=2019-03-01
      warning 3 closed_before_begun date=2019-03-01 begun=2019-03-05
      warning 3 number_again number=K1
    a 4: claim_amount="5.00" complaint_date="2019-03-06" complaint_desc="断" complaint_no="123456789012345680" customer_name="丙" [金额]="USD 5"
      warning 4 digits_lost header=客诉编号 text=123456789012345680
      warning 4 amount_foreign header=金额 text=USD 5
    rejected 5 no_complaint headers=投诉日期、数量
    "#);
}

#[test]
fn sheets_that_are_no_register_are_left_aside_with_their_reason() {
    let book = Fake::default()
        .with_text("填写说明", &["请每日填写", "不得涂改"])
        .with_text("统计", &["月份\t件数", "1月\t3"])
        .with_text("透视", &["行标签\t求和项:数量", "甲\t3"])
        .with_text("人员", &["部门\t责任人\t电话", "质量部\t王五\t1"])
        .with_text("空", &[]);
    let (survey, _) = look(book, "a.xlsx");
    let natures: Vec<Nature> = survey.sheets.iter().map(|sheet| sheet.nature).collect();
    let reasons = [
        "sheet_instructions",
        "sheet_summary",
        "sheet_pivot",
        "sheet_other_table",
        "sheet_empty",
    ];
    assert_eq!(natures, reasons.map(Nature::Skipped));
}

#[test]
fn forms_below_each_other_are_one_complaint_each() {
    let book = Fake::default().with_text(
        "处理单",
        &[
            "客户投诉处理单",
            "编号\tK1\t投诉日期\t2019-3-5",
            "客户名称\t甲公司\t联系人\t张三",
            "产品名称\t水泵\t数量\t3台",
            "投诉内容",
            "运行三天后漏水",
            "处理结果：换货",
            "客户投诉处理单",
            "编号\tK2\t投诉日期\t2019-3-6",
            "客户名称\t乙公司\t经办部门\t质量部",
            "产品名称\t阀\t数量\t1",
            "投诉内容：开裂",
        ],
    );
    let (survey, found) = look(book, "a.xlsx");
    assert_eq!(survey.sheets[0].nature, Nature::Forms);
    insta::assert_snapshot!(lines(&found), @r#"
    处理单 1: complaint_date="2019-03-05" complaint_desc="运行三天后漏水" complaint_no="K1" contact="张三" customer_name="甲公司" defect_qty=3 product_name="水泵" result="换货" [单位(数量)]="台" [表单文字]="客户投诉处理单"
    处理单 8: complaint_date="2019-03-06" complaint_desc="开裂" complaint_no="K2" customer_name="乙公司" defect_qty=1 product_name="阀" [经办部门]="质量部"
    "#);
}

#[test]
fn a_row_is_the_same_when_its_ledger_comes_again_wherever_it_stands_then() {
    let records = |lines: &[&str]| -> Vec<(String, String)> {
        let (_, found) = look(Fake::default().with_text("a", lines), "a.xlsx");
        let records = found.into_iter().filter_map(|one| match one {
            Found::Record(record) => Some((record.identity, record.content)),
            _ => None,
        });
        records.collect()
    };
    let header = "客诉编号\t客户\t投诉内容";
    let before = records(&[header, "K1\t甲\t漏", "\t乙\t裂", "\t乙\t裂", "K1\t丙\t断"]);
    let after = records(&[header, "", "\t乙\t裂", "K1\t甲\t漏油", "\t乙\t裂", "K1\t丙\t断"]);
    let identities: BTreeSet<_> = before.iter().map(|(identity, _)| identity).collect();
    assert_eq!(identities.len(), 4);
    assert_eq!(before[0].0, after[1].0);
    assert_ne!(before[0].1, after[1].1);
    assert_eq!((&before[1], &before[2], &before[3]), (&after[0], &after[2], &after[3]));
}

#[test]
fn reading_ends_when_the_caller_has_had_enough() {
    let mut book = Fake::default().with_text("a", &["客诉编号\t客户\t投诉内容", "K1\t甲\t漏", "K2\t乙\t裂"]);
    let mut seen = 0;
    let survey = survey(&mut book, "a.xlsx", &Options::default(), &mut |_| {
        seen += 1;
        if seen == 2 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    assert!(survey.unwrap().stopped);
    assert_eq!(seen, 2);
}
