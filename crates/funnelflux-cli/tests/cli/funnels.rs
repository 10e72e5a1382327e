//! The verbs of funnels alone: what the user types, sees and gets as exit code.

use funnelflux::emulator::Emulator;
use serde_json::{Value, json};

use crate::support::{Ffx, Handmade, Reply, serve};

/// A funnel of the emulator's account.
const FUNNEL: &str = "1RsY0Elid0Sw";

/// The funnel of the account as a file, changed.
fn file(ffx: &Ffx, change: impl FnOnce(&mut Value)) -> String {
    let got = ffx.run(&["--emulator", "funnels", "get", FUNNEL, "-o", "json"]).done();
    let mut funnel: Value = serde_json::from_str(&got.stdout).unwrap();
    change(&mut funnel);
    let path = ffx.path("funnel.json");
    std::fs::write(&path, format!("{funnel:#}")).unwrap();
    path.display().to_string()
}

fn codes(output: &str) -> Vec<String> {
    let rows: Value = serde_json::from_str(output).unwrap();
    let code = |row: &Value| {
        format!("{} {}", row["code"].as_str().unwrap(), row["place"].as_str().unwrap())
    };
    rows.as_array().unwrap().iter().map(code).collect()
}

#[test]
fn every_funnel_of_the_emulated_account_is_sound() {
    let outcome = Ffx::new().run(&["--emulator", "funnels", "check", "--all"]).done();
    assert_eq!(outcome.stdout, "");
    assert!(outcome.stderr.contains("6 funnels: no finding"), "{}", outcome.stderr);
}

#[test]
fn a_broken_file_is_refused_offline_and_what_it_refers_to_with_the_account() {
    let ffx = Ffx::new();
    let file = file(&ffx, |funnel| {
        funnel["connections"][0]["idTargetNode"] = json!("2nIemJxCKbFX");
        funnel["nodes"][1]["nodePageParams"]["idPage"] = json!("2nIemJxCKbFX");
    });
    let offline = ffx.run(&["funnels", "check", &file, "-o", "json"]);
    assert_eq!(offline.code, 1, "{}", offline.stderr);
    assert_eq!(codes(&offline.stdout), ["FF009 nodes[1]", "FF005 connections[0].idTargetNode"]);
    let account = ffx.run(&["--emulator", "funnels", "check", &file, "--account", "-o", "json"]);
    assert_eq!(account.code, 1);
    let missing = "FF060 nodes[1].nodePageParams.idPage".to_owned();
    assert!(codes(&account.stdout).contains(&missing), "{}", account.stdout);
    let table = ffx.run(&["funnels", "check", &file]);
    assert!(table.stdout.contains("FF005"), "{}", table.stdout);
    assert!(table.stderr.contains("1 funnel: 1 error, 1 warning"), "{}", table.stderr);
    assert!(table.stderr.contains("not looked up"), "{}", table.stderr);
}

#[test]
fn warnings_alone_do_not_fail() {
    let ffx = Ffx::new();
    let file = file(&ffx, |funnel| funnel["funnelName"] = json!(""));
    let outcome = ffx.run(&["funnels", "check", &file, "-o", "json"]).done();
    assert_eq!(codes(&outcome.stdout), ["FF102 funnelName"]);
}

#[test]
fn sarif_names_rule_level_line_and_place_and_no_other_command_takes_it() {
    let ffx = Ffx::new();
    let file = file(&ffx, |funnel| funnel["nodes"][2]["posX"] = json!(7));
    let outcome = ffx.run(&["funnels", "check", &file, "-o", "sarif"]).done();
    let log: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let result = &log["runs"][0]["results"][0];
    assert_eq!((&result["ruleId"], &result["level"]), (&json!("FF081"), &json!("warning")));
    let location = &result["locations"][0];
    assert_eq!(location["logicalLocations"][0]["fullyQualifiedName"], "nodes[2].posX");
    let line = location["physicalLocation"]["region"]["startLine"].as_u64().unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    let line = text.lines().nth(usize::try_from(line).unwrap() - 1).unwrap();
    assert!(line.contains("\"posX\": 7"), "{line}");
    let refused = ffx.run(&["--emulator", "funnels", "list", "-o", "sarif"]);
    assert_eq!(refused.code, 2, "{}", refused.stdout);
    assert!(refused.stderr.contains("only the verb `check`"), "{}", refused.stderr);
}

#[test]
fn a_name_that_is_no_file_is_looked_up_and_an_unknown_one_refused() {
    let ffx = Ffx::new();
    ffx.run(&["--emulator", "funnels", "check", "Mattress – Quiz"]).done();
    let refused = ffx.run(&["--emulator", "funnels", "check", "Mattress Quizz"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("near"), "{}", refused.stderr);
}

#[test]
fn a_funnel_is_shown_as_a_tree_and_drawn_in_each_form() {
    let ffx = Ffx::new();
    let tree = ffx.run(&["--emulator", "funnels", "show", FUNNEL]).done().stdout;
    assert!(tree.starts_with("Mattress – Advertorial\nTraffic [root]\n├─ 50% → "), "{tree}");
    let days = ["--from", "2026-01-02", "--to", "2026-01-03", "--tz", "UTC"];
    let numbers = [&["--emulator", "funnels", "show", FUNNEL][..], &days].concat();
    let numbers = ffx.run(&numbers).done();
    assert!(numbers.stdout.contains("Sleep Advertorial A [lander]  "), "{}", numbers.stdout);
    assert!(numbers.stderr.contains("numbers of 4 of 7 nodes"), "{}", numbers.stderr);
    let file =
        file(&ffx, |funnel| funnel["connections"][0]["idTargetNode"] = json!("2nIemJxCKbFX"));
    for (format, start, mark) in [
        ("svg", "<svg ", "class=\"badge "),
        ("mermaid", "flowchart LR\n", ":::missing"),
        ("html", "<!doctype html>", "<dt>warning</dt>"),
    ] {
        let drawn = ffx.run(&["funnels", "graph", &file, "--format", format]).done().stdout;
        assert!(drawn.starts_with(start) && drawn.contains("Sleep Advertorial A"), "{drawn}");
        assert!(drawn.contains(mark) && drawn.contains("FF005"), "{drawn}");
        let out = ffx.path("picture");
        let out = out.to_str().unwrap();
        ffx.run(&["funnels", "graph", &file, "--format", format, "--out", out]).done();
        assert_eq!(std::fs::read_to_string(out).unwrap(), drawn);
    }
    let tree = ffx.run(&["funnels", "show", &file]).done().stdout;
    assert!(tree.contains("2nIemJxCKbFX [missing]") && tree.contains("error: FF005"), "{tree}");
    ffx.run(&["funnels", "show", &file, "-o", "json"]).failed(2, &["-o table"]);
    ffx.run(&["funnels", "graph", &file, "--out", "/no/such/place"]).failed(1, &["/no/such/place"]);
}

#[test]
fn numbers_of_a_report_stand_on_their_nodes_with_the_grade_of_the_attribute() {
    let funnel = include_str!("../../../funnelflux-funnels/tests/pictures/ten-nodes.json");
    let rows = json!({"rows": [
        {"attributes": [{"id": "2nIemJxCK001", "value": "Traffic"}], "visits": 18_240, "conversions": 412, "profitAndLoss": "5831.105"},
        {"attributes": [{"id": "2nIemJxCK002", "value": "Quiz"}], "visits": 0, "landerViews": 9_118, "conversions": 226},
        {"attributes": [{"id": "of another funnel", "value": "x"}], "visits": 1}
    ]});
    let server = Handmade::serve(move |seen, _| {
        let is_report = seen.line.contains("/reporting/drilldown");
        Reply::Json(200, if is_report { rows.to_string() } else { funnel.to_owned() })
    });
    let ffx = Ffx::against(&server.base_url);
    let days = ["--from", "2026-11-20", "--to", "2026-11-26", "--tz", "UTC"];
    let show = [&["funnels", "show", "2nIemJxCKbFX"][..], &days].concat();
    let outcome = ffx.run(&show).done();
    for words in [
        "2026-11-20",
        "`Element: Node ID`, whose grade is sibling",
        "Traffic [root]  18,240 visits · 412 conv. · 5,831.10\n",
        "50% (9,118) → Quiz, short [lander]  9,118 visits · 226 conv.\n",
    ] {
        assert!(outcome.stdout.contains(words), "no {words:?} in {}", outcome.stdout);
    }
    assert!(outcome.stderr.contains("numbers of 2 of 10 nodes"), "{}", outcome.stderr);
    assert_eq!(server.seen().len(), 2, "{:?}", server.seen());
    ffx.run(&["funnels", "show", "2nIemJxCKbFX", "--last", "7d"]).failed(2, &["--tz"]);
}

const SHOES: &str = "\
name: Shoes
group: Sleep
nodes:
  traffic: root
  quiz: lander Sleep Quiz
  story: lander 1RqQvKPaE8RH
  offer: offer DreamFoam Mattress
  thank you: external-url https://example.com/thanks
ways:
  - traffic > quiz 70%
  - traffic > story 30%
  - quiz > offer 1
  - story > offer 1
  - offer > thank you 1 converts
";

#[test]
fn a_description_becomes_a_funnel_that_is_sound_saved_and_read_back() {
    let served = serve(Emulator::builder().visits_per_hour(4));
    let ffx = Ffx::at(&served.emulator);
    let (description, made) = (ffx.path("shoes.yaml"), ffx.path("shoes.json"));
    std::fs::write(&description, SHOES).unwrap();
    let (description, file) = (description.display().to_string(), made.display().to_string());

    let refused = ffx.run(&["funnels", "new", &description]);
    assert_eq!(refused.code, 1, "{}", refused.stderr);
    for part in ["kind external-url", "kind lander", "`root` (sibling)", "--like", "--accept-guess"]
    {
        assert!(refused.stderr.contains(part), "{part}: {}", refused.stderr);
    }
    assert_eq!(refused.stdout, "");

    let words = ["--like", FUNNEL, "--accept-guess", "external-url"];
    let new = ffx.run(&[&["funnels", "new", &description], &words[..]].concat()).done();
    std::fs::write(&made, &new.stdout).unwrap();
    ffx.run(&["funnels", "check", &file, "--account"]).done();
    ffx.run(&["funnels", "create", "-f", &file]).done();
    let id = serde_json::from_str::<Value>(&new.stdout).unwrap()["idFunnel"]
        .as_str()
        .unwrap()
        .to_owned();
    let diff = ffx.run(&["funnels", "diff", &file, &id]).done();
    let unsaved = ["`owner` added", "no difference"];
    assert!(
        unsaved.iter().any(|it| diff.stdout.contains(it) || diff.stderr.contains(it)),
        "{} {}",
        diff.stdout,
        diff.stderr
    );
    assert!(!diff.stdout.contains('→'), "{}", diff.stdout);
}

#[test]
fn a_description_with_a_mistake_names_its_place_and_prints_nothing() {
    let ffx = Ffx::new();
    let path = ffx.path("shoes.yaml");
    for (was, is, part) in [
        ("lander Sleep Quiz", "landr Sleep Quiz", "the node `quiz`: `landr` is no kind"),
        ("lander Sleep Quiz", "lander", "the node `quiz` names nothing"),
        ("story > offer 1", "story > ofer 1", "the way `story > ofer 1`: its target is no node"),
        ("story > offer 1", "stori > offer 1", "its source is no node"),
        ("story > offer 1", "story offer 1", "it has no >"),
        ("story > offer 1", "story > offer one", "its action is no number"),
        ("group: Sleep", "grp: Sleep", "`group` is missing"),
        ("group: Sleep", "group: Sleep\nnotes: x", "no member `notes`; expected name, group"),
        ("ways:", "wayz:", "no member `wayz`; expected name, group"),
        ("group: Sleep", "group: Sleeep", "no funnel group has this name"),
    ] {
        std::fs::write(&path, SHOES.replace(was, is)).unwrap();
        let path = path.display().to_string();
        let refused = ffx.run(&["--emulator", "funnels", "new", &path]);
        assert_eq!((refused.code, refused.stdout.as_str()), (2, ""), "{is}: {}", refused.stderr);
        assert!(refused.stderr.contains(part), "{part}: {}", refused.stderr);
    }
}

#[test]
fn a_clone_is_the_same_graph_under_new_ids() {
    let served = serve(Emulator::builder().visits_per_hour(4));
    let ffx = Ffx::at(&served.emulator);
    let dry = ffx
        .run(&["funnels", "clone", FUNNEL, "--name", "Copy", "--dry-run", "-o", "ndjson"])
        .done();
    assert_eq!(dry.stdout.lines().count(), 1);
    assert_eq!(
        ffx.run(&["funnels", "find", "--ids", FUNNEL, "-o", "ndjson"])
            .done()
            .stdout
            .lines()
            .count(),
        1
    );
    let id = ffx.run(&["funnels", "clone", FUNNEL, "--name", "Copy"]).done().stdout;
    let id = id.trim();
    assert_ne!(id, FUNNEL);
    ffx.run(&["funnels", "check", id]).done();
    let diff = ffx.run(&["funnels", "diff", FUNNEL, id, "-o", "ndjson"]).done();
    assert!(diff.stdout.contains("became \\\"Copy\\\""), "{}", diff.stdout);
    let original = ffx.run(&["funnels", "get", FUNNEL]).done().stdout;
    let copy = ffx.run(&["funnels", "get", id]).done().stdout;
    let count =
        |text: &str| (text.matches("\"idNode\"").count(), text.matches("\"idConnection\"").count());
    assert_eq!(count(&original), count(&copy));
}
