//! `ffx hooks trigger`: sends the documented payloads and shows what came of them.

use std::time::Duration;

use funnelflux::hooks::sample;
use funnelflux::model::hooks::{
    WebhookEventType, WebhookHeader, WebhookPayload, WebhookPayloadFamily,
};
use funnelflux::model::ledger::{Model, Schema};
use funnelflux::transport::bytes::Bytes;
use funnelflux::transport::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use funnelflux::transport::{ReqwestTransport, Timer as _, TokioTimer};

use super::node::Around;
use super::proofs::Proofs;
use super::send::{Sent, send};
use super::shown;
use crate::args::{MiddlewareArgs, PayloadArgs, WebhookArgs};
use crate::commands::assets::members::Assignment;
use crate::failure::Failure;
use crate::input::Shape;
use crate::settings::Settings;

pub(super) async fn webhook(args: &WebhookArgs, settings: &Settings) -> Result<(), Failure> {
    let event = WebhookEventType::from(args.event.as_str());
    if let WebhookEventType::Unknown(name) = &event {
        let known = Schema::find("WebhookEventType").into_iter().flat_map(|it| it.values);
        let known: Vec<&str> = known.map(|value| value.value).collect();
        return Err(Failure::usage(format!(
            "--event: got `{name}`; expected {}",
            known.join(", ")
        )));
    }
    let payload = sample::webhook(&event, &new_request_id());
    let payload = payload_with(&args.send, payload)?;
    let headers = webhook_headers(&payload)?;
    let proofs = Proofs::find(&args.proofs, None, settings.terminal)?;
    let (sent, time) = post(&args.send, headers, &proofs, &payload, settings.timeout).await?;
    let (shown, verdict) = shown::webhook(&sent, time);
    shown::show(&shown, settings).and(verdict)
}

pub(super) async fn middleware(args: &MiddlewareArgs, settings: &Settings) -> Result<(), Failure> {
    let around = Box::pin(Around::find(&args.routes, settings)).await?;
    let timeout = around.timeout_ms()?;
    let now = jiff::Timestamp::try_from(TokioTimer.wall()).unwrap_or_default();
    let request = sample::middleware(&new_request_id(), &now.to_string(), timeout);
    let request = payload_with(&args.send, request)?;
    // A request without the time, as `--set execute_timeout_ms=null` makes one, is still timed.
    let limit =
        request.execute_timeout_ms().map_err(|error| Failure::unsent(format!("--set: {error}")))?;
    let limit = Duration::from_millis(limit.unwrap_or(timeout));
    let terminal = settings.terminal;
    let proofs = Proofs::find(&args.proofs, around.config.as_ref(), terminal)?;
    let (sent, time) = post(&args.send, json_headers(), &proofs, &request, limit).await?;
    let (shown, verdict) = shown::middleware(&sent, time, limit, &around, terminal);
    shown::show(&shown, settings).and(verdict)
}

fn new_request_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// The payload with what `--set` adds to it.
fn payload_with<M: Model>(args: &PayloadArgs, mut payload: M) -> Result<M, Failure> {
    for set in Assignment::parse_all(&args.set, Shape::of_schema(M::SCHEMA))? {
        set.apply(payload.document_mut(), true)
            .map_err(|cause| Failure::unsent(format!("--set {}: {cause}", set.path.join("."))))?;
    }
    Ok(payload)
}

pub(super) fn json_headers() -> HeaderMap {
    HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))])
}

/// The three documented headers. Two of them repeat members of the body.
pub(super) fn webhook_headers(payload: &WebhookPayload) -> Result<HeaderMap, Failure> {
    let mut headers = json_headers();
    let text = |name: &str| {
        payload.document().read_or_null::<String>(name).ok().flatten().unwrap_or_default()
    };
    for (header, value) in [
        (
            WebhookHeader::XFunnelfluxPayloadSchema,
            WebhookPayloadFamily::WebhookOutboundPayloadV1.as_str().to_owned(),
        ),
        (WebhookHeader::XFunnelfluxTriggerType, text("event_type")),
        (WebhookHeader::XFunnelfluxRequestId, text("request_id")),
    ] {
        let name: HeaderName =
            header.as_str().parse().map_err(|_| Failure::failed("a header has no name"))?;
        let value = HeaderValue::try_from(value).map_err(|_| {
            Failure::unsent(format!("the value for the header {name} does not fit into a header"))
        })?;
        headers.insert(name, value);
    }
    Ok(headers)
}

async fn post(
    args: &PayloadArgs,
    mut headers: HeaderMap,
    proofs: &Proofs,
    payload: &impl Model,
    limit: Duration,
) -> Result<(Sent, Duration), Failure> {
    let body = Bytes::from(payload.document().text().to_owned());
    proofs.add_to(&args.to, &mut headers, &body)?;
    let transport = ReqwestTransport::new()?;
    Ok(send(&transport, (Method::POST, &args.to), headers, body, limit).await)
}
