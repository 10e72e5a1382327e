//! What real apps do besides, as changes of a recording: nothing of it makes a claim that is wrong, or hides one.

use serde_json::{Value, json};

/// What an app does besides one call, added to the others.
pub(crate) type Variant = fn(&Value, &mut Vec<Value>);

pub(crate) const ALL: &[(&str, Variant)] = &[
    ("GraphQL", |it, all| {
        all.push(call(
            "POST",
            &beside(it, "/graphql"),
            &json!({"query": "{ node }"}),
            &json!({"data": answer(it)}),
        ));
    }),
    ("polling and 304", |it, all| {
        if method(it) == "GET" {
            let mut same = it.clone();
            same["response"] = json!({"status": 304, "content": {"size": 0}});
            all.extend([it.clone(), same]);
        }
    }),
    ("batches", |it, all| {
        let inner = json!([{"method": method(it), "body": sent(it)}]);
        all.push(call(
            "POST",
            &beside(it, "/batch"),
            &inner,
            &json!([{"status": 200, "body": answer(it)}]),
        ));
    }),
    ("a part saved at once", |it, all| {
        if method(it) == "PUT" && sent(it).is_object() {
            all.push(call(
                "PATCH",
                bare(it),
                &json!({"notes": "x", "status": "active"}),
                &answer(it),
            ));
        }
    }),
    ("ids in bodies", |it, all| {
        if method(it) == "GET" {
            all.push(call(
                "POST",
                &format!("{}/fetch", bare(it)),
                &json!({"ids": []}),
                &answer(it),
            ));
        }
    }),
    ("an older version", |it, all| {
        if method(it) == "GET" && all.len().is_multiple_of(2) {
            let path = url(it).strip_prefix(&beside(it, "")).unwrap();
            for base in ["http://127.0.0.1:9/internal/v9", "https://app.funnelflux.pro/v7"] {
                all.push(call("GET", &format!("{base}{path}"), &Value::Null, &answer(it)));
            }
        }
    }),
    ("failed calls again", |it, all| {
        let mut failed = it.clone();
        failed["response"] = json!({"status": 503, "content": {"text": "{\"error\":\"later\"}"}});
        all.push(failed);
    }),
    ("preflights and sockets", |it, all| {
        all.push(call("OPTIONS", url(it), &Value::Null, &Value::Null));
        all.push(call("GET", "wss://127.0.0.1:9/v1/socket", &Value::Null, &Value::Null));
        all.push(call("POST", "https://errors.example.com/api/1", &sent(it), &json!({"id": "x"})));
    }),
    ("cursors", |it, all| {
        if answer(it).is_array() && method(it) == "GET" {
            let mark = if url(it).contains('?') { '&' } else { '?' };
            all.push(call(
                "GET",
                &format!("{}{mark}cursor=eyJpZCI6&limit=50", url(it)),
                &Value::Null,
                &answer(it),
            ));
        }
    }),
    ("events", |it, all| {
        let mut event = if sent(it).is_object() { sent(it) } else { answer(it) };
        all.push(call("POST", &beside(it, "/audit/log"), &event, &json!({"ok": true})));
        if event.is_object() {
            event["event"] = json!("saved");
            all.push(call("POST", &beside(it, "/events"), &event, &json!({"ok": true})));
        }
    }),
    ("drafts", |it, all| {
        if sent(it).as_object().is_some_and(|it| it.len() > 3) {
            all.push(call("PUT", &format!("{}/draft", bare(it)), &sent(it), &answer(it)));
            all.push(call(
                "POST",
                &format!("{}/validate", bare(it)),
                &sent(it),
                &json!({"valid": true}),
            ));
            all.push(call("POST", &sibling(it, "import"), &sent(it), &sent(it)));
        }
    }),
    ("previews and versions", |it, all| {
        if method(it) == "GET" && answer(it).is_object() {
            let query = url(it).strip_prefix(bare(it)).unwrap_or_default();
            for tail in ["preview", "versions/3", "versions/2n5JuOKWLTaa"] {
                all.push(call(
                    "GET",
                    &format!("{}/{tail}{query}", bare(it)),
                    &Value::Null,
                    &answer(it),
                ));
            }
            all.push(call(
                "GET",
                &format!("{}{query}", sibling(it, "preview")),
                &Value::Null,
                &answer(it),
            ));
        }
    }),
    ("choices and nested lists", |it, all| {
        if method(it) == "GET" && answer(it).is_array() {
            all.push(call(
                "GET",
                &format!("{}/2n5JuOKWLTaa/children", bare(it)),
                &Value::Null,
                &answer(it),
            ));
            all.push(call("GET", &sibling(it, "recent"), &Value::Null, &answer(it)));
            all.push(call("POST", &sibling(it, "search"), &json!({"q": "x"}), &answer(it)));
            all.push(call("GET", &sibling(it, "count"), &Value::Null, &json!({"count": 5})));
        }
    }),
    ("places of another word", |it, all| {
        let (none, done) = (Value::Null, json!({"success": true}));
        let query = url(it).strip_prefix(bare(it)).unwrap_or_default();
        let below = format!("{}/quibs{query}", bare(it));
        match method(it) {
            "GET" if answer(it).is_array() => {
                all.push(call("GET", &sibling(it, "quibs"), &none, &answer(it)));
                all.push(call("GET", &beside(it, "/quibs/all"), &none, &answer(it)));
            }
            "GET" => {
                all.push(call("GET", &below, &none, &answer(it)));
                all.push(call("PUT", &below, &answer(it), &answer(it)));
                all.push(call("DELETE", &below, &none, &done));
            }
            _ => {
                all.push(call("POST", &sibling(it, "quibs"), &sent(it), &done));
                all.push(call("POST", &below, &sent(it), &answer(it)));
            }
        }
    }),
    ("empty lists at our paths", |it, all| {
        for path in ["page/list", "funnel/list", "campaign/list", "category/list", "condition/list"]
        {
            all.push(call("GET", &beside(it, &format!("/{path}")), &Value::Null, &json!([])));
        }
    }),
    ("settings", |it, all| {
        let user = json!({"id": "2n5JuOKWLTaa", "name": "x", "status": "active"});
        all.push(call("GET", &beside(it, "/me"), &Value::Null, &user));
        all.push(call("PATCH", &beside(it, "/me/preferences"), &json!({"theme": "dark"}), &user));
        all.push(call(
            "PUT",
            &beside(it, "/ui/columns"),
            &json!({"ids": ["a"], "name": "x"}),
            &json!({}),
        ));
    }),
];

/// The recording with what the variant has besides: behind each call that it is made of, or before all.
pub(crate) fn with(file: &str, variant: Variant, is_first: bool) -> String {
    let mut har: Value = serde_json::from_str(file).unwrap();
    let (mut all, mut extras) = (Vec::new(), Vec::new());
    for entry in har["log"]["entries"].take().as_array().unwrap() {
        all.push(entry.clone());
        variant(entry, if is_first { &mut extras } else { &mut all });
    }
    har["log"]["entries"] = [extras, all].concat().into();
    har.to_string()
}

fn call(method: &str, url: &str, body: &Value, answer: &Value) -> Value {
    let text = |json: &Value| json.to_string();
    let body = (!body.is_null()).then(|| json!({"text": text(body)}));
    json!({"request": {"method": method, "url": url, "postData": body},
        "response": {"status": 200, "content": {"mimeType": "application/json", "text": text(answer)}}})
}

fn url(entry: &Value) -> &str {
    entry["request"]["url"].as_str().unwrap()
}

fn method(entry: &Value) -> &str {
    entry["request"]["method"].as_str().unwrap()
}

fn bare(entry: &Value) -> &str {
    url(entry).split('?').next().unwrap()
}

/// A path below the base path.
fn beside(entry: &Value, path: &str) -> String {
    let base = ["/api/v2", "/rest", "/v3", "/v1"];
    let base = base.iter().find(|base| url(entry).contains(&format!(":9{base}/"))).unwrap();
    format!("http://127.0.0.1:9{base}{path}")
}

fn sibling(entry: &Value, name: &str) -> String {
    format!("{}/{name}", bare(entry).rsplit_once('/').unwrap().0)
}

fn parsed(part: &Value) -> Value {
    part["text"].as_str().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

fn sent(entry: &Value) -> Value {
    parsed(&entry["request"]["postData"])
}

fn answer(entry: &Value) -> Value {
    parsed(&entry["response"]["content"])
}
