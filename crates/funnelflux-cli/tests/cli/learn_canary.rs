//! A recording full of marks, none of which is in what `ffx learn` writes or prints.

use serde_json::{Value, json};

use crate::learn::{account, recorded, user};

/// Beside these, every text with `canary` in it is a mark.
const NUMBERS: &[&str] = &["918273645", "7465.83", "203.0.113.77", "2001:db8::77"];

fn is_marked(text: &str) -> Option<&str> {
    let found = text.to_lowercase().find("canary");
    let number = || NUMBERS.iter().find_map(|number| text.find(number));
    found.or_else(number).map(|at| text.get(at.saturating_sub(40)..).unwrap_or(text))
}

/// What an account holds, in every form: texts, words, ids, amounts, names of maps.
fn private() -> Value {
    json!({
        "canaryjane": "CanaryWord", "Canary Jane": {"9CanaryAAAAA": ["9CanaryAAAAA"]},
        "email": "canary@mark.example", "url": "https://canary.example/?t=canary",
        "ip": "203.0.113.77", "ip6": "2001:db8::77", "amount": 7465.83, "count": 918273645,
        "text": "918273645", "decimal": "7465.83", "nested": "{\"canary\":\"canary\"}",
        "token": "eyJhbGciOiJIUzI1NiJ9.canary.canary", "notes": "\u{1b}[31mcanary",
    })
}

/// Adds the marks to all objects of an answer or a body.
fn mark(json: &mut Value) {
    match json {
        Value::Array(items) => items.iter_mut().for_each(mark),
        Value::Object(members) => {
            members.values_mut().for_each(mark);
            members.insert("customFields".to_owned(), private());
            if let Some(name) = members.get_mut("title") {
                *name = json!("Canary Jane");
            }
        }
        _ => {}
    }
}

fn marked(har: &str) -> Value {
    let mut har: Value = serde_json::from_str(har).unwrap();
    let entries = har["log"]["entries"].as_array_mut().unwrap();
    for entry in entries.iter_mut() {
        for place in ["/request/postData/text", "/response/content/text"] {
            let Some(text) = entry.pointer_mut(place) else { continue };
            let Some(known) = text.as_str() else { continue };
            let mut json: Value = serde_json::from_str(known).unwrap();
            mark(&mut json);
            *text = json!(json.to_string());
        }
        let cookie = json!([{"name": "canary", "value": "canary", "domain": "canary.example"}]);
        entry["request"]["cookies"] = cookie.clone();
        entry["response"]["cookies"] = cookie;
        entry["response"]["headers"] = json!([{"name": "Set-Cookie", "value": "canary=canary"}]);
        entry["response"]["redirectURL"] = json!("https://api.funnelflux.pro/canary");
        entry["response"]["statusText"] = json!("canary");
        entry["response"]["comment"] = json!("canary");
        entry["request"]["queryString"] = json!([{"name": "canary", "value": "canary"}]);
        entry["_initiator"] = json!({"type": "script", "url": "https://canary.example/canary.js"});
        entry["_webSocketMessages"] = json!([{"type": "send", "data": "canary"}]);
        entry["serverIPAddress"] = json!("203.0.113.77");
        entry["connection"] = json!("canary");
    }
    let call = |method: &str, url: &str, post: Value, content: Value| {
        json!({
            "startedDateTime": "2026-11-27T09:00:00.000+01:00", "comment": "canary",
            "request": {"method": method, "url": url, "postData": post, "headers": []},
            "response": {"status": 200, "content": content},
        })
    };
    let api = "https://api.funnelflux.pro/api/v2";
    let content = json!({"text": private().to_string()});
    let form = json!({"mimeType": "application/x-www-form-urlencoded", "text": "canary=canary",
        "params": [{"name": "canary", "value": "canary", "fileName": "canary"}]});
    let parts = json!({"mimeType": "multipart/form-data; boundary=canary",
        "text": "--canary\r\ncontent-disposition: form-data; name=canary\r\n\r\ncanary\r\n--canary--"});
    // {"canaryjane":"canary"}
    let coded = json!({"encoding": "base64", "text": "eyJjYW5hcnlqYW5lIjoiY2FuYXJ5In0="});
    for (method, path, post) in [
        (
            "GET",
            "/sites/all?state=active&canary=canary&token=canary&email=canary%40mark.example",
            &Value::Null,
        ),
        (
            "GET",
            "/team/canaryjane/9CanaryAAAAA?9CanaryAAAAA=9CanaryAAAAA,9CanaryAAAAA#canary",
            &Value::Null,
        ),
        ("POST", "/canary%20jane/Canary", &form),
        ("POST", "/upload", &parts),
        ("CANARY", "/canary", &form),
    ] {
        entries.push(call(method, &format!("{api}{path}"), post.clone(), content.clone()));
    }
    entries.push(call("GET", &format!("{api}/people"), Value::Null, coded));
    let own = "https://canary:canary@canary.funnelflux.pro/api/v2/sites/all";
    entries.push(call("GET", own, Value::Null, content.clone()));
    entries.push(call("GET", "https://canary.example/canary", Value::Null, content));
    har["log"]["pages"] = json!([{"id": "canary", "title": "Canary Jane"}]);
    har["log"]["comment"] = json!("canary");
    har["log"]["browser"] = json!({"name": "canary", "version": "1"});
    har
}

/// The facts, without the evidence.
fn facts(overlay: &str) -> Vec<String> {
    let overlay = funnelflux::transport::Overlay::from_toml("a", overlay).unwrap();
    overlay.facts().map(|fact| format!("{} {:?}", fact.operations(), fact.says())).collect()
}

#[test]
fn no_mark_of_a_recording_is_written_or_printed_and_the_copy_teaches_the_same() {
    let (served, mut app) = account();
    let har = marked(&recorded(&mut app));
    for text in [har.to_string(), format!("{har:#}")] {
        let ffx = user(&served);
        let file = ffx.write("session.har", &text);
        let file = file.to_str().unwrap();
        let copy = ffx.path("copy.har");
        let out = copy.to_str().unwrap();
        let overlay = ffx.path("profiles/default.contract.toml");
        let mut said = Vec::new();
        let mut run = |arguments: &[&str]| {
            let done = ffx.run(arguments).done();
            said.extend([done.stdout, done.stderr]);
        };
        run(&["learn", file, "-vvv", "--dry-run"]);
        run(&["learn", file, "-vvv", "-o", "json"]);
        run(&["learn", "--show"]);
        run(&["learn", file, "-vvv", "--scrub", out]);
        let learned = std::fs::read_to_string(&overlay).unwrap();
        std::fs::remove_file(&overlay).unwrap();
        run(&["learn", out, "-vvv"]);
        let again = std::fs::read_to_string(&overlay).unwrap();
        assert!(facts(&learned).len() > 20, "{learned}");
        assert_eq!(facts(&learned), facts(&again));

        let scrubbed = std::fs::read_to_string(&copy).unwrap();
        let shared: Value = serde_json::from_str(&scrubbed).unwrap();
        let count = |har: &Value| har["log"]["entries"].as_array().unwrap().len();
        assert_eq!(count(&shared), count(&har));
        said.extend([learned, again, scrubbed.clone()]);
        for text in &said {
            assert_eq!(is_marked(text), None);
        }
        // Nor what the test did not plant: the token and the ids.
        assert!(!scrubbed.contains("live-token"), "{scrubbed}");
        let ids = har.pointer("/log/entries/0/response/content/text").unwrap().as_str().unwrap();
        let list: Value = serde_json::from_str(ids).unwrap();
        let id = list["data"]["items"][0]["idPage"].as_str().unwrap();
        assert!(!scrubbed.contains(id), "{id}");
        ffx.run(&["learn", file, "--scrub", out]).failed(2, &["copy.har exists"]);
        ffx.run(&["learn", file, file, "--scrub", "x.har"]).failed(2, &["copies one HAR file"]);
    }
}

#[test]
fn a_copy_of_what_is_no_recording_or_is_cut_off_is_whole_or_not_there() {
    let (served, mut app) = account();
    let har = recorded(&mut app);
    let ffx = user(&served);
    let copy = ffx.path("copy.har");
    let out = copy.to_str().unwrap();
    let none = ffx.write("none.har", "{\"canary\": [1,");
    let said =
        ffx.run(&["learn", none.to_str().unwrap(), "--scrub", out]).failed(2, &["is no HAR file"]);
    assert_eq!(is_marked(&said.stderr), None);
    let names = std::fs::read_dir(ffx.path("")).unwrap().map(|it| it.unwrap().file_name());
    assert!(!names.map(|it| it.to_string_lossy().into_owned()).any(|it| it.ends_with(".new")));
    assert!(!copy.exists());
    let half = ffx.write("half.har", &har[..har.len() * 2 / 3]);
    let said = ffx.run(&["learn", half.to_str().unwrap(), "--scrub", out]).done();
    assert!(said.stderr.contains("the file ends in entry"), "{}", said.stderr);
    let shared: Value = serde_json::from_str(&std::fs::read_to_string(&copy).unwrap()).unwrap();
    assert!(!shared["log"]["entries"].as_array().unwrap().is_empty());
}
