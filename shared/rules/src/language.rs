//! The languages in which Kesu writes to people.

use serde::{Deserialize, Serialize};

/// A language of letters, pages and refusals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Language {
    /// Simplified Chinese (简体中文): what is used when nothing else is asked for.
    #[default]
    #[serde(rename = "zh-Hans")]
    ZhHans,
    /// Traditional Chinese (繁體中文).
    #[serde(rename = "zh-Hant")]
    ZhHant,
    /// English.
    #[serde(rename = "en")]
    En,
}

impl Language {
    /// All languages, the default first.
    pub const ALL: [Language; 3] = [Language::ZhHans, Language::ZhHant, Language::En];

    /// The tag as it is written in data, in `lang` attributes and in file names.
    pub fn tag(self) -> &'static str {
        match self {
            Language::ZhHans => "zh-Hans",
            Language::ZhHant => "zh-Hant",
            Language::En => "en",
        }
    }

    /// Reads a language tag as people and browsers write it (`zh-CN`, `zh_TW`, `en-GB`, …); `None` for other languages.
    pub fn parse(tag: &str) -> Option<Language> {
        let tag = tag.trim().to_ascii_lowercase().replace('_', "-");
        let mut parts = tag.split('-');
        match parts.next()? {
            "en" => Some(Language::En),
            "zh" => {
                // A script says more than a region: `zh-Hans-HK` is Simplified.
                let rest: Vec<&str> = parts.collect();
                if rest.contains(&"hans") {
                    Some(Language::ZhHans)
                } else if rest.iter().any(|part| matches!(*part, "hant" | "tw" | "hk" | "mo")) {
                    Some(Language::ZhHant)
                } else {
                    Some(Language::ZhHans)
                }
            }
            _ => None,
        }
    }

    /// The language in which somebody wrote, by its script: a text without Chinese characters is answered in English.
    pub fn of_text(text: &str) -> Language {
        match crate::classify::is_traditional(text) {
            Some(true) => Language::ZhHant,
            Some(false) => Language::ZhHans,
            None => Language::En,
        }
    }

    /// The language that a browser's `Accept-Language` header prefers among ours; `None` when it names none of them.
    ///
    /// Entries with `q=0` are refused ones; equal weights count in the order written.
    pub fn from_accept_language(header: &str) -> Option<Language> {
        let mut best: Option<(u16, Language)> = None;
        for entry in header.split(',') {
            let mut parts = entry.split(';');
            let Some(language) = parts.next().and_then(Language::parse) else {
                continue;
            };
            let weight = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map_or(1000, thousandths);
            if weight > 0 && best.is_none_or(|(other, _)| weight > other) {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language)
    }
}

impl std::fmt::Display for Language {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.tag())
    }
}

/// A weight such as `0.8` in thousandths; what cannot be read counts as refused.
fn thousandths(text: &str) -> u16 {
    match text.trim().parse::<f32>() {
        Ok(weight) if (0.0..=1.0).contains(&weight) => (weight * 1000.0).round() as u16,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::Language::{self, En, ZhHans, ZhHant};

    fn check(tag: &str, wanted: Option<Language>) {
        assert_eq!(Language::parse(tag), wanted, "{tag}");
    }

    #[test]
    fn a_tag_is_read_as_browsers_write_it() {
        check("zh-Hans", Some(ZhHans));
        check("zh", Some(ZhHans));
        check("zh-CN", Some(ZhHans));
        check("zh_TW", Some(ZhHant));
        check("zh-Hant-HK", Some(ZhHant));
        check("zh-Hans-HK", Some(ZhHans));
        check("EN-gb", Some(En));
        check("de", None);
        check("", None);
    }

    #[test]
    fn the_heaviest_language_of_ours_wins() {
        let prefer = Language::from_accept_language;
        assert_eq!(prefer("de-DE,de;q=0.9,en;q=0.8,zh-TW;q=0.85"), Some(ZhHant));
        assert_eq!(prefer("en, zh"), Some(En));
        assert_eq!(prefer("en;q=0, zh;q=0.1"), Some(ZhHans));
        assert_eq!(prefer("fr,*"), None);
        assert_eq!(prefer("en;q=lots"), None);
    }

    #[test]
    fn the_tag_is_what_is_stored() {
        for language in Language::ALL {
            let stored = serde_json::to_string(&language).unwrap();
            assert_eq!(stored, format!("\"{language}\""));
            assert_eq!(serde_json::from_str::<Language>(&stored).unwrap(), language);
            check(language.tag(), Some(language));
        }
    }

    #[test]
    fn a_text_is_answered_in_its_script() {
        assert_eq!(Language::of_text("我买的东西坏了，请退货"), Language::ZhHans);
        assert_eq!(Language::of_text("我買的東西壞了，請退貨"), Language::ZhHant);
        assert_eq!(Language::of_text("it broke"), Language::En);
    }
}
