//! `--dry-run`: requests as they would be sent.

use std::io::Write as _;

use funnelflux::transport::CallBuilder;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::failure::Failure;
use crate::output::{Format, JsonArray, on_one_line, stdout};
use crate::progress::Progress;
use crate::settings::Settings;

/// A request that is not sent.
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

/// One form for every command: `METHOD PATH` and the body for people, else `method`, `path` and
/// `body`, which is null where there is none.
pub(in crate::commands) fn print(
    settings: &Settings,
    progress: &Progress,
    requests: &[Request],
) -> Result<(), Failure> {
    progress.finish();
    let mut out = stdout();
    let line = |request: &Request| {
        let json = serde_json::to_string(request).unwrap_or_default();
        on_one_line(&json).into_owned()
    };
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
            let mut csv = csv::Writer::from_writer(&mut out);
            csv.write_record(["method", "path", "body"])?;
            for request in requests {
                csv.write_record([&request.method, &request.path, request.body()])?;
            }
            csv.flush()?;
        }
        Format::Ndjson => {
            for request in requests {
                writeln!(out, "{}", line(request))?;
            }
        }
        Format::Json => {
            let mut array = JsonArray::new(&mut out);
            for request in requests {
                writeln!(array, "{}", line(request))?;
            }
            array.finish()?;
        }
    }
    out.flush()?;
    settings.terminal().note("nothing of this was sent");
    Ok(())
}
