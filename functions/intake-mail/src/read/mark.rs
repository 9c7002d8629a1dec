//! The mark that our letters carry in their body, `[kesu:<complaint>.<20 hexadecimal digits>]`, wherever an answer leaves it.

const START: &str = "[kesu:";
const DIGITS: usize = 20;
/// Letters of a complaint's id at most: a local part has no room for more.
const ID: usize = 43;

/// The first mark in a text or in HTML source, in lower case as it was written; whether it is a true one is for others to say.
pub(super) fn find(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(at) = bytes.get(from..)?.iter().position(|byte| *byte == b'[') {
        let start = from + at;
        from = start + 1;
        let head = bytes.get(start..start + START.len())?;
        if head.eq_ignore_ascii_case(START.as_bytes())
            && let Some(token) = token(bytes.get(start + START.len()..).unwrap_or_default())
        {
            return Some(token);
        }
    }
    None
}

fn token(rest: &[u8]) -> Option<String> {
    let window = rest.get(..ID + DIGITS + 2).unwrap_or(rest);
    let end = window.iter().position(|byte| *byte == b']')?;
    let token = std::str::from_utf8(window.get(..end)?).ok()?.to_ascii_lowercase();
    let (id, digits) = token.rsplit_once('.')?;
    let named = !id.is_empty()
        && id
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let signed = digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    (named && signed).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_found_wherever_it_stands() {
        let token = "0123456789abcdef0123456789abcdef.00112233445566778899";
        assert_eq!(
            find(&format!("<div style='display:none'>[kesu:{token}]</div>")).as_deref(),
            Some(token)
        );
        assert_eq!(
            find(&format!("[[客诉[KESU:{}]", token.to_uppercase())).as_deref(),
            Some(token)
        );
    }

    #[test]
    fn what_only_looks_like_a_mark_is_none() {
        for text in [
            "",
            "[",
            "[kesu:",
            "[kesu:]",
            "[kesu:a.b]",
            "[kesu:.00112233445566778899]",
            "[kesu:a b.00112233445566778899]",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
