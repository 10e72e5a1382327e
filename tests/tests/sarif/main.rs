//! `ffx funnels check -o sarif` against the schema of SARIF 2.1.0.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

use std::process::{Command, Output};

use boon::{Compiler, SchemaIndex, Schemas};
use funnelflux::emulator::Emulator;
use serde_json::{Value, json};
use tempfile::TempDir;

const URL: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The built `ffx`, with a configuration of its own.
struct Ffx {
    home: TempDir,
    account: Vec<(&'static str, String)>,
}

impl Ffx {
    fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap(), account: Vec::new() }
    }

    fn at(emulator: &Emulator) -> Self {
        let address = ("FUNNELFLUX_BASE_URL", emulator.base_url().to_owned());
        let token = ("FUNNELFLUX_ACCESS_TOKEN", emulator.access_token());
        Self { account: vec![address, token], ..Self::new() }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut ffx = Command::new(funnelflux_tests::ffx());
        ffx.env("FUNNELFLUX_CONFIG_DIR", self.home.path()).envs(self.account.iter().cloned());
        ffx.args(arguments).output().unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_slice(&self.run(arguments).stdout).unwrap()
    }
}

struct Schema(Schemas, SchemaIndex);

impl Schema {
    fn new() -> Self {
        let text = include_str!("sarif-schema-2.1.0.json");
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.enable_format_assertions();
        compiler.add_resource(URL, serde_json::from_str(text).unwrap()).unwrap();
        let index = compiler.compile(URL, &mut schemas).unwrap();
        Self(schemas, index)
    }

    fn faults(&self, log: &Value) -> String {
        self.0.validate(log, self.1).err().map(|faults| format!("{faults:#}")).unwrap_or_default()
    }
}

fn levels(log: &Value) -> Vec<&str> {
    let results = log["runs"][0]["results"].as_array().unwrap();
    results.iter().map(|result| result["level"].as_str().unwrap()).collect()
}

/// Reads a funnel of the account, spoils it, and gives it back as text.
fn spoiled(ffx: &Ffx) -> String {
    let mut funnel = ffx.json(&["funnels", "get", "1RsY0Elid0Sw", "-o", "json"]);
    // The weights of the others are less than the whole.
    funnel["connections"].as_array_mut().unwrap().remove(0);
    funnel["nodes"][2]["posX"] = json!(7);
    funnel["funnelName"] = json!("\u{202e}\"<Żółw>\u{1f422}");
    format!("{funnel:#}")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_of_a_whole_account_and_that_of_a_file_are_valid() {
    let schema = Schema::new();
    let emulator = Emulator::builder().start().await.unwrap();
    let ffx = Ffx::at(&emulator);
    let check = |given: &[&str]| ffx.json(&[&["funnels", "check", "-o", "sarif"], given].concat());
    let sound = check(&["--all"]);
    assert_eq!((schema.faults(&sound).as_str(), levels(&sound).len()), ("", 0));

    let file = ffx.home.path().join("a 100% \"broken\" Żółw#1?.json").display().to_string();
    std::fs::write(&file, spoiled(&ffx)).unwrap();
    assert!(ffx.run(&["funnels", "update", "-f", &file]).status.success());
    for log in [check(&["--all"]), check(&[&file])] {
        assert_eq!(schema.faults(&log), "");
        let levels = levels(&log);
        assert!(levels.contains(&"error") && levels.contains(&"warning"), "{levels:?}");
        for result in log["runs"][0]["results"].as_array().unwrap() {
            let rule = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            let rules = &log["runs"][0]["tool"]["driver"]["rules"];
            assert_eq!(rules[rule]["id"], result["ruleId"]);
        }
    }
}

#[test]
fn the_schema_finds_what_is_wrong_in_a_log() {
    let schema = Schema::new();
    let log = Ffx::new().json(&["--emulator", "funnels", "check", "--all", "-o", "sarif"]);
    assert_eq!(schema.faults(&log), "");
    let result = json!({ "message": { "text": "x" }, "level": "error" });
    for (place, wrong) in [
        ("/version", json!("2.0.0")),
        ("/runs/0/tool", json!({})),
        ("/runs/0/results", json!([{ "level": "error" }])),
        ("/runs/0/tool/driver/informationUri", json!("no address")),
    ] {
        let mut broken = log.clone();
        *broken.pointer_mut(place).unwrap() = wrong;
        assert_ne!(schema.faults(&broken), "", "{place}");
    }
    for (place, wrong) in [
        ("/level", json!("fatal")),
        ("/locations", json!([{ "physicalLocation": { "artifactLocation": { "uri": "a b" } } }])),
        ("/ruleIndex", json!(-2)),
    ] {
        let mut broken = log.clone();
        broken["runs"][0]["results"] = json!([result]);
        assert_eq!(schema.faults(&broken), "");
        broken["runs"][0]["results"][0][&place[1..]] = wrong;
        assert_ne!(schema.faults(&broken), "", "{place}");
    }
}
