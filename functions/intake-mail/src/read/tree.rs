//! The parts of a message, found in one pass over its lines, with limits: nothing is decoded here.

use super::{
    Unreadable,
    fields::{self, Fields},
    limits, params,
};
use std::ops::Range;

/// A message in its parts; the first is the message itself, the others stand in the order in which they begin.
pub(super) struct Tree<'a> {
    bytes: &'a [u8],
    parts: Vec<Part>,
}

/// One part: where it stands and what it is.
struct Part {
    head: Range<usize>,
    body: Range<usize>,
    kind: Kind,
    children: Vec<usize>,
}

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A content of its own.
    Leaf,
    /// The same in several forms.
    Alternative,
    /// Parts one after the other.
    Multipart,
    /// A forwarded message as it was: its only child.
    Message,
}

impl<'a> Tree<'a> {
    /// Finds the parts.
    ///
    /// # Errors
    /// When there is nothing, no header, or more of something than [`limits`] allow.
    pub fn of(bytes: &'a [u8]) -> Result<Tree<'a>, Unreadable> {
        if bytes.len() > limits::LARGEST {
            return Err(Unreadable::TooLarge);
        }
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(Unreadable::Empty);
        }
        let mut walk = Walk {
            tree: Tree {
                bytes,
                parts: Vec::new(),
            },
            open: Vec::new(),
            headers: 0,
        };
        let mut at = walk.begin(beginning(bytes, 0), false)?;
        if walk.tree.fields(0).is_empty() {
            return Err(Unreadable::NotAMessage);
        }
        while at < bytes.len() {
            let end = line_end(bytes, at);
            at = match walk.delimiter(at..end) {
                Some((level, last)) => walk.turn(level, last, at, end)?,
                None => end,
            };
        }
        walk.close(0, bytes.len());
        Ok(walk.tree)
    }

    /// How many parts there are.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// The header of a part.
    pub fn fields(&self, part: usize) -> Fields<'a> {
        Fields::of(self.slice(self.parts.get(part).map(|part| part.head.clone())))
    }

    /// The body of a part, still encoded.
    pub fn body(&self, part: usize) -> &'a [u8] {
        self.slice(self.parts.get(part).map(|part| part.body.clone()))
    }

    /// What a part is.
    pub fn kind(&self, part: usize) -> Kind {
        self.parts.get(part).map_or(Kind::Leaf, |part| part.kind)
    }

    /// The parts in a part.
    pub fn children(&self, part: usize) -> &[usize] {
        self.parts.get(part).map_or(&[], |part| &part.children)
    }

    fn slice(&self, range: Option<Range<usize>>) -> &'a [u8] {
        range.and_then(|range| self.bytes.get(range)).unwrap_or_default()
    }
}

/// A part that has not ended yet.
struct Open {
    part: usize,
    /// What delimits the parts in it; empty where there are none.
    boundary: Vec<u8>,
    /// Whether these parts are messages unless they say otherwise.
    digest: bool,
}

struct Walk<'a> {
    tree: Tree<'a>,
    /// From the message itself to the part in which the walk is.
    open: Vec<Open>,
    headers: usize,
}

impl Walk<'_> {
    /// Begins a part at `at`, reads its header and says where the walk goes on. A forwarded message begins within it at once.
    fn begin(&mut self, mut at: usize, mut digest: bool) -> Result<usize, Unreadable> {
        loop {
            if self.open.len() > limits::DEPTH {
                return Err(Unreadable::TooDeep);
            }
            let part = self.tree.parts.len();
            if part >= limits::PARTS {
                return Err(Unreadable::TooManyParts);
            }
            let (head, body) = self.head(at, part == 0)?;
            self.headers += head.len();
            if self.headers > limits::ALL_HEADERS {
                return Err(Unreadable::HeadersTooLong);
            }
            let (kind, boundary, inner) = shape(&Fields::of(self.tree.slice(Some(head.clone()))), digest);
            if let Some(above) = self.open.last().and_then(|open| self.tree.parts.get_mut(open.part)) {
                above.children.push(part);
            }
            self.tree.parts.push(Part {
                head,
                body: body..body,
                kind,
                children: Vec::new(),
            });
            self.open.push(Open {
                part,
                boundary,
                digest: inner,
            });
            if kind != Kind::Message {
                return Ok(body);
            }
            at = beginning(self.tree.bytes, body);
            digest = false;
        }
    }

    /// The header that begins at `at`, and where the body begins.
    fn head(&self, at: usize, first: bool) -> Result<(Range<usize>, usize), Unreadable> {
        let bytes = self.tree.bytes;
        let (mut here, mut header) = (at, at);
        while here < bytes.len() {
            let end = line_end(bytes, here);
            let line = bytes.get(here..end).unwrap_or_default();
            if line == b"\n" || line == b"\r\n" {
                return Ok((at..here, end));
            }
            if !matches!(line, [b' ' | b'\t', ..]) {
                header = here;
                // Many programs forget the empty line before a part's text. A message's own header is only over at one.
                if !first && !fields::is_header(line) {
                    return Ok((at..here, here));
                }
            }
            if end - header > limits::HEADER || end - at > limits::HEADERS {
                return Err(Unreadable::HeadersTooLong);
            }
            here = end;
        }
        Ok((at..bytes.len(), bytes.len()))
    }

    /// Which open part this line delimits, and whether it is its last delimiter.
    fn delimiter(&self, line: Range<usize>) -> Option<(usize, bool)> {
        let rest = self.tree.bytes.get(line)?.strip_prefix(b"--")?.trim_ascii_end();
        self.open.iter().enumerate().rev().find_map(|(level, open)| {
            let rest = rest
                .strip_prefix(open.boundary.as_slice())
                .filter(|_| !open.boundary.is_empty())?;
            (rest.is_empty() || rest == b"--").then_some((level, !rest.is_empty()))
        })
    }

    /// Passes a delimiter: what is open in this part ends; the next one begins, unless it was the last.
    fn turn(&mut self, level: usize, last: bool, start: usize, end: usize) -> Result<usize, Unreadable> {
        let bytes = self.tree.bytes.get(..start).unwrap_or_default();
        let text = bytes
            .strip_suffix(b"\r\n")
            .or_else(|| bytes.strip_suffix(b"\n"))
            .unwrap_or(bytes);
        self.close(level + 1, text.len());
        if last {
            self.close(level, end);
            return Ok(end);
        }
        let digest = self.open.get(level).is_some_and(|open| open.digest);
        self.begin(end, digest)
    }

    /// Ends all that is open from `level` on at `end`.
    fn close(&mut self, level: usize, end: usize) {
        for open in self.open.drain(level.min(self.open.len())..) {
            if let Some(part) = self.tree.parts.get_mut(open.part) {
                part.body.end = end.max(part.body.start);
                // A multipart in which no part was found is read as a text.
                if part.children.is_empty() {
                    part.kind = Kind::Leaf;
                }
            }
        }
    }
}

/// What the header makes of a part: its kind, its boundary, and whether the parts in it are messages.
fn shape(fields: &Fields<'_>, digest: bool) -> (Kind, Vec<u8>, bool) {
    let leaf = (Kind::Leaf, Vec::new(), false);
    let encoded = fields.first("content-transfer-encoding").is_some_and(|value| {
        let value = value.trim_ascii();
        value.eq_ignore_ascii_case(b"base64") || value.eq_ignore_ascii_case(b"quoted-printable")
    });
    let Some(value) = fields.first("content-type") else {
        return if digest {
            (Kind::Message, Vec::new(), false)
        } else {
            leaf
        };
    };
    let content = params::Content::of(&value);
    match (content.main(), content.sub()) {
        ("multipart", sub) => match content.bytes("boundary") {
            Some(boundary) if !boundary.trim_ascii().is_empty() => {
                let kind = if sub == "alternative" {
                    Kind::Alternative
                } else {
                    Kind::Multipart
                };
                (kind, boundary.trim_ascii_end().to_vec(), sub == "digest")
            }
            _ => leaf,
        },
        ("message", "rfc822" | "global") if !encoded => (Kind::Message, Vec::new(), false),
        _ => leaf,
    }
}

/// Where a message begins: after a byte order mark, empty lines, and the `From ` line of a mail folder.
fn beginning(bytes: &[u8], at: usize) -> usize {
    let mut at = at;
    if bytes.get(at..).is_some_and(|rest| rest.starts_with(b"\xef\xbb\xbf")) {
        at += 3;
    }
    if at == 0 || at == 3 {
        while matches!(bytes.get(at), Some(b'\r' | b'\n')) {
            at += 1;
        }
    }
    let line = bytes.get(at..).unwrap_or_default();
    if line.starts_with(b"From ") || line.starts_with(b">From ") {
        line_end(bytes, at)
    } else {
        at
    }
}

/// Where the line that begins at `at` ends, its line feed included.
fn line_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter()
        .position(|byte| *byte == b'\n')
        .map_or(bytes.len(), |found| at + found + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shapes(message: &str) -> Vec<(Kind, &str)> {
        let tree = Tree::of(message.as_bytes()).unwrap();
        (0..tree.len())
            .map(|part| (tree.kind(part), std::str::from_utf8(tree.body(part)).unwrap()))
            .collect()
    }

    #[test]
    fn parts_end_before_the_line_break_of_their_delimiter() {
        let found = shapes(
            "Content-Type: multipart/mixed; boundary=b\r\n\r\npre\r\n--b\r\n\r\none\r\n\r\n--b \r\n\r\ntwo\r\n--b--\r\nafter",
        );
        assert_eq!(found[1..], [(Kind::Leaf, "one\r\n"), (Kind::Leaf, "two")]);
    }

    #[test]
    fn an_outer_delimiter_ends_all_that_is_open_in_it() {
        let found = shapes(
            "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/alternative; boundary=aa\n\n--aa\n\nin\n--a\n\nout\n",
        );
        assert_eq!(
            found[1..],
            [
                (Kind::Alternative, "--aa\n\nin"),
                (Kind::Leaf, "in"),
                (Kind::Leaf, "out\n")
            ]
        );
    }

    #[test]
    fn a_boundary_within_a_line_or_with_more_behind_it_delimits_nothing() {
        let found = shapes("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx --b\n--bc\n--b- -\n--b--\n");
        assert_eq!(found[1..], [(Kind::Leaf, "x --b\n--bc\n--b- -")]);
    }

    #[test]
    fn a_forwarded_message_is_a_part_with_its_own_parts() {
        let found = shapes(
            "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nSubject: x\n\nin\n--b\n\nout\n--b--\n",
        );
        assert_eq!(
            found[1..],
            [
                (Kind::Message, "Subject: x\n\nin"),
                (Kind::Leaf, "in"),
                (Kind::Leaf, "out")
            ]
        );
    }

    #[test]
    fn a_multipart_without_parts_is_a_text() {
        assert_eq!(
            shapes("Content-Type: multipart/mixed; boundary=b\n\nhello\n"),
            [(Kind::Leaf, "hello\n")]
        );
        assert_eq!(
            shapes("Content-Type: multipart/mixed\n\nhello\n"),
            [(Kind::Leaf, "hello\n")]
        );
    }

    #[test]
    fn what_is_no_message_is_said() {
        for (bytes, why) in [
            (&b""[..], Unreadable::Empty),
            (b" \r\n\n", Unreadable::Empty),
            (b"hello\nworld\n\nx", Unreadable::NotAMessage),
            (b"\0\xff\xfe", Unreadable::NotAMessage),
        ] {
            assert_eq!(Tree::of(bytes).err(), Some(why), "{bytes:?}");
        }
        assert!(Tree::of(b"\xef\xbb\xbf\r\nFrom a@b.example Mon\nSubject: x\n\ny").is_ok());
    }
}
