//! The words of old registers (`words.toml`), folded once and ready to be looked up.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::fields::field;
use super::fold;

/// What a header stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Meaning {
    /// A canonical field, by name.
    Field(&'static str),
    /// Nothing that is kept: a running number, a figure worked out from others.
    Ignore,
    /// The year of the dates beside it.
    Year,
    /// The month of the dates beside it.
    Month,
}

/// How sure a meaning is, in percent.
pub type Confidence = u8;
/// Seen in real registers with one meaning.
pub const SURE: Confidence = 100;
/// A usual variant.
pub const LIKELY: Confidence = 90;
/// A question is asked.
pub const DOUBTFUL: Confidence = 60;
/// The header only contains a known one.
pub const ALIKE: Confidence = 50;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Grades {
    sure: Vec<String>,
    likely: Vec<String>,
    doubtful: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    header: BTreeMap<String, Grades>,
    row: BTreeMap<String, Vec<String>>,
    sheet: BTreeMap<String, Vec<String>>,
    value: BTreeMap<String, Vec<String>>,
    status: BTreeMap<String, Vec<String>>,
    yes_no: BTreeMap<String, Vec<String>>,
    colour: BTreeMap<String, Vec<String>>,
}

/// All of them.
#[derive(Default)]
pub struct Words {
    headers: HashMap<String, (Meaning, Confidence)>,
    /// Sure and likely headers that are long enough to be recognised inside others, longest first.
    parts: Vec<(String, Meaning)>,
    /// What begins or ends the label of a row that adds up.
    pub totals: Vec<String>,
    /// What begins a line of notes.
    pub notes: HashSet<String>,
    /// What only a pivot table has in its cells.
    pub pivots: Vec<String>,
    /// Names of sheets that sum up others.
    pub summaries: Vec<String>,
    /// Names of sheets that explain or list choices.
    pub instructions: Vec<String>,
    /// Values that are nothing anywhere, as they stand.
    pub blank: Few,
    /// Values that are nothing where a number, a date or a telephone is expected.
    pub none: Few,
    /// Marks for "as above", as they stand.
    pub above: Few,
    /// Marks for "as on the left".
    pub left: Few,
    /// Folded words of a status: its canonical name, `suspended` included.
    pub status: HashMap<String, &'static str>,
    /// Folded words for yes (`true`) and no.
    pub yes_no: HashMap<String, bool>,
    /// Folded names of colours to the canonical one.
    pub colours: HashMap<String, String>,
}

/// The words that come with Kesu.
pub static WORDS: LazyLock<Words> =
    LazyLock::new(|| Words::of(&toml::from_str::<File>(include_str!("words.toml")).unwrap_or_default()));

fn folded(words: Option<&Vec<String>>) -> impl Iterator<Item = String> {
    words.into_iter().flatten().map(|word| fold::key(word))
}

/// A few words as they stand in a cell, in any case. Every short cell is compared with them and hardly any is one, so the
/// first character decides before anything is folded.
#[derive(Default)]
pub struct Few {
    words: HashSet<String>,
    firsts: Vec<char>,
}

impl Few {
    fn of(words: Option<&Vec<String>>) -> Self {
        let words: HashSet<String> = words.into_iter().flatten().map(|word| word.to_lowercase()).collect();
        let first = words.iter().filter_map(|word| word.chars().next());
        let mut firsts: Vec<char> = first.flat_map(|c| c.to_uppercase().chain([c])).collect();
        firsts.sort_unstable();
        firsts.dedup();
        Self { words, firsts }
    }

    /// Whether a trimmed text is one of them.
    pub fn contains(&self, trimmed: &str) -> bool {
        let first = trimmed.chars().next();
        first.is_some_and(|c| self.firsts.binary_search(&c).is_ok())
            && self.words.contains(trimmed.to_lowercase().as_str())
    }
}

impl Words {
    fn of(file: &File) -> Words {
        let mut words = Words::default();
        for (name, grades) in &file.header {
            let meaning = match name.as_str() {
                "ignore" => Meaning::Ignore,
                "year" => Meaning::Year,
                "month" => Meaning::Month,
                name => match field(name) {
                    Some((name, _)) => Meaning::Field(name),
                    None => continue,
                },
            };
            let graded = [
                (&grades.sure, SURE),
                (&grades.likely, LIKELY),
                (&grades.doubtful, DOUBTFUL),
            ];
            for (list, confidence) in graded {
                for word in list {
                    let key = fold::key(word);
                    let long = key.chars().count() >= 3 && key.chars().all(|c| !c.is_ascii());
                    if confidence > DOUBTFUL && long && meaning != Meaning::Ignore {
                        words.parts.push((key.clone(), meaning));
                    }
                    words.headers.insert(key, (meaning, confidence));
                }
            }
        }
        words
            .parts
            .sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        words.totals = folded(file.row.get("total")).collect();
        words.notes = folded(file.row.get("note")).collect();
        words.pivots = folded(file.sheet.get("pivot")).collect();
        words.summaries = folded(file.sheet.get("summary")).collect();
        words.instructions = folded(file.sheet.get("instructions")).collect();
        words.blank = Few::of(file.value.get("blank"));
        words.none = Few::of(file.value.get("none"));
        words.above = Few::of(file.value.get("above"));
        words.left = Few::of(file.value.get("left"));
        for status in ["closed", "in_progress", "open", "suspended"] {
            words
                .status
                .extend(folded(file.status.get(status)).map(|word| (word, status)));
        }
        for (answer, list) in [(true, "yes"), (false, "no")] {
            words
                .yes_no
                .extend(folded(file.yes_no.get(list)).map(|word| (word, answer)));
        }
        for (name, list) in &file.colour {
            words
                .colours
                .extend(list.iter().map(|word| (fold::key(word), name.clone())));
        }
        words
    }

    /// What a header means, if it is known, by the first of its keys that is.
    pub fn header(&self, text: &str) -> Option<(Meaning, Confidence)> {
        if text.len() > 120 {
            return None;
        }
        let keys = fold::header_keys(text);
        let (meaning, confidence) = keys.iter().find_map(|key| self.headers.get(key.as_str()).copied())?;
        // `完成日期（计划）` is when it was to be done.
        let planned = |unit: &str| {
            ["计划", "要求", "预计", "应", "目标"]
                .iter()
                .any(|word| unit.contains(word))
        };
        match meaning {
            Meaning::Field("closed_date") if fold::bracketed(text).is_some_and(planned) => {
                Some((Meaning::Field("due_date"), confidence))
            }
            meaning => Some((meaning, confidence)),
        }
    }

    /// What a header may mean that ends in a known one, or is the beginning of one (a header that was cut off).
    pub fn alike(&self, text: &str) -> Option<Meaning> {
        let keys = fold::header_keys(text);
        let key = keys.last()?;
        let long = key.chars().count();
        let within = |part: &str| {
            let part_long = part.chars().count();
            (key.ends_with(part) && long <= part_long + 4)
                || (part.starts_with(key.as_str()) && long >= 4 && part_long <= long + 2)
                || (key.starts_with(part) && part_long >= 4 && long <= part_long + 3)
        };
        self.parts
            .iter()
            .find(|(part, _)| within(part))
            .map(|(_, meaning)| *meaning)
    }

    /// Whether a folded header ends in a word that is doubtfully that field alone: `报障内容` for `内容`.
    pub fn ends_doubtfully(&self, key: &str, field: &'static str) -> bool {
        let long = key.chars().count();
        self.headers.iter().any(|(word, meaning)| {
            *meaning == (Meaning::Field(field), DOUBTFUL)
                && key.ends_with(word.as_str())
                && long <= word.chars().count() + 4
        })
    }

    /// Whether a cell of this text is empty in every column.
    pub fn is_blank(&self, trimmed: &str) -> bool {
        trimmed.is_empty() || (trimmed.len() <= 12 && self.blank.contains(trimmed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_read_and_name_only_known_fields() {
        let file =
            toml::from_str::<File>(include_str!("words.toml")).expect("the shipped words are TOML of this shape");
        for name in file.header.keys() {
            let known = matches!(name.as_str(), "ignore" | "year" | "month") || field(name).is_some();
            assert!(known, "no field {name}");
        }
    }

    #[test]
    fn no_header_has_two_meanings() {
        let file = toml::from_str::<File>(include_str!("words.toml")).unwrap();
        let mut seen = HashMap::new();
        for (name, grades) in &file.header {
            for word in grades.sure.iter().chain(&grades.likely).chain(&grades.doubtful) {
                let before = seen.insert(fold::key(word), name.clone());
                assert!(before.is_none(), "{word} is both {before:?} and {name}");
            }
        }
    }

    #[test]
    fn every_header_of_the_reference_table_is_known() {
        for (header, meaning) in [
            ("完成周期（天）", Meaning::Ignore),
            ("NO.", Meaning::Ignore),
            ("是否大客户", Meaning::Field("customer_tier")),
            ("料号&品名", Meaning::Field("product_model")),
            ("批量PCS", Meaning::Field("total_qty")),
            ("投诉/建议方式", Meaning::Field("channel")),
            ("8D报告 (有/无)", Meaning::Field("has_8d")),
            ("总损失金额（元）", Meaning::Field("claim_amount")),
            ("客戶名稱\nCustomer", Meaning::Field("customer_name")),
            ("P/N", Meaning::Field("product_model")),
            ("完成日期（计划）", Meaning::Field("due_date")),
            ("完成日期（实际）", Meaning::Field("closed_date")),
        ] {
            assert_eq!(
                WORDS.header(header).map(|(meaning, _)| meaning),
                Some(meaning),
                "{header}"
            );
        }
        assert_eq!(WORDS.header("随便什么"), None);
    }

    #[test]
    fn a_header_that_was_cut_off_or_stands_in_a_longer_one_is_like_it() {
        assert_eq!(WORDS.alike("是否根本解"), Some(Meaning::Field("status")));
        assert_eq!(WORDS.alike("客户的投诉内容"), Some(Meaning::Field("complaint_desc")));
        assert_eq!(WORDS.alike("天气"), None);
    }
}
