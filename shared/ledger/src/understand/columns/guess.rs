//! Guessing the role of each header: what a person said, then the sure, the doubtful and the alike, each with its question.

use std::collections::BTreeMap;

use super::{Ask, Role, looks};
use crate::code::Code;
use crate::grid::{Content, Row};
use crate::mapping::{Layout, Use};
use crate::understand::fields::{Kind, field};
use crate::understand::fold;
use crate::understand::header::Heading;
use crate::understand::words::{ALIKE, Confidence, DOUBTFUL, Meaning, SURE, WORDS};

/// The roles of the headers of a table, as far as they are known.
pub struct Guess<'a> {
    headings: &'a [Heading],
    samples: &'a [Row],
    /// Field to the place (in `headings`) that has it.
    taken: BTreeMap<&'static str, usize>,
    roles: Vec<(Role, Confidence)>,
    asks: Vec<Ask>,
}

impl<'a> Guess<'a> {
    /// Nothing is known yet.
    pub fn of(headings: &'a [Heading], samples: &'a [Row]) -> Guess<'a> {
        Guess {
            headings,
            samples,
            taken: BTreeMap::new(),
            roles: vec![(Role::Extra, 0); headings.len()],
            asks: Vec::new(),
        }
    }

    /// Gives each header its role, and what was doubtful.
    pub fn all(mut self, names: &[String], layout: Option<&Layout>) -> (Vec<(Role, Confidence)>, Vec<Ask>) {
        let mut free: Vec<usize> = (0..self.headings.len()).collect();
        if let Some(layout) = layout {
            free.retain(|at| !self.remembered(*at, names.get(*at), layout));
        }
        self.sure_ones(&free);
        self.doubtful_ones(&free);
        self.alike_ones(&free);
        self.number(&free);
        self.description(&free);
        self.date(&free);
        self.number_in_a_running_one(&free);
        (self.roles, self.asks)
    }

    fn set(&mut self, at: usize, role: Role, confidence: Confidence) {
        if let Some(place) = self.roles.get_mut(at) {
            *place = (role, confidence);
        }
        if let Role::Field(name, _) = role {
            self.taken.entry(name).or_insert(at);
        }
    }

    fn ask(&mut self, at: usize, code: Code, field: &'static str) {
        let Some(heading) = self.headings.get(at) else { return };
        let mut values = vec![("header", heading.text.clone())];
        if !field.is_empty() {
            values.push(("field", field.to_owned()));
        }
        self.asks.push(Ask {
            at: heading.column,
            code,
            values,
        });
    }

    /// A second column for a field: asked about, beside the one that was taken.
    fn second(&mut self, at: usize, field: &'static str) {
        let taken = self.taken.get(field).and_then(|taken| self.headings.get(*taken));
        let Some((first, heading)) = taken.zip(self.headings.get(at)) else {
            return;
        };
        let values = |header: &Heading, other: &Heading| {
            vec![
                ("header", header.text.clone()),
                ("other", other.text.clone()),
                ("field", field.to_owned()),
            ]
        };
        let (taken, second) = (values(first, heading), values(heading, first));
        self.asks.push(Ask {
            at: first.column,
            code: Code::AskFirst,
            values: taken,
        });
        self.asks.push(Ask {
            at: heading.column,
            code: Code::AskSecond,
            values: second,
        });
    }

    fn key(&self, at: usize) -> String {
        let text = self.headings.get(at).map_or("", |heading| heading.text.as_str());
        let last = text.rsplit('/').next().unwrap_or(text);
        fold::key(&fold::without_brackets(last))
    }

    /// What a person said of this header.
    fn remembered(&mut self, at: usize, name: Option<&String>, layout: &Layout) -> bool {
        let Some(using) = name.and_then(|name| layout.columns.get(name)) else {
            return false;
        };
        let role = match using {
            Use::Field(name) => field(name).map_or(Role::Extra, |(name, kind)| Role::Field(name, kind)),
            Use::Extra => Role::Extra,
            Use::Ignore => Role::Ignored,
        };
        self.set(at, role, SURE);
        true
    }

    fn meaning(&self, at: usize) -> Option<(Meaning, Confidence)> {
        self.headings.get(at).and_then(|heading| heading.meaning)
    }

    /// Headers with one meaning; of several for one field the surest keeps it, the first of equals.
    fn sure_ones(&mut self, free: &[usize]) {
        let mut order: Vec<(Confidence, usize)> = free
            .iter()
            .filter_map(|at| self.meaning(*at).map(|(_, confidence)| (confidence, *at)))
            .filter(|(confidence, _)| *confidence > DOUBTFUL)
            .collect();
        order.sort_by_key(|(confidence, at)| (std::cmp::Reverse(*confidence), *at));
        for (confidence, at) in order {
            match self.meaning(at) {
                Some((Meaning::Field(name), _)) => self.field_for(at, name, confidence),
                Some((Meaning::Ignore, _)) => self.set(at, Role::Ignored, confidence),
                Some((Meaning::Year, _)) => self.set(at, Role::Year, confidence),
                Some((Meaning::Month, _)) => self.set(at, Role::Month, confidence),
                None => {}
            }
        }
    }

    fn field_for(&mut self, at: usize, name: &'static str, confidence: Confidence) {
        let Some((name, kind)) = field(name) else { return };
        if self.taken.contains_key(name) {
            if name == "status" {
                self.set(at, Role::Check, confidence);
                self.ask(at, Code::AskStatus, name);
            } else {
                self.second(at, name);
            }
            return;
        }
        if kind == Kind::Money
            && self
                .headings
                .get(at)
                .is_some_and(|heading| looks::is_foreign(self.samples, heading))
        {
            self.ask(at, Code::AskCurrency, name);
        }
        self.set(at, Role::Field(name, kind), confidence);
    }

    /// Headers with several meanings, by what else the table has.
    fn doubtful_ones(&mut self, free: &[usize]) {
        for at in free.iter().copied() {
            let Some((Meaning::Field(name), confidence @ 0..=DOUBTFUL)) = self.meaning(at) else {
                continue;
            };
            let has = |name: &str| self.taken.contains_key(name);
            let (name, code) = match (self.key(at).as_str(), name) {
                ("编号", _) if looks::is_running(self.values(at)) => {
                    self.set(at, Role::Ignored, confidence);
                    self.ask(at, Code::AskSerial, "");
                    continue;
                }
                (_, "complaint_no") => (name, Code::AskNumber),
                (_, "complaint_date") => (name, Code::AskDate),
                (_, "defect_qty") if has("defect_qty") => ("total_qty", Code::AskQuantity),
                (_, "defect_qty") => (name, Code::AskQuantity),
                ("责任单位", _) => (name, Code::AskDepartment),
                (_, "product_model") => (name, Code::AskModel),
                ("处理措施", _) if has("result") && !has("corrective_action") => {
                    ("corrective_action", Code::AskMeasures)
                }
                ("处理措施", _) => (name, Code::AskMeasures),
                _ => (name, Code::AskMeaning),
            };
            if self.taken.contains_key(name) {
                self.second(at, name);
                continue;
            }
            if let Some((name, kind)) = field(name) {
                self.set(at, Role::Field(name, kind), confidence);
                self.ask(at, code, name);
            }
        }
    }

    /// Headers that only contain a known one, for fields that nothing else has.
    fn alike_ones(&mut self, free: &[usize]) {
        for at in free.iter().copied() {
            let Some(heading) = self.headings.get(at).filter(|heading| heading.meaning.is_none()) else {
                continue;
            };
            let last = heading.text.rsplit('/').next().unwrap_or(&heading.text);
            let Some(Meaning::Field(name)) = WORDS.alike(last) else {
                continue;
            };
            let Some((name, kind)) = field(name).filter(|(name, _)| !self.taken.contains_key(name)) else {
                continue;
            };
            self.set(at, Role::Field(name, kind), ALIKE);
            self.ask(at, Code::AskAlike, name);
        }
    }

    /// `跟踪单号` and the like over numbers that are all different, where nothing else is the number.
    fn number(&mut self, free: &[usize]) {
        const NAME: &str = "complaint_no";
        if self.taken.contains_key(NAME) {
            return;
        }
        let found = free.iter().find(|at| {
            let key = self.key(**at);
            let named = key.ends_with("编号") || key.ends_with("单号");
            named && self.is_unknown(**at) && looks::like_numbers(self.values(**at)) && looks::differ(self.values(**at))
        });
        if let Some(at) = found.copied() {
            self.set(at, Role::Field(NAME, Kind::Code), ALIKE);
            self.ask(at, Code::AskNumber, NAME);
        }
    }

    /// `报障内容` and the like, where nothing else says what was complained of.
    fn description(&mut self, free: &[usize]) {
        const NAME: &str = "complaint_desc";
        if self.taken.contains_key(NAME) {
            return;
        }
        let found = free
            .iter()
            .find(|at| self.is_unknown(**at) && WORDS.ends_doubtfully(&self.key(**at), NAME));
        if let Some(at) = found.copied() {
            self.set(at, Role::Field(NAME, Kind::Text), ALIKE);
            self.ask(at, Code::AskAlike, NAME);
        }
    }

    /// `送修日期` and the like over dates, where nothing else says when it was.
    fn date(&mut self, free: &[usize]) {
        const NAME: &str = "complaint_date";
        if self.taken.contains_key(NAME) || self.taken.contains_key("register_date") {
            return;
        }
        let found = free.iter().find(|at| {
            let key = self.key(**at);
            let named = ["日期", "时间", "date", "time"].iter().any(|tail| key.ends_with(tail));
            named && self.is_unknown(**at) && looks::like_dates(self.values(**at))
        });
        if let Some(at) = found.copied() {
            self.set(at, Role::Field(NAME, Kind::Date), ALIKE);
            self.ask(at, Code::AskDate, NAME);
        }
    }

    /// Whether nothing was found for a header.
    fn is_unknown(&self, at: usize) -> bool {
        self.meaning(at).is_none() && self.roles.get(at).is_some_and(|(role, _)| *role == Role::Extra)
    }

    /// `序号` over values such as `KS-2019-001`, where nothing else is the number.
    fn number_in_a_running_one(&mut self, free: &[usize]) {
        if self.taken.contains_key("complaint_no") {
            return;
        }
        for at in free.iter().copied() {
            if !matches!(self.key(at).as_str(), "序号" | "no" | "项次" | "编号")
                || !looks::like_numbers(self.values(at))
            {
                continue;
            }
            self.set(at, Role::Field("complaint_no", Kind::Code), DOUBTFUL);
            self.ask(at, Code::AskNumber, "complaint_no");
            return;
        }
    }

    fn values(&self, at: usize) -> impl Iterator<Item = &Content> {
        let column = self.headings.get(at).map_or(u32::MAX, |heading| heading.column);
        looks::values(self.samples, column)
    }
}
