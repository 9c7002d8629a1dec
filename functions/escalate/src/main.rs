//! Lambda entry point: the schedule → whatever is due now.
// The future of a sweep nests deeply: a tick may make a successor, which is told and ticked in turn.
#![recursion_limit = "256"]

use kesu_app::lambda;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    let app = lambda::app()?;
    lambda::schedule(app, async |app, now| kesu_escalate::run(&app, now).await).await
}
