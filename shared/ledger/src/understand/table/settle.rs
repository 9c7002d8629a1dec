//! What the cells of a row say together: its status by column, colour or date of closing, and dates that cannot all be right.

use serde_json::Value as Json;

use super::Table;
use crate::code::Code;
use crate::grid::Row;
use crate::understand::draft::{Doubt, Draft};
use crate::understand::walk::Walk;

impl Table {
    /// The status by column, second column, colour or date of closing.
    pub(super) fn settle_status(
        &mut self,
        draft: &mut Draft,
        fill: Option<[u8; 3]>,
        struck: bool,
        row: &Row,
        walk: &mut Walk<'_>,
    ) {
        let status = draft.fields.get("status").and_then(Json::as_str).map(str::to_owned);
        let closed_on = draft.fields.contains_key("closed_date");
        let set = |draft: &mut Draft, status: &str| {
            draft.fields.insert("status", Json::String(status.to_owned()));
        };
        match (status.as_deref(), draft.check) {
            (Some(status), Some(other)) if status != other => {
                let values = vec![("status", status.to_owned()), ("other", other.to_owned())];
                draft.doubts.push(Doubt::of(Code::StatusConflict, values));
            }
            (None, Some(other)) => set(draft, other),
            _ => {}
        }
        if !self.has_status {
            if let Some(status) = self.colours.status(fill, struck) {
                set(draft, status);
            } else if self.has_closed_date && closed_on {
                set(draft, "closed");
                if !self.asked_closed {
                    self.asked_closed = true;
                    walk.question(
                        row.number,
                        None,
                        Code::AskClosedDate,
                        vec![("header", self.header_of("closed_date"))],
                    );
                }
            }
        }
        if struck && !self.colours.knows_struck() {
            draft.doubts.push(Doubt::of(Code::StruckRow, vec![]));
        }
        let open = matches!(
            draft.fields.get("status").and_then(Json::as_str),
            Some("open" | "in_progress")
        );
        if open && closed_on {
            let date = draft
                .fields
                .get("closed_date")
                .and_then(Json::as_str)
                .unwrap_or_default()
                .to_owned();
            draft
                .doubts
                .push(Doubt::of(Code::ClosedDateButOpen, vec![("date", date)]));
        }
    }

    /// Dates that cannot all be right.
    pub(super) fn check_dates(&self, draft: &mut Draft, walk: &Walk<'_>) {
        let date = |name: &str| {
            draft
                .fields
                .get(name)
                .and_then(Json::as_str)
                .and_then(|text| text.get(..10))
        };
        let mut found = Vec::new();
        if let (Some(begun), Some(closed)) = (date("complaint_date"), date("closed_date"))
            && closed < begun
        {
            found.push(Doubt::of(
                Code::ClosedBeforeBegun,
                vec![("date", closed.to_owned()), ("begun", begun.to_owned())],
            ));
        }
        if let (Some(begun), Some(today)) = (date("complaint_date"), walk.options.today)
            && begun > today.to_string().as_str()
        {
            found.push(Doubt::of(Code::DateFuture, vec![("date", begun.to_owned())]));
        }
        draft.doubts.extend(found);
    }
}
