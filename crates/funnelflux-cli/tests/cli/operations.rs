//! The table of the operations that each command calls, compared with what the commands ask the
//! emulator.

use std::collections::{BTreeMap, BTreeSet};

use funnelflux::emulator::{Emulator, EmulatorBuilder};

use crate::support::{Ffx, Handmade, Reply, Served, serve};

#[path = "../../src/commands/operations.rs"]
mod table;

const FUNNEL: &str = "2nIemJxCKbFX";
const SOURCE: &str = "2n5JuOKWLTzd";
const DAY: &str = "--from=2026-01-02 --to=2026-01-02 --tz=UTC";

type Ids = BTreeSet<String>;

/// An account, and `ffx` logged in to it.
struct Account {
    served: Served,
    ffx: Ffx,
}

impl Account {
    fn open() -> Self {
        // Domains are active at once, so that no command waits for one.
        let emulator =
            Emulator::builder().visits_per_hour(4).domain_delay(std::time::Duration::ZERO);
        let served = serve(emulator);
        let ffx = Ffx::at(&served.emulator);
        Self { served, ffx }
    }

    /// Runs the command, which must succeed, and returns its output. `@name` is a file of the
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

    /// The operations that were answered with success since the last call.
    fn answered(&self) -> Ids {
        let emulator = &self.served.emulator;
        let requests = emulator.requests();
        emulator.clear_requests();
        for request in &requests {
            let (method, path) = (&request.method, &request.path);
            assert!(request.operation.is_some(), "{method} {path} is no operation");
        }
        let good = requests.iter().filter(|r| r.status.is_some_and(|s| s.is_success()));
        good.filter_map(|request| request.operation.map(str::to_owned)).collect()
    }
}

/// Whether the commands called exactly what the table says, and which commands are left.
struct Compared<'a> {
    account: &'a Account,
    left: BTreeMap<&'static str, &'static [&'static str]>,
}

impl Compared<'_> {
    /// Compares the calls since the last comparison with the table's entry.
    #[track_caller]
    fn holds(&mut self, command: &str) {
        let entry = self.left.remove(command);
        let expected = entry.unwrap().iter().map(|id| (*id).to_owned()).collect();
        assert_eq!(self.account.answered(), expected, "left: called; right: {command}");
    }

    /// Runs a command once and compares.
    #[track_caller]
    fn run(&mut self, command: &str, arguments: &str) {
        self.account.run(format!("{command} {arguments}").trim());
        self.holds(command);
    }
}

#[test]
fn every_command_calls_exactly_the_operations_of_the_table() {
    let account = Account::open();
    let raw = format!("report raw --conversions --limit 1 {DAY}");
    let rows = account.json(&raw);
    let [hit, visitor] = ["hitId", "visitorId"].map(|name| rows[0][name].as_str().unwrap());
    let unsold = account.json(&format!("report raw --hits --limit 1 {DAY}"))[0]["hitId"].clone();
    account.answered();
    let mut compared =
        Compared { account: &account, left: table::OPERATIONS.iter().copied().collect() };

    let credentials = serde_json::json!({
        "login": EmulatorBuilder::DEFAULT_LOGIN,
        "password": EmulatorBuilder::DEFAULT_PASSWORD,
    });
    account.run_with("auth login --stdin", r#"{"access_token":"a-token"}"#);
    account.run_with("auth login --legacy", &credentials.to_string());
    compared.holds("auth login");
    compared.run("auth status", "");
    compared.run("auth logout", "");

    compared.run("id new", "");
    compared.run("id inspect", FUNNEL);
    compared.run("id check", "");

    compared.run("report attributes", "");
    compared.run("report metrics", "");
    account.run(&format!("report drilldown --by funnel {DAY}"));
    compared.run("report drilldown", &format!("--by hour --metric visits --split {DAY}"));
    compared.run("report raw", &format!("--hits --limit 3 {DAY}"));
    for log in ["postback", "webhook-summary", "middleware-summary"] {
        compared.run(&format!("logs {log}"), DAY);
    }
    account.run(&format!("explore hit {hit}"));
    compared.run("explore hit", &format!("{hit} --visitor"));
    compared.run("explore visitor", &format!("{visitor} {DAY}"));

    let sources = account.json("traffic-sources list");
    let funnels = account.json("funnels list");
    let funnel = funnels[0]["idFunnel"].as_str().unwrap();
    account.run(&format!("funnels update {funnel} --set funnelName=Plain"));
    account.answered();
    let source = sources[0]["idTrafficSource"].as_str().unwrap();
    // Names are looked up in lists.
    compared
        .run("links entrance", "--domain go.example.com --funnel Plain --source Taboola --account");
    compared.run("links action", "--domain go.example.com 1");
    compared.run("links postback", "--domain go.example.com --hit {subid}");
    compared.run("links editor", "plain");
    let link = format!("https://go.example.com/fts/{FUNNEL}-{source}");
    compared.run("links check", &format!("{link} --account"));

    compared.run("domains add", "go.example.com --yes");
    let listed = account.json("domains list");
    compared.holds("domains list");
    let domains = listed.as_array().unwrap();
    let domain = domains.iter().find(|domain| domain["domain"] == "go.example.com").unwrap();
    let id = domain["id"].as_str().unwrap();
    compared.run("domains check", "go.example.com");
    for verb in ["get", "wait", "refresh"] {
        compared.run(&format!("domains {verb}"), id);
    }
    compared.run("domains delete", &format!("{id} --yes"));

    let unsold = unsold.as_str().unwrap();
    account.ffx.write("c.csv", &format!("hit,tx,payout\n{unsold},a,12.50\n{unsold},b,delete\n"));
    compared.run("conversions push", "@c.csv --postbacks none --yes");
    compared.run("conversions history", "");
    compared.run("conversions map", "@c.csv");
    compared.run("conversions networks", "");
    let undo = |command: &str| {
        let listed = account.json(&format!("{command} history"));
        format!("{} --clear-unread --yes", listed[0]["upload"])
    };
    compared.run("conversions undo", &undo("conversions"));
    account.ffx.write("none.csv", &format!("hit,tx,payout\n{hit},none,delete\n"));
    compared.run("conversions verify", "@none.csv --postbacks none");
    let costs = format!("2026-01-02,{FUNNEL},{SOURCE},153.20,1234\n2026-01-02,Plain,Taboola,1,1\n");
    account.ffx.write("costs.csv", &format!("date,funnel,traffic_source,cost,campaign\n{costs}"));
    compared.run("costs push", "@costs.csv --tz UTC --unchecked-ids --yes");
    compared.run("costs history", "");
    compared.run("costs undo", &undo("costs"));
    compared.run("costs map", "@costs.csv");
    compared.run("costs networks", "");
    let nothing = "date,funnel,traffic_source,cost,c1\n2026-01-02,Plain,Taboola,0,nothing\n";
    account.ffx.write("nothing.csv", nothing);
    compared.run("costs verify", "@nothing.csv --tz UTC --unchecked-ids --settled-after=0");
    account.run_with("custom-events push - --yes", "{}");
    compared.holds("custom-events push");
    let only = "--country DE --funnel-group sleep --funnel plain --traffic-source taboola";
    compared.run("reset", &format!("{only} --yes {DAY}"));

    let server = Handmade::serve(|_, _| Reply::Json(200, "{\"decision\":\"approved\"}".into()));
    compared.run("hooks trigger webhook", &format!("--to {}", server.base_url));
    let configs = account.json("middleware-configs list");
    let config = configs[0]["idMiddlewareConfig"].as_str().unwrap().to_owned();
    account.run(&format!("middleware-configs update {config} --set middlewareConfigName=Scoring"));
    account.answered();
    let asked = format!("--to {} --config Scoring", server.base_url);
    let routed = funnels.as_array().unwrap().iter().find_map(|funnel| {
        let id = funnel["idFunnel"].as_str()?.to_owned();
        let nodes = account.json(&format!("funnels get {id}"))["nodes"].clone();
        let node = nodes.as_array()?.iter().find(|it| it["nodeMiddlewareRefParams"].is_object())?;
        Some((id, node["idNode"].as_str()?.to_owned()))
    });
    let (funnel, node) = routed.expect("a funnel with a middleware node");
    account.run(&format!("funnels update {funnel} --set funnelName=Routed"));
    account.answered();
    let node = format!("--to {} --node Routed/{node}", server.base_url);
    account.run(&format!("hooks trigger middleware {asked}"));
    compared.run("hooks trigger middleware", &node);
    account.ffx.write("body.json", "{\"event_type\":\"middleware_request\"}");
    account.run(&format!("hooks replay @body.json {asked}"));
    compared.run("hooks replay", &format!("@body.json {node}"));

    // It needs the config before it listens, which fails here.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let node = node.rsplit(' ').next().unwrap();
    for more in [["--config", "Scoring"], ["--node", node]] {
        let listen = ["hooks", "listen", "--keep", "0", "--port", &port];
        account.ffx.run(&[&listen[..], &more].concat()).failed(1, &["cannot listen"]);
    }
    compared.holds("hooks listen");

    // It serves until it is interrupted, and calls nothing.
    assert_eq!(compared.left.remove("emulator"), Some(&[][..]));
    assert_eq!(compared.left, BTreeMap::new(), "run these commands above");
}

#[test]
fn an_expired_token_is_refreshed_by_the_operation_of_the_table() {
    let account = Account::open();
    account.served.emulator.expire_access_tokens();
    account.run("report attributes");
    let expected = [table::REFRESH, "reporting.attributes"].map(str::to_owned);
    assert_eq!(account.answered(), Ids::from(expected));
}

#[test]
fn doctor_and_api_call_the_operations_that_they_name() {
    let account = Account::open();
    let found = account.json("doctor");
    let checks = found["checks"].as_array().unwrap().iter();
    let named: Ids = checks.map(|check| check["operation"].as_str().unwrap().to_owned()).collect();
    assert!(named.len() > 10, "{named:?}");
    assert_eq!(account.answered(), named);

    account.run("api GET /page/list");
    assert_eq!(account.answered(), Ids::from(["ledger.page.list".to_owned()]));
}
