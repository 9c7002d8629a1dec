//! What is wrong with the rules about slips.

use super::Check;
use crate::domain::names::FieldKey;
use crate::domain::value::Kind;
use crate::procedure::tree::{Step, way};

impl Check<'_> {
    pub(super) fn slips(&mut self) {
        let procedure = self.procedure;
        for (at, rule) in procedure.pack.slip.iter().enumerate() {
            let id = rule.rule.as_str();
            for (list, keys) in [
                ("needs", &rule.needs),
                ("fields", &rule.fields),
                ("done_needs", &rule.done_needs),
            ] {
                for (n, key) in keys.iter().enumerate() {
                    self.field(&way!["slip", at, list, n], key.as_str());
                }
            }
            if rule.carried().is_empty() {
                let message = format!("{id} carries no field: say what it needs");
                self.wrong(&way!["slip", at, "needs"], message);
            }
            for (n, [left, right]) in rule.equal.iter().enumerate() {
                let here = way!["slip", at, "equal", n];
                for key in [left, right] {
                    self.field(&here, key.as_str());
                }
                if left == right {
                    self.wrong(&here, format!("{id} compares `{left}` with itself"));
                }
                let kinds = [left, right].map(|key| procedure.fields.kind(key.as_str()));
                if let [Some(one), Some(other)] = kinds
                    && !alike(one, other)
                {
                    let message = format!("{id} compares `{left}` with `{right}`, which are of different kinds");
                    self.wrong(&here, message);
                }
                for key in [left, right] {
                    self.compared(&here, id, key, procedure.fields.kind(key.as_str()));
                }
            }
        }
        for (at, rule) in procedure.pack.approval.iter().enumerate() {
            let Some(kind) = rule.at.slip() else { continue };
            if !procedure.pack.slip.iter().any(|slip| slip.kind == kind) {
                let message = format!(
                    "{} approves `{}`, but there is no [[slip]] of that kind",
                    rule.rule,
                    kind.name()
                );
                self.wrong(&way!["approval", at, "at"], message);
            }
        }
    }

    /// Free text and personal text cannot be compared: the record keeps only their digests.
    fn compared(&mut self, at: &[Step], id: &str, key: &FieldKey, kind: Option<&Kind>) {
        if matches!(kind, Some(Kind::Words | Kind::Face)) {
            self.wrong(at, format!("{id} compares `{key}`, which holds free or personal text"));
        }
    }
}

fn alike(one: &Kind, other: &Kind) -> bool {
    let number = |kind: &Kind| matches!(kind, Kind::Number | Kind::Integer);
    (number(one) && number(other)) || std::mem::discriminant(one) == std::mem::discriminant(other)
}
