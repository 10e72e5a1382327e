//! Names in place of ids, in the lists that servers may send.

use super::{A, B, TAKERS};
use crate::support::{Ffx, Handmade, Outcome, Reply};

/// Runs `ffx` against a server whose lists are all this, and returns what was sent beside them.
fn with_list(list: &str, command: &[&str]) -> (Outcome, Vec<String>) {
    let list = list.to_owned();
    let server = Handmade::serve(move |seen, _| match seen.line.contains("/list") {
        true => Reply::Json(200, list.clone()),
        false => Reply::Json(200, "{}".into()),
    });
    let outcome = Ffx::against(&server.base_url).run(command);
    let sent = server.seen().into_iter().map(|seen| format!("{} {}", seen.line, seen.body));
    (outcome, sent.filter(|line| !line.contains("/list")).collect())
}

fn source(id: &str, name: &str) -> String {
    serde_json::json!({ "idOfferSource": id, "offerSourceName": name }).to_string()
}

#[test]
fn a_name_of_a_thousand_objects_names_a_few_of_them() {
    let all: Vec<String> = (0..1000).map(|n| source(&format!("2nIemJxC{n:04}"), "Twin")).collect();
    for given in ["Twin", "twin", " TWIN "] {
        let (outcome, sent) = with_list(
            &format!("[{}]", all.join(",")),
            &["offer-sources", "delete", given, "--yes"],
        );
        let words = ["1000 offer sources have this name", "2nIemJxC0000 Twin", "2nIemJxC0004", "…"];
        let outcome = outcome.failed(2, &words);
        assert!(!outcome.stderr.contains("2nIemJxC0005"), "{}", outcome.stderr);
        assert!(outcome.stderr.len() < 500 && sent.is_empty(), "{}", outcome.stderr);
    }
}

#[test]
fn a_list_is_read_in_whatever_stands_around_it() {
    let (acme, beta) = (source(A, "Acme"), source(B, "Beta"));
    for list in [
        format!("[{acme},{beta}]"),
        format!("\u{feff}[{acme},{beta}]"),
        format!(r#"{{"data":[{acme},{beta}]}}"#),
        format!(r#"{{"success":true,"items":[{acme},{beta}]}}"#),
        format!(r#"{{"offerSources":[{acme},{beta}],"total":2}}"#),
        // An object that is listed twice is one.
        format!("[{acme},{beta},{acme}]"),
        // What has no name or no id of its own is no candidate.
        format!(r#"[{acme},{{"idOfferSource":"{B}"}},{{"offerSourceName":"Acme"}}]"#),
        format!(r#"[{acme},{{"idOfferSource":7,"offerSourceName":"Acme"}},{{}}]"#),
        format!(r#"[{acme},{{"idOfferSource":"{B}","offerSourceName":null}}]"#),
        format!(
            r#"[{acme},{{"idOfferSource":"{B}","offerSourceName":"Acme","status":"DELETED"}}]"#
        ),
    ] {
        let (outcome, sent) = with_list(&list, &["offer-sources", "archive", "acme"]);
        outcome.done();
        assert!(sent.len() == 1 && sent[0].contains(A) && !sent[0].contains(B), "{list}: {sent:?}");
    }
}

#[test]
fn without_a_list_that_can_be_trusted_nothing_is_sent() {
    let lost = "{\"total\":500,\"hasMore\":true,\"items\":[]}";
    for (status, list, code) in [
        (500, "{}", 1),
        (401, "{}", 3),
        (403, r#"{"message":"no"}"#, 1),
        (404, "{}", 1),
        (302, "", 1),
        (200, "<html></html>", 1),
        (200, "{\"cut\":[", 1),
        (200, "\"text\"", 1),
        (200, "[1,2]", 1),
        (200, r#"{"success":false,"message":"no"}"#, 1),
        (200, lost, 1),
    ] {
        for command in TAKERS {
            let server = Handmade::serve(move |_, _| Reply::Json(status, list.into()));
            let ffx = Ffx::against(&server.base_url);
            let costs =
                format!("date,funnel,traffic_source,cost,campaign\n2026-03-01,Acme,{A},1,1\n");
            let costs = ffx.write("costs.csv", &costs);
            let word = |word: &&'static str| match *word {
                "@" => "Acme".to_owned(),
                "costs.csv" => costs.to_str().unwrap().to_owned(),
                word => word.to_owned(),
            };
            let words: Vec<String> = command.iter().map(word).collect();
            let outcome = ffx.run(&words.iter().map(String::as_str).collect::<Vec<_>>());
            outcome.failed(code, &["the names cannot be looked up"]);
            assert!(server.seen().iter().all(|seen| seen.line.contains("/list")), "{command:?}");
        }
    }
}

#[test]
fn a_text_without_a_name_in_it_is_refused_before_a_list_is_read() {
    for command in TAKERS.iter().filter(|command| command[0] != "costs") {
        for empty in ["", " ", "\t", "\u{a0}"] {
            // The empty category is *uncategorised*.
            let words: Vec<&str> =
                command.iter().map(|word| if *word == "@" { empty } else { word }).collect();
            let server = Handmade::serve(|_, _| Reply::Json(200, "[]".into()));
            let outcome = Ffx::against(&server.base_url).run(&words);
            outcome.failed(2, &["got an empty text; expected an id or a name"]);
            assert!(server.seen().is_empty(), "{words:?}");
        }
    }
}

#[test]
fn names_that_look_like_something_else_are_found() {
    for name in [
        "2024",
        "-50% off",
        "--yes",
        "null",
        "a/b?c=d#e",
        "2nIemJxCKb",
        "2nIemJxCKbFX2",
        "2nIemJxC-KbFX",
        "2nIemJxCKbF\u{e9}",
        "'quoted' \"twice\"",
        "two  spaces",
        "ΑΒΓ ΣΑΣ",
        "*",
        "@file",
        "😀",
        "\\n",
    ] {
        let list = format!("[{},{}]", source(A, name), source(B, "another name of all"));
        for given in [name.to_owned(), format!("  {name} "), name.to_uppercase()] {
            let (outcome, sent) =
                with_list(&list, &["offer-sources", "delete", "--yes", "--", &given]);
            outcome.done();
            assert!(sent.len() == 1 && sent[0].contains(A), "{given}: {sent:?}");
        }
    }
}

#[test]
fn near_names_are_told_and_never_taken() {
    let long = "Summer sale ".repeat(40);
    for (name, given) in [
        ("Größe", "Gro\u{308}ße"),
        ("Acme Network", "Acme  Network"),
        ("Acme Network", "AcmeNetwork"),
        ("Acme Network", "Acme Network."),
        ("Acme\u{a0}Network", "Acme Network"),
        ("Acme", "Αcme"),
        (long.trim(), "Summer sale"),
        ("a", "A\u{301}"),
    ] {
        let list = format!("[{}]", source(A, name));
        let (outcome, sent) = with_list(&list, &["offer-sources", "delete", given, "--yes"]);
        let outcome = outcome.failed(2, &["has this name", "nothing was sent"]);
        assert!(sent.is_empty(), "{given}: {sent:?}");
        let is_near = given.chars().count() > 2;
        assert_eq!(outcome.stderr.contains(A), is_near, "{given}: {}", outcome.stderr);
    }
}

#[test]
fn only_a_category_of_the_kind_is_meant_in_whatever_case_its_type_is() {
    let category = |id: &str, of_type: &str| {
        format!(r#"{{"idCategory":"{id}","categoryName":"Best","categoryType":"{of_type}"}}"#)
    };
    for (own, other, is_clear) in [
        ("offersources", "trafficsources", true),
        ("OfferSources", "trafficsources", true),
        ("OFFERSOURCES", "TRAFFICSOURCES", true),
        ("", "trafficsources", true),
        ("offersources", "OfferSources", false),
        ("offersources", "", false),
    ] {
        let list = format!("[{},{}]", category(B, other), category(A, own));
        let (outcome, sent) =
            with_list(&list, &["offer-sources", "move", "2nIemJxCKb03", "--to", "best"]);
        if is_clear {
            outcome.done();
            assert!(sent.len() == 1 && sent[0].contains(A), "{own} {other}: {sent:?}");
        } else {
            outcome.failed(2, &[A, B, "the id of one"]);
        }
    }
}
