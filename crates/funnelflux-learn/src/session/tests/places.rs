//! Places in paths that are accounted for, and others.

use std::collections::BTreeSet;

use super::*;

const OTHER: &str = "3pJfnKDyLGwM";
const NEW: &str = "3pJfnKDyLGwN";

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
        if body.is_null() {
            call
        } else {
            {
                let mut call = call;
                call["request"]["postData"] = json!({"text": body.to_string()});
                call
            }
        }
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
