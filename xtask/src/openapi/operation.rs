//! One operation of the contract as an OpenAPI operation.

use super::json::Object;
use super::schema::{of_type, sentences};
use crate::contract::{Grade, Operation, Query, Section, Shape, Type};

pub(super) fn render(operation: &Operation, section: &Section) -> Object {
    let path_parameters = operation.path_parameters().map(|name| path_parameter(name, operation));
    let bearer = || Object::of(r#"{"bearer":[]}"#);
    let parameters = path_parameters.chain(operation.query.iter().map(query_parameter));
    Object::new()
        .with_list("tags", [&section.title])
        .with("summary", &operation.title)
        .with_some("description", sentences(&[operation.notes.as_deref()]))
        .with("operationId", &operation.id)
        .with_list("parameters", parameters)
        .with_some("requestBody", request_body(operation))
        // A token may be sent, and need not.
        .with_some("security", (!operation.token_required).then(|| [Object::new(), bearer()]))
        .with("responses", responses(operation, section))
        .with("x-grade", operation.grade)
        .with("x-method-grade", operation.method_grade)
        .with("x-source", &operation.source)
        .with("x-path-grade", operation.path_grade)
        .with("x-path-source", &operation.path_source)
        .with_list("x-alternatives", &operation.alternatives)
        .with("x-idempotency", operation.idempotency)
        .with("x-weight", operation.weight)
}

fn path_parameter(name: &str, operation: &Operation) -> Object {
    Object::new()
        .with("name", name)
        .with("in", "path")
        .with("required", true)
        .with("schema", of_type(&Type::String))
        .with("x-grade", operation.path_grade)
        .with("x-source", &operation.path_source)
}

fn query_parameter(query: &Query) -> Object {
    let kind = Type::parse(&query.kind);
    // Ids in one parameter, separated by commas.
    let explode = (kind == Type::IdList).then_some(false);
    Object::new()
        .with("name", &query.name)
        .with("in", "query")
        .with_some("description", sentences(&[query.notes.as_deref()]))
        .with("required", query.required)
        .with_some("style", explode.map(|_| "form"))
        .with_some("explode", explode)
        .with("schema", of_type(&kind))
        .with("x-grade", query.grade)
        .with("x-type-grade", query.type_grade)
        .with_some("x-required-grade", query.required.then_some(query.required_grade))
        .with("x-source", &query.source)
        .with_list("x-alternatives", &query.alternatives)
}

fn request_body(operation: &Operation) -> Option<Object> {
    match &operation.body {
        Shape::None { .. } => None,
        Shape::Unknown => Some(Object::of(include_str!("unknown_body.json"))),
        Shape::Schema { name, grade } => {
            let body = Object::new()
                .with("content", json_content(of_type(&Type::parse(name)), *grade))
                .with("required", operation.body_required);
            Some(body.with("x-grade", grade))
        }
    }
}

fn responses(operation: &Operation, section: &Section) -> Object {
    // Which status of the 2xx says success is not documented.
    let success = match &operation.response {
        Shape::None { grade } => Object::new()
            .with("description", "Accepted; no data comes back.")
            .with("x-grade", grade),
        Shape::Unknown => Object::new()
            .with("description", "Success; the body of the answer is unknown.")
            .with("content", json_content(of_type(&Type::Unknown), Grade::Unknown)),
        Shape::Schema { name, grade } => Object::new()
            .with("description", "Success.")
            .with("content", json_content(response_schema(&Type::parse(name)), *grade)),
    };
    let error = if section.name == "billing" { "DomainsError" } else { "Error" };
    let error = Object::new().with("$ref", format!("#/components/responses/{error}"));
    Object::new().with("2XX", success).with("default", error)
}

/// Whether a list stands bare or inside of an object is not documented.
fn response_schema(kind: &Type) -> Object {
    if !matches!(kind, Type::List(_)) {
        return of_type(kind);
    }
    let wrapped = Object::of(
        r#"{"type":"object","description":"An object that holds the list; its shape is not documented.","additionalProperties":true}"#,
    );
    Object::new().with_list("anyOf", [of_type(kind), wrapped])
}

fn json_content(schema: Object, grade: Grade) -> Object {
    let media = Object::new().with("schema", schema).with("x-grade", grade);
    Object::new().with("application/json", media)
}
