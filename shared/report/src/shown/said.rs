//! What customers said, counted: to answers, and when they were asked whether they are satisfied.

use std::collections::BTreeMap;

use kesu_app::texts::texts;
use kesu_rules::domain::survey::Satisfied;

use super::{Counted, Eye};
use crate::words::word;

impl Eye<'_> {
    pub(super) fn reactions(&self) -> Vec<Counted> {
        let all = self.rollup.reactions.iter();
        all.map(|(value, n)| Counted {
            value: value.clone(),
            label: texts().label(self.language, "reaction", value),
            n: *n,
        })
        .collect()
    }

    pub(super) fn survey(&self) -> Vec<Counted> {
        let all = &self.rollup.survey;
        if all.is_empty() {
            return Vec::new();
        }
        let counted = |value: String, label: String, n: u64| Counted { value, label, n };
        let said = |question: &str, answer: &str| {
            let question = word(self.language, &format!("survey_{question}"));
            format!("{question}: {}", texts().label(self.language, "satisfied", answer))
        };
        let heads = [("asked", all.asked), ("replies", all.replies)];
        let heads = heads.map(|(key, n)| counted(key.to_owned(), word(self.language, &format!("survey_{key}")), n));
        let of = |question: &'static str, counts: &BTreeMap<String, u64>| -> Vec<Counted> {
            let answers = Satisfied::ALL.map(Satisfied::name).into_iter();
            let rows = answers.filter_map(|answer| Some((answer, *counts.get(answer)?)));
            let row = |(answer, n): (&str, u64)| counted(format!("{question}_{answer}"), said(question, answer), n);
            rows.map(row).collect()
        };
        let rows = heads.into_iter().chain(of("handling", &all.handling));
        rows.chain(of("speed", &all.speed)).collect()
    }
}
