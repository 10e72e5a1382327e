//! `contract openapi`: the contract as one OpenAPI 3.1 document.
//!
//! The schemas come from the contract's own data, not from the Rust types: the data says how surely
//! each member is known and where from, which a type cannot.

mod document;
mod json;
mod operation;
mod schema;
#[cfg(test)]
mod tests;

use std::path::Path;

use crate::contract::Contract;
use crate::failure::{Failure, Result};
use crate::run::root;
use crate::verbs::only_flag;
use crate::wire::Output;

/// Where the document goes, below the root.
const PATH: &str = "docs/openapi.json";

pub(crate) fn verb(arguments: &[String]) -> Result {
    let Some((what, rest)) = arguments.split_first() else {
        return Err(Failure::new("`contract` needs the name of what to write: `contract openapi`"));
    };
    if what != "openapi" {
        return Err(Failure::new(format!("`contract` writes `openapi`, not `{what}`")));
    }
    let check = only_flag("contract openapi", "--check", rest)?;
    println!("{}", if check { compare(&root())? } else { write(&root())? });
    Ok(())
}

/// Writes the document if it is stale, and says so.
pub(crate) fn write(root: &Path) -> Result<String> {
    let output = output(root)?;
    Ok(if output.write(root)? { format!("wrote {PATH}") } else { format!("{PATH} is fresh") })
}

fn compare(root: &Path) -> Result<String> {
    match output(root)?.stale(root) {
        None => Ok(format!("{PATH} is fresh")),
        Some(how) => Err(Failure::new(format!("{how}\nstale: run `cargo xtask contract openapi`"))),
    }
}

fn output(root: &Path) -> Result<Output> {
    let contract = Contract::load(root)?;
    Ok(Output { path: PATH.to_owned(), text: document::text(&contract) })
}
