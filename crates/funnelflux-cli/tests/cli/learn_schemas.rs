//! `ffx learn` of the vendor's schema files: of a large one with planted differences, and of an account that
//! two small ones describe.

#[path = "../../../funnelflux-learn/tests/planted/change.rs"]
mod change;
#[path = "../../../funnelflux-learn/tests/planted/write.rs"]
mod write;

use std::collections::BTreeSet;

use change::{MEMBERS, NEEDED, PARAMETERS, Planted, Truth};
use funnelflux::emulator::Emulator;
use funnelflux::ledger::AssetKind;
use funnelflux::transport::{Overlay, Says};
use serde_json::Value;

use crate::learn::user;
use crate::support::{Ffx, serve};

/// What the report calls a difference, in the words of the list.
fn claims(line: &Value) -> Vec<Truth> {
    let text = |name: &str| line[name].as_str().unwrap().to_owned();
    let (operation, contract, account) = (text("operation"), text("contract"), text("account"));
    let last = |name: &str| name.rsplit('.').next().unwrap().to_owned();
    let claim =
        |subject: &str, aspect, detail: &str| vec![(subject.to_owned(), aspect, detail.to_owned())];
    match &*text("what") {
        "base path" => claim("", "base path", &account),
        "path" => claim(&operation, "path", &account),
        "method" => claim(&operation, "method", &account),
        "parameter" => claim(&operation, "parameter name", &account),
        "needed" => claim(&operation, "member required", &account),
        "answer" => claim(&operation, "response", ""),
        "body" => claim(&operation, "body", ""),
        "value" => {
            let (of, value) = account.split_once(": ").unwrap();
            claim(of, "enum value new", value)
        }
        // A schema may be part of several kinds.
        "member" => {
            let (ours, theirs) = (last(&contract), last(&account));
            let planted = MEMBERS.iter().filter(|it| (it.1, it.2) == (&*ours, &*theirs));
            let found: Vec<Truth> =
                planted.flat_map(|(schema, ..)| claim(schema, "member name", &theirs)).collect();
            if found.is_empty() { claim(&contract, "member name", &theirs) } else { found }
        }
        other => panic!("{other}: {line}"),
    }
}

/// What the overlay says and the report does not: notes, and parameters that moved into the path.
fn noted(overlay: &Overlay, planted: &BTreeSet<Truth>) -> BTreeSet<Truth> {
    let mut found = BTreeSet::new();
    for fact in overlay.facts() {
        let of = fact.operations().to_owned();
        match fact.says() {
            Says::Note { topic, text } if topic == "paging" => {
                found.insert((of, "parameter new", text.clone()));
            }
            Says::Path(path) => found.extend(
                planted
                    .iter()
                    .filter(|it| {
                        (&*it.0, it.1) == (&*of, "parameter location")
                            && path.contains(&format!("{{{}}}", it.2))
                    })
                    .cloned(),
            ),
            _ => {}
        }
    }
    found
}

#[test]
fn what_a_schema_file_teaches_was_planted_and_nine_tenths_of_what_was_planted_is_taught() {
    let mut planted = Planted::new();
    let needed = |it: &(&str, &str, &str)| (it.0.to_owned(), "member required", it.1.to_owned());
    planted.truths.extend(NEEDED.iter().map(needed));
    let tree = write::swagger(&planted.document);
    let text = write::yaml(&tree);
    assert!(text.lines().count() >= 5_000, "{}", text.lines().count());
    let ffx = Ffx::new();
    let file = ffx.write("self-hosted.yaml", &text);
    let file = file.to_str().unwrap();

    let told = ffx.run(&["learn", file, "--dry-run", "-o", "json"]).done().json();
    assert_eq!(told["written"], false);
    let overlay = ffx.path("profiles/default.contract.toml");
    assert!(!overlay.exists());
    let told_again = ffx.run(&["learn", file, "-o", "json"]).done();
    assert!(!told_again.stderr.contains("live tokens"), "{}", told_again.stderr);
    assert_eq!(told_again.json()["differences"], told["differences"]);

    let overlay = Overlay::from_file(&overlay).unwrap();
    let differences = told["differences"].as_array().unwrap();
    let mut certain: BTreeSet<Truth> = differences.iter().flat_map(claims).collect();
    certain.extend(noted(&overlay, &planted.truths));
    let wrong: Vec<_> = certain.difference(&planted.truths).collect();
    assert!(wrong.is_empty(), "certain, and not planted: {wrong:#?}");
    let (sure, all) = (certain.len(), planted.truths.len());
    let missed: Vec<_> = planted.truths.difference(&certain).collect();
    assert!(sure * 100 >= all * 90, "{sure} of {all}; missed: {missed:#?}");

    for fact in overlay.facts() {
        let evidence = fact.evidence().unwrap();
        assert_eq!(evidence.file, "self-hosted.yaml");
        assert!(tree.pointer(&evidence.entry).is_some(), "{}", evidence.entry);
    }
    for line in ["found for certain 1", "none of the contract 9"] {
        let read = told["read"][0].as_str().unwrap();
        assert!(read.starts_with("self-hosted.yaml: ") && read.contains(line), "{read}");
    }
    let not_taken: Vec<&str> =
        told["not_taken"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    for said in ["Funnel: member new `abTest`", "TrafficSource: member type `incomingCostModifier`"]
    {
        assert!(not_taken.iter().any(|line| line.starts_with(said)), "{said}: {not_taken:#?}");
    }
    let table = ffx.run(&["learn", file, "--dry-run"]).done().stdout;
    assert!(table.contains("; -v lists them") && !table.contains("abTest"), "{table}");
    let table = ffx.run(&["learn", file, "--dry-run", "-v"]).done().stdout;
    assert!(not_taken.iter().all(|line| table.contains(line)), "{table}");
    let likely = told["likely"].as_array().unwrap();
    assert!(likely.iter().all(|line| line["evidence"].as_str().unwrap().contains("yaml, /")));
    let unmatched = told["unmatched"].as_array().unwrap();
    assert!(unmatched.iter().any(|line| line.as_str().unwrap().contains("/campaign/user/list")));
    // The same again adds nothing.
    let count = overlay.facts().count();
    ffx.run(&["learn", file]).done();
    let again = Overlay::from_file(ffx.path("profiles/default.contract.toml")).unwrap();
    assert_eq!(again.facts().count(), count);
}

/// The account that the file describes, by the list and not by the file.
fn truth(planted: &Planted) -> Overlay {
    let mut overlay = Overlay::new().base_path("/api/v3");
    for (of, aspect, name) in &planted.truths {
        overlay = match *aspect {
            "path" => overlay.path(of, name),
            "method" => overlay.method(of, &name.parse().unwrap()),
            "response" => overlay.answer_in(of, "rows"),
            "body" => overlay.body_in(of, "group"),
            "parameter name" => {
                let (ours, _) = PARAMETERS.iter().find(|(_, theirs)| theirs == name).unwrap();
                overlay.query(of, *ours, name)
            }
            "member name" => {
                let (_, ours, _) = MEMBERS.iter().find(|it| (it.0, it.2) == (of, name)).unwrap();
                let kinds = AssetKind::all().iter().filter(|kind| kind.schema.name == of);
                kinds.fold(overlay, |overlay, kind| {
                    let (family, _) = kind.verbs[0].1.id().rsplit_once('.').unwrap();
                    overlay.member(format!("{family}.*"), ours, name)
                })
            }
            _ => overlay,
        };
    }
    overlay
}

#[test]
fn an_account_that_two_files_describe_is_reached_at_once() {
    let planted = Planted::new();
    let served = serve(Emulator::builder().overlay(truth(&planted)));
    let ffx = user(&served);
    let (paths, schemas) = write::split(&planted.document);
    let paths = ffx.write("paths.yaml", &write::yaml(&paths));
    let mut schemas = schemas;
    // A file of nothing but parts is none by itself.
    for name in ["openapi", "info", "servers", "paths"] {
        schemas.as_object_mut().unwrap().remove(name);
    }
    let schemas = ffx.write("schemas.json", &schemas.to_string());
    let (paths, schemas) = (paths.to_str().unwrap(), schemas.to_str().unwrap());
    let kinds = ["pages", "traffic-sources", "offer-sources"];
    ffx.run(&["pages", "list"]).failed(1, &["404"]);
    ffx.run(&["learn", schemas]).failed(2, &["schemas.json"]);
    assert!(!ffx.path("profiles/default.contract.toml").exists());

    ffx.run(&["learn", schemas, paths]).done();
    // A kind whose shapes are all guesses: the account has none, and the answer is read.
    assert_eq!(
        ffx.run(&["page-groups", "list", "-o", "json"]).done().json(),
        serde_json::json!([])
    );
    for kind in kinds {
        let list = ffx.run(&[kind, "list", "-o", "json"]).done().json();
        let first = list[0].as_object().unwrap_or_else(|| panic!("no {kind}: {list}"));
        let (id, name) = (kind_of(kind).id_members[0], kind_of(kind).name_members[0]);
        assert!(first[name].is_string(), "{kind}: {first:?}");
        let one = ffx.run(&[kind, "get", first[id].as_str().unwrap(), "-o", "json"]).done().json();
        assert_eq!((&one[id], &one[name]), (&first[id], &first[name]), "{kind}");
        let set = format!("{name}=Learned");
        ffx.run(&[kind, "update", first[id].as_str().unwrap(), "--set", &set]).done();
    }
}

fn kind_of(name: &str) -> &'static AssetKind {
    AssetKind::find(name).unwrap()
}

#[test]
fn what_is_neither_is_refused_with_what_is_read() {
    let ffx = Ffx::new();
    for (name, text, said) in [
        ("old.json", r#"{"swagger": "1.2", "paths": {}}"#, "swagger: \"2.0\""),
        ("broken.json", "{\"swagger\": \"2.0\",\n\"paths\": }", "line 2"),
        ("broken.yaml", "swagger: '2.0'\npaths: [a\nsecret: c\n", "line 3"),
        ("notes.txt", "Some notes.", "is no HAR file"),
        ("part.yaml", "a: {b: 1}", "no schema file"),
    ] {
        let file = ffx.write(name, text);
        let failed = ffx.run(&["learn", file.to_str().unwrap()]).failed(2, &[name, said]);
        assert!(!failed.stderr.contains("secret"), "{}", failed.stderr);
        assert!(!ffx.path("profiles/default.contract.toml").exists());
    }
}

#[test]
fn what_a_file_leaves_open_is_no_fact_and_what_is_missing_is_named() {
    let page = r#"{"type": "object", "properties": {"idPage": {"type": "string"}, "pageName": {"type": "string"}}}"#;
    let list = format!(r#"{{"type": "array", "items": {page}}}"#);
    let data = format!(r#"{{"type": "object", "properties": {{"data": {list}}}}}"#);
    let answer = |media: &str, schema: &str| {
        format!(r#""responses": {{"200": {{"content": {{"{media}": {{"schema": {schema}}}}}}}}}"#)
    };
    let get = |path: &str, title: &str, schema: &str| {
        let answer = answer("application/json", schema);
        format!(r#""{path}": {{"get": {{"summary": "{title}", {answer}}}}}"#)
    };
    let save = |media: &str| {
        format!(
            r#""/page/save": {{"post": {{"summary": "Create page", "requestBody": {{"content": {{"{media}": {{"schema": {page}}}}}}}}}}}"#
        )
    };
    let bare = get("/page/list", "List pages", &list);
    for (head, path, has, lacks) in [
        ("", &*bare, "answer_in = \"\"", "certain = false"),
        ("", &get("/page/list", "List pages", &data), "answer_in = \"data\"", "certain = false"),
        (
            "",
            &get("/page/list", "List pages", &format!(r#"{{"oneOf": [{list}, {data}]}}"#)),
            "path = \"/page/list\"",
            "answer_in",
        ),
        ("", &save("application/json"), "body_in = \"\"", "certain = false"),
        ("", &save("multipart/form-data"), "path = \"/page/save\"", "body_in"),
        (
            "",
            &get("/object/{id}", "Find page by ID", &format!(r#"{{"oneOf": [{page}, {page}]}}"#)),
            "",
            "billing.domains.get",
        ),
        // The pages of a site are none of ours.
        (
            "",
            &get(
                "/pages",
                "List CMS pages",
                r#"{"type": "array", "items": {"properties": {"slug": {}}}}"#,
            ),
            "certain = false",
            "path = \"/pages\"\ngrade",
        ),
        (
            r#""servers": [{"url": "https://x.example/api/v7"}],"#,
            &bare,
            "base_path = \"/api/v7\"\ncertain = false\nor = \"/v1 at the server of the base URL",
            "base_path = \"/v1",
        ),
        (
            r#""servers": [{"url": "/api/v7"}],"#,
            &bare,
            "base_path = \"/api/v7\"\ngrade",
            "certain = false",
        ),
        (
            r#""servers": [{"url": "https://api.funnelflux.pro/api/v7"}],"#,
            &bare,
            "base_path = \"/api/v7\"\ngrade",
            "certain = false",
        ),
        ("", &get("/page/list/", "List pages", &list), "path = \"/page/list/\"", "certain = false"),
    ] {
        let ffx = Ffx::new();
        let text = format!(r#"{{"openapi": "3.0.3", {head} "paths": {{{path}}}}}"#);
        let file = ffx.write("a.json", &text);
        let _ = ffx.run(&["learn", file.to_str().unwrap()]);
        let learned = std::fs::read_to_string(ffx.path("profiles/default.contract.toml"));
        let learned = learned.unwrap_or_default();
        let (_, facts) = learned.split_once("format = 1").unwrap_or_default();
        assert!(facts.contains(has) && !facts.contains(lacks), "{text}: {has}: {lacks}: {facts}");
        if !learned.is_empty() {
            drop(Overlay::from_toml("a", &learned).unwrap());
        }
    }
    let ffx = Ffx::new();
    let missing = r#"{"openapi": "3.0.3", "paths": {"/page/list": {"$ref": "paths.yaml#/list"}}}"#;
    let file = ffx.write("a.json", missing);
    let told = ["a.json#/paths/~1page~1list", "paths.yaml#/list is in a file that was not given"];
    ffx.run(&["learn", file.to_str().unwrap()]).failed(1, &told);
    let node = r#"{"discriminator": {"propertyName": "nodeType", "mapping": {"landerNode": "x"}}}"#;
    let text = format!(
        r#"{{"openapi": "3.0.3", "paths": {{{}}}}}"#,
        get("/page/list", "List pages", node)
    );
    let file = ffx.write("b.json", &text);
    let told = ffx.run(&["learn", file.to_str().unwrap(), "-v"]).done().stdout;
    assert!(told.contains("discriminator `nodeType`: landerNode"), "{told}");
}
