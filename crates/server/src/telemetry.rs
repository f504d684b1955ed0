//! Logs go to stderr: sentences with fields, never secrets. `TRIBUTARY_LOG` sets the level (`info` for the server, `warn` for commands).

use tracing_subscriber::EnvFilter;

pub(crate) fn start(default_level: &str) {
    let filter = EnvFilter::try_from_env("TRIBUTARY_LOG").unwrap_or_else(|_| EnvFilter::new(default_level));
    // A second call (tests in one process) keeps the first subscriber.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .try_init();
}
