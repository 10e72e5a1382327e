//! The funnel as it is after all changes.

use std::collections::{BTreeSet, HashMap};

use funnelflux_model::Document;
use funnelflux_model::ledger::{Funnel, Model as _};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::{BuildError, FunnelEdit, Ids, NewWay, NodeHandle, State, When, id_fault, quoted, set};
use crate::dialect::several;
use crate::{NodeKind, NodeWords, Scale, positions, rewrite};

impl FunnelEdit {
    /// Makes the funnel. Ids of new nodes and connections are made here.
    ///
    /// # Errors
    /// Every fault at once: unknown nodes, ways that a node does not have, and words that are guesses and
    /// were not accepted.
    pub fn finish(&mut self) -> Result<Funnel, BuildError> {
        self.guesses();
        let mut ids = Ids::new();
        for (at, known) in self.nodes.iter().enumerate() {
            let id = match known.state {
                State::Old(at) => self.graph.nodes.get(at).map(|node| node.id.clone()),
                State::New { .. } => match funnelflux_id::new_id() {
                    Ok(id) => Some(id.to_string()),
                    Err(error) => {
                        self.faults.push(id_fault(&error));
                        None
                    }
                },
                State::Missing => None,
            };
            ids.extend(id.map(|id| (NodeHandle(at), id)));
        }
        let nodes = self.new_nodes(&ids);
        let ways = self.new_ways(&ids);
        if !self.faults.is_empty() {
            return Err(BuildError { faults: self.faults.clone() });
        }
        let mut funnel = self.funnel.clone();
        let document = funnel.document_mut();
        let gone = |all: &BTreeSet<usize>, index: Vec<usize>| -> BTreeSet<usize> {
            index
                .into_iter()
                .enumerate()
                .filter(|(at, _)| all.contains(at))
                .map(|(_, it)| it)
                .collect()
        };
        let lists = [
            (
                "nodes",
                gone(&self.removed_nodes, self.graph.nodes.iter().map(|it| it.index).collect()),
                nodes,
            ),
            (
                "connections",
                gone(
                    &self.removed_ways,
                    self.graph.connections.iter().map(|it| it.index).collect(),
                ),
                ways,
            ),
        ];
        for (name, removed, added) in lists {
            let change = |index: usize, item: &mut Document| {
                for (path, json) in self.changed.get(&(name, index)).into_iter().flatten() {
                    set(item, path, json);
                }
                !removed.contains(&index)
            };
            rewrite::list(document, name, change, &added);
        }
        Ok(funnel)
    }

    /// Words of new nodes, and of the ways out of them, that nothing but a guess speaks for.
    fn guesses(&mut self) {
        let new = self.nodes.iter().filter(|known| matches!(known.state, State::New { .. }));
        let kinds: BTreeSet<NodeKind> = new.map(|known| known.kind).collect();
        for kind in kinds {
            if self.dialect.is_settled(kind) || self.accepted.contains(&kind) {
                continue;
            }
            self.faults.push(self.guess(kind));
        }
        // Of a kind without words, no node can be written even so.
        let accepted =
            self.accepted.iter().filter(|kind| self.dialect.words(**kind).types.is_empty());
        let unknown: Vec<String> = accepted
            .map(|kind| format!("a node of the kind {kind} has no known words at all"))
            .collect();
        self.faults.extend(unknown);
    }

    /// Why nodes of this kind need [`accept_guess`](Self::accept_guess), and what settles it.
    fn guess(&self, kind: NodeKind) -> String {
        let settled = "make one such node in the app, then `ffx learn --account`, or `ffx learn` with a \
                       file of such a funnel; or take the guess by accept_guess";
        let guesses = self.dialect.guesses(kind);
        if self.dialect.words(kind).types.is_empty() {
            return format!("a node of the kind {kind}: nothing is known of its words; {settled}");
        }
        let conflicts: Vec<String> = self
            .dialect
            .conflicts(kind)
            .map(|(part, words)| format!("its {part} is {}", several(&words)))
            .collect();
        if !conflicts.is_empty() {
            let told = conflicts.join(", ");
            return format!(
                "a node of the kind {kind}: funnels of the account contradict each other: {told}; \
                 `ffx learn` with a file of the funnel to follow, or take the first by accept_guess"
            );
        }
        if !guesses.is_empty() {
            let told: Vec<String> =
                guesses.iter().map(|word| format!("`{}` ({})", word.text, word.grade)).collect();
            let told = told.join(", ");
            return format!("a node of the kind {kind}: its words are guesses: {told}; {settled}");
        }
        let whole = self.dialect.weight_sums().first().copied().unwrap_or(Decimal::ONE);
        format!(
            "a node of the kind {kind}: that its weights sum to {whole} is a guess; connect one such \
             node in the app, then `ffx learn --account`, or take the guess by accept_guess"
        )
    }

    fn new_nodes(&self, ids: &Ids) -> Vec<Document> {
        let positions = self.positions();
        let mut found = Vec::new();
        for (at, known) in self.nodes.iter().enumerate() {
            let (State::New { what }, Some(id)) = (&known.state, ids.get(&NodeHandle(at))) else {
                continue;
            };
            let words = self.dialect.words(known.kind);
            let (Some(node_type), Some(object)) = (words.types.first(), words.objects.first())
            else {
                continue;
            };
            let what: Value = serde_json::from_str(what).unwrap_or(Value::Null);
            let mut params = defaults(words, "object");
            if let Some(member) = words.references.first() {
                params.insert(member.text.clone(), what);
            }
            let (x, y) = positions.get(&at).copied().unwrap_or((0.5, 0.5));
            let mut members = defaults(words, "node");
            members.insert("idNode".to_owned(), json!(id));
            members.insert("idFunnel".to_owned(), json!(self.graph.id));
            members.insert("nodeName".to_owned(), json!(known.name));
            members.insert("nodeType".to_owned(), json!(node_type.text));
            members.insert(object.text.clone(), params.into());
            members.insert("posX".to_owned(), json!(x));
            members.insert("posY".to_owned(), json!(y));
            found.extend(Document::parse(&Value::Object(members).to_string()).ok());
        }
        found
    }

    fn new_ways(&mut self, ids: &Ids) -> Vec<Document> {
        let mut found = Vec::new();
        for way in std::mem::take(&mut self.ways) {
            let id = match funnelflux_id::new_id() {
                Ok(id) => quoted(id),
                Err(error) => {
                    self.faults.push(id_fault(&error));
                    continue;
                }
            };
            let ends = ids.get(&way.source).zip(ids.get(&way.target));
            let Some((source, target)) = ends else { continue };
            let text = format!(
                r#"{{"idConnection":{id},"idFunnel":{},"idSourceNode":"{source}","idTargetNode":"{target}"}}"#,
                json!(self.graph.id)
            );
            if let Ok(mut document) = Document::parse(&text) {
                self.write_trigger(&mut document, &way);
                self.write_defaults(&mut document, &way);
                found.push(document);
            }
            self.ways.push(way);
        }
        found
    }

    fn write_trigger(&self, document: &mut Document, way: &NewWay) {
        let Some(kind) = self.known(way.source).map(|known| known.kind) else { return };
        let words = self.dialect.words(kind);
        let (Some(object), Some(member)) = (words.exits.first(), words.triggers.first()) else {
            return;
        };
        let (value, converts) = match &way.when {
            When::Weight(weight) => (weight.normalize().to_string(), false),
            When::Action(number, converts) => (number.to_string(), *converts),
            When::Route(route) => (json!(route).to_string(), false),
            When::Keys(keys) => (json!(keys).to_string(), false),
            // A visitor tag of the self-hosted product numbers its one way out.
            When::Always if kind == NodeKind::VisitorTag => ("1".to_owned(), false),
            When::Always => return,
        };
        set(document, &[object.text.clone(), member.text.clone()], &value);
        if converts {
            set(document, &[object.text.clone(), "isConversion".to_owned()], "true");
        }
    }

    /// What the app fills in, where nothing else is written.
    fn write_defaults(&self, document: &mut Document, way: &NewWay) {
        let Some(kind) = self.known(way.source).map(|known| known.kind) else { return };
        let words = self.dialect.words(kind);
        let mut write = |path: &[String], json: &str| {
            let names: Vec<&str> = path.iter().map(String::as_str).collect();
            let is_there = match names.as_slice() {
                [object, name] => document
                    .read::<Document>(object)
                    .is_ok_and(|it| it.is_some_and(|it| it.contains(name))),
                _ => names.iter().any(|name| document.contains(name)),
            };
            if !is_there {
                set(document, path, json);
            }
        };
        for (name, json) in words.defaults_of("connection") {
            write(&[name.to_owned()], json);
        }
        for (name, json) in words.defaults_of("exit") {
            if let Some(exit) = words.exits.first() {
                write(&[exit.text.clone(), name.to_owned()], json);
            }
        }
    }

    /// The positions of new nodes by their places in the list of handles.
    fn positions(&self) -> HashMap<usize, (f64, f64)> {
        let handles: Vec<usize> = (0..self.nodes.len())
            .filter(|at| !matches!(self.nodes.get(*at).map(|it| &it.state), Some(State::Missing)))
            .collect();
        let place: HashMap<usize, usize> =
            handles.iter().enumerate().map(|(place, at)| (*at, place)).collect();
        let ends = self
            .ways
            .iter()
            .filter_map(|way| Some((*place.get(&way.source.0)?, *place.get(&way.target.0)?)));
        if self.graph.nodes.is_empty() {
            let positions = positions::of(handles.len(), ends, &self.dialect);
            return handles.into_iter().zip(positions).collect();
        }
        self.beside()
    }

    /// New nodes of a funnel that has nodes: right of the first node that leads to them, and below what lies
    /// there already.
    fn beside(&self) -> HashMap<usize, (f64, f64)> {
        let (dx, dy) = positions::step(&self.dialect);
        let most = if self.dialect.scale() == Scale::Unit { 1.0 } else { f64::INFINITY };
        let mut taken: Vec<(f64, f64)> =
            self.graph.nodes.iter().filter_map(|node| node.position).collect();
        let mut found: HashMap<usize, (f64, f64)> = HashMap::new();
        let position = |at: usize, found: &HashMap<usize, (f64, f64)>| {
            let old = self.old(NodeHandle(at)).and_then(|at| self.graph.nodes.get(at)?.position);
            old.or_else(|| found.get(&at).copied())
        };
        let new =
            self.nodes.iter().enumerate().filter(|(_, it)| matches!(it.state, State::New { .. }));
        for (at, _) in new {
            let mut before = self.ways.iter().filter(|way| way.target.0 == at);
            let mut after = self.ways.iter().filter(|way| way.source.0 == at);
            let left = before.find_map(|way| position(way.source.0, &found));
            let right = after.find_map(|way| position(way.target.0, &found));
            let (x, mut y) = match (left, right) {
                (Some((x, y)), _) => (x + dx, y),
                (None, Some((x, y))) => (x - dx, y),
                (None, None) => (dx, dy),
            };
            let x = x.clamp(0.0, most);
            let is_near = |y: f64, taken: &[(f64, f64)]| {
                taken.iter().any(|it| (it.0 - x).abs() < dx * 0.9 && (it.1 - y).abs() < dy * 0.9)
            };
            // Down to the border, and then with what space there is.
            while is_near(y, &taken) && y + dy <= most {
                y += dy;
            }
            let mut shift = dy / 7.0;
            while taken.iter().any(|it| *it == (positions::rounded(x), positions::rounded(y))) {
                y = (y - shift).max(0.0);
                shift *= 0.7;
            }
            let here = (positions::rounded(x), positions::rounded(y));
            taken.push(here);
            found.insert(at, here);
        }
        found
    }
}

/// The members that the app fills in at a place.
fn defaults(words: &NodeWords, place: &str) -> Map<String, Value> {
    let read = |(name, json): (&str, &str)| {
        Some((name.to_owned(), serde_json::from_str::<Value>(json).ok()?))
    };
    words.defaults_of(place).filter_map(read).collect()
}
