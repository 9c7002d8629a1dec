//! What is found in texts as people write them, and what is not.

use super::{half, suggest, sure};

/// `field=value` of everything found, a `!` behind what is sure.
fn check(text: &str, wanted: &[&str]) {
    let found = suggest(text);
    let chars: Vec<char> = text.chars().map(half).collect();
    for one in &found {
        let there: String = chars.get(one.start..one.end).unwrap().iter().collect();
        let plain = |text: &str| {
            text.chars()
                .filter(|c| c.is_alphanumeric())
                .collect::<String>()
                .to_uppercase()
        };
        assert_eq!(plain(&there), plain(&one.value), "the place is wrong: {one:?}");
    }
    let told: Vec<String> = found
        .iter()
        .map(|one| format!("{}={}{}", one.field, one.value, if one.sure { "!" } else { "" }))
        .collect();
    assert_eq!(told, wanted, "{text}");
}

#[test]
fn what_stands_behind_a_label_is_sure() {
    check(
        "订单号：DD-2026-118，批号 B240817",
        &["order_no=DD-2026-118!", "batch_no=B240817!"],
    );
    check("訂單編號為 A10086，型號：X5", &["order_no=A10086!", "model_spec=X5!"]);
    check(
        "Order no. 4711-22, S/N: AB12CD34; model XR-300",
        &["order_no=4711-22!", "serial_no=AB12CD34!", "model_spec=XR-300!"],
    );
    check(
        "机身号#SN20260101 出厂编号是 77001",
        &["serial_no=SN20260101!", "serial_no=77001!"],
    );
    check("lot number 240817A", &["batch_no=240817A!"]);
    check("序列号:NO12345", &["serial_no=NO12345!"]);
}

#[test]
fn full_width_characters_are_read_like_their_half_width_twins() {
    check("批号：Ｂ２４０８１７", &["batch_no=B240817!"]);
}

#[test]
fn mobile_numbers_and_plates_are_found_without_a_label_and_only_offered() {
    check("请打13800000001联系我", &["customer_contact=13800000001"]);
    check("mobile one: 138 0000 0001", &["customer_contact=13800000001"]);
    check("我的车京A12345坏了", &["licence_plate=京A12345"]);
    check("新能源 粤BD12345", &["licence_plate=粤BD12345"]);
    check("沪a·1b234 和 苏E123学", &["licence_plate=沪A1B234"]);
    check("粤Z1234港", &["licence_plate=粤Z1234港"]);
}

#[test]
fn behind_a_label_they_are_sure() {
    check("手机：139-0000-0002", &["customer_contact=139-0000-0002!"]);
    check("电话 010-55550000", &["customer_contact=010-55550000!"]);
    check("车牌号：京A·12345", &["licence_plate=京A12345!"]);
}

#[test]
fn what_only_looks_like_one_is_not_taken() {
    for plain in [
        "我的订单坏了",
        "订单号忘记了",
        "批次很多",
        "In order to see it, a lot of things",
        "border no 123",
        "snow 2026",
        "第一批2个",
        "23800000001",
        "118800000001",
        "1380000000",
        "京A1234",
        "京A1234567",
        "京AIOIOI",
        "新A货到了",
        "云B2B平台",
        "",
    ] {
        check(plain, &[]);
    }
}

#[test]
fn the_first_sure_value_of_a_field_fills_it() {
    let found = suggest("订单号A-100，订单号A-200，型号 X5，13800000001");
    assert_eq!(
        sure(&found).collect::<Vec<_>>(),
        [("order_no", "A-100"), ("model_spec", "X5")]
    );
}

#[test]
fn the_same_value_is_offered_once_and_stays_sure() {
    check("13800000001，电话13800000001", &["customer_contact=13800000001!"]);
}

#[test]
fn a_long_text_of_labels_is_searched_in_one_go_and_bounded() {
    let text = "订单号".repeat(5_000) + &"A1234 订单号".repeat(2_000);
    assert!(suggest(&text).len() <= 50);
    let many: String = (0..500).map(|n| format!("订单号X{n:05} ")).collect();
    assert_eq!(suggest(&many).len(), 50);
}
