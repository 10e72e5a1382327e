//! `ffx api`: any call. A path of the contract gets the rules of its operation.

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

use funnelflux::model::ledger::PLACEHOLDER;
use funnelflux::transport::http::Method;
use funnelflux::transport::{BaseUrl, CallBuilder, Operation, Secret};
use funnelflux::{Error, operations};
use funnelflux_json::{Part, rewrite};
use serde::de::IgnoredAny;

use super::interrupt::finish;
use crate::args::ApiArgs;
use crate::failure::Failure;
use crate::input::{Input, json};
use crate::output::{Format, SECRETS, indented, is_secret, stdout};
use crate::session::Session;
use crate::settings::Settings;

pub(super) async fn run(args: &ApiArgs, settings: &Settings) -> Result<(), Failure> {
    let terminal = settings.terminal;
    let pretty = match terminal.output {
        None | Some(Format::Table) => false,
        Some(Format::Json) => true,
        Some(Format::Csv | Format::Ndjson | Format::Sarif) => {
            let why = "api prints the answer unchanged, so it takes neither csv nor ndjson";
            let hint = "leave out -o, or use -o json, which indents the answer";
            return Err(Failure::usage(why).hint(hint));
        }
    };
    let method = method(&args.method)?;
    let body = args.body.as_deref().map(body).transpose()?;
    let session = Session::open(settings, &format!("{method} {}", bare(&args.path))).await?;
    let configured = settings.base_url().parse::<BaseUrl>().ok();
    let prefixes =
        [Some(session.client.base_url().prefix()), configured.as_ref().map(|it| it.prefix())];
    let path = path(&args.path, prefixes.into_iter().flatten())?;
    let is_write = !method.is_safe();
    let mut call = begin(&session, method, path);
    hide(args, body.as_deref().unwrap_or_default(), call.operation().id() == "auth.login");
    for (name, value) in &args.query {
        call = call.query(name, value);
    }
    if let Some(body) = body {
        call = call.json_text(body);
    }
    let sent = match is_write {
        true => finish(call.send(), &session.progress).await,
        false => call.send().await,
    };
    // The answer to a write that is a refusal, or that cannot be read, is shown, too.
    let has_answer = |error: &Error| error.status().is_some_and(|status| status.is_success());
    let sent = match sent {
        Err(error) if !has_answer(&error) => return Err(error.into()),
        sent => sent,
    };
    session.progress.finish();
    session.note_origin();
    let (printed, error) = match sent {
        Ok(answer) => {
            let printed = show(&answer, pretty);
            let refusal = Error::refusal_in(&answer).map(|no| answer.error(no));
            (printed, refusal.or_else(|| answer.readable().err()))
        }
        Err(error) => (show(error.body_excerpt(), pretty), Some(error)),
    };
    let refused = error.map_or(Ok(()), |error| Err(error.into()));
    if is_write { Failure::outcome(refused, printed) } else { refused.and(printed) }
}

/// Begins the call of the operation that has the path in the contract or in the overlay.
fn begin<'a>(session: &'a Session, method: Method, path: &str) -> CallBuilder<'a> {
    let client = session.client.client();
    let overridden = |operation: &'static Operation| {
        let overlay = client.overlay();
        let own = operation.clone().with_path(overlay.path_of(operation.id())?);
        let own_method = overlay.method_of(operation.id());
        let is_meant = own.matches_path(bare(path))
            && own_method.as_ref().unwrap_or(operation.method()) == method;
        is_meant.then(|| own.with_method(method.clone()).with_path(path))
    };
    match operations::all().find_map(overridden) {
        Some(own) => client.call(own),
        None => session.client.call_raw(method, path),
    }
}

/// Registers the texts of a login, and passwords of any call, as secrets: the server may say them back.
fn hide(args: &ApiArgs, body: &str, is_login: bool) {
    let hide = |name: &str, value: &str| {
        if (is_login || is_secret(name)) && value != PLACEHOLDER {
            SECRETS.add(&Secret::new(value));
        }
    };
    let query = args.path.split_once('?').map_or("", |(_, query)| query);
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        hide(&name, &value);
        hide(&name, &value.replace(' ', "+"));
    }
    args.query.iter().for_each(|(name, value)| hide(name, value));
    rewrite(body, |part, name, value| {
        if part != Part::Name {
            hide(name, value);
        }
        None
    });
}

/// The path without its query, which may hold a password.
fn bare(path: &str) -> &str {
    path.split('?').next().unwrap_or_default()
}

fn method(text: &str) -> Result<Method, Failure> {
    let upper = text.to_ascii_uppercase();
    let is_word = upper.chars().all(|c| c.is_ascii_alphabetic());
    upper.parse().ok().filter(|_| is_word).ok_or_else(|| {
        Failure::usage(format!("METHOD: got `{text}`; expected GET, POST, PUT, DELETE …"))
    })
}

fn path<'a, 'p>(
    text: &'a str,
    prefixes: impl IntoIterator<Item = &'p str>,
) -> Result<&'a str, Failure> {
    let bare = bare(text);
    let wrong = |why: &str| Failure::usage(format!("PATH: got `{bare}`; {why}"));
    let below = bare.trim_start_matches('/');
    if bare.contains("://") || below.is_empty() {
        return Err(wrong("expected a path below the base URL, such as /trafficsource/list")
            .hint("set the host with --base-url; the token is sent to no other host"));
    }
    if text.contains('#') {
        return Err(wrong("write %23 for `#`"));
    }
    if let Some(why) = BaseUrl::fault_of_path(text) {
        return Err(wrong(why));
    }
    for prefix in prefixes {
        let prefix = prefix.trim_matches('/');
        match below.strip_prefix(prefix) {
            Some(rest) if !prefix.is_empty() && rest.starts_with('/') => {
                let why = "the base URL already ends in that prefix";
                return Err(wrong(why).hint(format!("try {rest}")));
            }
            _ => {}
        }
    }
    Ok(text)
}

fn body(file: &Path) -> Result<String, Failure> {
    let input = Input::read(file, false).map_err(|failure| failure.about("--body"))?;
    let wrong = |why| Failure::usage(format!("--body {}: {why}", file.display()));
    let hint = "the API takes only JSON; nothing was sent";
    json(&input.text).map_err(|why| wrong(why).hint(hint))?;
    Ok(input.text)
}

fn show(answer: &[u8], pretty: bool) -> Result<(), Failure> {
    let is_seen = std::io::stdout().is_terminal();
    let mut out = stdout();
    let is_json = |text: &&str| serde_json::from_str::<IgnoredAny>(text).is_ok();
    match std::str::from_utf8(answer).ok().filter(|text| pretty && is_json(text)) {
        Some(json) => writeln!(out, "{}", indented(json))?,
        None => {
            out.write_all(answer)?;
            // The shell's prompt should start on a line of its own.
            if is_seen && answer.last().is_some_and(|byte| *byte != b'\n') {
                writeln!(out)?;
            }
        }
    }
    Ok(out.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_below_the_base_url() {
        for good in ["/trafficsource/list", "trafficsource/list", "/v10/x", "/a/b?c=d%2e/..x"] {
            assert!(path(good, ["/v1"]).is_ok(), "{good}");
        }
        for bad in
            ["https://evil.example/x", "/", "", "/v1/trafficsource/list", "/a/../b", "/a#b", "//x"]
        {
            assert!(path(bad, ["/v1"]).is_err(), "{bad}");
        }
    }
}
