//! Text, files and marks out of the parts of a message.

use super::{
    File,
    charset::{self, Hint},
    clean, files, html, limits, mark,
    params::Content,
    plain, transfer,
    tree::{Kind, Tree},
};
use std::borrow::Cow;
use std::ops::Range;

/// What stands in a message.
#[derive(Default)]
pub(super) struct Gathered {
    /// The body as text.
    pub text: String,
    /// Where in it HTML quotes something, or where a forwarded message stands.
    pub quotes: Vec<Range<usize>>,
    /// The files.
    pub files: Vec<File>,
    /// The first mark of ours.
    pub mark: Option<String>,
    /// The charset that the message declares.
    pub charset: Hint,
}

/// Gathers them.
pub(super) fn gather(tree: &Tree<'_>) -> Gathered {
    let mut gathering = Gathering {
        out: Gathered::default(),
        html: limits::HTML,
    };
    gathering.out.charset = (0..tree.len()).find_map(|part| charset::telling(&content(tree, part).word("charset")?));
    gathering.part(
        tree,
        0,
        Want {
            text: true,
            files: true,
            encoded: limits::ENCODED,
        },
    );
    gathering.out
}

/// What is taken from a part.
#[derive(Clone, Copy)]
struct Want {
    text: bool,
    files: bool,
    /// How many encoded messages within each other are still opened.
    encoded: usize,
}

struct Gathering {
    out: Gathered,
    /// Bytes of HTML that may still be read.
    html: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Writing {
    Plain,
    Html,
}

impl Gathering {
    fn part(&mut self, tree: &Tree<'_>, part: usize, want: Want) {
        match tree.kind(part) {
            Kind::Multipart => tree
                .children(part)
                .iter()
                .for_each(|child| self.part(tree, *child, want)),
            Kind::Alternative => {
                let chosen = chosen(tree, part);
                for (at, child) in tree.children(part).iter().enumerate() {
                    self.part(
                        tree,
                        *child,
                        Want {
                            text: want.text && chosen == Some(at),
                            ..want
                        },
                    );
                }
            }
            Kind::Message => self.forwarded(tree, part, want),
            Kind::Leaf => self.leaf(tree, part, want),
        }
    }

    fn forwarded(&mut self, tree: &Tree<'_>, part: usize, want: Want) {
        let Some(inner) = tree.children(part).first().copied() else {
            return;
        };
        if want.files {
            self.file(tree, part, Cow::Borrowed(tree.body(part)), subject(tree, inner));
        }
        if want.text {
            self.announced(tree, inner, Want { files: false, ..want });
        }
    }

    /// The text of a forwarded message under a line that says so.
    fn announced(&mut self, tree: &Tree<'_>, part: usize, want: Want) {
        let fields = tree.fields(part);
        let hint = self.out.charset;
        let start = self.out.text.len();
        let mut head = "---------- Forwarded message ----------\n".to_owned();
        for (name, shown) in [("from", "From"), ("date", "Date"), ("to", "To"), ("subject", "Subject")] {
            if let Some(value) = fields.text(name, hint).filter(|value| !value.is_empty()) {
                head.push_str(&format!("{shown}: {value}\n"));
            }
        }
        self.append(&head, &[]);
        self.part(tree, part, want);
        self.out.quotes.push(start..self.out.text.len());
    }

    fn leaf(&mut self, tree: &Tree<'_>, part: usize, want: Want) {
        if let Some(writing) = writing(tree, part) {
            return self.written(tree, part, writing, want);
        }
        let content = content(tree, part);
        let bytes = transfer::decoded(&tree.fields(part), tree.body(part));
        let enclosed = matches!(content.value(), "message/rfc822" | "message/global");
        match Tree::of(&bytes).ok().filter(|_| enclosed) {
            Some(inner) => {
                if want.text && want.encoded > 0 {
                    self.announced(
                        &inner,
                        0,
                        Want {
                            files: false,
                            encoded: want.encoded - 1,
                            ..want
                        },
                    );
                }
                let name = subject(&inner, 0);
                if want.files {
                    self.file(tree, part, Cow::Borrowed(&bytes), name);
                }
            }
            None if want.files => self.file(tree, part, bytes, None),
            None => {}
        }
    }

    fn written(&mut self, tree: &Tree<'_>, part: usize, writing: Writing, want: Want) {
        let bytes = transfer::decoded(&tree.fields(part), tree.body(part));
        let content = content(tree, part);
        let most = if writing == Writing::Html {
            self.html
        } else {
            limits::HTML
        };
        let looked = clean::lines(&bytes, most);
        let label = content
            .word("charset")
            .or_else(|| (writing == Writing::Html).then(|| plain::meta(looked)).flatten());
        let (text, _) = charset::decode(looked, label.as_deref(), self.out.charset);
        self.out.mark = self.out.mark.take().or_else(|| mark::find(&text));
        let mut page = html::Page::default();
        if want.text {
            page = match writing {
                Writing::Html => {
                    self.html -= looked.len();
                    html::render(&text)
                }
                Writing::Plain => html::Page {
                    text: clean::body(&plain::unflowed(&text, &content), usize::MAX),
                    quotes: Vec::new(),
                },
            };
        }
        let whole = looked.len() == bytes.len() && self.out.text.len() + page.text.len() <= limits::TEXT;
        drop(text);
        if want.text {
            self.append(&page.text, &page.quotes);
        }
        drop(page);
        // What does not fit into the text is not lost.
        if !whole && want.files {
            self.file(tree, part, bytes, None);
        }
    }

    /// Adds to the text, in a paragraph of its own.
    fn append(&mut self, text: &str, quotes: &[Range<usize>]) {
        let text = text.trim_end_matches([' ', '\n']);
        if text.trim().is_empty() {
            return;
        }
        let out = &mut self.out.text;
        if !out.is_empty() {
            out.truncate(out.trim_end_matches([' ', '\n']).len());
            out.push_str("\n\n");
        }
        let start = out.len();
        out.extend(text.chars().scan(limits::TEXT.saturating_sub(start), |room, letter| {
            *room = room.checked_sub(letter.len_utf8())?;
            Some(letter)
        }));
        let end = out.len();
        let moved = quotes
            .iter()
            .map(|quote| (quote.start + start).min(end)..(quote.end + start).min(end));
        self.out.quotes.extend(moved);
    }

    fn file(&mut self, tree: &Tree<'_>, part: usize, bytes: Cow<'_, [u8]>, name: Option<String>) {
        let fields = tree.fields(part);
        let content = content(tree, part);
        let disposition = Content::of(&fields.first("content-disposition").unwrap_or_default());
        let number = self.out.files.len() + 1;
        let mut given = files::name(&disposition, &content, self.out.charset, number);
        if let Some(name) = name.filter(|_| given == format!("attachment-{number}")) {
            given = name;
        }
        let claimed = clean::line(content.value(), limits::NAME);
        self.out.files.push(File {
            name: given,
            claimed,
            bytes: bytes.into_owned(),
        });
    }
}

/// What a part says it is; a text if it says nothing.
pub(super) fn content(tree: &Tree<'_>, part: usize) -> Content {
    let content = tree.fields(part).first("content-type").map(|value| Content::of(&value));
    content
        .filter(|content| !content.value().is_empty())
        .unwrap_or_else(|| Content::of(b"text/plain"))
}

/// How the text in a part is written, if it is one to be read with the message and not a file.
fn writing(tree: &Tree<'_>, part: usize) -> Option<Writing> {
    let content = content(tree, part);
    let disposition = Content::of(&tree.fields(part).first("content-disposition").unwrap_or_default());
    let named = [disposition.bytes("filename"), content.bytes("name")]
        .into_iter()
        .flatten()
        .any(|name| !name.is_empty());
    // A text that is the whole message is one even with a name.
    if disposition.value() == "attachment" || (named && part != 0) {
        return None;
    }
    match (content.main(), content.sub()) {
        ("text", "html") | ("application", "xhtml+xml") => Some(Writing::Html),
        ("text", "plain" | "") => Some(Writing::Plain),
        // A multipart in which no parts were found, and what is no media type at all.
        ("multipart", _) => Some(Writing::Plain),
        (_, "") if part == 0 => Some(Writing::Plain),
        _ => None,
    }
}

/// The form that is read of several: plain text, unless there is none in it.
fn chosen(tree: &Tree<'_>, part: usize) -> Option<usize> {
    let children = tree.children(part);
    let form = |wanted: Writing| {
        children
            .iter()
            .position(|child| leaves(tree, *child).any(|leaf| writing(tree, leaf) == Some(wanted)))
    };
    let (Some(plain), Some(html)) = (form(Writing::Plain), form(Writing::Html)) else {
        return form(Writing::Plain)
            .or_else(|| form(Writing::Html))
            .or_else(|| (!children.is_empty()).then_some(0));
    };
    let size = |child: usize, wanted: Writing| -> usize {
        let Some(child) = children.get(child) else { return 0 };
        leaves(tree, *child)
            .filter(|leaf| writing(tree, *leaf) == Some(wanted))
            .map(|leaf| {
                // The beginning is enough to judge, and forms within forms are looked at again at each depth.
                let start = clean::start(
                    tree.body(leaf),
                    if wanted == Writing::Plain {
                        STUB * 16
                    } else {
                        STUB * 256
                    },
                );
                let bytes = transfer::decoded(&tree.fields(leaf), start);
                if wanted == Writing::Plain {
                    return bytes.iter().filter(|byte| !byte.is_ascii_whitespace()).count();
                }
                html::render(&String::from_utf8_lossy(&bytes)).text.len()
            })
            .sum()
    };
    // "Your program cannot show this message" is not what somebody wrote.
    let written = size(plain, Writing::Plain);
    let stub = written == 0 || (written < STUB && size(html, Writing::Html) > written * 10);
    Some(if stub { html } else { plain })
}

/// Below so many bytes a plain text is suspected to stand for another.
const STUB: usize = 120;

/// The contents in a part, not those in forwarded messages.
fn leaves<'t>(tree: &'t Tree<'_>, part: usize) -> impl Iterator<Item = usize> + 't {
    let mut todo = vec![part];
    std::iter::from_fn(move || {
        loop {
            let part = todo.pop()?;
            match tree.kind(part) {
                Kind::Leaf => return Some(part),
                Kind::Message => {}
                _ => todo.extend(tree.children(part).iter().rev()),
            }
        }
    })
}

fn subject(tree: &Tree<'_>, part: usize) -> Option<String> {
    let subject = tree
        .fields(part)
        .text("subject", None)
        .filter(|subject| !subject.is_empty())?;
    files::shown(&format!("{subject}.eml"))
}
