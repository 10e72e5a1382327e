//! The format of recordings: versioned, readable JSON with its provenance in the head.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::error::{BoxError, Error};

/// The format this version writes and reads.
const FORMAT: &str = "funnelflux-recording/1";

/// Exchanges with their provenance.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Recording {
    format: String,
    /// The origin of the exchanges: a documented sample, a production-shaped one, made from the
    /// contract, or recorded from an account.
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

/// A body: at most one of the three.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Content {
    /// JSON text; order and spelling of numbers are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub json: Option<Box<RawValue>>,
    /// Any other text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
}

impl Content {
    /// Returns these bytes in the form that fits them.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        if bytes.is_empty() {
            return Self::default();
        }
        match std::str::from_utf8(bytes) {
            Err(_) => Self { base64: Some(STANDARD.encode(bytes)), ..Self::default() },
            Ok(text) => match serde_json::from_str(text) {
                Ok(json) => Self { json: Some(json), ..Self::default() },
                Err(_) => Self { text: Some(text.to_owned()), ..Self::default() },
            },
        }
    }

    /// Whether there is no body.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.json.is_none() && self.text.is_none() && self.base64.is_none()
    }

    /// Returns the bytes.
    ///
    /// # Errors
    /// When more than one form is given, or `base64` is not base64.
    pub fn to_bytes(&self) -> Result<Bytes, Error> {
        let wrong = |why: &str| Error::local(format!("recording: {why}"));
        let text = match (&self.json, &self.text, &self.base64) {
            (None, None, None) => "",
            (Some(json), None, None) => json.get(),
            (None, Some(text), None) => text,
            (None, None, Some(base64)) => {
                let bytes = STANDARD.decode(base64);
                return bytes
                    .map(Bytes::from)
                    .map_err(|cause| wrong("`base64` is not base64").with_source(cause));
            }
            _ => return Err(wrong("give one of `json`, `text` and `base64`, not several")),
        };
        Ok(Bytes::copy_from_slice(text.as_bytes()))
    }
}

impl Recording {
    /// An empty recording.
    pub fn new(provenance: impl Into<String>) -> Self {
        Self {
            format: FORMAT.to_owned(),
            provenance: provenance.into(),
            operation: None,
            exchanges: Vec::new(),
        }
    }

    /// Reads a recording of this version from a file.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, Error> {
        let text = std::fs::read_to_string(&path).map_err(|e| failed(path.as_ref(), e))?;
        text.parse().map_err(|e: Error| failed(path.as_ref(), e))
    }

    /// Writes the recording to a file as indented JSON.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        std::fs::write(&path, self.to_text()?).map_err(|e| failed(path.as_ref(), e))
    }

    /// Returns the recording as indented JSON. It never fails in practice, since every part is JSON.
    pub fn to_text(&self) -> Result<String, Error> {
        serde_json::to_string_pretty(self)
            .map(|text| text + "\n")
            .map_err(|e| Error::local("recording").with_source(e))
    }
}

fn failed(path: &Path, cause: impl Into<BoxError>) -> Error {
    Error::local(format!("recording {}", path.display())).with_source(cause)
}

impl FromStr for Recording {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let recording: Self = serde_json::from_str(text)
            .map_err(|e| Error::local("not a recording").with_source(e))?;
        let wrong = |why: String| Err(Error::local(format!("recording{why}")));
        if recording.format != FORMAT {
            return wrong(format!(" format {:?}: this version reads {FORMAT:?}", recording.format));
        }
        if recording.provenance.trim().is_empty() {
            return wrong(": `provenance` must say where it comes from".to_owned());
        }
        for (exchange, number) in recording.exchanges.iter().zip(1..) {
            exchange.request.content.to_bytes()?;
            match (&exchange.response, exchange.failure) {
                (Some(response), None) => drop(response.content.to_bytes()?),
                (None, Some(_)) => {}
                _ => {
                    return wrong(format!(
                        ": exchange {number} needs either `response` or `failure`"
                    ));
                }
            }
        }
        Ok(recording)
    }
}
