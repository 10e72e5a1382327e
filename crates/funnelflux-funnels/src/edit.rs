//! Building and changing funnels by handles in place of ids.

mod add;
mod change;
mod finish;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use funnelflux_id::{AssetId, GenerateError};
use funnelflux_model::Document;
use funnelflux_model::ledger::Funnel;
use rust_decimal::Decimal;

use crate::{FunnelDialect, Graph, NodeKind};

/// A node of the funnel that is built or edited, without its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeHandle(usize);

/// A funnel that is built or edited. [`FunnelExt`](crate::FunnelExt) begins one.
///
/// Nothing fails until [`finish`](Self::finish), which names every fault at once. Ids of nodes and
/// connections stay, since statistics hang on them; positions stay, too, and a new node is placed beside its
/// neighbours. A new funnel is laid out from left to right.
///
/// ```
/// use funnelflux_funnels::{Account, FunnelExt, NodeKind};
/// use funnelflux_model::ledger::Funnel;
///
/// let mut new = Funnel::builder("Shoes", "2n5JuOKWLTzd".parse()?);
/// // Without a funnel of the account, these words are guesses.
/// let new = new.accept_guess(NodeKind::Root).accept_guess(NodeKind::Lander)
///     .accept_guess(NodeKind::OfferGroup).accept_guess(NodeKind::ExternalUrl);
/// let traffic = new.root("Traffic");
/// let a = new.lander("Quiz", "11J2nnR5gqw2".parse()?);
/// let b = new.lander("Story", "1S1iAMoJhuOh".parse()?);
/// let offers = new.offer_group("Offers", "0XJbzUwQYEWa".parse()?);
/// let thanks = new.external_url("Thanks", "https://example.com/thanks");
/// new.split(traffic, &[(a, 70), (b, 30)]);
/// new.on_action(a, 1, offers).on_action(b, 1, offers).on_conversion(offers, 1, thanks);
/// let funnel = new.finish()?;
///
/// assert!(funnel.check(&Account::offline()).findings.is_empty());
/// let mut edit = funnel.edit();
/// let (traffic, a, b) = (edit.find("Traffic"), edit.find("Quiz"), edit.find("Story"));
/// edit.split(traffic, &[(a, 1), (b, 1)]);
/// let changed = edit.finish()?;
/// let told: Vec<String> = changed.diff(&funnel).iter().map(ToString::to_string).collect();
/// assert_eq!(told, ["Traffic → Quiz: weight 0.5 became weight 0.7", "Traffic → Story: weight 0.5 became weight 0.3"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct FunnelEdit {
    funnel: Funnel,
    dialect: FunnelDialect,
    graph: Graph,
    accepted: BTreeSet<NodeKind>,
    nodes: Vec<Known>,
    /// New values of members of the nodes and connections that were there, by their numbers in the lists.
    changed: BTreeMap<(&'static str, usize), Vec<Change>>,
    removed_nodes: BTreeSet<usize>,
    removed_ways: BTreeSet<usize>,
    ways: Vec<NewWay>,
    faults: Vec<String>,
}

#[derive(Clone, Debug)]
struct Known {
    kind: NodeKind,
    name: String,
    /// The place in the graph of a node that was there, or what a new one holds.
    state: State,
}

#[derive(Clone, Debug)]
enum State {
    Old(usize),
    New { what: String },
    Missing,
}

/// The path of a member and its new value, as JSON.
type Change = (Vec<String>, String);

/// A connection that is added.
#[derive(Clone, Debug)]
struct NewWay {
    source: NodeHandle,
    target: NodeHandle,
    when: When,
}

#[derive(Clone, Debug)]
enum When {
    Weight(Decimal),
    Action(u64, bool),
    Route(String),
    Keys(Vec<String>),
    Always,
}

/// Why a funnel cannot be built or changed as described. Opaque; the text names every fault.
#[derive(Debug)]
pub struct BuildError {
    faults: Vec<String>,
}

impl BuildError {
    /// Every fault, each with what would be right.
    pub fn faults(&self) -> &[String] {
        &self.faults
    }
}

funnelflux_contract::formats! {
    Error for BuildError, |it, f| f.write_str(&it.faults.join("; also "))
}

impl FunnelEdit {
    pub(crate) fn of(funnel: &Funnel, dialect: FunnelDialect) -> Self {
        let graph = Graph::of(funnel, &dialect);
        let known = |(at, node): (usize, &crate::Node)| Known {
            kind: node.kind,
            name: node.name.clone(),
            state: State::Old(at),
        };
        let nodes = graph.nodes.iter().enumerate().map(known).collect();
        let mut edit = Self {
            funnel: funnel.clone(),
            dialect,
            graph,
            accepted: BTreeSet::new(),
            nodes,
            changed: BTreeMap::new(),
            removed_nodes: BTreeSet::new(),
            removed_ways: BTreeSet::new(),
            ways: Vec::new(),
            faults: Vec::new(),
        };
        for (place, is) in &edit.graph.unread {
            edit.faults.push(format!("{place} is {is}, so the funnel cannot be edited"));
        }
        edit
    }

    /// Takes words that are guesses for nodes of this kind. Without it, and without a funnel of the account
    /// that has shown them, such a node is a fault.
    pub fn accept_guess(&mut self, kind: NodeKind) -> &mut Self {
        self.accepted.insert(kind);
        self
    }

    pub(crate) fn fault(&mut self, error: &GenerateError) {
        self.faults.push(id_fault(error));
    }

    /// Finds a node by its id or name. An unknown or ambiguous one is a fault.
    pub fn find(&mut self, node: &str) -> NodeHandle {
        let by_id = self.graph.find(node);
        let by_name = |(at, known): (usize, &Known)| (known.name == node).then_some(at);
        let found: Vec<usize> = match by_id {
            Some(at) => vec![at],
            None => self.nodes.iter().enumerate().filter_map(by_name).collect(),
        };
        match found.as_slice() {
            [at] => NodeHandle(*at),
            [] => self.missing(node, format!("there is no node `{node}`")),
            several => {
                let ids = several.iter().filter_map(|at| self.graph.nodes.get(*at));
                let ids: Vec<&str> = ids.map(|node| node.id.as_str()).collect();
                let why =
                    format!("{} nodes are called `{node}`: {}", several.len(), ids.join(", "));
                self.missing(node, why)
            }
        }
    }

    fn missing(&mut self, name: &str, why: String) -> NodeHandle {
        self.faults.push(why);
        let (kind, name) = (NodeKind::Other, name.to_owned());
        self.nodes.push(Known { kind, name, state: State::Missing });
        NodeHandle(self.nodes.len() - 1)
    }

    fn known(&self, node: NodeHandle) -> Option<&Known> {
        self.nodes.get(node.0)
    }

    /// The place in the graph of a node that was there.
    fn old(&self, node: NodeHandle) -> Option<usize> {
        match self.known(node)?.state {
            State::Old(at) => Some(at),
            _ => None,
        }
    }

    fn name_of(&self, node: NodeHandle) -> String {
        match self.old(node).and_then(|at| self.graph.nodes.get(at)) {
            Some(node) => node.label().into_owned(),
            None => self.known(node).map_or("?", |known| &known.name).to_owned(),
        }
    }
}

fn id_fault(error: &GenerateError) -> String {
    format!("no id can be made: {error}")
}

/// The ids of all nodes, those of new ones made here.
type Ids = HashMap<NodeHandle, String>;

/// An object with one member at a path, on top of what is there.
fn set(document: &mut Document, path: &[String], json: &str) {
    let Ok(raw) = serde_json::value::RawValue::from_string(json.to_owned()) else { return };
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let done = document.set_at(&path, &raw);
    debug_assert!(done.is_ok(), "the path was found before, or is made");
}

fn quoted(id: AssetId) -> String {
    format!("\"{id}\"")
}
