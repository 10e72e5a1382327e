//! `ffx report raw`: rows as they come, page by page, in constant memory.

use std::io::Write as _;

use funnelflux::model::reporting::{RawEventsRequest, RawEventsRequestBuilder};
use funnelflux::reporting::{Completeness, QueryLimit as _};
use funnelflux::transport::{Timer as _, TokioTimer};

use super::rows::RowWriter;
use super::{heading, range};
use crate::args::RawArgs;
use crate::failure::Failure;
use crate::output::{Format, stdout};
use crate::progress::Progress;
use crate::session::Session;
use crate::settings::Settings;

pub(super) async fn run(args: &RawArgs, settings: &Settings) -> Result<(), Failure> {
    let terminal = settings.terminal();
    let range = range::resolve(&args.range, settings, TokioTimer.wall())?;
    // A page longer than what is wanted would be fetched for nothing.
    let page = args.limit.map_or(args.page_length, |limit| limit.min(args.page_length));
    let builder = RawEventsRequest::builder(range).page(args.resume_at, page);
    let request = kinds(args, builder).build()?;
    let progress = Progress::start(terminal, "raw events");
    let session = Session::open(settings, &progress).await?;

    let mut out = stdout();
    let format = settings.format();
    if format == Format::Table {
        for line in heading(&session, request.range()) {
            writeln!(out, "{line}")?;
        }
        writeln!(out)?;
        progress.aside(|| out.flush())?;
    } else {
        progress.aside(|| {
            session.note_origin(terminal);
            terminal.note(&request.range().to_string());
        });
    }

    let mut events = session.client().reporting().raw_events(request);
    let mut writer = RowWriter::new(format, &args.columns);
    let mut written = 0_u64;
    let limit = args.limit.unwrap_or(u64::MAX);
    while written < limit {
        let Some(page) = Box::pin(events.next_page()).await else { break };
        let mut rows = page.map_err(|error| {
            let killed = error.is_query_killed();
            let failure = Failure::from(error);
            // Raw events come in pages, and are not split.
            let failure = if killed { failure.hint("ask for a shorter range") } else { failure };
            if written == 0 {
                return failure;
            }
            failure.and_hint(format!(
                "The {written} rows before are printed: go on with --resume-at {}",
                args.resume_at + written
            ))
        })?;
        rows.truncate(usize::try_from(limit - written).unwrap_or(usize::MAX));
        written += rows.len() as u64;
        progress.aside(|| writer.write(&mut out, &rows).and_then(|()| Ok(out.flush()?)))?;
        progress.tell(format!("{written} rows"));
    }
    writer.finish(&mut out)?;
    out.flush()?;
    progress.finish();

    let rows = if written == 1 { "1 row".to_owned() } else { format!("{written} rows") };
    let next = args.resume_at + written;
    match events.completeness() {
        Completeness::Complete if written < limit => terminal.note(&rows),
        Completeness::MaybeCut => terminal.warn(&format!(
            "{rows}, and there may be more: the server says so, or its last page was full and the \
             next one empty. It may show no more than that many rows of a query: ask for shorter \
             ranges"
        )),
        // Whether more rows follow the last one wanted, nobody asked.
        _ => terminal.note(&format!("{rows}, as --limit says; go on with --resume-at {next}")),
    }
    for note in writer.notes() {
        terminal.note(&note);
    }
    Ok(())
}

fn kinds(args: &RawArgs, mut builder: RawEventsRequestBuilder) -> RawEventsRequestBuilder {
    let all = !(args.hits || args.clicks || args.conversions);
    if args.hits || all {
        builder = builder.hits();
    }
    if args.clicks || all {
        builder = builder.clicks();
    }
    if args.conversions || all {
        builder = builder.conversions();
    }
    builder
}
