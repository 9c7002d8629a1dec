//! Rows in which the ledger adds up: what they state beside what was read.

use rust_decimal::Decimal;

use super::columns::Role;
use super::fields::Kind;
use super::fold;
use super::header::is_filled;
use super::read::Got;
use super::read::numbers;
use super::shown::first_text;
use super::table::Table;
use super::tally::Subtotal;
use super::walk::{KEPT, Walk};
use crate::code::Code;
use crate::grid::{Content, Row};

/// Compares the figures of a row that adds up.
pub fn read(table: &Table, row: &Row, walk: &mut Walk<'_>) {
    let mut compared = Vec::new();
    for cell in row.cells.iter().filter(|cell| is_filled(cell)) {
        let column = table.column(cell.column);
        let money = column.filter(|c| matches!(c.role, Role::Field(_, Kind::Money)));
        let stated = match &cell.content {
            Content::Number(number) => match money {
                Some(column) => value(numbers::money_of_number(*number, column.factor)),
                None => value(numbers::count_of_number(*number).map(|quantity| quantity.number)),
            },
            Content::Text(text) => match (counted(text), money) {
                (Some(count), _) => {
                    compared.push((None, count));
                    None
                }
                (None, Some(column)) => value(numbers::money_of_text(text, column.factor)),
                (None, None) => value(numbers::count_of_text(text).map(|quantity| quantity.number)),
            },
            _ => None,
        };
        let adds = column.filter(|c| matches!(c.role, Role::Field(_, Kind::Money | Kind::Count) | Role::Extra));
        if let (Some(stated), Some(column)) = (stated, adds) {
            compared.push((Some(column), stated));
        }
    }
    let label = first_text(row);
    for (column, stated) in compared {
        let (found, agrees) = walk.tally.compare(column.map(|column| column.at), stated);
        let header = column.map(|column| column.header.clone()).unwrap_or_default();
        // Columns that are not money or counts may be averages or shares: only a sum that fits is one.
        if !agrees && column.is_some_and(|column| column.role == Role::Extra) {
            continue;
        }
        if !agrees {
            let values = vec![
                ("header", header.clone()),
                ("label", label.clone()),
                ("stated", stated.to_string()),
                ("found", found.to_string()),
            ];
            let code = if column.is_some() {
                Code::SubtotalDiffers
            } else {
                Code::CountDiffers
            };
            walk.warning(row.number, column.map(|column| column.at), code, values);
        }
        if walk.survey.subtotals.len() < KEPT {
            let label = label.clone();
            walk.survey.subtotals.push(Subtotal {
                row: row.number,
                label,
                header,
                stated,
                found,
                agrees,
            });
        }
    }
    walk.tally.next_part();
}

fn value(got: Got<Decimal>) -> Option<Decimal> {
    match got {
        Got::Sure(value) | Got::Doubted(value, _) | Got::Part(value, _) => Some(value),
        Got::Nothing | Got::Lost(_) => None,
    }
}

/// The number of complaints in `合计：12件`.
fn counted(text: &str) -> Option<Decimal> {
    let key = fold::key(text);
    let rest = key.trim_start_matches(|c: char| !c.is_ascii_digit());
    if rest.len() == key.len() || !key.contains('计') {
        return None;
    }
    let digits = rest.trim_end_matches(['件', '起', '宗', '单', '条', '例', '次', '笔']);
    if digits.len() == rest.len() {
        None
    } else {
        digits.parse().ok()
    }
}
