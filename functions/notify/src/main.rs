//! Lambda entry point: the table's stream → letters sent.
// The future of a letter nests deeply: loading, rendering, sending and marking, each through the SDK.
#![recursion_limit = "256"]

use kesu_app::lambda;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    let app = lambda::sending_app()?;
    lambda::stream(app, async |app, change| kesu_notify::on_change(&app, &change).await).await
}
