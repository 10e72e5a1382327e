//! `conform`: compares the vendor's own schema files with the contract.

#[cfg(test)]
mod tests;
mod write;

use std::path::Path;

use anyhow::anyhow;

use funnelflux_learn::schemas::{SchemaFile, compare};

use crate::contract::Contract;
use crate::run::root;
use crate::verbs::Conform as Arguments;
use crate::{Result, wire};

pub(crate) fn verb(arguments: &Arguments) -> Result {
    let (said, outcome) = run(&root(), arguments)?;
    print!("{said}");
    outcome
}

/// What to print, and whether anything differs.
fn run(root: &Path, arguments: &Arguments) -> Result<(String, Result)> {
    let contract = Contract::load(root)?;
    let files = arguments.files.iter().map(|path| SchemaFile::read(path));
    let findings = compare(&contract, files.collect::<std::result::Result<_, _>>()?);
    let mut said =
        if arguments.json { format!("{:#}\n", findings.to_json()) } else { findings.to_text() };
    if arguments.write {
        let taken = write::take_over(root, &findings.settled)?;
        let written = wire::write(root)?;
        if !arguments.json {
            said.push_str(&format!("\ntaken over: {}\n{written}\n", taken.changed.join(", ")));
        }
        let likely = findings
            .likely()
            .map(|call| format!("{call}: if it is the call, take it over by hand"));
        for reason in taken.refused.into_iter().chain(likely) {
            eprintln!("not taken over: {reason}");
        }
    }
    let outcome = match findings.count() {
        0 => Ok(()),
        count => Err(anyhow!("{count} difference(s) from the contract")),
    };
    Ok((said, outcome))
}
