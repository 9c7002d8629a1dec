//! E-mail addresses: checking them, hiding them from logs, and the reply address that finds its complaint.

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::fmt;

/// A usable e-mail address: ASCII, no spaces or control characters, at most 254 characters, domain in lower case.
///
/// Its `Debug` output is masked; `Display` and [`EmailAddress::as_str`] give the whole.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

/// Why a text is no usable address. It does not repeat the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Longer than mail servers accept (254, or 64 before the `@`).
    #[error("e-mail address is too long")]
    TooLong,
    /// A space, a control character or a character outside ASCII.
    #[error("e-mail address has a character that is not allowed")]
    Character,
    /// Not of the form `name@domain`.
    #[error("e-mail address is not of the form name@domain")]
    Form,
}

impl EmailAddress {
    /// Reads an address; spaces around it are dropped, the domain becomes lower case.
    ///
    /// # Errors
    /// When mail to it could not be delivered or could change a message's headers.
    pub fn parse(text: &str) -> Result<EmailAddress, AddressError> {
        let text = text.trim_matches(' ');
        if text.len() > 254 {
            return Err(AddressError::TooLong);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) || text.contains(['<', '>', '"', ',', ';', '\\']) {
            return Err(AddressError::Character);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(AddressError::Form)?;
        if local.len() > 64 {
            return Err(AddressError::TooLong);
        }
        let address = format!("{local}@{}", domain.to_ascii_lowercase());
        // A domain without a dot or an address in numbers is never a customer's, and often a way into the own network.
        let named = domain.contains('.') && !domain.starts_with('[') && domain.parse::<std::net::IpAddr>().is_err();
        if !named || address.parse::<lettre::Address>().is_err() {
            return Err(AddressError::Form);
        }
        Ok(EmailAddress(address))
    }

    /// The whole address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands after the `@`.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// The address as it may appear in a log: `a***@domain`.
    pub fn mask(&self) -> String {
        let first = self.0.get(..1).unwrap_or_default();
        format!("{first}***@{}", self.domain())
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.mask())
    }
}

impl std::str::FromStr for EmailAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<EmailAddress, AddressError> {
        EmailAddress::parse(text)
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = AddressError;

    fn try_from(text: String) -> Result<EmailAddress, AddressError> {
        EmailAddress::parse(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> String {
        address.0
    }
}

/// How many hexadecimal digits of the HMAC stand in a reply address: 80 bits, so that the local part stays under 64.
const TOKEN_DIGITS: usize = 20;

/// The address to which answers about a complaint go: `<local>+<complaint id>.<token>@<domain>`.
///
/// Mail servers may change the case of an address, so a complaint's id here is lower-case letters, digits and `-`.
///
/// # Errors
/// When the id has other characters, or the address becomes too long for a mail server.
pub fn reply_address(domain: &str, local: &str, complaint: &str, secret: &[u8]) -> Result<EmailAddress, AddressError> {
    if complaint.is_empty() || !complaint.bytes().all(is_id_byte) {
        return Err(AddressError::Character);
    }
    EmailAddress::parse(&format!("{local}+{}@{domain}", signed(complaint, secret)))
}

/// A complaint's id with its token: `<id>.<20 hexadecimal digits>`, as reply addresses and marks in letters carry it.
pub(super) fn signed(complaint: &str, secret: &[u8]) -> String {
    let token: String = token(complaint, secret)
        .finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{complaint}.{}", &token[..TOKEN_DIGITS])
}

/// The complaint's id of `<id>.<token>`, if the token is right; compared in constant time.
pub(super) fn verified(tagged: &str, secret: &[u8]) -> Option<String> {
    let (complaint, digits) = tagged.rsplit_once('.')?;
    if digits.len() != TOKEN_DIGITS || complaint.is_empty() {
        return None;
    }
    let given = (0..TOKEN_DIGITS)
        .step_by(2)
        .map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok());
    let given = given.collect::<Option<Vec<u8>>>()?;
    token(complaint, secret).verify_truncated_left(&given).ok()?;
    Some(complaint.to_owned())
}

/// The complaint's id that a reply address carries, if the address is one of ours and its token is right.
///
/// The token is compared in constant time.
pub fn reply_complaint(address: &str, domain: &str, local: &str, secret: &[u8]) -> Option<String> {
    let address = address.trim().to_ascii_lowercase();
    let rest = address.strip_prefix(&local.to_ascii_lowercase())?.strip_prefix('+')?;
    let (tagged, host) = rest.rsplit_once('@')?;
    if host != domain.to_ascii_lowercase() {
        return None;
    }
    verified(tagged, secret)
}

fn is_id_byte(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'
}

fn token(complaint: &str, secret: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("an HMAC takes a key of any length");
    // The purpose is part of what is signed: a token made for something else with this secret is none here.
    mac.update(b"reply address\0");
    mac.update(complaint.as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"a secret of the installation";

    fn refused(text: &str, why: AddressError) {
        assert_eq!(EmailAddress::parse(text), Err(why), "{text:?}");
    }

    #[test]
    fn a_usable_address_is_kept_with_its_domain_in_lower_case() {
        let address = EmailAddress::parse(" Zhang.Wei+a@Kunde.EXAMPLE ").unwrap();
        assert_eq!(address.as_str(), "Zhang.Wei+a@kunde.example");
        assert_eq!(address.domain(), "kunde.example");
    }

    #[test]
    fn what_could_change_a_header_is_no_address() {
        for sly in [
            "a@b.example\r\nBcc: c@d.example",
            "a@b.example\nX: y",
            "a\0@b.example",
            "a\u{2028}@b.example",
            "a b@c.example",
            "张@c.example",
            "a@b.example,c@d.example",
            "A <a@b.example>",
            "\"a b\"@c.example",
        ] {
            refused(sly, AddressError::Character);
        }
    }

    #[test]
    fn what_is_not_a_name_at_a_domain_is_no_address() {
        for form in [
            "",
            "a",
            "@b.example",
            "a@",
            "a@localhost",
            "a@127.0.0.1",
            "a@[127.0.0.1]",
            "a@b..example",
            "a@@b.example",
        ] {
            refused(form, AddressError::Form);
        }
        refused(&format!("{}@b.example", "a".repeat(65)), AddressError::TooLong);
        refused(&format!("a@{}.example", "b.".repeat(150)), AddressError::TooLong);
    }

    #[test]
    fn logs_show_a_masked_address() {
        let address = EmailAddress::parse("anna@kunde.example").unwrap();
        assert_eq!(address.mask(), "a***@kunde.example");
        assert_eq!(format!("{address:?}"), "a***@kunde.example");
    }

    #[test]
    fn an_answer_finds_its_complaint_even_in_capitals() {
        let id = "0123456789abcdef0123456789abcdef";
        let address = reply_address("mail.company.example", "reply", id, SECRET).unwrap();
        assert!(address.as_str().starts_with(&format!("reply+{id}.")), "{address}");
        for spelt in [address.to_string(), address.to_string().to_uppercase()] {
            let found = reply_complaint(&spelt, "mail.company.example", "reply", SECRET);
            assert_eq!(found.as_deref(), Some(id));
        }
    }

    #[test]
    fn a_reply_address_that_was_not_made_here_finds_nothing() {
        let address = reply_address("c.example", "reply", "abc", SECRET).unwrap().to_string();
        let check = |text: &str| assert_eq!(reply_complaint(text, "c.example", "reply", SECRET), None, "{text}");
        check(&address.replace("abc", "abd"));
        check(&address.replace("reply", "other"));
        check(&address.replace("c.example", "d.example"));
        check("reply+abc.@c.example");
        check("reply+abc.00000000000000000000@c.example");
        check("reply+abc.zz000000000000000000@c.example");
        check("reply+abc.é000000000000000000@c.example");
        check("reply@c.example");
        check("");
        assert_eq!(reply_complaint(&address, "c.example", "reply", b"another secret"), None);
        assert!(reply_address("c.example", "reply", "A", SECRET).is_err());
        assert!(reply_address("c.example", "reply", "", SECRET).is_err());
    }
}
