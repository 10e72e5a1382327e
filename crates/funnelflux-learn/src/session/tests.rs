use funnelflux_transport::Says;
use serde_json::{Value, json};

mod deeds;
mod evidence;
mod extras;
mod places;
mod refused;

use super::words::{are_alike, are_ids, is_id, is_name, is_word, words};
use super::*;

const ID: &str = "2nIemJxCKbFX";
const NEW: &str = "3pJfnKDyLGwN";

fn entry(method: &str, url: &str, status: u16, answer: &Value) -> Value {
    json!({
        "request": {"method": method, "url": url},
        "response": {"status": status, "content": {"text": answer.to_string()}},
    })
}

fn sent(mut entry: Value, body: &Value) -> Value {
    entry["request"]["postData"] = json!({"text": body.to_string()});
    entry
}

fn lessons(entries: &[Value]) -> Lessons {
    let mut session = Session::new();
    let file = json!({"log": {"entries": entries}}).to_string();
    session.har("a.har", file.as_bytes()).unwrap();
    session.lessons()
}

fn told(lessons: &Lessons) -> Vec<String> {
    lessons.facts.facts().map(|fact| format!("{} {:?}", fact.operations(), fact.says())).collect()
}

#[test]
fn names_are_compared_by_their_words() {
    assert_eq!(words("idPageGroups"), ["id", "page", "group"]);
    assert_eq!(words("offer_categories-URL"), ["offer", "category", "url"]);
    for (one, other, expected) in [
        ("baseURL", "url", true),
        ("idOfferSource", "offerSourceId", true),
        ("page_name", "pageName", true),
        ("payout", "amount", false),
        ("status", "pageState", true),
        ("tag", "stage", false),
    ] {
        assert_eq!(are_alike(one, other), expected, "{one} {other}");
    }
}

#[test]
fn ids_words_and_names_are_told_apart() {
    for id in [ID, "0123456789abcdef", "42", "7d3f5c1e-6a0b-4f6e-9a3d-2f1f0f9f0a11"] {
        assert!(is_id(id) && !is_name(id) && !is_word(id), "{id}");
    }
    assert!(are_ids(&format!("{ID},{ID}")) && !are_ids(ID));
    for word in ["active", "offersources", "trafficsource", "not-deleted"] {
        assert!(is_word(word) && is_name(word) && !is_id(word), "{word}");
    }
    for text in ["a@b.example", "John Smith", "1.50", ""] {
        assert!(!is_word(text) && !is_name(text), "{text}");
    }
}

#[test]
fn other_hosts_preflights_and_pages_of_the_app_are_ignored() {
    let list = json!([{"idPage": ID, "pageName": "x", "pageType": "offer"}]);
    let mut page = entry("GET", "https://ui.funnelflux.pro/app.js", 200, &json!(null));
    page["response"]["content"]["text"] = "let a = 1;".into();
    let got = lessons(&[
        entry("GET", "https://tracker.example.com/v1/page/list", 200, &list),
        entry("OPTIONS", "https://api.funnelflux.pro/v1/page/list", 204, &json!({})),
        entry("GET", "https://api.funnelflux.pro.evil.example/v1/page/list", 200, &list),
        page,
    ]);
    assert_eq!((got.ignored, got.called.len(), got.facts.is_empty()), (4, 0, true));
    let got = lessons(&[entry("GET", "https://api.funnelflux.pro:443/v1/page/list", 200, &list)]);
    assert_eq!(got.called.keys().collect::<Vec<_>>(), [&"ledger.page.list"]);
}

#[test]
fn what_fits_two_operations_is_not_taken_over() {
    // A funnel group: either of two sets of operations, and the path does not say which.
    let group = json!({"idCampaign": ID, "campaignName": "x", "customTokens": []});
    let url = format!("https://api.funnelflux.pro/v1/folders/one?id={ID}");
    let got = lessons(&[entry("GET", &url, 200, &group)]);
    assert!(got.called.is_empty(), "{:?}", told(&got));
    assert!(got.facts.paths().next().is_none(), "{:?}", told(&got));
    let [maybe] = got.facts.likely().collect::<Vec<_>>()[..] else { panic!("{:?}", got.facts) };
    assert_eq!(maybe.says(), &Says::Path("/folders/one".to_owned()));
    assert!(maybe.doubt().unwrap().starts_with("ledger."), "{}", maybe.doubt().unwrap());
}

#[test]
fn what_is_no_operation_is_shown_without_ids_and_names() {
    let url = format!("https://api.funnelflux.pro/v1/team/Jane-Doe/{ID}?email=jane@x.example");
    let got = lessons(&[entry("GET", &url, 200, &json!({"Jane Doe": {"phone": "555"}}))]);
    assert_eq!(got.unmatched, ["GET /v1/…/…/{id} (1 call, the first is entry 1)"]);
    let text = format!("{:?}{}", got, got.facts.to_toml());
    for private in ["Jane", "555", ID, "jane@"] {
        assert!(!text.contains(private), "{text}");
    }
}

#[test]
fn a_refused_call_teaches_the_shape_of_errors_and_no_names() {
    let list = json!([{"idPage": ID, "pageName": "x", "pageType": "offer"}]);
    let refusal = json!({"error": {"code": 400, "message": "no"}});
    let url = "https://api.funnelflux.pro/v1/page/list";
    let got = lessons(&[entry("GET", url, 200, &list), entry("GET", url, 400, &refusal)]);
    let note = r#"ledger.page.list Note { topic: "error", text: "error.code, error.message" }"#;
    assert!(told(&got).contains(&note.to_owned()), "{:#?}", told(&got));
}

#[test]
fn a_no_in_a_normal_answer_is_a_refusal_and_teaches_no_names() {
    let url = "https://api.funnelflux.pro/v1/page/delete?idPage=2nIemJxCKbFX";
    let no = json!({"success": false, "message": "in use"});
    let got = lessons(&[entry("DELETE", url, 200, &no)]);
    let told = told(&got);
    assert!(told.iter().any(|it| it.contains("refusal in a normal answer")), "{told:#?}");
    assert!(!told.iter().any(|it| it.contains("AnswerIn")), "{told:#?}");
}

#[test]
fn a_filter_under_another_name_with_another_word_is_found_by_what_happened() {
    let url = |path: &str| format!("https://api.funnelflux.pro/v1/page/{path}");
    let page = |state: &str| json!([{"idPage": ID, "pageName": "x", "pageType": "offer", "status": state}]);
    let mut archive = entry("PUT", &url("archive"), 200, &json!({"success": true}));
    archive["request"]["postData"] = json!({"text": json!({"ids": [ID]}).to_string()});
    let got = lessons(&[
        entry("GET", &url("list"), 200, &page("active")),
        archive,
        entry("GET", &url("list?state=paused"), 200, &page("paused")),
    ]);
    let told = told(&got);
    for fact in [
        r#"ledger.page.list Query { ours: "status", theirs: "state" }"#,
        r#"* Value { of: "Status", ours: Some("archived"), theirs: "paused" }"#,
        r#"* Value { of: "AssetStatus", ours: Some("archived"), theirs: "paused" }"#,
    ] {
        assert!(told.contains(&fact.to_owned()), "no {fact} in {told:#?}");
    }
}

#[test]
fn two_paths_of_one_operation_are_a_conflict_that_is_shown() {
    let list = json!([{"idPage": ID, "pageName": "x", "pageType": "offer"}]);
    let got = lessons(&[
        entry("GET", "https://api.funnelflux.pro/v1/page/list", 200, &list),
        entry("GET", "https://api.funnelflux.pro/v1/pages/all", 200, &list),
    ]);
    let paths: Vec<_> = got.facts.paths().collect();
    assert_eq!(paths, [("ledger.page.list", "/page/list")]);
    let maybe: Vec<_> = got.facts.likely().map(|it| it.says().clone()).collect();
    assert_eq!(maybe, [Says::Path("/pages/all".to_owned())]);
}

#[test]
fn one_id_in_the_path_or_the_query_in_place_of_a_list_is_followed_and_what_cannot_be_is_said() {
    let list = json!([{"idPage": ID, "pageName": "x", "pageType": "offer"}]);
    let archived = |path: &str, body: &Value| {
        let url = format!("https://api.funnelflux.pro/v1/page/{path}");
        let mut archive = entry("PUT", &url, 200, &json!({"success": true}));
        archive["request"]["postData"] = json!({"text": body.to_string()});
        let list = entry("GET", "https://api.funnelflux.pro/v1/page/list", 200, &list);
        lessons(&[list, archive])
    };
    for (path, learned) in [
        (format!("{ID}/archive"), "/page/{ids}/archive"),
        (format!("archive?page={ID}"), "/page/archive?page={ids}"),
    ] {
        let got = archived(&path, &Value::Null);
        let paths: Vec<_> = got.facts.paths().filter(|(id, _)| id.ends_with("archive")).collect();
        assert_eq!(paths, [("ledger.page.archive", learned)], "{:?}", got.beyond);
    }
    let got = archived("archive", &json!({"page": ID}));
    assert_eq!(got.beyond.len(), 1, "{:?} {:?}", got.called, got.facts);
    assert!(got.beyond[0].starts_with("ledger.page.archive: PUT /v1/page/archive"));
    assert!(!told(&got).iter().any(|it| it.contains("page.archive")));
    // A list under another name is a member like others.
    let got = archived("archive", &json!({"sites": [ID], "archive": true}));
    let member = r#"ledger.page.archive Member { ours: "ids", theirs: "sites" }"#;
    assert!(told(&got).contains(&member.to_owned()), "{:?}", told(&got));
}

#[test]
fn a_number_that_cuts_a_list_into_pages_is_no_id() {
    let pages = json!([page(ID, "offer"), page(OTHER, "lander")]);
    for query in ["perPage=20", "page=2&limit=50", "offset=100", "page=1"] {
        for path in ["page/list", "sites/all"] {
            let url = format!("https://api.funnelflux.pro/v1/{path}?{query}");
            let find = "https://api.funnelflux.pro/v1/page/find/byStatus?status=active";
            let got = lessons(&[entry("GET", &url, 200, &pages), entry("GET", find, 200, &pages)]);
            let told = told(&got);
            assert!(
                told.contains(&format!("ledger.page.list Path(\"/{path}\")")),
                "{query} {told:#?}"
            );
            assert!(told.iter().any(|it| it.contains("paging")), "{query} {told:#?}");
            assert!(!told.iter().any(|it| it.contains("page.list Query")), "{query} {told:#?}");
        }
    }
}

#[test]
fn what_our_client_printed_confirms_no_name_and_no_value_of_ours_and_undoes_nothing() {
    let known = Overlay::new().member("ledger.page.*", "pageName", "label");
    let of = |known: &Overlay, text: &str| {
        let mut session = Session::new().under(known.clone());
        assert!(session.objects("page.json", text).unwrap());
        session.lessons()
    };
    // As a profile prints it that knows the true names, and as one that knows none.
    let ours = page(ID, "offer").to_string();
    let theirs = r#"[{"idPage":"2nIemJxCKbFX","title":"x","pageType":"OFFER","redirectType":"301","status":"active"}]"#;
    for known in [Overlay::new(), known] {
        let got = of(&known, &ours);
        assert_eq!(told(&got), Vec::<String>::new());
        assert_eq!(got.over(&known), (known.clone(), Vec::new()));
        let differs = [
            r#"* Value { of: "PageType", ours: Some("offer"), theirs: "OFFER" }"#,
            r#"ledger.page.* Member { ours: "pageName", theirs: "title" }"#,
        ];
        let mut told = told(&of(&known, theirs));
        told.sort();
        assert_eq!(told, differs);
    }
    // What a recording shows beside it counts as ever.
    let mut session = Session::new();
    assert!(session.objects("page.json", &ours).unwrap());
    let list = json!([{"idPage": ID, "title": "x", "pageType": "offer", "redirectType": "301"}]);
    let file = json!({"log": {"entries": [entry("GET", "https://api.funnelflux.pro/v1/page/list", 200, &list)]}});
    session.har("a.har", file.to_string().as_bytes()).unwrap();
    let got = session.lessons();
    assert!(
        got.facts.members().any(|it| it == ("ledger.page.*", "pageName", "title")),
        "{:?}",
        told(&got)
    );
    assert!(!got.facts.members().any(|it| it == ("ledger.page.*", "pageName", "pageName")));
    assert!(session.objects("x.json", "{").is_err());
}

#[test]
fn what_claims_a_name_that_newer_evidence_claims_is_dropped() {
    let list = json!([{"idPage": ID, "pageName": "x", "pageType": "offer"}]);
    let got = lessons(&[entry("GET", "https://api.funnelflux.pro/v1/page/list", 200, &list)]);
    let old = Overlay::new()
        .member("ledger.page.*", "notes", "pageName")
        .value("PageType", "offer", "deal")
        .path("ledger.page.delete", "/page/remove");
    let (all, dropped) = got.over(&old);
    assert!(all.fault().is_none());
    let dropped: Vec<String> = dropped.iter().map(|fact| format!("{:?}", fact.says())).collect();
    let both = [
        r#"Value { of: "PageType", ours: Some("offer"), theirs: "deal" }"#,
        r#"Member { ours: "notes", theirs: "pageName" }"#,
    ];
    assert_eq!(dropped, both);
    assert!(all.paths().any(|path| path == ("ledger.page.delete", "/page/remove")));
}

const OTHER: &str = "2n5JuOKWLTzd";

fn page(id: &str, of_type: &str) -> Value {
    json!({"idPage": id, "pageName": "x", "pageType": of_type, "status": "active", "redirectType": "301"})
}

#[test]
fn a_name_of_the_account_in_every_path_is_in_no_fact_and_the_paths_behind_it_are() {
    let source =
        json!([{"idOfferSource": ID, "offerSourceName": "x", "postbackURL": "", "payout": 1}]);
    let pages = json!([page(ID, "offer")]);
    for (base, list, learned) in [
        ("/acme-media/v1", "/page/list", "/page/list"),
        ("/v1/acme-media", "/page/list", "/page/list"),
        ("/acme-media", "/sites/all", "/sites/all"),
        ("/v1/accounts/2n8KzzKWLTaa", "/sites/all", "/sites/all"),
        ("/v1/2n8KzzKWLTaa", "/page/list", "/page/list"),
    ] {
        let url = |path: &str| format!("https://api.funnelflux.pro{base}{path}");
        let one = url(&format!("/page/find/byId?idPage={ID}"));
        let entries = [
            entry("GET", &url(list), 200, &pages),
            entry("GET", &url("/networks/all"), 200, &source),
            entry("GET", &one, 200, &page(ID, "offer")),
        ];
        let got = lessons(if list == "/page/list" { &entries } else { &entries[..2] });
        let paths: Vec<_> = got.facts.paths().filter(|(id, _)| *id == "ledger.page.list").collect();
        assert_eq!(paths, [("ledger.page.list", learned)], "{base}");
        let text = format!("{got:?}{}", got.facts.to_toml());
        assert!(!text.contains("acme") && !text.contains("2n8Kzz"), "{base}: {text}");
        assert!(!text.contains("accounts") && !text.contains("base_path"), "{base}: {text}");
        assert!(got.kept_out[0].contains("base URL"), "{:?}", got.kept_out);
        // The client has it in its base URL: then nothing is missing.
        let own = format!("https://api.funnelflux.pro{base}").parse().unwrap();
        let mut session = Session::new().base_url(&own);
        let file = json!({"log": {"entries": entries}}).to_string();
        session.har("a.har", file.as_bytes()).unwrap();
        let kept_out = session.lessons().kept_out;
        assert!(kept_out.is_empty() || base.contains("2n8K"), "{kept_out:?}");
    }
    let url = "https://api.funnelflux.pro/internal-api/v2.1/page/list";
    let got = lessons(&[entry("GET", url, 200, &pages)]);
    assert!(
        told(&got).contains(&r#"* BasePath("/internal-api/v2.1")"#.to_owned()),
        "{:?}",
        told(&got)
    );
}

#[test]
fn a_text_of_a_person_where_the_contract_has_an_enumeration_is_no_value() {
    let url = |path: &str| format!("https://api.funnelflux.pro/v1/{path}");
    let canaries = ["janedoe", "Jane", "JaneDoe", "jane-doe", "jane_doe", "jane.doe"];
    for canary in canaries {
        let mut one = page(OTHER, canary);
        one["redirectType"] = canary.into();
        one["offerParams"] = json!({"payoutType": canary});
        let source = json!([
            {"idTrafficSource": ID, "trafficSourceName": "x", "costType": canary, "trackingFieldSlots": {}},
            {"idTrafficSource": OTHER, "trafficSourceName": "y", "costType": canary, "status": canary},
        ]);
        let funnels = json!([
            {"idFunnel": ID, "funnelName": "x", "funnelType": canary, "nodes": [], "connections": []},
            {"idFunnel": OTHER, "funnelName": "y", "funnelType": canary, "nodes": [], "connections": []},
        ]);
        let got = lessons(&[
            entry("GET", &url("page/list"), 200, &json!([page(ID, "offer"), one])),
            entry(
                "GET",
                &url(&format!("page/list?status={canary}&pageType={canary}")),
                200,
                &json!([]),
            ),
            entry("GET", &url("trafficsource/list"), 200, &source),
            entry("GET", &url("campaign/funnel/list"), 200, &funnels),
        ]);
        assert_eq!(got.called.len(), 3);
        let text = format!("{got:?}{}", got.facts.to_toml());
        assert!(!text.contains(canary), "{canary}: {text}");
        assert!(got.kept_out.iter().any(|it| it.contains("PageType")), "{:?}", got.kept_out);
    }
    // Many texts are texts, however often each is there.
    let many = |n: usize| {
        page(&format!("2n5JuOKWLT{n:02}"), &format!("text{}", (b'a' + (n / 2) as u8) as char))
    };
    let pages: Vec<Value> = (0..40).map(many).chain([page(ID, "offer")]).collect();
    let got = lessons(&[entry("GET", &url("page/list"), 200, &pages.into())]);
    assert!(!told(&got).iter().any(|it| it.contains("text")), "{:?}", told(&got));
}

#[test]
fn a_new_value_of_several_objects_is_learned_and_another_style_of_a_known_one_is_that_one() {
    let pages = json!([page(ID, "offer"), page(OTHER, "presell"), page("2n5JuOKWLTzz", "presell")]);
    let url = "https://api.funnelflux.pro/v1/page/list";
    let told_of = |pages: &Value| told(&lessons(&[entry("GET", url, 200, pages)]));
    let new = r#"* Value { of: "PageType", ours: None, theirs: "presell" }"#;
    assert!(told_of(&pages).contains(&new.to_owned()), "{:?}", told_of(&pages));
    for name in ["acme-gmbh", "acmegmbh", "acmeGmbh"] {
        let pages = json!([page(ID, "offer"), page(OTHER, name), page("2n5JuOKWLTzz", name)]);
        assert!(!told_of(&pages).iter().any(|it| it.contains(name)), "{name}");
    }
    let pages = json!([page(ID, "Offer"), page(OTHER, "LANDER")]);
    for (ours, theirs) in [("offer", "Offer"), ("lander", "LANDER")] {
        let same =
            format!(r#"* Value {{ of: "PageType", ours: Some("{ours}"), theirs: "{theirs}" }}"#);
        assert!(told_of(&pages).contains(&same), "{:?}", told_of(&pages));
    }
}

mod dialect {
    use super::*;

    /// A funnel as a foreign account has it.
    pub(super) fn funnel(node_type: &str, object: &str, extra: &Value) -> Value {
        let node = |id: &str, name: &str, of: &str, object: &str, params: Value, x: u32| json!({"idNode": id, "nodeName": name, "nodeType": of, object: params, "posX": x, "posY": 10});
        let mut page =
            node("0XJbzUwQYEWb", "Keto quiz", node_type, object, json!({"idPage": ID}), 300);
        for (name, value) in extra.as_object().unwrap() {
            page[object][name] = value.clone();
        }
        json!({"idFunnel": "1RsY0Elid0Sw", "funnelName": "Keto", "idFunnelGroup": "2n5JuOKWLTzd", "nodes": [
            node("0XJbzUwQYEWa", "In", "entrance", "split", json!({"mode": "random"}), 100), page,
        ], "connections": [{"idConnection": "11J2nnR5gqw2", "idSourceNode": "0XJbzUwQYEWa",
            "idTargetNode": "0XJbzUwQYEWb", "label": "Keto way", "share": {"part": 100}}]})
    }

    const LANDING: &str = "landingStep";

    fn nodes(overlay: &Overlay) -> Vec<String> {
        overlay.nodes().map(|(kind, part, is, _)| format!("{kind} {part} {is}")).collect()
    }

    #[test]
    fn a_funnel_in_a_recording_teaches_the_dialect_with_evidence_and_no_text() {
        let url = "https://api.funnelflux.pro/v1/funnel/find/byId?idFunnel=1RsY0Elid0Sw";
        let extra = json!({"tokens": [], "note": "Keto note", "bid": 47.11, "isOpen": false});
        let got = lessons(&[entry("GET", url, 200, &funnel(LANDING, "step", &extra))]);
        assert_eq!(got.unclear, Vec::<String>::new());
        let told = nodes(&got.facts);
        for fact in [
            "* positions canvas",
            "* weights 100",
            "root type entrance",
            "root object split",
            "root exit share",
            "root trigger part",
            "root object.mode \"random\"",
            "lander type landingStep",
            "lander object step",
            "lander reference idPage",
            "lander object.tokens []",
            "lander object.isOpen false",
        ] {
            assert!(told.contains(&fact.to_owned()), "no {fact} in {told:#?}");
        }
        // In an envelope, beside lists of other assets, and under another name of the list.
        let mut other = funnel(LANDING, "step", &extra);
        let steps = other["nodes"].take();
        other["steps"] = steps;
        other.as_object_mut().unwrap().remove("nodes");
        let pages = json!({"data": {"items": [{"idPage": ID, "pageName": "x", "pageType": "offer",
            "offerParams": {"payout": 1}}], "total": 1}});
        let wrapped = json!({"data": {"items": [funnel(LANDING, "step", &extra)], "total": 1}});
        let ids = "https://api.funnelflux.pro/v1/funnel/find/byIdList?idFunnels=1RsY0Elid0Sw,1RsY0Elid0Sx";
        for answer in [wrapped, other] {
            let list = "https://api.funnelflux.pro/v1/page/list";
            let url = if answer.get("data").is_some() { ids } else { url };
            let entries = [entry("GET", list, 200, &pages), entry("GET", url, 200, &answer)];
            let again = nodes(&lessons(&entries).facts);
            assert!(again.contains(&"lander type landingStep".to_owned()), "{again:#?}");
        }
        let file = got.facts.to_toml();
        for private in ["Keto", "47.11", ID, "1RsY0Elid0Sw", "nodePageParams"] {
            assert!(!file.contains(private), "{private}: {file}");
        }
        let read = Overlay::from_toml("a", &file).unwrap();
        assert_eq!(nodes(&read), told);
        let fact = got.facts.facts().find(|it| matches!(it.says(), Says::Node { .. })).unwrap();
        assert_eq!(fact.evidence().unwrap().file, "a.har");
    }

    fn of(name: &str, funnel: &Value, known: &Overlay) -> Lessons {
        let mut session = Session::new().under(known.clone());
        assert!(session.objects(name, &funnel.to_string()).unwrap());
        session.lessons()
    }

    #[test]
    fn what_contradicts_is_shown_and_newer_evidence_wins() {
        let (none, open) = (json!({}), |is: bool| json!({"isOpen": is}));
        let both = json!([
            funnel(LANDING, "step", &open(true)),
            funnel("preLander", "step", &open(false))
        ]);
        let got = of("both.json", &both, &Overlay::new());
        let told = "the type of lander nodes is `landingStep` (1×) and `preLander` (1×)";
        assert_eq!(got.contradictions, [told]);
        let (known, _) = got.over(&Overlay::new());
        let types = |overlay: &Overlay| -> Vec<String> {
            nodes(overlay).into_iter().filter(|it| it.starts_with("lander type")).collect()
        };
        assert_eq!(types(&known).len(), 2);
        assert!(!nodes(&known).iter().any(|it| it.contains("isOpen")));
        let row = |overlay: &Overlay| {
            settled(overlay).into_iter().find(|it| it.name == "node lander").unwrap()
        };
        assert_eq!((row(&known).likely, row(&known).seen), (1, 2));
        // The funnel to follow.
        let (known, dropped) =
            of("one.json", &funnel(LANDING, "step", &open(true)), &known).over(&known);
        assert_eq!(types(&known), ["lander type landingStep"]);
        assert_eq!(
            dropped.iter().map(|it| it.to_string()).collect::<Vec<_>>(),
            ["preLander as the type of lander nodes"]
        );
        assert!(nodes(&known).contains(&"lander object.isOpen true".to_owned()));
        assert_eq!(row(&known).likely, 0);
        // A default that is none.
        let (known, dropped) = of(
            "two.json",
            &json!([funnel(LANDING, "step", &open(true)), funnel(LANDING, "step", &none)]),
            &known,
        )
        .over(&known);
        assert_eq!(
            dropped.iter().map(|it| it.to_string()).collect::<Vec<_>>(),
            ["true as the object.isOpen of lander nodes"]
        );
        assert!(known.fault().is_none());
    }

    #[test]
    fn a_word_of_ones_own_tells_a_kind_and_what_is_unclear_is_told_without_texts() {
        let page = funnel("moneyStep", "step", &json!({}));
        let got = of("a.json", &page, &Overlay::new());
        assert_eq!(
            got.unclear,
            [
                "a node of the type `moneyStep` with step: it may be lander or offer; write the right one into the \
              overlay: node, part = \"type\", name = \"moneyStep\""
            ]
        );
        assert!(got.facts.likely().next().is_none(), "{:?}", got.facts);
        let known = Overlay::new().node("offer", "type", "moneyStep");
        let got = of("a.json", &page, &known);
        assert_eq!(got.unclear, Vec::<String>::new());
        assert!(nodes(&got.facts).contains(&"offer object step".to_owned()));
        let text = funnel("Jane's own step", "step", &json!({}));
        let got = of("a.json", &text, &Overlay::new());
        let told = "a node of the type `…` with step: it may be lander or offer;";
        assert!(got.unclear[0].starts_with(told), "{:?}", got.unclear);
        assert!(!format!("{:?}{}", got, got.facts.to_toml()).contains("Jane"));
    }
}

/// A schema file with these operations below a base path.
fn document(name: &str, base: &str, paths: &Value) -> SchemaFile {
    let page = json!({"type": "object", "properties": {"idPage": {"type": "string"},
        "pageName": {"type": "string"}, "pageType": {"type": "string"}, "base_url": {"type": "string"}}});
    let file =
        json!({"swagger": "2.0", "basePath": base, "paths": paths, "definitions": {"P": page}});
    SchemaFile::parse(name, &file.to_string()).unwrap()
}

/// An operation that answers with pages, or with one where its title says so.
fn operation(title: &str, parameters: &Value) -> Value {
    let page = json!({"$ref": "#/definitions/P"});
    let one = title.contains(" a page ");
    let schema = if one { page } else { json!({"type": "array", "items": page}) };
    json!({"summary": title, "parameters": parameters, "responses": {"200": {"schema": schema}}})
}

#[test]
fn where_a_recording_shows_something_else_than_a_schema_file_it_counts() {
    let mut session = Session::new();
    let list = json!([{"idPage": ID, "pageName": "x", "pageType": "offer"}]);
    let har = json!({"log": {"entries":
        [entry("GET", "https://api.funnelflux.pro/v1/sites/all", 200, &list)]}});
    session.har("a.har", har.to_string().as_bytes()).unwrap();
    let list = operation("List pages (landers and offers)", &json!([]));
    let find = operation("Find a page (lander or offer) by ID", &json!([]));
    let paths = json!({"/page/all": {"get": list}, "/page/find/byId": {"get": find}});
    session.document(document("b.json", "/v1", &paths));
    let got = session.lessons();
    let paths: Vec<_> = got.facts.paths().collect();
    let find = ("ledger.page.find-by-id", "/page/find/byId");
    assert_eq!(paths, [("ledger.page.list", "/sites/all"), find]);
    let [maybe] = got.facts.likely().collect::<Vec<_>>()[..] else { panic!("{:?}", got.facts) };
    assert_eq!(maybe.says(), &Says::Path("/page/all".to_owned()));
    assert!(maybe.doubt().unwrap().contains("/sites/all"), "{}", maybe.doubt().unwrap());
    // What only the file says is taken over.
    assert!(got.facts.members().any(|it| it == ("ledger.page.*", "baseURL", "base_url")));

    // Nor does a file that comes later undo what was seen, but a newer file takes the place of an older one.
    let later = |known: &Overlay, path: &str| {
        let mut session = Session::new().under(known.clone());
        let call = operation("Find a page (lander or offer) by ID", &json!([]));
        let list = operation("List pages (landers and offers)", &json!([]));
        let paths = json!({path: {"get": call}, "/page/list": {"get": list}});
        session.document(document("c.json", "/v1", &paths));
        session.lessons().over(known)
    };
    let (all, dropped) = later(&got.facts, "/page/find/byId");
    assert_eq!(dropped, []);
    assert!(all.paths().any(|it| it == ("ledger.page.list", "/sites/all")));
    let (all, dropped) = later(&all, "/page/byId");
    assert_eq!(dropped.iter().filter(|it| matches!(it.says(), Says::Path(_))).count(), 1);
    assert!(all.paths().any(|it| it == ("ledger.page.find-by-id", "/page/byId")));
}

#[test]
fn an_id_in_the_path_of_a_schema_file_is_the_one_that_the_client_has() {
    let id = json!({"name": "id", "in": "path", "required": true, "type": "string"});
    let body = json!({"name": "b", "in": "body", "schema": {"$ref": "#/definitions/P"}});
    let paths = json!({"/page/{id}": {
        "get": operation("Find a page (lander or offer) by ID", &json!([id])),
        "put": operation("Save a page (lander or offer)", &json!([id, body])),
    }, "/page/{id}/{version}": {"delete": operation("Delete a page (lander or offer)", &json!([id,
        {"name": "version", "in": "path", "required": true, "type": "integer"}]))}});
    let mut session = Session::new();
    session.document(document("b.json", "/v1", &paths));
    let got = session.lessons();
    let paths: Vec<_> = got.facts.paths().collect();
    let own =
        [("ledger.page.find-by-id", "/page/{idPage}"), ("ledger.page.update", "/page/{idPage}")];
    assert_eq!(paths, own, "{:?}", got.facts);
    assert!(
        got.beyond.iter().all(|line| line.starts_with("ledger.page.delete")),
        "{:?}",
        got.beyond
    );
}

#[test]
fn paths_below_another_base_path_than_most_are_not_taken_over() {
    let call = |title| operation(title, &json!([]));
    let most = json!({"/page/list": {"get": call("List pages (landers and offers)")},
        "/page/find/byCategory": {"get": call("Find pages (landers and offers) by category")}});
    let other =
        json!({"/page/find/byStatus": {"get": call("Find pages (landers and offers) by status")}});
    let mut session = Session::new();
    session.document(document("a.json", "/api/v3", &most));
    session.document(document("b.json", "/api/v4", &other));
    let got = session.lessons();
    let told = told(&got);
    assert!(told.contains(&r#"* BasePath("/api/v3")"#.to_owned()), "{told:#?}");
    assert!(got.facts.paths().all(|(id, _)| id != "ledger.page.find-by-status"), "{told:#?}");
    assert!(got.facts.likely().any(|it| it.operations() == "ledger.page.find-by-status"));
}

#[test]
fn of_a_schema_file_too_what_fits_two_operations_is_likely_and_names_the_other() {
    let group = json!({"properties": {"idCampaign": {"type": "string"},
        "campaignName": {"type": "string"}, "customTokens": {"type": "array"}}});
    let id = json!([{"name": "id", "in": "query", "required": true, "type": "string"}]);
    let find = json!({"get": {"parameters": id, "responses": {"200": {"schema": group}}}});
    let mut session = Session::new();
    session.document(document("b.json", "/v1", &json!({"/folders/find/byId": find})));
    let got = session.lessons();
    assert!(got.facts.paths().next().is_none() && got.described.is_empty(), "{:?}", told(&got));
    let [maybe] = got.facts.likely().collect::<Vec<_>>()[..] else { panic!("{:?}", got.facts) };
    assert_eq!(maybe.says(), &Says::Path("/folders/find/byId".to_owned()));
    assert!(maybe.doubt().unwrap().starts_with("ledger."), "{}", maybe.doubt().unwrap());
}
