//! Stories of learning: from a recorded session to a client without guesses.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code"
)]

mod driver;
mod planted;

use std::collections::BTreeSet;

use driver::{Browser, account, click_through, client, look_around};
use funnelflux::learn::session::{Lessons, Session};
use funnelflux::ledger::AssetKind;
use funnelflux::transport::{Fact, Overlay, Says};
use planted::truth;

/// Two recordings of one person: one of pages and what they need, one of the rest.
async fn recorded() -> Vec<String> {
    let account = account(&truth());
    let (first, second) = (Browser::default(), Browser::default());
    let mut failed = Vec::new();
    for (at, kind) in AssetKind::all().iter().enumerate() {
        let browser = if at % 2 == 0 { &first } else { &second };
        failed.extend(click_through(&client(&account, truth(), browser), kind).await);
    }
    failed.extend(look_around(&client(&account, truth(), &second)).await);
    assert_eq!(failed, Vec::<String>::new(), "the driver knows the account");
    vec![first.har(), second.har()]
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
    println!("maybe: {:#?}", lessons.maybe.iter().map(|it| told(&it.what)).collect::<Vec<_>>());
    println!("unmatched: {:#?}", lessons.unmatched);
    println!("{} facts, {} operations", lessons.facts.facts().count(), lessons.called.len());
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
