//! Pushes with a closed stdout, and pushes that are interrupted: the outcome is always reported.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};
use std::sync::{Arc, Condvar, Mutex};

use crate::support::{Ffx, Handmade, Reply};

const HIT: &str = "01dkezmsf3bat8xdbz8rt039rh";
const FUNNEL: &str = "2nIemJxCKbFX";
const SOURCE: &str = "2n5JuOKWLTzd";

fn sales(ffx: &Ffx, lines: usize) -> String {
    let lines: String = (0..lines).map(|n| format!("{HIT},t{n},1\n")).collect();
    path(ffx.write("c.csv", &format!("hit,tx,payout\n{lines}")))
}

fn path(path: impl AsRef<std::path::Path>) -> String {
    path.as_ref().to_str().unwrap().to_owned()
}

fn accepting() -> Handmade {
    Handmade::serve(|_, _| Reply::Json(200, String::new()))
}

/// The exit code and the stderr of a run with a closed stdout.
fn unread(ffx: &Ffx, arguments: &[&str]) -> (i32, String) {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = ffx.command(arguments).stdout(Stdio::from(writer)).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn with_yes_a_file_is_sent_even_if_the_preview_cannot_be_printed() {
    let server = accepting();
    let ffx = Ffx::against(&server.base_url);
    let costs = path(ffx.write(
        "costs.csv",
        &format!("date,funnel,traffic_source,cost,c1\n2026-03-29,{FUNNEL},{SOURCE},1,x\n"),
    ));
    let event = path(ffx.write("event.json", "{}"));
    let sales = sales(&ffx, 1);
    let pushes: [&[&str]; 3] = [
        &["conversions", "push", &sales, "--postbacks=none", "--yes"],
        &["costs", "push", &costs, "--tz=UTC", "--unchecked-ids", "--yes"],
        &["custom-events", "push", &event, "--yes"],
    ];
    for push in pushes {
        let writes = || server.seen().iter().filter(|seen| seen.line.starts_with("PUT")).count();
        let before = writes();
        let (code, stderr) = unread(&ffx, push);
        assert_eq!(code, 0, "{stderr}");
        assert_eq!(writes(), before + 1, "{push:?}");
        assert!(stderr.contains("accepted"), "{stderr}");
    }
}

/// The arguments of an upload whose hits are not looked up.
fn pushed<'a>(sales: &'a str, format: &'a str) -> [&'a str; 8] {
    let push = ["conversions", "push", sales, "--postbacks=none", "--yes", "-o", format];
    std::array::from_fn(|at| push.get(at).copied().unwrap_or("--existing=add"))
}

#[test]
fn a_lost_answer_is_reported_even_if_stdout_is_closed() {
    let server = Handmade::serve(|seen, _| match seen.line.starts_with("PUT") {
        true => Reply::Nothing,
        false => Reply::Json(200, r#"{"count":7}"#.into()),
    });
    let ffx = Ffx::against(&server.base_url);
    let sales = sales(&ffx, 1);
    let event = path(ffx.write("event.json", "{}"));
    for format in ["table", "json", "ndjson", "csv"] {
        let push = pushed(&sales, format);
        let (code, stderr) = unread(&ffx, &push);
        assert_eq!(code, 4, "{format}: {stderr}");
        assert!(stderr.contains("line 2"), "{stderr}");
        let (code, stderr) =
            unread(&ffx, &["custom-events", "push", &event, "--yes", "-o", format]);
        assert_eq!(code, 4, "{format}: {stderr}");
    }
}

#[test]
fn a_refused_reset_fails_even_if_stdout_is_closed() {
    let server = Handmade::serve(|seen, _| match seen.line.contains("validate") {
        true => Reply::Json(200, r#"{"count":7}"#.into()),
        false => Reply::Json(422, r#"{"message":"no"}"#.into()),
    });
    let ffx = Ffx::against(&server.base_url);
    let reset = ["reset", "--from=2026-01-02", "--to=2026-01-02", "--tz=UTC", "--everything"];
    for format in ["table", "json"] {
        let (code, stderr) = unread(&ffx, &[&reset[..], &["--yes", "-o", format]].concat());
        assert_eq!(code, 1, "{format}: {stderr}");
        assert!(stderr.contains("error"), "{stderr}");
    }
}

/// Holds back the answers of a server, from one request on, until it is opened.
struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    fn new() -> Self {
        Self(Arc::new((Mutex::new(false), Condvar::new())))
    }

    fn server(&self, from: usize) -> Handmade {
        let gate = Arc::clone(&self.0);
        Handmade::serve(move |_, before| {
            if before >= from {
                drop(gate.1.wait_while(gate.0.lock().unwrap(), |open| !*open).unwrap());
            }
            Reply::Json(200, String::new())
        })
    }

    fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }
}

fn until_seen(server: &Handmade, count: usize, child: &mut Child) {
    while server.seen().len() < count {
        assert!(child.try_wait().unwrap().is_none(), "ffx should still be running");
        std::thread::yield_now();
    }
}

#[test]
fn rows_are_printed_as_soon_as_their_request_was_answered() {
    for format in ["ndjson", "csv"] {
        let gate = Gate::new();
        let server = gate.server(1);
        let ffx = Ffx::against(&server.base_url);
        let sales = sales(&ffx, 700);
        let push = pushed(&sales, format);
        let mut child = ffx.spawn(&push);
        // The second answer is held back, so these rows were printed before it.
        let header = usize::from(format == "csv");
        let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
        let first: Vec<String> = stdout.by_ref().take(500 + header).map(Result::unwrap).collect();
        assert!(first.iter().skip(header).all(|row| row.contains("accepted")), "{format}");
        gate.open();
        let rest: Vec<String> = stdout.map(Result::unwrap).collect();
        assert_eq!(rest.len(), 200, "{format}");
        assert!(rest.iter().all(|row| row.contains("accepted")), "{format}");
        assert!(child.wait().unwrap().success());
    }
}

#[cfg(unix)]
fn signal(child: &Child, name: &str) {
    let kill = std::process::Command::new("kill").args([name, &child.id().to_string()]).status();
    assert!(kill.unwrap().success());
}

#[test]
#[cfg(unix)]
fn a_second_interruption_stops_at_once_and_reports_every_line() {
    let gate = Gate::new();
    let server = gate.server(1);
    let ffx = Ffx::against(&server.base_url);
    let sales = sales(&ffx, 1200);
    let push = pushed(&sales, "json");
    let mut child = ffx.spawn(&push);
    until_seen(&server, 2, &mut child);
    signal(&child, "-TERM");
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut note = String::new();
    // The first line says what an upload cannot do.
    for _ in 0..2 {
        note.clear();
        stderr.read_line(&mut note).unwrap();
    }
    assert!(note.contains("stopping"), "{note}");
    signal(&child, "-INT");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    let stdout = String::from_utf8(output.stdout).unwrap();
    let count = |outcome: &str| stdout.matches(&format!("\"outcome\":\"{outcome}\"")).count();
    assert_eq!((count("accepted"), count("unknown"), count("not sent")), (500, 500, 200));
    gate.open();
}

#[test]
#[cfg(unix)]
fn a_single_write_is_finished_after_sigint_and_sigterm() {
    for name in ["-INT", "-TERM"] {
        let gate = Gate::new();
        let server = gate.server(0);
        let ffx = Ffx::against(&server.base_url);
        let event = path(ffx.write("event.json", "{}"));
        let mut child = ffx.spawn(&["custom-events", "push", &event, "--yes", "-o", "json"]);
        until_seen(&server, 1, &mut child);
        signal(&child, name);
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut note = String::new();
        stderr.read_line(&mut note).unwrap();
        assert!(note.contains("stopping"), "{note}");
        gate.open();
        let outcome = crate::support::Outcome::from(child.wait_with_output().unwrap()).done();
        assert_eq!(outcome.json()["outcome"], "accepted", "{name}");
    }
}
