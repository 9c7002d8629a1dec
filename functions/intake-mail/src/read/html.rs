//! HTML to plain text in one pass over its tags: hidden text goes, links stay as text, and what is quoted is noted.

use super::tags::{hides, link, quotes, tail, void};
use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};
use std::ops::Range;

/// A page as text.
#[derive(Default)]
pub(super) struct Page {
    /// Clean text: line feeds only, no NUL.
    pub text: String,
    /// Where in it something quoted or a signature stands.
    pub quotes: Vec<Range<usize>>,
}

/// Regions within each other that are followed; what is deeper counts as its surroundings.
const DEEPEST: usize = 64;

/// Renders a page. If everything in it is hidden, it is shown after all: nothing that somebody sent is lost by a guess.
pub(super) fn render(source: &str) -> Page {
    let page = Writer::run(source, true);
    if page.text.trim().is_empty() {
        Writer::run(source, false)
    } else {
        page
    }
}

/// An element with a meaning for the text in it.
struct Region {
    name: Vec<u8>,
    /// Elements of the same name within it that are open.
    inner: usize,
    what: What,
}

enum What {
    Hidden,
    /// Quoted, or a signature, from here in the text on.
    Quote(usize),
    Pre,
    /// A link: where its text begins, and where it leads.
    Link(usize, String),
}

struct Writer {
    page: Page,
    open: Vec<Region>,
    hide: bool,
}

impl Writer {
    fn run(source: &str, hide: bool) -> Page {
        let mut writer = Writer {
            page: Page::default(),
            open: Vec::new(),
            hide,
        };
        let mut emitter = DefaultEmitter::default();
        emitter.naively_switch_states(true);
        for token in Tokenizer::new_with_emitter(source, emitter) {
            match token {
                Ok(Token::StartTag(tag)) => writer.start(&tag),
                Ok(Token::EndTag(tag)) => writer.end(&tag.name),
                Ok(Token::String(text)) => writer.text(&String::from_utf8_lossy(&text)),
                _ => {}
            }
        }
        while let Some(region) = writer.open.pop() {
            writer.leave(region);
        }
        writer.page.text.truncate(writer.page.text.trim_end().len());
        let end = writer.page.text.len();
        writer
            .page
            .quotes
            .iter_mut()
            .for_each(|quote| *quote = quote.start.min(end)..quote.end.min(end));
        writer.page.quotes.retain(|quote| !quote.is_empty());
        writer.page.quotes.sort_by_key(|quote| quote.start);
        writer.page
    }

    fn start(&mut self, tag: &StartTag<()>) {
        let name: &[u8] = &tag.name;
        // These end without saying so.
        match name {
            b"body" => self.shut(b"head"),
            b"p" | b"div" | b"table" | b"ul" | b"ol" | b"blockquote" => self.shut(b"p"),
            _ => {}
        }
        self.open
            .iter_mut()
            .filter(|region| region.name == name)
            .for_each(|region| region.inner += 1);
        self.space(name, true);
        if self.hidden() || void(name) || tag.self_closing || self.open.len() >= DEEPEST {
            if tail(&tag.attributes) {
                self.quote_rest();
            }
            return;
        }
        if tail(&tag.attributes) {
            self.quote_rest();
        }
        let at = self.page.text.len();
        let what = if self.hide && hides(name, &tag.attributes) {
            What::Hidden
        } else if name == b"blockquote" || quotes(&tag.attributes) {
            What::Quote(at)
        } else if name == b"pre" {
            What::Pre
        } else if let Some(address) = link(name, &tag.attributes) {
            What::Link(at, address)
        } else {
            return;
        };
        self.open.push(Region {
            name: name.to_vec(),
            inner: 0,
            what,
        });
    }

    fn end(&mut self, name: &[u8]) {
        let Some(at) = self.open.iter().rposition(|region| region.name == name) else {
            return self.space(name, false);
        };
        let closes = self.open.get(at).is_some_and(|region| region.inner == 0);
        for region in self.open.iter_mut().filter(|region| region.name == name) {
            region.inner = region.inner.saturating_sub(1);
        }
        if closes {
            for region in self.open.split_off(at).into_iter().rev() {
                self.leave(region);
            }
        }
        self.space(name, false);
    }

    /// Ends a region of this name if nothing but it is open in it.
    fn shut(&mut self, name: &[u8]) {
        if self.open.last().is_some_and(|region| region.name == name)
            && let Some(region) = self.open.pop()
        {
            self.leave(region);
        }
    }

    fn leave(&mut self, region: Region) {
        let end = self.page.text.len();
        match region.what {
            What::Quote(start) => self.page.quotes.push(start..end),
            What::Link(start, address) => {
                let shown = self.page.text.get(start..).unwrap_or_default();
                let bare = address
                    .split_once(':')
                    .map_or(address.as_str(), |(_, rest)| rest)
                    .trim_matches('/');
                if !shown.contains(bare) && !shown.trim().is_empty() {
                    let kept = shown.trim_end().len();
                    self.page.text.truncate(start + kept);
                    self.page.text.push_str(&format!(" ({address})"));
                }
            }
            What::Hidden | What::Pre => {}
        }
    }

    fn quote_rest(&mut self) {
        self.page.quotes.push(self.page.text.len()..usize::MAX);
    }

    fn hidden(&self) -> bool {
        self.open.iter().any(|region| matches!(region.what, What::Hidden))
    }

    fn text(&mut self, text: &str) {
        if self.hidden() {
            return;
        }
        let pre = self.open.iter().any(|region| matches!(region.what, What::Pre));
        for letter in text.chars() {
            match letter {
                '\n' | '\u{2028}' | '\u{2029}' if pre => self.feed(),
                '\t' if pre => self.page.text.push('\t'),
                ' ' | '\u{a0}' if pre => self.page.text.push(' '),
                '\u{a0}' => self.page.text.push(' '),
                ' ' | '\t' | '\n' | '\r' | '\u{c}' | '\u{2028}' | '\u{2029}' => {
                    if !self.page.text.ends_with([' ', '\n', '\t']) && !self.page.text.is_empty() {
                        self.page.text.push(' ');
                    }
                }
                '\u{feff}' | '\u{200b}' => {}
                other if other.is_control() => {}
                other => self.page.text.push(other),
            }
        }
    }

    /// The white space that an element brings with it where it begins and where it ends.
    fn space(&mut self, name: &[u8], begins: bool) {
        if self.hidden() {
            return;
        }
        match name {
            b"br" if begins => self.feed(),
            b"p" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"hr" => self.lines(2),
            b"td" | b"th" if begins && !self.page.text.is_empty() && !self.page.text.ends_with(['\n', '\t']) => {
                self.page.text.push('\t')
            }
            b"li" => {
                self.lines(1);
                if begins {
                    self.page.text.push_str("- ");
                }
            }
            b"div" | b"tr" | b"table" | b"ul" | b"ol" | b"dl" | b"dt" | b"dd" | b"pre" | b"blockquote" | b"section"
            | b"article" | b"header" | b"footer" | b"form" | b"center" | b"address" | b"body" | b"includetail" => {
                self.lines(1)
            }
            _ => {}
        }
    }

    /// Makes the text end with so many line feeds at least.
    fn lines(&mut self, count: usize) {
        let kept = self.page.text.trim_end_matches([' ', '\t']).len();
        if self.page.text.ends_with("- ") || kept == 0 {
            return;
        }
        self.page.text.truncate(kept);
        let there = self.page.text.bytes().rev().take_while(|byte| *byte == b'\n').count();
        self.page
            .text
            .extend(std::iter::repeat_n('\n', count.saturating_sub(there)));
    }

    /// One more line, as long as there are not two empty ones.
    fn feed(&mut self) {
        let kept = self.page.text.trim_end_matches([' ', '\t']).len();
        self.page.text.truncate(kept);
        if !self.page.text.ends_with("\n\n\n") {
            self.page.text.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(source: &str) -> String {
        render(source).text
    }

    #[test]
    fn blocks_become_lines_and_white_space_collapses() {
        assert_eq!(
            text("<p>a  b\n c</p><div>d<br>e</div><ul><li>f</li><li>g</ul>"),
            "a b c\n\nd\ne\n- f\n- g"
        );
        assert_eq!(
            text("<div>a</div><div><br></div><div>b&nbsp;&lt;c&gt;&#23458;</div>"),
            "a\n\nb <c>客"
        );
        assert_eq!(
            text("<table><tr><td>订单</td><td>A-1</td></tr><tr><td>型号</td><td>P</td></tr></table>"),
            "订单\tA-1\n型号\tP"
        );
        assert_eq!(text("<pre>a\n  b</pre>"), "a\n  b");
    }

    #[test]
    fn what_is_never_seen_goes() {
        let source = "<head><title>t</title><style>p{}</style></head><body><script>x<b></script>a<span style='DISPLAY : none'>h<span>h</span>h</span>\
            <div hidden>h</div><!-- c --><p style=\"display:none\">h<p>b</body>";
        assert_eq!(text(source), "a\n\nb");
        assert_eq!(text("<p style='opacity:0.9;font-size:0'>a</p>"), "a");
    }

    #[test]
    fn a_page_that_hides_everything_is_shown() {
        assert_eq!(text("<div style='display:none'>a<div>b</div>"), "a\nb");
    }

    #[test]
    fn links_stay_as_text() {
        assert_eq!(
            text("<a href='https://a.example/x'>here</a>!"),
            "here (https://a.example/x)!"
        );
        assert_eq!(text("<a href='https://a.example/'>a.example</a>"), "a.example");
        assert_eq!(text("<a href='mailto:a@b.example'>a@b.example</a>"), "a@b.example");
        assert_eq!(
            text("<a href='javascript:alert(1)'>x</a><a href='https://a.example/'><img src=y></a>"),
            "x"
        );
    }

    #[test]
    fn quotes_are_noted() {
        let check = |source: &str, quoted: &str| {
            let page = render(source);
            let found: Vec<&str> = page
                .quotes
                .iter()
                .filter_map(|quote| page.text.get(quote.clone()))
                .collect();
            assert!(found.iter().any(|found| found.trim() == quoted), "{source}: {found:?}");
        };
        check(
            "<div>new</div><div class=\"gmail_quote x\"><div>On x wrote:</div><blockquote>old</blockquote></div>after",
            "On x wrote:\nold",
        );
        check(
            "new<blockquote type=cite>old<blockquote>older</blockquote></blockquote>after",
            "old\nolder",
        );
        check("new<div id=\"divRplyFwdMsg\">von</div><div>old</div>", "von\nold");
        check(
            "new<div class=OutlookMessageHeader><b>发件人:</b></div>old",
            "发件人:\nold",
        );
    }

    #[test]
    fn deep_and_broken_pages_are_read() {
        assert_eq!(
            text(&format!("{}a{}", "<div>".repeat(50_000), "</div>".repeat(50_000))),
            "a"
        );
        assert_eq!(text(&format!("{}a", "<blockquote>".repeat(50_000))), "a");
        for source in [
            "",
            "<",
            "<!",
            "<!--",
            "<a",
            "<a href",
            "<script>",
            "&",
            "&#",
            "&#xffffffff;",
            "</",
            "<![CDATA[",
        ] {
            let _ = text(source);
        }
    }
}
