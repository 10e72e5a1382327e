//! Taking what the files settle over into the contract, leaving every other byte as it is.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context as _, anyhow};
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, Value};

use crate::Result;
use crate::contract::{Contract, SourceFile};
use crate::wire::Output;
use funnelflux_learn::schemas::Settled;

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Taken {
    /// The ids of operations.
    pub(super) changed: Vec<String>,
    /// The ids of operations, each with the reason.
    pub(super) refused: Vec<String>,
}

/// Writes paths and grades; nothing is written if the contract would break a rule.
pub(super) fn take_over(root: &Path, settled: &[Settled]) -> Result<Taken> {
    let mut files = Contract::files(root)?;
    let taken = edit(&mut files, settled)?;
    Contract::parse(&files).map_err(|violations| {
        let violations = violations.join("\n");
        anyhow!("nothing was written, since the contract would break:\n{violations}")
    })?;
    for SourceFile { name: path, text } in files {
        Output { path, text }.write(root)?;
    }
    Ok(taken)
}

fn edit(files: &mut [SourceFile], settled: &[Settled]) -> Result<Taken> {
    let mut taken = Taken::default();
    for file in files.iter_mut().filter(|file| !file.name.contains("/schemas/")) {
        let mut document: DocumentMut = file.text.parse().with_context(|| file.name.clone())?;
        let operations = document.get_mut("operation").and_then(Item::as_array_of_tables_mut);
        for table in operations.into_iter().flat_map(ArrayOfTables::iter_mut) {
            let id = text(table, "id").to_owned();
            let Some(settled) = settled.iter().find(|settled| settled.id == id) else { continue };
            let (ours, theirs) = (text(table, "path"), &settled.path);
            if placeholders(ours) != placeholders(theirs) {
                let why = format!("{theirs} has other placeholders than {ours}");
                taken.refused.push(format!("{id}: {why}: change the client by hand"));
            } else if edit_operation(table, settled) {
                taken.changed.push(id);
            }
        }
        file.text = document.to_string();
    }
    Ok(taken)
}

fn edit_operation(table: &mut Table, settled: &Settled) -> bool {
    let (path, source) = (settled.path.as_str(), settled.source.as_str());
    let is_path_new = text(table, "path") != path || text(table, "path_grade") != "documented";
    if is_path_new {
        set(table, "path", path.into());
        set(table, "path_grade", "documented".into());
        set(table, "path_source", source.into());
        // What is documented has no other readings.
        set(table, "alternatives", Value::Array(toml_edit::Array::new()));
    }
    let is_method_new = settled.same_method && text(table, "grade") != "documented";
    if is_method_new {
        set(table, "grade", "documented".into());
        set(table, "source", source.into());
    }
    is_path_new || is_method_new
}

fn placeholders(path: &str) -> BTreeSet<&str> {
    path.split('/').filter(|segment| segment.contains(['{', '}'])).collect()
}

fn text<'a>(table: &'a Table, key: &str) -> &'a str {
    table.get(key).and_then(Item::as_str).unwrap_or_default()
}

/// Sets a value and keeps the space and the comment around it.
fn set(table: &mut Table, key: &str, value: Value) {
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(present) => {
            let decor = present.decor().clone();
            *present = value;
            *present.decor_mut() = decor;
        }
        None => {
            table.insert(key, Item::Value(value));
        }
    }
}
