//! What a cell inherits: the value of the merged area it is under, and the value above that 同上 points to.

use crate::grid::{Content, Merge};

/// A value that is kept for the rows below; its text buffer is used again.
pub type Held = Option<Content>;

/// Keeps a value without allocating where it can.
pub fn hold(held: &mut Held, content: &Content) {
    match (held.as_mut(), content) {
        (Some(Content::Text(kept)), Content::Text(text)) => {
            kept.clear();
            kept.push_str(text);
        }
        _ => *held = Some(content.clone()),
    }
}

/// The merged areas of a sheet, found by the cell in which they begin.
pub struct Areas<'a>(Vec<&'a Merge>);

impl<'a> Areas<'a> {
    /// Of a sheet.
    pub fn of(merges: &'a [Merge]) -> Areas<'a> {
        let mut all: Vec<&Merge> = merges.iter().collect();
        all.sort_by_key(|merge| (merge.top, merge.left));
        Areas(all)
    }

    /// Those that begin in a row, by rising column.
    pub fn in_row(&self, row: u32) -> &[&'a Merge] {
        let from = self.0.partition_point(|merge| merge.top < row);
        let rest = self.0.get(from..).unwrap_or_default();
        let count = rest.partition_point(|merge| merge.top == row);
        rest.get(..count).unwrap_or_default()
    }

    /// The one that begins in a row and covers a column of it.
    pub fn over(&self, row: u32, column: u32) -> Option<&'a Merge> {
        let here = self.in_row(row);
        let behind = here.partition_point(|merge| merge.left <= column);
        let nearest = here.get(..behind)?.last().copied()?;
        Some(nearest).filter(|merge| column <= merge.right)
    }
}

/// More areas beside each other than any register has columns: those beyond are not handed down.
const BESIDE: usize = 1_000;

/// The vertical merges of a sheet, walked down with its rows.
pub struct Merges<'a> {
    /// Those of more than one row, by rising top.
    all: Vec<&'a Merge>,
    next: usize,
    active: Vec<(&'a Merge, Held)>,
}

impl<'a> Merges<'a> {
    /// Of a sheet.
    pub fn of(merges: &'a [Merge]) -> Merges<'a> {
        let mut all: Vec<&Merge> = merges.iter().filter(|merge| merge.bottom > merge.top).collect();
        all.sort_by_key(|merge| (merge.top, merge.left));
        Merges {
            all,
            next: 0,
            active: Vec::new(),
        }
    }

    /// Goes on to a row: what ended above it is let go.
    pub fn go_to(&mut self, row: u32) {
        if self.all.is_empty() {
            return;
        }
        self.active.retain(|(merge, _)| merge.bottom >= row);
        while let Some(merge) = self.all.get(self.next).copied().filter(|merge| merge.top <= row) {
            if merge.bottom >= row && self.active.len() < BESIDE {
                self.active.push((merge, None));
            }
            self.next += 1;
        }
    }

    /// Notes the value of the first cell of an area.
    pub fn begin(&mut self, row: u32, column: u32, content: &Content) {
        for (merge, held) in &mut self.active {
            if merge.top == row && merge.left == column {
                hold(held, content);
            }
        }
    }

    /// Whether any area covers this row from above.
    pub fn is_active(&self) -> bool {
        !self.active.is_empty()
    }

    /// The values that the areas hand down to a row below their first: column and value.
    pub fn handed_down(&self, row: u32) -> impl Iterator<Item = (u32, &Content)> {
        self.active
            .iter()
            .filter(move |(merge, _)| merge.top < row)
            .filter_map(|(merge, held)| held.as_ref().map(|content| (merge.left, content)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_is_found_by_the_row_in_which_it_begins() {
        let area = |top, left, right| Merge {
            top,
            bottom: top + 1,
            left,
            right,
        };
        let all = [area(4, 0, 1), area(3, 5, 7), area(3, 1, 2)];
        let areas = Areas::of(&all);
        assert_eq!(areas.in_row(3), [&all[2], &all[1]]);
        assert_eq!(areas.over(3, 2), Some(&all[2]));
        assert_eq!(areas.over(3, 3), None);
        assert_eq!(areas.over(4, 5), None);
    }

    #[test]
    fn a_merged_area_hands_its_value_down_to_its_last_row() {
        let areas = [Merge {
            top: 3,
            bottom: 5,
            left: 1,
            right: 2,
        }];
        let mut merges = Merges::of(&areas);
        merges.go_to(3);
        merges.begin(3, 1, &Content::Text("甲".into()));
        assert_eq!(merges.handed_down(3).count(), 0);
        merges.go_to(5);
        let down: Vec<_> = merges.handed_down(5).collect();
        assert_eq!(down, [(1, &Content::Text("甲".into()))]);
        merges.go_to(6);
        assert!(!merges.is_active());
    }
}
