//! Refusals and their messages.

use std::collections::{BTreeMap, BTreeSet};

use funnelflux_emulator::{AttributeList, ErrorShape, UnknownMembers};

use super::*;

/// The sample with one member changed, or removed by `null`.
fn with(mut body: Value, member: &str, value: Value) -> Value {
    let members = body.as_object_mut().unwrap();
    if value.is_null() {
        members.remove(member);
    } else {
        members.insert(member.to_owned(), value);
    }
    body
}

/// The contract's operations: id, method, path, query parameters with their other spellings.
fn contract() -> Vec<(String, String, String, BTreeSet<String>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/contract");
    let mut all = Vec::new();
    for section in ["auth", "billing", "ledger", "reporting"] {
        let text = std::fs::read_to_string(format!("{folder}/{section}.toml")).unwrap();
        let table: toml::Table = text.parse().unwrap();
        for operation in table["operation"].as_array().unwrap() {
            let text = |name: &str| operation[name].as_str().unwrap().to_owned();
            let mut query = BTreeSet::new();
            for parameter in operation["query"].as_array().unwrap() {
                query.insert(parameter["name"].as_str().unwrap().to_owned());
                let others = parameter.get("alternatives").and_then(|list| list.as_array());
                let others = others.into_iter().flatten();
                query.extend(others.map(|name| name.as_str().unwrap().to_owned()));
            }
            all.push((text("id"), text("method"), text("path"), query));
        }
    }
    all
}

#[tokio::test]
async fn it_answers_the_operations_of_the_contract() {
    let emulator = builder().build().unwrap();
    let answered = get(&emulator, "").await.json;
    let answered: BTreeMap<_, _> = answered["operations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["id"].as_str().unwrap(), it))
        .collect();
    let contract = contract();
    for (id, method, path, query) in &contract {
        let route = answered.get(id.as_str()).unwrap_or_else(|| panic!("{id} is not answered"));
        assert_eq!((&route["method"], &route["path"]), (&json!(method), &json!(path)), "{id}");
        let taken = route["query"].as_array().unwrap().iter();
        let taken: BTreeSet<_> = taken.map(|name| name.as_str().unwrap().to_owned()).collect();
        assert_eq!(&taken, query, "{id}");
    }
    for id in answered.keys() {
        assert!(contract.iter().any(|(known, ..)| known == id), "{id} is not in the contract");
    }
}

#[tokio::test]
async fn a_wrong_drilldown_is_refused_with_400_and_the_name_of_the_field() {
    let emulator = builder().build().unwrap();
    for (member, value, words) in [
        ("timeStart", Value::Null, "`timeStart` is missing"),
        ("timeStart", json!(5), "`timeStart` is 5"),
        ("timeStart", json!("2023-10-12T00:00:00"), "no offset"),
        ("timeEnd", json!("2023-10-11T00:00:00+02:00"), "`timeEnd` is before"),
        ("attributes", Value::Null, "`attributes` is missing"),
        ("attributes", json!("Element: Offer"), "expected a list"),
        ("attributes", json!([]), "0 entries"),
        ("attributes", json!(["Element: Offer"]), "`attributes[0]` is a string"),
        ("attributes", json!([{"attribute": "Element: Ofer"}]), "Element: Ofer"),
        ("attributes", json!([{"attribute": "URL Tracking Field"}]), "needs the slot"),
        (
            "attributes",
            json!([{"attribute": "URL Tracking Field", "whitelistFilters": ["c1"]}]),
            "not JSON",
        ),
        (
            "attributes",
            json!([{"attribute": "Element: Offer", "whitelist": ["x"]}]),
            "`attributes[0].whitelist`",
        ),
        ("filters", Value::Null, "`filters` is missing"),
        ("filters", json!([{"attribute": "Element: Offer"}]), "would filter nothing"),
        ("filter", json!([]), "`filter` is not a member"),
    ] {
        let answer = drilldown(&emulator, with(sample(), member, value.clone())).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{member} = {value}");
        assert_eq!(answer.json["error"]["code"], 400);
        assert!(answer.message().contains(words), "{member} = {value}: {}", answer.message());
    }
    let eleven: Vec<_> = (0..11).map(|_| json!({"attribute": "Element: Offer"})).collect();
    let answer = drilldown(&emulator, with(sample(), "attributes", json!(eleven))).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_wrong_raw_event_request_is_refused_with_400() {
    let emulator = builder().build().unwrap();
    for (member, value, words) in [
        ("pagingLength", json!(0), "1 to 1000"),
        ("pagingLength", json!(1001), "1 to 1000"),
        ("pagingLength", Value::Null, "`pagingLength` is missing"),
        ("pagingStart", json!(-1), "`pagingStart` is -1"),
        ("pagingStart", json!("0"), "`pagingStart` is \"0\""),
        ("includeHits", json!("yes"), "true or false"),
        ("timeEnd", json!("tomorrow"), "`timeEnd`"),
    ] {
        let answer = hits(&emulator, with(sample_hits(), member, value.clone())).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{member} = {value}");
        assert!(answer.message().contains(words), "{member} = {value}: {}", answer.message());
    }
    let mut nothing = sample_hits();
    for flag in ["includeHits", "includeClicks", "includeConversions"] {
        nothing[flag] = json!(false);
    }
    let answer = hits(&emulator, nothing).await;
    assert!(answer.message().contains("at least one"), "{}", answer.message());
}

#[tokio::test]
async fn a_lenient_emulator_ignores_unknown_members_and_parameters() {
    let emulator = builder().unknown_members(UnknownMembers::Ignore).build().unwrap();
    let body = with(sample(), "paging", json!({"start": 0}));
    assert_eq!(drilldown(&emulator, body).await.status, StatusCode::OK);
    let path = "/reporting/attributes?verbose=1";
    assert_eq!(call(&emulator, Method::GET, path, None).await.status, StatusCode::OK);
    let strict = builder().build().unwrap();
    let refused = call(&strict, Method::GET, path, None).await;
    assert!(refused.message().contains("`verbose`"), "{}", refused.message());
}

#[tokio::test]
async fn an_unknown_path_is_answered_with_the_known_ones() {
    let emulator = builder().build().unwrap();
    for (path, near) in [
        ("/reporting/drildown", "POST /v1/reporting/drilldown"),
        ("/auth", "POST /v1/auth/validate"),
        ("//auth/validate", "POST /v1/auth/validate"),
        ("/offersource/find/byid", "GET /v1/offersource/find/byId"),
        ("/nothing/like/it", "/v1/trafficsource/…"),
    ] {
        let answer = call(&emulator, Method::POST, path, None).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.message().contains(near), "{path}: {}", answer.message());
    }
    assert_eq!(emulator.calls().total(), 0);
    assert_eq!(emulator.requests()[0].operation, None);
}

#[tokio::test]
async fn a_wrong_method_is_answered_with_the_right_one() {
    let emulator = builder().build().unwrap();
    let answer = call(&emulator, Method::GET, "/reporting/drilldown", None).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(answer.message().contains("takes POST, not GET"), "{}", answer.message());
    assert_eq!(answer.headers["allow"], "POST");
}

#[tokio::test]
async fn a_trailing_slash_is_accepted() {
    let emulator = builder().build().unwrap();
    let answer = call(&emulator, Method::POST, "/reporting/drilldown/", Some(sample())).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(emulator.calls().of("reporting.drilldown"), 1);
    assert_eq!(emulator.requests()[0].path, "/v1/reporting/drilldown/");
}

#[tokio::test]
async fn a_body_must_be_json_of_a_bearable_size() {
    let emulator = builder().max_body(100).build().unwrap();
    let request = |kind: &str, body: &str| {
        Request::post("http://127.0.0.1/v1/reporting/hits")
            .header("authorization", format!("Bearer {}", emulator.access_token()))
            .header("content-type", kind)
            .body(Full::from(body.to_owned()))
            .unwrap()
    };
    for (kind, body, status) in [
        ("application/json", "", 400),
        ("application/json", "{\"timeStart\"", 400),
        ("application/json", "[]", 400),
        ("text/plain", "{}", 415),
        ("application/json", &"x".repeat(101), 413),
    ] {
        let answer = send(&emulator, request(kind, body)).await;
        assert_eq!(answer.status.as_u16(), status, "{kind} {body}");
        assert!(answer.message().contains("expected"), "{}", answer.message());
    }
}

#[tokio::test]
async fn the_attribute_list_comes_in_either_shape() {
    let strings = builder().build().unwrap();
    let list = call(&strings, Method::GET, "/reporting/attributes", None).await.json;
    for name in [
        "URL Tracking Field",
        "Time: 1-Hour Blocks",
        "Element: Offer",
        "Third Parties: Offer Source",
    ] {
        assert!(list.as_array().unwrap().contains(&json!(name)), "{name} is proven");
    }
    let objects = builder().attribute_list(AttributeList::Objects).build().unwrap();
    let other = call(&objects, Method::GET, "/reporting/attributes", None).await.json;
    let names: Vec<_> = other.as_array().unwrap().iter().map(|a| &a["attribute"]).collect();
    assert_eq!(names, list.as_array().unwrap().iter().collect::<Vec<_>>());
}

#[tokio::test]
async fn every_attribute_of_the_list_can_be_reported() {
    let emulator = builder().build().unwrap();
    let list = call(&emulator, Method::GET, "/reporting/attributes", None).await.json;
    for name in list.as_array().unwrap() {
        let mut attribute = json!({"attribute": name});
        if name == "URL Tracking Field" {
            attribute["whitelistFilters"] = json!(["{\"c2\":\"*\"}"]);
        }
        let answer = drilldown(&emulator, with(sample(), "attributes", json!([attribute]))).await;
        assert!(!answer.rows().is_empty(), "{name}");
    }
}

#[tokio::test]
async fn errors_come_in_the_flat_shape_too() {
    let emulator = builder().error_shape(ErrorShape::Flat).build().unwrap();
    let answer = hits(&emulator, json!({})).await;
    assert_eq!(answer.json["code"], 400);
    assert!(answer.json["message"].as_str().unwrap().contains("timeStart"));
}
