//! The document of the contract as it stands: its structure, and what it says of our operations.

use std::collections::BTreeSet;

use serde_json::Value;

use super::text;
use crate::contract::Contract;
use crate::run::root;

fn document() -> Value {
    let contract = Contract::load(&root()).unwrap_or_else(|failure| panic!("{failure}"));
    serde_json::from_str(&text(&contract)).unwrap()
}

/// Every operation, with its path and method.
fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            found.push((path.as_str(), method.as_str(), operation));
        }
    }
    found
}

fn by_id<'a>(document: &'a Value, id: &str) -> (&'a str, &'a str, &'a Value) {
    let mut operations = operations(document).into_iter();
    operations.find(|(_, _, o)| o["operationId"] == id).unwrap_or_else(|| panic!("{id}"))
}

fn each_member<'a>(value: &'a Value, seen: &mut impl FnMut(&'a str, &'a Value)) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                seen(name, member);
                each_member(member, seen);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| each_member(item, seen)),
        _ => {}
    }
}

#[test]
fn every_operation_of_the_contract_is_there_once_under_its_own_id() {
    let contract = Contract::load(&root()).unwrap_or_else(|failure| panic!("{failure}"));
    let document = document();
    let ids: BTreeSet<&str> = operations(&document)
        .into_iter()
        .map(|(_, _, operation)| operation["operationId"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), operations(&document).len(), "an operationId stands twice");
    assert_eq!(ids, contract.operations().map(|operation| operation.id.as_str()).collect());
    for operation in contract.operations() {
        let (path, method, found) = by_id(&document, &operation.id);
        assert_eq!(path, operation.path);
        assert_eq!(method.to_uppercase(), operation.method.as_str());
        assert_eq!(found["summary"], operation.title.as_str());
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = document();
    let mut count = 0;
    each_member(&document, &mut |name, value| {
        if name == "$ref" {
            count += 1;
            let pointer = value.as_str().unwrap().strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{value} leads nowhere");
        }
    });
    assert!(count > 300, "only {count} references: were they looked at?");
}

#[test]
fn every_placeholder_has_its_parameter_and_no_parameter_stands_twice() {
    let document = document();
    for (path, method, operation) in operations(&document) {
        let parameters: Vec<&Value> =
            operation["parameters"].as_array().into_iter().flatten().collect();
        let names = |place: &str| -> BTreeSet<&str> {
            let here = parameters.iter().filter(|parameter| parameter["in"] == place);
            here.map(|parameter| parameter["name"].as_str().unwrap()).collect()
        };
        let placeholders = path.split('/').filter_map(|s| s.strip_prefix('{')?.strip_suffix('}'));
        assert_eq!(names("path"), placeholders.collect(), "{method} {path}");
        assert_eq!(names("path").len() + names("query").len(), parameters.len(), "{path}");
        for parameter in parameters {
            assert!(parameter["in"] != "path" || parameter["required"] == true, "{parameter}");
        }
    }
}

#[test]
fn every_operation_says_how_it_is_known_and_what_can_come_back() {
    let document = document();
    for (path, method, operation) in operations(&document) {
        for key in ["x-grade", "x-source", "x-path-grade", "x-idempotency", "x-weight"] {
            assert!(operation[key].is_string(), "{method} {path}: {key} is missing");
        }
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses["2XX"]["description"].is_string(), "{method} {path}");
        assert!(responses["default"]["$ref"].is_string(), "{method} {path}");
    }
}

#[test]
fn unknown_members_and_enum_values_are_legal_everywhere() {
    let document = document();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        assert!(schema["x-grade"].is_string(), "{name}");
        if schema["type"] == "object" {
            assert_eq!(schema["additionalProperties"], true, "{name}");
        } else {
            let open = schema.get("anyOf").is_none_or(|any| any[1].get("enum").is_none());
            assert!(open && schema.get("enum").is_none(), "{name} is closed");
        }
    }
}

#[test]
fn every_pattern_has_an_example_for_servers_that_make_answers_up() {
    let document = document();
    let mut patterns = 0;
    each_member(&document, &mut |_, value| {
        if value.get("pattern").is_some_and(Value::is_string) {
            patterns += 1;
            assert!(value["examples"][0].is_string(), "{value}");
        }
    });
    assert!(patterns > 50, "only {patterns} patterns: were they looked at?");
}

#[test]
fn grades_travel_to_members_parameters_and_enum_values() {
    let document = document();
    let schemas = &document["components"]["schemas"];
    let hits = &schemas["ConversionsUpdateParams"]["properties"]["hits"];
    assert_eq!(
        (&hits["x-grade"], &hits["x-name-grade"]),
        (&"documented".into(), &"sibling".into())
    );
    assert_eq!(schemas["AssetStatus"]["x-enum-values"][0]["x-grade"], "documented");
    let (_, _, list) = by_id(&document, "ledger.funnel.list");
    assert_eq!(list["x-alternatives"], serde_json::json!(["/funnel/list"]));
    assert_eq!(list["x-path-grade"], "sibling");
}

#[test]
fn an_unknown_body_is_free_form_and_says_so() {
    let document = document();
    let (_, _, login) = by_id(&document, "auth.login");
    let body = &login["requestBody"];
    assert_eq!(body["x-grade"], "unknown");
    assert_eq!(body["content"]["application/json"]["schema"]["additionalProperties"], true);
    assert!(!document["x-unreadable"].as_array().unwrap().is_empty());
}

#[test]
fn the_bodies_rules_are_those_of_the_contract() {
    let document = document();
    let (_, _, validate) = by_id(&document, "auth.validate");
    assert_eq!(validate["requestBody"]["required"], false);
    let (_, _, reset) = by_id(&document, "reporting.reset.perform");
    assert_eq!(reset["requestBody"]["required"], true);
    let payout = &document["components"]["schemas"]["ConvertedHit"]["properties"]["payout"];
    assert_eq!(payout["anyOf"][1]["type"], "null");
}
