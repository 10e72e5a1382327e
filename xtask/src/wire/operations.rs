//! The table of operations of a section.

use minijinja::{Value, context};

use super::prose::doc_comment;
use super::template::fill;
use crate::Result;
use crate::contract::{Contract, Operation, Section, Shape};

pub(super) fn module(contract: &Contract) -> Result<String> {
    fill(include_str!("sections.rs.in"), context! { sections => contract.sections })
}

pub(super) fn render(section: &Section) -> Result<String> {
    let operations: Vec<Value> = section.operations.iter().map(item).collect();
    fill(include_str!("operations.rs.in"), context! { title => section.title, operations })
}

fn item(operation: &Operation) -> Value {
    let Operation { source, path_source, .. } = operation;
    context! {
        doc => doc_comment(operation, "    "),
        rust => operation.rust_name(),
        sources => match source == path_source {
            true => source.clone(),
            false => format!("{source}; path: {path_source}"),
        },
        body => shape(&operation.body),
        response => shape(&operation.response),
        ..Value::from_serialize(operation)
    }
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
