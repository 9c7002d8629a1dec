//! Surveys with a mapping file.

use super::*;

#[test]
fn what_a_person_said_of_a_layout_goes_before_every_guess() {
    let rows = ["说明", "代号\t甲方\t事由\t备注", "K1\t甲\t漏\t3月5日"];
    let book = || Fake::default().with_text("a", &rows);
    let (survey, found) = look(book(), "a.xlsx");
    assert_eq!(survey.sheets[0].nature, Nature::Table, "{}", lines(&found));
    let proposed = propose(&survey);
    let edited = proposed
        .replace("\"代号\" = \"extra\"", "\"代号\" = \"complaint_no\"")
        .replace("\"甲方\" = \"extra\"", "\"甲方\" = \"customer_name\"")
        .replace("\"备注\" = \"remark\"", "\"备注\" = \"complaint_date\"")
        .replace("# year = 2019", "year = 2018 #");
    assert_ne!(proposed, edited, "{proposed}");
    let options = Options {
        mapping: Mapping::read(&edited).unwrap(),
        today: None,
    };
    let (survey, found) = look_with(book(), "a.xlsx", &options);
    assert!(survey.sheets[0].tables[0].remembered);
    insta::assert_snapshot!(lines(&found), @r#"
    skipped 1 title text=说明
    skipped 2 header
    a 3: complaint_date="2018-03-05" complaint_desc="漏" complaint_no="K1" customer_name="甲"
    "#);
}

#[test]
fn a_proposed_mapping_changes_nothing() {
    let book = || {
        let rows = [
            "编号\t日期\t客户\t投诉内容\t状态\t是否结案\t客户的诉求",
            "1\t2019-3-5\t甲\t漏\t处理中\t是\t退",
        ];
        Fake::default().with_text("a", &rows).with_text("目录", &["一\t二"])
    };
    let (survey, found) = look(book(), "a.xlsx");
    let proposed = propose(&survey);
    let mapping = Mapping::read(&proposed).unwrap_or_else(|error| panic!("{error}\n{proposed}"));
    let (_, again) = look_with(book(), "a.xlsx", &Options { mapping, today: None });
    assert_eq!(lines(&again), lines(&found));
}
