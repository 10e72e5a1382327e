//! Building, changing, comparing and copying funnels.

#[cfg(test)]
mod support;

use std::collections::BTreeSet;

use funnelflux_funnels::{Account, FunnelDialect, FunnelEdit, FunnelExt as _, NodeKind};
use funnelflux_model::Document;
use funnelflux_model::ledger::{Funnel, Model as _};
use support::{cases, id};

#[cfg(test)]
fn any() -> funnelflux_id::AssetId {
    "11J2nnR5gqw2".parse().unwrap()
}

#[cfg(test)]
fn accepting(name: &str) -> FunnelEdit {
    let mut new = Funnel::builder(name, funnelflux_id::Id::from_untyped(any()));
    for kind in NodeKind::ALL.into_iter().filter(|kind| *kind != NodeKind::Ai) {
        new.accept_guess(kind);
    }
    new
}

/// A node of each kind, with the ways out that it has.
#[cfg(test)]
fn one_of_each() -> Funnel {
    let mut new = accepting("Each");
    let any = funnelflux_id::Id::<()>::from_untyped(any()).untyped();
    let traffic = new.root("Traffic");
    let split = new.rotator("Split");
    let lander = new.lander("Lander", funnelflux_id::Id::from_untyped(any));
    let group = new.lander_group("Landers", funnelflux_id::Id::from_untyped(any));
    let condition = new.condition("Condition", funnelflux_id::Id::from_untyped(any));
    let middleware = new.middleware("Middleware", funnelflux_id::Id::from_untyped(any));
    let logic = new.logic("Logic", funnelflux_id::Id::from_untyped(any));
    let webhook = new.webhook("Webhook", funnelflux_id::Id::from_untyped(any));
    let tag = new.visitor_tag("Tag", &["buyer"]);
    let offer = new.offer("Offer", funnelflux_id::Id::from_untyped(any));
    let offers = new.offer_group("Offers", funnelflux_id::Id::from_untyped(any));
    let end = new.external_url("End", "https://example.com/?x={hit}");
    new.split(traffic, &[(split, 2), (condition, 1)]);
    new.split(split, &[(lander, 1), (group, 1), (logic, 1)]);
    new.on_action(lander, 1, middleware).on_action(group, 1, webhook);
    new.on_route(condition, "mobile", lander).on_route(condition, "default", offer);
    new.on_route(middleware, "approved", offers).on_route(middleware, "default", end);
    new.on_keys(logic, &["us", "ca"], offers).on_keys(logic, &["default"], offer);
    new.then(webhook, tag).then(tag, offer);
    new.on_conversion(offer, 1, end);
    new.finish().unwrap()
}

#[test]
fn a_funnel_of_every_kind_is_built_sound_and_without_overlaps() {
    let funnel = one_of_each();
    let report = funnel.check(&Account::offline());
    assert_eq!(report.findings, [], "{}", funnel.document().text());
    let graph = funnel.graph();
    assert_eq!((graph.nodes.len(), graph.connections.len()), (12, 16));
    let kinds: BTreeSet<NodeKind> = graph.nodes.iter().map(|node| node.kind).collect();
    assert_eq!(kinds.len(), 12);
    // From left to right.
    for way in &graph.connections {
        let x = |at: Option<usize>| graph.nodes[at.unwrap()].position.unwrap().0;
        assert!(x(way.source) < x(way.target), "{} → {}", way.source_id, way.target_id);
    }
}

#[test]
fn words_that_are_guesses_must_be_accepted_by_kind() {
    let mut new = Funnel::builder("Shoes", funnelflux_id::Id::from_untyped(any()));
    new.accept_guess(NodeKind::Root);
    let traffic = new.root("Traffic");
    let offers = new.offer_group("Offers", funnelflux_id::Id::from_untyped(any()));
    new.split(traffic, &[(offers, 1)]);
    let error = new.finish().unwrap_err();
    assert_eq!(error.faults().len(), 1, "{error}");
    let text = error.to_string();
    for part in ["offer-group", "`offerGroup` (inferred)", "ffx learn --account", "accept_guess"] {
        assert!(text.contains(part), "{text}");
    }
    assert!(!text.contains("`root`"), "{text}");
}

#[test]
fn every_fault_is_named_at_once() {
    let mut new = accepting("Wrong");
    let (traffic, page) = (new.root("Traffic"), funnelflux_id::Id::from_untyped(any()));
    let lander = new.lander("Quiz", page);
    let again = new.root("Again");
    new.split(lander, &[(traffic, 1)])
        .on_action(lander, 99, traffic)
        .split(traffic, &[(lander, 0)]);
    new.on_action(lander, 1, lander).on_route(again, "x", lander);
    let nothing = new.find("Nothing");
    new.on_action(lander, 2, nothing);
    let error = new.finish().unwrap_err();
    for part in [
        "second traffic node",
        "`Quiz` is a lander, which is left by the number of an action; it cannot be left by weight",
        "the action is 99",
        "`Traffic` is the traffic node",
        "no part is above zero",
        "`Quiz` would lead to itself",
        "there is no node `Nothing`",
    ] {
        assert!(error.to_string().contains(part), "{part}: {error}");
    }
}

#[cfg(test)]
fn told(old: &Funnel, new: &Funnel) -> Vec<String> {
    old.diff(new).iter().map(ToString::to_string).collect()
}

/// The case of the corpus of this name, spelled with white space, unknown members and odd numbers.
#[cfg(test)]
fn spelled(name: &str) -> Funnel {
    let case = cases("sound").into_iter().find(|case| case.name == name).unwrap();
    let text = format!("{:#}", case.wire).replace("\"posX\": 0.07", "\"posX\": 7.0e-2");
    Funnel::from_document(Document::parse(&text).unwrap())
}

#[test]
fn an_edit_of_nothing_changes_no_byte() {
    for case in ["sound", "notes"].into_iter().flat_map(cases) {
        let same = case.funnel.edit().finish().unwrap();
        assert_eq!(same.document().text(), case.funnel.document().text(), "{}", case.name);
    }
}

#[test]
fn a_weight_is_changed_in_place_and_nothing_else() {
    let funnel = spelled("split");
    let mut edit = funnel.edit();
    let (r, a, b) = (edit.find("r"), edit.find("a"), edit.find("b"));
    edit.split(r, &[(a, 1), (b, 3)]);
    let new = edit.finish().unwrap();
    assert_eq!(
        told(&funnel, &new),
        ["r → a: weight 0.7 became weight 0.25", "r → b: weight 0.3 became weight 0.75"]
    );
    let text = funnel.document().text();
    let expected = text
        .replace("\"weight\": 0.7", "\"weight\": 0.25")
        .replace("\"weight\": 0.3", "\"weight\": 0.75");
    assert_eq!(new.document().text(), expected);
}

#[test]
fn parts_always_sum_to_the_whole() {
    for parts in [vec![1, 1, 1], vec![7, 13, 80], vec![1, 999_999], vec![u32::MAX, 1, 3]] {
        let mut new = accepting("Parts");
        let traffic = new.root("Traffic");
        let targets: Vec<_> = parts
            .iter()
            .map(|part| (new.external_url("End", "https://example.com/"), *part))
            .collect();
        new.split(traffic, &targets);
        let report = new.finish().unwrap().check(&Account::offline());
        assert!(report.findings.iter().all(|it| it.rule.code == "FF022"), "{parts:?}: {report:?}");
    }
}

#[test]
fn nodes_are_added_beside_their_neighbours_and_removed_with_their_ways() {
    let funnel = spelled("split");
    let mut edit = funnel.edit();
    edit.accept_guess(NodeKind::Webhook);
    let (a, b, o) = (edit.find("a"), edit.find("b"), edit.find("o"));
    let hook = edit.webhook("Tell", funnelflux_id::Id::from_untyped(any()));
    edit.disconnect(a, o).on_action(a, 1, hook).then(hook, o).remove(b);
    let r = edit.find("r");
    edit.split(r, &[(a, 1)]);
    let new = edit.finish().unwrap();
    assert_eq!(
        told(&funnel, &new),
        [
            "webhook `Tell`: added",
            "lander `b`: removed",
            "r → a: weight 0.7 became weight 1",
            "a → Tell: added (action 1)",
            "Tell → o: added (always)",
            "r → b: removed (weight 0.3)",
            "a → o: removed (action 1)",
            "b → o: removed (action 1)",
        ]
    );
    assert_eq!(new.check(&Account::offline()).findings, []);
    let (graph, old) = (new.graph(), funnel.graph());
    let tell = graph.nodes.iter().find(|node| node.name == "Tell").unwrap();
    let a = old.nodes[1].position.unwrap();
    assert!(tell.position.unwrap().0 > a.0, "right of the node that leads to it");
    // Kept nodes are there byte for byte.
    for node in old.nodes.iter().filter(|node| node.name != "b") {
        assert!(new.document().text().contains(node.document().text()), "{}", node.name);
    }
}

#[test]
fn an_action_is_rewired_under_its_id_and_a_page_replaced_everywhere() {
    let funnel = spelled("many actions");
    let mut edit = funnel.edit();
    let (a, o, u) = (edit.find("a"), edit.find("o"), edit.find("u"));
    edit.on_action(a, 1, u).rewire(o, u, a).rename(o, "Offer of the week");
    let page = |name: &str| id(name).parse().unwrap();
    edit.replace_page(page("o2"), page("o1"));
    let new = edit.finish().unwrap();
    assert_eq!(
        told(&funnel, &new),
        [
            "offer `Offer of the week`: `nodeName` \"o\" became \"Offer of the week\"",
            "offer `p`: `nodePageParams` changed",
            "a → u: was a → o",
        ]
    );
}

#[test]
fn a_copy_has_new_ids_own_conditions_and_shares_the_global_ones() {
    let case =
        cases("sound").into_iter().find(|case| case.name == "condition of the funnel itself");
    let mut case = case.unwrap();
    case.funnel.document_mut().set("meta", &serde_json::json!({"editVersion": 3})).unwrap();
    let own = format!(
        r#"{{"idCondition":"{}","conditionName":"Own","restrictToFunnelId":"{}","orTests":[1.50]}}"#,
        id("cown"),
        id("fun")
    );
    let global = format!(r#"{{"idCondition":"{}","restrictToFunnelId":""}}"#, id("c1"));
    let conditions = [own, global].map(|text| Document::parse(&text).unwrap());
    let dialect = FunnelDialect::shipped();
    let copy = case.funnel.copy_as("Copy", None, &conditions, &dialect).unwrap();
    assert_eq!(copy.conditions.len(), 1);
    let text = copy.funnel.document().text();
    for old in ["fun", "r", "c", "o", "p", "cown", "00000000k000"] {
        assert!(!text.contains(&format!("\"{}\"", id(old))), "{old}: {text}");
    }
    assert!(text.contains(&id("o1")) && text.contains(&id("grp")), "pages and group stay: {text}");
    assert!(!copy.funnel.document().contains("meta"));
    let condition = &copy.conditions[0];
    assert!(condition.text().contains("[1.50]"), "{}", condition.text());
    let funnel_id = copy.funnel.id_text().into_owned();
    assert_eq!(condition.read::<String>("restrictToFunnelId").unwrap().unwrap(), funnel_id);
    let mut account = Account::offline();
    let kind = funnelflux_contract::AssetKind::find("conditions").unwrap();
    let new = condition.read::<String>("idCondition").unwrap().unwrap();
    account.add(kind, &new, condition.clone());
    assert_eq!(copy.funnel.check(&account).findings, []);
    // The graph is the same but for its ids.
    let shape = |funnel: &Funnel| -> Vec<String> {
        let graph = funnel.graph();
        let name = |at: Option<usize>| graph.nodes[at.unwrap()].name.clone();
        graph
            .connections
            .iter()
            .map(|it| format!("{}>{} {}", name(it.source), name(it.target), it.trigger))
            .collect()
    };
    assert_eq!(shape(&copy.funnel), shape(&case.funnel));
}
