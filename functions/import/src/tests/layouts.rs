//! What a person said of a layout holds for the next register that has the same header, until he says otherwise.

use kesu_ledger::mapping::{Mapping, propose};

use super::*;

fn register(name: &str, rows: &str) -> Source {
    Source::bytes(
        name,
        format!("客诉编号,客户名称,投诉日期,问题描述,状态,仓库\n{rows}").into_bytes(),
    )
}

fn said(text: &str) -> Options {
    Options {
        mapping: Mapping::read(text).unwrap(),
        mapping_text: text.to_owned(),
        ..Options::default()
    }
}

#[tokio::test]
async fn a_mapping_is_remembered_by_the_header_and_replaced_by_the_next_word() {
    let house = house().await;
    let first = || register("2019.csv", "K1,示例客户,2019-03-05,漏油,已结案,一号库\n");
    let dry = Options {
        dry_run: true,
        ..Options::default()
    };
    let report = fed(&house.app, first(), &dry).await;
    assert_eq!(report.remembered, Vec::<String>::new());
    let proposal = propose(report.files[0].survey.as_deref().unwrap());
    let without = proposal.replace("\"仓库\" = \"extra\"", "\"仓库\" = \"ignore\"");
    assert_ne!(proposal, without);

    let report = fed(&house.app, first(), &said(&without)).await;
    assert_eq!((report.totals().created, report.remembered.len()), (1, 0));
    let again = fed(&house.app, first(), &Options::default()).await;
    assert_eq!(
        (again.totals().unchanged, again.remembered.len()),
        (1, 1),
        "it says the same as with the mapping"
    );
    let next = register("2020.csv", "K2,示例客户,2020-03-05,漏油,已结案,二号库\n");
    let report = fed(&house.app, next, &Options::default()).await;
    assert_eq!((report.totals().created, report.remembered.len()), (1, 1));
    let kept = |all: &[Loaded]| {
        all.iter()
            .filter(|one| format!("{:?}", one.complaint.fields).contains("号库"))
            .count()
    };
    assert_eq!(kept(&all(&house.app).await), 0);
    // Another header is another layout.
    let report = fed(&house.app, csv("2021.csv", &rows(1)), &Options::default()).await;
    assert_eq!(report.remembered, Vec::<String>::new());

    let report = fed(&house.app, first(), &said(&proposal)).await;
    assert_eq!(
        (report.totals().mended, report.remembered.len()),
        (1, 0),
        "what is said now goes before"
    );
    let again = fed(&house.app, first(), &Options::default()).await;
    assert_eq!((again.totals().unchanged, again.remembered.len()), (1, 1));
}
