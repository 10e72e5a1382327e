//! Payloads to try a server with: the smallest ones that agree with everything documented. Inner members of
//! objects are unknown, so their objects are empty; tests add what their server reads.

use funnelflux_model::Document;
use funnelflux_model::hooks::{
    MiddlewareEventType, MiddlewareRequest, WebhookEventType, WebhookPayload,
};
use funnelflux_model::ledger::Model;

/// The documented version of the payload of webhooks.
const VERSION: &str = "1.0";

/// The payload of a webhook of an event.
///
/// ```
/// use funnelflux_hooks::sample;
/// use funnelflux_model::hooks::WebhookEventType;
///
/// let id = "0f7e3a52-58f3-4f0c-8a53-6f1a4a0c9d77";
/// let payload = sample::webhook(&WebhookEventType::ConversionTriggered, id);
/// assert_eq!(
///     serde_json::to_string(&payload)?,
///     r#"{"schema_version":"1.0","event_type":"conversion_triggered","request_id":"0f7e3a52-58f3-4f0c-8a53-6f1a4a0c9d77"}"#
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn webhook(event: &WebhookEventType, request_id: &str) -> WebhookPayload {
    let mut payload = WebhookPayload::default();
    payload.set_schema_version(VERSION).set_event_type(event).set_request_id(request_id);
    let is_action = *event == WebhookEventType::OnAction;
    if is_action || *event == WebhookEventType::NodeExecution {
        for name in ["session", "url_buffer"] {
            add_empty(&mut payload, name);
        }
        payload.set_is_action(is_action);
        if is_action {
            payload.set_action_number(1);
        }
        add_empty(&mut payload, "action_data");
    }
    payload
}

/// The request to a middleware service, with every documented member whose kind is known.
pub fn middleware(request_id: &str, timestamp: &str, execute_timeout_ms: u64) -> MiddlewareRequest {
    let mut request = MiddlewareRequest::default();
    request
        .set_schema_version(VERSION)
        .set_event_type(&MiddlewareEventType::MiddlewareRequest)
        .set_request_id(request_id)
        .set_timestamp(timestamp)
        .set_execute_timeout_ms(execute_timeout_ms);
    for member in MiddlewareRequest::MEMBERS.iter().filter(|member| member.kind == "object") {
        add_empty(&mut request, member.name);
    }
    request
}

fn add_empty(model: &mut impl Model, name: &str) {
    let added = model.document_mut().set(name, &Document::new());
    debug_assert!(added.is_ok(), "an empty object is JSON");
}
