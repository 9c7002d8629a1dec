//! Whatever a sheet holds, its rows add up.

use proptest::prelude::*;

use super::*;

fn content() -> impl Strategy<Value = Content> {
    let words = prop::sample::select(vec![
        "客户名称",
        "投诉内容",
        "投诉日期",
        "客诉编号",
        "状态",
        "编号",
        "数量",
        "索赔金额（万元）",
        "合计",
        "同上",
        "同左",
        "〃",
        "备注：",
        "2019年客诉",
        "3月5日",
        "2月30日",
        "1.2万元",
        "约20件",
        "处理中",
        "√",
        "1.38E+10",
        "/",
        "",
        " ",
        "产品名称：水泵",
        "绿色=已结案",
        "处理单",
        "结案",
        "日期",
        "名称",
        "二〇二四年三月",
        "９９",
        "\u{0}",
        "甲公司",
    ]);
    prop_oneof![
        6 => words.prop_map(|word| Content::Text(word.to_owned())),
        1 => ".{0,40}".prop_map(Content::Text),
        2 => prop::sample::select(vec![0.0, 1.0, 2.0, 3.5, 43_530.0, 20_190_305.0, 1e15, 1e300, -1.0, f64::NAN, f64::INFINITY])
            .prop_map(Content::Number),
        1 => any::<f64>().prop_map(Content::Number),
        1 => any::<bool>().prop_map(Content::Flag),
        1 => Just(Content::Error("#N/A".to_owned())),
        1 => Just(Content::Uncomputed),
        1 => (-2_000_000_000_i64..8_000_000_000).prop_map(|seconds| {
            Content::Moment(chrono::DateTime::from_timestamp(seconds, 0).unwrap_or_default().naive_utc())
        }),
        1 => any::<i32>().prop_map(|n| Content::Elapsed(chrono::TimeDelta::seconds(n.into()))),
    ]
}

prop_compose! {
    fn any_row()(
        cells in prop::collection::btree_map(0_u32..9, (content(), any::<bool>(), prop::option::weighted(0.2, any::<[u8; 3]>())), 0..9),
        hidden in prop::bool::weighted(0.1),
        gap in 1_u32..3,
    ) -> (u32, Row) {
        let cells = cells.into_iter().map(|(column, (content, struck, fill))| Cell {
            column,
            content,
            shown: None,
            fill,
            struck,
        });
        (gap, Row { number: 0, hidden, cells: cells.collect() })
    }
}

prop_compose! {
    fn any_sheet()(
        rows in prop::collection::vec(any_row(), 0..70),
        header in prop::option::weighted(0.7, 0_usize..5),
        merges in prop::collection::vec((1_u32..60, 0_u32..5, 0_u32..8, 0_u32..4), 0..6),
    ) -> (Sheet, Vec<Row>) {
        let mut number = 0;
        let mut rows: Vec<Row> = rows
            .into_iter()
            .map(|(gap, row)| {
                number += gap;
                Row { number, ..row }
            })
            .collect();
        if let Some(row) = header.and_then(|at| rows.get_mut(at)) {
            row.cells = text_row(1, &["编号", "客户名称", "投诉日期", "投诉内容", "不良数量", "索赔金额", "状态"]).cells;
        }
        let mut sheet = sheet("a");
        let merge = |(top, high, left, wide)| Merge { top, bottom: top + high, left, right: left + wide };
        sheet.merges = merges.into_iter().map(merge).collect();
        (sheet, rows)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn whatever_a_sheet_holds_its_rows_add_up_and_what_is_told_is_what_its_code_says((sheet, rows) in any_sheet()) {
        let (survey, _) = look(Fake::default().with(sheet, rows), "任意.xlsx");
        let proposal = propose(&survey);
        let read = Mapping::read(&proposal);
        prop_assert!(read.is_ok(), "{:?}\n{proposal}", read.err());
    }

    #[test]
    fn no_text_is_too_strange_for_a_date_or_an_amount(text in "[0-9０-９年月日号初旬〇一二十.:/ 上下午点半万元,¥()-]{0,24}") {
        use crate::understand::read::{dates, numbers};
        dates::of_text(&text, &dates::Beside { year: Some(2024), month: Some(3), ..Default::default() });
        numbers::money_of_text(&text, rust_decimal::Decimal::ONE);
        numbers::count_of_text(&text);
    }
}
