//! The tokens of a date: numbers (Chinese ones too), separators and words; without allocating.

/// One token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// A number and how many digits it was written with; a Chinese one with tens counts as two digits.
    Number(u64, u8),
    /// White space.
    Space,
    /// Any other character, narrow, letters in lower case.
    Other(char),
}

/// Longest date text in tokens; what is longer is no date.
const LONGEST: usize = 32;

/// The tokens of a text with a place among them.
#[derive(Clone)]
pub struct Scan {
    tokens: [Token; LONGEST],
    count: usize,
    at: usize,
    /// Whether the text had more tokens.
    long: bool,
}

fn chinese_digit(c: char) -> Option<u64> {
    Some(match c {
        '〇' | '零' | '○' | 'Ο' | '０' => 0,
        '一' | '壹' => 1,
        '二' | '贰' | '貳' => 2,
        '三' | '叁' | '參' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' | '陸' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

/// A run of Chinese digits: by place (二〇二四), or with tens (二十一).
#[derive(Default)]
struct Numeral {
    value: u64,
    digits: u8,
    tens: Option<u64>,
}

impl Numeral {
    fn take(&mut self, c: char) -> bool {
        if let Some(digit) = chinese_digit(c).or_else(|| (matches!(c, 'o' | 'O') && self.digits > 0).then_some(0)) {
            self.value = self.value.saturating_mul(10).saturating_add(digit);
            self.digits = if self.tens.is_some() {
                2
            } else {
                self.digits.saturating_add(1)
            };
            return self.tens.is_none() || self.value < 10;
        }
        let tens = match c {
            '十' | '拾' => self.value.max(1),
            '廿' => 2,
            '卅' => 3,
            _ => return false,
        };
        if self.tens.is_some() || self.value > 9 {
            return false;
        }
        self.tens = Some(tens);
        self.value = 0;
        self.digits = 2;
        true
    }

    fn token(&self) -> Option<Token> {
        (self.digits > 0).then(|| Token::Number(self.tens.unwrap_or(0) * 10 + self.value, self.digits))
    }
}

impl Scan {
    /// The tokens of a text.
    pub fn of(text: &str) -> Scan {
        let mut scan = Scan {
            tokens: [Token::Space; LONGEST],
            count: 0,
            at: 0,
            long: false,
        };
        let mut chars = text.trim().chars().map(narrow).peekable();
        while let Some(c) = chars.next() {
            let token = if let Some(digit) = c.to_digit(10) {
                let (mut value, mut digits) = (u64::from(digit), 1_u8);
                while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
                    value = value.saturating_mul(10).saturating_add(u64::from(digit));
                    digits = digits.saturating_add(1);
                    chars.next();
                }
                Token::Number(value, digits)
            } else if c.is_whitespace() {
                while chars.next_if(|c| c.is_whitespace()).is_some() {}
                Token::Space
            } else {
                let mut numeral = Numeral::default();
                if numeral.take(c) {
                    while chars.next_if(|c| numeral.take(*c)).is_some() {}
                }
                numeral.token().unwrap_or(Token::Other(c.to_ascii_lowercase()))
            };
            match scan.tokens.get_mut(scan.count) {
                Some(place) => *place = token,
                None => {
                    scan.long = true;
                    break;
                }
            }
            scan.count += 1;
        }
        scan
    }

    /// The token at the place.
    pub fn peek(&self) -> Option<Token> {
        self.peek_at(0)
    }

    /// The token so many after the place.
    pub fn peek_at(&self, ahead: usize) -> Option<Token> {
        let at = self.at + ahead;
        if at < self.count {
            self.tokens.get(at).copied()
        } else {
            None
        }
    }

    /// Goes on.
    pub fn skip(&mut self, tokens: usize) {
        self.at = (self.at + tokens).min(self.count);
    }

    /// Whether nothing of meaning is left.
    pub fn is_done(&self) -> bool {
        let rest = self.tokens.get(self.at..self.count).unwrap_or_default();
        !self.long
            && rest.iter().all(|t| {
                matches!(
                    t,
                    Token::Space | Token::Other('.' | '。' | ',' | ';' | '、' | 'z' | '(' | ')' | '-' | '/')
                )
            })
    }

    /// The separator of a date at the place, with the spaces around it; `\0` where there is none.
    pub fn separator(&mut self) -> char {
        let mut ahead = 0;
        let mut found = '\0';
        loop {
            match self.peek_at(ahead) {
                Some(Token::Space) => {}
                Some(Token::Other(c)) if found == '\0' && is_separator(c) => found = c,
                _ => break,
            }
            ahead += 1;
        }
        let number_next = matches!(self.peek_at(ahead), Some(Token::Number(..)));
        // A space alone separates days only where a time does not follow.
        if found == '\0' && number_next && ahead > 0 {
            let at = self.at;
            self.skip(ahead);
            if !self.begins_time() {
                return ' ';
            }
            self.at = at;
            return '\0';
        }
        if found != '\0' && (number_next || matches!(found, '年' | '月' | '日' | '号')) {
            self.skip(ahead);
            return found;
        }
        '\0'
    }

    /// Passes over what may stand between the parts of an English date.
    pub fn gap(&mut self) {
        while matches!(self.peek(), Some(Token::Space | Token::Other('-' | ',' | '.' | '/'))) {
            self.skip(1);
        }
    }

    /// The English name of a month at the place, from 1, with what follows it passed over.
    pub fn month_name(&mut self) -> Option<u32> {
        let letter = |ahead| match self.peek_at(ahead) {
            Some(Token::Other(c)) if c.is_ascii_lowercase() => Some(c),
            _ => None,
        };
        let name = [letter(0)?, letter(1)?, letter(2)?];
        let months = [
            "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        ];
        let at = months.iter().position(|month| month.chars().eq(name))?;
        while matches!(self.peek(), Some(Token::Other(c)) if c.is_ascii_lowercase()) {
            self.skip(1);
        }
        self.gap();
        u32::try_from(at + 1).ok()
    }

    /// Whether a time of day begins at the place.
    pub fn begins_time(&self) -> bool {
        matches!(self.peek(), Some(Token::Number(_, 1 | 2)))
            && matches!(self.peek_at(1), Some(Token::Other(':' | '时' | '点' | '時' | '點')))
    }

    /// The decimals of a number at the place, as a fraction of one.
    pub fn fraction(&mut self) -> f64 {
        if let (Some(Token::Other('.')), Some(Token::Number(value, digits))) = (self.peek(), self.peek_at(1)) {
            self.skip(2);
            return value as f64 / 10_f64.powi(i32::from(digits));
        }
        0.0
    }

    /// Whether what follows says a part of a month or year instead of a day.
    pub fn is_vague(&self) -> bool {
        let rest = self.tokens.get(self.at..self.count).unwrap_or_default();
        let mut before = '\0';
        rest.iter().any(|token| {
            let Token::Other(c) = token else {
                before = '\0';
                return false;
            };
            let vague = matches!(c, '初' | '旬' | '底' | '末') || (before == '左' && *c == '右');
            before = *c;
            vague
        })
    }

    /// Passes over a weekday.
    pub fn weekday(&mut self) {
        let mut ahead = 0;
        let mut named = false;
        loop {
            match self.peek_at(ahead) {
                Some(Token::Space | Token::Other(',' | ';')) => ahead += 1,
                Some(Token::Other('(' | '[' | '【')) => ahead += 1,
                Some(Token::Other('周' | '週')) => {
                    named = true;
                    ahead += 1;
                }
                Some(Token::Other('星' | '礼')) => {
                    named = true;
                    ahead += 2;
                }
                Some(Token::Number(1..=7, 1) | Token::Other('日' | '天')) if named => {
                    ahead += 1;
                    break;
                }
                _ => break,
            }
        }
        if named {
            self.skip(ahead);
            while matches!(self.peek(), Some(Token::Other(')' | ']' | '】'))) {
                self.skip(1);
            }
        }
    }

    /// A time of day at the place: hour, minute, second. Where there is none, nothing is passed over.
    pub fn time(&mut self) -> Option<(u32, u32, u32)> {
        let start = self.at;
        let (mut half, mut noon) = (None, false);
        loop {
            match self.peek() {
                Some(Token::Space | Token::Other('t' | ',' | '午')) => self.skip(1),
                // 晚上 is no morning.
                Some(Token::Other('上' | '早' | '凌' | '晨')) => {
                    half = half.or(Some(false));
                    self.skip(1);
                }
                Some(Token::Other('下' | '晚' | '傍')) => {
                    half = Some(true);
                    self.skip(1);
                }
                Some(Token::Other('中')) => {
                    noon = true;
                    self.skip(1);
                }
                _ => break,
            }
        }
        let clock = self.clock();
        let Some((mut hour, minute, second)) = clock else {
            self.at = start;
            return None;
        };
        while self.peek() == Some(Token::Space) {
            self.skip(1);
        }
        if let (Some(Token::Other(letter @ ('a' | 'p'))), Some(Token::Other('m'))) = (self.peek(), self.peek_at(1)) {
            half = Some(letter == 'p');
            self.skip(2);
        }
        match half {
            Some(true) if hour < 12 && hour > 0 => hour += 12,
            // 中午 reaches from eleven to two.
            None if noon && (1..=3).contains(&hour) => hour += 12,
            Some(false) if hour == 12 => hour = 0,
            _ => {}
        }
        Some((hour, minute, second))
    }

    fn clock(&mut self) -> Option<(u32, u32, u32)> {
        let Some(Token::Number(hour, 1 | 2)) = self.peek() else {
            return None;
        };
        let hour = u32::try_from(hour).ok()?;
        if !matches!(self.peek_at(1), Some(Token::Other(':' | '时' | '点' | '時' | '點'))) {
            return None;
        }
        self.skip(2);
        if self.peek() == Some(Token::Other('半')) {
            self.skip(1);
            return Some((hour, 30, 0));
        }
        let minute = self.two_digits();
        let second = if minute.is_some() && matches!(self.peek(), Some(Token::Other(':' | '分'))) {
            self.skip(1);
            self.two_digits()
        } else {
            None
        };
        if matches!(self.peek(), Some(Token::Other('秒'))) {
            self.skip(1);
        }
        if second.is_some() && self.peek() == Some(Token::Other('.')) {
            self.fraction();
        }
        Some((hour, minute.unwrap_or(0), second.unwrap_or(0)))
    }

    fn two_digits(&mut self) -> Option<u32> {
        let Some(Token::Number(value, 1 | 2)) = self.peek() else {
            return None;
        };
        self.skip(1);
        u32::try_from(value).ok()
    }
}

fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '號' => '号',
        '週' => '周',
        '國' => '国',
        '約' => '约',
        c => c,
    }
}

fn is_separator(c: char) -> bool {
    matches!(
        c,
        '-' | '/' | '.' | '\\' | '年' | '月' | '日' | '号' | '·' | '、' | '—' | '–' | '−' | '。' | ','
    )
}
