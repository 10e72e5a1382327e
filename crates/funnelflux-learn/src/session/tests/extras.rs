//! Calls of an app that are no operation of ours.

use super::*;

const OTHER: &str = "3pJfnKDyLGwM";

fn sent(mut entry: Value, body: &Value) -> Value {
    entry["request"]["postData"] = json!({"text": body.to_string()});
    entry
}

/// What an app does besides, next to a recording of the usual calls and alone: nothing of it is taken for an operation.
#[test]
fn what_an_app_asks_besides_is_no_operation() {
    let page = |id: &str, name: &str| json!({"idPage": id, "pageName": name, "pageType": "offer", "url": "https://x.example", "status": "active"});
    let (one, other) = (page(ID, "a"), page(OTHER, "b"));
    let (both, ok) = (json!([one, other]), json!({"success": true}));
    let some = json!([one]);
    let versions = json!([page(ID, "a"), page(ID, "an older one")]);
    let asked = json!({"idPage": ID, "pageName": "a"});
    let id = format!("idPage={ID}");
    for (method, path, body, answer) in [
        ("GET", "search?q=summer".to_owned(), None, &some),
        ("GET", "search?term=summer+sale".to_owned(), None, &some),
        ("GET", "autocomplete?text=su".to_owned(), None, &some),
        ("GET", "recent".to_owned(), None, &some),
        ("GET", "favorites".to_owned(), None, &some),
        ("GET", format!("versions?{id}"), None, &versions),
        ("GET", format!("{ID}/versions"), None, &versions),
        ("GET", format!("history?{id}"), None, &versions),
        ("GET", format!("similar?{id}"), None, &json!([other])),
        ("GET", format!("next?{id}"), None, &other),
        ("GET", format!("stats?{id}"), None, &json!({"visits": 5})),
        ("GET", format!("used-by?{id}"), None, &json!([])),
        ("GET", "export".to_owned(), None, &both),
        ("POST", format!("preview?{id}"), Some(&asked), &json!({"html": "<p>"})),
        ("POST", format!("preview?{id}"), Some(&asked), &one),
        ("POST", "validate".to_owned(), Some(&one), &ok),
        ("POST", "preview".to_owned(), Some(&one), &one),
        ("DELETE", format!("favorite?{id}"), None, &ok),
        ("DELETE", format!("cache?{id}"), None, &ok),
        ("PUT", "thumbnail".to_owned(), Some(&one), &ok),
    ] {
        let url = |path: &str| format!("https://api.funnelflux.pro/v1/page/{path}");
        let mut extra = entry(method, &url(&path), 200, answer);
        if let Some(body) = body {
            extra = sent(extra, body);
        }
        let usual = [
            entry("GET", &url("list"), 200, &both),
            entry("GET", &url(&format!("find/byId?{id}")), 200, &one),
            sent(entry("POST", &url("save"), 200, &one), &one),
        ];
        let name = path.split(['?', '/']).find(|part| *part != ID).unwrap_or_default();
        for entries in [vec![extra.clone()], [usual.to_vec(), vec![extra]].concat()] {
            let got = lessons(&entries);
            let taken: Vec<_> = got.facts.paths().filter(|(_, path)| path.contains(name)).collect();
            assert!(taken.is_empty(), "{method} {path}, of {}: {taken:?}", entries.len());
        }
    }
}

/// Parameters that the app gives to each call hide no path.
#[test]
fn what_each_call_has_hides_no_path() {
    let page =
        json!({"idPage": ID, "pageName": "a", "pageType": "offer", "url": "https://x.example"});
    let url = |path: &str| format!("https://api.funnelflux.pro/v1/sites/{path}");
    for (first, second) in [
        ("_=1719000000001", "_=1719000000002"),
        ("workspace=17", "workspace=17"),
        ("workspaceId=17", "workspaceId=17"),
        ("workspace_id=4kQmHxZEdTcP", "workspace_id=4kQmHxZEdTcP"),
        ("timestamp=1719000001", "timestamp=1719000022"),
        ("v=3&lang=en", "v=3&lang=en"),
        ("x=1", "x=2"),
        ("v=3.2.1", "v=3.2.1"),
        ("cb=0.7312", "cb=0.1199"),
        ("nonce=0123456789ab", "nonce=ba9876543210"),
    ] {
        let got = lessons(&[
            entry("GET", &url(&format!("all?{first}")), 200, &json!([page])),
            entry("GET", &url(&format!("one?idPage={ID}&{second}")), 200, &page),
            sent(entry("POST", &url(&format!("create?{first}")), 200, &page), &page),
            sent(entry("PUT", &url(&format!("update?{second}")), 200, &page), &page),
            entry("DELETE", &url(&format!("remove?idPage={ID}&{first}")), 200, &json!({})),
        ]);
        let mut paths: Vec<_> = got.facts.paths().collect();
        paths.sort_unstable();
        let expected = [
            ("ledger.page.create", "/sites/create"),
            ("ledger.page.delete", "/sites/remove"),
            ("ledger.page.find-by-id", "/sites/one"),
            ("ledger.page.list", "/sites/all"),
            ("ledger.page.update", "/sites/update"),
        ];
        assert_eq!(paths, expected, "{first}: {:#?}", got.maybe);
    }
}

/// What is removed from an object is no object, also where the app adds it at the same path.
#[test]
fn what_is_below_an_object_is_not_its_deletion() {
    let page =
        json!({"idPage": ID, "pageName": "a", "pageType": "offer", "url": "https://x.example"});
    let url = |path: &str| format!("https://api.funnelflux.pro/v1/sites/{path}");
    let id = format!("{ID}/");
    for name in ["favorite", "pin", "lock", "thumbnail", "draft"] {
        for has_true in [false, true] {
            let mut entries = vec![
                entry("GET", &url("all"), 200, &json!([page])),
                entry("GET", &url(ID), 200, &page),
                sent(entry("PATCH", &url(ID), 200, &page), &page),
                sent(entry("PUT", &url(&format!("{id}{name}")), 200, &page), &json!({})),
                entry("DELETE", &url(&format!("{id}{name}")), 200, &json!({"success": true})),
            ];
            if has_true {
                entries.push(entry("DELETE", &url(ID), 200, &json!({"success": true})));
            }
            let got = lessons(&entries);
            let deleted: Vec<_> =
                got.facts.paths().filter(|(of, _)| of.ends_with("delete")).collect();
            let expected: &[_] =
                if has_true { &[("ledger.page.delete", "/sites/{idPage}")] } else { &[] };
            assert_eq!(deleted, expected, "{name}: {:#?}", got.maybe);
        }
    }
}

#[test]
fn another_method_at_a_path_of_ours_is_certain() {
    let page =
        json!({"idPage": ID, "pageName": "a", "pageType": "offer", "url": "https://x.example"});
    for (operation, method, path, body, answer) in [
        ("list", "POST", "list", Some(json!({})), json!([page])),
        ("find-by-id", "POST", "find/byId?idPage=ID", None, page.clone()),
        ("archive", "POST", "archive", Some(json!({"ids": [ID]})), json!({"success": true})),
        ("delete", "POST", "delete?idPage=ID", None, json!({"success": true})),
        ("", "PUT", "drilldown", Some(json!({"a": 1})), json!({"b": 2})),
        ("", "POST", "attributes", Some(json!({})), json!([])),
    ] {
        let of = if operation.is_empty() { "reporting" } else { "page" };
        let url = format!("https://api.funnelflux.pro/v1/{of}/{}", path.replace("ID", ID));
        let call = entry(method, &url, 200, &answer);
        let got = lessons(&[body.map_or(call.clone(), |body| sent(call, &body))]);
        let id = if operation.is_empty() {
            format!("reporting.{path}")
        } else {
            format!("ledger.page.{operation}")
        };
        let fact = format!("{id} Method({method:?})");
        assert!(told(&got).contains(&fact), "{operation}: {:#?} {:?}", told(&got), got.maybe);
    }
}

#[test]
fn ids_in_a_parameter_that_is_repeated_are_said_and_are_no_fact() {
    let page = |id: &str| json!({"idPage": id, "pageName": "a", "pageType": "offer", "url": "https://x.example"});
    let url =
        format!("https://api.funnelflux.pro/v1/page/find/byIds?idPages[]={ID}&idPages[]={OTHER}");
    let got = lessons(&[entry("GET", &url, 200, &json!([page(ID), page(OTHER)]))]);
    assert!(got.facts.paths().next().is_none(), "{:#?}", told(&got));
    assert!(got.beyond.iter().any(|it| it.contains("find-by-ids")), "{:?}", got.beyond);
}
