//! `ffx doctor`.

use crate::support::{Ffx, Handmade, Reply};

const FUNNELS: &str = r#"[{"idFunnel":"2nIemJxCKbFX","funnelName":"Private name","rank":1}]"#;

#[test]
fn a_list_at_an_alternative_path_gives_an_override_for_the_profile() {
    let server = Handmade::serve(|seen, _| {
        let path = seen.line.split(' ').nth(1).unwrap_or_default();
        match path {
            "/v1/funnel/list" => Reply::Json(200, FUNNELS.into()),
            _ => Reply::Json(404, "{}".into()),
        }
    });
    let ffx = Ffx::against(&server.base_url);
    let outcome = ffx.run(&["doctor"]).failed(1, &["proven or documented"]);
    assert!(outcome.stdout.contains("found elsewhere"), "{}", outcome.stdout);
    assert!(server.seen().iter().all(|seen| seen.line.starts_with("GET ")));

    let saved = ffx.path("report.json");
    let saved_as = saved.to_str().unwrap();
    let found = ffx.run(&["doctor", "-o", "json", "--save", saved_as]).failed(1, &[]).json();
    assert_eq!(found["paths"]["ledger.funnel.update"], "/funnel/save");
    // Findings that cannot be saved are printed all the same.
    let unsaved = ffx.run(&["doctor", "--save", "/nowhere/report.json"]);
    let unsaved = unsaved.failed(1, &["--save: /nowhere/report.json cannot be written"]);
    assert!(unsaved.stdout.contains("ledger.funnel.list"), "{}", unsaved.stdout);
    let text = std::fs::read_to_string(&saved).unwrap();
    assert!(text.contains("rank"), "the name of an unknown member: {text}");
    for private in ["Private name", "2nIemJxCKbFX"] {
        assert!(!text.contains(private), "{text}");
    }

    let (_, overrides) = outcome.stdout.split_once("[paths]").unwrap();
    ffx.write("profiles/default.toml", &format!("[paths]{overrides}"));
    let listed = ffx.run(&["funnels", "list", "-o", "json"]).done().json();
    assert_eq!(listed[0]["idFunnel"], "2nIemJxCKbFX");
}

#[test]
fn a_run_that_finds_nothing_does_not_report_success() {
    for (status, body) in [(500, "{}"), (404, "{}"), (200, "<html>Log in</html>")] {
        let server = Handmade::serve(move |_, _| Reply::Json(status, body.into()));
        let ffx = Ffx::against(&server.base_url);
        let outcome = ffx.run(&["doctor"]).failed(1, &["not found or failed", "base URL"]);
        assert!(!outcome.stdout.contains("no override is needed"), "{}", outcome.stdout);
        let checks = ffx.run(&["doctor", "-o", "json"]).failed(1, &[]).json();
        let check = &checks["checks"][0];
        assert!(check["reason"].is_string(), "{check}");
        if status == 500 {
            assert_eq!(check["status"], 500, "{check}");
        }
    }
}

#[test]
fn an_account_that_matches_the_contract_needs_no_overrides() {
    let outcome = Ffx::new().run(&["--emulator", "doctor"]).done();
    assert!(outcome.stdout.contains("no override is needed"), "{}", outcome.stdout);
}
