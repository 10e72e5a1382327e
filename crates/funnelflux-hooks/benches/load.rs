//! A middleware node under load, by oha: `cargo xtask load`, which says where oha is, and for how many seconds.
//!
//! Of 100 handlers one sleeps, one hangs, one panics, and the others decide at once. The service's own figures come
//! from its observer, the sender's from oha, so that a mistake of one shows in the other.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a program that measures")]
#![allow(clippy::panic, reason = "one of the handlers")]

use std::error::Error;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use funnelflux_hooks::middleware::{MiddlewareService, Outcome, Reason, Routes};
use serde_json::Value;
use tokio::process::Command;

const RATE: u32 = 2_000;
const CONNECTIONS: u32 = 256;
const CONCURRENCY: usize = 1_000;
/// `execute_timeout_ms` of the body.
const TIME: Duration = Duration::from_secs(1);
const BODY: &str = r#"{"schema_version":"1.0","event_type":"middleware_request",
    "request_id":"0f7e3a52-58f3-4f0c-8a53-6f1a4a0c9d77","timestamp":"2026-11-27T12:00:00Z","execute_timeout_ms":1000,
    "visitor":{"ip":"192.0.2.17","userAgent":"Mozilla/5.0 (X11; Linux x86_64) Firefox/144.0","country":"DE"},
    "funnel":{"idFunnel":"2nIemJxCKbFX"},"traffic_source":{"idTrafficSource":"2n5JuOKWLTzd"},"hit":{},"session":{},
    "tracking_fields":{"c1":"spring","c2":"banner-7"},"url_buffer":{"zone":"abc123"},
    "action_data":{"email":"a@example.com","phone":"+1 555 0100"},"visitor_tags":["new"]}"#;
/// The unit of the histogram, and how many of them it has.
const STEP: Duration = Duration::from_micros(10);
const STEPS: usize = 10_000;

funnelflux_hooks::decisions! {
    enum Lead { Approved = "approved", Rejected = "rejected" }
}

/// What the service says of itself, in memory that does not grow.
struct Figures {
    reasons: [AtomicU64; 6],
    own_time: Vec<AtomicUsize>,
}

const REASONS: [Reason; 6] = [
    Reason::Decided,
    Reason::Late,
    Reason::Panicked,
    Reason::Shed,
    Reason::Failed,
    Reason::Unreadable,
];

impl Figures {
    fn note(&self, outcome: &Outcome) {
        let of_reason =
            REASONS.iter().zip(&self.reasons).find(|(reason, _)| **reason == outcome.reason);
        of_reason.map(|(_, count)| count.fetch_add(1, Relaxed));
        let own = outcome.took.saturating_sub(outcome.handler);
        let step = usize::try_from(own.as_micros() / STEP.as_micros()).unwrap_or(STEPS);
        self.own_time.get(step.min(STEPS - 1)).map(|count| count.fetch_add(1, Relaxed));
    }

    fn count(&self, wanted: Reason) -> u64 {
        let of_reason = REASONS.iter().zip(&self.reasons).find(|(reason, _)| **reason == wanted);
        of_reason.map_or(0, |(_, count)| count.load(Relaxed))
    }

    fn all(&self) -> u64 {
        self.reasons.iter().map(|count| count.load(Relaxed)).sum()
    }

    /// The upper end of the step that holds this share of the times.
    fn own_time(&self, share: f64) -> Duration {
        let counts: Vec<usize> = self.own_time.iter().map(|count| count.load(Relaxed)).collect();
        let wanted = share * counts.iter().sum::<usize>() as f64;
        let mut sum = 0;
        let below = counts.iter().position(|count| {
            sum += count;
            sum as f64 >= wanted
        });
        STEP * u32::try_from(below.unwrap_or(STEPS) + 1).unwrap_or(u32::MAX)
    }
}

/// The memory of this process that is in RAM, in KiB.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

fn machine() -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("unknown");
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = load.split(' ').next().unwrap_or_default().to_owned();
    format!(
        "{cores} cores of {}; load before the run: {load}",
        model.trim_start_matches(['\t', ' ', ':'])
    )
}

async fn serve(figures: Arc<Figures>) -> Result<String, Box<dyn Error>> {
    let next = AtomicU64::new(0);
    let routes = Routes::new().with_fallback(Lead::Rejected);
    let service = MiddlewareService::new(routes, move |_, _| {
        let number = next.fetch_add(1, Relaxed) % 100;
        async move {
            match number {
                0 => tokio::time::sleep(Duration::from_millis(200)).await,
                33 => std::future::pending().await,
                66 => panic!("one of a hundred"),
                _ => {}
            }
            Ok::<_, std::io::Error>(Lead::Approved)
        }
    });
    let service = service.with_concurrency(CONCURRENCY).with_observer(move |it| figures.note(it));
    let app = axum::Router::<()>::new().route_service("/decide", service);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    let url = format!("http://{}/decide", listener.local_addr()?);
    tokio::spawn(async { axum::serve(listener, app).await });
    Ok(url)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // `cargo bench` adds `--bench`.
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let oha = arguments.next().ok_or("usage: load OHA [SECONDS]")?;
    let seconds: u32 = arguments.next().map_or(Ok(60), |seconds| seconds.parse())?;
    // The text of a panic on the terminal costs more than the answer, and is the program's choice.
    std::panic::set_hook(Box::new(|_| {}));
    let machine = machine();
    let figures = Arc::new(Figures {
        reasons: Default::default(),
        own_time: std::iter::repeat_with(AtomicUsize::default).take(STEPS).collect(),
    });
    let url = serve(Arc::clone(&figures)).await?;

    let mut sender = Command::new(oha);
    sender.args(["--no-tui", "--output-format", "json", "--latency-correction", "-m", "POST"]);
    sender.args(["-T", "application/json", "--wait-ongoing-requests-after-deadline", "-d", BODY]);
    sender.args(["-z", &format!("{seconds}s"), "-q", &RATE.to_string()]);
    sender.args(["-c", &CONNECTIONS.to_string(), &url]).stdout(Stdio::piped()).kill_on_drop(true);
    let sent = sender.spawn()?.wait_with_output();
    let mut memory = Vec::new();
    let mut sent = std::pin::pin!(sent);
    let sent = loop {
        match tokio::time::timeout(Duration::from_secs(1), &mut sent).await {
            Ok(sent) => break sent?,
            Err(_) => memory.extend(resident()),
        }
    };
    if !sent.status.success() {
        return Err(format!("oha failed: {}", sent.status).into());
    }
    let told: Value = serde_json::from_slice(&sent.stdout)?;
    report(&figures, &told, &memory, seconds, &machine)
}

fn report(
    figures: &Figures,
    told: &Value,
    memory: &[u64],
    seconds: u32,
    machine: &str,
) -> Result<(), Box<dyn Error>> {
    let number = |path: &str| told.pointer(path).and_then(Value::as_f64).unwrap_or(f64::NAN);
    let milliseconds = |path: &str| number(path) * 1e3;
    let good = number("/statusCodeDistribution/200");
    let errors: f64 =
        told.get("errorDistribution").and_then(Value::as_object).map_or(f64::NAN, |all| {
            all.values().filter_map(Value::as_f64).fold(0.0, |sum, count| sum + count)
        });
    let wanted = f64::from(RATE) * f64::from(seconds);
    let shed = figures.count(Reason::Shed) as f64 / figures.all() as f64;
    let own = figures.own_time(0.99).as_secs_f64() * 1e3;
    // The first third warms up.
    let (_, rest) = memory.split_at(memory.len() / 3);
    let (middle, last) = rest.split_at(rest.len() / 2);
    let highest = |part: &[u64]| part.iter().max().map_or(f64::NAN, |kib| *kib as f64 / 1024.0);
    let (middle, last) = (highest(middle), highest(last));
    let slowest = milliseconds("/summary/slowest");
    let time = TIME.as_secs_f64() * 1e3;
    let rows = [
        (
            "answers",
            format!("{good:.0} of {wanted:.0}, {errors:.0} without one"),
            good >= 0.99 * wanted && errors == 0.0,
        ),
        (
            "slowest answer, as the sender saw it",
            format!("{slowest:.0} of {time:.0} ms"),
            slowest < time,
        ),
        ("shed", format!("{:.2} %", shed * 100.0), shed <= 0.01),
        ("time in the service less the handler's, 99 % below", format!("{own:.2} ms"), own <= 1.0),
        (
            "memory, second and last third",
            format!("{middle:.1} and {last:.1} MiB"),
            last <= 1.05 * middle,
        ),
    ];
    println!(
        "{RATE} requests a second for {seconds} s over {CONNECTIONS} connections; {machine}\n"
    );
    println!("| | found | |\n|---|---|---|");
    for (what, found, is_met) in &rows {
        println!("| {what} | {found} | {} |", if *is_met { "met" } else { "MISSED" });
    }
    let percentile = |name: &str| milliseconds(&format!("/latencyPercentiles/{name}"));
    println!(
        "| half of the answers, 95 % within | {:.2}, {:.2} ms | |",
        percentile("p50"),
        percentile("p95")
    );
    println!(
        "| time in the service less the handler's, 50, 99.9 % below | {:?}, {:?} | |",
        figures.own_time(0.5),
        figures.own_time(0.999)
    );
    let reasons = REASONS.map(|reason| format!("{} {}", figures.count(reason), reason.as_str()));
    println!("| by reason | {} | |", reasons.join(", "));
    let missed = rows.iter().filter(|(.., is_met)| !is_met).count();
    if missed > 0 {
        Err(format!("{missed} of {} goals were missed", rows.len()).into())
    } else {
        Ok(())
    }
}
