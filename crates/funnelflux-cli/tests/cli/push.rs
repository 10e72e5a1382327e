//! `ffx conversions push`, `ffx costs push` and `ffx reset`.

use funnelflux::emulator::Emulator;

use crate::support::{Ffx, Handmade, Reply, serve};

const OFFER_HIT: &str = "01dkezmsf3bat8xdbz8rt039rh";
const FUNNEL: &str = "2nIemJxCKbFX";
const SOURCE: &str = "2n5JuOKWLTzd";
const DAY: [&str; 6] = ["--from", "2026-01-02", "--to", "2026-01-02", "--tz", "UTC"];

fn accepting() -> Handmade {
    Handmade::serve(|_, _| Reply::Json(200, String::new()))
}

#[test]
fn conversions_are_shown_first_and_sent_exactly_when_told_to() {
    let server = accepting();
    let ffx = Ffx::against(&server.base_url);
    let csv = format!("hit,tx,payout\n{OFFER_HIT},a,12.50\n{OFFER_HIT},b,\n{OFFER_HIT},c,delete\n");
    let file = ffx.write("c.csv", &csv);
    let file = file.to_str().unwrap();
    let shown = ffx.run(&["conversions", "push", file, "--postbacks", "none"]).done();
    assert!(shown.stdout.contains("DELETE") && shown.stdout.contains("12.50"), "{}", shown.stdout);
    assert!(shown.stderr.contains("nothing was sent"), "{}", shown.stderr);
    assert!(server.seen().is_empty());

    ffx.run(&["conversions", "push", file, "--postbacks", "once", "--yes"]).done();
    let seen = server.seen();
    assert_eq!(seen.len(), 1);
    assert!(seen[0].line.starts_with("PUT /v1/reporting/update/conversions"), "{}", seen[0].line);
    let sent = seen[0].json();
    assert_eq!(sent["postbackCalls"], "onlyOnce");
    assert!(seen[0].body.contains("12.50"), "{}", seen[0].body);
    assert_eq!(sent["hits"][1]["payout"], serde_json::Value::Null);
    assert_eq!(sent["hits"][2]["payout"], -1);
}

#[test]
fn every_wrong_line_is_named_and_nothing_is_sent() {
    let server = accepting();
    let ffx = Ffx::against(&server.base_url);
    let push = |csv: &str, words: &[&str]| {
        let file = ffx.write("c.csv", csv);
        let file = file.to_str().unwrap().to_owned();
        let arguments = ["conversions", "push", &file, "--postbacks", "all", "--yes"];
        ffx.run(&arguments).failed(2, words);
    };
    push(
        &format!("hit,payout\n{OFFER_HIT},-1\n{OFFER_HIT},lots\n,1\n"),
        &["line 2", "`delete`", "line 3", "lots", "line 4"],
    );
    push(&format!("hit,payuot\n{OFFER_HIT},1\n"), &["payuot", "payout"]);
    push(&format!("hit,payout\n{OFFER_HIT},1\n{OFFER_HIT},2\n"), &["c.csv"]);
    push("hit,payout\n", &["no lines"]);
    // There is no default for postbacks.
    let file = ffx.write("c.csv", &format!("hit\n{OFFER_HIT}\n"));
    ffx.run(&["conversions", "push", file.to_str().unwrap(), "--yes"]).failed(2, &["--postbacks"]);
    assert!(server.seen().is_empty());
}

#[test]
fn an_upload_whose_answer_is_lost_is_sent_once_and_its_lines_are_named() {
    let server = Handmade::serve(|_, _| Reply::Nothing);
    let ffx = Ffx::against(&server.base_url);
    let file = ffx.write("c.csv", &format!("hit,payout\n{OFFER_HIT},1\n"));
    let arguments = ["conversions", "push", file.to_str().unwrap(), "--postbacks", "all", "--yes"];
    ffx.run(&arguments).failed(4, &["lines 2 to 2", "unknown"]);
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn costs_are_exact_zoned_and_never_widened_by_mistake() {
    let server = accepting();
    let ffx = Ffx::against(&server.base_url);
    let header = "date,funnel,traffic_source,cost,campaign";
    let good = format!(
        "{header}\n2026-03-29,{FUNNEL},{SOURCE},153.20,1234\n2026-03-29,{FUNNEL},{SOURCE},0.10,99\n"
    );
    let file = ffx.write("costs.csv", &good);
    let file = file.to_str().unwrap();
    ffx.run(&["costs", "push", file, "--yes"]).failed(2, &["--tz"]);
    let shown = ffx.run(&["costs", "push", file, "--tz", "Europe/Berlin"]).done().stdout;
    // The clocks went forward on that day.
    for expected in ["+01:00", "+02:00", "153.30", "campaign=1234", "1 requests"] {
        assert!(shown.contains(expected), "{expected} in {shown}");
    }
    assert!(server.seen().is_empty());
    ffx.run(&["costs", "push", file, "--tz", "Europe/Berlin", "--yes"]).done();
    let sent = server.seen()[0].json();
    assert_eq!(sent["costSegments"][0]["cost"], "153.20");
    assert_eq!(sent["costSegments"][1]["restrictToTrackingFields"]["campaign"][0], "99");
    assert_eq!(sent["timeStart"], "2026-03-29T00:00:00+01:00");

    let wide = ffx.write("wide.csv", &format!("{header}\n2026-03-29,{FUNNEL},{SOURCE},1,\n"));
    let wide = wide.to_str().unwrap();
    ffx.run(&["costs", "push", wide, "--tz", "UTC", "--yes"])
        .failed(2, &["line 2", "--everything"]);
    let shown = ffx.run(&["costs", "push", wide, "--tz", "UTC", "--everything"]).done().stdout;
    assert!(shown.contains("EVERYTHING"), "{shown}");
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn a_reset_shows_the_count_and_deletes_only_after_a_clear_yes() {
    let served = serve(Emulator::builder().visits_per_hour(4));
    let ffx = Ffx::at(&served.emulator);
    let all: Vec<&str> = ["reset"].iter().chain(&DAY).copied().collect();
    ffx.run(&all).failed(2, &["--everything"]);
    let everything: Vec<&str> = all.iter().copied().chain(["--everything"]).collect();
    ffx.run(&everything).failed(2, &["--yes"]);
    assert_eq!(served.emulator.calls().of("reporting.reset.perform"), 0);
    let yes: Vec<&str> = everything.iter().copied().chain(["--yes"]).collect();
    let shown = ffx.run(&yes).done().stdout;
    assert!(shown.contains("hits would be deleted") && shown.contains("EVERYTHING"), "{shown}");
    assert_eq!(served.emulator.calls().of("reporting.reset.perform"), 1);
}
