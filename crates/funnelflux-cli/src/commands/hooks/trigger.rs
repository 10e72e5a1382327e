//! `ffx hooks trigger`: sends the documented payloads and shows what came of them.

use std::io::Write as _;
use std::time::Duration;

use funnelflux::hooks::routes::{self, Evaluation};
use funnelflux::hooks::sample;
use funnelflux::model::Document;
use funnelflux::model::hooks::{
    WebhookEventType, WebhookHeader, WebhookPayload, WebhookPayloadFamily,
};
use funnelflux::model::ledger::{Model, Schema};
use funnelflux::transport::bytes::Bytes;
use funnelflux::transport::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use funnelflux::transport::{Timer as _, TokioTimer};
use serde::Serialize;

use super::config;
use super::send::{Answer, Sent, send};
use crate::args::{MiddlewareArgs, PayloadArgs, WebhookArgs};
use crate::commands::assets::members::Assignment;
use crate::failure::Failure;
use crate::input::Shape;
use crate::output::{Format, print, write_row};
use crate::settings::Settings;

/// `timeoutMs` where a config does not say (documented).
const DEFAULT_TIMEOUT_MS: u64 = 5000;
/// What an answer should come earlier than it has to (documented).
const SAFETY_MS: f64 = 250.0;

#[derive(Default, Serialize)]
struct Shown {
    status: Option<u16>,
    answer: Option<String>,
    time_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_left_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    route: Option<Route>,
}

/// The route that FunnelFlux takes, or those that it may take, and why that is unknown.
#[derive(Serialize)]
struct Route {
    taken: Option<String>,
    possible: Vec<String>,
    doubts: Vec<String>,
    ignored_members: Vec<String>,
}

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
    let (sent, time) = post(&args.send, headers, &payload, settings.timeout).await;
    let shown = shown(&sent, time);
    show(&shown, None, settings)?;
    match sent {
        Sent::Answered(answer) if answer.status.is_success() => Ok(()),
        Sent::Answered(answer) => Err(Failure::failed(format!(
            "the server answered {}",
            answer.status
        ))
        .hint(
            "which answers FunnelFlux takes for a success, and whether it sends again, is unknown",
        )),
        Sent::Failed(why) => Err(Failure::failed(why)),
        Sent::Late => Err(Failure::failed("no answer within the time of --timeout")),
    }
}

pub(super) async fn middleware(args: &MiddlewareArgs, settings: &Settings) -> Result<(), Failure> {
    let config = match &args.config {
        Some(given) => Some(Box::pin(config::find(given, settings)).await?),
        None => None,
    };
    let timeout = match &config {
        Some(config) => {
            config.timeout_ms().map_err(|error| Failure::usage(format!("--config: {error}")))?
        }
        None => None,
    };
    let now = jiff::Timestamp::try_from(TokioTimer.wall()).unwrap_or_default();
    let request = sample::middleware(
        &new_request_id(),
        &now.to_string(),
        timeout.unwrap_or(DEFAULT_TIMEOUT_MS),
    );
    let request = payload_with(&args.send, request)?;
    // A request without the time, as `--set execute_timeout_ms=null` makes one, is still timed.
    let limit = request
        .execute_timeout_ms()
        .map_err(|error| Failure::usage(format!("--set: {error}")).hint("nothing was sent"))?;
    let limit = Duration::from_millis(limit.unwrap_or(timeout.unwrap_or(DEFAULT_TIMEOUT_MS)));
    let (sent, time) = post(&args.send, json_headers(), &request, limit).await;
    let mut shown = shown(&sent, time);
    let body = match &sent {
        Sent::Answered(answer) => object_of(answer),
        _ => None,
    };
    let left = milliseconds(limit) - milliseconds(time);
    shown.time_left_ms = Some(tenth(left));
    shown.decision = body.as_ref().and_then(|body| body.read::<String>("decision").ok().flatten());
    shown.route = config.as_ref().map(|config| {
        let answer = match &sent {
            Sent::Answered(it) => {
                routes::Answer::new(it.status.as_u16(), it.content_type(), &it.body)
            }
            _ => routes::Answer::none(),
        };
        Route::of(&routes::evaluate(config, &answer))
    });
    show(&shown, Some(limit), settings)?;
    match sent {
        Sent::Answered(answer) if !answer.status.is_success() => {
            Err(Failure::failed(format!("the service answered {}", answer.status)).hint(
                "whether FunnelFlux reads such an answer or takes the route `default` is unknown",
            ))
        }
        Sent::Answered(_) if body.is_none() => Err(Failure::failed("the answer is no JSON object")
            .hint("a route tests a member of a JSON answer, such as {\"decision\":\"approved\"}")),
        Sent::Answered(_) => {
            if left < SAFETY_MS {
                settings.terminal.warn(&format!(
                    "less than {SAFETY_MS} ms were left, which the vendor advises to keep back"
                ));
            }
            Ok(())
        }
        Sent::Failed(why) => Err(Failure::failed(why)
            .hint("FunnelFlux takes the route `default` after a failed delivery (documented)")),
        Sent::Late => Err(Failure::failed(format!(
            "no answer within execute_timeout_ms, {} ms",
            limit.as_millis()
        ))
        .hint("FunnelFlux takes the route `default` after a late answer (documented)")),
    }
}

impl Route {
    fn of(evaluation: &Evaluation) -> Self {
        let ignored = evaluation.steps().iter().flat_map(|step| step.ignored.iter().cloned());
        let mut ignored_members: Vec<String> = ignored.collect();
        ignored_members.sort_unstable();
        ignored_members.dedup();
        Self {
            taken: evaluation.route().map(str::to_owned),
            possible: evaluation.possible().to_vec(),
            doubts: evaluation.doubts().to_vec(),
            ignored_members,
        }
    }
}

fn new_request_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// The payload with what `--set` adds to it.
fn payload_with<M: Model>(args: &PayloadArgs, mut payload: M) -> Result<M, Failure> {
    for set in Assignment::parse_all(&args.set, Shape::of_schema(M::SCHEMA))? {
        set.apply(payload.document_mut(), true).map_err(|cause| {
            Failure::usage(format!("--set {}: {cause}", set.path.join(".")))
                .hint("nothing was sent")
        })?;
    }
    Ok(payload)
}

fn json_headers() -> HeaderMap {
    HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))])
}

/// The three documented headers. Two of them repeat members of the body.
fn webhook_headers(payload: &WebhookPayload) -> Result<HeaderMap, Failure> {
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
            Failure::usage(format!("--set: the value for the header {name} is not a header's"))
                .hint("nothing was sent")
        })?;
        headers.insert(name, value);
    }
    Ok(headers)
}

async fn post(
    args: &PayloadArgs,
    headers: HeaderMap,
    payload: &impl Model,
    limit: Duration,
) -> (Sent, Duration) {
    let body = Bytes::from(payload.document().text().to_owned());
    send((Method::POST, &args.to), headers, body, limit).await
}

fn object_of(answer: &Answer) -> Option<Document> {
    Document::parse(std::str::from_utf8(&answer.body).ok()?).ok()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn tenth(milliseconds: f64) -> f64 {
    (milliseconds * 10.0).round() / 10.0
}

fn shown(sent: &Sent, time: Duration) -> Shown {
    let time_ms = tenth(milliseconds(time));
    match sent {
        Sent::Answered(answer) => Shown {
            status: Some(answer.status.as_u16()),
            answer: answer.text(),
            time_ms,
            ..Shown::default()
        },
        _ => Shown { time_ms, ..Shown::default() },
    }
}

/// Prints what came of it; in a table a line for each part.
fn show(shown: &Shown, limit: Option<Duration>, settings: &Settings) -> Result<(), Failure> {
    print(|out| {
        let format = settings.format();
        if format != Format::Table {
            return write_row(out, shown, format);
        }
        let mut line = |name: &str, value: &str| -> Result<(), Failure> {
            Ok(writeln!(out, "{name:<9}  {}", value.replace(['\n', '\r'], " "))?)
        };
        line("status", &shown.status.map_or("none".to_owned(), |status| status.to_string()))?;
        if let Some(answer) = &shown.answer {
            line("answer", answer)?;
        }
        line("time", &format!("{:.1} ms", shown.time_ms))?;
        if let (Some(left), Some(limit)) = (shown.time_left_ms, limit) {
            line("time left", &format!("{left:.1} of {} ms", limit.as_millis()))?;
            line("decision", shown.decision.as_deref().unwrap_or("none"))?;
        }
        let Some(route) = &shown.route else { return Ok(()) };
        match &route.taken {
            Some(key) => line("route", key)?,
            None => line("route", &format!("unknown: {}", route.possible.join(" or ")))?,
        }
        route.doubts.iter().try_for_each(|doubt| line("", doubt))?;
        if !route.ignored_members.is_empty() {
            line("", &format!("not taken into account: {}", route.ignored_members.join(", ")))?;
        }
        Ok(())
    })
}
