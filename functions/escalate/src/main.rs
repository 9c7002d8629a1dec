//! Lambda entry point: the schedule → whatever is due now.

use kesu_app::lambda;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    let app = lambda::app()?;
    lambda::schedule(app, async |app, now| kesu_escalate::run(&app, now).await).await
}
