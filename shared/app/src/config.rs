//! Every setting of the functions, read in one place; a wrong one is named with what it should be.

use std::collections::BTreeMap;

use crate::mail_room::MailAddresses;
use crate::post::robots::{self, Robot};
use crate::procedures::Procedures;

/// What an installation is told from outside: on Lambda by the environment, on one machine by the command line and the
/// data folder.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The procedures in use, and which of them governs what.
    pub procedures: Procedures,
    /// Where people reach the pages: no slash at the end.
    pub base_url: String,
    /// The company's name, as letters and pages show it.
    pub company: String,
    /// How customers reach the company, in one line.
    pub contact: String,
    /// Address the letters come from.
    pub mail_from: String,
    /// Domain of the addresses that answers go to.
    pub mail_domain: String,
    /// Shards of the wake, month and changed indexes.
    pub shards: u32,
    /// The installation's secret, from which query codes and tokens are derived.
    pub secret: Vec<u8>,
    /// Requests a minute that one address may make on public pages; 0 is without limit.
    pub public_per_minute: u32,
    /// Hours a session lasts.
    pub session_hours: u32,
    /// Days for which the links of a letter can be used.
    pub link_days: u32,
    /// Chat robots that are told of letters to staff.
    pub robots: Vec<Robot>,
    /// The company's own addresses, and the procedure that governs what is written to each.
    pub mail_addresses: MailAddresses,
    /// Whether the workbook and what is printed from it carry the reader's name and the day.
    pub watermark: bool,
}

#[cfg(any(test, feature = "local"))]
impl Settings {
    /// An installation for trials and measurements: on this machine, one shard, as many requests as one likes.
    pub fn trial(procedures: Procedures) -> Self {
        Self {
            procedures,
            base_url: "http://127.0.0.1:8080".to_owned(),
            company: "示例机械有限公司".to_owned(),
            contact: "400-000-0000".to_owned(),
            mail_from: "kesu@kesu.example".to_owned(),
            mail_domain: "kesu.example".to_owned(),
            shards: 1,
            secret: b"0123456789abcdef0123456789abcdef".to_vec(),
            public_per_minute: 0,
            session_hours: 12,
            link_days: 14,
            robots: Vec::new(),
            mail_addresses: MailAddresses::default(),
            watermark: false,
        }
    }
}

/// A setting that is missing or wrong.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// Not there.
    #[error("the setting `{0}` is missing: {1}")]
    Missing(&'static str, &'static str),
    /// The list of procedures cannot be read.
    #[error("the setting `KESU_PROCEDURES` cannot be used: {0}")]
    Procedures(String),
    /// The list of chat robots cannot be read; the reason does not hold their addresses.
    #[error("the setting `KESU_ROBOTS` cannot be used: {0}")]
    Robots(String),
    /// The list of company addresses cannot be read.
    #[error("the setting `KESU_MAIL_ADDRESSES` cannot be used: {0}")]
    MailAddresses(String),
    /// There, but of no use.
    #[error("the setting `{name}` cannot be `{value}`: {wanted}")]
    Wrong {
        /// Which.
        name: &'static str,
        /// What it was.
        value: String,
        /// What it should be.
        wanted: &'static str,
    },
}

/// Where settings are looked up: the environment, or a table in a test.
pub trait Lookup {
    /// The value of a setting.
    fn value(&self, name: &str) -> Option<String>;
}

/// The process's environment.
pub struct Environment;

/// The language that the system is set to (`LC_ALL`, `LC_MESSAGES`, `LANG`), as a tag: `zh_CN`.
pub fn locale() -> String {
    let named = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| Environment.value(name));
    let named = named.unwrap_or_default();
    named.split(['.', '@']).next().unwrap_or_default().to_owned()
}

impl Lookup for Environment {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the edge at which the environment is read"
    )]
    fn value(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|value| !value.is_empty())
    }
}

impl Lookup for BTreeMap<&str, &str> {
    fn value(&self, name: &str) -> Option<String> {
        self.get(name).map(|value| (*value).to_owned())
    }
}

/// The connection of a deployed function.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// The table's name.
    pub table: String,
    /// Region.
    pub region: String,
    /// Credentials: key id, secret, session token.
    pub credentials: (String, String, Option<String>),
    /// Another endpoint than the region's, for emulators.
    pub endpoint: Option<String>,
}

impl Settings {
    /// Reads the settings of a deployed function.
    ///
    /// # Errors
    /// The first setting that is missing or wrong.
    pub fn read(from: &dyn Lookup) -> Result<Self, SettingsError> {
        let secret = required(
            from,
            "KESU_SECRET",
            "at least 32 characters, the same for all functions",
        )?;
        if secret.len() < 32 {
            let value = format!("{} characters", secret.len());
            return Err(SettingsError::Wrong {
                name: "KESU_SECRET",
                value,
                wanted: "at least 32 characters",
            });
        }
        let base_url = required(
            from,
            "KESU_BASE_URL",
            "the address of the pages, such as https://kesu.example",
        )?;
        let procedures = procedures(from)?;
        let mail_addresses = match from.value("KESU_MAIL_ADDRESSES") {
            Some(value) => MailAddresses::parse(&value, &procedures).map_err(SettingsError::MailAddresses)?,
            None => MailAddresses::default(),
        };
        Ok(Self {
            procedures,
            base_url: base_url.trim_end_matches('/').to_owned(),
            company: from.value("KESU_COMPANY").unwrap_or_else(|| "客诉 Kesu".to_owned()),
            contact: from.value("KESU_CONTACT").unwrap_or_else(|| base_url.clone()),
            mail_from: required(from, "KESU_MAIL_FROM", "the address that letters come from")?,
            mail_domain: required(from, "KESU_MAIL_DOMAIN", "the domain that answers go to")?,
            shards: number(from, "KESU_SHARDS", 4)?,
            secret: secret.into_bytes(),
            public_per_minute: number(from, "KESU_PUBLIC_PER_MINUTE", 30)?,
            session_hours: number(from, "KESU_SESSION_HOURS", 12)?,
            link_days: number(from, "KESU_LINK_DAYS", LINK_DAYS)?,
            robots: from
                .value("KESU_ROBOTS")
                .map_or(Ok(Vec::new()), |json| robots::parse(&json))
                .map_err(SettingsError::Robots)?,
            mail_addresses,
            watermark: switch(from, "KESU_WATERMARK")?,
        })
    }
}

/// Days for which the links of a letter can be used, where nobody set another number.
pub const LINK_DAYS: u32 = 14;

/// The procedure of an installation that names none.
pub const DEFAULT_PROCEDURE: &str = "P19";

impl Deployment {
    /// Reads what the Lambda environment says.
    ///
    /// # Errors
    /// The first setting that is missing.
    pub fn read(from: &dyn Lookup) -> Result<Self, SettingsError> {
        let by_lambda = "Lambda sets it; elsewhere set it yourself";
        Ok(Self {
            table: required(from, "KESU_TABLE", "the name of the table")?,
            region: required(from, "AWS_REGION", by_lambda)?,
            credentials: (
                required(from, "AWS_ACCESS_KEY_ID", by_lambda)?,
                required(from, "AWS_SECRET_ACCESS_KEY", by_lambda)?,
                from.value("AWS_SESSION_TOKEN"),
            ),
            endpoint: from.value("AWS_ENDPOINT_URL"),
        })
    }
}

/// `KESU_PROCEDURES`: ids with commas, or a JSON list with rules; `KESU_PROCEDURE` for one.
fn procedures(from: &dyn Lookup) -> Result<Procedures, SettingsError> {
    let named = from.value("KESU_PROCEDURES").or_else(|| from.value("KESU_PROCEDURE"));
    let Some(value) = named else {
        return Ok(Procedures::default());
    };
    Procedures::parse(&value).map_err(SettingsError::Procedures)
}

fn required(from: &dyn Lookup, name: &'static str, wanted: &'static str) -> Result<String, SettingsError> {
    from.value(name).ok_or(SettingsError::Missing(name, wanted))
}

fn switch(from: &dyn Lookup, name: &'static str) -> Result<bool, SettingsError> {
    match from.value(name).as_deref() {
        None | Some("0") => Ok(false),
        Some("1") => Ok(true),
        Some(value) => Err(SettingsError::Wrong {
            name,
            value: value.to_owned(),
            wanted: "1 for on, 0 for off",
        }),
    }
}

fn number(from: &dyn Lookup, name: &'static str, otherwise: u32) -> Result<u32, SettingsError> {
    let Some(value) = from.value(name) else {
        return Ok(otherwise);
    };
    value.parse().map_err(|_| SettingsError::Wrong {
        name,
        value,
        wanted: "a whole number",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_setting_is_named_with_what_it_should_be() {
        let error = Settings::read(&BTreeMap::<&str, &str>::new()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the setting `KESU_SECRET` is missing: at least 32 characters, the same for all functions"
        );
    }

    fn given(name: &'static str, value: &'static str) -> BTreeMap<&'static str, &'static str> {
        BTreeMap::from([
            ("KESU_SECRET", "0123456789abcdef0123456789abcdef"),
            ("KESU_BASE_URL", "https://kesu.example/"),
            ("KESU_MAIL_FROM", "kesu@kesu.example"),
            ("KESU_MAIL_DOMAIN", "kesu.example"),
            (name, value),
        ])
    }

    #[test]
    fn a_switch_is_off_unless_it_is_switched_on_and_refuses_what_is_neither() {
        let on = |name, value| Settings::read(&given(name, value)).map(|read| read.watermark);
        assert_eq!(on("KESU_SHARDS", "4"), Ok(false));
        assert_eq!(on("KESU_WATERMARK", "0"), Ok(false));
        assert_eq!(on("KESU_WATERMARK", "1"), Ok(true));
        assert_eq!(
            on("KESU_WATERMARK", "yes").unwrap_err().to_string(),
            "the setting `KESU_WATERMARK` cannot be `yes`: 1 for on, 0 for off"
        );
    }

    #[test]
    fn a_number_that_is_none_is_refused_with_its_value() {
        let given = given("KESU_SHARDS", "many");
        let error = Settings::read(&given).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the setting `KESU_SHARDS` cannot be `many`: a whole number"
        );
    }
}
