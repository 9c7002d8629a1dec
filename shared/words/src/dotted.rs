//! Files of words as dotted keys: `[stage] open = "…"` is `stage.open`.

use std::collections::BTreeMap;

/// Reads a TOML file of nested tables of texts.
///
/// # Errors
/// What the TOML reader says, or the key of a value that is no text.
pub fn dotted(toml: &str) -> Result<BTreeMap<String, String>, String> {
    let table: toml::Table = toml.parse().map_err(|error: toml::de::Error| error.to_string())?;
    let mut words = BTreeMap::new();
    flatten("", table, &mut words).map_err(|key| format!("`{key}` is not a text"))?;
    Ok(words)
}

fn flatten(prefix: &str, table: toml::Table, words: &mut BTreeMap<String, String>) -> Result<(), String> {
    for (name, value) in table {
        let key = if prefix.is_empty() {
            name
        } else {
            format!("{prefix}.{name}")
        };
        match value {
            toml::Value::String(text) => _ = words.insert(key, text),
            toml::Value::Table(inner) => flatten(&key, inner, words)?,
            _ => return Err(key),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_tables_become_dotted_keys_and_what_is_no_text_is_named() {
        let words = dotted("a = \"1\"\n[b.c]\nd = \"2\"").unwrap();
        assert_eq!(
            words.into_iter().collect::<Vec<_>>(),
            [("a".to_owned(), "1".to_owned()), ("b.c.d".to_owned(), "2".to_owned())]
        );
        assert_eq!(dotted("[a.b]\nc = 1").unwrap_err(), "`a.b.c` is not a text");
        assert!(dotted("= nonsense").is_err());
    }
}
