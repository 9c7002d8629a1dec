//! The pieces of a text that are compared: Han characters and Latin words, alone, in twos and in threes.

use crate::text::is_han;

/// No more pieces are looked at than a long letter has.
const MOST: usize = 3_000;

/// A piece of a text.
#[derive(Debug, Clone, Copy)]
pub struct Piece<'a> {
    /// As it is compared.
    pub text: &'a str,
    /// How many of its bytes are the piece before, which goes on in this one.
    pub known: usize,
    /// Its first folded character.
    pub from: usize,
    /// One past the last.
    pub to: usize,
}

/// Calls `each` with every piece of a folded text. All figures are one piece, since sizes and dates tell nothing about a class.
pub fn grams(chars: &[char], mut each: impl FnMut(Piece<'_>)) {
    let tokens = tokens(chars);
    let mut gram = String::new();
    for first in 0..tokens.len() {
        gram.clear();
        let from = tokens.get(first).map_or(0, |token| token.from);
        for token in tokens.iter().skip(first).take(3) {
            let known = gram.len();
            if !gram.is_empty() && gram.ends_with(|c: char| c.is_ascii_alphanumeric()) && token.latin {
                gram.push(' ');
            }
            match token.figure {
                true => gram.push('0'),
                false => gram.extend(chars.get(token.from..token.to).unwrap_or_default()),
            }
            each(Piece {
                text: &gram,
                known,
                from,
                to: token.to,
            });
        }
    }
}

struct Token {
    from: usize,
    to: usize,
    latin: bool,
    figure: bool,
}

fn tokens(chars: &[char]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = chars.get(at).copied().filter(|_| tokens.len() < MOST) {
        let part_of: fn(char) -> bool = match c {
            _ if c.is_whitespace() => {
                at += 1;
                continue;
            }
            _ if is_han(c) => |_| false,
            _ if c.is_numeric() => |c| c.is_numeric() || c == '.',
            _ if c.is_alphabetic() => |c| (!is_han(c) && c.is_alphabetic()) || c == '\'',
            _ => |_| false,
        };
        let rest = chars.get(at + 1..).unwrap_or_default();
        let to = at + 1 + rest.iter().take_while(|c| part_of(**c)).count();
        tokens.push(Token {
            from: at,
            to,
            latin: !is_han(c) && c.is_alphabetic(),
            figure: !is_han(c) && c.is_numeric(),
        });
        at = to;
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn han_goes_by_characters_latin_by_words_and_figures_are_one() {
        let chars: Vec<char> = "漏 oil 12 次".chars().collect();
        let mut all = Vec::new();
        grams(&chars, |one| all.push(format!("{}@{}-{}", one.text, one.from, one.to)));
        assert_eq!(
            all.join(" | "),
            "漏@0-1 | 漏oil@0-5 | 漏oil0@0-8 | oil@2-5 | oil0@2-8 | oil0次@2-10 | 0@6-8 | 0次@6-10 | 次@9-10"
        );
    }

    #[test]
    fn a_piece_says_how_much_of_it_was_there_before() {
        let chars: Vec<char> = "漏 oil 漏".chars().collect();
        let mut all = Vec::new();
        grams(&chars, |one| all.push(one.text.split_at(one.known).1.to_owned()));
        assert_eq!(all, ["漏", "oil", "漏", "oil", "漏", "漏"]);
    }
}
