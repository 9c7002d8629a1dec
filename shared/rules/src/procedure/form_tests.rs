//! A form has the rows of its source in their order, filled from the complaint or from the slip it shows.

use std::collections::BTreeSet;

use super::*;
use crate::domain::value::{FieldCatalogue, Kind};
use crate::language::Language;
use crate::procedure::cases::{self, CaseFile};
use crate::procedure::load::{Source, load};
use crate::texts::Texts;

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
    let keys: Vec<&str> = printed.parts[0].rows.iter().map(|row| row.key.as_str()).collect();
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
        matches!(printed.parts[0].rows[0].value, Some(Value::Face(_))),
        "personal data is a reference"
    );
    assert_eq!(printed.parts[0].rows[1].value, None, "an empty line");
    assert_eq!(printed.parts[0].rows[0].title, "field.customer_name");
    let sign: Vec<&str> = printed.sign.iter().map(|one| one.desk.as_str()).collect();
    assert_eq!(sign, ["销售部", "管理者代表", "总经理"]);
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
        printed.parts[0]
            .rows
            .iter()
            .find(|row| row.key == *key)
            .and_then(|row| row.value.clone())
    };
    assert_eq!(value("model_spec"), Some(Value::Text("B-2".to_owned())));
    assert_eq!(printed.slip, Some(1));
    assert_eq!(form(&house, "F11", &it, Some(2)).unwrap_err(), Unprintable::NoSlip);
}

#[test]
fn an_8d_report_shows_fields_of_the_record_and_each_once() {
    let record = FieldCatalogue::builtin();
    let texts = Texts::builtin();
    let all: Vec<_> = eight_d::fields().collect();
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
    for key in &all {
        assert!(record.kind(key.as_str()).is_some(), "{key}");
    }
    for discipline in eight_d::DISCIPLINES {
        for language in Language::ALL {
            assert!(texts.has(language, discipline.title), "{}", discipline.title);
            for step in discipline.steps {
                assert!(texts.has(language, &format!("milestone.{step}")), "{step}");
            }
        }
    }
}

#[test]
fn every_choice_of_the_record_has_words() {
    let texts = Texts::builtin();
    for (key, kind) in FieldCatalogue::builtin().iter() {
        for language in Language::ALL {
            assert!(
                texts.has(language, &format!("field.{key}")),
                "field.{key} in {language}"
            );
            if let Kind::Choice(of) | Kind::Choices(of) = kind {
                for code in of {
                    assert!(
                        texts.has(language, &format!("{key}.{code}")),
                        "{key}.{code} in {language}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_form_records_the_duties_that_share_its_row_of_the_catalogue() {
    let (p19, p26) = (house("P19"), house("P26"));
    let duty = |rule: &str| p19.pack.duty.iter().find(|duty| duty.rule == *rule).unwrap();
    let sanctions = named(&p19, "F46").unwrap();
    assert!(records(&p19, sanctions, duty("D24")));
    assert!(!records(&p19, sanctions, duty("D22")));
    assert!(!records(&p19, named(&p19, "F43").unwrap(), duty("D24")));
    let survey = named(&p26, "F29").unwrap();
    assert!(
        p26.pack.duty.iter().all(|duty| records(&p26, survey, duty)),
        "no duty shares its row"
    );
}

#[test]
fn every_form_of_every_pack_can_be_filled_by_hand() {
    for id in Source::shipped_ids() {
        let procedure = house(&id);
        for form in &procedure.pack.form {
            let (parts, sign) = blank(&procedure, form);
            assert_eq!(sign.len(), form.sign.len());
            assert!(sign.iter().all(|one| one.decided.is_none()));
            assert!((1..=20).contains(&copies(form)));
            let bare = matches!(form.record, FormRecord::Duty | FormRecord::Document);
            let rows = parts.iter().map(|part| part.rows.len()).sum::<usize>();
            assert!(bare || rows > 0, "{id} {} has no lines", form.rule);
        }
    }
}

#[test]
fn a_slip_that_was_signed_with_the_plan_is_signed_until_there_is_another_plan() {
    let house = house("P19");
    let steps = [
        "type = \"register\"",
        "type = \"propose\", treatment = \"return\", amount = \"100\"",
        "type = \"submit\"",
        "type = \"approve\", request = \"A20\"",
        "type = \"approve\", request = \"A27\"",
        "type = \"return_goods\", fields = { return_reason = \"坏了\", slip_basis = \"投诉\", quantity_approved = 2 }",
    ];
    let steps: String = steps
        .iter()
        .map(|one| format!("[[case.when]]\ndo = {{ {one} }}\n"))
        .collect();
    let mut it = complaint(&house, &steps);
    let signed = |it: &Complaint| form(&house, "F48", it, None).unwrap().sign[0].clone();
    let by_plan = signed(&it);
    assert_eq!(by_plan.desk, "经(副)理");
    assert_eq!(by_plan.rule, RuleId::parse("A27"));
    assert!(by_plan.decided.is_some_and(|decided| decided.granted));
    let asked = it.approvals.iter().map(|one| one.asked_at).max().unwrap();
    it.milestones.push(Reached {
        name: Milestone::of(known::PROPOSED),
        at: asked + chrono::TimeDelta::minutes(1),
        ..it.milestones[0].clone()
    });
    assert_eq!(signed(&it).decided, None);
}
