//! Each fact names the entry that it was taken from.

use super::*;

fn call(method: &str, path: &str, body: &Value, status: u16, answer: &Value) -> Value {
    let mut call = entry(method, &format!("https://api.funnelflux.pro/v1{path}"), status, answer);
    if !body.is_null() {
        call["request"]["postData"] = json!({"text": body.to_string()});
    }
    if answer.is_null() {
        call["response"]["content"] = json!({});
    }
    call
}

/// Other calls, which show nothing of what is planted but have its paths.
fn around() -> Vec<Value> {
    let none = Value::Null;
    let (page, done) = (page(ID, "offer"), json!({"success": true}));
    let saved = json!({"page": &page});
    vec![
        call("GET", "/page/list", &none, 200, &none),
        call("GET", "/page/list", &none, 200, &json!([&page])),
        call("GET", &format!("/page/find/byId?idPage={ID}"), &none, 200, &page),
        call("POST", "/page/save", &saved, 200, &page),
        call("PUT", "/page/archive", &json!({"ids": [OTHER]}), 200, &done),
        call("DELETE", &format!("/page/delete?idPage={OTHER}"), &none, 200, &done),
    ]
}

#[test]
fn the_evidence_of_a_fact_is_the_entry_and_the_day_in_which_it_was_planted() {
    let none = Value::Null;
    let with = |name: &str, value: Value| {
        let mut one = page(ID, "offer");
        one[name] = value;
        one
    };
    let list = |path: &str, page: &Value| call("GET", path, &Value::Null, 200, &json!([page]));
    let saved = json!({"page": page(ID, "offer")});
    let mut less = saved.clone();
    less["page"].as_object_mut().unwrap().remove("redirectType");
    let lacks = json!({"error": {"message": "redirectType is missing"}});
    let rows = [
        (
            "Path(\"/page/by/status\")",
            vec![list("/page/by/status?status=active", &page(ID, "offer"))],
        ),
        ("theirs: \"state\"", vec![list("/page/list?state=active", &page(ID, "offer"))]),
        ("paging", vec![list("/page/list?perPage=20", &page(ID, "offer"))]),
        ("paging", vec![list("/page/list?offset=20", &page(ID, "offer"))]),
        ("theirs: \"base_url\"", vec![list("/page/list", &with("base_url", json!("u")))]),
        (
            "theirs: \"payout_amount\"",
            vec![list(
                "/page/list",
                &with("offerParams", json!({"payoutType": "fixed", "payout_amount": 1})),
            )],
        ),
        ("theirs: \"LANDER\"", vec![list("/page/list", &page(OTHER, "LANDER"))]),
        ("theirs: \"lander\"", vec![list("/page/list", &page(OTHER, "lander"))]),
        ("Required(\"redirectType\")", vec![call("POST", "/page/save", &less, 400, &lacks)]),
        (
            "refusal in a normal answer",
            vec![call(
                "PUT",
                "/page/archive",
                &json!({"ids": [ID]}),
                200,
                &json!({"success": false, "message": "no"}),
            )],
        ),
        (
            "\"error\"",
            vec![call("PUT", "/page/archive", &json!({"ids": [ID]}), 400, &json!({"error": "no"}))],
        ),
        (
            "silent error",
            vec![call(
                "PUT",
                "/page/archive",
                &json!({"ids": [ID]}),
                500,
                &json!({"oops": {"why": 1}}),
            )],
        ),
        (
            "ours: Some(\"archived\"), theirs: \"paused\"",
            vec![
                list("/page/find/byStatus?status=paused", &page(OTHER, "offer")),
                call("PUT", "/page/archive", &json!({"ids": [ID]}), 200, &json!({"success": true})),
                list("/page/list", &with("status", json!("paused"))),
            ],
        ),
        ("Method(\"PATCH\")", vec![call("PATCH", "/page/update", &page(ID, "offer"), 200, &none)]),
        (
            "kind: \"lander\", part: \"type\"",
            vec![call(
                "GET",
                "/funnel/find/byId?idFunnel=1RsY0Elid0Sw",
                &none,
                200,
                &dialect::funnel("landingStep", "step", &json!({})),
            )],
        ),
    ];
    for (fact, planted) in rows {
        for place in 1..=around().len() {
            let mut entries = around();
            let at = place + planted.len() - 1;
            entries.splice(place..place, planted.clone());
            for (number, entry) in entries.iter_mut().enumerate() {
                entry["startedDateTime"] = json!(format!("2026-11-{:02}T00:00:00Z", number + 1));
            }
            let got = lessons(&entries);
            let is_it =
                |it: &&funnelflux_transport::Fact| format!("{:?}", it.says()).contains(fact);
            let found = got
                .facts
                .facts()
                .find(is_it)
                .unwrap_or_else(|| panic!("no {fact}: {:#?}", told(&got)));
            let evidence = found.evidence().unwrap();
            let day = format!("2026-11-{:02}", at + 1);
            let expected = (format!("entry {}", at + 1), 1, day);
            assert_eq!(
                (evidence.entry.clone(), evidence.seen, evidence.when.clone()),
                expected,
                "{fact} {found:?}"
            );
        }
    }
}

#[test]
fn the_place_of_an_answer_has_the_entry_that_shows_it() {
    let answer = json!({"data": {"items": [page(ID, "offer")]}});
    let (mut entries, planted) = (around(), call("GET", "/page/list", &Value::Null, 200, &answer));
    entries.drain(1..2);
    entries.insert(4, planted);
    let got = lessons(&entries);
    let is_it =
        |it: &&funnelflux_transport::Fact| *it.says() == Says::AnswerIn("data.items".to_owned());
    assert_eq!(got.facts.facts().find(is_it).unwrap().evidence().unwrap().entry, "entry 5");
    let is_it = |it: &&funnelflux_transport::Fact| *it.says() == Says::BodyIn("page".to_owned());
    assert_eq!(got.facts.facts().find(is_it).unwrap().evidence().unwrap().entry, "entry 3");
}
