//! Letters through an SMTP server.

use super::{Outgoing, PostError, Receipt, without_addresses};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::error::Error;
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

/// Where the server is and who we are there.
#[derive(Clone)]
pub struct SmtpSettings {
    /// `smtps://host[:465]`, or `smtp://host[:587]`: plain on this machine, else STARTTLS, without which nothing is sent.
    pub url: String,
    /// User and password, if the server wants them.
    pub credentials: Option<(String, String)>,
    /// How we greet the server; the machine's name if `None`.
    pub hello: Option<String>,
    /// How long a letter may take altogether.
    pub timeout: Duration,
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
    transport: AsyncSmtpTransport<Tokio1Executor>,
    timeout: Duration,
}

impl Smtp {
    /// Reads the settings; does not connect yet.
    ///
    /// # Errors
    /// [`PostError::Permanent`] when the URL cannot be used.
    pub fn new(settings: &SmtpSettings) -> Result<Smtp, PostError> {
        let target = Target::parse(&settings.url).map_err(|why| PostError::Permanent(why.into()))?;
        let tls = |_| PostError::Permanent("TLS cannot be set up for the SMTP server".into());
        let mut builder = match target.security {
            Security::Plain => AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&target.host),
            Security::StartTls => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(&target.host).map_err(tls)?,
            Security::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(&target.host).map_err(tls)?,
        };
        builder = builder.port(target.port).timeout(Some(settings.timeout));
        if let Some(hello) = &settings.hello {
            builder = builder.hello_name(ClientId::Domain(hello.clone()));
        }
        if let Some((user, password)) = &settings.credentials {
            builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
        }
        Ok(Smtp {
            transport: builder.build(),
            timeout: settings.timeout,
        })
    }

    pub(super) async fn send(&self, letter: &Outgoing, message: &Message) -> Result<Receipt, PostError> {
        let raw = message.formatted();
        // The transport's own limit is one for each answer of the server; a slow server could still take for ever.
        match tokio::time::timeout(self.timeout, self.transport.send_raw(message.envelope(), &raw)).await {
            Err(_) => Err(PostError::Transient("SMTP server did not answer in time".into())),
            Ok(Ok(_)) => Ok(Receipt {
                message_id: letter.message_id.clone(),
            }),
            Ok(Err(error)) => {
                let mut said = error.to_string();
                let mut cause = error.source();
                while let Some(inner) = cause {
                    said = format!("{said}: {inner}");
                    cause = inner.source();
                }
                let reason = without_addresses(&said);
                if error.is_permanent() {
                    Err(PostError::Permanent(reason))
                } else {
                    Err(PostError::Transient(reason))
                }
            }
        }
    }
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
            "smtp" => (Security::StartTls, 587),
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
