//! The contract as one OpenAPI 3.1 document. Unlike a type in Rust, the contract says how surely and where
//! from each member is known. What is the same for every contract is in `document.json` and `components.json`.

mod json;
mod operation;
mod schema;
#[cfg(test)]
mod tests;

use indexmap::IndexMap;
use json::Object;
use operation::render;
use schema::component;

use crate::contract::{Contract, Section};

/// Where the document goes, below the root.
pub(crate) const PATH: &str = "docs/openapi.json";

pub(crate) fn text(contract: &Contract) -> String {
    let text = serde_json::to_string(&document(contract)).unwrap_or_default();
    format!("{}\n", funnelflux_json::indent(&text))
}

fn document(contract: &Contract) -> Object {
    let tags = contract.sections.iter();
    let tags = tags.map(|it| Object::new().with("name", &it.title).with("x-section", &it.name));
    let schemas = contract.schemas.iter().map(|schema| (&schema.name, component(schema)));
    let schemas: IndexMap<_, _> = schemas.collect();
    let components = Object::of(include_str!("components.json")).with("schemas", schemas);
    Object::of(include_str!("document.json"))
        .with_list("tags", tags)
        .with("paths", paths(contract))
        .with("components", components)
        .with_list("x-unreadable", contract.sections.iter().flat_map(unreadable))
}

fn paths(contract: &Contract) -> IndexMap<&str, IndexMap<String, Object>> {
    let mut paths: IndexMap<&str, IndexMap<String, Object>> = IndexMap::new();
    for section in &contract.sections {
        for operation in &section.operations {
            let method = operation.method.as_str().to_ascii_lowercase();
            paths.entry(&operation.path).or_default().insert(method, render(operation, section));
        }
    }
    paths
}

fn unreadable(section: &Section) -> impl Iterator<Item = Object> {
    section.unreadable.iter().map(|entry| {
        Object::new()
            .with("section", &section.name)
            .with("title", &entry.title)
            .with_some("method", entry.method)
            .with("reason", &entry.reason)
            .with_some("notes", entry.notes.as_ref())
            .with("x-grade", entry.grade)
            .with("x-source", &entry.source)
    })
}
