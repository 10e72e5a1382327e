//! `ffx funnels export`, `import`, `plan`, `apply` and `rollback`: funnels move and change as planned.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;
use std::time::Duration;

use funnelflux::emulator::{DeletedAssets, Emulator, Fault};
use funnelflux::transport::http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Ffx, Served, serve};

const FUNNEL: &str = "1RsY0Elid0Sw";

fn account(is_empty: bool) -> (Served, Ffx) {
    let served = serve(Emulator::builder().visits_per_hour(1).without_assets(is_empty));
    let ffx = Ffx::at(&served.emulator);
    ffx.write("profiles/default.toml", "rate = 100000.0\n");
    (served, ffx)
}

/// Every funnel of the account in one file.
fn export(ffx: &Ffx, name: &str) -> String {
    let funnels = ffx.run(&["funnels", "list", "-o", "json"]).done().json();
    let ids: Vec<&str> =
        funnels.as_array().unwrap().iter().map(|it| it["idFunnel"].as_str().unwrap()).collect();
    let path = ffx.path(name).display().to_string();
    ffx.run(&[&["funnels", "export"], &ids[..], &["-f", &path]].concat()).done();
    path
}

/// An export with the secrets that were entered by hand.
fn entered(ffx: &Ffx, path: &str) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains("********"), "{text}");
    let path = ffx.write("entered.yaml", &text.replace("********", "by hand"));
    path.display().to_string()
}

/// The objects of an export without their ids: a name stands for each.
fn shape(path: &str) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    let id = |word: &str| word.len() == 12 && word.chars().all(|c| c.is_ascii_alphanumeric());
    // Items are in another order where their ids are.
    let items: Vec<&str> = text.trim_end().split("\n- ").skip(1).collect();
    let mut named: Vec<(String, &str)> = items
        .iter()
        .map(|item| {
            let line =
                |name: &str| item.lines().find_map(|line| line.trim().strip_prefix(name)).unwrap();
            (format!("{} {}", line("kind: "), line("name: ")), *item)
        })
        .collect();
    named.sort();
    let mut out = Vec::new();
    for (name, item) in named {
        // Ids are whole texts; in an address they belong to another system.
        let item = item.replace("\n  id: ", "\n  id: \"").replace("\n  name: ", "\"\n  name: ");
        let mut words = String::new();
        for word in item.split('"') {
            let next = format!("#{}", ids.len());
            words += if id(word) { ids.entry(word.to_owned()).or_insert(next) } else { word };
            words += "\"";
        }
        out.push(format!("{name}\n{words}"));
    }
    out
}

#[track_caller]
fn same(found: &[String], expected: &[String]) {
    for (found, expected) in found.iter().zip(expected) {
        let lines = found.lines().zip(expected.lines()).find(|(found, expected)| found != expected);
        assert_eq!(lines, None, "{}", expected.lines().next().unwrap());
        assert_eq!(found.lines().count(), expected.lines().count());
    }
    assert_eq!(found.len(), expected.len());
}

/// The ids of the account's funnels.
fn funnels(ffx: &Ffx) -> BTreeSet<String> {
    let listed = ffx.run(&["funnels", "list", "-o", "json"]).done().json();
    let id = |it: &Value| it["idFunnel"].as_str().unwrap().to_owned();
    listed.as_array().unwrap().iter().map(id).collect()
}

#[test]
fn what_was_deleted_after_an_import_or_a_clone_is_made_anew_and_its_id_no_more() {
    for hidden in [DeletedAssets::Findable, DeletedAssets::Hidden] {
        let (_first, from) = account(false);
        let builder = Emulator::builder().visits_per_hour(1).without_assets(true);
        let second = serve(builder.deleted_assets(hidden));
        let into = Ffx::at(&second.emulator);
        into.write("profiles/default.toml", "rate = 100000.0\n");
        let file = entered(&into, &export(&from, "all.yaml"));
        into.run(&["funnels", "import", &file, "--yes"]).done();
        let all = funnels(&into);
        let deleted = all.first().unwrap().clone();
        into.run(&["funnels", "delete", &deleted, "--yes"]).done();
        let shown = into.run(&["funnels", "import", &file]).done();
        assert!(shown.stderr.contains(&format!("funnel {deleted} ")), "{}", shown.stderr);
        assert!(shown.stderr.contains("created anew") && shown.stdout.contains("create"));
        into.run(&["funnels", "import", &file, "--yes"]).done();
        let again = funnels(&into);
        assert_eq!((again.len(), again.contains(&deleted)), (all.len(), false));
        into.run(&["funnels", "import", &file, "--yes"]).done();
        assert_eq!(funnels(&into), again);

        let clone = ["funnels", "clone", again.first().unwrap(), "--name", "Copy"];
        let first = into.run(&clone).done().stdout;
        into.run(&["funnels", "delete", first.trim(), "--yes"]).done();
        let second = into.run(&clone).done();
        assert_ne!(second.stdout, first);
        assert!(second.stderr.contains("created anew"), "{}", second.stderr);
        assert_eq!(into.run(&clone).done().stdout, second.stdout);
    }
}

#[test]
fn what_no_read_has_shown_is_not_taken_for_deleted() {
    let (_first, from) = account(false);
    let (second, into) = account(true);
    let fault = Fault::status(StatusCode::NOT_FOUND).always();
    second.emulator.faults().push_for("ledger.page.find-by-id", fault).unwrap();
    let file = entered(&into, &export(&from, "all.yaml"));
    into.run(&["funnels", "import", &file, "--yes"]);
    assert!(second.emulator.calls().of("ledger.page.create") > 0);
    let again = into.run(&["funnels", "import", &file]);
    assert!(!again.stderr.contains("created anew"), "{}", again.stderr);
}

#[test]
fn no_plan_of_an_export_sends_its_masks() {
    let (_served, ffx) = account(false);
    let get = |id: &str| {
        let got = ffx.run(&["middleware-configs", "get", id, "-o", "json"]).done().json();
        let one = if got.is_array() { got[0].clone() } else { got };
        one["destination"]["headers"].clone()
    };
    let configs = ffx.run(&["middleware-configs", "list", "-o", "json"]).done().json();
    let ids: Vec<&str> = configs
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["idMiddlewareConfig"].as_str().unwrap())
        .collect();
    let headers = json!({"X-Token": "real"});
    for id in &ids {
        let destination = json!({"url": "https://a.example/", "headers": headers});
        let change = json!({"idMiddlewareConfig": id, "destination": destination}).to_string();
        let file = ffx.write("change.json", &change).display().to_string();
        ffx.run(&["middleware-configs", "update", "-f", &file]).done();
    }
    let file = export(&ffx, "all.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("\"X-Token\": \"********\""), "{text}");
    std::fs::write(&file, text.replace("Lead Scoring", "Scoring")).unwrap();
    let plan = ffx.path("plan.json").display().to_string();
    ffx.run(&["funnels", "plan", &file, "--save", &plan]).failed(5, &[]);
    ffx.run(&["funnels", "apply", &plan]).done();
    assert!(ids.iter().all(|id| get(id) == headers));
    // To another address no secret is taken over.
    let other = ffx.write("other.yaml", &text.replace("https://a.example/", "https://b.example/"));
    ffx.run(&["funnels", "plan", other.to_str().unwrap()])
        .failed(2, &["destination.headers.X-Token", "to be entered", "nothing was sent"]);
}

#[test]
fn a_deleted_object_is_no_part_of_a_plan_and_none_is_there_twice() {
    let (served, ffx) = account(false);
    let got = ffx.run(&["funnels", "get", FUNNEL, "-o", "json"]).done().json();
    let file =
        |funnels: Value| ffx.write("funnels.json", &funnels.to_string()).display().to_string();
    let twice = file(json!([got, got]));
    for command in [["funnels", "plan", &twice], ["funnels", "import", &twice]] {
        ffx.run(&command).failed(2, &["item 2", FUNNEL, "item 1", "nothing was sent"]);
    }
    ffx.run(&["funnels", "delete", FUNNEL, "--yes"]).done();
    let one = file(json!([got]));
    ffx.run(&["funnels", "plan", &one]).failed(2, &["has deleted", FUNNEL, "another"]);
    assert_eq!(served.emulator.calls().of("ledger.funnel.update"), 0);
}

fn creates(served: &Served) -> u64 {
    served.emulator.calls().iter().filter(|(id, _)| id.ends_with(".create")).map(|(_, n)| n).sum()
}

/// Gives a funnel a visitor tag, and a condition that counts the conversions of an offer.
fn tag(ffx: &Ffx) {
    let put = |kind: &str, object: Value| {
        let file = ffx.write("object.json", &object.to_string()).display().to_string();
        ffx.run(&[kind, "create", "-f", &file]).done();
    };
    put("visitor-tags", json!({ "idVisitorTag": "2nIemJxC0201", "visitorTagName": "Buyer" }));
    put(
        "pages",
        json!({ "idPage": "2nIemJxC0202", "pageName": "Capped", "pageType": "offer", "baseURL": "https://example.com/" }),
    );
    let test = json!({ "test": "Conversion Cap: Globally on Offer", "operator": "<",
        "testAgainstOfferConversionParams": { "idOffer": "2nIemJxC0202", "conversionsCount": 5 } });
    put(
        "conditions",
        json!({ "idCondition": "2nIemJxC0203", "conditionName": "Cap", "orTests": [{ "andTests": [test] }] }),
    );
    let mut funnel = ffx.run(&["funnels", "get", FUNNEL, "-o", "json"]).done().json();
    let target = funnel["nodes"][3]["idNode"].clone();
    let node = |id: &str, kind: &str, object: &str, params: Value| {
        json!({ "idNode": id, "idFunnel": FUNNEL, "nodeName": kind, "nodeType": kind, "posX": 0.9, "posY": 0.9,
            object: params })
    };
    let way = |id: &str, from: &str, to: Value, object: &str, params: Value| json!({ "idConnection": id, "idFunnel": FUNNEL, "idSourceNode": from, "idTargetNode": to, object: params });
    let (tag, condition) = ("2nIemJxC0204", "2nIemJxC0205");
    funnel["nodes"].as_array_mut().unwrap().extend([
        node(
            tag,
            "visitorTag",
            "nodeVisitorTagParams",
            json!({ "tags": ["2nIemJxC0201", "by name"] }),
        ),
        node(
            condition,
            "condition",
            "nodeConditionParams",
            json!({ "idCondition": "2nIemJxC0203" }),
        ),
    ]);
    let routes = ["ifYes", "ifNo"].map(|route| json!({ "condition": route }));
    let [yes, no] = routes;
    funnel["connections"].as_array_mut().unwrap().extend([
        way(
            "2nIemJxC0206",
            tag,
            json!(condition),
            "connectionCodeParams",
            json!({ "onDoneNumber": 1 }),
        ),
        way("2nIemJxC0207", condition, target.clone(), "connectionConditionParams", yes),
        way("2nIemJxC0208", condition, target, "connectionConditionParams", no),
    ]);
    let file = ffx.write("funnel.json", &funnel.to_string()).display().to_string();
    ffx.run(&["funnels", "update", "-f", &file]).done();
}

#[test]
fn an_export_goes_into_an_empty_account_and_comes_out_as_it_was() {
    let (_first, from) = account(false);
    tag(&from);
    let (second, into) = account(true);
    let file = export(&from, "all.yaml");
    let shown = into.run(&["funnels", "import", &file]).done();
    assert!(shown.stdout.contains("create") && shown.stderr.contains("nothing was sent"));
    assert_eq!(creates(&second), 0);
    let words = ["enter the secrets of middleware config ", "to be entered", "nothing was sent"];
    into.run(&["funnels", "import", &file, "--yes"]).failed(2, &words);
    assert_eq!(creates(&second), 0);
    into.run(&["funnels", "import", &entered(&into, &file), "--yes"]).done();
    let again = export(&into, "again.yaml");
    same(&shape(&again), &shape(&file));
    let text = std::fs::read_to_string(&again).unwrap();
    for name in ["visitorTagName\": \"Buyer", "pageName\": \"Capped", "\"by name\""] {
        assert!(text.contains(name), "{name}");
    }
    into.run(&["funnels", "check", "--all"]).done();

    // The account has the secrets now.
    let before = creates(&second);
    let told = into.run(&["funnels", "import", &file, "--yes"]).done();
    assert!(told.stderr.contains("nothing is to be done"), "{}", told.stderr);
    assert_eq!(creates(&second), before);
    // No id of the first account is in the second.
    let ids = |path: &str| -> BTreeSet<String> {
        let text = std::fs::read_to_string(path).unwrap();
        let lines = text.lines().filter_map(|line| line.strip_prefix("  id: "));
        lines.map(str::to_owned).collect()
    };
    assert!(ids(&file).is_disjoint(&ids(&again)));
}

#[test]
fn an_import_that_is_killed_ends_as_one_that_is_not() {
    kills(8);
}

#[test]
#[ignore = "takes a minute"]
fn an_import_that_is_killed_fifty_times_ends_as_one_that_is_not() {
    kills(50);
}

/// Kills imports at so many moments in all, into as many accounts as it takes.
fn kills(wanted: u64) {
    let (_first, from) = account(false);
    let file = export(&from, "all.yaml");
    let expected = shape(&file);
    let file = entered(&from, &file);
    let (mut dice, mut killed, mut accounts) = (11_u64, 0, 0);
    while killed < wanted {
        accounts += 1;
        let (second, into) = account(true);
        let import = ["funnels", "import", &file, "--yes", "-q"];
        for _ in 0..10 {
            dice = dice
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let until = second.emulator.calls().total() + (dice >> 33) % 60;
            let mut child =
                into.command(&import).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            while second.emulator.calls().total() < until && child.try_wait().unwrap().is_none() {
                std::thread::sleep(Duration::from_micros(200));
            }
            std::thread::sleep(Duration::from_micros((dice >> 40) % 4_000));
            child.kill().unwrap();
            if child.wait().unwrap().success() || killed == wanted {
                break;
            }
            killed += 1;
        }
        into.run(&import).done();
        let again = export(&into, "again.yaml");
        same(&shape(&again), &expected);
        // What a run made twice would be no part of the export.
        for kind in ["pages", "offer-sources", "webhook-configs", "categories"] {
            let listed = into.run(&[kind, "list", "-o", "json"]).done().json();
            let expected = expected.iter().filter(|item| item.starts_with(kind)).count();
            assert_eq!(listed.as_array().unwrap().len(), expected, "{kind}");
        }
    }
    println!("{killed} kills in {accounts} accounts");
}

/// A plan of the funnel with another name.
fn renamed(ffx: &Ffx, name: &str) -> String {
    let got = ffx.run(&["funnels", "get", FUNNEL, "-o", "json"]).done().stdout;
    let mut funnel: Value = serde_json::from_str(&got).unwrap();
    funnel["funnelName"] = json!(name);
    let file = ffx.write("funnel.json", &funnel.to_string()).display().to_string();
    let plan = ffx.path("plan.json").display().to_string();
    let shown =
        ffx.run(&["funnels", "plan", &file, "--save", &plan]).failed(5, &["1 object to send"]);
    assert!(
        shown.stdout.contains("update") && shown.stdout.contains("funnelName"),
        "{}",
        shown.stdout
    );
    plan
}

fn name(ffx: &Ffx) -> String {
    let got = ffx.run(&["funnels", "get", FUNNEL, "-o", "json"]).done().json();
    let one = if got.is_array() { got[0].clone() } else { got };
    one["funnelName"].as_str().unwrap().to_owned()
}

#[test]
fn a_plan_is_sent_as_it_is_and_taken_back() {
    let (served, ffx) = account(false);
    let before = name(&ffx);
    let whole = ffx.run(&["funnels", "get", FUNNEL, "-o", "json"]).done().stdout;
    let plan = renamed(&ffx, "Other");
    let updates = || served.emulator.calls().of("ledger.funnel.update");
    assert_eq!(updates(), 0);
    let done = ffx.run(&["funnels", "apply", &plan]).done();
    assert!(done.stderr.contains("`ffx funnels rollback "), "{}", done.stderr);
    assert_eq!((name(&ffx).as_str(), updates()), ("Other", 1));
    // The same again finds it done.
    ffx.run(&["funnels", "apply", &plan]).done();
    assert_eq!(updates(), 1);
    let shown = ffx.run(&["funnels", "rollback"]).done();
    assert!(shown.stderr.contains("nothing was sent"), "{}", shown.stderr);
    ffx.run(&["funnels", "rollback", "--yes"]).done();
    assert_eq!(name(&ffx), before);
    // The server writes its own members where it likes.
    let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let after = ffx.run(&["funnels", "get", FUNNEL, "-o", "json"]).done().stdout;
    assert_eq!(json(&after), json(&whole));
}

#[test]
fn a_plan_that_no_longer_fits_is_refused_and_so_is_its_rollback() {
    let (served, ffx) = account(false);
    let plan = renamed(&ffx, "Other");
    let update = |name: &str| {
        let set = format!("funnelName={name}");
        ffx.run(&["funnels", "update", FUNNEL, "--set", &set]).done();
    };
    update("By a person");
    let sent = served.emulator.calls().of("ledger.funnel.update");
    ffx.run(&["funnels", "apply", &plan])
        .failed(1, &["no longer fits", "changed meanwhile", "nothing was sent"]);
    assert_eq!(served.emulator.calls().of("ledger.funnel.update"), sent);
    let plan = renamed(&ffx, "Other");
    ffx.run(&["funnels", "apply", &plan]).done();
    update("By a person again");
    ffx.run(&["funnels", "rollback", "--yes"]).failed(1, &["changed since", "nothing was sent"]);
    assert_eq!(name(&ffx), "By a person again");
}

#[test]
fn an_update_without_an_answer_is_read_before_it_is_sent_again() {
    let (served, ffx) = account(false);
    let plan = renamed(&ffx, "Other");
    served
        .emulator
        .faults()
        .push_for("ledger.funnel.update", Fault::lost_answer().always())
        .unwrap();
    let failed = ffx.run(&["funnels", "apply", &plan]);
    assert_ne!(failed.code, 0, "{}", failed.stderr);
    served.emulator.faults().clear();
    let sent = served.emulator.calls().of("ledger.funnel.update");
    ffx.run(&["funnels", "apply", &plan]).done();
    assert_eq!(served.emulator.calls().of("ledger.funnel.update"), sent);
    assert_eq!(name(&ffx), "Other");
}
