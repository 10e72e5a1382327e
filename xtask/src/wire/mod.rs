//! `wire`: generates the tables of the contract crate, the coverage page and the OpenAPI document from
//! `docs/contract`. A file `*.in` is the template of a generated one.

mod audit;
mod coverage;
mod kinds;
mod models;
mod nodes;
mod operations;
mod prose;
mod requests;
mod rust_names;
mod schemas;
mod template;
#[cfg(test)]
mod tests;
mod vocabulary;

use std::fmt::Write as _;
use std::path::Path;

use anyhow::ensure;

pub(crate) use prose::sentence;

use crate::contract::Contract;
use crate::names::{self, Names};
use crate::run::{self, root};
use crate::source::{Source, sources};
use crate::{Result, openapi};

const TABLES: &str = "crates/funnelflux-contract/src/generated";

/// A generated file: its path below the root, and what it must hold.
pub(crate) struct Output {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Output {
    /// Writes the file, unless it is fresh; says whether it did.
    pub(crate) fn write(&self, root: &Path) -> Result<bool> {
        run::write(&root.join(&self.path), &self.text)
    }

    pub(crate) fn stale(&self, root: &Path) -> Option<String> {
        let present = std::fs::read_to_string(root.join(&self.path)).ok();
        if present.as_deref() == Some(self.text.as_str()) {
            return None;
        }
        Some(format!("{}: {}", self.path, difference(present.as_deref(), self)))
    }
}

pub(crate) fn verb(check: bool) -> Result {
    println!("{}", if check { compare(&root())? } else { write(&root())? });
    Ok(())
}

pub(crate) fn write(root: &Path) -> Result<String> {
    let (contract, outputs, names) = generate(root)?;
    let mut said = String::new();
    for output in &outputs {
        if output.write(root)? {
            let _ = writeln!(said, "wrote {}", output.path);
        }
    }
    said.extend(missing(&contract, &names));
    Ok(said + &fresh(&contract, &outputs, &names))
}

/// Writes nothing; fails naming what is stale, and what the contract lacks.
fn compare(root: &Path) -> Result<String> {
    let (contract, outputs, names) = generate(root)?;
    let stale: Vec<_> = outputs.iter().filter_map(|output| output.stale(root)).collect();
    ensure!(stale.is_empty(), "{}\nstale: run `cargo xtask wire`", stale.join("\n"));
    let missing = missing(&contract, &names);
    ensure!(
        missing.is_empty(),
        "{}{} missing in the contract; a name belongs to its schema or operation, or to vocabulary.toml \
         as another spelling or as foreign",
        missing.concat(),
        missing.len()
    );
    Ok(fresh(&contract, &outputs, &names))
}

/// The facts above `help` that no page states, and the names in code that no entry holds, a line each.
fn missing(contract: &Contract, names: &Names) -> Vec<String> {
    let evidence = contract.without_evidence().into_iter();
    let evidence = evidence.map(|fact| format!("{fact} is stated by no page of evidence.toml\n"));
    evidence.chain(names.wrong.iter().map(|wrong| format!("{wrong}\n"))).collect()
}

fn fresh(contract: &Contract, outputs: &[Output], names: &Names) -> String {
    let operations = contract.operations().count();
    let (files, names) = (outputs.len(), names.count);
    format!("{operations} operations, {names} names in code; {files} generated files are fresh")
}

fn generate(root: &Path) -> Result<(Contract, Vec<Output>, Names)> {
    let contract = Contract::load(root)?;
    let wrong = rust_names::check(&contract)?;
    ensure!(wrong.is_empty(), "{}\nthe generated Rust would not compile", wrong.join("\n"));
    let mut sources = sources(root)?;
    sources.push(Source::of_templates(root)?);
    let names = names::check(&contract, &sources)?;
    let outputs = outputs(&contract, root, &names)?;
    Ok((contract, outputs, names))
}

fn outputs(contract: &Contract, root: &Path, names: &Names) -> Result<Vec<Output>> {
    let output = |path: &str, text: String| Output { path: path.to_owned(), text };
    let table = |name: &str, text: String| output(&format!("{TABLES}/{name}.rs"), text);
    let mut outputs = vec![
        table("mod", include_str!("tables.rs.in").to_owned()),
        table("operations/mod", operations::module(contract)?),
        table("kinds", kinds::render(contract)?),
        table("nodes", nodes::render(contract)?),
        table("schemas", schemas::render(contract)?),
        table("vocabulary", vocabulary::render(contract)?),
        output("crates/funnelflux-ledger/src/generated.rs", kinds::render_ledger(contract)?),
        output("crates/funnelflux-funnels/src/generated.rs", nodes::render_kinds(contract)?),
    ];
    for section in &contract.sections {
        outputs.push(table(&format!("operations/{}", section.name), operations::render(section)?));
    }
    outputs.extend(models::outputs(contract)?);
    outputs.push(output("crates/funnelflux-id/src/markers.rs", kinds::render_markers(contract)?));
    outputs.push(output(openapi::PATH, openapi::text(contract)));
    outputs.push(output("docs/contract/audit.md", audit::render(contract, names)?));
    outputs.push(output("docs/coverage.md", coverage::render(contract, root)?));
    Ok(outputs)
}

fn difference(present: Option<&str>, output: &Output) -> String {
    let Some(present) = present else { return "is missing".to_owned() };
    let end = std::iter::repeat("(end of file)");
    let both = present.lines().chain(end.clone()).zip(output.text.lines().chain(end));
    let lines = present.lines().count().max(output.text.lines().count());
    match both.zip(1..=lines).find(|((old, new), _)| old != new) {
        None => "differs in its line ends".to_owned(),
        Some(((old, new), number)) => {
            format!("differs from line {number} on\n  is:      {old}\n  must be: {new}")
        }
    }
}
