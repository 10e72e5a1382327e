//! `ffx conversions`, `ffx costs`, `ffx custom-events` and `ffx reset`: checked whole, shown, and
//! sent only when told to.

mod amount;
mod conversions;
mod costs;
mod custom_events;
mod fate;
mod patience;
mod reset;
mod said;
mod table;

pub(super) use conversions::run as conversions;
pub(super) use costs::run as costs;
pub(super) use custom_events::run as custom_events;
pub(super) use reset::run as reset;

use std::io::Write as _;

use funnelflux::transport::CallBuilder;
use serde::Serialize;

use super::preview::{self, Request};
use crate::failure::Failure;
use crate::output::{Format, Terminal, row, stdout, write_object};
use crate::progress::Progress;
use crate::settings::Settings;

/// How many lines of a preview are shown; the rest is counted.
const SHOWN: usize = 20;

fn not_sent(terminal: Terminal) {
    terminal.note("nothing was sent; --yes sends it");
}

/// The same operation and body as the client's own method sends: tests hold the two together.
fn dry<'a>(
    settings: &Settings,
    progress: &Progress,
    calls: impl IntoIterator<Item = CallBuilder<'a>>,
) -> Result<(), Failure> {
    preview::print(settings, progress, &Request::all(calls)?)
}

/// What is one thing, for programs.
fn write_one(one: &impl Serialize, format: Format) -> Result<(), Failure> {
    let mut out = stdout();
    write_object(&mut out, &row(one)?, format)?;
    out.flush()?;
    Ok(())
}
