//! The sheet of data: a row for each complaint that was counted, so that every figure can be counted again by hand. It names no
//! person: who stands behind a number, the register shows.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;
use kesu_rules::clock::Clock;
use kesu_rules::rollup::{Line, Period};
use rust_decimal::Decimal;
use rust_xlsxwriter::{Worksheet, XlsxError};

use super::Paper;
use super::pen::{Pen, a4, float, heads, number, text};
use crate::words::axis_title;

/// The first row of the complaints, from 0.
pub const FIRST: u32 = 2;
/// Where the flags stand: received, closed, open, overdue, no complaint.
pub const FLAGS: [u16; 5] = [3, 4, 5, 6, 7];
/// Where the hours to closing stand.
pub const HOURS: u16 = 8;
/// Where limits that were due, and those of them that were met, stand.
pub const LIMITS: [u16; 2] = [9, 10];
/// Where pieces that came back stand.
pub const RETURNED: u16 = 11;
/// Where the axes begin.
const AXES: u16 = 12;

/// A complaint that was counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its number.
    pub number: String,
    /// When it came in, in the procedure's zone.
    pub received_at: NaiveDateTime,
    /// When it was closed.
    pub closed_at: Option<NaiveDateTime>,
    /// Received, closed, open, overdue, no complaint: as the rollup counts it.
    pub flags: [bool; 5],
    /// Hours to closing, if it was closed in the period.
    pub hours: Option<i64>,
    /// Limits due in the period.
    pub due: u64,
    /// Those of them that were met in time.
    pub met: u64,
    /// Pieces that came back.
    pub returned: Option<Decimal>,
    /// What it is counted under.
    pub by: BTreeMap<String, String>,
}

/// The rows of a period, in the order of receipt.
pub fn rows(period: Period, clock: &Clock<'_>, lines: &[Line]) -> Vec<Row> {
    let (from, to) = (period.begins(clock), period.ends(clock));
    let within = |at| from <= at && at < to;
    let local = |at: kesu_rules::clock::Moment| at.with_timezone(&clock.zone).naive_local();
    let mut rows: Vec<Row> = lines
        .iter()
        .filter_map(|line| {
            let received = within(line.received_at);
            let closed = line.closed_at.filter(|at| line.complaint && within(*at));
            let limits = || {
                let own = line.limits.iter().filter(|_| line.complaint);
                own.filter(|limit| from < limit.due_at && limit.due_at <= to)
            };
            let flags = [
                line.complaint && received,
                closed.is_some(),
                line.open(),
                line.overdue(),
                !line.complaint && received,
            ];
            let due = limits().count() as u64;
            (due > 0 || flags.contains(&true)).then(|| Row {
                number: line.number.clone(),
                received_at: local(line.received_at),
                closed_at: line.closed_at.map(local),
                flags,
                hours: closed.map(|at| (at - line.received_at).num_hours().max(0)),
                due,
                met: limits().filter(|limit| !limit.late).count() as u64,
                returned: line.returned.filter(|_| line.complaint && received),
                by: line.by.clone(),
            })
        })
        .collect();
    rows.sort_by(|one, other| (one.received_at, &one.number).cmp(&(other.received_at, &other.number)));
    rows
}

/// The axes that have a column, in their order, with the column's place.
pub fn axes(paper: &Paper<'_>) -> Vec<(String, u16)> {
    let names: BTreeSet<&String> = paper.rows.iter().flat_map(|row| row.by.keys()).collect();
    names.into_iter().cloned().zip(AXES..).collect()
}

/// The rows of a column as a formula names them.
pub fn column(paper: &Paper<'_>, column: u16) -> String {
    let letter = rust_xlsxwriter::utility::column_number_to_name(column);
    let last = FIRST as usize + paper.rows.len().max(1);
    let sheet = paper.word("sheet_data");
    format!("'{sheet}'!${letter}${}:${letter}${last}", FIRST + 1)
}

/// Writes the sheet.
pub fn write(sheet: &mut Worksheet, pen: &Pen, paper: &Paper<'_>) -> Result<(), XlsxError> {
    let axes = axes(paper);
    let last = axes.last().map_or(RETURNED, |(_, place)| *place);
    a4(sheet, "sheet_data", last, true, paper, pen)?;
    let mut titles: Vec<String> = [
        "number",
        "received_at",
        "closed_at",
        "in_received",
        "in_closed",
        "in_open",
        "in_overdue",
        "in_other",
        "closing_hours",
        "limits_due",
        "limits_met",
        "returned_pieces",
    ]
    .iter()
    .map(|key| paper.word(key))
    .collect();
    titles.extend(
        axes.iter()
            .map(|(axis, _)| axis_title(paper.procedure, axis, paper.language)),
    );
    heads(sheet, FIRST - 1, &titles, pen)?;
    for (column, width) in (0_u16..).zip([20, 15, 15, 8, 8, 8, 8, 8, 10, 8, 8, 8]) {
        sheet.set_column_width(column, width)?;
    }
    for (_, place) in &axes {
        sheet.set_column_width(*place, 16)?;
    }
    for (row, it) in (FIRST..).zip(paper.rows) {
        text(sheet, (row, 0), &it.number, &pen.text)?;
        sheet.write_datetime_with_format(row, 1, it.received_at, &pen.moment)?;
        match it.closed_at {
            Some(at) => {
                sheet.write_datetime_with_format(row, 2, at, &pen.moment)?;
            }
            None => text(sheet, (row, 2), "", &pen.text)?,
        }
        for (place, flag) in FLAGS.iter().zip(it.flags) {
            number(sheet, (row, *place), f64::from(u8::from(flag)), &pen.count)?;
        }
        match it.hours {
            Some(hours) => number(sheet, (row, HOURS), hours as f64, &pen.count)?,
            None => text(sheet, (row, HOURS), "", &pen.text)?,
        }
        let [due, met] = LIMITS;
        number(sheet, (row, due), it.due as f64, &pen.count)?;
        number(sheet, (row, met), it.met as f64, &pen.count)?;
        match it.returned {
            Some(pieces) => number(sheet, (row, RETURNED), float(pieces), &pen.number)?,
            None => text(sheet, (row, RETURNED), "", &pen.text)?,
        }
        for (axis, place) in &axes {
            text(
                sheet,
                (row, *place),
                it.by.get(axis).map_or("", String::as_str),
                &pen.text,
            )?;
        }
    }
    let end = FIRST + u32::try_from(paper.rows.len().max(1)).unwrap_or(u32::MAX) - 1;
    sheet.autofilter(FIRST - 1, 0, end, last)?;
    sheet.set_freeze_panes(FIRST, 1)?;
    sheet.set_repeat_rows(0, FIRST - 1)?;
    Ok(())
}
