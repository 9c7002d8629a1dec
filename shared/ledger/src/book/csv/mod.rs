//! `.csv`, `.tsv`, `.txt`: encoding and delimiter are found out, records come one after the other.

mod encoding;
mod records;

use std::ops::ControlFlow;

pub use self::encoding::Decoded;
use self::records::{Fields, Records};
use super::rows::Rows;
use super::source::Source;
use super::{Book, Unreadable};
use crate::grid::{Row, Sheet, Visibility};
use crate::limits::Limits;

/// Delimiters that are tried.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];
/// Bytes of text by which the delimiter is found.
const SAMPLE: usize = 256 << 10;
/// Records by which the delimiter is found.
const RECORDS: usize = 500;

/// A text file.
pub struct Csv {
    source: Source,
    found: encoding::Found,
    delimiter: u8,
    /// Whether the first line is `sep=;`, which says the delimiter and is no row.
    directive: bool,
    limits: Limits,
    sheets: Vec<Sheet>,
}

impl Csv {
    /// Opens a text file; `name` is its sheet's.
    pub fn open(mut source: Source, name: &str, limits: &Limits) -> Result<Self, Unreadable> {
        let found = encoding::find(&mut source)?;
        let sheet = Sheet {
            name: name.to_owned(),
            visibility: Visibility::Shown,
            merges: Vec::new(),
            hidden_columns: Vec::new(),
            comments: Vec::new(),
            pictures: Vec::new(),
        };
        let mut sample = String::new();
        Decoded::new(&mut source, found)?.sample(SAMPLE, &mut sample)?;
        if sample.len() < SAMPLE && sample.trim().is_empty() {
            return Err(Unreadable::of("empty"));
        }
        let (delimiter, directive) = delimiter(&sample, limits);
        Ok(Self {
            source,
            found,
            delimiter,
            directive,
            limits: *limits,
            sheets: vec![sheet],
        })
    }
}

impl Book for Csv {
    fn kind(&self) -> &'static str {
        "csv"
    }

    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn rows(&mut self, sheet: usize, visit: &mut dyn FnMut(&Row) -> ControlFlow<()>) -> Result<(), Unreadable> {
        let Some(known) = self.sheets.get(sheet) else {
            return Err(Unreadable::of("no_sheet"));
        };
        let text = Decoded::new(&mut self.source, self.found)?;
        let mut records = Records::new(text, self.delimiter, self.limits);
        let mut fields = Fields::default();
        let mut rows = Rows::new(&self.limits, 0);
        let mut number = 0_u32;
        let mut directive = self.directive;
        let mut read = || {
            while records.next(&mut fields)? {
                if std::mem::take(&mut directive) {
                    continue;
                }
                number = number.saturating_add(1);
                rows.begin(number, false);
                for (column, field) in fields.iter().enumerate() {
                    let column = u32::try_from(column).unwrap_or(u32::MAX);
                    if column >= self.limits.columns {
                        return Err(Unreadable::of("broken_cell").with("cell", super::place(number, column)));
                    }
                    let content = rows.text(shown(field));
                    rows.push(column, content, None)?;
                }
                if rows.end(visit)?.is_break() {
                    break;
                }
            }
            Ok(())
        };
        read().map_err(|error: Unreadable| error.with("sheet", &known.name).with("row", number + 1))
    }

    fn picture(&mut self, name: &str) -> Result<Vec<u8>, Unreadable> {
        Err(Unreadable::of("no_picture").with("part", name))
    }
}

/// `="00123"` is how exports keep spreadsheets from dropping zeros; what is shown is `00123`.
fn shown(field: &str) -> &str {
    let inner = field.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    inner.filter(|inner| !inner.contains('"')).unwrap_or(field)
}

/// The delimiter of a sample: the one by which most records have the same number of fields, and more than one. And whether
/// the first line says it.
fn delimiter(sample: &str, limits: &Limits) -> (u8, bool) {
    let first = sample.lines().next().unwrap_or_default().trim();
    if let Some(&[said]) = first.to_ascii_lowercase().strip_prefix("sep=").map(str::as_bytes)
        && DELIMITERS.contains(&said)
    {
        return (said, true);
    }
    let mut best = (0, b',');
    for delimiter in DELIMITERS {
        let mut widths = std::collections::HashMap::<usize, usize>::new();
        let mut records = Records::new(sample.as_bytes(), delimiter, *limits);
        let mut fields = Fields::default();
        let mut count = 0;
        while count < RECORDS && records.next(&mut fields).unwrap_or(false) {
            count += 1;
            if fields.len() > 1 {
                *widths.entry(fields.len()).or_default() += 1;
            }
        }
        // Agreement counts first; among equals, more fields.
        let score = widths
            .iter()
            .map(|(width, times)| times * 64 + (*width).min(63))
            .max()
            .unwrap_or(0);
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    (best.1, false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::open_bytes;
    use crate::grid::Content;

    /// The rows of a text file: number and fields with their columns.
    fn read(bytes: &[u8]) -> Vec<(u32, Vec<(u32, String)>)> {
        let mut book = open_bytes("投诉", bytes.to_vec(), &Limits::default(), None).unwrap();
        assert_eq!((book.kind(), book.sheets()[0].name.as_str()), ("csv", "投诉"));
        let mut rows = Vec::new();
        let mut visit = |row: &Row| {
            let cells = row.cells.iter().map(|cell| match &cell.content {
                Content::Text(text) => (cell.column, text.clone()),
                other => panic!("{other:?}"),
            });
            rows.push((row.number, cells.collect()));
            ControlFlow::Continue(())
        };
        book.rows(0, &mut visit).unwrap();
        rows
    }

    fn texts(bytes: &[u8]) -> Vec<Vec<String>> {
        read(bytes)
            .into_iter()
            .map(|(_, cells)| cells.into_iter().map(|(_, text)| text).collect())
            .collect()
    }

    const LEDGER: &str =
        "客户名称,投诉日期,问题描述\n东方机械,2024-03-05,表面划伤\n西山电子,2024-03-06,包装破损，数量不足\n";
    const TRADITIONAL: &str =
        "客戶名稱,投訴日期,問題描述\n東方機械,2024-03-05,表面劃傷\n西山電子,2024-03-06,包裝破損\n";

    #[test]
    fn encodings_are_found_out() {
        let plain = texts(LEDGER.as_bytes());
        assert_eq!(plain[1], ["东方机械", "2024-03-05", "表面划伤"]);
        assert_eq!(texts(format!("\u{FEFF}{LEDGER}").as_bytes()), plain);
        assert_eq!(texts(&encoding_rs::GB18030.encode(LEDGER).0), plain);
        let wide = |bytes: fn(u16) -> [u8; 2], text: &str| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        for mark in ["\u{FEFF}", ""] {
            let text = format!("{mark}{LEDGER}");
            assert_eq!(texts(&wide(u16::to_le_bytes, &text)), plain, "UTF-16LE {mark:?}");
            assert_eq!(texts(&wide(u16::to_be_bytes, &text)), plain, "UTF-16BE {mark:?}");
        }
        assert_eq!(
            texts(&encoding_rs::BIG5.encode(TRADITIONAL).0),
            texts(TRADITIONAL.as_bytes())
        );
        assert_eq!(
            texts(&encoding_rs::GB18030.encode(TRADITIONAL).0),
            texts(TRADITIONAL.as_bytes())
        );
        let western = "name,town\nMüller,Köln\nÉtienne,Besançon\n";
        assert_eq!(
            texts(&encoding_rs::WINDOWS_1252.encode(western).0),
            texts(western.as_bytes())
        );
    }

    #[test]
    fn a_character_that_was_cut_in_the_middle_spoils_nothing_else() {
        let mut bytes = encoding_rs::GB18030.encode(&LEDGER.repeat(20)).0.into_owned();
        let at = bytes
            .windows(2)
            .position(|pair| pair == encoding_rs::GB18030.encode("械").0.as_ref())
            .unwrap();
        bytes.remove(at + 1);
        let rows = texts(&bytes);
        assert_eq!(rows.len(), 60);
        assert_eq!(rows[2], ["西山电子", "2024-03-06", "包装破损，数量不足"]);
    }

    #[test]
    fn delimiters_are_found_out() {
        for delimiter in [",", "\t", ";", "|"] {
            let text = format!("编号{delimiter}内容\n1{delimiter}\"甲{delimiter}乙\"\n2{delimiter}丙\n");
            assert_eq!(
                texts(text.as_bytes())[1],
                ["1".to_owned(), format!("甲{delimiter}乙")],
                "{delimiter:?}"
            );
        }
        assert_eq!(texts(b"sep=;\na;b,c\n"), [["a", "b,c"]]);
        // Commas in every text do not make it a file of commas.
        assert_eq!(
            texts("a;b\n1, 2;3, 4, 5\n1;2\n7, 8, 9;0\n".as_bytes())[1],
            ["1, 2", "3, 4, 5"]
        );
    }

    #[test]
    fn rows_are_numbered_as_the_program_shows_them() {
        let rows = read("a,b\r\n\r\n\"x\r\ny\",,z\r\n,\r\nlast".as_bytes());
        let numbers: Vec<u32> = rows.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [1, 3, 5]);
        assert_eq!(rows[1].1, [(0, "x\r\ny".to_owned()), (2, "z".to_owned())]);
        assert_eq!(read(b"a,b\rc,d\r").len(), 2, "lines that end as on old machines");
    }

    #[test]
    fn lone_quotes_survive() {
        for (line, fields) in [
            ("5\" 管,破", vec!["5\" 管", "破"]),
            ("\"铭板\"破损,\"a,b\"", vec!["\"铭板\"破损", "a,b"]),
            ("\"没有结束,b", vec!["\"没有结束", "b"]),
            ("\"他说\"\"好\"\"\",b", vec!["他说\"好\"", "b"]),
            ("\"\",b", vec!["b"]),
            ("=\"00123\",b", vec!["00123", "b"]),
            ("\"=\"\"00123\"\"\",b", vec!["00123", "b"]),
            ("=1+1,@b", vec!["=1+1", "@b"]),
        ] {
            let rows = texts(format!("列一,列二\n{line}\n尾,末\n").as_bytes());
            assert_eq!(rows.len(), 3, "{line}");
            assert_eq!(rows[1], fields);
        }
    }

    #[test]
    fn ragged_rows_and_nuls_are_kept() {
        assert_eq!(
            texts(b"a,b\nc\nd,e,f,g\nh\0i,j\n")[1..],
            [vec!["c"], vec!["d", "e", "f", "g"], vec!["h\0i", "j"]]
        );
    }

    #[test]
    fn what_no_encoding_makes_a_text_of_is_no_register_and_blanks_are_none() {
        let mut state = 1_u32;
        let noise: Vec<u8> = (0..5_000)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            })
            .collect();
        let code = |bytes: &[u8]| {
            open_bytes("a", bytes.to_vec(), &Limits::default(), None)
                .err()
                .map(|error| error.code)
        };
        assert_eq!(code(&noise), Some("not_a_ledger_file"));
        assert_eq!(code(&[b' '; 300]), Some("empty"));
        let (gbk, _, _) = encoding_rs::GB18030.encode("编号,内容\nK-1,漏油\u{1}\n");
        assert_eq!(code(&gbk), None, "a stray control character is no noise");
    }
}
