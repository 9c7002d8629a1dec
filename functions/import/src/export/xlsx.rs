//! Complaints as a workbook that prints like a register: two header rows, frozen, filtered, A4 landscape; row by row.

use std::path::{Path, PathBuf};

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, XlsxError};

use super::cells::Cell;
use super::{Column, ExportError, Shape, Sheet};

/// A4 as workbooks number it.
const A4: u8 = 9;
/// Characters that a cell holds at most.
const LONGEST: usize = 32_767;

/// A workbook that is being written.
pub struct Xlsx {
    book: Workbook,
    path: PathBuf,
    next: u32,
    formats: Formats,
}

struct Formats {
    text: Format,
    date: Format,
    moment: Format,
    number: Format,
    money: Format,
    shapes: Vec<Shape>,
}

impl Xlsx {
    /// Begins a workbook with its header rows.
    pub fn new(path: &Path, columns: &[Column], rows: usize) -> Result<Self, ExportError> {
        let mut book = Workbook::new();
        let plain = Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::Top);
        let formats = Formats {
            text: plain.clone().set_text_wrap().set_num_format("@"),
            date: plain.clone().set_num_format("yyyy-mm-dd"),
            moment: plain.clone().set_num_format("yyyy-mm-dd hh:mm"),
            number: plain.clone(),
            money: plain.clone().set_num_format("#,##0.00"),
            shapes: columns.iter().map(|column| column.kind).collect(),
        };
        let key = Format::new().set_font_color(0x0080_8080).set_font_size(8);
        let title = Format::new()
            .set_bold()
            .set_text_wrap()
            .set_border(FormatBorder::Thin)
            .set_background_color(0x00D9_E1F2)
            .set_align(FormatAlign::Center);
        let sheet = book.add_worksheet_with_constant_memory().map_err(failed)?;
        sheet.set_name("台账").map_err(failed)?;
        sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0);
        sheet.set_repeat_rows(0, 1).map_err(failed)?;
        sheet.set_freeze_panes(2, 1).map_err(failed)?;
        sheet.set_footer("&P / &N");
        let last = u32::try_from(rows).unwrap_or(u32::MAX).saturating_add(1).min(1_048_575);
        let right = u16::try_from(columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
        sheet.autofilter(1, 0, last, right).map_err(failed)?;
        for (place, column) in (0_u16..).zip(columns) {
            let width = match column.kind {
                Shape::Long => 40,
                Shape::Moment => 17,
                Shape::Date | Shape::Number | Shape::Money => 12,
                Shape::Short => 16,
            };
            sheet.set_column_width(place, width).map_err(failed)?;
        }
        for (place, column) in (0_u16..).zip(columns) {
            sheet
                .write_string_with_format(0, place, &column.key, &key)
                .map_err(failed)?;
        }
        for (place, column) in (0_u16..).zip(columns) {
            sheet
                .write_string_with_format(1, place, &column.title, &title)
                .map_err(failed)?;
        }
        Ok(Self {
            book,
            path: path.to_owned(),
            next: 2,
            formats,
        })
    }
}

impl Sheet for Xlsx {
    fn row(&mut self, cells: &[Cell]) -> Result<(), ExportError> {
        let (row, formats) = (self.next, &self.formats);
        self.next += 1;
        let sheet = self.book.worksheet_from_index(0).map_err(failed)?;
        for ((place, cell), shape) in (0_u16..).zip(cells).zip(&formats.shapes) {
            let number = if *shape == Shape::Money {
                &formats.money
            } else {
                &formats.number
            };
            match cell {
                Cell::Blank => sheet.write_blank(row, place, &formats.number),
                Cell::Text(text) => sheet.write_string_with_format(row, place, shown(text), &formats.text),
                Cell::Date(date) => sheet.write_datetime_with_format(row, place, date, &formats.date),
                Cell::Moment(at) => sheet.write_datetime_with_format(row, place, at, &formats.moment),
                // A number of more digits than a cell holds exactly stays text.
                Cell::Number(text) => match text.parse::<f64>() {
                    Ok(value) if text.bytes().filter(u8::is_ascii_digit).count() <= 15 => {
                        sheet.write_number_with_format(row, place, value, number)
                    }
                    _ => sheet.write_string_with_format(row, place, text, &formats.text),
                },
            }
            .map_err(failed)?;
        }
        Ok(())
    }

    fn end(mut self: Box<Self>) -> Result<(), ExportError> {
        self.book.save(&self.path).map_err(failed)
    }
}

/// A text as a cell can hold it.
pub fn shown(text: &str) -> String {
    text.chars().filter(|c| *c != '\0').take(LONGEST).collect()
}

fn failed(error: XlsxError) -> ExportError {
    ExportError::File(error.to_string())
}
