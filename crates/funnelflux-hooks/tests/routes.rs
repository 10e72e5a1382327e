#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at its first surprise"
)]
//! Which route is taken after an answer. The documented rules are known; everything else is said to be unknown.

use funnelflux_hooks::routes::{Answer, Evaluation, Fit, evaluate};
use funnelflux_model::ledger::{
    LedgerAsset as _, MiddlewareConfig, MiddlewareRoute, MiddlewareRouteCondition,
};
use http::{HeaderName, HeaderValue, StatusCode};
use proptest::prelude::*;

/// The recommended set: approved, rejected, review on `body_json.decision`, and default.
fn recommended() -> MiddlewareConfig {
    let mut config = MiddlewareConfig::new("2nIemJxCKbFX".parse().unwrap(), "Check");
    let mut routes = vec![MiddlewareRoute::fallback()];
    for (key, priority) in [("rejected", 2), ("approved", 1), ("review", 3)] {
        let mut route = MiddlewareRoute::new(key, priority);
        route.set_conditions(&[MiddlewareRouteCondition::body_member_is("decision", key)]);
        routes.push(route);
    }
    config.set_routes(&routes);
    config.validate().unwrap();
    config
}

fn config(routes: &str) -> MiddlewareConfig {
    let fallback = r#"{"idRoute":"default","priority":0,"isDefault":true}"#;
    serde_json::from_str(&format!(r#"{{"routes":[{routes},{fallback}]}}"#)).unwrap()
}

fn alone_with_default() -> MiddlewareConfig {
    let mut config = recommended();
    config.set_routes(&[MiddlewareRoute::fallback()]);
    config
}

fn route(key: &str, priority: u8, conditions: &str) -> String {
    format!(
        r#"{{"idRoute":"{key}","priority":{priority},"isDefault":false,"conditions":[{conditions}]}}"#
    )
}

fn is(member: &str, value: &str) -> String {
    format!(r#"{{"path":"body_json.{member}","operator":"is","value":{value}}}"#)
}

/// One route `a` with these conditions, against an answer.
fn one(conditions: &str, answer: &str) -> Evaluation {
    evaluate(&config(&route("a", 1, conditions)), &Answer::json(answer.as_bytes()))
}

fn assert_unknown(evaluation: &Evaluation, possible: &[&str], why: &str) {
    assert_eq!(evaluation.route(), None, "{evaluation}");
    assert_eq!(evaluation.possible(), possible, "{evaluation}");
    assert!(evaluation.to_string().contains(why), "{why} is not in: {evaluation}");
}

#[test]
fn a_route_is_found_by_its_decision_and_every_other_answer_goes_to_the_default() {
    let config = recommended();
    for (body, expected) in [
        (r#"{"decision":"approved"}"#, "approved"),
        (r#"{"decision":"rejected","score":1}"#, "rejected"),
        (r#"{"decision":"\u0072eview"}"#, "review"),
        (r#"{"decision":"other"}"#, "default"),
        (r#"{"decision":null}"#, "default"),
        (r#"{"decision":true}"#, "default"),
        ("{}", "default"),
        ("", "default"),
        (" \n", "default"),
        ("\u{feff}", "default"),
    ] {
        let taken = evaluate(&config, &Answer::json(body.as_bytes()));
        assert_eq!(taken.route(), Some(expected), "{body}: {taken}");
        assert_eq!((taken.possible().len(), taken.doubts().len()), (1, 0), "{body}");
    }
}

#[test]
fn a_failed_delivery_and_a_late_answer_go_to_the_default() {
    let taken = evaluate(&recommended(), &Answer::none());
    assert_eq!(taken.route(), Some("default"));
    assert!(taken.steps().is_empty(), "nothing is tried without an answer");
}

#[test]
fn routes_are_tried_in_ascending_priority_wherever_they_stand() {
    let both = is("x", "1");
    let routes = format!("{},{}", route("late", 9, &both), route("early", 2, &both));
    let taken = evaluate(&config(&routes), &Answer::json(br#"{"x":1}"#));
    assert_eq!(taken.route(), Some("early"));
    let tried: Vec<_> = taken.steps().iter().map(|step| (&*step.key, step.priority)).collect();
    assert_eq!(tried, [("early", Some(2)), ("late", Some(9))]);
}

#[test]
fn an_unknown_route_leaves_those_below_it_possible_and_one_above_it_certain() {
    let strange = r#"{"path":"body_json.x","operator":"contains","value":"1"}"#;
    let routes = |unknown, known| {
        format!("{},{}", route("strange", unknown, strange), route("known", known, &is("x", "1")))
    };
    let answer = Answer::json(br#"{"x":1}"#);
    assert_unknown(
        &evaluate(&config(&routes(1, 2)), &answer),
        &["strange", "known"],
        "the route `strange`: the operator `contains` is unknown; only `is` is documented",
    );
    assert_eq!(evaluate(&config(&routes(2, 1)), &answer).route(), Some("known"));
    assert_unknown(
        &evaluate(&config(&routes(1, 1)), &answer),
        &["strange", "known"],
        "several routes of priority 1 may match",
    );
    let other = evaluate(&config(&routes(1, 2)), &Answer::json(b"{}"));
    assert_eq!(other.possible(), ["strange", "default"]);
}

#[test]
fn what_equality_means_beyond_equal_texts_is_unknown() {
    for (wanted, given, why) in [
        (r#""ok""#, r#""OK""#, "case and white space"),
        (r#""ok""#, r#"" ok""#, "case and white space"),
        (r#""1""#, "1", "other spellings of a number"),
        ("1", "1.0", "other spellings of a number"),
        (r#""true""#, "true", "a text equals a number or boolean"),
        (r#""ok""#, r#"["ok"]"#, "a list or an object"),
        (r#"["ok"]"#, r#""ok""#, "a list or an object"),
        (r#""""#, "null", "a missing member is the empty text"),
    ] {
        let body = format!(r#"{{"d":{given}}}"#);
        assert_unknown(&one(&is("d", wanted), &body), &["a", "default"], why);
    }
    assert_unknown(&one(&is("d", r#""""#), "{}"), &["a", "default"], "the empty text");
    for (wanted, given) in [("1", "1"), ("true", "true"), (r#""ok""#, r#""ok""#)] {
        assert_eq!(one(&is("d", wanted), &format!(r#"{{"d":{given}}}"#)).route(), Some("a"));
    }
    for (wanted, given) in [("1", "2"), ("true", "false"), (r#""1""#, "true")] {
        let taken = one(&is("d", wanted), &format!(r#"{{"d":{given}}}"#));
        assert_eq!(taken.route(), Some("default"));
    }
}

#[test]
fn a_member_that_is_there_twice_or_in_another_case_is_unknown() {
    let wanted = is("d", r#""ok""#);
    assert_unknown(&one(&wanted, r#"{"d":"ok","d":"no"}"#), &["a", "default"], "twice");
    assert_unknown(&one(&wanted, r#"{"D":"ok"}"#), &["a", "default"], "differs in case");
    assert_eq!(one(&wanted, r#"{"d":"ok","D":"no","d":"ok"}"#).route(), Some("a"));
}

#[test]
fn paths_and_parts_that_are_not_documented_are_unknown() {
    for (condition, why) in [
        (r#"{"path":"status","operator":"is","value":"200"}"#, "the path `status`"),
        (r#"{"path":"body_json.a.b","operator":"is","value":"x"}"#, "the path `body_json.a.b`"),
        (r#"{"path":"body_json.","operator":"is","value":"x"}"#, "the path `body_json.`"),
        (r#"{"path":"body_json.d","operator":"Is","value":"x"}"#, "the operator `Is`"),
        (r#"{"field":"body_json.d","operator":"is","value":"x"}"#, "no text `path`"),
        (r#"{"path":"body_json.d","op":"is","value":"x"}"#, "no text `operator`"),
        (r#"{"path":"body_json.d","operator":"is"}"#, "no text `value`"),
        (r#"{"path":"body_json.d","operator":"is","value":"x","not":true}"#, "member `not`"),
        (r#"{"any":[{"path":"body_json.d","operator":"is","value":"x"}]}"#, "member `any`"),
    ] {
        assert_unknown(&one(condition, r#"{"d":"x"}"#), &["a", "default"], why);
    }
}

#[test]
fn several_conditions_are_known_only_where_all_or_any_makes_no_difference() {
    let two = format!("{},{}", is("x", "1"), is("y", "2"));
    assert_eq!(one(&two, r#"{"x":1,"y":2}"#).route(), Some("a"));
    assert_eq!(one(&two, r#"{"x":0,"y":0}"#).route(), Some("default"));
    assert_unknown(&one(&two, r#"{"x":1,"y":0}"#), &["a", "default"], "all or any");
}

#[test]
fn a_route_without_conditions_is_unknown_and_names_what_may_hold_them() {
    assert_unknown(&one("", "{}"), &["a", "default"], "everything or nothing");
    let named = r#"{"idRoute":"a","priority":1,"rules":[{"field":"body_json.d"}],"label":"A"}"#;
    let taken = evaluate(&config(named), &Answer::json(b"{}"));
    assert_unknown(&taken, &["a", "default"], "`rules` may hold them, and a member override");
    let shape = r#"{"idRoute":"a","priority":1,"conditions":{"all":[]}}"#;
    let taken = evaluate(&config(shape), &Answer::json(b"{}"));
    assert_unknown(&taken, &["a", "default"], "an object in place of a list");
}

#[test]
fn texts_beside_conditions_are_ignored_and_named_and_flags_are_not_ignored() {
    let with = |extra: &str| {
        let condition = is("d", r#""x""#).replace('}', r#","idCondition":"1"}"#);
        let route = format!(
            r#"{{"idRoute":"a","priority":1,"conditions":[{condition}],"label":"A",{extra}}}"#
        );
        evaluate(&config(&route), &Answer::json(br#"{"d":"x"}"#))
    };
    let taken = with(r#""note":null"#);
    assert_eq!(taken.route(), Some("a"));
    assert_eq!(taken.steps()[0].ignored, ["idCondition", "label", "note"]);
    assert_unknown(&with(r#""enabled":false"#), &["a", "default"], "its member `enabled`");
}

#[test]
fn an_answer_that_may_count_as_a_failure_is_unknown_unless_both_lead_to_the_default() {
    let config = recommended();
    let body = br#"{"decision":"approved"}"#;
    let marked = [b"\xef\xbb\xbf", &body[..]].concat();
    let json = "application/json";
    for (status, media, body, why) in [
        (500, json, &body[..], "the status 500 counts as a failed delivery"),
        (200, "text/html", body, "content type"),
        (200, "", body, "content type"),
        (200, json, &marked, "byte order mark"),
    ] {
        let taken = evaluate(&config, &answer(status, &[("content-type", media)], body));
        assert_unknown(&taken, &["approved", "default"], why);
        let other = br#"{"decision":"other"}"#;
        let taken = evaluate(&config, &answer(status, &[("content-type", media)], other));
        assert_eq!(taken.route(), Some("default"));
    }
    for json in ["application/json; charset=utf-8", "Application/JSON", "application/problem+json"]
    {
        let headers = [("content-type", json), ("content-encoding", "identity")];
        let taken = evaluate(&config, &answer(201, &headers, body));
        assert_eq!(taken.route(), Some("approved"), "{json}");
    }
}

fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &[u8]) -> Answer {
    let header = |&(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value));
    let headers = headers.iter().filter(|(_, value)| !value.is_empty()).map(header).collect();
    Answer::new(StatusCode::from_u16(status).unwrap(), &headers, body)
}

#[test]
fn an_answer_of_which_it_is_unknown_what_is_read_may_take_every_route() {
    let config = recommended();
    let body = br#"{"decision":"approved"}"#;
    let marked = b"\xef\xbb\xbfapproved";
    for (answer, why) in [
        (
            answer(302, &[("location", "/x"), ("content-type", "application/json")], body),
            "redirect",
        ),
        (answer(302, &[], b""), "redirect"),
        (answer(200, &[("content-encoding", "gzip")], b"\x1f\x8b\x08"), "content encoding"),
        (answer(200, &[("content-encoding", "br")], body), "content encoding"),
        (Answer::too_long(StatusCode::OK), "this length"),
        (Answer::json(b"[1]"), "no JSON object"),
        (Answer::json(b"approved"), "no JSON object"),
        (Answer::json(b"{\"decision\":\"approved\""), "no JSON object"),
        (Answer::json(b"decision=approved"), "no JSON object"),
        (Answer::json(b"{\"decision\":\"\xff\"}"), "no JSON object"),
        (Answer::json(marked), "no JSON object"),
        (answer(500, &[], b"Oops"), "no JSON object"),
    ] {
        let taken = evaluate(&config, &answer);
        assert_unknown(&taken, &["approved", "rejected", "review", "default"], why);
        assert_eq!(taken.doubts().len(), 1, "{taken}");
        assert!(taken.steps().iter().all(|step| step.fit == Fit::Unknown));
        let alone = evaluate(&alone_with_default(), &answer);
        assert_eq!(alone.route(), Some("default"), "there is no other");
    }
}

#[test]
fn a_config_that_breaks_its_rules_is_not_trusted() {
    let none: MiddlewareConfig = serde_json::from_str("{}").unwrap();
    assert_unknown(
        &evaluate(&none, &Answer::json(b"{}")),
        &["default"],
        "0 routes with `isDefault`",
    );
    let shape: MiddlewareConfig = serde_json::from_str(r#"{"routes":"x"}"#).unwrap();
    let taken = evaluate(&shape, &Answer::json(b"{}"));
    assert_unknown(&taken, &["default"], "the routes cannot be read");
    let anywhere = r#"{"idRoute":"a","priority":"first","conditions":[]}"#
        .replace("[]", &format!("[{}]", is("d", "1")));
    let routes = format!("{},{}", route("b", 1, &is("d", "1")), anywhere);
    let taken = evaluate(&config(&routes), &Answer::json(br#"{"d":1}"#));
    assert_unknown(&taken, &["b", "a"], "its priority cannot be read");
}

#[test]
fn neither_debug_nor_display_shows_a_value_of_the_answer() {
    let body = r#"{"decision":"visitor@example.com","D":"203.0.113.7","decision":"hunter2"}"#;
    let answer = Answer::json(body.as_bytes());
    let taken = evaluate(&recommended(), &answer);
    let shown = format!("{answer:?} {taken:?} {taken}");
    for value in ["visitor@", "203.0.113.7", "hunter2"] {
        assert!(!shown.contains(value), "{shown}");
    }
}

fn json() -> impl Strategy<Value = String> {
    let names =
        ["routes", "idRoute", "priority", "isDefault", "conditions", "path", "operator", "d"];
    let texts = ["body_json.d", "is", "x", "X", "default", "", "1", "body_json."];
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|flag| flag.to_string()),
        (0..300_u32).prop_map(|number| number.to_string()),
        prop::sample::select(texts.to_vec()).prop_map(|text| format!("{text:?}")),
    ];
    leaf.prop_recursive(5, 64, 6, move |inner| {
        let member = (prop::sample::select(names.to_vec()), inner.clone());
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(member, 0..6).prop_map(|members| {
                let members: Vec<_> =
                    members.iter().map(|(name, value)| format!("{name:?}:{value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn any_config_and_answer_are_evaluated(routes in json(), body in json(), status in 100..600_u16) {
        let config = serde_json::from_str(&format!(r#"{{"routes":[{routes}]}}"#)).unwrap();
        let taken = evaluate(&config, &answer(status, &[("content-type", "application/json")], body.as_bytes()));
        // At least one route is always possible, and it is known exactly where nothing is in doubt.
        prop_assert!(!taken.possible().is_empty());
        prop_assert_eq!(taken.route().is_some(), taken.doubts().is_empty());
        if let Some(key) = taken.route() {
            prop_assert_eq!(taken.possible(), [key]);
        }
        if taken.steps().iter().all(|step| step.fit == Fit::No) {
            prop_assert_eq!(taken.possible().len(), 1);
        }
    }

    #[test]
    fn a_certain_route_is_the_first_of_which_each_condition_is_an_equal_text(
        wanted in prop::collection::vec("[a-d]", 1..6),
        given in "[a-e]",
    ) {
        let routes: Vec<String> = wanted.iter().enumerate().map(|(at, value)| {
            route(&format!("r{at}"), u8::try_from(at).unwrap() + 1, &is("d", &format!("{value:?}")))
        }).collect();
        let body = format!(r#"{{"d":"{given}"}}"#);
        let taken = evaluate(&config(&routes.join(",")), &Answer::json(body.as_bytes()));
        let first = wanted.iter().position(|value| *value == given);
        let expected = first.map_or("default".to_owned(), |at| format!("r{at}"));
        prop_assert_eq!(taken.route(), Some(&*expected));
    }
}

#[test]
fn the_types_can_be_sent_between_threads() {
    static_assertions::assert_impl_all!(Evaluation: Send, Sync);
    static_assertions::assert_impl_all!(Answer: Send, Sync);
}
