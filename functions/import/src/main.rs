//! Lambda entry point: registers that were put into a bucket, and what people want done with uploads. Started with the hidden
//! command, it reads an old workbook for itself.
#![recursion_limit = "256"]

use kesu_app::lambda;
use kesu_ledger::book::Helper;

fn main() -> Result<(), lambda::Error> {
    if kesu_import::served(std::env::args())? {
        Ok(())
    } else {
        run()
    }
}

#[tokio::main(flavor = "current_thread")]
async fn run() -> Result<(), lambda::Error> {
    let on_event = async |app, event| kesu_import::on_event(&app, &event, Helper::this_program()).await;
    lambda::events(lambda::app()?, on_event).await
}
