//! What the values below a header look like: running numbers, numbers of papers, other currencies, days before months.

use std::collections::BTreeSet;

use crate::grid::{Content, Row};
use crate::understand::draft::{date, plain};
use crate::understand::header::{Heading, is_filled};
use crate::understand::read::dates::Beside;
use crate::understand::read::{Got, numbers};

/// What stands in a column of some rows.
pub fn values(samples: &[Row], column: u32) -> impl Iterator<Item = &Content> {
    samples.iter().filter_map(move |row| {
        let at = row.cells.binary_search_by_key(&column, |cell| cell.column).ok()?;
        row.cells
            .get(at)
            .filter(|cell| is_filled(cell))
            .map(|cell| &cell.content)
    })
}

/// Whether header or sampled sums, more than one, name another currency.
pub fn is_foreign(samples: &[Row], heading: &Heading) -> bool {
    let named = values(samples, heading.column);
    let named = named.filter(|content| matches!(content, Content::Text(text) if numbers::is_foreign(text)));
    numbers::is_foreign(&heading.text) || named.count() >= 2
}

/// Whether one of the sampled dates can only be day, month, year.
pub fn is_day_first(samples: &[Row], column: u32) -> bool {
    values(samples, column).any(|content| {
        let Content::Text(text) = content else { return false };
        let mut parts = text.trim().split(['/', '-', '.']);
        let mut part = || parts.next().and_then(|part| part.parse::<u32>().ok());
        match (part(), part(), part()) {
            (Some(13..=31), Some(1..=12), Some(year)) => year >= 1_000,
            _ => false,
        }
    })
}

/// Whether no value comes twice.
pub fn differ<'a>(values: impl Iterator<Item = &'a Content>) -> bool {
    let mut seen = BTreeSet::new();
    let mut texts = values.map(plain);
    texts.all(|text| seen.insert(text))
}

/// Whether most values are dates.
pub fn like_dates<'a>(values: impl Iterator<Item = &'a Content>) -> bool {
    let beside = Beside {
        year: Some(2_000),
        ..Beside::default()
    };
    let (mut all, mut dates) = (0, 0);
    for content in values {
        all += 1;
        dates += usize::from(!matches!(date(content, &beside), Got::Lost(_)));
    }
    dates > 0 && dates * 3 >= all * 2
}

/// Whether values go 1, 2, 3.
pub fn is_running<'a>(values: impl Iterator<Item = &'a Content>) -> bool {
    let numbers: Vec<i64> = values
        .filter_map(|content| match content {
            Content::Number(n) if n.fract() == 0.0 => Some(*n as i64),
            Content::Text(text) => text.trim().parse().ok(),
            _ => None,
        })
        .collect();
    let steps = numbers.iter().zip(numbers.iter().skip(1));
    let steps = steps.filter(|(one, next)| one.checked_add(1) == Some(**next)).count();
    let small = numbers.iter().all(|n| (0..100_000).contains(n));
    !numbers.is_empty() && small && (steps + 1) * 2 > numbers.len()
}

/// Whether most values are more than a small number.
pub fn like_numbers<'a>(values: impl Iterator<Item = &'a Content>) -> bool {
    let (mut all, mut telling) = (0, 0);
    for content in values {
        let is_telling = match content {
            Content::Text(text) => {
                let text = text.trim();
                text.len() >= 5 && text.bytes().any(|b| b.is_ascii_digit()) && text.len() < 40
            }
            Content::Number(n) => *n >= 100_000.0,
            _ => false,
        };
        all += 1;
        telling += usize::from(is_telling);
    }
    telling >= 2 && telling * 3 >= all * 2
}
