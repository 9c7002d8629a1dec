//! Turns what was found in a text, and the structured answers, into a verdict with its reasons.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::cues::{Finds, Found};
use super::model::{AnswerTest, Axis, Because, Input, Kind, KindRule, Mode, NumberTest, Rule, SetAside, Verdict};
use super::number::{Number, number_in, numbers};
use super::scope::{Sense, senses};
use super::text::Folded;
use super::{Classifier, Cue};

/// Reasons given for one rule at most.
const REASONS: usize = 3;
/// A text shorter than this, in Han characters, and without a cue says nothing.
const TELLING: usize = 12;

/// One text read once.
struct Reading<'a> {
    classifier: &'a Classifier,
    input: &'a Input<'a>,
    folded: Folded,
    finds: Finds,
    senses: Vec<Sense>,
    numbers: Vec<Number>,
    /// Finds by cue: (cue, index of the find).
    by_cue: Vec<(usize, usize)>,
}

/// A rule that spoke.
struct Fired<'a> {
    rule: &'a Rule,
    because: Vec<Because>,
    /// Where, for nearness on score axes.
    places: Vec<Place>,
    by_answer: bool,
    doubt: bool,
}

/// Where a rule's words stand.
#[derive(Clone, Copy)]
struct Place {
    clause: u32,
    sentence: u32,
    praise: bool,
}

/// Decides on everything.
pub fn decide(classifier: &Classifier, input: &Input<'_>) -> Verdict {
    let mut folded = Folded::new(input.text);
    let finds = classifier.automaton.find(&mut folded);
    let senses = senses(&folded, &finds);
    let numbers = numbers(&folded.chars);
    let mut by_cue: Vec<(usize, usize)> = finds
        .cues
        .iter()
        .enumerate()
        .map(|(at, found)| (found.cue, at))
        .collect();
    by_cue.sort_unstable();
    let reading = Reading {
        classifier,
        input,
        folded,
        finds,
        senses,
        numbers,
        by_cue,
    };
    reading.verdict()
}

impl<'a> Reading<'a> {
    fn verdict(&self) -> Verdict {
        let classes = &self.classifier.classes;
        let mut aside = BTreeSet::new();
        let fired: Vec<Fired<'_>> = classes
            .rule
            .iter()
            .filter_map(|rule| self.fire(rule, &mut aside))
            .collect();
        let (kind, kind_because, sure) = self.kind(&fired);
        let mut axes = BTreeMap::from([("kind".to_owned(), kind.code().to_owned())]);
        let mut because: Vec<Because> = kind_because.into_iter().collect();
        let mut review = !sure || self.folded.cut;
        let mut doubts = u32::from(!sure);
        let mut support = 0;
        let main_places: Vec<Place> = self.main_places(&fired);
        for axis in classes.axis.iter().filter(|axis| axis.kinds.contains(&kind)) {
            let of_axis: Vec<&Fired<'_>> = fired.iter().filter(|f| f.rule.axis == axis.id).collect();
            let Some((value, winners, close)) = self.choose(axis, &of_axis, &main_places) else {
                continue;
            };
            doubts += u32::from(close);
            review |=
                winners.iter().any(|f| f.rule.review || (f.doubt && axis.main)) || (axis.human && !winners.is_empty());
            if axis.main || kind == Kind::Service {
                let by_answer = winners.iter().any(|f| f.by_answer);
                support = (winners.len() as u32).min(3) + 2 * u32::from(by_answer);
                doubts += winners.iter().filter(|f| f.doubt).count().min(2) as u32;
            }
            because.extend(winners.iter().flat_map(|f| f.because.iter().cloned()));
            axes.insert(axis.id.clone(), value);
        }
        // Graver words that were set aside for anything but a plain denial leave a doubt.
        let doubtful = aside.iter().filter(|a| a.why != "negation").count();
        review |= doubtful > 0;
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
        let class = self.class_name(kind, &axes);
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

    fn class_name(&self, kind: Kind, axes: &BTreeMap<String, String>) -> String {
        let classes = &self.classifier.classes;
        let on = |axis: Option<&String>| axis.and_then(|id| axes.get(id)).cloned();
        match kind {
            Kind::Complaint => on(classes.axis.iter().find(|axis| axis.main).map(|axis| &axis.id)),
            Kind::Service => on(classes.label.service_axis.as_ref()),
            Kind::Enquiry => Some(classes.label.enquiry.clone()),
            Kind::Vague => None,
        }
        .unwrap_or_else(|| classes.label.vague.clone())
    }

    /// What the text is, why, and whether that is more than a guess.
    fn kind(&self, fired: &[Fired<'_>]) -> (Kind, Option<Because>, bool) {
        for rule in &self.classifier.classes.kind {
            let long = rule.shorter_than.is_some_and(|limit| self.length() >= limit);
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
        if self.length() < TELLING {
            (Kind::Vague, None, false)
        } else {
            (Kind::Complaint, None, false)
        }
    }

    /// Length in Han characters; four Latin letters count as one.
    fn length(&self) -> usize {
        let (han, other): (Vec<char>, Vec<char>) = self
            .folded
            .chars
            .iter()
            .filter(|c| c.is_alphanumeric())
            .partition(|c| super::text::is_han(**c));
        han.len() + other.len() / 4
    }

    fn reason(&self, rule: &KindRule, found: &Found) -> Because {
        let cue = self.cue(found).map_or_else(String::new, |cue| cue.id.clone());
        self.because(&rule.source, &cue, "kind", rule.is.code(), found.start, found.end)
    }

    fn because(&self, rule: &str, cue: &str, axis: &str, value: &str, from: usize, to: usize) -> Because {
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

    fn place(&self, at: usize, praise: bool) -> Place {
        Place {
            clause: self.folded.clause_of(at),
            sentence: self.folded.sentence_of(at),
            praise,
        }
    }

    fn cue(&self, found: &Found) -> Option<&'a Cue> {
        self.classifier.cues.get(found.cue)
    }

    fn found(&self, id: &str) -> impl Iterator<Item = (&Found, &Sense)> {
        let wanted = self.classifier.index.get(id).copied().unwrap_or(usize::MAX);
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
    fn stated(&self, id: &str) -> impl Iterator<Item = &Found> {
        self.found(id)
            .filter(|(found, sense)| self.cue(found).is_some_and(|cue| counts(cue, sense).is_ok()))
            .map(|(f, _)| f)
    }

    fn fire(&self, rule: &'a Rule, aside: &mut BTreeSet<Aside>) -> Option<Fired<'a>> {
        if rule.off_hours && !self.off_hours() {
            return None;
        }
        let mut fired = Fired {
            rule,
            because: Vec::new(),
            places: Vec::new(),
            by_answer: false,
            doubt: false,
        };
        let mut refused = false;
        for test in &rule.answers {
            // The flag of the input counts as an answer to the field of the same name.
            let flagged = self.input.off_hours && test.field == "off_hours" && test.is == Some(true);
            match answered(test, self.input.answers)
                .filter(|_| !flagged)
                .or(flagged.then_some(true))
            {
                Some(true) => {
                    let cue = format!("answer:{}", test.field);
                    fired
                        .because
                        .push(self.because(&rule.rule, &cue, &rule.axis, &rule.value, 0, 0));
                    fired.by_answer = true;
                }
                Some(false) => refused = true,
                None => {}
            }
        }
        if fired.by_answer {
            return Some(fired);
        }
        let off = rule.unless.iter().any(|id| self.stated(id).next().is_some());
        let alone = !rule.with.is_empty() && !rule.with.iter().any(|id| self.stated(id).next().is_some());
        if off || alone {
            return None;
        }
        if let Some(test) = &rule.number {
            fired.doubt = self.number(rule, test, &mut fired)?;
        }
        self.words(rule, refused, &mut fired, aside);
        (!fired.because.is_empty()).then_some(fired)
    }

    fn off_hours(&self) -> bool {
        let said = |id: &String| self.stated(id).next().is_some();
        self.input.off_hours || self.classifier.classes.label.off_hours.iter().any(said)
    }

    fn words(&self, rule: &Rule, refused: bool, fired: &mut Fired<'_>, aside: &mut BTreeSet<Aside>) {
        let axis = self.classifier.classes.axis.iter().find(|axis| axis.id == rule.axis);
        let (main, score) = axis.map_or((false, false), |axis| (axis.main, axis.mode == Mode::Score));
        let explained: BTreeSet<u32> = rule
            .unless_near
            .iter()
            .flat_map(|id| self.stated(id))
            .map(|f| self.folded.sentence_of(f.start))
            .collect();
        for (found, sense) in rule.cues.iter().flat_map(|id| self.found(id)) {
            let Some(cue) = self.cue(found) else { continue };
            if explained.contains(&self.folded.sentence_of(found.start)) {
                continue;
            }
            let verdict = match counts(cue, sense) {
                Ok(_) if refused && !(rule.safety || cue.safety) => Err("answer"),
                // What a sentence is about does not depend on whether it asks or supposes.
                Err("question" | "hypothesis") if score => Ok(false),
                other => other,
            };
            match verdict {
                Ok(doubt) => {
                    fired.doubt |= doubt || refused;
                    fired.places.push(self.place(found.start, sense.praise));
                    if fired.because.len() < REASONS {
                        let why = self.because(&rule.rule, &cue.id, &rule.axis, &rule.value, found.start, found.end);
                        fired.because.push(why);
                    }
                }
                Err(why) if main => {
                    let (start, end) = self.folded.original(found.start, found.end);
                    aside.insert(Aside {
                        start,
                        end,
                        cue: cue.id.clone(),
                        why: why.to_owned(),
                    });
                }
                Err(_) => {}
            }
        }
    }

    /// Fires on a number; gives whether there is a doubt about which number is meant, or nothing if none fits.
    fn number(&self, rule: &Rule, test: &NumberTest, fired: &mut Fired<'_>) -> Option<bool> {
        let unit = self.classifier.units.get(&test.unit)?;
        let near: Vec<&Found> = test.near.iter().flat_map(|id| self.stated(id)).collect();
        let clauses: BTreeSet<u32> = near.iter().map(|found| self.folded.clause_of(found.start)).collect();
        let sentences: BTreeSet<u32> = near.iter().map(|found| self.folded.sentence_of(found.start)).collect();
        let ends: BTreeSet<usize> = near.iter().map(|found| found.end).collect();
        let mut best: Option<(u8, f64, &Number)> = None;
        let mut others = false;
        for number in &self.numbers {
            let clause = self.folded.clause_of(number.start);
            let sentence = self.folded.sentence_of(number.start);
            let same_clause = clauses.contains(&clause);
            let same_sentence = sentences.contains(&sentence);
            let rank = if same_clause || test.near.is_empty() {
                2
            } else {
                u8::from(same_sentence)
            };
            let bare = || {
                let close = ends
                    .range(number.start.saturating_sub(6)..=number.start)
                    .next()
                    .is_some();
                let other = unit.not_after.iter().any(|word| self.followed(number.end, word));
                unit.bare_at_least.is_some_and(|least| number.value >= least) && close && !other
            };
            let meant = unit.after.iter().any(|word| self.followed(number.end, word))
                || unit.before.iter().any(|word| self.preceded(number.start, word))
                || bare();
            if rank == 0 || !meant {
                continue;
            }
            others |= best.is_some_and(|(_, value, _)| value != number.value);
            if best.is_none_or(|(r, value, _)| (rank, number.value) > (r, value)) {
                best = Some((rank, number.value, number));
            }
        }
        let (rank, value, number) = best?;
        if !test.holds(value) {
            return None;
        }
        let cue = format!("number:{}", test.unit);
        fired.places.push(self.place(number.start, false));
        fired
            .because
            .push(self.because(&rule.rule, &cue, &rule.axis, &rule.value, number.start, number.end));
        Some(others || (rank < 2 && !test.near.is_empty()))
    }

    fn followed(&self, at: usize, word: &str) -> bool {
        let skip = usize::from(self.folded.chars.get(at) == Some(&' '));
        word.chars()
            .enumerate()
            .all(|(i, c)| self.folded.chars.get(at + skip + i) == Some(&c))
    }

    fn preceded(&self, at: usize, word: &str) -> bool {
        let at = if at.checked_sub(1).and_then(|i| self.folded.chars.get(i)) == Some(&' ') {
            at - 1
        } else {
            at
        };
        let Some(from) = at.checked_sub(word.chars().count()) else {
            return false;
        };
        word.chars()
            .enumerate()
            .all(|(i, c)| self.folded.chars.get(from + i) == Some(&c))
    }

    /// Where the words stand that decided the main axis: subjects named there matter more.
    fn main_places(&self, fired: &[Fired<'_>]) -> Vec<Place> {
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
    fn choose<'f>(
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

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Aside {
    start: usize,
    end: usize,
    cue: String,
    why: String,
}

/// Whether a cue said in this sense counts: with or without doubt, or why not.
fn counts(cue: &Cue, sense: &Sense) -> Result<bool, &'static str> {
    if cue.plain {
        return Ok(false);
    }
    if sense.negation {
        return Err("negation");
    }
    if cue.asked {
        return Ok(false);
    }
    if sense.third_party {
        return Err("third_party");
    }
    if sense.hearsay {
        return Err("hearsay");
    }
    if cue.said {
        // A threat is made of "if" and "shall I": only a joke or a withdrawal undoes it.
        return match sense {
            Sense { joke: true, .. } => Err("joke"),
            Sense { withdrawal: true, .. } => Err("withdrawal"),
            Sense {
                question: true,
                hypothesis: false,
                ..
            } => Err("question"),
            _ => Ok(sense.unclear),
        };
    }
    if cue.safety {
        return Ok(sense.question || sense.hypothesis || sense.unclear || sense.joke);
    }
    match sense {
        Sense { question: true, .. } => Err("question"),
        Sense { hypothesis: true, .. } => Err("hypothesis"),
        _ => Ok(sense.unclear),
    }
}

/// Whether the answers meet the test; nothing if the field was not answered.
fn answered(test: &AnswerTest, answers: &BTreeMap<String, Value>) -> Option<bool> {
    let value = answers.get(&test.field).filter(|value| !value.is_null())?;
    let words = words_of(value);
    if words.is_empty() && !matches!(value, Value::Array(_)) {
        return None;
    }
    if let Some(wanted) = test.is {
        return yes(value).map(|yes| yes == wanted);
    }
    if let Some(any) = &test.any_of {
        return Some(
            words
                .iter()
                .any(|word| any.iter().any(|one| super::text::fold_word(one) == *word)),
        );
    }
    if test.at_least.is_some() || test.more_than.is_some() {
        let number = value
            .as_f64()
            .or_else(|| words.first().and_then(|word| number_in(word)))?;
        let bounds = NumberTest {
            unit: String::new(),
            near: Vec::new(),
            at_least: test.at_least,
            more_than: test.more_than,
        };
        return Some(bounds.holds(number));
    }
    Some(test.given && words.iter().any(|word| !is_no(word)))
}

fn words_of(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(words_of).collect(),
        Value::String(text) if text.trim().is_empty() => Vec::new(),
        Value::String(text) => vec![super::text::fold_word(text)],
        Value::Bool(_) | Value::Number(_) => vec![value.to_string()],
        Value::Null | Value::Object(_) => Vec::new(),
    }
}

fn yes(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(yes) => Some(*yes),
        Value::Number(number) => Some(number.as_f64().is_some_and(|n| n > 0.0)),
        _ => words_of(value).first().and_then(|word| match word.as_str() {
            word if is_no(word) => Some(false),
            "unknown" | "不清楚" | "不知道" | "未知" => None,
            _ => Some(true),
        }),
    }
}

fn is_no(word: &str) -> bool {
    matches!(
        word,
        "no" | "none" | "false" | "n" | "0" | "否" | "无" | "没有" | "不是" | "不" | "没"
    )
}

fn confidence(kind: Kind, support: u32, doubts: u32) -> f64 {
    let base = match kind {
        Kind::Complaint => 60,
        Kind::Enquiry | Kind::Service => 75,
        Kind::Vague => 40,
    };
    let points = (base + 10 * support.min(3))
        .saturating_sub(15 * doubts.min(4))
        .clamp(5, 95);
    f64::from(points) / 100.0
}
