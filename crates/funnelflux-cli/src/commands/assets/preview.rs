//! `--dry-run`: requests as they would be sent.

use std::io::Write as _;

use funnelflux::transport::CallBuilder;
use serde::Serialize;
use serde_json::value::RawValue;

use super::Context;
use crate::failure::Failure;
use crate::output::{Format, JsonArray, on_one_line, stdout};

/// A request that is not sent.
#[derive(Debug, Serialize)]
pub(super) struct Request {
    method: String,
    path: String,
    body: Option<Box<RawValue>>,
}

impl Request {
    pub(super) fn of(call: &CallBuilder<'_>) -> Result<Self, Failure> {
        let (method, path, body) = call.preview()?;
        let body = body.and_then(|body| serde_json::from_slice(body).ok());
        Ok(Self { method: method.to_string(), path, body })
    }

    fn body(&self) -> &str {
        self.body.as_deref().map_or("", RawValue::get)
    }
}

pub(super) fn print(context: &Context<'_>, requests: &[Request]) -> Result<(), Failure> {
    context.progress.finish();
    let mut out = stdout();
    let line = |request: &Request| {
        let json = serde_json::to_string(request).unwrap_or_default();
        on_one_line(&json).into_owned()
    };
    match context.settings.format() {
        Format::Table => {
            for request in requests {
                writeln!(out, "{} {}\n{}\n", request.method, request.path, request.body())?;
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
    context.terminal().note("nothing of this was sent");
    Ok(())
}
