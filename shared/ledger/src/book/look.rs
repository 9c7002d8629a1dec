//! What the style of a cell says: number format, fill, strike.

use super::date;
use super::number::{Format, Meaning};
use crate::grid::Content;

/// The style of a cell, as far as it matters for reading.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Look {
    /// Its number format.
    pub format: Format,
    /// Its background.
    pub fill: Option<[u8; 3]>,
    /// Whether its text is struck through.
    pub struck: bool,
}

impl Look {
    /// Whether it says no more than that a number is one.
    pub fn plain(&self) -> bool {
        self.fill.is_none() && !self.struck && self.format.shape.is_none() && self.format.meaning == Meaning::Number
    }
}

/// What a number is under a style.
pub fn under(number: f64, look: Option<&Look>, since_1904: bool) -> Content {
    let read = match look.map(|look| look.format.meaning).unwrap_or_default() {
        Meaning::Number => None,
        Meaning::Moment => date::moment(number, since_1904).map(Content::Moment),
        Meaning::Elapsed => date::elapsed(number).map(Content::Elapsed),
    };
    read.unwrap_or(Content::Number(number))
}

/// The 64 colours that old workbooks number, from number 8 on (0 to 7 are the first eight again).
pub const PALETTE: [u32; 56] = [
    0x00_0000, 0xFF_FFFF, 0xFF_0000, 0x00_FF00, 0x00_00FF, 0xFF_FF00, 0xFF_00FF, 0x00_FFFF, 0x80_0000, 0x00_8000,
    0x00_0080, 0x80_8000, 0x80_0080, 0x00_8080, 0xC0_C0C0, 0x80_8080, 0x99_99FF, 0x99_3366, 0xFF_FFCC, 0xCC_FFFF,
    0x66_0066, 0xFF_8080, 0x00_66CC, 0xCC_CCFF, 0x00_0080, 0xFF_00FF, 0xFF_FF00, 0x00_FFFF, 0x80_0080, 0x80_0000,
    0x00_8080, 0x00_00FF, 0x00_CCFF, 0xCC_FFFF, 0xCC_FFCC, 0xFF_FF99, 0x99_CCFF, 0xFF_99CC, 0xCC_99FF, 0xFF_CC99,
    0x33_66FF, 0x33_CCCC, 0x99_CC00, 0xFF_CC00, 0xFF_9900, 0xFF_6600, 0x66_6699, 0x96_9696, 0x00_3366, 0x33_9966,
    0x00_3300, 0x33_3300, 0x99_3300, 0x99_3366, 0x33_3399, 0x33_3333,
];

/// Red, green and blue of `0xRRGGBB`.
pub fn rgb(colour: u32) -> [u8; 3] {
    let [_, red, green, blue] = colour.to_be_bytes();
    [red, green, blue]
}

/// A colour by its number in the palette of old workbooks; the two system colours have none.
pub fn indexed(number: usize) -> Option<[u8; 3]> {
    let place = if number < 8 { number } else { number - 8 };
    PALETTE.get(place).map(|colour| rgb(*colour))
}

/// A colour made lighter (`tint` above 0, to white at 1) or darker (to black at -1), as workbooks do it.
pub fn tinted(colour: [u8; 3], tint: f64) -> [u8; 3] {
    if tint == 0.0 || !tint.is_finite() {
        return colour;
    }
    let parts = colour.map(|part| f64::from(part) / 255.0);
    let high = parts.iter().copied().fold(0.0, f64::max);
    let low = parts.iter().copied().fold(1.0, f64::min);
    let light = f64::midpoint(high, low);
    let wanted = if tint < 0.0 {
        light * (1.0 + tint.max(-1.0))
    } else {
        light + (1.0 - light) * tint.min(1.0)
    };
    // Hue and saturation stay: chroma is in proportion to what the lightness allows.
    let room = |light: f64| 1.0 - (2.0 * light - 1.0).abs();
    let scale = if room(light) > 0.0 {
        room(wanted) / room(light)
    } else {
        0.0
    };
    parts.map(|part| channel((part - light) * scale + wanted))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range is clamped"
)]
fn channel(part: f64) -> u8 {
    (part * 255.0).round().clamp(0.0, 255.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tints_are_those_of_the_program() {
        // Accent 1 of the Office theme, 80 % and 40 % lighter, 25 % darker.
        let accent = [0x44, 0x72, 0xC4];
        assert_eq!(tinted(accent, 0.8), [0xDA, 0xE3, 0xF3]);
        assert_eq!(tinted(accent, 0.4), [0x8F, 0xAA, 0xDC]);
        assert_eq!(tinted(accent, -0.25), [0x2F, 0x55, 0x97]);
        assert_eq!(tinted([0xFF; 3], -0.15), [0xD9; 3]);
        assert_eq!(tinted([0; 3], 0.5), [0x80; 3]);
        assert_eq!(tinted(accent, f64::NAN), accent);
    }

    #[test]
    fn numbered_colours_are_those_of_the_palette() {
        assert_eq!(indexed(2), Some([0xFF, 0, 0]));
        assert_eq!(indexed(10), Some([0xFF, 0, 0]));
        assert_eq!(indexed(13), Some([0xFF, 0xFF, 0]));
        assert_eq!(indexed(64), None);
        assert_eq!(indexed(usize::MAX), None);
    }
}
