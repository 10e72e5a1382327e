//! `ffx learn`: an account whose pages are elsewhere, a recorded session of the app, and no guess left.

use funnelflux::emulator::Emulator;
use funnelflux::ledger::{AssetKind, Verb};
use funnelflux::transport::Overlay;
use serde_json::{Value, json};

use crate::support::{Ffx, Served, serve};

/// What is different in the account.
const TRUTH: &str = r#"format = 1

[[fact]]
base_path = "/api/v2"

[[fact]]
of = "ledger.page.list"
path = "/sites/all"

[[fact]]
of = "ledger.page.list"
answer_in = "data.items"

[[fact]]
of = "ledger.page.list"
query = "status"
name = "state"

[[fact]]
of = "ledger.page.find-by-id"
path = "/sites/{idPage}"

[[fact]]
of = "ledger.page.update"
path = "/sites/{idPage}"

[[fact]]
of = "ledger.page.update"
method = "PATCH"

[[fact]]
of = "ledger.page.duplicate"
path = "/sites/clone"

[[fact]]
of = "ledger.page.duplicate"
query = "idPage"
name = "site"

[[fact]]
of = "ledger.page.archive"
path = "/sites/archive"

[[fact]]
of = "ledger.page.delete"
path = "/sites/{idPage}"

[[fact]]
of = "ledger.page.*"
member = "pageName"
name = "title"

[[fact]]
of = "ledger.page.*"
member = "baseURL"
name = "url"

[[fact]]
value_of = "Status"
value = "archived"
name = "paused"

[[fact]]
value_of = "AssetStatus"
value = "archived"
name = "paused"
"#;

/// The app, which knows the account: each call is written down as a browser does.
pub(crate) struct App {
    ffx: Ffx,
    base: String,
    entries: Vec<Value>,
}

impl App {
    fn does(&mut self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let file = body.map(|body| self.ffx.write("body.json", &body.to_string()));
        let mut arguments = vec!["api", method, path];
        if let Some(file) = &file {
            arguments.extend(["--body", file.to_str().unwrap()]);
        }
        let answer = self.ffx.run(&arguments).done().stdout;
        let post =
            body.map(|body| json!({"mimeType": "application/json", "text": body.to_string()}));
        self.entries.push(json!({
            "startedDateTime": "2026-11-27T09:00:00.000+01:00",
            "request": {
                "method": method, "url": format!("{}{path}", self.base), "postData": post,
                "headers": [{"name": "Authorization", "value": "Bearer live-token-of-the-account"}],
            },
            "response": {"status": 200, "content": {"mimeType": "application/json", "text": answer}},
        }));
        serde_json::from_str(&answer).unwrap()
    }

    fn har(&self) -> String {
        json!({"log": {"version": "1.2", "entries": self.entries}}).to_string()
    }
}

pub(crate) fn account() -> (Served, App) {
    let truth = Overlay::from_toml("truth.toml", TRUTH).unwrap();
    let served = serve(Emulator::builder().overlay(truth));
    let (ffx, base) = (Ffx::at(&served.emulator), served.emulator.base_url().to_owned());
    (served, App { ffx, base, entries: Vec::new() })
}

/// A person lists pages, opens one, saves it, copies it, archives and deletes the copy.
pub(crate) fn recorded(app: &mut App) -> String {
    let list = app.does("GET", "/sites/all", None);
    app.does("GET", "/sites/all?state=active", None);
    let id = list["data"]["items"][0]["idPage"].as_str().unwrap().to_owned();
    let page = app.does("GET", &format!("/sites/{id}"), None);
    app.does("PATCH", &format!("/sites/{id}"), Some(&page));
    let copy = app.does("POST", &format!("/sites/clone?site={id}"), Some(&json!({"name": "Copy"})));
    let copy = copy["idPage"].as_str().unwrap().to_owned();
    app.does("PUT", "/sites/archive", Some(&json!({"ids": [copy]})));
    app.does("GET", "/sites/all?state=paused", None);
    app.does("DELETE", &format!("/sites/{copy}"), None);
    app.har()
}

/// `ffx` as its user has it: with the vendor's `/v1`, and no overlay.
pub(crate) fn user(served: &Served) -> Ffx {
    let (host, _) = served.emulator.base_url().split_once("/api/").unwrap();
    let base = format!("{host}/v1");
    Ffx::at(&served.emulator).with("FUNNELFLUX_BASE_URL", &base)
}

#[test]
fn after_a_recorded_session_every_command_works_and_no_guess_is_left_in_it() {
    let (served, mut app) = account();
    let har = recorded(&mut app);
    let ffx = user(&served);
    let file = ffx.write("session.har", &har);
    let file = file.to_str().unwrap();
    ffx.run(&["pages", "list"]).failed(1, &["404"]);

    let shown = ffx.run(&["learn", file, "--dry-run"]).done();
    assert!(shown.stdout.contains("nothing was written"), "{}", shown.stdout);
    assert!(shown.stderr.contains("holds live tokens"), "{}", shown.stderr);
    assert!(!ffx.path("profiles/default.contract.toml").exists());

    let told = ffx.run(&["learn", file, "-o", "json"]).done();
    for text in [&told.stdout, &told.stderr, &shown.stdout] {
        assert!(!text.contains("live-token"), "{text}");
    }
    let told = told.json();
    assert_eq!((&told["written"], &told["likely"]), (&json!(true), &json!([])), "{told:#}");
    assert_eq!(told["unmatched"], json!([]), "{told:#}");
    let overlay = std::fs::read_to_string(ffx.path("profiles/default.contract.toml")).unwrap();
    let learned = Overlay::from_toml("learned", &overlay).unwrap();
    for planted in Overlay::from_toml("truth", TRUTH).unwrap().facts() {
        let found = learned
            .facts()
            .any(|fact| (fact.operations(), fact.says()) == (planted.operations(), planted.says()));
        assert!(found, "{planted}");
    }

    let pages = ffx.run(&["pages", "list", "-o", "json"]).done().json();
    let id = pages[0]["idPage"].as_str().unwrap();
    assert!(pages[0]["pageName"].is_string(), "{pages:#}");
    ffx.run(&["pages", "update", id, "--set", "pageName=Learned"]).done();
    let page = ffx.run(&["pages", "get", id, "-o", "json"]).done().json();
    assert_eq!(page["pageName"], "Learned");
    ffx.run(&["pages", "archive", id]).done();
    let archived = ffx.run(&["pages", "list", "--status", "archived", "-o", "json"]).done().json();
    assert_eq!(archived[0]["idPage"], *id);
    assert_eq!(archived[0]["status"], "archived");
    // Raw calls are below the learned base path, too.
    ffx.run(&["api", "GET", "/sites/all"]).done();

    let rest = ffx.run(&["learn", "--show", "-o", "json"]).done().json();
    let pages = rest.as_array().unwrap().iter().find(|line| line["of"] == "pages").unwrap();
    assert_eq!((&pages["open"], &pages["seen"]), (&json!(0), &json!(6)), "{pages}");
    let table = ffx.run(&["learn", "--show"]).done().stdout;
    assert!(table.contains("; left in what was seen: 0"), "{table}");
    assert_eq!(served.emulator.calls().of("ledger.page.update"), 2);
}

#[test]
fn a_session_that_shows_nothing_is_a_failure_that_says_what_to_do() {
    let ffx = Ffx::new();
    let other = json!({"request": {"method": "GET", "url": "https://x.example/v1/page/list"},
        "response": {"status": 200, "content": {"text": "[]"}}});
    let text = json!({"log": {"entries": [other]}}).to_string();
    let file = ffx.write("a.har", &text);
    ffx.run(&["learn", file.to_str().unwrap()]).failed(1, &["no call of the API", "--host"]);
    let half = ffx.write("b.har", &text[..text.len() - 30]);
    let cut = ffx.run(&["learn", half.to_str().unwrap()]).failed(1, &["the file ends in entry 1"]);
    assert!(!cut.stderr.contains("x.example"), "{}", cut.stderr);
    let none = ffx.write("c.har", "{\"a\":");
    ffx.run(&["learn", none.to_str().unwrap()]).failed(2, &["c.har", "is no HAR file"]);
    ffx.run(&["learn"]).failed(2, &["FILE"]);
    ffx.run(&["learn", "/nowhere.har"]).failed(2, &["/nowhere.har cannot be read"]);
    assert!(!ffx.path("profiles").exists());
}

#[test]
fn a_host_is_a_name_or_an_address() {
    let ffx = Ffx::new();
    let call = |host: &str| {
        let url = format!("http://{host}:8080/v1/page/list");
        json!({"request": {"method": "GET", "url": url},
            "response": {"status": 200, "content": {"text": r#"[{"idPage":"a","pageName":"b"}]"#}}})
    };
    for host in ["x.example", "X.Example", "xn--mnchen-3ya.example", "10_0.local", "192.0.2.1"] {
        let entries = [call(&host.to_ascii_lowercase())];
        let file = ffx.write("a.har", &json!({"log": {"entries": entries}}).to_string());
        let file = file.to_str().unwrap();
        ffx.run(&["learn", file, "--dry-run"]).failed(1, &["no call of the API"]);
        ffx.run(&["learn", file, "--host", host, "--dry-run"]).done();
    }
    for host in [
        "",
        " ",
        "https://x.example",
        "x.example/v1",
        "x.example:8080",
        "*.example",
        "x..example",
        ".",
    ] {
        ffx.run(&["learn", "a.har", "--host", host]).failed(2, &["--host", "api.example.com"]);
    }
}

#[test]
fn a_recording_without_content_is_told() {
    let ffx = Ffx::new();
    let entry = |url: &str, content: Value| json!({"request": {"method": "GET", "url": url}, "response": {"status": 200, "content": content}});
    let list = "https://api.funnelflux.pro/v1/page/list";
    let sized = || json!({"size": 120, "mimeType": "application/json"});
    let whole = || json!({"size": 35, "text": r#"[{"idPage":"a","pageName":"b"}]"#});
    for (entries, told) in [
        (vec![entry(list, sized()), entry(list, sized())], Some("2 answers")),
        (vec![entry(list, sized()), entry(list, whole())], Some("1 answer of")),
        (
            vec![
                entry(list, json!({"size": 9, "mimeType": "text/json", "text": ""})),
                entry(list, whole()),
            ],
            Some("1 answer of"),
        ),
        (vec![entry(list, whole()), entry(list, json!({"size": 0}))], None),
        (vec![entry(list, whole()), entry("https://cdn.example/a.js", sized())], None),
        (
            vec![
                entry(list, whole()),
                entry(
                    "https://app.funnelflux.pro/main.js",
                    json!({"size": 9, "mimeType": "text/javascript"}),
                ),
            ],
            None,
        ),
    ] {
        let file = ffx.write("a.har", &json!({"log": {"entries": entries}}).to_string());
        let said = ffx.run(&["learn", file.to_str().unwrap(), "--dry-run"]).stderr;
        let warned = said.lines().find(|line| line.contains("without content"));
        assert_eq!(warned.is_some(), told.is_some(), "{said}");
        assert!(told.is_none_or(|told| warned.unwrap().contains(told)), "{said}");
    }
}

#[test]
fn two_files_of_one_name_are_told_apart_and_one_given_twice_is_read_once() {
    let ffx = Ffx::new();
    let call = |path: &str, answer: Value| {
        json!({"request": {"method": "GET", "url": format!("https://api.funnelflux.pro/v1{path}")},
            "response": {"status": 200, "content": {"text": answer.to_string()}}})
    };
    let mut written = Vec::new();
    for (at, path, answer) in [
        ("one/session.har", "/page/list", json!([{"idPage": "a", "pageName": "b"}])),
        (
            "two/session.har",
            "/offersource/list",
            json!([{"idOfferSource": "a", "offerSourceName": "b"}]),
        ),
    ] {
        std::fs::create_dir_all(ffx.path(at).parent().unwrap()).unwrap();
        let text = json!({"log": {"entries": [call(path, answer)]}}).to_string();
        written.push(ffx.write(at, &text).to_str().unwrap().to_owned());
    }
    ffx.run(&["learn", &written[0], &written[1], &written[0]]).done();
    let overlay = Overlay::from_file(ffx.path("profiles/default.contract.toml")).unwrap();
    for (of, file) in
        [("ledger.page.list", "one/session.har"), ("ledger.offersource.list", "two/session.har")]
    {
        let mut facts = overlay.facts().filter(|fact| fact.operations() == of);
        let evidence = facts.next().unwrap().evidence().unwrap();
        assert_eq!((&*evidence.file, evidence.seen), (file, 1));
    }
}

#[test]
fn a_preview_refuses_what_is_not_sent_without_a_member() {
    let served = serve(Emulator::builder());
    let ffx = Ffx::at(&served.emulator);
    let mut tried = 0;
    for kind in AssetKind::all() {
        let (name, segment) = (kind.name, kind.verbs[0].1.id().rsplit_once('.').unwrap().0);
        let list = ffx.run(&[name, "list", "-o", "json"]).done().json();
        let id = kind.id_members.iter().find_map(|id| list[0][*id].as_str());
        let whole = match id.filter(|_| kind.operation(Verb::FindById).is_some()) {
            Some(id) => ffx.run(&[name, "get", id, "-o", "json"]).done().stdout,
            None if id.is_some() => list[0].to_string(),
            None => {
                json!({kind.id_members[0]: "2nIemJxCKbFX", kind.name_members[0]: "One"}).to_string()
            }
        };
        let has_one = id.is_some();
        let id = id.unwrap_or("2nIemJxCKbFX");
        let mut whole: Value = serde_json::from_str(&whole).unwrap();
        if let Some(destination) = whole.get_mut("destination").and_then(Value::as_object_mut) {
            destination.retain(|name, _| !name.contains("Secret") && !name.contains("asicAuth"));
        }
        let file = ffx.write("object.json", &whole.to_string());
        let file = file.to_str().unwrap();
        let label = kind.name_members[0];
        let set = format!("{label}=Other");
        let fact =
            format!("format = 1\n[[fact]]\nof = \"{segment}.*\"\nrequired = \"neverThere\"\n");
        let overlay = ffx.path("profiles/default.contract.toml");
        std::fs::create_dir_all(overlay.parent().unwrap()).unwrap();
        std::fs::write(&overlay, fact).unwrap();
        for (verb, command) in [
            (Verb::Update, vec![name, "update", id, "--set", &set]),
            (Verb::Update, vec![name, "update", "-f", file, "--set", &set]),
            (Verb::Create, vec![name, "create", "-f", file]),
        ] {
            if kind.operation(verb).is_none() || (verb == Verb::Update && !has_one) {
                continue;
            }
            tried += 1;
            let refused = ["neverThere", "line 2"];
            ffx.run(&[&command[..], &["--dry-run"]].concat()).failed(2, &refused);
            ffx.run(&command).failed(2, &refused);
        }
        std::fs::remove_file(&overlay).unwrap();
    }
    assert!(tried > 30, "{tried}");
    assert!(served.emulator.requests().iter().all(|request| request.method == "GET"));
}

#[test]
fn objects_and_the_account_itself_teach_as_well() {
    let served = serve(Emulator::builder());
    let ffx = Ffx::at(&served.emulator);
    let list = ffx.run(&["funnels", "list", "-o", "json"]).done().json();
    let id = list[0]["idFunnel"].as_str().unwrap();
    let funnel = ffx.run(&["funnels", "get", id, "-o", "json"]).done().stdout;
    let file = ffx.write("funnel.json", &funnel);
    // Our own names and values in what we print prove nothing; the words of nodes are the account's.
    let learned = || Overlay::from_file(ffx.path("profiles/default.contract.toml")).unwrap();
    ffx.run(&["learn", file.to_str().unwrap()]).done();
    assert_eq!((learned().members().count(), learned().nodes().count() > 0), (0, true));
    let pages = ffx.write("pages.json", &ffx.run(&["pages", "list", "-o", "json"]).done().stdout);
    ffx.run(&["learn", pages.to_str().unwrap()]).failed(1, &["prints by these", "--account"]);
    ffx.run(&["learn", file.to_str().unwrap(), "--account"]).done();
    let overlay = learned();
    assert!(overlay.paths().any(|path| path == ("ledger.page.list", "/page/list")));
    assert!(overlay.members().any(|it| it == ("ledger.funnel.*", "nodes.nodeType", "nodeType")));
    let told: Vec<String> = overlay.facts().map(|fact| format!("{:?}", fact.says())).collect();
    assert!(!told.iter().any(|text| text.contains(id)), "{told:#?}");
    assert!(served.emulator.requests().iter().all(|request| request.method == "GET"));
    // What is right by the contract changes nothing.
    assert_eq!(ffx.run(&["funnels", "get", id, "-o", "json"]).done().stdout, funnel);
}
