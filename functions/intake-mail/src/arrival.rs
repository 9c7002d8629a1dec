//! How a message came: from whom and for whom on the envelope, what was checked on the way, and what became of it.

use kesu_rules::domain::message::Verdict;
use serde::{Deserialize, Serialize};

/// How a message came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Arrival {
    /// The envelope's sender; empty for the null return path, nothing where it is not known.
    pub from: Option<String>,
    /// The envelope's recipients; none where they are not known.
    pub to: Vec<String>,
    /// What was checked on the way.
    pub verdicts: Verdicts,
}

/// What was checked of a message before it came here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Verdicts {
    /// Whether the envelope's domain lets that machine send.
    pub spf: Check,
    /// Whether a signature is valid.
    pub dkim: Check,
    /// Whether the domain in `From` stands behind it.
    pub dmarc: Check,
    /// Whether it is no spam.
    pub spam: Check,
    /// Whether it carries no virus.
    pub virus: Check,
}

/// The result of one check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// Passed.
    Pass,
    /// Failed.
    Fail,
    /// Not done, or without result.
    #[default]
    None,
}

impl Check {
    /// Reads `PASS`, `FAIL` and their like; everything else is no result.
    pub fn parse(word: &str) -> Self {
        match word.trim().to_ascii_lowercase().as_str() {
            "pass" => Self::Pass,
            "fail" | "hardfail" | "softfail" => Self::Fail,
            _ => Self::None,
        }
    }
}

impl Verdicts {
    /// What the checks say of the address in `From`. Only DMARC speaks of that address: SPF and DKIM alone may have passed
    /// for another domain, and SPF alone fails for everything that is forwarded.
    pub fn overall(&self) -> Verdict {
        match self.dmarc {
            Check::Pass => Verdict::Pass,
            Check::Fail => Verdict::Fail,
            Check::None => Verdict::None,
        }
    }

    /// What SES wrote above a message that it stored: its own headers stand before everything that came with the mail.
    pub fn of_ses(raw: &[u8]) -> Self {
        let mut verdicts = Self::default();
        let (mut spam, mut virus, mut results) = (false, false, false);
        for (name, value) in headers(raw) {
            let name = name.to_ascii_lowercase();
            match name.as_str() {
                "x-ses-spam-verdict" if !spam => (spam, verdicts.spam) = (true, Check::parse(&value)),
                "x-ses-virus-verdict" if !virus => (virus, verdicts.virus) = (true, Check::parse(&value)),
                "authentication-results" if !results => {
                    results = true;
                    if value.trim_start().to_ascii_lowercase().starts_with("amazonses.com") {
                        verdicts.spf = method(&value, "spf");
                        verdicts.dkim = method(&value, "dkim");
                        verdicts.dmarc = method(&value, "dmarc");
                    }
                }
                _ => {}
            }
        }
        verdicts
    }
}

/// How many bytes of a message are searched for the headers that SES wrote.
const TOP: usize = 64 * 1024;

/// The headers at the top of a message, unfolded; with the first that the sender could have written, SES's own are over.
fn headers(raw: &[u8]) -> Vec<(String, String)> {
    let top = String::from_utf8_lossy(raw.get(..TOP).unwrap_or(raw)).into_owned();
    let mut all: Vec<(String, String)> = Vec::new();
    for line in top.lines() {
        if line.is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = all.last_mut() {
                value.push_str(line);
            }
            continue;
        }
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        all.push((name.trim().to_owned(), value.to_owned()));
    }
    all
}

/// The result of one method in an `Authentication-Results` header.
fn method(results: &str, name: &str) -> Check {
    let parts = results.split(';').map(str::trim);
    let mut own = parts.filter_map(|part| part.strip_prefix(name)?.trim_start().strip_prefix('='));
    own.next().map_or(Check::None, |rest| {
        Check::parse(rest.split_whitespace().next().unwrap_or_default())
    })
}

/// What became of a message, as `kesu mail` writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// What.
    pub outcome: OutcomeKind,
    /// The complaint that has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complaint: Option<String>,
    /// Where it waits for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<String>,
    /// Why it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeKind {
    /// It began a complaint.
    Created,
    /// It was put to a complaint.
    Added,
    /// It had been taken in before; the delivery was counted.
    Duplicate,
    /// It waits for a person.
    Quarantined,
    /// A machine wrote it, and nothing came of it; where it belongs to nothing it is listed for a person.
    Ignored,
}

impl Outcome {
    /// An outcome for a complaint.
    pub(crate) fn of(outcome: OutcomeKind, complaint: impl Into<String>) -> Self {
        Self {
            outcome,
            complaint: Some(complaint.into()),
            held: None,
            reason: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_headers_that_ses_wrote_are_believed_and_those_below_are_not() {
        let raw = b"Return-Path: <a@b.example>\r\nX-SES-Spam-Verdict: PASS\r\nX-SES-Virus-Verdict: PASS\r\n\
            Authentication-Results: amazonses.com;\r\n spf=pass (spfCheck: domain of b.example) client-ip=192.0.2.1;\r\n \
            dkim=pass header.i=@b.example;\r\n dmarc=fail header.from=b.example;\r\n\
            X-SES-Spam-Verdict: FAIL\r\nAuthentication-Results: amazonses.com; dmarc=pass\r\nFrom: a@b.example\r\n\r\nx";
        let verdicts = Verdicts::of_ses(raw);
        assert_eq!((verdicts.spam, verdicts.virus), (Check::Pass, Check::Pass));
        assert_eq!((verdicts.spf, verdicts.dkim), (Check::Pass, Check::Pass));
        assert_eq!(verdicts.overall(), Verdict::Fail);
    }

    #[test]
    fn results_of_another_server_count_for_nothing() {
        let raw = b"Authentication-Results: mx.evil.example; dmarc=pass\r\nFrom: a@b.example\r\n\r\nx";
        assert_eq!(Verdicts::of_ses(raw), Verdicts::default());
    }
}
