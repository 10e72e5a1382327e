//! The task that calls the servers: what has happened since the last second, a few calls at a time.

mod payload;

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use funnelflux_transport::{Body, Timer as _, TokioTimer};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri, header};
use http_body_util::{BodyExt as _, Limited};
use serde_json::Value;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;
use tower_service::Service as _;

use self::payload::Payload;
use crate::account::DATA;
use crate::hooks::Trigger;
use crate::ledger::{Entry, Kind};
use crate::state::Core;
use crate::traffic::window::Window;
use crate::traffic::{Visit, calls};

const TICK: Duration = Duration::from_secs(1);
/// What happened longer ago is not sent any more, such as after a jump of the clock.
const LONGEST_GAP_MILLIS: i64 = 60_000;
/// The most calls under way.
const MOST_AT_ONCE: usize = 16;
/// The most calls of a tick; the traffic of a busy account has 30 a second.
const MOST_QUEUED: usize = 1000;
/// How long a webhook waits. What FunnelFlux allows is unknown.
const WEBHOOK_MILLIS: i64 = 10_000;
/// The most bytes of an answer that are read.
const MOST_ANSWER: usize = 64 * 1024;

/// The task. Dropping it ends it, with the calls under way.
pub(crate) struct Caller(JoinHandle<()>);

impl Drop for Caller {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Caller {
    pub(crate) fn start(core: &Arc<Core>) -> Option<Self> {
        core.options.hooks.is_some().then(|| Self(tokio::spawn(run(Arc::clone(core)))))
    }
}

async fn run(core: Arc<Core>) {
    let mut since = core.options.clock.unix_millis();
    let mut under_way = JoinSet::new();
    loop {
        core.options.sleeper.sleep(TICK).await;
        let now = core.options.clock.unix_millis();
        let window = Window { start: (since + 1).max(now - LONGEST_GAP_MILLIS), last: now };
        since = since.max(now);
        // The visits of a busy hour take some time to make.
        let shared = Arc::clone(&core);
        let due = tokio::task::spawn_blocking(move || due(&shared, window)).await;
        for due in due.unwrap_or_default() {
            while under_way.len() >= MOST_AT_ONCE {
                under_way.join_next().await;
            }
            under_way.spawn(due.call(Arc::clone(&core)));
        }
        while under_way.try_join_next().is_some() {}
    }
}

struct Due {
    event: Trigger,
    visit: Visit,
    call: calls::Call,
}

/// The calls of what happened in the window, in their order.
fn due(core: &Core, window: Window) -> Vec<Due> {
    let mut all = Vec::new();
    if window.start > window.last {
        return all;
    }
    core.traffic.at(&core.account, window.last).each_visit(window, |visit| {
        let nodes =
            [(Trigger::Node, calls::webhook(visit)), (Trigger::Question, calls::middleware(visit))];
        let nodes = nodes.into_iter().filter_map(|(event, call)| Some((event, call?)));
        let webhook = DATA.funnels.get(visit.funnel).and_then(|funnel| funnel.webhook);
        let sales = visit.sales().enumerate().map(|(number, (at, _))| {
            let callee = webhook.unwrap_or_default();
            let call = calls::Call { callee, at, failed: false, latency_millis: 0 };
            (Trigger::Conversion(number), call)
        });
        let happened = nodes.chain(sales).filter(|(_, call)| window.holds(call.at));
        all.extend(happened.map(|(event, call)| Due { event, visit: visit.clone(), call }));
    });
    all.sort_by_key(|due| due.call.at);
    if all.len() > MOST_QUEUED {
        tracing::warn!(left_out = all.len() - MOST_QUEUED, "too many calls of servers at once");
        all.truncate(MOST_QUEUED);
    }
    all
}

/// What a call needs of the config.
struct Target {
    url: Uri,
    method: Method,
    headers: HeaderMap,
    timeout_millis: i64,
}

impl Due {
    async fn call(self, core: Arc<Core>) {
        let Some((hooks, target)) = core.options.hooks.as_ref().zip(self.target(&core)) else {
            return;
        };
        let payload = Payload {
            account: &core.account,
            visit: &self.visit,
            event: self.event,
            at: core.options.clock.unix_millis(),
            timeout_millis: target.timeout_millis,
        };
        let body = if target.method == Method::GET { String::new() } else { payload.body() };
        let mut request = Request::new(Body::from(body));
        *request.headers_mut() = payload.headers();
        request.headers_mut().extend(target.headers);
        (*request.method_mut(), *request.uri_mut()) = (target.method, target.url);
        let limit = Duration::from_millis(target.timeout_millis.unsigned_abs());
        let begin = TokioTimer.now();
        let mut client = hooks.client.clone();
        let exchange = async {
            let answer = client.call(request).await.ok()?;
            let (head, body) = answer.into_parts();
            Limited::new(body, MOST_ANSWER).collect().await.ok()?;
            head.status.is_success().then_some(())
        };
        let is_answered = matches!(timeout(limit, exchange).await, Ok(Some(())));
        let took = TokioTimer.now().saturating_duration_since(begin).min(limit);
        let latency = match self.event {
            Trigger::Question => i64::try_from(took.as_millis()).unwrap_or(i64::MAX),
            // The visit does not wait for it.
            Trigger::Node | Trigger::Conversion(_) => 0,
        };
        let call = calls::Call { failed: !is_answered, latency_millis: latency, ..self.call };
        core.called.lock().add(self.event, self.visit.key, call);
    }

    fn target(&self, core: &Core) -> Option<Target> {
        let (kind, assets) = match self.event {
            Trigger::Question => (Kind::MIDDLEWARE_CONFIG, &core.account.middleware),
            Trigger::Node | Trigger::Conversion(_) => {
                (Kind::WEBHOOK_CONFIG, &core.account.webhooks)
            }
        };
        let ledger = core.ledger.lock();
        let config = ledger.living(kind, assets.get(self.call.callee)?.id())?;
        let url = core.options.hooks.as_ref()?.address(self.event, &config.text)?;
        let mut target = Target {
            url,
            method: Method::POST,
            headers: HeaderMap::new(),
            timeout_millis: WEBHOOK_MILLIS,
        };
        if self.event == Trigger::Question {
            let destination = config.value.get("destination").unwrap_or(&Value::Null);
            let spec = DATA.middleware.get(self.call.callee)?.timeout_millis;
            let said = [destination, &config.value].map(|it| it.get("timeoutMs")?.as_i64());
            target.timeout_millis = said.into_iter().flatten().next().unwrap_or(spec).max(1);
            if destination.get("method").and_then(Value::as_str) == Some("GET") {
                target.method = Method::GET;
            }
            target.headers = proofs(destination, config);
        }
        Some(target)
    }
}

/// The fixed headers and the basic credentials of a destination. How requests are signed is unknown.
fn proofs(destination: &Value, config: &Entry) -> HeaderMap {
    let fixed = destination.get("headers").and_then(Value::as_object).into_iter().flatten();
    let fixed = fixed.filter_map(|(name, value)| {
        Some((name.parse::<HeaderName>().ok()?, value.as_str()?.parse::<HeaderValue>().ok()?))
    });
    let mut headers: HeaderMap = fixed.collect();
    let user = destination.pointer("/basicAuth/username").and_then(Value::as_str);
    let password = config.secrets.get("destination hasBasicAuthPassword");
    if let Some((user, password)) = user.zip(password) {
        let credentials = STANDARD.encode(format!("{user}:{password}"));
        if let Ok(mut value) = HeaderValue::try_from(format!("Basic {credentials}")) {
            value.set_sensitive(true);
            headers.insert(header::AUTHORIZATION, value);
        }
    }
    headers
}
