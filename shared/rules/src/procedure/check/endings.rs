//! How complaints end and how they are numbered; what duties and forms promise.

use super::Check;
use crate::clock::WorkCalendar;
use crate::procedure::cases::states::STATES;
use crate::procedure::model::{FormRecord, NumberPeriod, Per};
use crate::procedure::tree::way;

impl Check<'_> {
    pub(super) fn endings(&mut self) {
        let pack = &self.procedure.pack;
        if pack.closing.is_empty() {
            self.wrong(&way!["closing"], "a complaint of this procedure can never be closed");
        }
        let known: Vec<&str> = STATES.reason.iter().map(|one| one.id.as_str()).collect();
        for (index, rule) in pack.closing.iter().enumerate() {
            let reason = rule.reason.as_str();
            if !known.contains(&reason) {
                self.wrong(
                    &way!["closing", index, "reason"],
                    format!("`{reason}` is none of the closing reasons: {}", known.join(", ")),
                );
            }
        }
        self.numbering();
        self.duties();
        self.forms();
        let calendar = &pack.procedure.calendar;
        if WorkCalendar::builtin(calendar).is_err() {
            self.wrong(
                &way!["procedure", "calendar"],
                format!("there is no calendar `{calendar}`"),
            );
        }
    }

    fn numbering(&mut self) {
        let numbering = &self.procedure.pack.numbering;
        let at = way!["numbering", "pattern"];
        let pattern = numbering.pattern.as_str();
        let plain = ["{year}", "{month}", "{day}", "{serial}"]
            .iter()
            .fold(pattern.to_owned(), |text, part| text.replace(part, ""));
        if !pattern.ends_with("{serial}") || pattern.matches("{serial}").count() != 1 {
            self.wrong(&at, "a number must end in its serial: the pattern ends in `{serial}`");
        }
        if plain.contains(['{', '}']) {
            self.wrong(
                &at,
                "a number is made of plain text, {year}, {month}, {day} and {serial}",
            );
        }
        let needs: &[&str] = match numbering.period {
            NumberPeriod::Month => &["{year}", "{month}"],
            NumberPeriod::Year => &["{year}"],
            NumberPeriod::Ever => &[],
        };
        if let Some(missing) = needs.iter().find(|part| !pattern.contains(*part)) {
            let message =
                format!("numbers would repeat: the serial starts again, but `{missing}` is not in the pattern");
            self.wrong(&at, message);
        }
        if !(1..=12).contains(&numbering.width) {
            self.wrong(&way!["numbering", "width"], "a serial has 1 to 12 digits");
        }
    }

    fn duties(&mut self) {
        for (index, duty) in self.procedure.pack.duty.iter().enumerate() {
            let id = &duty.rule;
            if duty.due_day.is_some_and(|day| !(1..=31).contains(&day)) {
                let message = format!("{id} is due on a day that no month has");
                self.wrong(&way!["duty", index, "due_day"], message);
            }
            if duty.per == Per::House {
                let only = [
                    ("from_field", duty.from_field.is_some()),
                    ("in_warranty", duty.in_warranty.is_some()),
                ];
                for (key, _) in only.into_iter().filter(|(_, given)| *given) {
                    let message = format!("{id} has `{key}`, which only duties `per = \"device\"` have");
                    self.wrong(&way!["duty", index, key], message);
                }
            }
        }
    }

    fn forms(&mut self) {
        for (index, form) in self.procedure.pack.form.iter().enumerate() {
            for (n, key) in form.fields.iter().enumerate() {
                self.field(&way!["form", index, "fields", n], key.as_str());
            }
            if let FormRecord::Slip(kind) = form.record
                && !self.procedure.pack.slip.iter().any(|slip| slip.kind == kind)
            {
                let message = format!(
                    "{} shows a `{}`, but there is no [[slip]] of that kind",
                    form.rule,
                    kind.name()
                );
                self.wrong(&way!["form", index, "record"], message);
            }
            if form.copies == Some(0) {
                let message = format!("{} is made in no copy at all", form.rule);
                self.wrong(&way!["form", index, "copies"], message);
            }
        }
    }
}
