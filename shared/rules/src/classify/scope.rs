//! Decides in what sense a cue was said: as a fact, denied, supposed, asked, heard of, joked, taken back, or of another firm.

use std::collections::{HashMap, HashSet};

use super::cues::{Finds, Mark, Marker};
use kesu_words::text::Folded;

/// The sense in which a cue was said; several may hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sense {
    /// Denied ("没有人受伤").
    pub negation: bool,
    /// Denied twice, or so that it may be meant after all.
    pub unclear: bool,
    /// Supposed ("如果…", "可能").
    pub hypothesis: bool,
    /// Asked politely ("请问…").
    pub question: bool,
    /// Rumour ("听说", "网上说").
    pub hearsay: bool,
    /// In jest.
    pub joke: bool,
    /// Taken back.
    pub withdrawal: bool,
    /// Said of another firm.
    pub third_party: bool,
    /// In a clause of praise.
    pub praise: bool,
    /// Part of a name in quotation marks ("安全气囊支架").
    pub named: bool,
}

/// Longest stretch a negation reaches across.
const REACH: usize = 40;
/// Longest stretch between a cue and a negation behind it.
const REACH_BACK: usize = 4;
/// Longest name in quotation marks; what is longer was said by somebody.
const NAME: usize = 8;

/// Gives the sense of each cue of `finds`, in the same order.
pub fn senses(folded: &Folded, finds: &Finds) -> Vec<Sense> {
    let mut senses = vec![Sense::default(); finds.cues.len()];
    let marks = effective(finds);
    let mut denials = vec![0_u32; finds.cues.len()];
    let parted = finds
        .cues
        .iter()
        .enumerate()
        .filter(|(_, found)| found.gap.0 < found.gap.1);
    let mut inner: Vec<Inner> = parted
        .map(|(cue, f)| Inner {
            at: f.gap.1,
            from: f.gap.0,
            cue,
        })
        .collect();
    inner.sort_unstable_by_key(|inner| inner.at);
    for mark in &marks {
        match mark.marker {
            Marker::Negation => deny(folded, finds, &inner, mark, &mut denials),
            Marker::NegationAfter => deny_back(folded, finds, mark, &mut denials),
            _ => {}
        }
    }
    for (sense, count) in senses.iter_mut().zip(denials) {
        sense.negation = count % 2 == 1;
        sense.unclear = count > 1;
    }
    let reach = Reach::of(folded, &marks);
    let names = names(folded);
    for (found, sense) in finds.cues.iter().zip(senses.iter_mut()) {
        let (sentence, clause) = (folded.sentence_of(found.start), folded.clause_of(found.start));
        let behind = |starts: &HashMap<u32, usize>| starts.get(&sentence).is_some_and(|end| *end <= found.start);
        sense.hypothesis = behind(&reach.hypothesis);
        sense.hearsay = behind(&reach.hearsay);
        sense.question = reach.question.contains(&sentence) && !reach.rhetorical.contains(&sentence);
        sense.joke = reach.joke.contains(&sentence);
        sense.withdrawal = found.start < reach.withdrawn_before;
        sense.third_party = reach.third_party.contains(&clause);
        sense.praise = reach.praise.contains(&clause);
        let before = names.partition_point(|(open, _)| *open < found.start);
        let name = before.checked_sub(1).and_then(|at| names.get(at));
        // A name is more than the word itself: quotation marks around a word alone stress it.
        let more = |(open, close): &(usize, usize)| found.start > open + 1 || found.end < *close;
        sense.named = name.is_some_and(|marks| found.end <= marks.1 && more(marks));
    }
    senses
}

/// Short stretches in quotation marks, by the places of the marks.
fn names(folded: &Folded) -> Vec<(usize, usize)> {
    let mut names = Vec::new();
    let mut open = None;
    for (at, _) in folded.chars.iter().enumerate().filter(|(_, c)| **c == '"') {
        open = match open {
            Some(from) => {
                if at - from <= NAME + 1 {
                    names.push((from, at));
                }
                None
            }
            None => Some(at),
        };
    }
    names
}

/// How far each kind of marker reaches in one text.
#[derive(Default)]
struct Reach {
    /// End of the first "if" of a sentence.
    hypothesis: HashMap<u32, usize>,
    /// End of the first "people say" of a sentence.
    hearsay: HashMap<u32, usize>,
    question: HashSet<u32>,
    rhetorical: HashSet<u32>,
    joke: HashSet<u32>,
    withdrawn_before: usize,
    third_party: HashSet<u32>,
    praise: HashSet<u32>,
}

impl Reach {
    fn of(folded: &Folded, marks: &[Mark]) -> Self {
        let mut reach = Self::default();
        for mark in marks {
            let (sentence, clause) = (folded.sentence_of(mark.start), folded.clause_of(mark.start));
            match mark.marker {
                Marker::Hypothesis => {
                    reach.hypothesis.entry(sentence).or_insert(mark.end);
                }
                Marker::Hearsay => {
                    reach.hearsay.entry(sentence).or_insert(mark.end);
                }
                Marker::Question => {
                    reach.question.insert(sentence);
                }
                Marker::Rhetorical => {
                    reach.rhetorical.insert(sentence);
                }
                Marker::Joke => reach.joke.extend([sentence.saturating_sub(1), sentence]),
                Marker::Withdrawal => reach.withdrawn_before = reach.withdrawn_before.max(mark.end),
                Marker::ThirdParty => {
                    reach.third_party.insert(clause);
                }
                Marker::Praise => {
                    reach.praise.insert(clause);
                }
                _ => {}
            }
        }
        reach
    }
}

/// Markers that stand for themselves: not part of a longer marker, and no negation inside a cue or a harmless word.
fn effective(finds: &Finds) -> Vec<Mark> {
    let mut kept: Vec<Mark> = Vec::with_capacity(finds.marks.len());
    let mut by_start = finds.marks.clone();
    by_start.sort_by_key(|mark| (mark.start, std::cmp::Reverse(mark.end), mark.marker));
    let mut covered_to = (0, 0);
    for mark in by_start {
        if mark.marker == Marker::Through {
            continue;
        }
        let inside = mark.start >= covered_to.0 && mark.end <= covered_to.1;
        let shorter = inside && mark.end - mark.start < covered_to.1 - covered_to.0;
        // 也没 and 没有 in 也没有 are one denial.
        let joins = mark.marker == Marker::Negation
            && kept
                .last()
                .is_some_and(|last| last.marker == Marker::Negation && mark.start < last.end);
        if joins {
            if let Some(last) = kept.last_mut() {
                last.end = last.end.max(mark.end);
            }
        } else if !shorter {
            kept.push(mark);
        }
        // A "not" behind a cue may also be the "not" before the next one.
        if mark.end > covered_to.1 && mark.marker != Marker::NegationAfter {
            covered_to = (mark.start, mark.end);
        }
    }
    // Only the words of a cue hide a denial, not what stands between its parts.
    let parts = finds
        .cues
        .iter()
        .flat_map(|found| [(found.start, found.gap.0), (found.gap.1, found.end)]);
    let mut parts: Vec<(usize, usize)> = parts.filter(|(start, end)| start < end).collect();
    parts.sort_unstable();
    let mut longest = 0;
    let mut cover: Vec<(usize, usize)> = Vec::new();
    for (start, end) in parts {
        if end > longest {
            longest = end;
            cover.push((start, end));
        }
    }
    kept.retain(|mark| {
        let denies = matches!(mark.marker, Marker::Negation | Marker::NegationAfter);
        let upto = cover.partition_point(|(start, _)| *start <= mark.start);
        let within = upto
            .checked_sub(1)
            .and_then(|i| cover.get(i))
            .is_some_and(|(_, end)| *end >= mark.end);
        !(denies && within)
    });
    affirm(&mut kept);
    let denied: HashSet<usize> = kept
        .iter()
        .filter(|m| m.marker == Marker::Negation)
        .map(|m| m.end)
        .collect();
    kept.retain(|mark| mark.marker != Marker::Praise || !denied.contains(&mark.start));
    kept
}

/// Two denials in a row (不是不找) say yes: both go.
fn affirm(marks: &mut Vec<Mark>) {
    let denials: Vec<(usize, usize)> = marks
        .iter()
        .filter(|mark| mark.marker == Marker::Negation)
        .map(|mark| (mark.start, mark.end))
        .collect();
    let pairs = denials
        .iter()
        .zip(denials.iter().skip(1))
        .filter(|(one, two)| one.1 == two.0);
    let gone: HashSet<(usize, usize)> = pairs.flat_map(|(one, two)| [*one, *two]).collect();
    marks.retain(|mark| mark.marker != Marker::Negation || !gone.contains(&(mark.start, mark.end)));
}

/// The last part of a cue that has parts: a denial between the parts denies it (病人…没有…不良反应).
struct Inner {
    at: usize,
    from: usize,
    cue: usize,
}

/// Counts a denial for every cue the negation reaches across transparent words and other denied cues.
fn deny(folded: &Folded, finds: &Finds, inner: &[Inner], mark: &Mark, denials: &mut [u32]) {
    let limit = mark.end + REACH;
    let clause = folded.clause_of(mark.start);
    let mut open = [false; REACH + 1];
    if let Some(first) = open.first_mut() {
        *first = true;
    }
    let cues_from = finds.cues.partition_point(|found| found.start < mark.end);
    // 不是我们 and 没人受伤: the cue begins with the last word of the denial.
    let overlapping = finds.cues.iter().enumerate().take(cues_from).rev();
    for (index, found) in overlapping.take_while(|(_, found)| found.start > mark.start) {
        if found.end >= mark.end
            && let Some(count) = denials.get_mut(index)
        {
            *count += 1;
        }
    }
    let marks_from = finds.marks.partition_point(|other| other.start < mark.end);
    let (mut cue, mut word) = (cues_from, marks_from);
    let mut last = inner.partition_point(|part| part.at < mark.end);
    for step in 0..=REACH {
        let at = mark.end + step;
        if at >= folded.chars.len() || folded.clause_of(at) != clause {
            break;
        }
        let reached = open.get(step).copied().unwrap_or_default();
        let mut extend = |end: usize| {
            if let Some(slot) = end.checked_sub(mark.end).and_then(|i| open.get_mut(i)) {
                *slot = true;
            }
        };
        if reached && matches!(folded.chars.get(at), Some(' ' | '、' | '/' | '"' | '\'')) {
            extend(at + 1);
        }
        while let Some(found) = finds
            .cues
            .get(cue)
            .filter(|found| found.start <= at && found.start < limit)
        {
            if reached && found.start == at {
                if let Some(count) = denials.get_mut(cue) {
                    *count += 1;
                }
                extend(found.end);
            }
            cue += 1;
        }
        while let Some(part) = inner.get(last).filter(|part| part.at <= at) {
            if reached
                && part.at == at
                && part.from <= mark.start
                && let Some(count) = denials.get_mut(part.cue)
            {
                *count += 1;
            }
            last += 1;
        }
        while let Some(other) = finds.marks.get(word).filter(|other| other.start <= at) {
            if reached && other.start == at && other.marker == Marker::Through {
                extend(other.end);
            }
            word += 1;
        }
    }
}

/// Counts a denial for the cue directly before the negation.
fn deny_back(folded: &Folded, finds: &Finds, mark: &Mark, denials: &mut [u32]) {
    let clause = folded.clause_of(mark.start);
    let upto = finds.cues.partition_point(|found| found.start < mark.start);
    for (index, found) in finds.cues.iter().enumerate().take(upto).rev() {
        if found.start + REACH < mark.start {
            break;
        }
        let near = found.end <= mark.start && found.end + REACH_BACK >= mark.start;
        if near
            && folded.clause_of(found.start) == clause
            && let Some(count) = denials.get_mut(index)
        {
            *count += 1;
        }
    }
}
