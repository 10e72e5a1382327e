//! An account whose funnels are spelled in its own way: what builds them is refused, until one funnel of the app
//! was learned.

use funnelflux::emulator::Emulator;
use funnelflux::transport::Overlay;
use serde_json::{Value, json};

use crate::support::{Ffx, Served, serve};

/// Kind, type, parameter object, connection object, trigger.
const WORDS: [[&str; 5]; 6] = [
    ["root", "entrance", "entranceSetup", "entranceWay", "part"],
    ["rotator", "fork", "forkSetup", "forkWay", "part"],
    ["lander", "landingStep", "pageSetup", "clickWay", "actionNo"],
    ["offer", "offerStep", "pageSetup", "clickWay", "actionNo"],
    ["middleware", "askService", "serviceSetup", "answerWay", "key"],
    ["external-url", "leave", "leaveSetup", "", ""],
];

/// An emulator that speaks this dialect, from a file as `ffx emulator --overlay` reads it.
fn account() -> Served {
    let mut truth = "format = 1\n".to_owned();
    for [kind, words @ ..] in WORDS {
        let parts = ["type", "object", "exit", "trigger"].into_iter().zip(words);
        for (part, word) in parts.filter(|(_, word)| !word.is_empty()) {
            truth.push_str(&format!(
                "\n[[fact]]\nnode = \"{kind}\"\npart = \"{part}\"\nname = \"{word}\"\n"
            ));
        }
    }
    serve(Emulator::builder().overlay(Overlay::from_toml("truth.toml", &truth).unwrap()))
}

fn ids(ffx: &Ffx, list: &[&str], member: &str) -> Vec<String> {
    let found = ffx.run(&[list, &["-o", "json"]].concat()).done().json();
    let id = |it: &Value| it[member].as_str().unwrap().to_owned();
    found.as_array().unwrap().iter().map(id).collect()
}

struct Account {
    group: String,
    lander: String,
    offer: String,
    service: String,
}

fn parts(ffx: &Ffx) -> Account {
    let pages = ffx.run(&["pages", "list", "-o", "json"]).done().json();
    let page = |kind: &str| {
        let page = pages.as_array().unwrap().iter().find(|page| page["pageType"] == kind);
        page.unwrap()["idPage"].as_str().unwrap().to_owned()
    };
    Account {
        group: ids(ffx, &["funnel-groups", "list"], "idFunnelGroup").swap_remove(0),
        lander: page("lander"),
        offer: page("offer"),
        service: ids(ffx, &["middleware-configs", "list"], "idMiddlewareConfig").swap_remove(0),
    }
}

/// What a person makes in the app, with one node of each kind; the app knows its own words.
fn by_hand(of: &Account) -> Value {
    let id = |name: &str| format!("2nIemJx{name:0>5}");
    let node = |name: &str, kind: &str, member: Option<(&str, &str)>, extra: Value| {
        let [_, node_type, object, ..] = WORDS.into_iter().find(|words| words[0] == kind).unwrap();
        let mut params = extra;
        params["isOpen"] = json!(false);
        if let Some((member, value)) = member {
            params[member] = json!(value);
        }
        json!({ "idNode": id(name), "idFunnel": id("fun"), "nodeName": format!("Keto {name}"),
            "nodeType": node_type, object: params, "posX": 0.25, "posY": 0.5, "color": "" })
    };
    let way = |name: &str, ends: [&str; 2], kind: &str, when: Value| {
        let words = WORDS.into_iter().find(|words| words[0] == kind).unwrap();
        json!({ "idConnection": id(name), "idFunnel": id("fun"), "idSourceNode": id(ends[0]),
            "idTargetNode": id(ends[1]), "labelLocation": 0.5, words[3]: { words[4]: when } })
    };
    json!({
        "idFunnel": id("fun"), "funnelName": "Keto by hand", "idFunnelGroup": of.group, "status": "active",
        "nodes": [
            node("in", "root", None, json!({ "mode": "random" })),
            node("fork", "rotator", None, json!({ "mode": "session" })),
            node("quiz", "lander", Some(("idPage", &of.lander)), json!({ "tokens": [] })),
            node("deal", "offer", Some(("idPage", &of.offer)), json!({ "tokens": [] })),
            node("ask", "middleware", Some(("idMiddlewareConfig", &of.service)), json!({})),
            node("out", "external-url", Some(("url", "https://keto.example/?secret=1")), json!({})),
        ],
        "connections": [
            way("k1", ["in", "fork"], "root", json!(1)),
            way("k2", ["fork", "quiz"], "rotator", json!(0.75)),
            way("k3", ["fork", "ask"], "rotator", json!(0.25)),
            way("k4", ["quiz", "deal"], "lander", json!(1)),
            way("k5", ["deal", "out"], "offer", json!(1)),
            way("k6", ["ask", "out"], "middleware", json!("default")),
        ],
    })
}

fn description(ffx: &Ffx, of: &Account) -> String {
    let text = format!(
        "name: Shoes\ngroup: {}\nnodes:\n  traffic: root\n  split: rotator\n  quiz: lander {}\n  deal: offer {}\n  \
         ask: middleware {}\n  thanks: external-url https://example.com/thanks\nways:\n  - traffic > split\n  \
         - split > quiz 70\n  - split > ask 30\n  - quiz > deal 1\n  - deal > thanks 1 converts\n  \
         - ask > deal approved\n  - ask > thanks default\n",
        of.group, of.lander, of.offer, of.service
    );
    ffx.write("shoes.yaml", &text).display().to_string()
}

#[test]
fn one_funnel_made_in_the_app_settles_the_dialect_and_what_is_built_reads_back_identical() {
    let served = account();
    let ffx = Ffx::at(&served.emulator);
    let of = parts(&ffx);
    let description = description(&ffx, &of);

    // Guesses are refused here, and the words of the contract there.
    let refused = ffx.run(&["funnels", "new", &description]);
    let told = [
        "a node of the kind lander: its words are guesses: `lander` (sibling)",
        "make one such node in the app",
        "ffx learn --account",
        "with a file of such a funnel",
    ];
    refused.failed(1, &told);
    let kinds = ["root", "rotator", "lander", "offer", "middleware", "external-url"];
    let accept: Vec<&str> = kinds.iter().flat_map(|kind| ["--accept-guess", *kind]).collect();
    let guessed = ffx.run(&[&["funnels", "new", &description], &accept[..]].concat()).done().stdout;
    let guessed = ffx.write("guessed.json", &guessed).display().to_string();
    ffx.run(&["funnels", "create", "-f", &guessed]).failed(1, &["nodes[0].nodeType", "\"root\""]);

    // One funnel of the app.
    let body = ffx.write("app.json", &by_hand(&of).to_string()).display().to_string();
    ffx.run(&["api", "POST", "/campaign/funnel/save", "--body", &body]).done();
    let by_hand = ffx.run(&["funnels", "get", "Keto by hand", "-o", "json"]).done().stdout;
    let file = ffx.write("by-hand.json", &by_hand).display().to_string();
    let told = ffx.run(&["learn", &file, "-o", "json"]).done().json();
    assert_eq!((&told["unclear"], &told["contradictions"]), (&json!([]), &json!([])), "{told:#}");
    let overlay = std::fs::read_to_string(ffx.path("profiles/default.contract.toml")).unwrap();
    for private in ["Keto", "keto", "secret", "2nIemJx", &*of.lander, &*of.group, "0.75"] {
        assert!(!overlay.contains(private), "{private}: {overlay}");
    }
    let shown = ffx.run(&["learn", "--show", "-o", "json"]).done().json();
    for kind in kinds {
        let name = format!("node {kind}");
        let row = shown.as_array().unwrap().iter().find(|row| row["of"] == *name).unwrap();
        assert_eq!((&row["share"], &row["seen"]), (&json!("100%"), &json!(1)), "{row}");
    }

    // The same description, now in the words of the account.
    let new = ffx.run(&["funnels", "new", &description]).done().stdout;
    let built: Value = serde_json::from_str(&new).unwrap();
    let node = &built["nodes"][2];
    let page = json!({ "idPage": of.lander, "isOpen": false, "tokens": [] });
    assert_eq!(
        (&node["nodeType"], &node["pageSetup"], &node["color"]),
        (&json!("landingStep"), &page, &json!(""))
    );
    let ways = built["connections"].as_array().unwrap();
    assert!(ways.iter().all(|way| way["labelLocation"] == json!(0.5)), "{built:#}");
    assert!(ways.iter().any(|way| way["entranceWay"] == json!({ "part": 1 })), "{built:#}");
    let file = ffx.write("shoes.json", &new).display().to_string();
    let checked = ffx.run(&["funnels", "check", &file, "--account"]).done();
    assert!(
        checked.stderr.contains("1 funnel: no finding"),
        "{}{}",
        checked.stdout,
        checked.stderr
    );
    let plan = ffx.path("plan.json").display().to_string();
    assert_eq!(ffx.run(&["funnels", "plan", &file, "--save", &plan]).code, 5);
    ffx.run(&["funnels", "apply", &plan]).done();
    let id = built["idFunnel"].as_str().unwrap();
    let back = ffx.run(&["funnels", "get", id, "-o", "json"]).done().json();
    for member in ["nodes", "connections", "funnelName", "idFunnelGroup"] {
        assert_eq!(back[member], built[member], "{member}");
    }
    // All funnels of the account are understood.
    let all = ffx.run(&["funnels", "check", "--all"]);
    assert!(!all.stdout.contains("FF070"), "{}", all.stdout);
    // The tree names kinds, and not the words of the wire.
    let tree = ffx.run(&["funnels", "show", id]).done().stdout;
    assert!(tree.contains("quiz") && !tree.contains("landingStep"), "{tree}");
}

#[test]
fn the_account_itself_and_a_recording_teach_the_dialect_too() {
    let served = account();
    let ffx = Ffx::at(&served.emulator);
    let of = parts(&ffx);
    ffx.run(&["learn", "--account"]).done();
    let from_account = Overlay::from_file(ffx.path("profiles/default.contract.toml")).unwrap();
    let types = |overlay: &Overlay| -> Vec<(String, String)> {
        let types = overlay.nodes().filter(|(_, part, ..)| *part == "type");
        types.map(|(kind, _, is, _)| (kind.to_owned(), is.to_owned())).collect()
    };
    let has = |overlay: &Overlay, [kind, is, ..]: [&str; 5]| {
        types(overlay).contains(&(kind.to_owned(), is.to_owned()))
    };
    // The seeded funnels lead nowhere outside.
    for words in &WORDS[..5] {
        assert!(has(&from_account, *words), "{words:?}: {:?}", types(&from_account));
    }

    let body = by_hand(&of);
    let url = format!("{}/campaign/funnel/save", served.emulator.base_url());
    let entry = json!({
        "startedDateTime": "2026-11-27T09:00:00.000+01:00",
        "request": { "method": "POST", "url": url, "postData": { "text": body.to_string() } },
        "response": { "status": 200, "content": { "text": body.to_string() } },
    });
    let har = json!({ "log": { "entries": [entry] } }).to_string();
    let other = Ffx::at(&served.emulator);
    let file = other.write("session.har", &har).display().to_string();
    let copy = other.path("shared.har").display().to_string();
    other.run(&["learn", &file, "--scrub", &copy]).done();
    let scrubbed = std::fs::read_to_string(&copy).unwrap();
    assert!(!scrubbed.contains("Keto") && !scrubbed.contains(&of.lander), "{scrubbed}");
    let learned = |file: &str| {
        other.run(&["learn", file]).done();
        let path = other.path("profiles/default.contract.toml");
        let overlay = Overlay::from_file(&path).unwrap();
        std::fs::remove_file(path).unwrap();
        let nodes = overlay.nodes().map(|(kind, part, is, _)| [kind, part, is].map(str::to_owned));
        let nodes: Vec<[String; 3]> = nodes.collect();
        assert!(WORDS.into_iter().all(|words| has(&overlay, words)), "{nodes:?}");
        nodes
    };
    assert_eq!(learned(&file), learned(&copy));
}

/// Nothing was learned here: some funnels of the account show its words before the first write.
#[test]
fn a_funnel_of_other_words_is_refused_before_anything_of_it_is_sent() {
    let from = serve(Emulator::builder());
    let from = Ffx::at(&from.emulator);
    let export = from.path("export.yaml").display().to_string();
    from.run(&["funnels", "export", "Mattress – Quiz", "-f", &export]).done();
    let text = std::fs::read_to_string(&export).unwrap().replace("********", "by hand");
    let served = account();
    let ffx = Ffx::at(&served.emulator);
    let file = ffx.write("export.yaml", &text).display().to_string();
    for verb in [&["funnels", "import", &file, "--yes"][..], &["funnels", "plan", &file]] {
        let told =
            ["FF073", "it has `lander`; the account has `landingStep`", "--allow-findings FF"];
        ffx.run(verb).failed(1, &told);
    }
    for kind in ["page", "category", "funnel-group", "funnel", "middleware-config"] {
        assert_eq!(served.emulator.calls().of(&format!("ledger.{kind}.create")), 0, "{kind}");
    }
    // An account of the same words, and one that shows none.
    for empty in [false, true] {
        let served = serve(Emulator::builder().without_assets(empty));
        let ffx = Ffx::at(&served.emulator);
        let file = ffx.write("export.yaml", &text).display().to_string();
        ffx.run(&["funnels", "import", &file, "--yes"]).done();
    }
}
