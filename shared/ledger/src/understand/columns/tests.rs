//! Headers, the rows below them, and what was made of them.

use super::*;
use crate::grid::Row;
use crate::understand::header::single;
use crate::understand::testing::text_row;

/// Header and one line a row, tab between; gives `header=role` and the questions.
#[track_caller]
fn check(lines: &[&str], want: &[&str], questions: &[&str]) {
    let rows: Vec<Row> = lines
        .iter()
        .zip(1..)
        .map(|(line, n)| text_row(n, &line.split('\t').collect::<Vec<_>>()))
        .collect();
    let header = single(&rows[0]).unwrap();
    let (columns, asks) = assign(&header, &rows[1..], None);
    let got: Vec<String> = columns
        .iter()
        .map(|column| match column.role {
            Role::Field(name, _) => format!("{}={name}", column.header),
            other => format!("{}={other:?}", column.header),
        })
        .collect();
    assert_eq!(got, want);
    let asked: Vec<&str> = asks.iter().map(|ask| ask.code.name()).collect();
    assert_eq!(asked, questions);
}

#[test]
fn a_number_that_only_counts_is_not_the_complaint_number() {
    check(
        &["编号\t客户\t投诉内容", "1\t甲\t漏", "2\t乙\t裂", "3\t丙\t断"],
        &["编号=Ignored", "客户=customer_name", "投诉内容=complaint_desc"],
        &["ask_serial"],
    );
    check(
        &["编号\t客户\t投诉内容", "KS-01\t甲\t漏", "KS-02\t乙\t裂"],
        &["编号=complaint_no", "客户=customer_name", "投诉内容=complaint_desc"],
        &["ask_number"],
    );
    check(
        &["序号\t客户\t投诉内容", "KS2019-01\t甲\t漏", "KS2019-02\t乙\t裂"],
        &["序号=complaint_no", "客户=customer_name", "投诉内容=complaint_desc"],
        &["ask_number"],
    );
}

#[test]
fn two_columns_for_one_field_are_told_and_both_kept() {
    check(
        &["型号\t规格\t责任单位\t责任部门\t备注\t备注"],
        &[
            "型号=product_model",
            "规格=Extra",
            "责任单位=Extra",
            "责任部门=resp_dept",
            "备注=remark",
            "备注(2)=Extra",
        ],
        &[
            "ask_first",
            "ask_second",
            "ask_second",
            "ask_first",
            "ask_first",
            "ask_second",
        ],
    );
}

#[test]
fn quantity_and_measures_depend_on_what_stands_beside() {
    check(
        &["数量\t不良数量\t处理结果\t处理措施"],
        &[
            "数量=total_qty",
            "不良数量=defect_qty",
            "处理结果=result",
            "处理措施=corrective_action",
        ],
        &["ask_quantity", "ask_measures"],
    );
    check(
        &["数量\t处理措施\t日期"],
        &["数量=defect_qty", "处理措施=result", "日期=complaint_date"],
        &["ask_quantity", "ask_measures", "ask_date"],
    );
}

#[test]
fn an_unknown_header_is_taken_for_what_is_missing_and_asked_about() {
    check(
        &[
            "业主\t电话\t报障内容\t送修日期\t取回日期",
            "甲\t1\t漏水\t2024-1-2\t2024-1-5",
            "乙\t2\t断电\t1月3日\t",
        ],
        &[
            "业主=customer_name",
            "电话=phone",
            "报障内容=complaint_desc",
            "送修日期=complaint_date",
            "取回日期=Extra",
        ],
        &["ask_alike", "ask_date"],
    );
    check(
        &["客户\t投诉内容\t回复内容\t到访时间", "甲\t漏水\t已换\t下午"],
        &[
            "客户=customer_name",
            "投诉内容=complaint_desc",
            "回复内容=Extra",
            "到访时间=Extra",
        ],
        &[],
    );
}

#[test]
fn numbers_that_all_differ_are_the_complaint_number_where_there_is_no_other() {
    check(
        &["跟踪单号\t客户\t投诉内容", "GZ-0001\t甲\t漏", "GZ-0002\t乙\t裂"],
        &["跟踪单号=complaint_no", "客户=customer_name", "投诉内容=complaint_desc"],
        &["ask_number"],
    );
    check(
        &["设备编号\t客户\t投诉内容", "SB-0001\t甲\t漏", "SB-0001\t乙\t裂"],
        &["设备编号=Extra", "客户=customer_name", "投诉内容=complaint_desc"],
        &[],
    );
}

#[test]
fn a_second_status_is_compared() {
    check(&["状态\t是否结案"], &["状态=Check", "是否结案=status"], &["ask_status"]);
}

#[test]
fn amounts_in_another_currency_are_asked_about() {
    check(
        &["索赔金额（USD）\t天气"],
        &["索赔金额（USD）=claim_amount", "天气=Extra"],
        &["ask_currency"],
    );
}
