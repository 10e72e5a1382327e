//! `ffx report raw`: rows printed page by page, in constant memory.

use funnelflux::model::reporting::{RawEventsRequest, RawEventsRequestBuilder};
use funnelflux::reporting::{EventsCompleteness, QueryLimit as _};
use funnelflux::transport::{Timer as _, TokioTimer};

use super::range;
use super::rows::RowWriter;
use crate::args::RawArgs;
use crate::failure::Failure;
use crate::output::{counted, print};
use crate::session::{Session, print_heading};
use crate::settings::Settings;

pub(crate) async fn run(args: &RawArgs, settings: &Settings) -> Result<(), Failure> {
    let terminal = settings.terminal;
    let now = TokioTimer.wall();
    let range = range::resolve(&args.range, settings, now)?;
    let range = range::passed(range, now)?;
    // A run later on has another range for `--last 7d`, or for days that are not over.
    let again = |resume_at| {
        let (from, to) = (range.start_rfc3339(), range.end_rfc3339());
        format!("--from {from} --to {to} --resume-at {resume_at}")
    };
    // A page must not be longer than --limit.
    let page = args.limit.map_or(args.page_length, |limit| limit.min(args.page_length));
    let builder = RawEventsRequest::builder(range.clone()).page(args.resume_at, page);
    let request = kinds(args, builder).build()?;
    let session = Session::open(settings, "raw events").await?;

    // Outside of the spinner's lock, which the warning of the emulator takes itself.
    print(|out| print_heading(out, &session, settings, Some(request.range())))?;

    let mut events = session.client.reporting().raw_events(request);
    let mut writer = RowWriter::new(settings.format(), &args.columns);
    let mut written = 0_u64;
    let limit = args.limit.unwrap_or(u64::MAX);
    while written < limit {
        let Some(page) = Box::pin(events.next_page()).await else { break };
        let (position, shift) = (events.position(), events.shift());
        let mut rows = page.map_err(|error| {
            let killed = error.is_query_killed();
            let failure = Failure::from(error);
            // The other advice is to split the report, which raw events do not support.
            let failure = if killed { failure.hint("ask for a shorter range") } else { failure };
            let rows = counted(written, "row");
            match shift {
                _ if written == 0 => failure,
                None => failure.and_hint(format!("{rows} printed: continue with {}", again(position))),
                Some(_) => failure.and_hint(format!(
                    "{rows} printed, but rows moved from page to page meanwhile, so that going on would \
                     miss some or repeat them: begin again"
                )),
            }
        })?;
        rows.truncate(usize::try_from(limit - written).unwrap_or(usize::MAX));
        written += rows.len() as u64;
        session.progress.aside(|| writer.write(&rows))?;
        session.progress.tell(counted(written, "row"));
    }
    writer.finish()?;
    session.progress.finish();

    let rows = counted(written, "row");
    let next = args.resume_at + written;
    let mut result = Ok(());
    match (events.completeness(), events.shift()) {
        (EventsCompleteness::Cut, _) => {
            let why = "the server speaks of more than it sends: ask for shorter time ranges";
            result = terminal.cut(&format!("{rows}, and {why}"));
        }
        (_, Some(repeated)) => {
            result = terminal.cut(&format!(
                "{rows}, and rows moved from page to page while they were read: {repeated} came again \
                 and were left out, and others may be missing; ask for a range that has ended"
            ));
        }
        (EventsCompleteness::Complete, _) if written < limit => terminal.note(&rows),
        (EventsCompleteness::MaybeCut, _) => {
            let why = match written {
                0 => format!("the page at row {next} is empty, and no page before it was read"),
                _ => "the last page was full and the next one empty".to_owned(),
            };
            terminal.warn(&format!(
                "{rows}, and there may be more: {why}. The server may limit the rows of a query: ask \
                 for shorter time ranges"
            ));
        }
        // Whether more rows follow is unknown, because they were not requested.
        _ => terminal.note(&format!("{rows}, limited by --limit; {} continues", again(next))),
    }
    if let Some(warning) = writer.warning() {
        terminal.warn(&warning);
    }
    for note in writer.notes() {
        terminal.note(&note);
    }
    result
}

fn kinds(args: &RawArgs, builder: RawEventsRequestBuilder) -> RawEventsRequestBuilder {
    let all = !(args.hits || args.clicks || args.conversions);
    let builder = if args.hits || all { builder.hits() } else { builder };
    let builder = if args.clicks || all { builder.clicks() } else { builder };
    if args.conversions || all { builder.conversions() } else { builder }
}
