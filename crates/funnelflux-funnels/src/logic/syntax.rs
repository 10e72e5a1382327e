//! Syntax errors of Go, and Go that a script may not have.

use tree_sitter::{Node, Tree};

use super::finding::shown;
use super::returns::inside;
use super::{Problem, walk};

/// The errors of a text that is not Go: brackets without a partner, else what the parser could not read.
pub(super) fn errors(tree: &Tree, code: &str) -> Vec<(usize, Problem)> {
    let (tokens, broken) = read(tree);
    let mut found = brackets(&tokens);
    if found.is_empty() {
        found = broken.into_iter().map(|node| (node.start_byte(), what(node, code))).collect();
    }
    if found.is_empty() {
        found.push((0, "it cannot be read".to_owned()));
    }
    // What follows the first errors is often their consequence.
    found.sort_by_key(|(at, _)| *at);
    found.truncate(3);
    found.into_iter().map(|(at, what)| (at, Problem::Syntax { what })).collect()
}

fn what(node: Node<'_>, code: &str) -> String {
    let text = shown(code.get(node.byte_range()).unwrap_or_default());
    match (node.is_missing(), text.is_empty()) {
        (true, _) if node.is_named() => {
            format!("expected {} here", node.kind().replace('_', " "))
        }
        (true, _) => format!("expected `{}` here", shown(node.kind())),
        (false, true) => "the statement ends too early".to_owned(),
        (false, false) => format!("`{text}` is not understood"),
    }
}

/// The brackets, and the nodes that are broken. Those inside of a broken one are not told.
fn read(tree: &Tree) -> (Vec<(usize, &'static str)>, Vec<Node<'_>>) {
    let (mut tokens, mut broken) = (Vec::new(), Vec::new());
    let mut within = None;
    walk(tree, |node, _| {
        if within.is_some_and(|end| node.start_byte() >= end) {
            within = None;
        }
        if within.is_none() && (node.is_error() || node.is_missing()) {
            broken.push(node);
            within = Some(node.end_byte());
        }
        if node.child_count() == 0 && !node.is_named() && !node.is_missing() {
            tokens.push((node.start_byte(), node.kind()));
        }
        true
    });
    tokens.retain(|(_, kind)| matches!(*kind, "{" | "}" | "(" | ")" | "[" | "]"));
    (tokens, broken)
}

fn brackets(tokens: &[(usize, &'static str)]) -> Vec<(usize, String)> {
    let mut open: Vec<(usize, &str)> = Vec::new();
    for (at, token) in tokens {
        let partner = match *token {
            "}" => "{",
            ")" => "(",
            "]" => "[",
            _ => {
                open.push((*at, token));
                continue;
            }
        };
        match open.pop() {
            Some((_, opening)) if opening == partner => {}
            Some((opened, opening)) => {
                return vec![(opened, format!("`{opening}` is not closed before `{token}`"))];
            }
            None => return vec![(*at, format!("`{token}` closes nothing"))],
        }
    }
    let unclosed = open.into_iter();
    unclosed.map(|(at, opening)| (at, format!("`{opening}` is not closed"))).collect()
}

/// What a script must not declare (documented): it has no package, imports and function around it.
pub(super) fn declarations(tree: &Tree) -> Vec<(usize, Problem)> {
    let word = |node: &Node<'_>| match node.kind() {
        "package_clause" => Some("package"),
        "import_declaration" => Some("import"),
        "function_declaration" | "method_declaration" => Some("func"),
        _ => None,
    };
    let outer = inside(tree.root_node()).into_iter();
    let found = outer.filter_map(|node| Some((node.start_byte(), word(&node)?)));
    found.map(|(at, word)| (at, Problem::Wrapper { word })).collect()
}
