//! Money and quantities: signs of currency, 万, thousands, full-width digits, brackets for less than nothing, units.

use rust_decimal::prelude::{Decimal, FromPrimitive, RoundingStrategy};

use super::Got;
use crate::code::Code;
use crate::understand::fold;

/// A number as it was written.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Written<'a> {
    number: Decimal,
    /// Whether `约` or the like stands before it.
    about: bool,
    /// What stands before the digits.
    before: &'a str,
    /// What stands behind them.
    behind: &'a str,
}

/// Takes a text apart; none where there is no number, or where its commas do not stand between thousands.
fn take_apart(text: &str) -> Option<Written<'_>> {
    let mut text = text.trim();
    let mut negative = false;
    if let Some(inner) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        negative = true;
        text = inner.trim();
    }
    let digit = text.find(|c: char| c.is_ascii_digit())?;
    // `.5` is a half; the point of `approx.` is none.
    let point = text
        .get(..digit)
        .and_then(|before| before.strip_suffix('.'))
        .is_some_and(|before| !before.ends_with(|c: char| c.is_alphanumeric()));
    let start = if point { digit.saturating_sub(1) } else { digit };
    let (before, rest) = text.split_at(start);
    let mut digits = String::with_capacity(rest.len().min(24));
    let mut end = rest.len();
    // Digits since the last comma, where there was one.
    let mut group: Option<u32> = None;
    let mut point = false;
    for (at, c) in rest.char_indices() {
        match c {
            '0'..='9' => {
                digits.push(c);
                group = group.map(|n| if point { n } else { n + 1 });
            }
            '.' if !point => {
                point = true;
                digits.push(c);
            }
            ',' | '\'' if !point && rest[at + 1..].starts_with(|c: char| c.is_ascii_digit()) => {
                if group.is_some_and(|n| n != 3) {
                    return None;
                }
                group = Some(0);
            }
            _ => {
                end = at;
                break;
            }
        }
    }
    if group.is_some_and(|n| n != 3) || digits.len() > 26 {
        return None;
    }
    let mut number: Decimal = digits.trim_end_matches('.').parse().ok()?;
    let before = before.trim();
    let mut about = false;
    let mut before = before;
    for word in [
        "大约", "约", "近", "≈", "~", "approx.", "approx", "ca.", "共计", "共", "合计",
    ] {
        if let Some(rest) = before.strip_prefix(word) {
            about = !word.starts_with(['共', '合']);
            before = rest.trim();
            break;
        }
    }
    for sign in ["-", "−", "–", "负"] {
        if let Some(rest) = before.strip_prefix(sign).or_else(|| before.strip_suffix(sign)) {
            negative = true;
            before = rest.trim();
            break;
        }
    }
    if negative {
        number.set_sign_negative(true);
    }
    let mut behind = rest.get(end..).unwrap_or_default().trim();
    for word in ["左右", "上下", "余", "多"] {
        if let Some(rest) = behind.strip_suffix(word).or_else(|| behind.strip_prefix(word)) {
            about = true;
            behind = rest.trim();
            break;
        }
    }
    Some(Written {
        number,
        about,
        before,
        behind,
    })
}

/// What stands before an amount of yuan.
fn is_yuan_before(text: &str) -> bool {
    matches!(
        text.to_ascii_uppercase().as_str(),
        "" | "¥" | "RMB" | "CNY" | "人民币" | "RMB¥" | "人民币¥" | "￥" | "RMB￥"
    )
}

/// The factor of a unit of yuan, or none where it is no such unit.
fn yuan_factor(unit: &str) -> Option<u32> {
    let unit = unit.trim_end_matches("人民币").trim_end_matches("整").trim();
    let unit = unit.strip_suffix("RMB").unwrap_or(unit).trim();
    Some(match unit {
        "" | "元" | "圆" | "块" | "¥" | "块钱" | "-" | "元/" | "CNY" | "rmb" => 1,
        "百元" => 100,
        "千" | "千元" | "K" | "k" => 1_000,
        "万" | "万元" | "萬" | "萬元" | "W" | "w" => 10_000,
        "百万" | "百万元" => 1_000_000,
        "亿" | "亿元" => 100_000_000,
        _ => return None,
    })
}

/// Whether a text names a currency other than yuan.
pub fn is_foreign(text: &str) -> bool {
    let text = text.to_ascii_uppercase();
    [
        "$",
        "USD",
        "EUR",
        "€",
        "JPY",
        "GBP",
        "£",
        "HKD",
        "TWD",
        "NT",
        "KRW",
        "美元",
        "美金",
        "欧元",
        "日元",
        "港币",
        "港元",
        "英镑",
        "台币",
        "新台币",
        "韩元",
    ]
    .iter()
    .any(|name| text.contains(name))
}

/// The factor that a header's unit gives to bare numbers below it: 10,000 for `索赔金额（万元）`.
pub fn header_factor(header: &str) -> Decimal {
    let unit = fold::bracketed(header).unwrap_or_default();
    let unit = unit.trim_start_matches("单位").trim_start_matches([':', '：']).trim();
    Decimal::from(yuan_factor(unit).unwrap_or(1))
}

/// Two places, rounded half away from zero; whether something was lost.
fn in_cents(amount: Decimal, noise: bool) -> (Decimal, bool) {
    let mut rounded = amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    rounded.rescale(2);
    // Sums worked out in binary end in digits that nobody wrote.
    let lost = rounded != amount && !(noise && (rounded - amount).abs() < Decimal::new(1, 6));
    (rounded, lost)
}

fn settled(amount: Option<Decimal>, noise: bool, about: bool) -> Got<Decimal> {
    let Some(amount) = amount else {
        return Got::Lost(Code::AmountUnreadable);
    };
    match in_cents(amount, noise) {
        (amount, _) if about => Got::Part(amount, Code::AmountAbout),
        (amount, true) => Got::Part(amount, Code::AmountRounded),
        (amount, false) => Got::Sure(amount),
    }
}

/// An amount from a number cell, in yuan with two places.
pub fn money_of_number(number: f64, factor: Decimal) -> Got<Decimal> {
    let amount = Decimal::from_f64(number).and_then(|amount| amount.checked_mul(factor));
    settled(amount, true, false)
}

/// An amount from text, in yuan with two places.
pub fn money_of_text(text: &str, factor: Decimal) -> Got<Decimal> {
    let text = fold::narrow(text);
    let Some(written) = take_apart(&text) else {
        return Got::Lost(Code::AmountUnreadable);
    };
    // The number is what is claimed; in which money stands beside it.
    if is_foreign(written.before) || is_foreign(written.behind) {
        let words = written.behind.trim_start_matches(['万', '萬']);
        let factor = if words.len() < written.behind.len() {
            Decimal::from(10_000)
        } else {
            Decimal::ONE
        };
        return match settled(written.number.checked_mul(factor), false, written.about) {
            Got::Sure(amount) | Got::Part(amount, _) => Got::Part(amount, Code::AmountForeign),
            other => other,
        };
    }
    let Some(own) = yuan_factor(written.behind).filter(|_| is_yuan_before(written.before)) else {
        return Got::Lost(Code::AmountUnreadable);
    };
    // `3元` below a header in 万元 means three yuan; a bare `3` does not.
    let bare = written.behind.is_empty() && written.before.is_empty();
    let factor = if bare { factor } else { Decimal::from(own) };
    settled(written.number.checked_mul(factor), false, written.about)
}

/// A quantity with its unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    /// How many.
    pub number: Decimal,
    /// Of what: `台`, `PCS`; empty where nothing was written.
    pub unit: String,
}

/// A quantity from a number cell.
pub fn count_of_number(number: f64) -> Got<Quantity> {
    match Decimal::from_f64(number) {
        Some(number) => Got::Sure(Quantity {
            number: number.normalize(),
            unit: String::new(),
        }),
        None => Got::Lost(Code::CountUnreadable),
    }
}

/// Takes 万, 千 and 百 from what stands behind a number: the unit and the factor. 千克 is a unit of its own.
fn multiple(behind: &str) -> (&str, u32) {
    let measures = ['克', '米', '瓦', '伏', '帕', '卡', '赫', '安'];
    for (word, factor) in [("万", 10_000), ("萬", 10_000), ("千", 1_000), ("百", 100)] {
        if let Some(unit) = behind.strip_prefix(word).filter(|unit| !unit.starts_with(measures)) {
            return (unit.trim(), factor);
        }
    }
    (behind, 1)
}

/// A quantity from text.
pub fn count_of_text(text: &str) -> Got<Quantity> {
    let text = fold::narrow(text);
    let Some(written) = take_apart(&text).filter(|written| written.before.is_empty()) else {
        return Got::Lost(Code::CountUnreadable);
    };
    let (unit, factor) = multiple(written.behind);
    // `5K` may be five thousand, or five of something.
    let plain = !unit.eq_ignore_ascii_case("k")
        && unit.chars().count() <= 8
        && unit
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, '.' | '²' | '³' | '%' | ' '));
    let Some(number) = written.number.checked_mul(Decimal::from(factor)).filter(|_| plain) else {
        return Got::Lost(Code::CountUnreadable);
    };
    let quantity = Quantity {
        number: number.normalize(),
        unit: unit.to_owned(),
    };
    if written.about {
        Got::Part(quantity, Code::CountAbout)
    } else {
        Got::Sure(quantity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: &str) {
        let got = match money_of_text(text, Decimal::ONE) {
            Got::Sure(amount) => amount.to_string(),
            Got::Part(amount, code) => format!("{amount} {code}"),
            other => format!("{other:?}"),
        };
        assert_eq!(got, want, "{text}");
    }

    #[test]
    fn amounts_are_read_as_people_write_them() {
        check("¥1,200", "1200.00");
        check("￥１，２００．５", "1200.50");
        check("RMB 300", "300.00");
        check("1.2万元", "12000.00");
        check("3500元整", "3500.00");
        check("(1,200.00)", "-1200.00");
        check("-50", "-50.00");
        check("约500元", "500.00 amount_about");
        check("12.345", "12.35 amount_rounded");
        check("3.5万", "35000.00");
        check("12.5W", "125000.00");
        check("１２万", "120000.00");
        check("2千元", "2000.00");
        check("0.5百万元", "500000.00");
        check("1,234,567.89", "1234567.89");
        check("￥3,500.00元", "3500.00");
        check("¥-50", "-50.00");
        check("-¥50", "-50.00");
        check("人民币 800 元", "800.00");
        check("共计800元", "800.00");
        check("800元左右", "800.00 amount_about");
        check("300多元", "300.00 amount_about");
        check("0", "0.00");
        check(".5万", "5000.00");
    }

    #[test]
    fn what_is_no_single_amount_of_yuan_is_not_guessed() {
        check("500+300", "Lost(AmountUnreadable)");
        check("500-800元", "Lost(AmountUnreadable)");
        check("1,2", "Lost(AmountUnreadable)");
        check("USD 300", "300.00 amount_foreign");
        check("待定", "Lost(AmountUnreadable)");
        check("三千元", "Lost(AmountUnreadable)");
        check("300元/件", "Lost(AmountUnreadable)");
        check("退货2台", "Lost(AmountUnreadable)");
        check("3箱", "Lost(AmountUnreadable)");
        check("1.2.3", "Lost(AmountUnreadable)");
        check("99999999999999999999999999999999", "Lost(AmountUnreadable)");
        check("NT$500", "500.00 amount_foreign");
        check("€1.5万", "15000.00 amount_foreign");
    }

    #[test]
    fn a_header_in_ten_thousands_counts_for_bare_numbers_only() {
        let factor = header_factor("索赔金额（万元）");
        assert_eq!(money_of_number(1.2, factor), Got::Sure(Decimal::new(1_200_000, 2)));
        assert_eq!(money_of_text("300元", factor), Got::Sure(Decimal::new(30_000, 2)));
    }

    #[test]
    fn binary_noise_is_not_a_lost_digit() {
        assert_eq!(money_of_number(0.1 + 0.2, Decimal::ONE), Got::Sure(Decimal::new(30, 2)));
    }

    #[test]
    fn quantities_keep_their_unit() {
        let got = |text| match count_of_text(text) {
            Got::Sure(q) => format!("{} {}", q.number, q.unit),
            Got::Part(q, code) => format!("{} {} {code}", q.number, q.unit),
            other => format!("{other:?}"),
        };
        assert_eq!(got("3台"), "3 台");
        assert_eq!(got("1,200 PCS"), "1200 PCS");
        assert_eq!(got("约20件"), "20 件 count_about");
        assert_eq!(got("2.5kg"), "2.5 kg");
        assert_eq!(got("3箱120件"), "Lost(CountUnreadable)");
        assert_eq!(got("1.5万只"), "15000 只");
        assert_eq!(got("１２　个"), "12 个");
        assert_eq!(got("3千只"), "3000 只");
        assert_eq!(got("5千克"), "5 千克");
        assert_eq!(got("5K"), "Lost(CountUnreadable)");
        assert_eq!(got("3/50"), "Lost(CountUnreadable)");
        assert_eq!(got("十台"), "Lost(CountUnreadable)");
        assert_eq!(got("-2"), "-2 ");
        assert_eq!(got("approx. 20"), "20  count_about");
        assert_eq!(got("2-3台"), "Lost(CountUnreadable)");
        assert_eq!(got("一批"), "Lost(CountUnreadable)");
    }
}
