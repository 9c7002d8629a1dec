//! Classification against example cases, tricks one by one, and properties that hold for any text.

mod cases;
mod robust;
mod samples;
mod tricks;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

use super::{Classifier, Input, Verdict};
use crate::procedure::Procedure;
use crate::procedure::load::{Source, shipped};

static ALL: LazyLock<BTreeMap<String, Procedure>> = LazyLock::new(|| {
    let load = |id: String| {
        let procedure = shipped(&id).expect("the pack is there");
        let procedure = procedure.unwrap_or_else(|faults| panic!("{id}: {faults:?}"));
        (id, procedure)
    };
    Source::shipped_ids().into_iter().map(load).collect()
});

fn procedure(id: &str) -> &'static Procedure {
    ALL.get(id).unwrap_or_else(|| panic!("there is no {id}"))
}

fn classifier(id: &str) -> &'static Classifier {
    &procedure(id).classifier
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
