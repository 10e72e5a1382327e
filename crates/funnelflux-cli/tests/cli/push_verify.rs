//! The read-back of uploads: what the account has is compared with what was sent.

use std::time::Duration;

use funnelflux::emulator::{Emulator, Fault};
use serde_json::Value;

use crate::support::{Ffx, Outcome, Served, serve};

const RANGE: [&str; 6] = ["--from", "2026-01-02", "--to", "2026-01-02", "--tz", "UTC"];

/// An account whose updates show at once.
fn served() -> (Served, Ffx) {
    served_after(Duration::ZERO)
}

/// An account whose updates show after this time.
fn served_after(delay: Duration) -> (Served, Ffx) {
    let served = serve(Emulator::builder().visits_per_hour(4).update_delay(delay));
    let ffx = Ffx::at(&served.emulator);
    ffx.write("profiles/default.toml", "rate = 10000.0\n");
    (served, ffx)
}

fn rows(ffx: &Ffx, report: &[&str]) -> Vec<Value> {
    let out = ffx.run(&[report, &RANGE, &["-o", "ndjson"]].concat()).done().stdout;
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The lines of a file of costs: one for each funnel, source and `c1` of the day that has visits.
fn spend(ffx: &Ffx, cost: impl Fn(usize) -> String) -> String {
    let by =
        ["report", "drilldown", "--by", "funnel", "--by", "traffic-source", "--by", "field:c1"];
    let rows = rows(ffx, &[&by[..], &["--metric", "visits"]].concat());
    let lines = rows.iter().filter(|row| row["URL Tracking Field: c1"] != "").take(8).enumerate();
    let lines: String = lines
        .map(|(at, row)| {
            let text = |name: &str| row[name].as_str().unwrap().to_owned();
            let (funnel, source) =
                (text("Element: Funnel ID"), text("Third Parties: Traffic Source ID"));
            let c1 = text("URL Tracking Field: c1");
            format!("2026-01-02,{funnel},{source},{},{c1}\n", cost(at))
        })
        .collect();
    assert_eq!(lines.lines().count(), 8, "{lines}");
    format!("date,funnel,traffic_source,cost,c1\n{lines}")
}

fn costs(ffx: &Ffx, verb: &str, csv: &str, more: &[&str]) -> Outcome {
    let file = ffx.write("costs.csv", csv);
    ffx.run(
        &[&["costs", verb, file.to_str().unwrap(), "--tz=UTC", "--unchecked-ids"], more].concat(),
    )
}

fn states(ffx: &Ffx, command: &str) -> Value {
    ffx.run(&[command, "history", "-o", "json"]).done().json()[0].clone()
}

#[test]
fn an_upload_that_waits_ends_confirmed_and_can_be_undone() {
    let (_served, ffx) = served();
    let csv = spend(&ffx, |at| format!("{at}.37"));
    let now = || {
        let found: Value =
            serde_json::from_str(&costs(&ffx, "verify", &csv, &["-o", "json"]).stdout).unwrap();
        found.as_array().unwrap().iter().map(|row| row["now"].clone()).collect::<Vec<_>>()
    };
    let before = now();
    let sent = costs(&ffx, "push", &csv, &["--yes", "--wait"]).done();
    assert!(sent.stderr.contains("confirmed: 8 lines"), "{}", sent.stderr);
    assert!(sent.stdout.contains("Before") && sent.stdout.contains("confirmed"), "{}", sent.stdout);
    assert_eq!(states(&ffx, "costs")["confirmed"], 8);
    let again = costs(&ffx, "push", &csv, &["--yes", "--wait"]).done();
    assert!(again.stderr.contains("no line is to be sent"), "{}", again.stderr);
    let upload = states(&ffx, "costs")["upload"].to_string();
    let undone = ffx.run(&["costs", "undo", &upload, "--yes", "--wait"]).done();
    assert!(undone.stderr.contains("confirmed: 8 lines"), "{}", undone.stderr);
    assert_eq!(now(), before, "what the links had cost");
}

#[test]
fn a_push_that_waits_reads_what_was_sent_before_and_was_never_confirmed() {
    let (served, ffx) = served_after(Duration::from_secs(3600));
    let csv = spend(&ffx, |at| format!("{at}.37"));
    costs(&ffx, "push", &csv, &["--yes"]).done();
    let words = ["no line is to be sent", "8 of 8 lines not confirmed"];
    costs(&ffx, "push", &csv, &["--yes", "--wait=0"]).failed(1, &words);
    served.emulator.advance(Duration::from_secs(7200));
    // One of them is new, the others are read with it.
    let changed = csv.replacen(".37", ".38", 1);
    let sent = costs(&ffx, "push", &changed, &["--yes", "--wait=0"]);
    sent.failed(1, &["accepted: 1 line queued", "1 of 8 lines not confirmed"]);
    served.emulator.advance(Duration::from_secs(7200));
    let again = costs(&ffx, "push", &changed, &["--yes", "--wait=0"]).done();
    assert!(again.stderr.contains("confirmed: 1 line"), "{}", again.stderr);
    // The others of its funnel, source and day were confirmed before it was there; then there is nothing to read.
    for is_read in [true, false] {
        let again = costs(&ffx, "push", &changed, &["--yes", "--wait=0"]).done();
        assert_eq!(again.stderr.contains("confirmed"), is_read, "{}", again.stderr);
    }
}

#[test]
fn costs_that_the_account_does_not_have_are_named_and_sent_again() {
    let (served, ffx) = served();
    let csv = spend(&ffx, |at| format!("{at}.37"));
    let nowhere = format!("{csv}2026-01-02,2nIemJxCKbFX,2n5JuOKWLTzd,5,x\n");
    let found = costs(&ffx, "verify", &nowhere, &["-o", "json"])
        .failed(1, &["no visits in the report: line 10"]);
    let row = found.json().as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&row["visits"], &row["result"], &row["expected"]),
        (&0.into(), &"no visits".into(), &"5".into())
    );
    costs(&ffx, "push", &csv, &["--yes"]).done();
    costs(&ffx, "verify", &csv, &[]).done();
    // Another person sets another cost.
    let other = Ffx::at(&served.emulator);
    costs(&other, "push", &csv.replace(",3.37,", ",7,"), &["--yes"]).done();
    costs(&ffx, "verify", &csv, &[])
        .failed(1, &["1 of 8 lines not confirmed", "line 5", "verify again later"]);
    // So soon after the upload a difference says nothing, and nothing is sent.
    costs(&ffx, "push", &csv, &["--yes"]).done();
    costs(&ffx, "verify", &csv, &["--settled-after=0"]).failed(1, &["something else: line 5"]);
    assert_eq!(states(&ffx, "costs")["different"], 1);
    let before = served.emulator.calls().of("reporting.cost.update");
    costs(&ffx, "push", &csv, &["--yes", "--wait"]).done();
    assert_eq!(served.emulator.calls().of("reporting.cost.update"), before + 1);
    costs(&ffx, "verify", &csv, &[]).done();
    costs(&ffx, "verify", &csv, &["--yes"]).failed(2, &["`verify` sends nothing"]);
}

#[test]
fn a_cost_without_visits_is_told_each_time_and_not_sent_again() {
    let (served, ffx) = served();
    let csv = spend(&ffx, |at| format!("{at}.37"));
    let csv = format!("{csv}2026-01-02,2nIemJxCKbFX,2n5JuOKWLTzd,5,x\n");
    let calls = || served.emulator.calls().of("reporting.cost.update");
    // It does not wait for visits, which no queue brings.
    let sent = costs(&ffx, "push", &csv, &["--yes", "--wait"])
        .failed(1, &["1 of 9 lines not confirmed; no visits in the report: line 10"]);
    assert!(!sent.stderr.contains("next look in"), "{}", sent.stderr);
    let (state, before) = (states(&ffx, "costs"), calls());
    assert_eq!((&state["confirmed"], &state["unmatched"]), (&8.into(), &1.into()));
    let again = costs(&ffx, "push", &csv, &["--yes"]).done().stderr;
    assert!(again.contains("no visits to spread the cost over, and left out: line 10"), "{again}");
    assert!(again.contains("no line is to be sent"), "{again}");
    assert_eq!(calls(), before);
    costs(&ffx, "verify", &csv, &[]).failed(1, &["no visits in the report: line 10"]);
    // Another cost is another line, and --resend sends the same one.
    costs(&ffx, "push", &csv.replace(",5,x", ",6,x"), &["--yes"]).done();
    assert_eq!(calls(), before + 1);
    costs(&ffx, "push", &csv, &["--yes", "--resend", "--wait"]).failed(1, &["line 10"]);
    assert!(calls() > before + 1);
    let upload = states(&ffx, "costs")["upload"].to_string();
    let told = ffx.run(&["costs", "undo", &upload]).done().stderr;
    assert!(told.contains("left as it is: 1 line (line 10), which changed nothing"), "{told}");
}

#[test]
fn another_upload_is_sent_while_one_waits() {
    // Its updates never show.
    let served =
        serve(Emulator::builder().visits_per_hour(4).update_delay(Duration::from_secs(86_400)));
    let ffx = Ffx::at(&served.emulator);
    ffx.write("profiles/default.toml", "rate = 10000.0\n");
    let csv = spend(&ffx, |at| format!("{at}.37"));
    let (head, lines) = csv.split_once('\n').unwrap();
    let first = ffx.write("first.csv", &format!("{head}\n{}\n", lines.lines().next().unwrap()));
    let wait = ["costs", "push", first.to_str().unwrap(), "--tz=UTC", "--yes", "--wait=600"];
    let mut child = ffx.spawn(&wait);
    let accepted = || states_of(&ffx).is_some_and(|upload| upload["accepted"] == 1);
    for _ in 0..600 {
        if accepted() {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(accepted());
    let rest = lines.lines().skip(1).map(|line| format!("{line}\n")).collect::<String>();
    costs(&ffx, "push", &format!("{head}\n{rest}"), &["--yes"]).done();
    child.kill().unwrap();
    child.wait().unwrap();
}

fn states_of(ffx: &Ffx) -> Option<Value> {
    let all = ffx.run(&["costs", "history", "-o", "json"]).done().json();
    all.get(0).cloned()
}

#[test]
fn a_read_back_settles_what_was_ambiguous() {
    let (served, ffx) = served();
    let csv = spend(&ffx, |at| format!("{at}.37"));
    // It arrives, and the answer is lost.
    served.emulator.faults().push(Fault::lost_answer());
    costs(&ffx, "push", &csv, &["--yes"]).failed(4, &[]);
    let ambiguous = states(&ffx, "costs")["ambiguous"].as_u64().unwrap();
    assert!(ambiguous > 0);
    costs(&ffx, "push", &csv, &["--yes"])
        .failed(4, &["`ffx costs verify /", ".csv --tz=UTC --unchecked-ids` reads"]);
    costs(&ffx, "verify", &csv, &[]).done();
    costs(&ffx, "push", &csv, &["--yes"]).done();
    // One that did not arrive.
    let changed = csv.replace(",3.37,", ",9,");
    let calls = || served.emulator.calls().of("reporting.cost.update");
    let before = calls();
    served.emulator.faults().push_for("reporting.cost.update", Fault::lost_request()).unwrap();
    costs(&ffx, "push", &changed, &["--yes"]).failed(4, &[]);
    costs(&ffx, "verify", &changed, &[]).failed(4, &["1 of 8 lines not confirmed", "line 5"]);
    costs(&ffx, "push", &changed, &["--yes"]).failed(4, &["1 line not sent again: line 5"]);
    costs(&ffx, "verify", &changed, &["--settled-after=0"]).failed(1, &["something else: line 5"]);
    costs(&ffx, "push", &changed, &["--yes"]).done();
    costs(&ffx, "verify", &changed, &[]).done();
    assert_eq!(calls() - before, 2, "the one that was lost, and the one after the read-back");
}

#[test]
fn a_line_is_not_confirmed_while_a_later_upload_may_change_it() {
    for (name, lines, fault, is_queued) in [
        ("another cost", "c1,7,", None, true),
        ("another cost without an answer", "c1,7,", Some(Fault::lost_answer()), true),
        ("another restriction", "c1,7,c2", None, true),
        ("another value", "other,7,", None, false),
    ] {
        let (served, ffx) = served_after(Duration::from_secs(3600));
        let csv = spend(&ffx, |at| format!("{at}.37"));
        costs(&ffx, "push", &csv, &["--yes"]).done();
        served.emulator.advance(Duration::from_secs(7200));
        costs(&ffx, "verify", &csv, &[]).done();
        if let Some(fault) = fault {
            served.emulator.faults().push_for("reporting.cost.update", fault).unwrap();
        }
        let first: Vec<&str> = csv.lines().nth(1).unwrap().split(',').collect();
        let [c1, cost, c2] = lines.split(',').collect::<Vec<_>>()[..] else { panic!() };
        let c1 = if c1 == "c1" { first[4] } else { c1 };
        let line = format!("{},{},{},{cost},{c1},{c2}", first[0], first[1], first[2]);
        let file =
            ffx.write("later.csv", &format!("date,funnel,traffic_source,cost,c1,c2\n{line}\n"));
        let push =
            ["costs", "push", file.to_str().unwrap(), "--tz=UTC", "--unchecked-ids", "--yes"];
        let more = ["--accept-overlap", "--accept-replaced"];
        ffx.run(&[&push[..], &more].concat());
        let found = costs(&ffx, "verify", &csv, &["-o=json"]);
        let words = "1 of 8 lines not confirmed; as sent, but a later upload";
        let result = if is_queued { "queued" } else { "confirmed" };
        assert_eq!(found.json()[0]["result"], result, "{name}: {}", found.stderr);
        assert_eq!(
            (found.code != 0, found.stderr.contains(words)),
            (is_queued, is_queued),
            "{name}"
        );
        // Long after it, nothing is queued any more.
        costs(&ffx, "verify", &csv, &["--settled-after=0"]).done();
    }
}

#[test]
fn a_sale_that_cannot_be_booked_is_told_and_not_sent_again() {
    let (served, ffx) = served();
    let lander = rows(&ffx, &["report", "raw", "--hits"])
        .iter()
        .find(|row| row["pageType"] == "lander")
        .map(|row| row["hitId"].as_str().unwrap().to_owned())
        .unwrap();
    let calls = || served.emulator.calls().of("reporting.conversions.update");
    for (hit, payout, words) in [
        ("01dkezmsf3bat8xdbz8rt039rh", "5", "the account has no such hit: line 2"),
        // What was never there is not deleted either.
        ("01dkezmsf3bat8xdbz8rt039rh", "delete", "the account has no such hit: line 2"),
        (&lander, "5", "accepted, and never booked: line 2"),
    ] {
        let file = ffx.write("c.csv", &format!("hit,tx,payout\n{hit},x,{payout}\n"));
        let push = ["conversions", "push", file.to_str().unwrap(), "--postbacks=none", "--yes"];
        let wait = ["--wait=0", "--settled-after=0"];
        let before = calls();
        ffx.run(&[&push[..], &wait].concat()).failed(1, &[words]);
        assert_eq!(states(&ffx, "conversions")["unmatched"], 1);
        let again = ffx.run(&[&push[..], &wait].concat());
        again.failed(1, &[words, "did not book it, and left out: line 2; --resend sends them"]);
        assert_eq!(calls(), before + 1);
        ffx.run(&[&push[..], &["--resend"]].concat()).done();
        assert_eq!(calls(), before + 2);
    }
}

#[test]
fn conversions_are_looked_up_by_their_hits() {
    let (served, ffx) = served();
    let hits: Vec<String> = rows(&ffx, &["report", "raw", "--hits"])
        .iter()
        .filter(|row| row["pageType"] == "offer")
        .map(|row| row["hitId"].as_str().unwrap().to_owned())
        .take(4)
        .collect();
    let [a, b, c, d] = &hits[..] else { panic!("{hits:?}") };
    let csv = format!("hit,tx,payout\n{a},x,12.50\n{b},x,\n{c},x,3\n{d},none,delete\n");
    let file = ffx.write("c.csv", &csv);
    let run = |verb: &str, more: &[&str]| {
        ffx.run(
            &[&["conversions", verb, file.to_str().unwrap(), "--postbacks=none"], more].concat(),
        )
    };
    run("verify", &[]).failed(1, &["3 of 4 lines not confirmed", "lines 2 to 4"]);
    // The account has conversions of theirs under other transaction ids.
    run("push", &["--yes"]).failed(2, &["under another transaction id", "--existing"]);
    let sent = run("push", &["--yes", "--wait", "--existing=add", "-o", "json"]).done().json();
    assert_eq!(sent[0]["result"], "confirmed", "one document: {sent}");
    assert_eq!(states(&ffx, "conversions")["confirmed"], 4);
    let found = run("verify", &["-o", "json"]).done().json();
    assert_eq!((&found[0]["expected"], &found[0]["now"]), (&"12.50".into(), &"12.50".into()));
    assert_eq!((&found[3]["expected"], &found[3]["now"]), (&"delete".into(), &Value::Null));
    let undo = states(&ffx, "conversions")["upload"].to_string();
    ffx.run(&["conversions", "undo", &undo, "--yes"]).done();
    run("verify", &["--settled-after=0"]).failed(1, &["something else: lines 2 to 4"]);
    assert_eq!(served.emulator.updates().lost_conversions, 1, "the one that was not there");
}
