//! The 8D report (8D报告): its nine disciplines and where each takes its content from the record.

use crate::domain::names::FieldKey;

/// One discipline of the report.
#[derive(Debug)]
pub struct Discipline {
    /// The text key of its heading.
    pub title: &'static str,
    /// The fields that it shows.
    pub fields: &'static [&'static str],
    /// The milestones whose dates it shows.
    pub steps: &'static [&'static str],
    /// Whether the corrective action stands here.
    pub capa: bool,
}

const fn discipline(
    title: &'static str,
    fields: &'static [&'static str],
    steps: &'static [&'static str],
) -> Discipline {
    Discipline {
        title,
        fields,
        steps,
        capa: false,
    }
}

/// The disciplines, D0 to D8. A cause has two halves: why the fault came about (发生原因), and why nobody noticed before
/// the goods went out (流出原因).
pub const DISCIPLINES: &[Discipline] = &[
    discipline(
        "eight_d.d0",
        &[
            "customer_name",
            "customer_contact",
            "product_name",
            "model_spec",
            "batch_no",
            "serial_no",
            "order_no",
            "delivery_date",
            "quantity_delivered",
            "quantity_affected",
            "customer_reply_due",
            "urgent",
        ],
        &[],
    ),
    discipline("eight_d.d1", &["team", "responsible_dept"], &[]),
    discipline(
        "eight_d.d2",
        &["description", "occurred_at", "nature", "use_conditions", "test_data"],
        &[],
    ),
    discipline(
        "eight_d.d3",
        &[
            "measures",
            "interim_measures",
            "other_batches",
            "stock_affected",
            "stock_isolated",
        ],
        &["contained"],
    ),
    discipline(
        "eight_d.d4",
        &[
            "investigation_result",
            "cause_main",
            "cause_escape",
            "five_why",
            "cause_secondary",
        ],
        &["investigated"],
    ),
    discipline("eight_d.d5", &["corrective", "treatment"], &[]),
    Discipline {
        title: "eight_d.d6",
        fields: &[],
        steps: &["executed"],
        capa: true,
    },
    discipline("eight_d.d7", &["preventive"], &[]),
    discipline(
        "eight_d.d8",
        &["customer_opinion", "closing_note"],
        &["capa_checked", "closed"],
    ),
];

/// Whether a discipline shows a field.
pub fn has(key: &FieldKey) -> bool {
    DISCIPLINES.iter().any(|one| one.fields.contains(&key.as_str()))
}

/// Every field that the report shows.
pub fn fields() -> impl Iterator<Item = FieldKey> {
    DISCIPLINES
        .iter()
        .flat_map(|one| one.fields)
        .map(|key| FieldKey::of(key))
}
