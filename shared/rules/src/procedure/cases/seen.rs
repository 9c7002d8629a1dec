//! What a passing case made use of: items of the pack by their place in it, and rows of the catalogue beside the packs.

use std::collections::BTreeSet;

use crate::procedure::tree::{Path, way};

/// What was seen at work.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    /// Items of the pack.
    pub items: BTreeSet<Path>,
    /// States, transitions and closing reasons of table 3(a).
    pub rows: BTreeSet<String>,
}

impl Seen {
    /// Notes those entries of a list that fit.
    pub(super) fn each<'p, T: 'p>(
        &mut self,
        list: &'static str,
        entries: impl IntoIterator<Item = &'p T>,
        fits: impl Fn(&T) -> bool,
    ) {
        let fitting = entries.into_iter().enumerate().filter(|(_, entry)| fits(entry));
        self.items.extend(fitting.map(|(index, _)| way![list, index]));
    }

    /// Notes those entries of a list within a table that fit.
    pub(super) fn each_in<'p, T: 'p>(
        &mut self,
        table: &'static str,
        list: &'static str,
        entries: impl IntoIterator<Item = &'p T>,
        fits: impl Fn(&T) -> bool,
    ) {
        let fitting = entries.into_iter().enumerate().filter(|(_, entry)| fits(entry));
        self.items.extend(fitting.map(|(index, _)| way![table, list, index]));
    }
}
