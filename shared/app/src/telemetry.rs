//! Tracing: readable lines on one machine, JSON lines on Lambda; never a name, an address or a customer's words.

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, registry};

use crate::config::{Environment, Lookup};

/// Lines for a person, on standard error.
pub fn for_people() {
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_target(false);
    // A second start in the same process (tests) keeps the first subscriber.
    let _ = registry().with(lines.with_filter(wanted())).try_init();
}

/// Lines for a log store, on standard output as Lambda wants them.
pub fn for_machines() {
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .without_time()
        .with_target(false);
    let _ = registry().with(lines.with_filter(wanted())).try_init();
}

/// `KESU_LOG`: a level, or levels by crate (`info,kesu_app=debug`). Filters by target alone, since the ones that look into
/// spans bring a regular expression engine into every function.
fn wanted() -> Targets {
    let given = Environment.value("KESU_LOG").and_then(|given| given.parse().ok());
    given.unwrap_or_else(|| Targets::new().with_default(tracing::Level::INFO))
}
