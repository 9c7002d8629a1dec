//! The function as Lambda starts it.

use kesu_app::lambda;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda::Error> {
    lambda::http(kesu_intake_web::router(lambda::app()?)).await
}
