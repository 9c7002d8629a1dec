//! One connection that brings mail: the order of its commands, and the bounds of what it may bring.

use std::io::{Error, ErrorKind, Result};
use std::sync::Arc;
use std::time::Duration;

use kesu_app::{App, mail_room};
use kesu_intake_mail::read::LARGEST;
use kesu_intake_mail::{Arrival, on_mail};
use smtp_proto::request::receiver::{DataReceiver, DummyDataReceiver, RequestReceiver};
use smtp_proto::{
    EXT_8BIT_MIME, EXT_ENHANCED_STATUS_CODES, EXT_PIPELINING, EXT_SIZE, EXT_START_TLS, EhloResponse, Error as Wrong,
    Request,
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::{Semaphore, watch};

/// How long a client may be silent.
const SILENT: Duration = Duration::from_secs(120);
/// Recipients of one message.
const RECIPIENTS: usize = 100;
/// Commands of one connection, and mistakes among them.
const COMMANDS: u32 = 10_000;
const MISTAKES: u32 = 20;
/// Bytes that are passed over after a message grew too large, before the connection is cut.
const PASSED_OVER: usize = 2 * LARGEST;

/// What comes after a session.
pub enum Next<S> {
    /// Nothing.
    Closed,
    /// The client wants TLS on this stream.
    Upgrade(S),
}

/// One connection.
pub struct Session {
    app: App,
    messages: Arc<Semaphore>,
    stopped: watch::Receiver<bool>,
    offers_tls: bool,
    greeted: bool,
    from: Option<String>,
    to: Vec<String>,
}

/// What a command brings about.
enum Answer {
    Say(String),
    Data,
    Tls,
    Quit,
}

impl Session {
    pub fn new(app: App, messages: Arc<Semaphore>, stopped: watch::Receiver<bool>, offers_tls: bool) -> Self {
        Self {
            app,
            messages,
            stopped,
            offers_tls,
            greeted: false,
            from: None,
            to: Vec::new(),
        }
    }

    /// Talks until one of the two ends it.
    pub async fn run<S: AsyncRead + AsyncWrite + Unpin>(mut self, mut stream: S, greet: bool) -> Result<Next<S>> {
        if greet {
            let hello = format!("220 {} ESMTP\r\n", self.app.settings.mail_domain);
            say(&mut stream, hello.as_bytes()).await?;
        }
        let mut receiver = RequestReceiver::default();
        let mut buffer = vec![0; 16 * 1024];
        let (mut commands, mut mistakes) = (0, 0);
        loop {
            let got = match self.read(&mut stream, &mut buffer).await {
                Ok(0) => return Ok(Next::Closed),
                Ok(got) => got,
                Err(error) if error.kind() == ErrorKind::TimedOut => {
                    say(&mut stream, b"421 4.4.2 timed out\r\n").await?;
                    return Ok(Next::Closed);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {
                    say(&mut stream, b"421 4.3.2 shutting down, try again later\r\n").await?;
                    return Ok(Next::Closed);
                }
                Err(error) => return Err(error),
            };
            let mut rest = buffer.get(..got).unwrap_or_default().to_vec();
            while !rest.is_empty() {
                let mut bytes = rest.iter();
                let request = receiver.ingest(&mut bytes).map(Request::into_owned);
                let after = bytes.as_slice().to_vec();
                let answer = match request {
                    Err(Wrong::NeedsMoreData { .. }) => break,
                    Err(Wrong::ResponseTooLong) => {
                        say(&mut stream, b"500 5.5.2 line too long\r\n").await?;
                        return Ok(Next::Closed);
                    }
                    Ok(request) => self.command(request),
                    Err(wrong) => Answer::Say(told(&wrong)),
                };
                rest = after;
                commands += 1;
                match answer {
                    Answer::Say(line) => {
                        mistakes += u32::from(line.starts_with('5'));
                        say(&mut stream, line.as_bytes()).await?;
                    }
                    Answer::Data => rest = self.data(&mut stream, rest, &mut buffer).await?,
                    Answer::Tls => {
                        say(&mut stream, b"220 2.0.0 ready to start TLS\r\n").await?;
                        // What was sent ahead in the clear is not taken over into the secure part.
                        return Ok(Next::Upgrade(stream));
                    }
                    Answer::Quit => {
                        say(&mut stream, b"221 2.0.0 goodbye\r\n").await?;
                        return Ok(Next::Closed);
                    }
                }
                if commands > COMMANDS || mistakes > MISTAKES {
                    say(&mut stream, b"421 4.7.0 too many commands\r\n").await?;
                    return Ok(Next::Closed);
                }
            }
        }
    }

    /// Reads what has come; interrupted when the program is to end.
    async fn read<S: AsyncRead + Unpin>(&mut self, stream: &mut S, buffer: &mut [u8]) -> Result<usize> {
        tokio::select! {
            got = tokio::time::timeout(SILENT, stream.read(buffer)) => {
                got.unwrap_or_else(|_| Err(Error::from(ErrorKind::TimedOut)))
            }
            _ = self.stopped.wait_for(|stop| *stop) => Err(Error::from(ErrorKind::Interrupted)),
        }
    }

    fn command(&mut self, request: Request<String>) -> Answer {
        let say = |line: &str| Answer::Say(format!("{line}\r\n"));
        match request {
            Request::Ehlo { .. } => {
                self.begin();
                let mut hello = EhloResponse::new(self.app.settings.mail_domain.as_str());
                hello.capabilities = EXT_8BIT_MIME | EXT_ENHANCED_STATUS_CODES | EXT_PIPELINING | EXT_SIZE;
                if self.offers_tls {
                    hello.capabilities |= EXT_START_TLS;
                }
                hello.size = LARGEST;
                let mut lines = Vec::new();
                // Writing into memory cannot fail.
                let _ = hello.write(&mut lines);
                Answer::Say(String::from_utf8_lossy(&lines).into_owned())
            }
            Request::Helo { .. } => {
                self.begin();
                Answer::Say(format!("250 {}\r\n", self.app.settings.mail_domain))
            }
            Request::Quit => Answer::Quit,
            Request::Noop { .. } => say("250 2.0.0 OK"),
            Request::Rset => {
                self.reset();
                say("250 2.0.0 OK")
            }
            Request::Vrfy { .. } => say("252 2.1.5 cannot say, but send it"),
            Request::StartTls if self.offers_tls => Answer::Tls,
            Request::Mail { .. } | Request::Rcpt { .. } | Request::Data if !self.greeted => {
                say("503 5.5.1 say hello first")
            }
            Request::Mail { from } => {
                if self.from.is_some() {
                    return say("503 5.5.1 a message was begun already");
                }
                if from.size > LARGEST {
                    return say("552 5.3.4 the message is larger than 25 MB");
                }
                self.from = Some(from.address);
                say("250 2.1.0 OK")
            }
            Request::Rcpt { to } => {
                if self.from.is_none() {
                    return say("503 5.5.1 name the sender first");
                }
                if !mail_room::is_ours(&self.app.settings, &to.address) {
                    return say("550 5.7.1 no relaying: this address is not ours");
                }
                if self.to.len() >= RECIPIENTS {
                    return say("452 4.5.3 too many recipients");
                }
                self.to.push(to.address);
                say("250 2.1.5 OK")
            }
            Request::Data if self.to.is_empty() => say("503 5.5.1 name a recipient first"),
            Request::Data => Answer::Data,
            _ => say("502 5.5.1 not understood"),
        }
    }

    fn begin(&mut self) {
        self.greeted = true;
        self.reset();
    }

    fn reset(&mut self) {
        self.from = None;
        self.to.clear();
    }

    /// Receives a message and takes it in: 250 is only said once it is on disk. What was read beyond it.
    async fn data<S>(&mut self, stream: &mut S, ahead: Vec<u8>, buffer: &mut [u8]) -> Result<Vec<u8>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let messages = self.messages.clone();
        let Ok(_turn) = messages.acquire().await else {
            return Err(Error::from(ErrorKind::Interrupted));
        };
        say(stream, b"354 send the message, end with a dot on a line of its own\r\n").await?;
        let mut message = Vec::new();
        let mut receiver = DataReceiver::new();
        let mut beyond: Option<DummyDataReceiver> = None;
        let mut passed = 0;
        let mut rest = ahead;
        loop {
            let mut bytes = rest.iter();
            let ended = match &mut beyond {
                Some(passing) => {
                    passed += rest.len();
                    passing.ingest(&mut bytes)
                }
                None => receiver.ingest(&mut bytes, &mut message),
            };
            let after = bytes.as_slice().to_vec();
            if beyond.is_none() && message.len() > LARGEST {
                beyond = Some(DummyDataReceiver::new_data(&receiver));
                message = Vec::new();
            }
            if ended {
                let answer = match &beyond {
                    Some(_) => "552 5.3.4 the message is larger than 25 MB\r\n",
                    None => self.take_in(&message).await,
                };
                self.reset();
                say(stream, answer.as_bytes()).await?;
                return Ok(after);
            }
            if passed > PASSED_OVER {
                say(stream, b"552 5.3.4 the message is larger than 25 MB\r\n").await?;
                return Err(Error::from(ErrorKind::ConnectionAborted));
            }
            let got = tokio::time::timeout(SILENT, stream.read(buffer)).await;
            let got = got.unwrap_or_else(|_| Err(Error::from(ErrorKind::TimedOut)))?;
            if got == 0 {
                // Broken off: the client was not told that we have it, and keeps it.
                return Err(Error::from(ErrorKind::UnexpectedEof));
            }
            rest = buffer.get(..got).unwrap_or_default().to_vec();
        }
    }

    async fn take_in(&self, message: &[u8]) -> &'static str {
        let arrival = Arrival {
            from: self.from.clone(),
            to: self.to.clone(),
            ..Arrival::default()
        };
        match on_mail(&self.app, message, &arrival).await {
            Ok(_) => "250 2.0.0 taken in\r\n",
            Err(problem) => {
                tracing::warn!(?problem, "a mail could not be taken in, its sender tries again");
                "451 4.3.0 cannot take it in just now, try again later\r\n"
            }
        }
    }
}

fn told(wrong: &Wrong) -> String {
    let line = match wrong {
        Wrong::InvalidSenderAddress => "501 5.1.7 this is no address",
        Wrong::InvalidRecipientAddress => "501 5.1.3 this is no address",
        Wrong::SyntaxError { .. } | Wrong::InvalidParameter { .. } => "501 5.5.4 not understood",
        Wrong::UnsupportedParameter { .. } => "555 5.5.4 such a parameter is not understood",
        _ => "500 5.5.1 not understood",
    };
    format!("{line}\r\n")
}

/// Says something at once.
pub async fn say<S: AsyncWrite + Unpin>(stream: &mut S, line: &[u8]) -> Result<()> {
    stream.write_all(line).await?;
    stream.flush().await
}
