use funnelflux_model::hooks::{
    WebhookEventType, WebhookHeader, WebhookPayload, WebhookPayloadFamily,
};
use funnelflux_model::ledger::Model as _;
use http::{HeaderMap, HeaderName};

use crate::{Rejection, authentication, payload};

/// The most characters of a `request_id`. It is the UUID of the dispatch (*documented*), which has 36.
const LONGEST_ID: usize = 200;

/// A webhook whose headers and body agree.
///
/// `Debug` shows names of members, never values: payloads hold personal data.
#[derive(Clone)]
pub struct Webhook {
    payload: WebhookPayload,
    request_id: String,
    event: WebhookEventType,
}

impl Webhook {
    /// Reads a webhook, and compares its three headers with its body.
    ///
    /// The header of the family must name `webhook_outbound_payload_v1`; the version in the body is the
    /// public one inside of the family, and any is taken (*inferred*). The other two headers say the same as
    /// `event_type` and `request_id` (*documented*). An unknown event is no error.
    ///
    /// # Errors
    /// When a header is missing, is there twice, or differs from the body, and when the body is no JSON object
    /// in UTF-8 of at most 128 levels.
    pub fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, Rejection> {
        let family = header(headers, &WebhookHeader::XFunnelfluxPayloadSchema)?;
        let known = WebhookPayloadFamily::WebhookOutboundPayloadV1;
        if family != known.as_str() {
            let name = WebhookHeader::XFunnelfluxPayloadSchema;
            let why = format!("the header {} is not {}", name.as_str(), known.as_str());
            return Err(Rejection::malformed(why));
        }
        let payload = WebhookPayload::from_document(payload::document(body)?);
        let text = |name: &str| {
            // Of two, other readers of the payload might take the other one.
            if payload.document().members().filter(|(found, _)| found == name).count() > 1 {
                return Err(Rejection::malformed(format!("the body has `{name}` more than once")));
            }
            let found = payload.document().read::<String>(name).ok().flatten();
            found.ok_or_else(|| Rejection::malformed(format!("the body has no text `{name}`")))
        };
        let (event, request_id) = (text("event_type")?, text("request_id")?);
        let is_good = |byte: u8| byte.is_ascii_graphic();
        if request_id.is_empty()
            || request_id.len() > LONGEST_ID
            || !request_id.bytes().all(is_good)
        {
            let why = format!("`request_id` is not 1 to {LONGEST_ID} visible ASCII characters");
            return Err(Rejection::malformed(why));
        }
        for (name, member, value) in [
            (WebhookHeader::XFunnelfluxTriggerType, "event_type", &event),
            (WebhookHeader::XFunnelfluxRequestId, "request_id", &request_id),
        ] {
            if header(headers, &name)? != value {
                let why = format!("the header {} differs from `{member}`", name.as_str());
                return Err(Rejection::malformed(why));
            }
        }
        Ok(Self { payload, request_id, event: WebhookEventType::from(&*event) })
    }

    /// What happened.
    pub fn event(&self) -> &WebhookEventType {
        &self.event
    }

    /// The id of the dispatch. It is no id of a hit, a conversion or an event.
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The body.
    pub fn payload(&self) -> &WebhookPayload {
        &self.payload
    }

    /// The body itself.
    pub fn into_payload(self) -> WebhookPayload {
        self.payload
    }
}

funnelflux_contract::shows! { Webhook, |it| payload: it.payload }

fn header<'a>(headers: &'a HeaderMap, name: &WebhookHeader) -> Result<&'a str, Rejection> {
    let named = name.as_str();
    let found = HeaderName::try_from(named).ok();
    let value = found.as_ref().and_then(|name| authentication::only(headers, name));
    value.and_then(|value| std::str::from_utf8(value).ok()).ok_or_else(|| {
        let is_there = headers.contains_key(named);
        let what = if is_there { "is no single text" } else { "is missing" };
        Rejection::malformed(format!("the header {named} {what}"))
    })
}
