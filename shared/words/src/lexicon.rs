//! The lexicon: groups of words (cues) and the words that change what a cue means (markers), read from data files once, when
//! the program is built; what is left for run time is the compiled form.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::marker::Marker;
use crate::table::{Builder, Owner, Table};
use crate::text::fold_word;

/// Words by meaning, for all procedures, as they are written in the files.
#[derive(Debug, Clone, Default)]
pub struct Lists {
    /// Cues by id.
    pub cues: BTreeMap<String, Cue>,
    /// Words that change the meaning of cues.
    pub markers: Markers,
    /// Words that make a number an amount or a count.
    pub units: BTreeMap<String, Unit>,
    /// Frequent typing errors and the words meant, of equal length.
    pub typos: Vec<(String, String)>,
}

/// The lists compiled: ready to be searched for.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Lexicon {
    /// Cues in the order of their ids; their words and exceptions are in the table, not here.
    pub cues: Vec<Cue>,
    /// Words that make a number an amount or a count.
    pub units: BTreeMap<String, Unit>,
    /// Frequent typing errors and the words meant, of equal length.
    pub typos: Vec<(String, String)>,
    /// The words; cues are owners by their place in `cues`.
    pub table: Table,
}

/// A group of words with one meaning.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cue {
    /// Id, kept in events.
    pub id: String,
    /// What an officer calls it.
    pub title: String,
    /// Patterns, empty once compiled: `词`, `前…后` (in this order, close together), `(甲|乙)丙`, `injur*`.
    pub words: Vec<String>,
    /// Cues of the lexicon whose words and exceptions are this one's too.
    #[serde(default)]
    pub also: Vec<String>,
    /// Patterns that look like the cue but are not.
    #[serde(default)]
    pub except: Vec<String>,
    /// Something the customer says he will do: an "if" makes it a threat, a joke or withdrawal undoes it.
    #[serde(default)]
    pub said: bool,
    /// Life and limb: counts in doubt (hypothesis, question) too.
    #[serde(default)]
    pub safety: bool,
    /// A request: being asked or supposed does not matter.
    #[serde(default)]
    pub asked: bool,
    /// Holds whatever its context (greetings, denials that are cues themselves).
    #[serde(default)]
    pub plain: bool,
    /// Looked for under every procedure: where it is said and decides nothing, a person has to look.
    #[serde(default)]
    pub grave: bool,
}

/// Words that change what a cue means.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Markers {
    /// "not": reaches a cue that follows, over the words of `through` only.
    pub negation: Vec<String>,
    /// "not" after the cue.
    pub negation_after: Vec<String>,
    /// Words a negation reaches across.
    pub through: Vec<String>,
    /// Words that contain a negation but deny nothing.
    pub no_negation: Vec<String>,
    /// "if", "might": what follows in the sentence.
    pub hypothesis: Vec<String>,
    /// "asking": the whole sentence.
    pub question: Vec<String>,
    /// Questions that are reproaches.
    pub rhetorical: Vec<String>,
    /// "people say": what follows in the sentence.
    pub hearsay: Vec<String>,
    /// "joking": this sentence and the one before.
    pub joke: Vec<String>,
    /// "I take it back": everything before, and this sentence.
    pub withdrawal: Vec<String>,
    /// Other firms: the clause.
    pub third_party: Vec<String>,
    /// Praise: the clause.
    pub praise: Vec<String>,
    /// Words that begin a new clause.
    pub turn: Vec<String>,
    /// Words that begin a new matter.
    pub topic: Vec<String>,
    /// Words that say nothing: a text of hardly anything else is too vague to judge.
    pub filler: Vec<String>,
    /// The tone of a grievance: what only looks like a question is none.
    pub grievance: Vec<String>,
    /// A polite question, which stays one whatever its tone.
    pub polite: Vec<String>,
}

/// Which words around a number give it a meaning.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// Directly before.
    #[serde(default)]
    pub before: Vec<String>,
    /// Directly after.
    #[serde(default)]
    pub after: Vec<String>,
    /// After a number that stands close behind one of the cues looked for, these make it something else.
    #[serde(default)]
    pub not_after: Vec<String>,
    /// Whether a bare number close behind one of the cues looked for counts, if it is at least this.
    pub bare_at_least: Option<f64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct LexiconFile {
    #[serde(default)]
    cue: Vec<Cue>,
    markers: Option<Markers>,
    #[serde(default)]
    units: BTreeMap<String, Unit>,
    #[serde(default)]
    typos: BTreeMap<String, String>,
}

impl Lexicon {
    /// The place of a cue in `cues`.
    pub fn place(&self, id: &str) -> Option<usize> {
        self.cues.binary_search_by(|cue| cue.id.as_str().cmp(id)).ok()
    }

    /// A cue by its id.
    pub fn cue(&self, id: &str) -> Option<&Cue> {
        self.cues.get(self.place(id)?)
    }
}

impl Lists {
    /// Reads lexicon files, given as (name, content).
    ///
    /// # Errors
    /// All problems at once: unreadable files, cues defined twice, typing errors of unequal length.
    pub fn parse<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Vec<String>> {
        let mut lexicon = Self::default();
        let mut problems = Vec::new();
        for (name, content) in files {
            let file: LexiconFile = match toml::from_str(content) {
                Ok(file) => file,
                Err(error) => {
                    problems.push(format!("{name}: {error}"));
                    continue;
                }
            };
            for cue in file.cue {
                if let Some(twice) = lexicon.cues.insert(cue.id.clone(), cue) {
                    problems.push(format!("{name}: cue `{}` is defined twice", twice.id));
                }
            }
            if let Some(markers) = file.markers {
                lexicon.markers = markers;
            }
            lexicon.units.extend(file.units);
            for (typo, meant) in file.typos {
                let (typo, meant) = (fold_word(&typo), fold_word(&meant));
                if typo.chars().count() == meant.chars().count() && typo.len() == meant.len() {
                    lexicon.typos.push((typo, meant));
                } else {
                    problems.push(format!("{name}: `{typo}` and `{meant}` must be equally long"));
                }
            }
        }
        if problems.is_empty() {
            Ok(lexicon)
        } else {
            Err(problems)
        }
    }

    /// Compiles the lists.
    ///
    /// # Errors
    /// All patterns that cannot be read.
    pub fn compile(self) -> Result<Lexicon, Vec<String>> {
        let mut build = Builder::default();
        let mut cues: Vec<Cue> = self.cues.into_values().collect();
        for (place, cue) in cues.iter_mut().enumerate() {
            build.add(Owner::Cue(place as u32), &std::mem::take(&mut cue.words), &cue.id);
            build.add(Owner::Except(place as u32), &std::mem::take(&mut cue.except), &cue.id);
        }
        for (marker, words) in self.markers.each() {
            build.add(Owner::Marker(marker), words, "markers");
        }
        Ok(Lexicon {
            cues,
            units: self.units,
            typos: self.typos,
            table: build.finish()?,
        })
    }
}

impl Markers {
    fn each(&self) -> [(Marker, &[String]); 17] {
        [
            (Marker::Negation, &self.negation),
            (Marker::NegationAfter, &self.negation_after),
            (Marker::Through, &self.through),
            (Marker::NoNegation, &self.no_negation),
            (Marker::Hypothesis, &self.hypothesis),
            (Marker::Question, &self.question),
            (Marker::Rhetorical, &self.rhetorical),
            (Marker::Hearsay, &self.hearsay),
            (Marker::Joke, &self.joke),
            (Marker::Withdrawal, &self.withdrawal),
            (Marker::ThirdParty, &self.third_party),
            (Marker::Praise, &self.praise),
            (Marker::Turn, &self.turn),
            (Marker::Topic, &self.topic),
            (Marker::Filler, &self.filler),
            (Marker::Grievance, &self.grievance),
            (Marker::Polite, &self.polite),
        ]
    }
}
