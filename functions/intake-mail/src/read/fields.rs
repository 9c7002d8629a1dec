//! The header of a message or a part: its fields by name, decoded as far as somebody asks.

use super::{Party, charset::Hint, clean, limits, words};
use chrono::{DateTime, FixedOffset, NaiveDate};
use mail_parser::{HeaderValue, parsers::MessageStream};
use std::borrow::Cow;

/// The fields of one header, in order.
pub(super) struct Fields<'a> {
    list: Vec<(&'a [u8], &'a [u8])>,
}

impl<'a> Fields<'a> {
    /// Finds the fields; lines that are none are passed over.
    pub fn of(head: &'a [u8]) -> Fields<'a> {
        let mut list = Vec::new();
        let mut begin = None;
        let mut at = 0;
        for line in head.split_inclusive(|byte| *byte == b'\n') {
            if !matches!(line, [b' ' | b'\t', ..]) {
                list.extend(begin.take().and_then(|start| head.get(start..at)).and_then(split));
                begin = is_header(line).then_some(at);
            }
            at += line.len();
        }
        list.extend(begin.and_then(|start| head.get(start..at)).and_then(split));
        Fields { list }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The values of a field (its name in lower case), unfolded.
    pub fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = Cow<'a, [u8]>> + 's {
        let same = move |given: &[u8]| given.eq_ignore_ascii_case(name.as_bytes());
        self.list
            .iter()
            .filter(move |(given, _)| same(given))
            .map(|(_, value)| unfolded(value))
    }

    /// The first value of a field, unfolded.
    pub fn first(&self, name: &str) -> Option<Cow<'a, [u8]>> {
        self.all(name).next()
    }

    /// The names of all fields, in lower case.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.list
            .iter()
            .map(|(name, _)| String::from_utf8_lossy(name).to_ascii_lowercase())
    }

    /// The first value of a field as a text in one line.
    pub fn text(&self, name: &str, hint: Hint) -> Option<String> {
        self.first(name)
            .map(|value| clean::line(&words::text(&value, hint), limits::SUBJECT))
    }

    /// The first value of a field in lower case and ASCII: for words that programs say to programs.
    pub fn word(&self, name: &str) -> Option<String> {
        self.first(name).map(|value| {
            String::from_utf8_lossy(clean::start(&value, limits::ID))
                .trim()
                .to_ascii_lowercase()
        })
    }

    /// The addresses in a field, wherever it stands.
    pub fn parties(&self, name: &str, hint: Hint) -> Vec<Party> {
        self.all(name)
            .flat_map(|value| parties(&value, hint))
            .take(limits::RECIPIENTS)
            .collect()
    }

    /// The message ids in a field, without angle brackets.
    pub fn ids(&self, name: &str) -> Vec<String> {
        let Some(value) = self.first(name) else {
            return Vec::new();
        };
        let mut value = value.into_owned();
        value.push(b'\n');
        let found = match MessageStream::new(&value).parse_id() {
            HeaderValue::Text(one) => one.split_whitespace().map(str::to_owned).collect(),
            HeaderValue::TextList(list) => list.into_iter().map(Cow::into_owned).collect(),
            _ => Vec::new(),
        };
        let clean = |id: String| clean::line(&id, limits::ID).trim_matches(['<', '>', ' ']).to_owned();
        found.into_iter().map(clean).filter(|id| !id.is_empty()).collect()
    }

    /// `Date`: the first that is one.
    pub fn date(&self) -> Option<DateTime<FixedOffset>> {
        self.all("date").take(10).find_map(|value| date(&value))
    }
}

fn date(value: &[u8]) -> Option<DateTime<FixedOffset>> {
    let mut value = clean::start(value, 100).to_vec();
    value.push(b'\n');
    let HeaderValue::DateTime(date) = MessageStream::new(&value).parse_date() else {
        return None;
    };
    let day = NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))?;
    let time = day.and_hms_opt(
        u32::from(date.hour),
        u32::from(date.minute),
        u32::from(date.second.min(59)),
    )?;
    let east = (i32::from(date.tz_hour) * 60 + i32::from(date.tz_minute)) * 60;
    let zone = FixedOffset::east_opt(if date.tz_before_gmt { -east } else { east })?;
    time.and_local_timezone(zone)
        .single()
        .filter(|date| date.timestamp() >= 0)
}

/// Whether a line begins a field: a name of printing ASCII, then a colon.
pub(super) fn is_header(line: &[u8]) -> bool {
    split(line).is_some()
}

/// Name and value of a field.
fn split(field: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = field.iter().position(|byte| *byte == b':' || *byte == b'\n')?;
    let (name, value) = field.split_at_checked(colon)?;
    let name = name.trim_ascii_end();
    let named = !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
    value.strip_prefix(b":").filter(|_| named).map(|value| (name, value))
}

/// A value in one line.
fn unfolded(value: &[u8]) -> Cow<'_, [u8]> {
    let value = value.trim_ascii();
    if !value.contains(&b'\n') && !value.contains(&b'\r') {
        return Cow::Borrowed(value);
    }
    Cow::Owned(
        value
            .iter()
            .copied()
            .filter(|byte| !matches!(byte, b'\r' | b'\n'))
            .collect(),
    )
}

/// The addresses in a value.
pub(super) fn parties(value: &[u8], hint: Hint) -> Vec<Party> {
    let mut value = words::phrase(value, hint);
    value.push(b'\n');
    let HeaderValue::Address(list) = MessageStream::new(&value).parse_address() else {
        return Vec::new();
    };
    list.into_list()
        .into_iter()
        .map(|one| {
            let name = one.name.unwrap_or_default();
            let (address, name) = match one.address {
                Some(address) => (address, name),
                // `From: MAILER-DAEMON`: not an address for others, but what was written as one.
                None if !name.contains(char::is_whitespace) => (name, Cow::Borrowed("")),
                None => (Cow::Borrowed(""), name),
            };
            let name = clean::line(&name, limits::NAME);
            Party {
                address: clean::line(&address, limits::ID),
                name: name.trim_matches(['"', '\'', ' ']).to_owned(),
            }
        })
        .filter(|party| !party.address.is_empty() || !party.name.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(header: &str) -> Party {
        Fields::of(header.as_bytes()).parties("from", Hint::default()).remove(0)
    }

    #[test]
    fn an_address_is_what_stands_in_angle_brackets() {
        for header in [
            "From: \"a@b.example\" <c@d.example>",
            "From: =?utf-8?Q?a=40b=2Eexample=2C?= <c@d.example>",
        ] {
            assert_eq!(one(header).address, "c@d.example", "{header}");
        }
        let fields = Fields::of("From: =?utf-8?B?5byg5LiJLCDmnY7lm5s=?= <c@d.example>".as_bytes());
        let party = Party {
            address: "c@d.example".to_owned(),
            name: "张三, 李四".to_owned(),
        };
        assert_eq!(fields.parties("from", Hint::default()), [party]);
    }

    #[test]
    fn ids_are_found_in_order_with_and_without_brackets() {
        let fields = Fields::of(b"References: <a@x> <b@x>\r\n\t<c@x>\r\nIn-Reply-To: d@x\nMessage-ID:\n <e@x>\n");
        assert_eq!(fields.ids("references"), ["a@x", "b@x", "c@x"]);
        assert_eq!(fields.ids("in-reply-to"), ["d@x"]);
        assert_eq!(fields.ids("message-id"), ["e@x"]);
        assert!(fields.ids("x").is_empty());
    }

    #[test]
    fn dates_that_do_not_exist_are_none() {
        let date = |text: &str| Fields::of(format!("Date: {text}").as_bytes()).date();
        assert_eq!(
            date("Tue, 10 Mar 2026 10:00:00 +0800 (CST)").unwrap().to_rfc3339(),
            "2026-03-10T10:00:00+08:00"
        );
        for text in ["", "today", "31 Feb 2026 10:00:00 +0000", "10 Mar 2026 25:00:00 +0000"] {
            assert_eq!(date(text), None, "{text}");
        }
    }
}
