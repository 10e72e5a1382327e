//! The comments `// operation: …` in the sources, which the table of what is covered is made from:
//! what each command really asks the emulator is held against them. The list of the assets' commands
//! is held by a test beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use funnelflux::emulator::{Emulator, EmulatorBuilder};
use funnelflux::operations;

use crate::support::{Ffx, Served, serve};

const FUNNEL: &str = "2nIemJxCKbFX";
const SOURCE: &str = "2n5JuOKWLTzd";
const DAY: &str = "--from=2026-01-02 --to=2026-01-02 --tz=UTC";

/// Where the assets' commands have theirs.
const ASSETS: &str = "commands/assets/operations.rs";

type Ids = BTreeSet<String>;

/// The operations that each source file announces: by the comment, or by the id in its code.
fn announced() -> BTreeMap<String, Ids> {
    fn visit(top: &Path, folder: &Path, found: &mut BTreeMap<String, Ids>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                visit(top, &path, found);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let comments = text.lines().filter_map(|line| {
                Some(line.trim_start().strip_prefix("// operation:")?.trim().to_owned())
            });
            let code = text.split("\nmod tests {").next().unwrap();
            let quoted = operations::all().map(|operation| operation.id().to_owned());
            let quoted = quoted.filter(|id| code.contains(&format!("\"{id}\"")));
            let ids: Ids = comments.chain(quoted).collect();
            if !ids.is_empty() {
                let name = path.strip_prefix(top).unwrap().display().to_string();
                found.insert(name.replace('\\', "/"), ids);
            }
        }
    }
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeMap::new();
    visit(&top, &top, &mut found);
    found
}

/// An account, and `ffx` in it.
struct Account {
    served: Served,
    ffx: Ffx,
}

impl Account {
    fn open() -> Self {
        // A domain that is active at once, so that nobody waits for it.
        let emulator =
            Emulator::builder().visits_per_hour(4).domain_delay(std::time::Duration::ZERO);
        let served = serve(emulator);
        let ffx = Ffx::at(&served.emulator);
        Self { served, ffx }
    }

    /// Runs the command, which must go well, and gives what it printed. `@name` is a file of the
    /// configuration directory.
    #[track_caller]
    fn run(&self, command: &str) -> String {
        self.run_with(command, "")
    }

    #[track_caller]
    fn run_with(&self, command: &str, stdin: &str) -> String {
        let arguments: Vec<String> = command
            .split(' ')
            .map(|argument| match argument.strip_prefix('@') {
                Some(name) => self.ffx.path(name).display().to_string(),
                None => argument.to_owned(),
            })
            .collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let outcome = self.ffx.run_with(&arguments, stdin);
        assert_eq!(outcome.code, 0, "ffx {command}: {}", outcome.stderr);
        outcome.stdout
    }

    #[track_caller]
    fn json(&self, command: &str) -> serde_json::Value {
        serde_json::from_str(&self.run(&format!("{command} -o json"))).unwrap()
    }

    /// The operations that were answered with success since the last look.
    fn answered(&self) -> Ids {
        let emulator = &self.served.emulator;
        let requests = emulator.requests();
        emulator.clear_requests();
        for request in &requests {
            let (method, path) = (request.method(), request.path());
            assert!(request.operation().is_some(), "{method} {path} is no operation");
        }
        let good = requests.iter().filter(|r| r.status().is_some_and(|s| s.is_success()));
        good.filter_map(|request| request.operation().map(str::to_owned)).collect()
    }
}

fn log_in_and_out(account: &Account) {
    let credentials = serde_json::json!({
        "login": EmulatorBuilder::DEFAULT_LOGIN,
        "password": EmulatorBuilder::DEFAULT_PASSWORD,
    });
    account.run_with("auth login --legacy", &credentials.to_string());
    account.run("auth status");
    account.run("auth logout");
    account.run_with("auth login --stdin", r#"{"access_token":"a-token"}"#);
}

fn manage_domains(account: &Account) {
    account.run("domains add go.example.com");
    let listed = account.json("domains list");
    let domains = listed.as_array().unwrap();
    let domain = domains.iter().find(|domain| domain["domain"] == "go.example.com").unwrap();
    let id = domain["id"].as_str().unwrap();
    account.run("domains check go.example.com");
    for verb in ["get", "wait", "refresh"] {
        account.run(&format!("domains {verb} {id}"));
    }
    account.run(&format!("domains delete {id} --yes"));
}

/// The hit and the visitor of a conversion.
fn a_conversion(account: &Account) -> [String; 2] {
    let rows = account.json(&format!("report raw --conversions --limit 1 {DAY}"));
    ["hitId", "visitorId"].map(|name| rows[0][name].as_str().unwrap().to_owned())
}

fn push_conversions(account: &Account, hit: &str) {
    account.ffx.write("c.csv", &format!("hit,tx,payout\n{hit},a,12.50\n{hit},b,delete\n"));
    account.run("conversions push @c.csv --postbacks none --yes");
}

fn push_costs(account: &Account) {
    let header = "date,funnel,traffic_source,cost,campaign";
    let row = format!("2026-01-02,{FUNNEL},{SOURCE},153.20,1234");
    account.ffx.write("costs.csv", &format!("{header}\n{row}\n"));
    account.run("costs push @costs.csv --tz UTC --yes");
}

#[test]
fn every_command_asks_exactly_what_its_source_announces() {
    let account = Account::open();
    let [hit, visitor] = a_conversion(&account);
    account.answered();
    let announced = announced();
    let mut left: BTreeSet<String> = announced.keys().cloned().collect();
    left.remove(ASSETS);
    let mut holds = |files: &[&str]| {
        let expected: Ids = files.iter().flat_map(|file| announced[*file].clone()).collect();
        assert_eq!(account.answered(), expected, "left: what was called; right: {files:?}");
        left.retain(|file| !files.contains(&file.as_str()));
    };

    log_in_and_out(&account);
    holds(&["commands/auth.rs"]);
    account.run("report attributes");
    holds(&["commands/report/attributes.rs"]);
    account.run(&format!("report drilldown --by funnel {DAY}"));
    account.run(&format!("report drilldown --by hour --metric visits --split {DAY}"));
    holds(&["commands/report/drilldown.rs"]);
    account.run(&format!("report raw --hits --limit 3 {DAY}"));
    holds(&["commands/report/raw.rs"]);
    for log in ["postback", "webhook-summary", "middleware-summary"] {
        account.run(&format!("logs {log} {DAY}"));
    }
    account.run(&format!("explore hit {hit}"));
    account.run(&format!("explore hit {hit} --visitor"));
    account.run(&format!("explore visitor {visitor} {DAY}"));
    holds(&["commands/look.rs"]);
    manage_domains(&account);
    holds(&["commands/domains.rs"]);
    push_conversions(&account, &hit);
    holds(&["commands/push/conversions.rs"]);
    push_costs(&account);
    holds(&["commands/push/costs.rs"]);
    account.run_with("custom-events push - --yes", "{}");
    holds(&["commands/push/custom_events.rs"]);
    account.run(&format!("reset --country DE --yes {DAY}"));
    holds(&["commands/push/reset.rs"]);
    // Whatever is asked with a token that has expired.
    account.served.emulator.expire_access_tokens();
    account.run("report attributes");
    holds(&["session.rs", "commands/report/attributes.rs"]);

    assert_eq!(left, BTreeSet::new(), "say above which commands these are for");
}

#[test]
fn the_doctor_and_raw_calls_ask_what_they_say() {
    let account = Account::open();
    let found = account.json("doctor");
    let said = found["checks"].as_array().unwrap().iter();
    let said: Ids = said.map(|check| check["operation"].as_str().unwrap().to_owned()).collect();
    assert!(said.len() > 10, "{said:?}");
    assert_eq!(account.answered(), said);
    let all: Ids = announced().into_values().flatten().collect();
    assert!(said.is_subset(&all), "{:?}", said.difference(&all));

    account.run("api GET /page/list");
    assert_eq!(account.answered(), Ids::from(["ledger.page.list".to_owned()]));
}

#[test]
fn what_is_announced_is_of_the_contract_and_announced_in_one_place() {
    let mut places = BTreeMap::new();
    for (file, ids) in announced() {
        for id in ids {
            assert!(operations::find_by_id(&id).is_some(), "{file}: {id}");
            let other = places.insert(id.clone(), file.clone());
            assert_eq!(other, None, "{id} is announced in {file}, too");
        }
    }
}
