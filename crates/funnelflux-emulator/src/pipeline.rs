//! The way of a request: its operation, faults, limits, checks, the handler, more faults.

use std::sync::Arc;

use bytes::Bytes;
use funnelflux_contract::{Idempotency, Operation, Weight};
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};

use crate::faults::Kind;
use crate::handlers::{self, Exchange};
use crate::limits::Turn;
use crate::options::UnknownMembers;
use crate::state::Core;
use crate::table::{self, Served};
use crate::translate::{self, Asked};
use crate::wire::{Refusal, Reply, Result, Wire, bearer};

/// Answers a request that arrived as the `number`th.
pub(crate) async fn answer(core: &Arc<Core>, number: u64, parts: &Parts, body: Bytes) -> Reply {
    let served = match core.table.find(&parts.method, parts.uri.path()) {
        Ok(None) => return table::about(&core.table),
        Ok(Some(served)) => served,
        Err(refusal) => return refuse(core, refusal),
    };
    let operation = served.operation;
    core.journal.lock().name(number, operation.id());
    if let Some(ceiling) = &core.ceiling
        && let Err(refusal) = ceiling.check(&core.options.clock)
    {
        return refuse_as(core, operation, refusal);
    }
    let (latency, fault) = core.faults.take(operation.id());
    core.options.sleeper.sleep(latency).await;
    if let Some(spoilt) = fault.as_ref().and_then(|kind| before(core, kind)) {
        return spoilt;
    }
    let outcome = process(core, served, parts, body).await;
    let reply = match outcome {
        Ok(reply) => translate::answered(core, operation, reply),
        Err(refusal) => refuse_as(core, operation, refusal),
    };
    after(reply, fault.as_ref())
}

pub(crate) fn refuse(core: &Core, refusal: Refusal) -> Reply {
    refusal.into_reply(Some(core.options.error_shape))
}

/// The same in the shape of the operation's section.
fn refuse_as(core: &Core, operation: &Operation, refusal: Refusal) -> Reply {
    let is_of_domains = operation.id().starts_with("billing.domains.");
    refusal.into_reply((!is_of_domains).then_some(core.options.error_shape))
}

/// The answer of a fault that takes the place of the processing.
fn before(core: &Core, kind: &Kind) -> Option<Reply> {
    Some(match kind {
        Kind::Status(status, retry_after) => {
            let reason = status.canonical_reason().unwrap_or("injected fault");
            let refusal = Refusal::new(*status, reason);
            refuse(core, refusal.with_retry_after(*retry_after, &core.options.clock))
        }
        Kind::Html(status) => {
            let reason = status.canonical_reason().unwrap_or("Error");
            let page = format!(
                "<!DOCTYPE html>\n<html><head><title>{0} {reason}</title></head>\n<body><h1>{0} \
                 {reason}</h1></body></html>\n",
                status.as_u16()
            );
            Reply::new(*status, "text/html; charset=utf-8", page)
        }
        Kind::KilledQuery => refuse(core, handlers::killed(core.options.killed_status)),
        Kind::LostRequest => Reply { wire: Wire::Reset, ..Reply::text("") },
        Kind::Latency(_) | Kind::LostAnswer | Kind::Truncated | Kind::Garbage => return None,
    })
}

/// The answer as a fault leaves it.
fn after(reply: Reply, kind: Option<&Kind>) -> Reply {
    match kind {
        Some(Kind::LostAnswer) => Reply { wire: Wire::Reset, ..reply },
        Some(Kind::Truncated) => Reply { wire: Wire::Cut, ..reply },
        Some(Kind::Garbage) => {
            let garbage: &[u8] = b"\x00\xff\xfe{\"rows\": [{]]\x80 not json";
            Reply { body: Bytes::from_static(garbage), ..reply }
        }
        _ => reply,
    }
}

async fn process(core: &Arc<Core>, served: &Served, parts: &Parts, body: Bytes) -> Result<Reply> {
    let operation = served.operation;
    let options = &core.options;
    let strict = options.unknown_members == UnknownMembers::Refuse;
    let sent = Bytes::clone(&body);
    let Asked { query, path_id, body } = translate::asked(core, served, parts, body, strict)?;
    let token = match operation.id() {
        "auth.login" => "",
        _ => bearer(&parts.headers)?,
    };
    // `auth.validate` takes an expired token.
    if !matches!(operation.id(), "auth.login" | "auth.validate") {
        let now = options.clock.unix_millis();
        core.vault.lock().check(token, now, options.expired_status)?;
    }
    let token = token.to_owned();
    if strict {
        check_content_type(&parts.headers, &sent)?;
    }
    let shared = Arc::clone(core);
    let work = move || {
        let exchange = Exchange::new(&shared, path_id, query, token, body);
        let answer = handlers::answer(operation, &exchange);
        answer.map_err(|refusal| translate::refused(&shared, operation, refusal))
    };
    if operation.weight() == Weight::Report {
        let turn = core.pool.enter().await?;
        core.options.sleeper.sleep(options.query_time).await;
        off_the_runtime(Some(turn), work).await
    } else if operation.idempotency() == Idempotency::QueuedSideEffect {
        // It applies the updates that are due.
        off_the_runtime(None, work).await
    } else {
        work()
    }
}

/// Runs `work` to its end outside of the runtime, and gives its turn back then, even where its client
/// has left. Large reports and due updates take seconds of processor time, and must not hold up other
/// connections.
async fn off_the_runtime(
    turn: Option<Turn>,
    work: impl FnOnce() -> Result<Reply> + Send + 'static,
) -> Result<Reply> {
    if tokio::runtime::Handle::try_current().is_err() {
        return work();
    }
    let run = move || {
        let answer = work();
        drop(turn);
        answer
    };
    let failed = |_| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "the report failed");
    tokio::task::spawn_blocking(run).await.map_err(failed)?
}

fn check_content_type(headers: &HeaderMap, body: &Bytes) -> Result<()> {
    if body.is_empty() {
        return Ok(());
    }
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = value.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let message = format!("the body's `Content-Type` is {kind:?}; expected `application/json`");
    Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use crate::limits::Pool;
    use crate::options::PoolLimits;

    #[tokio::test]
    async fn a_query_keeps_its_turn_when_its_client_hangs_up() {
        let pool = Pool::new(PoolLimits { concurrent: 1, queue: 1 });
        let (end, ended) = mpsc::channel::<()>();
        let (begin, begun) = tokio::sync::oneshot::channel();
        let turn = pool.enter().await.unwrap();
        let client = tokio::spawn(off_the_runtime(Some(turn), move || {
            begin.send(()).unwrap();
            ended.recv().unwrap();
            Ok(Reply::text(""))
        }));
        begun.await.unwrap();
        client.abort();
        assert!(client.await.unwrap_err().is_cancelled());
        assert_eq!(pool.usage().running, 1, "the query runs on");
        end.send(()).unwrap();
        let _next = pool.enter().await.unwrap();
        let used = pool.usage();
        assert_eq!((used.running, used.most_running, used.refused), (1, 1, 0));
    }
}
