//! The mapping file: what a person said of the columns of a layout, remembered by the fingerprint of its header.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Deserialize;
use sha2::{Digest, Sha256};
use toml::Spanned;

use crate::survey::{Nature, Survey};
use crate::understand::columns::Role;
use crate::understand::fields::{FIELDS, field};
use crate::understand::fold;

/// What becomes of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It is this canonical field.
    Field(&'static str),
    /// It is kept under its own header.
    Extra,
    /// It is left out.
    Ignore,
}

/// What is known of the tables that have one header.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// Header to what becomes of it; headers that are not named are guessed.
    pub columns: BTreeMap<String, Use>,
    /// The year of dates that have none.
    pub year: Option<i32>,
    /// Background (`RRGGBB`) to `open`, `in_progress` or `closed`.
    pub colours: BTreeMap<[u8; 3], &'static str>,
}

/// What is said of a sheet by its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetNote {
    /// It is not read.
    pub skip: bool,
    /// The rows of its header, from 1.
    pub header_rows: Vec<u32>,
    /// The year of dates that have none.
    pub year: Option<i32>,
}

/// A mapping file that was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mapping {
    /// By fingerprint of the header.
    pub layouts: BTreeMap<String, Layout>,
    /// By name of the sheet.
    pub sheets: BTreeMap<String, SheetNote>,
}

/// Why a mapping file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct MappingError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    layout: Vec<FileLayout>,
    #[serde(default)]
    sheet: Vec<FileSheet>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileLayout {
    fingerprint: Spanned<String>,
    /// For people only.
    #[serde(default, rename = "seen_in")]
    _seen_in: Vec<String>,
    year: Option<Spanned<i32>>,
    #[serde(default)]
    columns: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    colours: BTreeMap<Spanned<String>, Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSheet {
    name: String,
    #[serde(default)]
    skip: bool,
    header_rows: Option<Spanned<Vec<u32>>>,
    year: Option<Spanned<i32>>,
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// At the first line that cannot be used.
    pub fn read(text: &str) -> Result<Mapping, MappingError> {
        let fault = |at: usize, message: String| {
            let before = text.get(..at).unwrap_or(text);
            MappingError {
                line: before.matches('\n').count() + 1,
                message,
            }
        };
        let file: File = toml::from_str(text).map_err(|error| {
            fault(
                error.span().map_or(0, |span| span.start),
                error.message().to_lowercase(),
            )
        })?;
        let year = |year: Option<Spanned<i32>>| match year {
            Some(year) if !(1980..=2100).contains(year.get_ref()) => Err(fault(
                year.span().start,
                format!("`{}` is no year of a register", year.get_ref()),
            )),
            year => Ok(year.map(Spanned::into_inner)),
        };
        let mut mapping = Mapping::default();
        for layout in file.layout {
            let mut known = Layout {
                year: year(layout.year)?,
                ..Layout::default()
            };
            for (header, using) in layout.columns {
                let name = using.get_ref().as_str();
                let to = match name {
                    "extra" => Use::Extra,
                    "ignore" => Use::Ignore,
                    name => match field(name) {
                        Some((name, _)) => Use::Field(name),
                        None => {
                            let message =
                                format!("`{name}` is no field: write one of the names above, `extra` or `ignore`");
                            return Err(fault(using.span().start, message));
                        }
                    },
                };
                known.columns.insert(header, to);
            }
            for (colour, status) in layout.colours {
                let Some(rgb) = colour_of(colour.get_ref()) else {
                    let message = format!("`{}` is no colour: write six digits such as `C6EFCE`", colour.get_ref());
                    return Err(fault(colour.span().start, message));
                };
                let known_status = ["open", "in_progress", "closed"]
                    .into_iter()
                    .find(|name| name == status.get_ref());
                let Some(name) = known_status else {
                    let message = format!(
                        "`{}` is no status: write `open`, `in_progress` or `closed`",
                        status.get_ref()
                    );
                    return Err(fault(status.span().start, message));
                };
                known.colours.insert(rgb, name);
            }
            let at = layout.fingerprint.span().start;
            let fingerprint = layout.fingerprint.into_inner();
            if mapping.layouts.insert(fingerprint.clone(), known).is_some() {
                return Err(fault(at, format!("the layout `{fingerprint}` stands here twice")));
            }
        }
        for sheet in file.sheet {
            let header_rows = match sheet.header_rows {
                Some(rows) if !fits(rows.get_ref()) => {
                    let message = "a header is one row or two that follow each other".to_owned();
                    return Err(fault(rows.span().start, message));
                }
                rows => rows.map(Spanned::into_inner).unwrap_or_default(),
            };
            let note = SheetNote {
                skip: sheet.skip,
                header_rows,
                year: year(sheet.year)?,
            };
            mapping.sheets.insert(sheet.name, note);
        }
        Ok(mapping)
    }
}

fn fits(rows: &[u32]) -> bool {
    match rows {
        [first] => *first > 0,
        [first, second] => *first > 0 && first.checked_add(1) == Some(*second),
        _ => false,
    }
}

fn colour_of(text: &str) -> Option<[u8; 3]> {
    let digits = text.strip_prefix('#').unwrap_or(text);
    if digits.len() != 6 || !digits.is_ascii() {
        return None;
    }
    let [_, r, g, b] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
    Some([r, g, b])
}

/// The fingerprint of a header: sixteen hexadecimal digits of its folded names in their order.
pub fn fingerprint<'a>(headers: impl Iterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for header in headers {
        hash.update(fold::key(header).as_bytes());
        hash.update([b'\n']);
    }
    let mut out = String::with_capacity(16);
    for byte in hash.finalize().iter().take(8) {
        // Writing to a text cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

fn quoted(text: &str) -> String {
    // A string of JSON is a basic string of TOML, but for one sign that TOML wants written out. The writer of TOML itself
    // chooses a form over several lines where a text holds both kinds of quotes, and no key may have that.
    let json = serde_json::Value::String(text.replace(['\n', '\r'], " ")).to_string();
    json.replace('\u{7f}', "\\u007F")
}

/// The mapping of a survey as a file to be looked at and edited: every layout once, with what was assumed and why.
pub fn propose(survey: &Survey) -> String {
    let mut out = String::from(
        "# How the tables of this register are read. Change what is wrong and give the file with `--map`.\n\
         # A column is one of the fields below, `extra` (kept under its own header) or `ignore` (left out).\n\
         # Two columns for one field are joined. The fingerprint is that of the header: leave it as it is.\n#\n",
    );
    let mut line = String::from("#");
    for (name, _) in FIELDS {
        if line.len() + name.len() > 110 {
            out.push_str(&line);
            out.push('\n');
            line = String::from("#");
        }
        line.push(' ');
        line.push_str(name);
    }
    out.push_str(&line);
    out.push('\n');
    let mut done: Vec<&str> = Vec::new();
    for sheet in survey.sheets.iter().filter(|sheet| sheet.nature == Nature::Table) {
        for table in &sheet.tables {
            if done.contains(&table.fingerprint.as_str()) {
                continue;
            }
            done.push(&table.fingerprint);
            let others = survey.sheets.iter();
            let others = others.filter(|other| other.tables.iter().any(|t| t.fingerprint == table.fingerprint));
            let names: Vec<String> = others.take(40).map(|sheet| quoted(&sheet.name)).collect();
            let _ = write!(out, "\n[[layout]]\nfingerprint = {}\n", quoted(&table.fingerprint));
            let _ = writeln!(out, "seen_in = [{}]", names.join(", "));
            match table.year {
                Some(year) => drop(writeln!(
                    out,
                    "# the year of dates without one was taken to be {year}: to set it, year = {year}"
                )),
                None => out.push_str("# year = 2019            # for dates that have none\n"),
            }
            out.push_str("\n[layout.columns]\n");
            for column in table.columns.iter().filter(|column| column.headed) {
                let using = match column.role {
                    Role::Field(name, _) => name,
                    Role::Extra | Role::Check => "extra",
                    Role::Ignored | Role::Year | Role::Month => "ignore",
                };
                let questions = sheet.questions.iter();
                let asked = questions
                    .filter(|told| told.column == Some(column.at) && table.header_rows.contains(&told.row))
                    .map(|told| told.code);
                let asked: Vec<&str> = asked.collect();
                // What a guess does by itself (comparing a second status, reading a year) is left to it.
                let comment = matches!(column.role, Role::Check | Role::Year | Role::Month);
                let _ = write!(
                    out,
                    "{}{} = {}",
                    if comment { "# " } else { "" },
                    quoted(&column.header),
                    quoted(using)
                );
                if asked.is_empty() {
                    out.push('\n');
                } else {
                    let _ = writeln!(out, "   # please check ({})", asked.join(", "));
                }
            }
            if !table.colours.is_empty() {
                out.push_str("\n[layout.colours]         # background to open, in_progress or closed\n");
                for ([r, g, b], status) in &table.colours {
                    let name = quoted(&format!("{r:02X}{g:02X}{b:02X}"));
                    match status {
                        Some(status) => drop(writeln!(out, "{name} = {}", quoted(status))),
                        None => drop(writeln!(out, "# {name} = \"closed\"")),
                    }
                }
            }
        }
    }
    for sheet in &survey.sheets {
        if let Nature::Skipped(reason) = sheet.nature {
            let _ = write!(
                out,
                "\n# not read ({reason}); if it holds complaints, say where its header is\n"
            );
            let _ = write!(
                out,
                "# [[sheet]]\n# name = {}\n# header_rows = [1]\n",
                quoted(&sheet.name)
            );
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_header_is_a_key_that_can_be_read_again() {
        for header in ["状态/¼'\"", "a\\b", "\"\"\"", "'''", "\u{7f}\u{1}\t", "一\n二"] {
            let table: toml::Table = format!("{} = 1", quoted(header)).parse().unwrap();
            assert_eq!(table.keys().next().unwrap(), &header.replace('\n', " "));
        }
    }

    #[test]
    fn a_mapping_file_says_columns_years_colours_and_sheets() {
        let mapping = Mapping::read(
            "[[layout]]\nfingerprint = \"0123456789abcdef\"\nyear = 2009\n[layout.columns]\n\"事由\" = \"complaint_desc\"\n\
             \"序号\" = \"ignore\"\n[layout.colours]\n\"C6EFCE\" = \"closed\"\n[[sheet]]\nname = \"目录\"\nskip = true\n\
             [[sheet]]\nname = \"3月\"\nheader_rows = [3, 4]\n",
        )
        .unwrap();
        let layout = &mapping.layouts["0123456789abcdef"];
        assert_eq!(layout.columns["事由"], Use::Field("complaint_desc"));
        assert_eq!(layout.columns["序号"], Use::Ignore);
        assert_eq!(
            (layout.year, layout.colours[&[0xc6, 0xef, 0xce]]),
            (Some(2009), "closed")
        );
        assert!(mapping.sheets["目录"].skip);
        assert_eq!(mapping.sheets["3月"].header_rows, [3, 4]);
    }

    #[track_caller]
    fn fails(text: &str, want: &str) {
        assert_eq!(Mapping::read(text).unwrap_err().to_string(), want);
    }

    #[test]
    fn a_fault_in_a_mapping_file_is_named_with_its_line() {
        fails(
            "[[layout]]\nfingerprint = \"a\"\n[layout.columns]\n\"客户\" = \"customer\"\n",
            "line 4: `customer` is no field: write one of the names above, `extra` or `ignore`",
        );
        fails(
            "[[layout]]\nfingerprint = \"a\"\n[layout.colours]\n\"green\" = \"closed\"\n",
            "line 4: `green` is no colour: write six digits such as `C6EFCE`",
        );
        fails(
            "\n[[sheet]]\nname = \"a\"\nheader_rows = [2, 5]\n",
            "line 4: a header is one row or two that follow each other",
        );
        fails(
            "[[layout]]\nfingerprint = \"a\"\nyear = 19\n",
            "line 3: `19` is no year of a register",
        );
        assert_eq!(Mapping::read("[[layout]\n").unwrap_err().line, 1);
    }
}
