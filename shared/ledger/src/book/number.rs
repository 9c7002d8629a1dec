//! Number formats: whether a number is a date, and how it is shown where the bare number would lose something.

/// What a number is under a format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Meaning {
    /// A number.
    #[default]
    Number,
    /// A date, a time, or both.
    Moment,
    /// Elapsed time.
    Elapsed,
}

/// A format, as far as it matters for reading.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Format {
    /// What a number is under it.
    pub meaning: Meaning,
    /// How whole numbers (or percentages) are shown, where that adds something to the bare number.
    pub shape: Option<Shape>,
}

/// How a number is shown: literal characters around and between the places of digits.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    tokens: Vec<Token>,
    percent: bool,
    decimals: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Token {
    /// A place that is filled with 0 where the number has no digit.
    Zero,
    /// A place that stays empty.
    Open,
    Literal(char),
}

impl Format {
    /// Of a format code such as `"KS"000000` or `yyyy"年"m"月"`.
    pub fn of(code: &str) -> Self {
        for section in sections(code) {
            let read = Section::of(&section);
            match read.meaning {
                Meaning::Number if !read.digits && !read.general => {}
                Meaning::Number => {
                    return Self {
                        meaning: Meaning::Number,
                        shape: read.shape(),
                    };
                }
                meaning => return Self { meaning, shape: None },
            }
        }
        Self::default()
    }

    /// Of a number that stands for a format every workbook knows.
    pub fn built_in(id: u32) -> Self {
        match id {
            9 => Self::of("0%"),
            10 => Self::of("0.00%"),
            // 27 to 36 and 50 to 58 are dates and times in Chinese, Japanese and Korean workbooks.
            14..=22 | 27..=36 | 45 | 47 | 50..=58 => Self {
                meaning: Meaning::Moment,
                shape: None,
            },
            46 => Self {
                meaning: Meaning::Elapsed,
                shape: None,
            },
            _ => Self::default(),
        }
    }
}

impl Shape {
    /// The number as shown; none where the shape would lose something of it.
    pub fn show(&self, number: f64) -> Option<String> {
        let scaled = if self.percent { number * 100.0 } else { number };
        if !scaled.is_finite() || scaled.abs() >= 1e15 || (!self.percent && scaled.fract() != 0.0) {
            return None;
        }
        let written = format!("{:.*}", self.decimals, scaled.abs());
        let (whole, decimals) = written.split_once('.').unwrap_or((&written, ""));
        let mut digits: Vec<char> = whole.chars().collect();
        if digits == ['0'] {
            digits.clear();
        }
        let mut shown = Vec::new();
        if self.decimals > 0 {
            shown.extend(decimals.chars().rev());
            shown.push('.');
        }
        // From right to left; the leftmost place takes all digits that are left.
        let places = self
            .tokens
            .iter()
            .filter(|token| !matches!(token, Token::Literal(_)))
            .count();
        let mut place = 0;
        let mut literals_after = Vec::new();
        for token in self.tokens.iter().rev() {
            match token {
                Token::Literal(character) if place == 0 => literals_after.push(*character),
                Token::Literal(character) => shown.push(*character),
                Token::Zero | Token::Open => {
                    place += 1;
                    match digits.pop() {
                        Some(digit) => shown.push(digit),
                        None if *token == Token::Zero => shown.push('0'),
                        None => {}
                    }
                    if place == places {
                        while let Some(digit) = digits.pop() {
                            shown.push(digit);
                        }
                    }
                }
            }
        }
        if scaled < 0.0 {
            shown.push('-');
        }
        let tail: String = literals_after.iter().rev().collect();
        Some(shown.iter().rev().collect::<String>() + &tail)
    }
}

/// One section of a format (for positive, negative, zero, text).
#[derive(Default)]
struct Section {
    meaning: Meaning,
    digits: bool,
    general: bool,
    tokens: Vec<Token>,
    percent: bool,
    decimals: usize,
    /// Something that a shape does not follow: scaling commas, exponents, fractions, fill characters.
    other: bool,
}

impl Section {
    fn of(code: &str) -> Self {
        let mut read = Self::default();
        let mut point = false;
        let mut rest = code.chars().peekable();
        while let Some(character) = rest.next() {
            match character {
                '"' => read
                    .tokens
                    .extend(rest.by_ref().take_while(|end| *end != '"').map(Token::Literal)),
                '\\' | '!' => read.tokens.extend(rest.next().map(Token::Literal)),
                '_' | '*' => {
                    rest.next();
                }
                '[' => read.bracket(&rest.by_ref().take_while(|end| *end != ']').collect::<String>()),
                '0' | '#' | '?' => {
                    read.digits = true;
                    match (point, character) {
                        (true, _) => read.decimals += 1,
                        (false, '0') => read.tokens.push(Token::Zero),
                        (false, _) => read.tokens.push(Token::Open),
                    }
                }
                '.' if read.digits => point = true,
                ',' => read.other |= rest.peek().is_none_or(|next| !matches!(next, '0' | '#' | '?')),
                '%' => {
                    read.percent = true;
                    read.tokens.push(Token::Literal('%'));
                }
                'G' | 'g' => {
                    // `General`, and `G/通用格式` in Chinese workbooks.
                    read.general = true;
                    while rest.next_if(|next| next.is_alphabetic() || *next == '/').is_some() {}
                }
                'E' | 'e' if read.digits => read.other = true,
                '/' if read.digits => read.other = true,
                'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' | 'e' | 'E' | 'b' | 'B' => read.date(),
                'a' | 'A' => {
                    // `AM/PM`, `A/P`, and `aaaa` for the day of the week.
                    read.date();
                    while rest
                        .next_if(|next| matches!(next, 'a' | 'A' | 'p' | 'P' | 'm' | 'M' | '/'))
                        .is_some()
                    {}
                }
                '@' => {}
                other => read.tokens.push(Token::Literal(other)),
            }
        }
        read
    }

    fn date(&mut self) {
        if self.meaning == Meaning::Number {
            self.meaning = Meaning::Moment;
        }
    }

    /// `[h]` is elapsed time, `[$¥-804]` a currency sign; colours, conditions and languages show nothing.
    fn bracket(&mut self, inner: &str) {
        let unit = inner.chars().next().map(|first| first.to_ascii_lowercase());
        if unit.is_some_and(|unit| matches!(unit, 'h' | 'm' | 's'))
            && inner.chars().all(|other| Some(other.to_ascii_lowercase()) == unit)
        {
            self.meaning = Meaning::Elapsed;
        } else if let Some(sign) = inner.strip_prefix('$') {
            self.tokens
                .extend(sign.chars().take_while(|end| *end != '-').map(Token::Literal));
        }
    }

    /// The shape, where it adds something: more than one digit that must be, a literal character, or a percentage.
    fn shape(self) -> Option<Shape> {
        let zeros = self.tokens.iter().filter(|token| **token == Token::Zero).count();
        let literal = self
            .tokens
            .iter()
            .any(|token| matches!(token, Token::Literal(literal) if !literal.is_whitespace()));
        let whole = self.percent || self.decimals == 0;
        if self.other || self.general || !whole || !(zeros > 1 || literal) {
            return None;
        }
        Some(Shape {
            tokens: self.tokens,
            percent: self.percent,
            decimals: self.decimals,
        })
    }
}

/// The sections of a format: divided by `;` outside quotes and brackets.
fn sections(code: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    let (mut quoted, mut bracketed, mut escaped) = (false, false, false);
    for character in code.chars() {
        match character {
            _ if escaped => escaped = false,
            '"' if !bracketed => quoted = !quoted,
            _ if quoted => {}
            '\\' | '!' | '_' | '*' => escaped = true,
            '[' => bracketed = true,
            ']' => bracketed = false,
            ';' if !bracketed => {
                all.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = all.last_mut() {
            last.push(character);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_from_numbers() {
        for code in [
            "yyyy-mm-dd",
            "m/d/yy h:mm",
            "yyyy\"年\"m\"月\"d\"日\"",
            "[$-804]yyyy\"年\"m\"月\"d\"日\";@",
            "h:mm AM/PM",
            "上午/下午h\"时\"mm\"分\"",
            "[$-404]e/m/d",
            "aaaa",
            "mmss.0",
            "[Red]yyyy/m/d",
            "dd\\-mmm\\-yy",
            "yyyy.m.d",
        ] {
            assert_eq!(Format::of(code).meaning, Meaning::Moment, "{code}");
        }
        for code in ["[h]:mm:ss", "[mm]", "[ss].000", "[Blue]\\+[h]:mm"] {
            assert_eq!(Format::of(code).meaning, Meaning::Elapsed, "{code}");
        }
        for code in [
            "General",
            "G/通用格式",
            "0.00",
            "#,##0_ ",
            "0.00E+00",
            "# ?/?",
            "\"m\"0",
            "\\y000",
            "@",
            "[Red]0",
            "0_);[Red]\\(0\\)",
            "[$¥-804]#,##0.00",
            "#,##0*y",
            "\"Y: \"0.00\"m\";\"Y: \"-0.00\"m\"",
            "",
            ";;;",
            "[DBNum1]0",
            "0!.0,\"万\"",
        ] {
            assert_eq!(Format::of(code).meaning, Meaning::Number, "{code}");
        }
    }

    #[test]
    fn a_number_is_shown_as_its_format_pads_it() {
        for (code, number, shown) in [
            ("000000", 123.0, Some("000123")),
            ("000000", 1_234_567.0, Some("1234567")),
            ("000000", 0.0, Some("000000")),
            ("000000", 1.5, None),
            ("\"KS\"0000", 42.0, Some("KS0042")),
            ("\"KS-\"0000\"号\"", 42.0, Some("KS-0042号")),
            ("\\L\\O\\T0000", -7.0, Some("-LOT0007")),
            ("000\\-0000\\-0000", 13_800_138_000.0, Some("138-0013-8000")),
            ("000-0000-0000", 13_800_138_000.0, Some("138-0013-8000")),
            ("0%", 0.05, Some("5%")),
            ("0.00%", 0.012_345, Some("1.23%")),
            ("\"第\"#\"批\"", 3.0, Some("第3批")),
            ("[Red]0000;-0000", 7.0, Some("0007")),
        ] {
            assert_eq!(
                Format::of(code).shape.and_then(|shape| shape.show(number)).as_deref(),
                shown,
                "{code} {number}"
            );
        }
    }

    #[test]
    fn formats_that_add_nothing_have_no_shape() {
        for code in [
            "General",
            "0",
            "0.00",
            "#,##0",
            "#,##0.00",
            "0_ ",
            "@",
            "0!.0,\"万\"",
            "0.00E+00",
            "# ?/?",
            "¥#,##0.00",
        ] {
            assert_eq!(Format::of(code).shape, None, "{code}");
        }
        assert_eq!(
            Format::built_in(9).shape.and_then(|shape| shape.show(0.5)).as_deref(),
            Some("50%")
        );
        assert_eq!(Format::built_in(57).meaning, Meaning::Moment);
    }
}
