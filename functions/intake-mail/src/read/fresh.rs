//! What of a text its sender wrote anew: without what he quotes and without his signature.

use super::heads;
use std::ops::Range;

/// Lines of a signature at most; what is longer below a `--` is something else.
const SIGNATURE: usize = 8;

/// The range from the first line written anew to the last. What is quoted between the two stays in it: it is what they answer.
/// `quotes` says what HTML has marked as quoted already.
pub(super) fn find(text: &str, quotes: &[Range<usize>]) -> Range<usize> {
    let mut quotes: Vec<Range<usize>> = quotes.to_vec();
    quotes.sort_by_key(|quote| quote.start);
    let mut quotes = quotes.into_iter().peekable();
    let mut quoted_to = 0;
    let (mut found, mut skip): (Option<Range<usize>>, usize) = (None, 0);
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let line = rest.split('\n').next().unwrap_or_default();
        let start = at;
        at += line.len() + 1;
        while let Some(quote) = quotes.next_if(|quote| quote.start < start + line.len().max(1)) {
            quoted_to = quoted_to.max(quote.end);
        }
        if skip > 0 {
            skip -= 1;
            continue;
        }
        if line.trim().is_empty() || line.starts_with('>') || start < quoted_to {
            continue;
        }
        if heads::separator(line) || heads::block(rest.split('\n')) || signature(rest) {
            break;
        }
        if heads::rule(line) && heads::block(rest.split('\n').skip(1).skip_while(|line| line.trim().is_empty())) {
            break;
        }
        if let Some(count) = heads::attribution(rest.split('\n')) {
            let after = rest.split('\n').skip(count).find(|line| !line.trim().is_empty());
            let marked = quotes
                .peek()
                .is_some_and(|quote| quote.start < start + line.len() + 400);
            if !after.is_some_and(|after| after.starts_with('>')) && !marked {
                break;
            }
            skip = count - 1;
            continue;
        }
        if heads::device(line) {
            continue;
        }
        let first = found.as_ref().map_or(start, |found| found.start);
        found = Some(first..start + line.len());
    }
    found.unwrap_or(0..text.len())
}

/// Whether a signature begins here: two dashes and not many lines below them, up to the end or to a quotation.
fn signature(rest: &str) -> bool {
    let mut lines = rest.split('\n');
    if lines.next().map(str::trim_end) != Some("--") {
        return false;
    }
    let own = |line: &&str| !line.starts_with('>') && !heads::separator(line);
    lines
        .take_while(own)
        .filter(|line| !line.trim().is_empty())
        .take(SIGNATURE + 1)
        .count()
        <= SIGNATURE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fresh(text: &str) -> &str {
        &text[find(text, &[])]
    }

    #[test]
    fn an_answer_above_a_quotation() {
        for below in [
            "------------------ 原始邮件 ------------------\n发件人: \"客服\" <k@c.example>;\n旧",
            "发件人：客服\n发送时间：2026\n收件人：a\n主题：x\n旧",
            "________________________________\nFrom: K\nSent: x\nSubject: y\n\nold",
            "在 2026年3月10日，10:00，客服 <k@c.example> 写道：\n\n旧",
            "On 10 Mar 2026, K <k@c.example> wrote:\n> old",
            "-- \n张三\n电话 1\n\nOn 10 Mar 2026, K wrote:\n> old",
            "发自我的iPhone\n\n> 在 2026年3月10日，10:00，客服 <k@c.example> 写道：\n> 旧",
            "> old\n> old",
        ] {
            assert_eq!(
                fresh(&format!("还是漏油\n第二行\n\n{below}")),
                "还是漏油\n第二行",
                "{below}"
            );
        }
    }

    #[test]
    fn an_answer_below_or_between() {
        assert_eq!(fresh("On 1 Mar 2026, K wrote:\n> old\n\nnew\n"), "new");
        assert_eq!(
            fresh("Am 1.3.2026 schrieb K:\n> a\nnew 1\n> b\nnew 2\n-- \nX"),
            "new 1\n> b\nnew 2"
        );
    }

    #[test]
    fn where_nothing_is_left_all_of_it_is_fresh() {
        for text in ["> a", "-- \nx", "-----Original Message-----\nold", "发自我的iPhone"] {
            assert_eq!(fresh(text), text);
        }
        assert_eq!(find("", &[]), 0..0);
    }

    #[test]
    fn dashes_within_a_text_are_no_signature() {
        let text = format!("one\n--\n{}", "line\n".repeat(12));
        assert_eq!(fresh(&text), text.trim_end());
    }

    #[test]
    fn what_html_marks_is_quoted() {
        let find = |text: &str, quote: Range<usize>| find(text, std::slice::from_ref(&quote));
        assert_eq!(find("new\nold\nafter", 4..7), 0..13);
        assert_eq!(find("new\nold", 4..7), 0..3);
        assert_eq!(find("old\nnew", 0..3), 4..7);
    }
}
