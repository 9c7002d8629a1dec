//! The lexicon: groups of words (cues) and the words that change what a cue means (markers), read from data files.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::text::fold_word;

/// Words by meaning, for all procedures.
#[derive(Debug, Clone, Default)]
pub struct Lexicon {
    /// Cues by id.
    pub cues: BTreeMap<String, Cue>,
    /// Words that change the meaning of cues.
    pub markers: Markers,
    /// Words that make a number an amount or a count.
    pub units: BTreeMap<String, Unit>,
    /// Frequent typing errors and the words meant, of equal length.
    pub typos: Vec<(String, String)>,
}

/// A group of words with one meaning.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cue {
    /// Id, kept in events.
    pub id: String,
    /// What an officer calls it.
    pub title: String,
    /// Patterns: `词`, `前…后` (in this order, close together), `(甲|乙)丙`, `injur*`.
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
    /// The shipped lexicon.
    ///
    /// # Errors
    /// Says which file could not be read and why; the shipped files are tested, so this concerns edited ones.
    pub fn shipped() -> Result<Self, Vec<String>> {
        let files = crate::shipped::lexicon();
        Self::parse(files.iter().map(|(name, text)| (name.as_str(), text.as_str())))
    }

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
}

/// A pattern: elements that follow each other, each with its alternatives.
pub type Elements = Vec<Vec<String>>;

/// Reads a pattern of the lexicon into folded words.
///
/// # Errors
/// Says what is wrong with the pattern.
pub fn parse_pattern(pattern: &str) -> Result<Elements, String> {
    let mut elements = Vec::new();
    for part in pattern.split('…') {
        let alternatives: Vec<String> = expand(part)?.iter().map(|word| fold_word(word)).collect();
        if alternatives.iter().any(|word| word.trim_matches('*').is_empty()) {
            return Err(format!("`{pattern}` has an empty part"));
        }
        elements.push(alternatives);
    }
    if elements.len() > 3 {
        return Err(format!("`{pattern}` has more than three parts"));
    }
    Ok(elements)
}

/// Expands `甲(乙|丙)丁` into its words.
fn expand(part: &str) -> Result<Vec<String>, String> {
    let mut words = vec![String::new()];
    let mut rest = part.trim();
    while let Some((before, after)) = rest.split_once('(') {
        let (group, behind) = after
            .split_once(')')
            .ok_or_else(|| format!("`{part}` has an open bracket"))?;
        let choices: Vec<&str> = group.split('|').collect();
        words = words
            .iter()
            .flat_map(|w| choices.iter().map(move |choice| format!("{w}{before}{choice}")))
            .collect();
        if words.len() > 400 {
            return Err(format!("`{part}` stands for more than 400 words"));
        }
        rest = behind;
    }
    if rest.contains([')', '|']) {
        return Err(format!("`{part}` has a closing bracket or bar too many"));
    }
    for word in &mut words {
        word.push_str(rest);
    }
    Ok(words)
}
