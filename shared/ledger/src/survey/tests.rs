//! Whole ledgers in memory: what is found in them.

use std::fmt::Write as _;

use super::*;
use crate::understand::testing::Fake;

/// Surveys a ledger and checks that its rows add up.
fn look(mut book: Fake, ledger: &str) -> (Survey, Vec<Found>) {
    let mut found = Vec::new();
    let survey = survey(&mut book, ledger, &Options::default(), &mut |one| {
        found.push(one);
        ControlFlow::Continue(())
    })
    .unwrap();
    for sheet in &survey.sheets {
        assert_eq!(
            sheet.rows,
            sheet.records + sheet.skipped + sheet.rejected,
            "{}",
            sheet.name
        );
    }
    (survey, found)
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
    assert!(sheet.subtotals.iter().all(|subtotal| subtotal.agrees) && sheet.subtotals.len() == 2);
}
