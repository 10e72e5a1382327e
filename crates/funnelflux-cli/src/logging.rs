//! The log on stderr.

use std::io::{self, IsTerminal as _};

use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// The targets of this workspace, by their beginnings. Other crates are not logged: HTTP libraries log
/// headers, which contain the token.
const OWN: [&str; 2] = ["ffx", "funnelflux"];

/// Starts the log: `-v` shows requests and retries, `-vv` the layers, `-vvv` everything.
pub(crate) fn start(quiet: bool, verbosity: u8) {
    let level = match verbosity {
        0 if quiet => Level::ERROR,
        0 => Level::WARN,
        1 => Level::INFO,
        2 => Level::DEBUG,
        _ => Level::TRACE,
    };
    let mut targets = Targets::new().with_targets(OWN.map(|name| (name, level)));
    if verbosity == 1 {
        // The spans of the transport would repeat the lines of ffx.
        targets = targets
            .with_target("funnelflux_transport", Level::WARN)
            .with_target("funnelflux_auth", Level::DEBUG);
    }
    let colours = io::stderr().is_terminal()
        && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let format = tracing_subscriber::fmt::layer()
        .compact()
        .without_time()
        .with_target(verbosity > 1)
        .with_ansi(colours)
        .with_writer(io::stderr);
    // This fails only if a subscriber is set already.
    let _ = tracing_subscriber::registry().with(targets).with(format).try_init();
}
