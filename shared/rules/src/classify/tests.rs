//! Classification against example cases, tricks one by one, and properties that hold for any text.

mod cases;
mod robust;
mod tricks;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

use super::{Classification, Classifier, Input, Lexicon, Verdict};

fn pack(classes: &str, routing: &str) -> Classifier {
    let lexicon = Lexicon::shipped().expect("the shipped lexicon reads");
    let classification = Classification::parse(classes, routing).expect("the pack reads");
    classification.compile(&lexicon).expect("the pack compiles")
}

macro_rules! classifier {
    ($name:ident, $id:literal) => {
        static $name: LazyLock<Classifier> = LazyLock::new(|| {
            pack(
                include_str!(concat!("../../procedures/", $id, "/classes.toml")),
                include_str!(concat!("../../procedures/", $id, "/routing.toml")),
            )
        });
    };
}

classifier!(P10, "P10");
classifier!(P19, "P19");
classifier!(P20, "P20");

fn classifier(id: &str) -> &'static Classifier {
    match id {
        "P10" => &P10,
        "P19" => &P19,
        "P20" => &P20,
        other => panic!("no classifier for {other}"),
    }
}

fn check(id: &str, text: &str) -> Verdict {
    check_with(id, text, &[], false)
}

fn check_with(id: &str, text: &str, answers: &[(&str, Value)], off_hours: bool) -> Verdict {
    let answers: BTreeMap<String, Value> = answers.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect();
    classifier(id).classify(&Input {
        text,
        answers: &answers,
        off_hours,
    })
}
