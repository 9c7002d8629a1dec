//! Colours as status: what a legend says of them, and which colour a background is.

use std::collections::BTreeMap;

use super::fold;
use super::words::WORDS;
use crate::grid::{Content, Row};

/// Which background stands for which status.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Colours {
    /// Exact backgrounds.
    pub exact: BTreeMap<[u8; 3], &'static str>,
    /// Names of colours (`green`).
    pub named: BTreeMap<String, &'static str>,
    /// The status of rows that are struck through, where their use is consistent.
    pub struck: Option<&'static str>,
}

impl Colours {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.exact.is_empty() && self.named.is_empty() && self.struck.is_none()
    }

    /// Whether strike-through has a meaning.
    pub fn knows_struck(&self) -> bool {
        self.struck.is_some()
    }

    /// The status of a row of this background.
    pub fn status(&self, fill: Option<[u8; 3]>, struck: bool) -> Option<&'static str> {
        if struck && self.struck.is_some() {
            return self.struck;
        }
        let Some(rgb) = fill else {
            return self.named.get("white").copied();
        };
        self.exact.get(&rgb).or_else(|| self.named.get(name(rgb))).copied()
    }
}

/// Whether a background is as good as none.
pub fn is_white(rgb: [u8; 3]) -> bool {
    rgb.iter().all(|part| *part >= 0xf8)
}

/// The name of a colour, as people would call it.
pub fn name(rgb: [u8; 3]) -> &'static str {
    let [r, g, b] = rgb.map(i32::from);
    let (high, low) = (r.max(g).max(b), r.min(g).min(b));
    let spread = high - low;
    if is_white(rgb) {
        return "white";
    }
    if spread < 18 {
        return "grey";
    }
    // Hue in degrees.
    let hue = if high == r {
        (60 * (g - b) / spread + 360) % 360
    } else if high == g {
        60 * (b - r) / spread + 120
    } else {
        60 * (r - g) / spread + 240
    };
    match hue {
        0..=14 | 331..=360 => "red",
        15..=42 => "orange",
        43..=68 => "yellow",
        69..=165 => "green",
        166..=255 => "blue",
        _ => "purple",
    }
}

/// Looks for a legend in a row outside the table; what it says is added.
pub fn legend(row: &Row, colours: &mut Colours) {
    for cell in &row.cells {
        let Content::Text(text) = &cell.content else { continue };
        if text.len() > 600 {
            continue;
        }
        let mut said = false;
        for piece in text.split([',', '，', ';', '；', '、', '\n', '|', '。', ' ', '\u{3000}']) {
            if let Some((colour, status)) = entry(piece) {
                colours.named.insert(colour, status);
                said = true;
            }
        }
        // A cell in the colour itself that says what it stands for.
        if let (false, Some(rgb)) = (said, cell.fill.filter(|rgb| !is_white(*rgb))) {
            let key = fold::key(&fold::without_brackets(text));
            if let Some(status) = WORDS.status.get(key.as_str()).filter(|_| key.chars().count() >= 2) {
                colours.exact.insert(rgb, three(status));
            }
        }
    }
}

fn three(status: &'static str) -> &'static str {
    if status == "suspended" { "in_progress" } else { status }
}

/// One entry of a legend: `绿色=已结案`, `已结案：绿色`, `标红为未结案`.
fn entry(piece: &str) -> Option<(String, &'static str)> {
    let key = fold::key(piece);
    if key.chars().count() > 24 {
        return None;
    }
    let longest = |a: &&String, b: &&String| a.len().cmp(&b.len()).then_with(|| b.cmp(a));
    let within = |word: &&String| key.contains(word.as_str());
    let colour = WORDS.colours.keys().filter(within).max_by(longest)?;
    let status = WORDS
        .status
        .keys()
        .filter(|word| word.chars().count() >= 2 && !word.is_ascii());
    let status = status.filter(within).max_by(longest)?;
    Some((WORDS.colours.get(colour)?.clone(), three(WORDS.status.get(status)?)))
}

/// Reads a consistent use of strike-through: every row that is struck has one background that no other row has.
#[derive(Default)]
pub struct Strikes {
    by_fill: BTreeMap<Option<[u8; 3]>, (u64, u64)>,
}

impl Strikes {
    /// Counts a row.
    pub fn add(&mut self, row: &Row) {
        let struck = row.cells.iter().filter(|cell| cell.struck).count();
        let fill = row
            .cells
            .iter()
            .find_map(|cell| cell.fill.filter(|rgb| !is_white(*rgb)));
        if self.by_fill.len() >= 64 && !self.by_fill.contains_key(&fill) {
            return;
        }
        let (with, without) = self.by_fill.entry(fill).or_default();
        if struck > 0 && struck * 2 >= row.cells.len() {
            *with += 1
        } else {
            *without += 1
        }
    }

    /// The backgrounds that stand for closed: filled, at least twice, always struck through.
    pub fn closed(&self) -> Vec<[u8; 3]> {
        let struck_elsewhere = self.by_fill.get(&None).is_some_and(|(with, _)| *with > 0);
        let always = self
            .by_fill
            .iter()
            .filter(|(_, (with, without))| *with >= 2 && *without == 0);
        if struck_elsewhere {
            Vec::new()
        } else {
            always.filter_map(|(fill, _)| *fill).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understand::testing::text_row;

    #[test]
    fn a_legend_in_words_gives_colours_their_status() {
        let mut colours = Colours::default();
        legend(
            &text_row(1, &["图例：绿色=已结案，黄色表示处理中；标红为未结案"]),
            &mut colours,
        );
        let said: Vec<_> = colours.named.iter().map(|(c, s)| format!("{c} {s}")).collect();
        assert_eq!(said, ["green closed", "red open", "yellow in_progress"]);
        assert_eq!(colours.status(Some([0xc6, 0xef, 0xce]), false), Some("closed"));
        assert_eq!(colours.status(Some([0xff, 0xff, 0x00]), false), Some("in_progress"));
        assert_eq!(colours.status(None, false), None);
    }

    #[test]
    fn a_legend_in_colour_says_its_status() {
        let mut row = text_row(1, &["已结案"]);
        row.cells[0].fill = Some([0x92, 0xd0, 0x50]);
        let mut colours = Colours::default();
        legend(&row, &mut colours);
        assert_eq!(colours.status(Some([0x92, 0xd0, 0x50]), false), Some("closed"));
    }

    #[test]
    fn colours_have_the_names_people_give_them() {
        for (rgb, want) in [
            ([0x92, 0xd0, 0x50], "green"),
            ([0xff, 0xeb, 0x9c], "yellow"),
            ([0xff, 0xc7, 0xce], "red"),
            ([0xff, 0xc0, 0x00], "yellow"),
            ([0xff, 0x99, 0x00], "orange"),
            ([0xbd, 0xd7, 0xee], "blue"),
            ([0xd9, 0xd9, 0xd9], "grey"),
            ([0xff, 0xff, 0xff], "white"),
            ([0x70, 0x30, 0xa0], "purple"),
        ] {
            assert_eq!(name(rgb), want, "{rgb:02x?}");
        }
    }

    #[test]
    fn strike_through_with_a_colour_of_its_own_is_consistent() {
        let mut strikes = Strikes::default();
        for (struck, fill) in [(true, Some([0xd9; 3])), (true, Some([0xd9; 3])), (false, None)] {
            let mut row = text_row(1, &["甲"]);
            row.cells[0].struck = struck;
            row.cells[0].fill = fill;
            strikes.add(&row);
        }
        assert_eq!(strikes.closed(), [[0xd9; 3]]);
    }
}
