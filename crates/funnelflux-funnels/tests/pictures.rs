//! Pictures of funnels: what the check and a report say stands on the right node and line.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

use std::collections::BTreeMap;
use std::path::Path;

use funnelflux_funnels::{Account, FunnelDialect, Graph, Numbers, Picture, check_graph};
use funnelflux_model::Document;
use funnelflux_model::ledger::{Funnel, Model as _};

static_assertions::assert_impl_all!(Picture: Send, Sync, Clone, std::fmt::Debug);

fn funnel(json: &str) -> Funnel {
    Funnel::from_document(Document::parse(json).unwrap())
}

fn ten_nodes() -> Picture {
    let funnel = funnel(include_str!("pictures/ten-nodes.json"));
    let dialect = FunnelDialect::shipped();
    let graph = Graph::of(&funnel, &dialect);
    let report = check_graph(&funnel, &graph, &dialect, &Account::offline());
    let numbers = |(id, (visits, conversions, cents)): (&str, (i64, i64, i64))| {
        let number = |number: i64, scale| Some(funnelflux_model::Decimal::new(number, scale));
        (id.to_owned(), Numbers::new(number(visits, 0), number(conversions, 0), number(cents, 2)))
    };
    let numbers: BTreeMap<String, Numbers> = [
        ("2nIemJxCK001", (18_240, 412, 583_110)),
        ("2nIemJxCK002", (9_118, 226, 342_005)),
        ("2nIemJxCK003", (5_472, 138, 196_430)),
        ("2nIemJxCK004", (3_650, 48, 44_675)),
        ("2nIemJxCK005", (11_207, 412, 583_110)),
        ("2nIemJxCK006", (6_322, 287, 440_680)),
        ("2nIemJxCK007", (3_088, 98, 142_430)),
        ("2nIemJxCK008", (1_797, 27, 0)),
        ("2nIemJxCK009", (385, 0, 0)),
        ("2nIemJxCK010", (27, 0, 0)),
    ]
    .map(numbers)
    .into();
    Picture::of(&graph)
        .with_findings(&report)
        .with_traffic(&numbers, "20 to 26 November 2026, Europe/Berlin; made up")
}

/// `FF_DRAW=1 cargo test -p funnelflux-funnels --test pictures` draws it anew.
#[test]
fn the_picture_of_a_week_is_the_one_that_is_drawn() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/funnel-week.svg");
    let svg = ten_nodes().svg();
    if std::env::var_os("FF_DRAW").is_some() {
        std::fs::write(&path, &svg).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).unwrap() == svg,
        "docs/funnel-week.svg is stale; draw it anew"
    );
}

#[test]
fn a_line_has_numbers_only_where_its_node_has_no_other_way_in() {
    let tree = ten_nodes().tree();
    // One way in, so all visits came by it.
    assert!(tree.contains("50% (9,118) → "), "{tree}");
    // Three landers lead here: which visit came by which way is unknown.
    let offers = tree.lines().find(|line| line.contains("From the US?")).unwrap();
    assert!(offers.contains("11,207 visits") && !offers.contains("(11,207)"), "{offers}");
}

#[test]
fn weights_are_shown_as_shares_and_findings_at_their_node() {
    let json = r#"{"idFunnel":"2nIemJxCKbFX","funnelName":"Broken","nodes":[
        {"idNode":"2nIemJxCK001","nodeName":"In","nodeType":"root","nodeRotatorParams":{}},
        {"idNode":"2nIemJxCK002","nodeName":"Quiz","nodeType":"lander","nodePageParams":{"idPage":"2nIemJxCK0aa"}},
        {"idNode":"2nIemJxCK003","nodeName":"Lost","nodeType":"lander","nodePageParams":{"idPage":"2nIemJxCK0aa"}}],
        "connections":[
        {"idConnection":"2nIemJxCK101","idSourceNode":"2nIemJxCK001","idTargetNode":"2nIemJxCK002",
         "connectionRotatorParams":{"weight":1}},
        {"idConnection":"2nIemJxCK102","idSourceNode":"2nIemJxCK001","idTargetNode":"2nIemJxCK404",
         "connectionRotatorParams":{"weight":2}}]}"#;
    let funnel = funnel(json);
    let dialect = FunnelDialect::shipped();
    let graph = Graph::of(&funnel, &dialect);
    let report = check_graph(&funnel, &graph, &dialect, &Account::offline());
    let picture = Picture::of(&graph).with_findings(&report);
    let tree = picture.tree();
    assert!(
        tree.contains("33.3% → Quiz") && tree.contains("66.7% → 2nIemJxCK404 [missing]"),
        "{tree}"
    );
    assert!(
        tree.contains("not reached from the root:\nLost [lander]\n   warning")
            || tree.contains("not reached from the root:\nLost [lander]\n   error"),
        "{tree}"
    );
    let told = report.findings.iter().filter(|finding| tree.contains(&finding.message)).count();
    assert_eq!(told, report.findings.len(), "{tree}");
    assert!(picture.svg().contains("k-missing") && picture.svg().contains("class=\"badge error\""));
}
