//! `ffx logs` and `ffx explore`.

use funnelflux::emulator::Emulator;

use crate::support::{Ffx, Handmade, Reply, serve};

const DAY: [&str; 6] = ["--from", "2026-01-02", "--to", "2026-01-02", "--tz", "UTC"];

#[test]
fn a_hit_of_the_raw_events_is_found_with_its_visitor() {
    let served = serve(Emulator::builder().visits_per_hour(4));
    let ffx = Ffx::at(&served.emulator);
    let raw: Vec<&str> = ["report", "raw", "--conversions", "--limit", "1", "-o", "json"]
        .iter()
        .chain(&DAY)
        .copied()
        .collect();
    let rows = ffx.run(&raw).done().json();
    let hit = rows[0]["hitId"].as_str().unwrap();
    let visitor = rows[0]["visitorId"].as_str().unwrap();

    assert!(ffx.run(&["explore", "hit", hit, "-o", "json"]).done().stdout.contains(hit));
    let by_hit = ffx.run(&["explore", "hit", hit, "--visitor", "-o", "json"]).done().json();
    let by_id: Vec<&str> =
        ["explore", "visitor", visitor, "-o", "json"].iter().chain(&DAY).copied().collect();
    let by_id = ffx.run(&by_id).done().json();
    assert!(by_hit.to_string().contains(hit) && by_id.to_string().contains(visitor));
    ffx.run(&["explore", "visitor", visitor]).failed(2, &["--last"]);
}

#[test]
fn logs_are_printed_row_by_row_and_unknown_shapes_as_a_whole() {
    let served = serve(Emulator::builder().visits_per_hour(4));
    let ffx = Ffx::at(&served.emulator);
    for log in ["postback", "webhook-summary", "middleware-summary"] {
        let arguments: Vec<&str> =
            ["logs", log, "-o", "json"].iter().chain(&DAY).copied().collect();
        assert!(ffx.run(&arguments).done().json().is_array(), "{log}");
    }
    let odd = r#"{"summary": 1.50}"#;
    let server = Handmade::serve(move |_, _| Reply::Json(200, odd.into()));
    let arguments: Vec<&str> =
        ["logs", "postback", "-o", "json"].iter().chain(&DAY).copied().collect();
    let shown = Ffx::against(&server.base_url).run(&arguments).done().stdout;
    assert_eq!(shown.trim(), odd);
}

#[test]
fn an_answer_that_is_known_to_be_cut_is_printed_and_fails_unless_that_is_allowed() {
    let cut = r#"{"rows":[{"hit":"a"}],"hasMore":true}"#;
    let server = Handmade::serve(move |_, _| Reply::Json(200, cut.into()));
    let ffx = Ffx::against(&server.base_url);
    let visitor = "dkezmsf3bat8xdbz8rt039r0";
    for command in [
        &["explore", "visitor", visitor][..],
        &["logs", "postback"],
        &["logs", "webhook-summary"],
        &["logs", "middleware-summary"],
    ] {
        let arguments = [command, &DAY, &["-o", "ndjson"]].concat();
        let outcome = ffx.run(&arguments).failed(1, &["the server has more", "--allow-cut"]);
        assert!(outcome.stdout.contains("hit"), "{command:?}");
        ffx.run(&[&arguments[..], &["--allow-cut"]].concat()).done();
    }
}
