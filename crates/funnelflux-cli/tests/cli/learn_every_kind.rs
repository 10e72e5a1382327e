//! After `ffx learn` on two recordings of the app, every asset command works against an account whose API
//! differs in every kind of thing.

#[path = "../../../../tests/tests/learn/driver.rs"]
mod driver;
#[path = "../../../../tests/tests/learn/planted.rs"]
mod planted;

use driver::{Browser, click_through, client, look_around};
use funnelflux::emulator::Emulator;
use funnelflux::ledger::{AssetKind, Verb};
use funnelflux::transport::Overlay;
use serde_json::{Value, json};

use crate::support::{Ffx, Served, serve};

/// `ffx` of a user who has recorded the app twice, and learned from it.
fn learned(truth: &Overlay) -> (Served, Ffx) {
    let served = serve(Emulator::builder().seed(7).overlay(truth.clone()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (first, second) = (Browser::default(), Browser::default());
    runtime.block_on(async {
        let mut failed = Vec::new();
        for (at, kind) in AssetKind::all().iter().enumerate() {
            let browser = if at % 2 == 0 { &first } else { &second };
            let app = client(&served.emulator, truth.clone(), browser);
            failed.extend(click_through(&app, kind).await);
        }
        failed.extend(look_around(&client(&served.emulator, truth.clone(), &second)).await);
        assert_eq!(failed, Vec::<String>::new(), "the driver knows the account");
    });
    let base = served.emulator.base_url();
    let origin = base.split('/').take(3).collect::<Vec<_>>().join("/");
    let ffx = Ffx::at(&served.emulator).with("FUNNELFLUX_BASE_URL", &format!("{origin}/v1"));
    ffx.run(&["pages", "list"]).failed(1, &["404"]);
    let files = [("first.har", first.har()), ("second.har", second.har())];
    let files = files.map(|(name, text)| ffx.write(name, &text).to_str().unwrap().to_owned());
    let told = ffx.run(&["learn", &files[0], &files[1], "-o", "json"]).done().json();
    assert_eq!(
        told["unmatched"],
        json!([]),
        "{:#}",
        json!([told["likely"], told["beyond"], told["unmatched"]])
    );
    assert_eq!(
        told["beyond"],
        json!([]),
        "{:#}",
        json!([told["likely"], told["beyond"], told["unmatched"]])
    );
    assert_eq!(
        told["likely"],
        json!([]),
        "{:#}",
        json!([told["likely"], told["beyond"], told["unmatched"]])
    );
    assert_eq!(told["kept_out"], json!([]), "{:#}", told["kept_out"]);
    (served, ffx)
}

/// The commands of a kind, one after the other, and what was wrong with them.
struct Commands<'a> {
    ffx: &'a Ffx,
    kind: &'static AssetKind,
    wrong: Vec<String>,
}

impl Commands<'_> {
    fn has(&self, verb: Verb) -> bool {
        self.kind.operation(verb).is_some()
    }

    fn run(&mut self, arguments: &[&str]) -> String {
        let outcome = self.ffx.run(&[&[self.kind.name], arguments].concat());
        if outcome.code != 0 {
            let command = arguments.join(" ");
            self.wrong.push(format!("{} {command}: {}", self.kind.name, outcome.stderr.trim()));
        }
        outcome.stdout
    }

    fn json(&mut self, arguments: &[&str]) -> Value {
        let stdout = self.run(&[arguments, &["-o", "json"]].concat());
        serde_json::from_str(&stdout).unwrap_or(Value::Null)
    }

    fn expect(&mut self, what: &str, is_so: bool, shown: &Value) {
        if !is_so {
            self.wrong.push(format!("{}: {what}: {shown}", self.kind.name));
        }
    }

    fn own<'v>(&self, object: &'v Value, names: &[&str]) -> &'v str {
        names.iter().find_map(|name| object[*name].as_str()).unwrap_or_default()
    }

    fn id<'v>(&self, object: &'v Value) -> &'v str {
        self.own(object, self.kind.id_members)
    }

    fn name<'v>(&self, object: &'v Value) -> &'v str {
        self.own(object, self.kind.name_members)
    }

    fn all(&mut self) {
        let listed = self.json(&["list"]);
        let all = listed.as_array().cloned().unwrap_or_default();
        let Some(first) = all.first() else {
            return self.expect("lists objects", false, &listed);
        };
        let (id, name) = (self.id(first).to_owned(), self.name(first).to_owned());
        self.expect("an entry has its id and name", !id.is_empty() && !name.is_empty(), first);
        let filters = self.kind.operation(Verb::List).unwrap().query();
        let by_status = filters.iter().any(|filter| filter.name == "status");
        if by_status {
            let active = self.json(&["list", "--status", "active"]);
            self.expect("active ones", active.as_array().is_some_and(|it| !it.is_empty()), &active);
        }
        if self.has(Verb::FindById) {
            self.whole(&id, &name, by_status);
        }
        if self.has(Verb::FindByIds) {
            let found = self.json(&["find", "--ids", &id]);
            self.expect("found by its id", self.id(&found[0]) == id, &found);
        }
        if self.has(Verb::FindByStatus) {
            let found = self.json(&["find", "--status", "active"]);
            self.expect(
                "found by status",
                found.as_array().is_some_and(|it| !it.is_empty()),
                &found,
            );
        }
        let parent = ["idCategory", "idFunnelGroup"].iter().find_map(|name| first[*name].as_str());
        if let (true, Some(parent)) =
            (self.has(Verb::FindByCategory), parent.filter(|it| !it.is_empty()))
        {
            let found = self.json(&["find", "--category", parent]);
            let is_there = found.as_array().into_iter().flatten().any(|it| self.id(it) == id);
            self.expect("found by its category", is_there, &found);
        }
        if let (true, Some(of_type)) = (self.has(Verb::FindByType), first["funnelType"].as_str()) {
            let found = self.json(&["find", "--type", of_type]);
            self.expect("found by type", found.as_array().is_some_and(|it| !it.is_empty()), &found);
        }
    }

    fn whole(&mut self, id: &str, name: &str, by_status: bool) {
        let whole = self.json(&["get", name]);
        self.expect("got by its name", self.id(&whole) == id, &whole);
        if !self.has(Verb::Duplicate) {
            return;
        }
        // Funnel groups are two kinds of the same objects.
        let name = &format!("Copied of {}", self.kind.name);
        match whole["idFunnelGroup"].as_str().filter(|_| self.kind.takes_one(Verb::Move)) {
            Some(group) => self.run(&["duplicate", id, "--name", name, "--parent", group]),
            None => self.run(&["duplicate", id, "--name", name]),
        };
        let copy = self.json(&["get", name]);
        let copied = self.id(&copy).to_owned();
        self.expect("copied", self.name(&copy) == name && copied != id, &copy);
        let member = self.kind.name_members.iter().find(|it| copy.get(**it).is_some());
        let Some(member) = member else { return };
        if self.has(Verb::Update) {
            self.run(&["update", &copied, "--set", &format!("{member}=Renamed")]);
            let renamed = self.json(&["get", &copied]);
            self.expect("renamed", self.name(&renamed) == "Renamed", &renamed);
        }
        if self.has(Verb::Create) {
            self.create(&copy, &copied);
        }
        for (verb, deed, state) in
            [(Verb::Archive, "archive", "archived"), (Verb::Unarchive, "unarchive", "active")]
        {
            if !self.has(verb) {
                continue;
            }
            self.run(&[deed, &copied]);
            if by_status {
                let listed = self.json(&["list", "--status", state]);
                let objects = listed.as_array().into_iter().flatten();
                let is_there = objects.clone().any(|object| self.id(object) == copied);
                self.expect(state, is_there, &listed);
                let all_so = objects.clone().all(|object| object["status"] == state);
                self.expect("the state of each", all_so, &listed);
            }
        }
        if self.has(Verb::Move) {
            match self.kind.takes_one(Verb::Move) {
                true => {
                    self.run(&["move", &copied, "--to", whole["idFunnelGroup"].as_str().unwrap()])
                }
                false => self.run(&["move", &copied, "--uncategorised"]),
            };
        }
        if self.has(Verb::Delete) {
            self.run(&["delete", &copied, "--yes"]);
            let left = self.json(&["list"]);
            let is_left = left.as_array().into_iter().flatten().any(|it| self.id(it) == copied);
            self.expect("deleted", !is_left, &left);
        }
    }

    /// Creates another object like the copy.
    fn create(&mut self, copy: &Value, copied: &str) {
        let fresh = self.ffx.run(&["id", "new"]).done().stdout.trim().to_owned();
        let mut object: Value =
            serde_json::from_str(&copy.to_string().replace(copied, &fresh)).unwrap();
        let members = object.as_object_mut().unwrap();
        members.remove("meta");
        let fresh_name = format!("Created {}", self.kind.name);
        for name in self.kind.name_members {
            if let Some(own) = members.get_mut(*name) {
                *own = json!(fresh_name);
            }
        }
        if let Some(destination) = members.get_mut("destination").and_then(Value::as_object_mut) {
            for name in ["basicAuth", "hmacSecret", "hasBasicAuthPassword", "hasHmacSecret"] {
                destination.remove(name);
            }
        }
        let file = self.ffx.write(&format!("{}.json", self.kind.name), &object.to_string());
        self.run(&["create", "-f", file.to_str().unwrap()]);
        let created = self.json(&["get", &fresh_name]);
        self.expect("created", self.id(&created) == fresh, &created);
    }
}

#[test]
fn every_asset_command_works_after_two_recordings_and_no_guess_is_left_in_them() {
    let (served, ffx) = learned(&planted::truth());
    let wrong_of = |kinds: &[&'static AssetKind]| {
        let wrong_of = |kind: &&'static AssetKind| {
            let mut commands = Commands { ffx: &ffx, kind, wrong: Vec::new() };
            commands.all();
            commands.wrong
        };
        kinds.iter().flat_map(wrong_of).collect::<Vec<_>>()
    };
    let (some, others) = AssetKind::all().split_at(AssetKind::all().len() / 2);
    let wrong = std::thread::scope(|scope| {
        let some = scope.spawn(|| wrong_of(some));
        [wrong_of(others), some.join().unwrap()].concat()
    });
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));

    // Raw calls are below the learned base path, too, and paths of the contract lead to the learned ones.
    ffx.run(&["api", "GET", "/channels"]).done();
    let checks = ffx.run(&["doctor", "-o", "json"]).done().json();
    let checks = checks["checks"].as_array().unwrap();
    let pages = checks.iter().find(|it| it["operation"] == "ledger.page.list").unwrap();
    assert_eq!((&pages["path"], &pages["path_grade"]), (&json!("/sites/all"), &json!("observed")));
    let assets =
        checks.iter().filter(|it| it["operation"].as_str().unwrap().starts_with("ledger."));
    assert_eq!(assets.clone().count(), AssetKind::all().len());
    let mut others = assets.filter(|it| it["path_grade"] != "observed" || it["finding"] != "found");
    assert_eq!(others.next(), None);
    let members = ffx.run(&["pages", "members", "-o", "json"]).done().json();
    let name = members.as_array().unwrap().iter().find(|it| it["name"] == "pageName").unwrap();
    assert_eq!(name["grade"], "observed");
    let shown = ffx.run(&["learn", "--show"]).done().stdout;
    assert!(shown.contains("; left in what was seen: 0"), "{shown}");
    drop(served);
}
