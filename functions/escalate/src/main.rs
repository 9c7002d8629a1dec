//! Lambda entry point: the schedules → whatever is due now, and the digest of the day.
// The future of a sweep nests deeply: a tick may make a successor, which is told and ticked in turn.
#![recursion_limit = "256"]

use kesu_app::lambda;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    let app = lambda::app()?;
    lambda::schedule(app, async |app, event, now| {
        kesu_escalate::on_schedule(&app, &event, now).await
    })
    .await
}
