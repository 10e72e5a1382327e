//! `ffx emulator`, and the version.

use std::io::{BufRead as _, BufReader};

use crate::support::{Ffx, Handmade, Reply};

#[test]
fn the_output_of_the_emulator_is_all_that_another_terminal_needs() {
    let (mut server, ffx) = Ffx::new().emulator(&["--seed", "7"]);
    let outcome = ffx.run(&["report", "attributes", "-o", "ndjson"]);
    let port = ffx.variable("FUNNELFLUX_BASE_URL").rsplit(':').next().unwrap().replace("/v1", "");
    let taken = ffx.run(&["emulator", "--port", &port]);
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(outcome.done().stdout.contains("Element: Offer"));
    taken.failed(1, &["cannot be started", "leave out --port"]);
}

#[test]
fn the_exports_can_be_pasted_into_a_shell() {
    let mut server = Ffx::new().spawn(&["emulator"]);
    let lines: Vec<String> =
        BufReader::new(server.stdout.take().unwrap()).lines().take(7).map(Result::unwrap).collect();
    server.kill().unwrap();
    server.wait().unwrap();
    let exports = lines.iter().filter(|line| line.starts_with("export FUNNELFLUX_")).count();
    let comments = lines.iter().filter(|line| line.starts_with('#')).count();
    assert_eq!((exports, comments), (3, 4), "{lines:?}");
}

#[test]
fn operations_can_be_served_at_other_paths() {
    let (mut server, ffx) = Ffx::new().emulator(&["--path", "ledger.funnel.list=/funnel/list"]);
    let there = ffx.run(&["api", "GET", "/funnel/list"]);
    let usual = ffx.run(&["funnels", "list"]);
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(there.done().stdout.contains("idFunnel"));
    usual.failed(1, &["404"]);
    for (path, words) in [
        ("ledger.funnel.list", ["ID=PATH", "--path"]),
        ("ledger.funel.list=/x", ["ledger.funnel.list", "no operation of this id"]),
        ("ledger.funnel.list=/page/list", ["ledger.page.list", "served too"]),
    ] {
        Ffx::new().run(&["emulator", "--path", path]).failed(2, &words);
    }
    for flag in ["--base-url=http://127.0.0.1:8080/v1", "--profile=work"] {
        let name = flag.split('=').next().unwrap();
        Ffx::new().run(&["emulator", flag]).failed(2, &[name, "`ffx emulator`", "--port"]);
        Ffx::new().run(&[flag, "emulator"]).failed(2, &[name, "`ffx emulator`"]);
    }
}

#[test]
fn a_server_on_this_machine_is_asked_about_simulated_visitors() {
    let service = Handmade::serve(|_, _| Reply::Json(200, r#"{"decision":"approved"}"#.into()));
    let asked = format!("--middleware-url={}/decide", service.base_url);
    let emulator = ["emulator", "--visits-per-hour", "20000", "-o", "json", &asked];
    let mut server = Ffx::new().spawn(&emulator);
    // At five visits a second the first second has some.
    let came = (0..600).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        !service.seen().is_empty()
    });
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(came);
    let seen = service.seen().remove(0);
    assert!(seen.line.starts_with("POST /v1/decide "), "{}", seen.line);
    assert_eq!(seen.json()["event_type"], "middleware_request");
    for url in ["http://example.com/", "https://192.168.0.1/"] {
        let far = ["emulator", "--webhook-url", url];
        Ffx::new().run(&far).failed(2, &["hooks.webhook_url", "this machine", "--call-anywhere"]);
    }
    Ffx::new().run(&["emulator", "--webhook-url", "example"]).failed(2, &["expected http://HOST"]);
}

#[test]
fn it_prints_its_version_and_explains_its_exit_codes() {
    let version = Ffx::new().run(&["--version"]).done().stdout;
    assert_eq!(version.trim_end(), concat!("ffx ", env!("CARGO_PKG_VERSION")));
    let help = Ffx::new().run(&["--help"]).done().stdout;
    assert!(help.contains("4  ambiguous: "), "{help}");
    Ffx::new().run(&[]).failed(2, &["Usage: ffx"]);
}

#[test]
fn an_update_waits_as_long_as_it_was_asked_to() {
    for (delay, shows) in [("0", true), ("86400", false)] {
        let mut server = Ffx::new().spawn(&["emulator", "--update-delay", delay, "-o", "json"]);
        let mut line = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let started: serde_json::Value = serde_json::from_str(&line).unwrap();
        let ffx = Ffx::new()
            .with("FUNNELFLUX_BASE_URL", started["base_url"].as_str().unwrap())
            .with("FUNNELFLUX_ACCESS_TOKEN", started["access_token"].as_str().unwrap());
        let day = r#""timeStart":"2023-10-12T00:00:00Z","timeEnd":"2023-10-12T23:59:59Z""#;
        let cost = format!(
            r#"{{{day},"funnelIDs":[],"trafficSourceIDs":[],
                "costSegments":[{{"cost":"7654.32","costType":"wholeSegment"}}]}}"#
        );
        let report =
            format!(r#"{{{day},"attributes":[{{"attribute":"Time: Date"}}],"filters":[]}}"#);
        let sent = ffx.run_with(&["api", "PUT", "/reporting/update/cost", "--body", "-"], &cost);
        let seen = ffx.run_with(&["api", "POST", "/reporting/drilldown", "--body", "-"], &report);
        server.kill().unwrap();
        server.wait().unwrap();
        sent.done();
        assert_eq!(seen.done().stdout.contains("7654.32"), shows, "{delay}");
    }
}
