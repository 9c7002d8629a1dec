//! The words for people: refusals, labels and page words in every language, written in `texts/*.toml`.

use crate::language::Language;
use std::collections::BTreeMap;

/// Words by language and dotted key.
///
/// A text may hold `{name}`, which is replaced by a value, and `{name:table}`, which is replaced by the word that the
/// table has for the value (`{stage:stage}` with `open` gives the label `stage.open`), or by the value if it has none.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    words: BTreeMap<Language, BTreeMap<String, String>>,
}

impl Texts {
    /// The words that come with Kesu.
    pub fn builtin() -> Texts {
        Texts {
            words: crate::shipped::texts(),
        }
    }

    /// The text of `key` with its placeholders filled.
    ///
    /// A person always gets something to read: a missing key falls back to Simplified Chinese and then to the key
    /// itself; a placeholder without a value stays as written.
    pub fn text(&self, language: Language, key: &str, values: &[(&str, &str)]) -> String {
        let Some(pattern) = self.find(language, key).or_else(|| self.find(Language::default(), key)) else {
            return key.to_owned();
        };
        let mut filled = String::with_capacity(pattern.len());
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let Some((placeholder, tail)) = after.split_once('}') else {
                filled.push('{');
                rest = after;
                continue;
            };
            let (name, table) = placeholder
                .split_once(':')
                .map_or((placeholder, None), |(name, table)| (name, Some(table)));
            match values.iter().find(|(known, _)| *known == name) {
                Some((_, value)) => match table {
                    Some(table) => {
                        let own = own_name(name, language);
                        match values.iter().find(|(known, _)| *known == own) {
                            Some((_, title)) => filled.push_str(title),
                            None => filled.push_str(&self.label(language, table, value)),
                        }
                    }
                    None => filled.push_str(value),
                },
                None => {
                    filled.push('{');
                    filled.push_str(placeholder);
                    filled.push('}');
                }
            }
            rest = tail;
        }
        filled.push_str(rest);
        filled
    }

    /// The word that `table` has for a code, or the code itself: procedures may bring codes that no file knows.
    pub fn label(&self, language: Language, table: &str, code: &str) -> String {
        self.find(language, &format!("{table}.{code}"))
            .unwrap_or(code)
            .to_owned()
    }

    /// Whether there is a text for exactly this key and language.
    pub fn has(&self, language: Language, key: &str) -> bool {
        self.find(language, key).is_some()
    }

    /// All keys of a language, sorted.
    pub fn keys(&self, language: Language) -> impl Iterator<Item = &str> {
        self.words
            .get(&language)
            .into_iter()
            .flat_map(|words| words.keys().map(String::as_str))
    }

    fn find(&self, language: Language, key: &str) -> Option<&str> {
        self.words.get(&language)?.get(key).map(String::as_str)
    }
}

/// Under which name a value brings its own word for a language, where it is a procedure's and no file has one.
pub(crate) fn own_name(name: &str, language: Language) -> String {
    format!("{name}@{}", language.tag())
}

#[cfg(test)]
mod tests;
