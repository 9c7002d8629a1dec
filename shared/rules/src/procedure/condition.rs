//! When a rule of a procedure applies: a plain conjunction over class, axes, fields, milestones and answers.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::clock::Amount;
use crate::domain::names::{FieldKey, Milestone};
use crate::domain::value::Value;

/// All parts that are given must hold; an empty condition always holds.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Condition {
    /// The class is one of these.
    pub class: Vec<String>,
    /// On each axis, the value is one of these.
    pub axis: BTreeMap<String, Vec<String>>,
    /// Each field holds one of these (yes and no as `true` and `false`).
    pub field: BTreeMap<FieldKey, Vec<Plain>>,
    /// These fields are empty.
    pub blank: Vec<FieldKey>,
    /// These fields are filled.
    pub filled: Vec<FieldKey>,
    /// All of these have been reached in this round.
    pub reached: Vec<Milestone>,
    /// None of these has been reached in this round.
    pub not_reached: Vec<Milestone>,
    /// At least so many formal answers have been given.
    pub answers: Option<u32>,
    /// The customer's last reaction.
    pub reaction: Vec<String>,
    /// A numeric field is above this.
    pub over: BTreeMap<FieldKey, Decimal>,
    /// One amount lies too far below another.
    pub below: Option<Below>,
    /// Each date lay at least so long before the day of receipt.
    pub aged: BTreeMap<FieldKey, Amount>,
    /// It was received outside working time.
    pub off_hours: Option<bool>,
    /// It came in one of these ways.
    pub channel: Vec<String>,
    /// Every corrective action that was opened is settled, and there was one.
    pub capa_settled: Option<bool>,
    /// Any one of these holds.
    pub any: Vec<Condition>,
    /// None of these holds.
    pub none: Vec<Condition>,
}

/// An amount that lies more than some percent below another (price deviation).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Below {
    /// The lower amount.
    pub field: FieldKey,
    /// The amount it is measured by.
    pub of: FieldKey,
    /// More than so many percent of it.
    pub percent: Decimal,
}

impl Below {
    fn holds(&self, of: &dyn Situation) -> bool {
        let amount = |key: &FieldKey| of.field(key.as_str()).and_then(Value::amount);
        let (Some(low), Some(base)) = (amount(&self.field), amount(&self.of)) else {
            return false;
        };
        // Multiplied rather than divided: a base of nothing has no percentage, and nothing is rounded.
        base > Decimal::ZERO
            && (base - low)
                .checked_mul(Decimal::ONE_HUNDRED)
                .zip(base.checked_mul(self.percent))
                .is_some_and(|(short, allowed)| short > allowed)
    }
}

/// A plain value in a file: text, yes or no, or a whole number.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Plain {
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Whole(i64),
    /// Text.
    Text(String),
}

impl Plain {
    /// Whether a value is this, or, where several were chosen, holds this.
    fn matches(&self, value: &Value) -> bool {
        match value {
            Value::List(list) => list.iter().any(|one| self.is(one)),
            other => self.is(&other.plain()),
        }
    }

    fn is(&self, text: &str) -> bool {
        match self {
            Self::Flag(flag) => text == if *flag { "true" } else { "false" },
            Self::Whole(whole) => text.parse() == Ok(*whole),
            Self::Text(own) => own == text,
        }
    }
}

/// Stands on an axis in place of a class that nobody has said yet: rules about it may apply.
pub const NOT_KNOWN: &str = "?";

/// What a condition looks at. A class that is not known yet (`None`) holds against no condition: the rule may apply.
pub trait Situation {
    /// The class on the main axis.
    fn class(&self) -> Option<&str>;
    /// The value on an axis.
    fn axis(&self, axis: &str) -> Option<&str>;
    /// A field's value.
    fn field(&self, key: &str) -> Option<&Value>;
    /// Whether a milestone was reached in this round.
    fn reached(&self, milestone: &str) -> bool;
    /// How many formal answers were given.
    fn answers(&self) -> u32;
    /// The customer's last reaction.
    fn reaction(&self) -> Option<&str>;
    /// Whether it was received outside working time.
    fn off_hours(&self) -> bool;
    /// The civil day of receipt, where that is known.
    fn received_on(&self) -> Option<NaiveDate> {
        None
    }
    /// How it came in, where that is known.
    fn channel(&self) -> Option<&str> {
        None
    }
    /// Whether corrective action was taken and is settled.
    fn capa_settled(&self) -> bool {
        false
    }
}

/// Whether a date field lies at least `age` before the day of receipt, by the calendar.
fn long_ago(of: &dyn Situation, key: &FieldKey, age: &Amount) -> bool {
    let (Some(Value::Date(date)), Some(received)) = (of.field(key.as_str()), of.received_on()) else {
        return false;
    };
    age.after(*date).is_some_and(|end| end <= received)
}

/// Whether a class, or a value on an axis, is this one. What names several (`诉求:派人到现场+补货`) is each of them, with what
/// stands before its colon and without.
fn names(value: &str, one: &str) -> bool {
    let (before, bare) = value.split_once([':', ':']).unwrap_or(("", value));
    let wanted = match one.split_once([':', ':']) {
        Some((same, rest)) if same == before => rest,
        _ => one,
    };
    value == one || bare.split('+').any(|part| part == wanted)
}

impl Condition {
    /// Whether the condition holds, or may hold as far as is known.
    pub fn holds(&self, of: &dyn Situation) -> bool {
        self.tested(of, true)
    }

    /// Whether it holds whatever the class and the axes that are not known yet turn out to be.
    pub fn surely_holds(&self, of: &dyn Situation) -> bool {
        self.tested(of, false)
    }

    /// `doubt` is what a class or an axis counts for that is not known yet; what must not hold must not hold for sure.
    fn tested(&self, of: &dyn Situation, doubt: bool) -> bool {
        let class = |class: &str| self.class.iter().any(|one| names(class, one));
        let class = self.class.is_empty() || of.class().map_or(doubt, class);
        let stands = |value: &str, any: &[String]| match value {
            NOT_KNOWN => doubt,
            value => any.iter().any(|one| names(value, one)),
        };
        class
            && self
                .axis
                .iter()
                .all(|(axis, any)| of.axis(axis).is_some_and(|value| stands(value, any)))
            && self.field.iter().all(|(key, any)| {
                let value = of.field(key.as_str());
                value.is_some_and(|value| any.iter().any(|one| one.matches(value)))
            })
            && self.blank.iter().all(|key| of.field(key.as_str()).is_none())
            && self.filled.iter().all(|key| of.field(key.as_str()).is_some())
            && self.reached.iter().all(|name| of.reached(name.as_str()))
            && !self.not_reached.iter().any(|name| of.reached(name.as_str()))
            && self.answers.is_none_or(|least| of.answers() >= least)
            && (self.reaction.is_empty()
                || of
                    .reaction()
                    .is_some_and(|last| self.reaction.iter().any(|one| one == last)))
            && self
                .over
                .iter()
                .all(|(key, end)| of.field(key.as_str()).and_then(Value::amount).is_some_and(|n| n > *end))
            && self.below.as_ref().is_none_or(|below| below.holds(of))
            && self.aged.iter().all(|(key, age)| long_ago(of, key, age))
            && self.off_hours.is_none_or(|wanted| of.off_hours() == wanted)
            && (self.channel.is_empty()
                || of
                    .channel()
                    .is_some_and(|own| self.channel.iter().any(|one| one == own)))
            && self.capa_settled.is_none_or(|wanted| of.capa_settled() == wanted)
            && (self.any.is_empty() || self.any.iter().any(|one| one.tested(of, doubt)))
            && !self.none.iter().any(|one| one.tested(of, !doubt))
    }
}

#[cfg(test)]
#[path = "condition_tests.rs"]
mod tests;
