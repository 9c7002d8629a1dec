//! What tags of HTML say about the text in them: hidden, quoted, a link.

use html5gum::{HtmlString, Spanned};
use std::collections::BTreeMap;

/// Letters of a link's address that are kept.
const ADDRESS: usize = 500;

/// The attributes of a tag.
pub(super) type Attributes = BTreeMap<HtmlString, Spanned<HtmlString, ()>>;

fn attribute(attributes: &Attributes, name: &str) -> Option<String> {
    attributes
        .get(name.as_bytes())
        .map(|value| String::from_utf8_lossy(super::clean::start(value, 4096)).into_owned())
}

/// Whether an element has nothing in it.
pub(super) fn void(name: &[u8]) -> bool {
    matches!(
        name,
        b"area"
            | b"base"
            | b"br"
            | b"col"
            | b"embed"
            | b"hr"
            | b"img"
            | b"input"
            | b"link"
            | b"meta"
            | b"source"
            | b"track"
            | b"wbr"
    )
}

/// Whether an element is never seen.
pub(super) fn hides(name: &[u8], attributes: &Attributes) -> bool {
    if matches!(
        name,
        b"head"
            | b"script"
            | b"style"
            | b"title"
            | b"template"
            | b"noscript"
            | b"iframe"
            | b"svg"
            | b"math"
            | b"object"
            | b"noembed"
            | b"textarea"
            | b"select"
            | b"xml"
    ) || attributes.contains_key(b"hidden".as_slice())
    {
        return true;
    }
    let Some(style) = attribute(attributes, "style") else {
        return false;
    };
    let style: String = style
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect();
    style.split(';').any(|rule| {
        let rule = rule.trim_end_matches("!important");
        matches!(
            rule,
            "display:none" | "visibility:hidden" | "mso-hide:all" | "opacity:0"
        )
    })
}

/// Whether an element holds what its sender did not write anew: programs say so by classes and ids.
pub(super) fn quotes(attributes: &Attributes) -> bool {
    const CLASSES: [&str; 10] = [
        "gmail_quote",
        "gmail_quote_container",
        "gmail_signature",
        "moz-cite-prefix",
        "moz-signature",
        "yahoo_quoted",
        "protonmail_quote",
        "tutanota_quote",
        "zmail_extra",
        "mail-signature",
    ];
    const IDS: [&str; 6] = [
        "isreplycontent",
        "isforwardcontent",
        "ntes-pcmail-quote",
        "reply-intro",
        "signature",
        "ms-outlook-mobile-signature",
    ];
    let class = attribute(attributes, "class").unwrap_or_default();
    let id = attribute(attributes, "id").unwrap_or_default().to_ascii_lowercase();
    class.split_whitespace().any(|class| CLASSES.contains(&class)) || IDS.contains(&id.as_str())
}

/// Whether all that follows is quoted: Outlook marks only where it begins.
pub(super) fn tail(attributes: &Attributes) -> bool {
    let class = attribute(attributes, "class").unwrap_or_default();
    let id = attribute(attributes, "id").unwrap_or_default();
    class.split_whitespace().any(|class| class == "OutlookMessageHeader")
        || matches!(
            id.trim_start_matches("x_"),
            "divRplyFwdMsg" | "appendonsend" | "mail-editor-reference-message-container"
        )
}

/// Where a link leads, if it leads somewhere that a person may want to see.
pub(super) fn link(name: &[u8], attributes: &Attributes) -> Option<String> {
    let address = attribute(attributes, "href").filter(|_| name == b"a")?;
    let address = super::clean::line(&address, ADDRESS);
    let lower = address.to_ascii_lowercase();
    ["http://", "https://", "mailto:", "tel:"]
        .iter()
        .any(|scheme| lower.starts_with(scheme))
        .then_some(address)
}
