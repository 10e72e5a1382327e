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
