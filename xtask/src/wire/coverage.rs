//! The coverage page: each operation, its grades, and what the workspace has for it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context as _;
use serde_json::Value;
use walkdir::WalkDir;

use super::prose::table;
use crate::Result;
use crate::contract::{Contract, Method, Operation, Section, Unreadable};

/// The operations of the commands of `ffx` other than those of assets.
#[path = "../../../crates/funnelflux-cli/src/commands/operations.rs"]
pub(super) mod commands;

const FIXTURES: &str = "tests/fixtures";

/// An operation, and what the workspace has for it.
struct Row<'a> {
    section: &'a Section,
    operation: &'a Operation,
    client: bool,
    /// The paths below `tests/fixtures`.
    fixtures: BTreeSet<String>,
    cli: bool,
}

pub(super) fn render(contract: &Contract, root: &Path) -> Result<String> {
    let mut fixtures = fixtures(root)?;
    let commands = commands::OPERATIONS.iter().flat_map(|(_, operations)| operations.iter());
    let commands: BTreeSet<&str> = commands.copied().chain([commands::REFRESH]).collect();
    let mut rows = Vec::new();
    for section in &contract.sections {
        for operation in &section.operations {
            let id = operation.id.as_str();
            let is_verb =
                section.assets.iter().any(|asset| asset.verb(&section.name, id).is_some());
            let fixtures = fixtures.remove(id).unwrap_or_default();
            let client = is_verb || !fixtures.is_empty();
            let cli = is_verb || commands.contains(id);
            rows.push(Row { section, operation, client, fixtures, cli });
        }
    }
    let summaries = contract.sections.iter().map(|section| summary(section, &rows));
    let heads = "section | operations | path is not confirmed | client | fixture | CLI";
    let mut text = format!("{}\n{}", include_str!("coverage.md.in"), table(heads, summaries));
    for section in &contract.sections {
        let heads = "operation | call | existence / path | client | fixture | CLI";
        let table = table(heads, of(&rows, section).map(operation));
        text += &format!("\n## {} (`{}`)\n\n{table}", section.title, section.name);
    }
    let lacking: Vec<String> = rows.iter().filter_map(lacking).collect();
    if !lacking.is_empty() {
        text += "\n## Not everywhere\n\n\
             The operations that lack something, with the notes of the contract. A raw call reaches each.\n\n";
        text += &table("operation | lacks | notes", lacking);
    }
    text += "\n## Unreadable\n\n\
         Known to exist, but too little could be read to call it. Nothing is invented for these; a raw\n\
         call reaches any path.\n\n";
    let unreadable = contract.sections.iter().flat_map(unreadable);
    Ok(text + &table("section | title | method | existence | why", unreadable))
}

/// The rows of a section.
fn of<'a>(rows: &'a [Row<'a>], section: &'a Section) -> impl Iterator<Item = &'a Row<'a>> {
    rows.iter().filter(|row| row.section.name == section.name)
}

/// The fixtures that hold an exchange of each operation.
fn fixtures(root: &Path) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let top = root.join(FIXTURES);
    let mut fixtures: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let files = WalkDir::new(&top).into_iter().filter_map(std::result::Result::ok);
    for file in files.filter(|file| file.path().extension().is_some_and(|e| e == "json")) {
        let path = file.path();
        let text = std::fs::read(path).with_context(|| path.display().to_string())?;
        let recording: Value =
            serde_json::from_slice(&text).with_context(|| path.display().to_string())?;
        let name = path.strip_prefix(&top).unwrap_or(path).to_string_lossy().replace('\\', "/");
        let exchanges = recording.get("exchanges").and_then(Value::as_array);
        for exchange in exchanges.into_iter().flatten() {
            if let Some(id) = exchange.get("operation").and_then(Value::as_str) {
                fixtures.entry(id.to_owned()).or_default().insert(name.clone());
            }
        }
    }
    Ok(fixtures)
}

fn summary(section: &Section, rows: &[Row<'_>]) -> String {
    let count = |has: fn(&&Row<'_>) -> bool| of(rows, section).filter(has).count();
    let Section { title, name, .. } = section;
    let anchor = format!("{}-{name}", title.to_lowercase().replace(' ', "-"));
    let unconfirmed = count(|row| !row.operation.path_grade.is_confirmed());
    let (all, client, cli) = (count(|_| true), count(|row| row.client), count(|row| row.cli));
    let fixture = count(|row| !row.fixtures.is_empty());
    format!("[{title}](#{anchor}) | {all} | {unconfirmed} | {client} | {fixture} | {cli}")
}

fn operation(Row { operation, client, fixtures, cli, .. }: &Row<'_>) -> String {
    let mark = |there: bool| if there { "yes" } else { "–" };
    let Operation { id, method, path, grade, path_grade, .. } = operation;
    let (method, client, cli) = (method.as_str(), mark(*client), mark(*cli));
    let fixtures: Vec<String> = fixtures.iter().map(|name| format!("`{name}`")).collect();
    let fixtures = if fixtures.is_empty() { "–".to_owned() } else { fixtures.join(", ") };
    format!("`{id}` | `{method} {path}` | {grade} / {path_grade} | {client} | {fixtures} | {cli}")
}

/// What the workspace lacks for an operation, with the notes of the contract.
fn lacking(Row { operation, client, fixtures, cli, .. }: &Row<'_>) -> Option<String> {
    let has = [("client", *client), ("fixture", !fixtures.is_empty()), ("CLI", *cli)];
    let lacks: Vec<&str> = has.iter().filter(|(_, there)| !there).map(|(what, _)| *what).collect();
    let notes = operation.notes.as_deref().unwrap_or("–");
    let row = format!("`{}` | {} | {notes}", operation.id, lacks.join(", "));
    (!lacks.is_empty()).then_some(row)
}

fn unreadable(section: &Section) -> impl Iterator<Item = String> {
    section.unreadable.iter().map(|entry| {
        let Unreadable { title, method, grade, source, reason, notes } = entry;
        let method = method.map_or("unknown", Method::as_str);
        let notes = notes.as_ref().map(|notes| format!(" {notes}")).unwrap_or_default();
        format!("`{}` | {title} | {method} | {grade} ({source}) | {reason}{notes}", section.name)
    })
}
