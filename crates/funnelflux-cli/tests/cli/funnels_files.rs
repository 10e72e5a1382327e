//! Files of funnels: where they are written, what they hold, and what of them is taken.

use funnelflux::emulator::Emulator;
use serde_json::{Value, json};

use crate::support::{Ffx, Served, serve};

const FUNNEL: &str = "1RsY0Elid0Sw";

fn account() -> (Served, Ffx) {
    let served = serve(Emulator::builder().visits_per_hour(1));
    let ffx = Ffx::at(&served.emulator);
    ffx.write("profiles/default.toml", "rate = 100000.0\n");
    (served, ffx)
}

fn got(ffx: &Ffx) -> Value {
    let got = ffx.run(&["funnels", "get", FUNNEL, "-o", "json"]).done().json();
    if got.is_array() { got[0].clone() } else { got }
}

fn written(ffx: &Ffx, name: &str, value: &Value) -> String {
    ffx.write(name, &value.to_string()).display().to_string()
}

#[cfg(unix)]
#[test]
fn a_link_is_followed_a_pipe_written_to_and_a_directory_refused() {
    use std::fs;
    use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _, symlink};

    let (_served, ffx) = account();
    let file = written(&ffx, "funnel.json", &got(&ffx));
    let at = |name: &str| ffx.path(name);
    fs::create_dir(at("folder")).unwrap();
    let pipe = at("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let plan: &[&str] = &["funnels", "plan", &file, "--save"];
    let export: &[&str] = &["funnels", "export", FUNNEL, "-f"];
    let graph: &[&str] = &["funnels", "graph", &file, "--out"];
    let numbers: &[&str] = &[
        "funnels",
        "graph",
        FUNNEL,
        "--from",
        "2026-01-02",
        "--to",
        "2026-01-03",
        "--tz",
        "UTC",
        "--out",
    ];
    let doctor: &[&str] = &["doctor", "--save"];
    // A picture without numbers is for others, too.
    for (nth, (command, mode)) in
        [(plan, 0o600), (export, 0o600), (numbers, 0o600), (graph, 0), (doctor, 0)]
            .iter()
            .enumerate()
    {
        let run = |to: &std::path::Path| ffx.run(&[command, &[to.to_str().unwrap()][..]].concat());
        let (real, link) = (at(&format!("folder/real{nth}")), at(&format!("link{nth}")));
        symlink(format!("folder/real{nth}"), &link).unwrap();
        // The link leads to no file yet, then to one that others may read.
        run(&link).done();
        let text = fs::read_to_string(&real).unwrap();
        fs::write(&real, "before").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o644)).unwrap();
        run(&link).done();
        assert_eq!(fs::read_to_string(&real).unwrap().len(), text.len());
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        let is = fs::metadata(&real).unwrap().permissions().mode() & 0o777;
        assert_eq!(is, if *mode == 0 { 0o644 } else { *mode }, "{command:?}");
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || fs::read_to_string(pipe).unwrap()
        });
        run(&pipe).done();
        assert_eq!(reader.join().unwrap().len(), text.len());
        assert!(fs::symlink_metadata(&pipe).unwrap().file_type().is_fifo());
        run(&at("folder")).failed(1, &["folder cannot be written: it is a directory"]);
    }
    let out = ffx.run(&[graph, &["/dev/stdout"]].concat()).done();
    assert!(out.stdout.starts_with("<svg "), "{}", out.stdout);
    let circle = at("circle");
    symlink("circle", &circle).unwrap();
    ffx.run(&[graph, &[circle.to_str().unwrap()]].concat())
        .failed(1, &["circle cannot be written"]);
    let left: Vec<_> =
        fs::read_dir(at("")).unwrap().chain(fs::read_dir(at("folder")).unwrap()).collect();
    assert!(
        left.iter().all(|it| !it.as_ref().unwrap().file_name().to_string_lossy().ends_with(".new"))
    );
}

#[test]
fn headers_and_credentials_of_addresses_are_no_part_of_an_export() {
    let (_first, from) = account();
    let configs = from.run(&["middleware-configs", "list", "-o", "json"]).done().json();
    for config in configs.as_array().unwrap() {
        let id = config["idMiddlewareConfig"].as_str().unwrap();
        let url = "https://canary-2:canary-3@example.com/?api_key=canary-4&x={hit}";
        let destination = json!({"url": url, "headers": {"X-Canary-Key": "canary-1"}});
        let change = json!({"idMiddlewareConfig": id, "destination": destination});
        let file = written(&from, "change.json", &change);
        from.run(&["middleware-configs", "update", "-f", &file]).done();
    }
    let funnels = from.run(&["funnels", "list", "-o", "json"]).done().json();
    let ids: Vec<&str> =
        funnels.as_array().unwrap().iter().map(|it| it["idFunnel"].as_str().unwrap()).collect();
    let text = from.run(&[&["funnels", "export"], &ids[..]].concat()).done().stdout;
    assert!(!text.contains("canary"), "{text}");
    assert!(text.contains("https://********@example.com/?api_key=********&x={hit}"), "{text}");
    let second = serve(Emulator::builder().visits_per_hour(1).without_assets(true));
    let into = Ffx::at(&second.emulator);
    let file = into.write("all.yaml", &text).display().to_string();
    into.run(&["funnels", "import", &file, "--yes"])
        .failed(2, &["destination.headers.X-Canary-Key", "destination.url", "nothing was sent"]);
    let entered = into.write("entered.yaml", &text.replace("********", "again"));
    into.run(&["funnels", "import", entered.to_str().unwrap(), "--yes"]).done();
    // What the account has is not asked for again.
    let again = into.run(&["funnels", "import", &file, "--yes"]).done();
    assert!(again.stderr.contains("nothing is to be done"), "{}", again.stderr);
}

#[test]
fn a_map_names_objects_of_the_file_and_of_the_account() {
    let (served, ffx) = account();
    let file = ffx.path("one.yaml").display().to_string();
    ffx.run(&["funnels", "export", FUNNEL, "-f", &file]).done();
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("********", "again")).unwrap();
    let first = |kind: &str, id: &str| {
        let all = ffx.run(&[kind, "list", "-o", "json"]).done().json();
        all[0][id].as_str().unwrap().to_owned()
    };
    let item = text.split("\n- kind: pages\n  id: ").nth(1).unwrap();
    let page = item.lines().next().unwrap();
    let (other, source) = (first("pages", "idPage"), first("traffic-sources", "idTrafficSource"));
    let rows: [(&[String], &str); 5] = [
        (&[format!("{page}={source}")], "the account has no such assets"),
        (&[format!("{page}=2nIemJxCKbFX")], "by a path that is a guess"),
        (&[format!("2nIemJxCKbFX={other}")], "is the id of no object of the file"),
        (&[format!("{page}={other}"), format!("{page}={page}")], "is mapped already"),
        (&[format!("{page}=nonsense")], "nonsense"),
    ];
    for (maps, words) in rows {
        let maps: Vec<&str> = maps.iter().flat_map(|map| ["--map", map.as_str()]).collect();
        ffx.run(&[&["funnels", "import", &file, "--yes"], &maps[..]].concat()).failed(2, &[words]);
    }
    let sent = served.emulator.calls();
    assert!(sent.iter().all(|(id, count)| count == 0 || !id.ends_with(".create")));
    ffx.run(&["funnels", "import", &file, "--map", &format!("{page}={page}")]).done();
}

#[test]
fn every_command_reads_an_export_and_what_it_holds_is_known() {
    let (_served, ffx) = account();
    let file = ffx.path("all.yaml").display().to_string();
    let funnels = ffx.run(&["funnels", "list", "-o", "json"]).done().json();
    let ids: Vec<&str> =
        funnels.as_array().unwrap().iter().map(|it| it["idFunnel"].as_str().unwrap()).collect();
    ffx.run(&[&["funnels", "export"], &ids[..], &["-f", &file]].concat()).done();
    let offline = Ffx::new();
    let sound = offline.run(&["funnels", "check", &file]).done();
    assert!(
        sound.stderr.contains(&format!("{} funnels: no finding", ids.len())),
        "{}",
        sound.stderr
    );
    assert!(!sound.stderr.contains("not looked up"), "{}", sound.stderr);
    // A lander of the file where an offer is meant is found without the account.
    let text = std::fs::read_to_string(&file).unwrap();
    let wrong = offline
        .write("wrong.yaml", &text.replace("\"pageType\": \"offer\"", "\"pageType\": \"lander\""));
    offline.run(&["funnels", "check", wrong.to_str().unwrap()]).failed(1, &["error"]);
    ffx.run(&["funnels", "export", FUNNEL, "-f", &file]).done();
    let shown = offline.run(&["funnels", "show", &file]).done().stdout;
    assert!(shown.contains("[root]"), "{shown}");
}

#[test]
fn a_plan_with_errors_is_refused_unless_their_codes_are_allowed() {
    let (_served, ffx) = account();
    let mut funnel = got(&ffx);
    funnel["connections"][0]["idTargetNode"] = json!("2nIemJxCKbFX");
    let file = written(&ffx, "funnel.json", &funnel);
    let codes = ffx.run(&["funnels", "check", &file, "--account", "-o", "json"]).json();
    let errors = codes.as_array().unwrap().iter().filter(|it| it["severity"] == "error");
    let codes: Vec<&str> = errors.map(|it| it["code"].as_str().unwrap()).collect();
    assert!(!codes.is_empty());
    let plan = ffx.path("plan.json").display().to_string();
    let save = ["funnels", "plan", &file, "--save", &plan];
    ffx.run(&save).failed(1, &[codes[0], "--allow-findings", "nothing was sent"]);
    assert!(!ffx.path("plan.json").exists());
    let allowed = codes.join(",");
    let allow = [&save[..], &["--allow-findings", &allowed]].concat();
    ffx.run(&allow).failed(5, &["1 object to send"]);
    ffx.run(&[&save[..], &["--allow-findings", "FF999"]].concat()).failed(2, &["FF010"]);
    // A file that names only what it changes is checked as what it leaves.
    let part = json!({"idFunnel": FUNNEL, "funnelName": "Other"});
    let part = written(&ffx, "part.json", &part);
    ffx.run(&["funnels", "plan", &part]).failed(5, &["1 object to send"]);
}

#[test]
fn a_diff_says_of_a_file_what_its_plan_sends() {
    let (_served, ffx) = account();
    let mut funnel = got(&ffx);
    let object = funnel.as_object_mut().unwrap();
    object.remove("canvasWidth");
    object.insert("funnelName".to_owned(), json!("Other"));
    object.insert("owner".to_owned(), json!("of a file"));
    let file = written(&ffx, "funnel.json", &funnel);
    let diff = ffx.run(&["funnels", "diff", FUNNEL, &file, "-o", "json"]).done();
    let changes = diff.json();
    assert_eq!(changes.as_array().unwrap().len(), 1, "{}", diff.stdout);
    assert!(diff.stdout.contains("funnelName") && !diff.stdout.contains("removed"));
    assert!(diff.stderr.contains("not in the file, and kept: canvasWidth"), "{}", diff.stderr);
    let plan = ffx.run(&["funnels", "plan", &file, "-o", "json"]).failed(5, &[]);
    assert_eq!(plan.json()[0]["members"], "funnelName");
}

#[test]
fn a_chain_of_twenty_thousand_nodes_is_shown_and_drawn() {
    let id = |at: usize| format!("2nIemJx{at:05}");
    let nodes: Vec<Value> = (0..20_000)
        .map(|at| {
            let kind = if at == 0 { "root" } else { "webhook" };
            json!({"idNode": id(at), "nodeType": kind, "nodeName": format!("Step {at}")})
        })
        .collect();
    let ways: Vec<Value> = (1..20_000)
        .map(|at| json!({"idConnection": id(at), "idSourceNode": id(at - 1), "idTargetNode": id(at)}))
        .collect();
    let ffx = Ffx::new();
    let funnel = json!({"idFunnel": FUNNEL, "nodes": nodes, "connections": ways});
    let file = written(&ffx, "chain.json", &funnel);
    let tree = ffx.run(&["funnels", "show", &file]).done().stdout;
    assert!(tree.contains("… deeper, below") && tree.contains("Step 19999 ["));
    assert!(tree.lines().all(|line| line.chars().count() < 400));
    for format in ["svg", "mermaid", "html"] {
        let drawn = ffx.run(&["funnels", "graph", &file, "--format", format]).done().stdout;
        assert!(drawn.contains("Step 19999"));
    }
}
