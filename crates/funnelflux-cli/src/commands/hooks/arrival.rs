//! A request that arrived, and what came of it.

use std::fmt::Write as _;
use std::io::Write as _;

use funnelflux::hooks::routes;
use funnelflux::model::Document;
use funnelflux::model::hooks::{MiddlewareEventType, WebhookEventType, WebhookHeader};
use funnelflux::transport::bytes::Bytes;
use funnelflux::transport::http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header,
};
use funnelflux_json::{compact, is_deeper_than, quote};
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::sync::OwnedSemaphorePermit;

use super::mask::{MARK, masked, of_answers, of_requests, shown_name, shown_path, shown_text};
use super::node::Around;
use super::shown::{Route, line};
use crate::failure::Failure;
use crate::output::{Format, Stdout, is_credential, write_row};

/// Objects nested deeper are kept and not shown.
const MOST_LEVELS: usize = 128;
/// The most characters of a body in a table.
const SHOWN: usize = 4000;

pub(super) struct Arrival {
    pub(super) number: u64,
    /// RFC 3339.
    pub(super) received: String,
    pub(super) method: Method,
    pub(super) target: Uri,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Webhook,
    Middleware,
    Other,
}

impl Arrival {
    pub(super) fn object(&self) -> Option<Document> {
        object(&self.body)
    }

    fn event(&self, object: Option<&Document>) -> Option<String> {
        object?.read_or_null::<String>("event_type").ok().flatten()
    }

    pub(super) fn kind(&self, object: Option<&Document>) -> Kind {
        let event = self.event(object).unwrap_or_default();
        let is_known =
            |event: &str| !matches!(WebhookEventType::from(event), WebhookEventType::Unknown(_));
        if event == MiddlewareEventType::MiddlewareRequest.as_str() {
            Kind::Middleware
        } else if self.headers.contains_key(WebhookHeader::XFunnelfluxPayloadSchema.as_str())
            || is_known(&event)
        {
            Kind::Webhook
        } else {
            Kind::Other
        }
    }
}

/// An object of a body that can be shown.
pub(super) fn object(body: &[u8]) -> Option<Document> {
    let text = std::str::from_utf8(body).ok().filter(|text| !is_deeper_than(text, MOST_LEVELS))?;
    Document::parse(text).ok()
}

/// A request with its answer.
pub(super) struct Told {
    pub(super) arrival: Arrival,
    pub(super) status: StatusCode,
    /// The headers of the answer.
    pub(super) answered: HeaderMap,
    pub(super) answer: Bytes,
    pub(super) time_ms: f64,
    /// How long the server took that the request was passed on to.
    pub(super) server_ms: Option<f64>,
    pub(super) notes: Vec<String>,
    /// Whether the request came whole.
    pub(super) is_whole: bool,
    /// Its place among those that wait to be kept.
    pub(super) room: Option<OwnedSemaphorePermit>,
}

#[derive(Serialize)]
struct Row<'a> {
    number: u64,
    received: &'a str,
    kind: Kind,
    event: Option<String>,
    method: &'a str,
    target: String,
    headers: Vec<(&'a str, String)>,
    body: Option<Box<RawValue>>,
    body_bytes: usize,
    status: u16,
    answer: Option<Box<RawValue>>,
    time_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    server_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    route: Option<Route>,
    notes: &'a [String],
}

impl Told {
    /// Prints it; visitors' data only where `open` says so.
    pub(super) fn print(
        &self,
        out: &mut Stdout,
        format: Format,
        open: bool,
        around: &Around,
    ) -> Result<(), Failure> {
        let arrival = &self.arrival;
        let object = arrival.object();
        let event = match &object {
            // A word of the contract, or none.
            Some(object) if !open => masked_member(object, "event_type"),
            object => arrival.event(object.as_ref()),
        };
        let kind = arrival.kind(object.as_ref());
        let answer = routes::Answer::new(self.status, &self.answered, &self.answer);
        let target = arrival.target.path_and_query().map_or("/", |it| it.as_str());
        let row = Row {
            number: arrival.number,
            received: &arrival.received,
            kind,
            event,
            method: if open {
                arrival.method.as_str()
            } else {
                shown_name(arrival.method.as_str())
            },
            target: if open { target.to_owned() } else { shown_path(target) },
            headers: arrival.headers.iter().map(|it| header_of(it, open)).collect(),
            body: shown_body(&arrival.body, open, |it| masked(it, of_requests)),
            body_bytes: arrival.body.len(),
            status: self.status.as_u16(),
            answer: shown_body(&self.answer, open, |it| masked(it, of_answers)),
            time_ms: self.time_ms,
            server_ms: self.server_ms,
            route: Route::find(around, &answer).filter(|_| kind == Kind::Middleware),
            notes: &self.notes,
        };
        if format != Format::Table {
            return write_row(out, &row, format);
        }
        row.table(out, open)
    }
}

fn masked_member(object: &Document, name: &str) -> Option<String> {
    let masked = Document::parse(&masked(object, of_requests)).ok()?;
    masked.read_or_null(name).ok().flatten()
}

impl Row<'_> {
    fn table(&self, out: &mut Stdout, open: bool) -> Result<(), Failure> {
        let kind = match self.kind {
            Kind::Webhook => "webhook",
            Kind::Middleware => "middleware",
            Kind::Other => "other",
        };
        let event = self.event.as_ref().filter(|event| *event != "middleware_request");
        let event = event.map(|event| format!(" {event}")).unwrap_or_default();
        let Self { number, received, method, target, .. } = self;
        line(out, &format!("#{number}"), &format!("{received}  {kind}{event}  {method} {target}"))?;
        match open {
            true => self
                .headers
                .iter()
                .try_for_each(|(name, value)| line(out, "header", &format!("{name}: {value}")))?,
            false => {
                let names: Vec<&str> = self.headers.iter().map(|(name, _)| *name).collect();
                line(out, "headers", &names.join(", "))?;
            }
        }
        if let Some(body) = &self.body {
            line(out, "body", &short(body.get()))?;
        }
        let answer = self.answer.as_ref().map(|answer| short(answer.get())).unwrap_or_default();
        line(out, "answer", format!("{} {answer}", self.status).trim_end())?;
        let mut time = format!("{:.1} ms", self.time_ms);
        if let Some(server) = self.server_ms {
            let _ = write!(time, ", of which {server:.1} ms are the server's");
        }
        line(out, "time", &time)?;
        self.route.iter().try_for_each(|route| route.print(out))?;
        self.notes.iter().try_for_each(|note| line(out, "note", note))?;
        Ok(writeln!(out)?)
    }
}

fn short(json: &str) -> String {
    let text = compact(json);
    match text.char_indices().nth(SHOWN) {
        None => text,
        Some((at, _)) => {
            format!("{}… ({} bytes)", text.get(..at).unwrap_or_default(), text.len())
        }
    }
}

/// A header. Credentials are never shown; a signature is, as it has to be found out.
fn header_of<'a>((name, value): (&'a HeaderName, &HeaderValue), open: bool) -> (&'a str, String) {
    let text = String::from_utf8_lossy(value.as_bytes());
    let known = [
        WebhookHeader::XFunnelfluxPayloadSchema,
        WebhookHeader::XFunnelfluxTriggerType,
        WebhookHeader::XFunnelfluxRequestId,
    ];
    let is_plain = if name == header::CONTENT_TYPE {
        let mut parts = text.split(['/', ';', '=', '+', ' ']);
        parts.all(|part| part.is_empty() || shown_name(part) == part)
    } else if name == header::CONTENT_LENGTH {
        text.len() <= 7
    } else {
        let is_it = |known: &WebhookHeader| name.as_str().eq_ignore_ascii_case(known.as_str());
        known.iter().any(is_it) && shown_text(&text) == text
    };
    let is_shown = if open { !is_credential(name.as_str()) } else { is_plain };
    let name = if open { name.as_str() } else { shown_name(name.as_str()) };
    (name, if is_shown { text.into_owned() } else { MARK.to_owned() })
}

/// A body as JSON: the object, or a text that says what it is.
pub(super) fn shown_body(
    body: &Bytes,
    open: bool,
    mask: impl FnOnce(&Document) -> String,
) -> Option<Box<RawValue>> {
    if body.is_empty() {
        return None;
    }
    let text = match (object(body), open) {
        (Some(object), false) => mask(&object),
        (Some(object), true) => object.text().to_owned(),
        (None, true) => quote(&String::from_utf8_lossy(body)),
        (None, false) => quote(&format!("[{} bytes, no JSON object]", body.len())),
    };
    RawValue::from_string(text).ok()
}
