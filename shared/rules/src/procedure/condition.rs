//! When a rule of a procedure applies: a plain conjunction over class, axes, fields, milestones and answers.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;

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
    fn is(&self, text: &str) -> bool {
        match self {
            Self::Flag(flag) => text == if *flag { "true" } else { "false" },
            Self::Whole(whole) => text.parse() == Ok(*whole),
            Self::Text(own) => own == text,
        }
    }
}

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
    /// How it came in, where that is known.
    fn channel(&self) -> Option<&str> {
        None
    }
    /// Whether corrective action was taken and is settled.
    fn capa_settled(&self) -> bool {
        false
    }
}

impl Condition {
    /// Whether the condition holds.
    pub fn holds(&self, of: &dyn Situation) -> bool {
        let class = self.class.is_empty() || of.class().is_none_or(|class| self.class.iter().any(|one| one == class));
        class
            && self
                .axis
                .iter()
                .all(|(axis, any)| of.axis(axis).is_some_and(|value| any.iter().any(|one| one == value)))
            && self.field.iter().all(|(key, any)| {
                let plain = of.field(key.as_str()).map(Value::plain);
                plain.is_some_and(|text| any.iter().any(|one| one.is(&text)))
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
            && self.off_hours.is_none_or(|wanted| of.off_hours() == wanted)
            && (self.channel.is_empty()
                || of
                    .channel()
                    .is_some_and(|own| self.channel.iter().any(|one| one == own)))
            && self.capa_settled.is_none_or(|wanted| of.capa_settled() == wanted)
            && (self.any.is_empty() || self.any.iter().any(|one| one.holds(of)))
            && !self.none.iter().any(|one| one.holds(of))
    }
}
