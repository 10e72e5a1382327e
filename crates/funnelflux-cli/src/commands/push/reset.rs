//! `ffx reset`: the count first, then a clear yes, then a count again.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::SystemTime;

use funnelflux::model::time::TimeRange;
use funnelflux::model::updates::ResetRequest;
use funnelflux::reporting::operations;
use funnelflux::transport::{Timer as _, TokioTimer};
use serde::Serialize;

use super::fate::Fate;
use super::{dry, write_one};
use crate::args::ResetArgs;
use crate::commands::confirm;
use crate::commands::interrupt::Interrupt;
use crate::commands::report::range;
use crate::failure::Failure;
use crate::output::{Format, stdout};
use crate::progress::Progress;
use crate::session::Session;
use crate::settings::Settings;

/// What is to be deleted, for programs.
#[derive(Serialize)]
struct Row<'a> {
    start: String,
    end: String,
    everything: bool,
    restriction: &'a BTreeMap<&'static str, Vec<String>>,
    hits: u64,
    outcome: Fate,
}

pub(in crate::commands) async fn run(args: &ResetArgs, settings: &Settings) -> Result<(), Failure> {
    let terminal = settings.terminal();
    let now = TokioTimer.wall();
    let asked = range::resolve(&args.range, settings, now)?;
    let range = until(asked.clone(), now)?;
    let restriction = restriction(args);
    let request = request(args, &restriction, range.clone())?;
    let progress = Progress::start(terminal, "counting");
    let session = Session::open(settings, &progress).await?;
    session.note_origin(terminal);
    let reporting = session.client().reporting();
    // operation: reporting.reset.validate
    let token = reporting.reset_validate(&request).await?;
    let hits = token.hits();
    let would = format!("{range}, {}: {} would be deleted", described(&restriction), counted(hits));
    if args.dry_run {
        terminal.note(&would);
        let call = session.client().call_operation(&operations::RESET_PERFORM);
        return dry(settings, &progress, [call.json_text(token.json().to_vec())]);
    }
    let machine = settings.format() != Format::Table;
    let print = |outcome: Fate| {
        if !machine {
            return Ok(());
        }
        let (start, end) = (range.start_rfc3339(), range.end_rfc3339());
        let everything = request.is_everything();
        let row = Row { start, end, everything, restriction: &restriction, hits, outcome };
        write_one(&row, settings.format())
    };
    let shown = progress.aside(|| {
        if range.end() != asked.end() {
            terminal.note(&format!(
                "up to {}, the moment of the count: hits that come later stay",
                range.end_rfc3339()
            ));
        }
        if machine {
            terminal.note(&would);
            return Ok(());
        }
        let mut out = stdout();
        writeln!(out, "{would}").and_then(|()| out.flush()).map_err(Failure::from)
    });
    if hits == 0 {
        progress.finish();
        shown?;
        print(Fate::NothingToDelete)?;
        terminal.note("nothing to delete");
        return Ok(());
    }
    if !args.yes {
        // Nobody can say yes to what he was not shown.
        shown.as_ref().map_err(|_| {
            Failure::failed("stdout cannot be written, so the count cannot be shown")
                .hint("nothing was deleted")
        })?;
    }
    let count = usize::try_from(hits).unwrap_or(usize::MAX);
    if let Err(failure) = progress.aside(|| confirm::deletion(&counted(hits), count, args.yes)) {
        progress.finish();
        return Failure::outcome(Err(failure), print(Fate::NotSent));
    }
    // operation: reporting.reset.perform
    let interrupt = Interrupt::guarding(&progress, terminal);
    let result = interrupt.guard(Box::pin(reporting.reset_perform(token))).await;
    progress.finish();
    let told = print(Fate::of(&result));
    let done = result.map(drop).map_err(|error| {
        // No argument is wrong: the hits have changed since they were counted.
        if error.is_invalid_request() {
            let failure = Failure::failed(error.to_string());
            return failure.hint("look at the new count, and start again");
        }
        Failure::from(error)
    });
    if done.is_ok() {
        terminal.note("accepted: the server deletes them later");
    }
    Failure::outcome(done, shown.and(told))
}

/// Not beyond the moment of the count: what comes in after it was counted by nobody.
fn until(range: TimeRange, now: SystemTime) -> Result<TimeRange, Failure> {
    if range.start() > now {
        return Err(Failure::usage(format!("{range}: has not begun yet"))
            .hint("a reset reaches up to now at most; nothing was sent"));
    }
    if range.end() <= now {
        return Ok(range);
    }
    Ok(TimeRange::between(range.start(), now, range.zone())?)
}

fn counted(hits: u64) -> String {
    if hits == 1 { "1 hit".to_owned() } else { format!("{hits} hits") }
}

/// What narrows the reset down, each by its values.
fn restriction(args: &ResetArgs) -> BTreeMap<&'static str, Vec<String>> {
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

fn described(restriction: &BTreeMap<&'static str, Vec<String>>) -> String {
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
    restriction: &BTreeMap<&'static str, Vec<String>>,
    range: TimeRange,
) -> Result<ResetRequest, Failure> {
    if restriction.is_empty() && !args.everything {
        return Err(Failure::usage(
            "no restriction was given; expected --funnel-group, --funnel, --traffic-source, \
             --country, --visitor or --ip, or --everything",
        ));
    }
    if args.everything && !restriction.is_empty() {
        return Err(Failure::usage(format!(
            "--everything and a restriction ({}) exclude each other",
            described(restriction)
        )));
    }
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
        // The one thing that is left to be wrong, by the name it has here.
        Failure::usage(cause.to_string().replace("restrictToCountryCodes", "--country"))
    })
}
