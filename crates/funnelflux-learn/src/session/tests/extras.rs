//! Calls of an app that are no operation of ours.

use super::*;

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
    let ids = json!({"ids": [ID]});
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
        // At a place of its own, with the kind behind it or not.
        ("DELETE", format!("/drafts/{ID}"), None, &ok),
        ("DELETE", format!("/locks/page/{ID}"), None, &ok),
        ("DELETE", format!("/favorites/page/{ID}"), None, &ok),
        ("DELETE", format!("/cache/pages?{id}"), None, &ok),
        ("PUT", format!("/drafts/{ID}"), Some(&one), &one),
        ("PUT", format!("/drafts/page/{ID}"), Some(&one), &ok),
        ("GET", format!("/screenshots/{ID}"), None, &one),
        ("GET", format!("/snapshots/page/{ID}"), None, &one),
        ("POST", "/drafts/page".to_owned(), Some(&one), &one),
        ("POST", format!("/exports/{ID}/copy"), Some(&asked), &other),
        ("GET", "/export/pages".to_owned(), None, &both),
        ("GET", "/archive/pages".to_owned(), None, &both),
        ("GET", "/templates/page/list".to_owned(), None, &both),
        ("GET", "/history/pages".to_owned(), None, &versions),
        ("PUT", "/notifications/archive".to_owned(), Some(&ids), &ok),
    ] {
        let url = |path: &str| match path.strip_prefix('/') {
            Some(path) => format!("https://api.funnelflux.pro/v1/{path}"),
            None => format!("https://api.funnelflux.pro/v1/page/{path}"),
        };
        let mut extra = entry(method, &url(&path), 200, answer);
        if let Some(body) = body {
            extra = sent(extra, body);
        }
        let usual = [
            entry("GET", &url("list"), 200, &both),
            entry("GET", &url(&format!("find/byId?{id}")), 200, &one),
            sent(entry("POST", &url("save"), 200, &one), &one),
        ];
        let name = path.split(['?', '/']).find(|part| !part.is_empty() && *part != ID).unwrap();
        for entries in [vec![extra.clone()], [usual.to_vec(), vec![extra]].concat()] {
            let got = lessons(&entries);
            let taken: Vec<_> = got.facts.paths().filter(|(_, path)| path.contains(name)).collect();
            assert!(taken.is_empty(), "{method} {path}, of {}: {taken:?}", entries.len());
        }
    }
}

/// What else an object has beside its id and url, and which member is taken for its name.
#[test]
fn a_name_is_a_text_and_the_only_one() {
    for (members, expected) in [
        (json!({"title": "A page", "labels": []}), Some("title")),
        (json!({"title": "A page", "labels": ["x y"]}), Some("title")),
        (json!({"title": "A page", "label": {"en": "A"}}), Some("title")),
        (json!({"title": "A page", "name": null}), Some("title")),
        (json!({"name": {"en": "A"}, "status": "active"}), None),
        (json!({"labels": ["x y"], "status": "active"}), None),
        (json!({"label": 7, "status": "active"}), None),
        (json!({"label": OTHER, "status": "active"}), None),
        (json!({"title": "A page", "label": "Another text"}), None),
        (json!({"pageTitle": "A page", "tags": ["x"]}), Some("pageTitle")),
        (json!({"label": "A page", "heading": "One ID"}), None),
        (json!({"label": "ID", "heading": "One"}), Some("label")),
        (json!({"label": "A ID", "heading": "One ID"}), Some("label")),
    ] {
        let page = |id: &str| {
            let mut page = json!({"idPage": id, "pageType": "offer", "url": "https://x.example", "baseURL": "https://x.example"});
            page.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
            serde_json::from_str::<Value>(
                &page.to_string().replace("ID\"", &format!("{}\"", &id[9..])),
            )
            .unwrap()
        };
        let list = json!([page(ID), page(NEW)]);
        let got = lessons(&[entry("GET", "https://api.funnelflux.pro/v1/page/list", 200, &list)]);
        let names = got.facts.members().filter(|(_, ours, _)| *ours == "pageName");
        let names: Vec<&str> = names.map(|(_, _, theirs)| theirs).collect();
        assert_eq!(names, expected.into_iter().collect::<Vec<_>>(), "{members}");
    }
}

/// The genuine calls stay certain, whatever looks like one of them, comes before or after it, and comes more often.
#[test]
fn what_looks_like_an_operation_demotes_none() {
    let page = |id: &str| json!({"idPage": id, "pageName": "a", "pageType": "offer", "url": "https://x.example", "status": "active"});
    let (one, new, ok) = (page(ID), page(NEW), json!({"success": true}));
    let url = |path: &str| format!("https://api.funnelflux.pro/v1/{path}");
    let call = |method: &str, path: &str, body: &Value, answer: &Value| {
        let path = path.replace("ID", ID).replace("NEW", NEW);
        let call = entry(method, &url(&path), 200, answer);
        if body.is_null() { call } else { sent(call, body) }
    };
    let none = Value::Null;
    let rest = [
        call("GET", "sites", &none, &json!([one, page(OTHER)])),
        call("GET", "sites/ID", &none, &one),
        call("PUT", "sites/ID", &one, &one),
        call("POST", "sites", &new, &new),
        call("GET", "sites/NEW", &none, &new),
        call("DELETE", "sites/NEW", &none, &ok),
    ];
    let named = [
        call("GET", "sites/all", &none, &json!([one, page(OTHER)])),
        call("GET", "sites/one?idPage=ID", &none, &one),
        call("POST", "sites/update", &one, &ok),
        call("POST", "sites/create", &new, &ok),
        call("GET", "sites/one?idPage=NEW", &none, &new),
        call("POST", "sites/remove?idPage=NEW", &none, &ok),
    ];
    let paths = |all: [&'static str; 5]| {
        ["create", "delete", "find-by-id", "list", "update"]
            .map(|it| format!("ledger.page.{it}"))
            .into_iter()
            .zip(all)
            .collect::<Vec<_>>()
    };
    let of_rest =
        paths(["/sites", "/sites/{idPage}", "/sites/{idPage}", "/sites", "/sites/{idPage}"]);
    let of_named =
        paths(["/sites/create", "/sites/remove", "/sites/one", "/sites/all", "/sites/update"]);
    let event = |id: &str| json!({"event": "saved", "idPage": id, "pageName": "a"});
    for (method, path, body, answer) in [
        ("GET", "sites/preview?idPage=ID", &none, &one),
        ("GET", "sites/ID/preview", &none, &one),
        ("PUT", "sites/ID/draft", &one, &one),
        ("PUT", "sites/ID/draft", &one, &ok),
        ("PATCH", "sites/ID/draft", &json!({"pageName": "b"}), &one),
        ("POST", "sites/import", &new, &new),
        ("POST", "sites/import", &new, &ok),
        ("POST", "sites/validate", &new, &new),
        ("POST", "events", &event(ID), &ok),
        ("POST", "events", &event(NEW), &ok),
        ("POST", "events", &event(ID), &none),
        ("POST", "track/events", &json!({"type": "open", "page": one}), &ok),
        ("POST", "log", &one, &ok),
        ("GET", "sites/ID/versions/3", &none, &one),
        ("GET", "sites/ID/versions/2n5JuOKWLTaa", &none, &one),
        ("POST", "sites/ID/versions", &one, &one),
        ("PATCH", "sites/ID", &json!({"status": "archived"}), &one),
        ("PATCH", "sites/ID", &json!({"pageName": "b"}), &one),
        ("GET", "page/list", &none, &json!([])),
        ("GET", "page/list", &none, &json!({"data": {"items": [], "total": 0}})),
        ("GET", "sites/recent", &none, &json!([one])),
        ("GET", "recent", &none, &json!([one])),
        (
            "POST",
            "graphql",
            &json!({"query": "{ page }", "variables": {"idPage": ID}}),
            &json!({"data": {"page": one}}),
        ),
        ("POST", "graphql", &json!({"query": "{ page }"}), &json!({"data": {"pages": [one]}})),
        (
            "POST",
            "batch",
            &json!([{"method": "PUT", "path": "/sites", "body": one}]),
            &json!([{"status": 200, "body": one}]),
        ),
        ("POST", "sites/resolve", &json!({"ids": [ID]}), &json!([one])),
        ("PUT", "sites/order", &json!({"ids": [ID, OTHER]}), &ok),
    ] {
        let extra = call(method, path, body, answer);
        for (genuine, expected) in [(&rest, &of_rest), (&named, &of_named)] {
            for entries in [
                [&genuine[..], std::slice::from_ref(&extra)].concat(),
                [&vec![extra.clone(); 9], &genuine[..]].concat(),
            ] {
                let got = lessons(&entries);
                let mut found: Vec<_> =
                    got.facts.paths().map(|(id, path)| (id.to_owned(), path)).collect();
                found.sort_unstable();
                assert_eq!(found, *expected, "{method} {path} {body} {answer}: {:?}", got.facts);
            }
        }
        // The contract's own path, and a change at the place of the object.
        let is_true = path == "page/list" || (path == "sites/ID" && body.get("pageName").is_some());
        let alone = lessons(&[extra]);
        assert_eq!(
            alone.facts.paths().count(),
            usize::from(is_true),
            "{method} {path} {body} {answer}"
        );
    }
}

/// What one server shows is said of no other: that of the client counts, or else the one that shows most.
#[test]
fn a_base_path_is_of_one_server() {
    let one =
        json!({"idPage": ID, "pageName": "a", "pageType": "offer", "url": "https://x.example"});
    let list = |base: &str| entry("GET", &format!("https://{base}/page/list"), 200, &json!([one]));
    let find = |base: &str| {
        let url = format!("https://{base}/page/find/byId?idPage={ID}");
        entry("GET", &url, 200, &one)
    };
    let (api, app) = ("api.funnelflux.pro/v1", "app.funnelflux.pro/api/v7");
    let own = "https://api.funnelflux.pro/v1";
    for (entries, base, learned, is_likely, others) in [
        (vec![list(api), list(app), find(app)], own, Some("/v1"), false, 1),
        (vec![list(api), list(app), find(app)], "", Some("/api/v7"), false, 1),
        (vec![list(app), find(app)], own, Some("/api/v7"), true, 0),
        (vec![list(app), find(app)], "https://app.funnelflux.pro/v1", Some("/api/v7"), false, 0),
        (vec![list(app), find(api)], own, Some("/v1"), false, 1),
        (vec![list("cdn.funnelflux.pro/x"), list(api), find(api)], "", Some("/v1"), false, 1),
        (
            vec![list("127.0.0.1:9/v3"), find("127.0.0.1:9/v3")],
            "http://127.0.0.1:8/v1",
            Some("/v3"),
            false,
            0,
        ),
        (vec![list("api.funnelflux.pro:443/v1"), find(api)], own, Some("/v1"), false, 0),
        // Two base paths of one server.
        (vec![list(api), find(api), list("api.funnelflux.pro/v2")], own, Some("/v1"), false, 1),
    ] {
        let mut session = Session::new();
        if !base.is_empty() {
            session = session.base_url(&base.parse().unwrap());
        }
        let file = json!({"log": {"entries": entries}}).to_string();
        session.har("a.har", file.as_bytes()).unwrap();
        let got = session.lessons();
        let base_of = |says: &Says| match says {
            Says::BasePath(path) => Some(path.clone()),
            _ => None,
        };
        let facts = got.facts.facts().find_map(|fact| base_of(fact.says()));
        let likely = got.facts.likely().find_map(|it| base_of(it.says()));
        let (shown, other) = if is_likely { (likely, facts) } else { (facts, likely) };
        assert_eq!(
            (shown.as_deref(), other, got.beyond.len()),
            (learned, None, others),
            "{base} {:?}",
            got.beyond
        );
    }
}

/// Objects of three members are known by the order of things: listed, made, and read.
#[test]
fn thin_objects_are_known_by_what_is_read_before_and_after() {
    let url = |path: &str| format!("https://api.funnelflux.pro/v1/{path}");
    let none = Value::Null;
    for (family, name, id, root, is_by_name) in [
        ("category", "categoryName", "idCategory", "folders", true),
        ("category", "categoryName", "idCategory", "folders", false),
        ("visitortag", "visitorTagName", "idVisitorTag", "labels", true),
        ("visitortag", "visitorTagName", "idVisitorTag", "labels", false),
        ("logicscript", "logicScriptName", "idLogicScript", "scripts", true),
        ("offersource", "offerSourceName", "idOfferSource", "networks", false),
        ("page", "pageName", "idPage", "sites", false),
        ("trafficsource", "trafficSourceName", "idTrafficSource", "channels", false),
    ] {
        let object = |of: &str| json!({id: of, name: "a", "status": "active"});
        let call = |method: &str, path: &str, body: &Value, answer: &Value| {
            let call = entry(method, &url(&format!("{root}{path}")), 200, answer);
            if body.is_null() { call } else { sent(call, body) }
        };
        let one = format!("/{ID}");
        let new = json!({name: "b"});
        let made = if is_by_name { json!({"id": NEW}) } else { object(NEW) };
        let entries = [
            call("GET", "", &none, &json!([object(ID)])),
            call("POST", "", &new, &made),
            call("GET", "", &none, &json!([object(ID), object(NEW)])),
            call("GET", &format!("/{NEW}"), &none, &object(NEW)),
            call("PUT", &one, &new, &json!({"success": true})),
        ];
        let got = lessons(&entries);
        let mut found: Vec<_> = got.facts.paths().collect();
        found.sort_unstable();
        let (all, own) = (format!("/{root}"), format!("/{root}/{{{id}}}"));
        let expected = [("create", &all), ("find-by-id", &own), ("list", &all), ("update", &own)]
            .map(|(verb, path)| (format!("ledger.{family}.{verb}"), path.clone()));
        let expected: Vec<_> = expected.iter().map(|(id, path)| (&**id, &**path)).collect();
        assert_eq!(found, expected, "{is_by_name}: {:?}", got.unmatched);
    }
}

/// What is at our path is of the kind, also where its id and its name are called `id` and `name` as those of others are.
#[test]
fn objects_with_an_id_and_a_name_are_those_of_the_kind_whose_call_it_is() {
    for (family, more, id, name) in [
        ("page", json!({"pageType": "offer", "baseURL": "u"}), "idPage", "pageName"),
        ("offersource", json!({"postbackSubId": "s"}), "idOfferSource", "offerSourceName"),
        ("category", json!({"categoryType": "offer"}), "idCategory", "categoryName"),
        ("trafficsource", json!({"costType": "cpc"}), "idTrafficSource", "trafficSourceName"),
    ] {
        let url = |path: &str| format!("https://api.funnelflux.pro/v1/{family}/{path}");
        let user = json!({"id": OTHER, "name": "j"});
        let mut one = json!({"id": ID, "name": "x", "status": "active"});
        one.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let got = lessons(&[
            entry("GET", &url("list"), 200, &json!({"data": {"items": [one]}, "user": user})),
            entry(
                "GET",
                &url(&format!("find/byId?{id}={ID}")),
                200,
                &json!({"item": one, "user": user}),
            ),
            sent(
                entry("PUT", &url("save"), 200, &json!({"user": user})),
                &json!({"asset": one, "user": user}),
            ),
        ]);
        let told = told(&got);
        for fact in [
            "list AnswerIn(\"data.items\")".to_owned(),
            "find-by-id AnswerIn(\"item\")".to_owned(),
            "update BodyIn(\"asset\")".to_owned(),
            format!("* Member {{ ours: \"{id}\", theirs: \"id\" }}"),
            format!("* Member {{ ours: \"{name}\", theirs: \"name\" }}"),
        ] {
            let fact = format!("ledger.{family}.{fact}");
            assert!(told.contains(&fact), "{fact}: {told:#?}");
        }
        assert!(!told.iter().any(|it| it.contains("In(\"user\")")), "{told:#?}");
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
        assert_eq!(paths, expected, "{first}: {:#?}", got.facts);
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
            assert_eq!(deleted, expected, "{name}: {:#?}", got.facts);
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
        assert!(told(&got).contains(&fact), "{operation}: {:#?} {:?}", told(&got), got.facts);
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
