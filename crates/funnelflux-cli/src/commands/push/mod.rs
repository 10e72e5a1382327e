//! `ffx conversions`, `ffx costs`, `ffx custom-events` and `ffx reset`: writes that are checked as a
//! whole, previewed, and sent only when confirmed.

mod assets;
mod conversions;
mod corrections;
mod costs;
mod custom_events;
mod earlier;
mod entry;
mod files;
mod history;
mod kept;
mod map;
mod missing;
mod reading;
mod replay;
mod reset;
mod table;
mod transcript;
mod undo;
mod verify;

pub(super) use conversions::run as conversions;
pub(super) use costs::run as costs;
pub(super) use custom_events::run as custom_events;
pub(super) use history::run as history;
pub(super) use map::{map, networks};
pub(super) use reset::run as reset;
pub(super) use undo::run as undo;

use std::io::Write as _;
use std::rc::Rc;

use funnelflux::imports::{Field, Place, Reader, UploadKind};
use funnelflux::transport::bytes::Bytes;
use funnelflux::transport::{CallOptions, Operation};
use serde::Serialize;

use self::kept::Kept;
use self::transcript::{NOT_SENT, Transcript, UNCHANGED, UNKNOWN, outcome_of};
use self::verify::Verify;
use super::interrupt::Interrupt;
use super::preview;
use crate::args::{SendArgs, WaitArgs};
use crate::failure::Failure;
use crate::output::{Format, counted, print, quoted};
use crate::session::Session;
use crate::settings::Settings;

const SHOWN: usize = 20;

const OTHER_MONEY: &str = "--accept-currency sends them all the same";

struct Upload<'a, R> {
    noun: &'static str,
    operation: &'static Operation,
    rows: Rows<'a, R>,
    /// What the journal says of it, a line each: the files, the command that reads them back, and what they are known by.
    about: String,
    /// What is known of the rows; [`Kept::judge`] has seen them.
    kept: Kept,
    /// Makes the requests that send the rows at these positions.
    requests: Requests<'a>,
    /// Shows so many requests.
    preview: Box<dyn FnOnce(usize) -> Result<String, Failure> + 'a>,
    notice: &'static str,
    /// Reads the rows back; `None` where that is not possible.
    verify: Option<Verify<'a>>,
}

/// The fields of an upload's lines.
fn fields(upload: UploadKind) -> Vec<Field> {
    match upload {
        UploadKind::Costs => Reader::costs().fields().to_vec(),
        _ => conversions::FIELDS.to_vec(),
    }
}

/// What is done with the lines of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    Push,
    /// Nothing is sent.
    Verify,
}

impl Task {
    /// Whether the journal is locked: a read-back writes into it for a moment only.
    fn writes(self, send: SendArgs) -> bool {
        self == Self::Push && send.is_sending()
    }
}

/// The rows as they are printed for programs.
enum Rows<'a, R> {
    /// The only one.
    One(R),
    /// So many, each made when it is printed, with its line, if it is one.
    Each(usize, EachRow<'a, R>),
}

type EachRow<'a, R> = Box<dyn Fn(usize) -> Option<(Option<Place>, R)> + 'a>;

impl<R> Rows<'_, R> {
    fn len(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Each(count, _) => *count,
        }
    }

    /// Uses a row with its line.
    fn with(
        &self,
        at: usize,
        write: impl FnOnce(Option<Option<Place>>, &R) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        match self {
            Self::One(row) => write(None, row),
            Self::Each(_, make) => make(at).map_or(Ok(()), |(line, row)| write(Some(line), &row)),
        }
    }

    /// The line of a row; `None` where there is no file.
    fn line(&self, at: usize) -> Option<Option<Place>> {
        match self {
            Self::One(_) => None,
            Self::Each(_, make) => Some(make(at)?.0),
        }
    }
}

type Requests<'a> = Box<dyn Fn(&[usize]) -> Result<Vec<Batch>, Failure> + 'a>;

struct Batch {
    /// Makes the body of the positions, when it is sent.
    body: Rc<MakeBody>,
    /// The positions of the rows that the request sends.
    positions: Vec<usize>,
}

type MakeBody = dyn Fn(&[usize]) -> Result<Bytes, Failure>;

impl Batch {
    fn new(body: Bytes, positions: Vec<usize>) -> Self {
        Self { body: Rc::new(move |_| Ok(body.clone())), positions }
    }
}

fn json(body: &impl Serialize) -> Result<Bytes, Failure> {
    let json = serde_json::to_vec(body)
        .map_err(|cause| Failure::failed(format!("a request cannot be written: {cause}")))?;
    Ok(json.into())
}

/// The end of a command that leaves out every line.
fn end_without_lines(settings: &Settings) -> Result<(), Failure> {
    settings.terminal.note("nothing to send: every line is left out");
    match settings.format() {
        Format::Json => print(|out| Ok(out.write_all(b"[]\n")?)),
        _ => Ok(()),
    }
}

/// This command as one that reads back what it sends, with the same options.
fn verify_command() -> String {
    let (mut verb, mut is_upload) = (Some("verify"), false);
    let words = std::env::args_os().skip(1).filter_map(|word| {
        let word = word.to_string_lossy().into_owned();
        let is_verb = is_upload && word == "push";
        is_upload = matches!(word.as_str(), "costs" | "conversions");
        match word.split_once('=').filter(|(option, _)| option.starts_with("--")) {
            _ if matches!(word.as_str(), "--yes" | "--dry-run" | "--resend") => None,
            _ if is_verb && verb.is_some() => verb.take().map(str::to_owned),
            Some((option, value)) => Some(format!("{option}={}", quoted(value))),
            None => Some(quoted(&word)),
        }
    });
    format!("ffx {}", words.collect::<Vec<_>>().join(" "))
}

/// Previews an upload, and with `--yes` sends what was not sent before.
async fn run<R: Serialize>(
    upload: Upload<'_, R>,
    args: SendArgs,
    wait: Option<WaitArgs>,
    settings: &Settings,
) -> Result<(), Failure> {
    let Upload { noun, operation, rows, about, mut kept, requests, preview, notice, mut verify } =
        upload;
    let wait = wait.filter(|wait| wait.wait.is_some());
    let (terminal, format) = (settings.terminal, settings.format());
    if !notice.is_empty() {
        terminal.note(notice);
    }
    let positions = match &rows {
        Rows::One(_) => vec![0],
        _ => kept.to_send(),
    };
    let batches = requests(&positions)?;
    if args.dry.dry_run {
        let session = Session::without_tokens(settings, &format!("{noun}s"))?;
        let call = |Batch { body, positions }: &Batch| {
            Ok(session.client.call(operation).json_text(body(positions)?))
        };
        let calls: Vec<_> = batches.iter().map(call).collect::<Result<_, Failure>>()?;
        return preview::print(settings, &session.progress, calls);
    }
    let total = positions.len();
    // A confirmed upload prints the rows of its read-back: one document, with one kind of rows.
    let mut verify = verify.as_mut().zip(wait.filter(|_| args.yes));
    let unread = if verify.is_some() { kept.unread()? } else { Vec::new() };
    let is_read_back = verify.is_some() && total + unread.len() > 0;
    let is_document = matches!(format, Format::Json | Format::Csv);
    let shown_as = if is_read_back && is_document { Format::Table } else { format };
    let mut transcript = Transcript::listing(shown_as, rows, &batches, kept.is_kept(), args.yes);
    transcript.mark(&kept.same(), UNCHANGED);
    transcript.mark(&kept.ambiguous(), UNKNOWN);
    let preview = match format {
        Format::Table => preview(batches.len())?,
        _ => String::new(),
    };
    let shown = print(|out| Ok(out.write_all(preview.as_bytes())?));
    kept.told(noun).iter().for_each(|told| terminal.note(told));
    if !args.yes {
        shown?;
        transcript.end()?;
        if let Some(doubt) = kept.doubt(noun) {
            terminal.warn(doubt.message());
        }
        terminal.note("nothing was sent; --yes sends it");
        return Ok(());
    }
    let doubt = kept.doubt(noun);
    if total == 0 {
        terminal.note(&format!("no {noun} is to be sent"));
    }
    if total == 0 && !is_read_back {
        return Failure::outcome(doubt.map_or(Ok(()), Err), shown.and(transcript.end()));
    }
    let session = Session::open(settings, &format!("{noun}s")).await?;
    session.note_origin();
    let mut before = Vec::new();
    if let Some((verify, _)) = &mut verify {
        verify.positions.clone_from(&positions);
        before = verify.look(&session).await?;
        verify.positions.extend(unread);
        verify.positions.retain(|at| !verify.left_out.contains(at));
    }
    if total > 0 {
        kept.begin(&about, &positions, &before)?;
    }
    let sent = send(&session, settings, (noun, operation), &batches, &kept, &mut transcript).await;
    kept.end();
    session.progress.finish();
    if sent.is_ok() && total > 0 {
        let rows = counted(total, noun);
        let upload = kept.run().map(|run| format!(" (upload {run})")).unwrap_or_default();
        terminal.note(&format!("accepted: {rows} queued{upload}; the server processes them later"));
    }
    if let (Ok(()), Some((verify, wait))) = (&sent, verify) {
        let told = Failure::outcome(Ok(()), shown.and(transcript.end()));
        kept.unlock();
        let confirmed = verify.run(&kept, wait, &session, settings).await;
        return confirmed.and(doubt.map_or(Ok(()), Err)).and(told);
    }
    let sent = sent.and_then(|()| doubt.map_or(Ok(()), Err));
    let transcript = transcript.shown_as(format);
    // With `--yes`, a closed stdout neither stops the upload nor hides its result.
    Failure::outcome(sent, shown.and(transcript.end()))
}

/// Sends the requests one after the other. The first that is not accepted ends the upload, because later
/// lines may depend on it.
async fn send<R: Serialize>(
    session: &Session,
    settings: &Settings,
    (noun, operation): (&str, &'static Operation),
    batches: &[Batch],
    kept: &Kept,
    transcript: &mut Transcript<'_, R>,
) -> Result<(), Failure> {
    let interrupt = Interrupt::listen(&session.progress);
    let options = CallOptions::new().with_patience(settings.patience);
    let options = options.without_retries_if(|_| Interrupt::is_heard());
    let total: usize = batches.iter().map(|batch| batch.positions.len()).sum();
    let mut meter = session.progress.meter(total, noun, batches.len());
    let mut accepted = 0;
    for (done, batch) in batches.iter().enumerate() {
        if interrupt.came() {
            let left = counted(transcript.count(NOT_SENT), noun);
            let stopped = format!("stopped: {accepted} accepted, {left} not sent");
            return Err(transcript.with_rest(Failure::failed(stopped)));
        }
        meter.at(accepted);
        let body =
            (batch.body)(&batch.positions).map_err(|failure| transcript.with_rest(failure))?;
        kept.sending(&batch.positions).map_err(|error| transcript.with_rest(error.into()))?;
        let call = session.client.call(operation).json_text(body).with_options(options.clone());
        let result = interrupt.guard(Box::pin(call.send_write())).await;
        kept.settle(&batch.positions, &result);
        transcript.record(&batch.positions, outcome_of(&result));
        if let Err(error) = result {
            let (requests, all) = (counted(batches.len(), "request"), counted(total, noun));
            let so_far =
                format!("{done} of {requests} accepted before; of {all}: {}", transcript.tally());
            return Err(match transcript.lines(&batch.positions) {
                Some(lines) => {
                    transcript.with_rest(Failure::from(error).about(format!("{lines} ({so_far})")))
                }
                None => error.into(),
            });
        }
        accepted += batch.positions.len();
    }
    Ok(())
}

/// Reads all rows of an upload back, and sends nothing.
async fn read_back<R>(
    upload: Upload<'_, R>,
    args: SendArgs,
    wait: WaitArgs,
    settings: &Settings,
) -> Result<(), Failure> {
    if args.yes || args.dry.dry_run {
        let why = "--yes and --dry-run belong to `push`; `verify` sends nothing";
        return Err(Failure::usage(why).hint("leave them out"));
    }
    let Some(mut verify) = upload.verify else { return Ok(()) };
    verify.positions = (0..upload.rows.len()).collect();
    let session = Session::open(settings, "reading").await?;
    session.note_origin();
    verify.run(&upload.kept, wait, &session, settings).await
}
