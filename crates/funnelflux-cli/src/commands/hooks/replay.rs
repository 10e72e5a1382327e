//! `ffx hooks replay`: sends again what `listen` kept, a body, or the requests of a recording.

use std::io;
use std::path::Path;

use funnelflux::model::Document;
use funnelflux::model::hooks::WebhookPayload;
use funnelflux::model::ledger::Model as _;
use funnelflux::transport::ReqwestTransport;
use funnelflux::transport::bytes::Bytes;
use funnelflux::transport::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use funnelflux::transport::replay::Recording;

use super::arrival::{Arrival, Kind, object, shown_body};
use super::desk::{at, passed, time_of};
use super::kept::{Kept, Lines};
use super::mask::{masked, of_answers, shown_text};
use super::node::Around;
use super::proofs::Proofs;
use super::send::send;
use super::shown;
use super::trigger::{json_headers, webhook_headers};
use crate::args::{ReplayArgs, private_target};
use crate::failure::Failure;
use crate::input::Input;
use crate::output::{Format, Terminal, counted, print, rows, write_objects};
use crate::settings::Settings;

/// A request to send, and where it was passed on to before.
struct Request {
    arrival: Arrival,
    to: Option<Uri>,
}

pub(super) async fn run(args: &ReplayArgs, settings: &Settings) -> Result<(), Failure> {
    let (input, bytes) = Input::read_bytes(&args.file, false)?;
    let mut requests = requests(&input.path, &bytes, settings.terminal)?;
    if let Some(number) = args
        .only
        .iter()
        .find(|&&number| requests.iter().all(|request| request.arrival.number != number))
    {
        let first = requests.iter().map(|it| it.arrival.number).min().unwrap_or_default();
        let last = requests.iter().map(|it| it.arrival.number).max().unwrap_or_default();
        let why =
            format!("--only {number}: {} has the requests {first} to {last}", args.file.display());
        return Err(Failure::unsent(why));
    }
    let is_asked = |it: &Request| args.only.is_empty() || args.only.contains(&it.arrival.number);
    requests.retain(is_asked);
    let around = Box::pin(Around::find(&args.routes, settings)).await?;
    let proofs = Proofs::find(&args.proofs, around.config.as_ref(), settings.terminal)?;
    // All of it is checked before anything is sent.
    let mut ready = Vec::new();
    for Request { arrival, to } in requests {
        let number = arrival.number;
        let wrong = |why: String| Failure::unsent(format!("request {number}: {why}"));
        let Some(to) = args.to.clone().or(to) else {
            let why = "it was passed on to no server".to_owned();
            return Err(wrong(why).hint("--to names one; nothing was sent"));
        };
        let to = at(&to, &arrival.target).map_err(|cause| wrong(cause.to_string()))?;
        let mut headers = passed(&arrival.headers);
        proofs.add_to(&to, &mut headers, &arrival.body)?;
        ready.push((arrival, to, headers));
    }
    let timeout_ms = around.timeout_ms()?;
    let transport = ReqwestTransport::new()?;
    let (many, format) = (ready.len(), settings.format());
    let (mut all, mut failed) = (Vec::new(), 0_usize);
    for (arrival, to, headers) in ready {
        let object = arrival.object();
        let kind = arrival.kind(object.as_ref());
        let limit = match kind {
            Kind::Middleware => time_of(object.as_ref(), timeout_ms),
            Kind::Webhook | Kind::Other => settings.timeout,
        };
        let request = (arrival.method.clone(), &to);
        let (sent, time) = send(&transport, request, headers, arrival.body.clone(), limit).await;
        let (mut shown, verdict) = match kind {
            Kind::Middleware => shown::middleware(&sent, time, limit, &around, settings.terminal),
            Kind::Webhook | Kind::Other => shown::webhook(&sent, time),
        };
        shown.number = Some(arrival.number);
        if !args.show {
            let mask =
                |answer: String| shown_body(&answer.into(), false, |it| masked(it, of_answers));
            shown.decision = shown.decision.map(|word| shown_text(&word).to_owned());
            shown.answer = shown.answer.and_then(mask).map(|answer| answer.get().to_owned());
        }
        match format {
            Format::Json => all.push(shown),
            _ => shown::show(&shown, settings)?,
        }
        match verdict {
            Err(failure) if many == 1 => {
                print_all(&all, format)?;
                return Err(failure);
            }
            Err(failure) => {
                failed += 1;
                let why = failure.message();
                settings.terminal.warn(&format!("request {}: {why}", arrival.number));
            }
            Ok(()) => {}
        }
    }
    print_all(&all, format)?;
    match failed {
        0 => Ok(()),
        _ => Err(Failure::failed(format!("{failed} of {} failed", counted(many, "request")))),
    }
}

fn print_all(all: &[shown::Shown], format: Format) -> Result<(), Failure> {
    match format {
        Format::Json => print(|out| write_objects(out, &rows(all)?, format)),
        _ => Ok(()),
    }
}

/// The requests of a file: those that were kept, those of a recording, or a body.
fn requests(path: &Path, bytes: &[u8], terminal: Terminal) -> Result<Vec<Request>, Failure> {
    let wrong = |why: String| Failure::unsent(format!("{}: {why}", path.display()));
    let blank = |line: &&[u8]| !line.trim_ascii().is_empty();
    let first = bytes.split(|byte| *byte == b'\n').find(blank).unwrap_or_default();
    if serde_json::from_slice::<Kept>(first).is_ok() {
        let mut lines = Lines::of(io::Cursor::new(bytes));
        let mut requests = Vec::new();
        while let Some((_, kept)) = lines.next().map_err(|cause| wrong(cause.to_string()))? {
            let why = |cause: String| wrong(format!("line {}: {cause}", lines.number));
            let to = kept.to.as_deref().map(private_target).transpose().map_err(why)?;
            requests.push(Request { arrival: kept.into_arrival().map_err(why)?, to });
        }
        if lines.is_torn {
            let (path, number) = (path.display(), lines.number);
            let why = "was not written to its end: its request is left out";
            terminal.warn(&format!("{path}: line {number} {why}"));
        }
        return Ok(requests);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| wrong("is not UTF-8 text".to_owned()))?;
    let Some(document) = object(bytes) else {
        return Err(wrong(
            "expected what `ffx hooks listen` kept, a recording, or a body: a JSON object"
                .to_owned(),
        ));
    };
    if document.contains("exchanges") {
        let recording: Recording = text.parse().map_err(|cause| wrong(format!("{cause}")))?;
        let requests = recording.exchanges.iter().enumerate();
        return requests
            .map(|(at, exchange)| {
                let request = &exchange.request;
                let wrong = |cause: String| wrong(format!("exchange {}: {cause}", at + 1));
                let body = request.content.to_bytes().map_err(|cause| wrong(cause.to_string()))?;
                let method =
                    request.method.parse().map_err(|_| wrong("its method is not valid".into()))?;
                let target =
                    request.path.parse().map_err(|_| wrong("its path is not valid".into()))?;
                arrival(at as u64 + 1, method, target, body)
            })
            .collect();
    }
    let target = Uri::from_static("/");
    // The body goes out as it is spelled.
    Ok(vec![arrival(1, Method::POST, target, Bytes::copy_from_slice(text.trim().as_bytes()))?])
}

/// A request without headers of its own: it gets the documented ones.
fn arrival(number: u64, method: Method, target: Uri, body: Bytes) -> Result<Request, Failure> {
    let (headers, received) = (HeaderMap::new(), String::new());
    let mut arrival = Arrival { number, received, method, target, headers, body };
    let object: Option<Document> = arrival.object();
    arrival.headers = match (arrival.kind(object.as_ref()), object) {
        (Kind::Webhook, Some(object)) => webhook_headers(&WebhookPayload::from_document(object))?,
        (_, Some(_)) => json_headers(),
        (_, None) => HeaderMap::new(),
    };
    Ok(Request { arrival, to: None })
}

impl Kept {
    fn into_arrival(self) -> Result<Arrival, String> {
        let header = |(name, value): (String, String)| {
            // The characters are the bytes.
            let bytes = value.chars().map(u8::try_from).collect::<Result<Vec<u8>, _>>();
            let value = HeaderValue::from_bytes(&bytes.map_err(|_| "a header")?);
            Ok((
                name.parse::<HeaderName>().map_err(|_| "a header")?,
                value.map_err(|_| "a header")?,
            ))
        };
        let wrong = |what: &str| format!("{what} is not valid");
        Ok(Arrival {
            number: self.number,
            received: self.received,
            method: self.method.parse().map_err(|_| wrong("the method"))?,
            target: self.target.parse().map_err(|_| wrong("the target"))?,
            headers: self
                .headers
                .into_iter()
                .map(header)
                .collect::<Result<_, &str>>()
                .map_err(wrong)?,
            body: self.body.to_bytes().map_err(|cause| cause.to_string())?,
        })
    }
}
