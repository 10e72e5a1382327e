//! Every way a server can fail, and what comes of it: the table of faults × every operation, and the
//! same faults against the built `ffx`.
//!
//! `docs/reliability.md` shows the table. `FUNNELFLUX_WRITE_DOCS=1 cargo test -p funnelflux-tests --test
//! faults` writes it anew.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "test code"
)]

mod answers;
mod binary;
mod bodies;
mod chaos;
mod connections;
mod emulated;
mod kinds;
mod matrix;
mod operations;
mod report;
mod server;
mod statuses;
mod table;

/// The secrets of the client in the matrix; none of them may come out.
const ACCESS: &str = "canary-access-7Qx1vT9mRk3LsW8d";
const REFRESH: &str = "canary-refresh-4Jp6zB2nHy5GcU0f";

#[test]
fn every_operation_ends_as_expected_under_every_fault() {
    let results = matrix::run();
    let red = matrix::red(&results);
    let list: Vec<String> = red
        .iter()
        .map(|((fault, class, broken), names)| {
            format!("{fault} × {class}: {broken}: {}", names.join(", "))
        })
        .collect();
    assert!(list.is_empty(), "{} cells, red:\n{}", results.len(), list.join("\n"));
    // Answers of any size are read up to 16 MiB; the bound leaves room for the server and for other tests.
    let memory = matrix::most_memory();
    assert!(memory.is_none_or(|kilobytes| kilobytes < 512 * 1024), "{memory:?} kB");
}

#[test]
fn the_built_ffx_ends_as_expected_under_every_fault() {
    let (count, red) = binary::run();
    let list: Vec<String> =
        red.iter().map(|(fault, verb, wrong)| format!("{fault} × {verb}: {wrong}")).collect();
    assert!(list.is_empty(), "{count} cells, {} red:\n{}", list.len(), list.join("\n"));
}

#[test]
fn the_page_of_reliability_is_fresh_and_every_kind_has_its_test() {
    report::check();
    let missing = kinds::KINDS.iter().filter(|kind| kinds::places(kind).is_empty());
    let missing: Vec<&str> = missing.map(|kind| kind.test).collect();
    assert!(missing.is_empty(), "kinds without their table test: {missing:?}");
}
