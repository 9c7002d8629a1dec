//! Lambda entry point: mail that a rule of SES stored, notifications of SES, the schedule that finishes what was begun.
#![recursion_limit = "256"]

use kesu_app::lambda;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    let app = lambda::app()?;
    lambda::events(app, async |app, event| kesu_intake_mail::on_event(&app, &event).await).await
}
