//! Headers: which rows are one, how two rows of them join, and what each column is called.

use std::collections::BTreeSet;

use super::fill::Areas;
use super::fold;
use super::words::{Confidence, DOUBTFUL, Meaning, WORDS};
use crate::grid::{Cell, Content, Row};

/// Longest header in bytes; longer cells are data.
const LONGEST: usize = 120;
/// Most cells of a header: a row of more is none.
pub const WIDEST: usize = 1_000;

/// One column of a header.
#[derive(Clone, Debug, PartialEq)]
pub struct Heading {
    /// The column, from 0.
    pub column: u32,
    /// Its header as people read it; two rows joined by `/`.
    pub text: String,
    /// What it means, where the words know it.
    pub meaning: Option<(Meaning, Confidence)>,
}

/// A header of one row or two.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Header {
    /// How many rows it takes.
    pub rows: usize,
    /// Its columns by rising place.
    pub columns: Vec<Heading>,
}

impl Header {
    /// The fields that it names.
    pub fn fields(&self) -> BTreeSet<&'static str> {
        let meanings = self.columns.iter().filter_map(|heading| heading.meaning);
        meanings
            .filter_map(|(meaning, _)| match meaning {
                Meaning::Field(name) => Some(name),
                _ => None,
            })
            .collect()
    }

    fn known(&self) -> usize {
        self.columns.iter().filter(|heading| heading.meaning.is_some()).count()
    }

    /// Whether this is the header of a table.
    pub fn is_plausible(&self) -> bool {
        let (fields, columns) = (self.fields().len(), self.columns.len());
        (fields >= 3 || (fields == 2 && columns <= 4)) && self.known() * 5 >= columns * 2
    }

    /// Whether such a table can hold complaints: words of one, or who complained (about what) and a paper or a day.
    pub fn is_register(&self) -> bool {
        let fields = self.fields();
        let any = |names: &[&str]| names.iter().any(|name| fields.contains(name));
        any(&["complaint_desc"])
            || (any(&["customer_name", "contact", "phone", "product_name", "product_model"])
                && any(&[
                    "complaint_no",
                    "complaint_date",
                    "register_date",
                    "order_no",
                    "batch_no",
                ]))
    }
}

/// The text of a cell, if it has one that may be a header.
fn label(cell: &Cell) -> Option<String> {
    let Content::Text(text) = &cell.content else {
        return None;
    };
    if text.len() > LONGEST {
        return None;
    }
    Some(fold::header_text(text)).filter(|text| !text.is_empty())
}

/// Whether a cell holds anything but white space.
pub fn is_filled(cell: &Cell) -> bool {
    match &cell.content {
        Content::Text(text) => !text.trim().is_empty(),
        _ => true,
    }
}

/// The header that one row would be; none if something in it is no label.
pub fn single(row: &Row) -> Option<Header> {
    if row.cells.len() > WIDEST {
        return None;
    }
    let mut columns = Vec::with_capacity(row.cells.len());
    let mut strange = 0;
    for cell in row.cells.iter().filter(|cell| is_filled(cell)) {
        match label(cell) {
            Some(text) => {
                let meaning = WORDS.header(&text);
                columns.push(Heading {
                    column: cell.column,
                    text,
                    meaning,
                });
            }
            None => strange += 1,
        }
    }
    // Headers such as a bare year may be numbers, but not many.
    (strange * 5 <= columns.len()).then_some(Header { rows: 1, columns })
}

/// The header that two rows would be together; none where nothing says that they belong together.
pub fn double(top: &Row, second: &Row, areas: &Areas<'_>) -> Option<Header> {
    if second.number != top.number + 1 {
        return None;
    }
    let upper = single(top)?;
    let lower = single(second)?;
    if upper.columns.len() < 2 || lower.columns.is_empty() {
        return None;
    }
    let places: BTreeSet<u32> = upper.columns.iter().chain(&lower.columns).map(|h| h.column).collect();
    let (first, last) = (*places.first()?, *places.last()?);
    let text_at = |header: &Header, column: u32| {
        let at = header
            .columns
            .binary_search_by_key(&column, |heading| heading.column)
            .ok()?;
        header.columns.get(at).map(|heading| heading.text.clone())
    };
    let mut columns = Vec::new();
    // Groups that merges make, and those that only blanks to their right make.
    let (mut groups, mut bare) = (BTreeSet::new(), BTreeSet::new());
    let mut standing = 0;
    let mut group: Option<(u32, String)> = None;
    for column in places {
        let below = text_at(&lower, column);
        let merge = areas.over(top.number, column);
        let above = match (text_at(&upper, column), merge) {
            (Some(text), _) => {
                group = Some((column, text.clone()));
                Some((column, text))
            }
            (None, Some(merge)) => text_at(&upper, merge.left).map(|text| (merge.left, text)),
            // Without merges a group reaches over the blanks to its right.
            (None, None) if below.is_some() => group.clone(),
            (None, None) => None,
        };
        let upright = merge.is_some_and(|merge| merge.bottom > top.number);
        let heading = match (above, below) {
            (Some((_, text)), None) => {
                // The rest of a group that is wider than the labels below it.
                if merge.is_some_and(|merge| merge.left != column) {
                    continue;
                }
                standing += usize::from(upright || WORDS.header(&text).is_some());
                let meaning = WORDS.header(&text);
                Heading { column, text, meaning }
            }
            (None, Some(text)) => {
                let meaning = WORDS.header(&text);
                Heading { column, text, meaning }
            }
            (Some((from, above)), Some(below)) => {
                if merge.is_some_and(|merge| merge.right > merge.left) {
                    groups.insert(from);
                } else if from != column {
                    bare.insert(from);
                }
                let meaning = joint_meaning(&above, &below);
                let text = if above == below {
                    below
                } else {
                    format!("{above}/{below}")
                };
                Heading { column, text, meaning }
            }
            (None, None) => continue,
        };
        columns.push(heading);
    }
    let header = Header { rows: 2, columns };
    let wide = areas.in_row(top.number).iter().any(|area| {
        let across = u64::from(area.right.saturating_sub(area.left)) + 1;
        across * 10 > (u64::from(last - first) + 1) * 7
    });
    let grouped = groups.len() >= 2 || (!groups.is_empty() && standing >= 1);
    let together = !groups.is_empty() || !bare.is_empty();
    let several = groups.len() + bare.len() >= 2;
    let better = header.fields().len() > lower.fields().len() && together && (standing >= 1 || several);
    ((grouped && !wide) || better).then_some(header)
}

/// What two rows of headers mean together: `结案` over `日期` is neither alone.
fn joint_meaning(above: &str, below: &str) -> Option<(Meaning, Confidence)> {
    let stem = ["基本信息", "信息", "情况", "资料", "概况"]
        .iter()
        .find_map(|tail| above.strip_suffix(tail))
        .unwrap_or(above);
    let joined = WORDS.header(&format!("{above}{below}"));
    let joined = joined.or_else(|| WORDS.header(&format!("{stem}{below}")));
    let below = WORDS.header(below);
    match (joined, below) {
        (Some(joined), Some(below)) if below.1 > joined.1 => Some(below),
        (Some(joined), _) => Some(joined),
        // A header that is doubtful alone may be anything below a group that nobody knows.
        (None, Some((meaning, confidence))) if confidence > DOUBTFUL => Some((meaning, confidence)),
        (None, Some((meaning, _))) => Some((meaning, DOUBTFUL)),
        (None, None) => None,
    }
}

/// The header that begins at the first of `rows`, if one does.
pub fn at(rows: &[Row], areas: &Areas<'_>) -> Option<Header> {
    let (top, rest) = rows.split_first()?;
    let one = single(top).filter(Header::is_plausible);
    let two = rest.first().and_then(|second| double(top, second, areas));
    let two = two.filter(Header::is_plausible);
    match (one, two) {
        (Some(one), Some(two)) if two.fields().len() > one.fields().len() => Some(two),
        (Some(one), Some(two)) if one.columns.len() < two.columns.len() && two.fields().len() >= one.fields().len() => {
            Some(two)
        }
        (Some(one), _) => Some(one),
        (None, two) => two,
    }
}

/// Whether a row may be a header, told cheaply: short texts only.
pub fn may_be(row: &Row) -> bool {
    row.cells.len() >= 3
        && row.cells.iter().all(|cell| match &cell.content {
            Content::Text(text) => {
                text.len() <= 60 && !text.starts_with(|c: char| c.is_ascii_digit() && c != '8' && c != '3')
            }
            _ => false,
        })
        && row
            .cells
            .iter()
            .take(6)
            .filter(|cell| label(cell).is_some_and(|text| WORDS.header(&text).is_some()))
            .count()
            >= 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::Merge;
    use crate::understand::testing::{row, text_row};

    #[test]
    fn two_rows_join_under_their_groups() {
        let top = text_row(2, &["序号", "客户信息", "", "产品", "", "结案"]);
        let second = text_row(3, &["", "名称", "电话", "名称", "型号", "日期"]);
        let merge = |left, right, bottom| Merge {
            top: 2,
            bottom,
            left,
            right,
        };
        let merges = [merge(0, 0, 3), merge(1, 2, 2), merge(3, 4, 2)];
        let header = double(&top, &second, &Areas::of(&merges)).expect("it is a header");
        let names: Vec<_> = header.columns.iter().map(|h| h.text.as_str()).collect();
        assert_eq!(
            names,
            [
                "序号",
                "客户信息/名称",
                "客户信息/电话",
                "产品/名称",
                "产品/型号",
                "结案/日期"
            ]
        );
        let fields: Vec<_> = header.fields().into_iter().collect();
        assert_eq!(
            fields,
            ["closed_date", "customer_name", "phone", "product_model", "product_name"]
        );
    }

    #[test]
    fn a_title_above_a_header_is_no_group() {
        let title = text_row(1, &["2019年客诉台账", "", "", "编号：QR-01"]);
        let header = text_row(2, &["客户名称", "投诉日期", "产品名称", "投诉内容"]);
        let merges = [Merge {
            top: 1,
            bottom: 1,
            left: 0,
            right: 2,
        }];
        assert_eq!(double(&title, &header, &Areas::of(&merges)), None);
    }

    #[test]
    fn data_below_a_header_is_no_second_row_of_it() {
        let header = text_row(1, &["客户名称", "投诉日期", "产品名称", "投诉内容"]);
        let data = text_row(2, &["甲公司", "2019-3-5", "水泵", "漏水"]);
        assert_eq!(double(&header, &data, &Areas::of(&[])), None);
        let found = at(&[header, data], &Areas::of(&[])).expect("it is a header");
        assert_eq!(found.rows, 1);
    }

    #[test]
    fn a_row_with_numbers_is_no_header() {
        let data = row(5, &[(0, Content::Number(1.0)), (1, Content::Text("客户".into()))]);
        assert_eq!(single(&data), None);
        assert!(!may_be(&data));
    }
}
