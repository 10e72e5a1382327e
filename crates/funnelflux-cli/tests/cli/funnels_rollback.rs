//! `ffx funnels rollback`: what a plan replaced comes back, once, wherever a run was cut off.

use std::process::Stdio;
use std::time::Duration;

use funnelflux::emulator::{Emulator, Fault};
use serde_json::{Value, json};

use crate::support::{Ffx, Served, serve};

const FUNNEL: &str = "1RsY0Elid0Sw";
const UPDATE: &str = "ledger.funnel.update";

struct Account {
    served: Served,
    ffx: Ffx,
    funnels: Vec<String>,
}

impl Account {
    fn new() -> Self {
        let served = serve(Emulator::builder().visits_per_hour(1));
        let ffx = Ffx::at(&served.emulator);
        ffx.write("profiles/default.toml", "rate = 100000.0\n");
        let all = ffx.run(&["funnels", "list", "-o", "json"]).done().json();
        let id = |it: &Value| it["idFunnel"].as_str().unwrap().to_owned();
        let mut funnels: Vec<String> = all.as_array().unwrap().iter().map(id).collect();
        funnels.sort_by_key(|id| id != FUNNEL);
        Self { served, ffx, funnels }
    }

    fn updates(&self) -> u64 {
        self.served.emulator.calls().of(UPDATE)
    }

    /// The names of the first funnels.
    fn names(&self, count: usize) -> Vec<String> {
        let ids = self.funnels[..count].join(",");
        let found = self.ffx.run(&["funnels", "find", "--ids", &ids, "-o", "json"]).done().json();
        let name = |id: &String| {
            let mut all = found.as_array().unwrap().iter();
            all.find(|it| it["idFunnel"] == **id).unwrap()["funnelName"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        self.funnels[..count].iter().map(name).collect()
    }

    /// A saved plan that gives the first funnels other names.
    fn plan(&self, count: usize, name: &str) -> String {
        let ids = self.funnels[..count].join(",");
        let found = self.ffx.run(&["funnels", "find", "--ids", &ids, "-o", "json"]).done().json();
        let mut funnels = found.as_array().unwrap().clone();
        for funnel in &mut funnels {
            funnel["funnelName"] =
                json!(format!("{name} {}", funnel["idFunnel"].as_str().unwrap()));
        }
        let file = self.ffx.write(&format!("{name}.json"), &json!(funnels).to_string());
        let plan = self.ffx.path(&format!("{name}.plan")).display().to_string();
        self.ffx.run(&["funnels", "plan", file.to_str().unwrap(), "--save", &plan]).failed(5, &[]);
        plan
    }

    fn apply(&self, plan: &str) -> String {
        self.ffx.run(&["funnels", "apply", plan]).done().stderr
    }

    fn rollback(&self, more: &[&str]) -> crate::support::Outcome {
        self.ffx.run(&[&["funnels", "rollback"], more].concat())
    }

    fn rename(&self, id: &str, name: &str) {
        self.ffx.run(&["funnels", "update", id, "--set", &format!("funnelName={name}")]).done();
    }

    /// Kills a command once that many updates have arrived since.
    fn kill(&self, command: &[&str], after: u64, pause: Duration) -> bool {
        let until = self.updates() + after;
        let mut child =
            self.ffx.command(command).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while self.updates() < until && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_micros(200));
        }
        std::thread::sleep(pause);
        child.kill().unwrap();
        !child.wait().unwrap().success()
    }
}

/// The number of a run in a message.
fn run(told: &str) -> String {
    let (_, rest) = told.split_once("funnels rollback ").unwrap_or_else(|| panic!("{told}"));
    rest.split('`').next().unwrap().to_owned()
}

#[test]
fn plans_are_taken_back_one_after_the_other_and_never_a_rollback() {
    let account = Account::new();
    let first = account.names(1);
    account.apply(&account.plan(1, "A"));
    let a = account.names(1);
    account.apply(&account.plan(1, "B"));
    let b = account.names(1);
    let told = account.rollback(&["--yes"]).done().stderr;
    assert_eq!(account.names(1), a);
    // Its number takes a rollback back.
    account.rollback(&[&run(&told), "--yes"]).done();
    assert_eq!(account.names(1), b);
    account.rollback(&["--yes"]).done();
    assert_eq!(account.names(1), a);
    account.rollback(&["--yes"]).done();
    assert_eq!(account.names(1), first);
    let sent = account.updates();
    for _ in 0..2 {
        account.rollback(&["--yes"]).failed(2, &["no applied plan"]);
    }
    assert_eq!((account.updates(), account.names(1)), (sent, first));
}

#[test]
fn a_plan_that_only_created_objects_is_passed_by() {
    let account = Account::new();
    let before = account.names(1);
    account.apply(&account.plan(1, "A"));
    let a = account.names(1);
    let made =
        json!([{"idCategory": "2nIemJxC0009", "categoryName": "New", "categoryType": "offer"}]);
    let entries: Vec<Value> = made
        .as_array()
        .unwrap()
        .iter()
        .map(|it| json!({"kind": "categories", "object": it}))
        .collect();
    let file = account.ffx.write("made.json", &json!(entries).to_string());
    let plan = account.ffx.path("made.plan").display().to_string();
    account.ffx.run(&["funnels", "plan", file.to_str().unwrap(), "--save", &plan]).failed(5, &[]);
    account.apply(&plan);
    let shown = account.rollback(&[]).done().stderr;
    assert!(
        shown.contains("created by run") && shown.contains("nothing is to be taken back"),
        "{shown}"
    );
    account.rollback(&["--yes"]).done();
    assert_eq!(account.names(1), a);
    account.rollback(&["--yes"]).done();
    assert_eq!(account.names(1), before);
    account.rollback(&["--yes"]).failed(2, &["no applied plan"]);
}

#[test]
fn what_was_changed_since_is_left_and_named_and_the_rest_comes_back() {
    let account = Account::new();
    let before = account.names(3);
    account.apply(&account.plan(3, "A"));
    let a = account.names(3);
    let changed = &account.funnels[1];
    account.rename(changed, "By hand");
    let shown =
        account.rollback(&[]).failed(1, &["was changed since", changed, "nothing was sent"]);
    assert_eq!(shown.stderr.matches("back to what it was").count(), 2, "{}", shown.stderr);
    account
        .rollback(&["--yes"])
        .failed(1, &["was changed since", changed, "1 object of run", "not taken back"]);
    let left = [&before[0], "By hand", &before[2]];
    assert_eq!(account.names(3), left);
    // It is not over, so that no older plan is taken back by the same command.
    let sent = account.updates();
    account.rollback(&["--yes"]).failed(1, &["was changed since", "nothing was sent"]);
    assert_eq!(account.updates(), sent);
    account.rename(changed, &a[1]);
    account.rollback(&["--yes"]).done();
    assert_eq!(account.names(3), before);
    account.rollback(&["--yes"]).failed(2, &["no applied plan"]);
    assert_eq!(account.names(3), before);
}

#[test]
fn an_object_that_cannot_come_back_is_left_and_named_and_holds_up_no_other() {
    let account = Account::new();
    let before = account.names(3);
    // A secret that went with its node, and a server that refuses one object.
    let secret = &account.funnels[1];
    let file = account.ffx.path("with.json").display().to_string();
    let mut with = account.ffx.run(&["funnels", "get", secret, "-o", "json"]).done().json();
    let without = with["nodes"].clone();
    let config = account.ffx.run(&["middleware-configs", "list", "-o", "json"]).done().json();
    with["nodes"].as_array_mut().unwrap().push(json!({
        "idNode": "2nIemJxC0102", "idFunnel": secret, "nodeName": "Ask", "nodeType": "middleware",
        "posX": 0.9, "posY": 0.8, "nodeMiddlewareRefParams": {
            "idMiddlewareConfig": config[0]["idMiddlewareConfig"],
            "destinationOverrides": { "hmacSecret": "k3y" } }
    }));
    std::fs::write(&file, with.to_string()).unwrap();
    account.ffx.run(&["funnels", "update", "-f", &file]).done();
    with["nodes"] = without;
    let mut others = [&account.funnels[0], &account.funnels[2]]
        .map(|id| account.ffx.run(&["funnels", "get", id, "-o", "json"]).done().json());
    others.iter_mut().for_each(|funnel| funnel["funnelName"] = json!("New"));
    let [first, last] = others;
    std::fs::write(&file, json!([first, with, last]).to_string()).unwrap();
    let plan = account.ffx.path("a.plan").display().to_string();
    let planned = ["funnels", "plan", &file, "--save", &plan, "--allow-findings", "FF009"];
    account.ffx.run(&planned).failed(5, &[]);
    account.apply(&plan);
    let why = ["cannot be brought back", "destinationOverrides.hmacSecret", secret];
    account.rollback(&[]).failed(1, &why);
    let fault = Fault::status(funnelflux::transport::http::StatusCode::UNPROCESSABLE_ENTITY);
    account.served.emulator.faults().push_for(UPDATE, fault).unwrap();
    let failed = account.rollback(&["--yes"]).failed(1, &why);
    assert!(failed.stderr.contains("422") && failed.stderr.contains("2 objects of run"));
    assert!(failed.stderr.contains("done: 1 object;"), "{}", failed.stderr);
    assert_eq!(account.names(3)[0], before[0]);
    // What is left of it is tried again.
    account.rollback(&["--yes"]).failed(1, &[&why[..], &["1 object of run"]].concat());
    assert_eq!(account.names(3), before);
    account.rollback(&["99"]).failed(2, &["no run 99", "1 (plan ", "2 (rollback of run 1)"]);
}

#[test]
fn a_plan_that_goes_on_is_one_run_and_taken_back_as_one() {
    let account = Account::new();
    let before = account.names(3);
    let plan = account.plan(3, "A");
    account.served.emulator.faults().push_for(UPDATE, Fault::lost_answer().always()).unwrap();
    let failed = account.ffx.run(&["funnels", "apply", &plan]);
    assert_ne!(failed.code, 0, "{}", failed.stderr);
    account.served.emulator.faults().clear();
    account.apply(&plan);
    let a = account.names(3);
    assert!(a.iter().all(|name| name.starts_with("A ")), "{a:?}");
    account.rollback(&["--yes"]).done();
    assert_eq!(account.names(3), before);
    // Applied again, it is another run.
    account.apply(&account.plan(3, "A"));
    account.rollback(&["--yes"]).done();
    assert_eq!(account.names(3), before);
}

#[test]
fn a_rollback_that_is_killed_goes_on_and_the_next_does_nothing() {
    // Before each of its requests, and a moment later: before or after the answer, or the read behind it.
    for after in 0..4 {
        for pause in [0, 1_500] {
            let account = Account::new();
            let before = account.names(3);
            account.apply(&account.plan(3, "A"));
            let rollback = ["funnels", "rollback", "--yes", "-q"];
            account.kill(&rollback, after, Duration::from_micros(pause));
            let (now, sent) = (account.names(3), account.updates());
            let again = account.rollback(&["--yes"]);
            let is_over = now == before && again.code == 2;
            assert!(is_over || again.code == 0, "{after} {pause}: {}", again.stderr);
            assert_eq!(account.names(3), before, "{after} {pause}");
            let sent = account.updates() - sent;
            let changed = now.iter().zip(&before).filter(|(now, before)| now != before).count();
            assert!(sent <= changed as u64, "{after} {pause}: {sent} of {changed}");
            account.rollback(&["--yes"]).failed(2, &["no applied plan"]);
            assert_eq!(account.names(3), before, "{after} {pause}");
        }
    }
}

#[test]
fn a_plan_that_is_killed_is_taken_back_or_goes_on_wherever_it_was() {
    for after in 0..4 {
        for pause in [0, 1_500] {
            let account = Account::new();
            let before = account.names(3);
            let plan = account.plan(3, "A");
            let was_killed = account.kill(
                &["funnels", "apply", &plan, "-q"],
                after,
                Duration::from_micros(pause),
            );
            if pause == 0 && was_killed {
                account.apply(&plan);
                let names = account.names(3);
                assert!(names.iter().all(|name| name.starts_with("A ")), "{after}: {names:?}");
            }
            let back = account.rollback(&["--yes"]);
            assert_eq!(account.names(3), before, "{after} {pause}: {}", back.stderr);
            account.rollback(&["--yes"]);
            assert_eq!(account.names(3), before, "{after} {pause}");
        }
    }
}

#[test]
fn a_change_between_the_plan_and_its_request_is_not_overwritten() {
    let account = Account::new();
    let plan = account.plan(2, "A");
    let text = std::fs::read_to_string(&plan).unwrap();
    let mut json: Value = serde_json::from_str(&text).unwrap();
    let step = &mut json["steps"][1];
    step.as_object_mut().unwrap().remove("before");
    std::fs::write(&plan, json.to_string()).unwrap();
    account.rename(&account.funnels[1], "By hand");
    let sent = account.updates();
    account.ffx.run(&["funnels", "apply", &plan]).failed(2, &["missing field `before`"]);
    std::fs::write(&plan, text).unwrap();
    account.ffx.run(&["funnels", "apply", &plan]).failed(1, &["changed meanwhile"]);
    // A page that the funnel is to show is gone, and the funnel itself is as it was.
    let page = json!({ "idPage": "2nIemJxC0300", "pageName": "New", "pageType": "offer",
        "baseURL": "https://example.com/" });
    let file = account.ffx.write("page.json", &page.to_string()).display().to_string();
    account.ffx.run(&["pages", "create", "-f", &file]).done();
    let mut funnel = account.ffx.run(&["funnels", "get", FUNNEL, "-o", "json"]).done().json();
    funnel["nodes"][3]["nodePageParams"]["idPage"] = page["idPage"].clone();
    let file = account.ffx.write("funnel.json", &funnel.to_string()).display().to_string();
    account.ffx.run(&["funnels", "plan", &file, "--save", &plan]).failed(5, &[]);
    account.ffx.run(&["pages", "delete", "2nIemJxC0300", "--yes"]).done();
    account.ffx.run(&["funnels", "apply", &plan]).failed(2, &["no such assets", "2nIemJxC0300"]);
    assert_eq!(account.updates(), sent);
}
