#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at its first surprise"
)]
//! A document is its text: what is not changed keeps every byte.

use funnelflux_model::Document;
use serde::{Deserialize, Serialize};
use serde_json::{json, value::RawValue};
use static_assertions::assert_impl_all;

assert_impl_all!(Document: Send, Sync, Clone, std::fmt::Debug, Serialize, Deserialize<'static>);

fn document(text: &str) -> Document {
    Document::parse(text).unwrap()
}

#[track_caller]
fn after(text: &str, change: impl FnOnce(&mut Document)) -> String {
    let mut document = document(text);
    change(&mut document);
    document.text().to_owned()
}

#[test]
fn only_the_bytes_of_the_changed_value_change() {
    let text = "{ \"a\" : 1.50,\n\t\"n\\u0061me\":\"x\" , \"big\":12345678901234567890123 }";
    assert_eq!(
        after(text, |document| document.set("name", "y").unwrap()),
        "{ \"a\" : 1.50,\n\t\"n\\u0061me\":\"y\" , \"big\":12345678901234567890123 }"
    );
}

#[test]
fn an_equal_value_leaves_the_bytes_alone() {
    let text =
        r#"{"a":1.50,"b":1e3,"c":"\u0041","d":{"x":1,"y":[1.0]},"e":12345678901234567890123}"#;
    let mut document = document(text);
    document.set("a", &1.5).unwrap();
    document.set("b", &1000).unwrap();
    document.set("c", "A").unwrap();
    document.set("d", &json!({"y": [1], "x": 1})).unwrap();
    assert!(!document.is_changed());
    assert_eq!(document.text(), text);
}

#[test]
fn a_change_that_is_taken_back_is_none() {
    let mut document = document(r#"{"a":"x"}"#);
    document.set("a", "y").unwrap();
    assert!(document.is_changed());
    document.set("a", "x").unwrap();
    assert!(!document.is_changed());
    document.set("a", "y").unwrap();
    document.revert();
    assert_eq!(document.text(), r#"{"a":"x"}"#);
    document.set("a", "y").unwrap();
    document.mark_saved();
    assert!(!document.is_changed());
    assert_eq!(document.original(), r#"{"a":"y"}"#);
}

#[test]
fn an_object_set_over_an_object_keeps_what_is_equal_in_it() {
    let text = r#"{"d":{"z":1.50, "url":"a", "old":0, "deep":{"n":1e3,"m":[1.0,2.0]}},"t":0}"#;
    let new = json!({"url":"b","z":1.5,"deep":{"n":1000,"m":[1,3]},"new":true});
    assert_eq!(
        after(text, |document| document.set("d", &new).unwrap()),
        r#"{"d":{"z":1.50, "url":"b", "deep":{"n":1e3,"m":[1.0,3]}, "new":true},"t":0}"#
    );
}

#[test]
fn values_are_set_at_any_depth() {
    let text = r#"{"destination":{"url":"a","headers":{}},"routes":[{"p":0},{"p":1}]}"#;
    let changed = after(text, |document| {
        document.set_at(&["destination", "url"], "b").unwrap();
        document.set_at(&["destination", "headers", "X-Key"], "1").unwrap();
        document.set_at(&["routes", "1", "p"], &2).unwrap();
        document.set_at(&["made", "on", "the way"], &json!(["x"])).unwrap();
    });
    assert_eq!(
        changed,
        r#"{"destination":{"url":"b","headers":{"X-Key":"1"}},"routes":[{"p":0},{"p":2}],"made":{"on":{"the way":["x"]}}}"#
    );
    assert_eq!(
        after(r#"{"a":null}"#, |document| document.set_at(&["a", "b"], &1).unwrap()),
        r#"{"a":{"b":1}}"#
    );
}

#[test]
fn a_path_through_a_scalar_is_refused_and_nothing_changes() {
    let mut document = document(r#"{"a":{"secret":"hunter2"},"list":[1]}"#);
    let error = document.set_at(&["a", "secret", "c"], &1).unwrap_err();
    assert_eq!(error.to_string(), "cannot set `c` in `a.secret`: it is a string, not an object");
    assert!(!error.is_value());
    let error = document.set_at(&["list", "1"], &1).unwrap_err();
    assert!(error.to_string().contains("has no item `1`"), "{error}");
    assert!(document.set_at(&[], &1).is_err());
    assert!(
        document.set("x", &std::collections::HashMap::from([(vec![1], 1)])).unwrap_err().is_value()
    );
    assert!(!document.is_changed());
}

#[test]
fn added_members_look_like_their_neighbours() {
    let set = |document: &mut Document| {
        document.set("b", &json!({"x":[1,{"y":"a, b: {}"}],"e":{}})).unwrap();
    };
    for (text, expected) in [
        ("{}", r#"{"b":{"e":{},"x":[1,{"y":"a, b: {}"}]}}"#),
        (r#"{"a":1}"#, r#"{"a":1,"b":{"e":{},"x":[1,{"y":"a, b: {}"}]}}"#),
        (r#"{"a": 1}"#, r#"{"a": 1, "b": {"e": {}, "x": [1, {"y": "a, b: {}"}]}}"#),
        (r#"{ "a": 1 }"#, r#"{ "a": 1, "b": {"e": {}, "x": [1, {"y": "a, b: {}"}]} }"#),
        (
            "{\n  \"a\": 1\n}",
            "{\n  \"a\": 1,\n  \"b\": {\n    \"e\": {},\n    \"x\": [\n      1,\n      {\n        \"y\": \"a, b: {}\"\n      }\n    ]\n  }\n}",
        ),
        (
            "{\r\n\t\"a\": 1\r\n}",
            "{\r\n\t\"a\": 1,\r\n\t\"b\": {\r\n\t\t\"e\": {},\r\n\t\t\"x\": [\r\n\t\t\t1,\r\n\t\t\t{\r\n\t\t\t\t\"y\": \"a, b: {}\"\r\n\t\t\t}\r\n\t\t]\r\n\t}\r\n}",
        ),
    ] {
        assert_eq!(after(text, set), expected);
    }
}

#[test]
fn an_empty_object_deep_in_an_indented_text_is_filled_with_its_indent() {
    let text = "{\n  \"a\": {\n    \"meta\": {}\n  }\n}";
    assert_eq!(
        after(text, |document| document.set_at(&["a", "meta", "v"], &1).unwrap()),
        "{\n  \"a\": {\n    \"meta\": {\n      \"v\": 1\n    }\n  }\n}"
    );
}

#[test]
fn removed_members_take_their_comma_with_them() {
    let text = r#"{ "a": 1, "b": 2,  "c": 3 }"#;
    for (name, expected) in [
        ("a", r#"{ "b": 2,  "c": 3 }"#),
        ("b", r#"{ "a": 1,  "c": 3 }"#),
        ("c", r#"{ "a": 1, "b": 2 }"#),
        ("d", text),
    ] {
        assert_eq!(
            after(text, |document| assert_eq!(document.remove(name), name != "d")),
            expected
        );
    }
    assert_eq!(after(r#"{ "a": 1 }"#, |document| assert!(document.remove("a"))), "{}");
    let list = after(r#"{"a":[1, 2,3],"x":{"y":{"z":1}}}"#, |document| {
        assert!(document.remove_at(&["a", "1"]).unwrap());
        assert!(document.remove_at(&["x", "y", "z"]).unwrap());
        assert!(!document.remove_at(&["x", "no", "z"]).unwrap());
    });
    assert_eq!(list, r#"{"a":[1,3],"x":{"y":{}}}"#);
}

#[test]
fn of_two_members_of_one_name_the_last_counts() {
    let text = r#"{"a":1,"b":0,"\u0061":2,"c":0}"#;
    assert_eq!(document(text).read::<u8>("a").unwrap(), Some(2));
    assert_eq!(
        after(text, |document| document.set("a", &3).unwrap()),
        r#"{"a":1,"b":0,"\u0061":3,"c":0}"#
    );
    assert_eq!(after(text, |document| assert!(document.remove("a"))), r#"{"b":0,"c":0}"#);
}

#[test]
fn depth_costs_no_stack() {
    let deep = format!("{{\"a\":{}{},\"b\":1}}", "[".repeat(20_000), "]".repeat(20_000));
    let deeper = RawValue::from_string(format!("{}{}", "[".repeat(19_999), "]".repeat(19_999)));
    let mut document = document(&deep);
    document.set("b", &2).unwrap();
    assert_eq!(document.read::<u8>("b").unwrap(), Some(2));
    document.set("a", &deeper.unwrap()).unwrap();
    assert!(document.text().len() < deep.len());
    assert_eq!(serde_json::to_string(&document).unwrap(), document.text());
}

#[test]
fn debug_shows_names_and_no_values() {
    let document = document(r#"{"password":"hunter2","headers":{"X-Key":"hunter3"}}"#);
    assert_eq!(format!("{document:?}"), r#"Document {"password", "headers"}"#);
}

#[test]
fn what_is_no_object_is_refused_without_being_repeated() {
    let error = Document::parse("\"hunter2\"").unwrap_err();
    assert_eq!(error.to_string(), "expected an object, found a string");
    for text in ["", "{", "{\"a\":}", "{\"a\":1}x", "{'a':1}", "{\"a\":01}"] {
        assert!(Document::parse(text).unwrap_err().is_syntax(), "{text}");
    }
}

#[test]
fn a_member_of_another_shape_is_named_and_not_repeated() {
    let document = document(r#"{"flag":"hunter2"}"#);
    let error = document.read::<bool>("flag").unwrap_err();
    assert_eq!(error.to_string(), "the member `flag` holds a string, which cannot be read as bool");
}

#[test]
fn pointers_reach_every_depth() {
    let document = document(r#"{"a/b":{"~":[1,{"x":1.50}]},"":0}"#);
    assert_eq!(document.pointer("/a~1b/~0/1/x").unwrap().get(), "1.50");
    assert_eq!(document.pointer("/").unwrap().get(), "0");
    assert_eq!(document.pointer("").unwrap().get(), document.text());
    for nowhere in ["a", "/a", "/a~1b/~0/2", "/a~1b/~0/x", "/a~1b/~0/0/x"] {
        assert!(document.pointer(nowhere).is_none(), "{nowhere}");
    }
}

#[test]
fn half_a_surrogate_pair_is_kept() {
    let text = r#"{"\ud800":"\ud800","a":1}"#;
    let mut document = document(text);
    assert_eq!(document.text(), text);
    assert_eq!(document.members().next().unwrap().0, r"\ud800");
    document.set("a", &2).unwrap();
    assert_eq!(document.text(), r#"{"\ud800":"\ud800","a":2}"#);
}

#[test]
fn documents_travel_in_lists_and_as_members_byte_for_byte() {
    #[derive(Deserialize, Serialize)]
    struct Page {
        rows: Vec<Document>,
    }
    let text = r#"{"rows":[{ "a" : 1.50 },{"b":1e3}]}"#;
    let page: Page = serde_json::from_str(text).unwrap();
    assert_eq!(page.rows[0].text(), r#"{ "a" : 1.50 }"#);
    assert_eq!(serde_json::to_string(&page).unwrap(), text);
    assert!(serde_json::from_str::<Page>(r#"{"rows":[7]}"#).is_err());
}
