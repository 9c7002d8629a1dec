//! Names that nothing stands behind, and names that stand twice.

use std::collections::BTreeSet;

use super::Check;
use crate::domain::command::CommandKind;
use crate::domain::names::{FieldKey, Milestone, RuleId, known};
use crate::domain::value::Kind;
use crate::procedure::model::SlipKind;
use crate::procedure::tree::{Path, Step, way};

impl<'a> Check<'a> {
    pub(super) fn names(&mut self) {
        self.twice();
        self.milestones();
        self.counters();
        self.circles();
        self.fields();
        self.parties();
        self.key_figures();
    }

    fn twice(&mut self) {
        let pack = &self.procedure.pack;
        let mut lists: Vec<(&str, &str, &str, Vec<&str>)> = Vec::new();
        macro_rules! list {
            ($what:literal, $list:ident, $key:ident) => {
                let names = pack.$list.iter().map(|one| one.$key.as_str()).collect();
                lists.push(($what, stringify!($list), stringify!($key), names));
            };
        }
        list!("deadline", deadline, rule);
        list!("approval", approval, rule);
        list!("slip", slip, rule);
        list!("duty", duty, rule);
        list!("counter", counter, rule);
        list!("ladder", ladder, name);
        list!("milestone", milestones, name);
        list!("intake field", intake, field);
        for (what, list, key, names) in lists {
            let mut seen = BTreeSet::new();
            for (index, name) in names.into_iter().enumerate() {
                if !seen.insert(name) {
                    self.wrong(&way![list, index, key], format!("{what} `{name}` stands twice"));
                }
            }
        }
        for (index, added) in pack.milestones.iter().enumerate() {
            if known::ALL.contains(&added.name.as_str()) {
                let message = format!("milestone `{}` is there already", added.name);
                self.wrong(&way!["milestones", index, "name"], message);
            }
        }
    }

    fn milestones(&mut self) {
        let pack = &self.procedure.pack;
        let mut named: Vec<(Path, &'a Milestone)> = Vec::new();
        for (index, rule) in pack.deadline.iter().enumerate() {
            let at = |key: &str| way!["deadline", index, key];
            named.extend(rule.from.iter().map(|name| (at("from"), name)));
            named.extend(rule.from_else.iter().map(|name| (at("from_else"), name)));
            let until = rule.until.iter().enumerate();
            named.extend(until.map(|(n, name)| (way!["deadline", index, "until", n], name)));
        }
        for (index, guard) in pack.guard.iter().enumerate() {
            named.extend(
                guard
                    .milestone
                    .iter()
                    .map(|name| (way!["guard", index, "milestone"], name)),
            );
            let reached = guard.reached.iter().enumerate();
            named.extend(reached.map(|(n, name)| (way!["guard", index, "reached", n], name)));
            if guard.formal.is_some() && guard.command != CommandKind::Reply {
                let message = "only a `reply` is formal or informal".to_owned();
                self.wrong(&way!["guard", index, "formal"], message);
            }
        }
        let notices = pack.notice.iter().enumerate();
        named.extend(notices.map(|(index, one)| (way!["notice", index, "at"], &one.at)));
        let approvals = pack.approval.iter().enumerate();
        named.extend(
            approvals.filter_map(|(index, one)| Some((way!["approval", index, "milestone"], one.milestone.as_ref()?))),
        );
        for (index, rule) in pack.closing.iter().enumerate() {
            let reached = rule.reached.iter().enumerate();
            named.extend(reached.map(|(n, name)| (way!["closing", index, "reached", n], name)));
        }
        for (index, rule) in pack.implied.iter().enumerate() {
            named.push((way!["implied", index, "by"], &rule.by));
            named.push((way!["implied", index, "reaches"], &rule.reaches));
        }
        let outcomes = pack.outcome.iter().enumerate();
        named.extend(
            outcomes.filter_map(|(index, one)| Some((way!["outcome", index, "reaches"], one.reaches.as_ref()?))),
        );
        for (at, name) in named {
            self.milestone(&at, name);
        }
    }

    pub(super) fn milestone(&mut self, at: &[Step], name: &Milestone) {
        let own = self.procedure.pack.milestones.iter().any(|one| one.name == *name);
        if !own && !known::ALL.contains(&name.as_str()) {
            let message = format!("there is no milestone `{name}`: add it under [[milestones]]");
            self.wrong(at, message);
        }
        if let Some(kind) = SlipKind::reaching(name.as_str())
            && !self.procedure.pack.slip.iter().any(|rule| rule.kind == kind)
        {
            let kind = kind.name();
            let message = format!("nothing can ever reach `{name}`: there is no [[slip]] of kind `{kind}`");
            self.wrong(at, message);
        }
    }

    /// What is counted together must be a value that is the same twice: a plain field or an axis.
    fn counters(&mut self) {
        let procedure = self.procedure;
        for (index, rule) in procedure.pack.counter.iter().enumerate() {
            for (n, key) in rule.same.iter().enumerate() {
                let plain = match procedure.fields.kind(key.as_str()) {
                    Some(kind) => !matches!(kind, Kind::Words | Kind::Face),
                    None => !procedure.classes(key.as_str()).is_empty(),
                };
                if !plain {
                    let message = format!("`{key}` is neither a plain field nor an axis: nothing can be counted by it");
                    self.wrong(&way!["counter", index, "same", n], message);
                }
            }
        }
    }

    /// What a key figure is measured by must be there.
    fn key_figures(&mut self) {
        let procedure = self.procedure;
        for (index, kpi) in procedure.pack.kpi.iter().enumerate() {
            for (n, rule) in kpi.rules.iter().enumerate() {
                if procedure.deadline(rule.as_str()).is_none() {
                    let message = format!("key figure {} measures {rule}, which is not there", kpi.rule);
                    self.wrong(&way!["kpi", index, "rules", n], message);
                }
            }
            for (n, field) in kpi.fields.iter().enumerate() {
                if !matches!(procedure.fields.kind(field.as_str()), Some(Kind::Money)) {
                    let message = format!("`{field}` is no sum of money: key figure {} cannot add it up", kpi.rule);
                    self.wrong(&way!["kpi", index, "fields", n], message);
                }
            }
            if kpi.measure.wants_figure() && kpi.figure.is_none() {
                let message = format!("key figure {} is set against nothing: name the `figure`", kpi.rule);
                self.wrong(&way!["kpi", index, "measure"], message);
            }
        }
    }

    /// Milestones that imply themselves by way of others.
    fn circles(&mut self) {
        let implied = &self.procedure.pack.implied;
        for (at, rule) in implied.iter().enumerate() {
            let mut reached = vec![&rule.reaches];
            let mut index = 0;
            while let Some(name) = reached.get(index).copied() {
                let next = implied.iter().filter(|one| one.by == *name).map(|one| &one.reaches);
                let new: Vec<&Milestone> = next.filter(|one| !reached.contains(one)).collect();
                reached.extend(new);
                index += 1;
            }
            if reached.contains(&&rule.by) {
                let message = format!("milestone `{}` implies itself in a circle", rule.by);
                self.wrong(&way!["implied", at, "reaches"], message);
            }
        }
    }

    pub(super) fn field(&mut self, at: &[Step], key: &str) {
        if self.procedure.fields.kind(key).is_none() {
            self.wrong(at, format!("there is no field `{key}`"));
        }
    }

    /// A field that a condition measures: a date, or else a number or a sum of money.
    pub(super) fn measurable(&mut self, at: &[Step], key: &str, dated: bool) {
        let fits = match self.procedure.fields.kind(key) {
            // That there is no such field is said elsewhere.
            None => true,
            Some(Kind::Date) => dated,
            Some(Kind::Number | Kind::Integer | Kind::Money) => !dated,
            Some(_) => false,
        };
        if !fits {
            let wanted = if dated { "a date" } else { "a number or a sum of money" };
            self.wrong(at, format!("field `{key}` is not {wanted}, so this can never hold"));
        }
    }

    fn fields(&mut self) {
        let pack = &self.procedure.pack;
        let intake = pack.intake.iter().enumerate();
        let mut plain: Vec<(Path, &'a FieldKey)> = intake
            .map(|(index, one)| (way!["intake", index, "field"], &one.field))
            .collect();
        let mut flags: Vec<(Path, &'a FieldKey)> = Vec::new();
        for (index, guard) in pack.guard.iter().enumerate() {
            let fields = guard.fields.iter().enumerate();
            plain.extend(fields.map(|(n, key)| (way!["guard", index, "fields", n], key)));
            let confirmed = guard.confirmed.iter().enumerate();
            flags.extend(confirmed.map(|(n, key)| (way!["guard", index, "confirmed", n], key)));
        }
        let exemptions = pack.exemption.iter().enumerate();
        flags.extend(exemptions.map(|(index, one)| (way!["exemption", index, "field"], &one.field)));
        let mut dates: Vec<(Path, &'a FieldKey)> = Vec::new();
        for (index, rule) in pack.deadline.iter().enumerate() {
            dates.extend(
                rule.from_field
                    .iter()
                    .map(|key| (way!["deadline", index, "from_field"], key)),
            );
            dates.extend(
                rule.date_field
                    .iter()
                    .map(|key| (way!["deadline", index, "date_field"], key)),
            );
        }
        let duties = pack.duty.iter().enumerate();
        dates.extend(
            duties.filter_map(|(index, one)| Some((way!["duty", index, "from_field"], one.from_field.as_ref()?))),
        );
        let retention = pack.retention.iter().filter_map(|one| one.from_field.as_ref());
        dates.extend(retention.map(|key| (way!["retention", "from_field"], key)));
        for (at, key) in plain.iter().chain(&flags).chain(&dates) {
            self.field(at, key.as_str());
        }
        for (at, key) in dates {
            let kind = self.procedure.fields.kind(key.as_str());
            if kind.is_some_and(|kind| !matches!(kind, Kind::Date | Kind::Moment)) {
                self.wrong(&at, format!("field `{key}` holds no date"));
            }
        }
        for (at, key) in flags {
            let kind = self.procedure.fields.kind(key.as_str());
            if kind.is_some_and(|kind| *kind != Kind::Flag) {
                self.wrong(&at, format!("field `{key}` cannot be answered by yes or no"));
            }
        }
    }

    fn parties(&mut self) {
        let pack = &self.procedure.pack;
        let parties = match self.procedure.fields.kind("responsible_party") {
            Some(Kind::Choice(parties)) => parties.as_slice(),
            _ => &[],
        };
        for (index, outcome) in pack.outcome.iter().enumerate() {
            if !parties.contains(&outcome.party) {
                let message = format!("there is no party `{}`", outcome.party);
                self.wrong(&way!["outcome", index, "party"], message);
            }
            let known = |form: &RuleId| pack.form.iter().any(|one| one.rule == *form);
            if let Some(form) = outcome.form.as_ref().filter(|form| !known(form)) {
                self.wrong(&way!["outcome", index, "form"], format!("there is no form {form}"));
            }
            if let Some(name) = outcome.reaches.as_ref().filter(|name| known::by_command(name.as_str())) {
                let message = format!("milestone `{name}` has a command of its own: no judgement reaches it");
                self.wrong(&way!["outcome", index, "reaches"], message);
            }
        }
        for (index, exemption) in pack.exemption.iter().enumerate() {
            for (n, rule) in exemption.skips.iter().enumerate() {
                if self.procedure.deadline(rule.as_str()).is_none() {
                    let message = format!("an exemption skips {rule}, which is not there");
                    self.wrong(&way!["exemption", index, "skips", n], message);
                }
            }
        }
    }
}
