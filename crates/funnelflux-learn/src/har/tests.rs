use serde_json::{Value, json};

use super::*;

fn file(entries: &[Value]) -> String {
    json!({"log": {"version": "1.2", "pages": [{"id": "p"}], "entries": entries, "comment": ""}})
        .to_string()
}

/// As Chrome writes it, with a token in the headers.
fn entry(url: &str, body: Option<Value>, answer: &str) -> Value {
    let body = body.map(|body| json!({"mimeType": "application/json", "text": body.to_string()}));
    json!({
        "startedDateTime": "2026-11-27T10:00:00.000Z", "time": 12.5,
        "request": {
            "method": "POST", "url": url, "httpVersion": "http/2.0",
            "headers": [{"name": ":authority", "value": "x"}, {"name": "authorization", "value": "Bearer t"}],
            "queryString": [], "cookies": [], "headersSize": -1, "postData": body,
        },
        "response": {
            "status": 200, "headers": [], "content": {"size": 3, "mimeType": "application/json", "text": answer},
        },
        "cache": {}, "timings": {},
    })
}

fn all(text: &str) -> (Vec<(u64, Entry)>, Extent) {
    let mut found = Vec::new();
    let extent = read("a.har", text.as_bytes(), &mut |number, entry| found.push((number, entry)));
    (found, extent.unwrap())
}

#[test]
fn entries_come_with_number_day_status_and_bodies() {
    let mut coded = entry("https://x/v1/b", None, "eyJhIjpb\nMV19");
    coded["response"]["content"]["encoding"] = "base64".into();
    // Safari writes no content, and a status of 0 for a request that was cut off.
    let mut cut = entry("https://x/v1/c", None, "");
    cut["response"] = json!({"status": 0, "content": {"size": -1}});
    let first = entry("https://x/v1/a?b=c", Some(json!({"m": 1.50})), "\u{feff} [{\"n\":null}]");
    let (found, extent) = all(&format!("\u{feff}{}", file(&[first, coded, cut])));
    assert_eq!((extent.entries, extent.ended), (3, None));
    let (number, first) = &found[0];
    assert_eq!((*number, first.method(), first.url()), (1, "POST", "https://x/v1/a?b=c"));
    assert_eq!((first.day(), first.status()), (Some("2026-11-27"), Some(200)));
    assert_eq!(
        (first.body(), first.answer()),
        (Some(json!({"m": 1.5})), Some(json!([{"n": null}])))
    );
    assert_eq!(found[1].1.answer(), Some(json!({"a": [1]})));
    assert_eq!((found[2].1.status(), found[2].1.answer()), (None, None));
    assert!(!format!("{:?}", found[0].1).contains("v1"));
}

#[test]
fn a_huge_body_is_skipped_and_the_entries_around_it_are_read() {
    let huge = json!({"text": "x".repeat(3 << 20)}).to_string();
    let ends = |url| entry(url, None, "{}");
    let text = file(&[ends("https://x/1"), entry("https://x/2", None, &huge), ends("https://x/3")]);
    let (found, extent) = all(&text);
    assert_eq!((extent.entries, extent.ended), (3, None));
    let answers: Vec<bool> = found.iter().map(|(_, entry)| entry.answer().is_some()).collect();
    assert_eq!(answers, [true, false, true]);
}

#[test]
fn a_file_that_is_cut_off_gives_what_it_holds_and_says_where_it_ends() {
    let one = || entry("https://x/1", Some(json!({"a": "b"})), "{}");
    let text = file(&[one(), one(), one()]);
    let third = text.match_indices("cache").nth(2).unwrap().0;
    for length in [third, third + 40, third + 300] {
        let (found, extent) = all(&text[..length]);
        assert_eq!((found.len(), extent.entries), (2, 2));
        let expected = format!("the file ends in entry 3, at byte {length}");
        assert_eq!(extent.ended.unwrap(), expected);
    }
}

#[test]
fn what_is_no_har_file_is_refused_without_showing_it() {
    for text in
        ["", "{", "[]", "<html>secret", r#"{"log":{"entries":"secret"}}"#, r#"{"openapi":"3.0"}"#]
    {
        let said = match read("a.har", text.as_bytes(), &mut |_, _| {}) {
            Err(error) => error.to_string(),
            Ok(extent) => extent.ended.unwrap(),
        };
        assert!(!said.contains("secret"), "{said}");
    }
    // A value of another type is no reason to show the value.
    let text = file(&[json!({"request": "secret", "response": {}})]);
    let ended = all(&text).1.ended.unwrap();
    assert!(ended.contains("entry 1") && !ended.contains("secret"), "{ended}");
}
