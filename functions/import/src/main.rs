//! Lambda entry point: registers that were put into a bucket, and what people want done with uploads.
#![recursion_limit = "256"]

use kesu_app::lambda;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    let app = lambda::app()?;
    lambda::events(app, async |app, event| kesu_import::on_event(&app, &event, None).await).await
}
