//! The shapes of customers who are written in several ways.

use serde_json::{Value, json};

use super::shapes::{body, given, list, moment, text};

/// `GET /api/customers`.
pub fn all() -> Value {
    let one = given(json!({"name": text(), "into": text(), "by": text(), "at": moment()}));
    given(json!({"merged": list(one), "suffixes": list(text()), "places": list(text())}))
}

/// The body of `POST /api/customers/merge`.
pub fn merge() -> Value {
    body(&["names", "into"], json!({"names": list(text()), "into": text()}))
}

/// The body of `POST /api/customers/unmerge`.
pub fn unmerge() -> Value {
    body(&["names"], json!({"names": list(text())}))
}
