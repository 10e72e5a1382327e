//! `update` changes what is named and nothing else, at every depth; `--replace` takes whole values.

use serde_json::{Value, json};

use crate::support::{Ffx, Handmade, Outcome, Reply};

const ID: &str = "2nIemJxCKbFX";

/// What the server has: members that ffx does not know, and spellings of its own.
const THERE: &str = r#"{"idOfferSource":"2nIemJxCKbFX","offerSourceName":"One","fresh":{"a":1.50,"b":{"c":[1,2],"d":"x"},"e":null},"tags":["x","y"],"status":"active"}"#;

/// Runs an update with this file and these flags; returns the outcome and what was saved.
fn update(file: &str, flags: &[&str]) -> (Outcome, Option<String>) {
    let server = Handmade::serve(|seen, _| match seen.line.starts_with("GET") {
        true => Reply::Json(200, THERE.into()),
        false => Reply::Json(200, "{}".into()),
    });
    let ffx = Ffx::against(&server.base_url);
    let path = ffx.write("objects.yaml", file);
    let mut arguments = vec!["offer-sources", "update", ID];
    if !file.is_empty() {
        arguments.extend(["-f", path.to_str().unwrap()]);
    }
    arguments.extend(flags);
    let outcome = ffx.run(&arguments);
    let seen = server.seen();
    let saved = seen.iter().find(|seen| !seen.line.starts_with("GET"));
    (outcome, saved.map(|seen| seen.body.clone()))
}

#[test]
fn what_is_not_named_stays_byte_for_byte() {
    for (file, flags, from, to) in [
        ("offerSourceName: Two", &[][..], "\"One\"", "\"Two\""),
        ("status: active\nfresh: {a: 2.00}", &[], "1.50", "2.00"),
        ("status: active\nfresh: {b: {d: y}}", &[], "\"d\":\"x\"", "\"d\":\"y\""),
        ("status: active\nfresh: {b: {c: [3]}}", &[], "[1,2]", "[3]"),
        ("status: active\nfresh: {b: {c: [1, 3]}}", &[], "[1,2]", "[1,3]"),
        ("status: active\nfresh: {b: {c: []}}", &[], "[1,2]", "[]"),
        ("status: active\nfresh: {e: {f: 1}}", &[], "\"e\":null", "\"e\":{\"f\":1}"),
        ("status: active\nfresh: {g: 1}", &[], "\"e\":null}", "\"e\":null,\"g\":1}"),
        ("status: active\nfresh: {b: x}", &[], r#"{"c":[1,2],"d":"x"}"#, "\"x\""),
        (
            "status: active\nfresh: null",
            &[],
            r#"{"a":1.50,"b":{"c":[1,2],"d":"x"},"e":null}"#,
            "null",
        ),
        ("status: active\ntags: [x]", &[], r#"["x","y"]"#, r#"["x"]"#),
        ("", &["--set", "fresh={\"a\":2}"], "1.50", "2"),
        ("", &["--set", "fresh.b={\"d\":\"y\"}"], "\"d\":\"x\"", "\"d\":\"y\""),
        ("", &["--set", "fresh.b.c.0=7"], "[1,2]", "[7,2]"),
        (
            "status: active\nfresh: {a: 2}",
            &["--set", "fresh.b.d=y"],
            "1.50,\"b\":{\"c\":[1,2],\"d\":\"x\"",
            "2,\"b\":{\"c\":[1,2],\"d\":\"y\"",
        ),
        (
            "status: active\nfresh: {b: {d: y}}",
            &["--replace"],
            r#"{"a":1.50,"b":{"c":[1,2],"d":"x"},"e":null}"#,
            r#"{"b":{"d":"y"}}"#,
        ),
        (
            "status: active\nfresh: {}",
            &["--replace"],
            r#"{"a":1.50,"b":{"c":[1,2],"d":"x"},"e":null}"#,
            "{}",
        ),
        (
            "",
            &["--set", "fresh.b={\"d\":\"y\"}", "--replace"],
            r#"{"c":[1,2],"d":"x"}"#,
            r#"{"d":"y"}"#,
        ),
    ] {
        let (outcome, saved) = update(file, flags);
        outcome.done();
        let expected = THERE.replacen(from, to, 1);
        assert_eq!(saved.as_deref(), Some(expected.as_str()), "{file} {flags:?}");
    }
}

#[test]
fn an_object_that_adds_nothing_changes_nothing() {
    for file in [
        "status: active\nfresh: {}",
        "status: active\nfresh: {a: 1.5, b: {d: x}}",
        "offerSourceName: One",
    ] {
        let (outcome, saved) = update(file, &[]);
        assert!(outcome.done().stderr.contains("had it so already"), "{file}");
        assert_eq!(saved, None, "{file}");
    }
}

#[test]
fn a_list_that_is_replaced_is_told_of_before_and_while_it_is_saved() {
    for flags in [&["--dry-run"][..], &[]] {
        for (file, told) in [
            (
                "tags: [z]\nstatus: active",
                "`tags`: the list of 2 items is replaced as a whole, by 1",
            ),
            (
                "fresh: {b: {c: [1, 2, 3]}}\nstatus: active",
                "`fresh.b.c`: the list of 2 items is replaced as a whole, by 3",
            ),
            (
                "tags: []\nstatus: active",
                "`tags`: the list of 2 items is replaced as a whole, by 0",
            ),
        ] {
            let stderr = update(file, flags).0.done().stderr;
            assert!(stderr.contains(told), "{file}: {stderr}");
        }
        for file in
            ["tags: [x, y]\noffersourceName: x\nstatus: paused", "other: [1]\nstatus: paused"]
        {
            let stderr = update(file, flags).0.done().stderr;
            assert!(!stderr.contains("replaced"), "{file}: {stderr}");
        }
    }
}

#[test]
fn an_object_of_another_kind_is_refused() {
    for (file, words) in [
        (
            "sources: [{offerSourceName: x}]",
            &["`sources` holds a list", "expected the list alone"][..],
        ),
        ("{\"items\":[{\"offerSourceName\":\"x\"}],\"total\":1}", &["`items` holds a list"]),
        ("data:\n- offerSourceName: x\n", &["`data` holds a list"]),
        (
            "pageName: x",
            &["offer sources have no such member: pageName", "`ffx offer-sources members`"],
        ),
        ("offer_source_name: x", &["no such member: offer_source_name"]),
        ("{a: 1, b: 2, c: 3, d: 4, e: 5, f: 6}", &["no such member: a, b, c, d, e, …"]),
        ("- {pageName: x}", &["item 1", "pageName"]),
    ] {
        let (outcome, saved) = update(file, &[]);
        outcome.failed(2, &[words, &["nothing was sent"]].concat());
        assert_eq!(saved, None, "{file}");
        let ffx = Ffx::new();
        let path = ffx.write("objects.yaml", file);
        ffx.run(&["offer-sources", "create", "--dry-run", "-f", path.to_str().unwrap()])
            .failed(2, words);
    }
    // One that is known is enough, and --set sends any.
    let saved = update("{offerSourceName: Two, pageName: x}", &[]).1.unwrap();
    assert_eq!(serde_json::from_str::<Value>(&saved).unwrap()["pageName"], json!("x"));
    let saved = update("", &["--set", "pageName=x"]).1.unwrap();
    assert_eq!(serde_json::from_str::<Value>(&saved).unwrap()["pageName"], json!("x"));
}
