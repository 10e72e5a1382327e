//! `wire`: generates the operation tables and the coverage page from the contract.

mod coverage;
mod prose;
mod scan;
mod table;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;
use std::path::Path;

use crate::contract::Contract;
use crate::failure::{Failure, Result};
use crate::run::root;
use crate::verbs::only_flag;

/// Where the table of a section goes: the crate that calls its operations.
///
/// A section without a client crate of its own lives in the facade.
const HOMES: &[(&str, &str, &str)] = &[
    ("auth", "crates/funnelflux-auth", "src/operations.rs"),
    ("billing", "crates/funnelflux-domains", "src/operations.rs"),
    ("reporting", "crates/funnelflux-reporting", "src/operations.rs"),
    ("ledger", "crates/funnelflux-ledger", "src/operations.rs"),
];

/// A generated file: its path below the root, and what it must hold.
pub(crate) struct Output {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Output {
    /// Writes the file, unless it is fresh; says whether it did.
    pub(crate) fn write(&self, root: &Path) -> Result<bool> {
        let path = root.join(&self.path);
        if std::fs::read_to_string(&path).is_ok_and(|present| present == self.text) {
            return Ok(false);
        }
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| Failure::io(folder, &error))?;
        }
        std::fs::write(&path, &self.text).map_err(|error| Failure::io(&path, &error))?;
        Ok(true)
    }

    /// How the file differs from what it must hold, if it does.
    pub(crate) fn stale(&self, root: &Path) -> Option<String> {
        let present = std::fs::read_to_string(root.join(&self.path)).ok();
        if present.as_deref() == Some(self.text.as_str()) {
            return None;
        }
        Some(format!("{}: {}", self.path, difference(present.as_deref(), self)))
    }
}

pub(crate) fn verb(arguments: &[String]) -> Result {
    let check = only_flag("wire", "--check", arguments)?;
    let said = if check { compare(&root())? } else { write(&root())? };
    println!("{said}");
    Ok(())
}

/// Writes what is stale, and says what it did.
pub(crate) fn write(root: &Path) -> Result<String> {
    let (contract, outputs) = generate(root)?;
    let mut said = String::new();
    for output in &outputs {
        if output.write(root)? {
            let _ = writeln!(said, "wrote {}", output.path);
        }
    }
    said.push_str(&fresh(&contract, &outputs));
    Ok(said)
}

/// Writes nothing; fails naming what is stale.
fn compare(root: &Path) -> Result<String> {
    let (contract, outputs) = generate(root)?;
    let stale: Vec<_> = outputs.iter().filter_map(|output| output.stale(root)).collect();
    if stale.is_empty() {
        Ok(fresh(&contract, &outputs))
    } else {
        Err(Failure::new(format!("{}\nstale: run `cargo xtask wire`", stale.join("\n"))))
    }
}

fn fresh(contract: &Contract, outputs: &[Output]) -> String {
    let operations = contract.operations().count();
    format!("{operations} operations; {} generated files are fresh", outputs.len())
}

fn generate(root: &Path) -> Result<(Contract, Vec<Output>)> {
    let contract = Contract::load(root)?;
    let outputs = outputs(&contract, root)?;
    Ok((contract, outputs))
}

fn outputs(contract: &Contract, root: &Path) -> Result<Vec<Output>> {
    let exists = |home: &str| root.join(home).join("Cargo.toml").exists();
    let mut outputs = Vec::new();
    for section in &contract.sections {
        let Some((_, home, file)) = HOMES.iter().find(|(name, _, _)| *name == section.name) else {
            let name = &section.name;
            return Err(Failure::new(format!("the section {name} has no home in xtask's HOMES")));
        };
        if exists(home) {
            let text = table::render(section);
            outputs.push(Output { path: format!("{home}/{file}"), text });
        }
    }
    let homes = |section: &str| {
        HOMES.iter().find(|(name, _, _)| *name == section).map(|(_, home, _)| *home)
    };
    let scan = scan::Scan::of(root, contract, homes)?;
    outputs.push(Output {
        path: "docs/coverage.md".to_owned(),
        text: coverage::render(contract, &scan),
    });
    Ok(outputs)
}

/// The first line that differs, as a hint.
fn difference(present: Option<&str>, output: &Output) -> String {
    let Some(present) = present else { return "is missing".to_owned() };
    let mut old = present.lines();
    let mut new = output.text.lines();
    let mut number = 1;
    loop {
        match (old.next(), new.next()) {
            (None, None) => return "differs in its line ends".to_owned(),
            (old, new) if old == new => number += 1,
            (old, new) => {
                let end = "(end of file)";
                let (old, new) = (old.unwrap_or(end), new.unwrap_or(end));
                return format!(
                    "differs from line {number} on\n  is:      {old}\n  must be: {new}"
                );
            }
        }
    }
}
