//! `ffx funnels clone`: one copy, however often and wherever the command ends.

use std::process::Stdio;
use std::time::Duration;

use funnelflux::emulator::{Emulator, Fault};
use funnelflux::transport::http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Ffx, Served, serve};

const FUNNEL: &str = "1RsY0Elid0Sw";
const CLONE: [&str; 5] = ["funnels", "clone", FUNNEL, "--name", "Copy"];
const CONDITION: &str = "2nIemJxC0001";

/// An account whose funnel has two conditions of its own: the second replaces a rotator.
fn account() -> (Served, Ffx) {
    let served = serve(Emulator::builder().visits_per_hour(1));
    let ffx = Ffx::at(&served.emulator);
    ffx.write("profiles/default.toml", "rate = 100000.0\n");
    let condition = json!({
        "idCondition": CONDITION, "conditionName": "Only here", "restrictToFunnelId": FUNNEL,
        "orTests": []
    });
    let file = ffx.write("condition.json", &condition.to_string()).display().to_string();
    ffx.run(&["conditions", "create", "-f", &file]).done();
    let got = ffx.run(&["funnels", "get", FUNNEL, "-o", "json"]).done().json();
    let mut funnel = if got.is_array() { got[0].clone() } else { got };
    let condition = json!({
        "idNode": "2nIemJxC0002", "idFunnel": FUNNEL, "nodeName": "Own", "nodeType": "condition",
        "posX": 0.9, "posY": 0.9, "nodeConditionParams": { "idCondition": CONDITION }
    });
    funnel["nodes"].as_array_mut().unwrap().push(condition);
    let file = ffx.write("funnel.json", &funnel.to_string()).display().to_string();
    ffx.run(&["funnels", "update", "-f", &file]).done();
    (served, ffx)
}

/// The account has one copy with one condition of its own, and the command says so each time.
fn there_is_one_copy(served: &Served, ffx: &Ffx, refused: u64) {
    let id = ffx.run(&CLONE).done().stdout;
    assert_eq!(ffx.run(&CLONE).done().stdout, id);
    let all = ffx.run(&["funnels", "list", "-o", "json"]).done().json();
    let copies: Vec<&Value> =
        all.as_array().unwrap().iter().filter(|it| it["funnelName"] == "Copy").collect();
    assert_eq!(copies.len(), 1, "{copies:?}");
    assert_eq!(copies[0]["idFunnel"], id.trim());
    let copy = ffx.run(&["funnels", "get", id.trim()]).done().stdout;
    assert!(!copy.contains(CONDITION), "{copy}");
    let (_, own) = copy.split_once("\"idCondition\": \"").unwrap();
    let own = ffx.run(&["conditions", "get", &own[..12], "-o", "json"]).done().stdout;
    assert!(own.contains("Only here") && own.contains(id.trim()), "{own}");
    // The original's, and the copy's.
    assert_eq!(served.emulator.calls().of("ledger.condition.create"), 2);
    assert_eq!(served.emulator.calls().of("ledger.funnel.create"), 1 + refused);
}

#[test]
fn a_clone_that_failed_half_way_goes_on() {
    let (served, ffx) = account();
    let fault = Fault::status(StatusCode::BAD_REQUEST).always();
    served.emulator.faults().push_for("ledger.funnel.create", fault).unwrap();
    let failed = ffx.run(&CLONE);
    assert_eq!(failed.code, 1, "{}", failed.stderr);
    assert!(failed.stderr.contains("Done before: condition"), "{}", failed.stderr);
    served.emulator.faults().clear();
    there_is_one_copy(&served, &ffx, 1);
}

#[test]
fn a_clone_that_is_killed_ends_as_one_that_is_not() {
    for dice in 0..6_u64 {
        let (served, ffx) = account();
        for more in [dice, 2 * dice] {
            let until = served.emulator.calls().total() + more;
            let command = ffx.command(&CLONE).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
            let mut child = command.unwrap();
            while served.emulator.calls().total() < until && child.try_wait().unwrap().is_none() {
                std::thread::sleep(Duration::from_micros(200));
            }
            std::thread::sleep(Duration::from_micros(700 * dice));
            child.kill().unwrap();
            child.wait().unwrap();
        }
        there_is_one_copy(&served, &ffx, 0);
    }
}

#[test]
fn a_copy_that_was_changed_is_not_written_over() {
    let (served, ffx) = account();
    let id = ffx.run(&CLONE).done().stdout;
    ffx.run(&["funnels", "update", id.trim(), "--set", "notes=mine"]).done();
    // What the command did not set stays as it is.
    there_is_one_copy(&served, &ffx, 0);
    let got = ffx.run(&["funnels", "get", id.trim(), "-o", "json"]).done().json();
    let mut copy = if got.is_array() { got[0].clone() } else { got };
    copy["nodes"][0]["nodeName"] = json!("In");
    let file = ffx.write("copy.json", &copy.to_string()).display().to_string();
    ffx.run(&["funnels", "update", "-f", &file]).done();
    let updates = served.emulator.calls().of("ledger.funnel.update");
    ffx.run(&CLONE).failed(1, &["no longer the same", "nothing was sent", "--name"]);
    assert_eq!(served.emulator.calls().of("ledger.funnel.update"), updates);
}

#[test]
fn a_copy_that_cannot_be_made_leaves_nothing() {
    let (served, ffx) = account();
    let got = ffx.run(&["funnels", "get", FUNNEL, "-o", "json"]).done().json();
    let config = ffx.run(&["middleware-configs", "list", "-o", "json"]).done().json();
    let mut funnel = got.clone();
    funnel["nodes"].as_array_mut().unwrap().push(json!({
        "idNode": "2nIemJxC0102", "idFunnel": FUNNEL, "nodeName": "Ask", "nodeType": "middleware",
        "posX": 0.9, "posY": 0.8, "nodeMiddlewareRefParams": {
            "idMiddlewareConfig": config[0]["idMiddlewareConfig"],
            "destinationOverrides": { "basicAuth": { "username": "u", "password": "k3y" } } }
    }));
    let file = ffx.write("funnel.json", &funnel.to_string()).display().to_string();
    ffx.run(&["funnels", "update", "-f", &file]).done();
    let writes = || served.emulator.calls().of("ledger.condition.create");
    let made = writes();
    for more in [&["--dry-run"][..], &[]] {
        ffx.run(&[&CLONE, more].concat()).failed(2, &["basicAuth.password", "nothing was sent"]);
    }
    ffx.run(&["funnels", "clone", FUNNEL, "--name", " "]).failed(2, &["--name"]);
    ffx.run(&["funnels", "delete", FUNNEL, "--yes"]).done();
    ffx.run(&CLONE).failed(1, &["is deleted"]);
    assert_eq!(writes(), made);
}
