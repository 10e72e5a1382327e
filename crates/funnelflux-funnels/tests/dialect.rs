//! What a dialect learns from funnels.

use funnelflux_funnels::{Account, FunnelDialect, FunnelExt as _, NodeKind, Scale};
use funnelflux_model::ledger::Funnel;
use serde_json::json;

/// A hand-made funnel of an account whose words are all others than the shipped ones.
#[cfg(test)]
fn foreign() -> Funnel {
    let node = |id: &str, word: &str, object: &str, params: serde_json::Value, x: u32| json!({ "idNode": format!("{id:0>12}"), "nodeName": id, "nodeType": word, object: params, "posX": x, "posY": 100 + 10 * u32::from(id.as_bytes()[0]) });
    let way = |id: &str, source: &str, target: &str, object: &str, params: serde_json::Value| {
        json!({ "idConnection": format!("{id:0>12}"), "idSourceNode": format!("{source:0>12}"),
            "idTargetNode": format!("{target:0>12}"), object: params })
    };
    let id = |name: &str| format!("{name:0>12}");
    let wire = json!({
        "idFunnel": id("f"), "funnelName": "By hand", "idFunnelGroup": id("g"),
        "nodes": [
            node("r", "trafficEntrance", "nodeRotatorParams", json!({"rotatorType": "random"}), 100),
            node("s", "percentSplitter", "nodeRotatorParams", json!({"rotatorType": "random"}), 300),
            node("a", "landerPageGroup", "nodeGroupParams", json!({"idPageGroup": id("p1")}), 500),
            node("o", "offerPageGroup", "nodeGroupParams", json!({"idPageGroup": id("p2")}), 700),
            node("m", "decision", "nodeMiddlewareRefParams", json!({"idMiddlewareConfig": id("m1")}), 700),
            node("l", "goScript", "nodeScript", json!({"idLogicScript": id("l1")}), 700),
            node("u", "redirect", "nodeRedirect", json!({"url": "https://example.com/"}), 900),
        ],
        "connections": [
            way("k1", "r", "s", "connectionRotatorParams", json!({"share": 100})),
            way("k2", "s", "a", "connectionRotatorParams", json!({"share": 60})),
            way("k3", "s", "l", "connectionRotatorParams", json!({"share": 40})),
            way("k4", "a", "o", "connectionActionParams", json!({"actionNo": 1})),
            way("k5", "o", "m", "connectionActionParams", json!({"actionNo": 1})),
            way("k6", "m", "u", "connectionMiddlewareParams", json!({"onRouteId": "default"})),
            way("k7", "l", "u", "connectionLogicParams", json!({"onRouteKeys": ["default"]})),
        ],
    });
    serde_json::from_value(wire).unwrap()
}

#[test]
fn one_hand_made_funnel_settles_its_kinds() {
    let (dialect, lesson) = FunnelDialect::shipped().learn_from(&[foreign()]);
    assert_eq!(lesson.unlearned, [], "{lesson:?}");
    for (kind, node_type, object, exit) in [
        (NodeKind::Root, "trafficEntrance", "nodeRotatorParams", "connectionRotatorParams"),
        (NodeKind::Rotator, "percentSplitter", "nodeRotatorParams", "connectionRotatorParams"),
        (NodeKind::LanderGroup, "landerPageGroup", "nodeGroupParams", "connectionActionParams"),
        (NodeKind::OfferGroup, "offerPageGroup", "nodeGroupParams", "connectionActionParams"),
        (NodeKind::Middleware, "decision", "nodeMiddlewareRefParams", "connectionMiddlewareParams"),
        (NodeKind::Logic, "goScript", "nodeScript", "connectionLogicParams"),
    ] {
        let words = dialect.words(kind);
        let first =
            [&words.types, &words.objects, &words.exits].map(|words| words[0].text.as_str());
        assert_eq!(first, [node_type, object, exit], "{kind}");
        assert!(dialect.is_settled(kind), "{kind}: {words:?}");
    }
    assert_eq!(dialect.words(NodeKind::ExternalUrl).types[0].text, "redirect");
    assert_eq!(dialect.words(NodeKind::Rotator).triggers[0].text, "share");
    assert_eq!(dialect.words(NodeKind::LanderGroup).triggers[0].text, "actionNo");
    assert_eq!(dialect.scale(), Scale::Canvas);
    assert_eq!(dialect.weight_sums(), [rust_decimal::Decimal::ONE_HUNDRED]);
    // What was never shown stays a guess.
    assert!(!dialect.is_settled(NodeKind::Webhook));
}

#[test]
fn the_learned_dialect_checks_builds_and_reads_back() {
    let dialect = FunnelDialect::learn(&[foreign()]);
    let report = foreign().check_in(&dialect, &Account::offline());
    assert_eq!(report.findings, [], "{report:?}");
    let unknown = foreign().check(&Account::offline());
    assert!(unknown.findings.iter().any(|it| it.rule.code == "FF070"), "{unknown:?}");

    let mut new = Funnel::builder_in(dialect.clone(), "New", "2n5JuOKWLTzd".parse().unwrap());
    let traffic = new.root("Traffic");
    let lander = new.lander_group("Landers", "11J2nnR5gqw2".parse().unwrap());
    let end = new.external_url("End", "https://example.com/");
    new.split(traffic, &[(lander, 1)]).on_action(lander, 1, end);
    let funnel = new.finish().unwrap();
    let text = serde_json::to_string(&funnel).unwrap();
    for word in
        ["trafficEntrance", "landerPageGroup", "nodeGroupParams", "\"share\":100", "\"actionNo\":1"]
    {
        assert!(text.contains(word), "{word}: {text}");
    }
    let back: Funnel = serde_json::from_str(&text).unwrap();
    assert_eq!(back, funnel);
    assert_eq!(back.check_in(&dialect, &Account::offline()).findings, []);
}

#[test]
fn what_is_ambiguous_is_not_taken_over() {
    let wire = json!({ "nodes": [
        { "idNode": "0XJbzUwQYEWa", "nodeType": "block7", "nodePageGroupParams": { "idPageGroup": "11J2nnR5gqw2" } },
        { "idNode": "0XJbzUwQYEWb", "nodeType": "robot", "nodeRobotParams": { "prompt": "x" } },
    ], "connections": [] });
    let funnel: Funnel = serde_json::from_value(wire).unwrap();
    let (dialect, lesson) = FunnelDialect::shipped().learn_from(&[funnel]);
    assert_eq!(dialect, FunnelDialect::shipped());
    let candidates: Vec<_> = lesson.unlearned.iter().map(|it| it.candidates.clone()).collect();
    assert_eq!(candidates, [vec![NodeKind::LanderGroup, NodeKind::OfferGroup], vec![]]);
}

#[test]
fn learning_the_shipped_words_settles_them_without_another_change() {
    let wire = json!({ "nodes": [
        { "idNode": "0XJbzUwQYEWa", "nodeType": "root", "nodeRotatorParams": { "rotatorType": "random" }, "posX": 0.5, "posY": 0.1 },
    ], "connections": [] });
    let dialect = FunnelDialect::learn(&[serde_json::from_value(wire).unwrap()]);
    let words = dialect.words(NodeKind::Root);
    assert_eq!((words.types.len(), words.types[0].seen, words.types[0].is_guess()), (1, 1, false));
    assert_eq!(dialect.scale(), Scale::Unit);
}

#[test]
fn a_traffic_node_of_the_type_of_a_rotator_is_the_one_that_no_way_leads_to() {
    let rotator = |id: &str, x: f64| json!({ "idNode": id, "nodeType": "rotator", "nodeRotatorParams": {}, "posX": x, "posY": x });
    let wire = json!({ "nodes": [rotator("0XJbzUwQYEWa", 0.1), rotator("0XJbzUwQYEWb", 0.2)], "connections": [
        { "idConnection": "11J2nnR5gqw2", "idSourceNode": "0XJbzUwQYEWa", "idTargetNode": "0XJbzUwQYEWb",
          "connectionRotatorParams": { "weight": 1 } } ] });
    let funnel: Funnel = serde_json::from_value(wire).unwrap();
    let dialect = FunnelDialect::shipped().with_type(NodeKind::Root, "rotator");
    let kinds: Vec<NodeKind> =
        funnel.graph_in(&dialect).nodes.iter().map(|node| node.kind).collect();
    assert_eq!(kinds, [NodeKind::Root, NodeKind::Rotator]);
}
