//! The outcome of each object, and of the command.

use std::collections::{BTreeMap, HashSet};
use std::io::Write as _;

use funnelflux::Error;
use funnelflux::id::AssetId;
use funnelflux::ledger::{BulkOptions, BulkReport};
use serde::Serialize;

use super::Context;
use crate::commands::interrupt::interrupted;
use crate::failure::Failure;
use crate::output::{self, Column, Format, Grid, write_row, write_rows};

/// Not sent: it would have failed like another object, or the command was stopped.
const NOT_TRIED: &str = "not tried";

/// Ambiguous: sent, and no answer settles whether it took effect.
const UNKNOWN: &str = "unknown";

/// The server refused a part of the request, and its answer does not say in a known form which.
const NOT_TOLD: &str = "not told";

#[derive(Debug, Serialize)]
pub(super) struct Outcome {
    pub(super) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    pub(super) outcome: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) members: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Outcome {
    pub(super) fn new(id: AssetId, outcome: &'static str) -> Self {
        Self { id: id.to_string(), name: None, outcome, members: Vec::new(), error: None }
    }

    fn failed(id: AssetId, error: &Error) -> Self {
        let outcome = if error.is_ambiguous() { UNKNOWN } else { "failed" };
        Self { error: Some(error.to_string()), ..Self::new(id, outcome) }
    }
}

pub(super) struct Account {
    pub(super) outcomes: Vec<Outcome>,
    /// The failure to report, an ambiguous one before all others, and the object that it is about.
    failure: Option<(Error, String)>,
}

impl Account {
    /// After a request for each object. `done` makes the outcome of one that succeeded.
    pub(super) fn of<T>(
        ids: impl Iterator<Item = AssetId>,
        report: BulkReport<T>,
        done: impl Fn(AssetId, T) -> Outcome,
    ) -> Self {
        let not_tried: HashSet<usize> = report.not_tried().iter().copied().collect();
        let mut failure: Option<(Error, String)> = None;
        let results = ids.zip(report.into_results()).enumerate();
        let outcomes = results.map(|(at, (id, result))| match result {
            Ok(value) => done(id, value),
            Err(_) if not_tried.contains(&at) => Outcome::new(id, NOT_TRIED),
            Err(error) => {
                let outcome = Outcome::failed(id, &error);
                let known = failure.as_ref();
                if known.is_none_or(|(known, _)| error.is_ambiguous() && !known.is_ambiguous()) {
                    failure = Some((error, format!("; item {}, {id}", at + 1)));
                }
                outcome
            }
        });
        let outcomes = outcomes.collect();
        Self { outcomes, failure }
    }

    /// After one request for all objects.
    pub(super) fn of_one_request(
        ids: &[AssetId],
        result: Result<(), Error>,
        done: &'static str,
    ) -> Self {
        let outcome = |id: &AssetId| match &result {
            Ok(()) => Outcome::new(*id, done),
            Err(error) if error.is_refused() && ids.len() > 1 => {
                Outcome { outcome: NOT_TOLD, ..Outcome::failed(*id, error) }
            }
            Err(error) => Outcome::failed(*id, error),
        };
        let outcomes = ids.iter().map(outcome).collect();
        Self { outcomes, failure: result.err().map(|error| (error, String::new())) }
    }

    pub(super) fn count(&self, outcome: &str) -> usize {
        self.outcomes.iter().filter(|one| one.outcome == outcome).count()
    }

    /// Prints the outcome of each object. `not_done` is the text for those that failed.
    pub(super) fn end(self, context: &Context<'_>, not_done: &str) -> Result<(), Failure> {
        let told = print(context, &self.outcomes);
        Failure::outcome(self.judge(context, not_done), told)
    }

    fn judge(self, context: &Context<'_>, not_done: &str) -> Result<(), Failure> {
        let (not_tried, unknown) = (self.count(NOT_TRIED), self.count(UNKNOWN));
        let not_told = self.count(NOT_TOLD) > 0;
        let all = context.count(self.outcomes.len());
        let Some((error, place)) = self.failure else {
            return match not_tried {
                0 => Ok(()),
                // Nothing failed, so the user stopped it.
                _ => Err(Failure::failed(format!("stopped: {not_tried} of {all} {not_done}"))),
            };
        };
        let mut failure = Failure::from(error);
        if let [only] = self.outcomes.as_slice() {
            return Err(failure.about(&only.id));
        }
        let failed = self.outcomes.iter().filter(|outcome| outcome.error.is_some()).count();
        let missing = failed + not_tried - unknown;
        if failed + not_tried < self.outcomes.len() {
            failure = failure.after_others_were_done();
        }
        // Objects that may have been changed are not reported as unchanged.
        let what = match (missing, unknown) {
            _ if not_told => format!("some or all of {all} {not_done}"),
            (0, unknown) => format!("{unknown} of {all}: outcome unknown"),
            (missing, 0) => format!("{missing} of {all} {not_done}"),
            (missing, unknown) => {
                format!("{unknown} of {all}: outcome unknown; {missing} {not_done}")
            }
        };
        Err(failure.about(format!("{what}{place}")))
    }
}

/// Shows progress, and stops at a failure that the other objects would share.
pub(super) fn options(context: &Context<'_>, count: usize) -> BulkOptions {
    let progress = context.progress.clone();
    BulkOptions::new()
        .with_patience(context.patience(count))
        .on_progress(move |now| {
            let failed =
                if now.failed == 0 { String::new() } else { format!(", {} failed", now.failed) };
            progress.tell(format!("{} of {}{failed}", now.done, now.total));
        })
        .stop_when(|error| !is_about_one(error))
}

/// As [`options`], for writes: after Ctrl-C no request is started, and each object has an outcome.
pub(super) fn writing(context: &Context<'_>, count: usize) -> BulkOptions {
    options(context, count).cancel_when(interrupted(context.progress.clone()))
}

/// Does the work on one object and, with -o ndjson, prints its outcome as soon as those before it are
/// printed: a program that is killed has told what it did. What is not told here is told at the end.
pub(super) async fn told<T>(
    context: &Context<'_>,
    at: usize,
    (id, name): (AssetId, Option<String>),
    work: impl Future<Output = Result<T, Error>>,
    done: impl Fn(AssetId, &T) -> Outcome,
) -> Result<T, Error> {
    let result = work.await;
    if context.settings.format() == Format::Ndjson {
        let mut outcome = match &result {
            Ok(value) => done(id, value),
            Err(error) => Outcome::failed(id, error),
        };
        outcome.name = name.or(outcome.name);
        let Told { printed, held } = &mut *context.told.borrow_mut();
        held.insert(at, outcome);
        while let Some(next) = held.remove(printed) {
            let print = || output::print(|out| write_row(out, &next, Format::Ndjson));
            if context.progress.aside(print).is_err() {
                break;
            }
            *printed += 1;
        }
    }
    result
}

/// The outcomes that are printed already.
#[derive(Default)]
pub(super) struct Told {
    printed: usize,
    held: BTreeMap<usize, Outcome>,
}

/// Whether the failure concerns this object only, so that the others may succeed.
pub(super) fn is_about_one(error: &Error) -> bool {
    let of_content = |status: u16| matches!(status, 400 | 404 | 409 | 410 | 413 | 422);
    !error.needs_authorisation()
        && !error.is_ambiguous()
        && (error.is_invalid_request()
            || error.is_refused()
            || error.is_not_found()
            || error.status().is_some_and(|status| of_content(status.as_u16())))
}

fn print(context: &Context<'_>, outcomes: &[Outcome]) -> Result<(), Failure> {
    context.progress.finish();
    output::print(|out| match context.settings.format() {
        Format::Table if outcomes.is_empty() => Ok(()),
        Format::Table => Ok(write!(out, "{}", table(outcomes))?),
        Format::Csv => {
            let mut csv = csv::Writer::from_writer(out);
            csv.write_record(["id", "name", "outcome", "members", "error"])?;
            outcomes.iter().try_for_each(|outcome| csv.write_record(cells(outcome)))?;
            Ok(csv.flush()?)
        }
        format => {
            let left = outcomes.get(context.told.borrow().printed..).unwrap_or_default();
            write_rows(out, left, format)
        }
    })
}

fn cells(outcome: &Outcome) -> [String; 5] {
    [
        outcome.id.clone(),
        outcome.name.clone().unwrap_or_default(),
        outcome.outcome.to_owned(),
        outcome.members.join(","),
        outcome.error.clone().unwrap_or_default(),
    ]
}

/// Empty columns are left out; so is the error if all failed for one reason, which stderr shows.
fn table(outcomes: &[Outcome]) -> String {
    let reasons: HashSet<&str> = outcomes.iter().filter_map(|o| o.error.as_deref()).collect();
    let mut grid = Grid::new(vec![
        Column::word("ID"),
        Column::text("Name").unless_empty(),
        Column::word("Outcome"),
        Column::text("Members").unless_empty(),
        Column::text("Error").unless_empty(),
    ]);
    for outcome in outcomes {
        let [id, name, word, members, error] = cells(outcome);
        let error = if reasons.len() > 1 { error } else { String::new() };
        grid.rows.push(vec![id, name, word, members, error]);
    }
    grid.draw().text
}
