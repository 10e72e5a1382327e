//! `--dry-run`: prints requests instead of sending them.

use std::io::Write as _;

use funnelflux::transport::CallBuilder;
use serde::Serialize;
use serde_json::value::RawValue;

use super::secrets;
use crate::failure::Failure;
use crate::output::{self, Format, rows, write_objects};
use crate::progress::Progress;
use crate::settings::Settings;

#[derive(Serialize)]
struct Request {
    method: String,
    path: String,
    body: Option<Box<RawValue>>,
}

/// Prints calls: `METHOD PATH` and the body as a table, else `method`, `path` and `body` or null.
pub(in crate::commands) fn print<'a>(
    settings: &Settings,
    progress: &Progress,
    calls: impl IntoIterator<Item = CallBuilder<'a>>,
) -> Result<(), Failure> {
    let requests = calls.into_iter().map(|call| {
        let (method, path, body) = call.preview()?;
        let body = body.and_then(|body| std::str::from_utf8(body).ok()).and_then(secrets::masked);
        Ok(Request { method: method.to_string(), path, body })
    });
    let requests: Vec<Request> = requests.collect::<Result<_, Failure>>()?;
    progress.finish();
    output::print(|out| match settings.format() {
        Format::Table => requests.iter().try_for_each(|Request { method, path, body }| {
            let body = body.as_ref().map_or_else(String::new, |body| format!("{}\n", body.get()));
            Ok(writeln!(out, "{method} {path}\n{body}")?)
        }),
        format => write_objects(out, &rows(&requests)?, format),
    })?;
    settings.terminal.note("nothing of this was sent");
    Ok(())
}
