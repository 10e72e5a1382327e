//! What a dialect learns from funnels.

use std::collections::BTreeSet;

use funnelflux_funnels::{Account, FunnelDialect, FunnelExt as _, NodeKind, NodePart, Scale};
use funnelflux_model::ledger::Funnel;
use proptest::prelude::*;
use proptest::sample::subsequence;
use serde_json::{Value, json};

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
fn a_word_that_the_account_has_otherwise_is_found_once_funnels_have_shown_it() {
    let ours = json!({ "idFunnel": "000000000fun", "nodes": [
        { "idNode": "000000000n01", "nodeType": "root" },
        { "idNode": "000000000n02", "nodeType": "lander", "nodePageParams": { "idPage": "000000000pag" } },
        { "idNode": "000000000n03", "nodeType": "visitorTag", "nodeVisitorTagParams": { "tags": ["a"] } },
    ], "connections": [
        { "idConnection": "000000000c01", "idSourceNode": "000000000n01", "idTargetNode": "000000000n02",
          "connectionRotatorParams": { "weight": 1 } },
        { "idConnection": "000000000c02", "idSourceNode": "000000000n02", "idTargetNode": "000000000n03",
          "connectionPageParams": { "onActionNumber": 1 } },
    ] });
    let ours: Funnel = serde_json::from_value(ours).unwrap();
    let found = |dialect: &FunnelDialect| -> Vec<String> {
        let findings = ours.check_in(dialect, &Account::offline()).findings;
        findings.into_iter().filter(|it| it.rule.code == "FF073").map(|it| it.place).collect()
    };
    let shipped = FunnelDialect::shipped;
    assert_eq!(found(&shipped()), [""; 0]);
    for (kind, part, word, place) in [
        (NodeKind::Root, NodePart::Type, "trafficEntrance", "nodes[0].nodeType"),
        (NodeKind::Lander, NodePart::Type, "landingStep", "nodes[1].nodeType"),
        (NodeKind::Lander, NodePart::Object, "stepParams", "nodes[1].nodePageParams"),
        (
            NodeKind::Root,
            NodePart::Exit,
            "entranceWay",
            "connections[0].connectionRotatorParams.weight",
        ),
        (
            NodeKind::Root,
            NodePart::Trigger,
            "share",
            "connections[0].connectionRotatorParams.weight",
        ),
        (
            NodeKind::Lander,
            NodePart::Trigger,
            "action",
            "connections[1].connectionPageParams.onActionNumber",
        ),
        // Of another kind, or the word that the funnel has.
        (NodeKind::Offer, NodePart::Object, "stepParams", ""),
        (NodeKind::Rotator, NodePart::Type, "fork", ""),
        (NodeKind::Lander, NodePart::Type, "lander", ""),
    ] {
        let dialect = shipped().with_word(kind, part, word);
        let expected: Vec<&str> = [place].into_iter().filter(|it| !it.is_empty()).collect();
        assert_eq!(found(&dialect), expected, "{kind} {part:?} {word}");
        if let [_] = expected.as_slice() {
            // Both are in use.
            let own = ours.graph_in(&dialect);
            let (dialect, _) = dialect.learn_from(std::slice::from_ref(&ours));
            assert_eq!(own.nodes.len(), 3);
            assert_eq!(found(&dialect), [""; 0], "{kind} {part:?} {word}");
        }
    }
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
fn what_weights_sum_to_is_learned_beside_other_numbers() {
    for (params, sums) in [
        (json!({"weight": 50}), vec![rust_decimal::Decimal::ONE_HUNDRED]),
        (json!({"order": 7, "weight": 50}), vec![rust_decimal::Decimal::ONE_HUNDRED]),
        (json!({"weight": 0.5, "views": 1, "color": 2}), vec![rust_decimal::Decimal::ONE]),
        (json!({"weight": 3, "order": 1}), Vec::new()),
        // Of two unknown numbers, either may be the weight.
        (json!({"part": 50, "order": 7}), FunnelDialect::shipped().weight_sums().to_vec()),
    ] {
        let way = |id: &str| {
            json!({"idConnection": id, "idSourceNode": "0XJbzUwQYEWa", "idTargetNode": id,
                "connectionRotatorParams": params})
        };
        let funnel = json!({
            "nodes": [{"idNode": "0XJbzUwQYEWa", "nodeType": "root", "nodeRotatorParams": {}}],
            "connections": [way("0XJbzUwQYEWb"), way("0XJbzUwQYEWc")],
        });
        let dialect = FunnelDialect::learn(&[serde_json::from_value(funnel).unwrap()]);
        assert_eq!(dialect.weight_sums(), sums, "{params}");
    }
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
    let dialect = FunnelDialect::shipped().with_word(NodeKind::Root, NodePart::Type, "rotator");
    let kinds: Vec<NodeKind> =
        funnel.graph_in(&dialect).nodes.iter().map(|node| node.kind).collect();
    assert_eq!(kinds, [NodeKind::Root, NodeKind::Rotator]);
}

/// A funnel whose one lander is spelled so, with these members.
#[cfg(test)]
fn page(node_type: &str, object: &str, params: &Value, x: f64) -> Funnel {
    let wire = json!({ "nodes": [
        { "idNode": "0XJbzUwQYEWa", "nodeType": "root", "nodeRotatorParams": { "rotatorType": "random" }, "posX": x, "posY": 0 },
        { "idNode": "0XJbzUwQYEWb", "nodeName": "Mine", "nodeType": node_type, object: params, "posX": x, "posY": 0 } ],
      "connections": [ { "idConnection": "11J2nnR5gqw2", "idSourceNode": "0XJbzUwQYEWa",
        "idTargetNode": "0XJbzUwQYEWb", "labelLocation": 0.5, "connectionRotatorParams": { "weight": 1 } } ] });
    serde_json::from_value(wire).unwrap()
}

#[cfg(test)]
fn built(dialect: &FunnelDialect) -> Result<Value, String> {
    let dialect = (dialect.clone())
        .with_word(NodeKind::Lander, NodePart::Exit, "connectionPageParams")
        .with_word(NodeKind::Lander, NodePart::Trigger, "onActionNumber");
    let mut new = Funnel::builder_in(dialect, "New", "2n5JuOKWLTzd".parse().unwrap());
    let traffic = new.root("Traffic");
    let lander = new.lander("Lander", "11J2nnR5gqw2".parse().unwrap());
    new.split(traffic, &[(lander, 1)]);
    let funnel = new.finish().map_err(|error| error.to_string())?;
    Ok(serde_json::from_str(&serde_json::to_string(&funnel).unwrap()).unwrap())
}

#[test]
fn what_the_app_fills_in_is_written_and_what_a_person_wrote_is_not() {
    let params = json!({ "idPage": "11J2nnR5gqw2", "openIn": "", "tokens": [], "isOpen": true,
        "notes": "my own", "bid": 12.5, "style": { "color": "red" }, "idTheme": "1S1iAMoJhuOh" });
    let dialect = FunnelDialect::learn(&[page("lander", "nodePageParams", &params, 0.5)]);
    let params: BTreeSet<&str> =
        dialect.words(NodeKind::Lander).defaults.iter().map(|it| it.member.as_str()).collect();
    assert_eq!(params, BTreeSet::from(["object.isOpen", "object.openIn", "object.tokens"]));
    let funnel = built(&dialect).unwrap();
    let node = &funnel["nodes"][1];
    let page = json!({ "idPage": "11J2nnR5gqw2", "openIn": "", "tokens": [], "isOpen": true });
    assert_eq!(node["nodePageParams"], page, "{node:#}");
    assert_eq!(funnel["nodes"][0]["nodeRotatorParams"], json!({ "rotatorType": "random" }));
    assert_eq!(funnel["connections"][0]["labelLocation"], json!(0.5));
}

#[test]
fn a_default_that_some_nodes_lack_or_change_is_none() {
    let params = |open: Value| json!({ "idPage": "11J2nnR5gqw2", "isOpen": open, "a": 0 });
    let funnels = [
        page("lander", "nodePageParams", &params(json!(true)), 0.5),
        page("lander", "nodePageParams", &params(json!(false)), 0.5),
    ];
    let (dialect, lesson) = FunnelDialect::shipped().learn_from(&funnels);
    let defaults = &dialect.words(NodeKind::Lander).defaults;
    assert_eq!(
        defaults.iter().map(|it| (&*it.member, it.seen)).collect::<Vec<_>>(),
        [("object.a", 2)]
    );
    assert_eq!(lesson.varied, [(NodeKind::Lander, "object.isOpen".to_owned())]);
}

#[test]
fn a_dialect_outlives_its_way_through_facts() {
    let learned = FunnelDialect::learn(&[foreign()]);
    let facts = learned.facts();
    let texts = facts.iter().map(|it| (it.kind, &*it.part, &*it.is, u64::from(it.seen)));
    assert_eq!(FunnelDialect::shipped().with_facts(texts), learned);
    assert_eq!(FunnelDialect::shipped().facts(), []);
}

#[test]
fn an_own_word_settles_nodes_that_are_told_apart_by_it_alone() {
    let split = json!({ "nodes": [
        { "idNode": "0XJbzUwQYEWa", "nodeType": "in", "split": { "by": 1 }, "posX": 1, "posY": 1 },
        { "idNode": "0XJbzUwQYEWb", "nodeType": "fork", "forkInto": { "by": 1 }, "posX": 2, "posY": 1 } ],
      "connections": [ { "idConnection": "11J2nnR5gqw2", "idSourceNode": "0XJbzUwQYEWa",
        "idTargetNode": "0XJbzUwQYEWb", "share": { "part": 100 } },
        { "idConnection": "11J2nnR5gqw3", "idSourceNode": "0XJbzUwQYEWb",
        "idTargetNode": "0XJbzUwQYEWb", "portion": { "part": 100 } } ] });
    // The entrance is the traffic node; what it shares with the rotator tells that one in the next turn.
    let (dialect, lesson) =
        FunnelDialect::shipped().learn_from(&[serde_json::from_value(split).unwrap()]);
    assert_eq!(lesson.unlearned, []);
    for (kind, word) in [(NodeKind::Root, "in"), (NodeKind::Rotator, "fork")] {
        assert_eq!(dialect.words(kind).types[0].text, word);
    }
    assert_eq!(dialect.words(NodeKind::Root).triggers[0].text, "part");
    assert_eq!(dialect.words(NodeKind::Rotator).objects[0].text, "forkInto");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Weights of any size and form are read, summed and learned without a panic, and a sum that is not the
    /// whole is found.
    #[test]
    fn weights_beyond_all_measure_are_found_and_teach_nothing(
        weights in prop::collection::vec(prop_oneof![
            Just(json!("79228162514264337593543950335")), Just(json!(1e28)), Just(json!(-1e-28)),
            Just(json!("x")), any::<f64>().prop_map(|it| json!(it)), (200..u64::MAX).prop_map(|it| json!(it)),
        ], 2..5),
    ) {
        let ends: Vec<String> = (0..weights.len()).map(|at| format!("0XJbzUwQYE0{at}")).collect();
        let page = |id: &String| json!({ "idNode": id, "nodeType": "lander",
            "nodePageParams": { "idPage": "11J2nnR5gqw2" } });
        let mut nodes = vec![json!({ "idNode": "0XJbzUwQYEWa", "nodeType": "root", "nodeRotatorParams": {} })];
        nodes.extend(ends.iter().map(page));
        let way = |(id, weight): (&String, &Value)| json!({ "idConnection": id, "idTargetNode": id,
            "idSourceNode": "0XJbzUwQYEWa", "connectionRotatorParams": { "weight": weight } });
        let ways: Vec<Value> = ends.iter().zip(&weights).map(way).collect();
        let funnel: Funnel = serde_json::from_value(json!({ "nodes": nodes, "connections": ways })).unwrap();
        let report = funnel.check(&Account::offline());
        let is_of_weights = |code: &str| ["FF020", "FF021", "FF022", "FF023", "FF024"].contains(&code);
        prop_assert!(report.findings.iter().any(|it| is_of_weights(it.rule.code)), "{:?}", report);
        let (dialect, _) = FunnelDialect::shipped().learn_from(&[funnel]);
        prop_assert!(dialect.weight_sums() != [rust_decimal::Decimal::ONE_HUNDRED]);
    }

    /// Whatever contradicts is shown and refused, in every order and number; nothing is averaged.
    #[test]
    fn funnels_that_contradict_each_other_are_shown_and_never_averaged(
        counts in prop::collection::vec(1_usize..4, 2..4), seed in any::<u64>(),
        scales in subsequence(vec![0.25, 300.0], 1..=2),
    ) {
        let types = ["landing", "landerPage", "preLander", "lander"];
        let params = json!({ "idPage": "11J2nnR5gqw2" });
        let (mut funnels, mut used): (Vec<Funnel>, BTreeSet<bool>) = Default::default();
        for (count, node_type) in counts.iter().zip(types) {
            for at in 0..*count {
                let x = scales[(at + funnels.len()) % scales.len()];
                used.insert(x > 1.0);
                funnels.push(page(node_type, "nodePageParams", &params, x));
            }
        }
        let mut order: Vec<usize> = (0..funnels.len()).collect();
        order.sort_by_key(|at| (seed >> (at % 60)) & 3);
        let shuffled: Vec<Funnel> = order.into_iter().map(|at| funnels[at].clone()).collect();
        let (dialect, lesson) = FunnelDialect::shipped().learn_from(&shuffled);
        let told = lesson.contradictions.join("\n");
        for (count, node_type) in counts.iter().zip(types) {
            let word = format!("`{node_type}` ({count}×)");
            prop_assert!(told.contains(&word), "{word}: {told}");
            // All are read.
            prop_assert_eq!(dialect.kind_of(node_type, []), NodeKind::Lander);
        }
        prop_assert_eq!(told.contains("positions are shares"), used.len() == 2, "{}", told);
        let position = dialect.facts().into_iter().find(|it| it.part == "positions");
        prop_assert_eq!(position.is_none(), used.len() == 2);
        let refused = built(&dialect).unwrap_err();
        prop_assert!(refused.contains("contradict each other"), "{}", refused);
        // One of them, told to be followed, is.
        let (dialect, lesson) = dialect.like(&funnels[..1]);
        prop_assert_eq!(&lesson.contradictions, &Vec::<String>::new());
        prop_assert_eq!(&dialect.words(NodeKind::Lander).types[0].text, types[0]);
        prop_assert_eq!(dialect.kind_of(types[1], []), NodeKind::Lander);
    }
}
