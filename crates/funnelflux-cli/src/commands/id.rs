//! `ffx id`: creates, reads and checks asset ids.

use std::io::Write as _;
use std::path::Path;

use funnelflux::id::AssetId;
use serde_json::Value;

use crate::args::IdCommand;
use crate::failure::Failure;
use crate::input::Input;
use crate::output::{Format, JsonLines, Row, Terminal, counted, print, rows, stdout};
use crate::output::{write_csv, write_objects, write_row};

/// Ids per reading of the clock: 100 kB of output at a time.
const BATCH: u64 = 8 * 1024;

pub(super) fn run(command: &IdCommand, terminal: Terminal) -> Result<(), Failure> {
    let format = terminal.output.unwrap_or(Format::Table);
    match command {
        IdCommand::New { count } => new(*count, format),
        IdCommand::Inspect { id } => inspect(*id, format),
        IdCommand::Check { file } => check(file, terminal, format),
    }
}

fn new(count: u64, format: Format) -> Result<(), Failure> {
    print(|out| {
        if format == Format::Csv {
            out.write_all(b"id\n")?;
        }
        let quote = if matches!(format, Format::Json | Format::Ndjson) { "\"" } else { "" };
        let mut out = JsonLines::new(out, format);
        let mut left = count;
        while left > 0 {
            let batch = left.min(BATCH);
            let ids = funnelflux::id::new_ids(usize::try_from(batch).unwrap_or_default());
            let wrong = |why: String| Failure::failed(why).hint("check the system's clock");
            for id in ids.map_err(|cause| wrong(cause.to_string()))? {
                writeln!(out, "{quote}{}{quote}", id.as_str())?;
            }
            left -= batch;
        }
        Ok(out.finish()?)
    })
}

fn inspect(id: AssetId, format: Format) -> Result<(), Failure> {
    let (id, created_at) = (id.as_str(), &*id.created_at_rfc3339());
    print(|out| match format {
        Format::Table => Ok(writeln!(out, "id          {id}\ncreated at  {created_at}")?),
        format => write_row(out, &Row([("id", id), ("created_at", created_at)]), format),
    })
}

fn check(file: &Path, terminal: Terminal, format: Format) -> Result<(), Failure> {
    let text = Input::read(file, false)?.text;
    let mut out = JsonLines::new(stdout(), format);
    let (mut checked, mut bad) = (0_u64, 0_u64);
    for line in text.lines() {
        checked += 1;
        let Err(error) = line.parse::<AssetId>() else { continue };
        let reason = error.to_string();
        bad += 1;
        let found =
            rows([Row([("line", Value::from(checked)), ("reason", reason.as_str().into())])])?;
        match format {
            Format::Table => writeln!(out, "line {checked}: {reason}")?,
            Format::Csv => write_csv(&mut out, &found, bad == 1)?,
            _ => write_objects(&mut out, &found, Format::Ndjson)?,
        }
    }
    out.finish()?;
    let lines = counted(checked, "line");
    match bad {
        0 => terminal.note(&format!("{lines}, all of them asset ids")),
        1 => return Err(Failure::failed(format!("1 of {lines} is not an asset id"))),
        _ => return Err(Failure::failed(format!("{bad} of {lines} are not asset ids"))),
    }
    Ok(())
}
