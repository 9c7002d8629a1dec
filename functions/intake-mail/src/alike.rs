//! Earlier complaints of the same person that say the same, or much the same.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta};
use kesu_app::{App, Problem};
use kesu_rules::domain::message::Alike;
use kesu_rules::domain::names::key;
use kesu_rules::domain::value::Value;

/// How far back one looks.
const WINDOW: TimeDelta = TimeDelta::days(14);
/// How many earlier complaints are compared.
const COMPARED: u32 = 5;
/// Out of a hundred pairs of characters, how many two texts must share to be much the same.
const ENOUGH: usize = 80;
/// Texts shorter than this say too little to be compared loosely.
const SHORTEST: usize = 12;

/// The complaints of this address that a new text repeats.
pub async fn earlier(app: &App, address: &str, own: &str, text: &str) -> Result<Vec<Alike>, Problem> {
    let mut all = Vec::new();
    let new = plain(text);
    for before in app.store.person_lately(&app.person_key(address), COMPARED).await? {
        let recent = DateTime::parse_from_rfc3339(&before.when).is_ok_and(|when| app.now() - when.to_utc() <= WINDOW);
        if before.complaint == own || !recent {
            continue;
        }
        let Some(old) = description(app, &before.complaint).await? else {
            continue;
        };
        let old = plain(&old);
        let same = !new.is_empty() && new == old;
        if same || much_the_same(&new, &old) {
            let to = kesu_rules::domain::names::ComplaintId::parse(&before.complaint);
            all.extend(to.map(|to| Alike { to, same }));
        }
    }
    Ok(all)
}

async fn description(app: &App, complaint: &str) -> Result<Option<String>, Problem> {
    let loaded = match app.load(complaint).await {
        Ok(loaded) => loaded,
        Err(Problem::NotFound) => return Ok(None),
        Err(other) => return Err(other),
    };
    let Some(Value::Words(at)) = loaded.complaint.fields.get(key::DESCRIPTION) else {
        return Ok(None);
    };
    let texts = app.store.texts(complaint).await?;
    let kept = texts.into_iter().find(|text| text.seq == at.seq && text.n == at.n);
    Ok(kept.map(|text| text.text))
}

/// A text without what mail programs change: blanks, signs, case.
fn plain(text: &str) -> Vec<char> {
    let letters = text.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).take(8_000).collect()
}

/// Whether two texts share most of their pairs of neighbouring characters (Dice's measure).
fn much_the_same(one: &[char], other: &[char]) -> bool {
    if one.len() < SHORTEST || other.len() < SHORTEST {
        return false;
    }
    let mut pairs: HashMap<(char, char), usize> = HashMap::new();
    for pair in one.windows(2) {
        *pairs.entry((pair[0], pair[1])).or_default() += 1;
    }
    let mut shared = 0;
    for pair in other.windows(2) {
        if let Some(left) = pairs.get_mut(&(pair[0], pair[1])).filter(|left| **left > 0) {
            *left -= 1;
            shared += 1;
        }
    }
    2 * shared * 100 >= ENOUGH * (one.len() + other.len() - 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_more_is_much_the_same_and_another_matter_is_not() {
        let one = plain("你们的电饭煲第二天就不通电了，请给我退货，谢谢。");
        let more = plain("你们的电饭煲第二天就不通电了！请尽快给我退货，谢谢");
        let other = plain("你们的洗衣机漏水了，地板全泡坏了，怎么赔偿？请回电。");
        assert!(much_the_same(&one, &more));
        assert!(!much_the_same(&one, &other));
        assert!(!much_the_same(&plain("坏了"), &plain("坏了")));
    }
}
