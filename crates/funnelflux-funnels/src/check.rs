//! The check of a funnel: all findings at once, each with a stable code.

mod codes;
mod lines;
mod nodes;
mod references;
mod routes;
mod structure;
mod url;
mod weights;

use std::borrow::Cow;

use funnelflux_model::Document;
use funnelflux_model::ledger::{Funnel, Model as _};

use crate::graph::{described, inner};
use crate::references::shown;
use crate::{Account, Connection, FunnelDialect, Graph, Node, Severity};

pub use codes::Rule;

/// One finding of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The rule that is broken.
    pub rule: &'static Rule,
    /// Where, such as `nodes[3].nodePageParams.idPage`; `funnel` for the whole.
    pub place: String,
    /// The node that it is about, or that the connection leaves, by its place in [`Graph::nodes`].
    pub node: Option<usize>,
    /// The connection that it is about, by its place in [`Graph::connections`].
    pub connection: Option<usize>,
    /// What is wrong with what, with the value.
    pub message: String,
}

impl Finding {
    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.rule.severity
    }
}

funnelflux_contract::formats! {
    Display for Finding, |it, f| {
        let Self { rule, place, message, .. } = it;
        write!(f, "{} {}: {place}: {message}; {}", rule.code, rule.severity, rule.mend)
    }
}

/// All findings of a check, in the order of the funnel's places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The findings.
    pub findings: Vec<Finding>,
    /// How many references to assets were not looked up, because the account was not asked for them.
    pub not_looked_up: usize,
}

impl Report {
    /// Whether no finding is an error.
    pub fn is_sound(&self) -> bool {
        self.count(Severity::Error) == 0
    }

    /// How many findings are of this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity() == severity).count()
    }
}

/// What the rules read, and what they have found.
pub(crate) struct Check<'a> {
    funnel: &'a Document,
    graph: &'a Graph,
    dialect: &'a FunnelDialect,
    account: &'a Account,
    report: Report,
}

impl<'a> Check<'a> {
    fn add(&mut self, rule: &'static Rule, place: impl Into<String>, message: impl Into<String>) {
        self.at(rule, place.into(), [None, None], message.into());
    }

    fn at_node(&mut self, rule: &'static Rule, at: usize, member: &str, message: &str) {
        let graph = self.graph;
        let Some(node) = graph.nodes.get(at) else { return };
        let message = format!("{}: {message}", named(node));
        self.at(rule, node.place(member), [Some(at), None], message);
    }

    fn at_connection(&mut self, rule: &'static Rule, at: usize, member: &str, message: &str) {
        let graph = self.graph;
        let Some(connection) = graph.connections.get(at) else { return };
        let message = format!("{}: {message}", self.way(connection));
        self.at(rule, connection.place(member), [connection.source, Some(at)], message);
    }

    fn at(&mut self, rule: &'static Rule, place: String, at: [Option<usize>; 2], message: String) {
        let [node, connection] = at;
        self.report.findings.push(Finding { rule, place, node, connection, message });
    }

    /// `Quiz → Shoes (action 1)`.
    fn way(&self, connection: &Connection) -> String {
        let label = |at: Option<usize>, id: &str| match at.and_then(|at| self.graph.nodes.get(at)) {
            Some(node) => node.label().into_owned(),
            None if id.is_empty() => "nothing".to_owned(),
            None => id.to_owned(),
        };
        let source = label(connection.source, &connection.source_id);
        let target = label(connection.target, &connection.target_id);
        format!("{source} → {target}")
    }

    /// What a connection has in place of the value that says when it is taken.
    fn got(&self, connection: &Connection, expected: &str) -> String {
        let member = self.member_of(connection);
        let (object, trigger) = member.split_once('.').unwrap_or((&*member, ""));
        let Some(raw) = connection.document().get(object) else {
            return format!("it has no `{object}`");
        };
        match Document::parse(raw.get()).as_ref().map(|inner| inner.get(trigger)) {
            Err(_) => format!("`{object}` is {}; expected an object", described(raw.get())),
            Ok(None) => format!("it has no `{trigger}`"),
            Ok(Some(value)) => {
                let text = if value.get().starts_with('"') { "the text " } else { "" };
                format!("`{trigger}` is {text}{}; expected {expected}", shown(value))
            }
        }
    }

    /// Parameters of another kind, and those that are no object. Ones of its own have a rule of their own then.
    fn parameters_of<'d>(
        &self,
        document: &'d Document,
        is_own: impl Fn(&str) -> bool,
        is_known: impl Fn(&str) -> bool,
    ) -> Vec<(&'static Rule, Cow<'d, str>, String)> {
        let others = document.members().filter(|(name, _)| !is_own(name) && is_known(name));
        let found = others.filter_map(|(name, raw)| match raw.get().as_bytes().first() {
            Some(b'n') => None,
            Some(b'{') => {
                let message = format!("it has `{name}`, which is of another kind");
                Some((&codes::OBJECT_OF_OTHER_KIND, name, message))
            }
            _ => {
                let message = format!("`{name}` is {}; expected an object", described(raw.get()));
                Some((&codes::UNREADABLE, name, message))
            }
        });
        found.collect()
    }

    /// The member of the parameter object of a connection, or the connection itself.
    fn member_of(&self, connection: &Connection) -> String {
        let kind = connection.source.and_then(|at| self.graph.nodes.get(at)).map(|node| node.kind);
        let Some(kind) = kind else { return String::new() };
        let words = self.dialect.words(kind);
        let object = words.exits.iter().find(|word| connection.objects.contains(&word.text));
        let Some(object) = object.or(words.exits.first()) else { return String::new() };
        let inner = inner(connection.document(), &object.text).unwrap_or_default();
        let member = words.triggers.iter().find(|word| inner.contains(&word.text));
        match member.or(words.triggers.first()) {
            Some(member) => format!("{}.{}", object.text, member.text),
            None => object.text.clone(),
        }
    }
}

/// `lander `Quiz``.
fn named(node: &Node) -> String {
    format!("{} `{}`", node.kind, node.label())
}

/// Checks a funnel with a dialect; see [`FunnelExt::check`](crate::FunnelExt::check).
pub fn check(funnel: &Funnel, dialect: &FunnelDialect, account: &Account) -> Report {
    let graph = Graph::of(funnel, dialect);
    check_graph(funnel, &graph, dialect, account)
}

/// Checks a funnel that was read as a graph already.
pub fn check_graph(
    funnel: &Funnel,
    graph: &Graph,
    dialect: &FunnelDialect,
    account: &Account,
) -> Report {
    let document = funnel.document();
    let report = Report::default();
    let mut check = Check { funnel: document, graph, dialect, account, report };
    check.whole();
    check.nodes();
    check.lines();
    check.structure();
    check.weights();
    check.routes();
    check.references(funnel);
    let mut report = check.report;
    report.findings.sort_by_cached_key(|finding| (order(&finding.place), finding.rule.code));
    report
}

/// The funnel first, then nodes and connections by their numbers.
fn order(place: &str) -> (u8, usize, String) {
    let (list, rest) = place.split_once('[').unwrap_or((place, ""));
    let number = rest.split(']').next().and_then(|number| number.parse().ok());
    let rank = match (list, number) {
        ("nodes", Some(_)) => 1,
        ("connections", Some(_)) => 2,
        _ => 0,
    };
    (rank, number.unwrap_or_default(), place.to_owned())
}
