//! Many objects at once: what became of each, and the exit code.

use serde_json::{Value, json};

use crate::support::{Ffx, Handmade, Outcome, Reply};

const A: &str = "2nIemJxCKbFX";
const B: &str = "2n5JuOKWLTzd";
const C: &str = "2nIemJxCKbFY";

fn outcomes(outcome: &Outcome) -> Vec<(String, String)> {
    let all = outcome.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    all.map(|one| (text(&one["id"]), text(&one["outcome"]))).collect()
}

#[test]
fn one_that_fails_keeps_no_other_from_being_done() {
    let server = Handmade::serve(|seen, _| match seen.line.contains(B) {
        true => Reply::Json(404, r#"{"message":"no such thing"}"#.into()),
        false => Reply::Json(200, "{}".into()),
    });
    let ffx = Ffx::against(&server.base_url);
    let verbs: [(&[&str], &str, &str); 3] = [
        (&["offer-sources", "delete", A, B, C, "--yes"], "deleted", "were not deleted"),
        (&["funnels", "archive", A, B, C], "archived", "were not archived"),
        (&["funnels", "unarchive", A, B, C], "unarchived", "were not unarchived"),
    ];
    for (command, done, not_done) in verbs {
        let outcome = ffx.run(&[command, &["-o", "ndjson"]].concat());
        let outcome = outcome.failed(1, &["1 of 3", not_done, "item 2", B]);
        let expected = [(A, done), (B, "failed"), (C, done)];
        assert_eq!(outcomes(&outcome), expected.map(|(id, said)| (id.into(), said.into())));
        let failed: Value = serde_json::from_str(outcome.stdout.lines().nth(1).unwrap()).unwrap();
        assert!(failed["error"].as_str().unwrap().contains("404"), "{failed}");
    }
    // An error, too, is a machine's to read.
    let outcome = ffx.run(&["funnels", "archive", A, B, "-o", "json"]).failed(1, &[]);
    assert_eq!(outcome.error()["status"], json!(404));
}

#[test]
fn one_request_for_all_fails_for_all() {
    let server = Handmade::serve(|_, _| Reply::Json(422, r#"{"message":"no"}"#.into()));
    let ffx = Ffx::against(&server.base_url);
    let outcome = ffx.run(&["offer-sources", "archive", A, B, "-o", "ndjson"]);
    let outcome = outcome.failed(1, &["2 of 2 offer-sources were not archived"]);
    assert_eq!(outcomes(&outcome), [(A.into(), "failed".into()), (B.into(), "failed".into())]);
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn a_request_that_is_taken_in_half_is_no_success() {
    for success in [true, false] {
        let answer = format!(r#"{{"success":{success},"processed":1,"errors":["no such {B}"]}}"#);
        let server = Handmade::serve(move |_, _| Reply::Json(200, answer.clone()));
        let ffx = Ffx::against(&server.base_url);
        let outcome = ffx.run(&["offer-sources", "archive", A, B, "-o", "ndjson"]);
        let outcome = outcome.failed(1, &["some or all of 2 offer-sources", "no such"]);
        assert!(outcomes(&outcome).iter().all(|(_, said)| said == "not told"));
    }
}

#[test]
fn one_wrong_object_of_several_is_a_failure_and_no_wrong_usage() {
    let server = Handmade::serve(|seen, _| {
        // Of these objects one has a member that cannot be entered.
        let (id, inner) = if seen.line.contains(B) { (B, "7") } else { (A, "{}") };
        let page = format!(r#"{{"idPage":"{id}","pageName":"x","offerParams":{inner}}}"#);
        Reply::Json(200, page)
    });
    let ffx = Ffx::against(&server.base_url);
    let update = ["pages", "update", A, B, "--set", "offerParams.payout=1", "-o", "ndjson"];
    let outcome = ffx.run(&update).failed(1, &["1 of 2 pages were not changed", B]);
    assert_eq!(outcomes(&outcome)[0].1, "changed");
    ffx.run(&["pages", "update", B, "--set", "offerParams.payout=1"]).failed(2, &[B]);
    // Under another id the page would be saved over another page.
    ffx.run(&["pages", "update", A, "--set", &format!("idPage={B}")]).failed(2, &["idPage"]);
}

#[test]
fn an_ambiguous_write_is_not_repeated_and_nothing_new_is_begun() {
    let server = Handmade::serve(|_, _| Reply::Nothing);
    let ffx = Ffx::against(&server.base_url);
    let ids: Vec<String> = (0..40).map(|n| format!("2nIemJxCKb{n:02}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let command = [&["funnels", "move"][..], &ids, &["--to", A, "-o", "ndjson"]].concat();
    let outcome = ffx
        .run(&command)
        .failed(4, &["of 40 funnels: outcome unknown", "not moved", "check whether it was done"]);
    let all = outcomes(&outcome);
    let not_tried = all.iter().filter(|(_, said)| said == "not tried").count();
    assert!(all.iter().all(|(_, said)| said == "unknown" || said == "not tried"), "{all:?}");
    assert!(not_tried >= 20, "{not_tried} of 40");
    // Moving twice is no harm by the contract, so the client tried each three times at most.
    assert!(server.seen().len() <= 3 * (40 - not_tried), "{}", server.seen().len());
}

#[test]
fn a_dead_token_stops_all_of_them() {
    let server = Handmade::serve(|_, _| Reply::Json(401, "{}".into()));
    let ffx = Ffx::against(&server.base_url);
    let ids: Vec<String> = (0..40).map(|n| format!("2nIemJxCKb{n:02}")).collect();
    let mut command = vec!["offer-sources", "update"];
    command.extend(ids.iter().map(String::as_str));
    command.extend(["--set", "offerSourceName=x"]);
    let outcome = ffx.run(&command).failed(3, &["40 of 40", "ffx auth login"]);
    assert!(outcome.stdout.contains("not tried"), "{}", outcome.stdout);
    assert!(server.seen().len() < 40, "{}", server.seen().len());
}

#[test]
fn objects_of_one_id_are_not_changed_at_once() {
    let server = Handmade::serve(|_, _| Reply::Json(200, "{}".into()));
    let ffx = Ffx::against(&server.base_url);
    let two = format!("- {{idPage: {A}, pageName: X}}\n- {{idPage: {A}, pageName: Y}}\n");
    let file = ffx.write("two.yaml", &two);
    ffx.run(&["pages", "update", "-f", file.to_str().unwrap()])
        .failed(2, &["two objects have the id", A, "nothing was sent"]);
    assert!(server.seen().is_empty());
}

#[test]
fn on_a_pipe_there_is_neither_progress_nor_colour() {
    let server = Handmade::serve(|_, _| Reply::Json(200, "{}".into()));
    let ffx = Ffx::against(&server.base_url);
    let outcome = ffx.run(&["funnels", "archive", A, B, C]).done();
    assert_eq!(outcome.stderr, "archived 3 funnels\n");
    assert!(!outcome.stdout.contains('\u{1b}'), "{}", outcome.stdout);
    assert_eq!(ffx.run(&["funnels", "archive", A, "-q"]).done().stderr, "");
}

#[test]
#[cfg(unix)]
fn interrupted_it_ends_what_it_began_and_tells_of_each() {
    use std::sync::{Arc, Condvar, Mutex};

    // The answers wait until ffx was told to stop.
    let go = Arc::new((Mutex::new(false), Condvar::new()));
    let wait = Arc::clone(&go);
    let server = Handmade::serve(move |_, _| {
        drop(wait.1.wait_while(wait.0.lock().unwrap(), |go| !*go).unwrap());
        Reply::Json(200, "{}".into())
    });
    let ffx = Ffx::against(&server.base_url);
    let ids: Vec<String> = (0..40).map(|n| format!("2nIemJxCKb{n:02}")).collect();
    let mut command = vec!["funnels", "archive", "-o", "ndjson"];
    command.extend(ids.iter().map(String::as_str));
    let mut child = ffx.spawn(&command);
    while server.seen().len() < 8 {
        assert!(child.try_wait().unwrap().is_none(), "it was to be at work");
        std::thread::yield_now();
    }
    crate::support::interrupt(&child);
    // The note says that it has understood.
    let mut stderr = std::io::BufReader::new(child.stderr.take().unwrap());
    let mut note = String::new();
    std::io::BufRead::read_line(&mut stderr, &mut note).unwrap();
    assert!(note.contains("stopping"), "{note}");
    *go.0.lock().unwrap() = true;
    go.1.notify_all();
    // Both pipes are read, so that neither fills up.
    let rest = std::thread::spawn(move || std::io::read_to_string(stderr).unwrap());
    let outcome = Outcome::from(child.wait_with_output().unwrap()).failed(1, &[]);
    let rest = rest.join().unwrap();
    assert!(rest.contains("stopped: 32 of 40 funnels were not archived"), "{rest}");
    let all = outcomes(&outcome);
    assert_eq!(all.iter().filter(|(_, said)| said == "archived").count(), 8);
    assert_eq!(all.iter().filter(|(_, said)| said == "not tried").count(), 32);
    assert_eq!(server.seen().len(), 8);
}
