//! What a pack says about classes and routes: the shapes of `classes.toml` and `routing.toml`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use serde_json::Value;

use super::cue_name::CueName;
use kesu_words::Cue;

/// A pack's classification: its classes and its routes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Classification {
    /// `classes.toml`.
    pub classes: Classes,
    /// `routing.toml`.
    pub routing: Routing,
}

/// `classes.toml`: axes, the rules that decide them, and cues of this trade only.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Classes {
    /// How results that are no class of an axis are named.
    pub label: Labels,
    /// What makes a text a complaint, an enquiry, a service order; the first that fits wins.
    #[serde(default)]
    pub kind: Vec<KindRule>,
    /// The axes; exactly one is the main one.
    #[serde(default)]
    pub axis: Vec<Axis>,
    /// What decides the axes.
    #[serde(default)]
    pub rule: Vec<Rule>,
    /// Cues of this pack alone; general ones are in the lexicon.
    #[serde(default)]
    pub cue: Vec<Cue>,
}

/// Stored names of the results that lie outside the axes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labels {
    /// A plain enquiry (state S25).
    pub enquiry: String,
    /// A text too vague to classify (state S03).
    pub vague: String,
    /// The axis that names service orders, where the procedure has any.
    pub service_axis: Option<String>,
    /// The axis that names feedback that is no complaint: praise, market news, an authority's sampling.
    pub information_axis: Option<String>,
    /// How the class is written where several axes make it up: `{axis}` stands for the class on an axis; of parts joined by
    /// `+`, those whose axis is open fall away.
    pub class: Option<String>,
    /// Cues that say the report came outside working time, where nobody ticked it.
    #[serde(default)]
    pub off_hours: Vec<CueName>,
    /// Why the labels are named so.
    pub source: String,
}

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A complaint (投诉).
    Complaint,
    /// A question without dissatisfaction (咨询).
    Enquiry,
    /// An order for service (服务单), nobody complains.
    Service,
    /// Feedback that asks for nothing: praise, market news, an authority's sampling (信息).
    Information,
    /// Too little to go by; information has to be asked for (待补充).
    Vague,
}

impl Kind {
    /// Every kind.
    pub const ALL: &[Self] = &[
        Self::Complaint,
        Self::Enquiry,
        Self::Service,
        Self::Information,
        Self::Vague,
    ];

    /// The word under which the kind stands among the axes of a verdict and in routes.
    pub fn code(self) -> &'static str {
        match self {
            Self::Complaint => "complaint",
            Self::Enquiry => "enquiry",
            Self::Service => "service",
            Self::Information => "information",
            Self::Vague => "vague",
        }
    }
}

/// One reason to take a text for this kind.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindRule {
    /// The kind.
    pub is: Kind,
    /// Any of these cues counts.
    #[serde(default)]
    pub any: Vec<CueName>,
    /// Or any rule of these axes has fired.
    #[serde(default)]
    pub fired: Vec<String>,
    /// Only together with any of these cues.
    #[serde(default)]
    pub with: Vec<CueName>,
    /// But none of these cues.
    #[serde(default)]
    pub unless: Vec<CueName>,
    /// Only for texts shorter than this, in Han characters (four Latin letters count as one).
    pub shorter_than: Option<usize>,
    /// Where the procedure says so.
    pub source: String,
    /// Why, where the source is silent.
    pub assumed: Option<String>,
}

/// How an axis is decided when several rules fire.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The first class of the list that has a rule: classes are listed gravest first.
    #[default]
    Gravest,
    /// The class with the greatest sum of weights, then the first of the list.
    Score,
    /// Every class that has a rule, joined by `+` in the order of the list.
    All,
}

/// One question that the classification answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Axis {
    /// Id, a key of `axes` in a verdict.
    pub id: String,
    /// Titles by language.
    pub title: BTreeMap<String, String>,
    /// Whether its class is the class of the complaint.
    #[serde(default)]
    pub main: bool,
    /// How it is decided.
    #[serde(default)]
    pub mode: Mode,
    /// The class when nothing fires; absent: the axis is left open.
    pub default: Option<String>,
    /// Only for these kinds (default: complaints).
    #[serde(default = "complaints")]
    pub kinds: Vec<Kind>,
    /// A person decides this axis: nothing but its default or a structured answer is ever proposed as final.
    #[serde(default)]
    pub human: bool,
    /// Its classes, gravest first.
    pub class: Vec<Class>,
    /// Where the procedure says so.
    pub source: String,
    /// Why, where the source is silent.
    pub assumed: Option<String>,
}

fn complaints() -> Vec<Kind> {
    vec![Kind::Complaint]
}

/// One class of an axis.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// The stored name.
    pub name: String,
    /// The name in English.
    pub en: String,
    /// Where the procedure says so, if elsewhere than the axis.
    pub source: Option<String>,
    /// The meaning given to it where the source is silent.
    pub assumed: Option<String>,
}

/// A rule: which answers, words or numbers speak for which class.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The clause's id in the rule catalogue, shown as the reason.
    pub rule: String,
    /// The axis.
    pub axis: String,
    /// The class it speaks for.
    pub value: String,
    /// Any of these cues.
    #[serde(default)]
    pub cues: Vec<CueName>,
    /// Only together with any of these cues, anywhere in the text.
    #[serde(default)]
    pub with: Vec<CueName>,
    /// Not together with any of these cues.
    #[serde(default)]
    pub unless: Vec<CueName>,
    /// Words in the same sentence as one of these cues are explained by them and do not count.
    #[serde(default)]
    pub unless_near: Vec<CueName>,
    /// A number in the text.
    pub number: Option<NumberTest>,
    /// Structured answers; any of them suffices, and they beat text.
    #[serde(default)]
    pub answers: Vec<AnswerTest>,
    /// Only when the complaint came outside working time.
    #[serde(default)]
    pub off_hours: bool,
    /// A matter of life and limb: an answer or a doubt never silences it.
    #[serde(default)]
    pub safety: bool,
    /// A person has to look when it fires.
    #[serde(default)]
    pub review: bool,
    /// Its weight on an axis that is decided by score.
    #[serde(default = "one")]
    pub weight: u32,
    /// Where the procedure says so.
    pub source: String,
    /// Why, where the source is silent.
    pub assumed: Option<String>,
}

fn one() -> u32 {
    1
}

/// A condition on a number in the text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberTest {
    /// Unit of the lexicon (`money`, `times`, …).
    pub unit: String,
    /// One of these cues in the same clause, or failing that in the same sentence.
    #[serde(default)]
    pub near: Vec<CueName>,
    /// The number is at least this.
    pub at_least: Option<f64>,
    /// The number is greater than this.
    pub more_than: Option<f64>,
}

impl NumberTest {
    /// Whether `value` meets the bounds.
    pub fn holds(&self, value: f64) -> bool {
        self.at_least.is_none_or(|least| value >= least) && self.more_than.is_none_or(|most| value > most)
    }
}

/// A condition on a structured answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerTest {
    /// Key of the field.
    pub field: String,
    /// The answer is yes (or, for `false`, no).
    pub is: Option<bool>,
    /// The answer, or one of the answers, is among these.
    pub any_of: Option<Vec<String>>,
    /// The number is at least this.
    pub at_least: Option<f64>,
    /// The number is greater than this.
    pub more_than: Option<f64>,
    /// Something was chosen other than "none".
    #[serde(default)]
    pub given: bool,
}

/// `routing.toml`: who handles what.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Routing {
    /// Routes; the first whose conditions all hold wins.
    #[serde(default)]
    pub route: Vec<Route>,
}

/// One route.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Axis (or `kind`) and the classes it must have; an empty table always holds.
    #[serde(default)]
    pub when: BTreeMap<String, Vec<String>>,
    /// Stored name of the department or position.
    pub department: String,
    /// Where the procedure says so.
    pub source: String,
    /// Why, where the source is silent.
    pub assumed: Option<String>,
}

/// What is classified.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The customer's words.
    pub text: &'a str,
    /// Structured answers by field key.
    pub answers: &'a BTreeMap<String, Value>,
    /// Whether it arrived outside working time.
    pub off_hours: bool,
}

/// The result of a classification, with its reasons.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// What the text is.
    pub kind: Kind,
    /// The class on the main axis, or the label of the kind.
    pub class: String,
    /// The class on every axis that was decided, and `kind`.
    pub axes: BTreeMap<String, String>,
    /// Who handles it.
    pub department: Option<String>,
    /// What decided.
    pub because: Vec<Because>,
    /// What was said but did not count (denied, joked, heard, …).
    pub set_aside: Vec<SetAside>,
    /// Whether a person has to look.
    pub needs_review: bool,
    /// 0 to 1, two decimals.
    pub confidence: f64,
}

/// What speaks for the classes of an axis besides the answers: the words that came in, or a person. It is kept where answers
/// can move the axis, so that it holds again when an answer falls away.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spoken {
    /// The classes; one without a name where a person took the class away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// Those of them that no answer silences: words of life and limb, and what a person set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub firm: Vec<String>,
    /// Fields whose answers a person overruled; each counts again when it changes.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub over: BTreeSet<String>,
}

/// One reason. Offsets are characters of the original text, 0 and 0 for an answer or a default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Because {
    /// Clause of the catalogue.
    pub rule: String,
    /// The cue, or `answer:FIELD`, or `number:UNIT`, or `default`.
    pub cue: String,
    /// The axis decided.
    pub axis: String,
    /// The class it spoke for.
    pub value: String,
    /// The words themselves; events leave them out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// First character.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
}

/// Words that would have mattered but for their context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAside {
    /// The cue.
    pub cue: String,
    /// Why it does not count: `negation hypothesis question hearsay joke withdrawal third_party name answer`.
    pub why: String,
    /// First character.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
}
