//! Tracing: readable lines on one machine, JSON lines on Lambda; never a name, an address or a customer's words.

use tracing_subscriber::EnvFilter;

/// Lines for a person, on standard error.
pub fn for_people() {
    let filter = EnvFilter::try_from_env("KESU_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false);
    // A second start in the same process (tests) keeps the first subscriber.
    let _ = lines.try_init();
}

/// Lines for a log store, on standard output as Lambda wants them.
pub fn for_machines() {
    let filter = EnvFilter::try_from_env("KESU_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt()
        .json()
        .without_time()
        .with_env_filter(filter)
        .with_target(false);
    let _ = lines.try_init();
}
