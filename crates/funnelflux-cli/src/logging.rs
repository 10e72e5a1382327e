//! The log on stderr.

use std::io::{self, IsTerminal as _, Write};

use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::output::stderr;

/// Other targets are not logged: HTTP libraries log headers, which contain the token.
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
    // A grant that is lost is told even with -q.
    targets = targets.with_target("funnelflux_auth", level.max(Level::WARN));
    if verbosity == 1 {
        // The spans of the transport would repeat the lines of ffx.
        targets = targets
            .with_target("funnelflux_transport", Level::WARN)
            .with_target("funnelflux_auth", Level::DEBUG);
    }
    let has_colours = io::stderr().is_terminal()
        && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let format = tracing_subscriber::fmt::layer()
        .compact()
        .without_time()
        .with_target(verbosity > 1)
        .with_ansi(false)
        .with_writer(move || Event { has_colours });
    // This fails only if a subscriber is set already.
    let _ = tracing_subscriber::registry().with(targets).with(format).try_init();
}

/// The writer of one event, whose first five characters are its level.
struct Event {
    has_colours: bool,
}

impl Write for Event {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let (level, rest) = bytes.split_at_checked(5).unwrap_or((bytes, &[]));
        let colour = match level {
            b"ERROR" => 31,
            b" WARN" => 33,
            b" INFO" => 32,
            b"DEBUG" => 34,
            _ => 35,
        };
        if !self.has_colours {
            return stderr().write(bytes);
        }
        // The colours are ours; what follows is guarded.
        write!(io::stderr(), "\u{1b}[{colour}m{}\u{1b}[0m", String::from_utf8_lossy(level))?;
        stderr().write_all(rest)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
