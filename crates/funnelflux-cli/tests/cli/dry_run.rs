//! `--dry-run` prints the requests that would be sent, and sends none.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::support::{Ffx, Handmade, Reply};

const ID: &str = "2nIemJxCKbFX";
const OTHER: &str = "2n5JuOKWLTzd";
const HIT: &str = "01dkezmsf3bat8xdbz8rt039rh";

#[derive(Deserialize)]
struct Request {
    method: String,
    path: String,
    body: Option<Box<RawValue>>,
}

/// Accepts every write, counts 7 hits, and has one domain.
fn server() -> Handmade {
    Handmade::serve(|seen, _| {
        Reply::Json(
            200,
            match seen.line.split(' ').nth(1).unwrap() {
                path if path.contains("/domains") => {
                    r#"{"success":true,"domain":{"id":"7","domain":"go.example.com"}}"#.into()
                }
                path if path.contains("/reset") => r#"{"count":7}"#.into(),
                _ => "{}".into(),
            },
        )
    })
}

/// `METHOD PATH` with the body, of everything the server saw that writes, in any order.
fn written(server: &Handmade) -> Vec<(String, String)> {
    let all = server.seen().into_iter().filter(|seen| {
        !seen.line.starts_with("GET") && !seen.line.starts_with("POST /v1/reporting/update/reset")
    });
    let mut all: Vec<(String, String)> = all
        .map(|seen| (seen.line.trim_end_matches(" HTTP/1.1").replace("/v1/", "/"), seen.body))
        .collect();
    all.sort();
    all
}

/// Runs the command with and without `--dry-run`, and compares the requests byte for byte.
#[track_caller]
fn agrees(command: &[&str], requests: usize) {
    let server = server();
    let ffx = Ffx::against(&server.base_url);
    for name in ["c.csv", "costs.csv", "event.json"] {
        ffx.write(
            name,
            &match name {
                "c.csv" => format!("hit,tx,payout\n{HIT},a,12.50\n{HIT},b,delete\n"),
                "costs.csv" => format!(
                    "date,funnel,traffic_source,cost,campaign\n2026-03-29,{ID},{OTHER},153.20,1\n\
                     2026-03-30,{ID},{OTHER},0.10,1\n"
                ),
                _ => "{ \"event\": 1.50,\n  \"z\": [1e3] }".to_owned(),
            },
        );
    }
    let paths: Vec<String> = command
        .iter()
        .map(|argument| match argument.strip_prefix('@') {
            Some(name) => ffx.path(name).display().to_string(),
            None => (*argument).to_owned(),
        })
        .collect();
    let command: Vec<&str> = paths.iter().map(String::as_str).collect();

    let dry = ffx.run(&[&command[..], &["--dry-run", "-o", "ndjson"]].concat()).done();
    assert_eq!(written(&server), [], "{command:?} should send nothing");
    assert!(dry.stderr.contains("nothing of this was sent"), "{}", dry.stderr);
    let mut shown: Vec<(String, String)> = dry
        .stdout
        .lines()
        .map(|line| {
            let Request { method, path, body } = serde_json::from_str(line).unwrap();
            let body = body.map_or_else(String::new, |body| body.get().to_owned());
            (format!("{method} {path}"), body)
        })
        .collect();
    shown.sort();
    assert_eq!(shown.len(), requests, "{shown:?}");
    let table = ffx.run(&[&command[..], &["--dry-run"]].concat()).done().stdout;
    for (line, _) in &shown {
        assert!(table.lines().any(|one| one == line), "{line} in {table}");
    }

    ffx.run(&command).done();
    let mut sent = written(&server);
    // NDJSON has no line breaks, so those between the tokens of the body become spaces.
    sent.iter_mut().for_each(|(_, body)| *body = body.replace('\n', " "));
    assert_eq!(shown, sent, "{command:?}");
}

#[test]
fn assets_print_the_requests_that_they_send() {
    agrees(&["offer-sources", "archive", ID, OTHER], 1);
    agrees(&["offer-sources", "unarchive", ID, OTHER], 1);
    agrees(&["offer-sources", "move", ID, OTHER, "--to", OTHER], 1);
    agrees(&["offer-sources", "move", ID, "--uncategorised"], 1);
    agrees(&["offer-sources", "delete", ID, OTHER, "--yes"], 2);
    agrees(&["offer-sources", "duplicate", ID, "--name", "Copy"], 1);
    agrees(&["funnels", "archive", ID, OTHER], 2);
    agrees(&["funnels", "unarchive", ID, OTHER], 2);
    agrees(&["funnels", "move", ID, OTHER, "--to", OTHER], 2);
    agrees(&["funnels", "duplicate", ID, "--name", "Copy", "--parent", OTHER], 1);
    // An id that is given twice is one object.
    agrees(&["funnels", "archive", ID, ID], 1);
}

#[test]
fn domains_print_the_requests_that_they_send() {
    agrees(&["domains", "add", "go.example.com", "--yes"], 1);
    agrees(&["domains", "refresh", "7"], 1);
    agrees(&["domains", "delete", "7", "--yes"], 1);
}

#[test]
fn updates_print_the_requests_that_they_send() {
    agrees(&["conversions", "push", "@c.csv", "--postbacks", "once", "--yes", "--existing=add"], 1);
    agrees(
        &["costs", "push", "@costs.csv", "--tz", "Europe/Berlin", "--unchecked-ids", "--yes"],
        2,
    );
    agrees(&["custom-events", "push", "@event.json", "--yes"], 1);
}

#[test]
fn a_reset_is_counted_and_prints_the_request_that_it_sends() {
    const RESET: [&str; 7] =
        ["reset", "--from=2026-01-02", "--to=2026-01-02", "--tz=UTC", "--funnel", ID, "--yes"];
    agrees(&RESET, 1);
    let server = server();
    let dry = Ffx::against(&server.base_url).run(&[&RESET[..], &["--dry-run"]].concat()).done();
    assert!(dry.stderr.contains("only funnels 2nIemJxCKbFX: 7 hits"), "{}", dry.stderr);
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn all_commands_print_requests_in_the_same_formats() {
    let server = server();
    let ffx = Ffx::against(&server.base_url);
    let json = ffx.run(&["offer-sources", "delete", ID, "--dry-run", "-o", "json"]).done().json();
    let path = format!("/offersource/delete?idOfferSource={ID}");
    let expected = serde_json::json!([{"method": "DELETE", "path": path, "body": null}]);
    assert_eq!(json, expected);
    let csv = ffx.run(&["domains", "add", "a.example.com", "--dry-run", "-o", "csv"]).done().stdout;
    assert_eq!(
        csv,
        "method,path,body\nPOST,/billing/domains,\"{\"\"domain\"\":\"\"a.example.com\"\"}\"\n"
    );
    // Wrong arguments are refused in a dry run, too.
    ffx.run(&["domains", "add", "https://x", "--dry-run"]).failed(2, &["domain"]);
    ffx.run(&["funnels", "move", ID, "--uncategorised", "--dry-run"]).failed(2, &["group"]);
    assert!(server.seen().is_empty());
}

#[test]
fn an_overridden_path_is_printed_as_it_is_sent() {
    let server = server();
    let ffx = Ffx::against(&server.base_url);
    ffx.write(
        "profiles/default.toml",
        "[paths]\n\"billing.domains.refresh\" = \"/d/{id}/again\"\n",
    );
    let shown = ffx.run(&["domains", "refresh", "7", "--dry-run"]).done().stdout;
    assert_eq!(shown, "POST /d/7/again\n\n");
}
