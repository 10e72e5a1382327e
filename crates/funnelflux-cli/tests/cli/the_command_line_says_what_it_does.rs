//! What `ffx` does is told in words of `ffx`, and a mistake is told before anything is sent.

mod lists_of_names;
mod outcomes_of_many;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use crate::support::{Ffx, Handmade, Outcome, Reply};

const A: &str = "2nIemJxCKbFX";
const B: &str = "2n5JuOKWLTzd";

#[test]
fn many_ids_are_one_request() {
    let server = Handmade::serve(|_, _| {
        let objects = [A, B].map(|id| format!(r#"{{"idOfferSource":"{id}"}}"#));
        Reply::Json(200, format!("[{}]", objects.join(",")))
    });
    let ffx = Ffx::against(&server.base_url);
    let got = ffx.run(&["offer-sources", "get", B, A, "-o", "json"]).done().json();
    assert_eq!((&got[0]["idOfferSource"], &got[1]["idOfferSource"]), (&B.into(), &A.into()));
    assert_eq!(server.seen().len(), 1, "{:?}", server.seen());
}

#[test]
fn a_failure_is_told_in_words_of_ffx() {
    for (status, body, words) in [
        (404, "{}", &["[paths]"][..]),
        (429, "{}", &["`rate` in the profile"]),
        (401, "{}", &["`ffx auth login`"]),
        (403, "{}", &["permission"]),
        (400, r#"{"message":"no"}"#, &["400", "no"]),
        (500, "{}", &["500", "-v"]),
        (200, "<html></html>", &["web page"]),
    ] {
        let server = Handmade::serve(move |_, _| Reply::Json(status, body.into()));
        let ffx = Ffx::against(&server.base_url);
        let said = ffx.run(&["pages", "list"]).stderr;
        for word in words {
            assert!(said.contains(word), "{status}: no {word:?} in {said}");
        }
        assert!(!said.contains("::") && !said.contains("_override"), "{status}: {said}");
    }
}

#[test]
fn quiet_hides_no_mistake() {
    let ffx = Ffx::new();
    let csv = ffx.write("wrong.csv", "hit,revenues\n2nIemJxCKbFX0,1\n");
    for quiet in [&[][..], &["-q"]] {
        for (command, words) in [
            (
                &["conversions", "push", "--postbacks=none", csv.to_str().unwrap()][..],
                &["revenues"][..],
            ),
            (&["costs", "push", "--tz=UTC", csv.to_str().unwrap()], &["hit"]),
            (&["offer-sources", "create", "--dry-run", "-f", "/nowhere"], &["/nowhere"]),
            (&["id", "inspect", "short"], &["short"]),
        ] {
            let said = ffx.run(&[command, quiet].concat());
            assert_ne!(said.code, 0, "{command:?}");
            assert!(words.iter().all(|word| said.stderr.contains(word)), "{}", said.stderr);
        }
    }
}

/// The outcomes that a finished command printed: ids and words.
fn told(format: &str, text: &str) -> Vec<(String, String)> {
    let pair = |told: &serde_json::Value| {
        let text = |member: &str| told[member].as_str().unwrap().to_owned();
        (text("id"), text("outcome"))
    };
    let cells = |line: &str, at: [usize; 2], separator: &str| {
        let cells: Vec<&str> = line.split(separator).filter(|cell| !cell.is_empty()).collect();
        (cells[at[0]].trim().to_owned(), cells[at[1]].trim().to_owned())
    };
    match format {
        "json" => serde_json::from_str::<Vec<_>>(text).unwrap().iter().map(pair).collect(),
        "ndjson" => text.lines().map(|line| pair(&serde_json::from_str(line).unwrap())).collect(),
        "csv" => {
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            assert_eq!(
                reader.headers().unwrap(),
                vec!["id", "name", "outcome", "members", "error"]
            );
            let records = reader.records().map(|record| record.unwrap());
            records.map(|record| (record[0].to_owned(), record[2].to_owned())).collect()
        }
        _ => {
            let at = if text.lines().next().unwrap().contains("Name") { [0, 2] } else { [0, 1] };
            text.lines().skip(2).map(|line| cells(line, at, "  ")).collect()
        }
    }
}

#[test]
fn outcomes_are_printed_as_they_come() {
    for (verb, outcomes) in [
        (&["offer-sources", "create", "-f", "objects.json"][..], ["created", "created"]),
        (&["offer-sources", "update", "-f", "objects.json"], ["changed", "changed"]),
        (&["offer-sources", "update", A, B, "--set", "status=active"], ["unchanged", "unchanged"]),
        (&["offer-sources", "update", A, B, "--set", "postbackTxId=t"], ["changed", "changed"]),
        (&["funnels", "archive", A, B], ["archived", "archived"]),
        (&["funnels", "unarchive", A, B], ["unarchived", "unarchived"]),
        (&["funnels", "move", A, B, "--to", A], ["moved", "moved"]),
        (&["funnels", "delete", A, B, "--yes"], ["deleted", "deleted"]),
    ] {
        for format in ["ndjson", "json", "csv", "table"] {
            // Every request about the second object is held back until the first outcome is read.
            let go = Arc::new((Mutex::new(false), Condvar::new()));
            let wait = Arc::clone(&go);
            let server = Handmade::serve(move |seen, _| {
                let is_second = seen.line.contains(B) || seen.body.contains(B);
                if is_second {
                    drop(wait.1.wait_while(wait.0.lock().unwrap(), |go| !*go).unwrap());
                }
                let id = if is_second { B } else { A };
                Reply::Json(
                    200,
                    format!(
                        r#"{{"idOfferSource":"{id}","offerSourceName":"of {id}","status":"active"}}"#
                    ),
                )
            });
            let ffx = Ffx::against(&server.base_url);
            let objects = [A, B].map(|id| {
                format!(
                    r#"{{"idOfferSource":"{id}","offerSourceName":"of {id}","postbackTxId":"t"}}"#
                )
            });
            let file = ffx.write("objects.json", &format!("[{}]", objects.join(",")));
            let given = |word: &&'static str| match *word {
                "objects.json" => file.to_str().unwrap().to_owned(),
                word => word.to_owned(),
            };
            let words: Vec<String> = verb.iter().map(given).collect();
            let words: Vec<&str> = words.iter().map(String::as_str).chain(["-o", format]).collect();
            let mut child = ffx.spawn(&words);
            let mut stdout = BufReader::new(child.stdout.take().unwrap());
            let mut shown = String::new();
            while !shown.contains(A) {
                assert_ne!(stdout.read_line(&mut shown).unwrap(), 0, "{words:?}: {shown}");
            }
            assert!(!shown.contains(B), "{words:?}: {shown}");
            *go.0.lock().unwrap() = true;
            go.1.notify_all();
            stdout.read_to_string(&mut shown).unwrap();
            let ended = child.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&ended.stderr);
            assert!(ended.status.success(), "{words:?}: {shown}{said}");
            let expected = [A, B].map(str::to_owned).into_iter().zip(outcomes.map(str::to_owned));
            assert_eq!(told(format, &shown), expected.collect::<Vec<_>>(), "{words:?}: {shown}");
        }
    }
}

#[test]
fn outcomes_of_a_table_stand_below_each_other() {
    let server = Handmade::serve(|seen, _| match seen.body.contains("refused") {
        true => Reply::Json(400, r#"{"message":"no"}"#.into()),
        false => Reply::Json(200, "{}".into()),
    });
    let ffx = Ffx::against(&server.base_url);
    let names = ["a", "the longest name of all", "refused 1", "refused 2", "日本"];
    let objects = names.map(|name| format!(r#"{{"offerSourceName":"{name}"}}"#));
    let file = ffx.write("objects.json", &objects.join("\n"));
    let outcome = ffx.run(&["offer-sources", "create", "-f", file.to_str().unwrap()]);
    let outcome = outcome.failed(1, &["2 of 5 offer-sources were not made"]);
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    assert!(lines[0].starts_with("ID            Name                     Outcome"), "{lines:#?}");
    assert_eq!(lines.iter().filter(|line| line.starts_with("ID ")).count(), 1);
    for (line, word) in lines[2..].iter().zip(["created", "created", "failed", "failed"]) {
        assert!(line[39..].starts_with(word), "{lines:#?}");
    }
    assert!(lines[6].ends_with("  created"), "{lines:#?}");
    assert!(lines[4].contains("no") && lines[5].ends_with("as above"), "{lines:#?}");
}

#[test]
#[cfg(unix)]
fn a_command_that_is_stopped_ends_its_outcomes_well() {
    let ids: Vec<String> = (0..20).map(|n| format!("2nIemJxCKb{n:02}")).collect();
    for format in ["json", "ndjson", "csv", "table"] {
        for presses in [1, 2] {
            let go = Arc::new(AtomicBool::new(false));
            let server = held(&go);
            let ffx = Ffx::against(&server.base_url);
            let mut command = vec!["funnels", "archive", "-o", format];
            command.extend(ids.iter().map(String::as_str));
            let mut child = ffx.spawn(&command);
            while server.seen().len() < 8 {
                std::thread::yield_now();
            }
            crate::support::interrupt(&child);
            let mut stderr = BufReader::new(child.stderr.take().unwrap());
            stderr.read_line(&mut String::new()).unwrap();
            match presses {
                1 => go.store(true, SeqCst),
                _ => crate::support::interrupt(&child),
            }
            let (code, word) = if presses == 1 { (1, "archived") } else { (4, "unknown") };
            let outcome = Outcome::from(child.wait_with_output().unwrap()).failed(code, &[]);
            let words = [word; 8].into_iter().chain(["not tried"; 12]).map(str::to_owned);
            let expected: Vec<_> = ids.iter().cloned().zip(words).collect();
            assert_eq!(told(format, &outcome.stdout), expected, "{format}: {}", outcome.stdout);
        }
    }
}

/// An account whose assets, of whichever kind, have these ids, names and states.
const NAMED: [(&str, &str, &str); 10] = [
    (A, "Acme Network", "active"),
    (B, "Beta", "archived"),
    ("2nIemJxCKb03", "Twin", "active"),
    ("2nIemJxCKb04", "Twin", "archived"),
    ("2nIemJxCKb05", "Case", "active"),
    ("2nIemJxCKb06", "CASE", "active"),
    ("2nIemJxCKb07", "Gone", "deleted"),
    ("2nIemJxCKb08", "Größe 日本", "active"),
    ("2nIemJxCKb09", "Summer – Sale, DE", "active"),
    ("2nIemJxCKb10", "2nIemJxCKb11", "active"),
];

fn account_with_names() -> Handmade {
    const KINDS: [&str; 6] =
        ["OfferSource", "TrafficSource", "Funnel", "FunnelGroup", "Category", "Condition"];
    let object = |id: &str, name: &str, status: &str| {
        let mut object = serde_json::json!({ "status": status });
        for kind in KINDS {
            let member = format!("{}{}Name", kind[..1].to_lowercase(), &kind[1..]);
            object[member] = name.into();
            object[format!("id{kind}")] = id.into();
        }
        object
    };
    Handmade::serve(move |seen, _| {
        let all = NAMED.map(|(id, name, status)| object(id, name, status));
        let line = &seen.line;
        let answer = match line {
            line if line.contains("/list") => serde_json::json!(all),
            line if line.starts_with("GET") && line.contains("/byId?") => {
                let asked = all.iter().find(|it| line.contains(it["idFunnel"].as_str().unwrap()));
                asked.cloned().unwrap_or_default()
            }
            line if line.starts_with("GET") => serde_json::json!([]),
            _ => serde_json::json!({ "value": 0 }),
        };
        Reply::Json(200, answer.to_string())
    })
}

/// The commands that take an asset, which is `@`: by its id, or by its name.
const TAKERS: [&[&str]; 17] = [
    &["offer-sources", "get", "@"],
    &["offer-sources", "find", "--ids", "@"],
    &["offer-sources", "archive", "@"],
    &["funnels", "unarchive", "@"],
    &["offer-sources", "delete", "@", "--yes"],
    &["offer-sources", "delete", "@", "--dry-run"],
    &["offer-sources", "move", A, "--to", "@"],
    &["funnels", "move", A, "--to", "@"],
    &["offer-sources", "update", "@", "--set", "postbackTxId=t"],
    &["offer-sources", "duplicate", "@", "--name", "x"],
    &["funnels", "duplicate", A, "--name", "x", "--parent", "@"],
    &["offer-sources", "find", "--category", "@"],
    &["conditions", "find", "--status", "active", "--funnel", "@"],
    &["links", "editor", "@"],
    &["links", "entrance", "--domain", "go.example.com", "--funnel", A, "--source", "@"],
    &["reset", "--last", "1d", "--tz", "UTC", "--funnel", "@", "--yes"],
    &["costs", "push", "costs.csv", "--tz", "UTC", "--yes"],
];

/// Runs the command about the asset `given`, and returns what it sent beside the list of names.
fn about(command: &[&str], given: &str) -> (Outcome, Vec<String>, usize) {
    let server = account_with_names();
    let ffx = Ffx::against(&server.base_url);
    let cell = given.replace('"', "\"\"");
    let rows = format!("2026-03-01,\"{cell}\",{A},1,1\n2026-03-02,\"{cell}\",\"{cell}\",1,1\n");
    let costs = format!("date,funnel,traffic_source,cost,campaign\n{rows}");
    let costs = ffx.write("costs.csv", &costs);
    let words = command.iter().map(|word| match *word {
        "@" => given.to_owned(),
        "costs.csv" => costs.to_str().unwrap().to_owned(),
        word => word.to_owned(),
    });
    let words: Vec<String> = words.collect();
    let outcome = ffx.run(&words.iter().map(String::as_str).collect::<Vec<_>>());
    let seen = server.seen().into_iter().map(|seen| format!("{} {}", seen.line, seen.body));
    let (lists, others): (Vec<_>, Vec<_>) = seen.partition(|line| line.contains("/list"));
    (outcome, others, lists.len())
}

#[test]
fn an_asset_is_found_by_its_name_wherever_its_id_is_taken() {
    for command in TAKERS {
        let kinds = if command[0] == "costs" { 2 } else { 1 };
        for (given, id, note) in [
            ("Acme Network", A, ""),
            ("acme NETWORK", A, ""),
            (" Acme Network ", A, ""),
            ("Beta", B, "which is archived"),
            ("beta", B, "which is archived"),
            ("Case", "2nIemJxCKb05", ""),
            ("CASE", "2nIemJxCKb06", ""),
            ("größe 日本", "2nIemJxCKb08", ""),
        ] {
            let (outcome, sent, lists) = about(command, given);
            let outcome = outcome.done();
            let said =
                format!("{command:?} {given}: {sent:?}\n{}{}", outcome.stdout, outcome.stderr);
            assert_eq!(lists, kinds, "{said}");
            assert!(outcome.stderr.contains(note), "{said}");
            assert!(outcome.stderr.contains(&format!("`{}` is {id}", given.trim())), "{said}");
            let told = sent.iter().chain([&outcome.stdout]).any(|line| line.contains(id));
            assert!(told, "{said}");
        }
        // A text that can be an id is one, also where an asset has it as its name.
        // An upload of costs holds it against the account.
        let ids = [A, "2nIemJxCKb11", "Acme12345678"];
        for id in ids.into_iter().filter(|_| command[0] != "costs") {
            let (outcome, sent, lists) = about(command, id);
            assert_eq!(lists, 0, "{command:?} {id}: {sent:?} {}", outcome.stderr);
            let told = sent.iter().chain([&outcome.stdout]).any(|line| line.contains(id));
            assert!(told, "{command:?} {id}: {sent:?}");
        }
    }
}

#[test]
fn a_name_that_is_not_clear_is_refused_with_the_near_ones() {
    for command in TAKERS {
        for (given, words) in [
            ("Twin", &["2nIemJxCKb03 Twin (active)", "2nIemJxCKb04 Twin (archived)"][..]),
            ("twin", &["2nIemJxCKb03", "2nIemJxCKb04", "the id of one"]),
            ("case", &["2nIemJxCKb05 Case", "2nIemJxCKb06 CASE", "the id of one"]),
            ("Acme Netwrk", &["near: ", A, "Acme Network (active)"]),
            ("Acne", &["near: ", A, "Acme Network"]),
            ("network", &["near: ", "Acme Network"]),
            ("Bata", &["near: ", B, "Beta (archived)"]),
            ("Grösse 日本", &["near: ", "Größe 日本"]),
            ("Summer - Sale", &["near: ", "Summer – Sale, DE"]),
            ("2nIemJxCKb111", &["near: ", "2nIemJxCKb10", "it is not an id"]),
            ("Gone", &["has this name", "it is not an id"]),
            ("wholly other words", &["has this name", "it is not an id"]),
            ("\u{1b}[31mred", &["\\u001b[31mred", "has this name"]),
        ] {
            if command[0] == "costs" && given.contains('\u{1b}') {
                continue; // No cell may hold one.
            }
            let (outcome, sent, _) = about(command, given);
            let outcome = outcome.failed(2, &[words, &["nothing was sent"]].concat());
            assert!(sent.is_empty(), "{command:?} {given}: {sent:?}");
            assert!(!outcome.stderr.contains("deleted"), "{}", outcome.stderr);
        }
    }
}

#[test]
fn every_wrong_name_of_a_command_is_told_at_once_and_one_list_is_read() {
    let server = account_with_names();
    let ffx = Ffx::against(&server.base_url);
    let words = ["offer-sources", "archive", "Twin", "Beta", "nothing like it", A, "case"];
    let outcome = ffx.run(&words).failed(2, &["`Twin`: 2 ", "`nothing like it`: no ", "`case`: "]);
    assert!(!outcome.stderr.contains("`Beta`: "), "{}", outcome.stderr);
    assert_eq!(server.seen().len(), 1, "{:?}", server.seen());

    let costs = "date,funnel,traffic_source,cost,campaign\n2026-03-01,Acne,Beta,1,1\n2026-03-01,\
                 Beta,Twin,1,1\n2026-03-01,Acne,Beta,1,2\n2026-03-01,Beta,,1,2\n";
    let costs = ffx.write("costs.csv", costs);
    let push = ["costs", "push", costs.to_str().unwrap(), "--tz", "UTC", "--yes"];
    let words = ["lines 2, 4: funnel \"Acne\": no ", "line 3: traffic_source \"Twin\": 2 "];
    let outcome = ffx.run(&push).failed(2, &words);
    assert!(
        outcome.stderr.contains("line 5: traffic_source \"\": got an empty"),
        "{}",
        outcome.stderr
    );
    assert_eq!(server.seen().len(), 3, "{:?}", server.seen());
}

#[test]
#[cfg(unix)]
fn a_deletion_by_name_is_asked_with_the_id() {
    for (given, shown) in [
        (&["Acme Network"][..], format!("1 offer source ({A} Acme Network)")),
        (&["beta"], format!("1 offer source ({B} Beta)")),
        (&[A], format!("1 offer source ({A})")),
        (&["Beta", A, "beta"], format!("2 offer-sources ({B} Beta, {A})")),
    ] {
        let server = account_with_names();
        let ffx = Ffx::against(&server.base_url);
        let mut child = crate::terminal::Terminal::run(
            ffx.command(&[&["offer-sources", "delete"], given].concat()),
        );
        child.types("no\n");
        let (code, screen) = child.ends();
        let screen = String::from_utf8_lossy(&screen);
        assert_eq!(code, 1, "{screen}");
        assert!(screen.contains(&format!("Delete {shown} for good?")), "{screen}");
        assert!(server.seen().iter().all(|seen| seen.line.contains("/list")));
    }
}

#[test]
fn required_members_are_checked_before_anything_is_sent() {
    for object in [
        "{}",
        r#"{"code":"return \"x\""}"#,
        r#"{"logicScriptName":null}"#,
        r#"{"logicScriptName":""}"#,
        r#"{"logicScriptName":"   "}"#,
        r#"{"logicScriptName":"\t\u00a0"}"#,
        r#"{"logicScriptName":7}"#,
        r#"[{"logicScriptName":"a"},{"description":"b"}]"#,
        "- logicScriptName: a\n- logicScriptName:\n",
        "- description: a\n- description: b\n",
    ] {
        let server = Handmade::serve(|_, _| Reply::Json(200, "{}".into()));
        let ffx = Ffx::against(&server.base_url);
        let file = ffx.write("objects", object);
        for dry in [&[][..], &["--dry-run"]] {
            let create = ["logic-scripts", "create", "-f", file.to_str().unwrap()];
            let outcome = ffx.run(&[&create, dry].concat()).failed(2, &["nothing was sent"]);
            assert!(outcome.stderr.contains("logicScriptName"), "{object}: {}", outcome.stderr);
            assert_eq!(outcome.stderr.matches("nothing was sent").count(), 1, "{}", outcome.stderr);
            let is_second = object.contains("\"a\"") || object.contains(": a\n");
            assert_eq!(outcome.stderr.contains("item 2: "), is_second, "{}", outcome.stderr);
        }
        assert!(server.seen().is_empty(), "{object}");
    }
}

#[test]
fn an_update_cannot_take_a_required_member_away() {
    let stored = |name: &str| format!(r#"{{"idLogicScript":"{A}",{name}"description":"d"}}"#);
    let named = r#""logicScriptName":"n","#;
    for (name, set, is_sent) in [
        (named, "logicScriptName=", false),
        (named, "logicScriptName=  ", false),
        (named, "logicScriptName=null", false),
        (named, "logicScriptName=\"\"", false),
        (named, "logicScriptName=other", true),
        (named, "description=e", true),
        // The server has accepted an object without it.
        ("", "description=e", true),
        ("", "logicScriptName=", false),
        (r#""logicScriptName":"","#, "description=e", true),
        (r#""logicScriptName":"","#, "logicScriptName=x", true),
    ] {
        let object = stored(name);
        let server = Handmade::serve(move |_, _| Reply::Json(200, object.clone()));
        let ffx = Ffx::against(&server.base_url);
        let outcome = ffx.run(&["logic-scripts", "update", A, "--set", set]);
        let saved = server.seen().iter().any(|seen| !seen.line.starts_with("GET"));
        assert_eq!(saved, is_sent, "{name} {set}: {}", outcome.stderr);
        match is_sent {
            true => drop(outcome.done()),
            false => drop(outcome.failed(2, &["logicScriptName", "required: documented"])),
        }
    }
    let ffx = Ffx::new();
    let copy = ["funnels", "duplicate", A, "--name", "x", "--dry-run"];
    ffx.run(&copy).failed(2, &["--parent is missing"]);
}

#[test]
fn no_member_is_required_that_no_source_states() {
    for (kind, member) in [
        ("offer-sources", "postbackTxId"),
        ("traffic-sources", "costType"),
        ("conditions", "restrictToFunnelId"),
        ("pages", "baseURL"),
        ("page-groups", "pageGroupName"),
        ("webhook-configs", "webhookConfigName"),
        ("middleware-configs", "description"),
        ("categories", "categoryType"),
        ("visitor-tags", "visitorTagName"),
        ("funnel-groups", "campaignName"),
    ] {
        let ffx = Ffx::new();
        let members = ffx.run(&[kind, "members", "-o", "json"]).done().json();
        let required = |it: &&serde_json::Value| it["required"] == true;
        assert_eq!(members.as_array().unwrap().iter().find(required), None, "{kind}");
        let outcome =
            ffx.run(&[kind, "create", "--set", &format!("{member}="), "--dry-run"]).done();
        assert!(outcome.stdout.contains("POST"), "{kind}: {}", outcome.stdout);
    }
    let members = Ffx::new().run(&["logic-scripts", "members"]).done().stdout;
    let line = members.lines().find(|line| line.starts_with("logicScriptName")).unwrap();
    assert!(line.contains("you, required"), "{members}");
}

/// Never answers requests from the given one on.
fn silent_from(first: usize) -> Handmade {
    Handmade::serve(move |_, before| {
        if before < first {
            return Reply::Json(200, "[]".into());
        }
        loop {
            std::thread::park();
        }
    })
}

#[test]
fn doctor_gives_a_silent_server_up() {
    let server = silent_from(0);
    let ffx = Ffx::against(&server.base_url);
    let outcome = ffx.run(&["doctor", "--patience=1s"]).failed(1, &["1 s", "--base-url"]);
    assert!(outcome.stderr.starts_with("checking lists; each may take up to 1 s\n"));
    let lists = |server: &Handmade| {
        let lines = server.seen().into_iter().map(|seen| seen.line);
        lines.collect::<BTreeSet<_>>().len()
    };
    assert_eq!(lists(&server), 2, "{:?}", server.seen());

    let server = silent_from(3);
    let ffx = Ffx::against(&server.base_url);
    let outcome = ffx.run(&["doctor", "--patience=1s", "-o=json"]).failed(1, &["not tried"]).json();
    let found: Vec<&str> = outcome["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| check["finding"].as_str().unwrap())
        .collect();
    assert_eq!(found[..6], ["found", "found", "found", "failed", "failed", "not tried"]);
    assert!(found[6..].iter().all(|finding| *finding == "not tried"), "{found:?}");
    assert_eq!(lists(&server), 5, "{:?}", server.seen());
}

/// Answers when `go` is set; not at all after half a minute.
fn held(go: &Arc<AtomicBool>) -> Handmade {
    let go = Arc::clone(go);
    Handmade::serve(move |_, _| {
        let waits = std::iter::repeat_n(Duration::from_millis(10), 3_000);
        waits.take_while(|_| !go.load(SeqCst)).for_each(std::thread::sleep);
        if go.load(SeqCst) { Reply::Json(200, "{}".into()) } else { Reply::Nothing }
    })
}

#[test]
#[cfg(unix)]
fn every_signal_to_stop_is_told_alike() {
    let ids: Vec<String> = (0..20).map(|n| format!("2nIemJxCKb{n:02}")).collect();
    for signal in ["INT", "TERM", "HUP"] {
        let go = Arc::new(AtomicBool::new(false));
        let server = held(&go);
        let ffx = Ffx::against(&server.base_url);
        let mut command = vec!["funnels", "archive", "-o", "ndjson"];
        command.extend(ids.iter().map(String::as_str));
        let mut child = ffx.spawn(&command);
        while server.seen().len() < 8 {
            std::thread::yield_now();
        }
        let kill = std::process::Command::new("kill")
            .args([&format!("-{signal}"), &child.id().to_string()])
            .status();
        assert!(kill.unwrap().success());
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        stderr.read_line(&mut said).unwrap();
        assert!(said.contains("stopping after the requests in flight"), "{signal}: {said}");
        go.store(true, SeqCst);
        said += &std::io::read_to_string(stderr).unwrap();
        let outcome = Outcome::from(child.wait_with_output().unwrap()).failed(1, &[]);
        assert!(said.contains("stopped: 12 of 20 funnels were not archived"), "{signal}: {said}");
        assert_eq!(outcome.stdout.matches("not tried").count(), 12, "{}", outcome.stdout);
        assert_eq!(outcome.stdout.lines().count(), 20);
    }
}

#[test]
fn where_a_redirect_pointed_is_told_without_secrets() {
    for status in [301, 302, 303, 307, 308] {
        for (location, told) in [
            ("location: /v2/elsewhere", "/v2/elsewhere"),
            ("location: https://app.example.com/login", "https://app.example.com/login"),
            (
                "location: https://app.example.com/in?token=Hidden99",
                "https://app.example.com/in?token=",
            ),
            ("location: https://app.example.com/in#token=Hidden99", "https://app.example.com/in"),
            ("location: https://me:Hidden99@app.example.com/in", "https://[redacted]"),
        ] {
            let server = Handmade::serve(move |_, _| Reply::With(status, location, String::new()));
            let ffx = Ffx::against(&server.base_url);
            let outcome = ffx.run(&["offer-sources", "list"]).failed(1, &["points to", told]);
            assert!(!outcome.stderr.contains("Hidden99"), "{location}: {}", outcome.stderr);
        }
        for nowhere in ["location:", "location: #token=Hidden99", "x-other: /v2"] {
            let server = Handmade::serve(move |_, _| Reply::With(status, nowhere, String::new()));
            let outcome = Ffx::against(&server.base_url).run(&["offer-sources", "list"]);
            let told = outcome.failed(1, &[&status.to_string()]).stderr;
            assert!(!told.contains("points to") && !told.contains("Hidden99"), "{told}");
        }
        let long: &str = format!("location: /{}", "elsewhere/".repeat(600)).leak();
        let server = Handmade::serve(move |_, _| Reply::With(status, long, String::new()));
        let outcome = Ffx::against(&server.base_url).run(&["offer-sources", "list"]);
        let told = outcome.failed(1, &["points to /elsewhere/elsewhere/", "…"]).stderr;
        assert!(told.len() < 600, "{told}");
    }
}

#[test]
fn objects_that_were_edited_and_moved_keep_their_ids_by_name() {
    let object =
        |name: &str, notes: &str| format!(r#"{{"offerSourceName":"{name}","notes":"{notes}"}}"#);
    let ids = |server: &Handmade| {
        let posts = server.seen().into_iter().filter(|seen| seen.line.starts_with("POST"));
        let pair = |sent: serde_json::Value| {
            let text = |member: &str| sent[member].as_str().unwrap().to_owned();
            (text("offerSourceName"), text("idOfferSource"))
        };
        posts.map(|seen| pair(seen.json())).collect::<BTreeMap<_, _>>()
    };
    for later in [
        [("b", "edited"), ("a", "edited")].as_slice(),
        &[("b", ""), ("a", "edited")],
        &[("new", ""), ("a", "edited"), ("b", "edited")],
        &[("b", "edited")],
        &[("b", "edited"), ("new", ""), ("a", "")],
    ] {
        let server = Handmade::serve(|seen, _| {
            Reply::Json(if seen.line.starts_with("GET") { 404 } else { 200 }, "{}".into())
        });
        let ffx = Ffx::against(&server.base_url);
        let create = |objects: &[(&str, &str)]| {
            let objects: Vec<String> = objects.iter().map(|it| object(it.0, it.1)).collect();
            let file = ffx.write("objects.json", &format!("[{}]", objects.join(",")));
            ffx.run(&["offer-sources", "create", "-f", file.to_str().unwrap()]).done();
            ids(&server)
        };
        let first = create(&[("a", ""), ("b", "")]);
        let second = create(later);
        for name in ["a", "b"] {
            assert_eq!(first[name], second[name], "{later:?}");
        }
        assert!(second.values().collect::<BTreeSet<_>>().len() == second.len(), "{second:?}");
    }
}

/// The lines of a screen after these bytes.
#[cfg(unix)]
fn screen(shown: &[u8]) -> String {
    let text = String::from_utf8_lossy(shown);
    let (mut lines, mut at) = (vec![String::new()], 0);
    let mut rest = text.as_ref();
    while let Some(next) = rest.chars().next() {
        let after = |skipped: &str| rest.strip_prefix(skipped);
        if let Some(after) = after("\u{1b}[2K").or_else(|| after("\r")) {
            // Each use of both by the spinner begins the line anew.
            lines[at].clear();
            rest = after;
        } else if let Some(after) = after("\u{1b}[1A").or_else(|| after("\u{1b}[A")) {
            at = at.saturating_sub(1);
            rest = after;
        } else {
            match next {
                '\n' => {
                    at += 1;
                    lines.resize(lines.len().max(at + 1), String::new());
                }
                next => lines[at].push(next),
            }
            rest = &rest[next.len_utf8()..];
        }
    }
    lines.join("\n")
}

#[test]
#[cfg(unix)]
fn the_line_of_the_spinner_goes_away() {
    for (status, command) in [
        (200, &["offer-sources", "list"][..]),
        (200, &["offer-sources", "list", "-o=json"]),
        (200, &["offer-sources", "list", "-o=csv"]),
        (400, &["offer-sources", "list"]),
        (404, &["offer-sources", "get", A]),
        (400, &["funnels", "archive", A, B]),
        (200, &["funnels", "archive", A, B, "-o=ndjson"]),
        (200, &["funnels", "archive", A, B, "-o=json"]),
        (200, &["funnels", "archive", A, B, "-o=csv"]),
        (200, &["funnels", "archive", A, B]),
        (200, &["funnels", "delete", A, B, "--yes"]),
        (400, &["doctor"]),
    ] {
        let server = Handmade::serve(move |_, _| {
            std::thread::sleep(Duration::from_millis(50));
            Reply::Json(status, "[]".into())
        });
        let ffx = Ffx::against(&server.base_url);
        let mut run = ffx.command(command);
        run.env("TERM", "xterm");
        let (_, shown) = crate::terminal::Terminal::run(run).ends();
        let raw = String::from_utf8_lossy(&shown);
        assert!(raw.contains("[0s]"), "no spinner: {raw:?}");
        let left = screen(&shown);
        assert!(!left.contains("[0s]"), "{command:?}: {left}\n{raw:?}");
    }
}
