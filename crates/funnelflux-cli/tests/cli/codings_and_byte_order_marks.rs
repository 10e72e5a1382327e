//! A byte order mark at the start of an input is skipped. An input in another encoding than UTF-8 is
//! refused, and the error names the encoding.

use std::io::Write as _;
use std::process::Stdio;

use funnelflux::emulator::Emulator;

use crate::support::{Ffx, Handmade, Outcome, Reply, serve};

/// Each command that reads a file or stdin, and a text for it.
const INPUTS: [(&[&str], &str); 11] = [
    (&["offer-sources", "create", "--dry-run", "-f"], "offerSourceName: Zürich\n"),
    (&["offer-sources", "create", "--dry-run", "-f"], "[{\"offerSourceName\": \"Zürich\"}]"),
    (
        &["offer-sources", "create", "--dry-run", "-f"],
        "{\"offerSourceName\": \"a\"}\n{\"offerSourceName\": \"b\"}\n",
    ),
    (&["offer-sources", "update", "2nIemJxCKbFX", "--dry-run", "-f"], "offerSourceName: Zürich\n"),
    (
        &["conversions", "push", "--postbacks=none"],
        "hit,transaction,payout\n2nIemJxCKbFX0,tx,1.50\n",
    ),
    (
        &["conversions", "push", "--postbacks=all", "--dry-run"],
        "hit,payout\r\n2nIemJxCKbFX0,1.50\r\n",
    ),
    (&["costs", "push", "--tz=UTC", "--everything", "--unchecked-ids"], COSTS),
    (&["custom-events", "push"], "{\"a\": 1}"),
    (&["api", "POST", "/reporting/drilldown/report", "--body"], "{\"a\": 1}"),
    (&["id", "check"], "2nIemJxCKbFX\n"),
    (&["auth", "login", "--stdin"], "{\"access_token\": \"a.b.c\"}"),
];

const COSTS: &str = "date,funnel,traffic_source,cost\n2026-03-01,2nIemJxCKbFX,2nIemJxCKbFY,1.50\n";

/// Runs a command on these bytes, as a file if it takes one, and through stdin.
fn run(ffx: &Ffx, command: &[&str], bytes: &[u8]) -> Vec<Outcome> {
    let path = ffx.path("input");
    std::fs::write(&path, bytes).unwrap();
    let sources = if command.contains(&"--stdin") {
        vec![None]
    } else {
        vec![Some(path.to_str().unwrap()), Some("-")]
    };
    let run = |source: &Option<&str>| {
        let arguments: Vec<&str> = command.iter().copied().chain(*source).collect();
        let mut child = ffx.command(&arguments).stdin(Stdio::piped()).spawn().unwrap();
        // A command that refuses the beginning does not read the rest.
        let _ = child.stdin.take().unwrap().write_all(bytes);
        Outcome::from(child.wait_with_output().unwrap())
    };
    sources.iter().map(run).collect()
}

fn utf16(text: &str, mark: bool, is_big: bool) -> Vec<u8> {
    let marked = if mark { format!("\u{feff}{text}") } else { text.to_owned() };
    let units = marked.encode_utf16();
    units.flat_map(|unit| if is_big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

#[test]
fn a_byte_order_mark_of_utf_8_is_skipped_in_every_input() {
    let served = serve(Emulator::builder().visits_per_hour(1));
    for (command, text) in INPUTS {
        let ffx = Ffx::at(&served.emulator);
        let plain = run(&ffx, command, text.as_bytes());
        let marked = run(&ffx, command, &[b"\xef\xbb\xbf", text.as_bytes()].concat());
        for (plain, marked) in plain.iter().zip(&marked) {
            assert_eq!(plain.code, marked.code, "{command:?}: {}", marked.stderr);
            let ids = |text: &str| {
                text.split('"')
                    .filter(|part| part.len() != 12)
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            };
            assert_eq!(ids(&plain.stdout), ids(&marked.stdout), "{command:?}");
            assert_ne!(plain.code, 2, "{command:?}: {}", plain.stderr);
        }
    }
}

#[test]
fn an_input_in_another_encoding_is_named_and_nothing_is_sent() {
    let served = serve(Emulator::builder().visits_per_hour(1));
    for (command, text) in INPUTS {
        for (bytes, word) in [
            (utf16(text, true, false), "UTF-16"),
            (utf16(text, true, true), "UTF-16"),
            (utf16(text, false, false), "UTF-16"),
            (utf16(text, false, true), "UTF-16"),
            (b"\xff\xfe\0\0a\0\0\0".to_vec(), "UTF-32"),
            (b"\x1f\x8b\x08\0\0\0\0\0".to_vec(), "gzip"),
            (b"PK\x03\x04\x14\0\0\0".to_vec(), "workbook"),
            ([text.as_bytes(), b"\xfc"].concat(), "UTF-8"),
            ([text.as_bytes(), b"\0"].concat(), "NUL"),
        ] {
            let ffx = Ffx::at(&served.emulator);
            let is_upload = ["costs", "conversions"].contains(&command[0]);
            let plain = run(&ffx, command, text.as_bytes());
            for (plain, outcome) in plain.iter().zip(run(&ffx, command, &bytes)) {
                // Uploads take what spreadsheets and networks write; the last byte is a line of one cell then.
                if is_upload && word == "UTF-16" {
                    let found = (outcome.code, &outcome.stdout);
                    assert_eq!(found, (plain.code, &plain.stdout), "{}", outcome.stderr);
                    continue;
                }
                let word = if is_upload && word == "UTF-8" { "got 1 cell" } else { word };
                outcome.failed(2, &[word, "nothing was sent"]);
            }
        }
    }
}

#[test]
fn an_input_that_cannot_be_read_is_a_wrong_argument() {
    let server = Handmade::serve(|_, _| Reply::Nothing);
    let ffx = Ffx::against(&server.base_url);
    std::fs::create_dir(ffx.path("directory")).unwrap();
    ffx.write("file", "x");
    for (command, _) in INPUTS.iter().filter(|(command, _)| !command.contains(&"--stdin")) {
        for (name, word) in [
            ("missing", "No such file"),
            ("directory", "directory"),
            ("file/below", "Not a directory"),
        ] {
            let path = ffx.path(name);
            let path = path.to_str().unwrap();
            let words = [&format!("{path} cannot be read"), word];
            ffx.run(&[command, &[path][..]].concat()).failed(2, &words);
        }
    }
    assert!(server.seen().is_empty());
}

#[test]
fn a_profile_with_a_mark_is_read_and_one_in_utf_16_is_named() {
    let ffx = Ffx::new();
    ffx.write("profiles/default.toml", "\u{feff}output = \"json\"\n");
    let out = ffx.run(&["offer-sources", "members"]).done().stdout;
    assert!(out.starts_with('['), "{out}");
    std::fs::write(ffx.path("profiles/default.toml"), utf16("rate = 1.0\n", true, false)).unwrap();
    ffx.run(&["offer-sources", "members"]).failed(2, &["UTF-16", "default.toml"]);
}
