//! What goes along with the rows of a sheet from top to bottom, whatever they turn out to be: merges, comments, pictures,
//! who was seen already, the counts, and the way out to the caller.

use std::ops::ControlFlow;

use super::draft::Doubt;
use super::fill::{Areas, Merges};
use super::identity::Seen;
use super::period::Period;
use super::tally::Tally;
use crate::code::Code;
use crate::finding::{Found, Record, Told};
use crate::grid::{Comment, Picture, Row, Sheet};
use crate::survey::{Options, SheetSurvey};

/// Most questions and subtotals that a survey keeps of one sheet.
pub const KEPT: usize = 500;

/// The walk down one sheet.
pub struct Walk<'a> {
    /// The sheet.
    pub sheet: &'a Sheet,
    /// The name of the ledger.
    pub ledger: &'a str,
    /// What the caller wants.
    pub options: &'a Options,
    /// The figures so far.
    pub survey: SheetSurvey,
    /// Sums so far.
    pub tally: Tally,
    /// Year and month by the names of sheet and file.
    pub named: Period,
    /// Whether bare numbers count days from 1904.
    pub from_1904: bool,
    /// Merged areas.
    pub areas: Areas<'a>,
    /// Those of them that hand a value down.
    pub merges: Merges<'a>,
    /// Numbers and contents that were met.
    pub seen: Seen,
    comments: Vec<&'a Comment>,
    next_comment: usize,
    pictures: Vec<&'a Picture>,
    next_picture: usize,
    /// Hidden rows that follow each other: first, last, how many.
    hidden: Option<(u32, u32, u64)>,
    sink: &'a mut dyn FnMut(Found) -> ControlFlow<()>,
    /// Whether the caller has had enough.
    pub flow: ControlFlow<()>,
}

impl<'a> Walk<'a> {
    /// The walk from the top.
    pub fn new(
        sheet: &'a Sheet,
        ledger: &'a str,
        options: &'a Options,
        named: Period,
        from_1904: bool,
        sink: &'a mut dyn FnMut(Found) -> ControlFlow<()>,
    ) -> Walk<'a> {
        let mut comments: Vec<&Comment> = sheet.comments.iter().collect();
        comments.sort_by_key(|comment| (comment.row, comment.column));
        let mut pictures: Vec<&Picture> = sheet.pictures.iter().collect();
        pictures.sort_by_key(|picture| (picture.row, picture.column));
        Walk {
            sheet,
            ledger,
            options,
            survey: SheetSurvey::new(sheet),
            tally: Tally::default(),
            named,
            from_1904,
            areas: Areas::of(&sheet.merges),
            merges: Merges::of(&sheet.merges),
            seen: Seen::default(),
            comments,
            next_comment: 0,
            pictures,
            next_picture: 0,
            hidden: None,
            sink,
            flow: ControlFlow::Continue(()),
        }
    }

    fn send(&mut self, found: Found) {
        if self.flow.is_continue() {
            self.flow = (self.sink)(found);
        }
    }

    fn told(&self, row: u32, column: Option<u32>, code: Code, values: Vec<(&'static str, String)>) -> Told {
        Told {
            sheet: self.sheet.name.clone(),
            row,
            column,
            code: code.name(),
            values,
        }
    }

    /// A complaint with its doubts.
    pub fn record(&mut self, record: Record, doubts: Vec<Doubt>) {
        self.survey.records += 1;
        let row = record.row;
        self.send(Found::Record(Box::new(record)));
        self.doubts(row, doubts);
    }

    /// Doubts about the cells of a row.
    pub fn doubts(&mut self, row: u32, doubts: Vec<Doubt>) {
        for doubt in doubts {
            let told = self.told(row, doubt.column, doubt.code, doubt.values);
            self.send(Found::Warning(told));
        }
    }

    /// A row that is no complaint.
    pub fn skipped(&mut self, row: u32, code: Code, values: Vec<(&'static str, String)>) {
        self.survey.skipped += 1;
        let told = self.told(row, None, code, values);
        self.send(Found::Skipped(told));
    }

    /// A row that should be a complaint and is none.
    pub fn rejected(&mut self, row: u32, code: Code, values: Vec<(&'static str, String)>, doubts: Vec<Doubt>) {
        self.survey.rejected += 1;
        let told = self.told(row, None, code, values);
        self.send(Found::Rejected(told));
        self.doubts(row, doubts);
    }

    /// A doubt about a place.
    pub fn warning(&mut self, row: u32, column: Option<u32>, code: Code, values: Vec<(&'static str, String)>) {
        let told = self.told(row, column, code, values);
        self.send(Found::Warning(told));
    }

    /// A question: what was assumed of the sheet and why.
    pub fn question(&mut self, row: u32, column: Option<u32>, code: Code, values: Vec<(&'static str, String)>) {
        if self.survey.questions.len() < KEPT {
            let told = self.told(row, column, code, values);
            self.survey.questions.push(told);
        }
    }

    /// Goes on to a row: counts it, and lets go what ended above it.
    pub fn go_to(&mut self, row: &Row) {
        self.merges.go_to(row.number);
        match (&mut self.hidden, row.hidden) {
            (Some((_, last, count)), true) => {
                *last = row.number;
                *count += 1;
            }
            (None, true) => self.hidden = Some((row.number, row.number, 1)),
            (Some(_), false) => self.tell_hidden(),
            (None, false) => {}
        }
    }

    fn tell_hidden(&mut self) {
        if let Some((first, last, rows)) = self.hidden.take() {
            let values = vec![
                ("from", first.to_string()),
                ("to", last.to_string()),
                ("rows", rows.to_string()),
            ];
            self.warning(first, None, Code::HiddenRows, values);
        }
    }

    /// The comments on the cells of a row; those above it are passed over.
    pub fn comments_of(&mut self, row: u32) -> impl Iterator<Item = &'a Comment> + use<'a> {
        let from = self
            .comments
            .iter()
            .skip(self.next_comment)
            .take_while(|c| c.row < row)
            .count();
        self.next_comment += from;
        let here: Vec<&'a Comment> = self
            .comments
            .iter()
            .skip(self.next_comment)
            .take_while(|c| c.row == row)
            .copied()
            .collect();
        self.next_comment += here.len();
        here.into_iter()
    }

    /// The pictures of a row. Those above it that no complaint took are told.
    pub fn pictures_of(&mut self, row: u32) -> Vec<String> {
        self.leave_pictures(row);
        let here = self
            .pictures
            .iter()
            .skip(self.next_picture)
            .take_while(|p| p.row == row);
        let names: Vec<String> = here.map(|picture| picture.name.clone()).collect();
        self.next_picture += names.len();
        names
    }

    /// Tells of the pictures above a row that belong to no complaint.
    pub fn leave_pictures(&mut self, row: u32) {
        while let Some(picture) = self.pictures.get(self.next_picture).copied().filter(|p| p.row < row) {
            self.next_picture += 1;
            let values = vec![("picture", picture.name.clone())];
            self.warning(picture.row, Some(picture.column), Code::PictureAlone, values);
        }
    }

    /// All pictures that are left, for a form.
    pub fn all_pictures(&mut self) -> Vec<String> {
        let names = self
            .pictures
            .iter()
            .skip(self.next_picture)
            .map(|picture| picture.name.clone());
        let names: Vec<String> = names.collect();
        self.next_picture = self.pictures.len();
        names
    }

    /// Ends the walk below the last row.
    pub fn finish(&mut self) {
        self.tell_hidden();
        self.leave_pictures(u32::MAX);
    }
}
