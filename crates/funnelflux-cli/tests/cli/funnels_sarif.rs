//! `ffx funnels check -o sarif` against the schema of SARIF 2.1.0.

use boon::{Compiler, SchemaIndex, Schemas};
use funnelflux::emulator::Emulator;
use serde_json::{Value, json};

use crate::support::{Ffx, serve};

const URL: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

struct Schema(Schemas, SchemaIndex);

impl Schema {
    fn new() -> Self {
        let text = include_str!("../schemas/sarif-schema-2.1.0.json");
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
    let got = ffx.run(&["funnels", "get", "1RsY0Elid0Sw", "-o", "json"]).done();
    let mut funnel: Value = serde_json::from_str(&got.stdout).unwrap();
    // The weights of the others are less than the whole.
    funnel["connections"].as_array_mut().unwrap().remove(0);
    funnel["nodes"][2]["posX"] = json!(7);
    funnel["funnelName"] = json!("\u{202e}\"<Żółw>\u{1f422}");
    format!("{funnel:#}")
}

#[test]
fn the_log_of_a_whole_account_and_that_of_a_file_are_valid() {
    let schema = Schema::new();
    let served = serve(Emulator::builder());
    let ffx = Ffx::at(&served.emulator);
    let check = |given: &[&str]| -> Value {
        let shown = ffx.run(&[&["funnels", "check", "-o", "sarif"], given].concat());
        serde_json::from_str(&shown.stdout).unwrap()
    };
    let sound = check(&["--all"]);
    assert_eq!((schema.faults(&sound).as_str(), levels(&sound).len()), ("", 0));

    let file = ffx.write("a 100% \"broken\" Żółw#1?.json", &spoiled(&ffx)).display().to_string();
    ffx.run(&["funnels", "update", "-f", &file]).done();
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
    let log = Ffx::new().run(&["--emulator", "funnels", "check", "--all", "-o", "sarif"]).done();
    let log: Value = serde_json::from_str(&log.stdout).unwrap();
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
