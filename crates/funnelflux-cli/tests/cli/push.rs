//! `ffx conversions push`, `ffx costs push` and `ffx reset`.

use funnelflux::emulator::Emulator;

use crate::support::{FUNNEL, Ffx, Handmade, Reply, SOURCE, serve};

const OFFER_HIT: &str = "01dkezmsf3bat8xdbz8rt039rh";
const DAY: [&str; 6] = ["--from", "2026-01-02", "--to", "2026-01-02", "--tz", "UTC"];

fn accepting() -> Handmade {
    Handmade::account(|_, _| Reply::Json(200, String::new()))
}

#[test]
fn conversions_are_previewed_and_sent_only_with_yes() {
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
    let server = Handmade::account(|_, _| Reply::Nothing);
    let ffx = Ffx::against(&server.base_url);
    let file = ffx.write("c.csv", &format!("hit,payout\n{OFFER_HIT},1\n"));
    let arguments = ["conversions", "push", file.to_str().unwrap(), "--postbacks", "all", "--yes"];
    ffx.run(&arguments).failed(4, &["line 2 ", "unknown"]);
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn costs_are_exact_and_zoned_and_need_a_restriction() {
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
    for expected in ["+01:00", "+02:00", "153.30", "campaign=1234", "1 request;"] {
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
    let shown = {
        let push = ["costs", "push", wide, "--tz", "UTC", "--everything", "--accept-overlap"];
        ffx.run(&push).done().stdout
    };
    assert!(shown.contains("EVERYTHING"), "{shown}");
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn a_reset_shows_the_count_and_deletes_only_with_yes() {
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

fn rows(outcome: &crate::support::Outcome) -> Vec<serde_json::Value> {
    outcome.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn conversions_are_printed_as_rows_before_and_after_sending() {
    let server = accepting();
    let ffx = Ffx::against(&server.base_url);
    let csv = format!("hit,tx,payout\n{OFFER_HIT},a,12.50\n{OFFER_HIT},b,\n{OFFER_HIT},c,delete\n");
    let file = ffx.write("c.csv", &csv);
    let push =
        ["conversions", "push", file.to_str().unwrap(), "--postbacks", "none", "-o", "ndjson"];
    let shown = ffx.run(&push).done();
    let expected = |outcome: &str| {
        let row = |line: u64, tx: &str, action: &str, payout: serde_json::Value| {
            serde_json::json!({"line": line, "request": 1, "hit": OFFER_HIT, "transaction": tx,
                "action": action, "payout": payout, "postbacks": "none", "outcome": outcome})
        };
        vec![
            row(2, "a", "set", "12.50".into()),
            row(3, "b", "set", serde_json::Value::Null),
            row(4, "c", "delete", serde_json::Value::Null),
        ]
    };
    assert_eq!(rows(&shown), expected("not sent"));
    assert!(server.seen().is_empty());
    assert_eq!(rows(&ffx.run(&[&push[..], &["--yes"]].concat()).done()), expected("accepted"));

    let push = [&push[..5], &["--resend"]].concat();
    let json = ffx.run(&[&push[..], &["-o", "json"]].concat()).done().json();
    assert_eq!(json.as_array().unwrap(), &expected("not sent"));
    let csv = ffx.run(&[&push[..], &["-o", "csv"]].concat()).done().stdout;
    let header = "line,request,hit,transaction,action,payout,postbacks,outcome";
    assert_eq!(csv.lines().next(), Some(header));
    assert_eq!(csv.lines().nth(1), Some(&*format!("2,1,{OFFER_HIT},a,set,12.50,none,not sent")));
}

#[test]
fn each_line_has_its_outcome_if_a_request_in_the_middle_fails() {
    // 500 conversions go into a request.
    let server = Handmade::serve(|_, before| match before {
        0 => Reply::Json(200, String::new()),
        _ => Reply::Nothing,
    });
    let ffx = Ffx::against(&server.base_url);
    let lines: String = (0..1200).map(|n| format!("{OFFER_HIT},t{n},1\n")).collect();
    let file = ffx.write("c.csv", &format!("hit,tx,payout\n{lines}"));
    let push = ["conversions", "push", file.to_str().unwrap(), "--postbacks", "all", "--yes"];
    let outcome = ffx.run(&[&push[..], &["-o", "ndjson", "--existing=add"]].concat());
    let outcome = outcome.failed(
        4,
        &[
            "lines 502 to 1001",
            "of 1200 conversions: 500 accepted, 500 unknown, 200 not sent",
            "The same command again sends the other lines",
        ],
    );
    let outcomes = |from: usize, to: usize| {
        rows(&outcome)[from..to].iter().map(|row| row["outcome"].to_string()).collect::<Vec<_>>()
    };
    assert!(outcomes(0, 500).iter().all(|one| one == "\"accepted\""));
    assert!(outcomes(500, 1000).iter().all(|one| one == "\"unknown\""));
    assert!(outcomes(1000, 1200).iter().all(|one| one == "\"not sent\""));
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn a_deletion_is_shown_however_far_down_it_is() {
    let ffx = Ffx::new();
    let lines: String = (0..60)
        .map(|n| format!("{OFFER_HIT},t{n},{}\n", if n == 50 { "delete" } else { "1" }))
        .collect();
    let file = ffx.write("c.csv", &format!("hit,tx,payout\n{lines}"));
    let shown =
        ffx.run(&["conversions", "push", file.to_str().unwrap(), "--postbacks=once"]).done().stdout;
    let line = shown.lines().find(|line| line.contains("DELETE")).unwrap();
    assert!(line.contains("t50") && line.trim_start().starts_with("52"), "{line}");
    for words in ["39 more, none of which deletes", "1 of them DELETES", "once for each hit"] {
        assert!(shown.contains(words), "{words} in {shown}");
    }
}

#[test]
fn costs_are_rows_with_zone_window_and_restriction() {
    let server = Handmade::account(|_, before| match before {
        0 => Reply::Json(200, String::new()),
        _ => Reply::Json(422, r#"{"message":"no"}"#.into()),
    });
    let ffx = Ffx::against(&server.base_url);
    let file = ffx.write(
        "costs.csv",
        &format!(
            "date,funnel,traffic_source,cost,campaign,c1\n2026-03-29,{FUNNEL},{SOURCE},153.20,1234,x\n\
             2026-03-30,{FUNNEL},{SOURCE},0.10,,\n2026-03-29,{FUNNEL},{SOURCE},7,99,\n"
        ),
    );
    let push =
        ["costs", "push", file.to_str().unwrap(), "--tz=Europe/Berlin", "--everything", "-o=json"];
    let shown = ffx.run(&push).done().json();
    assert_eq!(
        shown[0],
        serde_json::json!({"line": 2, "request": 1, "date": "2026-03-29", "zone": "Europe/Berlin",
            "start": "2026-03-29T00:00:00+01:00", "end": "2026-03-29T23:59:59+02:00",
            "funnel": FUNNEL, "funnel_name": "Blue shoes", "traffic_source": SOURCE,
            "traffic_source_name": "Facebook Ads", "cost": "153.20", "cost_type": "wholeSegment", "restriction": {"campaign": ["1234"], "c1": ["x"]},
            "everything": false, "outcome": "not sent"})
    );
    let wide = (&shown[1]["everything"], &shown[1]["restriction"], &shown[1]["request"]);
    assert_eq!(wide, (&true.into(), &serde_json::json!({}), &2.into()));
    // Of the same funnel, source and day as the first.
    assert_eq!(shown[2]["request"], 1);
    assert!(server.seen().is_empty());

    let sent = ffx.run(&[&push[..], &["--yes"]].concat());
    let sent = sent.failed(1, &["line 3", "1 of 2 requests accepted before"]);
    let outcomes: Vec<_> =
        sent.json().as_array().unwrap().iter().map(|r| r["outcome"].clone()).collect();
    assert_eq!(outcomes, ["accepted", "failed", "accepted"]);
}

#[test]
fn a_reset_prints_the_count_and_the_exact_restriction() {
    let server = Handmade::serve(|_, _| Reply::Json(200, r#"{"count":7}"#.into()));
    let ffx = Ffx::against(&server.base_url);
    let reset =
        [&["reset"][..], &DAY, &["--funnel", FUNNEL, "--country=DE,FR", "-o", "json"]].concat();
    let refused = ffx.run(&reset).failed(2, &["--yes"]);
    let expected = |outcome: &str| {
        serde_json::json!({"start": "2026-01-02T00:00:00+00:00", "end": "2026-01-02T23:59:59+00:00",
            "everything": false, "hits": 7, "outcome": outcome,
            "restriction": {"funnels": [FUNNEL], "countries": ["DE", "FR"]}})
    };
    assert_eq!(refused.json(), expected("not sent"));
    assert_eq!(server.seen().len(), 1);
    let done = ffx.run(&[&reset[..], &["--yes"]].concat()).done();
    assert_eq!(done.json(), expected("accepted"));
    assert!(done.stderr.contains("only countries DE or FR and funnels"), "{}", done.stderr);
    // Counted, counted again, deleted.
    assert_eq!(server.seen().len(), 4);
}

#[test]
fn a_reset_whose_count_has_changed_deletes_nothing() {
    let server =
        Handmade::serve(|_, before| Reply::Json(200, format!(r#"{{"count":{}}}"#, 7 + before)));
    let ffx = Ffx::against(&server.base_url);
    let reset = [&["reset"][..], &DAY, &["--funnel", FUNNEL, "--yes", "-o", "json"]].concat();
    let outcome = ffx.run(&reset).failed(1, &["8 hits now, while 7", "nothing was deleted"]);
    assert_eq!(outcome.json()["outcome"], "failed");
    assert!(server.seen().iter().all(|seen| seen.line.starts_with("POST")));
}

#[test]
fn custom_events_are_sent_byte_for_byte_and_only_with_yes() {
    let server = accepting();
    let ffx = Ffx::against(&server.base_url);
    let body = "{ \"event\": 1.50,\n  \"z\": [1e3], \"a\": null }\n";
    let file = ffx.write("event.json", body);
    let file = file.to_str().unwrap();
    let shown = ffx.run(&["custom-events", "push", file]).done();
    assert!(shown.stdout.contains("\"event\": 1.50") && shown.stdout.contains("1e3"));
    assert!(shown.stderr.contains("nothing was sent"), "{}", shown.stderr);
    let json = ffx.run(&["custom-events", "push", file, "-o", "ndjson"]).done().stdout;
    assert_eq!(
        json,
        "{\"body\":{ \"event\": 1.50,   \"z\": [1e3], \"a\": null },\"outcome\":\"not sent\"}\n"
    );
    assert!(server.seen().is_empty());
    let sent = ffx.run(&["custom-events", "push", file, "--yes"]).done();
    assert!(sent.stderr.contains("accepted: 1 custom event request queued"), "{}", sent.stderr);
    ffx.run_with(&["custom-events", "push", "-", "--yes", "-q"], body).done();
    let seen = server.seen();
    assert_eq!(seen.len(), 2);
    assert!(seen[0].line.starts_with("PUT /v1/reporting/update/customevents "), "{}", seen[0].line);
    assert_eq!([&seen[0].body, &seen[1].body], [body, body]);

    for wrong in ["[]", "7", "{", ""] {
        ffx.run_with(&["custom-events", "push", "-", "--yes"], wrong)
            .failed(2, &["expected one JSON object", "nothing was sent"]);
    }
    assert_eq!(server.seen().len(), 2);
    let lost = Handmade::serve(|_, _| Reply::Nothing);
    let outcome = Ffx::against(&lost.base_url)
        .run(&["custom-events", "push", file, "--yes", "-o", "json"])
        .failed(4, &["unknown"]);
    assert_eq!(outcome.json()["outcome"], "unknown");
    assert_eq!(lost.seen().len(), 1);
}

#[test]
fn a_malformed_file_is_explained_by_its_lines() {
    let ffx = Ffx::new();
    let push = |csv: &str, code: i32, words: &[&str]| {
        let file = ffx.write("c.csv", csv);
        let file = file.to_str().unwrap();
        ffx.run(&["conversions", "push", file, "--postbacks=none"]).failed(code, words);
    };
    push(
        &format!("hit,payout\n{OFFER_HIT}\n{OFFER_HIT},1,2\n"),
        2,
        &["line 2: got 1 cell; expected 2", "line 3: got 3 cells", "nothing was sent"],
    );
    push(&format!("hit;payuot\n{OFFER_HIT};1\n"), 2, &["column \"payuot\"", "expected hit"]);
    push(
        &format!("hit,payout\n{OFFER_HIT},1\n\n{OFFER_HIT},2\n"),
        2,
        &["line 4", "it is line 2 already"],
    );
    let missing = ["conversions", "push", "missing.csv", "--postbacks=none"];
    ffx.run(&missing).failed(2, &["missing.csv cannot be read"]);
    let costs = format!(
        "date,funnel,traffic_source,cost,c1\n2026-03-29,{FUNNEL},{SOURCE},1,x\n\
         2026-03-29,{FUNNEL},{SOURCE},2,\n"
    );
    let file = ffx.write("costs.csv", &costs);
    ffx.run(&["costs", "push", file.to_str().unwrap(), "--tz=UTC", "--everything"])
        .failed(2, &["line 3: got funnel", "are in line 2 already"]);
}

#[test]
fn errors_of_a_reset_name_its_flags() {
    let ffx = Ffx::new();
    let reset = |more: &[&str], words: &[&str]| {
        let outcome = ffx.run(&[&["reset"][..], &DAY, more].concat()).failed(2, words);
        assert!(!outcome.stderr.contains("restrictTo"), "{}", outcome.stderr);
    };
    reset(&[], &["no restriction", "--everything"]);
    reset(&["--everything", "--country=DE"], &["--everything and a restriction", "countries DE"]);
    reset(&["--country=de"], &["--country: got `de`", "`de`", "`DE`"]);
    ffx.run(&["reset", "--everything"]).failed(2, &["--last", "--from"]);
}

#[test]
#[cfg(unix)]
fn an_interrupted_upload_stops_between_two_requests() {
    use std::sync::{Arc, Condvar, Mutex};

    // The first answer waits until ffx was interrupted.
    let go = Arc::new((Mutex::new(false), Condvar::new()));
    let wait = Arc::clone(&go);
    let server = Handmade::serve(move |_, _| {
        drop(wait.1.wait_while(wait.0.lock().unwrap(), |go| !*go).unwrap());
        Reply::Json(200, String::new())
    });
    let ffx = Ffx::against(&server.base_url);
    let lines: String = (0..1200).map(|n| format!("{OFFER_HIT},t{n},1\n")).collect();
    let file = ffx.write("c.csv", &format!("hit,tx,payout\n{lines}"));
    let push = [
        "conversions",
        "push",
        file.to_str().unwrap(),
        "--postbacks=all",
        "--yes",
        "-o=csv",
        "--existing=add",
    ];
    let mut child = ffx.spawn(&push);
    while server.seen().is_empty() {
        assert!(child.try_wait().unwrap().is_none(), "ffx should still be running");
        std::thread::yield_now();
    }
    crate::support::interrupt(&child);
    let mut stderr = std::io::BufReader::new(child.stderr.take().unwrap());
    let mut note = String::new();
    // The first line says what an upload cannot do.
    for _ in 0..2 {
        note.clear();
        std::io::BufRead::read_line(&mut stderr, &mut note).unwrap();
    }
    assert!(note.contains("stopping"), "{note}");
    *go.0.lock().unwrap() = true;
    go.1.notify_all();
    // Both pipes are read, so that neither fills up.
    let rest = std::thread::spawn(move || std::io::read_to_string(stderr).unwrap());
    let outcome = crate::support::Outcome::from(child.wait_with_output().unwrap()).failed(1, &[]);
    let rest = rest.join().unwrap();
    assert!(rest.contains("stopped: 500 accepted, 700 conversions not sent"), "{rest}");
    assert_eq!(outcome.stdout.matches(",accepted").count(), 500);
    assert_eq!(outcome.stdout.matches(",not sent").count(), 700);
    assert_eq!(server.seen().len(), 1);
}
