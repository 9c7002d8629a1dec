//! Turns what was found in a text, and the structured answers, into a verdict with its reasons.

use std::collections::{BTreeMap, BTreeSet};

use super::cue_name::CueName;
use super::cues::{Finds, Found, Marker};
use super::fire::counts;
use super::model::{Axis, Because, Input, Kind, KindRule, Mode, Rule, SetAside, Verdict};
use super::number::{Number, numbers};
use super::scope::{Sense, senses};
use super::{Classifier, Cue};
use kesu_words::text::{Folded, length};

/// A text shorter than this, in Han characters, and without a cue says nothing.
const TELLING: usize = 12;
/// A text with no more than this, in Han characters, besides words that say nothing is too vague to judge.
const REST: usize = 2;

/// One text read once.
pub struct Reading<'a> {
    pub(super) classifier: &'a Classifier,
    pub(super) input: &'a Input<'a>,
    pub(super) folded: Folded,
    pub(super) finds: Finds,
    pub(super) senses: Vec<Sense>,
    pub(super) numbers: Vec<Number>,
    /// Finds by cue: (cue, index of the find).
    pub(super) by_cue: Vec<(usize, usize)>,
}

/// A rule that spoke.
pub struct Fired<'a> {
    pub(super) rule: &'a Rule,
    pub(super) because: Vec<Because>,
    /// Where, for nearness on score axes.
    pub(super) places: Vec<Place>,
    pub(super) by_answer: bool,
    pub(super) doubt: bool,
}

/// Where a rule's words stand.
#[derive(Clone, Copy)]
pub struct Place {
    pub(super) clause: u32,
    pub(super) sentence: u32,
    pub(super) praise: bool,
}

/// Reads a text once.
pub(super) fn read<'a>(classifier: &'a Classifier, input: &'a Input<'a>) -> Reading<'a> {
    let mut folded = Folded::new(input.text);
    let finds = classifier.finder.find(&mut folded);
    let senses = senses(&folded, &finds);
    let numbers = numbers(&folded.chars);
    let mut by_cue: Vec<(usize, usize)> = finds
        .cues
        .iter()
        .enumerate()
        .map(|(at, found)| (found.cue, at))
        .collect();
    by_cue.sort_unstable();
    Reading {
        classifier,
        input,
        folded,
        finds,
        senses,
        numbers,
        by_cue,
    }
}

impl<'a> Reading<'a> {
    /// What the rules alone make of it; of this kind, if one is named.
    pub(super) fn ruled(&self, kind: Option<Kind>) -> Verdict {
        let classes = &self.classifier.classes;
        let mut aside = BTreeSet::new();
        let fired: Vec<Fired<'_>> = classes
            .rule
            .iter()
            .filter_map(|rule| self.fire(rule, &mut aside))
            .collect();
        let (kind, kind_because, sure) = match kind {
            Some(kind) => (kind, None, true),
            None => self.kind(&fired),
        };
        let mut axes = BTreeMap::from([("kind".to_owned(), kind.code().to_owned())]);
        let mut because: Vec<Because> = kind_because.into_iter().collect();
        let mut review = !sure || self.folded.cut;
        let mut doubts = u32::from(!sure);
        let mut support = 0;
        let main_places: Vec<Place> = self.main_places(&fired);
        let mut decisive: Vec<&str> = Vec::new();
        let mut gravest = false;
        for axis in classes.axis.iter().filter(|axis| axis.kinds.contains(&kind)) {
            let of_axis: Vec<&Fired<'_>> = fired.iter().filter(|f| f.rule.axis == axis.id).collect();
            let Some((value, winners, close)) = self.choose(axis, &of_axis, &main_places) else {
                continue;
            };
            doubts += u32::from(close);
            review |=
                winners.iter().any(|f| f.rule.review || (f.doubt && axis.main)) || (axis.human && !winners.is_empty());
            if axis.main || matches!(kind, Kind::Service | Kind::Information) {
                let by_answer = winners.iter().any(|f| f.by_answer);
                support = (winners.len() as u32).min(3) + 2 * u32::from(by_answer);
                doubts += winners.iter().filter(|f| f.doubt).count().min(2) as u32;
            }
            decisive.extend(winners.iter().flat_map(|f| f.rule.cues.iter().map(|cue| &**cue)));
            gravest |= axis.main && axis.mode == Mode::Gravest && axis.class.first().is_some_and(|c| c.name == value);
            because.extend(winners.iter().flat_map(|f| f.because.iter().cloned()));
            axes.insert(axis.id.clone(), value);
        }
        // Graver words that were set aside for anything but a plain denial leave a doubt.
        let doubtful = aside.iter().filter(|a| a.why != "negation").count();
        review |= doubtful > 0 || (!gravest && self.undecided(&decisive));
        doubts += doubtful.min(2) as u32;
        because.sort_by(|a, b| (&a.axis, a.start, &a.rule).cmp(&(&b.axis, b.start, &b.rule)));
        because.dedup();
        for one in because.iter_mut().filter(|one| one.end > one.start) {
            one.text = Some(
                self.input
                    .text
                    .chars()
                    .skip(one.start)
                    .take(one.end - one.start)
                    .collect(),
            );
        }
        let class = classes.class_name(kind, &axes);
        let confidence = confidence(kind, support, doubts);
        Verdict {
            department: self.classifier.department(&axes),
            kind,
            class,
            axes,
            because,
            set_aside: aside
                .into_iter()
                .map(|a| SetAside {
                    cue: a.cue,
                    why: a.why,
                    start: a.start,
                    end: a.end,
                })
                .collect(),
            needs_review: review || confidence < 0.5 || kind == Kind::Vague,
            confidence,
        }
    }

    /// Whether a grave word, not denied, decided nothing.
    fn undecided(&self, decisive: &[&str]) -> bool {
        let mut all = self.finds.cues.iter().zip(&self.senses);
        all.any(|(found, sense)| {
            self.cue(found).is_some_and(|cue| {
                cue.grave && !decisive.contains(&cue.id.as_str()) && counts(cue, sense) != Err("negation")
            })
        })
    }

    fn sounds(&self, tone: Marker) -> bool {
        self.finds.tones.iter().any(|mark| mark.marker == tone)
    }

    /// The places of what is said besides words that say nothing.
    fn said(&self) -> Vec<usize> {
        let mut rest = Vec::new();
        let mut fillers = self
            .finds
            .tones
            .iter()
            .filter(|mark| mark.marker == Marker::Filler)
            .peekable();
        let mut covered = 0;
        for at in 0..self.folded.chars.len() {
            while let Some(mark) = fillers.next_if(|mark| mark.start <= at) {
                covered = covered.max(mark.end);
            }
            if at >= covered {
                rest.push(at);
            }
        }
        rest
    }

    /// What the text is, why, and whether that is more than a guess.
    fn kind(&self, fired: &[Fired<'_>]) -> (Kind, Option<Because>, bool) {
        // Life and limb: whoever answers yes to that complains, whatever his words are.
        if fired.iter().any(|f| f.by_answer && f.rule.safety) {
            return (Kind::Complaint, None, true);
        }
        // A question tells what is asked in fewer words.
        let asks = self.folded.chars.iter().any(|c| matches!(c, '?' | '吗'));
        let said = self.said();
        let rest: Vec<char> = said
            .iter()
            .filter_map(|at| self.folded.chars.get(*at).copied())
            .collect();
        let little = length(&rest) <= if asks { REST - 1 } else { REST };
        // Few words may still name the matter: `没发货` says what is wrong, `坏了` does not.
        let main = self.classifier.classes.axis.iter().find(|axis| axis.main);
        let telling = |one: &Because| {
            let inside = |at: &usize| (one.start..one.end).contains(&self.folded.original(*at, *at + 1).0);
            said.iter().any(inside)
        };
        let names = |f: &Fired<'_>| main.is_some_and(|axis| axis.id == f.rule.axis) && f.because.iter().any(telling);
        let named = fired.iter().any(|f| f.by_answer || names(f));
        if little && !named && !self.sounds(Marker::Polite) && !self.undecided(&[]) {
            return (Kind::Vague, None, true);
        }
        let length = length(&self.folded.chars);
        let grievance = self.sounds(Marker::Grievance) && !self.sounds(Marker::Polite);
        for rule in &self.classifier.classes.kind {
            if rule.is == Kind::Enquiry && grievance {
                continue;
            }
            let long = rule.shorter_than.is_some_and(|limit| length >= limit);
            let alone = !rule.with.is_empty() && !rule.with.iter().any(|id| self.stated(id).next().is_some());
            if long || alone || rule.unless.iter().any(|id| self.stated(id).next().is_some()) {
                continue;
            }
            let cue = rule
                .any
                .iter()
                .flat_map(|id| self.stated(id))
                .min_by_key(|found| found.start);
            if let Some(found) = cue {
                return (rule.is, Some(self.reason(rule, found)), true);
            }
            if fired.iter().any(|f| rule.fired.contains(&f.rule.axis)) {
                return (rule.is, None, true);
            }
        }
        if length < TELLING {
            (Kind::Vague, None, false)
        } else {
            (Kind::Complaint, None, false)
        }
    }

    fn reason(&self, rule: &KindRule, found: &Found) -> Because {
        let cue = self.cue(found).map_or_else(String::new, |cue| cue.id.clone());
        self.because(&rule.source, &cue, "kind", rule.is.code(), found.start, found.end)
    }

    pub(super) fn because(&self, rule: &str, cue: &str, axis: &str, value: &str, from: usize, to: usize) -> Because {
        let (start, end) = self.folded.original(from, to);
        Because {
            rule: rule.into(),
            cue: cue.into(),
            axis: axis.into(),
            value: value.into(),
            text: None,
            start,
            end,
        }
    }

    pub(super) fn place(&self, at: usize, praise: bool) -> Place {
        Place {
            clause: self.folded.clause_of(at),
            sentence: self.folded.sentence_of(at),
            praise,
        }
    }

    pub(super) fn cue(&self, found: &Found) -> Option<&'a Cue> {
        self.classifier.cues.get(found.cue)
    }

    pub(super) fn found(&self, cue: &CueName) -> impl Iterator<Item = (&Found, &Sense)> {
        let wanted = cue.place;
        let from = self.by_cue.partition_point(|(cue, _)| *cue < wanted);
        let of_cue = self
            .by_cue
            .get(from..)
            .unwrap_or_default()
            .iter()
            .take_while(move |(cue, _)| *cue == wanted);
        of_cue.filter_map(|(_, at)| Some((self.finds.cues.get(*at)?, self.senses.get(*at)?)))
    }

    /// Occurrences of a cue that count.
    pub(super) fn stated(&self, id: &CueName) -> impl Iterator<Item = &Found> {
        self.found(id)
            .filter(|(found, sense)| self.cue(found).is_some_and(|cue| counts(cue, sense).is_ok()))
            .map(|(f, _)| f)
    }

    /// Where the words stand that decided the main axis: subjects named there matter more.
    pub(super) fn main_places(&self, fired: &[Fired<'_>]) -> Vec<Place> {
        let Some(axis) = self.classifier.classes.axis.iter().find(|axis| axis.main) else {
            return Vec::new();
        };
        let Some(class) = axis.class.first() else {
            return Vec::new();
        };
        let gravest = fired
            .iter()
            .filter(|f| f.rule.axis == axis.id && f.rule.value == class.name);
        gravest.flat_map(|f| f.places.iter().copied()).collect()
    }

    /// The class of an axis, the rules that decided it, and whether it was a close thing.
    pub(super) fn choose<'f>(
        &self,
        axis: &Axis,
        fired: &[&'f Fired<'a>],
        main: &[Place],
    ) -> Option<(String, Vec<&'f Fired<'a>>, bool)> {
        let of =
            |name: &str| -> Vec<&'f Fired<'a>> { fired.iter().copied().filter(|f| f.rule.value == name).collect() };
        let answered = fired
            .iter()
            .find(|f| f.by_answer && axis.mode == Mode::Score)
            .map(|f| f.rule.value.clone());
        if let Some(value) = answered {
            let winners = of(&value).into_iter().filter(|f| f.by_answer).collect();
            return Some((value, winners, false));
        }
        let default = || axis.default.clone().map(|value| (value, Vec::new(), false));
        match axis.mode {
            Mode::Gravest => {
                let class = axis
                    .class
                    .iter()
                    .find(|class| fired.iter().any(|f| f.rule.value == class.name));
                class
                    .map(|class| (class.name.clone(), of(&class.name), false))
                    .or_else(default)
            }
            Mode::Score => {
                let sums: Vec<(u32, &str)> = axis
                    .class
                    .iter()
                    .map(|class| (self.score(&of(&class.name), main), class.name.as_str()))
                    .collect();
                let best = sums
                    .iter()
                    .rev()
                    .max_by_key(|(sum, _)| *sum)
                    .filter(|(sum, _)| *sum > 0);
                let Some((sum, name)) = best else { return default() };
                let close = sums
                    .iter()
                    .any(|(other, rival)| rival != name && *other > 0 && other + 1 >= *sum);
                Some(((*name).to_owned(), of(name), close))
            }
            Mode::All => {
                let spoken = |name: &str| fired.iter().any(|f| f.rule.value == name);
                let names: Vec<&str> = axis.class.iter().map(|class| class.name.as_str()).collect();
                let names: Vec<&str> = names.into_iter().filter(|name| spoken(name)).collect();
                if names.is_empty() {
                    return default();
                }
                let winners = names.iter().flat_map(|name| of(name)).collect();
                Some((names.join("+"), winners, false))
            }
        }
    }

    fn score(&self, fired: &[&Fired<'_>], main: &[Place]) -> u32 {
        let sentences: BTreeSet<u32> = main.iter().map(|place| place.sentence).collect();
        let clauses: BTreeSet<u32> = main.iter().map(|place| place.clause).collect();
        let mut sum = 0;
        for one in fired {
            let mut seen = BTreeSet::new();
            for place in one.places.iter().filter(|place| !place.praise) {
                if seen.insert(place.clause) && seen.len() <= 3 {
                    let near =
                        u32::from(sentences.contains(&place.sentence)) + 2 * u32::from(clauses.contains(&place.clause));
                    // The first mention says what it is about; repeating it adds little.
                    sum += if seen.len() == 1 {
                        one.rule.weight * 2 + near
                    } else {
                        1 + near
                    };
                }
            }
            sum += u32::from(one.by_answer);
        }
        sum
    }
}

fn confidence(kind: Kind, support: u32, doubts: u32) -> f64 {
    let base = match kind {
        Kind::Complaint => 60,
        Kind::Enquiry | Kind::Service | Kind::Information => 75,
        Kind::Vague => 40,
    };
    let points = (base + 10 * support.min(3))
        .saturating_sub(15 * doubts.min(4))
        .clamp(5, 95);
    f64::from(points) / 100.0
}
