//! `ffx conversions`, `ffx costs`, `ffx custom-events` and `ffx reset`: checked whole, shown, and
//! sent only when told to.

mod conversions;
mod costs;
mod custom_events;
mod fate;
mod reset;
mod table;

pub(super) use conversions::run as conversions;
pub(super) use costs::run as costs;
pub(super) use custom_events::run as custom_events;
pub(super) use reset::run as reset;

use std::io::Write as _;

use funnelflux::model::Document;
use funnelflux::transport::CallBuilder;
use serde::Serialize;

use super::preview::{self, Request};
use crate::failure::Failure;
use crate::output::{Format, Terminal, row, stdout, write_object, write_objects};
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

/// Rows for programs: one JSON list, JSON lines or CSV. A table is for people, and has its own form.
fn write_rows<T: Serialize>(rows: &[T], format: Format) -> Result<(), Failure> {
    let rows: Vec<Document> = rows.iter().map(row).collect::<Result<_, _>>()?;
    let mut out = stdout();
    write_objects(&mut out, &rows.iter().collect::<Vec<_>>(), format)?;
    out.flush()?;
    Ok(())
}

/// The same of what is one thing.
fn write_one(one: &impl Serialize, format: Format) -> Result<(), Failure> {
    let mut out = stdout();
    write_object(&mut out, &row(one)?, format)?;
    out.flush()?;
    Ok(())
}
