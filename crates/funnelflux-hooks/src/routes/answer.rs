use funnelflux_model::Document;
use http::{HeaderMap, StatusCode, header};

/// An answer of a middleware service, or that there was none.
#[derive(Clone)]
pub struct Answer {
    delivery: Option<Delivery>,
}

#[derive(Clone)]
struct Delivery {
    status: u16,
    /// The body, empty if there is none; or why it is unknown what FunnelFlux reads.
    body: Result<Document, &'static str>,
    /// Why FunnelFlux may take it for a failed delivery.
    doubt: Option<String>,
}

impl Answer {
    /// An answer with status 200 and this JSON.
    pub fn json(body: &[u8]) -> Self {
        let (body, mark) = read(body);
        Self { delivery: Some(Delivery { status: 200, body, doubt: mark }) }
    }

    /// An answer with its status, headers and body.
    pub fn new(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let (mut body, mark) = read(body);
        let is_plain =
            |value: &header::HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"identity");
        if !headers.get_all(header::CONTENT_ENCODING).iter().all(is_plain) {
            body = Err("whether an answer with a content encoding is read is unknown");
        }
        if status.is_redirection() {
            body = Err("whether a redirect is followed is unknown");
        }
        let status = status.as_u16();
        let doubt = if !(200..300).contains(&status) {
            Some(format!("whether the status {status} counts as a failed delivery is unknown"))
        } else if !headers.get(header::CONTENT_TYPE).is_some_and(is_json) {
            let why = "whether JSON without the content type application/json is read is unknown";
            Some(why.to_owned())
        } else {
            mark
        };
        Self { delivery: Some(Delivery { status, body, doubt }) }
    }

    /// An answer that is longer than what was read of it.
    pub fn too_long(status: StatusCode) -> Self {
        let body = Err("whether an answer of this length is read is unknown");
        Self { delivery: Some(Delivery { status: status.as_u16(), body, doubt: None }) }
    }

    /// No answer: the delivery failed, or the answer was late. Both lead to the default route
    /// (documented).
    pub fn none() -> Self {
        Self { delivery: None }
    }

    pub(super) fn is_delivered(&self) -> bool {
        self.delivery.is_some()
    }

    pub(super) fn body(&self) -> Option<&Document> {
        self.delivery.as_ref()?.body.as_ref().ok()
    }

    /// Why it is unknown what FunnelFlux reads.
    pub(super) fn is_unread(&self) -> Option<&'static str> {
        self.delivery.as_ref()?.body.as_ref().err().copied()
    }

    /// Why FunnelFlux may take the answer for a failed delivery.
    pub(super) fn may_count_as_failed(&self) -> Option<&str> {
        self.delivery.as_ref()?.doubt.as_deref()
    }
}

/// The body, and what may keep FunnelFlux from reading it.
fn read(body: &[u8]) -> (Result<Document, &'static str>, Option<String>) {
    let (json, is_marked) = match body.strip_prefix("\u{feff}".as_bytes()) {
        Some(rest) => (rest, true),
        None => (body, false),
    };
    let mark = "whether JSON behind a byte order mark is read is unknown";
    let document = match json.trim_ascii() {
        // Nothing to compare with: no match.
        [] => Ok(Document::new()),
        json => {
            let parsed = std::str::from_utf8(json).ok().and_then(|json| Document::parse(json).ok());
            parsed.ok_or("what is made of an answer that is no JSON object is unknown")
        }
    };
    (document, is_marked.then(|| mark.to_owned()))
}

fn is_json(media: &header::HeaderValue) -> bool {
    let Ok(media) = media.to_str() else { return false };
    let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    media == "application/json" || media.ends_with("+json")
}

funnelflux_contract::formats! {
    /// Shows no value: answers may hold visitors' data.
    Debug for Answer, |it, f| match &it.delivery {
        Some(Delivery { status, .. }) => write!(f, "Answer({status})"),
        None => f.write_str("Answer(none)"),
    }
}
