//! What `ffx` does is told in words of `ffx`, and a mistake is told before anything is sent.

use std::io::{BufRead as _, BufReader, Read as _};
use std::sync::{Arc, Condvar, Mutex};

use crate::support::{Ffx, Handmade, Reply};

const A: &str = "2nIemJxCKbFX";
const B: &str = "2n5JuOKWLTzd";

#[test]
fn many_ids_are_one_request() {
    let server = Handmade::serve(|_, _| {
        let objects = [A, B].map(|id| format!(r#"{{"idOfferSource":"{id}"}}"#));
        Reply::Json(200, format!("[{}]", objects.join(",")))
    });
    let ffx = Ffx::against(&server.base_url);
    let got = ffx.run(&["offer-sources", "get", B, A, "-o", "json"]).done().json();
    assert_eq!((&got[0]["idOfferSource"], &got[1]["idOfferSource"]), (&B.into(), &A.into()));
    assert_eq!(server.seen().len(), 1, "{:?}", server.seen());
}

#[test]
fn a_failure_is_told_in_words_of_ffx() {
    for (status, body, words) in [
        (404, "{}", &["[paths]"][..]),
        (429, "{}", &["`rate` in the profile"]),
        (401, "{}", &["`ffx auth login`"]),
        (403, "{}", &["permission"]),
        (400, r#"{"message":"no"}"#, &["400", "no"]),
        (500, "{}", &["500", "-v"]),
        (200, "<html></html>", &["web page"]),
    ] {
        let server = Handmade::serve(move |_, _| Reply::Json(status, body.into()));
        let ffx = Ffx::against(&server.base_url);
        let said = ffx.run(&["pages", "list"]).stderr;
        for word in words {
            assert!(said.contains(word), "{status}: no {word:?} in {said}");
        }
        assert!(!said.contains("::") && !said.contains("_override"), "{status}: {said}");
    }
}

#[test]
fn quiet_hides_no_mistake() {
    let ffx = Ffx::new();
    let csv = ffx.write("wrong.csv", "hit,revenues\n2nIemJxCKbFX0,1\n");
    for quiet in [&[][..], &["-q"]] {
        for (command, words) in [
            (
                &["conversions", "push", "--postbacks=none", csv.to_str().unwrap()][..],
                &["revenues"][..],
            ),
            (&["costs", "push", "--tz=UTC", csv.to_str().unwrap()], &["hit"]),
            (&["offer-sources", "create", "--dry-run", "-f", "/nowhere"], &["/nowhere"]),
            (&["id", "inspect", "short"], &["short"]),
        ] {
            let said = ffx.run(&[command, quiet].concat());
            assert_ne!(said.code, 0, "{command:?}");
            assert!(words.iter().all(|word| said.stderr.contains(word)), "{}", said.stderr);
        }
    }
}

#[test]
fn outcomes_are_printed_as_they_come() {
    for (verb, outcomes) in [
        (&["offer-sources", "create", "-f", "objects.json"][..], ["created", "created"]),
        (&["offer-sources", "update", "-f", "objects.json"], ["changed", "changed"]),
        (&["offer-sources", "update", A, B, "--set", "status=active"], ["unchanged", "unchanged"]),
        (&["offer-sources", "update", A, B, "--set", "postbackTxId=t"], ["changed", "changed"]),
        (&["funnels", "archive", A, B], ["archived", "archived"]),
        (&["funnels", "delete", A, B, "--yes"], ["deleted", "deleted"]),
    ] {
        // Every request about the second object is held back until the first outcome is read.
        let go = Arc::new((Mutex::new(false), Condvar::new()));
        let wait = Arc::clone(&go);
        let server = Handmade::serve(move |seen, _| {
            let is_second = seen.line.contains(B) || seen.body.contains(B);
            if is_second {
                drop(wait.1.wait_while(wait.0.lock().unwrap(), |go| !*go).unwrap());
            }
            let id = if is_second { B } else { A };
            Reply::Json(200, format!(r#"{{"idOfferSource":"{id}","status":"active"}}"#))
        });
        let ffx = Ffx::against(&server.base_url);
        let objects = [A, B].map(|id| {
            format!(r#"{{"idOfferSource":"{id}","offerSourceName":"of {id}","postbackTxId":"t"}}"#)
        });
        let file = ffx.write("objects.json", &format!("[{}]", objects.join(",")));
        let given = |word: &&'static str| match *word {
            "objects.json" => file.to_str().unwrap().to_owned(),
            word => word.to_owned(),
        };
        let words: Vec<String> = verb.iter().map(given).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).chain(["-o", "ndjson"]).collect();
        let mut child = ffx.spawn(&words);
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        stdout.read_line(&mut first).unwrap();
        *go.0.lock().unwrap() = true;
        go.1.notify_all();
        let mut rest = String::new();
        stdout.read_to_string(&mut rest).unwrap();
        let ended = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "{verb:?}: {first}{rest}{said}");
        for (line, (id, outcome)) in
            [&first, &rest].into_iter().zip([A, B].into_iter().zip(outcomes))
        {
            let told: serde_json::Value = serde_json::from_str(line).unwrap();
            assert_eq!((&told["id"], &told["outcome"]), (&id.into(), &outcome.into()), "{verb:?}");
        }
    }
}
