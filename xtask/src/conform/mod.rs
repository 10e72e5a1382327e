//! `conform`: compares the vendor's own schema files with the contract.

#[cfg(test)]
mod tests;
mod write;

use std::path::{Path, PathBuf};

use funnelflux_learn::schemas::{SchemaFile, compare};

use crate::contract::Contract;
use crate::failure::{Failure, Result};
use crate::run::root;
use crate::{openapi, wire};

#[derive(Debug, Default, PartialEq, Eq)]
struct Arguments {
    files: Vec<PathBuf>,
    json: bool,
    write: bool,
}

impl Arguments {
    fn parse(arguments: &[String]) -> Result<Self> {
        let mut parsed = Self::default();
        for argument in arguments {
            match argument.as_str() {
                "--json" => parsed.json = true,
                "--write" => parsed.write = true,
                flag if flag.starts_with('-') => {
                    return Err(Failure::new(format!(
                        "`conform` takes files, `--json` and `--write`, but was given `{flag}`"
                    )));
                }
                file => parsed.files.push(PathBuf::from(file)),
            }
        }
        if parsed.files.is_empty() {
            return Err(Failure::new("`conform` needs at least one schema file, YAML or JSON"));
        }
        Ok(parsed)
    }
}

pub(crate) fn verb(arguments: &[String]) -> Result {
    let arguments = Arguments::parse(arguments)?;
    let (said, outcome) = run(&root(), &arguments)?;
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
        let taken = write::take_over(root, findings.settled())?;
        let written = [wire::write(root)?, openapi::write(root)?].join("\n");
        if !arguments.json {
            said.push_str(&format!("\ntaken over: {}\n{written}\n", taken.changed.join(", ")));
        }
        let by_title = findings.by_title().iter().map(|call| {
            format!("{call} was found by its title alone: if it is the call, take it over by hand")
        });
        for reason in taken.refused.into_iter().chain(by_title) {
            eprintln!("not taken over: {reason}");
        }
    }
    let outcome = match findings.count() {
        0 => Ok(()),
        count => Err(Failure::new(format!("{count} difference(s) from the contract"))),
    };
    Ok((said, outcome))
}
