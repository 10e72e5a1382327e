//! The contract file of a profile: two at once, comments, and schema files with parts of no use.

use funnelflux::transport::Overlay;
use serde_json::{Value, json};

use crate::support::Ffx;

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
fn a_fact_of_no_operation_is_named_by_its_file_and_line() {
    let ffx = Ffx::against("http://127.0.0.1:9/v1");
    let fact = "[[fact]]\nof = \"ledger.pag.list\"\npath = \"/x\"\n";
    ffx.write("profiles/default.contract.toml", &format!("format = 1\n\n{fact}"));
    let words =
        ["default.contract.toml, line 3: ", "\"ledger.pag.list\"", "no operation of this id"];
    for command in [&["pages", "list"][..], &["doctor"], &["offer-sources", "list"]] {
        ffx.run(command).failed(2, &words);
    }
}

#[test]
fn a_copy_for_others_is_not_called_dangerous() {
    let ffx = Ffx::new();
    let (har, copy) = (ffx.write("a.har", &recording("/page/list", &pages())), ffx.path("b.har"));
    let (har, copy) = (har.to_str().unwrap(), copy.to_str().unwrap());
    assert!(ffx.run(&["learn", har, "--scrub", copy]).done().stderr.contains("live tokens"));
    assert!(!ffx.run(&["learn", copy, "--dry-run"]).done().stderr.contains("live tokens"));
}
