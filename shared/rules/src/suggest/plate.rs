//! Number plates of the mainland (车牌): a province, a letter, and five or (new energy) six letters and digits.

use super::{Suggestion, at};

const PROVINCES: &str = "京津沪滬渝冀豫云雲辽遼黑湘皖鲁魯新苏蘇浙赣贛鄂桂甘晋晉蒙陕陝吉闽閩贵貴粤粵青藏川宁寧琼瓊";

/// The plates in a text.
pub(super) fn plates(chars: &[char]) -> Vec<Suggestion> {
    let mut all = Vec::new();
    let mut place = 0;
    while place < chars.len() {
        match read(chars, place) {
            Some((value, end)) => {
                let start = place;
                all.push(Suggestion {
                    field: "licence_plate",
                    value,
                    start,
                    end,
                    sure: false,
                });
                place = end;
            }
            None => place += 1,
        }
    }
    all
}

/// The plate that begins at a place, without the dot that some write in it.
pub(super) fn read(chars: &[char], start: usize) -> Option<(String, usize)> {
    let province = at(chars, start).filter(|c| PROVINCES.contains(*c))?;
    let office = at(chars, start + 1).filter(char::is_ascii_alphabetic)?;
    let mut place = start + 2;
    if at(chars, place).is_some_and(|c| matches!(c, '·' | '•' | '.' | '-' | ' ')) {
        place += 1;
    }
    let mut value = String::from(province);
    value.push(office.to_ascii_uppercase());
    let (mut count, mut digits) = (0, 0);
    while let Some(c) = at(chars, place).filter(char::is_ascii_alphanumeric) {
        // I and O are not given out: they would be read as 1 and 0.
        if matches!(c, 'I' | 'i' | 'O' | 'o') {
            return None;
        }
        digits += usize::from(c.is_ascii_digit());
        count += 1;
        value.push(c.to_ascii_uppercase());
        place += 1;
    }
    let last = at(chars, place).filter(|c| "挂掛学學警港澳".contains(*c));
    if let Some(last) = last.filter(|_| count == 4) {
        value.push(last);
        return (digits >= 2).then_some((value, place + 1));
    }
    (matches!(count, 5 | 6) && digits >= 2).then_some((value, place))
}
