//! A reader that leaves out the cells of a sheet's XML, so that what stands around them costs no more than inflating.

use std::io::{self, Read};

use memchr::memmem::Finder;

const NAME: &[u8] = b"sheetData";
/// So much may belong to a tag whose end is still to come.
const TAG: usize = 128;
const CHUNK: usize = 64 << 10;

/// Gives everything but what stands between `<sheetData>` and `</sheetData>`.
pub struct Around<R> {
    inner: R,
    state: State,
    /// Read and not handed on.
    held: Vec<u8>,
    /// So many bytes of what is held are to be handed on before anything else.
    owed: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Before,
    Within,
    After,
}

impl<R: Read> Around<R> {
    pub fn new(inner: R) -> Self {
        Self {
            inner,
            state: State::Before,
            held: Vec::new(),
            owed: 0,
        }
    }

    /// Reads on; false at the end.
    fn more(&mut self) -> io::Result<bool> {
        let from = self.held.len();
        self.held.resize(from + CHUNK, 0);
        let got = self.inner.read(self.held.get_mut(from..).unwrap_or_default())?;
        self.held.truncate(from + got);
        Ok(got > 0)
    }

    /// Decides what of the held bytes is to be handed on; false when that needs more bytes.
    fn look(&mut self) -> bool {
        match self.state {
            State::Before => match opening(&self.held) {
                Some((end, empty)) => {
                    self.owed = end;
                    self.state = if empty { State::After } else { State::Within };
                }
                None => self.owed = self.held.len().saturating_sub(TAG),
            },
            State::Within => match tag(&self.held, true) {
                Some(from) => {
                    self.held.drain(..from);
                    self.state = State::After;
                    return true;
                }
                None => {
                    let passed = self.held.len().saturating_sub(TAG);
                    self.held.drain(..passed);
                }
            },
            State::After => self.owed = self.held.len(),
        }
        self.owed > 0
    }
}

impl<R: Read> Read for Around<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.owed > 0 {
                let count = self.owed.min(buffer.len());
                if let (Some(to), Some(from)) = (buffer.get_mut(..count), self.held.get(..count)) {
                    to.copy_from_slice(from);
                }
                self.held.drain(..count);
                self.owed -= count;
                return Ok(count);
            }
            if self.look() {
                continue;
            }
            if !self.more()? {
                if self.held.is_empty() || self.state == State::Within {
                    return Ok(0);
                }
                self.owed = self.held.len();
            }
        }
    }
}

/// Where the opening tag ends, if it is there as a whole: the place behind its `>`, and whether it is empty.
fn opening(bytes: &[u8]) -> Option<(usize, bool)> {
    let at = tag(bytes, false)?;
    let end = at + memchr::memchr(b'>', bytes.get(at..)?)?;
    Some((end + 1, bytes.get(end - 1) == Some(&b'/')))
}

/// Where the opening (`<sheetData`, `<x:sheetData`) or the closing tag begins.
fn tag(bytes: &[u8], closing: bool) -> Option<usize> {
    Finder::new(NAME).find_iter(bytes).find_map(|at| {
        let from = at.saturating_sub(TAG / 2);
        let before = bytes.get(from..at)?;
        let angle = memchr::memrchr(b'<', before)?;
        let between = before.get(angle + 1..)?;
        let prefix = if closing { between.strip_prefix(b"/")? } else { between };
        let named = prefix.is_empty() || prefix.ends_with(b":");
        let plain = prefix
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-' | b'_' | b'.'));
        let follows = bytes.get(at + NAME.len())?;
        let ends = matches!(follows, b'>' | b'/' | b' ' | b'\t' | b'\r' | b'\n');
        (named && plain && ends).then_some(from + angle)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its bytes in pieces of some size.
    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(buffer.len()).min(self.0.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    #[test]
    fn cells_are_left_out_however_the_bytes_arrive() {
        let cells = "<row><c><v>sheetData> &lt;/sheetData></v></c></row>".repeat(40);
        let head = "<cols/>".repeat(50);
        for (text, left) in [
            (
                format!("<worksheet>{head}<sheetData>{cells}</sheetData><m/></worksheet>"),
                format!("<worksheet>{head}<sheetData></sheetData><m/></worksheet>"),
            ),
            (
                format!("<x:w><x:sheetData a=\"1\">{cells}</x:sheetData></x:w>"),
                "<x:w><x:sheetData a=\"1\"></x:sheetData></x:w>".to_owned(),
            ),
            (
                "<w><sheetData/><m/></w>".to_owned(),
                "<w><sheetData/><m/></w>".to_owned(),
            ),
            (format!("<w>{head}</w>"), format!("<w>{head}</w>")),
            (format!("<w><sheetData>{cells}"), "<w><sheetData>".to_owned()),
            (String::new(), String::new()),
        ] {
            for size in [1, 7, 100, 1 << 20] {
                let mut got = String::new();
                Around::new(Pieces(text.as_bytes(), size))
                    .read_to_string(&mut got)
                    .unwrap();
                assert_eq!(got, left, "pieces of {size}");
            }
        }
    }
}
