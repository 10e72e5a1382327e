//! The document in other formats.

use std::fmt::Write as _;

use serde_json::{Value, json};

/// As Swagger 2.0.
pub(crate) fn swagger(document: &Value) -> Value {
    let mut document = document.clone();
    let mut schemas = document["components"]["schemas"].take();
    let error = json!({"description": "An error."});
    for call in calls(&mut document) {
        let mut parameters = call["parameters"].as_array().cloned().unwrap_or_default();
        for parameter in &mut parameters {
            let mut schema = parameter.as_object_mut().unwrap().remove("schema").unwrap();
            // A parameter cannot refer to a definition.
            if let Some(reference) = schema["$ref"].as_str() {
                schema = schemas[reference.rsplit('/').next().unwrap()].clone();
            }
            parameter.as_object_mut().unwrap().extend(schema.as_object().unwrap().clone());
        }
        if let Some(body) = call.as_object_mut().unwrap().remove("requestBody") {
            let schema = body["content"]["application/json"]["schema"].clone();
            parameters.push(json!({"name": "body", "in": "body", "schema": schema}));
        }
        call["parameters"] = parameters.into();
        let responses = call["responses"].as_object_mut().unwrap();
        responses.insert("default".to_owned(), error.clone());
        if let Some(mut success) = responses.remove("2XX") {
            if let Some(content) = success.as_object_mut().unwrap().remove("content") {
                success["schema"] = content["application/json"]["schema"].clone();
            }
            responses.insert("200".to_owned(), success);
        }
    }
    rename(&mut document, "#/components/schemas/", "#/definitions/");
    rename(&mut schemas, "#/components/schemas/", "#/definitions/");
    json!({
        "swagger": "2.0", "info": document["info"], "host": "tracker.example.com",
        "basePath": "/api/v3", "paths": document["paths"], "definitions": schemas,
    })
}

/// The paths in one file and the schemas in another, with references between them.
pub(crate) fn split(document: &Value) -> (Value, Value) {
    let mut paths = document.clone();
    let schemas = paths["components"]["schemas"].take();
    rename(&mut paths, "#/components/schemas/", "schemas.json#/components/schemas/");
    let other = json!({
        "openapi": "3.0.3", "info": document["info"], "servers": document["servers"], "paths": {},
        "components": {"schemas": schemas},
    });
    (paths, other)
}

fn calls(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    let paths = document["paths"].as_object_mut().unwrap().values_mut();
    paths.flat_map(|item| item.as_object_mut().unwrap().values_mut())
}

fn rename(value: &mut Value, from: &str, to: &str) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get_mut("$ref") {
                *reference = reference.replace(from, to);
            }
            members.values_mut().for_each(|inner| rename(inner, from, to));
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| rename(inner, from, to)),
        _ => {}
    }
}

/// As YAML in block style.
pub(crate) fn yaml(value: &Value) -> String {
    let mut text = String::new();
    block(value, 0, &mut text);
    text
}

fn block(value: &Value, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(members) if !members.is_empty() => {
            text.push('\n');
            for (name, inner) in members {
                let _ = write!(text, "{indent}{}:", Value::from(name.as_str()));
                block(inner, depth + 1, text);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            text.push('\n');
            for inner in items {
                let _ = write!(text, "{indent}-");
                block(inner, depth + 1, text);
            }
        }
        scalar => {
            let _ = writeln!(text, " {scalar}");
        }
    }
}
