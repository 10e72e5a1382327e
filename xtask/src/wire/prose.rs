//! The documentation of one operation, as the lines of a doc comment.

use crate::contract::{Operation, Query, Shape, Weight, repeat};

const WIDTH: usize = 100;

/// A doc comment at `indent`, wrapped at 100 columns: paragraphs, and items, which begin with `- `.
pub(super) fn doc(blocks: &[String], indent: &str) -> String {
    let mut text = String::new();
    let mut follows_item = None;
    for block in blocks {
        let is_item = block.starts_with("- ");
        if follows_item.is_some_and(|follows_item| !(is_item && follows_item)) {
            text.push_str(&format!("{indent}///\n"));
        }
        follows_item = Some(is_item);
        let start = if is_item { "///  " } else { "///" };
        let mut line = "///".to_owned();
        for word in block.split_whitespace() {
            let width = indent.len() + line.chars().count() + 1 + word.chars().count();
            if width > WIDTH && line.len() > start.len() {
                text.push_str(&format!("{indent}{line}\n"));
                line = start.to_owned();
            }
            line.push(' ');
            line.push_str(word);
        }
        text.push_str(&format!("{indent}{line}\n"));
    }
    text
}

/// The text with a full stop at its end.
pub(crate) fn sentence(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '?', '!']) { text.to_owned() } else { format!("{text}.") }
}

pub(super) fn doc_comment(operation: &Operation, indent: &str) -> String {
    let Operation { grade, path, path_grade, alternatives, .. } = operation;
    let method = match operation.method_grade {
        of_method if of_method == *grade => String::new(),
        of_method => format!(", its method {of_method}"),
    };
    let mut blocks = vec![
        format!("{}.", escape(&operation.title)),
        format!("`{} {path}`", operation.method.as_str()),
        format!("- Operation: {grade}{method} ({}).", escape(&operation.source)),
        format!("- Path: {path_grade} ({}).", escape(&operation.path_source)),
    ];
    if !alternatives.is_empty() {
        let paths = alternatives.join("`, `");
        blocks.push(format!("- Other paths, in order of belief: `{paths}`."));
    }
    let query: Vec<_> = operation.query.iter().map(parameter).collect();
    let query = if query.is_empty() { "none known".to_owned() } else { query.join(", ") };
    blocks.push(format!("- Query: {query}."));
    blocks.push(format!("- Body: {}.", shape(&operation.body)));
    blocks.push(format!("- Response: {}.", shape(&operation.response)));
    blocks.push(format!("- A repeat {}.", repeat(operation.idempotency)));
    if operation.weight == Weight::Report {
        let pool = "a query on the reporting store, whose pool is small and queued";
        blocks.push(format!("- Weight: {pool}."));
    }
    blocks.extend(operation.notes.as_deref().map(escape));
    doc(&blocks, indent)
}

fn parameter(query: &Query) -> String {
    let Query { name, kind, required, required_grade, grade, alternatives, .. } = query;
    let required = if *required { format!(", required: {required_grade}") } else { String::new() };
    let others = match alternatives.as_slice() {
        [] => String::new(),
        some => format!(", or else `{}`", some.join("`, `")),
    };
    format!("`{name}` (`{kind}`, {grade}{others}{required})")
}

fn shape(shape: &Shape) -> String {
    match shape {
        Shape::None { grade } => format!("none ({grade})"),
        Shape::Unknown => "unknown".to_owned(),
        Shape::Schema { name, grade } => format!("`{name}` ({grade})"),
    }
}

/// Keeps rustdoc from reading links and HTML into plain words; code spans stay as they are.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::new();
    let mut in_code = false;
    for c in text.chars() {
        if c == '`' {
            in_code = !in_code;
        }
        if !in_code && matches!(c, '[' | ']' | '<' | '>' | '*') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
