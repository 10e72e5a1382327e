//! The contract file of a profile: two at once, comments, and schema files with parts of no use.

use funnelflux::emulator::Emulator;
use funnelflux::transport::Overlay;
use serde_json::{Value, json};

use crate::support::{Ffx, serve};

fn recording(path: &str, answer: &Value) -> String {
    let entry = json!({
        "request": {"method": "GET", "url": format!("https://api.funnelflux.pro/v1{path}")},
        "response": {"status": 200, "content": {"text": answer.to_string()}},
    });
    json!({"log": {"entries": [entry]}}).to_string()
}

const ID: &str = "2nIemJxCKbFX";

fn pages() -> Value {
    json!([{"idPage": ID, "pageName": "x", "pageType": "offer", "redirectType": "301", "baseURL": "u"}])
}

#[test]
fn of_commands_at_once_none_loses_what_another_has_learned() {
    let ffx = Ffx::new();
    let source = json!([{"idOfferSource": ID, "offerSourceName": "x", "postbackURL": ""}]);
    let files = [
        ("a.har", "/page/list", pages()),
        ("b.har", "/offersource/list", source),
        ("c.har", "/page/find/byId?idPage=2nIemJxCKbFX", pages()[0].clone()),
        ("d.har", "/page/find/byIds?idPages=2nIemJxCKbFX,2nIemJxCKbFY", pages()),
    ];
    let files = files.map(|(name, path, answer)| ffx.write(name, &recording(path, &answer)));
    for _ in 0..3 {
        let children: Vec<_> =
            files.iter().map(|file| ffx.spawn(&["learn", file.to_str().unwrap()])).collect();
        for child in children {
            let done = child.wait_with_output().unwrap();
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        }
        let file = ffx.path("profiles/default.contract.toml");
        let paths = Overlay::from_file(&file).unwrap().paths().count();
        assert_eq!(paths, 4, "{}", std::fs::read_to_string(&file).unwrap());
        std::fs::remove_file(file).unwrap();
    }
}

#[test]
fn comments_order_and_what_was_written_by_hand_survive_the_next_recording() {
    let ffx = Ffx::new();
    let text = "# Ask Kim first.\nformat = 1\n\n# Seen by eye.\n[[fact]] # one\nof = \"ledger.page.delete\"\n\
                path   = '/page/remove' # so\ngrade = \"observed\"\n\n# The end.\n";
    let file = ffx.write("profiles/default.contract.toml", text);
    let har = ffx.write("a.har", &recording("/page/list", &pages()));
    for _ in 0..2 {
        ffx.run(&["learn", har.to_str().unwrap()]).done();
        let after = std::fs::read_to_string(&file).unwrap();
        let (head, end) = text.split_once("\n# The end.").unwrap();
        assert!(
            after.starts_with(head) && after.ends_with(&format!("\n# The end.{end}")),
            "{after}"
        );
        assert_eq!(Overlay::from_file(&file).unwrap().paths().count(), 2, "{after}");
    }
}

#[test]
fn a_part_of_a_schema_file_that_is_of_no_use_is_told_and_ends_nothing() {
    let list = |items: &str| {
        json!({"get": {"summary": "List pages (landers and offers)", "responses": {"200":
            {"content": {"application/json": {"schema": {"type": "array", "items": {"$ref": items}}}}}}}})
    };
    let page = json!({"type": "object", "properties": {"idPage": {"type": "string"},
        "pageName": {"type": "string"}, "pageType": {"type": "string"}, "other": {"$ref": "#/nowhere"}}});
    let odd = json!({"v": {"default": {"a": 1}, "enum": [null, 7]}});
    for (server, told) in [
        (json!({"url": "https://x.example/{v}", "variables": odd}), "{v}"),
        (json!({"url": "/{tenant}/v1"}), "{tenant}"),
        (json!({"url": "javascript:alert(1)"}), "javascript:alert(1)"),
        (json!({"url": "https://x.example/a b"}), "a b"),
        (json!({"url": 7}), "is no text"),
    ] {
        let text = json!({"openapi": "3.0.3", "servers": [server],
            "paths": {"/page/all": list("#/components/schemas/P")}, "components": {"schemas": {"P": page}}});
        let ffx = Ffx::new();
        let file = ffx.write("a.json", &text.to_string());
        for more in [&["--dry-run", "--likely"][..], &["--likely"], &[]] {
            let run = [&["learn", file.to_str().unwrap()], more].concat();
            let done = ffx.run(&run).done();
            for part in [
                "a.json#/servers/0",
                told,
                "a.json#/components/schemas/P/properties/other",
                "#/nowhere leads nowhere",
            ] {
                assert!(done.stdout.contains(part), "{part}: {}", done.stdout);
            }
        }
        let learned = Overlay::from_file(ffx.path("profiles/default.contract.toml")).unwrap();
        assert!(learned.paths().any(|it| it == ("ledger.page.list", "/page/all")), "{told}");
        assert!(!learned.to_toml().contains("base_path"), "{told}");
    }
}

#[test]
fn a_wrong_fact_stops_what_obeys_it_and_nothing_else() {
    let ffx = Ffx::against("http://127.0.0.1:9/v1");
    let har = ffx.write("a.har", &recording("/page/list", &pages()));
    let har = har.to_str().unwrap();
    for (wrong, words) in [
        (
            r#"of = "ledger.pag.list"; path = "/x""#,
            &["\"ledger.pag.list\"", "no operation of this id"],
        ),
        (r#"of = "ledger.page.*"; member = "pageNme"; name = "t""#, &["\"pageNme\"", "pageName"]),
    ] {
        let fact = format!("# Odd.\n[[fact]]\n{}\n", wrong.replace("; ", "\n"));
        let file = ffx.write("profiles/default.contract.toml", &format!("format = 1\n\n{fact}"));
        let told = [&["default.contract.toml, line 4: "], &words[..]].concat();
        for command in [
            &["pages", "list"][..],
            &["doctor"],
            &["offer-sources", "list"],
            &["offer-sources", "members"],
        ] {
            ffx.run(command).failed(2, &told);
        }
        for command in
            [&["id", "new"][..], &["--emulator", "pages", "list"], &["report", "metrics"]]
        {
            assert_eq!(ffx.run(command).done().stderr.find("contract.toml"), None, "{command:?}");
        }
        for command in [&["learn", "--show"][..], &["learn", har]] {
            let said = ffx.run(command).done().stderr;
            assert!(told.iter().all(|word| said.contains(word)), "{command:?}: {said}");
        }
        let after = std::fs::read_to_string(file).unwrap();
        assert!(after.contains(&fact) && after.contains("/page/list"), "{after}");
    }
    for (bytes, told) in [
        (&b"format = 1\n# \xe9\n"[..], "line 2: has bytes that are not UTF-8; save it as UTF-8"),
        (b"\xff\xfef\0", "line 1: is UTF-16; save it as UTF-8"),
        (b"format = 1\n[fact]\npath = \"/x\"\n", "line 2: each fact begins with [[fact]]"),
    ] {
        let file = ffx.path("profiles/default.contract.toml");
        std::fs::write(&file, bytes).unwrap();
        for command in [&["pages", "list"][..], &["learn", "--show"], &["learn", har]] {
            ffx.run(command).failed(2, &["default.contract.toml, ", told]);
        }
        assert_eq!(std::fs::read(&file).unwrap(), bytes);
    }
}

#[test]
fn a_slash_at_the_end_of_a_path_is_kept_as_most_calls_have_it() {
    for (paths, learned, likely) in [
        (&["/page/list"][..], "/page/list", None),
        (&["/page/list/"], "/page/list/", None),
        (&["/page/list/?status=active", "/page/list/"], "/page/list/", None),
        (&["/page/list/", "/page/list", "/page/list/"], "/page/list/", Some("/page/list")),
        (&["/page/list/", "/page/list"], "/page/list", Some("/page/list/")),
        (&["/pages/all/?status=active", "/pages/all/?status=archived"], "/pages/all/", None),
    ] {
        let ffx = Ffx::new();
        let parts = paths.iter().enumerate().map(|(at, path)| {
            ffx.write(&format!("{at}.har"), &recording(path, &pages())).display().to_string()
        });
        let parts: Vec<String> = parts.collect();
        let run: Vec<&str> = ["learn"].into_iter().chain(parts.iter().map(|it| &**it)).collect();
        ffx.run(&run).done();
        let read = Overlay::from_file(ffx.path("profiles/default.contract.toml")).unwrap();
        assert_eq!(read.paths().collect::<Vec<_>>(), [("ledger.page.list", learned)], "{paths:?}");
        let other = read.likely().next().map(|fact| fact.to_string());
        let expected = likely.map(|path| format!("the path {path} of ledger.page.list"));
        assert_eq!(other, expected, "{paths:?}");
        let copy = ffx.path("copy.har");
        ffx.run(&["learn", &parts[0], "--scrub", copy.to_str().unwrap()]).done();
        let copy = std::fs::read_to_string(copy).unwrap();
        assert_eq!(
            copy.contains("/list/") || copy.contains("/all/"),
            paths[0].contains("/?") || paths[0].ends_with('/')
        );
    }
}

#[test]
fn files_in_utf_16_are_read_and_a_lock_of_another_process_is_named() {
    let ffx = Ffx::new();
    let text = recording("/page/list", &pages());
    let schema = json!({"openapi": "3.0.3", "paths": {"/page/list": {"get": {"summary": "List pages (landers and offers)"}}}});
    for (name, text) in [("a.har", &text), ("a.json", &schema.to_string())] {
        let file = ffx.path(name);
        let units: Vec<u8> =
            format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        std::fs::write(&file, units).unwrap();
        let told = ffx.run(&["learn", file.to_str().unwrap(), "--dry-run"]);
        assert!(!told.stderr.contains("UTF-8"), "{}", told.stderr);
        ffx.run(&["learn", file.to_str().unwrap(), "--scrub", "b.har"]).failed(2, &["UTF-8"]);
    }
    assert!(!ffx.path("profiles").exists());
    let lock = ffx.write("profiles/default.contract.toml.lock", "4711");
    let held = std::fs::File::options().write(true).open(&lock).unwrap();
    held.lock().unwrap();
    let har = ffx.path("a.har");
    let words = ["process 4711", "default.contract.toml.lock", "nothing was written"];
    ffx.run(&["learn", har.to_str().unwrap()]).failed(1, &words);
    drop(held);
    ffx.run(&["learn", har.to_str().unwrap()]).done();
    assert!(!lock.exists());
}

#[test]
fn a_copy_for_others_is_not_called_dangerous() {
    let ffx = Ffx::new();
    let (har, copy) = (ffx.write("a.har", &recording("/page/list", &pages())), ffx.path("b.har"));
    let (har, copy) = (har.to_str().unwrap(), copy.to_str().unwrap());
    assert!(ffx.run(&["learn", har, "--scrub", copy]).done().stderr.contains("live tokens"));
    assert!(!ffx.run(&["learn", copy, "--dry-run"]).done().stderr.contains("live tokens"));
}

#[test]
fn a_call_that_contradicts_a_fact_of_any_kind_names_its_line() {
    let served = serve(Emulator::builder());
    let ffx = Ffx::at(&served.emulator);
    let id = |kind: &str, member: &str| {
        let list = ffx.run(&[kind, "list", "-o", "json"]).done().json();
        list[0][member].as_str().unwrap().to_owned()
    };
    let (page, source) = (&*id("pages", "idPage"), &*id("offer-sources", "idOfferSource"));
    let update = |set: &'static str| ["pages", "update", page, "--set", set];
    let archived = r#"value = "archived"; name = "paused""#;
    for (fact, command, line) in [
        (r#"base_path = "/api/v2""#, &["pages", "list"][..], "the base path"),
        (r#"path = "/sites/all""#, &["pages", "list"], "the path"),
        (r#"answer_in = "data.items""#, &["pages", "list"], "the place"),
        (r#"method = "PATCH""#, &update("notes=x"), "the method"),
        (r#"body_in = "page""#, &update("notes=x"), "the place"),
        (r#"member = "pageName"; name = "title""#, &update("notes=x"), "the member"),
        (&format!(r#"value_of = "Status"; {archived}"#), &update("status=archived"), "the value"),
        (
            &format!(r#"value_of = "AssetStatus"; {archived}"#),
            &["pages", "list", "--status", "archived"],
            "the value",
        ),
        (
            r#"query = "idOfferSource"; name = "networkId""#,
            &["offer-sources", "get", source],
            "the parameter",
        ),
        (
            r#"query = "status"; name = "state""#,
            &["pages", "list", "--status", "active"],
            "the parameter",
        ),
    ] {
        let of = match (fact.split(' ').next().unwrap(), command) {
            ("base_path" | "value_of", _) => "",
            (_, ["pages", "list", ..]) => "of = \"ledger.page.list\"\n",
            (_, ["pages", ..]) => "of = \"ledger.page.update\"\n",
            _ => "of = \"ledger.offersource.find-by-id\"\n",
        };
        let text = format!("format = 1\n\n[[fact]]\n{of}{}\n", fact.replace("; ", "\n"));
        ffx.write("profiles/default.contract.toml", &text);
        ffx.run(command).failed(1, &["default.contract.toml, line 3 says ", line]);
    }
}

#[test]
fn a_write_by_a_name_that_may_be_another_is_warned_of_once_and_a_guess_that_finds_nothing_is_told()
{
    let served = serve(Emulator::builder());
    let ffx = Ffx::at(&served.emulator);
    let list = ffx.run(&["traffic-sources", "list", "-o", "json"]).done().json();
    let [one, two] = [0, 1].map(|at| list[at]["idTrafficSource"].as_str().unwrap());
    let of = "[[fact]]\nof = \"ledger.trafficsource.*\"\n";
    let likely = format!(
        "{of}member = \"costType\"\nname = \"pricing\"\ncertain = false\nor = \"theirs\"\n"
    );
    let seen = format!(
        "{of}member = \"trafficSourceName\"\nname = \"trafficSourceName\"\nfile = \"a.har\"\n"
    );
    let update = ["traffic-sources", "update", one, two, "--set"];
    let update = |set: &'static str| [&update[..], &[set]].concat();
    let archived = vec!["logic-scripts", "list", "--status", "archived"];
    let word = "[[fact]]\nvalue_of = \"AssetStatus\"\nvalue = \"archived\"\nname = \"archived\"\n";
    for (facts, command, told) in [
        (&*likely, update("costType=cpa"), Some("default.contract.toml, line 2: only likely is")),
        (&likely, [update("costType=cpe"), vec!["--dry-run"]].concat(), Some("\"pricing\"")),
        (&likely, vec!["traffic-sources", "archive", one], None),
        (&seen, update("trackingFields=[]"), Some("none of the recorded traffic-sources")),
        (&seen, update("trafficSourceName=x"), None),
        ("", update("disableZeroRevenuePostbacks=false"), None),
        ("", archived.clone(), Some("`archived` is a guess (sibling)")),
        (word, archived, None),
    ] {
        ffx.write("profiles/default.contract.toml", &format!("format = 1\n{facts}"));
        let said = ffx.run(&command).done().stderr;
        let all = ["only likely", "none of the recorded", "is a guess"];
        let count = all.iter().map(|word| said.matches(word).count()).sum::<usize>();
        assert_eq!(count, usize::from(told.is_some()), "{command:?}: {said}");
        assert!(told.is_none_or(|told| said.contains(told)), "{command:?}: {said}");
    }
    let refused = ["`archived`", "are guesses", "`ffx learn`"];
    ffx.run(&["traffic-sources", "update", one, "--set", "status=paused"]).failed(1, &refused);
}

#[test]
fn of_many_facts_that_are_only_likely_one_warning_says_how_many() {
    let served = serve(Emulator::builder());
    let ffx = Ffx::at(&served.emulator);
    let list = ffx.run(&["traffic-sources", "list", "-o", "json"]).done().json();
    let source = list[0]["idTrafficSource"].as_str().unwrap();
    for (count, shown, cost, end) in [
        (1, 1, "costType=cpa", "; so the write goes by the contract"),
        (5, 5, "costType=cpe", "; so the write goes by the contract"),
        (6, 5, "costType=cpa", "; and 1 more; so the write goes by the contract"),
        (300, 5, "costType=cpe", "; and 295 more; so the write goes by the contract"),
    ] {
        let likely = (0..count).map(|number| {
            let says = format!("required = \"needed{number}\"\nfile = \"a.har\"\ncertain = false");
            format!("[[fact]]\nof = \"ledger.trafficsource.*\"\n{says}\n")
        });
        let file = format!("format = 1\n{}", likely.collect::<String>());
        ffx.write("profiles/default.contract.toml", &file);
        let update = ["traffic-sources", "update", source, "--set", cost];
        let said = ffx.run(&update).done().stderr;
        let count = |words: &str| said.matches(words).count();
        assert_eq!(
            (count("only likely is that"), count("; so the write goes")),
            (shown, 1),
            "{said}"
        );
        assert!(said.contains(end) && !said.contains(&format!("needed{shown}\"")), "{said}");
    }
}

#[test]
fn what_else_a_member_may_be_that_is_only_likely_is_shown_beside_it() {
    let page = |more: Value| {
        let mut page = pages()[0].clone();
        page.as_object_mut().unwrap().remove("pageName");
        page.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!([page])
    };
    for (more, expected) in [
        (json!({"pageName": "x"}), json!([])),
        (json!({"title": "x"}), json!([])),
        (
            json!({"name": "x", "title": "y"}),
            json!([["pageName", "name", "title"], ["pageName", "title", "name"]]),
        ),
        (json!({"caption": "x"}), json!([["pageName", "caption", "no member of the contract"]])),
    ] {
        let ffx = Ffx::new();
        let har = ffx.write("a.har", &recording("/page/list", &page(more)));
        let har = har.to_str().unwrap();
        let told = ffx.run(&["learn", har, "--dry-run", "-o", "json"]).done().json();
        let likely = told["likely"].as_array().unwrap();
        let rows: Vec<Value> =
            likely.iter().map(|row| json!([row["contract"], row["account"], row["or"]])).collect();
        assert_eq!(json!(rows), expected, "{told:#}");
        let table = ffx.run(&["learn", har, "--dry-run"]).done().stdout;
        assert!(rows.iter().all(|row| table.contains(row[2].as_str().unwrap())), "{table}");
    }
}
