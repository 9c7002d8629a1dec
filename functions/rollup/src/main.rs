//! Lambda entry point: the schedule → every period that has ended and was not counted yet, and early warnings.

#![recursion_limit = "256"]

use kesu_app::lambda;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    let app = lambda::app()?;
    lambda::schedule(app, async |app, _, now| kesu_rollup::daily(&app, now).await).await
}
