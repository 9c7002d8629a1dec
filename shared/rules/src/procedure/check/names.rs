//! Names that nothing stands behind, and names that stand twice.

use std::collections::BTreeSet;

use super::Check;
use crate::domain::names::{Milestone, known};
use crate::domain::value::Kind;
use crate::procedure::condition::Condition;
use crate::procedure::model::SlipKind;

impl Check<'_> {
    pub(super) fn names(&mut self) {
        self.twice();
        self.milestones();
        self.fields();
        self.desks();
        for (name, when) in self.conditions() {
            self.condition(&name, &when);
        }
    }

    fn twice(&mut self) {
        let pack = &self.procedure.pack;
        let lists: [(&str, Vec<&str>); 7] = [
            ("deadline", pack.deadline.iter().map(|one| one.rule.as_str()).collect()),
            ("approval", pack.approval.iter().map(|one| one.rule.as_str()).collect()),
            ("slip", pack.slip.iter().map(|one| one.rule.as_str()).collect()),
            ("duty", pack.duty.iter().map(|one| one.rule.as_str()).collect()),
            ("ladder", pack.ladder.iter().map(|one| one.name.as_str()).collect()),
            (
                "milestone",
                pack.milestones.iter().map(|one| one.name.as_str()).collect(),
            ),
            (
                "intake field",
                pack.intake.iter().map(|one| one.field.as_str()).collect(),
            ),
        ];
        for (what, names) in lists {
            let mut seen = BTreeSet::new();
            for name in names {
                if !seen.insert(name) {
                    self.wrong(name, format!("{what} `{name}` stands twice"));
                }
            }
        }
        for added in pack
            .milestones
            .iter()
            .filter(|one| known::ALL.contains(&one.name.as_str()))
        {
            self.wrong(
                added.name.as_str(),
                format!("milestone `{}` is there already", added.name),
            );
        }
    }

    fn milestones(&mut self) {
        let pack = &self.procedure.pack;
        let mut named: Vec<&Milestone> = Vec::new();
        for rule in &pack.deadline {
            named.extend(rule.from.iter().chain(&rule.from_else).chain(&rule.until));
        }
        for guard in &pack.guard {
            named.extend(guard.milestone.iter().chain(&guard.reached));
        }
        named.extend(pack.notice.iter().map(|one| &one.at));
        named.extend(pack.approval.iter().filter_map(|one| one.milestone.as_ref()));
        named.extend(pack.closing.iter().flat_map(|one| &one.reached));
        named.extend(pack.implied.iter().flat_map(|one| [&one.by, &one.reaches]));
        for name in named {
            self.milestone(name);
        }
        for rule in &pack.implied {
            let mut reached = vec![&rule.reaches];
            let mut index = 0;
            while let Some(name) = reached.get(index).copied() {
                let next = pack
                    .implied
                    .iter()
                    .filter(|one| one.by == *name)
                    .map(|one| &one.reaches);
                let new: Vec<&Milestone> = next.filter(|one| !reached.contains(one)).collect();
                reached.extend(new);
                index += 1;
            }
            if reached.contains(&&rule.by) {
                self.wrong(
                    rule.by.as_str(),
                    format!("milestone `{}` implies itself in a circle", rule.by),
                );
            }
        }
    }

    fn milestone(&mut self, name: &Milestone) {
        let own = self.procedure.pack.milestones.iter().any(|one| one.name == *name);
        if !own && !known::ALL.contains(&name.as_str()) {
            self.wrong(
                name.as_str(),
                format!("there is no milestone `{name}`: add it under [[milestones]]"),
            );
        }
        if let Some(kind) = SlipKind::reaching(name.as_str())
            && !self.procedure.pack.slip.iter().any(|rule| rule.kind == kind)
        {
            let kind = kind.name();
            self.wrong(
                name.as_str(),
                format!("nothing can ever reach `{name}`: there is no [[slip]] of kind `{kind}`"),
            );
        }
    }

    pub(super) fn field(&mut self, key: &str) {
        if self.procedure.fields.kind(key).is_none() {
            self.wrong(key, format!("there is no field `{key}`"));
        }
    }

    fn fields(&mut self) {
        let pack = &self.procedure.pack;
        let plain = pack
            .intake
            .iter()
            .map(|one| &one.field)
            .chain(pack.exemption.iter().map(|one| &one.field));
        for key in plain.chain(
            pack.guard
                .iter()
                .flat_map(|guard| guard.fields.iter().chain(&guard.confirmed)),
        ) {
            self.field(key.as_str());
        }
        let dates = pack
            .deadline
            .iter()
            .flat_map(|rule| rule.from_field.iter().chain(&rule.date_field));
        for key in dates.chain(pack.retention.iter().filter_map(|one| one.from_field.as_ref())) {
            self.field(key.as_str());
            let kind = self.procedure.fields.kind(key.as_str());
            if kind.is_some_and(|kind| !matches!(kind, Kind::Date | Kind::Moment)) {
                self.wrong(key.as_str(), format!("field `{key}` holds no date"));
            }
        }
        let flags = pack.guard.iter().flat_map(|guard| &guard.confirmed);
        for key in flags.chain(pack.exemption.iter().map(|one| &one.field)) {
            let kind = self.procedure.fields.kind(key.as_str());
            if kind.is_some_and(|kind| *kind != Kind::Flag) {
                self.wrong(key.as_str(), format!("field `{key}` cannot be answered by yes or no"));
            }
        }
        let parties = match self.procedure.fields.kind("responsible_party") {
            Some(Kind::Choice(parties)) => parties.as_slice(),
            _ => &[],
        };
        for outcome in pack.outcome.iter().filter(|one| !parties.contains(&one.party)) {
            self.wrong(&outcome.party, format!("there is no party `{}`", outcome.party));
        }
        for rule in pack.exemption.iter().flat_map(|one| &one.skips) {
            if self.procedure.deadline(rule.as_str()).is_none() {
                self.wrong(rule.as_str(), format!("an exemption skips {rule}, which is not there"));
            }
        }
    }

    fn desks(&mut self) {
        let desks = self.procedure.desks();
        for (alias, desk) in &self.procedure.pack.aliases {
            if !desks.contains(desk) {
                self.wrong(
                    desk.as_str(),
                    format!("alias `{alias}` leads to `{desk}`, which this procedure never names"),
                );
            }
            if self.procedure.pack.aliases.contains_key(desk.as_str()) {
                self.wrong(
                    desk.as_str(),
                    format!("alias `{alias}` leads to `{desk}`, which is an alias itself"),
                );
            }
        }
    }

    /// Every condition of the pack, by the name of what it belongs to.
    fn conditions(&self) -> Vec<(String, Condition)> {
        let pack = &self.procedure.pack;
        let mut all: Vec<(&str, &Condition)> = Vec::new();
        all.extend(pack.deadline.iter().map(|one| (one.rule.as_str(), &one.when)));
        all.extend(pack.approval.iter().map(|one| (one.rule.as_str(), &one.when)));
        all.extend(pack.notice.iter().map(|one| (one.rule.as_str(), &one.when)));
        all.extend(pack.slip.iter().map(|one| (one.rule.as_str(), &one.when)));
        all.extend(pack.closing.iter().map(|one| (one.reason.as_str(), &one.when)));
        all.extend(pack.exemption.iter().map(|one| (one.rule.as_str(), &one.when)));
        all.extend(pack.implied.iter().map(|one| (one.by.as_str(), &one.when)));
        all.extend(pack.guard.iter().map(|one| (one.command.name(), &one.when)));
        all.extend(
            pack.capa
                .required
                .iter()
                .chain(&pack.capa.exempt)
                .map(|one| (one.rule.as_str(), &one.when)),
        );
        all.extend(
            pack.procedure
                .registrar_for
                .iter()
                .map(|one| (one.desk.as_str(), &one.when)),
        );
        all.into_iter()
            .map(|(name, when)| (name.to_owned(), when.clone()))
            .collect()
    }

    fn condition(&mut self, of: &str, when: &Condition) {
        let procedure = self.procedure;
        let classes = &procedure.pack.classes;
        let service = classes.label.service_axis.as_deref().unwrap_or_default();
        let mut known_classes = procedure.classes(procedure.main_axis());
        known_classes.extend(procedure.classes(service));
        known_classes.extend([classes.label.enquiry.clone(), classes.label.vague.clone()]);
        for class in when.class.iter().filter(|class| !known_classes.contains(class)) {
            self.wrong(class, format!("`{of}` speaks of class `{class}`, which is not there"));
        }
        for (axis, values) in when.axis.iter().filter(|(axis, _)| *axis != "kind") {
            let known_values = procedure.classes(axis);
            if known_values.is_empty() {
                self.wrong(of, format!("`{of}` speaks of axis `{axis}`, which is not there"));
            }
            for value in values
                .iter()
                .filter(|value| !known_values.is_empty() && !known_values.contains(value))
            {
                self.wrong(
                    value,
                    format!("`{of}` speaks of `{value}`, which axis `{axis}` does not have"),
                );
            }
        }
        for name in when.reached.iter().chain(&when.not_reached) {
            self.milestone(name);
        }
        let keys = when
            .field
            .keys()
            .chain(&when.blank)
            .chain(&when.filled)
            .chain(when.over.keys())
            .chain(when.aged.keys())
            .chain(when.below.iter().flat_map(|below| [&below.field, &below.of]));
        for key in keys {
            self.field(key.as_str());
        }
        for reaction in when
            .reaction
            .iter()
            .filter(|one| !["accepted", "disputed", "none"].contains(&one.as_str()))
        {
            self.wrong(
                reaction,
                format!("`{of}` speaks of reaction `{reaction}`; there are accepted, disputed and none"),
            );
        }
        for part in when.any.iter().chain(&when.none) {
            self.condition(of, part);
        }
    }
}
