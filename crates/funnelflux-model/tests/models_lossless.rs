#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at its first surprise"
)]
//! Every model gives back what it was given, byte for byte: unknown members, unknown values and odd
//! spellings at every level included.

use std::fmt::Write as _;

use funnelflux_model::{
    Document, for_each_model,
    ledger::{Model, TrafficSource},
};
use proptest::{prelude::*, sample::select};
use static_assertions::assert_impl_all;

assert_impl_all!(TrafficSource: Send, Sync, Unpin);
assert_impl_all!(funnelflux_model::ledger::StoredSecret: Send, Sync);
assert_impl_all!(funnelflux_model::domains::DomainRefusal: Send, Sync, std::error::Error);

/// A value of a member: of its kind, of no kind it should be, or an object with more in it.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        select(vec![
            r#""active""#,
            r#""a value of no enumeration""#,
            r#""2nIemJxCKbFX""#,
            r#""""#,
            "null",
            "true",
            "1.50",
            "1e3",
            "12345678901234567890",
            "-0",
            "[]",
            "{}",
            r#""\u0041\ud83d\ude00""#,
        ])
        .prop_map(str::to_owned),
        "[a-z]{0,8}".prop_map(|text| format!("\"{text}\"")),
        "-?[1-9][0-9]{0,25}(\\.[0-9]{1,9})?(e-?[0-9]{1,2})?",
        "[a-z]{1,4}".prop_map(|name| {
            format!(r#"{{ "{name}" : [ {{"unknown":1.50,"status":"odd"}} ], "deep":{{"x":1e3}}}}"#)
        }),
    ]
}

#[derive(Clone, Debug)]
struct Plan {
    values: Vec<String>,
    spaces: Vec<&'static str>,
    unknown: Vec<String>,
}

fn plan() -> impl Strategy<Value = Plan> {
    (
        prop::collection::vec(value(), 1..12),
        prop::collection::vec(select(vec!["", " ", "\n  ", "\t"]), 1..5),
        prop::collection::vec("[A-Z][a-z]{0,6}", 1..4),
    )
        .prop_map(|(values, spaces, unknown)| Plan { values, spaces, unknown })
}

/// An object of this model's members, in an order of its own, with unknown ones between them.
fn object<M: Model>(plan: &Plan) -> String {
    let known = M::MEMBERS.iter().map(|member| member.name.to_owned());
    let mut names: Vec<String> = known.chain(plan.unknown.iter().cloned()).collect();
    let shift = plan.values.len() % names.len();
    names.rotate_left(shift);
    let mut text = String::from("{");
    for (at, name) in names.iter().enumerate() {
        let space = plan.spaces[at % plan.spaces.len()];
        let comma = if at > 0 { "," } else { "" };
        let value = &plan.values[(at + name.len()) % plan.values.len()];
        write!(text, "{comma}{space}\"{name}\":{space}{value}").unwrap();
    }
    text.push_str(plan.spaces[0]);
    text.push('}');
    text
}

fn comes_back<M: Model>(plan: &Plan) {
    let text = object::<M>(plan);
    let model: M = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&model).unwrap(), text);
    let listed: Vec<M> = serde_json::from_str(&format!("[{text}]")).unwrap();
    assert_eq!(serde_json::to_string(&listed).unwrap(), format!("[{text}]"));
}

/// Setting one member by name moves no other, and putting it back leaves no trace.
fn survives_a_change<M: Model>(plan: &Plan) {
    let text = object::<M>(plan);
    let mut model: M = serde_json::from_str(&text).unwrap();
    let name = M::MEMBERS[plan.values[0].len() % M::MEMBERS.len()].name;
    let before: Vec<(String, String)> = members(model.document());
    let old = model.document().get(name).unwrap().to_owned();

    model.document_mut().set(name, "set by this test").unwrap();
    for ((known, value), (_, was)) in members(model.document()).into_iter().zip(before) {
        let expected = if known == name { "\"set by this test\"".to_owned() } else { was };
        assert_eq!(value, expected, "{known}");
    }
    model.document_mut().set(name, &old).unwrap();
    assert_eq!(model.document().text(), text);
    assert!(!model.document().is_changed());
}

fn members(document: &Document) -> Vec<(String, String)> {
    document.members().map(|(name, value)| (name.into_owned(), value.get().to_owned())).collect()
}

fn names_each_member_once<M: Model>() {
    for (at, member) in M::MEMBERS.iter().enumerate() {
        assert!(M::MEMBERS[..at].iter().all(|other| other.name != member.name));
        assert!(!member.source.is_empty() && !member.meaning.is_empty());
    }
    assert!(!M::MEMBERS.is_empty());
}

fn shows_no_value<M: Model>(plan: &Plan) {
    let model: M = serde_json::from_str(&object::<M>(plan)).unwrap();
    let mut marked = model.clone();
    for member in M::MEMBERS {
        marked.document_mut().set(member.name, "hunter2").unwrap();
    }
    assert!(!format!("{marked:?}").contains("hunter2"));
}

#[test]
fn the_tables_of_members_are_sound() {
    for_each_model!(names_each_member_once());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_model_gives_back_what_it_was_given(plan in plan()) {
        for_each_model!(comes_back(&plan));
    }

    #[test]
    fn every_model_survives_a_change_elsewhere(plan in plan()) {
        for_each_model!(survives_a_change(&plan));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn no_model_shows_values_when_it_is_debugged(plan in plan()) {
        for_each_model!(shows_no_value(&plan));
    }
}
