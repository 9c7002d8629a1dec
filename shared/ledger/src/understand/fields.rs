//! The canonical fields of a ledger (reference table of header synonyms) and how the values of each are read.

/// How the values of a field are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    Text,
    /// Numbers of papers, batches, things: text without loss.
    Code,
    /// Telephone numbers.
    Phone,
    /// Days, or moments where a time is given.
    Date,
    /// Money.
    Money,
    /// How many, how much.
    Count,
    /// A share, kept as it is shown.
    Rate,
    /// Open or closed.
    Status,
    /// Yes or no.
    YesNo,
    /// Pictures, or words in their place.
    Photo,
}

/// Every canonical field, in the order of the reference table.
pub static FIELDS: [(&str, Kind); 41] = [
    ("complaint_no", Kind::Code),
    ("customer_name", Kind::Text),
    ("customer_code", Kind::Code),
    ("customer_tier", Kind::Text),
    ("region", Kind::Text),
    ("complaint_date", Kind::Date),
    ("register_date", Kind::Date),
    ("contact", Kind::Text),
    ("phone", Kind::Phone),
    ("channel", Kind::Text),
    ("order_no", Kind::Code),
    ("product_name", Kind::Text),
    ("product_model", Kind::Code),
    ("batch_no", Kind::Code),
    ("prod_date", Kind::Date),
    ("line_shift", Kind::Text),
    ("defect_qty", Kind::Count),
    ("total_qty", Kind::Count),
    ("defect_rate", Kind::Rate),
    ("complaint_desc", Kind::Text),
    ("photo", Kind::Photo),
    ("category", Kind::Text),
    ("severity", Kind::Text),
    ("demand", Kind::Text),
    ("resp_dept", Kind::Text),
    ("owner", Kind::Text),
    ("containment", Kind::Text),
    ("cause", Kind::Text),
    ("cause_class", Kind::Text),
    ("corrective_action", Kind::Text),
    ("result", Kind::Text),
    ("due_date", Kind::Date),
    ("warn_date", Kind::Date),
    ("d3_date", Kind::Date),
    ("d8_date", Kind::Date),
    ("closed_date", Kind::Date),
    ("status", Kind::Status),
    ("has_8d", Kind::YesNo),
    ("claim_amount", Kind::Money),
    ("return_visit", Kind::Text),
    ("remark", Kind::Text),
];

/// The field of a name, with how it is read.
pub fn field(name: &str) -> Option<(&'static str, Kind)> {
    FIELDS.iter().copied().find(|(known, _)| *known == name)
}
