//! Rows that say what was said before: merged when equal, flagged when alike, under numbers of their own.

use kesu_app::intake::Submission;
use serde_json::json;

use super::*;

#[tokio::test]
async fn the_rows_of_two_registers_are_merged_only_when_they_are_equal_and_flagged_when_they_are_alike() {
    let house = house().await;
    let year = "KS-1,江南水泵厂,2019-03-05,一号泵漏油，要求退货并赔偿损失,已结案\n\
                ,北方农机,2019-03-06,电机运行中冒烟，现场已停机等待处理,处理中\n\
                ,北方农机,2019-03-07,铭牌与合同不符，请尽快更换新铭牌,处理中\n";
    let first = fed(&house.app, csv("全年.csv", year), &Options::default()).await;
    assert_eq!((first.totals().created, codes(&first)), (3, vec![]));
    let month = "KS-1,江南水泵厂,2019-03-05,一号泵漏油，要求退货并赔偿损失,已结案\n\
                 KS-1,江南水泵厂,2019-03-05,叶轮断裂，与图纸不符,已结案\n\
                 ,北方农机,2019-03-06,电机运行中冒烟，现场已停机等待处理,处理中\n\
                 ,北方农机,2019-03-07,铭牌与合同不符！请尽快更换新的铭牌,处理中\n\
                 ,北方农机,2019-03-08,铭牌与合同不符，请尽快更换新铭牌,处理中\n";
    let second = fed(&house.app, csv("三月.csv", month), &Options::default()).await;
    let totals = second.totals();
    assert_eq!((totals.merged, totals.created), (2, 3), "{totals:?}");
    let flagged: Vec<_> = codes(&second)
        .into_iter()
        .filter(|(_, code)| *code != "number_again")
        .collect();
    assert_eq!(flagged, [(3, "number_known"), (5, "possible_duplicate")]);
    let complaints = all(&house.app).await;
    assert_eq!(complaints.len(), 6);
    let linked = complaints.iter().filter(|one| !one.complaint.links.is_empty()).count();
    assert_eq!(linked, 2);
    let again = fed(&house.app, csv("三月.csv", month), &Options::default()).await;
    assert_eq!((again.totals().unchanged, again.batch), (5, None));
    // What only repeated the first register goes with the second, and the first stays whole.
    let undone = undo(&house.app, second.batch.as_deref().unwrap(), &Actor::System)
        .await
        .unwrap();
    assert_eq!((undone.removed, undone.left.len()), (3, 0));
    assert_eq!(all(&house.app).await.len(), 3);
    let again = fed(&house.app, csv("三月.csv", month), &Options::default()).await;
    assert_eq!((again.totals().merged, again.totals().created), (2, 3));
    assert_eq!(house.app.verify().await.unwrap().faults.len(), 0);
}

#[tokio::test]
async fn what_a_customer_said_before_is_linked_and_a_known_number_is_not_given_twice() {
    let house = house().await;
    let body = json!({"description": "三号水泵运行中漏油，请尽快派人来处理", "received_at": "2026-03-02T09:00:00+08:00",
        "customer": {"name": "江南 水泵厂", "phone": "13800138000"}});
    let submission = Submission::read(&body, true).unwrap().keyed(&house.app, "by telephone");
    let there = house.app.receive(submission, &Actor::System).await.unwrap();
    let number = house.app.load(&there.id).await.unwrap().complaint.number.to_string();
    let register = format!(
        ",江南水泵厂,2026-03-02,三号水泵运行中漏油。请尽快派人来处理！,处理中\n{number},别家,2026-03-03,电机烧毁,处理中\n"
    );
    let report = fed(&house.app, csv("台账.csv", &register), &Options::default()).await;
    assert_eq!(codes(&report), [(2, "possible_duplicate"), (3, "number_known")]);
    let imported: Vec<Loaded> = all(&house.app)
        .await
        .into_iter()
        .filter(|one| one.complaint.imported.is_some())
        .collect();
    assert_eq!(imported.len(), 2);
    for one in &imported {
        assert_eq!(one.complaint.links[0].to.as_str(), there.id);
        assert_eq!(one.complaint.links[0].kind, "possible_duplicate");
        assert_ne!(one.complaint.number.as_str(), number);
        assert!(one.head.wake.is_none() && one.complaint.dormant());
    }
    assert_eq!(house.app.by_number(&number).await.unwrap(), Some(there.id));
    assert_eq!(house.app.verify().await.unwrap().faults.len(), 0);
}

#[tokio::test]
async fn new_numbers_go_on_after_imported_ones_also_when_those_are_taken_back() {
    let house = house().await;
    let procedure = house.app.library().procedure("P19").unwrap();
    let day = chrono::NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
    let number = |serial| kesu_rules::procedure::numbering::number(&procedure.pack.numbering, day, serial).unwrap();
    let register: String = (1..=5)
        .map(|n| format!("{},客户{n},2026-03-01,第{n}台漏油,已结案\n", number(n)))
        .collect();
    let report = fed(&house.app, csv("今年.csv", &register), &Options::default()).await;
    let new = |key: &'static str| {
        let app = house.app.clone();
        let body = json!({"description": "漏油", "customer": {"name": "新客户", "phone": "13900139000"}});
        async move {
            let submission = Submission::read(&body, true).unwrap().keyed(&app, key);
            let id = app.receive(submission, &Actor::System).await.unwrap().id;
            app.load(&id).await.unwrap().complaint.number
        }
    };
    assert_eq!(new("first").await, number(6));
    assert_eq!(house.app.verify().await.unwrap().faults.len(), 0);
    let undone = undo(&house.app, report.batch.as_deref().unwrap(), &Actor::System)
        .await
        .unwrap();
    assert_eq!((undone.removed, undone.left.len()), (5, 0));
    assert_eq!(new("second").await, number(7));
    assert_eq!(
        house.app.by_number(number(3).as_str()).await.unwrap(),
        None,
        "the number is free again"
    );
    assert_eq!(house.app.verify().await.unwrap().faults.len(), 0);
}
