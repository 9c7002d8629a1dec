//! Signed tokens (签名令牌), as links in letters carry them: a few bytes about a complaint, signed under the installation's
//! secret for one purpose alone. They are derived and never stored.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::app::App;

/// Version of the tokens' shape. It stands at the end, so that no mail program takes a closing `-` or `_` for punctuation.
const VERSION: char = '1';
/// Bytes of the signature: 128 bits.
const SIGNATURE: usize = 16;
/// The longest token that is looked at, and the longest that is made, in characters.
const LONGEST: usize = 190;
/// Set in an id's length where the id is written as the bytes that its digits stand for.
const DIGITS: u8 = 0x80;

impl App {
    /// What is said, signed for a purpose; nothing where it would be too long for a line.
    pub(crate) fn sealed(&self, purpose: &str, mut said: Vec<u8>) -> Option<String> {
        let signature = self.signature(purpose, &said).finalize().into_bytes();
        said.extend(signature.iter().take(SIGNATURE));
        let mut token = URL_SAFE_NO_PAD.encode(said);
        token.push(VERSION);
        Some(token).filter(|token| token.len() <= LONGEST)
    }

    /// What a token says, if it was made here for this purpose and is untouched.
    pub(crate) fn unsealed(&self, purpose: &str, token: &str) -> Option<Vec<u8>> {
        if token.len() > LONGEST {
            return None;
        }
        let mut bytes = URL_SAFE_NO_PAD.decode(token.strip_suffix(VERSION)?).ok()?;
        let signature = bytes.split_off(bytes.len().checked_sub(SIGNATURE)?);
        // Compared in constant time.
        let mac = self.signature(purpose, &bytes);
        mac.verify_truncated_left(&signature).ok().map(|()| bytes)
    }

    fn signature(&self, purpose: &str, said: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.settings.secret).expect("an HMAC takes a key of any length");
        // The purpose is part of what is signed: a token made for something else with this secret is none here.
        mac.update(purpose.as_bytes());
        mac.update(&[0, u8::try_from(VERSION).unwrap_or_default()]);
        mac.update(said);
        mac
    }
}

/// Appends a complaint's id with its length; nothing where it is too long.
pub(crate) fn put_id(id: &str, to: &mut Vec<u8>) -> Option<()> {
    // Ids are digests in hexadecimal, which take half the place as bytes.
    let raw = from_hex(id);
    let mark = if raw.is_some() { DIGITS } else { 0 };
    let bytes = raw.unwrap_or_else(|| id.as_bytes().to_vec());
    let length = u8::try_from(bytes.len()).ok().filter(|length| *length < DIGITS)?;
    to.push(mark | length);
    to.extend(bytes);
    Some(())
}

/// A complaint's id at the beginning, and what follows it.
pub(crate) fn split_id(said: &[u8]) -> Option<(String, &[u8])> {
    let (length, rest) = said.split_first()?;
    let (id, rest) = rest.split_at_checked(usize::from(length & !DIGITS))?;
    let id = if length & DIGITS == 0 {
        String::from_utf8(id.to_vec()).ok()?
    } else {
        id.iter().map(|byte| format!("{byte:02x}")).collect()
    };
    Some((id, rest))
}

/// The bytes that hexadecimal digits in lower case stand for.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let pairs = text.as_bytes().chunks(2);
    let bytes = pairs.map(|pair| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    });
    bytes.collect::<Option<Vec<u8>>>().filter(|bytes| !bytes.is_empty())
}
