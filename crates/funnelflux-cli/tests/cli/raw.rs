//! `ffx report raw`.

use funnelflux::emulator::Emulator;

use crate::support::{Ffx, Handmade, Reply, serve};

const DAY: [&str; 5] = ["report", "raw", "--from=2024-03-05", "--to=2024-03-05", "--tz=UTC"];

fn raw(ffx: &Ffx, rest: &[&str]) -> crate::support::Outcome {
    ffx.run(&[&DAY[..], rest].concat())
}

#[test]
fn rows_are_printed_page_by_page_and_a_run_can_continue_another() {
    let served = serve(Emulator::builder());
    let ffx = Ffx::at(&served.emulator);
    let all = raw(&ffx, &["-o", "ndjson", "--page-length", "300"]).done();
    let count = all.stdout.lines().count();
    assert!(count > 1000, "{count} rows");
    assert!(all.stderr.ends_with(&format!("{count} rows\n")), "{}", all.stderr);
    // The pages with rows, and the empty one at the end.
    assert_eq!(served.emulator.calls().of("reporting.hits"), (count as u64).div_ceil(300) + 1);

    let first = raw(&ffx, &["-o", "ndjson", "--limit", "700"]).done();
    assert!(first.stderr.contains("--resume-at 700"), "{}", first.stderr);
    let rest = raw(&ffx, &["-o", "ndjson", "--resume-at", "700"]).done();
    assert_eq!(first.stdout + &rest.stdout, all.stdout);
    // No page before the empty one was read, so none is said to be full.
    let beyond = raw(&ffx, &["-o", "ndjson", "--resume-at", "99999"]).done();
    assert!(beyond.stderr.contains("the page at row 99999 is empty"), "{}", beyond.stderr);
}

#[test]
fn every_format_is_printed_from_the_emulator_inside_ffx() {
    let ffx = Ffx::new();
    for format in ["table", "json", "ndjson", "csv"] {
        let ran = raw(&ffx, &["--emulator", "--limit=2", "-o", format]).done();
        let told = if format == "table" { &ran.stdout } else { &ran.stderr };
        assert!(told.contains("EMULATED DATA"), "{format}: {}", ran.stderr);
    }
}

#[test]
fn kinds_are_chosen_and_formats_agree() {
    let served = serve(Emulator::builder());
    let ffx = Ffx::at(&served.emulator);
    let lines = raw(&ffx, &["-o", "ndjson", "--conversions"]).done().stdout;
    assert!(lines.lines().all(|line| line.contains(r#""kind":"conversion""#)));
    let array = raw(&ffx, &["-o", "json", "--conversions"]).done().json();
    let csv = raw(&ffx, &["-o", "csv", "--conversions"]).done().stdout;
    let table = raw(&ffx, &["--conversions"]).done().stdout;
    let count = lines.lines().count();
    assert_eq!(array.as_array().unwrap().len(), count);
    assert_eq!(csv.lines().count(), count + 1);
    assert_eq!(table.lines().filter(|line| line.contains(" conversion ")).count(), count);
    let some =
        raw(&ffx, &["-o", "csv", "--conversions", "--columns", "hitId,revenue"]).done().stdout;
    assert!(some.starts_with("hitId,revenue\n"), "{some}");
    let slip = raw(&ffx, &["-o", "csv", "--limit", "3", "--columns", "hitId,hitID"]).done();
    assert!(slip.stderr.contains("no row has `hitID`"), "{}", slip.stderr);
}

#[test]
fn data_that_may_be_incomplete_gets_a_warning() {
    let served = serve(Emulator::builder().raw_event_cap(1000));
    let outcome = raw(&Ffx::at(&served.emulator), &["-o", "ndjson", "-q"]).done();
    assert_eq!(outcome.stdout.lines().count(), 1000);
    assert!(
        outcome.stderr.contains("warning: 1000 rows, and there may be more"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn csv_keeps_members_that_only_later_rows_have() {
    let pages = [
        "[{\"a\": 1.50, \"b\": \"x\"}]",
        "[{\"a\": \"2.00\", \"c\": {\"d\": [1, 2]}}]",
        "[7]",
        "[]",
    ];
    let server = Handmade::serve(move |_, before| Reply::Json(200, pages[before].into()));
    let outcome = raw(&Ffx::against(&server.base_url), &["-o", "csv", "--page-length=1"]).done();
    assert_eq!(
        outcome.stdout,
        "a,b,other_members\n1.50,x,\n2.00,,\"{\"\"c\"\":{\"\"d\"\": [1, 2]}}\"\n,,7\n"
    );
    assert!(outcome.stderr.contains("2 rows have members"), "{}", outcome.stderr);
}

#[test]
fn a_failure_in_the_middle_says_where_to_continue() {
    let server = Handmade::serve(|_, before| match before {
        0 => Reply::Json(200, r#"{"rows":[{"a":1},{"a":2}]}"#.into()),
        _ => Reply::Json(400, r#"{"error":{"code":400,"message":"no more today"}}"#.into()),
    });
    let ffx = Ffx::against(&server.base_url);
    let outcome = raw(&ffx, &["-o", "ndjson", "--page-length=2", "--resume-at=10"]);
    let outcome = outcome.failed(1, &["no more today", "--resume-at 12"]);
    assert_eq!(outcome.stdout, "{\"a\":1}\n{\"a\":2}\n");
    assert_eq!(server.seen()[1].json()["pagingStart"], 12);
}

#[test]
fn rows_that_shift_between_pages() {
    // The second page begins with the last row of the first.
    let shifted = ["a,b,c", "c,d", ""].map(|rows| {
        let rows = rows.split(',').filter(|row| !row.is_empty());
        let rows = rows.map(|row| format!(r#"{{"hit":"{row}"}}"#)).collect::<Vec<_>>().join(",");
        format!(r#"{{"rows":[{rows}]}}"#)
    });
    let server = Handmade::serve(move |_, before| Reply::Json(200, shifted[before % 3].clone()));
    let ffx = Ffx::against(&server.base_url);
    let once = "{\"hit\":\"a\"}\n{\"hit\":\"b\"}\n{\"hit\":\"c\"}\n{\"hit\":\"d\"}\n";
    let outcome = raw(&ffx, &["-o", "ndjson", "--page-length=3"]);
    let outcome = outcome.failed(1, &["4 rows", "1 came again", "--allow-cut"]);
    assert_eq!(outcome.stdout, once);
    assert!(!outcome.stderr.contains("--resume-at"), "{}", outcome.stderr);
    let allowed = raw(&ffx, &["-o", "ndjson", "--page-length=3", "--allow-cut"]).done();
    assert_eq!(allowed.stdout, once);

    // After a shift, a failure does not say where to continue.
    let server = Handmade::serve(|_, before| match before {
        0 => Reply::Json(200, r#"{"rows":[{"a":1},{"a":2}]}"#.into()),
        1 => Reply::Json(200, r#"{"rows":[{"a":2},{"a":3}]}"#.into()),
        _ => Reply::Json(400, r#"{"error":{"code":400,"message":"no more today"}}"#.into()),
    });
    let outcome = raw(&Ffx::against(&server.base_url), &["-o", "ndjson", "--page-length=2"]);
    let outcome = outcome.failed(1, &["no more today", "3 rows printed", "begin again"]);
    assert!(!outcome.stderr.contains("--resume-at"), "{}", outcome.stderr);

    // Known to be cut.
    let cut = r#"{"rows":[{"a":1}],"total":9,"hasMore":false}"#;
    let server = Handmade::serve(move |_, _| Reply::Json(200, cut.into()));
    let ffx = Ffx::against(&server.base_url);
    raw(&ffx, &["-o", "ndjson"]).failed(1, &["1 row, and the server speaks of more"]);
    raw(&ffx, &["-o", "ndjson", "--allow-cut"]).done();
}

#[test]
fn a_range_ends_now_at_the_latest_and_a_later_run_is_given_the_same_one() {
    use funnelflux::model::time::TimeRange;
    use funnelflux::transport::{Timer as _, TokioTimer};

    let server = Handmade::serve(|_, before| match before % 2 {
        0 => Reply::Json(200, r#"{"rows":[{"a":1},{"a":2}]}"#.into()),
        _ => Reply::Json(400, r#"{"error":{"code":400,"message":"no more today"}}"#.into()),
    });
    let ffx = Ffx::against(&server.base_url);
    for (range, is_over) in [
        (&["--last=1d", "--tz=UTC"][..], false),
        (&["--last=2w", "--tz=America/New_York"], false),
        (&["--last=3h", "--tz=Asia/Kolkata"], false),
        (&["--from=2026-01-02", "--to=2199-12-31", "--tz=Europe/Berlin"], false),
        (&["--from=2026-01-02T00:00:00Z", "--to=2199-12-31T00:00:00Z"], false),
        (&["--from=2026-01-02", "--to=2026-01-03", "--tz=Europe/Berlin"], true),
        (&["--from=2026-01-02T00:00:00Z", "--to=2026-01-03T00:00:00Z"], true),
    ] {
        let arguments = [&["report", "raw", "-o", "ndjson", "--page-length=2"], range].concat();
        let outcome = ffx.run(&arguments).failed(1, &["2 rows printed"]);
        let asked = server.seen().last().unwrap().json();
        let (from, to) = (asked["timeStart"].as_str().unwrap(), asked["timeEnd"].as_str().unwrap());
        let sent = TimeRange::from_rfc3339(from, to).unwrap();
        assert!(sent.end() <= TokioTimer.wall(), "{range:?}: {to}");
        if is_over {
            assert!(to.starts_with("2026-01-03T"), "{range:?}: {to}");
        }
        let again = format!("continue with --from {from} --to {to} --resume-at 2");
        assert!(outcome.stderr.contains(&again), "{range:?}: {}", outcome.stderr);
    }
    let ahead = ["report", "raw", "--from=2199-01-01", "--to=2199-01-02", "--tz=UTC"];
    ffx.run(&ahead).failed(2, &["2199-01-01T00:00:00+00:00, which lies ahead"]);
}
