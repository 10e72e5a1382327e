//! Stories of learning: from a recorded session to a client without guesses.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code"
)]

mod driver;
mod many;
mod planted;
mod variants;

use std::collections::BTreeSet;

use driver::{Browser, click_through, client, look_around};
use funnelflux::emulator::Emulator;
use funnelflux::learn::session::{Lessons, Session};
use funnelflux::ledger::AssetKind;
use funnelflux::transport::{Fact, Overlay, Says};
use planted::truth;
use tokio::sync::OnceCell;

/// The account's server, which behaves as the overlay says.
fn account(truth: &Overlay) -> Emulator {
    Emulator::builder().seed(7).overlay(truth.clone()).build().unwrap()
}

/// Two recordings of one person: one of pages and what they need, one of the rest.
async fn recorded() -> Vec<String> {
    static FILES: OnceCell<Vec<String>> = OnceCell::const_new();
    FILES.get_or_init(|| async { recorded_from(&truth()).await.0 }).await.clone()
}

/// The recordings, and the operations that were called.
async fn recorded_from(truth: &Overlay) -> (Vec<String>, BTreeSet<&'static str>) {
    let truth = || truth.clone();
    let account = account(&truth());
    let (first, second) = (Browser::default(), Browser::default());
    let mut failed = Vec::new();
    for (at, kind) in AssetKind::all().iter().enumerate() {
        let browser = if at % 2 == 0 { &first } else { &second };
        failed.extend(click_through(&client(&account, truth(), browser), kind).await);
    }
    failed.extend(look_around(&client(&account, truth(), &second)).await);
    assert_eq!(failed, Vec::<String>::new(), "the driver knows the account");
    let called = account.calls().iter().map(|(id, _)| id).collect();
    (vec![first.har(), second.har()], called)
}

fn lessons(files: &[String]) -> Lessons {
    let mut session = Session::new();
    for (number, file) in files.iter().enumerate() {
        let extent = session.har(&format!("{}.har", number + 1), file.as_bytes()).unwrap();
        assert_eq!(extent.ended, None);
    }
    session.lessons()
}

/// A fact as a text.
fn told(fact: &Fact) -> String {
    format!("{} {:?}", fact.operations(), fact.says())
}

/// Whether the fact says that something differs from the contract.
fn differs(fact: &Fact) -> bool {
    let operation = funnelflux::operations::find_by_id(fact.operations());
    match fact.says() {
        Says::BasePath(path) => path != "/v1",
        Says::Path(path) => operation.is_some_and(|it| it.path() != path),
        Says::Method(method) => operation.is_some_and(|it| it.method().as_str() != method),
        Says::Query { ours, theirs } => ours != theirs,
        Says::Member { ours, theirs } => ours.rsplit('.').next() != Some(theirs),
        Says::AnswerIn(within) | Says::BodyIn(within) => !within.is_empty(),
        Says::Value { ours, theirs, .. } => ours.as_ref() != Some(theirs),
        _ => false,
    }
}

/// The facts of an overlay that differ from the contract, one by one.
fn differences(overlay: &Overlay) -> BTreeSet<String> {
    overlay.facts().filter(|fact| differs(fact)).map(told).collect()
}

#[tokio::test]
async fn every_planted_difference_is_found_and_nothing_else_is_claimed() {
    let lessons = lessons(&recorded().await);
    let (planted, learned) = (differences(&truth()), differences(&lessons.facts));
    let missed: Vec<_> = planted.difference(&learned).collect();
    let invented: Vec<_> = learned.difference(&planted).collect();
    assert!(missed.is_empty() && invented.is_empty(), "missed {missed:#?}\ninvented {invented:#?}");
}

#[tokio::test]
async fn a_client_with_the_learned_overlay_does_everything_that_the_app_did() {
    let lessons = lessons(&recorded().await);
    let account = account(&truth());
    let (learned, browser) = (lessons.facts, Browser::default());
    let mut failed = Vec::new();
    for kind in AssetKind::all() {
        failed.extend(click_through(&client(&account, learned.clone(), &browser), kind).await);
    }
    failed.extend(look_around(&client(&account, learned, &browser)).await);
    assert_eq!(failed, Vec::<String>::new());
    // Without it the first list fails: the server is another one.
    let plain = client(&account, Overlay::new(), &browser);
    let list = driver::call(&plain, "ledger.page.list", &[], None).await;
    assert!(list.unwrap_err().is_not_found());
}

#[tokio::test]
async fn learning_again_confirms_and_new_evidence_drops_what_it_contradicts() {
    let files = recorded().await;
    let first = lessons(&files);
    let (again, dropped) = lessons(&files).over(&first.facts);
    assert!(dropped.is_empty());
    assert_eq!(again.facts().count(), first.facts.facts().count());
    // The account moved: what was right before is wrong now.
    let old = Overlay::new().path("ledger.page.list", "/pages/old").path("auth.login", "/log-in");
    let (now, dropped) = first.over(&old);
    let dropped: Vec<String> = dropped.iter().map(told).collect();
    assert_eq!(dropped, ["ledger.page.list Path(\"/pages/old\")"]);
    let paths: Vec<_> = now.paths().filter(|(id, _)| *id == "ledger.page.list").collect();
    assert_eq!(paths, [("ledger.page.list", "/sites/all")]);
    assert!(now.paths().any(|path| path == ("auth.login", "/log-in")), "nothing was seen of it");
}

#[tokio::test]
async fn copies_of_the_recordings_for_others_teach_the_same() {
    let files = recorded().await;
    let mut session = Session::new();
    for file in &files {
        session.har("a.har", file.as_bytes()).unwrap();
    }
    let scrubber = session.scrubber();
    let copied = |file: &String| {
        let mut copy = Vec::new();
        scrubber.har("a.har", file.as_bytes(), &mut copy).unwrap();
        String::from_utf8(copy).unwrap()
    };
    let copies: Vec<String> = files.iter().map(copied).collect();
    let [first, second] = [lessons(&files), lessons(&copies)];
    assert_eq!(first.facts.to_toml(), second.facts.to_toml());
    assert_eq!(first.called, second.called);
}

#[tokio::test]
async fn an_overlay_holds_its_evidence_and_survives_its_file() {
    let lessons = lessons(&recorded().await);
    let text = lessons.facts.to_toml();
    let read = Overlay::from_toml("default.contract.toml", &text).unwrap();
    assert_eq!(read.to_toml(), text);
    for fact in lessons.facts.facts() {
        let evidence = fact.evidence().unwrap();
        assert!(evidence.seen > 0 && evidence.entry.starts_with("entry "), "{fact}");
        assert!(["1.har", "2.har"].contains(&&*evidence.file), "{fact}");
    }
    let order = |fact: &&Fact| matches!(fact.says(), Says::Note { topic, .. } if topic == "order");
    assert_eq!(lessons.facts.facts().filter(order).count(), 1);
}

/// The planted differences that could be seen, those of them that were found, and the claims that are wrong.
fn judged(truth: &Overlay, called: &BTreeSet<&str>, files: &[String]) -> [BTreeSet<String>; 3] {
    // Without objects there is nothing to see.
    let has_objects = |family: &str| {
        let find = format!("{family}.find-by-id");
        funnelflux::operations::find_by_id(&find).is_none() || called.contains(&*find)
    };
    let called = |fact: &&Fact| match fact.operations().strip_suffix(".*") {
        Some(family) => has_objects(family),
        None => {
            let family = fact.operations().rsplit_once('.').map_or("", |(family, _)| family);
            fact.operations() == "*" || (called.contains(fact.operations()) && has_objects(family))
        }
    };
    let differing = truth.facts().filter(|fact| differs(fact));
    let planted: BTreeSet<String> = differing.filter(called).map(told).collect();
    let learned = differences(&lessons(files).facts);
    let found = planted.intersection(&learned).cloned().collect();
    let wrong = learned.difference(&differences(truth)).cloned().collect();
    [planted, found, wrong]
}

#[tokio::test]
async fn what_is_claimed_of_other_accounts_is_true_and_little_is_missed() {
    let mut accounts = Vec::new();
    let (mut all, mut found) = (0, 0);
    for seed in 1..=4 {
        let truth = many::truth(seed);
        let (files, called) = recorded_from(&truth).await;
        let [planted, seen, wrong] = judged(&truth, &called, &files);
        assert!(wrong.is_empty(), "seed {seed}: {wrong:#?}");
        (all, found) = (all + planted.len(), found + seen.len());
        accounts.push((truth, called, files, seen));
    }
    assert!(found * 10 >= all * 9, "{found} of {all}");
    for (at, (name, variant)) in variants::ALL.iter().enumerate() {
        let (truth, called, files, seen) = &accounts[at % accounts.len()];
        for is_first in [false, true] {
            let files = files.iter().map(|file| variants::with(file, *variant, is_first));
            let [_, found, wrong] = judged(truth, called, &files.collect::<Vec<_>>());
            assert!(wrong.is_empty(), "{name}, first {is_first}: {wrong:#?}");
            let missed: Vec<_> = seen.difference(&found).collect();
            assert!(missed.len() * 10 <= seen.len(), "{name}, first {is_first}: {missed:#?}");
        }
    }
}
