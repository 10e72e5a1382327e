//! What was uploaded before: a second run sends what changed, a third nothing, and an undo sets it back.

use crate::support::{FUNNEL, Ffx, Handmade, Outcome, Reply, SOURCE};

const HIT: &str = "01dkezmsf3bat8xdbz8rt039rh";

fn accepting() -> Handmade {
    Handmade::account(|_, _| Reply::Json(200, String::new()))
}

/// Pushes costs of two days: `day c1 cost`.
fn costs(ffx: &Ffx, lines: &[&str], more: &[&str]) -> Outcome {
    let line = |line: &&str| {
        let [day, c1, cost] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        format!("2026-03-{day},{FUNNEL},{SOURCE},{cost},{c1}\n")
    };
    let lines: String = lines.iter().map(line).collect();
    let file = ffx.write("costs.csv", &format!("date,funnel,traffic_source,cost,c1\n{lines}"));
    ffx.run(&[&["costs", "push", file.to_str().unwrap(), "--tz=UTC"][..], more].concat())
}

fn conversions(ffx: &Ffx, csv: &str, more: &[&str]) -> Outcome {
    let file = ffx.write("c.csv", &format!("hit,tx,payout\n{csv}"));
    ffx.run(&[&["conversions", "push", file.to_str().unwrap(), "--postbacks=none"], more].concat())
}

/// The cost that a request sets, by `c1`.
fn sent(server: &Handmade) -> Vec<(String, String)> {
    let seen = server.seen();
    let segments =
        seen.iter().flat_map(|seen| seen.json()["costSegments"].as_array().unwrap().clone());
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    segments.map(|it| (text(&it["restrictToTrackingFields"]["c1"][0]), text(&it["cost"]))).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(c1, cost)| ((*c1).to_owned(), (*cost).to_owned())).collect()
}

#[test]
fn the_same_file_again_sends_nothing_and_a_changed_cell_one_line() {
    let server = accepting();
    let ffx = Ffx::against(&server.base_url);
    costs(&ffx, &["29 a 1.50", "29 b 2", "30 a 3"], &["--yes"]).done();
    assert_eq!(server.seen().len(), 2);

    // An amount spelled otherwise is the same amount.
    let again = costs(&ffx, &["29 a 1.5", "30 a 3.00", "29 b 2"], &["--yes"]).done();
    assert_eq!(server.seen().len(), 2);
    for words in ["left out: 3 lines", "no line is to be sent"] {
        assert!(again.stderr.contains(words), "{}", again.stderr);
    }

    let changed = ["29 a 1.5", "29 b 2.25", "30 a 3"];
    let shown = costs(&ffx, &changed, &[]).done();
    assert!(shown.stderr.contains("1 line (line 3: 2 → 2.25)"), "{}", shown.stderr);
    assert!(shown.stdout.contains("1 request;"), "{}", shown.stdout);
    let rows = costs(&ffx, &changed, &["--yes", "-o", "json"]).done().json();
    assert_eq!((&rows[0]["request"], &rows[1]["request"]), (&serde_json::Value::Null, &1.into()));
    let outcomes: Vec<_> =
        rows.as_array().unwrap().iter().map(|row| row["outcome"].clone()).collect();
    assert_eq!(outcomes, ["unchanged", "accepted", "unchanged"]);
    assert_eq!(server.seen().len(), 3);
    assert_eq!(sent(&server)[3..], pairs(&[("b", "2.25")]));

    costs(&ffx, &changed, &["--yes", "--resend"]).done();
    assert_eq!(sent(&server).len(), 7);
}

#[test]
fn a_line_that_may_have_arrived_is_not_sent_again() {
    let server = Handmade::account(|_, before| match before {
        1 => Reply::Nothing,
        _ => Reply::Json(200, String::new()),
    });
    let ffx = Ffx::against(&server.base_url);
    let lines = ["28 a 1", "29 a 2", "30 a 3"];
    costs(&ffx, &lines, &["--yes"])
        .failed(4, &["line 3 ", "same command again sends the other lines"]);
    // The third was never sent, so it is sent now. The second is not.
    costs(&ffx, &lines, &["--yes"]).failed(4, &["line 3", "1 line not sent again", "unknown"]);
    assert_eq!(sent(&server), pairs(&[("a", "1"), ("a", "2"), ("a", "3")]));
    costs(&ffx, &lines, &["--yes"]).failed(4, &["1 line not sent again: line 3"]);
    // Not even with another value or by force: which of the two came last would be unknown.
    costs(&ffx, &["29 a 7"], &["--yes", "--resend"]).failed(4, &["1 line not sent again: line 2"]);
    let shown = costs(&ffx, &lines, &["-o", "ndjson"]).done();
    assert!(shown.stderr.contains("warning: 1 line not sent again"), "{}", shown.stderr);
    assert!(shown.stdout.lines().nth(1).unwrap().contains("\"unknown\""), "{}", shown.stdout);
    assert_eq!(server.seen().len(), 3);
}

#[test]
fn a_refused_line_is_sent_again() {
    let server = Handmade::account(|_, before| match before {
        0 => Reply::Json(422, r#"{"message":"no"}"#.into()),
        _ => Reply::Json(200, String::new()),
    });
    let ffx = Ffx::against(&server.base_url);
    costs(&ffx, &["29 a 1"], &["--yes"]).failed(1, &["same command again"]);
    costs(&ffx, &["29 a 1"], &["--yes"]).done();
    assert_eq!(sent(&server), pairs(&[("a", "1"), ("a", "1")]));
    let states = ffx.run(&["costs", "history", "-o", "json"]).done().json();
    assert_eq!((&states[0]["accepted"], &states[1]["refused"]), (&1.into(), &1.into()));
}

#[test]
fn a_spend_that_left_the_file_is_told_and_set_to_zero_on_demand() {
    let server = accepting();
    let ffx = Ffx::against(&server.base_url);
    costs(&ffx, &["28 z 9", "29 a 1.5", "29 b 2", "29 c 0"], &["--yes"]).done();
    let told = costs(&ffx, &["29 a 1.5"], &[]).done().stderr;
    // The day before is not in the file, and a cost of nothing is not missing.
    let expected = "1 cost of these days, funnels and traffic sources, 2 in total";
    assert!(
        told.contains(expected) && told.contains("was uploaded before and is not in"),
        "{told}"
    );
    assert!(told.contains("c1=b 2 (upload 1); --zero-missing sets it to 0"), "{told}");
    assert_eq!(sent(&server).len(), 4);
    costs(&ffx, &["29 a 1.5"], &["--zero-missing", "--yes"]).done();
    assert_eq!(sent(&server)[4..], pairs(&[("b", "0")]));
    let told = costs(&ffx, &["29 a 1.5"], &["--zero-missing", "--yes"]).done().stderr;
    assert!(!told.contains("zero-missing") && sent(&server).len() == 5, "{told}");
}

#[test]
fn only_what_the_file_would_have_is_set_to_zero() {
    let server = accepting();
    let ffx = Ffx::against(&server.base_url);
    let push = |lines: &str, more: &[&str]| {
        let file = ffx.write("x.csv", &format!("date,funnel,traffic_source,cost,c1,c2\n{lines}"));
        let push = ["costs", "push", file.to_str().unwrap(), "--tz=UTC", "--unchecked-ids"];
        ffx.run(&[&push[..], more].concat()).done().stderr
    };
    let (other_funnel, other_source) = ("2nIemJxCKbFY", "2n5JuOKWLTze");
    let earlier = format!(
        "2026-03-28,{FUNNEL},{SOURCE},1,a,\n\
         2026-03-29,{FUNNEL},{SOURCE},2,b,\n\
         2026-03-29,{other_funnel},{SOURCE},4,b,\n\
         2026-03-29,{FUNNEL},{other_source},8,b,\n\
         2026-03-30,{FUNNEL},{SOURCE},16,b,\n\
         2026-03-31,{FUNNEL},{SOURCE},32,b,x\n"
    );
    push(&earlier, &["--yes"]);
    // From the 29th to the 31st, of one funnel and one source, by `c1`.
    let later = format!(
        "2026-03-29,{FUNNEL},{SOURCE},3,a,\n\
         2026-03-31,{FUNNEL},{SOURCE},3,a,\n"
    );
    let told = push(&later, &["--zero-missing"]);
    assert!(
        told.contains("2 costs of these days, funnels and traffic sources, 18 in total"),
        "{told}"
    );
    for line in [
        format!("2026-03-29 {FUNNEL} {SOURCE} c1=b 2 (upload 1) → 0"),
        format!("2026-03-30 {FUNNEL} {SOURCE} c1=b 16 (upload 1) → 0"),
    ] {
        assert!(told.contains(&line), "{line}: {told}");
    }
    assert_eq!(told.lines().filter(|line| line.starts_with("  2026")).count(), 2, "{told}");
}

#[test]
fn a_wider_cost_is_not_set_to_zero_under_the_lines_of_the_file() {
    let server = accepting();
    let ffx = Ffx::against(&server.base_url);
    let file = |columns: &str, cells: &str| {
        let head = format!("date,funnel,traffic_source,cost,{columns}");
        ffx.write("x.csv", &format!("{head}\n2026-03-29,{FUNNEL},{SOURCE},5,{cells}\n"))
    };
    let wide = file("c1", "a");
    ffx.run(&["costs", "push", wide.to_str().unwrap(), "--tz=UTC", "--yes"]).done();
    let narrow = file("c1,c2", "a,b");
    let push = ["costs", "push", narrow.to_str().unwrap(), "--tz=UTC", "--zero-missing"];
    let words = ["1 earlier cost had another restriction", "(upload 1)", "--accept-overlap"];
    ffx.run(&push).failed(2, &words);
    let told = ffx.run(&[&push[..], &["--accept-overlap"]].concat()).done().stderr;
    assert!(told.contains(words[0]), "{told}");
    assert!(!told.contains("set to 0"), "{told}");
}

#[test]
fn a_cost_that_shares_a_part_of_the_time_of_an_earlier_one_is_refused_unless_it_is_accepted() {
    for (first, second, is_refused) in [
        // The same day of another zone, an hour of the day, a day of several, and the other way round.
        (("UTC", "2026-03-29,,"), ("America/New_York", "2026-03-29,,"), true),
        (("UTC", "2026-03-29,,"), ("UTC", "2026-03-29,20,"), true),
        (("UTC", "2026-03-29,20,"), ("UTC", "2026-03-29,,"), true),
        (("UTC", "2026-03-28,,2026-03-30"), ("UTC", "2026-03-29,,"), true),
        (("UTC", "2026-03-29,,"), ("UTC", "2026-03-28,,2026-03-30"), true),
        (("UTC", "2026-03-29,,"), ("UTC", "2026-03-29,,"), false),
        (("UTC", "2026-03-29,,"), ("UTC", "2026-03-30,,"), false),
        (("UTC", "2026-03-29,20,"), ("UTC", "2026-03-29,21,"), false),
    ] {
        let server = accepting();
        let ffx = Ffx::against(&server.base_url);
        let push = |(zone, cells): (&str, &str), yes: &[&str]| {
            let head = "date,hour,end,funnel,traffic_source,cost";
            let file = format!("{head}\n{cells},{FUNNEL},{SOURCE},100\n");
            let file = ffx.write("x.csv", &file);
            let tz = format!("--tz={zone}");
            let push = ["costs", "push", file.to_str().unwrap(), &tz, "--everything", "--periods"];
            ffx.run(&[&push[..], yes].concat())
        };
        push(first, &["--yes"]).done();
        let words = "1 earlier cost had another restriction or time on visits";
        let pushed = push(second, &["--yes"]);
        let (code, told) = (if is_refused { 2 } else { 0 }, &pushed.stderr);
        assert_eq!((pushed.code, told.contains(words)), (code, is_refused), "{second:?}: {told}");
        let told = push(second, &["--yes", "--accept-overlap"]).done().stderr;
        assert_eq!(told.contains(words), is_refused, "{second:?}: {told}");
    }
}

#[test]
fn an_undo_sets_back_what_was_before_and_can_be_undone() {
    let server = accepting();
    let ffx = Ffx::against(&server.base_url);
    costs(&ffx, &["29 a 1.50"], &["--yes"]).done();
    costs(&ffx, &["29 a 7", "29 b 2", "29 c 3"], &["--yes"]).done();
    costs(&ffx, &["29 c 4"], &["--yes"]).done();
    let listed = ffx.run(&["costs", "history", "-o", "json"]).done().json();
    let number = |at: usize| listed[at]["upload"].to_string();
    let second = number(1);
    let shown = ffx.run(&["costs", "undo", &second, "--clear-unread"]).done();
    for words in ["1.50", "c1=a", "2 lines of upload"] {
        assert!(shown.stdout.contains(words), "{words}: {}", shown.stdout);
    }
    for words in ["1 line (line 4), uploaded again since", "nothing was sent"] {
        assert!(shown.stderr.contains(words), "{words}: {}", shown.stderr);
    }
    assert_eq!(sent(&server).len(), 5);
    // Without the option, what nothing is known of stays, and the rest is set back.
    let kept =
        ["1 line (line 3), of which it was not read", "1 line not set back", "--clear-unread"];
    ffx.run(&["costs", "undo", &second, "--yes"]).failed(1, &kept);
    assert_eq!(sent(&server)[5..], pairs(&[("a", "1.50")]));
    ffx.run(&["costs", "undo", &second, "--yes", "--clear-unread"]).done();
    assert_eq!(sent(&server)[5..], pairs(&[("a", "1.50"), ("b", "0")]));
    // Undone is undone.
    let told = ffx.run(&["costs", "undo", &second, "--yes"]).done().stderr;
    assert!(told.contains("nothing to set back"), "{told}");
    assert!(told.contains("undone before"), "{told}");
    let undo = ffx.run(&["costs", "history", "-o", "json"]).done().json()[0].clone();
    assert_eq!(undo["file"], format!("undo of upload {second}"));
    ffx.run(&["costs", "undo", &undo["upload"].to_string(), "--yes"]).done();
    assert_eq!(sent(&server)[7..], pairs(&[("b", "2")]));
    ffx.run(&["costs", "undo", "99"]).failed(2, &["no upload 99", "`ffx costs history`"]);
}

/// The uploads of one line, and what an undo of each of these does to it; the last upload is 0.
#[test]
fn uploads_are_undone_one_after_the_other() {
    for (uploads, undone, expected) in [
        (&["1", "2"][..], &[0, 1][..], &["1", "0"][..]),
        (&["1", "2", "3"], &[0, 1, 2], &["2", "1", "0"]),
        // An undo of the undo brings the upload back, which can be undone again.
        (&["1", "2"], &[0, -1, 0, 1], &["1", "2", "1", "0"]),
        // What a later upload has replaced stays, and so does what is undone.
        (&["1", "2"], &[1, 0, 0], &["", "1", ""]),
        (&["1", "2", "3"], &[0, 2, 1, 1], &["2", "", "1", ""]),
    ] {
        let server = accepting();
        let ffx = Ffx::against(&server.base_url);
        for amount in uploads {
            costs(&ffx, &[&format!("29 a {amount}")], &["--yes"]).done();
        }
        let listed = || ffx.run(&["costs", "history", "-o", "json"]).done().json();
        let first = listed();
        for (upload, amount) in undone.iter().zip(expected) {
            let upload = match usize::try_from(*upload) {
                Ok(at) => first[at]["upload"].to_string(),
                Err(_) => listed()[0]["upload"].to_string(),
            };
            let before = sent(&server).len();
            ffx.run(&["costs", "undo", &upload, "--yes", "--clear-unread"]).done();
            let wanted = if amount.is_empty() { vec![] } else { pairs(&[("a", amount)]) };
            assert_eq!(sent(&server)[before..], wanted, "{uploads:?}, {undone:?}: {upload}");
        }
    }
}

/// Uploads of `first last cost`, each beside the ones before, and what undos send after them. An undo without `--clear-unread`
/// may leave everything.
#[test]
fn an_undo_gives_visits_back_what_other_uploads_had_for_them() {
    for (uploads, undone, expected) in [
        // A day in a week, and the undo of its undo.
        (
            &["28 30 30", "29 29 5"][..],
            &["2", "3"][..],
            &["29 29 0, 28 30 30", "28 30 30, 29 29 5"][..],
        ),
        // A week over days, of which nothing is known for the third.
        (
            &["28 28 1", "29 29 2", "28 30 30"],
            &["3", "3 --clear-unread"],
            &["", "28 30 0, 28 28 1, 29 29 2"],
        ),
        // The day had the week's, not its own of before.
        (&["29 29 2", "28 30 30", "29 29 4"], &["3"], &["29 29 2, 28 30 30"]),
        // What came later comes later again.
        (
            &["28 30 30", "29 29 5", "29 31 9"],
            &["1 --clear-unread"],
            &["28 30 0, 29 29 5, 29 31 9"],
        ),
        (
            &["28 29 30", "29 30 5", "30 31 9"],
            &["1 --clear-unread"],
            &["28 29 0, 29 30 5, 30 31 9"],
        ),
        // Another day.
        (&["28 28 1", "29 29 2"], &["1", "1 --clear-unread"], &["", "28 28 0"]),
    ] {
        let server = accepting();
        let ffx = Ffx::against(&server.base_url);
        for upload in uploads {
            let [first, last, cost] = upload.split(' ').collect::<Vec<_>>()[..] else { panic!() };
            let line = format!("2026-03-{first},2026-03-{last},{FUNNEL},{SOURCE},{cost}\n");
            let file = ffx.write("x.csv", &format!("date,end,funnel,traffic_source,cost\n{line}"));
            let push = ["costs", "push", file.to_str().unwrap(), "--tz=UTC", "--everything"];
            let more = ["--periods", "--accept-overlap", "--yes"];
            ffx.run(&[&push[..], &more].concat()).done();
        }
        for (options, expected) in undone.iter().zip(expected) {
            let before = server.seen().len();
            let words: Vec<&str> = options.split(' ').collect();
            let shown = ffx.run(&[&["costs", "undo"][..], &words].concat());
            let undo = ffx.run(&[&["costs", "undo", "--yes"][..], &words].concat());
            let told = format!("{uploads:?} {options}: {}", undo.stderr);
            assert_eq!(undo.code, i32::from(expected.is_empty()), "{told}");
            let seen = server.seen();
            let sent = seen[before..].iter().map(|seen| {
                let body = seen.json();
                let day = |name: &str| body[name].as_str().unwrap()[8..10].to_owned();
                let cost = body["costSegments"][0]["cost"].as_str().unwrap();
                format!("{} {} {cost}", day("timeStart"), day("timeEnd"))
            });
            assert_eq!(sent.collect::<Vec<_>>().join(", "), *expected, "{told}");
            let lines = if expected.is_empty() { 0 } else { expected.split(',').count() };
            let words = format!("{lines} line");
            assert_eq!(shown.stdout.contains(&words), lines > 0, "{}", shown.stdout);
        }
    }
}

/// Undos of uploads of `first last cost` of which a request is refused or has no answer from the server, and the same again.
#[test]
fn an_undo_that_was_cut_off_gives_all_visits_back_the_next_time() {
    for (uploads, undo, refused, whole) in [
        (&["28 30 30", "29 29 5"][..], "2", 0, "29 29 0, 28 30 30"),
        (&["28 30 30", "29 29 5"], "2", 1, "29 29 0, 28 30 30"),
        (&["28 30 30", "29 29 5", "29 31 9"], "1", 1, "28 30 0, 29 29 5, 29 31 9"),
        (&["28 30 30", "29 29 5", "29 31 9"], "1", 2, "28 30 0, 29 29 5, 29 31 9"),
    ] {
        let fails_at = uploads.len() + refused;
        let server = Handmade::account(move |_, before| match before == fails_at {
            true => Reply::Json(422, r#"{"message":"no"}"#.into()),
            false => Reply::Json(200, String::new()),
        });
        let ffx = Ffx::against(&server.base_url);
        for upload in uploads {
            let [first, last, cost] = upload.split(' ').collect::<Vec<_>>()[..] else { panic!() };
            let line = format!("2026-03-{first},2026-03-{last},{FUNNEL},{SOURCE},{cost}\n");
            let file = ffx.write("x.csv", &format!("date,end,funnel,traffic_source,cost\n{line}"));
            let push = ["costs", "push", file.to_str().unwrap(), "--tz=UTC", "--everything"];
            let more = ["--periods", "--accept-overlap", "--yes"];
            ffx.run(&[&push[..], &more].concat()).done();
        }
        let sent = |before: usize| {
            let seen = server.seen();
            let sent = seen[before..].iter().map(|seen| {
                let body = seen.json();
                let day = |name: &str| body[name].as_str().unwrap()[8..10].to_owned();
                let cost = body["costSegments"][0]["cost"].as_str().unwrap();
                format!("{} {} {cost}", day("timeStart"), day("timeEnd"))
            });
            sent.collect::<Vec<_>>().join(", ")
        };
        let undo = ["costs", "undo", undo, "--yes", "--clear-unread"];
        ffx.run(&undo).failed(1, &[]);
        let before = server.seen().len();
        ffx.run(&undo).done();
        assert_eq!(sent(before), whole, "{uploads:?}, {refused}");
        // Then it is done.
        let told = ffx.run(&undo).done().stderr;
        assert!(told.contains("undone before") && told.contains("nothing to set back"), "{told}");
    }
}

#[test]
fn an_undo_of_conversions_calls_no_postback() {
    let server = accepting();
    let ffx = Ffx::against(&server.base_url);
    let push = ["--yes", "--existing=add"];
    conversions(&ffx, &format!("{HIT},a,1\n{HIT},b,\n{HIT},c,delete\n"), &push).done();
    conversions(&ffx, &format!("{HIT},a,2\n{HIT},b,\n"), &push).done();
    assert_eq!(server.seen()[1].json()["hits"].as_array().unwrap().len(), 1);
    let listed = ffx.run(&["conversions", "history", "-o", "json"]).done().json();
    let undo = |at: usize| {
        let upload = listed[at]["upload"].to_string();
        ffx.run(&["conversions", "undo", &upload, "--yes", "--clear-unread"]).done().stderr
    };
    undo(0);
    let told = undo(1);
    assert!(told.contains("1 line (line 4), which deleted a conversion"), "{told}");
    let bodies: Vec<_> = server.seen()[2..].iter().map(crate::support::Seen::json).collect();
    let hits = |at: usize| {
        let hits = bodies[at]["hits"].as_array().unwrap().iter();
        hits.map(|hit| format!("{} {}", hit["transaction"], hit["payout"])).collect::<Vec<_>>()
    };
    assert_eq!(hits(0), ["\"a\" 1"]);
    assert_eq!(hits(1), ["\"a\" -1", "\"b\" -1"]);
    assert!(bodies.iter().all(|body| body["postbackCalls"] == "none"), "{bodies:?}");
}

#[test]
fn the_history_names_each_line_and_no_account_sees_that_of_another() {
    let server = Handmade::account(|_, before| match before {
        1 => Reply::Nothing,
        _ => Reply::Json(200, String::new()),
    });
    let ffx = Ffx::against(&server.base_url);
    let none = ffx.run(&["costs", "history", "-o", "json"]).done();
    assert_eq!(none.stdout, "[]\n");
    assert!(!ffx.path("state").exists(), "looking makes no file");
    costs(&ffx, &["28 a 1.50", "29 a 2"], &["--yes"]).failed(4, &[]);
    let upload = ffx.run(&["costs", "history", "-o", "json"]).done().json()[0].clone();
    assert_eq!((&upload["lines"], &upload["ambiguous"]), (&2.into(), &1.into()));
    assert!(upload["file"].as_str().unwrap().ends_with("costs.csv"), "{upload}");
    let number = upload["upload"].to_string();
    let lines = ffx.run(&["costs", "history", &number, "-o", "json"]).done().json();
    let line = |at: usize, name: &str| lines[at][name].clone();
    assert_eq!(line(0, "what"), format!("2026-03-28 {FUNNEL} {SOURCE} c1=a"));
    assert_eq!(
        (line(0, "line"), line(0, "amount"), line(0, "state")),
        (2.into(), "1.50".into(), "accepted".into())
    );
    assert_eq!(line(1, "state"), "ambiguous");
    let undo = ["costs", "undo", &number, "--clear-unread", "--yes"];
    ffx.run(&undo[..4]).done();
    for words in ["accepted", "nothing to set back"] {
        // The second run finds the line that is known set back already.
        ffx.run(&undo).failed(4, &[words, "1 line not set back", "costs.csv --tz=UTC` reads"]);
    }
    assert!(ffx.run(&["costs", "history"]).done().stdout.contains("Ambiguous"));
    assert!(ffx.run(&["costs", "history", &number]).done().stdout.contains("c1=a"));
    let other = ["--base-url", "http://127.0.0.1:1/v1", "costs", "history", "-o", "json"];
    assert_eq!(ffx.run(&other).done().stdout, "[]\n");
    assert_eq!(ffx.run(&["conversions", "history", "-o", "json"]).done().stdout, "[]\n");
}
