//! What is wrong with the rules about slips.

use super::Check;
use crate::domain::names::FieldKey;
use crate::domain::value::Kind;

impl Check<'_> {
    pub(super) fn slips(&mut self) {
        let procedure = self.procedure;
        for rule in &procedure.pack.slip {
            let id = rule.rule.as_str();
            for key in rule.carried() {
                self.field(key.as_str());
            }
            if rule.carried().is_empty() {
                self.wrong(id, format!("{id} carries no field: say what it needs"));
            }
            for [left, right] in &rule.equal {
                if left == right {
                    self.wrong(id, format!("{id} compares `{left}` with itself"));
                }
                let kinds = [left, right].map(|key| procedure.fields.kind(key.as_str()));
                if let [Some(one), Some(other)] = kinds
                    && !alike(one, other)
                {
                    self.wrong(
                        id,
                        format!("{id} compares `{left}` with `{right}`, which are of different kinds"),
                    );
                }
                for key in [left, right] {
                    self.compared(id, key, procedure.fields.kind(key.as_str()));
                }
            }
        }
        for rule in &procedure.pack.approval {
            let Some(kind) = rule.at.slip() else { continue };
            if !procedure.pack.slip.iter().any(|slip| slip.kind == kind) {
                let (id, kind) = (rule.rule.as_str(), kind.name());
                self.wrong(
                    id,
                    format!("{id} approves `{kind}`, but there is no [[slip]] of that kind"),
                );
            }
        }
    }

    /// Free text and personal text cannot be compared: the record keeps only their digests.
    fn compared(&mut self, id: &str, key: &FieldKey, kind: Option<&Kind>) {
        if matches!(kind, Some(Kind::Words | Kind::Face)) {
            self.wrong(id, format!("{id} compares `{key}`, which holds free or personal text"));
        }
    }
}

fn alike(one: &Kind, other: &Kind) -> bool {
    let number = |kind: &Kind| matches!(kind, Kind::Number | Kind::Integer);
    (number(one) && number(other)) || std::mem::discriminant(one) == std::mem::discriminant(other)
}
