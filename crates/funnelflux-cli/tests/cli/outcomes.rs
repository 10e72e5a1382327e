//! The outcome of a write is reported whatever happens to stdout, to the answer or to the run.

use std::sync::{Arc, Condvar, Mutex};

use serde_json::Value;

use crate::support::{Ffx, Handmade, Outcome, Reply};

const A: &str = "2nIemJxCKbFX";
const B: &str = "2n5JuOKWLTzd";

/// A pipe whose reader is closed.
fn unread() -> std::io::PipeWriter {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer
}

#[test]
fn a_closed_stdout_does_not_hide_a_failure() {
    let missing = Handmade::serve(|_, _| Reply::Json(404, "{}".into()));
    let silent = Handmade::serve(|_, _| Reply::Nothing);
    let done = Handmade::serve(|_, _| Reply::Json(200, "{}".into()));
    for verb in [
        &["offer-sources", "delete", A, B, "--yes"][..],
        &["offer-sources", "archive", A],
        &["funnels", "archive", A, B],
        &["offer-sources", "duplicate", A, "--name", "x"],
        &["domains", "delete", "7", "--yes", "-o", "json"],
    ] {
        for (server, code) in [(&missing, 1), (&silent, 4), (&done, 0)] {
            let ffx = Ffx::against(&server.base_url);
            let outcome = Outcome::from(ffx.command(verb).stdout(unread()).output().unwrap());
            outcome.failed(code, if code == 0 { &[] } else { &["error"] });
        }
    }
    // Reads behave the same.
    let get = ["offer-sources", "get", A];
    let ffx = Ffx::against(&missing.base_url);
    Outcome::from(ffx.command(&get).stdout(unread()).output().unwrap()).failed(1, &["404"]);
}

#[test]
#[cfg(target_os = "linux")]
fn a_failure_to_print_says_that_the_write_succeeded() {
    let full = || std::fs::File::options().write(true).open("/dev/full").unwrap();
    let done = Handmade::serve(|_, _| Reply::Json(200, r#"{"success":true}"#.into()));
    let silent = Handmade::serve(|_, _| Reply::Nothing);
    for verb in [
        &["offer-sources", "archive", A][..],
        &["offer-sources", "duplicate", A, "--name", "x"],
        &["api", "PUT", "/reporting/anything"],
    ] {
        let run = |server: &Handmade| -> Outcome {
            let ffx = Ffx::against(&server.base_url);
            ffx.command(verb).stdout(full()).output().unwrap().into()
        };
        run(&done).failed(1, &["done, but the outcome cannot be printed", "stdout"]);
        run(&silent).failed(4, &["error: "]);
    }
}

#[test]
fn an_ambiguous_write_is_not_reported_as_not_done() {
    // The answer of the write is lost.
    let server = Handmade::serve(|seen, _| match (seen.line.starts_with("GET"), &seen.body) {
        (true, _) => Reply::Json(200, format!(r#"{{"idOfferSource":"{A}"}}"#)),
        _ => Reply::Nothing,
    });
    let ffx = Ffx::against(&server.base_url);
    let outcome = ffx.run(&["offer-sources", "archive", A, B]);
    let outcome = outcome.failed(4, &["2 of 2 offer-sources: outcome unknown"]);
    assert!(!outcome.stderr.contains("were not"), "{}", outcome.stderr);

    let server = Handmade::serve(|seen, _| match seen.line.contains(B) {
        true => Reply::Json(404, "{}".into()),
        false => Reply::Nothing,
    });
    let ffx = Ffx::against(&server.base_url);
    let both = ["funnels", "archive", B, A];
    ffx.run(&both).failed(4, &["1 of 2 funnels: outcome unknown; 1 were not archived", A]);
}

/// Answers that are held back until they are released.
#[cfg(unix)]
fn held() -> (Handmade, impl Fn()) {
    let go = Arc::new((Mutex::new(false), Condvar::new()));
    let wait = Arc::clone(&go);
    let server = Handmade::serve(move |seen, _| {
        drop(wait.1.wait_while(wait.0.lock().unwrap(), |go| !*go).unwrap());
        let domain = r#"{"success":true,"domain":{"id":"7","domain":"go.example.com"}}"#;
        Reply::Json(200, if seen.line.contains("domain") { domain } else { "{}" }.into())
    });
    let release = move || {
        *go.0.lock().unwrap() = true;
        go.1.notify_all();
    };
    (server, release)
}

#[test]
#[cfg(unix)]
fn an_interrupted_write_is_finished_and_its_outcome_printed() {
    for verb in [
        &["offer-sources", "archive", A][..],
        &["offer-sources", "unarchive", A],
        &["offer-sources", "move", A, "--uncategorised"],
        &["offer-sources", "duplicate", A, "--name", "x"],
        &["domains", "add", "go.example.com", "--yes"],
        &["domains", "delete", "7", "--yes"],
        &["api", "PUT", "/reporting/anything"],
    ] {
        let (server, release) = held();
        let ffx = Ffx::against(&server.base_url);
        let mut child = ffx.spawn(&[verb, &["-o", "json"]].concat());
        while server.seen().is_empty() {
            assert!(child.try_wait().unwrap().is_none(), "{verb:?} should still be running");
            std::thread::yield_now();
        }
        crate::support::interrupt(&child);
        let mut stderr = std::io::BufReader::new(child.stderr.take().unwrap());
        let mut note = String::new();
        std::io::BufRead::read_line(&mut stderr, &mut note).unwrap();
        if verb[0] == "domains" {
            assert!(note.contains("the bill"), "{verb:?}: {note}");
            note.clear();
            std::io::BufRead::read_line(&mut stderr, &mut note).unwrap();
        }
        assert!(note.contains("stopping"), "{verb:?}: {note}");
        release();
        let outcome = Outcome::from(child.wait_with_output().unwrap()).done();
        serde_json::from_str::<Value>(&outcome.stdout).unwrap();
    }
}

#[test]
#[cfg(unix)]
fn a_write_that_is_interrupted_twice_is_ambiguous() {
    let (server, _release) = held();
    let ffx = Ffx::against(&server.base_url);
    let mut child = ffx.spawn(&["offer-sources", "archive", A]);
    while server.seen().is_empty() {
        assert!(child.try_wait().unwrap().is_none(), "it should still be running");
        std::thread::yield_now();
    }
    crate::support::interrupt(&child);
    let mut stderr = std::io::BufReader::new(child.stderr.take().unwrap());
    std::io::BufRead::read_line(&mut stderr, &mut String::new()).unwrap();
    crate::support::interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(4));
}
