//! `scratch`: proves that a kind of asset and a metric need no edit outside the contract. It copies the
//! sources, plants the entries of one kind and one metric under new names, generates, builds, runs the
//! whole test suite, and asks `ffx` for them.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, ensure};

use crate::Result;
use crate::run::{cargo, read, root, run, text_of, write};

/// The names of the copied kind, and of the planted one. The types of its categories stay.
const NAMES: &[(&str, &str)] = &[
    ("OfferSource", "ScratchSource"),
    ("offerSource", "scratchSource"),
    ("offer-source", "scratch-source"),
    ("offer source", "scratch source"),
    ("offersource", "scratchsource"),
    ("\"scratchsources\"", "\"offersources\""),
];
const METRIC: (&str, &str) = ("offerClicks", "scratchClicks");

const EVIDENCE: &str = "docs/contract/evidence.toml";
const METRICS: &str = "docs/contract/schemas/reporting.toml";
const PLANTED: [&str; 4] =
    ["docs/contract/ledger.toml", "docs/contract/schemas/assets.toml", METRICS, EVIDENCE];

pub(crate) fn verb() -> Result {
    let tree = &root().join("target/scratch/tree");
    // Every file that git knows, which also removes what an earlier run planted.
    for file in read(Command::new("git").arg("ls-files").current_dir(root()))?.lines() {
        if let Ok(text) = fs::read(root().join(file)) {
            write(&tree.join(file), text)?;
        }
    }
    for file in PLANTED {
        let path = tree.join(file);
        write(&path, planted(file, &text_of(&path)?))?;
    }
    // The last test plants the same names, and would find them planted.
    for line in [
        "xtask wire",
        "xtask wire --check",
        "build --workspace --all-targets",
        "test -q --workspace --no-fail-fast -- --skip the_planted_contract",
    ] {
        run(cargo(line).current_dir(tree).env("CARGO_TARGET_DIR", tree.join("target")))?;
    }
    let coverage = text_of(&tree.join("docs/coverage.md"))?;
    let operation = "`ledger.scratchsource.create`";
    ensure!(coverage.contains(operation), "the page of coverage lacks {operation}");
    let text = r#"{"idScratchSource":"2nIemJxCKbFX","scratchSourceName":"Planted"}"#;
    write(&tree.join("target/new.json"), text)?;
    let ffx = tree.join("target/debug/ffx");
    let served = Served::start(&ffx)?;
    for line in [
        "scratch-sources create -f target/new.json",
        "scratch-sources list",
        "scratch-sources get 2nIemJxCKbFX",
        "scratch-sources update 2nIemJxCKbFX --set scratchSourceName=Renamed",
        "scratch-sources members",
        "report drilldown --by funnel --metric scratchClicks -o csv --from=2026-01-02 --to=2026-01-02 --tz=UTC",
    ] {
        let mut command = Command::new(&ffx);
        for (name, value) in &served.variables {
            command.env(format!("FUNNELFLUX_{}", name.to_uppercase()), value);
        }
        run(command.args(line.split(' ')).current_dir(tree))?;
    }
    Ok(())
}

/// An emulator in a process of its own, so that several commands see one account. Dropped, it stops.
struct Served {
    process: Child,
    /// What other programs need to reach it, by the names of the variables without `FUNNELFLUX_`.
    variables: BTreeMap<String, String>,
}

impl Drop for Served {
    fn drop(&mut self) {
        // A process that cannot be stopped has already ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Served {
    fn start(ffx: &Path) -> Result<Self> {
        const FFX: &str = "`ffx emulator`";
        let mut command = Command::new(ffx);
        command.args(["emulator", "--visits-per-hour", "1", "--output", "ndjson"]);
        let process = command.stdout(Stdio::piped()).spawn().context(FFX)?;
        let mut served = Self { process, variables: BTreeMap::new() };
        let mut line = String::new();
        if let Some(output) = &mut served.process.stdout {
            BufReader::new(output).read_line(&mut line).context(FFX)?;
        }
        served.variables = serde_json::from_str(&line).context(FFX)?;
        Ok(served)
    }
}

/// The file with copies of all that it says of the kind and of the metric, under the new names.
fn planted(file: &str, text: &str) -> String {
    match file {
        EVIDENCE => planted_states(text),
        METRICS => planted_metric(text),
        _ => planted_entries(text),
    }
}

fn renamed(text: &str) -> String {
    NAMES.iter().fold(text.to_owned(), |text, (old, new)| text.replace(old, new))
}

fn planted_entries(text: &str) -> String {
    let mut planted = text.to_owned();
    for entry in text.split("\n[[").skip(1) {
        let is_of_kind = entry.lines().any(|line| {
            line == "name = \"offer-sources\""
                || line.starts_with("id = \"ledger.offersource.")
                || line.starts_with("name = \"OfferSource")
        });
        if is_of_kind {
            let entry = entry.split("\n# ----").next().unwrap_or(entry);
            planted += &format!("\n[[{}", renamed(entry));
        }
    }
    planted
}

fn planted_metric(text: &str) -> String {
    let (old, new) = METRIC;
    let is_metric = |line: &&str| line.contains(&format!("{{ value = \"{old}\""));
    let Some(line) = text.lines().find(is_metric) else { return text.to_owned() };
    text.replacen(line, &format!("{line}\n{}", line.replace(old, new)), 1)
}

/// The evidence with a copy of each fact, so that the copies stand on the same pages.
fn planted_states(text: &str) -> String {
    let with_copy = |part: &str| {
        let copy = renamed(part).replace(METRIC.0, METRIC.1);
        let is_fact = part.contains(':') && !part.contains(' ') && copy != part;
        if is_fact { format!("{part}\", \"{copy}") } else { part.to_owned() }
    };
    text.split('"').map(with_copy).collect::<Vec<_>>().join("\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Contract, SourceFile};

    #[test]
    fn the_planted_contract_keeps_its_rules_and_its_evidence() {
        let mut files = Contract::files(&root()).unwrap();
        for SourceFile { name, text } in &mut files {
            if PLANTED.contains(&name.as_str()) {
                let planted = planted(name, text);
                assert_ne!(planted, *text, "{name}");
                *text = planted;
            }
        }
        let contract =
            Contract::parse(&files).unwrap_or_else(|wrong| panic!("{}", wrong.join("\n")));
        assert_eq!(contract.without_evidence(), [""; 0]);
        let facts = contract.facts();
        for key in ["asset:scratch-sources", "value:MetricName.scratchClicks"] {
            assert!(facts.iter().any(|fact| fact.key == key), "{key}");
        }
    }
}
