//! Letters through an SMTP server.

use super::compose::Composed;
use super::{Outgoing, PostError, Receipt, without_addresses};
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters, TlsParametersBuilder};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::{Error as SmtpError, response::Severity};
use std::error::Error;
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

/// Where the server is and who we are there.
#[derive(Clone)]
pub struct SmtpSettings {
    /// `smtps://host[:465]`, or `smtp://host[:587]`: plain on this machine, else STARTTLS, without which nothing is sent;
    /// `smtp+starttls://host[:587]` wants STARTTLS on this machine too.
    pub url: String,
    /// User and password, if the server wants them.
    pub credentials: Option<(String, String)>,
    /// A certificate (PEM) that is trusted besides the public ones: a company's own.
    pub root_certificate: Option<Vec<u8>>,
    /// How we greet the server; the machine's name if `None`.
    pub hello: Option<String>,
    /// How long everything before the letter's text may take altogether.
    pub timeout: Duration,
    /// How long the server may think about a letter that it was given. RFC 5321 wants ten minutes; it must stay below the
    /// time after which a claim is taken for dead.
    pub patience: Duration,
}

impl SmtpSettings {
    /// A server with the usual waits: half a minute before the text, five minutes for it.
    pub fn of(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            credentials: None,
            root_certificate: None,
            hello: None,
            timeout: Duration::from_secs(30),
            patience: Duration::from_secs(300),
        }
    }
}

impl fmt::Debug for SmtpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpSettings")
            .field("url", &self.url)
            .field("hello", &self.hello)
            .finish_non_exhaustive()
    }
}

/// A connection is made for each letter: letters are few, and a kept connection is one that is dead when it is needed.
pub struct Smtp {
    target: Target,
    tls: Option<TlsParameters>,
    credentials: Option<Credentials>,
    hello: ClientId,
    timeout: Duration,
    patience: Duration,
}

impl Smtp {
    /// Reads the settings; does not connect yet.
    ///
    /// # Errors
    /// [`PostError::Permanent`] when the URL or the certificate cannot be used.
    pub fn new(settings: &SmtpSettings) -> Result<Smtp, PostError> {
        let target = Target::parse(&settings.url).map_err(|why| PostError::Permanent(why.into()))?;
        let tls = match target.security {
            Security::Plain => None,
            Security::StartTls | Security::Tls => {
                let mut builder = TlsParametersBuilder::new(target.host.clone());
                if let Some(pem) = &settings.root_certificate {
                    let none = || PostError::Permanent("root certificate is no PEM".into());
                    // A file without any certificate would be read as an empty list.
                    if !String::from_utf8_lossy(pem).contains("-----BEGIN CERTIFICATE-----") {
                        return Err(none());
                    }
                    let root = Certificate::from_pem(pem).map_err(|_| none())?;
                    builder = builder.add_root_certificate(root);
                }
                let tls = builder.build();
                Some(tls.map_err(|_| PostError::Permanent("TLS cannot be set up for the SMTP server".into()))?)
            }
        };
        Ok(Smtp {
            target,
            tls,
            credentials: settings
                .credentials
                .clone()
                .map(|(user, password)| Credentials::new(user, password)),
            hello: settings.hello.clone().map_or_else(ClientId::default, ClientId::Domain),
            timeout: settings.timeout,
            patience: settings.patience,
        })
    }

    pub(super) async fn send(&self, letter: &Outgoing, message: &Composed) -> Result<Receipt, PostError> {
        let raw = &message.bytes;
        // Until the text is sent nothing has happened, whatever goes wrong.
        let opened = tokio::time::timeout(self.timeout, self.open(message)).await;
        let mut connection =
            opened.map_err(|_| PostError::Transient("SMTP server did not answer in time".into()))??;
        // From here on silence says nothing about what the server did with the letter.
        match tokio::time::timeout(self.patience, connection.message(raw)).await {
            Err(_) => Err(PostError::Unknown("no answer in time after the letter's text".into())),
            Ok(Ok(_)) => {
                // The letter is the server's now; how it takes our leave does not matter, and is not waited for long.
                let _ = tokio::time::timeout(Duration::from_secs(2), connection.quit()).await;
                Ok(Receipt {
                    message_id: letter.message_id.clone(),
                })
            }
            Ok(Err(error)) if error.status().is_some() => Err(judge(&error)),
            Ok(Err(error)) => Err(PostError::Unknown(told(&error))),
        }
    }

    /// A connection on which the server has asked for the letter's text.
    async fn open(&self, message: &Composed) -> Result<AsyncSmtpConnection, PostError> {
        let ours = |error: SmtpError| PostError::Transient(told(&error));
        let implicit = self.tls.clone().filter(|_| self.target.security == Security::Tls);
        let server = (self.target.host.as_str(), self.target.port);
        let connecting = AsyncSmtpConnection::connect_tokio1(server, Some(self.timeout), &self.hello, implicit, None);
        // What is wrong before a recipient is named is wrong with the server or our account, not with this letter: it waits
        // until somebody has put it right.
        let mut connection = connecting.await.map_err(ours)?;
        if let Some(tls) = self.tls.clone().filter(|_| self.target.security == Security::StartTls) {
            connection.starttls(tls, &self.hello).await.map_err(ours)?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await.map_err(ours)?;
        }
        let mut options = Vec::new();
        if !message.bytes.is_ascii() && connection.server_info().supports_feature(Extension::EightBitMime) {
            options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        let envelope = &message.envelope;
        let from = Mail::new(envelope.from().cloned(), options);
        connection.command(from).await.map_err(ours)?;
        for to in envelope.to() {
            let answer = connection.command(Rcpt::new(to.clone(), Vec::new())).await;
            answer.map_err(|error| judge(&error))?;
        }
        connection.command(Data).await.map_err(|error| judge(&error))?;
        Ok(connection)
    }
}

/// What a refusal of this recipient or this text means. Codes that speak of signing in are about us, not about the letter.
fn judge(error: &SmtpError) -> PostError {
    let about_us = error
        .status()
        .is_some_and(|code| ["530", "534", "535", "538"].contains(&code.to_string().as_str()));
    let refused = error
        .status()
        .is_some_and(|code| code.severity == Severity::PermanentNegativeCompletion);
    if refused && !about_us {
        PostError::Permanent(told(error))
    } else {
        PostError::Transient(told(error))
    }
}

/// What went wrong, in the server's words without addresses.
fn told(error: &SmtpError) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        said = format!("{said}: {inner}");
        cause = inner.source();
    }
    without_addresses(&said)
}

#[derive(Debug, PartialEq, Eq)]
enum Security {
    Plain,
    StartTls,
    Tls,
}

#[derive(Debug, PartialEq, Eq)]
struct Target {
    host: String,
    port: u16,
    security: Security,
}

impl Target {
    fn parse(url: &str) -> Result<Target, &'static str> {
        let (scheme, rest) = url
            .split_once("://")
            .ok_or("SMTP server is not of the form `smtp://host:port`")?;
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.contains('@') {
            return Err("user and password of the SMTP server have settings of their own");
        }
        if rest.contains(['/', '?', '#']) {
            return Err("SMTP server has nothing after its port");
        }
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (
                host,
                Some(
                    port.parse::<u16>()
                        .map_err(|_| "port of the SMTP server is not a port number")?,
                ),
            ),
            _ => (rest, None),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() {
            return Err("SMTP server has no host");
        }
        let here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        let (security, usual) = match scheme {
            "smtps" => (Security::Tls, 465),
            "smtp" if here => (Security::Plain, 25),
            "smtp" | "smtp+starttls" => (Security::StartTls, 587),
            _ => return Err("SMTP server begins with neither `smtp://` nor `smtps://`"),
        };
        Ok(Target {
            host: host.to_owned(),
            port: port.unwrap_or(usual),
            security,
        })
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tls_tests;
