//! Makes a customer's text comparable with the lexicon: one script, one width, one case, and the way back to the original.

use std::collections::HashSet;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// Longest text that is read in full, in characters; a longer one is read at its head and its tail.
pub const READ_HEAD: usize = 16_000;
/// Characters read at the end of a text longer than `READ_HEAD + READ_TAIL`: what people write last is often what they want.
pub const READ_TAIL: usize = 4_000;

/// A text after folding: every folded character knows the original character it came from, its clause and its sentence.
#[derive(Debug, Default)]
pub struct Folded {
    /// Folded characters as UTF-8, for matching.
    pub text: String,
    /// The same, one by one.
    pub chars: Vec<char>,
    /// Number of the clause of each folded character (commas, colons and stronger breaks end one).
    pub clause: Vec<u32>,
    /// Number of the sentence of each folded character.
    pub sentence: Vec<u32>,
    /// Whether the text was too long to be read in full.
    pub cut: bool,
    bytes: Vec<u32>,
    from: Vec<(u32, u32)>,
}

/// The Han characters that tables may hold; they are looked up by place, since every character of every text is.
pub(crate) const HAN: std::ops::Range<u32> = 0x3400..0xa000;

/// Traditional to simplified, one character for one (`t2s.txt`), by place in [`HAN`]; NUL where nothing is to be done.
static SIMPLIFIED: LazyLock<Vec<char>> = LazyLock::new(|| {
    let mut table = vec!['\0'; HAN.len()];
    for (old, new) in pairs() {
        if let Some(place) = place(old).and_then(|place| table.get_mut(place)) {
            *place = new;
        }
    }
    table
});

fn pairs() -> impl Iterator<Item = (char, char)> {
    let lines = include_str!("../t2s.txt").lines();
    let pairs = lines
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace);
    pairs.filter_map(|pair| {
        let mut chars = pair.chars();
        Some((chars.next()?, chars.next()?))
    })
}

/// The place of a Han character in tables.
pub(crate) fn place(c: char) -> Option<usize> {
    let c = u32::from(c);
    HAN.contains(&c).then(|| (c - HAN.start) as usize)
}

/// The simplified character for one that only the traditional script has.
pub fn simplified(c: char) -> Option<char> {
    let new = SIMPLIFIED.get(place(c)?)?;
    (*new != '\0').then_some(*new)
}

/// Folds one character that is already in compatibility form.
fn fold_char(c: char) -> char {
    match c {
        '\u{2018}' | '\u{2019}' | '\u{02bc}' | '`' => '\'',
        '\u{201c}' | '\u{201d}' | '「' | '」' | '『' | '』' => '"',
        _ if c.is_ascii() => c.to_ascii_lowercase(),
        _ if is_han(c) => simplified(c).unwrap_or(c),
        _ => simplified(c).unwrap_or_else(|| {
            let mut lower = c.to_lowercase();
            match (lower.next(), lower.next()) {
                (Some(one), None) => one,
                _ => c,
            }
        }),
    }
}

/// The script that a text is written in: `None` where it has no Chinese, else whether it is the traditional one.
pub fn is_traditional(text: &str) -> Option<bool> {
    let (mut han, mut old, mut new) = (false, 0_usize, 0_usize);
    for c in text.chars().take(READ_HEAD).filter(|c| is_han(*c)) {
        han = true;
        if simplified(c).is_some() {
            old += 1;
        } else if SIMPLE.contains(&c) {
            new += 1;
        }
    }
    han.then_some(old > new)
}

/// The characters that only the simplified script has.
static SIMPLE: LazyLock<HashSet<char>> = LazyLock::new(|| {
    pairs()
        .map(|(_, new)| new)
        .filter(|c| simplified(*c).is_none())
        .collect()
});

/// Folds a word of the lexicon exactly as texts are folded, so that the two can meet.
pub fn fold_word(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut gap = false;
    for c in word.nfkc() {
        if c.is_whitespace() {
            gap = true;
        } else if !is_invisible(c) {
            if gap && out.chars().last().is_some_and(|last| !is_han(last) || !is_han(c)) {
                out.push(' ');
            }
            gap = false;
            out.push(fold_char(c));
        }
    }
    out
}

/// Whether `c` is written without spaces between words.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

/// The one character of a cluster, if its compatibility form is itself: most are.
fn alone(cluster: &str) -> Option<char> {
    let mut chars = cluster.chars();
    let plain = |c: &char| c.is_ascii_graphic() || ('\u{4e00}'..='\u{9fff}').contains(c);
    chars.next().filter(|c| plain(c) && chars.next().is_none())
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{00ad}' | '\u{fe00}'..='\u{fe0f}')
}

impl Folded {
    /// Folds `text`: compatibility forms (NFKC), simplified characters, lower case, one space for many and none between Han.
    pub fn new(text: &str) -> Self {
        let total = text.chars().count();
        let cut = total > READ_HEAD + READ_TAIL;
        let most = text.len().min(4 * (READ_HEAD + READ_TAIL));
        let mut out = Self {
            cut,
            text: String::with_capacity(most),
            chars: Vec::with_capacity(total.min(most)),
            bytes: Vec::with_capacity(most + 1),
            from: Vec::with_capacity(total.min(most)),
            ..Self::default()
        };
        let mut cluster = String::new();
        let mut began = 0_u32;
        let mut space = None;
        for (at, c) in text.chars().enumerate() {
            if cut && (READ_HEAD..total - READ_TAIL).contains(&at) {
                if at == READ_HEAD {
                    out.flush(&mut cluster, began, at as u32, &mut space);
                    out.push('\n', (at as u32, at as u32));
                }
                continue;
            }
            let joins = canonical_combining_class(c) != 0 && !cluster.is_empty() && cluster.len() < 64;
            if !joins {
                out.flush(&mut cluster, began, at as u32, &mut space);
                began = at as u32;
            }
            cluster.push(c);
        }
        out.flush(&mut cluster, began, total as u32, &mut space);
        out.bytes.push(out.chars.len() as u32);
        out.split();
        out
    }

    /// Index of the folded character that begins at byte `at` of `text`.
    pub fn at_byte(&self, at: usize) -> usize {
        self.bytes.get(at).copied().unwrap_or_default() as usize
    }

    /// Offsets in characters of the original text for the folded range `start..end`.
    pub fn original(&self, start: usize, end: usize) -> (usize, usize) {
        let first = self.from.get(start).map_or(0, |span| span.0);
        let last = end
            .checked_sub(1)
            .and_then(|last| self.from.get(last))
            .map_or(first, |span| span.1);
        (first as usize, last as usize)
    }

    /// Clause of a folded character.
    pub fn clause_of(&self, at: usize) -> u32 {
        self.clause.get(at).copied().unwrap_or_default()
    }

    /// Sentence of a folded character.
    pub fn sentence_of(&self, at: usize) -> u32 {
        self.sentence.get(at).copied().unwrap_or_default()
    }

    fn flush(&mut self, cluster: &mut String, start: u32, end: u32, space: &mut Option<(char, u32)>) {
        if cluster.is_empty() {
            return;
        }
        if let Some(c) = alone(cluster).filter(|_| space.is_none()) {
            self.push(fold_char(c), (start, end));
            cluster.clear();
            return;
        }
        for c in cluster.nfkc() {
            if c == '\n' || c == '\r' {
                *space = Some(('\n', start));
            } else if c.is_whitespace() {
                space.get_or_insert((' ', start));
            } else if !is_invisible(c) {
                if let Some((kind, at)) = space.take() {
                    let between_han = self.chars.last().is_none_or(|last| is_han(*last)) && is_han(c);
                    if kind == '\n' || !(between_han || self.chars.is_empty()) {
                        self.push(kind, (at, start));
                    }
                }
                self.push(fold_char(c), (start, end));
            }
        }
        cluster.clear();
    }

    fn push(&mut self, c: char, from: (u32, u32)) {
        let index = self.chars.len() as u32;
        self.bytes.extend(std::iter::repeat_n(index, c.len_utf8()));
        self.text.push(c);
        self.chars.push(c);
        self.from.push(from);
    }

    fn split(&mut self) {
        let (mut clause, mut sentence) = (0, 0);
        let mut before = ' ';
        self.clause.reserve(self.chars.len());
        self.sentence.reserve(self.chars.len());
        for (at, c) in self.chars.iter().copied().enumerate() {
            self.clause.push(clause);
            self.sentence.push(sentence);
            let next = self.chars.get(at + 1).copied().unwrap_or(' ');
            let in_number = before.is_ascii_digit() && next.is_ascii_digit();
            match c {
                '。' | '!' | '?' | ';' | '\n' | '.' | '~' if !(c == '.' && (in_number || next.is_alphanumeric())) => {
                    clause += 1;
                    sentence += 1;
                }
                ',' | ':' if !in_number => clause += 1,
                _ => {}
            }
            before = c;
        }
    }
}

/// Length in Han characters; four Latin letters count as one.
pub fn length(chars: &[char]) -> usize {
    let han = chars.iter().filter(|c| is_han(**c)).count();
    let latin = chars.iter().filter(|c| !is_han(**c) && c.is_alphanumeric()).count();
    han + latin / 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_as_it_stands_is_its_own_compatibility_form() {
        let plain = ('\0'..='\u{ffff}').filter(|c| alone(&c.to_string()).is_some());
        let same = plain.inspect(|c| assert!(c.nfkc().eq([*c]), "{c}")).count();
        assert!(same > 20_000, "only {same}");
    }

    #[test]
    fn every_character_of_the_table_has_its_place() {
        let mut found = 0;
        for (old, new) in pairs() {
            assert_eq!(simplified(old), Some(new));
            found += 1;
        }
        assert!(found > 2_000, "only {found} pairs");
        assert_eq!(simplified('a'), None);
        assert_eq!(simplified('的'), None);
    }
}
