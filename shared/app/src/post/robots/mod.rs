//! Chat robots (群机器人) of WeCom, DingTalk and Feishu: short messages beside the letters, to the vendors' own hosts only.
//!
//! A message holds number, class, department, rule and date, and never a name, a telephone number or a word of anybody: a
//! chat group has members whom nobody checks.

#[cfg(feature = "robots")]
mod call;
pub mod rate;
#[cfg(feature = "robots")]
mod sign;

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::PostError;
use crate::texts::Language;

/// Whose robot it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RobotKind {
    /// 企业微信.
    Wecom,
    /// 钉钉.
    Dingtalk,
    /// 飞书, and Lark abroad.
    Feishu,
}

impl RobotKind {
    /// The channel's name in lists of letters.
    pub fn channel(self) -> &'static str {
        match self {
            Self::Wecom => "wecom",
            Self::Dingtalk => "dingtalk",
            Self::Feishu => "feishu",
        }
    }

    /// The hosts that a hook may have; the address in the settings cannot lead anywhere else.
    fn hosts(self) -> &'static [&'static str] {
        match self {
            Self::Wecom => &["qyapi.weixin.qq.com"],
            Self::Dingtalk => &["oapi.dingtalk.com"],
            Self::Feishu => &["open.feishu.cn", "open.larksuite.com"],
        }
    }

    /// What the vendor bears: messages in a minute, and in a second.
    fn limits(self) -> rate::Limits {
        match self {
            Self::Wecom | Self::Dingtalk => rate::Limits {
                a_minute: 20,
                a_second: 20,
            },
            Self::Feishu => rate::Limits {
                a_minute: 100,
                a_second: 5,
            },
        }
    }

    /// The longest text in bytes: 2,048 at WeCom, more at the others, where nobody reads more either.
    fn longest(self) -> usize {
        2_048
    }
}

/// `[[robot]]` in the settings, or one element of the list in `KESU_ROBOTS`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RobotSettings {
    /// `wecom`, `dingtalk` or `feishu`.
    pub kind: RobotKind,
    /// The hook's address as the vendor shows it.
    pub url: String,
    /// The secret of the signature (加签), which DingTalk and Feishu have.
    #[serde(default)]
    pub secret: Option<String>,
    /// The desks whose letters it tells of; `"all"` or missing for every desk.
    #[serde(default, rename = "for")]
    pub desks: Desks,
    /// Names of the letters; `overdue` where missing.
    #[serde(default)]
    pub letters: Option<Vec<String>>,
    /// `zh-Hans` where missing.
    #[serde(default)]
    pub language: Option<String>,
}

/// For which desks a robot speaks.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(untagged)]
pub enum Desks {
    /// These.
    Some(Vec<String>),
    /// A word, which can only be `all`.
    Word(String),
    /// Not said: all.
    #[default]
    Unsaid,
}

/// A hook that is ready to be used.
#[derive(Clone)]
pub struct Robot {
    /// A short name that says nothing of the address; letters that go to it carry it.
    pub id: String,
    /// Whose it is.
    pub kind: RobotKind,
    /// The language of its messages.
    pub language: Language,
    #[cfg_attr(
        not(feature = "robots"),
        expect(dead_code, reason = "read only where robots are spoken to")
    )]
    url: String,
    #[cfg_attr(
        not(feature = "robots"),
        expect(dead_code, reason = "read only where robots are spoken to")
    )]
    secret: Option<String>,
    desks: Option<BTreeSet<String>>,
    letters: BTreeSet<String>,
}

/// The address of a hook is a password: it is in no log.
impl fmt::Debug for Robot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Robot")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl Robot {
    /// Checks a robot's settings.
    ///
    /// # Errors
    /// What is wrong, without the address and the secret.
    pub fn new(settings: RobotSettings) -> Result<Self, String> {
        let rest = settings
            .url
            .strip_prefix("https://")
            .ok_or("the address of a robot begins with `https://`")?;
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let hosts = settings.kind.hosts();
        if !hosts.contains(&host) {
            return Err(format!(
                "a robot of the kind `{}` is at `{}`",
                settings.kind.channel(),
                hosts.join("` or `")
            ));
        }
        Self::at(settings)
    }

    /// A robot at a server on this machine.
    ///
    /// # Errors
    /// As [`Robot::new`]; and when the address is anywhere else.
    #[cfg(any(test, feature = "loopback"))]
    pub fn on_loopback(settings: RobotSettings) -> Result<Self, String> {
        if !settings.url.starts_with("http://127.0.0.1:") {
            return Err("a robot for a trial is on this machine".into());
        }
        Self::at(settings)
    }

    fn at(settings: RobotSettings) -> Result<Self, String> {
        if !settings.url.bytes().all(|byte| byte.is_ascii_graphic()) || settings.url.contains('#') {
            return Err("the address of a robot has characters that no address has".into());
        }
        if settings.kind == RobotKind::Wecom && settings.secret.is_some() {
            return Err("a robot of the kind `wecom` has no secret: its address is one".into());
        }
        let desks = match settings.desks {
            Desks::Some(desks) => Some(desks.into_iter().collect()),
            Desks::Unsaid => None,
            Desks::Word(word) if word == "all" => None,
            Desks::Word(word) => return Err(format!("`for` of a robot is a list of desks or `all`, not `{word}`")),
        };
        let letters = settings.letters.unwrap_or_else(|| vec!["overdue".to_owned()]);
        for letter in &letters {
            let staff = super::templates::Template::find(letter)
                .is_some_and(|template| template.audience == super::templates::Audience::Staff);
            if !staff {
                return Err(format!("`{letter}` is no letter to staff"));
            }
        }
        let tag = settings.language.as_deref().unwrap_or("zh-Hans");
        let language = Language::parse(tag).ok_or_else(|| format!("`{tag}` is no language of letters"))?;
        let hash = Sha256::digest(format!("{}\n{}", settings.kind.channel(), settings.url).as_bytes());
        Ok(Self {
            id: hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect(),
            kind: settings.kind,
            language,
            url: settings.url,
            secret: settings.secret,
            desks,
            letters: letters.into_iter().collect(),
        })
    }

    /// Whether it tells of a letter of this name for this desk.
    pub fn wants(&self, letter: &str, desk: Option<&str>) -> bool {
        let ours = |desks: &BTreeSet<String>| desk.is_some_and(|desk| desks.contains(desk));
        self.letters.contains(letter) && self.desks.as_ref().is_none_or(ours)
    }

    /// What the vendor bears.
    pub fn limits(&self) -> rate::Limits {
        self.kind.limits()
    }

    /// A text as it fits: whole lines, and how many are left out.
    pub fn fitted(&self, lines: &[String], more: impl Fn(usize) -> String) -> String {
        let longest = self.kind.longest();
        let whole = lines.join("\n");
        if whole.len() <= longest {
            return whole;
        }
        for kept in (0..lines.len()).rev() {
            let text = format!(
                "{}\n{}",
                lines.get(..kept).unwrap_or_default().join("\n"),
                more(lines.len() - kept)
            );
            if text.len() <= longest {
                return text;
            }
        }
        more(lines.len())
    }

    /// Says something in the group. The vendor's own code decides whether it was heard.
    ///
    /// # Errors
    /// [`PostError::Transient`] when it may be tried again, [`PostError::Permanent`] when hook or signature are wrong.
    #[cfg(feature = "robots")]
    pub async fn say(&self, text: &str) -> Result<(), PostError> {
        let seconds = crate::clock::machine().timestamp();
        let millis = crate::clock::machine().timestamp_millis();
        let (url, body) = sign::request(self.kind, &self.url, self.secret.as_deref(), text, seconds, millis);
        call::call(self.kind, url, body).await
    }

    /// As above, in a program that was built without robots.
    ///
    /// # Errors
    /// Always.
    #[cfg(not(feature = "robots"))]
    pub async fn say(&self, _text: &str) -> Result<(), PostError> {
        Err(PostError::Permanent("this program was built without robots".into()))
    }
}

/// Robots from a JSON list, as a deployed function's environment gives them.
///
/// # Errors
/// What is wrong with the first that cannot be used, without its address.
pub fn parse(json: &str) -> Result<Vec<Robot>, String> {
    let wrong = |_| "not a JSON list of robots with `kind` and `url`".to_owned();
    let all: Vec<RobotSettings> = serde_json::from_str(json).map_err(wrong)?;
    all.into_iter().map(Robot::new).collect()
}

#[cfg(test)]
mod tests;
