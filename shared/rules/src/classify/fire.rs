//! Asks of one rule whether the text or the answers speak for it, and why.

use std::collections::BTreeSet;

use super::Cue;
use super::answers::answered;
use super::cue_name::CueName;
use super::cues::Found;
use super::decide::{Fired, Reading};
use super::model::{Mode, NumberTest, Rule};
use super::number::Number;
use super::scope::Sense;

/// Reasons given for one rule at most.
const REASONS: usize = 3;

/// Words of the main axis that would have mattered but for their context.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Aside {
    /// First character.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// The cue.
    pub cue: String,
    /// Why not.
    pub why: String,
}

impl<'a> Reading<'a> {
    pub(super) fn fire(&self, rule: &'a Rule, aside: &mut BTreeSet<Aside>) -> Option<Fired<'a>> {
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
        let said = |id: &CueName| self.stated(id).next().is_some();
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
        let unit = self.classifier.lexicon.units.get(&test.unit)?;
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
}

/// Whether a cue said in this sense counts: with or without doubt, or why not.
pub fn counts(cue: &Cue, sense: &Sense) -> Result<bool, &'static str> {
    if cue.plain {
        return Ok(false);
    }
    if sense.negation {
        return Err("negation");
    }
    if sense.named && (cue.safety || cue.grave) {
        return Err("name");
    }
    if cue.asked {
        return if sense.withdrawal { Err("withdrawal") } else { Ok(false) };
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
        return Ok(sense.question || sense.hypothesis || sense.unclear || sense.joke || sense.withdrawal);
    }
    match sense {
        Sense { withdrawal: true, .. } => Err("withdrawal"),
        Sense { question: true, .. } => Err("question"),
        Sense { hypothesis: true, .. } => Err("hypothesis"),
        _ => Ok(sense.unclear),
    }
}
