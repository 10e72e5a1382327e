use std::fmt;

use funnelflux_model::Document;

/// An answer of a middleware service, or that there was none.
#[derive(Clone)]
pub struct Answer<'a> {
    delivery: Option<Delivery<'a>>,
}

#[derive(Clone)]
struct Delivery<'a> {
    status: u16,
    content_type: Option<&'a str>,
    /// The body, if it is a JSON object.
    body: Option<Document>,
}

impl<'a> Answer<'a> {
    /// An answer with status 200 and this JSON.
    pub fn json(body: &[u8]) -> Self {
        Self::new(200, Some("application/json"), body)
    }

    /// An answer with its status, its header `content-type` and its body.
    pub fn new(status: u16, content_type: Option<&'a str>, body: &[u8]) -> Self {
        let text = std::str::from_utf8(body).ok();
        let body = text.and_then(|text| Document::parse(text).ok());
        Self { delivery: Some(Delivery { status, content_type, body }) }
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
        self.delivery.as_ref()?.body.as_ref()
    }

    /// Why FunnelFlux may take the answer for a failed delivery.
    pub(super) fn may_count_as_failed(&self) -> Option<String> {
        let Delivery { status, content_type, .. } = self.delivery.as_ref()?;
        if !(200..300).contains(status) {
            return Some(format!(
                "whether the status {status} counts as a failed delivery is unknown"
            ));
        }
        let is_json = |given: &str| {
            let media = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            media == "application/json" || media.ends_with("+json")
        };
        match content_type {
            Some(given) if is_json(given) => None,
            _ => Some(
                "whether JSON without the content type application/json is read is unknown".into(),
            ),
        }
    }
}

/// Shows no value: answers may hold visitors' data.
impl fmt::Debug for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.delivery {
            Some(Delivery { status, .. }) => write!(f, "Answer({status})"),
            None => f.write_str("Answer(none)"),
        }
    }
}
