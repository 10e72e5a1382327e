//! `ffx doctor`: compares the account with the contract. Only reads.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use funnelflux::doctor::{Check, Diagnosis, Finding, examine_with};
use funnelflux::transport::BaseUrl;
use serde::Serialize;
use serde_json::Value;

use crate::failure::{CHECK_ADDRESS, Failure};
use crate::files::{self, Readers};
use crate::output::{Column, Format, Row, SECRETS, print, write_listing};
use crate::progress::Progress;
use crate::session::{Session, builder, print_heading};
use crate::settings::Settings;

/// The most time for each list. After two in a row without an answer the others are not tried.
const PATIENCE: Duration = Duration::from_secs(10);

/// The clock skew in seconds from which on tokens may seem expired, or valid, when they are not.
const NOTABLE_SKEW: i64 = 30;

#[derive(Serialize)]
struct Report<'a> {
    clock_skew_seconds: Option<i64>,
    checks: Vec<Row<Value, 9>>,
    paths: BTreeMap<&'a str, &'a str>,
}

fn line(check: &Check) -> Row<Value, 9> {
    let operation = check.operation;
    let unknown: Vec<&str> = check.unknown_members.iter().map(String::as_str).collect();
    let (finding, objects, found_at, status) = match &check.finding {
        Finding::Found(count) => ("found", Some(*count), None, None),
        Finding::FoundAt(path, count) => ("found elsewhere", Some(*count), Some(*path), None),
        Finding::NotFound => ("not found", None, None, None),
        Finding::NoList => ("no list", None, None, None),
        Finding::Failed(status) => ("failed", None, None, *status),
        Finding::NotTried => ("not tried", None, None, None),
        _ => ("other", None, None, None),
    };
    Row([
        ("operation", operation.id().into()),
        ("path", check.path.as_str().into()),
        ("path_grade", check.path_grade.as_str().into()),
        ("finding", finding.into()),
        ("objects", objects.into()),
        ("found_at", found_at.into()),
        // A finding may be passed on, wherever it is written.
        ("unknown_members", SECRETS.redact(&unknown.join(" ")).into()),
        ("status", status.into()),
        ("reason", (!check.is_found()).then(|| check.finding.to_string()).into()),
    ])
}

/// Fails if a list whose path is no guess was not found, or lists were not tried.
fn judge(diagnosis: &Diagnosis) -> Result<(), Failure> {
    let untried = diagnosis.checks.iter().filter(|check| check.finding == Finding::NotTried);
    if let count @ 1.. = untried.count() {
        let of = format!("{count} of {} lists", diagnosis.checks.len());
        let why = format!("{of} were not tried: the server stopped answering");
        return Err(Failure::failed(why).hint("check the network, and run `ffx doctor` again"));
    }
    let known = || diagnosis.checks.iter().filter(|check| check.is_certain());
    let missing = known().filter(|check| !check.is_found()).count();
    if missing == 0 {
        return Ok(());
    }
    let of = format!("{missing} of {} lists", known().count());
    let why = format!("{of} with an observed, proven or documented path were not found or failed");
    let hint = "check the base URL and the permissions of the account; -v shows each request";
    Err(Failure::failed(why).hint(hint))
}

/// Reads the lists of the account one after the other, and hands each answer to `note` by its path below the
/// base URL.
pub(super) async fn read_lists(
    settings: &Settings,
    note: &mut (dyn FnMut(&BaseUrl, &str, &[u8]) + Send),
) -> Result<(Session, Diagnosis), Failure> {
    let patience = PATIENCE.min(settings.patience).min(settings.timeout);
    if patience.is_zero() {
        return Err(Failure::usage("--patience: got 0; expected a time for each list, such as 5s"));
    }
    let mut progress = Progress::start(settings.terminal, "checking lists");
    progress.shows_calls = true;
    let builder = builder(settings)?.timeout(patience);
    let session = Session::open_with(settings, progress, builder).await?;
    let seconds = patience.as_secs_f64();
    session.progress.note(&format!("checking lists; each may take up to {seconds} s"));
    let client = session.client.client();
    let base = client.base_url();
    let diagnosis = examine_with(client, &mut |path, answer| note(base, path, answer)).await;
    let diagnosis = diagnosis.map_err(|error| match error.is_timeout() {
        true => Failure::from(error).hint(CHECK_ADDRESS),
        false => error.into(),
    })?;
    session.progress.finish();
    Ok((session, diagnosis))
}

pub(super) async fn run(save: Option<&Path>, settings: &Settings) -> Result<(), Failure> {
    let (session, diagnosis) = read_lists(settings, &mut |_, _, _| {}).await?;
    let report = Report {
        clock_skew_seconds: diagnosis.clock_skew,
        checks: diagnosis.checks.iter().map(line).collect(),
        paths: diagnosis.overrides(),
    };
    let json = serde_json::to_string_pretty(&report).unwrap_or_default() + "\n";
    let saved = save.map_or(Ok(()), |file| {
        files::write(file, json.as_bytes(), Readers::Default)
            .map_err(|cause| Failure::unwritable(file, &cause).about("--save"))
    });
    let format = settings.format();
    let shown = print(|out| {
        print_heading(out, &session, settings, None)?;
        if format == Format::Json {
            return Ok(out.write_all(json.as_bytes())?);
        }
        let columns = vec![
            Column::text("Operation").of(&["operation"]),
            Column::text("Path").of(&["found_at", "path"]),
            Column::text("Path known").of(&["path_grade"]),
            Column::text("Finding").of(&["finding"]),
            Column::figure("Status").of(&["status"]).unless_empty(),
            Column::text("Objects").of(&["objects"]),
            Column::text("Unknown members").of(&["unknown_members"]),
        ];
        write_listing(out, &report.checks, columns, format)?;
        if format == Format::Table {
            write!(out, "{}", conclusion(&diagnosis))?;
        }
        Ok(())
    });
    saved.and(judge(&diagnosis)).and(shown)
}

fn conclusion(diagnosis: &Diagnosis) -> String {
    let skew = diagnosis.clock_skew.filter(|skew| skew.abs() > NOTABLE_SKEW);
    let skew = skew.map(|s| format!("the clock of the server is {s} s ahead of this machine's\n"));
    let text = format!("\n{}", skew.unwrap_or_default());
    let missing = diagnosis.checks.iter().filter(|check| !check.is_found()).count();
    let of = format!("{missing} of {} lists", diagnosis.checks.len());
    text + &match diagnosis.overrides_toml() {
        toml if !toml.is_empty() => format!("add this to the profile:\n\n{toml}"),
        _ if missing == 0 => "no override is needed\n".to_owned(),
        _ => format!("{of} were not found or not read, so that their right paths are unknown\n"),
    }
}
