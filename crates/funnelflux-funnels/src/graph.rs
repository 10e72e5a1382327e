//! A funnel as nodes and connections.

use std::borrow::Cow;
use std::collections::HashMap;

use funnelflux_model::ledger::{Funnel, Model as _};
use funnelflux_model::{Decimal, Document};
use serde_json::value::RawValue;

use crate::{Exits, FunnelDialect, NodeKind};

/// A funnel as a graph: a reading of its document, which stays the only truth.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Graph {
    /// The id of the funnel, as its text has it.
    pub id: String,
    /// The name of the funnel.
    pub name: String,
    /// The nodes, in the order of the document. An item that is no object is left out.
    pub nodes: Vec<Node>,
    /// The connections, in the order of the document. An item that is no object is left out.
    pub connections: Vec<Connection>,
    /// What could not be read: the place, and what it is.
    pub unread: Vec<(String, &'static str)>,
    by_id: HashMap<String, usize>,
}

/// A node.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Node {
    /// Its number in the list of the document, from 0.
    pub index: usize,
    /// Its id, as the text has it; empty if absent.
    pub id: String,
    /// Its name; empty if absent.
    pub name: String,
    /// Its type on the wire; empty if absent.
    pub node_type: String,
    /// What it does.
    pub kind: NodeKind,
    /// Its parameter objects that are there and not `null`, by name.
    pub objects: Vec<String>,
    /// Its position, where both coordinates are numbers.
    pub position: Option<(f64, f64)>,
    /// The places in [`Graph::connections`] of its ways out, in the order of the document.
    pub outgoing: Vec<usize>,
    /// The places in [`Graph::connections`] of its ways in.
    pub incoming: Vec<usize>,
    document: Document,
}

/// A connection.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Connection {
    /// Its number in the list of the document, from 0.
    pub index: usize,
    /// Its id, as the text has it; empty if absent.
    pub id: String,
    /// The id of the node that it leaves, as the text has it.
    pub source_id: String,
    /// The id of the node that it leads to, as the text has it.
    pub target_id: String,
    /// The place in [`Graph::nodes`] of the node that it leaves, if there is one.
    pub source: Option<usize>,
    /// The place in [`Graph::nodes`] of the node that it leads to, if there is one.
    pub target: Option<usize>,
    /// When it is taken.
    pub trigger: Trigger,
    /// Its parameter objects that are there and not `null`, by name.
    pub objects: Vec<String>,
    document: Document,
}

/// When a connection is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trigger {
    /// For this share of the visitors; `None` if there is no number.
    Weight(Option<Decimal>),
    /// On the action of this number.
    Action {
        /// The number; `None` if there is no whole number.
        number: Option<u64>,
        /// Whether it counts as a conversion.
        is_conversion: bool,
    },
    /// For the route of this key; empty if there is none.
    Route(String),
    /// When a script returns one of these keys.
    Keys(Vec<String>),
    /// Always.
    Always,
    /// It is unknown, because the kind of the source is.
    Unknown,
}

funnelflux_contract::formats! {
    Display for Trigger, |it, f| match it {
        Self::Weight(Some(weight)) => write!(f, "weight {}", weight.normalize()),
        Self::Weight(None) => f.write_str("no weight"),
        Self::Action { number: Some(number), is_conversion: false } => {
            write!(f, "action {number}")
        }
        Self::Action { number: Some(number), .. } => write!(f, "action {number}, converts"),
        Self::Action { number: None, .. } => f.write_str("no action"),
        Self::Route(key) if key.is_empty() => f.write_str("no route"),
        Self::Route(key) => f.write_str(key),
        Self::Keys(keys) if keys.is_empty() => f.write_str("no key"),
        Self::Keys(keys) => f.write_str(&keys.join(", ")),
        Self::Always => f.write_str("always"),
        Self::Unknown => f.write_str("unknown"),
    }
}

impl Node {
    /// The node as it is spelled.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// What it is called in messages: its name, else its id, else its place.
    pub fn label(&self) -> Cow<'_, str> {
        match (self.name.trim(), self.id.as_str()) {
            ("", "") => Cow::Owned(format!("nodes[{}]", self.index)),
            ("", id) => Cow::Borrowed(id),
            (name, _) => Cow::Borrowed(name),
        }
    }

    /// The place of a member in the funnel, such as `nodes[3].nodePageParams.idPage`.
    pub fn place(&self, member: &str) -> String {
        place("nodes", self.index, member)
    }
}

impl Connection {
    /// The connection as it is spelled.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The place of a member in the funnel, such as `connections[2].idTargetNode`.
    pub fn place(&self, member: &str) -> String {
        place("connections", self.index, member)
    }
}

fn place(list: &str, index: usize, member: &str) -> String {
    match member {
        "" => format!("{list}[{index}]"),
        member => format!("{list}[{index}].{member}"),
    }
}

impl Graph {
    /// Reads a funnel. What cannot be read is listed, and nothing is refused.
    pub fn of(funnel: &Funnel, dialect: &FunnelDialect) -> Self {
        let document = funnel.document();
        let mut unread = Vec::new();
        let nodes: Vec<Node> = items(document, "nodes", &mut unread)
            .into_iter()
            .map(|(index, item)| node(index, item, dialect))
            .collect();
        let mut by_id = HashMap::with_capacity(nodes.len());
        for (at, node) in nodes.iter().enumerate().filter(|(_, node)| !node.id.is_empty()) {
            by_id.entry(node.id.clone()).or_insert(at);
        }
        let mut graph = Self {
            id: funnel.id_text().into_owned(),
            name: text(document, "funnelName"),
            nodes,
            connections: Vec::new(),
            unread: Vec::new(),
            by_id,
        };
        for (index, item) in items(document, "connections", &mut unread) {
            let connection = graph.connection(index, item, dialect);
            let at = graph.connections.len();
            if let Some(node) = connection.source.and_then(|at| graph.nodes.get_mut(at)) {
                node.outgoing.push(at);
            }
            if let Some(node) = connection.target.and_then(|at| graph.nodes.get_mut(at)) {
                node.incoming.push(at);
            }
            graph.connections.push(connection);
        }
        graph.unread = unread;
        graph.tell_roots_apart(dialect);
        graph
    }

    /// Where the traffic node has the type of a rotator, it is the one that no way leads to.
    fn tell_roots_apart(&mut self, dialect: &FunnelDialect) {
        let rotators = &dialect.words(NodeKind::Rotator).types;
        let is_shared = |node: &Node| {
            node.kind == NodeKind::Root && rotators.iter().any(|word| word.text == node.node_type)
        };
        for node in self.nodes.iter_mut().filter(|node| is_shared(node)) {
            if !node.incoming.is_empty() {
                node.kind = NodeKind::Rotator;
            }
        }
    }

    fn connection(&self, index: usize, document: Document, dialect: &FunnelDialect) -> Connection {
        let (source_id, target_id) =
            (text(&document, "idSourceNode"), text(&document, "idTargetNode"));
        let (source, target) = (self.by_id.get(&source_id), self.by_id.get(&target_id));
        let kind = source.and_then(|at| self.nodes.get(*at)).map(|node| node.kind);
        let trigger = kind.map_or(Trigger::Unknown, |kind| trigger(&document, kind, dialect));
        Connection {
            index,
            id: text(&document, "idConnection"),
            source: source.copied(),
            target: target.copied(),
            source_id,
            target_id,
            trigger,
            objects: objects(&document),
            document,
        }
    }

    /// The place in [`nodes`](Self::nodes) of the node with this id; of several, the first.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// The nodes of a kind.
    pub fn of_kind(&self, kind: NodeKind) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(move |node| node.kind == kind)
    }

    /// The ways out of a node, in the order of the document.
    pub fn ways_out<'a>(&'a self, node: &'a Node) -> impl Iterator<Item = &'a Connection> {
        node.outgoing.iter().filter_map(|at| self.connections.get(*at))
    }

    /// The nodes that can be reached from the roots, by their places, in no order.
    pub fn reachable(&self) -> Vec<bool> {
        let mut seen = vec![false; self.nodes.len()];
        let roots = self.nodes.iter().enumerate().filter(|(_, node)| node.kind == NodeKind::Root);
        let mut open: Vec<usize> = roots.map(|(at, _)| at).collect();
        while let Some(at) = open.pop() {
            let Some(flag) = seen.get_mut(at).filter(|flag| !**flag) else { continue };
            *flag = true;
            let ways = self.nodes.get(at).into_iter().flat_map(|node| self.ways_out(node));
            open.extend(ways.filter_map(|way| way.target));
        }
        seen
    }
}

fn node(index: usize, document: Document, dialect: &FunnelDialect) -> Node {
    let (node_type, objects) = (text(&document, "nodeType"), objects(&document));
    let number = |name: &str| {
        let raw = document.get(name)?.get();
        raw.parse::<f64>().ok().filter(|number| number.is_finite())
    };
    Node {
        index,
        id: text(&document, "idNode"),
        name: text(&document, "nodeName"),
        kind: dialect.kind_of(&node_type, objects.iter().map(String::as_str)),
        node_type,
        objects,
        position: number("posX").zip(number("posY")),
        outgoing: Vec::new(),
        incoming: Vec::new(),
        document,
    }
}

/// The object that a member holds.
pub(crate) fn inner(document: &Document, name: &str) -> Option<Document> {
    Document::parse(document.get(name)?.get()).ok()
}

/// Members that hold an object: the parameters of a node or connection.
fn objects(document: &Document) -> Vec<String> {
    let objects = document.members().filter(|(_, value)| value.get().starts_with('{'));
    objects.map(|(name, _)| name.into_owned()).collect()
}

fn trigger(connection: &Document, kind: NodeKind, dialect: &FunnelDialect) -> Trigger {
    let words = dialect.words(kind);
    let found = words.exits.iter().find_map(|object| {
        let inner = inner(connection, &object.text)?;
        words.triggers.iter().find_map(|member| inner.get(&member.text).map(ToOwned::to_owned))
    });
    let value = found.as_deref().map(RawValue::get).unwrap_or_default();
    match kind.exits() {
        Exits::Weights => Trigger::Weight(decimal(value)),
        Exits::Actions => Trigger::Action {
            number: value.parse().ok(),
            is_conversion: words.exits.iter().any(|object| {
                inner(connection, &object.text)
                    .is_some_and(|it| matches!(it.read("isConversion"), Ok(Some(true))))
            }),
        },
        Exits::Routes => Trigger::Route(serde_json::from_str(value).unwrap_or_default()),
        Exits::Keys => Trigger::Keys(match serde_json::from_str::<Vec<String>>(value) {
            Ok(keys) => keys,
            Err(_) => serde_json::from_str(value).ok().into_iter().collect(),
        }),
        Exits::One | Exits::None => Trigger::Always,
        Exits::Unknown => Trigger::Unknown,
    }
}

/// A number, or a text that is one.
pub(crate) fn decimal(json: &str) -> Option<Decimal> {
    let text = serde_json::from_str::<String>(json).ok();
    let text = text.as_deref().unwrap_or(json).trim();
    text.parse().or_else(|_| Decimal::from_scientific(text)).ok()
}

/// The text of a member; a number as it is spelled, and empty for anything else.
pub(crate) fn text(document: &Document, name: &str) -> String {
    let Some(raw) = document.get(name).map(RawValue::get) else { return String::new() };
    match raw.as_bytes().first() {
        Some(b'"') => serde_json::from_str(raw).unwrap_or_default(),
        Some(b'-' | b'0'..=b'9') => raw.to_owned(),
        _ => String::new(),
    }
}

fn items(
    document: &Document,
    list: &'static str,
    unread: &mut Vec<(String, &'static str)>,
) -> Vec<(usize, Document)> {
    let Some(raw) = document.get(list).map(RawValue::get).filter(|raw| *raw != "null") else {
        return Vec::new();
    };
    let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(raw) else {
        unread.push((list.to_owned(), described(raw)));
        return Vec::new();
    };
    let mut found = Vec::with_capacity(items.len());
    for (index, item) in items.into_iter().enumerate() {
        match Document::parse(item.get()) {
            Ok(item) => found.push((index, item)),
            Err(_) => unread.push((place(list, index, ""), described(item.get()))),
        }
    }
    found
}

pub(crate) fn described(json: &str) -> &'static str {
    match json.trim_start().as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b'"') => "a text",
        Some(b't' | b'f') => "true or false",
        Some(b'n') => "null",
        _ => "a number",
    }
}
