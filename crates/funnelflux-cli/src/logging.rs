//! The log on stderr.

use std::io::{self, IsTerminal as _};

use tracing::Level;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// The crates of this workspace. Other crates are not logged: HTTP libraries log headers, which
/// contain the token.
const OWN: [&str; 8] = [
    "ffx",
    "funnelflux",
    "funnelflux_auth",
    "funnelflux_domains",
    "funnelflux_emulator",
    "funnelflux_ledger",
    "funnelflux_reporting",
    "funnelflux_transport",
];

/// Starts the log: warnings; with `-v`, requests and retries; with `-vv`, the layers; with `-vvv`,
/// everything.
pub(crate) fn start(quiet: bool, verbosity: u8) {
    let level = match verbosity {
        0 if quiet => Level::ERROR,
        0 => Level::WARN,
        1 => Level::INFO,
        2 => Level::DEBUG,
        _ => Level::TRACE,
    };
    let mut targets = Targets::new().with_default(LevelFilter::OFF);
    for name in OWN {
        // With `-v`, the spans of the transport would repeat the lines of ffx.
        let own =
            if verbosity == 1 && name == "funnelflux_transport" { Level::WARN } else { level };
        targets = targets.with_target(name, own);
    }
    if verbosity == 1 {
        targets = targets.with_target("funnelflux_auth", Level::DEBUG);
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
