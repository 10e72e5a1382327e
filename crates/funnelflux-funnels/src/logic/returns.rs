//! The returns of a script and their route keys.

use tree_sitter::{Node, Tree};

use super::Problem;
use super::finding::shown;
use super::{is_route_key, walk};

pub(super) enum Returned {
    Key(String),
    Other(Problem),
}

impl Returned {
    pub(super) fn problem(&self) -> Option<Problem> {
        match self {
            Self::Key(key) if is_route_key(key) => None,
            Self::Key(key) => Some(Problem::Key { key: key.clone() }),
            Self::Other(problem) => Some(problem.clone()),
        }
    }
}

/// The returns, each with its place. Those of functions inside the script are not of the script.
pub(super) fn of(tree: &Tree, code: &str) -> Vec<(usize, Returned)> {
    let mut found = Vec::new();
    walk(tree, |node, _| {
        if node.kind() == "return_statement" {
            found.push(returned(node, code));
        }
        !matches!(node.kind(), "func_literal" | "function_declaration" | "method_declaration")
    });
    found
}

fn returned(statement: Node<'_>, code: &str) -> (usize, Returned) {
    let values: Vec<Node<'_>> = inside(statement).into_iter().flat_map(inside).collect();
    let [value] = values.as_slice() else {
        let problem = Problem::ValueCount { count: values.len() };
        return (statement.start_byte(), Returned::Other(problem));
    };
    let at = value.start_byte();
    let mut value = *value;
    while value.kind() == "parenthesized_expression"
        && let [inner] = inside(value).as_slice()
    {
        value = *inner;
    }
    let text = code.get(value.byte_range()).unwrap_or_default();
    let returned = match value.kind() {
        "raw_string_literal" => Returned::Key(text.trim_matches('`').replace('\r', "")),
        "interpreted_string_literal" => Returned::Key(interpreted(value, code)),
        "int_literal" | "float_literal" | "imaginary_literal" | "rune_literal" | "true"
        | "false" | "nil" | "func_literal" | "composite_literal" => {
            Returned::Other(Problem::NotText { literal: shown(text) })
        }
        _ => Returned::Other(Problem::Computed { expression: text.to_owned() }),
    };
    (at, returned)
}

/// The named nodes inside of one, without comments.
pub(super) fn inside(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|it| it.kind() != "comment").collect()
}

fn interpreted(literal: Node<'_>, code: &str) -> String {
    let mut cursor = literal.walk();
    let parts = literal.named_children(&mut cursor).map(|part| {
        let text = code.get(part.byte_range()).unwrap_or_default();
        match part.kind() {
            "escape_sequence" => escaped(text),
            _ => text.to_owned(),
        }
    });
    parts.collect()
}

/// The character of an escape sequence; that of one that Go has not is no character of a key.
fn escaped(sequence: &str) -> String {
    let rest = sequence.trim_start_matches('\\');
    let code = match rest.as_bytes() {
        [b'x' | b'u' | b'U', ..] => u32::from_str_radix(rest.get(1..).unwrap_or_default(), 16),
        [b'0'..=b'7', ..] => u32::from_str_radix(rest, 8),
        _ => return sequence.to_owned(),
    };
    code.ok().and_then(char::from_u32).map_or_else(|| sequence.to_owned(), String::from)
}
