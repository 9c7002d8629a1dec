//! Corrective action on a form: what was laid down, when it was carried out, and whether it worked.

use kesu_app::texts::{Language, texts};
use kesu_rules::clock::Moment;
use kesu_rules::domain::event::Event;
use kesu_rules::domain::names::UserId;
use kesu_rules::domain::value::TextRef;

use super::{Line, Press};
use crate::shown::Shown;

/// The last word of the log on one corrective action: an action that had no effect is planned again.
#[derive(Default)]
struct Course {
    measures: Option<TextRef>,
    waived: Option<TextRef>,
    dates: Vec<(&'static str, Moment, String, Option<bool>)>,
}

/// The lines of the corrective actions of a complaint, or of the one numbered `n`.
pub fn lines(press: &Press<'_>, shown: &Shown, n: Option<u32>) -> Vec<Line> {
    let wanted = |own: u32| n.is_none_or(|n| own == n);
    let all = shown.loaded.complaint.capa.iter().filter(|one| wanted(one.n));
    let lines: Vec<Line> = all
        .flat_map(|one| {
            let stage = texts().label(press.language, "capa_stage", one.stage.name());
            let title = texts().text(press.language, "sheet.capa_n", &[("n", &one.n.to_string())]);
            let mut lines = vec![Line {
                wide: true,
                ..Line::of(title, Some(stage))
            }];
            lines.extend(course(press, shown, one.n).lines(press, shown));
            lines
        })
        .collect();
    if lines.is_empty() { empty(press.language) } else { lines }
}

/// The lines that are filled by hand.
pub fn empty(language: Language) -> Vec<Line> {
    let measures = Line::of(texts().label(language, "field", "measures"), None).tall();
    let dates = ["capa_planned", "capa_done", "capa_checked"];
    let date = |name: &&str| Line::of(texts().label(language, "milestone", name), None);
    std::iter::once(measures).chain(dates.iter().map(date)).collect()
}

fn course(press: &Press<'_>, shown: &Shown, n: u32) -> Course {
    let mut course = Course::default();
    for (entry, _) in shown.entries() {
        let by = UserId::parse(&entry.actor).filter(|by| by.as_str().contains('@'));
        let by = by.map(|by| press.person(&by)).unwrap_or_default();
        for event in entry.events {
            match event {
                Event::CapaOpened { n: own, at } if own == n => course.note("capa_opened", at, &by, None),
                Event::CapaPlanned { n: own, at, measures } if own == n => {
                    course.measures = Some(measures);
                    course.note("capa_planned", at, &by, None);
                }
                Event::CapaDone { n: own, at } if own == n => course.note("capa_done", at, &by, None),
                Event::CapaChecked { n: own, at, effective } if own == n => {
                    course.note("capa_checked", at, &by, Some(effective));
                }
                Event::CapaWaived { n: own, reason, .. } if own == n => course.waived = Some(reason),
                _ => {}
            }
        }
    }
    course
}

impl Course {
    fn note(&mut self, name: &'static str, at: Moment, by: &str, effective: Option<bool>) {
        self.dates.retain(|one| one.0 != name);
        self.dates.push((name, at, by.to_owned(), effective));
    }

    fn lines(&self, press: &Press<'_>, shown: &Shown) -> Vec<Line> {
        let language = press.language;
        let said = |at: &TextRef| {
            let words = shown.words(at).map(str::to_owned);
            words.unwrap_or_else(|| texts().text(language, "admin.erased", &[]))
        };
        let words =
            |field: &str, at: &TextRef| Line::of(texts().label(language, "field", field), Some(said(at))).tall();
        let mut lines: Vec<Line> = self.measures.iter().map(|at| words("measures", at)).collect();
        lines.extend(self.waived.iter().map(|at| words("no_action_reason", at)));
        lines.extend(self.dates.iter().map(|(name, at, by, effective)| {
            let effect = effective.map(|good| {
                if good {
                    "sheet.capa_effective"
                } else {
                    "sheet.capa_ineffective"
                }
            });
            let effect = effect.map(|key| texts().text(language, key, &[]));
            let parts = [
                Some(press.at(*at)),
                effect,
                Some(by.clone()).filter(|by| !by.is_empty()),
            ];
            let said: Vec<String> = parts.into_iter().flatten().collect();
            Line::of(texts().label(language, "milestone", name), Some(said.join("  ")))
        }));
        lines
    }
}
