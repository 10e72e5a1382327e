//! The outcome of each object, printed as it comes, and of the command.

use std::cell::RefCell;
use std::io::Write;

use funnelflux::Error;
use funnelflux::id::AssetId;
use funnelflux::ledger::BulkOptions;
use funnelflux::model::Document;
use serde::Serialize;

use super::Context;
use crate::commands::interrupt::{Interrupt, finish};
use crate::failure::Failure;
use crate::names::Found;
use crate::output::{Column, Format, Grid, Stdout, print, rows, write_objects};

/// Not sent: it would have failed like another object, or the command was stopped.
const NOT_TRIED: &str = "not tried";
/// Ambiguous: sent, and no answer settles whether it took effect.
const UNKNOWN: &str = "unknown";
/// The server refused a part of the request, and its answer does not say in a known form which.
const NOT_TOLD: &str = "not told";

const LONGEST: &str = super::create::DIFFERS;

#[derive(Debug, Serialize)]
pub(super) struct Outcome {
    pub(super) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    pub(super) outcome: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) members: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<String>,
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

/// The room for names that are not known before the first outcome.
const USUAL_NAME: &str = "A name of 24 characters.";

/// Prints each outcome as soon as those before it are printed, and flushes stdout after whole outcomes:
/// a program that is killed has told what it did.
struct Printer<'a> {
    context: &'a Context<'a>,
    /// An empty name is told with the outcome.
    objects: &'a [Found],
    outcomes: Vec<Option<Outcome>>,
    printed: usize,
    /// The first failure to print, after which nothing is printed.
    result: Result<(), Failure>,
    grid: Grid,
    has_names: bool,
}

impl<'a> Printer<'a> {
    fn new(context: &'a Context<'a>, objects: &'a [Found]) -> Self {
        let has_names = objects.iter().any(|(_, name)| name.is_some());
        let name = has_names.then(|| Column::text("Name"));
        let columns = [Column::word("ID")].into_iter().chain(name);
        let columns = columns.chain([Column::word("Outcome"), Column::text("Details")]);
        let outcomes = objects.iter().map(|_| None).collect();
        let grid = Grid::new(columns.collect());
        let (printed, result) = (0, Ok(()));
        let mut new = Self { context, objects, outcomes, printed, result, grid, has_names };
        let samples = objects.iter().map(|(id, name)| {
            let name = name.as_deref().map(|name| if name.is_empty() { USUAL_NAME } else { name });
            new.cells([id.as_str(), name.unwrap_or_default(), LONGEST, ""])
        });
        new.grid.rows = samples.collect();
        new.grid.fix_widths();
        new
    }

    fn cells(&self, [id, name, outcome, details]: [&str; 4]) -> Vec<String> {
        let name = self.has_names.then_some(name);
        let cells = [id].into_iter().chain(name).chain([outcome, details]);
        cells.map(str::to_owned).collect()
    }

    fn tell(&mut self, at: usize, mut outcome: Outcome) {
        let Some((_, name)) = self.objects.get(at) else { return };
        outcome.name = outcome.name.or_else(|| name.clone().filter(|name| !name.is_empty()));
        if let Some(slot) = self.outcomes.get_mut(at) {
            *slot = Some(outcome);
        }
        self.print();
    }

    fn print(&mut self) {
        let ready = self.outcomes.iter().skip(self.printed).map_while(Option::as_ref);
        let ready: Vec<&Outcome> = ready.collect();
        if self.result.is_err() || ready.is_empty() {
            return;
        }
        let is_begin = self.printed == 0;
        let is_last = self.printed + ready.len() == self.outcomes.len();
        let before = self.printed.checked_sub(1).and_then(|at| self.outcomes.get(at)?.as_ref());
        let mut error = before.and_then(|outcome| outcome.error.as_deref());
        let cells = ready.iter().map(|outcome| {
            let same = error.is_some() && error == outcome.error.as_deref();
            error = outcome.error.as_deref();
            let members = outcome.members.join(", ");
            let details = if same { "as above" } else { error.unwrap_or(&members) };
            let name = outcome.name.as_deref().unwrap_or_default();
            self.cells([&outcome.id, name, outcome.outcome, details])
        });
        self.grid.rows = cells.collect();
        let write = |out: &mut Stdout| match self.context.settings.format() {
            Format::Table => Ok(write!(out, "{}", self.grid.draw_on(is_begin).text)?),
            Format::Csv => csv(out, &ready, is_begin),
            Format::Json | Format::Sarif => {
                let (rows, begin) = (rows(&ready)?, if is_begin { "[\n" } else { "" });
                let rows = rows.iter().map(Document::text).collect::<Vec<_>>().join(",\n");
                Ok(write!(out, "{begin}{rows}{}", if is_last { "\n]\n" } else { ",\n" })?)
            }
            Format::Ndjson => write_objects(out, &rows(&ready)?, Format::Ndjson),
        };
        self.result = self.context.progress.aside(|| print(write));
        self.printed += ready.len();
    }

    fn end(mut self, failure: Option<(Error, String)>) -> Account {
        for (slot, (id, name)) in self.outcomes.iter_mut().zip(self.objects) {
            let name = name.clone().filter(|name| !name.is_empty());
            slot.get_or_insert_with(|| Outcome { name, ..Outcome::new(*id, NOT_TRIED) });
        }
        self.context.progress.finish();
        self.print();
        let outcomes = self.outcomes.into_iter().flatten().collect();
        Account { outcomes, failure, printed: self.result }
    }
}

fn csv(out: &mut impl Write, outcomes: &[&Outcome], with_header: bool) -> Result<(), Failure> {
    let mut csv = csv::Writer::from_writer(out);
    if with_header {
        csv.write_record(["id", "name", "outcome", "members", "error"])?;
    }
    for Outcome { id, name, outcome, members, error } in outcomes {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        csv.write_record([id, &text(name), *outcome, &members.join(","), &text(error)])?;
    }
    Ok(csv.flush()?)
}

/// Sends a request for each object. After Ctrl-C none is started; the second one gives up those in flight.
pub(super) async fn each<I, T>(
    context: &Context<'_>,
    objects: &[Found],
    items: impl ExactSizeIterator<Item = I>,
    stops: fn(&Error) -> bool,
    work: impl AsyncFn(I) -> Result<T, Error>,
    done: impl Fn(AssetId, T) -> Outcome,
) -> Account {
    let printer = RefCell::new(Printer::new(context, objects));
    let interrupt = Interrupt::listen(&context.progress);
    let options = options(context, objects.len()).stop_when(stops);
    let report = options
        .cancel_when(interrupt.pressed(1))
        .run(items.zip(objects).enumerate(), |(at, (item, (id, _)))| {
            let call = interrupt.guard(work(item));
            let (printer, done) = (&printer, &done);
            Box::pin(async move {
                let (outcome, result) = match call.await {
                    Ok(value) => (done(*id, value), Ok(())),
                    Err(error) => (Outcome::failed(*id, &error), Err(error)),
                };
                printer.borrow_mut().tell(at, outcome);
                result
            })
        })
        .await;
    let printer = printer.into_inner();
    let mut failure: Option<(Error, String)> = None;
    let results = (1..).zip(objects).zip(&printer.outcomes).zip(report.results);
    for (((number, (id, _)), outcome), result) in results {
        let (Some(_), Err(error)) = (outcome, result) else { continue };
        let known = failure.as_ref();
        if known.is_none_or(|(known, _)| error.is_ambiguous() && !known.is_ambiguous()) {
            failure = Some((error, format!("; item {number}, {id}")));
        }
    }
    printer.end(failure)
}

pub(super) async fn at_once<T>(
    context: &Context<'_>,
    objects: &[Found],
    call: impl Future<Output = Result<T, Error>>,
    done: &'static str,
) -> Account {
    let result = finish(call, &context.progress).await;
    let mut printer = Printer::new(context, objects);
    for (at, (id, _)) in objects.iter().enumerate() {
        let outcome = match &result {
            Ok(_) => Outcome::new(*id, done),
            Err(error) if error.is_refused() => {
                Outcome { outcome: NOT_TOLD, ..Outcome::failed(*id, error) }
            }
            Err(error) => Outcome::failed(*id, error),
        };
        printer.tell(at, outcome);
    }
    printer.end(result.err().map(|error| (error, String::new())))
}

pub(super) struct Account {
    pub(super) outcomes: Vec<Outcome>,
    /// The failure to report, an ambiguous one before all others, and the object that it is about.
    failure: Option<(Error, String)>,
    printed: Result<(), Failure>,
}

impl Account {
    pub(super) fn count(&self, outcome: &str) -> usize {
        self.outcomes.iter().filter(|one| one.outcome == outcome).count()
    }

    /// The failure of the command, if any. `not_done` is the text for objects that failed.
    pub(super) fn end(mut self, context: &Context<'_>, not_done: &str) -> Result<(), Failure> {
        Failure::outcome(self.judge(context, not_done), self.printed)
    }

    fn judge(&mut self, context: &Context<'_>, not_done: &str) -> Result<(), Failure> {
        let (not_tried, unknown) = (self.count(NOT_TRIED), self.count(UNKNOWN));
        let not_told = self.count(NOT_TOLD) > 0;
        let all = context.count(self.outcomes.len());
        let Some((error, place)) = self.failure.take() else {
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
            (0, _) => format!("{unknown} of {all}: outcome unknown"),
            (_, 0) => format!("{missing} of {all} {not_done}"),
            _ => format!("{unknown} of {all}: outcome unknown; {missing} {not_done}"),
        };
        Err(failure.about(format!("{what}{place}")))
    }
}

pub(super) fn options(context: &Context<'_>, count: usize) -> BulkOptions {
    let progress = context.progress.clone();
    BulkOptions::new()
        .with_patience(context.patience(count))
        .on_progress(move |now| {
            let failed = (now.failed > 0).then(|| format!(", {} failed", now.failed));
            progress.tell(format!("{} of {}{}", now.done, now.total, failed.unwrap_or_default()));
        })
        .stop_when(is_shared)
}

/// Whether the other objects would fail alike: the failure is not about the content of this one.
pub(super) fn is_shared(error: &Error) -> bool {
    let status = error.status().map(|status| status.as_u16());
    let is_of_content = matches!(status, Some(400 | 404 | 409 | 410 | 413 | 422));
    let is_about_one = error.is_invalid_request() || error.is_refused() || error.is_not_found();
    error.needs_authorisation() || error.is_ambiguous() || !(is_of_content || is_about_one)
}
