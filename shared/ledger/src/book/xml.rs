//! XML parts as events, without any entity or reference to the outside ever followed.

use std::borrow::Cow;
use std::io::{self, BufReader, Read};

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::Unreadable;
use super::zipped::told;

/// Bytes that one tag, text or comment may have: a cell of 32,767 characters written as references, with room.
const LONGEST: u64 = 1 << 20;

/// A part of XML while it is read. `<a/>` comes as `<a></a>`.
pub struct Reader<'a> {
    inner: quick_xml::Reader<BufReader<Counted<'a>>>,
    part: String,
}

/// Bytes on their way to the parser, which holds an event as a whole: counted, so that no event becomes too large.
struct Counted<'a> {
    inner: Box<dyn Read + 'a>,
    event: u64,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.event > LONGEST {
            return Err(io::Error::other(Unreadable::of("long_text")));
        }
        let got = self.inner.read(buffer)?;
        self.event += got as u64;
        Ok(got)
    }
}

impl<'a> Reader<'a> {
    pub fn new(part: impl Read + 'a, name: &str) -> Self {
        let counted = Counted {
            inner: Box::new(part),
            event: 0,
        };
        let mut inner = quick_xml::Reader::from_reader(BufReader::with_capacity(64 << 10, counted));
        let config = inner.config_mut();
        config.check_end_names = false;
        config.expand_empty_elements = true;
        Self {
            inner,
            part: name.to_owned(),
        }
    }

    /// The next event; `buffer` is emptied first.
    pub fn next<'b>(&mut self, buffer: &'b mut Vec<u8>) -> Result<Event<'b>, Unreadable> {
        buffer.clear();
        self.inner.get_mut().get_mut().event = 0;
        self.inner.read_event_into(buffer).map_err(|error| match error {
            quick_xml::Error::Io(error) => told(&error, &self.part).with("part", &self.part),
            _ => Unreadable::of("broken_part").with("part", &self.part),
        })
    }

    /// The part ended where it must not.
    pub fn cut(&self) -> Unreadable {
        Unreadable::of("broken_part").with("part", &self.part)
    }

    /// Appends the text up to the end of the element that has just begun to `text`, also that of elements within.
    pub fn text(&mut self, text: &mut String, most: usize) -> Result<(), Unreadable> {
        let mut buffer = Vec::new();
        let mut depth = 0_usize;
        let mut bytes = 0_usize;
        loop {
            match self.next(&mut buffer)? {
                Event::Text(more) => text.push_str(&more.xml10_content()),
                Event::CData(more) => text.push_str(&more.xml10_content()),
                Event::GeneralRef(reference) => push_reference(&reference, text),
                Event::Start(_) => depth += 1,
                Event::End(_) if depth == 0 => return Ok(()),
                Event::End(_) => depth -= 1,
                Event::Eof => return Err(self.cut()),
                _ => {}
            }
            bytes = bytes.max(text.len());
            if bytes > most.saturating_mul(4) {
                return Err(Unreadable::of("long_text").with("part", &self.part));
            }
        }
    }

    /// Goes past the end of the element that has just begun.
    pub fn skip(&mut self) -> Result<(), Unreadable> {
        let mut buffer = Vec::new();
        let mut depth = 0_usize;
        loop {
            match self.next(&mut buffer)? {
                Event::Start(_) => depth += 1,
                Event::End(_) if depth == 0 => return Ok(()),
                Event::End(_) => depth -= 1,
                Event::Eof => return Err(self.cut()),
                _ => {}
            }
        }
    }
}

/// The character of a reference. A name that XML does not define stays as it is written: definitions are never followed.
pub fn push_reference(reference: &BytesRef<'_>, text: &mut String) {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        text.push(character);
        return;
    }
    match &**reference {
        "lt" => text.push('<'),
        "gt" => text.push('>'),
        "amp" => text.push('&'),
        "quot" => text.push('"'),
        "apos" => text.push('\''),
        other => {
            text.push('&');
            text.push_str(other);
            text.push(';');
        }
    }
}

/// The value of an attribute by its local name.
pub fn attribute<'e>(element: &'e BytesStart<'_>, local: &str) -> Option<Cow<'e, str>> {
    let mut all = element.attributes();
    let found = all
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.local_name().as_ref() == local)?;
    Some(found.normalized_value(XmlVersion::Implicit1_0).unwrap_or(found.value))
}

/// A yes-or-no attribute; absent is no.
pub fn flag(element: &BytesStart<'_>, local: &str) -> bool {
    attribute(element, local).is_some_and(|value| matches!(&*value, "1" | "true" | "on"))
}
