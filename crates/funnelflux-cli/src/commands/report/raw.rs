//! `ffx report raw`: rows printed page by page, in constant memory.

use funnelflux::model::reporting::{RawEventsRequest, RawEventsRequestBuilder};
use funnelflux::reporting::{EventsCompleteness, QueryLimit as _};
use funnelflux::transport::{Timer as _, TokioTimer};

use super::range;
use super::rows::RowWriter;
use crate::args::RawArgs;
use crate::failure::Failure;
use crate::output::{counted, print, stdout};
use crate::session::{Session, print_heading};
use crate::settings::Settings;

pub(in crate::commands) async fn run(args: &RawArgs, settings: &Settings) -> Result<(), Failure> {
    let terminal = settings.terminal;
    let range = range::resolve(&args.range, settings, TokioTimer.wall())?;
    // A page must not be longer than --limit.
    let page = args.limit.map_or(args.page_length, |limit| limit.min(args.page_length));
    let builder = RawEventsRequest::builder(range).page(args.resume_at, page);
    let request = kinds(args, builder).build()?;
    let session = Session::open(settings, "raw events").await?;

    // Outside of the spinner's lock, which the warning of the emulator takes itself.
    print(|out| print_heading(out, &session, settings, Some(request.range())))?;

    let mut events = session.client.reporting().raw_events(request);
    let mut writer = RowWriter::new(stdout(), settings.format(), &args.columns);
    let mut written = 0_u64;
    let limit = args.limit.unwrap_or(u64::MAX);
    while written < limit {
        let Some(page) = Box::pin(events.next_page()).await else { break };
        let mut rows = page.map_err(|error| {
            let killed = error.is_query_killed();
            let failure = Failure::from(error);
            // The other advice is to split the report, which raw events do not support.
            let failure = if killed { failure.hint("ask for a shorter range") } else { failure };
            if written == 0 {
                return failure;
            }
            failure.and_hint(format!(
                "{written} rows were printed: continue with --resume-at {}",
                args.resume_at + written
            ))
        })?;
        rows.truncate(usize::try_from(limit - written).unwrap_or(usize::MAX));
        written += rows.len() as u64;
        session.progress.aside(|| writer.write(&rows))?;
        session.progress.tell(format!("{written} rows"));
    }
    writer.finish()?;
    session.progress.finish();

    let rows = counted(written, "row");
    let next = args.resume_at + written;
    match events.completeness() {
        EventsCompleteness::Complete if written < limit => terminal.note(&rows),
        EventsCompleteness::MaybeCut => terminal.warn(&format!(
            "{rows}, and there may be more: the server says so, or its last page was full and the \
             next one empty. The server may limit the rows of a query: ask for shorter time ranges"
        )),
        // Whether more rows follow is unknown, because they were not requested.
        _ => terminal.note(&format!("{rows}, limited by --limit; --resume-at {next} continues")),
    }
    if let Some(warning) = writer.warning() {
        terminal.warn(&warning);
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
