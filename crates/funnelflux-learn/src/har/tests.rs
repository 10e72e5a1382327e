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
}

#[test]
fn an_entry_that_cannot_be_read_ends_nothing_and_is_counted() {
    let good = |url| entry(url, None, "{\"a\":1}").to_string();
    let wrong = [
        "null",
        "7",
        "\"secret\"",
        "[]",
        "{}",
        "{\"request\":{\"url\":\"secret\"}}",
        "{\"response\":{\"status\":200}}",
        "{\"request\":\"secret\",\"response\":{}}",
        "{\"request\":null,\"response\":null}",
        "{\"request\":{},\"request\":{},\"response\":{}}",
        "{\"request\":{\"url\":tru},\"response\":{}}",
        "{\"request\":{\"url\":[{]}},\"response\":}",
        "{'request': 1}",
        "{\"a\":[1]]}",
        "{\"a\":1}}",
    ];
    for wrong in wrong {
        let entries = [&*good("https://x/1"), wrong, &good("https://x/3")].join(",\n");
        let text = format!("{{\"log\":{{\"entries\":[{entries}],\"pages\":[]}}}} trailing \u{0}");
        let (found, extent) = all(&text);
        let numbers: Vec<u64> = found.iter().map(|(number, _)| *number).collect();
        assert_eq!((numbers, extent.entries, &extent.ended), (vec![1, 3], 3, &None), "{wrong}");
        assert_eq!(extent.left_out().unwrap(), "entries that cannot be read: 1 (2)", "{wrong}");
    }
    // Halves of pairs, in the file and in a body; bytes that are no text.
    let torn = good("https://x/1").replace("{\\\"a\\\":1}", "{\\\"a\\\":\\\"\\\\ud800\\\"}");
    let torn = torn.replace("http/2.0", "\\udfff");
    let text = format!("{{\"log\":{{\"entries\":[{torn}]}}}}");
    assert_eq!(all(&text).0[0].1.answer(), Some(json!({"a": "\u{fffd}"})), "{text}");
    let mut bytes = text.into_bytes();
    let at = bytes.windows(3).position(|it| it == b"x/1").unwrap();
    bytes[at] = 0xff;
    assert_eq!(read("a.har", &*bytes, &mut |_, _| {}).unwrap().skipped, 0);
    let many = format!("{{\"log\":{{\"entries\":[{}{}]}}}}", "null,".repeat(30), good("https://x"));
    let (found, extent) = all(&many);
    assert_eq!((found[0].0, extent.skipped), (31, 30));
    assert!(extent.left_out().unwrap().ends_with("19, 20, …)"), "{extent:?}");
}

#[test]
fn a_size_that_is_null_is_unknown_and_only_json_and_pages_count() {
    for (content, status, lacks, is_page) in [
        (json!({"size": null, "text": "{}"}), 200, false, false),
        (json!({"size": null, "mimeType": "application/json"}), 200, false, false),
        (json!({"size": 9, "mimeType": "application/problem+JSON", "text": ""}), 200, true, false),
        (json!({"size": 9, "mimeType": "application/javascript"}), 200, false, false),
        (json!({"size": 9, "mimeType": "text/html"}), 200, false, true),
        (json!({"mimeType": "Text/HTML; charset=utf-8", "text": "<p>"}), 201, false, true),
        (json!({"size": 2, "mimeType": "text/html", "text": "{}"}), 200, false, false),
        (json!({"size": 0, "mimeType": "text/html", "text": ""}), 200, false, false),
        (json!({"size": 9, "mimeType": "text/html", "text": "<p>"}), 404, false, false),
    ] {
        let mut entry = entry("https://x/1", None, "");
        entry["response"] = json!({"status": status, "content": content});
        let (found, extent) = all(&file(&[entry]));
        let own = &found[0].1;
        let seen = (own.lacks_content(), own.is_page(), extent.skipped);
        assert_eq!(seen, (lacks, is_page, 0), "{content}");
    }
}

#[test]
fn an_entry_without_end_costs_no_memory() {
    let endless = format!("{{\"_messages\":[{}0]}}", "[\"x\"],".repeat(2 << 20));
    let good = entry("https://x/2", None, "{}").to_string();
    let (found, extent) = all(&format!("{{\"log\":{{\"entries\":[{endless},{good}]}}}}"));
    assert_eq!((found[0].0, extent.skipped, extent.ended), (2, 1, None));
}
