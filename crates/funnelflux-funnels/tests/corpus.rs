//! The corpus: each funnel gives exactly the findings that it must.
#![cfg(feature = "logic")]

#[cfg(test)]
mod support;

use std::collections::BTreeSet;

use funnelflux_funnels::{Account, FunnelDialect, FunnelExt as _, NodeKind, NodePart, Rule};
use support::{Case, account, cases};

fn found(case: &Case, account: &Account) -> BTreeSet<String> {
    let report = case.funnel.check(account);
    report.findings.iter().map(|it| format!("{} {}", it.rule.code, it.place)).collect()
}

/// Compares all cases of a file, and shows every one that differs.
#[track_caller]
fn compare(file: &str) -> Vec<Case> {
    let (account, cases) = (account(), cases(file));
    let mut wrong = Vec::new();
    for case in &cases {
        let (found, expected) = (found(case, &account), case.expect.iter().cloned().collect());
        if found != expected {
            wrong.push(format!("{}:\n  found    {found:?}\n  expected {expected:?}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    cases
}

#[test]
fn twenty_sound_funnels_give_no_finding() {
    assert!(compare("sound").len() >= 20);
}

#[test]
fn what_cannot_be_checked_and_what_is_worth_knowing_is_told() {
    compare("notes");
}

#[test]
fn sixty_broken_funnels_are_found_completely_by_code_and_place() {
    let cases = compare("broken");
    assert!(cases.len() >= 60, "{}", cases.len());
    let names: BTreeSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names.len(), cases.len(), "a name is there twice");
}

#[test]
fn messages_tell_the_path_the_value_and_what_would_be_right() {
    for (name, told) in [
        ("two rotators in a circle", "y → x: visitors go round for good: x → y → x"),
        ("parameters that are a list", "lander `a`: its parameters are a list; expected an object"),
        ("a weight that is true", "r → a: `weight` is true or false; expected a number"),
        (
            "keys that are numbers",
            "l → o: it leaves a logic node and names no key: `onRouteKeys` is a list; expected a list of keys",
        ),
        (
            "a funnel group where a page group belongs",
            "offer-group `g`: the account has no page group `000000000grp`: it is the id of the funnel group `Sleep`",
        ),
        (
            "the address https://example.com:99999/",
            "external-url `u`: the port is `99999`; expected a number from 1 to 65535",
        ),
    ] {
        let case = cases("broken").into_iter().find(|case| case.name == name).unwrap();
        let found = case.funnel.check(&account()).findings;
        assert_eq!(found.iter().map(|it| it.message.as_str()).collect::<Vec<_>>(), [told]);
    }
}

#[test]
fn every_rule_is_broken_somewhere() {
    let all = ["broken", "notes"].into_iter().flat_map(cases);
    let mut broken: BTreeSet<String> = all
        .flat_map(|case| case.expect)
        .filter_map(|line| Some(line.split_once(' ')?.0.to_owned()))
        .collect();
    let rules: BTreeSet<String> = Rule::all().iter().map(|rule| rule.code.to_owned()).collect();
    // Words that an account has otherwise are known only once a funnel has shown them.
    let shown = FunnelDialect::shipped().with_word(NodeKind::Root, NodePart::Type, "entrance");
    for case in cases("notes") {
        let otherwise = case.funnel.check_in(&shown, &account()).findings;
        broken.extend(otherwise.iter().map(|it| it.rule.code.to_owned()));
    }
    let missing: Vec<&String> = rules.difference(&broken).collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
}

/// What needs the account is left out, and nothing is invented in its place.
#[test]
fn offline_a_check_finds_nothing_that_it_does_not_find_with_the_account() {
    let account = account();
    for case in ["sound", "broken"].into_iter().flat_map(cases) {
        let offline = found(&case, &Account::offline());
        let online = found(&case, &account);
        let more: Vec<&String> = offline.difference(&online).collect();
        assert!(more.is_empty(), "{}: {more:?}", case.name);
    }
}

#[test]
fn a_check_changes_no_byte() {
    use funnelflux_model::ledger::Model as _;
    for case in ["sound", "broken", "notes"].into_iter().flat_map(cases) {
        let before = case.funnel.document().text().to_owned();
        case.funnel.check(&account());
        assert_eq!(case.funnel.document().text(), before);
    }
}
