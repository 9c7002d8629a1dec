//! Mail by SMTP: a listener that takes mail for this installation and for nobody else.
//!
//! The protocol is read by `smtp-proto`, whose lines are bounded and whose end of data is CR LF dot CR LF and nothing
//! else; connections, recipients, sizes and times are bounded here.

mod session;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use kesu_app::App;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::failure::Failure;
use session::{Next, Session};

/// Where mail is taken if nothing else is said.
const DEFAULT: &str = "127.0.0.1:2525";
/// Connections at a time.
const CONNECTIONS: usize = 100;
/// Messages being received or taken in at a time: each may be 25 MB in memory.
const MESSAGES: usize = 8;
/// How long an end waits for what was begun.
const DRAIN: Duration = Duration::from_secs(20);

/// The running listener.
pub struct Listener {
    /// Where it listens.
    pub address: SocketAddr,
    stop: watch::Sender<bool>,
    task: tokio::task::JoinHandle<()>,
}

impl Listener {
    /// Takes no more mail, and waits for what was begun.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        let _ = tokio::time::timeout(DRAIN, self.task).await;
    }
}

/// Binds the address; nothing for `off`, nor where nobody named one and the usual one is taken.
pub async fn bind(asked: Option<&str>) -> Result<Option<TcpListener>, Failure> {
    match asked {
        Some("off") => Ok(None),
        Some(address) => match TcpListener::bind(address).await {
            Ok(listener) => Ok(Some(listener)),
            Err(error) => Err(Failure::refused(format!("cannot take mail at `{address}`: {error}"))),
        },
        None => match TcpListener::bind(DEFAULT).await {
            Ok(listener) => Ok(Some(listener)),
            Err(error) => {
                tracing::warn!(%error, "no mail is taken by SMTP: {DEFAULT} cannot be used, name another with --smtp");
                Ok(None)
            }
        },
    }
}

/// Starts taking mail.
pub fn start(listener: TcpListener, app: App, tls: Option<&(PathBuf, PathBuf)>) -> Result<Listener, Failure> {
    let address = listener
        .local_addr()
        .map_err(|error| Failure::Fault(error.to_string()))?;
    let tls = tls.map(|(certificate, key)| acceptor(certificate, key)).transpose()?;
    let (stop, stopped) = watch::channel(false);
    let task = tokio::spawn(accept(listener, app, tls, stopped));
    Ok(Listener { address, stop, task })
}

fn acceptor(certificate: &Path, key: &Path) -> Result<TlsAcceptor, Failure> {
    let unusable = |path: &Path, why: String| Failure::refused(format!("`{}` cannot be used: {why}", path.display()));
    let chain: Result<Vec<_>, _> = CertificateDer::pem_file_iter(certificate)
        .map_err(|error| unusable(certificate, error.to_string()))?
        .collect();
    let chain = chain.map_err(|error| unusable(certificate, error.to_string()))?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| unusable(key, error.to_string()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Failure::Fault(error.to_string()))?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .map_err(|error| unusable(certificate, error.to_string()))?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

async fn accept(listener: TcpListener, app: App, tls: Option<TlsAcceptor>, stopped: watch::Receiver<bool>) {
    let connections = Arc::new(Semaphore::new(CONNECTIONS));
    let messages = Arc::new(Semaphore::new(MESSAGES));
    let mut running = JoinSet::new();
    let mut stopping = stopped.clone();
    loop {
        let accepted = tokio::select! {
            _ = stopping.wait_for(|stop| *stop) => break,
            accepted = listener.accept() => accepted,
        };
        while running.try_join_next().is_some() {}
        let Ok((stream, _)) = accepted else {
            // Out of file handles, most likely: they come back when others end.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let Ok(place) = connections.clone().try_acquire_owned() else {
            running.spawn(async move {
                let mut stream = stream;
                let _ = session::say(&mut stream, b"421 4.3.2 too many connections, try again later\r\n").await;
            });
            continue;
        };
        let (app, tls, messages, stopped) = (app.clone(), tls.clone(), messages.clone(), stopped.clone());
        running.spawn(async move {
            let _place = place;
            if let Err(error) = serve(stream, app, tls, messages, stopped).await {
                tracing::debug!(%error, "a connection for mail broke off");
            }
        });
    }
    drop(listener);
    while running.join_next().await.is_some() {}
}

async fn serve(
    stream: TcpStream,
    app: App,
    tls: Option<TlsAcceptor>,
    messages: Arc<Semaphore>,
    stopped: watch::Receiver<bool>,
) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let session = Session::new(app.clone(), messages.clone(), stopped.clone(), tls.is_some());
    let Next::Upgrade(plain) = session.run(stream, true).await? else {
        return Ok(());
    };
    let Some(tls) = tls else { return Ok(()) };
    let secure = tokio::time::timeout(Duration::from_secs(30), tls.accept(plain)).await??;
    // After the handshake everything begins anew, and is not offered a second time.
    Session::new(app, messages, stopped, false).run(secure, false).await?;
    Ok(())
}

#[cfg(test)]
mod tests;
