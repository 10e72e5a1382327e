//! `ffx domains`.

use funnelflux::emulator::Emulator;

use crate::support::{Ffx, Handmade, Reply, serve};

#[test]
fn a_domain_is_added_shown_and_deleted() {
    let served = serve(Emulator::builder().visits_per_hour(1));
    let ffx = Ffx::at(&served.emulator);
    let added = ffx.run(&["domains", "add", "go.example.com", "--yes"]).done().stdout;
    assert!(added.contains("; DNS records"), "{added}");
    assert!(added.contains(" IN "), "{added}");

    let listed = ffx.run(&["domains", "list", "-o", "json"]).done().json();
    let all = listed.as_array().unwrap();
    let id = all.iter().find(|one| one["domain"] == "go.example.com").unwrap()["id"].clone();
    let id = id.as_str().unwrap();
    let got = ffx.run(&["domains", "get", id, "-o", "json"]).done().json();
    assert_eq!(got["domain"], "go.example.com");
    ffx.run(&["domains", "check", "go.example.com", "-o", "json"]).done().json();
    ffx.run(&["domains", "refresh", id]).done();

    ffx.run(&["domains", "delete", id]).failed(2, &["--yes"]);
    let deleted = ffx.run(&["domains", "delete", id, "--yes", "-o", "json"]).done().json();
    assert_eq!(deleted, serde_json::json!({"id": id, "outcome": "deleted"}));
    let table = ffx.run(&["domains", "list"]).done().stdout;
    assert!(!table.contains("go.example.com"), "{table}");
}

#[test]
fn a_name_or_id_that_cannot_be_is_refused_before_the_bill_is_spoken_of() {
    let server = Handmade::serve(|_, _| Reply::Json(200, "{}".into()));
    let ffx = Ffx::against(&server.base_url);
    for (arguments, words) in [
        (["domains", "add", "bad domain"], "a bare domain such as `go.example.com`"),
        (["domains", "add", "https://go.example.com"], "a bare domain such as `go.example.com`"),
        (["domains", "delete", ""], "id"),
        (["domains", "delete", ".."], "id"),
    ] {
        let refused = ffx.run(&[&arguments[..], &["--yes"]].concat()).failed(2, &[words]);
        assert!(!refused.stderr.contains("the bill"), "{}", refused.stderr);
    }
    assert!(server.seen().is_empty());
}

#[test]
fn a_domain_that_is_taken_is_refused_with_the_reason() {
    let served = serve(Emulator::builder().visits_per_hour(1));
    let ffx = Ffx::at(&served.emulator);
    ffx.run(&["domains", "add", "go.example.com", "--yes"]).done();
    ffx.run(&["domains", "add", "go.example.com", "--yes"]).failed(1, &["DOMAIN_EXISTS"]);
}

#[test]
fn waiting_for_an_active_domain_ends_at_once() {
    const ACTIVE: &str = r#"{"success":true,"domain":{"id":"7","domain":"go.example.com",
        "status":"active","ssl_status":"active"}}"#;
    let server = Handmade::serve(|_, _| Reply::Json(200, ACTIVE.into()));
    let outcome = Ffx::against(&server.base_url).run(&["domains", "wait", "7"]).done();
    assert!(outcome.stdout.contains("go.example.com"), "{}", outcome.stdout);
    assert_eq!(server.seen().len(), 2);
}
