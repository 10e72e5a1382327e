#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at its first surprise"
)]
//! Lists in answers whose place in the answer no source states.

use funnelflux_model::{
    explorer::ExplorerVisitor,
    json::{FoundList, list_in},
    logs::LogAnswer,
};
use proptest::prelude::*;
use serde_json::value::RawValue;

fn raw(json: &str) -> &RawValue {
    serde_json::from_str(json).unwrap()
}

fn said(json: &str) -> String {
    list_in(raw(json), &[]).unwrap_err().to_string()
}

/// Name, number of items, names beside.
fn shape<'a>(found: &'a FoundList<'_>) -> (Option<&'a str>, usize, Vec<&'a str>) {
    let beside = found.beside.iter().map(|(name, _)| name.as_ref()).collect();
    (found.name.as_deref(), found.items.len(), beside)
}

#[test]
fn the_only_list_is_the_list() {
    for (json, name, items, beside) in [
        ("[]", None, 0, &[][..]),
        (" [1, {}, null] ", None, 3, &[]),
        (r#"{"x":[1]}"#, Some("x"), 1, &[]),
        (r#"{"a":1,"x":[1,2],"b":{"rows":7},"c":null}"#, Some("x"), 2, &["a", "b", "c"]),
        (r#"{"\u0078":[1]}"#, Some("x"), 1, &[]),
    ] {
        let found = list_in(raw(json), &[]).unwrap();
        assert_eq!(shape(&found), (name, items, beside.to_vec()), "{json}");
    }
}

#[test]
fn null_where_a_list_is_expected_is_an_empty_list() {
    for (json, name, beside) in [
        ("null", None, &[][..]),
        (r#"{"hits":null}"#, Some("hits"), &[]),
        (r#"{"hits":null,"hasMore":false,"v":{"n":1}}"#, Some("hits"), &["hasMore", "v"]),
        // Whichever was meant, it is empty.
        (r#"{"visitor":null,"hits":null}"#, None, &["visitor", "hits"]),
    ] {
        let found = list_in(raw(json), &[]).unwrap();
        assert_eq!(shape(&found), (name, 0, beside.to_vec()), "{json}");
    }
}

#[test]
fn what_is_unclear_is_an_error_that_names_members_and_no_values() {
    assert!(said(r#"{"a":["canary"],"n":1,"b":[2]}"#).contains("several members are: `a`, `b`"));
    assert!(said(r#"{"a":[1],"a":[2]}"#).contains("`a`, `a`"));
    assert!(said(r#"{"total":"canary","x":{}}"#).contains("its members: `total`, `x`"));
    assert!(said("{}").contains("none"));
    // A list further down is not missing only because something else is null.
    assert!(said(r#"{"error":null,"data":{"rows":[1]}}"#).contains("inside of `data`"));
    for (json, kind) in [("\"canary\"", "a string"), ("17", "a number"), ("true", "a boolean")] {
        assert_eq!(said(json), format!("a list was expected; the answer is {kind}"));
    }
    for json in [r#"{"a":["canary"],"b":[2]}"#, r#"{"total":"canary"}"#] {
        assert!(!said(json).contains("canary"), "{}", said(json));
    }
    let found = list_in(raw(r#"{"rows":["canary"],"x":"canary"}"#), &[]).unwrap();
    assert!(!format!("{found:?}").contains("canary"), "{found:?}");
}

#[test]
fn a_likely_name_decides_between_lists() {
    let names = ["rows", "data"];
    for (json, name, items) in [
        (r#"{"columns":[1,2],"rows":[7]}"#, Some("rows"), 1),
        (r#"{"data":[1,2],"rows":[7]}"#, Some("rows"), 1),
        (r#"{"rows":[],"data":{"rows":[1]}}"#, Some("rows"), 0),
        // A list before a null, for the name that has one.
        (r#"{"data":[1,2],"rows":null}"#, Some("data"), 2),
        (r#"{"else":[1,2,3],"rows":5}"#, Some("else"), 3),
        (r#"{"rows":null,"else":null,"v":{"n":1}}"#, Some("rows"), 0),
    ] {
        let found = list_in(raw(json), &names).unwrap();
        assert_eq!((found.name.as_deref(), found.items.len()), (name, items), "{json}");
    }
    assert!(list_in(raw(r#"{"rows":[1],"rows":[2]}"#), &names).is_err());
    assert!(list_in(raw(r#"{"a":[1],"b":[2]}"#), &names).is_err());
}

#[test]
fn rows_elsewhere_are_never_lost_for_a_list_that_is_something_else() {
    for (json, named) in [
        // Beside a list of something else.
        (
            r#"{"errors":[],"data":{"rows":[{"a":1},{"a":2}]}}"#,
            "`errors` is one, but it may be inside of `data`",
        ),
        (r#"{"errors":["a"],"data":{"rows":[{"a":1}]}}"#, "inside of `data`"),
        (r#"{"warnings":[],"rows":{"0":{"a":1}}}"#, "inside of `rows`"),
        (r#"{"warnings":["a"],"rows":{"0":{"a":1}}}"#, "inside of `rows`"),
        (r#"{"warnings":[],"result":{"page":{"hits":[1]}}}"#, "inside of `result`"),
        // Beside a null.
        (r#"{"rows":null,"hits":[{"a":1}]}"#, "`rows` is null, and there is another list: `hits`"),
        (r#"{"rows":null,"hits":[]}"#, "another list: `hits`"),
        (r#"{"rows":null,"a":[1],"b":[2]}"#, "`a`, `b`"),
        (r#"{"rows":null,"data":{"rows":[{"a":1}]}}"#, "inside of `data`"),
        (r#"{"error":null,"hits":{"0":{"a":1}}}"#, "inside of `hits`"),
        (r#"{"error":null,"rows":{"a":1}}"#, "inside of `rows`"),
    ] {
        let error = list_in(raw(json), &["rows"]).unwrap_err().to_string();
        assert!(error.contains(named), "{json}: {error}");
    }
    // What cannot hold rows hides none.
    for (json, items) in [
        (r#"{"visitor":{"n":1},"hits":[]}"#, 0),
        (r#"{"visitor":{"n":1,"place":{"n":1}},"hits":[1]}"#, 1),
        (r#"{"rows":{},"hits":[1]}"#, 1),
        (r#"{"rows":null,"visitor":{"n":1}}"#, 0),
    ] {
        let found = list_in(raw(json), &["rows"]).unwrap();
        assert_eq!(found.items.len(), items, "{json}");
    }
}

#[test]
fn answers_about_visitors_and_logs_without_rows_are_empty() {
    for json in [r#"{"hits":null,"hasMore":false}"#, r#"{"visitor":{"n":1},"hits":null}"#, "null"] {
        assert!(ExplorerVisitor::from_json(json).unwrap().rows().unwrap().is_empty(), "{json}");
        assert!(LogAnswer::from_json(json).unwrap().rows().unwrap().is_empty(), "{json}");
    }
}

proptest! {
    /// Whatever is around the list, every item and every other member keeps its text.
    #[test]
    fn nothing_is_lost(
        items in prop::collection::vec("-?[1-9][0-9]{0,20}(\\.[0-9]{1,5})?", 0..6),
        before in prop::collection::vec("[a-z]{1,4}", 0..4),
        after in prop::collection::vec("[a-z]{1,4}", 0..4),
    ) {
        let member = |(n, name): (usize, &String)| format!("\"{name}{n}\": {n}.50");
        let mut text: Vec<String> = before.iter().enumerate().map(member).collect();
        text.push(format!("\"The list\": [{}]", items.join(" , ")));
        text.extend(after.iter().enumerate().map(member));
        let json = format!("{{ {} }}", text.join(" , "));
        let found = list_in(raw(&json), &[]).unwrap();
        prop_assert_eq!(found.name.as_deref(), Some("The list"));
        let mut again: Vec<String> =
            found.beside.iter().map(|(name, value)| format!("\"{name}\": {value}")).collect();
        let list: Vec<&str> = found.items.iter().map(|item| item.get()).collect();
        again.insert(before.len(), format!("\"The list\": [{}]", list.join(" , ")));
        prop_assert_eq!(again, text);
    }
}
