//! A form has the rows of its source in their order, filled from the complaint or from the slip it shows.

use super::*;
use crate::procedure::cases::{self, CaseFile};
use crate::procedure::load::{Source, load};

fn house(id: &str) -> Procedure {
    load(&Source::shipped(id).unwrap(), &Source::shipped).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn complaint(procedure: &Procedure, steps: &str) -> Complaint {
    let text = format!(
        "[[case]]\nname = \"x\"\ngiven = {{ received_at = \"2025-03-14 10:00\", text = \"设备坏了,要求退货\", fields = {{ product_name = \"水泵\", customer_name = \"某公司\" }} }}\n{steps}"
    );
    let file: CaseFile = cases::parse(&text).unwrap();
    cases::left(&file.case[0], procedure).unwrap()
}

#[test]
fn rows_stand_in_the_forms_order_with_the_complaints_values() {
    let house = house("P02");
    let it = complaint(&house, "");
    let printed = form(&house, "F04", &it, None).unwrap();
    let keys: Vec<&str> = printed.rows.iter().map(|row| row.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "customer_name",
            "received_by",
            "description",
            "cause_main",
            "treatment",
            "treatment_detail"
        ]
    );
    assert_eq!(printed.number, it.number);
    assert!(
        matches!(printed.rows[0].value, Some(Value::Face(_))),
        "personal data is a reference"
    );
    assert_eq!(printed.rows[1].value, None, "an empty line");
    assert_eq!(printed.rows[0].title, "field.customer_name");
    assert_eq!(printed.sign, ["销售部", "管理者代表", "总经理"]);
    assert_eq!((printed.copies, printed.internal), (1, true));
}

#[test]
fn a_form_of_a_slip_shows_the_slips_own_values_before_the_complaints() {
    let house = house("P04");
    let it = complaint(
        &house,
        "[[case.when]]\ndo = { type = \"register\" }\n[[case.when]]\ndo = { type = \"return_goods\", fields = { model_spec = \"B-2\", serial_no = \"7\", treatment = \"exchange\", return_reason = \"坏了\", quantity_approved = 2, quantity_received = 2 } }\n",
    );
    assert_eq!(it.slips.len(), 1);
    let printed = form(&house, "F11", &it, Some(1)).unwrap();
    let value = |key: &str| {
        printed
            .rows
            .iter()
            .find(|row| row.key == *key)
            .and_then(|row| row.value.clone())
    };
    assert_eq!(value("model_spec"), Some(Value::Text("B-2".to_owned())));
    assert_eq!(printed.slip, Some(1));
    assert_eq!(form(&house, "F11", &it, Some(2)).unwrap_err(), Unprintable::NoSlip);
}
