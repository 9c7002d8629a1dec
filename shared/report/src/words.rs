//! What reports call things: axes, values, entered figures, signals.

use kesu_app::texts::{Language, field_title, texts};
use kesu_rules::procedure::Procedure;
use kesu_rules::rollup::{OTHER, Signal};

/// Axes that are fields of the record: what figures call them, and the field.
const FIELDS: &[(&str, &str)] = &[
    ("model", "model_spec"),
    ("batch", "batch_no"),
    ("cause", "cause_code"),
    ("region", "region"),
    ("responsible_party", "responsible_party"),
    ("severity", "severity"),
    ("topic", "topic"),
];

/// A word of reports.
pub fn word(language: Language, key: &str) -> String {
    texts().text(language, &format!("rollup.{key}"), &[])
}

/// The register's column for an axis: a column of the grid, `fields.<key>`, or `axes.<name>` for an axis of the procedure's.
pub fn axis_field(axis: &str) -> String {
    match axis {
        "class" | "channel" | "department" => axis.to_owned(),
        "product" => "product_name".to_owned(),
        axis => match FIELDS.iter().find(|(name, _)| *name == axis) {
            Some((_, field)) => format!("fields.{field}"),
            None => format!("axes.{}", axis.strip_prefix("axis_").unwrap_or(axis)),
        },
    }
}

/// What an axis is called.
pub fn axis_title(procedure: &Procedure, axis: &str, language: Language) -> String {
    let key = format!("rollup_axis.{axis}");
    if texts().has(language, &key) {
        return texts().text(language, &key, &[]);
    }
    let name = axis.strip_prefix("axis_").unwrap_or(axis);
    // An axis of the procedure's own is called what the procedure calls it.
    let own = procedure.classifier.axes().iter().find(|own| own.id == name);
    let tongue = if language == Language::En { "en" } else { "zh" };
    if let Some(title) = own.and_then(|own| own.title.get(tongue)) {
        return title.clone();
    }
    match FIELDS.iter().find(|(own, _)| *own == axis) {
        Some((_, field)) => field_title(procedure, field, language),
        None => field_title(procedure, name, language),
    }
}

/// What a value of an axis is called.
pub fn value_title(procedure: &Procedure, axis: &str, value: &str, language: Language) -> String {
    if value == OTHER {
        return word(language, "other");
    }
    let own = procedure.own_title(value).map(|title| title.get(language).to_owned());
    own.unwrap_or_else(|| texts().label(language, axis, value))
}

/// What an entered figure is called.
pub fn figure_title(figure: &str, language: Language) -> String {
    texts().label(language, "rollup_figure", figure)
}

/// A signal in a sentence.
pub fn signal(signal: &Signal, subject: &str, language: Language) -> String {
    let count = signal.count.to_string();
    if signal.kind == "counter" {
        let values = [("subject", subject), ("count", count.as_str())];
        return texts().text(language, "rollup.signal_counter", &values);
    }
    let rules: Vec<String> = signal
        .rules
        .iter()
        .map(|rule| texts().label(language, "rollup_rule", rule))
        .collect();
    let (centre, upper) = signal.limits.unwrap_or_default();
    let (rules, centre, upper) = (rules.join("; "), centre.to_string(), upper.to_string());
    let values = [
        ("subject", subject),
        ("month", signal.month.as_deref().unwrap_or_default()),
        ("count", count.as_str()),
        ("centre", centre.as_str()),
        ("upper", upper.as_str()),
        ("rules", rules.as_str()),
    ];
    texts().text(language, "rollup.signal_chart", &values)
}
