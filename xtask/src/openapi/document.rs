//! The whole document.

use indexmap::IndexMap;

use super::json::Object;
use super::operation::{json_content, render};
use super::schema::{component, of_type};
use crate::contract::{Contract, Grade, Section, Type};

const DESCRIPTION: &str = "Every operation and schema known of the FunnelFlux Pro API, and how \
surely. Generated from the contract of the Rust SDK, which is not made by the vendor. Each fact has \
an `x-grade`: `documented` (the vendor's documentation), `proven` (a public integration in \
production), `written` (code of that integration that it never called), `help` (the help centre), \
`sibling` (the vendor's self-hosted product), `inferred` or `unknown`. The last three are guesses; `x-alternatives` lists other readings, the likeliest first. \
Objects may hold more members than are listed, and enums more values. `x-unreadable` lists what is \
known to exist and could not be read.";

/// The document, as it stands in the file.
pub(crate) fn text(contract: &Contract) -> String {
    let text = serde_json::to_string(&document(contract)).unwrap_or_default();
    format!("{}\n", funnelflux_json::indent(&text))
}

fn document(contract: &Contract) -> Object {
    let tags = contract
        .sections
        .iter()
        .map(|section| Object::new().with("name", &section.title).with("x-section", &section.name));
    Object::new()
        .with("openapi", "3.1.0")
        .with("info", info())
        .with("servers", [Object::new().with("url", "https://api.funnelflux.pro/v1")])
        .with("security", [Object::new().with("bearer", [(); 0])])
        .with_list("tags", tags)
        .with("paths", paths(contract))
        .with("components", components(contract))
        .with_list("x-unreadable", contract.sections.iter().flat_map(unreadable))
}

fn info() -> Object {
    Object::new()
        .with("title", "FunnelFlux Pro API, as far as it is known")
        .with("description", DESCRIPTION)
        // The version that the vendor's own schema files carry (documented).
        .with("version", "1.0.0")
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

fn components(contract: &Contract) -> Object {
    let schemas = contract.schemas.iter().map(|schema| (&schema.name, component(schema)));
    let schemas: IndexMap<_, _> = schemas.collect();
    let scheme = Object::new()
        .with("type", "http")
        .with("scheme", "bearer")
        .with("description", "An access token, from the app: Settings > API Access.");
    Object::new()
        .with("schemas", schemas)
        .with("responses", error_responses())
        .with("securitySchemes", Object::new().with("bearer", scheme))
}

/// What a refusal looks like: documented for domains, unknown elsewhere.
fn error_responses() -> Object {
    let of = |name: &str| of_type(&Type::Schema(name.to_owned()));
    let domains = Object::new()
        .with("description", "The domains section refused.")
        .with("content", json_content(of("Error"), Grade::Documented));
    let anything = Object::new().with("description", "Anything else.");
    let other = Object::new().with_list("anyOf", [of("SiblingError"), of("Error"), anything]);
    let other = Object::new()
        .with("description", "Refused; what the body holds is unknown, and it may be no JSON.")
        .with("content", json_content(other, Grade::Unknown));
    Object::new().with("DomainsError", domains).with("Error", other)
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
