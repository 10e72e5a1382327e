//! The log on stderr.

use std::io::{self, IsTerminal as _, Write};

use tracing::{Level, Metadata};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::output::stderr;

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
        .with_writer(Log { has_colours });
    // This fails only if a subscriber is set already.
    let _ = tracing_subscriber::registry().with(targets).with(format).try_init();
}

struct Log {
    has_colours: bool,
}

/// The writer of one event, which begins with its level in five characters.
struct Event {
    colour: Option<u8>,
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Event;

    fn make_writer(&'a self) -> Event {
        Event { colour: None }
    }

    fn make_writer_for(&'a self, event: &Metadata<'_>) -> Event {
        let colour = match *event.level() {
            Level::ERROR => 31,
            Level::WARN => 33,
            Level::INFO => 32,
            Level::DEBUG => 34,
            Level::TRACE => 35,
        };
        Event { colour: self.has_colours.then_some(colour) }
    }
}

impl Write for Event {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes;
        if let (Some(colour), Some((level, behind))) =
            (self.colour.take(), bytes.split_at_checked(5))
        {
            // The colours are ours; what follows is guarded.
            write!(io::stderr(), "\u{1b}[{colour}m{}\u{1b}[0m", String::from_utf8_lossy(level))?;
            rest = behind;
        }
        stderr().write_all(rest)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
