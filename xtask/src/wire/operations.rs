//! The table of operations of a section.

use std::fmt::Write as _;

use super::prose::doc_comment;
use super::{list, module as file, texts};
use crate::contract::{Contract, Operation, Query, Section, Shape, Word};

/// The module above the sections.
pub(super) fn module(contract: &Contract) -> String {
    let mut text = String::from("//! The operations, by section.\n\n");
    for section in &contract.sections {
        let _ = writeln!(text, "pub mod {};", section.name);
    }
    file(&text)
}

pub(super) fn render(section: &Section) -> String {
    let Section { title, operations, .. } = section;
    let mut text = format!(
        "//! {title}: every operation of the section, and how surely each is known.\n\n\
         use crate::Operation;\n"
    );
    for operation in operations {
        text.push('\n');
        text.push_str(&item(operation));
    }
    let names: Vec<String> = operations.iter().map(Operation::rust_name).collect();
    let _ = write!(
        text,
        "\n/// Every operation of this section, in the order of the contract.\n\
         pub static ALL: &[&Operation] = {}",
        list(&names)
    );
    file(&text)
}

fn item(operation: &Operation) -> String {
    let field = |name: &str, value: &str| format!("        {name}: {value},\n");
    let quoted = |text: &str| format!("{text:?}");
    let mut text = String::from("crate::operation! {\n");
    text.push_str(&doc_comment(operation, "    "));
    let _ = writeln!(text, "    pub static {} = {{", operation.rust_name());
    text.push_str(&field("id", &quoted(&operation.id)));
    text.push_str(&field("title", &quoted(&operation.title)));
    text.push_str(&field("method", operation.method.written()));
    text.push_str(&field("path", &quoted(&operation.path)));
    text.push_str(&field("path_grade", &operation.path_grade.in_rust()));
    text.push_str(&field("alternatives", &format!("{:?}", operation.alternatives)));
    text.push_str(&field("grade", &operation.grade.in_rust()));
    text.push_str(&field("source", &quoted(&source(operation))));
    text.push_str(&field("idempotency", &operation.idempotency.in_rust()));
    text.push_str(&field("weight", &operation.weight.in_rust()));
    if !operation.query.is_empty() {
        text.push_str("        query: &[\n");
        operation.query.iter().for_each(|query| text.push_str(&parameter(query)));
        text.push_str("        ],\n");
    }
    text.push_str(&field("body", &shape(&operation.body)));
    text.push_str(&field("response", &shape(&operation.response)));
    text.push_str("    };\n}\n");
    text
}

fn parameter(query: &Query) -> String {
    let Query { name, kind, required, source, notes, .. } = query;
    let (grade, of_type) = (query.grade.in_rust(), query.type_grade.in_rust());
    let (of_required, meaning) = (query.required_grade.in_rust(), notes.as_deref().unwrap_or(""));
    format!(
        "            crate::Member {{ name: {name:?}, kind: {kind:?}, grade: crate::Grade::{grade}, \
         type_grade: crate::Grade::{of_type}, source: {source:?}, meaning: {meaning:?}, \
         alternatives: {}, required: {required}, required_grade: crate::Grade::{of_required}, \
         server_managed: false, reserved: false }},\n",
        texts(&query.alternatives),
    )
}

fn shape(shape: &Shape) -> String {
    match shape {
        Shape::None { grade } => {
            format!("crate::Shape::None {{ grade: crate::Grade::{} }}", grade.in_rust())
        }
        Shape::Unknown => "crate::Shape::Unknown".to_owned(),
        Shape::Schema { name, grade } => {
            format!(
                "crate::Shape::Known {{ kind: {name:?}, grade: crate::Grade::{} }}",
                grade.in_rust()
            )
        }
    }
}

/// Where the operation is known from and, if that differs, where its path is.
fn source(operation: &Operation) -> String {
    let Operation { source, path_source, .. } = operation;
    if source == path_source { source.clone() } else { format!("{source}; path: {path_source}") }
}
