//! How the report looks: fonts, colours, borders, and cells that hold text whatever it begins with.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Worksheet, XlsxError};

use super::Paper;
use crate::shown::Light;

/// A4 as workbooks number it.
const A4: u8 = 9;
/// Characters that a cell holds at most.
const LONGEST: usize = 32_767;
/// The colour of headings and of the bars in charts.
pub const BLUE: u32 = 0x001F_4E79;
/// The second colour of charts: what is cumulated, and what is earlier.
pub const ORANGE: u32 = 0x00C5_5A11;
/// The colour of limits and of signals.
pub const RED: u32 = 0x00C0_0000;
/// The colour of what is secondary.
pub const GREY: u32 = 0x0080_8080;

/// The formats of the report.
pub struct Pen {
    /// The title.
    pub title: Format,
    /// What stands below it.
    pub subtitle: Format,
    /// Small grey text.
    pub small: Format,
    /// The same at the right edge.
    pub small_right: Format,
    /// A heading of a section.
    pub section: Format,
    /// The header of a table.
    pub head: Format,
    /// Text in a table.
    pub text: Format,
    /// Text in the middle of a cell of a table.
    pub middle: Format,
    /// A whole number.
    pub count: Format,
    /// A number with as many decimals as it has.
    pub number: Format,
    /// A share in per cent, given as 12.5 for 12.5 %.
    pub percent: Format,
    /// A sum.
    pub money: Format,
    /// A moment.
    pub moment: Format,
    /// The last line of a table.
    pub total: Format,
    /// The same with a text.
    pub total_text: Format,
    /// A cell to write into by hand.
    pub sign: Format,
    lights: [Format; 4],
}

impl Pen {
    /// The formats.
    pub fn new() -> Self {
        let base = Format::new()
            .set_font_name("Microsoft YaHei")
            .set_font_size(9)
            .set_align(FormatAlign::VerticalCenter);
        let line = Color::RGB(0x00BF_BFBF);
        let cell = base.clone().set_border(FormatBorder::Thin).set_border_color(line);
        let number = |format: &str| cell.clone().set_num_format(format).set_align(FormatAlign::Right);
        let light = |font: u32, back: u32| {
            cell.clone()
                .set_align(FormatAlign::Center)
                .set_bold()
                .set_font_color(font)
                .set_background_color(back)
        };
        let total = cell
            .clone()
            .set_bold()
            .set_background_color(0x00F2_F2F2)
            .set_border_top(FormatBorder::Medium);
        Self {
            title: base
                .clone()
                .set_font_size(20)
                .set_bold()
                .set_font_color(BLUE)
                .set_align(FormatAlign::Center),
            subtitle: base.clone().set_font_size(11).set_align(FormatAlign::Center),
            small: base.clone().set_font_size(8).set_font_color(GREY).set_text_wrap(),
            small_right: base
                .clone()
                .set_font_size(8)
                .set_font_color(GREY)
                .set_align(FormatAlign::Right),
            section: base
                .clone()
                .set_font_size(12)
                .set_bold()
                .set_font_color(BLUE)
                .set_border_bottom(FormatBorder::Medium)
                .set_border_bottom_color(BLUE),
            head: cell
                .clone()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::Center)
                .set_background_color(0x00D9_E2F0),
            text: cell.clone().set_text_wrap().set_num_format("@"),
            middle: cell
                .clone()
                .set_text_wrap()
                .set_num_format("@")
                .set_align(FormatAlign::Center),
            count: number("#,##0"),
            number: number("#,##0.####"),
            percent: number("0.00\"%\""),
            money: number("#,##0.00"),
            moment: number("yyyy-mm-dd hh:mm").set_align(FormatAlign::Center),
            total: total.clone().set_num_format("#,##0").set_align(FormatAlign::Right),
            total_text: total.set_num_format("@"),
            sign: cell
                .clone()
                .set_align(FormatAlign::Bottom)
                .set_font_color(GREY)
                .set_font_size(8),
            lights: [
                light(0x0037_5623, 0x00E2_EFDA),
                light(0x007F_6000, 0x00FF_F2CC),
                light(0x009C_0006, 0x00FF_C7CE),
                light(0x0059_5959, 0x00ED_EDED),
            ],
        }
    }

    /// The format of a light.
    pub fn light(&self, light: Light) -> &Format {
        let [green, amber, red, grey] = &self.lights;
        match light {
            Light::Green => green,
            Light::Amber => amber,
            Light::Red => red,
            Light::Grey => grey,
        }
    }
}

/// A text as a cell can hold it; it stays text whatever it begins with.
pub fn plain(text: &str) -> String {
    text.chars().filter(|c| *c != '\0').take(LONGEST).collect()
}

/// Writes a text.
pub fn text(sheet: &mut Worksheet, (row, column): (u32, u16), text: &str, format: &Format) -> Result<(), XlsxError> {
    sheet.write_string_with_format(row, column, plain(text), format)?;
    Ok(())
}

/// Writes a number.
pub fn number(sheet: &mut Worksheet, (row, column): (u32, u16), n: f64, format: &Format) -> Result<(), XlsxError> {
    sheet.write_number_with_format(row, column, n, format)?;
    Ok(())
}

/// Writes a number, or a dash where there is none.
pub fn maybe(
    sheet: &mut Worksheet,
    place: (u32, u16),
    n: Option<f64>,
    format: &Format,
    dash: &Format,
) -> Result<(), XlsxError> {
    match n {
        Some(n) => number(sheet, place, n, format),
        None => text(sheet, place, "—", dash),
    }
}

/// The height of a row in which the fullest cell holds this text in a column of so many characters: cells that wrap do not
/// grow by themselves everywhere.
pub fn tall(said: &str, width: usize) -> u32 {
    let lines: usize = said
        .split('\n')
        .map(|line| {
            let wide: usize = line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
            wide.div_ceil(width.max(1)).max(1)
        })
        .sum();
    15 * u32::try_from(lines.clamp(1, 20)).unwrap_or(1) + 2
}

/// A decimal as cells hold numbers.
pub fn float(decimal: Decimal) -> f64 {
    decimal.to_f64().unwrap_or_default()
}

/// Writes the headers of a table.
pub fn heads(sheet: &mut Worksheet, row: u32, titles: &[String], pen: &Pen) -> Result<(), XlsxError> {
    for (column, title) in (0_u16..).zip(titles) {
        text(sheet, (row, column), title, &pen.head)?;
    }
    sheet.set_row_height(row, 28)?;
    Ok(())
}

/// Writes the heading of a section over so many columns.
pub fn section(sheet: &mut Worksheet, row: u32, title: &str, last: u16, pen: &Pen) -> Result<(), XlsxError> {
    sheet.set_row_height(row, 22)?;
    for column in 1..=last {
        sheet.write_blank(row, column, &pen.section)?;
    }
    text(sheet, (row, 0), title, &pen.section)
}

/// Sets a sheet up as A4 with the running line on top of each page and the page's number below.
pub fn a4(
    sheet: &mut Worksheet,
    name: &str,
    last: u16,
    landscape: bool,
    paper: &Paper<'_>,
    pen: &Pen,
) -> Result<(), XlsxError> {
    sheet.set_name(paper.word(name))?;
    sheet.set_paper_size(A4).set_print_fit_to_pages(1, 0);
    if landscape {
        sheet.set_landscape();
    }
    sheet.set_margins(0.6, 0.6, 0.7, 0.8, 0.3, 0.4);
    sheet.set_screen_gridlines(false);
    sheet.set_print_center_horizontally(true);
    let escaped = paper.company.replace('&', "&&");
    let version = match paper.running() {
        true => String::new(),
        false => format!("V{}", paper.version.version),
    };
    sheet.set_footer(format!(
        "&L&8 {escaped}&C&8 {}&R&8 {} {version}",
        paper.word("page"),
        paper.rollup.period
    ));
    text(sheet, (0, 0), paper.company, &pen.small)?;
    let form = paper
        .form_number()
        .map(|number| format!("{} {number}    ", paper.word("form_number")));
    let right = format!(
        "{}{} {}",
        form.unwrap_or_default(),
        paper.word("title"),
        paper.rollup.period
    );
    text(sheet, (0, last), &right, &pen.small_right)?;
    sheet.set_repeat_rows(0, 0)?;
    Ok(())
}
