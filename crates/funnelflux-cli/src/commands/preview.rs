//! `--dry-run`: prints requests instead of sending them.

use std::io::Write as _;

use funnelflux::transport::CallBuilder;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::failure::Failure;
use crate::output::{self, Format, write_csv, write_rows};
use crate::progress::Progress;
use crate::settings::Settings;

/// A request that is printed and not sent.
#[derive(Debug, Serialize)]
pub(in crate::commands) struct Request {
    method: String,
    path: String,
    body: Option<Box<RawValue>>,
}

impl Request {
    pub(in crate::commands) fn of(call: &CallBuilder<'_>) -> Result<Self, Failure> {
        let (method, path, body) = call.preview()?;
        let body = body.and_then(|body| serde_json::from_slice(body).ok());
        Ok(Self { method: method.to_string(), path, body })
    }

    pub(in crate::commands) fn all<'a>(
        calls: impl IntoIterator<Item = CallBuilder<'a>>,
    ) -> Result<Vec<Self>, Failure> {
        calls.into_iter().map(|call| Self::of(&call)).collect()
    }

    fn body(&self) -> &str {
        self.body.as_deref().map_or("", RawValue::get)
    }
}

/// Prints requests: `METHOD PATH` and the body as a table, else `method`, `path` and `body`, which is
/// null if there is none.
pub(in crate::commands) fn print(
    settings: &Settings,
    progress: &Progress,
    requests: &[Request],
) -> Result<(), Failure> {
    progress.finish();
    output::print(|out| {
        match settings.format() {
            Format::Table => {
                for request in requests {
                    writeln!(out, "{} {}", request.method, request.path)?;
                    if request.body.is_some() {
                        writeln!(out, "{}", request.body())?;
                    }
                    writeln!(out)?;
                }
            }
            Format::Csv => {
                let records = requests.iter().map(|r| [&*r.method, &*r.path, r.body()]);
                write_csv(out, ["method", "path", "body"], records)?;
            }
            format => write_rows(out, requests, format)?,
        }
        Ok(())
    })?;
    settings.terminal().note("nothing of this was sent");
    Ok(())
}
