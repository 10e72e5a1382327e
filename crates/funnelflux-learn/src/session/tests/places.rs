//! Places in paths that are accounted for, and others.

use std::collections::BTreeSet;

use super::*;

/// One call, two calls or a whole session: a place with a word that nothing accounts for is taken only where the objects
/// of the kind are listed, found and saved.
#[test]
fn a_word_that_nothing_accounts_for_is_certain_only_where_operations_agree_on_it() {
    let page = |id: &str| json!({"idPage": id, "pageName": "a", "pageType": "offer", "url": "https://x.example", "status": "active"});
    let (one, new, ok) = (page(ID), page(NEW), json!({"success": true}));
    let (both, ids) = (json!([one, page(OTHER)]), json!({"ids": [ID]}));
    let call = |method: &str, path: &str, body: &Value, answer: &Value| {
        let path = path.replace("ID", ID).replace("NEW", NEW);
        let call = entry(method, &format!("https://api.funnelflux.pro/v1/{path}"), 200, answer);
        if body.is_null() { call } else { sent(call, body) }
    };
    let none = Value::Null;
    let session = |list: &str, one_at: &str, saved: &str, all: &str| {
        vec![
            call("GET", list, &none, &both),
            call("GET", &one_at.replace('#', "ID"), &none, &one),
            call("PUT", &saved.replace('#', "ID"), &one, &one),
            call("POST", all, &new, &new),
            call("GET", &one_at.replace('#', "NEW"), &none, &new),
        ]
    };
    let sessions = [
        session("page/list", "page/find/byId?idPage=#", "page/save", "page/save"),
        session("pages", "pages/#", "pages/#", "pages"),
        session("quorls", "quorls/#", "quorls/#", "quorls"),
        session("quorl/all", "quorl/one?idPage=#", "quorl/update", "quorl/create"),
    ];
    let facts = |entries: &[Value]| {
        let got = lessons(entries);
        let paths = got.facts.paths().map(|(id, path)| format!("{id} {path}"));
        (paths.collect::<BTreeSet<String>>(), got.called.keys().copied().collect::<Vec<_>>())
    };
    for (method, path, body, answer) in [
        ("GET", "quibs/pages", &none, &both),
        ("GET", "quibs/all", &none, &both),
        ("GET", "quibs/list", &none, &both),
        ("GET", "quibs", &none, &both),
        ("GET", "quibs?limit=5", &none, &both),
        ("GET", "pages/quibs", &none, &both),
        ("GET", "page/quibs/list", &none, &both),
        ("GET", "quibs/ID/pages", &none, &both),
        ("GET", "pages/ID/quibs", &none, &both),
        ("GET", "campaigns/ID/pages", &none, &both),
        ("GET", "trash/pages", &none, &both),
        ("GET", "landers/list", &none, &json!([])),
        ("GET", "quibs/ID", &none, &one),
        ("GET", "quibs/get?idPage=ID", &none, &one),
        ("GET", "page/quibs?idPage=ID", &none, &one),
        ("GET", "page/quibs/ID", &none, &one),
        ("GET", "page/ID/quibs/17", &none, &one),
        ("POST", "quibs", &new, &new),
        ("POST", "page/quibs", &new, &new),
        ("POST", "page/quibs/create", &new, &new),
        ("POST", "quibs/page", &new, &new),
        ("PUT", "quibs/ID", &one, &one),
        ("PUT", "quibs/page/ID", &one, &ok),
        ("PUT", "page/quibs/save", &one, &ok),
        ("PATCH", "page/ID/quibs", &json!({"pageName": "b"}), &one),
        ("DELETE", "quibs/ID", &none, &ok),
        ("DELETE", "quibs/page/ID", &none, &ok),
        ("DELETE", "page/quibs/ID", &none, &ok),
        ("DELETE", "page/ID/quibs", &none, &ok),
        ("POST", "page/quibs/remove", &ids, &ok),
        ("POST", "quibs/ID/copy", &json!({"name": "b"}), &page(OTHER)),
        ("PUT", "quibs/archive", &ids, &ok),
        ("PUT", "page/quibs/archive", &ids, &ok),
        ("PUT", "trash/restore", &ids, &ok),
        ("PUT", "quibs/move", &json!({"ids": [ID], "idCategory": OTHER}), &ok),
    ] {
        let extra = call(method, path, body, answer);
        let what = format!("{method} {path}");
        let words = ["/quibs", "/trash", "/landers", "/campaigns"];
        let is_of = |told: &String| {
            told.starts_with("ledger.page.") && words.iter().any(|it| told.contains(it))
        };
        let alone = facts(std::slice::from_ref(&extra)).0;
        assert!(!alone.iter().any(is_of), "{what}: {alone:#?}");
        // With another call that shows the objects, and one that shows their ids at the same place.
        let place =
            path.split("ID").next().unwrap().trim_end_matches('/').split('?').next().unwrap();
        for second in [
            call("GET", "pages/ID", &none, &one),
            call("DELETE", &format!("{place}/ID"), &none, &ok),
            call("PUT", &format!("{place}/archive"), &ids, &ok),
        ] {
            let told = facts(&[second, extra.clone()]).0;
            let wrong: Vec<_> = told.iter().filter(|it| is_of(it)).collect();
            assert!(wrong.is_empty(), "{what}: {wrong:#?}");
        }
        for genuine in &sessions {
            let expected = facts(genuine);
            assert_eq!(expected.1.len(), 4, "{expected:?}");
            for entries in [
                [&genuine[..], std::slice::from_ref(&extra)].concat(),
                [&vec![extra.clone(); 9], &genuine[..]].concat(),
            ] {
                assert_eq!(facts(&entries), expected, "{what}");
            }
        }
    }
}

/// One call takes the place of no path that is known, unless nothing is there, or other operations are where it is.
#[test]
fn a_known_path_gives_way_to_more_than_one_call() {
    let page = |id: &str| json!({"idPage": id, "pageName": "a", "pageType": "offer", "url": "https://x.example"});
    let url = |path: &str| format!("https://api.funnelflux.pro/v1{path}");
    let list = |path: &str| entry("GET", &url(path), 200, &json!([page(ID), page(OTHER)]));
    let find = |path: &str| entry("GET", &url(&format!("{path}/{ID}")), 200, &page(ID));
    let no = |path: &str, status| entry("GET", &url(path), status, &json!({"message": "no"}));
    let seen = Says::Path("/page/known".to_owned());
    let seen = funnelflux_transport::Fact::new("ledger.page.list", seen)
        .with_evidence(funnelflux_transport::Evidence::new("b.har", "entry 1"));
    for known in [Overlay::new().path("ledger.page.list", "/page/known"), Overlay::new().fact(seen)]
    {
        for (entries, is_gone) in [
            (vec![list("/page/list")], false),
            (vec![list("/pages")], false),
            (vec![list("/sites/all"), find("/pages")], false),
            (vec![list("/pages"), no("/page/known", 500)], false),
            (vec![list("/pages"), no("/page/known", 404)], true),
            (vec![list("/pages"), no("/page/known", 405)], true),
            (vec![list("/pages"), find("/pages")], true),
            // They agree where a word may be something else.
            (vec![list("/pages/drafts"), find("/pages/drafts")], false),
            (vec![list("/drafts"), find("/drafts")], false),
            (vec![list("/pages-drafts"), find("/pages-drafts")], false),
            (vec![list("/drafts"), find("/drafts"), no("/page/known", 404)], true),
            (vec![list("/pages"), find("/pages"), list("/page/known")], false),
        ] {
            let mut session = Session::new().under(known.clone());
            let file = json!({"log": {"entries": entries}}).to_string();
            session.har("a.har", file.as_bytes()).unwrap();
            let got = session.lessons();
            let (all, dropped) = got.over(&known);
            let is_known = |(id, path)| id == "ledger.page.list" && path == "/page/known";
            let what = format!("{entries:?} {:?}", got.facts);
            assert_eq!(
                (all.paths().any(is_known), dropped.len()),
                (!is_gone, usize::from(is_gone)),
                "{what}"
            );
            let named = got.facts.likely().any(|it| it.doubt().unwrap().contains("/page/known"));
            assert!(is_gone || named || entries.len() == 3, "{what}");
        }
    }
}

/// What the client sends in the query, and the app in the body, is said, and is no fact.
#[test]
fn ids_in_bodies_are_said_and_are_no_fact() {
    let page = |id: &str| json!({"idPage": id, "pageName": "a", "pageType": "offer", "url": "https://x.example"});
    for (deed, body, answer) in [
        ("duplicate", json!({"id": ID}), page(OTHER)),
        ("duplicate", json!({"id": ID, "name": "x"}), page(OTHER)),
        ("duplicate", json!({"ids": [ID], "name": "x"}), json!([page(OTHER)])),
        ("duplicate", json!({"parentId": ID}), page(OTHER)),
        ("delete", json!({"id": ID}), json!({"success": true})),
        ("delete", json!({"ids": [ID]}), json!({"success": true})),
        ("archive", json!({"id": ID}), json!({"success": true})),
    ] {
        let url = |path: &str| format!("https://api.funnelflux.pro/v1/page/{path}");
        let call = sent(entry("POST", &url(deed), 200, &answer), &body);
        let got = lessons(&[entry("GET", &url("list"), 200, &json!([page(ID)])), call]);
        let told: Vec<_> =
            told(&got).into_iter().filter(|it| it.contains(&format!("page.{deed}"))).collect();
        assert!(told.is_empty(), "{body}: {told:#?}");
        let beyond =
            got.beyond.iter().filter(|it| it.contains(&format!("ledger.page.{deed}"))).count();
        assert_eq!(beyond, 1, "{body}: {:?} {:?}", got.beyond, got.facts);
    }
}

/// Lists hold their objects below other members, and these call their id and name as those of any kind.
#[test]
fn lists_of_objects_with_any_id_and_name_are_found() {
    let url = |path: &str| format!("https://api.funnelflux.pro/v1/{path}");
    for (family, root, id, more) in [
        (
            "page",
            "pages",
            "idPage",
            json!({"pageType": "offer", "baseURL": "u", "redirectType": "301"}),
        ),
        (
            "offersource",
            "networks",
            "idOfferSource",
            json!({"postbackSubId": "s", "postbackTxId": "t"}),
        ),
        (
            "offersource",
            "quorls",
            "idOfferSource",
            json!({"postbackSubId": "s", "postbackTxId": "t"}),
        ),
    ] {
        let one = |id: &str, name: &str, more: &Value| {
            let mut one = json!({"id": id, "name": name, "status": "active"});
            one.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            one
        };
        let slim = json!({"idCategory": "", "categoryName": ""});
        let all = json!([one(ID, "Blue", &slim), one(OTHER, "Red", &slim)]);
        let (whole, at) = (one(ID, "Blue", &more), url(&format!("{root}/{ID}")));
        for (within, answer) in [
            ("data.items", json!({"data": {"items": all, "total": 2}})),
            ("data.items", json!({"data": {"items": all, "tags": []}})),
            ("items", json!({"items": all})),
        ] {
            let got = lessons(&[
                entry("GET", &url(root), 200, &answer),
                entry("GET", &at, 200, &json!({"data": whole})),
                sent(entry("PUT", &at, 200, &whole), &whole),
            ]);
            let told = told(&got);
            let path = format!("list Path(\"/{root}\")");
            let found = [
                &*path,
                &format!("list AnswerIn(\"{within}\")"),
                &format!("* Member {{ ours: \"{id}\", theirs: \"id\" }}"),
            ];
            let expected = if root == "quorls" { &found[1..1] } else { &found[..] };
            for fact in expected {
                assert!(told.contains(&format!("ledger.{family}.{fact}")), "{fact}: {told:#?}");
            }
            assert!(got.called.contains_key(&*format!("ledger.{family}.list")), "{answer}");
        }
    }
}

/// What most places of several kinds begin with is no word of one of them, unless objects of several are shown there together.
#[test]
fn a_word_in_front_of_several_kinds_is_accounted_for_where_objects_are_found_behind_it() {
    let page = |id: &str| json!({"idPage": id, "pageName": "a", "pageType": "offer", "url": "https://x.example"});
    let source = |id: &str| json!({"idOfferSource": id, "offerSourceName": "a", "postbackSubId": "s", "status": "active"});
    let script =
        json!([{"idLogicScript": NEW, "logicScriptName": "a", "code": "x", "status": "active"}]);
    let get = |path: &str, answer: &Value| {
        entry("GET", &format!("https://api.funnelflux.pro/v1{path}"), 200, answer)
    };
    let lists = |front: &str| {
        vec![
            get(&format!("{front}/pages"), &json!([page(ID)])),
            get(&format!("{front}/offersources"), &json!([source(OTHER)])),
            get(&format!("{front}/logicscripts"), &script),
        ]
    };
    let genuine = vec![get(
        "/category/list",
        &json!([{"idCategory": NEW, "categoryName": "b", "categoryType": "offer"}]),
    )];
    let found = vec![
        get(&format!("/quibs/pages/{ID}"), &page(ID)),
        get(&format!("/quibs/offersources/{OTHER}"), &source(OTHER)),
    ];
    for (entries, is_front) in [
        ([genuine.clone(), lists("/quibs")].concat(), false),
        ([genuine.clone(), lists("/quibs"), found.clone()].concat(), true),
        ([genuine, lists("/quibs"), found, lists("/page")].concat(), true),
    ] {
        let got = lessons(&entries);
        let called = got.called.contains_key("ledger.logicscript.list");
        assert_eq!(called, is_front, "{:?} {:?}", got.called, got.facts);
    }
}

/// Of two parts that fit as well, the one counts that has the id that was asked for, or more objects.
#[test]
fn of_two_equal_parts_the_one_that_was_asked_for_counts() {
    let page = |id: &str| json!({"idPage": id, "pageName": "a", "pageType": "offer", "url": "https://x.example"});
    let [one, other] = [page(ID), page(OTHER)];
    let url = |path: &str| format!("https://api.funnelflux.pro/v1/page/{path}");
    let get = |path: &str, answer: &Value| entry("GET", &url(path), 200, answer);
    let by_id = format!("find/byId?idPage={ID}");
    let saved = |method: &str, path: &str, body: Value| {
        vec![
            get("list", &json!([one, other])),
            sent(entry(method, &url(path), 200, &page(NEW)), &body),
        ]
    };
    for (entries, fact, is_certain) in [
        (
            vec![get("list", &json!({"data": [one, other], "favorites": [one]}))],
            "list AnswerIn(\"data\")",
            true,
        ),
        (
            vec![get("list", &json!({"pages": [one, other], "ids": [1]})); 2],
            "list AnswerIn(\"pages\")",
            true,
        ),
        (vec![get("list", &json!({"pages": [], "ids": [1]})); 2], "list AnswerIn(\"pages\")", true),
        (
            vec![get("list", &json!({"pages": [{"x": 1}], "ids": [1]})); 2],
            "list AnswerIn(\"pages\")",
            true,
        ),
        (
            vec![get("list", &json!({"pages": [], "others": [], "ids": [1]}))],
            "list AnswerIn",
            false,
        ),
        (
            vec![get("list", &json!({"recent": [one], "all": [one, other]}))],
            "list AnswerIn(\"all\")",
            true,
        ),
        (vec![get("list", &json!({"list": [one], "others": [other]}))], "list AnswerIn", false),
        (
            vec![get(&by_id, &json!({"page": one, "parent": other}))],
            "find-by-id AnswerIn(\"page\")",
            true,
        ),
        (
            vec![get(&by_id, &json!({"parent": one, "before": other}))],
            "find-by-id AnswerIn(\"parent\")",
            true,
        ),
        (
            saved("PUT", &format!("save?idPage={ID}"), json!({"page": one, "previous": other})),
            "update BodyIn(\"page\")",
            true,
        ),
        (
            saved("POST", "save", json!({"page": page(NEW), "template": other})),
            "create BodyIn",
            false,
        ),
    ] {
        let got = lessons(&entries);
        let is_it = told(&got).iter().any(|it| it.starts_with(&format!("ledger.page.{fact}")));
        assert_eq!(is_it, is_certain, "{fact}: {:#?} {:?}", told(&got), got.facts);
    }
}

/// What was written by hand gives way to more than one sighting.
#[test]
fn a_fact_by_hand_gives_way_to_more_than_one_sighting() {
    let page = json!({"idPage": ID, "pageName": "a", "pageType": "offer", "status": "archived", "url": "u"});
    let url = |path: &str| format!("https://api.funnelflux.pro/v1/page/{path}");
    let found = entry("GET", &url(&format!("find/byId?idPage={ID}")), 200, &page);
    let saved = sent(entry("PUT", &url("save"), 200, &json!({"success": true})), &page);
    let list = entry("GET", &url("list"), 200, &json!([page]));
    for (known, call) in [
        (
            Overlay::new().method("ledger.page.update", &funnelflux_contract::http::Method::PATCH),
            &saved,
        ),
        (Overlay::new().query("ledger.page.find-by-id", "idPage", "site"), &found),
        (Overlay::new().member("ledger.page.*", "pageName", "title"), &saved),
        (Overlay::new().answer_in("ledger.page.list", "data.items"), &list),
        (Overlay::new().body_in("ledger.page.update", "page"), &saved),
    ] {
        for (times, stays) in [(1, true), (2, false)] {
            let mut session = Session::new().under(known.clone());
            let file = json!({"log": {"entries": vec![call; times]}}).to_string();
            session.har("a.har", file.as_bytes()).unwrap();
            let (all, dropped) = session.lessons().over(&known);
            let fact = known.facts().next().unwrap();
            let what = format!("{fact} {times}: {all:#?}");
            assert_eq!(all.facts().any(|it| it.says() == fact.says()), stays, "{what}");
            assert_eq!(dropped.is_empty(), stays, "{what}");
            assert_eq!(
                all.likely().any(|it| it.doubt().is_some_and(|or| !or.is_empty())),
                stays,
                "{what}"
            );
        }
    }
}
