//! A condition in words, for people who look at limits of which it is not known yet whether they apply.

use super::condition::{Below, Condition, Plain};
use crate::domain::names::FieldKey;

/// The condition in short: `place: 市区, urgency: 紧急`. Nothing for what always holds.
pub fn worded(when: &Condition) -> String {
    // Every part by name: one that is added must be put in words before this compiles again.
    let Condition {
        class,
        axis,
        field,
        blank,
        filled,
        reached,
        not_reached,
        answers,
        reaction,
        over,
        below,
        aged,
        off_hours,
        channel,
        capa_settled,
        any,
        none,
    } = when;
    let mut parts: Vec<String> = Vec::new();
    if !class.is_empty() {
        parts.push(class.join(" / "));
    }
    parts.extend(axis.iter().map(|(axis, any)| format!("{axis}: {}", any.join(" / "))));
    let plain = |one: &Plain| match one {
        Plain::Flag(flag) => flag.to_string(),
        Plain::Whole(whole) => whole.to_string(),
        Plain::Text(text) => text.clone(),
    };
    parts.extend(field.iter().map(|(key, any)| {
        let any: Vec<String> = any.iter().map(plain).collect();
        format!("{key}: {}", any.join(" / "))
    }));
    for (word, keys) in [("with", filled), ("without", blank)] {
        let keys: Vec<&str> = keys.iter().map(FieldKey::as_str).collect();
        if !keys.is_empty() {
            parts.push(format!("{word} {}", keys.join(", ")));
        }
    }
    for (word, names) in [("after", reached), ("before", not_reached)] {
        parts.extend(names.iter().map(|name| format!("{word} {name}")));
    }
    parts.extend(answers.map(|least| format!("answered {least} times or more")));
    for (word, codes) in [("reaction", reaction), ("channel", channel)] {
        if !codes.is_empty() {
            parts.push(format!("{word}: {}", codes.join(" / ")));
        }
    }
    parts.extend(over.iter().map(|(key, end)| format!("{key} over {end}")));
    let short = |one: &Below| format!("{} more than {} % below {}", one.field, one.percent, one.of);
    parts.extend(below.as_ref().map(short));
    parts.extend(aged.iter().map(|(key, age)| format!("{key} {age} ago")));
    let either = |flag: bool, yes: &str, no: &str| if flag { yes } else { no }.to_owned();
    parts.extend(off_hours.map(|off| either(off, "outside working time", "in working time")));
    parts.extend(capa_settled.map(|done| either(done, "corrective action settled", "corrective action open")));
    for (word, others) in [("", any), ("not ", none)] {
        let others: Vec<String> = others.iter().map(worded).filter(|one| !one.is_empty()).collect();
        match (word.is_empty(), others.is_empty()) {
            (_, true) => {}
            (true, false) => parts.push(others.join(" or ")),
            (false, false) => parts.push(format!("{word}({})", others.join(" or "))),
        }
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_put_in_words_with_what_it_excludes() {
        let when: Condition = toml::from_str(
            r#"
            any = [{ class = ["市区故障", "故障"] }, { axis = { place = ["市区"] }, none = [{ class = ["服务投诉"] }] }]
            field = { urgent = [true] }
            not_reached = ["arrived"]
            "#,
        )
        .unwrap();
        assert_eq!(
            worded(&when),
            "urgent: true, before arrived, 市区故障 / 故障 or place: 市区, not (服务投诉)"
        );
        assert_eq!(worded(&Condition::default()), "");
        let when: Condition = toml::from_str(
            "any = [{ over = { amount = 5000 } }, { class = [\"A\"] }]\nreaction = [\"disputed\"]\nanswers = 2\noff_hours = true",
        )
        .unwrap();
        assert_eq!(
            worded(&when),
            "answered 2 times or more, reaction: disputed, outside working time, amount over 5000 or A"
        );
    }
}
