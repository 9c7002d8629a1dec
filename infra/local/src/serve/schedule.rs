//! The schedule of one machine: a sweep every minute, the digest, ended periods and expired records in the morning.

use std::time::Duration;

use chrono::Timelike;
use kesu_app::App;
use kesu_app::store::Local;

/// The hour of the procedure's zone in which the digest goes out.
const DIGEST_HOUR: u32 = 8;

/// Starts the schedule; it ends with the process. What one run misses, the next one does.
pub fn start(app: App, local: Local) {
    tokio::spawn(async move {
        let mut minute = tokio::time::interval(Duration::from_secs(60));
        minute.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            minute.tick().await;
            if let Err(problem) = kesu_intake_mail::sweep(&app, app.now()).await {
                tracing::error!(
                    ?problem,
                    "mail that was begun could not be finished, the next run goes on"
                );
            }
            if let Err(problem) = kesu_escalate::run(&app, app.now()).await {
                tracing::error!(?problem, "the sweep could not be finished, the next one goes on");
            }
            if let Err(problem) = daily(&app, &local).await {
                tracing::error!(?problem, "the daily run could not be finished, the next one goes on");
            }
        }
    });
}

async fn daily(app: &App, local: &Local) -> Result<(), kesu_app::Problem> {
    let desk = app.desk(app.settings.procedures.first()).await?;
    let now = desk.local(app.now());
    if now.hour() != DIGEST_HOUR || !app.first_today("digest", now.date_naive()) {
        return Ok(());
    }
    let done = digest_and_tidy(app, local).await;
    if done.is_err() {
        app.again_today("digest");
    }
    done
}

async fn digest_and_tidy(app: &App, local: &Local) -> Result<(), kesu_app::Problem> {
    let letters = kesu_escalate::digest(app, app.now()).await?;
    tracing::info!(letters, "the digest is out");
    let day = kesu_rollup::daily(app, app.now()).await?;
    tracing::info!(
        periods = day.counted.len(),
        warnings = day.warnings,
        "periods that ended are counted"
    );
    let expired = local.sweep_ttl().await?;
    tracing::info!(expired, "expired records are gone");
    Ok(())
}
