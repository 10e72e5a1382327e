//! A program that is killed at any moment and started again sends everything once, or says that it does not know.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::indexing_slicing, reason = "test code")]

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use funnelflux_journal::{Book, Draft, Journal, State};
use proptest::prelude::*;

const STEPS: usize = 60;
const CHILD: &str = "FUNNELFLUX_JOURNAL_CHILD";

fn book(directory: &Path) -> Book {
    Journal::open(directory.join("journal.sqlite")).unwrap().book("costs", "account").unwrap()
}

fn keys() -> impl Iterator<Item = String> {
    (0..STEPS).map(|key| format!("key {key}"))
}

/// The program: sends what is not known to be sent, each key by a line in a file that stands for the server.
/// The parent reads a byte for each line, so it can kill the child between any two.
fn send_the_rest(directory: &Path) {
    let writer = book(directory).write().unwrap().expect("the last run is dead");
    let keys: Vec<String> = keys().collect();
    let last = writer.last_sent(&keys).unwrap();
    let rest = keys.iter().zip(last).filter(|(_, last)| last.is_none());
    let rest: Vec<&String> = rest.map(|(key, _)| key).collect();
    let drafts = rest.iter().map(|key| Draft::new(key.as_str(), "payload"));
    let (run, steps) = writer.begin("file", drafts).unwrap();
    let mut server =
        OpenOptions::new().append(true).create(true).open(directory.join("server")).unwrap();
    let tell = || std::io::stderr().write_all(b".").unwrap();
    for (keys, steps) in rest.chunks(3).zip(steps.chunks(3)) {
        tell();
        writer.sending(steps).unwrap();
        tell();
        for key in keys {
            server.write_all(format!("{key}\n").as_bytes()).unwrap();
        }
        tell();
        writer.settle(steps, State::Accepted, None).unwrap();
    }
    writer.end(run).unwrap();
}

/// The child of the property test. Run as a test of its own it has nothing to do.
#[test]
fn child() {
    if let Some(directory) = std::env::var_os(CHILD) {
        send_the_rest(Path::new(&directory));
    }
}

/// Starts the program, kills it after so many of its steps, and says whether it ended before.
fn run_and_kill(directory: &Path, after: usize) -> bool {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture"])
        .env(CHILD, directory)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = child.stderr.take().unwrap();
    for _ in 0..after {
        if stderr.read_exact(&mut [0]).is_err() {
            break;
        }
    }
    child.kill().unwrap();
    child.wait().unwrap().success()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 25, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_sent_twice_or_lost(kills in prop::collection::vec(0..STEPS, 1..6)) {
        let directory = tempfile::tempdir().unwrap();
        let directory = directory.path();
        for after in kills {
            run_and_kill(directory, after);
        }
        let is_done = run_and_kill(directory, usize::MAX);
        prop_assert!(is_done, "the last run was not killed");

        let mut sent: HashMap<String, usize> = HashMap::new();
        for key in fs::read_to_string(directory.join("server")).unwrap_or_default().lines() {
            *sent.entry(key.to_owned()).or_default() += 1;
        }
        let keys: Vec<String> = keys().collect();
        let last = book(directory).last_sent(&keys).unwrap();
        for (key, last) in keys.iter().zip(last) {
            let times = sent.get(key).copied().unwrap_or_default();
            match last.map(|step| step.state) {
                Some(State::Accepted) => prop_assert_eq!(times, 1, "{}", key),
                Some(State::Ambiguous) => prop_assert!(times <= 1, "{}: {}", key, times),
                other => prop_assert!(false, "{}: {:?}", key, other),
            }
        }
    }
}
