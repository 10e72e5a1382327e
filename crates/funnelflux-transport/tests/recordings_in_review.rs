//! Recordings as a reviewer reads them: bodies in lines, failures with both values, one switch.
#![cfg(feature = "replay")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::indexing_slicing, reason = "test code")]
#![allow(clippy::disallowed_methods, reason = "paused time")]
#![allow(dead_code, reason = "each test file uses a part of the support code")]

mod support;

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use funnelflux_transport::http::Method;
use funnelflux_transport::replay::{
    Content, Failure, Recorder, Recording, Replay, Scrub, record_or_replay,
};
use funnelflux_transport::{AccessToken, Body, BoxError, Client, Error, Secret, StaticToken};
use support::*;

/// A recording of this format with one exchange.
fn recording(version: u8, request: &str, answer: &str) -> Recording {
    let text = format!(
        r#"{{"format":"funnelflux-recording/{version}","provenance":"made by hand","exchanges":[
            {{"request":{request},"response":{{"status":200,"body":{answer}}}}}]}}"#
    );
    text.parse().unwrap()
}

#[test]
fn every_body_comes_back_byte_for_byte_from_a_file_that_shows_json_in_lines() {
    // Each body, and the member of the file that holds it.
    for (body, member) in [
        (r#"{"a":1}"#, "json"),
        (r#"{"b":1.50,"a":[1e3,-0,12345678901234567890.000]}"#, "json"),
        (r#"{"a":1,"a":2,"a":{"b":[],"b":{}}}"#, "json"),
        (r#"{"text":"\u00e9\ud83d\ude00\/ é \" \\ : , [ {"}"#, "json"),
        (r#"["unpaired \ud800"]"#, "json"),
        ("[]", "json"),
        ("17", "json"),
        ("\"a text\"", "json"),
        ("null", "json"),
        ("{\"rows\":[{\"a\":1},{\"a\":2}]}\n", "json"),
        ("{}\r\n\r\n", "json"),
        // White space of its own, which lines would lose.
        (r#"{ "a": 1 }"#, "text"),
        ("{\n  \"a\": 1\n}\n", "text"),
        (" {}", "text"),
        ("{\"a\":1}\u{a0}", "text"),
        ("not JSON", "text"),
        ("{\"a\":1}{\"a\":2}", "text"),
        ("\u{feff}{}", "text"),
        ("  \n", "text"),
    ] {
        let mut recording = recording(2, r#"{"method":"GET","path":"/x"}"#, "{}");
        recording.exchanges[0].response.as_mut().unwrap().content = Content::of(body.as_bytes());
        let text = recording.to_text().unwrap();
        assert!(text.contains(&format!("\"{member}\": ")), "{body:?}: {text}");
        let read: Recording = text.parse().unwrap();
        let answer = &read.exchanges[0].response.as_ref().unwrap().content;
        assert_eq!(answer.to_bytes().unwrap(), body.as_bytes(), "{text}");
        assert_eq!(read.to_text().unwrap(), text, "read and written again, it is the same");
        // Other writers of JSON keep it, too.
        let read: Recording = serde_json::to_string(&recording).unwrap().parse().unwrap();
        let answer = &read.exchanges[0].response.as_ref().unwrap().content;
        assert_eq!(answer.to_bytes().unwrap(), body.as_bytes(), "{body:?}");
    }
    for (body, expected) in [(&b""[..], None), (b"\xff\x00", Some("\"base64\": \"/wA=\""))] {
        let content = Content::of(body);
        assert_eq!(content.to_bytes().unwrap(), body);
        assert_eq!(content.is_empty(), expected.is_none());
    }
}

#[test]
fn a_member_that_changed_is_one_line_of_the_diff() {
    let lines = |clicks: u32| {
        let rows: Vec<_> = (0..500).map(|n| format!(r#"{{"id":{n},"clicks":{n}}}"#)).collect();
        let body = format!(r#"{{"rows":[{}],"total":{clicks}}}"#, rows.join(","));
        let mut recording = recording(2, r#"{"method":"GET","path":"/x"}"#, "{}");
        recording.exchanges[0].response.as_mut().unwrap().content = Content::of(body.as_bytes());
        let text = recording.to_text().unwrap();
        text.lines().map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    let (before, after) = (lines(1), lines(2));
    assert!(before.iter().all(|line| line.len() < 60));
    let changed: Vec<_> = before.iter().zip(&after).filter(|(old, new)| old != new).collect();
    assert_eq!(changed.len(), 1, "{changed:?}");
    assert!(changed[0].1.trim() == "\"total\": 2", "{changed:?}");
}

#[tokio::test]
async fn a_recording_of_the_first_format_replays_as_it_was_spelled() {
    let body = r#"{"json":{ "a" : 1.50,
        "b": [ ] }}"#;
    let old = recording(1, r#"{"method":"GET","path":"/v1/x"}"#, body);
    // It is written in the new format, and its bytes stay.
    let text = old.to_text().unwrap();
    assert!(text.contains("\"format\": \"funnelflux-recording/2\""), "{text}");
    for recording in [old, text.parse().unwrap()] {
        let replay = Replay::new(recording);
        let client = Client::builder().transport(replay.clone()).build().unwrap();
        let answer = client.call_raw(Method::GET, "/x").send().await.unwrap();
        assert_eq!(&answer[..], b"{ \"a\" : 1.50,\n        \"b\": [ ] }");
        replay.verify().unwrap();
    }
}

#[test]
fn a_body_of_a_file_that_says_two_things_is_refused() {
    for (body, why) in [
        (r#"{"json":1,"text":"1"}"#, "one of `json`, `text` and `base64`"),
        (r#"{"end":"\n","text":"1"}"#, "`end` is white space behind `json`"),
        (r#"{"end":"more","json":1}"#, "`end` is white space behind `json`"),
        (r#"{"base64":"é"}"#, "`base64` is not base64"),
    ] {
        let text = format!(
            r#"{{"format":"funnelflux-recording/2","provenance":"made by hand","exchanges":[
                {{"request":{{"method":"GET","path":"/x"}},"response":{{"status":200,"body":{body}}}}}]}}"#
        );
        let error = text.parse::<Recording>().unwrap_err().to_string();
        assert!(error.contains(why), "{body}: {error}");
    }
}

#[test]
fn a_file_that_an_editor_changed_is_read_or_says_what_is_wrong_in_which_exchange() {
    let text = r#"{"format":"funnelflux-recording/2","provenance":"made by hand",
        "exchanges":[{"request":{"method":"GET","path":"/x"},
        "response":{"status":200,"headers":{"date":"d"},"body":{"json":[ 1 ]}}}]}"#;
    for read in [text.to_owned(), text.replace('\n', "\r\n"), format!("\u{feff}{text}")] {
        let recording: Recording = read.parse().unwrap();
        let answer = recording.exchanges[0].response.as_ref().unwrap();
        assert_eq!(&answer.content.to_bytes().unwrap()[..], b"[1]");
    }
    for (from, to, why) in [
        ("200", "0", "exchange 1: status 0 is none: 100 to 999"),
        ("200", "99", "exchange 1: status 99 is none"),
        ("200", "1000", "exchange 1: status 1000 is none"),
        ("200", "70000", "not a recording: invalid value"),
        ("date", "da te", r#"exchange 1: the header "da te" has a name or a value that is none"#),
        ("\"d\"", "\"a\\nb\"", r#"exchange 1: the header "date" has"#),
        ("recording/2", "recording/3", "this version reads"),
        ("\"response\"", "\"reply\"", "unknown field `reply`"),
        ("made by hand", " ", "`provenance` must say where it comes from"),
        ("{\"format", "<<<<<<< HEAD\n{\"format", "not a recording"),
    ] {
        let error = text.replace(from, to).parse::<Recording>().unwrap_err().to_string();
        assert!(error.contains(why), "{from} -> {to}: {error}");
    }
}

/// What a replay says of a call that the recording does not hold.
async fn complaint(asked: (&str, &str), recorded: (&str, &str)) -> String {
    let request =
        format!(r#"{{"method":"POST","path":"{}","body":{{"json":{}}}}}"#, recorded.0, recorded.1);
    let replay = Replay::new(recording(2, &request, "{}"));
    let token = AccessToken::new(Secret::new("t0p-secret-token"), None).unwrap();
    let token = Arc::new(StaticToken::new(token));
    let client = Client::builder().transport(replay.clone()).token_provider(token).build().unwrap();
    let call = client.call_raw(Method::POST, asked.0.to_owned()).json_text(asked.1.to_owned());
    let error = call.send().await.unwrap_err().to_string();
    drop(replay.verify());
    error
}

#[tokio::test]
async fn a_failing_replay_names_the_first_differing_member_with_both_values() {
    const MARK: &str = "\"[redacted]\"";
    for (asked, recorded, says) in [
        (r#"{"a":1}"#, r#"{"a":2}"#, "body.a: asked 1, recorded 2"),
        (r#"{"visits":12}"#, r#"{"visits":13}"#, "body.visits: asked 12, recorded 13"),
        (
            r#"{"status":"active"}"#,
            r#"{"status":"archived"}"#,
            r#"body.status: asked "active", recorded "archived""#,
        ),
        (
            r#"{"timeStart":"2026-01-01T00:00:00Z"}"#,
            r#"{"timeStart":"2026-01-02T00:00:00Z"}"#,
            r#"body.timeStart: asked "2026-01-01T00:00:00Z", recorded "2026-01-02T00:00:00Z""#,
        ),
        (
            r#"{"payout":0.10000000000000000001}"#,
            r#"{"payout":0.1}"#,
            "body.payout: asked 0.10000000000000000001, recorded 0.1",
        ),
        (
            r#"{"distinct":true}"#,
            r#"{"distinct":null}"#,
            "body.distinct: asked true, recorded null",
        ),
        (
            r#"{"a":1,"status":"active"}"#,
            r#"{"a":1}"#,
            r#"body.status: asked "active", not recorded"#,
        ),
        (r#"{}"#, r#"{"visits":3}"#, "body.visits: not asked, recorded 3"),
        (
            r#"{"rows":[{"a":1},{"a":2}]}"#,
            r#"{"rows":[{"a":1},{"a":3}]}"#,
            "body.rows[1].a: asked 2",
        ),
        (r#"{"rows":[1,2]}"#, r#"{"rows":[1]}"#, "body.rows[1]: asked 2, not recorded"),
        (r#"{"rows":[]}"#, r#"{"rows":{}}"#, "body.rows: asked [], recorded {}"),
        (
            r#"{"z":1,"b":1}"#,
            r#"{"b":2,"z":2}"#,
            "differs in body.z: asked 1, recorded 2,\n    in body.b",
        ),
        (r#"{"a":1,"a":2}"#, r#"{"a":2}"#, r#"body: asked {"a":1,"a":2}, recorded {"a":2}"#),
        (r#"[[1]]"#, r#"[[2]]"#, "body[0][0]: asked 1, recorded 2"),
        // Names that are shown alike are still two.
        (
            r#"{"a@example.com":1}"#,
            r#"{"b@example.com":1}"#,
            "body[redacted]: asked 1, not recorded,\n    in body[redacted]: not asked, recorded 1",
        ),
        // What a recording may not hold is not shown.
        (
            r#"{"ip":"203.0.113.7"}"#,
            r#"{"ip":"203.0.113.8"}"#,
            &format!("body.ip: asked {MARK}, recorded {MARK}"),
        ),
        (
            r#"{"name":"Jane Roe","email":"jane@example.com"}"#,
            r#"{"name":"x","phone":491701234567}"#,
            &format!("body.name: asked {MARK}, recorded \"x\""),
        ),
        (r#"{"phone":491701234567}"#, r#"{}"#, &format!("body.phone: asked {MARK}, not recorded")),
        (
            r#"{"value":{"password":"hunter2","born":"1985-04-12"}}"#,
            r#"{"value":{}}"#,
            &format!(
                "body.value.password: asked {MARK}, not recorded,\n    in body.value.born: asked {MARK}"
            ),
        ),
        (
            r#"{"rows":[{"secret":"s"}]}"#,
            r#"{"rows":1}"#,
            &format!(r#"body.rows: asked [{{"secret":{MARK}}}], recorded 1"#),
        ),
    ] {
        let said = complaint(("/x", asked), ("/v1/x", recorded)).await;
        assert!(said.contains(says), "{asked}: {said}");
        for hidden in ["203.0.113", "Jane", "jane@", "4917", "hunter2", "1985", "t0p-secret"] {
            assert!(!said.contains(hidden), "{asked}: {said}");
        }
    }
}

#[tokio::test]
async fn a_failing_replay_shows_the_part_of_a_query_that_differs_and_no_more_than_may_be_recorded()
{
    let said = complaint(
        ("/x?status=active&name=Jane%20Roe&n=1&token=t0p-secret-token", "{}"),
        ("/v1/x?n=1&status=archived", "{}"),
    )
    .await;
    let asked = "query: asked name=[redacted]&status=active&token=[redacted]";
    assert!(said.contains(&format!("{asked}, recorded status=archived")), "{said}");
    assert!(!said.contains("Jane") && !said.contains("t0p"), "{said}");
    let said = complaint(("/x", "{}"), ("/v1/x?n=1", "{}")).await;
    assert!(said.contains("query: asked nothing more, recorded n=1"), "{said}");
}

#[tokio::test]
async fn a_long_value_and_many_differences_stay_readable() {
    let many = |value: &str| {
        let members: Vec<_> = (0..1000).map(|n| format!("\"m{n}\":{value}")).collect();
        format!("{{{}}}", members.join(","))
    };
    let said = complaint(("/x", &many("1")), ("/v1/x", &many("2"))).await;
    assert_eq!(said.lines().count(), 11, "{said}");
    assert!(said.contains("\n    and in 990 more places"), "{said}");
    let deep = |value: &str| "[".repeat(20_000) + value + &"]".repeat(20_000);
    let said = complaint(("/x", &deep("1")), ("/v1/x", &deep("2"))).await;
    assert!(said.len() < 1_000 && said.contains("[0][0]: asked [[[["), "{said}");
}

#[tokio::test]
async fn each_problem_stands_on_a_line_of_its_own() {
    let replay = Replay::new(
        r#"{"format":"funnelflux-recording/2","provenance":"made by hand","exchanges":[
            {"request":{"method":"GET","path":"/v1/a"},"response":{"status":200}},
            {"request":{"method":"GET","path":"/v1/b"},"failure":"no_answer"}]}"#
            .parse()
            .unwrap(),
    );
    let client = Client::builder().transport(replay.clone()).build().unwrap();
    drop(client.call_raw(Method::GET, "/c").send().await);
    drop(client.call_raw(Method::GET, "/d").send().await);
    let problems = replay.verify().unwrap_err().to_string();
    let lines: Vec<_> = problems.lines().collect();
    assert_eq!(lines.len(), 4, "{problems}");
    assert!(lines.iter().all(|line| line.contains("replay: ")), "{problems}");
    assert!(lines[2].ends_with("exchange 1 was never asked for: GET /v1/a"), "{problems}");
}

#[tokio::test]
async fn a_recorder_takes_what_a_builder_takes_as_transport() {
    // A body and an error of foreign types, as hyper's client has them.
    let foreign = tower::service_fn(async |request: http::Request<Body>| {
        match request.uri().path().rsplit_once('/') {
            Some((_, "gone")) => return Err(BoxError::from("the cable is out")),
            Some((_, "turned-away")) => return Err(Error::local("the breaker is open").into()),
            _ => {}
        }
        let body = http_body_util::Full::new(bytes::Bytes::from_static(b"{\"visits\":3}"));
        Ok(http::Response::new(body))
    });
    let (recorder, tape) = Recorder::new(foreign, "made for this test", Scrub::new());
    let client = Client::builder().transport(recorder).build().unwrap();
    let answer = client.call_raw(Method::GET, "/x").send().await.unwrap();
    assert_eq!(&answer[..], b"{\"visits\":3}");
    client.call_raw(Method::GET, "/gone").send().await.unwrap_err();
    client.call_raw(Method::GET, "/turned-away").send().await.unwrap_err();
    let recording = tape.recording();
    assert!(recording.exchanges[0].response.is_some());
    assert_eq!(recording.exchanges[1].failure, Some(Failure::NoAnswer));
    assert_eq!(recording.exchanges.last().unwrap().failure, Some(Failure::NotSent));
}

/// The file of the test below, where it runs as a process of its own.
const FILE: &str = "FUNNELFLUX_TEST_FILE";

/// A user's test, which is recorded or replayed. The test below runs it.
#[tokio::test]
async fn one_test_for_both() {
    let Some(path) = std::env::var_os(FILE) else { return };
    let live = || Ok::<_, Error>(Server::new(|_, _| ok(r#"{"rows":[{"visits":3}]}"#)));
    // What it asks for must stay in the file.
    let scrub = Scrub::new().keep_times().keep("idFunnel");
    let opened = record_or_replay(path, "made for this test", scrub, live);
    let (transport, fixture) = opened.unwrap_or_else(|error| panic!("{error}"));
    println!("it records: {}", fixture.is_recording());
    let client = Client::builder().transport(transport).build().unwrap();
    let answer = client.call_raw(Method::GET, "/x").send().await.unwrap();
    assert_eq!(&answer[..], br#"{"rows":[{"visits":3}]}"#);
    let body = r#"{"timeStart":"2026-01-01T00:00:00Z","idFunnel":"2nIemJxCKbFX"}"#;
    client.call(&REPORT).json_text(body).send().await.unwrap();
    fixture.finish().unwrap();
}

#[test]
fn the_environment_says_whether_a_test_records_or_replays() {
    let folder = std::env::temp_dir().join(format!("funnelflux-review-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("lists.json");
    let run_with = |file: &Path, variable: Option<&str>| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "one_test_for_both", "--nocapture"]).env(FILE, file);
        match variable {
            Some(value) => command.env("FUNNELFLUX_RECORD", value),
            None => command.env_remove("FUNNELFLUX_RECORD"),
        };
        let output = command.output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&said).into_owned())
    };
    let run = |variable| run_with(&file, variable);
    let exists = |path: &Path| path.exists();

    // Before anything is sent.
    for (path, why) in [
        (folder.join("no/such/lists.json"), "there is no directory"),
        (folder.join("lists.json/lists.json"), "there is no directory"),
        (folder.clone(), "this is no path of a file"),
        (folder.join(".."), "this is no path of a file"),
    ] {
        let (passed, said) = run_with(&path, Some("1"));
        assert!(!passed && said.contains(why) && !said.contains("it records"), "{said}");
    }

    let (passed, said) = run(None);
    assert!(!passed && said.contains("FUNNELFLUX_RECORD=1 records it"), "{said}");
    let (passed, said) = run(Some("yes"));
    assert!(!passed && said.contains("FUNNELFLUX_RECORD=yes: 1 records"), "{said}");
    assert!(!exists(&file), "nothing is written by a replay, nor by a wrong value");

    let (passed, said) = run(Some("1"));
    assert!(passed && said.contains("it records: true"), "{said}");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("\"visits\": 3\n"), "{text}");
    for replays in [None, Some(""), Some("0")] {
        let (passed, said) = run(replays);
        assert!(passed && said.contains("it records: false"), "{said}");
    }

    // A replay notices what changed, and leaves the file alone.
    let edited = text.replace("/v1/x", "/v1/y");
    std::fs::write(&file, &edited).unwrap();
    let (passed, said) = run(None);
    assert!(!passed && said.contains("path: asked /v1/x, recorded /v1/y"), "{said}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), edited);
    std::fs::remove_dir_all(&folder).unwrap();
}
