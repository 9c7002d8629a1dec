//! `kesu serve`: the functions in one process, on one port, with one schedule.

mod demo;
mod dev;
mod importer;
pub mod pump;
mod schedule;
mod smtp;

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use axum::Router;
use kesu_app::clock::Time;
use kesu_app::users;
use tokio::net::TcpListener;

use crate::cli::Serve;
use crate::commands::{DONE, moment};
use crate::failure::Failure;
use crate::folder::{DataFolder, Opening};
use pump::Pump;

/// Serves until SIGTERM or Ctrl+C; answers what was begun, then ends.
pub async fn serve(args: Serve) -> Result<ExitCode, Failure> {
    let mail_listener = smtp::bind(args.smtp.as_deref()).await?;
    let listener = TcpListener::bind(&args.listen).await;
    let listener =
        listener.map_err(|error| Failure::refused(format!("cannot listen at `{}`: {error}", args.listen)))?;
    let address = listener
        .local_addr()
        .map_err(|error| Failure::Fault(error.to_string()))?;
    let time = match &args.now {
        Some(_) if !address.ip().is_loopback() => {
            let message =
                format!("--now is for trials on this machine: it is refused on `{address}`, use a loopback address");
            return Err(Failure::refused(message));
        }
        Some(text) => Time::movable(moment(text)?.to_utc()),
        None => Time::Machine,
    };
    let base_url = format!("http://{address}");
    let opening = Opening {
        time: time.clone(),
        procedure: args.procedure.clone(),
        base_url: base_url.clone(),
        make: true,
    };
    let folder = Arc::new(DataFolder::open(&args.data, opening).await?);
    if let Some(word) = users::first_administrator(&folder.app.store, &folder.administrator).await? {
        println!("administrator: {}", folder.administrator);
        println!("one-time password: {word}");
    }
    if let Some(count) = args.demo {
        demo::fill(&folder, count).await?;
    }
    let pump = Arc::new(Pump::start(&folder).await?);
    let mut router = routes(&folder);
    if time.is_movable() {
        router = router.merge(dev::router(folder.clone(), pump.clone()));
    } else {
        schedule::start(folder.app.clone(), folder.local.clone());
    }
    let mail = match mail_listener {
        Some(listener) => Some(smtp::start(listener, folder.app.clone(), folder.listener_tls.as_ref())?),
        None => None,
    };
    if let Some(mail) = &mail {
        println!("mail at {}", mail.address);
    }
    // Whoever reads that it listens may ask it to stop at once.
    let stop = asked_to_stop();
    println!("listening on {base_url}");
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, service).with_graceful_shutdown(stop).await;
    served.map_err(|error| Failure::Fault(format!("the server failed: {error}")))?;
    if let Some(mail) = mail {
        mail.stop().await;
    }
    pump.drained().await;
    Ok(DONE)
}

/// The public pages and the staff's, as behind the HTTP API on AWS.
fn routes(folder: &DataFolder) -> Router {
    let public = kesu_intake_web::router(folder.app.clone());
    let staff = kesu_admin::router(folder.app.clone(), kesu_intake_web::openapi());
    public.merge(staff)
}

/// Listens for the wish to stop from the moment it is called, not only once somebody waits for it.
fn asked_to_stop() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (interrupt, terminate) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    async move {
        match (interrupt, terminate) {
            (Ok(mut interrupt), Ok(mut terminate)) => tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            },
            _ => {
                let _ = tokio::signal::ctrl_c().await;
            }
        }
    }
}
