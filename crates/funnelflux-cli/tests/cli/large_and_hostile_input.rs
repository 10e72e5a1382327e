//! Inputs of any size and shape are read or refused in bounded memory, with the reason.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::Stdio;

use funnelflux::emulator::Emulator;

use crate::support::{Ffx, Handmade, Outcome, Reply, serve};

const CREATE: [&str; 5] = ["offer-sources", "create", "--dry-run", "-f", "-"];

/// Writes a piece until the command has enough of it, at most a gibibyte.
fn endless(command: &[&str], piece: &[u8]) -> (Outcome, usize) {
    let ffx = Ffx::new().with("FUNNELFLUX_ACCESS_TOKEN", "token");
    let mut child = ffx.command(command).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut written = 0;
    while written < 1 << 30 && stdin.write_all(piece).is_ok() {
        written += piece.len();
    }
    drop(stdin);
    (child.wait_with_output().unwrap().into(), written)
}

#[test]
fn an_input_without_end_is_refused_before_it_fills_the_memory() {
    let megabyte = |text: &[u8]| text.repeat((1 << 20) / text.len());
    for (piece, word, most) in [
        (vec![0; 1 << 20], "NUL", 4 << 20),
        (megabyte(b"\n\0"), "UTF-16", 4 << 20),
        (megabyte(b"{\"offerSourceName\":\"x\"}\n"), "larger than 128 MiB", 140 << 20),
    ] {
        for command in [
            &CREATE[..],
            &["conversions", "push", "--postbacks=none", "-"],
            &["costs", "push", "--tz=UTC", "-"],
            &["custom-events", "push", "-"],
            &["api", "POST", "/x", "--body", "-"],
            &["id", "check", "-"],
            &["auth", "login", "--stdin"],
        ] {
            if most > 100 << 20 && command.len() != CREATE.len() {
                continue;
            }
            // Workbooks and UTF-16 have zeros, so an upload is read to its bound first.
            let is_upload = ["costs", "conversions"].contains(&command[0]);
            let (word, most) =
                if is_upload { ("larger than 128 MiB", 140 << 20) } else { (word, most) };
            let (outcome, written) = endless(command, &piece);
            outcome.failed(2, &[word, "nothing was sent"]);
            assert!(written <= most, "{command:?} took {written} bytes");
        }
    }
}

#[test]
fn nesting_is_bounded_at_a_named_depth() {
    let lists = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    let objects = |depth: usize| "{\"a\":".repeat(depth) + "1" + &"}".repeat(depth);
    let ffx = Ffx::new().with("FUNNELFLUX_ACCESS_TOKEN", "token");
    let events = ["custom-events", "push", "-"];
    let api = ["api", "POST", "/x", "--body", "-"];
    for (command, text, words) in [
        (
            &CREATE[..],
            format!("{{\"offerSourceName\":\"x\",\"a\":{}}}", lists(100_000)),
            &["128 levels"][..],
        ),
        (&CREATE, objects(100_000), &["128 levels"]),
        (&CREATE, lists(100_000), &["128 levels"]),
        (&CREATE, "[".repeat(100_000), &["128 levels"]),
        (&CREATE, format!("{{\"offerSourceName\":\"x\"}}\n{}", objects(100_000)), &["128 levels"]),
        (&CREATE, objects(129), &["128 levels"]),
        (&CREATE, format!("offerSourceName: x\na: {}", lists(100_000)), &["line 2"]),
        (
            &CREATE,
            format!(
                "offerSourceName: x\n{}",
                (0..500).fold(String::new(), |mut text, depth| {
                    let _ = writeln!(text, "{}a:", "  ".repeat(depth));
                    text
                })
            ),
            &["line"],
        ),
        (&CREATE, format!("a: {}", "- ".repeat(100_000)), &["line 1"]),
        (&CREATE, format!("a: {}x", "!".repeat(100_000)), &["line 1"]),
        (&events, objects(100_000), &["128 levels"]),
        (&events, format!("{{\"a\":{}}}", lists(128)), &["128 levels"]),
        (&api, lists(100_000), &["128 levels"]),
        (&api, objects(129), &["128 levels"]),
    ] {
        ffx.run_with(command, &text).failed(2, &[words, &["nothing was sent"]].concat());
    }
    // One level less is taken.
    ffx.run_with(&events, &format!("{{\"a\":{}}}", lists(127))).done();
}

#[test]
fn an_answer_of_brackets_is_printed_in_bounded_memory() {
    let deep = "[".repeat(30_000) + &"]".repeat(30_000);
    let server = Handmade::serve(move |_, _| Reply::Json(200, deep.clone()));
    let ffx = Ffx::against(&server.base_url);
    let out = ffx.run(&["api", "GET", "/x", "-o", "json"]);
    assert!(out.stdout.len() < 32 << 20, "{} bytes", out.stdout.len());
}

#[test]
fn honest_files_of_many_objects_are_read() {
    let ffx = Ffx::new();
    let yaml: String = (0..10_000).fold(String::new(), |mut text, n| {
        let _ = writeln!(
            text,
            "- offerSourceName: Network {n}\n  postbackSubId: s{n} # {n}\n  tags: [a, b]"
        );
        text
    });
    let ndjson: String = (0..10_000).fold(String::new(), |mut text, n| {
        let _ = writeln!(text, "{{\"offerSourceName\":\"Network {n}\",\"n\":{n}.50}}");
        text
    });
    let json = format!("[{}]", ndjson.trim_end().replace('\n', ",\n"));
    for text in [yaml, ndjson, json] {
        let file = ffx.write("many", &text);
        let create =
            ["offer-sources", "create", "--dry-run", "-o", "ndjson", "-f", file.to_str().unwrap()];
        assert_eq!(ffx.run(&create).done().stdout.lines().count(), 10_000);
    }
}

#[test]
fn a_file_above_its_bound_is_refused_with_the_way_out() {
    let served = serve(Emulator::builder().visits_per_hour(1));
    let ffx = Ffx::at(&served.emulator);
    let text = "x".repeat(17 << 20);
    let too_many = &["more than 100000 objects", "split it into smaller files"];
    for (input, words) in [
        (format!("[{}{{}}]", "{},".repeat(100_000)), &too_many[..]),
        ("{}\n".repeat(100_001), too_many),
        ("- {}\n".repeat(100_001), too_many),
        (
            format!("offerSourceName: {text}\n"),
            &["18 MiB of YAML; expected at most 16", "NDJSON"][..],
        ),
        (
            format!("{{\"offerSourceName\":\"a\"}}\n{{\"offerSourceName\":\"{text}\"}}\n"),
            &["line 2", "16 MiB in one line"],
        ),
    ] {
        ffx.run_with(&["offer-sources", "create", "-f", "-"], &input)
            .failed(2, &[words, &["nothing was sent"]].concat());
    }
    assert_eq!(served.emulator.calls().of("ledger.offersource.create"), 0);
}
