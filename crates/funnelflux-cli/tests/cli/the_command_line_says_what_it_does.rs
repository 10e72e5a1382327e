//! What `ffx` does is told in words of `ffx`, and a mistake is told before anything is sent.

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
