//! Codes: everything that reading a register can tell, with what its words name. The words stand in the texts of the three
//! languages under `ledger.<code>`.

use std::fmt;

/// Where a code is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Of a row that is no complaint, or of a sheet of such rows.
    Skipped,
    /// Of a row that should be a complaint and cannot be understood.
    Rejected,
    /// Of a row that was read all the same, or of its sheet.
    Warning,
    /// Of a table: what was assumed.
    Question,
}

macro_rules! codes {
    ($($place:ident { $($code:ident = $name:literal [$($value:literal),*],)* })*) => {
        /// What is told.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(
                #[doc = concat!("`", $name, "`: its words explain it.")]
                $code,
            )*)*
        }

        impl Code {
            /// All of them.
            pub const ALL: &[Code] = &[$($(Code::$code,)*)*];

            /// Its name in reports: stable, for programs.
            pub const fn name(self) -> &'static str {
                match self {
                    $($(Code::$code => $name,)*)*
                }
            }

            /// What its words may name, in the order in which it is given.
            pub const fn values(self) -> &'static [&'static str] {
                match self {
                    $($(Code::$code => &[$($value),*],)*)*
                }
            }

            /// Where it is told.
            pub const fn place(self) -> Place {
                match self {
                    $($(Code::$code => Place::$place,)*)*
                }
            }
        }
    };
}

impl fmt::Display for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

codes! {
    Skipped {
        Blank = "blank" [],
        Title = "title" ["text"],
        Header = "header" [],
        HeaderAgain = "header_again" [],
        Section = "section" ["text"],
        Total = "total" ["text"],
        Note = "note" ["text"],
        Template = "template" [],
        OtherTable = "other_table" [],
        SheetEmpty = "sheet_empty" [],
        SheetPivot = "sheet_pivot" [],
        SheetSummary = "sheet_summary" [],
        SheetInstructions = "sheet_instructions" [],
        SheetOtherTable = "sheet_other_table" [],
        SheetNoTable = "sheet_no_table" [],
        SheetLeftOut = "sheet_left_out" [],
    }
    Rejected {
        NoComplaint = "no_complaint" ["headers"],
        Shifted = "shifted" [],
    }
    Warning {
        ErrorCell = "error_cell" ["header", "text"],
        Uncomputed = "uncomputed" ["header", "text"],
        ColumnWithoutHeader = "column_without_header" ["header"],
        HiddenRows = "hidden_rows" ["from", "to", "rows"],
        HiddenColumn = "hidden_column" ["header", "column"],
        HiddenSheet = "hidden_sheet" [],
        PictureAlone = "picture_alone" ["picture"],
        StruckRow = "struck_row" [],
        DittoNothingAbove = "ditto_nothing_above" ["header", "text"],
        DittoApart = "ditto_apart" ["header", "text"],
        DittoLeft = "ditto_left" ["header", "text"],
        MergedNumber = "merged_number" ["header", "text"],
        NumberAgain = "number_again" ["number"],
        DateUnreadable = "date_unreadable" ["header", "text"],
        DateImpossible = "date_impossible" ["header", "text"],
        DateVague = "date_vague" ["header", "text"],
        DateWithoutDay = "date_without_day" ["header", "text"],
        DateWithoutYear = "date_without_year" ["header", "text"],
        DateYearAssumed = "date_year_assumed" ["header", "text"],
        DateDecimal = "date_decimal" ["header", "text"],
        DateAbout = "date_about" ["header", "text"],
        DateRest = "date_rest" ["header", "text"],
        DateOrder = "date_order" ["header", "text"],
        DateRepublic = "date_republic" ["header", "text"],
        DateFuture = "date_future" ["date"],
        ClosedBeforeBegun = "closed_before_begun" ["date", "begun"],
        ClosedDateButOpen = "closed_date_but_open" ["date"],
        StatusConflict = "status_conflict" ["status", "other"],
        StatusUnknown = "status_unknown" ["header", "text"],
        StatusRest = "status_rest" ["header", "text"],
        StatusSuspended = "status_suspended" ["header", "text"],
        AmountUnreadable = "amount_unreadable" ["header", "text"],
        AmountAbout = "amount_about" ["header", "text"],
        AmountRounded = "amount_rounded" ["header", "text"],
        AmountForeign = "amount_foreign" ["header", "text"],
        CountUnreadable = "count_unreadable" ["header", "text"],
        CountAbout = "count_about" ["header", "text"],
        DigitsLost = "digits_lost" ["header", "text"],
        CodeBecameDate = "code_became_date" ["header", "text"],
        SubtotalDiffers = "subtotal_differs" ["header", "label", "stated", "found"],
        CountDiffers = "count_differs" ["header", "label", "stated", "found"],
    }
    Question {
        AskSerial = "ask_serial" ["header"],
        AskNumber = "ask_number" ["header", "field"],
        AskDate = "ask_date" ["header", "field"],
        AskQuantity = "ask_quantity" ["header", "field"],
        AskDepartment = "ask_department" ["header", "field"],
        AskModel = "ask_model" ["header", "field"],
        AskMeasures = "ask_measures" ["header", "field"],
        AskMeaning = "ask_meaning" ["header", "field"],
        AskAlike = "ask_alike" ["header", "field"],
        AskFirst = "ask_first" ["header", "other", "field"],
        AskSecond = "ask_second" ["header", "other", "field"],
        AskStatus = "ask_status" ["header", "field"],
        AskCurrency = "ask_currency" ["header", "field"],
        AskClosedDate = "ask_closed_date" ["header"],
        AskColours = "ask_colours" ["colours"],
        AskColoursUnread = "ask_colours_unread" ["colours"],
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The words under `ledger`, by language.
    fn words() -> [toml::Table; 3] {
        let files = [
            include_str!("../../rules/texts/zh-Hans.toml"),
            include_str!("../../rules/texts/zh-Hant.toml"),
            include_str!("../../rules/texts/en.toml"),
        ];
        files.map(|text| {
            text.parse::<toml::Table>().unwrap()["ledger"]
                .as_table()
                .unwrap()
                .clone()
        })
    }

    /// What the words of a code name.
    fn named(text: &str) -> BTreeSet<&str> {
        let names = text.split('{').skip(1).map(|part| part.split([':', '}']).next());
        names.map(Option::unwrap).collect()
    }

    #[test]
    fn every_code_has_words_in_three_languages_that_name_only_what_it_gives() {
        for words in words() {
            for code in Code::ALL {
                let text = words.get(code.name()).and_then(toml::Value::as_str);
                let text = text.unwrap_or_else(|| panic!("no words for `{}`", code.name()));
                let given: BTreeSet<&str> = code.values().iter().copied().collect();
                assert!(named(text).is_subset(&given), "{text}");
            }
        }
    }

    /// The codes of a file that cannot be read.
    fn refusals() -> impl Iterator<Item = &'static str> {
        crate::book::CODES.iter().copied().chain(["broken_off"])
    }

    #[test]
    fn no_words_are_left_of_a_code_that_is_told_no_more() {
        let known: BTreeSet<&str> = Code::ALL.iter().map(|code| code.name()).chain(refusals()).collect();
        assert_eq!(known.len(), Code::ALL.len() + refusals().count());
        for words in words() {
            let worded: BTreeSet<&str> = words.keys().map(String::as_str).collect();
            assert_eq!(worded, known);
        }
    }

    #[test]
    fn a_file_that_cannot_be_read_is_told_in_words_that_name_nothing_but_its_limit() {
        for words in words() {
            for code in refusals() {
                let text = words[code].as_str().unwrap();
                assert!(named(text).is_subset(&BTreeSet::from(["limit"])), "{text}");
            }
        }
    }
}
