//! The Lambda function of the staff's requests and pages.

use kesu_app::lambda::{Error, app, http};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    http(kesu_admin::router(app()?, serde_json::json!({}))).await
}
