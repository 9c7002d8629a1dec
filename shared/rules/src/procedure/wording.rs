//! A condition in words, for people who look at limits of which it is not known yet whether they apply.

use super::condition::{Condition, Plain};

/// The condition in short: `place: 市区, urgency: 紧急`. Nothing for what always holds.
pub fn worded(when: &Condition) -> String {
    let mut parts: Vec<String> = Vec::new();
    if !when.class.is_empty() {
        parts.push(when.class.join(" / "));
    }
    let axes = when
        .axis
        .iter()
        .map(|(axis, any)| format!("{axis}: {}", any.join(" / ")));
    parts.extend(axes);
    let plain = |one: &Plain| match one {
        Plain::Flag(flag) => flag.to_string(),
        Plain::Whole(whole) => whole.to_string(),
        Plain::Text(text) => text.clone(),
    };
    let fields = when.field.iter().map(|(key, any)| {
        let any: Vec<String> = any.iter().map(plain).collect();
        format!("{key}: {}", any.join(" / "))
    });
    parts.extend(fields);
    let list = |keys: &[String]| keys.join(", ");
    let named = |all: &[crate::domain::names::FieldKey]| all.iter().map(ToString::to_string).collect::<Vec<_>>();
    if !when.filled.is_empty() {
        parts.push(format!("with {}", list(&named(&when.filled))));
    }
    if !when.blank.is_empty() {
        parts.push(format!("without {}", list(&named(&when.blank))));
    }
    let either: Vec<String> = when.any.iter().map(worded).filter(|one| !one.is_empty()).collect();
    if !either.is_empty() {
        parts.push(either.join(" or "));
    }
    let never: Vec<String> = when.none.iter().map(worded).filter(|one| !one.is_empty()).collect();
    if !never.is_empty() {
        parts.push(format!("not ({})", never.join(" or ")));
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
            "#,
        )
        .unwrap();
        assert_eq!(
            worded(&when),
            "urgent: true, 市区故障 / 故障 or place: 市区, not (服务投诉)"
        );
        assert_eq!(worded(&Condition::default()), "");
    }
}
