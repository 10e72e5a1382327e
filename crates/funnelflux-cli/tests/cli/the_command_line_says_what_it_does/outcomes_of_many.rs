//! The outcomes of many objects: with failures among them, with names of every kind, stopped, and read
//! in part.

use std::io::{BufRead as _, BufReader};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use super::{A, held, told};
use crate::support::{Ffx, Handmade, Outcome, Reply};

const FORMATS: [&str; 4] = ["ndjson", "json", "csv", "table"];

fn ids(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("2nIemJxC{n:04}")).collect()
}

#[test]
fn a_failure_among_many_leaves_each_with_its_own_outcome() {
    let no = r#"{"message":"no"}"#;
    for (reply, code, word, stops) in [
        (Reply::Json(400, no.into()), 1, "failed", false),
        (Reply::Json(404, no.into()), 1, "failed", false),
        (Reply::Json(409, no.into()), 1, "failed", false),
        (Reply::Json(410, no.into()), 1, "failed", false),
        (Reply::Json(413, no.into()), 1, "failed", false),
        (Reply::Json(422, no.into()), 1, "failed", false),
        (Reply::Json(200, r#"{"success":false,"message":"no"}"#.into()), 1, "failed", false),
        (Reply::Json(200, r#"{"errors":["no"]}"#.into()), 1, "failed", false),
        (Reply::Json(403, no.into()), 1, "failed", true),
        (Reply::Json(401, no.into()), 3, "failed", true),
        (Reply::With(302, "location: /v2", String::new()), 1, "failed", true),
        (Reply::Json(200, "<html></html>".into()), 4, "unknown", true),
        (Reply::Json(200, "{\"cut\":".into()), 4, "unknown", true),
        (Reply::With(303, "location: /v2", String::new()), 4, "unknown", true),
    ] {
        let reply = Arc::new(reply);
        let ids = ids(30);
        for format in FORMATS {
            let (reply, third) = (Arc::clone(&reply), ids[2].clone());
            let server = Handmade::serve(move |seen, _| match seen.line.contains(&third) {
                true => match &*reply {
                    Reply::With(status, header, body) => Reply::With(*status, header, body.clone()),
                    Reply::Json(status, body) => Reply::Json(*status, body.clone()),
                    Reply::Nothing => Reply::Nothing,
                },
                false => Reply::Json(200, "{}".into()),
            });
            let ffx = Ffx::against(&server.base_url);
            ffx.write("profiles/default.toml", "rate = 1000.0\n");
            let mut command = vec!["funnels", "archive", "-o", format];
            command.extend(ids.iter().map(String::as_str));
            let outcome = ffx.run(&command).failed(code, &["of 30 funnels", "item 3, "]);
            let told = told(format, &outcome.stdout);
            assert!(told.iter().map(|(id, _)| id).eq(&ids), "{format}: {}", outcome.stdout);
            let count = |wanted: &str| told.iter().filter(|(_, word)| word == wanted).count();
            // Without a token those that are under way fail, too, and are not sent.
            let (failed, not_tried) = (count(word), count("not tried"));
            assert_eq!(told[2].1, word, "{}", outcome.stdout);
            assert!(failed == 1 || code == 3, "{}", outcome.stdout);
            // What was not sent comes last, and only where the others would have failed alike.
            assert_eq!(count("archived"), 30 - failed - not_tried, "{}", outcome.stdout);
            assert!(told[30 - not_tried..].iter().all(|(_, word)| word == "not tried"));
            assert!(stops || not_tried == 0, "{format}: {}", outcome.stdout);
            let sent = server.seen().into_iter().map(|seen| seen.line);
            let sent: std::collections::BTreeSet<_> = sent.collect();
            assert!(
                (31 - failed - not_tried..=30 - not_tried).contains(&sent.len()),
                "{format}: {sent:?}"
            );
        }
    }
}

#[test]
fn outcomes_are_in_the_order_of_the_objects_though_the_first_is_the_slowest() {
    for format in FORMATS {
        let others = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let (ids, count) = (ids(8), Arc::clone(&others));
        let first = ids[0].clone();
        let server = Handmade::serve(move |seen, _| {
            match seen.line.contains(&first) {
                true => {
                    while count.load(SeqCst) < 7 {
                        std::thread::yield_now();
                    }
                }
                false => drop(count.fetch_add(1, SeqCst)),
            }
            Reply::Json(200, "{}".into())
        });
        let ffx = Ffx::against(&server.base_url);
        let mut command = vec!["funnels", "archive", "-o", format];
        command.extend(ids.iter().map(String::as_str));
        let outcome = ffx.run(&command).done();
        let told = told(format, &outcome.stdout);
        assert!(told.iter().map(|(id, _)| id).eq(&ids), "{format}: {}", outcome.stdout);
    }
}

#[test]
fn a_name_stays_what_it_is_and_breaks_no_format() {
    let long = "long ".repeat(80);
    let names = [
        ("a\ttab", "a tab"),
        ("a line\nbreak", "a line break"),
        ("a\r\nbreak of two", "a break of two"),
        ("日本語の名前", "日本語の名前"),
        ("\u{1b}[31mred\u{1b}[0m", "\\u001b[31mred\\u001b[0m"),
        ("\u{9b}2J of C1", "\\u009b2J of C1"),
        ("\u{202e}backwards", "\\u202ebackwards"),
        ("👩\u{200d}👧", "👩\\u200d👧"),
        ("e\u{301} in two", "e\u{301} in two"),
        ("\"quoted\", and a comma", "\"quoted\", and a comma"),
        ("'; DROP TABLE x", "'; DROP TABLE x"),
        ("=1+1", "=1+1"),
        ("created  failed", "created  failed"),
        ("null", "null"),
        (long.trim(), "long long"),
    ];
    for format in FORMATS {
        let server = Handmade::serve(|_, _| Reply::Json(200, "{}".into()));
        let ffx = Ffx::against(&server.base_url);
        let objects = names.map(|(name, _)| serde_json::json!({ "offerSourceName": name }));
        let file = ffx.write("objects.json", &serde_json::json!(objects).to_string());
        let create = ["offer-sources", "create", "-f", file.to_str().unwrap(), "-o", format];
        let shown = ffx.run(&create).done().stdout;
        let of = |row: &serde_json::Value| row["name"].as_str().unwrap().to_owned();
        let shown_names: Vec<String> = match format {
            "json" => serde_json::from_str::<Vec<_>>(&shown).unwrap().iter().map(of).collect(),
            "ndjson" => shown.lines().map(|it| of(&serde_json::from_str(it).unwrap())).collect(),
            "csv" => csv::Reader::from_reader(shown.as_bytes())
                .records()
                .map(|record| record.unwrap()[1].to_owned())
                .collect(),
            _ => {
                let lines: Vec<&str> = shown.lines().collect();
                assert_eq!(lines.len(), 2 + names.len(), "{shown}");
                for (line, (_, name)) in lines[2..].iter().zip(names) {
                    assert!(line[14..].starts_with(name) && line.ends_with("  created"), "{shown}");
                }
                continue;
            }
        };
        assert!(shown_names.iter().eq(names.iter().map(|(name, _)| name)), "{format}: {shown}");
    }
}

#[test]
fn ten_thousand_objects_of_one_request_have_an_outcome_each() {
    let ids = ids(10_000);
    for format in FORMATS {
        for (reply, code, word) in [
            (Reply::Json(200, "{}".into()), 0, "archived"),
            (Reply::Json(400, r#"{"message":"no"}"#.into()), 1, "failed"),
            (Reply::Json(200, r#"{"success":false}"#.into()), 1, "not told"),
            (Reply::Json(200, "<html>".into()), 4, "unknown"),
        ] {
            let Reply::Json(status, body) = reply else { unreachable!() };
            let server = Handmade::serve(move |_, _| Reply::Json(status, body.clone()));
            let ffx = Ffx::against(&server.base_url);
            let mut command = vec!["offer-sources", "archive", "-o", format];
            command.extend(ids.iter().map(String::as_str));
            let outcome = ffx.run(&command);
            assert_eq!(outcome.code, code, "{}", outcome.stderr);
            let told = told(format, &outcome.stdout);
            assert!(told.iter().map(|(id, _)| id).eq(&ids), "{format}");
            assert!(told.iter().all(|(_, told)| told == word), "{format}: {:?}", told[0]);
            assert!(server.seen().iter().all(|seen| seen.body.len() > 10_000 * 12));
        }
    }
}

#[test]
fn a_reader_that_stops_reading_stops_no_write_and_is_no_failure() {
    for format in FORMATS {
        for (status, code) in [(200, 0), (400, 1)] {
            let gone = Arc::new(AtomicBool::new(false));
            let (is_gone, ids) = (Arc::clone(&gone), ids(20));
            let first = ids[0].clone();
            let server = Handmade::serve(move |seen, _| {
                let is_first = seen.line.contains(&first);
                while !is_first && !is_gone.load(SeqCst) {
                    std::thread::yield_now();
                }
                Reply::Json(if is_first { 200 } else { status }, r#"{"message":"no"}"#.into())
            });
            let ffx = Ffx::against(&server.base_url);
            ffx.write("profiles/default.toml", "rate = 1000.0\n");
            let mut command = vec!["funnels", "archive", "-o", format];
            command.extend(ids.iter().map(String::as_str));
            let mut child = ffx.spawn(&command);
            let mut stdout = BufReader::new(child.stdout.take().unwrap());
            stdout.read_line(&mut String::new()).unwrap();
            drop(stdout);
            gone.store(true, SeqCst);
            let outcome = Outcome::from(child.wait_with_output().unwrap());
            assert_eq!(outcome.code, code, "{format}: {}", outcome.stderr);
            assert_eq!(server.seen().len(), 20, "{format}");
            assert!(!outcome.stderr.contains("stdout"), "{format}: {}", outcome.stderr);
        }
    }
}

#[test]
#[cfg(unix)]
fn a_narrow_terminal_repeats_no_part_of_the_header() {
    for columns in [0, 20, 24, 30, 36, 40, 46, 50, 60, 80, 200] {
        for has_names in [false, true] {
            let server = Handmade::serve(|_, _| Reply::Json(200, "{}".into()));
            let ffx = Ffx::against(&server.base_url);
            let objects =
                ["a", "b", "c", "d"].map(|name| format!(r#"{{"offerSourceName":"{name}"}}"#));
            let file = ffx.write("objects", &objects.join("\n"));
            let ids = ids(4);
            let mut command = vec!["-q", "funnels", "archive"];
            command.extend(ids.iter().map(String::as_str));
            if has_names {
                command = vec!["-q", "offer-sources", "create", "-f", file.to_str().unwrap()];
            }
            let run = crate::terminal::Terminal::run_within(ffx.command(&command), columns);
            let (code, screen) = run.ends();
            let screen = String::from_utf8(screen).unwrap();
            assert_eq!(code, 0, "{screen}");
            let is_rule = |line: &&str| !line.is_empty() && line.chars().all(|c| c == '─');
            assert_eq!(screen.lines().filter(is_rule).count(), 1, "{columns}: {screen}");
            let rows: Vec<&str> =
                screen.lines().skip_while(|line| !is_rule(line)).skip(1).collect();
            assert_eq!(rows.len(), 4, "{columns}: {screen}");
            assert!(rows.iter().all(|row| row.len() > 12 && !row.starts_with(' ')), "{screen}");
        }
    }
}

#[test]
#[cfg(unix)]
fn a_stopped_command_tells_the_same_of_every_verb() {
    for presses in [1, 2] {
        for verb in ["delete", "unarchive", "move"] {
            let go = Arc::new(AtomicBool::new(false));
            let server = held(&go);
            let ffx = Ffx::against(&server.base_url);
            let ids = ids(12);
            let mut command = vec!["funnels", verb, "-o", "json"];
            command.extend(ids.iter().map(String::as_str));
            match verb {
                "delete" => command.push("--yes"),
                "move" => command.extend(["--to", A]),
                _ => {}
            }
            let mut child = ffx.spawn(&command);
            while server.seen().len() < 8 {
                std::thread::yield_now();
            }
            crate::support::interrupt(&child);
            let mut stderr = BufReader::new(child.stderr.take().unwrap());
            let mut said = String::new();
            while !said.contains("stopping") {
                assert_ne!(stderr.read_line(&mut said).unwrap(), 0, "{said}");
            }
            match presses {
                1 => go.store(true, SeqCst),
                _ => crate::support::interrupt(&child),
            }
            said += &std::io::read_to_string(stderr).unwrap();
            let outcome = Outcome::from(child.wait_with_output().unwrap());
            let (code, word) = if presses == 1 { (1, "d") } else { (4, "unknown") };
            assert_eq!(outcome.code, code, "{verb}: {said}");
            let told = told("json", &outcome.stdout);
            assert!(told[..8].iter().all(|(_, told)| told.ends_with(word)), "{told:?}");
            assert!(told[8..].iter().all(|(_, told)| told == "not tried"), "{told:?}");
            assert_eq!(server.seen().len(), 8, "{verb}");
        }
    }
}
