//! `ffx id`.

use std::collections::HashSet;
use std::io::Read as _;

use crate::support::Ffx;

#[test]
fn two_hundred_thousand_ids_are_valid_and_all_different() {
    let ffx = Ffx::new();
    let made = ffx.run(&["id", "new", "-n", "200000"]).done();
    let ids: HashSet<&str> = made.stdout.lines().collect();
    assert_eq!(ids.len(), 200_000);
    let checked = ffx.run_with(&["id", "check"], &made.stdout).done();
    assert_eq!(
        (checked.stdout.as_str(), checked.stderr.trim()),
        ("", "200000 lines, all of them asset ids")
    );
    assert_eq!(ffx.run_with(&["id", "check", "-q", "-"], &made.stdout).done().stderr, "");
}

#[test]
fn ids_are_printed_in_every_format() {
    let ffx = Ffx::new();
    assert_eq!(ffx.run(&["id", "new"]).done().stdout.len(), 13);
    let array = ffx.run(&["-o", "json", "id", "new", "-n", "3"]).done().json();
    assert_eq!(array.as_array().unwrap().len(), 3);
    let lines = ffx.run(&["id", "new", "-n", "2", "-o", "ndjson"]).done().stdout;
    assert!(lines.lines().all(|line| serde_json::from_str::<String>(line).unwrap().len() == 12));
    assert_eq!(ffx.run(&["id", "new", "-n", "0", "-o", "json"]).done().stdout, "[]\n");
}

#[test]
fn a_closed_stdout_is_not_a_failure() {
    let mut child = Ffx::new().spawn(&["id", "new", "-n", "100000000"]);
    let mut first = [0; 13];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn an_id_contains_the_time_of_its_creation() {
    let outcome = Ffx::new().run(&["id", "inspect", "2nIemJxCKbFX", "-o", "json"]).done();
    let expected = r#"{"id":"2nIemJxCKbFX","created_at":"2024-08-02T13:51:12.853Z"}"#;
    assert_eq!(outcome.stdout.trim_end(), expected);
    Ffx::new().run(&["id", "inspect", "2nIem-xCKbFX"]).failed(2, &["character 6 is '-'"]);
}

#[test]
fn bad_lines_are_named_with_their_number_and_reason() {
    let ffx = Ffx::new();
    let text = "2nIemJxCKbFX\r\nshort\n\n2n5JuOKWLTzd\n2nIem-xCKbFX";
    let outcome = ffx.run_with(&["id", "check"], text).failed(1, &["3 of 5 lines"]);
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    assert!(lines[0].starts_with("line 2: not an asset id: it has 5 characters"), "{lines:?}");
    assert!(lines[1].starts_with("line 3: not an asset id: it is empty"), "{lines:?}");
    assert!(lines[2].starts_with("line 5: not an asset id: character 6 is '-'"), "{lines:?}");

    let file = ffx.write("ids.txt", text);
    let outcome = ffx.run(&["id", "check", file.to_str().unwrap(), "-o", "json"]).failed(1, &[]);
    let bad: Vec<u64> =
        outcome.json().as_array().unwrap().iter().map(|b| b["line"].as_u64().unwrap()).collect();
    assert_eq!(bad, [2, 3, 5]);
    ffx.run(&["id", "check", "/no/such/file"]).failed(2, &["/no/such/file cannot be read"]);
}
