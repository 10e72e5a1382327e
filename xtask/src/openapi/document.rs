//! The whole document.

use super::json::{Json, Object};
use super::operation::{json_content, render};
use super::schema::{component, of_type};
use crate::contract::{Contract, Grade, Section, Type, Word as _};

const DESCRIPTION: &str = "Every operation and schema known of the FunnelFlux Pro API, and how \
surely. Generated from the contract of the Rust SDK, which is not made by the vendor. Each fact has \
an `x-grade`: `documented` (the vendor's documentation), `proven` (a public integration in \
production), `written` (code of that integration that it never called), `help` (the help centre), \
`sibling` (the vendor's self-hosted product), `inferred` or `unknown`. The last three are guesses; `x-alternatives` lists other readings, the likeliest first. \
Objects may hold more members than are listed, and enums more values. `x-unreadable` lists what is \
known to exist and could not be read.";

/// The document, as it stands in the file.
pub(crate) fn text(contract: &Contract) -> String {
    // Strings, numbers and lists of them: nothing that JSON could refuse.
    let mut text = serde_json::to_string_pretty(&document(contract)).unwrap_or_default();
    text.push('\n');
    text
}

fn document(contract: &Contract) -> Json {
    let bearer = Object::new().with("bearer", Json::List(Vec::new()));
    let server = Object::new().with("url", "https://api.funnelflux.pro/v1");
    let tags = contract.sections.iter().map(|section| {
        let tag = Object::new().with("name", section.title.as_str());
        Json::from(tag.with("x-section", section.name.as_str()))
    });
    Object::new()
        .with("openapi", "3.1.0")
        .with("info", info())
        .with("servers", Json::List(vec![server.into()]))
        .with("security", Json::List(vec![bearer.into()]))
        .with("tags", Json::List(tags.collect()))
        .with("paths", paths(contract))
        .with("components", components(contract))
        .with_list("x-unreadable", contract.sections.iter().flat_map(unreadable).collect())
        .into()
}

fn info() -> Object {
    Object::new()
        .with("title", "FunnelFlux Pro API, as far as it is known")
        .with("description", DESCRIPTION)
        // The version that the vendor's own schema files carry (documented).
        .with("version", "1.0.0")
}

fn paths(contract: &Contract) -> Object {
    let mut paths: Vec<(&str, Object)> = Vec::new();
    for section in &contract.sections {
        for operation in &section.operations {
            let method = operation.method.written().to_ascii_lowercase();
            let rendered = render(operation, section);
            match paths.iter_mut().find(|(path, _)| *path == operation.path) {
                Some((_, methods)) => *methods = std::mem::take(methods).with(method, rendered),
                None => paths.push((&operation.path, Object::new().with(method, rendered))),
            }
        }
    }
    let all = paths.into_iter();
    all.fold(Object::new(), |all, (path, methods)| all.with(path, methods))
}

fn components(contract: &Contract) -> Object {
    let mut schemas = Object::new();
    for schema in &contract.schemas {
        schemas = schemas.with(schema.name.as_str(), component(schema));
    }
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
    let domains = of_type(&Type::Schema("Error".to_owned()));
    let domains = Object::new()
        .with("description", "The domains section refused.")
        .with("content", json_content(domains, Grade::Documented));
    let likely = |name: &str| Json::from(of_type(&Type::Schema(name.to_owned())));
    let anything = Object::new().with("description", "Anything else.");
    let readings = vec![likely("SiblingError"), likely("Error"), anything.into()];
    let other = Object::new().with("anyOf", Json::List(readings));
    let other = Object::new()
        .with("description", "Refused; what the body holds is unknown, and it may be no JSON.")
        .with("content", json_content(other, Grade::Unknown));
    Object::new().with("DomainsError", domains).with("Error", other)
}

fn unreadable(section: &Section) -> impl Iterator<Item = Json> {
    section.unreadable.iter().map(|entry| {
        let entry = Object::new()
            .with("section", section.name.as_str())
            .with("title", entry.title.as_str())
            .with_some("method", entry.method.map(|method| method.written()))
            .with("reason", entry.reason.as_str())
            .with_some("notes", entry.notes.as_deref())
            .with("x-grade", entry.grade.written())
            .with("x-source", entry.source.as_str());
        entry.into()
    })
}
