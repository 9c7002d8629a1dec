//! Tests of paper forms.

use std::collections::BTreeSet;

use super::Procedure;
use super::eight_d::{self, DISCIPLINES};
use super::form::{blank, copies, named, records};
use super::load::{Source, shipped};
use super::model::FormRecord;
use crate::domain::value::FieldCatalogue;
use crate::language::Language;
use crate::texts::Texts;

fn pack(id: &str) -> Procedure {
    shipped(id).unwrap().unwrap()
}

#[test]
fn an_8d_report_shows_fields_of_the_record_and_each_once() {
    let record = FieldCatalogue::builtin();
    let texts = Texts::builtin().unwrap();
    let all: Vec<_> = eight_d::fields().collect();
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
    for key in &all {
        assert!(record.kind(key.as_str()).is_some(), "{key}");
    }
    for discipline in DISCIPLINES {
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
    use crate::domain::value::Kind;
    let texts = Texts::builtin().unwrap();
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
    let (p19, p26) = (pack("P19"), pack("P26"));
    let duty = |pack: &'static str, rule: &str| {
        let all = if pack == "P19" { &p19 } else { &p26 };
        let duty = all.pack.duty.iter().find(|duty| duty.rule == *rule).cloned();
        duty.unwrap()
    };
    let sanctions = named(&p19, "F46").unwrap();
    assert!(records(&p19, sanctions, &duty("P19", "D24")));
    assert!(!records(&p19, sanctions, &duty("P19", "D22")));
    assert!(!records(&p19, named(&p19, "F43").unwrap(), &duty("P19", "D24")));
    let survey = named(&p26, "F29").unwrap();
    assert!(
        p26.pack.duty.iter().all(|duty| records(&p26, survey, duty)),
        "no duty shares its row"
    );
}

#[test]
fn every_form_of_every_pack_can_be_filled_by_hand() {
    for id in Source::shipped_ids() {
        let procedure = pack(&id);
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
