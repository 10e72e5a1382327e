//! Random sound graphs stay sound, and each random single defect is found.
#![cfg(feature = "logic")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

#[cfg(test)]
mod support;

use std::collections::BTreeSet;

use funnelflux_funnels::FunnelExt as _;
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{account, add_node, add_way, funnel, id, plain};

/// The kinds of the nodes between the traffic node and the end, each with how it is left.
const KINDS: [&str; 9] = [
    "rotator",
    "lander l1",
    "offer o1",
    "lander-group gl",
    "condition cyes",
    "middleware m1",
    "logic s1",
    "webhook w1",
    "visitor-tag buyer",
];

/// A sound funnel: each node leads to nodes after it, so that there is no circle and no dead end.
#[cfg(test)]
fn sound(kinds: &[usize], jumps: &[usize]) -> Value {
    let mut wire = plain();
    add_node(&mut wire, "n0 root");
    for (at, kind) in kinds.iter().enumerate() {
        add_node(&mut wire, &format!("n{} {}", at + 1, KINDS[kind % KINDS.len()]));
    }
    let last = kinds.len() + 1;
    add_node(&mut wire, &format!("n{last} external-url https://example.com/"));
    for (at, node) in wire["nodes"].as_array_mut().unwrap().iter_mut().enumerate() {
        node["posX"] = json!(at as f64 / 100.0);
    }
    let mut jumps = jumps.iter().copied().cycle();
    for at in 0..last {
        // The first way leads to the next node, so that each is reached.
        let mut to = |first: bool| match first {
            true => at + 1,
            false => at + 1 + jumps.next().unwrap() % (last - at),
        };
        let whens: &[&str] = match wire["nodes"][at]["nodeType"].as_str().unwrap() {
            "root" | "rotator" => &["0.25", "0.75"],
            "lander" | "offer" | "landerGroup" => &["1", "2"],
            "condition" => &["ifYes", "ifNo"],
            "middleware" => &["approved", "rejected", "default"],
            "logic" => &["us", "tier_one", "default"],
            _ => &[""],
        };
        let mut targets = BTreeSet::new();
        let ways: Vec<(usize, &str)> =
            whens.iter().enumerate().map(|(way, when)| (to(way == 0), *when)).collect();
        let is_split = whens[0] == "0.25";
        for (target, when) in &ways {
            // Two ways of a rotator to one target are one.
            let is_one = is_split && ways.iter().all(|(other, _)| other == target);
            if !is_split || targets.insert(*target) {
                let when = if is_one { "1" } else { when };
                add_way(&mut wire, format!("n{at}>n{target} {when}").trim_end());
            }
        }
    }
    wire
}

/// A defect: changes the funnel and says which codes tell it.
type Defect = (&'static str, fn(&mut Value, usize) -> bool, &'static [&'static str]);

#[cfg(test)]
fn nth<'v>(wire: &'v mut Value, list: &str, at: usize) -> &'v mut Value {
    let items = wire[list].as_array_mut().unwrap();
    let count = items.len();
    &mut items[at % count]
}

#[cfg(test)]
fn of_type<'v>(wire: &'v mut Value, types: &[&str], at: usize) -> Option<&'v mut Value> {
    let nodes = wire["nodes"].as_array_mut().unwrap().iter_mut();
    let mut found: Vec<&mut Value> = nodes
        .filter(|node| types.contains(&node["nodeType"].as_str().unwrap_or_default()))
        .collect();
    match found.len() {
        0 => None,
        count => Some(found.swap_remove(at % count)),
    }
}

#[cfg(test)]
fn with(wire: &mut Value, object: &str, at: usize, change: impl FnOnce(&mut Value)) -> bool {
    let ways = wire["connections"].as_array_mut().unwrap().iter_mut();
    let mut found: Vec<&mut Value> = ways.filter(|way| way[object].is_object()).collect();
    let count = found.len();
    if count > 0 {
        change(&mut found.swap_remove(at % count)[object]);
    }
    count > 0
}

const DEFECTS: &[Defect] = &[
    (
        "to nowhere",
        |w, at| {
            nth(w, "connections", at)["idTargetNode"] = json!(id("gone"));
            true
        },
        &["FF005"],
    ),
    (
        "from nowhere",
        |w, at| {
            nth(w, "connections", at)["idSourceNode"] = json!(id("gone"));
            true
        },
        &["FF004"],
    ),
    (
        "to the traffic node",
        |w, at| {
            let way = nth(w, "connections", at);
            way["idTargetNode"] = json!(id("n0"));
            way["idSourceNode"] != json!(id("n0"))
        },
        &["FF003"],
    ),
    (
        "to itself",
        |w, at| {
            let way = nth(w, "connections", at);
            way["idTargetNode"] = way["idSourceNode"].clone();
            true
        },
        &["FF006"],
    ),
    (
        "a bad node id",
        |w, at| {
            nth(w, "nodes", at)["idNode"] = json!("short");
            true
        },
        &["FF016"],
    ),
    (
        "a bad connection id",
        |w, at| {
            nth(w, "connections", at)["idConnection"] = json!(7);
            true
        },
        &["FF016"],
    ),
    (
        "of another funnel",
        |w, at| {
            nth(w, "nodes", at)["idFunnel"] = json!(id("elsewhere"));
            true
        },
        &["FF018"],
    ),
    (
        "an unknown type",
        |w, at| {
            nth(w, "nodes", at)["nodeType"] = json!("teleport");
            true
        },
        &["FF070"],
    ),
    (
        "no position",
        |w, at| {
            nth(w, "nodes", at)["posX"] = json!(null);
            true
        },
        &["FF080"],
    ),
    (
        "off the canvas",
        |w, at| {
            nth(w, "nodes", at)["posY"] = json!(1.5);
            true
        },
        &["FF081"],
    ),
    (
        "a text for a node",
        |w, at| {
            *nth(w, "nodes", at) = json!("node");
            true
        },
        &["FF017"],
    ),
    (
        "a weight too much",
        |w, at| with(w, "connectionRotatorParams", at, |it| it["weight"] = json!(0.9)),
        &["FF023"],
    ),
    (
        "a negative weight",
        |w, at| with(w, "connectionRotatorParams", at, |it| it["weight"] = json!(-0.25)),
        &["FF021"],
    ),
    ("no weight", |w, at| with(w, "connectionRotatorParams", at, |it| *it = json!({})), &["FF020"]),
    (
        "action 65",
        |w, at| with(w, "connectionPageParams", at, |it| it["onActionNumber"] = json!(65)),
        &["FF030"],
    ),
    (
        "an unknown route",
        |w, at| with(w, "connectionMiddlewareParams", at, |it| it["onRouteId"] = json!("aproved")),
        &["FF042"],
    ),
    (
        "no route",
        |w, at| with(w, "connectionMiddlewareParams", at, |it| *it = json!({})),
        &["FF040"],
    ),
    (
        "an unknown outcome",
        |w, at| with(w, "connectionConditionParams", at, |it| it["onRouteId"] = json!("maybe")),
        &["FF042"],
    ),
    (
        "a bad key",
        |w, at| with(w, "connectionLogicParams", at, |it| it["onRouteKeys"] = json!(["US"])),
        &["FF050"],
    ),
    (
        "a key of no return",
        |w, at| with(w, "connectionLogicParams", at, |it| it["onRouteKeys"] = json!(["eu"])),
        &["FF052"],
    ),
    (
        "a page that is gone",
        |w, at| {
            of_type(w, &["lander", "offer"], at)
                .map(|it| it["nodePageParams"]["idPage"] = json!(id("nothing")))
                .is_some()
        },
        &["FF060"],
    ),
    (
        "a page of the other kind",
        |w, at| {
            of_type(w, &["offer"], at)
                .map(|it| it["nodePageParams"]["idPage"] = json!(id("l1")))
                .is_some()
        },
        &["FF062"],
    ),
    (
        "no reference",
        |w, at| {
            of_type(w, &["condition"], at).map(|it| it["nodeConditionParams"] = json!({})).is_some()
        },
        &["FF063"],
    ),
    (
        "no parameters",
        |w, at| {
            of_type(w, &["webhook"], at)
                .map(|it| it["nodeWebhookRefParams"] = json!(null))
                .is_some()
        },
        &["FF071"],
    ),
    (
        "a bad address",
        |w, at| {
            of_type(w, &["externalUrl"], at)
                .map(|it| it["nodeExternalUrlParams"]["url"] = json!("nowhere"))
                .is_some()
        },
        &["FF090"],
    ),
    (
        "no way out",
        |w, at| {
            let Some(gone) =
                of_type(w, &["webhook", "visitorTag"], at).map(|it| it["idNode"].clone())
            else {
                return false;
            };
            w["connections"].as_array_mut().unwrap().retain(|way| way["idSourceNode"] != gone);
            true
        },
        &["FF010"],
    ),
    (
        "no group",
        |w, _| {
            w["idFunnelGroup"] = json!("");
            true
        },
        &["FF100"],
    ),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn random_sound_graphs_are_sound(
        kinds in prop::collection::vec(0_usize..9, 0..24),
        jumps in prop::collection::vec(0_usize..24, 1..40),
    ) {
        let wire = sound(&kinds, &jumps);
        let report = funnel(&wire).check(&account());
        prop_assert!(report.findings.is_empty(), "{:#?} of {}", report.findings, wire);
    }

    #[test]
    fn each_random_single_defect_is_found(
        kinds in prop::collection::vec(0_usize..9, 1..24),
        jumps in prop::collection::vec(0_usize..24, 1..40),
        defect in 0..DEFECTS.len(),
        at in 0_usize..1000,
    ) {
        let mut wire = sound(&kinds, &jumps);
        let (name, make, codes) = DEFECTS[defect];
        prop_assume!(make(&mut wire, at));
        let report = funnel(&wire).check(&account());
        for code in codes {
            prop_assert!(report.findings.iter().any(|it| it.rule.code == *code), "{}: {:?} of {}", name, report.findings, wire);
        }
    }

    #[test]
    fn any_change_of_any_value_is_checked_without_a_panic(
        kinds in prop::collection::vec(0_usize..9, 0..8),
        list in prop::sample::select(vec!["nodes", "connections"]),
        at in 0_usize..100,
        member in prop::sample::select(vec!["idNode", "nodeType", "posX", "idTargetNode", "nodePageParams", "connectionRotatorParams"]),
        value in prop::sample::select(vec![json!(null), json!(1e308), json!(-1), json!([]), json!({}), json!("\u{7}"), json!({"weight": 1e300}), json!({"weight": "79228162514264337593543950335"})]),
    ) {
        let mut wire = sound(&kinds, &[1, 2, 3]);
        nth(&mut wire, list, at)[member] = value;
        let funnel = funnel(&wire);
        funnel.check(&account());
        funnel.graph().layout();
        funnel.edit().finish().ok();
    }
}
