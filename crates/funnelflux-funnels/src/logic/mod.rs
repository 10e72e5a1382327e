//! Logic scripts: their route keys, and what is wrong with them.
//!
//! A script is a snippet of Go statements, without package, imports and function around it. Each path returns a
//! route key, a text; `default` is the reserved fallback (documented). Names and types are not checked, because
//! the variables and helpers that a script may use are not documented.

mod finding;
mod paths;
mod returns;
mod syntax;

pub use finding::{Finding, Place, Problem};

use returns::Returned;
use tree_sitter::{Node, Parser, Tree};

/// The key of the fallback route (documented).
pub const DEFAULT_KEY: &str = "default";

/// The longest code for certain: 10 KB are documented, as 10,000 or as 10,240 bytes.
pub const MOST_CODE_FOR_CERTAIN: usize = 10_000;

/// The longest code that the server may take.
pub const MOST_CODE: usize = 10_240;

/// Longer texts are told to be too long and not read, so that time and memory are bounded.
const MOST_READ: usize = 4 * MOST_CODE;

/// Statements and expressions nested deeper are told and not read: what follows them calls itself for each level.
const DEEPEST: usize = 250;

const LONGEST_KEY: usize = 64;

/// Whether the text can be a route key: 1 to 64 of the characters `a-z`, `0-9` and `_` (documented).
pub fn is_route_key(text: &str) -> bool {
    let is_of_key = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
    (1..=LONGEST_KEY).contains(&text.len()) && text.bytes().all(is_of_key)
}

/// What the check of a script found.
#[derive(Clone, Debug)]
pub struct Checked {
    returns: Vec<Return>,
    is_complete: bool,
    findings: Vec<Finding>,
}

/// A return of a literal route key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Return {
    /// The key; it may be wrong, which is a finding.
    pub key: String,
    /// Where the key stands.
    pub place: Place,
}

impl Checked {
    /// The literal keys, each once, in the order of the script.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let keys = self.returns.iter().enumerate();
        keys.filter(|(at, it)| !self.returns.iter().take(*at).any(|other| other.key == it.key))
            .map(|(_, it)| it.key.as_str())
    }

    /// The returns of literal keys, in the order of the script.
    pub fn returns(&self) -> &[Return] {
        &self.returns
    }

    /// Whether [`keys`](Self::keys) are all keys that the script can return. They are not where a return computes
    /// its key, and where the script cannot be read.
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// The findings, in the order of the script.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Whether a finding is an error.
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.problem.is_error())
    }
}

/// Checks the code of a script. Never fails and never panics; bad code is a finding.
pub fn check(code: &str) -> Checked {
    let mut findings = Vec::new();
    let mut add = |at: usize, problem| findings.push((at, problem));
    if code.len() > MOST_CODE {
        add(0, Problem::TooLong { bytes: code.len() });
    } else if code.len() > MOST_CODE_FOR_CERTAIN {
        add(0, Problem::MaybeTooLong { bytes: code.len() });
    }
    let mut returns = Vec::new();
    let mut is_complete = false;
    match parse(code) {
        None => add(0, Problem::NotRead { why: "it is much too long" }),
        Some(tree) if is_deeper(&tree, DEEPEST) => {
            add(0, Problem::NotRead { why: "it is nested too deeply" });
        }
        Some(tree) if tree.root_node().has_error() => {
            findings.extend(syntax::errors(&tree, code));
        }
        Some(tree) => {
            findings.extend(syntax::declarations(&tree));
            findings.extend(paths::problems(&paths::statements(tree.root_node()), code));
            returns = returns::of(&tree, code);
            findings.extend(returns.iter().filter_map(|(at, it)| Some((*at, it.problem()?))));
            is_complete = returns.iter().all(|(_, it)| matches!(it, Returned::Key(_)));
            let is_default = |it: &Returned| matches!(it, Returned::Key(key) if key == DEFAULT_KEY);
            if is_complete && !returns.is_empty() && !returns.iter().any(|(_, it)| is_default(it)) {
                findings.push((code.trim_end().len(), Problem::NoDefault));
            }
        }
    }
    findings.sort_by_key(|(at, _)| *at);
    let findings = findings.into_iter();
    let findings = findings.map(|(at, problem)| Finding { place: Place::of(code, at), problem });
    let returns = returns.into_iter().filter_map(|(at, it)| match it {
        Returned::Key(key) => Some(Return { key, place: Place::of(code, at) }),
        _ => None,
    });
    Checked { returns: returns.collect(), is_complete, findings: findings.collect() }
}

fn parse(code: &str) -> Option<Tree> {
    let mut parser = Parser::new();
    let is_short = code.len() <= MOST_READ;
    parser.set_language(&tree_sitter_go::LANGUAGE.into()).ok().filter(|()| is_short)?;
    // The grammar wants an end after the last statement, which Go itself does not.
    parser.parse(format!("{code}\n"), None)
}

fn is_deeper(tree: &Tree, most: usize) -> bool {
    let mut deepest = 0;
    walk(tree, |_, depth| {
        deepest = deepest.max(depth);
        deepest <= most
    });
    deepest > most
}

/// Visits the nodes with their depths, by a cursor, which needs no stack. `enter` says whether to go inside.
fn walk<'t>(tree: &'t Tree, mut enter: impl FnMut(Node<'t>, usize) -> bool) {
    let mut cursor = tree.walk();
    loop {
        if enter(cursor.node(), cursor.depth() as usize) && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
        }
    }
}
