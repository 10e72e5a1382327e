//! A name of the account at each place where a recording can have one is in no fact, no message and no copy.

use serde_json::{Value, json};

use super::*;

const MARKS: &[&str] =
    &["Acme-Partner", "john_doe", "acmegmbh", "JaneDoe", "zorblatMedia", "jane", "918273645"];
const ID: &str = "2nIemJxCKbFX";
const OTHER: &str = "2n5JuOKWLTzd";

fn call(method: &str, path: &str, status: u16, body: &Value, answer: &Value) -> Value {
    json!({
        "startedDateTime": "2026-11-27T10:00:00.000Z",
        "request": {"method": method, "url": format!("https://api.funnelflux.pro{path}"),
            "postData": {"text": body.to_string()}, "headers": [{"name": "x", "value": "x"}]},
        "response": {"status": status, "content": {"text": answer.to_string()}},
    })
}

fn page(id: &str) -> Value {
    json!({"idPage": id, "pageName": "x", "pageType": "offer", "status": "active", "redirectType": "301",
        "baseURL": "u"})
}

/// A page without one member, and with another.
fn changed(id: &str, without: &str, name: &str, value: &Value) -> Value {
    let mut page = page(id);
    page.as_object_mut().unwrap().remove(without);
    page[name] = value.clone();
    page
}

fn funnel(node_type: &str, object: &str, member: &str, exit: &str, trigger: &str) -> Value {
    let node = |id: &str, of: &str, object: &str, params: Value| json!({"idNode": id, "nodeType": of, object: params, "posX": 30, "posY": 10});
    json!({"idFunnel": "1RsY0Elid0Sw", "funnelName": "x", "idFunnelGroup": OTHER, "nodes": [
        node("0XJbzUwQYEWa", node_type, object, json!({member: "x"})),
        node("0XJbzUwQYEWb", "lander", "nodePageParams", json!({"idPage": ID})),
    ], "connections": [{"idConnection": "11J2nnR5gqw2", "idSourceNode": "0XJbzUwQYEWa",
        "idTargetNode": "0XJbzUwQYEWb", exit: {trigger: 100}}]})
}

/// Recordings with the mark at one place each.
fn marked(mark: &str) -> Vec<(&'static str, Vec<Value>)> {
    let get = |path: &str, answer: &Value| call("GET", path, 200, &Value::Null, answer);
    let (list, none) = (json!([page(ID), page(OTHER)]), Value::Null);
    let save =
        |status, body: &Value, answer: &Value| call("POST", "/v1/page/save", status, body, answer);
    let less = changed(ID, "baseURL", "notes", &json!(""));
    let wrapped = |value: &Value| json!({mark: value});
    let find = "/v1/campaign/funnel/find/byId?idFunnel=1RsY0Elid0Sw";
    let spelled = |at: usize| {
        let mut words =
            ["rotator", "nodeRotatorParams", "mode", "connectionRotatorParams", "weight"];
        words[at] = mark;
        let [a, b, c, d, e] = words;
        funnel(a, b, c, d, e)
    };
    let mut all = vec![
        (
            "a path in front",
            vec![get(&format!("/{mark}/sites/all"), &list), get("/v1/me/x", &json!({"a": 1}))],
        ),
        (
            "a path within",
            vec![
                get("/v1/page/list", &list),
                get(&format!("/v1/{mark}/page/find/byId?idPage={ID}"), &page(ID)),
            ],
        ),
        ("a path of one kind", vec![get(&format!("/v1/{mark}/all"), &list)]),
        ("a last name", vec![get(&format!("/v1/page/{mark}"), &list)]),
        (
            "a parameter",
            vec![
                get(&format!("/v1/page/find/byId?{mark}={ID}"), &page(ID)),
                get(&format!("/v1/page/list?{mark}=active&{mark}Page=2"), &list),
            ],
        ),
        (
            "a deed",
            vec![
                get("/v1/page/list", &list),
                call(
                    "PUT",
                    &format!("/v1/page/archive?{mark}={ID}"),
                    200,
                    &none,
                    &json!({"success": true}),
                ),
            ],
        ),
        (
            "a wrapper",
            vec![
                get("/v1/page/list", &wrapped(&list)),
                get("/v1/offersource/list", &wrapped(&json!([]))),
                save(200, &wrapped(&page(ID)), &wrapped(&page(ID))),
            ],
        ),
        (
            "a wrapper of others",
            vec![get(
                "/v1/billing/domains",
                &wrapped(&json!([{"id": ID, "hostname": "x", "status": "active"}])),
            )],
        ),
        (
            "an error",
            vec![
                get("/v1/page/list", &list),
                call(
                    "GET",
                    "/v1/page/list",
                    400,
                    &none,
                    &json!({"errors": {mark: "no"}, "details": {mark: {mark: 1}}, mark: "x"}),
                ),
                call(
                    "GET",
                    "/v1/page/list",
                    200,
                    &none,
                    &json!({"success": false, mark: {"message": "no"}}),
                ),
            ],
        ),
        (
            "what is needed",
            vec![
                save(
                    400,
                    &less,
                    &json!({"error": {"message": format!("{mark} is missing"), mark: 1}}),
                ),
                save(200, &changed(ID, "baseURL", mark, &json!("u")), &page(ID)),
            ],
        ),
        (
            "a member",
            vec![get("/v1/page/list", &json!([changed(ID, "pageName", mark, &json!("x"))]))],
        ),
        (
            "a member of two",
            vec![get(
                "/v1/page/list",
                &json!([changed(ID, "pageName", mark, &json!("x")), page(OTHER)]),
            )],
        ),
        (
            "a member of an object",
            vec![get(
                &format!("/v1/page/find/byId?idPage={ID}"),
                &changed(ID, "redirectType", mark, &json!("301")),
            )],
        ),
        (
            "a member with an id",
            vec![get("/v1/page/list", &json!([changed(ID, "idPage", mark, &json!(ID))]))],
        ),
        (
            "a member within",
            vec![get(
                "/v1/page/list",
                &json!([changed(
                    ID,
                    "notes",
                    "offerParams",
                    &json!({mark: 1, "payoutType": mark})
                )]),
            )],
        ),
        (
            "an alike member",
            vec![get(
                "/v1/page/list",
                &json!([changed(ID, "baseURL", &format!("{mark}URL"), &json!("u"))]),
            )],
        ),
        (
            "a value",
            vec![get(
                "/v1/page/list",
                &json!([changed(ID, "pageType", "pageType", &json!(mark)), page(OTHER)]),
            )],
        ),
        (
            "a list of a deed",
            vec![
                get("/v1/page/list", &list),
                call(
                    "PUT",
                    "/v1/page/archive",
                    200,
                    &json!({mark: [ID]}),
                    &json!({"success": true}),
                ),
            ],
        ),
        (
            "a method",
            vec![
                get("/v1/page/list", &list),
                call(mark, "/v1/page/delete", 200, &none, &json!({})),
            ],
        ),
    ];
    for (at, place) in ["a type", "an object", "a member of a node", "an exit", "a trigger"]
        .into_iter()
        .enumerate()
    {
        all.push((place, vec![get(find, &spelled(at))]));
    }
    // Two types of one kind contradict each other.
    all.push((
        "a contradiction",
        vec![get(
            find,
            &json!([
                spelled(0),
                funnel("rotator", "nodeRotatorParams", "mode", "connectionRotatorParams", "weight")
            ]),
        )],
    ));
    all
}

#[test]
fn a_name_of_the_account_at_any_place_is_in_no_fact_no_message_and_no_copy() {
    for mark in MARKS {
        for (place, entries) in marked(mark) {
            let har = json!({"log": {"entries": entries}}).to_string();
            let mut session = Session::new();
            session.har("a.har", har.as_bytes()).unwrap();
            let lessons = session.lessons();
            let mut copy = Vec::new();
            session.scrubber().har("a.har", har.as_bytes(), &mut copy).unwrap();
            let told = format!("{lessons:?}{}", lessons.facts.to_toml());
            for text in [told, String::from_utf8(copy).unwrap()] {
                assert!(!text.contains(mark), "{mark} as {place}: {text}");
            }
        }
    }
}

#[test]
fn what_is_kept_out_is_told_by_its_place_and_taken_over_when_it_is_written_by_hand() {
    let entries = [call("GET", "/v1/zorblat/all", 200, &Value::Null, &json!([page(ID)]))];
    let har = json!({"log": {"entries": entries}}).to_string();
    let learn = |known: Overlay| {
        let mut session = Session::new().under(known);
        session.har("a.har", har.as_bytes()).unwrap();
        session.lessons()
    };
    let got = learn(Overlay::new());
    let path = "the path of ledger.page.list, whose name may be a word of the account (entry 1)";
    assert!(got.kept_out.contains(&path.to_owned()), "{:?}", got.kept_out);
    let got = learn(Overlay::new().path("ledger.page.list", "/zorblat/all"));
    assert!(got.facts.paths().any(|it| it == ("ledger.page.list", "/zorblat/all")), "{got:?}");
}

/// What a copy for others teaches, beside what the recording does.
fn both(entries: &[Value]) -> [Vec<String>; 2] {
    let har = json!({"log": {"entries": entries}}).to_string();
    let facts = |har: &[u8]| {
        let mut session = Session::new();
        session.har("a.har", har).unwrap();
        let all = session.lessons().facts;
        let told: Vec<String> = all
            .facts()
            .map(|it| format!("{} {:?} {:?}", it.operations(), it.says(), it.evidence()))
            .collect();
        (told, session)
    };
    let (own, session) = facts(har.as_bytes());
    let mut copy = Vec::new();
    session.scrubber().har("a.har", har.as_bytes(), &mut copy).unwrap();
    [own, facts(&copy).0]
}

#[test]
fn a_copy_for_others_teaches_the_same() {
    let get = |path: &str, answer: &Value| call("GET", path, 200, &Value::Null, answer);
    let (list, less) =
        (json!([page(ID), page(OTHER)]), changed(ID, "baseURL", "notes", &json!("")));
    let renamed = changed(ID, "baseURL", "address", &json!("u"));
    for (no, status) in [
        (json!({"error": {"message": "Jane, baseURL is missing"}}), 400),
        (json!({"error": {"message": "baseURL"}}), 422),
        (json!({"errors": {"baseURL": ["is required"]}}), 400),
        (json!({"success": 0, "message": "baseURL is required"}), 200),
        (json!({"status": "failed", "message": "baseURL is required"}), 200),
        (json!({"code": 422, "message": "baseURL is required"}), 200),
        (json!({"success": "false", "message": "baseURL is required"}), 200),
    ] {
        let save = |status, body: &Value, answer: &Value| {
            call("POST", "/v1/page/save", status, body, answer)
        };
        let [own, copy] = both(&[
            Value::Null,
            get("/v1/page/list", &list),
            save(status, &less, &no),
            save(200, &page(ID), &page(ID)),
        ]);
        assert!(own.iter().any(|fact| fact.contains("Required(\"baseURL\")")), "{no}: {own:#?}");
        assert_eq!(own, copy, "{no}");
    }
    let save =
        |status, body: &Value, answer: &Value| call("POST", "/v1/page/save", status, body, answer);
    let no = json!({"error": {"message": "address is missing"}});
    let [own, copy] = both(&[
        save(400, &changed(ID, "baseURL", "notes", &json!("")), &no),
        save(200, &renamed, &renamed),
        get(
            "/v1/page/list?limit=2&pageNumber=1",
            &json!({"data": {"items": [renamed], "total": 1}}),
        ),
        get(
            "/v1/campaign/funnel/find/byId?idFunnel=1RsY0Elid0Sw",
            &funnel("fork", "forkSetup", "mode", "forkWay", "part"),
        ),
    ]);
    assert_eq!(own, copy);
    assert!(own.len() > 15, "{own:#?}");
}
