//! Lambda entry point: registers that were put into a bucket, and what people want done with uploads. Started with the hidden
//! command, it reads an old workbook for itself.
#![recursion_limit = "256"]

use kesu_app::lambda;
use kesu_ledger::book::{Helper, serve};

fn main() -> Result<(), lambda::Error> {
    let mut words = std::env::args().skip(1);
    if words.next().as_deref() == Some(Helper::COMMAND) {
        let served = serve(&words.next().unwrap_or_default());
        return if served {
            Ok(())
        } else {
            Err("the old workbook was not read".into())
        };
    }
    run()
}

#[tokio::main(flavor = "current_thread")]
async fn run() -> Result<(), lambda::Error> {
    let app = lambda::app()?;
    let helper = Helper::this_program();
    lambda::events(app, |app, event| {
        let helper = helper.clone();
        async move { kesu_import::on_event(&app, &event, helper).await }
    })
    .await
}
