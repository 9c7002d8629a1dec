//! Tests of the letters: every letter in every language, with all it may be given and with the least.

use super::super::templates::{ROWS, TEMPLATES, Template};
use super::*;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

fn renderer() -> Renderer {
    Renderer::new().unwrap()
}

/// A letter's facts with every key that it may use.
fn example(template: &str) -> Json {
    let examples: Json = serde_json::from_str(include_str!("examples.json")).unwrap();
    examples[template].clone()
}

fn keys(of: &Json) -> BTreeSet<String> {
    of.as_object().unwrap().keys().cloned().collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn every_folder_of_letters_is_a_template_and_has_every_language() {
    let folders: BTreeSet<&str> = LETTERS
        .dirs()
        .filter_map(|dir| dir.path().to_str())
        .filter(|name| *name != "_shared")
        .collect();
    assert_eq!(folders, TEMPLATES.iter().map(|template| template.name).collect());
    for template in TEMPLATES {
        for language in Language::ALL {
            let path = format!("{}/{language}.txt", template.name);
            let text = LETTERS.get_file(&path).unwrap().contents_utf8().unwrap();
            assert!(text.starts_with("Subject: "), "{path}");
            assert_eq!(text.lines().nth(1), Some(""), "{path}");
        }
    }
}

#[test]
fn a_letter_uses_its_own_keys_and_the_same_in_every_language() {
    let renderer = renderer();
    for template in TEMPLATES {
        let used = |language: Language| -> BTreeSet<String> {
            let page = renderer
                .env
                .get_template(&format!("{}/{language}.txt", template.name))
                .unwrap();
            page.undeclared_variables(false).into_iter().collect()
        };
        let chinese = used(Language::ZhHans);
        for key in &chinese {
            assert!(template.allows(key), "{} uses {key}", template.name);
        }
        for key in template.required.iter().chain(template.optional) {
            assert!(chinese.contains(*key), "{} does not use {key}", template.name);
        }
        assert_eq!(used(Language::ZhHant), chinese, "{}", template.name);
        assert_eq!(used(Language::En), chinese, "{}", template.name);
    }
}

#[test]
fn the_examples_have_exactly_the_documented_keys() {
    for template in TEMPLATES {
        let example = example(template.name);
        let mut all = set(template.required);
        all.extend(set(template.optional));
        all.extend(set(template.common()));
        assert_eq!(keys(&example), all, "{}", template.name);
    }
    for (list, row_keys) in ROWS {
        let (templates, key): (Vec<&str>, &str) = match list.split_once('.') {
            Some((template, key)) => (vec![template], key),
            None => (vec!["assigned", "notice"], list),
        };
        for template in templates {
            for row in example(template)[key].as_array().unwrap() {
                assert_eq!(keys(row), set(row_keys), "{template}.{key}");
            }
        }
    }
}

#[test]
fn every_letter_reads_well_in_every_language() {
    let renderer = renderer();
    for template in TEMPLATES {
        let mut all = String::new();
        for language in Language::ALL {
            let letter = renderer
                .render(template.name, language, &example(template.name))
                .unwrap();
            all.push_str(&format!(
                "=== {language}\nSubject: {}\n\n{}\n",
                letter.subject, letter.text
            ));
        }
        insta::assert_snapshot!(template.name, all);
    }
}

#[test]
fn every_letter_can_be_written_with_the_least_that_it_needs() {
    let renderer = renderer();
    for template in TEMPLATES {
        let mut facts = example(template.name);
        facts
            .as_object_mut()
            .unwrap()
            .retain(|key, _| template.required.contains(&key.as_str()));
        for language in Language::ALL {
            let letter = renderer.render(template.name, language, &facts).unwrap();
            for sign in ["none", "null", "undefined", "{{", "{%", "（）", "()"] {
                assert!(
                    !letter.text.contains(sign) && !letter.subject.contains(sign),
                    "{}: {}",
                    template.name,
                    letter.text
                );
            }
        }
    }
}

#[test]
fn a_letter_about_one_complaint_carries_its_number_in_the_subject() {
    let renderer = renderer();
    for template in TEMPLATES
        .iter()
        .filter(|template| template.required.contains(&"number"))
    {
        for language in Language::ALL {
            let letter = renderer
                .render(template.name, language, &example(template.name))
                .unwrap();
            assert!(letter.subject.contains("[KS-2026-0017]"), "{}", letter.subject);
        }
    }
}

#[test]
fn a_letter_to_an_unverified_address_cannot_hold_a_submitted_word() {
    let template = Template::find("acknowledgement_unverified").unwrap();
    for submitted in ["name", "description", "product", "text", "customer", "note"] {
        assert!(!template.allows(submitted), "{submitted}");
    }
}

#[test]
fn a_key_too_many_and_a_key_too_few_are_errors() {
    let mut more = example("received_note");
    more["secret"] = json!("x");
    let error = renderer().render("received_note", Language::En, &more).unwrap_err();
    assert_eq!(
        error.to_string(),
        "letter template `received_note` does not use `secret`"
    );
    let mut fewer = example("received_note");
    fewer["number"] = Json::Null;
    let error = renderer().render("received_note", Language::En, &fewer).unwrap_err();
    assert_eq!(error.to_string(), "letter template `received_note` needs `number`");
    assert!(matches!(
        renderer().render("nothing", Language::En, &json!({})),
        Err(RenderError::UnknownTemplate(_))
    ));
    let mut wrong = example("received_note");
    wrong["received_at"] = json!("yesterday");
    assert!(matches!(
        renderer().render("received_note", Language::En, &wrong),
        Err(RenderError::Template(_))
    ));
    let mut row = example("overdue");
    row["items"][0].as_object_mut().unwrap().remove("until");
    assert!(matches!(
        renderer().render("overdue", Language::En, &row),
        Err(RenderError::Template(_))
    ));
}

#[test]
fn words_of_people_stay_words_in_every_part() {
    let mut facts = example("reply");
    facts["name"] = json!("<script>alert(1)</script>{{ number }}\r\nBcc: x@y.example");
    facts["number"] = json!("1\r\nBcc: x@y.example\u{2028}");
    let letter = renderer().render("reply", Language::ZhHans, &facts).unwrap();
    assert!(!letter.subject.contains(['\r', '\n', '\u{2028}']), "{}", letter.subject);
    assert!(!letter.html.contains("<script") && letter.html.contains("&lt;script&gt;"));
    assert!(letter.text.contains("{{ number }}"));
    assert!(!letter.html.contains("href=\"https://evil.example"));
    assert_eq!(letter.html.matches("href=").count(), 1);
}

#[test]
fn a_link_that_is_no_web_address_is_shown_as_text_only() {
    let mut facts = example("reply");
    facts["link"] = json!("javascript:alert(1)");
    let letter = renderer().render("reply", Language::En, &facts).unwrap();
    assert!(!letter.html.contains("href="));
}

#[test]
fn the_html_holds_the_same_text_and_loads_nothing() {
    let letter = renderer()
        .render("overdue", Language::ZhHans, &example("overdue"))
        .unwrap();
    for sign in ["src=", "url(", "<img", "<link", "<script", "@import"] {
        assert!(!letter.html.contains(sign), "{sign}");
    }
    insta::assert_snapshot!("html", letter.html);
}

#[test]
fn a_long_subject_is_cut() {
    let mut facts = example("duty_due");
    facts["duty"] = json!("长".repeat(500));
    let letter = renderer().render("duty_due", Language::ZhHans, &facts).unwrap();
    assert_eq!(letter.subject.chars().count(), SUBJECT_MAX);
}
