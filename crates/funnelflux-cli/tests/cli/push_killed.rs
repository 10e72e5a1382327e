//! An upload that is killed again and again sends each line once, or says that it does not know.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::Duration;

use funnelflux::emulator::Emulator;
use serde_json::Value;

use crate::support::{Ffx, serve};

const SOURCE: &str = "2n5JuOKWLTzd";

/// A file of so many lines in as many requests: each is another funnel or day.
fn file(lines: usize) -> String {
    let line = |at: usize| {
        let (funnel, day, month) = (at / 100 + 10, at % 25 + 1, at / 25 % 4 + 1);
        format!("2026-{month:02}-{day:02},2nIemJxCKb{funnel},{SOURCE},{at}.25,x\n")
    };
    let lines: String = (0..lines).map(line).collect();
    format!("date,funnel,traffic_source,cost,c1\n{lines}")
}

/// How often each cost arrived.
fn arrived(emulator: &Emulator, into: &mut BTreeMap<String, usize>) {
    for request in emulator.requests() {
        if request.operation == Some("reporting.cost.update") {
            for segment in request.json().unwrap()["costSegments"].as_array().unwrap() {
                *into.entry(segment["cost"].as_str().unwrap().to_owned()).or_default() += 1;
            }
        }
    }
    emulator.clear_requests();
}

#[test]
fn kills_lose_no_line_and_send_none_twice() {
    story(200, 10);
}

#[test]
#[ignore = "takes two minutes"]
fn a_hundred_kills_lose_no_line_and_send_none_twice() {
    story(2000, 100);
}

fn story(lines: usize, kills: u64) {
    let served = serve(Emulator::builder().visits_per_hour(1));
    let ffx = Ffx::at(&served.emulator);
    ffx.write("profiles/default.toml", "rate = 100000.0\n");
    let path = ffx.write("costs.csv", &file(lines));
    let push =
        ["costs", "push", path.to_str().unwrap(), "--tz=UTC", "--unchecked-ids", "--yes", "-q"];
    let mut times = BTreeMap::new();
    // The same moments in each run of the test, as far as a clock gives them.
    let mut dice = 7_u64;
    let (mut killed, mut round) = (0, 0);
    while killed < kills {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let calls = || served.emulator.calls().of("reporting.cost.update");
        // Up to 20 requests, and somewhere between two.
        let until = calls() + (dice >> 33) % 20;
        let mut child =
            ffx.command(&push).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while calls() < until && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_micros(200));
        }
        std::thread::sleep(Duration::from_micros((dice >> 40) % 4_000));
        child.kill().unwrap();
        killed += u64::from(!child.wait().unwrap().success());
        arrived(&served.emulator, &mut times);
        round += 1;
        assert!(round < kills + 20, "the upload was over too soon: {killed} kills");
    }
    let before = times.len();
    let told = ffx.run(&push);
    arrived(&served.emulator, &mut times);
    println!("{killed} kills; {before} lines had arrived before the last run");
    assert!(before > lines / 20 && before < lines, "kills at too few moments: {before}");

    let mut accepted = 0;
    let mut ambiguous = Vec::new();
    let history = ffx.run(&["costs", "history", "-o", "json"]).done().json();
    for upload in history.as_array().unwrap() {
        let number = upload["upload"].to_string();
        for line in
            ffx.run(&["costs", "history", &number, "-o", "json"]).done().json().as_array().unwrap()
        {
            let count = times.get(line["amount"].as_str().unwrap()).copied().unwrap_or_default();
            match line["state"].as_str().unwrap() {
                "accepted" => {
                    accepted += 1;
                    assert_eq!(count, 1, "{line}");
                }
                "ambiguous" => {
                    ambiguous.push(line["line"].as_u64().unwrap());
                    assert!(count <= 1, "{line}: {count} times");
                }
                // An earlier run was killed before it came to this line.
                state => assert_eq!(state, "ready", "{line}"),
            }
        }
    }
    println!("{accepted} lines accepted, {} ambiguous", ambiguous.len());
    assert_eq!(accepted + ambiguous.len(), lines, "no line is lost");
    assert!(times.values().all(|count| *count == 1), "nothing is sent twice");
    let said = format!(
        "{} not sent again",
        ambiguous.len().to_string() + if ambiguous.len() == 1 { " line" } else { " lines" }
    );
    if ambiguous.is_empty() {
        told.done();
        return;
    }
    told.failed(4, &[&said, &format!("line{}", if ambiguous.len() == 1 { "" } else { "s" })]);
    // In the output for programs each line has its outcome.
    let rows = ffx.run(&[&push[..], &["-o", "json"]].concat()).failed(4, &[]).json();
    let unknown = rows.as_array().unwrap().iter().filter(|row| row["outcome"] == "unknown");
    let mut named: Vec<u64> = unknown.map(|row| Value::as_u64(&row["line"]).unwrap()).collect();
    named.sort_unstable();
    ambiguous.sort_unstable();
    assert_eq!(named, ambiguous);
}
