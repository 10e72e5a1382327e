//! The coverage page: each operation, its grades, and what the workspace has for it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context as _;
use minijinja::{Value, context};
use walkdir::WalkDir;

use super::template::fill;
use crate::Result;
use crate::contract::Contract;
use crate::run::text_of;

/// The operations of the commands of `ffx` other than those of assets.
#[path = "../../../crates/funnelflux-cli/src/commands/operations.rs"]
pub(super) mod commands;

const FIXTURES: &str = "tests/fixtures";

pub(super) fn render(contract: &Contract, root: &Path) -> Result<String> {
    let mut fixtures = fixtures(root)?;
    let commands = commands::OPERATIONS.iter().flat_map(|(_, operations)| operations.iter());
    let commands: BTreeSet<&str> = commands.copied().chain([commands::REFRESH]).collect();
    let (mut sections, mut lacking) = (Vec::new(), Vec::new());
    for section in &contract.sections {
        let mut rows = Vec::new();
        for operation in &section.operations {
            let id = operation.id.as_str();
            let is_verb = section.assets.iter().any(|it| it.verb(&section.name, id).is_some());
            let fixtures = fixtures.remove(id).unwrap_or_default();
            let client = is_verb || !fixtures.is_empty();
            let cli = is_verb || commands.contains(id);
            let has = [("client", client), ("fixture", !fixtures.is_empty()), ("CLI", cli)];
            let lacks = has.into_iter().filter(|(_, there)| !there).map(|(what, _)| what);
            let lacks: Vec<&str> = lacks.collect();
            let is_lacking = !lacks.is_empty();
            let row = context! {
                client, fixtures, cli, lacks,
                is_confirmed => operation.path_grade.is_confirmed(),
                ..Value::from_serialize(operation)
            };
            lacking.extend(is_lacking.then(|| row.clone()));
            rows.push(row);
        }
        sections.push(context! { rows, ..Value::from_serialize(section) });
    }
    fill(include_str!("coverage.md.in"), context! { sections, lacking })
}

fn fixtures(root: &Path) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let top = root.join(FIXTURES);
    let mut fixtures: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let files = WalkDir::new(&top).into_iter().filter_map(std::result::Result::ok);
    for file in files.filter(|file| file.path().extension().is_some_and(|e| e == "json")) {
        let path = file.path();
        let recording: serde_json::Value =
            serde_json::from_str(&text_of(path)?).with_context(|| path.display().to_string())?;
        let name = path.strip_prefix(&top).unwrap_or(path).to_string_lossy().replace('\\', "/");
        let exchanges = recording.get("exchanges").and_then(serde_json::Value::as_array);
        for exchange in exchanges.into_iter().flatten() {
            if let Some(id) = exchange.get("operation").and_then(serde_json::Value::as_str) {
                fixtures.entry(id.to_owned()).or_default().insert(name.clone());
            }
        }
    }
    Ok(fixtures)
}
