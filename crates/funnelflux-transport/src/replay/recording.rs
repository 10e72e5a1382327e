//! The format of recordings: versioned, readable JSON with its provenance in the head.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use funnelflux_json::{compact, indent};
use http::{HeaderName, HeaderValue, StatusCode};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use crate::error::{BoxError, Error};

/// The format that this version writes: the white space of JSON bodies is the file's, not theirs.
const FORMAT: &str = "funnelflux-recording/2";
/// The format of older recordings, whose JSON bodies are spelled as they were sent.
const FORMAT_1: &str = "funnelflux-recording/1";
const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

/// Exchanges with their provenance.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Recording {
    format: String,
    /// The origin of the exchanges: a sample (documented or production-shaped), the contract or an account.
    pub provenance: String,
    /// The id of the operation that the recording is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The exchanges, in the order they happened.
    pub exchanges: Vec<Exchange>,
}

/// One request and its answer or failure.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Exchange {
    /// The id of the operation in the contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The request.
    pub request: RecordedRequest,
    /// The answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<RecordedResponse>,
    /// The failure, if no answer arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

/// A request without headers, which hold the token and do not distinguish requests.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The HTTP method.
    pub method: String,
    /// The path with the query, such as `/v1/trafficsource/list?status=active`.
    pub path: String,
    /// The body.
    #[serde(default, rename = "body", skip_serializing_if = "Content::is_empty")]
    pub content: Content,
}

/// An answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RecordedResponse {
    /// The HTTP status.
    pub status: u16,
    /// The headers that a client acts on.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// The body.
    #[serde(default, rename = "body", skip_serializing_if = "Content::is_empty")]
    pub content: Content,
}

/// The failure of an exchange without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Failure {
    /// The request was not sent.
    NotSent,
    /// The request was sent, and no answer arrived.
    NoAnswer,
}

/// A body: JSON, a text, or base64.
///
/// A file shows JSON in lines and a replay sends it in one, so that the bytes are those of the exchange.
/// JSON with white space of its own is kept as a text for that reason, but for white space behind it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Content {
    /// JSON text without white space; order, repeated names and spelling of numbers are kept.
    // `null` is a body, too.
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    pub json: Option<Box<RawValue>>,
    /// White space behind the JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
    /// Any other text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
}

fn some<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Box<RawValue>>, D::Error> {
    Box::deserialize(deserializer).map(Some)
}

impl Content {
    /// Returns these bytes in the form that fits them.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let Ok(text) = std::str::from_utf8(bytes) else {
            return Self { base64: Some(STANDARD.encode(bytes)), ..Self::default() };
        };
        let json = text.trim_end_matches(SPACE);
        let end = text.get(json.len()..).filter(|end| !end.is_empty()).map(str::to_owned);
        match serde_json::from_str(json) {
            _ if text.is_empty() => Self::default(),
            Ok(value) if compact(json) == json => {
                Self { json: Some(value), end, ..Self::default() }
            }
            _ => Self { text: Some(text.to_owned()), ..Self::default() },
        }
    }

    /// Whether there is no body.
    pub fn is_empty(&self) -> bool {
        self.json.is_none() && self.text.is_none() && self.base64.is_none()
    }

    /// Returns the bytes.
    ///
    /// # Errors
    /// When more than one form is given, `end` is not white space behind JSON, or `base64` is not base64.
    pub fn to_bytes(&self) -> Result<Bytes, Error> {
        let wrong = |why: &str| Error::local(format!("recording: {why}"));
        let end = self.end.as_deref().unwrap_or_default();
        if !end.is_empty() && (self.json.is_none() || !end.trim_matches(SPACE).is_empty()) {
            return Err(wrong("`end` is white space behind `json`, and nothing else"));
        }
        match (&self.json, &self.text, &self.base64) {
            (None, None, None) => Ok(Bytes::new()),
            (Some(json), None, None) => Ok(Bytes::from([json.get(), end].concat())),
            (None, Some(text), None) => Ok(Bytes::copy_from_slice(text.as_bytes())),
            (None, None, Some(base64)) => STANDARD
                .decode(base64)
                .map(Bytes::from)
                .map_err(|cause| wrong("`base64` is not base64").with_source(cause)),
            _ => Err(wrong("give one of `json`, `text` and `base64`, not several")),
        }
    }
}

impl RecordedResponse {
    /// Says what of the head cannot be sent.
    pub(super) fn misfit(&self) -> Option<String> {
        if StatusCode::from_u16(self.status).is_err() {
            return Some(format!("status {} is none: 100 to 999", self.status));
        }
        let is_header = |(name, value): &(&String, &String)| {
            HeaderName::try_from(*name).is_ok() && HeaderValue::try_from(*value).is_ok()
        };
        let wrong = self.headers.iter().find(|header| !is_header(header));
        wrong.map(|(name, _)| format!("the header {name:?} has a name or a value that is none"))
    }
}

impl Recording {
    /// An empty recording.
    pub fn new(provenance: impl Into<String>) -> Self {
        let (format, provenance) = (FORMAT.to_owned(), provenance.into());
        Self { format, provenance, operation: None, exchanges: Vec::new() }
    }

    /// Reads a recording of this version or an older one from a file.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, Error> {
        let text = std::fs::read_to_string(&path).map_err(|e| failed(path.as_ref(), e))?;
        text.parse().map_err(|e: Error| failed(path.as_ref(), e))
    }

    /// Writes the recording to a file as indented JSON.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        std::fs::write(&path, self.to_text()?).map_err(|e| failed(path.as_ref(), e))
    }

    /// Returns the recording as indented JSON, bodies included. It never fails in practice.
    pub fn to_text(&self) -> Result<String, Error> {
        serde_json::to_string(self)
            .map(|text| indent(&text) + "\n")
            .map_err(|e| Error::local("recording").with_source(e))
    }
}

fn failed(path: &Path, cause: impl Into<BoxError>) -> Error {
    Error::local(format!("recording {}", path.display())).with_source(cause)
}

impl FromStr for Recording {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let not_one = |cause| Error::local("not a recording").with_source(cause);
        let mut recording: Self =
            serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(not_one)?;
        let wrong = |why: String| Err(Error::local(format!("recording{why}")));
        let format = std::mem::replace(&mut recording.format, FORMAT.to_owned());
        if format != FORMAT && format != FORMAT_1 {
            return wrong(format!(
                " format {format:?}: this version reads {FORMAT:?} and {FORMAT_1:?}"
            ));
        }
        if recording.provenance.trim().is_empty() {
            return wrong(": `provenance` must say where it comes from".to_owned());
        }
        for (exchange, number) in recording.exchanges.iter_mut().zip(1..) {
            if exchange.response.is_some() == exchange.failure.is_some() {
                return wrong(format!(": exchange {number} needs either `response` or `failure`"));
            }
            let head = exchange.response.iter().find_map(|response| response.misfit());
            if let Some(misfit) = head {
                return wrong(format!(": exchange {number}: {misfit}"));
            }
            let answer = exchange.response.as_mut().map(|response| &mut response.content);
            for content in std::iter::once(&mut exchange.request.content).chain(answer) {
                if let Some(json) = content.json.as_mut().filter(|_| format == FORMAT) {
                    *json = RawValue::from_string(compact(json.get())).map_err(not_one)?;
                }
                *content = Content::of(&content.to_bytes()?);
            }
        }
        Ok(recording)
    }
}
