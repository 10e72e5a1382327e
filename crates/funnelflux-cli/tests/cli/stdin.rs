//! `create -f -`: what comes through a pipe can be gone on with, too.

use std::io::Write as _;
use std::process::{Child, Stdio};
use std::time::Duration;

use funnelflux::emulator::{Emulator, Fault};

use crate::support::{Ffx, Handmade, Reply, Served, serve};

const CREATE: [&str; 4] = ["offer-sources", "create", "-f", "-"];

fn served() -> (Served, Ffx) {
    let served = serve(Emulator::builder().visits_per_hour(1));
    let ffx = Ffx::at(&served.emulator);
    ffx.write("profiles/default.toml", "rate = 10000.0\n");
    (served, ffx)
}

fn sources(count: usize) -> String {
    (1..=count).map(|n| format!("- offerSourceName: Network {n}\n")).collect()
}

/// How many offer sources of each name there are, but for those that came with the account.
fn networks(ffx: &Ffx) -> std::collections::BTreeMap<String, usize> {
    let listed = ffx.run(&["offer-sources", "list", "--status=all", "-o", "json"]).done().json();
    let mut all = std::collections::BTreeMap::new();
    for one in listed.as_array().unwrap() {
        let name = one["offerSourceName"].as_str().unwrap();
        if name.starts_with("Network ") {
            *all.entry(name.to_owned()).or_default() += 1;
        }
    }
    all
}

fn piped(ffx: &Ffx, arguments: &[&str], stdin: &str) -> Child {
    let mut child = ffx.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    child
}

#[test]
fn killed_in_the_middle_and_piped_again_it_makes_each_object_once() {
    let (served, ffx) = served();
    let input = sources(120);
    served.emulator.faults().push(Fault::latency(Duration::from_millis(5)).always());
    let mut child = piped(&ffx, &CREATE, &input);
    while served.emulator.calls().of("ledger.offersource.create") < 40 {
        assert!(child.try_wait().unwrap().is_none(), "it was to be killed at work");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    served.emulator.faults().clear();
    let before = networks(&ffx).len();
    assert!((30..120).contains(&before), "{before} objects");

    let second = ffx.run_with(&CREATE, &input).done();
    assert!(second.stderr.contains("existed already"), "{}", second.stderr);
    let all = networks(&ffx);
    assert!(all.len() == 120 && all.values().all(|count| *count == 1), "{all:?}");
    let third = ffx.run_with(&CREATE, &input).done();
    assert!(third.stderr.contains("created 0 offer-sources, 120 existed"), "{}", third.stderr);
    assert!(third.stderr.contains("the journal keeps the ids"), "{}", third.stderr);
}

#[test]
fn another_input_or_another_flag_makes_objects_of_its_own() {
    let (_served, ffx) = served();
    for name in ["Network 1", "Network 2"] {
        let set = format!("offerSourceName={name}");
        ffx.run_with(&[&CREATE[..], &["--set", &set]].concat(), "{postbackSubId: sub}").done();
    }
    ffx.run_with(&CREATE, "- offerSourceName: Network 3").done();
    // Comments and layout do not make an object another one.
    ffx.run_with(&CREATE, "# the same\n- {offerSourceName: 'Network 3'}\n").done();
    let all = networks(&ffx);
    assert!(all.len() == 3 && all.values().all(|count| *count == 1), "{all:?}");
}

#[test]
fn a_profile_of_another_account_has_ids_of_its_own() {
    let (_served, ffx) = served();
    let id = |arguments: &[&str]| {
        let json = ffx.run_with(&[&CREATE[..], arguments].concat(), "offerSourceName: Network 1");
        json.done().json()[0]["id"].clone()
    };
    let first = id(&["-o", "json"]);
    assert_eq!(id(&["-o", "json"]), first);
    ffx.write("profiles/other.toml", "tz = \"UTC\"\n");
    assert_ne!(id(&["-o", "json", "--profile", "other"]), first);
}

#[test]
fn neither_a_dry_run_nor_the_emulator_inside_writes_anything_down() {
    let server = Handmade::serve(|_, _| Reply::Nothing);
    let ffx = Ffx::against(&server.base_url);
    ffx.run_with(&[&CREATE[..], &["--dry-run"]].concat(), &sources(2)).done();
    let inside = Ffx::new();
    inside.run_with(&[&["--emulator"], &CREATE[..]].concat(), &sources(2)).done();
    assert!(!ffx.path("state").exists() && !inside.path("state").exists());
    assert!(server.seen().is_empty());
}

#[test]
fn two_runs_cannot_make_the_same_objects_at_once() {
    let (served, ffx) = served();
    let input = sources(3);
    served.emulator.faults().push(Fault::latency(Duration::from_secs(600)).always());
    let mut child = piped(&ffx, &CREATE, &input);
    while served.emulator.calls().of("ledger.offersource.create") == 0 {
        assert!(child.try_wait().unwrap().is_none(), "it was to be at work");
        std::thread::yield_now();
    }
    ffx.run_with(&CREATE, &input).failed(1, &["another ffx is at work"]);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn where_the_ids_cannot_be_written_down_nothing_is_sent() {
    let server = Handmade::serve(|_, _| Reply::Nothing);
    let ffx = Ffx::against(&server.base_url);
    // A file where the directory should be.
    ffx.write("state", "");
    ffx.run_with(&CREATE, &sources(2)).failed(1, &["nothing was sent", "FUNNELFLUX_CONFIG_DIR"]);
    assert!(server.seen().is_empty());
}

#[test]
fn the_emulator_inside_leaves_no_ids_of_a_file() {
    let ffx = Ffx::new();
    let file = ffx.write("sources.yaml", &sources(2));
    let create = ["--emulator", "offer-sources", "create", "-f", file.to_str().unwrap()];
    let made = ffx.run(&create).done();
    assert!(!made.stderr.contains("makes nothing twice"), "{}", made.stderr);
    assert!(!ffx.path("state").exists());
}
