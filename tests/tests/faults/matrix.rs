//! Every operation × every fault, in this process, on a clock that stands still while nothing waits
//! for it.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, SystemTime};

use funnelflux::auth::Tokens;
use funnelflux::prelude::*;
use funnelflux::transport::{Error, Outcome, ReqwestTransport};
use futures_util::FutureExt as _;

use crate::operations::{Class, Subject, call, subjects};
use crate::server::{Plan, Seen, Server};
use crate::table::{Cell, End, Fate, Fault, Times, faults};
use crate::{ACCESS, REFRESH};

/// The longest that a call may take.
const DEADLINE: Duration = Duration::from_secs(180);

/// What one operation did under one fault, and every rule that it broke.
pub(crate) struct Result {
    pub(crate) fault: &'static Fault,
    pub(crate) subject: Subject,
    pub(crate) broken: Vec<String>,
}

/// Runs every cell, on as many threads as there are cores.
pub(crate) fn run() -> Vec<Result> {
    let (subjects, threads) = (subjects(), 2);
    std::thread::scope(|scope| {
        let parts: Vec<_> = subjects
            .chunks(subjects.len().div_ceil(threads))
            .map(|part| scope.spawn(move || run_some(part)))
            .collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    })
}

fn run_some(subjects: &[Subject]) -> Vec<Result> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.unwrap().block_on(async {
        tokio::spawn(tick());
        let leaf = ReqwestTransport::new().unwrap();
        let mut results = Vec::new();
        for fault in faults() {
            for subject in subjects {
                results.push(cell(fault, *subject, leaf.clone()).await);
            }
        }
        results
    })
}

/// Lets a paused clock run in small steps, so that what is on its way through the kernel arrives before
/// a timeout does.
async fn tick() {
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        std::thread::yield_now();
    }
}

async fn cell(fault: &'static Fault, subject: Subject, leaf: ReqwestTransport) -> Result {
    let is_refresh = subject.class == Class::Refresh;
    let server = Server::start(Plan {
        fault,
        aims: if is_refresh { is_token_request } else { |_| true },
        good,
        spares: 0,
    })
    .await;
    let expires_at = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
    let tokens = Tokens::new(ACCESS.to_owned()).with_refresh_token(REFRESH.to_owned());
    let tokens = match is_refresh {
        true => tokens.with_expiry(expires_at),
        false => Tokens::new(ACCESS.to_owned()),
    };
    let client = FunnelFlux::builder()
        .transport(leaf)
        .base_url(&server.base_url)
        .tokens(tokens)
        .build()
        .unwrap();

    let begin = tokio::time::Instant::now();
    let answer = AssertUnwindSafe(ask(&client, &subject)).catch_unwind().await;
    let took = begin.elapsed();

    let mut broken = Vec::new();
    match answer {
        Err(_) => broken.push("it panicked".to_owned()),
        Ok(answer) => {
            let sent = server.aimed().len();
            let got = Cell { end: end(&answer, &subject), sent };
            broken.extend(rules(fault, &subject, got));
            if let Err(error) = &answer {
                broken.extend(said(error));
            }
        }
    }
    if took > DEADLINE + Duration::from_secs(1) {
        broken.push(format!("it took {} s", took.as_secs()));
    }
    Result { fault, subject, broken }
}

/// The most memory that this process has had, in kB, where the system tells it.
pub(crate) fn most_memory() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

async fn ask(client: &FunnelFlux, subject: &Subject) -> std::result::Result<(), Error> {
    let answer = call(client, subject).send().await?;
    if subject.operation.idempotency().is_safe() {
        answer.json::<serde_json::Value>()?;
    }
    Ok(())
}

fn is_token_request(seen: &Seen) -> bool {
    seen.path.starts_with("/auth/")
}

/// The answer that a request gets when nothing is broken.
fn good(seen: &Seen) -> String {
    if is_token_request(seen) {
        return r#"{"tokens":{"access_token":"fresh-access-token","refresh_token":"fresh-refresh","expires_at":4102444800},"user":{"user_id":"u"}}"#.to_owned();
    }
    r#"{"success":true,"rows":[],"name":"as it was"}"#.to_owned()
}

fn end(answer: &std::result::Result<(), Error>, subject: &Subject) -> End {
    match answer {
        Ok(()) => End::Done,
        Err(error) => match error.outcome() {
            Outcome::Unknown => End::Unknown,
            // The call behind a refresh was not sent, whatever the issuer said.
            Outcome::Refused if subject.class != Class::Refresh => End::Refused,
            Outcome::Done if !subject.operation.idempotency().is_safe() => End::Done,
            _ => End::Failed,
        },
    }
}

/// What a cell breaks: first the rules that hold for every fault, then what the table expects.
fn rules(fault: &Fault, subject: &Subject, got: Cell) -> Vec<String> {
    let mut broken = Vec::new();
    let class = subject.class;
    let writes = !class.reads() && class != Class::Refresh;
    let again = fault.expected.fate != Fate::TurnedAway && !class.may_be_repeated();
    let once_good = fault.times == Times::Once && got.end == End::Done;
    if again && got.sent > 1 {
        broken.push(format!("sent {} times", got.sent));
    }
    if writes && fault.expected.fate == Fate::Open && got.end == End::Done && !once_good {
        broken.push("told as done, and nothing says so".to_owned());
    }
    if writes && matches!(fault.expected.fate, Fate::Open | Fate::Acted) && got.sent > 0 {
        let wrong = matches!(got.end, End::Failed | End::Refused);
        broken.extend(wrong.then(|| "told as failed, and it can be done".to_owned()));
    }
    let expected = class.expects(&fault.expected);
    if !expected.end.admits(got.end) || got.sent != expected.sent {
        broken.push(format!(
            "{} after {} requests, expected {} after {}",
            got.end.word(),
            got.sent,
            expected.end.word(),
            expected.sent
        ));
    }
    broken
}

/// The secret in what an error says.
fn said(error: &Error) -> Option<String> {
    let said = format!("{error}\n{error:?}\n{}", error.support_report());
    let secret = [ACCESS, REFRESH].into_iter().find(|secret| said.contains(secret))?;
    Some(format!("it says {secret}"))
}

/// The red cells by fault, class and rule, with the names of the operations.
pub(crate) fn red(
    results: &[Result],
) -> BTreeMap<(&'static str, &'static str, &str), Vec<&'static str>> {
    let mut red = BTreeMap::<_, Vec<_>>::new();
    for result in results {
        for broken in &result.broken {
            let key = (result.fault.name, result.subject.class.name(), &**broken);
            red.entry(key).or_default().push(result.subject.name);
        }
    }
    red
}
