//! The page of the findings, and what the compiler must hold.

use funnelflux_funnels::{Account, Finding, FunnelDialect, Graph, NodeKind, Report, Rule};
use static_assertions::assert_impl_all;

assert_impl_all!(FunnelDialect: Send, Sync);
assert_impl_all!(Graph: Send, Sync);
assert_impl_all!(Account: Send, Sync);
assert_impl_all!(Report: Send, Sync);
assert_impl_all!(Finding: Send, Sync);

#[test]
fn the_page_lists_every_rule_and_no_other() {
    let page = include_str!("../../../docs/funnels.md");
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| FF")).collect();
    let row = |rule: &&Rule| {
        format!("| {} | {} | {} | {} |", rule.code, rule.severity, rule.title, rule.mend)
    };
    let expected: Vec<String> = Rule::all().iter().map(row).collect();
    assert_eq!(rows, expected);
}

#[test]
fn codes_are_sorted_and_unique() {
    assert!(Rule::all().windows(2).all(|pair| pair[0].code < pair[1].code));
}

#[test]
fn every_kind_of_the_contract_is_one_and_has_its_words() {
    let kinds: Vec<&str> = funnelflux_contract::NODES.iter().map(|node| node.kind).collect();
    let own: Vec<&str> = NodeKind::ALL.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(kinds, own);
    let dialect = FunnelDialect::shipped();
    for node in funnelflux_contract::NODES {
        let words = dialect.words(NodeKind::find(node.kind).unwrap());
        assert_eq!(words.types.iter().map(|word| &word.text).collect::<Vec<_>>(), node.types);
    }
}
