//! The cells of a sheet, row after row in one pass: values, styles, hidden rows, formulas without a value.

use std::ops::ControlFlow;

use chrono::{NaiveDate, NaiveDateTime};
use quick_xml::events::{BytesStart, Event};

use super::strings::{item, unescape};
use crate::book::look::{Look, under};
use crate::book::rows::Rows;
use crate::book::strings::Strings;
use crate::book::xml::{Reader, push_reference};
use crate::book::{Unreadable, place};
use crate::grid::{Content, Row};
use crate::limits::Limits;

/// Rows that any program has.
const ROWS: u32 = 1_048_576;

/// What the cells of a sheet refer to.
pub struct Context<'a> {
    pub strings: &'a Strings,
    pub looks: &'a [Look],
    pub since_1904: bool,
    pub limits: &'a Limits,
}

/// What a `c` element says before its content.
#[derive(Default)]
struct Opened {
    row: u32,
    column: u32,
    style: usize,
    kind: Type,
}

/// How a value is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Type {
    #[default]
    Number,
    Shared,
    Text,
    Flag,
    Error,
    Date,
    Other,
}

/// Visits the rows.
pub fn visit(
    xml: &mut Reader<'_>,
    context: &Context<'_>,
    rows: &mut Rows<'_>,
    visit: &mut dyn FnMut(&Row) -> ControlFlow<()>,
) -> Result<(), Unreadable> {
    let mut buffer = Vec::with_capacity(1024);
    let mut text = String::new();
    let (mut row, mut column) = (0_u32, 0_u32);
    let (mut within, mut implied, mut hidden) = (false, false, false);
    loop {
        match xml.next(&mut buffer)? {
            Event::Start(element) => match element.local_name().as_ref() {
                "c" if within => {
                    let opened = opened(&element, row, column);
                    if implied && column == 0 && opened.row > row && opened.row <= ROWS {
                        row = opened.row;
                        rows.begin(row, hidden);
                    }
                    if opened.row != row || opened.column >= context.limits.columns {
                        return Err(Unreadable::of("broken_cell").with("cell", place(opened.row, opened.column)));
                    }
                    column = opened.column + 1;
                    rows.seen(opened.column);
                    read(xml, &mut buffer, &mut text, context, rows, &opened)
                        .map_err(|error| error.with("cell", place(opened.row, opened.column)))?;
                }
                "row" if within => {
                    let number;
                    (number, hidden) = row_of(&element);
                    // A row without a number follows the one before it, unless its first cell says otherwise.
                    implied = number.is_none();
                    let number = number.unwrap_or(row + 1);
                    if number <= row || number > ROWS {
                        return Err(Unreadable::of("broken_cell").with("cell", place(number, 0)));
                    }
                    row = number;
                    column = 0;
                    rows.begin(row, hidden);
                }
                "sheetData" => within = true,
                _ => {}
            },
            Event::End(element) => match element.local_name().as_ref() {
                "row" if within && rows.end(visit)?.is_break() => return Ok(()),
                "sheetData" => return Ok(()),
                _ => {}
            },
            Event::Eof if within => return Err(xml.cut()),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// Reads a cell up to its end.
fn read(
    xml: &mut Reader<'_>,
    buffer: &mut Vec<u8>,
    text: &mut String,
    context: &Context<'_>,
    rows: &mut Rows<'_>,
    opened: &Opened,
) -> Result<(), Unreadable> {
    text.clear();
    let (mut formula, mut written) = (false, false);
    loop {
        match xml.next(buffer)? {
            Event::Start(element) => match element.local_name().as_ref() {
                "v" => {
                    written |= value(xml, buffer, text, context.limits.text)?;
                }
                "is" => {
                    item(xml, buffer, text, context.limits.text)?;
                    written = true;
                    let content = rows.text(text);
                    rows.push(opened.column, content, context.looks.get(opened.style))?;
                    text.clear();
                }
                "f" => {
                    formula = true;
                    xml.skip()?;
                }
                _ => xml.skip()?,
            },
            Event::End(element) if element.local_name().as_ref() == "c" => break,
            Event::Eof => return Err(xml.cut()),
            _ => {}
        }
    }
    let look = context.looks.get(opened.style);
    if !written || text.is_empty() {
        if formula && !(opened.kind == Type::Text && written) && !rows.has(opened.column) {
            rows.push(opened.column, Content::Uncomputed, look)?;
        }
        return Ok(());
    }
    let content = match opened.kind {
        Type::Number => number(text, look, context.since_1904).unwrap_or_else(|| rows.text(text)),
        Type::Shared => match text
            .trim()
            .parse::<usize>()
            .ok()
            .and_then(|place| context.strings.get(place))
        {
            Some(shared) => rows.text(shared),
            None => return Err(Unreadable::of("broken_cell")),
        },
        Type::Flag => match text.trim() {
            "1" | "true" | "TRUE" => Content::Flag(true),
            "0" | "false" | "FALSE" => Content::Flag(false),
            _ => rows.text(text),
        },
        Type::Error => Content::Error(text.clone()),
        Type::Date => iso(text.trim()).map_or_else(|| rows.text(text), Content::Moment),
        Type::Text | Type::Other => {
            unescape(text, 0);
            rows.text(text)
        }
    };
    rows.push(opened.column, content, look)
}

/// Appends the text of a `v` element that has just begun; whether there is any.
fn value(xml: &mut Reader<'_>, buffer: &mut Vec<u8>, text: &mut String, most: usize) -> Result<bool, Unreadable> {
    loop {
        match xml.next(buffer)? {
            Event::Text(more) => text.push_str(&more.xml10_content()),
            Event::CData(more) => text.push_str(&more.xml10_content()),
            Event::GeneralRef(reference) => push_reference(&reference, text),
            Event::End(_) => break,
            Event::Eof => return Err(xml.cut()),
            _ => {}
        }
        if text.len() > most.saturating_mul(4) {
            return Err(Unreadable::of("long_text").with("limit", most));
        }
    }
    Ok(true)
}

/// A number under its format.
fn number(text: &str, look: Option<&Look>, since_1904: bool) -> Option<Content> {
    Some(under(text.trim().parse().ok()?, look, since_1904))
}

/// A date that is stored as text (`t="d"`).
fn iso(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim_end_matches('Z');
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")
        .ok()
        .or_else(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0))
}

fn row_of(element: &BytesStart<'_>) -> (Option<u32>, bool) {
    let (mut number, mut hidden) = (None, false);
    for (name, value) in attributes(element.attributes_raw()) {
        match name {
            "r" => number = value.parse().ok(),
            "hidden" => hidden = matches!(value, "1" | "true"),
            _ => {}
        }
    }
    (number, hidden)
}

fn opened(element: &BytesStart<'_>, row: u32, column: u32) -> Opened {
    let mut opened = Opened {
        row,
        column,
        ..Opened::default()
    };
    for (name, value) in attributes(element.attributes_raw()) {
        match name {
            "r" => (opened.row, opened.column) = super::sheet::cell_of(value).unwrap_or((0, 0)),
            "s" => opened.style = value.parse().unwrap_or(0),
            "t" => {
                opened.kind = match value {
                    "n" => Type::Number,
                    "s" => Type::Shared,
                    "str" | "inlineStr" => Type::Text,
                    "b" => Type::Flag,
                    "e" => Type::Error,
                    "d" => Type::Date,
                    _ => Type::Other,
                }
            }
            _ => {}
        }
    }
    opened
}

/// Names and raw values of attributes: those read here need no unescaping, and this is the innermost loop.
fn attributes(raw: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = raw;
    std::iter::from_fn(move || {
        let (name, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let quote = after.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let (value, more) = after.get(1..)?.split_once(quote)?;
        rest = more;
        Some((name.trim(), value))
    })
}
