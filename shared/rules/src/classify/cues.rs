//! Finds the cues and markers of one procedure in a folded text, in time linear in the text.

use std::collections::BTreeMap;

use aho_corasick::AhoCorasick;
pub use kesu_words::Marker;
use kesu_words::text::Folded;
use kesu_words::{Builder, Cue, Lexicon, Match, Owner, Table};

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

/// The words of one procedure: those of the lexicon, of which it takes some, and its own.
#[derive(Debug)]
pub struct Finder {
    lexicon: &'static Lexicon,
    /// For each cue of the lexicon, which cues of the procedure it is part of.
    taken: Vec<Vec<usize>>,
    own: Table,
    typos: Option<(AhoCorasick, Vec<String>)>,
}

impl Finder {
    /// The words of `cues` (their order gives the index in finds) and the markers. The words of a cue that is none of the
    /// pack's `own` are those of the lexicon, which have been compiled.
    ///
    /// # Errors
    /// All patterns that cannot be read, and cues that take in what the lexicon does not have.
    pub fn new(cues: &[Cue], own: &BTreeMap<&str, &Cue>, lexicon: &'static Lexicon) -> Result<Self, Vec<String>> {
        let mut problems = Vec::new();
        let mut taken = vec![Vec::new(); lexicon.cues.len()];
        let mut build = Builder::default();
        for (index, cue) in cues.iter().enumerate() {
            let owner = index as u32;
            build.add(Owner::Cue(owner), &cue.words, &cue.id);
            build.add(Owner::Except(owner), &cue.except, &cue.id);
            let shared = !own.contains_key(cue.id.as_str());
            for name in shared.then_some(&cue.id).into_iter().chain(&cue.also) {
                match lexicon.place(name).and_then(|place| taken.get_mut(place)) {
                    Some(takers) => takers.push(index),
                    None => problems.push(format!(
                        "cue `{}` takes in `{name}`, which the lexicon does not have",
                        cue.id
                    )),
                }
            }
        }
        let own = build.finish().map_err(|wrong| problems.extend(wrong)).ok();
        let typos = if lexicon.typos.is_empty() {
            None
        } else {
            let search = AhoCorasick::new(lexicon.typos.iter().map(|(typo, _)| typo));
            let meant = lexicon.typos.iter().map(|(_, meant)| meant.clone()).collect();
            search
                .map_err(|error| problems.push(error.to_string()))
                .ok()
                .map(|search| (search, meant))
        };
        match own {
            Some(own) if problems.is_empty() => Ok(Self {
                lexicon,
                taken,
                own,
                typos,
            }),
            _ => Err(problems),
        }
    }

    /// Finds everything in `folded`; typing errors are read as the word meant, turn words begin clauses.
    pub fn find(&self, folded: &mut Folded) -> Finds {
        let text = self.correct(&folded.text);
        let mut finds = Finds::default();
        let mut excepts = Vec::new();
        let takers = |cue: u32| self.taken.get(cue as usize).map(Vec::as_slice).unwrap_or_default();
        let wanted = |owner| match owner {
            Owner::Cue(cue) | Owner::Except(cue) => !takers(cue).is_empty(),
            Owner::Marker(_) => true,
        };
        self.lexicon.table.find(folded, &text, wanted, |one| match one.owner {
            Owner::Cue(cue) => finds.cues.extend(takers(cue).iter().map(|cue| found(&one, *cue))),
            Owner::Except(cue) => excepts.extend(takers(cue).iter().map(|cue| found(&one, *cue))),
            Owner::Marker(marker) => {
                let (start, end) = (one.start, one.end);
                let of = if marker.is_tone() {
                    &mut finds.tones
                } else {
                    &mut finds.marks
                };
                of.push(Mark { start, end, marker });
            }
        });
        let all = |_| true;
        self.own.find(folded, &text, all, |one| match one.owner {
            Owner::Cue(cue) => finds.cues.push(found(&one, cue as usize)),
            Owner::Except(cue) => excepts.push(found(&one, cue as usize)),
            Owner::Marker(_) => {}
        });
        drop(text);
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
}

fn found(one: &Match, cue: usize) -> Found {
    Found {
        start: one.start,
        end: one.end,
        cue,
        gap: one.gap,
    }
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
