//! What people want done with uploads: each wish is carried out once, in slices, and a wish that cannot be is answered.

use kesu_app::registers::{self, Order, Register, RegisterState, order, upload};
use kesu_app::store::{Kind, SmallRecord};
use kesu_app::texts::Language;
use kesu_app::users::{self, User};
use serde_json::Value;

use super::*;
use crate::desk::{on_change, waiting, work, work_within};

fn head() -> UserId {
    UserId::parse("head@kesu.example").unwrap()
}

async fn staffed() -> House {
    let house = house().await;
    let account = User {
        role: Role::Manager,
        department: None,
        position: None,
        password: String::new(),
        handed_out: false,
        disabled: false,
    };
    assert!(users::save(&house.app.store, &head(), &account, 0).await.unwrap());
    house
}

async fn uploaded(house: &House, name: &str, bytes: Vec<u8>) -> String {
    let (id, _) = upload(&house.app, name, bytes, None, &head(), Language::En)
        .await
        .unwrap();
    id
}

async fn wants(house: &House, id: &str, wish: Order) {
    order(&house.app, id, wish, &head(), Language::En).await.unwrap();
    assert_eq!(waiting(&house.app).await.unwrap(), [id]);
    work(&house.app, id, None).await.unwrap();
}

async fn at(house: &House, id: &str) -> Register {
    registers::find(&house.app, id).await.unwrap().unwrap().0
}

async fn report(house: &House, id: &str, kind: &str) -> Value {
    let name = at(house, id).await.reports[kind].clone();
    serde_json::from_slice(&house.app.blobs.import(&name).await.unwrap().unwrap()).unwrap()
}

#[tokio::test]
async fn an_upload_is_read_taken_in_by_the_one_who_wants_it_and_taken_back() {
    let house = staffed().await;
    let id = uploaded(&house, "台账.csv", format!("{HEADER}{}", rows(3)).into_bytes()).await;
    work(&house.app, &id, None).await.unwrap();
    let register = at(&house, &id).await;
    assert_eq!((register.state, register.readable), (RegisterState::Read, true));
    assert_eq!(all(&house.app).await.len(), 0, "reading takes nothing in");
    let read = report(&house, &id, "read").await;
    assert_eq!(read["totals"]["created"], 3);
    assert!(
        read["proposal"]
            .as_str()
            .unwrap()
            .contains("\"客诉编号\" = \"complaint_no\""),
        "{}",
        read["proposal"]
    );
    let layout = &read["proposed"]["layouts"][0];
    assert_eq!(layout["columns"][0]["header"], "客诉编号");
    assert_eq!(layout["columns"][0]["use"], "complaint_no");
    assert_eq!((&layout["said"], &layout["remembered"]), (&false.into(), &false.into()));
    assert_eq!(read["proposed"]["fields"].as_array().unwrap().len(), 41);
    wants(&house, &id, Order::Run).await;
    let register = at(&house, &id).await;
    assert_eq!((register.state, register.batch.is_some()), (RegisterState::Done, true));
    let one = &all(&house.app).await[0].complaint;
    let log = house.app.store.log(one.id.as_str()).await.unwrap();
    assert!(
        log[0].entry.contains("head@kesu.example"),
        "history names who took it in: {}",
        log[0].entry
    );
    // What comes a second time finds nothing to do.
    work(&house.app, &id, None).await.unwrap();
    wants(&house, &id, Order::Undo).await;
    assert_eq!(at(&house, &id).await.state, RegisterState::Undone);
    assert_eq!(report(&house, &id, "undo").await["removed"], 3);
    assert_eq!(all(&house.app).await.len(), 0);
    wants(&house, &id, Order::Run).await;
    assert_eq!(all(&house.app).await.len(), 3, "and in again");
    assert_eq!(house.app.verify().await.unwrap().faults.len(), 0);
}

#[tokio::test]
async fn a_long_register_is_taken_in_slice_by_slice() {
    let house = staffed().await;
    let id = uploaded(&house, "台账.csv", format!("{HEADER}{}", rows(350)).into_bytes()).await;
    work(&house.app, &id, None).await.unwrap();
    order(&house.app, &id, Order::Run, &head(), Language::En).await.unwrap();
    let mut slices = 0;
    while at(&house, &id).await.state == RegisterState::Running {
        assert_eq!(at(&house, &id).await.slices, slices);
        work_within(&house.app, &id, None, std::time::Duration::ZERO)
            .await
            .unwrap();
        slices += 1;
        assert!(slices < 20, "it comes to no end");
    }
    assert_eq!((slices, all(&house.app).await.len()), (5, 350));
    assert_eq!(report(&house, &id, "run").await["totals"]["created"], 350);
}

#[tokio::test]
async fn what_cannot_be_read_or_done_is_answered_and_waits_for_another_wish() {
    let house = staffed().await;
    let id = uploaded(&house, "台账.xlsx", b"PK\x03\x04 no workbook".to_vec()).await;
    work(&house.app, &id, None).await.unwrap();
    let register = at(&house, &id).await;
    assert_eq!((register.state, register.readable), (RegisterState::Read, false));
    let read = report(&house, &id, "read").await;
    assert!(read["files"][0]["unreadable"]["message"].is_string(), "{read}");
    assert!(!register.reports.contains_key("copy"));

    let id = uploaded(&house, "台账.csv", format!("{HEADER}{}", rows(2)).into_bytes()).await;
    work(&house.app, &id, None).await.unwrap();
    let mapping = Some("[[layout]]\nfingerprint = 7\n".to_owned());
    let procedure = None;
    wants(&house, &id, Order::Read { mapping, procedure }).await;
    let register = at(&house, &id).await;
    assert_eq!(register.state, RegisterState::Read);
    assert_eq!(register.refused.unwrap()["code"], "bad_mapping");
    // An import that somebody forgot behind its back.
    wants(
        &house,
        &id,
        Order::Read {
            mapping: None,
            procedure: None,
        },
    )
    .await;
    wants(&house, &id, Order::Run).await;
    let batch = at(&house, &id).await.batch.unwrap();
    house.app.forget_batch(&batch).await.unwrap();
    wants(&house, &id, Order::Undo).await;
    let register = at(&house, &id).await;
    assert_eq!(
        (register.state, &register.refused.unwrap()["code"]),
        (RegisterState::Done, &Value::from("unknown_batch"))
    );
}

#[tokio::test]
async fn what_is_no_wish_is_passed_over() {
    let house = staffed().await;
    work(&house.app, "no-such-upload", None).await.unwrap();
    let change = kesu_app::store::Change::read(&serde_json::json!({"eventName": "MODIFY", "dynamodb": {
        "Keys": {"pk": {"S": "H#"}, "sk": {"S": "no-such-upload"}}, "SequenceNumber": "1"}}));
    on_change(&house.app, &change.unwrap(), None).await.unwrap();
    let broken = SmallRecord::new(Kind::Register, "broken", "{");
    house.app.store.put_new(&broken).await.unwrap();
    assert!(work(&house.app, "broken", None).await.is_err());
}
