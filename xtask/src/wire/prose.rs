//! The documentation of one operation, as the lines of a doc comment.

use crate::contract::{Operation, Query, Shape, Weight, repeat};

/// The paragraphs of a doc comment at `indent`, wrapped at 100 columns.
pub(super) fn doc(paragraphs: &[String], indent: &str) -> String {
    let mut text = String::new();
    let mut doc = Doc::new(&mut text, indent);
    for (index, paragraph) in paragraphs.iter().enumerate() {
        if index > 0 {
            doc.blank();
        }
        doc.paragraph(paragraph);
    }
    text
}

/// The doc comment of an operation at `indent`, wrapped at 100 columns.
pub(super) fn doc_comment(operation: &Operation, indent: &str) -> String {
    let mut text = String::new();
    let mut doc = Doc::new(&mut text, indent);
    doc.paragraph(&format!("{}.", escape(&operation.title)));
    doc.blank();
    doc.paragraph(&format!("`{} {}`", operation.method.as_str(), operation.path));
    doc.blank();
    let Operation { grade, path_grade, .. } = operation;
    let method = if operation.method_grade() == *grade {
        String::new()
    } else {
        format!(", its method {}", operation.method_grade())
    };
    doc.item(&format!("Operation: {grade}{method} ({}).", escape(&operation.source)));
    doc.item(&format!("Path: {path_grade} ({}).", escape(&operation.path_source)));
    if !operation.alternatives.is_empty() {
        let paths: Vec<_> = operation.alternatives.iter().map(|p| format!("`{p}`")).collect();
        doc.item(&format!("Other paths, in order of belief: {}.", paths.join(", ")));
    }
    let query: Vec<_> = operation.query.iter().map(parameter).collect();
    doc.item(&match query.as_slice() {
        [] => "Query: none known.".to_owned(),
        some => format!("Query: {}.", some.join(", ")),
    });
    doc.item(&format!("Body: {}.", shape(&operation.body)));
    doc.item(&format!("Response: {}.", shape(&operation.response)));
    doc.item(&format!("A repeat {}.", repeat(operation.idempotency)));
    if operation.weight == Weight::Report {
        doc.item("Weight: a query on the reporting store, whose pool is small and queued.");
    }
    if let Some(notes) = &operation.notes {
        doc.blank();
        doc.paragraph(&escape(notes));
    }
    text
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

/// A doc comment that is written paragraph by paragraph.
struct Doc<'a> {
    text: &'a mut String,
    indent: &'a str,
}

impl<'a> Doc<'a> {
    const WIDTH: usize = 100;

    fn new(text: &'a mut String, indent: &'a str) -> Self {
        Self { text, indent }
    }

    fn blank(&mut self) {
        self.line("///");
    }

    fn paragraph(&mut self, words: &str) {
        self.wrap("/// ", "/// ", words);
    }

    fn item(&mut self, words: &str) {
        self.wrap("/// - ", "///   ", words);
    }

    fn wrap(&mut self, first: &str, next: &str, words: &str) {
        let mut line = first.to_owned();
        let mut is_empty = true;
        for word in words.split_whitespace() {
            let width = self.indent.len() + line.chars().count() + 1 + word.chars().count();
            if !is_empty && width > Self::WIDTH {
                self.line(&line);
                line = next.to_owned();
                is_empty = true;
            }
            if !is_empty {
                line.push(' ');
            }
            line.push_str(word);
            is_empty = false;
        }
        self.line(&line);
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(self.indent);
        self.text.push_str(line);
        self.text.push('\n');
    }
}
