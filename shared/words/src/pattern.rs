//! The patterns in which words are written: `词`, `前…后`, `(甲|乙)丙`, `injur*`.

use crate::text::fold_word;

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
