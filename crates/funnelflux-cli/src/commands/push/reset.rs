//! `ffx reset`: the count first, then a clear yes, then a count again.

use std::io::Write as _;

use funnelflux::model::updates::ResetRequest;
use funnelflux::transport::{Timer as _, TokioTimer};

use crate::args::ResetArgs;
use crate::commands::confirm;
use crate::commands::report::range;
use crate::failure::Failure;
use crate::output::stdout;
use crate::progress::Progress;
use crate::session::Session;
use crate::settings::Settings;

pub(in crate::commands) async fn run(args: &ResetArgs, settings: &Settings) -> Result<(), Failure> {
    let terminal = settings.terminal();
    let range = range::resolve(&args.range, settings, TokioTimer.wall())?;
    let request = request(args, range.clone())?;
    let progress = Progress::start(terminal, "counting");
    let session = Session::open(settings, &progress).await?;
    session.note_origin(terminal);
    let reporting = session.client().reporting();
    // operation: reporting.reset.validate
    let token = reporting.reset_validate(&request).await?;
    let hits = token.hits();
    let mut out = stdout();
    let whole = if request.is_everything() { " of EVERYTHING" } else { "" };
    writeln!(out, "{range}{whole}: {hits} hits would be deleted")?;
    out.flush()?;
    if hits == 0 {
        progress.finish();
        return Ok(());
    }
    let what = format!("{hits} hits");
    let count = usize::try_from(hits).unwrap_or(usize::MAX);
    progress.aside(|| confirm::deletion(&what, count, args.yes))?;
    // operation: reporting.reset.perform
    reporting.reset_perform(token).await?;
    progress.finish();
    terminal.note("accepted: the server deletes them later");
    Ok(())
}

fn request(
    args: &ResetArgs,
    range: funnelflux::model::time::TimeRange,
) -> Result<ResetRequest, Failure> {
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
        Failure::usage(cause.to_string())
            .hint("restrict it (--funnel, --traffic-source …), or say --everything")
    })
}
