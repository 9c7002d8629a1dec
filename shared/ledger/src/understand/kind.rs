//! Rows that are no complaints: those that add up, notes, titles of sections, the header once more.

use super::fill::Areas;
use super::fold;
use super::header::is_filled;
use super::words::WORDS;
use crate::grid::{Cell, Content, Row};

/// What a row in the range of a table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Perhaps a complaint.
    Data,
    /// Nothing but white space.
    Blank,
    /// It adds up others.
    Total,
    /// A note, a signature.
    Note,
    /// The title of the rows below.
    Section,
}

/// What a row is, told by its first cells.
pub fn of(row: &Row, areas: &Areas<'_>, columns: usize) -> Kind {
    let mut filled = row.cells.iter().filter(|cell| is_filled(cell));
    let Some(first) = filled.next() else {
        return Kind::Blank;
    };
    let second = filled.next();
    if is_total(first) || second.is_some_and(is_total) {
        return Kind::Total;
    }
    let Content::Text(text) = &first.content else {
        return Kind::Data;
    };
    if is_note(text, second.is_none()) {
        return Kind::Note;
    }
    if second.is_none() {
        let over = areas
            .over(row.number, first.column)
            .filter(|area| area.right >= first.column + 2);
        if over.is_some() && first.column <= 2 && columns >= 3 {
            return if text.chars().count() > 30 {
                Kind::Note
            } else {
                Kind::Section
            };
        }
    }
    Kind::Data
}

/// Whether a cell is the label of a row that adds up: `合计`, `3月小计：`, `Total`.
fn is_total(cell: &Cell) -> bool {
    let Content::Text(text) = &cell.content else {
        return false;
    };
    // Of a text that looks like a formula nothing is left but its letters: `@SUM(1)` is what somebody wrote, not a total.
    if text.trim_start().starts_with(['=', '+', '-', '@']) {
        return false;
    }
    if text.len() > 45 || !(text.contains('计') || text.contains('計') || text.contains(['t', 'T', 's', 'S'])) {
        return false;
    }
    let key = fold::key(&fold::without_brackets(text));
    WORDS.totals.iter().any(|word| {
        if word.is_ascii() {
            return key == *word;
        }
        // `合计12件`, `本月合计`, `一季度小计`.
        let Some(at) = key.find(word.as_str()) else {
            return false;
        };
        let (before, after) = (&key[..at], &key[at + word.len()..]);
        let counted = after
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '件' | '起' | '宗' | '单' | '条' | '例' | '次' | '笔'));
        let of_what = matches!(after, "元" | "万元" | "金额" | "数量" | "件数" | "数");
        before.chars().count() <= 6 && (counted || of_what)
    })
}

/// Whether a text that begins a row makes it a note: `备注：…`, `填表人：`, `以下空白`.
fn is_note(text: &str, alone: bool) -> bool {
    let head: String = text.trim_start().chars().take(12).collect();
    let (label, colon) = match head.find([':', '：']) {
        Some(at) => (&head[..at], true),
        None => (head.as_str(), false),
    };
    if !colon && !alone {
        return false;
    }
    let label = fold::key(label);
    WORDS.notes.contains(label.as_str()) || (!colon && (label.starts_with("以下空白") || is_page(&label)))
}

/// `第1页`, `第1页 共3页`.
fn is_page(key: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let Some((page, rest)) = key.strip_prefix('第').and_then(|rest| rest.split_once('页')) else {
        return false;
    };
    let all = rest.trim_start_matches(['共', '总']).trim_end_matches('页');
    number(page) && (rest.is_empty() || number(all))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::Merge;
    use crate::understand::testing::{row, text_row};

    fn kind(texts: &[&str]) -> Kind {
        of(&text_row(9, texts), &Areas::of(&[]), 8)
    }

    #[test]
    fn what_looks_like_a_formula_is_no_label_of_a_total() {
        for row in [["=1+1", "@SUM(1)"], ["K-3", "=SUM(B2:B9)"], ["-sum", "漏油"]] {
            assert!(!matches!(kind(&row), Kind::Total), "{row:?}");
        }
    }

    #[test]
    fn rows_that_add_up_are_told_by_their_label() {
        for label in [
            "合计",
            "合 计：",
            "3月小计",
            "本月合计",
            "總計",
            "Total",
            "合计12件",
            "合计（元）",
        ] {
            assert_eq!(kind(&[label, "", "35"]), Kind::Total, "{label}");
        }
        assert_eq!(kind(&["", "", "合计", "300"]), Kind::Total);
        for other in ["统计员", "设计不合理", "合计划不符", "Total solution Ltd"] {
            assert_eq!(kind(&[other, "乙公司", "漏水"]), Kind::Data, "{other}");
        }
    }

    #[test]
    fn notes_and_signatures_are_told_by_how_they_begin() {
        assert_eq!(kind(&["备注：红色为超期"]), Kind::Note);
        assert_eq!(kind(&["填表人：张三", "", "审核：李四"]), Kind::Note);
        assert_eq!(kind(&["以下空白"]), Kind::Note);
        assert_eq!(kind(&["第1页 共3页"]), Kind::Note);
        assert_eq!(kind(&["", "续"]), Kind::Note);
        assert_eq!(kind(&["第1页印错"]), Kind::Data);
        assert_eq!(kind(&["审核", "乙公司", "漏水"]), Kind::Data);
    }

    #[test]
    fn one_cell_over_the_whole_table_is_the_title_of_a_section() {
        let title = text_row(9, &["3月"]);
        let merges = [Merge {
            top: 9,
            bottom: 9,
            left: 0,
            right: 7,
        }];
        let areas = Areas::of(&merges);
        assert_eq!(of(&title, &areas, 8), Kind::Section);
        assert_eq!(of(&row(9, &[(0, Content::Text("  ".into()))]), &areas, 8), Kind::Blank);
    }
}
