//! One operation of each class by the built `ffx`, against every fault, in real time.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use funnelflux_tests::ffx;
use tempfile::TempDir;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::operations::Class;
use crate::server::{Plan, Seen, Server};
use crate::table::{At, End, Fate, Fault, Step, Times, faults};
use crate::{ACCESS, REFRESH};

const ID: &str = "2nIemJxCKbFX";
/// The address space of a process, in kB: an answer that it takes is 512 MiB at most.
const MEMORY: &str = "1600000";

/// Less than the minutes that a command waits for a server that never recovers. The matrix in this
/// process holds the times of the library.
const BOUNDS: [&str; 2] = ["--timeout=15s", "--patience=5s"];

/// A command of one class.
pub(crate) struct Verb {
    pub(crate) name: &'static str,
    pub(crate) class: Class,
    arguments: &'static [&'static str],
    /// The request that matters; the others are answered well.
    aims: fn(&Seen) -> bool,
    /// The requests before it.
    spares: usize,
}

pub(crate) const VERBS: &[Verb] = &[
    verb("offer-sources get", Class::Read, &["offer-sources", "get", ID], |_| true),
    verb("report drilldown", Class::Report, DRILLDOWN, |_| true),
    verb("offer-sources create", Class::Create, CREATE, |seen| seen.method != "GET"),
    Verb {
        spares: 1,
        ..verb("offer-sources update", Class::Repeatable, UPDATE, |seen| seen.method != "GET")
    },
    verb("offer-sources delete", Class::Repeatable, DELETE, |seen| seen.method == "DELETE"),
    verb("conversions push", Class::Queued, PUSH, |_| true),
    verb("report attributes, expired token", Class::Refresh, &["report", "attributes"], is_token),
    verb("domains add", Class::Once, &["domains", "add", "go.example.com", "--yes"], |_| true),
];

const DRILLDOWN: &[&str] = &[
    "report",
    "drilldown",
    "--by=offer",
    "--from=2023-10-12",
    "--to=2023-10-12",
    "--tz=Europe/Berlin",
    "--output=csv",
];
const CREATE: &[&str] = &["offer-sources", "create", "--set", "offerSourceName=First"];
const UPDATE: &[&str] = &["offer-sources", "update", ID, "--set", "offerSourceName=Renamed"];
const DELETE: &[&str] = &["offer-sources", "delete", ID, "--yes"];
const PUSH: &[&str] =
    &["conversions", "push", "conversions.csv", "--postbacks=none", "--yes", "--existing=add"];

const fn verb(
    name: &'static str,
    class: Class,
    arguments: &'static [&'static str],
    aims: fn(&Seen) -> bool,
) -> Verb {
    Verb { name, class, arguments, aims, spares: 0 }
}

fn is_token(seen: &Seen) -> bool {
    seen.path.starts_with("/auth/")
}

/// The answer that a request gets when nothing is broken.
pub(crate) fn good(seen: &Seen) -> String {
    let text = if is_token(seen) {
        r#"{"tokens":{"access_token":"fresh-access-token","refresh_token":"fresh-refresh-token","expires_at":4102444800},"user":{"user_id":"u"}}"#
    } else if seen.path.starts_with("/billing/") {
        r#"{"success":true,"domain":{"id":"7","domain":"go.example.com"}}"#
    } else if seen.path.starts_with("/reporting/attributes") {
        r#"{"attributes":["Element: Funnel"]}"#
    } else if seen.path.starts_with("/reporting/drilldown") {
        r#"{"rows":[{"attributes":[{"id":"a","value":"A"}],"offerViews":1}]}"#
    } else if seen.method == "GET" {
        r#"{"idOfferSource":"2nIemJxCKbFX","offerSourceName":"First"}"#
    } else {
        r#"{"success":true}"#
    };
    text.to_owned()
}

/// A directory of configuration with tokens, and the file that a command reads.
pub(crate) fn home(base_url: &str, has_expired: bool) -> TempDir {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join("tokens")).unwrap();
    let expiry = if has_expired { 1_700_000_000_u64 } else { 4_102_444_800 };
    let tokens = serde_json::json!({
        "access_token": ACCESS, "refresh_token": REFRESH, "expires_at": expiry,
        "base_url": base_url,
    });
    let file = home.path().join("tokens/default.json");
    std::fs::write(&file, tokens.to_string()).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(&file, mode).unwrap();
    }
    let lines = "hit,transaction,payout\ndkezmsf3bat8xdbz8rt039rh,order-7,1.25\n";
    std::fs::write(home.path().join("conversions.csv"), lines).unwrap();
    home
}

/// `ffx` in a directory of its own, within bounds.
pub(crate) fn command(home: &Path, base_url: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("ulimit -v {MEMORY}; exec \"$0\" \"$@\"")).arg(ffx());
    command.args(arguments).args(["--base-url", base_url]);
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("FUNNELFLUX_CONFIG_DIR", home).current_dir(home);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A red cell: fault, command, what is wrong.
pub(crate) type Red = (&'static str, &'static str, String);

/// Runs every cell and returns their number and the red ones.
pub(crate) fn run() -> (usize, Vec<Red>) {
    ffx();
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(1).max_blocking_threads(128).enable_all().build().unwrap();
    runtime.block_on(async {
        // A command that waits costs nothing meanwhile.
        let (quick, slow) = (Arc::new(Semaphore::new(4)), Arc::new(Semaphore::new(100)));
        let mut cells = JoinSet::new();
        let mut list: Vec<_> =
            faults().flat_map(|fault| VERBS.iter().map(move |v| (fault, v))).collect();
        list.sort_by_key(|(fault, _)| !waits(fault));
        let count = list.len();
        for (fault, verb) in list {
            let turn = Arc::clone(if waits(fault) { &slow } else { &quick });
            cells.spawn(async move {
                let _turn = turn.acquire_owned().await.unwrap();
                cell(fault, verb).await
            });
        }
        let mut red = Vec::new();
        while let Some(cell) = cells.join_next().await {
            red.extend(cell.unwrap());
        }
        red.sort();
        (count, red)
    })
}

/// Whether the command waits, for a timeout or as it is asked to.
fn waits(fault: &Fault) -> bool {
    is_slow(fault) || fault.expected.fate == Fate::TurnedAway
}

pub(crate) fn is_slow(fault: &Fault) -> bool {
    let steps = (fault.steps)(&Default::default());
    steps.iter().any(|step| matches!(step, Step::Stall | Step::Drip(..)))
}

pub(crate) async fn cell(fault: &'static Fault, verb: &'static Verb) -> Vec<Red> {
    let server = Server::start(Plan { fault, aims: verb.aims, good, spares: verb.spares }).await;
    let base_url = server.base_url.clone();
    let outcome = tokio::task::spawn_blocking(move || {
        let home = home(&base_url, verb.class == Class::Refresh);
        let mut command = command(home.path(), &base_url, verb.arguments);
        if waits(fault) && fault.times == Times::Always {
            command.args(BOUNDS);
        }
        command.output().unwrap()
    });
    let outcome = outcome.await.unwrap();
    judge(fault, verb, &outcome, server.aimed().len())
        .into_iter()
        .map(|wrong| (fault.name, verb.name, wrong))
        .collect()
}

fn judge(fault: &Fault, verb: &Verb, outcome: &Output, sent: usize) -> Vec<String> {
    let mut wrong = Vec::new();
    let said = String::from_utf8_lossy(&outcome.stderr);
    let last = said.lines().last().unwrap_or_default();
    let expected = verb.class.expects(&fault.expected).end;
    let ends: &[End] = match outcome.status.code() {
        Some(0) => &[End::Done],
        Some(1) => &[End::Failed, End::Refused],
        Some(3) if fault.name.starts_with("40") || verb.class == Class::Refresh => {
            &[End::Failed, End::Refused]
        }
        Some(4) => &[End::Unknown],
        _ => &[],
    };
    if !ends.iter().any(|end| expected.admits(*end) || is_typed(fault, verb, *end)) {
        wrong.push(format!("{}, expected {}: {last}", outcome.status, expected.word()));
    }
    let may_repeat = verb.class.may_be_repeated()
        || fault.expected.fate == Fate::TurnedAway
        || fault.at != At::Answer
        || fault.times == Times::Once;
    if sent > 1 && !may_repeat {
        wrong.push(format!("sent {sent} times"));
    }
    let printed = [&outcome.stdout[..], &outcome.stderr[..]].concat();
    let printed = String::from_utf8_lossy(&printed);
    for secret in [ACCESS, REFRESH] {
        if printed.contains(secret) {
            wrong.push(format!("it prints {secret}"));
        }
    }
    if said.contains("panicked") {
        wrong.push("it panicked".to_owned());
    }
    wrong
}

/// What a command finds in an answer that the transport takes: it knows which members it wants.
fn is_typed(fault: &Fault, verb: &Verb, end: End) -> bool {
    let is_read = verb.class.reads();
    match fault.expected.fate {
        Fate::Acted if is_read => end == End::Failed,
        // An answer that does not show the domain.
        Fate::Acted => end == End::Unknown && verb.class == Class::Once,
        Fate::SaidNo if is_read => matches!(end, End::Failed | End::Refused),
        _ => false,
    }
}
