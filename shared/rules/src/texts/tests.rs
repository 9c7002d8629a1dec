//! Tests of the words for people.

use super::Texts;
use crate::domain::command::CommandKind;
use crate::language::Language::{self, En, ZhHans, ZhHant};
use crate::procedure::model::SlipKind;
use std::collections::{BTreeMap, BTreeSet};

fn texts() -> Texts {
    Texts::builtin()
}

fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn every_language_has_the_same_keys_and_placeholders() {
    let texts = texts();
    let of = |language| -> BTreeMap<&str, BTreeSet<&str>> {
        texts.words[&language]
            .iter()
            .map(|(key, text)| (key.as_str(), placeholders(text)))
            .collect()
    };
    let chinese = of(ZhHans);
    assert!(chinese.len() > 500, "{}", chinese.len());
    assert_eq!(of(ZhHant), chinese);
    assert_eq!(of(En), chinese);
}

#[test]
fn no_text_is_empty_and_every_label_table_exists() {
    let texts = texts();
    for language in Language::ALL {
        let tables: BTreeSet<&str> = texts
            .keys(language)
            .filter_map(|key| Some(key.split_once('.')?.0))
            .collect();
        for (key, text) in &texts.words[&language] {
            assert!(!text.trim().is_empty(), "{key} in {language}");
            for table in placeholders(text)
                .into_iter()
                .filter_map(|name| Some(name.split_once(':')?.1))
            {
                assert!(tables.contains(table), "{key} in {language} names the table `{table}`");
            }
        }
    }
}

#[test]
fn chinese_texts_are_in_their_own_script() {
    let texts = texts();
    for simplified in ['诉', '复', '请', '应', '须'] {
        for (key, text) in &texts.words[&ZhHant] {
            let names_a_language = key.starts_with("language.") || key.starts_with("form.lang_");
            assert!(names_a_language || !text.contains(simplified), "{key}: {text}");
        }
    }
}

#[test]
fn english_refusals_are_messages_without_capital_and_full_stop() {
    let texts = texts();
    for (key, text) in texts.words[&En].iter().filter(|(key, _)| key.starts_with("refusal.")) {
        assert!(
            !text.ends_with('.') && !text.starts_with(|c: char| c.is_uppercase()),
            "{key}: {text}"
        );
    }
}

#[test]
fn the_vocabularies_of_the_contract_have_words() {
    let texts = texts();
    let check = |table: &str, codes: &str| {
        for code in codes.split_whitespace() {
            for language in Language::ALL {
                assert!(
                    texts.has(language, &format!("{table}.{code}")),
                    "{table}.{code} in {language}"
                );
            }
        }
    };
    check(
        "stage",
        "received open waiting_customer waiting_approval replied closed archived not_a_complaint",
    );
    check("reaction", "accepted disputed none");
    check(
        "party",
        "company customer supplier carrier customs maker subcontractor third_party undecided",
    );
    check("letter_state", "queued claimed sent failed suppressed");
    check(
        "role",
        "officer department manager approver quality administrator auditor",
    );
    check("clock", "elapsed work workday cal event");
    check(
        "milestone",
        "received registered handed_over acknowledged contacted information_asked information_complete verified
         classified routed accepted contained meeting_held visited arrived repaired loaner_provided
         investigation_started investigated reported responsibility_judged proposed submitted approved refused executed
         replied customer_reacted reminded confirmed closed archived capa_opened capa_planned capa_done capa_checked",
    );
    for kind in SlipKind::ALL {
        check("milestone", &kind.milestones().join(" "));
        check("slip", kind.name());
    }
    check("slip_stage", "open approved refused done cancelled");
    check(
        "command",
        &CommandKind::ALL
            .iter()
            .map(|(_, name, _)| *name)
            .collect::<Vec<_>>()
            .join(" "),
    );
    check(
        "command",
        "register milestone request_info supply_info verify classify route contain investigate judge propose submit
         approve refuse execute reply react confirm extend close reopen link merge unmerge acknowledge note edit capa_open capa_plan
         capa_done capa_check capa_waive return_goods recall advise report_authority isolate service",
    );
    let reasons = "customer_satisfied agreement customer_accepted_and_executed signed_off facts_not_established
        not_upheld unjustified_answered external_cause_filed silence_timeout capa_effective superseded_by_new_form
        service_signed";
    check("closing", reasons);
    check("closing_short", reasons);
}

#[test]
fn a_refusal_names_the_field_in_the_readers_language() {
    let texts = texts();
    let say = |language| texts.text(language, "refusal.missing_field", &[("field", "customer.name")]);
    assert_eq!(say(ZhHans), "请填写“姓名或单位名称”");
    assert_eq!(say(ZhHant), "請填寫「姓名或單位名稱」");
    assert_eq!(say(En), "please fill in `name`");
    let both = [("stage", "closed"), ("command", "reply")];
    let said = texts.text(En, "refusal.not_allowed_in_stage", &both);
    assert_eq!(
        said,
        "`answer the customer` is not possible while the complaint is `closed`"
    );
}

#[test]
fn a_value_is_never_read_as_a_pattern() {
    let said = texts().text(En, "refusal.unknown_field", &[("field", "{max:stage}{field}")]);
    assert_eq!(
        said,
        "there is no field `{max:stage}{field}`: please remove it and submit again"
    );
}

#[test]
fn a_person_gets_something_to_read_even_when_words_are_missing() {
    let mut texts = texts();
    assert_eq!(texts.text(En, "no.such.key", &[]), "no.such.key");
    assert_eq!(
        texts.text(En, "refusal.too_long", &[("max", "5")]),
        "`{field:field}` is too long: please shorten it to 5 characters"
    );
    let chinese = texts.words.get_mut(&ZhHans).unwrap();
    chinese.insert("own".to_owned(), "只有中文 {".to_owned());
    assert_eq!(texts.text(En, "own", &[]), "只有中文 {");
    assert_eq!(texts.label(En, "milestone", "smoke_tested"), "smoke_tested");
}
