//! Objects as they are given: files, pipes, slips of the pen, and what is known of members.

use funnelflux::emulator::Emulator;
use funnelflux::ledger::{AssetKind, Verb};
use serde_json::{Value, json};

use crate::support::{Ffx, Handmade, Reply, Served, serve};

const A: &str = "2nIemJxCKbFX";
const B: &str = "2n5JuOKWLTzd";

fn served() -> (Served, Ffx) {
    let served = serve(Emulator::builder().visits_per_hour(1));
    let ffx = Ffx::at(&served.emulator);
    ffx.write("profiles/default.toml", "rate = 10000.0\n");
    (served, ffx)
}

fn lines(ndjson: &str) -> Vec<Value> {
    ndjson.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn what_exists_and_differs_is_not_said_to_be_as_given() {
    let (_served, ffx) = served();
    let file = ffx.write("two.yaml", "- offerSourceName: One\n- offerSourceName: Two\n");
    let create = ["offer-sources", "create", "-o", "ndjson", "-f", file.to_str().unwrap()];
    let made = lines(&ffx.run(&create).done().stdout);
    ffx.run(&create).done();

    ffx.write("two.yaml", "- offerSourceName: One\n- offerSourceName: Zwei\n");
    for _ in 0..2 {
        let differs = ffx.run(&create).failed(1, &["1 of 2 offer-sources exist and differ"]);
        assert_eq!(differs.error()["kind"], "failed");
        assert!(differs.error()["hint"].as_str().unwrap().contains("update -f"));
        let outcomes: Vec<Value> =
            lines(&differs.stdout).iter().map(|one| one["outcome"].clone()).collect();
        assert_eq!(outcomes, ["exists", "exists, differs"]);
    }
    // A flag is a part of what is asked for.
    ffx.write("two.yaml", "- offerSourceName: One\n- offerSourceName: Two\n");
    let set = [&create[..], &["--set", "postbackSubId=x"]].concat();
    ffx.run(&set).failed(1, &["2 of 2 offer-sources exist and differ"]);
    ffx.run(&create).done();

    // What was brought in line is in line.
    let id = made[1]["id"].as_str().unwrap();
    ffx.write("two.yaml", "- offerSourceName: One\n- offerSourceName: Zwei\n");
    ffx.run(&["offer-sources", "update", id, "--set", "offerSourceName=Zwei"]).done();
    ffx.run(&create).done();
    ffx.run(&create).done();
}

#[test]
fn a_member_that_nobody_knows_is_not_sent_without_a_word() {
    let server = Handmade::serve(|seen, _| match seen.line.starts_with("GET") {
        true => Reply::Json(200, format!(r#"{{"idOfferSource":"{A}","fresh":1}}"#)),
        false => Reply::Json(200, "{}".into()),
    });
    let ffx = Ffx::against(&server.base_url);
    for verb in [
        &["create", "--dry-run"][..],
        &["update", A],
        &["update", A, "--dry-run"],
        &["duplicate", A, "--name", "x", "--dry-run"],
    ] {
        let slip = [&["offer-sources"][..], verb, &["--set", "offerSourceNam=typo", "-q"]].concat();
        let said = ffx.run(&slip).done().stderr;
        let warning = "warning: `offerSourceNam`: no such member of offer-sources is known; near: \
                       offerSourceName";
        assert_eq!(said.matches(warning).count(), 1, "{verb:?}: {said}");
    }
    // Nothing is near, and what the object has is known.
    let far = ffx.run(&["pages", "create", "--dry-run", "--set", "zzzzzz=1"]).done().stderr;
    assert!(far.contains("`zzzzzz`") && !far.contains("near"), "{far}");
    let had = ffx.run(&["offer-sources", "update", A, "--set", "fresh=2"]).done().stderr;
    assert!(!had.contains("warning"), "{had}");
    let known = ffx.run(&["offer-sources", "create", "--dry-run", "--set", "offerSourceName=x"]);
    assert!(!known.done().stderr.contains("warning"));
}

#[test]
fn what_can_be_set_can_be_looked_up_without_a_login() {
    let ffx = Ffx::new();
    let members = ffx.run(&["offer-sources", "members", "-o", "json"]).done().json();
    let all = members.as_array().unwrap();
    let name = all.iter().find(|member| member["name"] == "offerSourceName").unwrap();
    assert_eq!((&name["kind"], &name["server_managed"]), (&json!("string"), &json!(false)));
    for text in ["grade", "type_grade", "source", "meaning"] {
        assert!(name[text].as_str().is_some_and(|text| !text.is_empty()), "{text}: {name}");
    }
    let table = ffx.run(&["pages", "members"]).done().stdout;
    assert!(table.contains("pageName") && table.contains("Meaning"), "{table}");
}

#[test]
fn help_offers_an_asset_the_verbs_that_it_has() {
    let help = |asset: &str| ffx_help(&[asset, "--help"]);
    let categories = help("categories");
    assert!(!categories.contains("  delete") && !categories.contains("  archive"), "{categories}");
    assert!(categories.contains("  create") && categories.contains("  members"), "{categories}");
    assert!(help("funnels").contains("  delete"));
    // The refusal needs no login.
    let archive = Ffx::new().run(&["categories", "archive", A]);
    archive.failed(2, &["no operation for `archive`", "nothing was sent"]);
}

fn ffx_help(arguments: &[&str]) -> String {
    Ffx::new().run(arguments).done().stdout
}

#[test]
fn a_dry_run_that_reads_nothing_needs_no_login() {
    let ffx = Ffx::new();
    for verb in [
        &["create", "--set", "offerSourceName=x"][..],
        &["duplicate", A, "--name", "x"],
        &["archive", A],
        &["delete", A],
        &["move", A, "--uncategorised"],
    ] {
        let dry = ffx.run(&[&["offer-sources"][..], verb, &["--dry-run"]].concat()).done();
        assert!(dry.stderr.contains("nothing of this was sent"), "{}", dry.stderr);
    }
    let update = ["offer-sources", "update", A, "--set", "offerSourceName=x", "--dry-run"];
    ffx.run(&update).failed(3, &["not logged in"]);
}

#[test]
fn ids_that_are_made_up_for_a_dry_run_are_said_to_be() {
    let ffx = Ffx::new();
    let dry = |set: &str| ffx.run(&["offer-sources", "create", "--dry-run", "--set", set]).done();
    assert!(dry("offerSourceName=x").stderr.contains("each run makes new ids"));
    let own = format!("idOfferSource={A}");
    assert!(!dry(&own).stderr.contains("ids are made"));
}

#[test]
fn a_dry_update_shows_what_it_can_and_fails_for_the_rest() {
    let server = Handmade::serve(|seen, _| match seen.line.contains(B) {
        true => Reply::Json(404, "{}".into()),
        false => Reply::Json(200, format!(r#"{{"idOfferSource":"{A}"}}"#)),
    });
    let ffx = Ffx::against(&server.base_url);
    let update = ["offer-sources", "update", B, A, "--set", "offerSourceName=x", "--dry-run"];
    let dry = ffx.run(&update).failed(1, &[B, "404"]);
    assert!(dry.stdout.contains(A) && dry.stdout.contains("offerSourceName"), "{}", dry.stdout);
    ffx.run(&["offer-sources", "update", B, "--set", "offerSourceName=x", "--dry-run"])
        .failed(1, &[B, "404"]);
}

#[test]
fn what_is_listed_as_lines_can_be_updated_as_lines() {
    let (_served, ffx) = served();
    let listed = ffx.run(&["offer-sources", "list", "-o", "ndjson"]).done().stdout;
    assert!(listed.lines().count() > 1, "{listed}");
    let update = ["offer-sources", "update", "-f", "-", "--set", "postbackSubId=x", "-o", "ndjson"];
    let changed = ffx.run_with(&update, &listed).done();
    assert_eq!(lines(&changed.stdout).len(), listed.lines().count());
}

#[test]
fn a_file_that_makes_no_sense_is_told_of_in_words_of_its_own() {
    let ffx = Ffx::new();
    for (text, expected) in [
        ("{\"a\": 1}\n{\"b\": \n", "line 2: expected a JSON object"),
        ("a: [b\nc: d\n", "cannot be read as YAML or JSON"),
        ("a: .inf\n", "line 1, column 4"),
    ] {
        let file = ffx.write("bad", text);
        let create = ["pages", "create", "--dry-run", "-f", file.to_str().unwrap()];
        let said = ffx.run(&create).failed(2, &[expected]).stderr;
        assert!(!said.contains("serde") && !said.contains("expected `"), "{said}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn the_ids_of_what_comes_through_a_pipe_are_kept() {
    let (_served, ffx) = served();
    let create = ["offer-sources", "create", "-f", "/dev/stdin"];
    for said in ["created 1", "created 0"] {
        let made = ffx.run_with(&create, "offerSourceName: Network 1\n").done();
        assert!(
            made.stderr.contains(said) && made.stderr.contains("keeps the ids"),
            "{}",
            made.stderr
        );
    }
}

#[test]
fn a_killed_query_for_raw_events_is_asked_for_a_shorter_range() {
    let served = serve(Emulator::builder().max_query_hours(1));
    let ffx = Ffx::at(&served.emulator);
    let raw = ["report", "raw", "--from=2024-03-05", "--to=2024-03-05", "--tz=UTC", "-o", "ndjson"];
    let error = ffx.run(&raw).failed(1, &[]).error();
    assert_eq!(error["hint"], "ask for a shorter range");
}

#[test]
fn the_first_example_of_each_create_is_complete() {
    let (_served, ffx) = served();
    for kind in AssetKind::all().iter().filter(|kind| kind.operation(Verb::Create).is_some()) {
        let help = ffx.run(&[kind.name, "create", "--help"]).done().stdout;
        let example = help.lines().find(|line| line.contains(" create --set ")).unwrap();
        ffx.run(&example.trim().split(' ').skip(1).collect::<Vec<_>>()).done();
    }
}
