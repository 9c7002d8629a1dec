//! Reads amounts and counts out of a text as people write them: `8.6万`, `八万六`, `¥1,200`, `三千五百块`, `第三次`.

/// A number with the position it was read at, in folded characters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    /// The value.
    pub value: f64,
    /// First character of the digits.
    pub start: usize,
    /// One past the last character of the digits.
    pub end: usize,
}

/// Finds every number in `chars`: Arabic (with thousands commas and a decimal point), Chinese, or mixed with 十百千万亿.
pub fn numbers(chars: &[char]) -> Vec<Number> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let read = if c.is_ascii_digit() {
            arabic(chars, at)
        } else if digit(c).is_some() || c == '十' {
            chinese(chars, at)
        } else {
            None
        };
        match read {
            Some((value, end)) if end > at => {
                found.push(Number { value, start: at, end });
                at = end;
            }
            _ => at += 1,
        }
    }
    found
}

/// The number that a short answer consists of, if any: `5000`, `5,000元`, `八万六`.
pub fn number_in(text: &str) -> Option<f64> {
    let chars: Vec<char> = kesu_words::text::fold_word(text).chars().collect();
    numbers(&chars).first().map(|number| number.value)
}

fn digit(c: char) -> Option<f64> {
    let value = match c {
        '〇' | '零' => 0,
        '一' | '壹' => 1,
        '二' | '两' | '贰' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    };
    Some(f64::from(value))
}

fn unit(c: char) -> Option<f64> {
    match c {
        '十' | '拾' => Some(10.0),
        '百' | '佰' => Some(100.0),
        '千' | '仟' | 'k' => Some(1_000.0),
        '万' | 'w' => Some(10_000.0),
        '亿' => Some(100_000_000.0),
        _ => None,
    }
}

fn arabic(chars: &[char], start: usize) -> Option<(f64, usize)> {
    let mut at = start;
    let mut digits = String::new();
    let mut point = false;
    while let Some(&c) = chars.get(at) {
        let next = chars.get(at + 1).is_some_and(char::is_ascii_digit);
        match c {
            _ if c.is_ascii_digit() => digits.push(c),
            '.' if !point && next => {
                point = true;
                digits.push(c);
            }
            ',' if !point && next && thousands(chars, at) => {}
            _ => break,
        }
        at += 1;
        if digits.len() > 15 {
            // A serial or telephone number: skipped whole, so that no part of it is read as an amount.
            while chars.get(at).is_some_and(char::is_ascii_digit) {
                at += 1;
            }
            return Some((0.0, at));
        }
    }
    let mut value: f64 = digits.parse().ok()?;
    while let Some(scale) = chars.get(at).and_then(|c| unit(*c)) {
        // `3k` and `2w` are amounts, `5 weeks` and `3kg` are not.
        let latin = chars.get(at).is_some_and(char::is_ascii);
        if latin && chars.get(at + 1).is_some_and(char::is_ascii_alphanumeric) {
            break;
        }
        value *= scale;
        at += 1;
    }
    // `3万5` means 35,000: a lone digit after a unit counts tenths of the unit.
    let last = at.checked_sub(1).and_then(|i| chars.get(i)).and_then(|c| unit(*c));
    if let (Some(scale), Some(tail)) = (
        last,
        chars.get(at).and_then(|c| c.to_digit(10).map(f64::from).or(digit(*c))),
    ) && !chars
        .get(at + 1)
        .is_some_and(|c| c.is_ascii_digit() || unit(*c).is_some())
    {
        return Some((value + tail * scale / 10.0, at + 1));
    }
    Some((value, at))
}

fn thousands(chars: &[char], comma: usize) -> bool {
    let three = (1..=3).all(|i| chars.get(comma + i).is_some_and(char::is_ascii_digit));
    three && !chars.get(comma + 4).is_some_and(char::is_ascii_digit)
}

fn chinese(chars: &[char], start: usize) -> Option<(f64, usize)> {
    let (mut total, mut section, mut current) = (0.0_f64, 0.0_f64, None::<f64>);
    let mut scale = 0.0;
    let mut at = start;
    while let Some(&c) = chars.get(at) {
        if at - start > 16 {
            break;
        }
        if let Some(value) = digit(c) {
            // Digits in a row without units (`二〇二六`) are read as decimal digits.
            current = Some(match current {
                Some(before) if c != '零' => before * 10.0 + value,
                _ => value,
            });
            if c == '零' {
                scale = 0.0;
            }
        } else if let Some(factor) = unit(c).filter(|_| !c.is_ascii()) {
            if factor >= 10_000.0 {
                total = (total + section + current.unwrap_or_default()) * factor;
                section = 0.0;
            } else {
                section += current.unwrap_or(1.0) * factor;
            }
            current = None;
            scale = factor;
        } else {
            break;
        }
        at += 1;
    }
    let tail = match current {
        Some(value) if scale >= 100.0 && value < 10.0 => value * scale / 10.0,
        Some(value) => value,
        None => 0.0,
    };
    Some((total + section + tail, at))
}
