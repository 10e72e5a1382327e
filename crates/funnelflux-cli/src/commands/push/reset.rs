//! `ffx reset`: counts the hits, asks, counts again, and deletes.

use std::collections::BTreeMap;
use std::io::Write as _;

use funnelflux::id::Id;
use funnelflux::ledger::Kind;
use funnelflux::model::ledger::{Funnel, FunnelGroup, TrafficSource};
use funnelflux::model::time::TimeRange;
use funnelflux::model::updates::{ResetRequest, ResetRequestBuilder};
use funnelflux::reporting::operations;
use funnelflux::transport::{Timer as _, TokioTimer};
use serde::Serialize;

use super::transcript::{Transcript, outcome_of};
use crate::args::ResetArgs;
use crate::commands::confirm;
use crate::commands::interrupt::finish;
use crate::commands::preview;
use crate::commands::report::range;
use crate::failure::Failure;
use crate::names::{Found, Names};
use crate::output::{Format, counted, print};
use crate::settings::Settings;

type Restriction = BTreeMap<&'static str, Vec<String>>;

#[derive(Serialize)]
struct Row {
    start: String,
    end: String,
    everything: bool,
    restriction: Restriction,
    hits: u64,
}

pub(crate) async fn run(args: &ResetArgs, settings: &Settings) -> Result<(), Failure> {
    let (terminal, format) = (settings.terminal, settings.format());
    let now = TokioTimer.wall();
    let asked = range::resolve(&args.range, settings, now)?;
    let range = range::passed(asked.clone(), now)?;
    let names = Names::new(settings, "counting");
    let (request, restriction) = Box::pin(request(args, range.clone(), &names)).await?;
    let session = Box::pin(names.session()).await?;
    let reporting = session.client.reporting();
    let token = reporting.reset_validate(&request).await?;
    let hits = counted(token.hits(), "hit");
    let would = format!("{range}, {}: {hits} would be deleted", described(&restriction));
    if args.dry_run {
        terminal.note(&would);
        let call = session.client.call(&operations::RESET_PERFORM);
        let call = call.json_text(token.json().to_vec());
        return preview::print(settings, &session.progress, [call]);
    }
    let row = Row {
        start: range.start_rfc3339(),
        end: range.end_rfc3339(),
        everything: request.is_everything(),
        restriction,
        hits: token.hits(),
    };
    let mut transcript = Transcript::one(format, row);
    let shown = session.progress.aside(|| {
        if range.end() != asked.end() {
            let end = range.end_rfc3339();
            terminal.note(&format!("up to {end}, the moment of the count: later hits are kept"));
        }
        if format != Format::Table {
            terminal.note(&would);
            return Ok(());
        }
        print(|out| Ok(writeln!(out, "{would}")?))
    });
    if token.hits() == 0 {
        session.progress.finish();
        shown?;
        transcript.record(&[0], "nothing to delete");
        transcript.end()?;
        terminal.note("nothing to delete");
        return Ok(());
    }
    // A confirmation does not count if the count could not be shown.
    if !args.yes && shown.is_err() {
        let why = "stdout cannot be written, so the count cannot be shown";
        return Err(Failure::failed(why).hint("nothing was deleted"));
    }
    let count = usize::try_from(token.hits()).unwrap_or(usize::MAX);
    let asked = session.progress.aside(|| confirm::deletion(&hits, count, args.yes));
    if let Err(failure) = asked {
        session.progress.finish();
        return Failure::outcome(Err(failure), transcript.end());
    }
    let result = finish(reporting.reset_perform(token), &session.progress).await;
    transcript.record(&[0], outcome_of(&result));
    let done = result.map(drop).map_err(|error| match error.is_invalid_request() {
        // The arguments are right: the hits have changed since they were counted.
        true => Failure::failed(error.to_string()).hint("check the new count, then start again"),
        false => error.into(),
    });
    if done.is_ok() {
        terminal.note("accepted: the server deletes them later");
    }
    Failure::outcome(done, shown.and(transcript.end()))
}

fn described(restriction: &Restriction) -> String {
    if restriction.is_empty() {
        return "EVERYTHING".to_owned();
    }
    let each = restriction.iter();
    let each = each.map(|(name, all)| format!("{} {}", name.replace('_', " "), all.join(" or ")));
    format!("only {}", each.collect::<Vec<_>>().join(" and "))
}

struct Draft {
    builder: ResetRequestBuilder,
    restriction: Restriction,
}

impl Draft {
    /// Adds a restriction. The builder refuses a list that is empty, since it would restrict nothing.
    fn only<T: Clone + ToString>(
        mut self,
        name: &'static str,
        values: &[T],
        add: fn(ResetRequestBuilder, Vec<T>) -> ResetRequestBuilder,
    ) -> Self {
        if !values.is_empty() {
            self.builder = add(self.builder, values.to_vec());
            self.restriction.insert(name, values.iter().map(T::to_string).collect());
        }
        self
    }
}

fn typed<T>(found: Vec<Found>) -> Vec<Id<T>> {
    found.into_iter().map(|(id, _)| Id::from_untyped(id)).collect()
}

async fn request(
    args: &ResetArgs,
    range: TimeRange,
    names: &Names<'_>,
) -> Result<(ResetRequest, Restriction), Failure> {
    let funnel_groups = names.find_all(<FunnelGroup as Kind>::KIND, &args.funnel_group).await?;
    let funnels = names.find_all(<Funnel as Kind>::KIND, &args.funnel).await?;
    let sources = names.find_all(<TrafficSource as Kind>::KIND, &args.traffic_source).await?;
    let draft = Draft { builder: ResetRequest::builder(range), restriction: Restriction::new() };
    let draft = draft
        .only("funnel_groups", &typed(funnel_groups), |b, ids| b.funnel_groups(ids))
        .only("funnels", &typed(funnels), |b, ids| b.funnels(ids))
        .only("traffic_sources", &typed(sources), |b, ids| b.traffic_sources(ids))
        .only("countries", &args.country, |b, codes| b.country_codes(codes))
        .only("visitors", &args.visitor, |b, ids| b.visitors(ids))
        .only("ips", &args.ip, |b, ips| b.ips(ips));
    let Draft { builder, restriction } = draft;
    let builder = match (restriction.is_empty(), args.everything) {
        (true, false) => {
            let why = "no restriction was given; expected --funnel-group, --funnel, --traffic-source, \
                       --country, --visitor or --ip, or --everything";
            return Err(Failure::usage(why));
        }
        (false, true) => {
            let given = described(&restriction);
            let why = format!("--everything and a restriction ({given}) exclude each other");
            return Err(Failure::usage(why));
        }
        (true, true) => builder.everything(),
        (false, false) => builder,
    };
    let request = builder.build().map_err(|cause| {
        // The countries are the only restriction that clap does not check.
        let places = (0..args.country.len()).map(|at| format!("restrictToCountryCodes[{at}]"));
        let named = places.fold(cause.to_string(), |text, place| text.replace(&place, "--country"));
        Failure::usage(named.replace("restrictToCountryCodes", "--country"))
    })?;
    Ok((request, restriction))
}
