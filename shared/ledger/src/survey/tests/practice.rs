//! How registers are really kept: without merges, without years, with the day in a column of its own.

use super::*;

#[test]
fn year_month_and_day_in_columns_of_their_own_are_one_date() {
    let book = Fake::default().with_text(
        "a",
        &[
            "年\t月\t日\t投诉单位\t问题描述",
            "2018\t3\t5\t甲公司\t漏水",
            "\t\t7\t乙公司\t开裂",
            "\t4月\t31\t丙公司\t破损",
            "19\t1\t\t丁公司\t异响",
        ],
    );
    let (survey, found) = look(book, "台账.xlsx");
    insta::assert_snapshot!(lines(&found), @r#"
    skipped 1 header
    a 2: complaint_date="2018-03-05" complaint_desc="漏水" customer_name="甲公司"
    a 3: complaint_date="2018-03-07" complaint_desc="开裂" customer_name="乙公司"
    a 4: complaint_desc="破损" customer_name="丙公司" [日]="31" [月]="4月"
      warning 4 date_impossible header=日 text=31
    a 5: complaint_desc="异响" customer_name="丁公司" [年]="19" [月]="1"
    "#);
    assert_eq!(questions(&survey), "a 1 ask_date header=日 field=complaint_date\n");
}

#[test]
fn the_day_of_a_month_that_stands_in_another_column_is_a_date_in_csv_too() {
    let mut book = Fake::default().with_text(
        "a",
        &[
            "2021年1-6月客户投诉台账",
            "月份\t日期\t客户\t问题\t损失（万元）",
            "1月\t5\t甲\t漏\t0.12",
        ],
    );
    let written = text_row(4, &["", "18", "乙", "裂", "800元"]);
    book.rows[0].push(written);
    book.rows[0].push(text_row(5, &["二月份", "30-31", "丙", "破", "待定"]));
    let (_, found) = look(book, "a.csv");
    insta::assert_snapshot!(lines(&found), @r#"
    skipped 1 title text=2021年1-6月客户投诉台账
    skipped 2 header
    a 3: claim_amount="1200.00" complaint_date="2021-01-05" complaint_desc="漏" customer_name="甲"
    a 4: claim_amount="800.00" complaint_date="2021-01-18" complaint_desc="裂" customer_name="乙"
    a 5: complaint_desc="破" customer_name="丙" [日期]="30-31" [月份]="二月份"
      warning 5 date_impossible header=日期 text=30-31
    "#);
}

#[test]
fn two_rows_of_headers_are_joined_without_merged_cells_too() {
    let book = Fake::default().with_text(
        "a",
        &[
            "客户投诉台帐(2015年)",
            "\t客户信息\t\t产品信息\t\t投诉\t\t处理",
            "日期\t名称\t联系人\t名称\t型号\t内容\t数量\t结果",
            "3.5\t甲公司\t张三\t水泵\tP-1\t漏水\t3\t换货",
            "3.12\t同上\t同左\t阀\tV-2\t开裂\t12PCS\t退货",
            "3月份合计\t\t\t\t\t\t15",
        ],
    );
    let (survey, found) = look(book, "a.csv");
    insta::assert_snapshot!(lines(&found), @r#"
    skipped 1 title text=客户投诉台帐(2015年)
    skipped 2 header
    skipped 3 header
    a 4: complaint_date="2015-03-05" complaint_desc="漏水" contact="张三" customer_name="甲公司" defect_qty=3 product_model="P-1" product_name="水泵" result="换货" [日期]="3.5"
      warning 4 date_decimal header=日期 text=3.5
    a 5: complaint_date="2015-03-12" complaint_desc="开裂" contact="甲公司" customer_name="甲公司" defect_qty=12 product_model="V-2" product_name="阀" result="退货" [单位(投诉/数量)]="PCS" [日期]="3.12"
      warning 5 date_decimal header=日期 text=3.12
      warning 5 ditto_left header=客户信息/联系人 text=甲公司
    skipped 6 total text=3月份合计
    "#);
    let headers: Vec<&str> = survey.mapping().iter().map(|(header, _)| *header).collect();
    assert_eq!(
        headers,
        [
            "日期",
            "客户信息/名称",
            "客户信息/联系人",
            "产品信息/名称",
            "产品信息/型号",
            "投诉/内容",
            "投诉/数量",
            "处理/结果"
        ]
    );
}

#[test]
fn what_a_program_wrote_out_is_read_as_it_was_meant() {
    let rows = [
        &["投诉单号", "业主", "电话", "报事内容", "派单时间", "完成时间", "状态"][..],
        &[
            "'00123",
            "#N/A",
            "'13800138000",
            "电梯失灵",
            "45296.5",
            "45297.25",
            "已关闭",
        ],
        &[
            "00124",
            "李先生",
            "1.38E+10",
            "楼上漏水",
            "2024/1/9 8:05:00",
            "—",
            "待派单",
        ],
    ];
    let rows = rows.iter().zip(1..).map(|(row, number)| text_row(number, row));
    let (survey, found) = look(Fake::default().with(sheet("a"), rows.collect()), "a.tsv");
    insta::assert_snapshot!(lines(&found), @r#"
    skipped 1 header
    a 2: closed_date="2024-01-06T06:00:00" complaint_date="2024-01-05T12:00:00" complaint_desc="电梯失灵" complaint_no="00123" phone="13800138000" status="closed"
      warning 2 error_cell header=业主 text=#N/A
    a 3: complaint_date="2024-01-09T08:05:00" complaint_desc="楼上漏水" complaint_no="00124" customer_name="李先生" status="open" [电话]="1.38E+10"
      warning 3 digits_lost header=电话 text=1.38E+10
    "#);
    assert_eq!(
        questions(&survey),
        "a 1 ask_date header=派单时间 field=complaint_date\n"
    );
}

#[test]
fn a_date_without_year_takes_that_of_the_date_beside_it_and_says_so() {
    let book = Fake::default().with_text(
        "a",
        &[
            "投诉编号\t投诉日期\t投诉内容\t3D日期\t结案日期",
            "C1\t2024-12-28\t漏\t12/29\t1/5",
            "C2\t\t裂\t3/4\t",
        ],
    );
    let (_, found) = look(book, "a.xlsx");
    insta::assert_snapshot!(lines(&found), @r#"
    skipped 1 header
    a 2: closed_date="2024-01-05" complaint_date="2024-12-28" complaint_desc="漏" complaint_no="C1" d3_date="2024-12-29" status="closed"
      warning 2 date_year_assumed header=3D日期 text=12/29
      warning 2 date_year_assumed header=结案日期 text=1/5
      warning 2 closed_before_begun date=2024-01-05 begun=2024-12-28
    a 3: complaint_desc="裂" complaint_no="C2" d3_date="2024-03-04"
      warning 3 date_year_assumed header=3D日期 text=3/4
    "#);
}

#[test]
fn sections_name_the_month_of_the_rows_below_them() {
    let mut page = sheet("2020");
    let across = |row| Merge {
        top: row,
        bottom: row,
        left: 0,
        right: 3,
    };
    page.merges = vec![across(2), across(5)];
    let rows = vec![
        text_row(1, &["日期", "客户", "投诉内容", "是否结案"]),
        text_row(2, &["1月"]),
        text_row(3, &["5日", "甲", "漏", "√"]),
        text_row(4, &["31", "同上", "裂", "×"]),
        text_row(5, &["2月"]),
        text_row(6, &["31", "乙", "断", "√"]),
        text_row(7, &["", "丙", "断", "已结"]),
    ];
    let (_, found) = look(Fake::default().with(page, rows), "台账.xlsx");
    insta::assert_snapshot!(lines(&found), @r#"
    skipped 1 header
    skipped 2 section text=1月
    2020 3: complaint_date="2020-01-05" complaint_desc="漏" customer_name="甲" status="closed"
    2020 4: complaint_date="2020-01-31" complaint_desc="裂" customer_name="甲" status="open"
    skipped 5 section text=2月
    2020 6: complaint_desc="断" customer_name="乙" status="closed" [日期]="31"
      warning 6 date_impossible header=日期 text=31
    2020 7: complaint_desc="断" customer_name="丙" status="closed"
    "#);
}

#[test]
fn a_form_with_boxes_is_one_complaint_and_what_is_ticked_its_value() {
    let book = Fake::default().with_text(
        "处理单",
        &[
            "客户投诉处理单\t\t表单编号：QR-07-03",
            "投诉单号\tTS-15\t受理日期\t2020.5.6",
            "客户名称：华南机电\t\t联系电话：020-88880001",
            "产品名称/型号\t电机 YE3\t批号\tB2004",
            "投诉方式\t☑电话 □邮件 □来访",
            "投诉内容",
            "外壳烫手",
            "完成期限：2020.5.20\t\t责任部门：装配车间",
            "是否结案\t□是 ■否",
        ],
    );
    let (_, found) = look(book, "a.xlsx");
    insta::assert_snapshot!(lines(&found), @r#"
    处理单 1: batch_no="B2004" channel="电话" complaint_date="2020-05-06" complaint_desc="外壳烫手" complaint_no="TS-15" customer_name="华南机电" due_date="2020-05-20" phone="020-88880001" product_name="电机 YE3" resp_dept="装配车间" status="open" [投诉方式]="☑电话 □邮件 □来访" [表单编号]="QR-07-03"
    "#);
}

#[test]
fn merged_months_subtotals_and_notes_leave_the_complaints() {
    let mut page = sheet("2016年");
    let area = |top, bottom, left, right| Merge {
        top,
        bottom,
        left,
        right,
    };
    page.merges = vec![area(1, 1, 0, 7), area(3, 5, 0, 0), area(3, 4, 2, 2), area(6, 6, 0, 4)];
    let rows = vec![
        text_row(1, &["客户投诉台账"]),
        text_row(
            2,
            &[
                "月份",
                "序号",
                "客户",
                "投诉日期",
                "投诉内容",
                "数量",
                "损失金额",
                "状态",
            ],
        ),
        text_row(3, &["1月", "1", "甲", "5", "异响", "3", "100", "已关闭"]),
        text_row(4, &["", "2", "", "1/9", "卡死", "2", "200", "关"]),
        text_row(5, &["", "3", "乙", "20日", "断齿", "5套", "", "跟踪中"]),
        text_row(6, &["小计", "", "", "", "", "10", "300"]),
        text_row(7, &["2月", "1", "丙", "2/30", "磨损", "1", "50", "未"]),
        text_row(8, &["本年累计", "", "", "", "", "11", "360"]),
        text_row(9, &["", "状态分为：已关闭、跟踪中"]),
    ];
    let (_, found) = look(Fake::default().with(page, rows), "a.xlsx");
    insta::assert_snapshot!(lines(&found), @r#"
    skipped 1 title text=客户投诉台账
    skipped 2 header
    2016年 3: claim_amount="100.00" complaint_date="2016-01-05" complaint_desc="异响" customer_name="甲" defect_qty=3 status="closed"
    2016年 4: claim_amount="200.00" complaint_date="2016-01-09" complaint_desc="卡死" customer_name="甲" defect_qty=2 status="closed"
    2016年 5: complaint_date="2016-01-20" complaint_desc="断齿" customer_name="乙" defect_qty=5 status="in_progress" [单位(数量)]="套"
    skipped 6 total text=小计
    2016年 7: claim_amount="50.00" complaint_desc="磨损" customer_name="丙" defect_qty=1 status="open" [投诉日期]="2/30" [月份]="2月"
      warning 7 date_impossible header=投诉日期 text=2/30
      warning 8 subtotal_differs header=损失金额 label=本年累计 stated=360.00 found=350.00
    skipped 8 total text=本年累计
    skipped 9 note text=状态分为：已关闭、跟踪中
    "#);
}

#[test]
fn a_customer_alone_is_no_complaint_and_the_foot_of_a_page_none_either() {
    let book = Fake::default().with_text(
        "a",
        &[
            "客诉编号\t客户\t投诉日期\t投诉内容",
            "K1\t甲\t2024-3-5\t漏",
            "\t第1页 共2页",
            "\t乙",
            "K3\t丙\t2024-3-6",
        ],
    );
    let (_, found) = look(book, "a.xlsx");
    insta::assert_snapshot!(lines(&found), @r#"
    skipped 1 header
    a 2: complaint_date="2024-03-05" complaint_desc="漏" complaint_no="K1" customer_name="甲"
    skipped 3 note text=第1页共2页
    rejected 4 no_complaint headers=客户
    a 5: complaint_date="2024-03-06" complaint_no="K3" customer_name="丙"
    "#);
}
