//! `ffx conversions`, `ffx costs`, `ffx custom-events` and `ffx reset`: writes that are checked as a
//! whole, previewed, and sent only when confirmed.

mod conversions;
mod costs;
mod custom_events;
mod patience;
mod reset;
mod table;
mod transcript;

pub(super) use conversions::run as conversions;
pub(super) use costs::run as costs;
pub(super) use custom_events::run as custom_events;
pub(super) use reset::run as reset;

use std::io::Write as _;
use std::time::Duration;

use funnelflux::FunnelFlux;
use funnelflux::transport::bytes::Bytes;
use funnelflux::transport::{CallBuilder, CallOptions, Operation};
use serde::Serialize;

use self::transcript::{NOT_SENT, Transcript, outcome_of};
use super::interrupt::Interrupt;
use super::preview;
use crate::args::SendArgs;
use crate::failure::Failure;
use crate::output::{Format, counted, print};
use crate::session::Session;
use crate::settings::Settings;

const SHOWN: usize = 20;

struct Upload<R> {
    noun: &'static str,
    operation: &'static Operation,
    batches: Vec<Batch>,
    /// The rows as they are printed for programs, with the numbers of their lines in the file.
    rows: Vec<(Option<u64>, R)>,
    preview: String,
    notice: &'static str,
}

struct Batch {
    body: Bytes,
    /// The positions of the rows that the request sends.
    positions: Vec<usize>,
}

impl Batch {
    fn new(body: &impl Serialize, positions: Vec<usize>) -> Result<Self, Failure> {
        let json = serde_json::to_vec(body)
            .map_err(|cause| Failure::failed(format!("a request cannot be written: {cause}")))?;
        Ok(Self { body: json.into(), positions })
    }

    fn call<'a>(&self, client: &'a FunnelFlux, operation: &'static Operation) -> CallBuilder<'a> {
        client.call(operation).json_text(self.body.clone())
    }
}

/// Previews an upload, and with `--yes` sends it.
async fn run<R: Serialize>(
    upload: Upload<R>,
    args: SendArgs,
    settings: &Settings,
) -> Result<(), Failure> {
    let Upload { noun, operation, batches, rows, preview, notice } = upload;
    let (terminal, format) = (settings.terminal, settings.format());
    if !notice.is_empty() {
        terminal.note(notice);
    }
    if args.dry.dry_run {
        let session = Session::without_tokens(settings, &format!("{noun}s"))?;
        let calls = batches.iter().map(|batch| batch.call(&session.client, operation));
        return preview::print(settings, &session.progress, calls);
    }
    let total = rows.len();
    let mut transcript = Transcript::new(format, rows, &batches);
    let preview = if format == Format::Table { preview.as_str() } else { "" };
    let shown = print(|out| Ok(out.write_all(preview.as_bytes())?));
    if !args.yes {
        shown?;
        transcript.end()?;
        terminal.note("nothing was sent; --yes sends it");
        return Ok(());
    }
    let session = Session::open(settings, &format!("{noun}s")).await?;
    session.note_origin();
    let interrupt = Interrupt::listen(&session.progress);
    let no_patience = Some(settings.patience).filter(Duration::is_zero);
    let options = CallOptions::new().with_patience(no_patience);
    let (mut accepted, mut sent) = (0, Ok(()));
    // The first request that is not accepted ends the upload, because later lines may depend on it.
    for (done, batch) in batches.iter().enumerate() {
        if interrupt.came() {
            let left = counted(transcript.count(NOT_SENT), noun);
            let stopped = format!("stopped: {accepted} accepted, {left} not sent");
            sent = Err(transcript.with_rest(Failure::failed(stopped)));
            break;
        }
        session.progress.tell(format!("{accepted} of {total}"));
        let call =
            || batch.call(&session.client, operation).with_options(options.clone()).send_write();
        let result = patience::call(&interrupt, &session.progress, settings.patience, call).await;
        transcript.record(&batch.positions, outcome_of(&result));
        if let Err(error) = result {
            let (requests, all) = (counted(batches.len(), "request"), counted(total, noun));
            let so_far =
                format!("{done} of {requests} accepted before; of {all}: {}", transcript.tally());
            sent = Err(match transcript.lines(&batch.positions) {
                Some(lines) => {
                    transcript.with_rest(Failure::from(error).about(format!("{lines} ({so_far})")))
                }
                None => error.into(),
            });
            break;
        }
        accepted += batch.positions.len();
    }
    session.progress.finish();
    if sent.is_ok() {
        let rows = counted(total, noun);
        terminal.note(&format!("accepted: {rows} queued; the server processes them later"));
    }
    // With `--yes`, a closed stdout neither stops the upload nor hides its result.
    Failure::outcome(sent, shown.and(transcript.end()))
}
