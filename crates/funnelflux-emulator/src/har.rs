//! A recording of requests and answers, as a browser saves one: HAR 1.2.

use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use funnelflux_transport::Lock;
use http::header::{self, HeaderMap};
use http::request::Parts;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::wire::Reply;

const HEAD: &str = "{\"log\": {\"version\": \"1.2\", \"creator\": {\"name\": \"funnelflux-emulator\", \"version\": \"1\"}, \
                    \"entries\": [";
const TAIL: &str = "\n]}}\n";

/// A file that is whole after each entry, so that it can be read whenever the emulator is stopped; none once it could not
/// be written.
#[derive(Debug)]
pub(crate) struct Recorder(Lock<Option<File>>);

impl Recorder {
    pub(crate) fn begin(mut file: File) -> io::Result<Self> {
        file.set_len(0)?;
        file.write_all([HEAD, TAIL].concat().as_bytes())?;
        Ok(Self(Lock::new(Some(file))))
    }

    /// Adds a request and its answer. `now` is in milliseconds since 1970.
    pub(crate) fn note(&self, now: i64, parts: &Parts, body: &Bytes, reply: &Reply) {
        let mut file = self.0.lock();
        let Some(open) = &mut *file else { return };
        if let Err(error) = add(open, &entry(now, parts, body, reply)) {
            tracing::warn!(%error, "the recording ends: its file cannot be written");
            *file = None;
        }
    }
}

fn add(file: &mut File, entry: &Value) -> io::Result<()> {
    let head = u64::try_from(HEAD.len()).unwrap_or(u64::MAX);
    let tail = i64::try_from(TAIL.len()).unwrap_or(0);
    let at = file.seek(SeekFrom::End(-tail))?;
    let comma = if at > head { "," } else { "" };
    file.write_all(format!("{comma}\n{entry}{TAIL}").as_bytes())
}

fn entry(now: i64, parts: &Parts, body: &Bytes, reply: &Reply) -> Value {
    let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.or(parts.uri.authority().map(|it| it.as_str())).unwrap_or("127.0.0.1");
    let path = parts.uri.path_and_query().map_or("/", |it| it.as_str());
    let sent =
        (!body.is_empty()).then(|| json!({"mimeType": "application/json", "text": text(body).1}));
    let (encoding, answered) = text(&reply.body);
    let mut content =
        json!({"size": reply.body.len(), "mimeType": reply.content_type, "text": answered});
    if let (Some(encoding), Some(content)) = (encoding, content.as_object_mut()) {
        content.insert("encoding".to_owned(), encoding.into());
    }
    json!({
        "startedDateTime": Timestamp::from_millisecond(now).unwrap_or_default().to_string(),
        "time": 0,
        "request": {
            "method": parts.method.as_str(), "url": format!("http://{host}{path}"), "httpVersion": "HTTP/1.1",
            "cookies": [], "headers": headers(&parts.headers), "queryString": [], "postData": sent,
            "headersSize": -1, "bodySize": body.len(),
        },
        "response": {
            "status": reply.status.as_u16(), "statusText": reply.status.canonical_reason().unwrap_or(""),
            "httpVersion": "HTTP/1.1", "cookies": [], "headers": [], "content": content, "redirectURL": "",
            "headersSize": -1, "bodySize": reply.body.len(),
        },
        "cache": {}, "timings": {"send": 0, "wait": 0, "receive": 0},
    })
}

fn headers(headers: &HeaderMap) -> Vec<Value> {
    let text = |value: &header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers
        .iter()
        .map(|(name, value)| json!({"name": name.as_str(), "value": text(value)}))
        .collect()
}

/// The encoding, if it is not plain text, and the text.
fn text(body: &Bytes) -> (Option<&'static str>, String) {
    match std::str::from_utf8(body) {
        Ok(text) => (None, text.to_owned()),
        Err(_) => (Some("base64"), STANDARD.encode(body)),
    }
}
