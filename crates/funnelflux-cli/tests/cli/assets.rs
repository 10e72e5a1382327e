//! `ffx <asset>`.

use std::collections::BTreeSet;
use std::time::Duration;

use funnelflux::emulator::{Emulator, Fault};
use funnelflux::journal::State;
use funnelflux::ledger::{AssetKind, Verb};
use serde_json::{Value, json};

use crate::support::{Ffx, Handmade, Reply, Served, serve, steps};

const ID: &str = "2nIemJxCKbFX";
const OTHER: &str = "2n5JuOKWLTzd";

fn emulator() -> Served {
    serve(Emulator::builder().visits_per_hour(1))
}

/// Speaks to the emulator as fast as it can.
fn ffx(served: &Served) -> Ffx {
    let ffx = Ffx::at(&served.emulator);
    ffx.write("profiles/default.toml", "rate = 10000.0\n");
    ffx
}

fn lines(ndjson: &str) -> Vec<Value> {
    ndjson.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// `count` offer sources, in YAML.
fn sources(count: usize) -> String {
    (1..=count).map(|n| format!("- offerSourceName: Network {n}\n")).collect()
}

/// The names of the offer sources that [`sources`] makes, sorted.
fn networks(ffx: &Ffx) -> Vec<String> {
    let listed = ffx.run(&["offer-sources", "list", "--status=all", "-o", "ndjson"]).done().stdout;
    let names =
        lines(&listed).into_iter().map(|one| one["offerSourceName"].as_str().unwrap().to_owned());
    let mut names: Vec<String> = names.filter(|name| name.starts_with("Network ")).collect();
    names.sort();
    names
}

fn expected(count: usize) -> Vec<String> {
    let mut names: Vec<String> = (1..=count).map(|n| format!("Network {n}")).collect();
    names.sort();
    names
}

#[test]
fn an_asset_goes_through_its_life() {
    let served = emulator();
    let ffx = ffx(&served);
    let made =
        ffx.run(&["offer-sources", "create", "--set", "offerSourceName=2024", "-o", "ndjson"]);
    let made = lines(&made.done().stdout).remove(0);
    // A name is a text, also where it looks like a number.
    assert_eq!((&made["name"], &made["outcome"]), (&json!("2024"), &json!("created")));
    let id = made["id"].as_str().unwrap();

    let changed =
        ffx.run(&["offer-sources", "update", id, "--set", "offerSourceName=New", "-o", "ndjson"]);
    assert_eq!(lines(&changed.done().stdout)[0]["members"], json!(["offerSourceName"]));
    let again = ffx.run(&["offer-sources", "update", id, "--set", "offerSourceName=New"]).done();
    assert!(again.stdout.contains("unchanged"), "{}", again.stdout);

    ffx.run(&["offer-sources", "archive", id]).done();
    let archived = ffx.run(&["offer-sources", "list", "--status", "archived", "-o", "csv"]).done();
    assert!(archived.stdout.contains(id), "{}", archived.stdout);
    ffx.run(&["offer-sources", "unarchive", id]).done();
    let table = ffx.run(&["offer-sources", "list"]).done().stdout;
    let line = table.lines().find(|line| line.starts_with(id)).unwrap();
    assert!(line.contains("New") && line.contains("active"), "{line}");

    let copy = ffx.run(&["offer-sources", "duplicate", id, "--name", "Copy"]).done();
    assert!(copy.stdout.contains("{"), "{}", copy.stdout);
    let listed = ffx.run(&["offer-sources", "list", "-o", "json"]).done().json();
    let copies = listed.as_array().unwrap().iter().filter(|one| one["offerSourceName"] == "Copy");
    assert_eq!(copies.count(), 1);

    ffx.run(&["offer-sources", "move", id, "--uncategorised"]).done();
    ffx.run(&["offer-sources", "delete", id, "--yes"]).done();
    let listed = ffx.run(&["offer-sources", "list", "-o", "ndjson"]).done().stdout;
    assert!(!listed.contains(id), "{listed}");
}

#[test]
fn an_update_changes_one_member_and_no_other_byte() {
    let stored = format!(
        "{{ \"new\": {{\"deep\": [1.50, {{\"x\\u0041\": 1e3}}]}},\n  \"idOfferSource\":\"{ID}\",\
         \"offerSourceName\" : \"Old\",\"z\":12345678901234567890 , \"a\":null, \"meta\":{{}} }}"
    );
    let served = stored.clone();
    let server = Handmade::serve(move |seen, _| match seen.line.contains("GET") {
        true => Reply::Json(200, served.clone()),
        false => Reply::Json(200, "{}".into()),
    });
    let update = ["offer-sources", "update", ID, "--set", "offerSourceName=X"];
    let dry = Ffx::against(&server.base_url).run(&[&update[..], &["--dry-run"]].concat()).done();
    assert_eq!(server.seen().len(), 1, "a dry run only reads");
    let expected = stored.replace("\"Old\"", "\"X\"");
    assert!(dry.stdout.contains(&expected), "{}", dry.stdout);

    Ffx::against(&server.base_url).run(&update).done();
    assert_eq!(server.seen().last().unwrap().body, expected);
}

#[test]
fn meta_is_never_written() {
    let stored = format!(r#"{{"idOfferSource":"{ID}","meta":{{"editVersion":7}}}}"#);
    let server = Handmade::serve(move |seen, _| match seen.line.contains("GET") {
        true => Reply::Json(200, stored.clone()),
        false => Reply::Json(200, "{}".into()),
    });
    let ffx = Ffx::against(&server.base_url);
    let update = |set: &'static str| ["offer-sources", "update", ID, "--set", set];
    for refused in ["meta.note=hello", r#"meta={"a":1}"#, "meta.editVersion=8"] {
        ffx.run(&update(refused)).failed(2, &["meta", "only the app writes it"]);
    }
    ffx.run(&update("meta.editVersion=7")).done();
    let wrote = |seen: &crate::support::Seen| !seen.line.contains("GET");
    assert!(!server.seen().iter().any(wrote), "nothing was to be changed");

    let create = ["offer-sources", "create", "--set", "offerSourceName=A", "--set", "meta.a=1"];
    let outcome = ffx.run(&create).done();
    assert!(outcome.stderr.contains("not sent: meta"), "{}", outcome.stderr);
    let body = server.seen().into_iter().rfind(wrote).unwrap().body;
    assert!(body.contains("offerSourceName") && !body.contains("meta"), "{body}");
}

#[test]
fn stored_secrets_survive_an_update_of_something_else() {
    let served = emulator();
    let ffx = ffx(&served);
    let config = json!({
        "idMiddlewareConfig": ID,
        "middlewareConfigName": "Fraud check",
        "destination": {"type": "http", "method": "POST", "url": "https://example.com/check",
            "hmacSecret": "k3y-of-the-house"},
        "routes": [
            {"idRoute": "approved", "priority": 1},
            {"idRoute": "default", "isDefault": true, "priority": 0}
        ],
    });
    let file = ffx.write("config.json", &config.to_string());
    ffx.run(&["middleware-configs", "create", "-f", file.to_str().unwrap()]).done();
    served.emulator.clear_requests();

    ffx.run(&["middleware-configs", "update", ID, "--set", "description=x"]).done();
    let save = served.emulator.requests().pop().unwrap();
    assert_eq!(save.operation, Some("ledger.middlewareconfig.update"));
    let destination = save.json().unwrap()["destination"].clone();
    assert!(matches!(destination["hmacSecret"].as_str(), None | Some("********")), "{destination}");
    assert_eq!(destination["hasHmacSecret"], json!(true));
    assert_ne!(destination["hasBasicAuthPassword"], json!(true));

    // The mask is not a secret, whether or not a secret is stored there.
    served.emulator.clear_requests();
    for member in ["destination.hmacSecret", "destination.basicAuth.password"] {
        let stars = format!("{member}=********");
        let update = ["middleware-configs", "update", ID, "--set", &stars];
        ffx.run(&update).failed(2, &[member, "expected the secret itself"]);
    }
    assert_eq!(served.emulator.calls().total(), 0);

    let shown = ffx.run(&["middleware-configs", "get", ID, "-o", "json"]).done();
    assert_eq!(shown.json()["description"], "x");
    assert!(!shown.stdout.contains("k3y-of-the-house"));
}

#[test]
fn a_masked_secret_cannot_be_made_up() {
    let served = emulator();
    let ffx = ffx(&served);
    let config = json!({
        "middlewareConfigName": "Fraud check",
        "destination": {"method": "POST", "url": "https://example.com/", "hmacSecret": "********"},
    });
    let file = ffx.write("config.json", &config.to_string());
    let outcome = ffx.run(&["middleware-configs", "create", "-f", file.to_str().unwrap()]);
    outcome.failed(2, &["hmacSecret", "nothing was sent"]);
    assert_eq!(served.emulator.calls().total(), 0);
}

#[test]
fn killed_in_the_middle_and_started_again_it_makes_each_object_once() {
    let served = emulator();
    let ffx = ffx(&served);
    let file = ffx.write("200.yaml", &sources(200));
    let command = ["offer-sources", "create", "-f", file.to_str().unwrap()];
    served.emulator.faults().push(Fault::latency(Duration::from_millis(5)).always());
    let mut child = ffx.spawn(&command);
    while served.emulator.calls().of("ledger.offersource.create") < 50 {
        assert!(child.try_wait().unwrap().is_none(), "it was to be killed at work");
        std::thread::yield_now();
    }
    // On Unix this is SIGKILL.
    child.kill().unwrap();
    child.wait().unwrap();
    served.emulator.faults().clear();
    let before = networks(&ffx).len();
    assert!((40..200).contains(&before), "{before} objects");

    let second = ffx.run(&command).done();
    assert!(second.stderr.contains("existed already"), "{}", second.stderr);
    assert_eq!(networks(&ffx), expected(200));

    let third = ffx.run(&command).done();
    assert!(third.stderr.contains("created 0 offer-sources, 200 existed"), "{}", third.stderr);
    assert_eq!(networks(&ffx), expected(200));
}

#[test]
fn a_lost_answer_makes_no_second_object() {
    let served = emulator();
    let ffx = ffx(&served);
    let file = ffx.write("3.yaml", &sources(3));
    served.emulator.faults().push_for("ledger.offersource.create", Fault::lost_answer()).unwrap();
    ffx.run(&["offer-sources", "create", "-f", file.to_str().unwrap()]).done();
    assert_eq!(networks(&ffx), expected(3));
}

#[test]
fn one_refused_object_does_not_stop_the_others_and_can_be_mended_in_its_place() {
    let served = emulator();
    let ffx = ffx(&served);
    let good = sources(3);
    let bad = good.replace("Network 2\n", "Network 2\n  idCategory: 2n5JuOKWLTzz\n");
    let file = ffx.write("3.yaml", &bad);
    let command = ["offer-sources", "create", "-f", file.to_str().unwrap()];
    let outcome = ffx.run(&command);
    outcome.failed(1, &["1 of 3 offer-sources were not made", "item 2", "missing ones only"]);
    ffx.write("3.yaml", &good);
    ffx.run(&command).done();
    assert_eq!(networks(&ffx), expected(3));
}

#[test]
fn a_dry_run_prints_the_requests_and_sends_none() {
    let server = Handmade::serve(|_, _| Reply::Nothing);
    let ffx = Ffx::against(&server.base_url);
    let file = ffx.write("2.yaml", &sources(2));
    let file = file.to_str().unwrap();
    let dry = ["offer-sources", "create", "--dry-run", "-o", "ndjson", "-f", file];
    let requests = lines(&ffx.run(&dry).done().stdout);
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[1]["body"]["offerSourceName"], "Network 2");
    assert_eq!(requests[1]["body"]["idOfferSource"].as_str().map(str::len), Some(12));
    assert!(requests[1]["path"].as_str().unwrap().starts_with('/'));
    assert!(server.seen().is_empty());
    assert!(!ffx.path("state").exists());
}

#[test]
fn every_broken_rule_of_every_object_is_named_before_anything_is_sent() {
    let server = Handmade::serve(|_, _| Reply::Nothing);
    let ffx = Ffx::against(&server.base_url);
    let file = ffx.write("bad.yaml", "- {idPage: short}\n- {pageName: fine}\n- {idPage: 7}\n");
    let outcome = ffx.run(&["pages", "create", "-f", file.to_str().unwrap()]);
    outcome.failed(2, &["item 1: ", "item 3: ", "idPage", "short", "nothing was sent"]);
    let twice = format!("- idPage: {ID}\n- idPage: {ID}\n");
    let file = ffx.write("twice.yaml", &twice);
    let outcome = ffx.run(&["pages", "create", "-f", file.to_str().unwrap()]);
    outcome.failed(2, &["two objects have the id"]);
    assert!(server.seen().is_empty());
}

#[test]
fn nothing_is_deleted_where_nobody_can_be_asked() {
    let server = Handmade::serve(|_, _| Reply::Nothing);
    let ffx = Ffx::against(&server.base_url);
    let outcome = ffx.run_with(&["offer-sources", "delete", ID, OTHER], "2\n");
    outcome.failed(2, &["2 offer-sources", "--yes"]);
    assert!(server.seen().is_empty());
}

#[test]
fn a_verb_that_the_reference_does_not_list_is_refused_unsent() {
    let server = Handmade::serve(|_, _| Reply::Nothing);
    let ffx = Ffx::against(&server.base_url);
    let outcome = ffx.run(&["categories", "archive", ID]);
    outcome.failed(2, &["categories", "no operation for `archive`", "available: list, get"]);
    let outcome = ffx.run(&["funnels", "duplicate", ID, "--name", "Copy"]);
    outcome.failed(2, &["--parent"]);
    assert!(server.seen().is_empty());
}

#[test]
fn a_write_without_an_answer_leaves_with_its_own_code() {
    let server = Handmade::serve(|_, _| Reply::Nothing);
    let ffx = Ffx::against(&server.base_url);
    let outcome = ffx.run(&["offer-sources", "duplicate", ID, "--name", "Copy"]);
    outcome.failed(4, &[ID, "check whether it was done"]);
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn a_create_whose_outcome_stays_unknown_says_so_and_names_the_id() {
    let server = Handmade::serve(|_, _| Reply::Nothing);
    let ffx = Ffx::against(&server.base_url);
    let file = ffx.write("2.yaml", &sources(2));
    let command = ["offer-sources", "create", "-f", file.to_str().unwrap(), "-o", "json"];
    let outcome = ffx.run(&command).failed(4, &["missing ones only"]);
    let written =
        steps(&ffx, "create offer-sources", &format!("{}\n{}", server.base_url, file.display()));
    for (one, step) in outcome.json().as_array().unwrap().iter().zip(&written) {
        assert_eq!(one["outcome"], "unknown");
        assert_eq!((one["id"].as_str(), step.state), (Some(&*step.key), State::Ambiguous));
    }
    assert_eq!(written.len(), 2);
    // A create is never sent again before its id was looked up.
    let creates = server.seen().iter().filter(|seen| seen.line.starts_with("POST")).count();
    assert_eq!(creates, 2);
}

#[test]
fn new_ids_make_the_objects_of_a_file_again() {
    let served = emulator();
    let ffx = ffx(&served);
    let file = ffx.write("2.yaml", &sources(2));
    let create = |more: &[&str]| {
        let command = ["offer-sources", "create", "-f", file.to_str().unwrap(), "-o", "json"];
        let made = ffx.run(&[&command, more].concat()).done().json();
        made.as_array().unwrap().iter().map(|it| it["id"].to_string()).collect::<Vec<_>>()
    };
    let first = create(&[]);
    let second = create(&["--new-ids"]);
    assert!(first.iter().all(|id| !second.contains(id)), "{first:?} {second:?}");
    // From then on the new ones are those of the file.
    assert_eq!(create(&[]), second);
    assert_eq!(served.emulator.calls().of("ledger.offersource.create"), 4);
}

#[test]
fn two_runs_cannot_make_the_objects_of_one_file() {
    let server = Handmade::serve(|_, _| Reply::Nothing);
    let ffx = Ffx::against(&server.base_url);
    let path = ffx.write("2.yaml", &sources(2));
    let file = std::fs::File::open(&path).unwrap();
    file.lock().unwrap();
    let outcome = ffx.run(&["offer-sources", "create", "-f", path.to_str().unwrap()]);
    outcome.failed(1, &["another ffx is at work"]);
    assert!(server.seen().is_empty());
}

#[test]
fn a_change_that_cannot_be_made_names_the_place() {
    let server = Handmade::serve(|_, _| {
        Reply::Json(200, format!(r#"{{"idOfferSource":"{ID}","offerSourceName":"A"}}"#))
    });
    let ffx = Ffx::against(&server.base_url);
    for dry in [&[][..], &["--dry-run"]] {
        let command = ["offer-sources", "update", ID, "--set", "offerSourceName.first=B"];
        let outcome = ffx.run(&[&command[..], dry].concat());
        outcome.failed(2, &[ID, "`first`", "offerSourceName"]);
    }
    assert!(server.seen().iter().all(|seen| seen.line.starts_with("GET")));
    ffx.run(&["offer-sources", "update", ID, "--set", "name"]).failed(2, &["MEMBER=VALUE"]);
}

#[test]
fn several_objects_are_changed_by_a_file_and_a_missing_one_is_named() {
    let served = emulator();
    let ffx = ffx(&served);
    let two = format!(
        "- {{idOfferSource: {ID}, offerSourceName: A}}\n- {{idOfferSource: {OTHER}, offerSourceName: B}}\n"
    );
    let file = ffx.write("two.yaml", &two);
    let file = file.to_str().unwrap();
    ffx.run(&["offer-sources", "create", "-f", file]).done();
    ffx.write("two.yaml", &two.replace(": B", ": C"));
    let changed = ffx.run(&["offer-sources", "update", "-f", file, "-o", "csv"]).done().stdout;
    assert_eq!(
        changed,
        format!(
            "id,name,outcome,members,error\n{ID},A,unchanged,,\n{OTHER},C,changed,offerSourceName,\n"
        )
    );
    let got = ffx.run(&["offer-sources", "get", OTHER, "2n5JuOKWLTzz", "-o", "ndjson"]);
    let got = got.failed(1, &["2n5JuOKWLTzz"]);
    assert_eq!(lines(&got.stdout)[0]["offerSourceName"], "C");
}

#[test]
fn look_ups_find_what_they_are_asked_for() {
    let served = emulator();
    let ffx = ffx(&served);
    for kind in funnelflux::ledger::AssetKind::all() {
        let name = kind.name;
        let all = ffx.run(&[name, "list", "-o", "ndjson"]).done().stdout;
        // Some kinds have no objects to begin with.
        let Some(first) = lines(&all).into_iter().next() else { continue };
        let members = first.as_object().unwrap();
        let id = members.iter().find(|(name, _)| name.starts_with("id") && *name != "idCategory");
        let id = id.map_or(&first["idCategory"], |(_, id)| id).as_str().unwrap();
        let found = ffx.run(&[name, "find", "--ids", id, "-o", "ndjson"]);
        if name == "traffic-source-categories" {
            found.failed(2, &["no operation for `find --ids`"]);
            continue;
        }
        let found = lines(&found.done().stdout);
        assert!(found.len() == 1 && found[0].to_string().contains(id), "{name}: {found:?}");
    }
    let active = ffx.run(&["offer-sources", "find", "--status=active", "-o", "ndjson"]).done();
    let listed = ffx.run(&["offer-sources", "list", "--status=active", "-o", "ndjson"]).done();
    assert_eq!(active.stdout, listed.stdout);
    let sources = ffx.run(&["traffic-sources", "list", "-o", "ndjson"]).done();
    let source = lines(&sources.stdout).into_iter().find(|one| one["idCategory"] != "").unwrap();
    let category = source["idCategory"].as_str().unwrap();
    let found =
        ffx.run(&["traffic-sources", "find", "--category", category, "-o", "ndjson"]).done();
    assert!(lines(&found.stdout).iter().all(|one| one["idCategory"] == category));
    assert!(found.stdout.contains(source["idTrafficSource"].as_str().unwrap()));
    ffx.run(&["funnels", "find", "--type", "standard"]).done();
    ffx.run(&["pages", "find", "--type", "x"]).failed(2, &["no operation for `find --type`"]);
}

#[test]
fn every_kind_can_be_listed_from_the_emulator_inside() {
    for name in ["traffic-sources", "funnel-groups", "funnels", "pages", "categories"] {
        let outcome = Ffx::new().run(&["--emulator", name, "list", "-o", "json"]).done();
        assert!(outcome.json().is_array(), "{name}");
        assert!(outcome.stderr.contains("EMULATED DATA"), "{}", outcome.stderr);
    }
}

#[test]
fn a_list_has_the_columns_that_say_something() {
    let header = |name: &str| {
        let table = Ffx::new().run(&["--emulator", name, "list"]).done().stdout;
        table.lines().next().unwrap().split("  ").map(str::trim).collect::<Vec<_>>().join(" ")
    };
    assert!(header("funnels").contains("Funnel group") && !header("funnels").contains("Category"));
    assert!(header("pages").contains("Type") && header("pages").contains("Category"));
    assert!(!header("categories").contains("Category"));
}

#[test]
fn one_object_is_one_and_a_copy_has_a_name() {
    let server = Handmade::serve(|_, _| Reply::Json(200, String::new()));
    let ffx = Ffx::against(&server.base_url);
    ffx.run(&["categories", "create", "--set", "categoryName=A", "--set", "categoryType=lander"])
        .done();
    let outcome = ffx.run(&["offer-sources", "archive", ID]).done();
    assert_eq!(outcome.stderr, "archived 1 offer source\n");
    let sent = server.seen().len();
    ffx.run(&["offer-sources", "duplicate", ID, "--name", " "]).failed(2, &["--name", "empty"]);
    assert_eq!(server.seen().len(), sent);
    // An answer without a body is still JSON where JSON was asked for.
    let copy = ["offer-sources", "duplicate", ID, "--name", "x", "-o", "json"];
    assert!(ffx.run(&copy).done().json().is_null());
}

#[test]
fn the_examples_of_help_and_readme_run_on_the_emulator() {
    const MADE_UP: [&str; 3] = ["2nIemJxCKbFX", "2n5JuOKWLTzd", "2nIemJxCKbFY"];
    const VERBS: [(&str, Verb); 4] = [
        ("get", Verb::FindById),
        ("update", Verb::Update),
        ("duplicate", Verb::Duplicate),
        ("move", Verb::Move),
    ];
    let ffx = Ffx::new();
    let offered = AssetKind::all().iter().flat_map(|kind| {
        let verbs = VERBS.iter().filter(|(_, verb)| kind.operation(*verb).is_some());
        verbs.map(|(verb, _)| ffx.run(&[kind.name, verb, "--help"]).done().stdout)
    });
    let helps: Vec<String> = offered.map(|help| help.replace("\\\n", "")).collect();
    let readme = include_str!("../../../../README.md").lines();
    let readme = readme.filter(|line| line.starts_with("ffx offer-sources update "));
    let lines = helps.iter().flat_map(|help| help.lines()).chain(readme);
    let (mut ran, mut kinds) = (0, BTreeSet::new());
    for line in lines.map(str::trim).filter(|line| line.starts_with("ffx ")) {
        // The kinds of which the emulator's account has no object keep made-up ids.
        if line.contains(" -f ") || MADE_UP.iter().any(|id| line.contains(id)) {
            continue;
        }
        let quoted = line.split('\'').enumerate();
        let words: Vec<&str> = quoted
            .flat_map(|(at, part)| match at % 2 {
                0 => part.split(' ').filter(|word| !word.is_empty()).collect(),
                _ => vec![part],
            })
            .collect();
        // The shell joins a quoted part to the word before it: NAME='New name'.
        let mut arguments: Vec<String> = Vec::new();
        for word in &words[1..] {
            match arguments.last_mut().filter(|before| before.ends_with('=')) {
                Some(before) => before.push_str(word),
                None => arguments.push((*word).to_owned()),
            }
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        ffx.run(&[&["--emulator", "-q"], &arguments[..]].concat()).done();
        kinds.insert(words[1]);
        ran += 1;
    }
    assert!(ran >= 25 && kinds.len() == 9, "{ran} {kinds:?}");
}

#[test]
fn the_help_of_a_kind_offers_only_what_the_kind_takes() {
    let ffx = Ffx::new();
    let help = |words: [&str; 2]| ffx.run(&[words[0], words[1], "--help"]).done().stdout;

    let funnels = help(["funnels", "move"]);
    assert!(funnels.contains("The group") && !funnels.contains("--uncategorised"), "{funnels}");
    let pages = help(["pages", "move"]);
    assert!(pages.contains("The category") && pages.contains("--uncategorised"), "{pages}");

    let funnels = help(["funnels", "unarchive"]);
    assert!(funnels.contains("one request for each id"), "{funnels}");
    let pages = help(["pages", "unarchive"]);
    assert!(pages.contains("in one request") && pages.contains("ffx pages unarchive"), "{pages}");
}
