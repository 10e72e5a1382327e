//! The table of operations of a section.

use super::prose::doc_comment;
use super::{all, module as file};
use crate::contract::{Contract, Operation, Query, Section, Shape};

/// The module above the sections.
pub(super) fn module(contract: &Contract) -> String {
    let modules = contract.sections.iter().map(|section| format!("pub mod {};\n", section.name));
    file(&format!("//! The operations, by section.\n\n{}", modules.collect::<String>()))
}

pub(super) fn render(section: &Section) -> String {
    let Section { title, operations, .. } = section;
    let items: String = operations.iter().map(item).collect();
    file(&format!(
        "//! {title}: every operation of the section, and how surely each is known.\n\n\
         use crate::Operation;\n{items}{}",
        all(
            "operation of this section, in the order of the contract",
            "Operation",
            operations.iter().map(Operation::rust_name)
        )
    ))
}

fn item(operation: &Operation) -> String {
    let Operation { id, title, path, path_grade, alternatives, grade, .. } = operation;
    let Operation { source, path_source, idempotency, weight, .. } = operation;
    let (doc, name) = (doc_comment(operation, "    "), operation.rust_name());
    let method = operation.method.as_str();
    let path_source =
        if source == path_source { String::new() } else { format!("; path: {path_source}") };
    let source = format!("{source}{path_source}");
    let query: String = operation.query.iter().map(parameter).collect();
    let query =
        if query.is_empty() { query } else { format!("        query: &[\n{query}        ],\n") };
    let (body, response) = (shape(&operation.body), shape(&operation.response));
    format!(
        "
crate::operation! {{
{doc}    pub static {name} = {{
        id: {id:?},
        title: {title:?},
        method: {method},
        path: {path:?},
        path_grade: {path_grade:?},
        alternatives: {alternatives:?},
        grade: {grade:?},
        source: {source:?},
        idempotency: {idempotency:?},
        weight: {weight:?},
{query}        body: {body},
        response: {response},
    }};
}}
"
    )
}

fn parameter(query: &Query) -> String {
    let Query { name, kind, required, source, notes, grade, required_grade, .. } = query;
    let (of_type, meaning) = (query.type_grade(), notes.as_deref().unwrap_or(""));
    format!(
        "            crate::Member {{ name: {name:?}, kind: {kind:?}, grade: crate::Grade::{grade:?}, \
         type_grade: crate::Grade::{of_type:?}, source: {source:?}, meaning: {meaning:?}, \
         alternatives: &{:?}, required: {required}, \
         required_grade: crate::Grade::{required_grade:?}, \
         server_managed: false, reserved: false }},\n",
        query.alternatives,
    )
}

fn shape(shape: &Shape) -> String {
    match shape {
        Shape::None { grade } => format!("crate::Shape::None {{ grade: crate::Grade::{grade:?} }}"),
        Shape::Unknown => "crate::Shape::Unknown".to_owned(),
        Shape::Schema { name, grade } => {
            format!("crate::Shape::Known {{ kind: {name:?}, grade: crate::Grade::{grade:?} }}")
        }
    }
}
