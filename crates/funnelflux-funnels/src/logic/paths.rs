//! Which paths end without a return: the *terminating statements* of the Go specification, with the places
//! where one is missing.

use tree_sitter::Node;

use super::Problem;
use super::returns::inside;

/// A place where control passes the end of a list of statements, and the reason.
type End = (usize, &'static str);

/// The statements of a block, of a case or of the whole script.
pub(super) fn statements(node: Node<'_>) -> Vec<Node<'_>> {
    let mut own = inside(node);
    if let Some(list) = own.iter().copied().find(|it| it.kind() == "statement_list") {
        own = inside(list);
    } else if matches!(
        node.kind(),
        "expression_case" | "type_case" | "communication_case" | "default_case"
    ) {
        // The others are the values of the case.
        own.clear();
    }
    own.retain(|it| it.kind() != "empty_statement");
    own
}

/// Missing returns, and statements that no path reaches.
pub(super) fn problems(script: &[Node<'_>], code: &str) -> Vec<(usize, Problem)> {
    let mut walk = Walk { code, unreachable: Vec::new() };
    let ends = walk.ends(script, code.trim_end().len());
    let missing = ends.into_iter().map(|(at, why)| (at, Problem::NoReturn { why }));
    let unreachable = walk.unreachable.into_iter().map(|at| (at, Problem::Unreachable));
    missing.chain(unreachable).collect()
}

struct Walk<'a> {
    code: &'a str,
    unreachable: Vec<usize>,
}

impl Walk<'_> {
    /// The ends of a list of statements, which ends at this byte.
    fn ends(&mut self, list: &[Node<'_>], end: usize) -> Vec<End> {
        let mut ends = vec![(end, "no statement returns")];
        for statement in list {
            if ends.is_empty() && statement.kind() != "labeled_statement" {
                self.unreachable.push(statement.start_byte());
                return Vec::new();
            }
            ends = self.after(*statement, None);
        }
        ends
    }

    fn block(&mut self, node: Node<'_>) -> Vec<End> {
        // The closing bracket of a block; a case has none.
        let end = node.end_byte().saturating_sub(usize::from(node.kind() == "block"));
        self.ends(&statements(node), end)
    }

    /// The ends of one statement: none if control never passes it.
    fn after(&mut self, node: Node<'_>, label: Option<&str>) -> Vec<End> {
        let start = node.start_byte();
        match node.kind() {
            "return_statement"
            | "goto_statement"
            | "break_statement"
            | "continue_statement"
            | "fallthrough_statement" => Vec::new(),
            "block" => self.block(node),
            "labeled_statement" => match inside(node).as_slice() {
                [label, inner] => self.after(*inner, self.code.get(label.byte_range())),
                _ => vec![(node.end_byte(), "no statement follows this label")],
            },
            "if_statement" => {
                let mut ends = match node.child_by_field_name("alternative") {
                    Some(other) => self.after(other, None),
                    None => vec![(start, "this `if` has no `else`")],
                };
                let then = node.child_by_field_name("consequence");
                ends.extend(then.map(|then| self.block(then)).unwrap_or_default());
                ends
            }
            "for_statement" => {
                let body = node.child_by_field_name("body");
                let mut ends = body.map(|body| self.breaks(body, label)).unwrap_or_default();
                body.map(|body| self.block(body));
                if !is_endless(node) {
                    ends.push((start, "this loop can end"));
                }
                ends
            }
            "expression_switch_statement" | "type_switch_statement" | "select_statement" => {
                let (mut ends, mut has_default) = (Vec::new(), node.kind() == "select_statement");
                for case in inside(node) {
                    has_default |= case.kind() == "default_case";
                    if case.kind().ends_with("_case") {
                        ends.extend(self.breaks(case, label));
                        ends.extend(self.block(case));
                    }
                }
                if !has_default {
                    ends.push((start, "this `switch` has no `default`"));
                }
                ends
            }
            "expression_statement" if self.is_panic(node) => Vec::new(),
            _ => vec![(node.end_byte(), "the last statement is no return")],
        }
    }

    /// The `break`s in a part of a statement that leave the statement. Without a label, one inside of a loop
    /// or switch leaves that.
    fn breaks(&self, part: Node<'_>, label: Option<&str>) -> Vec<End> {
        let mut found = Vec::new();
        let mut left = vec![(part, true)];
        while let Some((node, is_nearest)) = left.pop() {
            let own = node.named_child(0).and_then(|own| self.code.get(own.byte_range()));
            let is_taken = own.map_or(is_nearest, |own| Some(own) == label);
            if node.kind() == "break_statement" && is_taken {
                found.push((node.start_byte(), "this `break` leads to the end"));
            }
            let is_nearest = is_nearest
                && !matches!(
                    node.kind(),
                    "for_statement"
                        | "expression_switch_statement"
                        | "type_switch_statement"
                        | "select_statement"
                );
            let inner = inside(node).into_iter().filter(|it| it.kind() != "func_literal");
            left.extend(inner.map(|inner| (inner, is_nearest)));
        }
        found
    }

    /// Whether control never passes the statement, as after `panic(…)`.
    fn is_panic(&self, statement: Node<'_>) -> bool {
        let call = statement.named_child(0);
        let function = call.and_then(|call| call.child_by_field_name("function"));
        function.is_some_and(|it| self.code.get(it.byte_range()) == Some("panic"))
    }
}

/// Whether a loop has neither a condition nor a range.
fn is_endless(node: Node<'_>) -> bool {
    let head = inside(node).into_iter().find(|it| it.kind() != "block");
    head.is_none_or(|head| {
        head.kind() == "for_clause" && head.child_by_field_name("condition").is_none()
    })
}
