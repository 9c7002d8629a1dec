//! Finds cues and markers in a folded text with one automaton, in time linear in the text.

use std::collections::HashMap;

use aho_corasick::AhoCorasick;

use super::lexicon::{Cue, Elements, Lexicon, Markers, parse_pattern};
pub use super::marker::Marker;
use super::text::{Folded, is_han};

/// Whom a pattern belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Owner {
    Cue(usize),
    Except(usize),
    Marker(Marker),
}

/// An occurrence of a cue, in folded characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// First character.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// Index of the cue.
    pub cue: usize,
    /// The stretch between the first and the last part of a pattern with parts; empty otherwise.
    pub gap: (usize, usize),
}

/// An occurrence of a marker, in folded characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// First character.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// What it does.
    pub marker: Marker,
}

/// Everything found in one text.
#[derive(Debug, Default)]
pub struct Finds {
    /// Cues by position.
    pub cues: Vec<Found>,
    /// Markers by position.
    pub marks: Vec<Mark>,
    /// What colours the whole text.
    pub tones: Vec<Mark>,
}

#[derive(Debug)]
struct Pattern {
    owner: Owner,
    /// Atoms of each element.
    elements: Vec<Vec<u32>>,
}

#[derive(Debug, Clone, Copy)]
struct Atom {
    bound_left: bool,
    bound_right: bool,
}

#[derive(Debug, Clone, Copy)]
struct Hit {
    start: usize,
    end: usize,
    atom: u32,
}

/// The compiled words of one procedure.
#[derive(Debug)]
pub struct Automaton {
    search: AhoCorasick,
    atoms: Vec<Atom>,
    patterns: Vec<Pattern>,
    /// Patterns by the atom they begin with.
    begins: Vec<Vec<usize>>,
    typos: Option<(AhoCorasick, Vec<String>)>,
}

/// How far apart two parts of a pattern may stand, in characters, for Han and for Latin words.
const GAP_HAN: usize = 10;
const GAP_LATIN: usize = 36;

impl Automaton {
    /// Compiles `cues` (their order gives the index in finds) and the markers.
    ///
    /// # Errors
    /// All patterns that cannot be read.
    pub fn new(cues: &[&Cue], lexicon: &Lexicon) -> Result<Self, Vec<String>> {
        let mut build = Builder::default();
        for (index, cue) in cues.iter().enumerate() {
            build.add(Owner::Cue(index), &cue.words, &cue.id);
            build.add(Owner::Except(index), &cue.except, &cue.id);
        }
        for (marker, words) in markers(&lexicon.markers) {
            build.add(Owner::Marker(marker), words, "markers");
        }
        build.finish(lexicon)
    }

    /// Finds everything in `folded`; typing errors are read as the word meant, turn words begin clauses.
    pub fn find(&self, folded: &mut Folded) -> Finds {
        let corrected = self.correct(&folded.text);
        let mut hits = Vec::new();
        for found in self.search.find_overlapping_iter(corrected.as_ref()) {
            let (start, end) = (folded.at_byte(found.start()), folded.at_byte(found.end()));
            if self.bounded(folded, found.pattern().as_u32(), start, end) {
                hits.push(Hit {
                    start,
                    end,
                    atom: found.pattern().as_u32(),
                });
            }
        }
        hits.sort_by_key(|hit| (hit.start, hit.end, hit.atom));
        let mut finds = Finds::default();
        let mut excepts = Vec::new();
        for (at, hit) in hits.iter().enumerate() {
            for pattern in self.begins.get(hit.atom as usize).into_iter().flatten() {
                let Some(pattern) = self.patterns.get(*pattern) else {
                    continue;
                };
                let Some((end, last)) = reach(folded, &hits, at, &pattern.elements) else {
                    continue;
                };
                if choice(folded, hit.start) {
                    continue;
                }
                let found = |cue| Found {
                    start: hit.start,
                    end,
                    cue,
                    gap: if last > hit.end { (hit.end, last) } else { (end, end) },
                };
                match pattern.owner {
                    Owner::Cue(cue) => finds.cues.push(found(cue)),
                    Owner::Except(cue) => excepts.push(found(cue)),
                    Owner::Marker(marker) => {
                        let of = if marker.is_tone() {
                            &mut finds.tones
                        } else {
                            &mut finds.marks
                        };
                        of.push(Mark {
                            start: hit.start,
                            end,
                            marker,
                        });
                    }
                }
            }
        }
        drop_excepted(&mut finds.cues, &mut excepts);
        finds.marks.sort();
        finds.marks.dedup();
        begin_clauses(folded, &finds.marks);
        finds
    }

    fn correct<'t>(&self, text: &'t str) -> std::borrow::Cow<'t, str> {
        match &self.typos {
            Some((search, meant)) if search.is_match(text) => search.replace_all(text, meant).into(),
            _ => text.into(),
        }
    }

    fn bounded(&self, folded: &Folded, atom: u32, start: usize, end: usize) -> bool {
        let word = |at: Option<usize>| {
            at.and_then(|at| folded.chars.get(at))
                .is_some_and(|c| c.is_alphanumeric() && !is_han(*c))
        };
        self.atoms.get(atom as usize).is_some_and(|bounds| {
            !(bounds.bound_left && word(start.checked_sub(1)) || bounds.bound_right && word(Some(end)))
        })
    }
}

/// Whether 不 here only asks (能不能用, 好不好用).
fn choice(folded: &Folded, at: usize) -> bool {
    let char_at = |at: Option<usize>| at.and_then(|at| folded.chars.get(at)).filter(|c| is_han(**c));
    char_at(Some(at)) == Some(&'不') && char_at(at.checked_sub(1)).is_some_and(|c| char_at(Some(at + 1)) == Some(c))
}

/// Where the pattern ends, and where its last part begins, that begins at hit `at`, if all its elements follow closely in the same sentence.
fn reach(folded: &Folded, hits: &[Hit], at: usize, elements: &[Vec<u32>]) -> Option<(usize, usize)> {
    let first = hits.get(at)?;
    let sentence = folded.sentence_of(first.start);
    let (mut end, mut last) = (first.end, first.start);
    let mut from = at + 1;
    for element in elements.iter().skip(1) {
        let latin = folded.chars.get(end.checked_sub(1)?).is_some_and(char::is_ascii);
        let gap = if latin { GAP_LATIN } else { GAP_HAN };
        let mut next = None;
        for (index, hit) in hits.iter().enumerate().skip(from) {
            if hit.start > end + gap || folded.sentence_of(hit.start) != sentence {
                break;
            }
            if hit.start >= end && element.binary_search(&hit.atom).is_ok() {
                next = Some((index + 1, hit.start, hit.end));
                break;
            }
        }
        (from, last, end) = next?;
    }
    Some((end, last))
}

/// Drops cues that overlap one of their exceptions, and shorter finds of a cue inside longer ones.
fn drop_excepted(cues: &mut Vec<Found>, excepts: &mut [Found]) {
    cues.sort_by_key(|found| (found.cue, found.start, std::cmp::Reverse(found.end)));
    excepts.sort_by_key(|found| (found.cue, found.start));
    let mut kept: Vec<Found> = Vec::with_capacity(cues.len());
    let mut next = 0;
    for found in cues.drain(..) {
        while excepts
            .get(next)
            .is_some_and(|e| (e.cue, e.end) <= (found.cue, found.start))
        {
            next += 1;
        }
        let excepted = excepts
            .get(next)
            .is_some_and(|e| e.cue == found.cue && e.start < found.end && e.end > found.start);
        let inside = kept
            .last()
            .is_some_and(|last| last.cue == found.cue && last.end >= found.end && last.gap.0 == last.gap.1);
        if !excepted && !inside {
            kept.push(found);
        }
    }
    kept.sort();
    *cues = kept;
}

/// Turn words begin a clause, topic words a sentence.
fn begin_clauses(folded: &mut Folded, marks: &[Mark]) {
    let begins = marks
        .iter()
        .filter(|mark| matches!(mark.marker, Marker::Turn | Marker::Topic));
    let mut begins = begins
        .map(|mark| (mark.start, u32::from(mark.marker == Marker::Topic)))
        .peekable();
    let (mut clauses, mut sentences) = (0, 0);
    for (at, (clause, sentence)) in folded.clause.iter_mut().zip(&mut folded.sentence).enumerate() {
        while let Some((_, topic)) = begins.next_if(|(start, _)| *start == at) {
            clauses += 1;
            sentences += topic;
        }
        *clause += clauses;
        *sentence += sentences;
    }
}

fn markers(markers: &Markers) -> [(Marker, &[String]); 17] {
    [
        (Marker::Negation, &markers.negation),
        (Marker::NegationAfter, &markers.negation_after),
        (Marker::Through, &markers.through),
        (Marker::NoNegation, &markers.no_negation),
        (Marker::Hypothesis, &markers.hypothesis),
        (Marker::Question, &markers.question),
        (Marker::Rhetorical, &markers.rhetorical),
        (Marker::Hearsay, &markers.hearsay),
        (Marker::Joke, &markers.joke),
        (Marker::Withdrawal, &markers.withdrawal),
        (Marker::ThirdParty, &markers.third_party),
        (Marker::Praise, &markers.praise),
        (Marker::Turn, &markers.turn),
        (Marker::Topic, &markers.topic),
        (Marker::Filler, &markers.filler),
        (Marker::Grievance, &markers.grievance),
        (Marker::Polite, &markers.polite),
    ]
}

#[derive(Default)]
struct Builder {
    index: HashMap<String, u32>,
    words: Vec<String>,
    atoms: Vec<Atom>,
    patterns: Vec<Pattern>,
    problems: Vec<String>,
}

impl Builder {
    fn add(&mut self, owner: Owner, words: &[String], whose: &str) {
        for word in words {
            match parse_pattern(word) {
                Ok(elements) => self.pattern(owner, elements),
                Err(problem) => self.problems.push(format!("cue `{whose}`: {problem}")),
            }
        }
    }

    fn pattern(&mut self, owner: Owner, elements: Elements) {
        let elements = elements
            .into_iter()
            .map(|alternatives| {
                let mut atoms: Vec<u32> = alternatives.iter().map(|word| self.atom(word)).collect();
                atoms.sort_unstable();
                atoms.dedup();
                atoms
            })
            .collect();
        self.patterns.push(Pattern { owner, elements });
    }

    fn atom(&mut self, word: &str) -> u32 {
        if let Some(atom) = self.index.get(word) {
            return *atom;
        }
        let bare = word.trim_matches('*');
        let latin = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_han(c));
        let atom = self.atoms.len() as u32;
        self.atoms.push(Atom {
            bound_left: latin(bare.chars().next()) && !word.starts_with('*'),
            bound_right: latin(bare.chars().last()) && !word.ends_with('*'),
        });
        self.words.push(bare.to_owned());
        self.index.insert(word.to_owned(), atom);
        atom
    }

    fn finish(mut self, lexicon: &Lexicon) -> Result<Automaton, Vec<String>> {
        let mut begins = vec![Vec::new(); self.atoms.len()];
        for (index, pattern) in self.patterns.iter().enumerate() {
            for atom in pattern.elements.first().into_iter().flatten() {
                if let Some(patterns) = begins.get_mut(*atom as usize) {
                    patterns.push(index);
                }
            }
        }
        let typos = if lexicon.typos.is_empty() {
            None
        } else {
            let search = AhoCorasick::new(lexicon.typos.iter().map(|(typo, _)| typo));
            let meant = lexicon.typos.iter().map(|(_, meant)| meant.clone()).collect();
            search
                .map_err(|error| self.problems.push(error.to_string()))
                .ok()
                .map(|search| (search, meant))
        };
        match AhoCorasick::new(&self.words) {
            Ok(search) if self.problems.is_empty() => Ok(Automaton {
                search,
                atoms: self.atoms,
                patterns: self.patterns,
                begins,
                typos,
            }),
            Ok(_) => Err(self.problems),
            Err(error) => {
                self.problems.push(error.to_string());
                Err(self.problems)
            }
        }
    }
}
