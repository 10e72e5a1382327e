//! `ffx reset`: counts the hits, asks, counts again, and deletes.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::SystemTime;

use funnelflux::model::time::TimeRange;
use funnelflux::model::updates::ResetRequest;
use funnelflux::reporting::operations;
use funnelflux::transport::{Timer as _, TokioTimer};
use serde::Serialize;

use super::outcome::Outcome;
use super::transcript::Transcript;
use crate::args::ResetArgs;
use crate::commands::confirm;
use crate::commands::interrupt::Interrupt;
use crate::commands::preview::{self, Request};
use crate::commands::report::range;
use crate::failure::Failure;
use crate::output::{Format, counted, stdout};
use crate::progress::Progress;
use crate::session::Session;
use crate::settings::Settings;

/// The restrictions and their values.
type Restriction = BTreeMap<&'static str, Vec<String>>;

#[derive(Serialize)]
struct Row {
    start: String,
    end: String,
    everything: bool,
    restriction: Restriction,
    hits: u64,
}

pub(in crate::commands) async fn run(args: &ResetArgs, settings: &Settings) -> Result<(), Failure> {
    let (terminal, format) = (settings.terminal(), settings.format());
    let now = TokioTimer.wall();
    let asked = range::resolve(&args.range, settings, now)?;
    let range = until(asked.clone(), now)?;
    let restriction = restriction(args);
    let described = described(&restriction);
    let request = request(args, restriction.is_empty(), &described, range.clone())?;
    let progress = Progress::start(terminal, "counting");
    let session = Session::open(settings, &progress).await?;
    session.note_origin(terminal);
    let reporting = session.client().reporting();
    let token = reporting.reset_validate(&request).await?;
    let hits = counted(token.hits(), "hit");
    let would = format!("{range}, {described}: {hits} would be deleted");
    if args.dry_run {
        terminal.note(&would);
        let call = session.client().call(&operations::RESET_PERFORM);
        let call = call.json_text(token.json().to_vec());
        return preview::print(settings, &progress, &Request::all([call])?);
    }
    let mut transcript = Transcript::of_one(
        format,
        Row {
            start: range.start_rfc3339(),
            end: range.end_rfc3339(),
            everything: request.is_everything(),
            restriction,
            hits: token.hits(),
        },
    );
    let shown = progress.aside(|| {
        if range.end() != asked.end() {
            terminal.note(&format!(
                "up to {}, the moment of the count: later hits are kept",
                range.end_rfc3339()
            ));
        }
        if format != Format::Table {
            terminal.note(&would);
            return Ok(());
        }
        let mut out = stdout();
        writeln!(out, "{would}").and_then(|()| out.flush()).map_err(Failure::from)
    });
    if token.hits() == 0 {
        progress.finish();
        shown?;
        transcript.record(&[0], Outcome::NothingToDelete);
        transcript.end()?;
        terminal.note("nothing to delete");
        return Ok(());
    }
    if !args.yes {
        // A confirmation does not count if the count could not be shown.
        shown.as_ref().map_err(|_| {
            Failure::failed("stdout cannot be written, so the count cannot be shown")
                .hint("nothing was deleted")
        })?;
    }
    let count = usize::try_from(token.hits()).unwrap_or(usize::MAX);
    if let Err(failure) = progress.aside(|| confirm::deletion(&hits, count, args.yes)) {
        progress.finish();
        return Failure::outcome(Err(failure), transcript.end());
    }
    let interrupt = Interrupt::guarding(&progress, terminal);
    let result = interrupt.guard(Box::pin(reporting.reset_perform(token))).await;
    progress.finish();
    transcript.record(&[0], Outcome::of(&result));
    let done = result.map(drop).map_err(|error| {
        // The arguments are right: the hits have changed since they were counted.
        if error.is_invalid_request() {
            return Failure::failed(error.to_string())
                .hint("check the new count, then start again");
        }
        Failure::from(error)
    });
    if done.is_ok() {
        terminal.note("accepted: the server deletes them later");
    }
    Failure::outcome(done, shown.and(transcript.end()))
}

/// Ends the range at the moment of the count, because later hits were not counted.
fn until(range: TimeRange, now: SystemTime) -> Result<TimeRange, Failure> {
    if range.start() > now {
        return Err(Failure::usage(format!("{range}: has not begun yet"))
            .hint("a reset cannot delete future hits; nothing was sent"));
    }
    if range.end() <= now {
        return Ok(range);
    }
    Ok(TimeRange::between(range.start(), now, range.zone())?)
}

fn restriction(args: &ResetArgs) -> Restriction {
    fn texts<T: ToString>(values: &[T]) -> Vec<String> {
        values.iter().map(ToString::to_string).collect()
    }
    let all = [
        ("funnel_groups", texts(&args.funnel_group)),
        ("funnels", texts(&args.funnel)),
        ("traffic_sources", texts(&args.traffic_source)),
        ("countries", args.country.clone()),
        ("visitors", texts(&args.visitor)),
        ("ips", texts(&args.ip)),
    ];
    all.into_iter().filter(|(_, values)| !values.is_empty()).collect()
}

fn described(restriction: &Restriction) -> String {
    if restriction.is_empty() {
        return "EVERYTHING".to_owned();
    }
    let each = restriction
        .iter()
        .map(|(name, values)| format!("{} {}", name.replace('_', " "), values.join(" or ")));
    format!("only {}", each.collect::<Vec<_>>().join(" and "))
}

fn request(
    args: &ResetArgs,
    is_unrestricted: bool,
    described: &str,
    range: TimeRange,
) -> Result<ResetRequest, Failure> {
    match (is_unrestricted, args.everything) {
        (true, false) => {
            return Err(Failure::usage(
                "no restriction was given; expected --funnel-group, --funnel, --traffic-source, \
                 --country, --visitor or --ip, or --everything",
            ));
        }
        (false, true) => {
            return Err(Failure::usage(format!(
                "--everything and a restriction ({described}) exclude each other"
            )));
        }
        _ => {}
    }
    // The builder refuses a list that is empty, since it would restrict nothing.
    let mut builder = ResetRequest::builder(range);
    if !args.funnel_group.is_empty() {
        builder = builder.funnel_groups(args.funnel_group.iter().copied());
    }
    if !args.funnel.is_empty() {
        builder = builder.funnels(args.funnel.iter().copied());
    }
    if !args.traffic_source.is_empty() {
        builder = builder.traffic_sources(args.traffic_source.iter().copied());
    }
    if !args.country.is_empty() {
        builder = builder.country_codes(args.country.iter().cloned());
    }
    if !args.visitor.is_empty() {
        builder = builder.visitors(args.visitor.iter().cloned());
    }
    if !args.ip.is_empty() {
        builder = builder.ips(args.ip.iter().copied());
    }
    if args.everything {
        builder = builder.everything();
    }
    builder.build().map_err(|cause| {
        // The countries are the only restriction that clap does not check.
        Failure::usage(cause.to_string().replace("restrictToCountryCodes", "--country"))
    })
}
