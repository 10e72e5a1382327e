//! `--dry-run`: prints requests instead of sending them.

use std::io::Write as _;

use funnelflux::model::Document;
use funnelflux::model::ledger::PLACEHOLDER;
use funnelflux::transport::CallBuilder;
use funnelflux_json::{Part, rewrite};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::failure::Failure;
use crate::output::{self, Format, is_secret, rows, write_objects};
use crate::progress::Progress;
use crate::settings::Settings;

#[derive(Serialize)]
struct Request {
    method: String,
    path: String,
    body: Option<Box<RawValue>>,
}

/// A body whose secrets are as the server shows them. The values of headers may be some.
fn masked(body: &str) -> Option<Box<RawValue>> {
    let mask = |is_header: bool| {
        move |part, name: &str, value: &str| {
            let is_name = matches!(name, "name" | "key");
            let is_hidden = if is_header { !is_name } else { is_secret(name) };
            (part == Part::Text && !value.is_empty() && is_hidden).then(|| PLACEHOLDER.to_owned())
        }
    };
    let mut text = rewrite(body, mask(false))?;
    let mut headers = Vec::new();
    find_headers(&text, &mut headers);
    headers.sort_unstable();
    headers.dedup();
    for given in headers {
        text = text.replace(&given, &rewrite(&given, mask(true))?);
    }
    RawValue::from_string(text).ok()
}

/// The values of the members `headers`, wherever they are.
fn find_headers(json: &str, found: &mut Vec<String>) {
    if let Ok(object) = Document::parse(json) {
        for (name, value) in object.members() {
            match &*name {
                "headers" if value.get().starts_with(['{', '[']) => {
                    found.push(value.get().to_owned());
                }
                _ => find_headers(value.get(), found),
            }
        }
    } else if let Ok(list) = serde_json::from_str::<Vec<&RawValue>>(json) {
        list.iter().for_each(|value| find_headers(value.get(), found));
    }
}

/// Prints calls: `METHOD PATH` and the body as a table, else `method`, `path` and `body` or null.
pub(in crate::commands) fn print<'a>(
    settings: &Settings,
    progress: &Progress,
    calls: impl IntoIterator<Item = CallBuilder<'a>>,
) -> Result<(), Failure> {
    let requests = calls.into_iter().map(|call| {
        let (method, path, body) = call.preview()?;
        let body = body.and_then(|body| std::str::from_utf8(body).ok()).and_then(masked);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_the_values_of_headers_are_masked_and_nothing_else() {
        for (body, shown) in [
            (
                r#"{"destination":{"url":"https://a", "headers":{"X-Key":"k3y","X-B":["k3y"]},"hmacSecret":"k3y"}}"#,
                r#"{"destination":{"url":"https://a", "headers":{"X-Key":"********","X-B":["********"]},"hmacSecret":"********"}}"#,
            ),
            (
                r#"{"nodes":[{"p":{"headers":[{"name":"X-Key","value":"k3y"}]}}],"value":"approved"}"#,
                r#"{"nodes":[{"p":{"headers":[{"name":"X-Key","value":"********"}]}}],"value":"approved"}"#,
            ),
            (
                r#"{"headers":{},"basicAuth":{"password":""}}"#,
                r#"{"headers":{},"basicAuth":{"password":""}}"#,
            ),
            (
                r#"{"headers":"x","conditions":[1.50,"y"]}"#,
                r#"{"headers":"x","conditions":[1.50,"y"]}"#,
            ),
            ("[[{\"headers\":{\"a\":\"k3y\"}}]]", "[[{\"headers\":{\"a\":\"********\"}}]]"),
        ] {
            assert_eq!(masked(body).unwrap().get(), shown);
        }
    }
}
