//! The lines of a push: their content, and which of them are sent.

use crate::support::{FUNNEL, Ffx, Handmade, Outcome, Reply, SOURCE};

const HIT: &str = "01dkezmsf3bat8xdbz8rt039rh";

fn accepting() -> Handmade {
    Handmade::account(|_, _| Reply::Json(200, String::new()))
}

fn conversions(ffx: &Ffx, csv: &str, more: &[&str]) -> Outcome {
    let file = ffx.write("c.csv", csv);
    let push = ["conversions", "push", file.to_str().unwrap(), "--postbacks=none"];
    ffx.run(&[&push[..], more].concat())
}

fn costs(ffx: &Ffx, csv: &str, more: &[&str]) -> Outcome {
    let file = ffx.write("costs.csv", &format!("date,funnel,traffic_source,cost,c1\n{csv}"));
    ffx.run(&[&["costs", "push", file.to_str().unwrap(), "--tz=UTC"][..], more].concat())
}

#[test]
fn an_open_quote_does_not_swallow_lines() {
    let ffx = Ffx::new();
    let swallowed = format!("hit,payout,tx\n{HIT},1,\"a\n{HIT},2,b\n{HIT},3,c\n");
    conversions(&ffx, &swallowed, &[]).failed(2, &["line 2", "never closed", "nothing was sent"]);
    let closed = format!("hit,payout,tx\n{HIT},1,\"a\n{HIT},2,b\n{HIT},3,c\"\n");
    conversions(&ffx, &closed, &[]).failed(2, &["line 2", "never closed on its line"]);
    costs(&ffx, &format!("2026-03-29,{FUNNEL},{SOURCE},1,\"x\n"), &[])
        .failed(2, &["line 2", "never closed"]);
    for (cell, named) in [("a\tb", "a tab"), ("a\u{1b}[2J", "U+001B")] {
        conversions(&ffx, &format!("hit,tx\n{HIT},{cell}\n"), &[]).failed(2, &["line 2", named]);
    }
}

#[test]
fn amounts_are_read_exactly_or_refused() {
    let ffx = Ffx::new();
    let most = "79228162514264337593543950335";
    for amount in ["5_00", "0.11111111111111111111111111111111", most, "1e3"] {
        let csv = format!("hit,tx,payout\n{HIT},a,{amount}\n{HIT},b,{amount}\n");
        conversions(&ffx, &csv, &[]).failed(2, &["lines 2 to 3: payout"]);
        let line = |c1: &str| format!("2026-03-29,{FUNNEL},{SOURCE},{amount},{c1}\n");
        costs(&ffx, &(line("x") + &line("y")), &[]).failed(2, &["lines 2 to 3: cost"]);
    }
}

#[test]
fn a_future_day_and_a_wildcard_are_refused() {
    let ffx = Ffx::new();
    costs(&ffx, &format!("9000-01-01,{FUNNEL},{SOURCE},1,x\n"), &[])
        .failed(2, &["line 2: date \"9000-01-01\": has not begun yet in UTC"]);
    for (day, words) in [
        ("2026-02-30", ["line 2: date \"2026-02-30\": expected a day", "days 01 to 28"]),
        ("26-03-29", ["line 2: date \"26-03-29\": the year has two digits", "give it four"]),
    ] {
        costs(&ffx, &format!("{day},{FUNNEL},{SOURCE},1,x\n"), &[]).failed(2, &words);
    }
    for value in ["foo*", "%foo", "*"] {
        costs(&ffx, &format!("2026-03-29,{FUNNEL},{SOURCE},1,{value}\n"), &[])
            .failed(2, &["line 2: c1", value, "any text", "--accept-damaged=patterns"]);
        let line = format!("2026-03-29,{FUNNEL},{SOURCE},1,{value}\n");
        // `*` alone may mean every value, so it is no value.
        if value == "*" {
            costs(&ffx, &line, &["--accept-damaged"])
                .failed(2, &["line 2: c1 \"*\"", "every value"]);
        }
        for which in ["patterns", value].into_iter().filter(|_| value != "*") {
            let shown = costs(&ffx, &line, &[&format!("--accept-damaged={which}")]).done().stdout;
            assert!(shown.contains(&format!("c1={value}")), "{shown}");
        }
    }
}

#[test]
fn no_length_of_a_hit_is_worth_a_warning() {
    let ffx = Ffx::new();
    // Samples of hit ids have 22, 24 and 26 characters; no source limits the length.
    let hits =
        [HIT, "1wj7y5680dz26p1g9p0101", "3a3tmqba2w8weysjvt00ah", "m8245mxwykvbnkamjj5j9vxd"];
    let longer = [HIT, HIT].concat();
    for hit in hits.into_iter().chain(["short", &longer]) {
        let shown = conversions(&ffx, &format!("hit,tx\n{hit},a\n"), &[]).done();
        assert!(!shown.stderr.contains("warning"), "{hit}: {}", shown.stderr);
    }
}

#[test]
fn the_rest_of_a_file_is_sent_from_the_line_that_was_named() {
    let server = accepting();
    let ffx = Ffx::against(&server.base_url);
    // Lines are counted as in an editor, including empty ones.
    let csv = format!("hit,tx\n{HIT},a\n\n{HIT},b\n{HIT},c\n");
    conversions(&ffx, &csv, &["--yes", "--from-line", "4"]).done();
    let sent = server.seen()[0].json();
    assert_eq!(sent["hits"].as_array().unwrap().len(), 2);
    assert!(server.seen()[0].body.contains("\"b\""), "{}", server.seen()[0].body);
    let rows = conversions(&ffx, &csv, &["--from-line=5", "-o=json"]).done().json();
    assert_eq!((&rows[0]["line"], rows.as_array().unwrap().len()), (&5.into(), 1));
    conversions(&ffx, &csv, &["--from-line", "6"]).failed(2, &["--from-line 6", "no lines"]);
}

#[test]
fn a_refused_request_has_a_hint_for_the_rest_of_the_file() {
    let server = Handmade::account(|_, before| match before {
        0 => Reply::Json(200, String::new()),
        _ => Reply::Json(422, r#"{"message":"no"}"#.into()),
    });
    let ffx = Ffx::against(&server.base_url);
    let lines: String = (0..700).map(|n| format!("{HIT},t{n}\n")).collect();
    conversions(&ffx, &format!("hit,tx\n{lines}"), &["--yes"])
        .failed(1, &["lines 502 to 701", "500 accepted, 200 failed", "same command again"]);
}

#[test]
fn two_runs_do_not_send_one_file() {
    let server = accepting();
    let ffx = Ffx::against(&server.base_url);
    let csv = format!("hit,tx\n{HIT},a\n");
    let file = std::fs::File::open(ffx.write("c.csv", &csv)).unwrap();
    file.lock().unwrap();
    conversions(&ffx, &csv, &["--yes"]).failed(1, &["another ffx is at work", "nothing was sent"]);
    // A preview takes no lock.
    conversions(&ffx, &csv, &[]).done();
    assert!(server.seen().is_empty());
    file.unlock().unwrap();
    conversions(&ffx, &csv, &["--yes"]).done();
}

#[test]
fn the_file_may_come_from_stdin() {
    let server = accepting();
    let ffx = Ffx::against(&server.base_url);
    let push = ["conversions", "push", "-", "--postbacks=none", "--yes"];
    ffx.run_with(&push, &format!("hit,tx\n{HIT},a\n")).done();
    assert_eq!(server.seen()[0].json()["hits"].as_array().unwrap().len(), 1);
    let csv = format!("date,funnel,traffic_source,cost,c1\n2026-03-29,{FUNNEL},{SOURCE},1,x\n");
    let shown = ffx.run_with(&["costs", "push", "-", "--tz=UTC"], &csv).done();
    assert!(shown.stdout.contains("c1=x"), "{}", shown.stdout);
}

#[test]
fn a_dry_run_needs_no_login() {
    let ffx = Ffx::new();
    let shown = conversions(&ffx, &format!("hit\n{HIT}\n"), &["--dry-run"]).done();
    assert!(shown.stdout.contains("PUT /reporting/update/conversions"), "{}", shown.stdout);
    let shown = costs(&ffx, &format!("2026-03-29,{FUNNEL},{SOURCE},1,x\n"), &["--dry-run"]).done();
    assert!(shown.stdout.contains("PUT /reporting/update/cost"), "{}", shown.stdout);
    let event = ffx.write("event.json", "{}");
    ffx.run(&["custom-events", "push", event.to_str().unwrap(), "--dry-run"]).done();
}

#[test]
fn the_preview_of_costs_has_days_and_their_instants_once() {
    let ffx = Ffx::new();
    let csv = format!("2026-03-29,{FUNNEL},{SOURCE},1,x\n2026-03-30,{FUNNEL},{SOURCE},1,x\n");
    let shown = costs(&ffx, &csv, &[]).done().stdout;
    assert!(shown.contains("Day") && !shown.contains("From"), "{shown}");
    let instants = "from 2026-03-29T00:00:00+00:00 to 2026-03-30T23:59:59+00:00";
    assert_eq!(shown.matches("T00:00:00").count(), 1, "{shown}");
    assert!(shown.contains(instants), "{shown}");
}

#[test]
fn the_preview_of_costs_has_subtotals_where_lines_share_a_day() {
    let ffx = Ffx::new();
    let line =
        |day: u32, cost: &str, c1: &str| format!("2026-03-{day},{FUNNEL},{SOURCE},{cost},{c1}\n");
    let shown = |lines: &[String]| costs(&ffx, &lines.concat(), &[]).done().stdout;
    let three = [line(29, "1.50", "x"), line(30, "2", "x"), line(29, "0.25", "y")];
    let table = shown(&three);
    let sums = table.split_once("\n\n").unwrap().1;
    for (day, words) in [("2026-03-29", ["2", "1.75"]), ("2026-03-30", ["1", "2"])] {
        let row = sums.lines().find(|row| row.starts_with(day)).unwrap();
        let cells: Vec<&str> = row.split_whitespace().collect();
        assert_eq!(cells, [&[day, FUNNEL, SOURCE][..], &words].concat(), "{table}");
    }
    assert!(table.contains("3.75 in total"), "{table}");
    // Where each line has a day of its own, they would be the lines again.
    assert!(!shown(&three[..2]).contains("Lines"));
    // Many days are shown briefly.
    let many: Vec<String> =
        (0..50).map(|at| line(10 + at / 2 % 20, "1", &format!("v{at}"))).collect();
    assert_eq!(shown(&many).matches("… and ").count(), 1, "the lines, not the 20 days");
}

#[test]
fn a_long_upload_tells_how_far_it_is_without_a_terminal_too() {
    let server = accepting();
    let ffx = Ffx::against(&server.base_url);
    let csv = |days: u32| {
        let lines = (0..days).map(|at| format!("2026-03-{},{FUNNEL},{SOURCE},1,x\n", 10 + at));
        lines.collect::<String>()
    };
    // A request for each day.
    let told = costs(&ffx, &csv(20), &["--yes", "--unchecked-ids"]).done().stderr;
    let lines: Vec<&str> = told.lines().filter(|line| line.contains(" of 20 lines (")).collect();
    assert_eq!(lines.len(), 9, "{told}");
    for (at, line) in (1..).zip(lines) {
        let start = format!("{} of 20 lines ({} %), ", 2 * at, 10 * at);
        assert!(line.starts_with(&start) && line.ends_with(" left"), "{line}");
        assert!(line.contains(" a second, "), "{line}");
    }
    let quiet = costs(&ffx, &csv(20), &["--yes", "--unchecked-ids", "--resend", "-q"]).done();
    assert!(!quiet.stderr.contains(" of 20 lines ("), "{}", quiet.stderr);
    let short = costs(&ffx, &csv(5), &["--yes", "--unchecked-ids", "--resend"]).done().stderr;
    assert!(!short.contains(" of 5 lines ("), "{short}");
}

#[test]
fn a_refused_upload_of_many_costs_names_its_lines_briefly() {
    let server = Handmade::account(|seen, _| match seen.line.starts_with("PUT") {
        true => Reply::Json(422, r#"{"message":"no"}"#.into()),
        false => Reply::Json(200, String::new()),
    });
    let ffx = Ffx::against(&server.base_url);
    let csv: String = (0..400).map(|n| format!("2026-03-29,{FUNNEL},{SOURCE},1,v{n}\n")).collect();
    let outcome = costs(&ffx, &csv, &["--yes"]).failed(1, &["lines 2 to ", "same command again"]);
    assert!(outcome.stderr.len() < 1500, "{}", outcome.stderr);
}

#[test]
fn a_reset_reaches_up_to_the_moment_of_its_count() {
    let server = Handmade::account(|_, _| Reply::Json(200, r#"{"count":7}"#.into()));
    let ffx = Ffx::against(&server.base_url);
    let reset = |from: &str| {
        ffx.run(&["reset", "--from", from, "--to=8999-12-31", "--tz=UTC", "--everything", "--yes"])
    };
    let done = reset("2026-01-02").done();
    assert!(done.stderr.contains("the moment of the count"), "{}", done.stderr);
    assert!(server.seen().iter().all(|seen| !seen.body.contains("8999-12-31")));
    assert!(server.seen().iter().all(|seen| seen.body.contains("2026-01-02T00:00:00")));
    let before = server.seen().len();
    reset("8000-01-01").failed(2, &["has not begun yet"]);
    assert_eq!(server.seen().len(), before);
}

#[test]
fn a_zone_that_looks_like_a_place_but_is_an_offset_is_refused() {
    let ffx = Ffx::new();
    let csv = format!("date,funnel,traffic_source,cost,c1\n2026-03-29,{FUNNEL},{SOURCE},1,x\n");
    let file = ffx.write("costs.csv", &csv);
    let push = |zone: &str, words: &[&str]| {
        ffx.run(&["costs", "push", file.to_str().unwrap(), "--tz", zone]).failed(2, words)
    };
    push("EST", &["--tz: `EST`", "America/New_York"]);
    push("mst", &["America/Denver"]);
    push("HST", &["Pacific/Honolulu"]);
    push("Etc/GMT+5", &["opposite sign"]);
    push("EDT", &["--tz: `EDT`", "America/New_York"]);
    push("cst", &["--tz: `cst`", "America/Chicago"]);
    push("PDT", &["America/Los_Angeles"]);
    push("BST", &["Europe/London"]);
    push("CEST", &["Europe/Berlin"]);
    let stderr = push("PST", &["--tz: `PST`", "America/Los_Angeles"]).stderr;
    assert!(!stderr.contains("`EST`") && !stderr.contains("`MST`"), "{stderr}");
}

#[test]
fn a_cost_is_of_a_day_an_hour_or_of_days_that_are_asked_for() {
    let ffx = Ffx::new();
    let csv = |rows: &[&str]| {
        let rows = rows.iter().map(|row| format!("{row},{FUNNEL},{SOURCE},1.50,x\n"));
        format!("date,hour,end,funnel,traffic_source,cost,c1\n{}", rows.collect::<String>())
    };
    let push = |rows: &[&str], more: &[&str]| {
        let file = ffx.write("costs.csv", &csv(rows));
        let push = ["costs", "push", file.to_str().unwrap(), "--tz=Europe/Berlin"];
        ffx.run(&[&push[..], more].concat())
    };
    let rows =
        ["2026-10-24,,", "2026-10-25,2,", "2026-10-25,07:00,2026-10-25", "2026-10-26,,2026-10-28"];
    let told = push(&rows, &["-o=json", "--periods"]).done().json();
    let times = told.as_array().unwrap().iter().map(|row| {
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        (text("start"), text("end"))
    });
    let expected = [
        ("2026-10-24T00:00:00+02:00", "2026-10-24T23:59:59+02:00"),
        ("2026-10-25T02:00:00+02:00", "2026-10-25T02:59:59+01:00"),
        ("2026-10-25T07:00:00+01:00", "2026-10-25T07:59:59+01:00"),
        ("2026-10-26T00:00:00+01:00", "2026-10-28T23:59:59+01:00"),
    ];
    let expected = expected.map(|(start, end)| (start.to_owned(), end.to_owned()));
    assert_eq!(times.collect::<Vec<_>>(), expected);
    let table = push(&rows, &["--periods"]).done().stdout;
    for shown in ["2026-10-24  ", "2026-10-25 07:00–07:59", "2026-10-26 to 2026-10-28"] {
        assert!(table.contains(shown), "{table}");
    }

    for (row, words) in [
        ("2026-10-26,,2026-10-28", &["line 2", "--periods"][..]),
        ("2026-10-26,24,", &["line 2: hour \"24\": expected an hour of one day"]),
        ("2026-10-26,2 PM,", &["line 2: hour \"2 PM\""]),
        ("2026-03-29,2,", &["line 2: hour \"2\": 2026-03-29 has none in Europe/Berlin"]),
    ] {
        push(&[row], &[]).failed(2, words);
    }
    push(&["2026-10-28,,2026-10-26"], &["--periods"]).failed(2, &["line 2"]);
    push(&["2026-10-26,3,2026-10-28"], &["--periods"]).failed(2, &["hour of one day"]);
    // Two hours of one day are two costs, and the same hour twice is one cost too many.
    push(&["2026-10-24,3,", "2026-10-24,3,"], &[]).failed(2, &["line 3"]);
}
