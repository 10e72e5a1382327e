//! `ffx conversions`, `ffx costs`, `ffx custom-events` and `ffx reset`: writes that are checked as a
//! whole, previewed, and sent only when confirmed.

mod conversions;
mod costs;
mod custom_events;
mod deadline;
mod outcome;
mod reset;
mod table;
mod transcript;

pub(super) use conversions::run as conversions;
pub(super) use costs::run as costs;
pub(super) use custom_events::run as custom_events;
pub(super) use reset::run as reset;

use std::io::Write as _;

use funnelflux::reporting::Reporting;
use funnelflux::transport::CallBuilder;
use funnelflux::{Error, FunnelFlux};
use serde::Serialize;

use self::deadline::Deadline;
use self::outcome::Outcome;
use self::transcript::Transcript;
use super::interrupt::Interrupt;
use super::preview::{self, Request};
use crate::args::SendArgs;
use crate::failure::Failure;
use crate::output::{Format, Stdout, counted, stdout};
use crate::progress::Progress;
use crate::session::{Session, anonymous};
use crate::settings::Settings;

/// The most lines that a preview shows.
const SHOWN: usize = 20;

/// A request of an upload.
struct Batch<B> {
    body: B,
    /// The positions of the rows that the request sends.
    positions: Vec<usize>,
}

/// A checked input, split into requests.
trait Upload {
    /// The members of a printed row.
    type Row: Serialize;
    /// The body of a request.
    type Body;

    /// The name of one row.
    const NOUN: &str;

    /// The requests, in the order in which they are sent.
    fn batches(&self) -> &[Batch<Self::Body>];

    /// The rows as they are printed for programs.
    fn transcript(&self, format: Format) -> Transcript<Self::Row>;

    /// Prints the preview for people.
    fn preview(&self, out: &mut Stdout) -> Result<(), Failure>;

    /// The call of a request, for a dry run. Tests hold it to what [`send`](Self::send) sends.
    fn call<'a>(client: &'a FunnelFlux, body: &Self::Body) -> CallBuilder<'a>;

    /// Sends a request.
    async fn send(reporting: &Reporting, body: &Self::Body) -> Result<(), Error>;
}

/// Previews an upload and, with `--yes`, sends it and reports the outcome of each row.
async fn run<U: Upload>(upload: &U, args: SendArgs, settings: &Settings) -> Result<(), Failure> {
    let (terminal, format) = (settings.terminal(), settings.format());
    if args.dry.dry_run {
        let progress = Progress::start(terminal, format!("{}s", U::NOUN));
        let client = anonymous(settings)?;
        let calls = upload.batches().iter().map(|batch| U::call(&client, &batch.body));
        return preview::print(settings, &progress, &Request::all(calls)?);
    }
    let mut transcript = upload.transcript(format);
    let shown = match format {
        Format::Table => {
            let mut out = stdout();
            upload.preview(&mut out).and_then(|()| Ok(out.flush()?))
        }
        _ => Ok(()),
    };
    if !args.yes {
        shown?;
        transcript.end()?;
        terminal.note("nothing was sent; --yes sends it");
        return Ok(());
    }
    let progress = Progress::start(terminal, format!("{}s", U::NOUN));
    let session = Session::open(settings, &progress).await?;
    session.note_origin(terminal);
    let interrupt = Interrupt::guarding(&progress, terminal);
    let deadline = Deadline { interrupt: &interrupt, progress: &progress, terminal };
    let reporting = session.client().reporting();
    let sent = send(upload, &reporting, &mut transcript, &deadline).await;
    progress.finish();
    if sent.is_ok() {
        let rows = counted(transcript.len(), U::NOUN);
        terminal.note(&format!("accepted: {rows} queued; the server processes them later"));
    }
    // With `--yes`, a closed stdout neither stops the upload nor hides its result.
    Failure::outcome(sent, shown.and(transcript.end()))
}

/// Sends one request after another and stops at the first that is not accepted, because later lines
/// may depend on it.
async fn send<U: Upload>(
    upload: &U,
    reporting: &Reporting,
    transcript: &mut Transcript<U::Row>,
    deadline: &Deadline<'_>,
) -> Result<(), Failure> {
    let mut accepted = 0;
    for (done, Batch { body, positions }) in upload.batches().iter().enumerate() {
        if deadline.interrupt.came() {
            let left = counted(transcript.count(Outcome::NotSent), U::NOUN);
            let stopped = Failure::failed(format!("stopped: {accepted} accepted, {left} not sent"));
            return Err(transcript.with_rest(stopped));
        }
        deadline.progress.tell(format!("{accepted} of {}", transcript.len()));
        let result = deadline.call(|| U::send(reporting, body)).await;
        transcript.record(positions, Outcome::of(&result));
        result.map_err(|error| {
            let failure = Failure::from(error);
            let Some(lines) = transcript.lines(positions) else { return failure };
            transcript.with_rest(failure.about(format!(
                "{lines} ({done} of {} accepted before; of {}: {})",
                counted(upload.batches().len(), "request"),
                counted(transcript.len(), U::NOUN),
                transcript.tally(),
            )))
        })?;
        accepted += positions.len();
    }
    Ok(())
}
