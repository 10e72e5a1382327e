//! Changes of what is there.

use std::collections::BTreeSet;

use funnelflux_id::{Id, Page};

use super::{FunnelEdit, NodeHandle, State, When};
use crate::{Connection, Trigger};

impl FunnelEdit {
    /// Removes a node with its connections.
    pub fn remove(&mut self, node: NodeHandle) -> &mut Self {
        self.ways.retain(|way| way.source != node && way.target != node);
        if let Some(at) = self.old(node) {
            self.removed_nodes.insert(at);
            let Self { graph, removed_ways, .. } = self;
            let is_at = |way: &Connection| way.source == Some(at) || way.target == Some(at);
            let ways = graph.connections.iter().enumerate().filter(|(_, way)| is_at(way));
            removed_ways.extend(ways.map(|(at, _)| at));
        } else if let Some(known) = self.nodes.get_mut(node.0) {
            known.state = State::Missing;
        }
        self
    }

    /// Removes all connections from one node to another.
    pub fn disconnect(&mut self, source: NodeHandle, target: NodeHandle) -> &mut Self {
        self.ways.retain(|way| (way.source, way.target) != (source, target));
        let ways: Vec<usize> = self.old_ways(source, Some(target)).collect();
        self.removed_ways.extend(ways);
        self
    }

    /// Leads all connections from one node to another to a third one. Their ids stay.
    pub fn rewire(&mut self, source: NodeHandle, from: NodeHandle, to: NodeHandle) -> &mut Self {
        for way in self.ways.iter_mut().filter(|it| (it.source, it.target) == (source, from)) {
            way.target = to;
        }
        let ways: Vec<usize> = self.old_ways(source, Some(from)).collect();
        match self.old(to).and_then(|at| self.graph.nodes.get(at)).map(|node| node.id.clone()) {
            Some(id) => {
                for way in ways {
                    self.set_in_way(way, &["idTargetNode"], &format!("\"{id}\""));
                }
            }
            // The id of a new node is made at the end.
            None if !ways.is_empty() => {
                self.faults.push(format!(
                    "`{}` is new: connect it, and disconnect `{}` from `{}`",
                    self.name_of(to),
                    self.name_of(from),
                    self.name_of(source)
                ));
            }
            None => {}
        }
        self
    }

    /// Renames a node.
    pub fn rename(&mut self, node: NodeHandle, name: &str) -> &mut Self {
        if let Some(at) = self.old(node).and_then(|at| self.graph.nodes.get(at)).map(|it| it.index)
        {
            let name = serde_json::Value::from(name).to_string();
            self.set_in("nodes", at, &["nodeName"], &name);
        }
        if let Some(known) = self.nodes.get_mut(node.0) {
            name.clone_into(&mut known.name);
        }
        self
    }

    /// Shows another page wherever a node shows this one.
    pub fn replace_page(&mut self, old: Id<Page>, new: Id<Page>) -> &mut Self {
        let references = self.graph.references(&self.funnel, &self.dialect);
        let shown = |it: &&crate::Reference| it.kind.name == "pages" && it.id == old.as_str();
        let paths: Vec<Vec<String>> =
            references.iter().filter(shown).map(|it| it.path.clone()).collect();
        if paths.is_empty() {
            self.faults.push(format!("no node shows the page {old}"));
        }
        for path in paths {
            if let [_, index, inner @ ..] = path.as_slice()
                && let Ok(index) = index.parse()
            {
                let inner: Vec<&str> = inner.iter().map(String::as_str).collect();
                self.set_in("nodes", index, &inner, &format!("\"{new}\""));
            }
        }
        self
    }

    /// Renames the funnel.
    pub fn rename_funnel(&mut self, name: &str) -> &mut Self {
        self.funnel.set_name(name);
        self
    }

    /// The connections that are there, from a node, and to another one if given.
    fn old_ways(
        &self,
        source: NodeHandle,
        target: Option<NodeHandle>,
    ) -> impl Iterator<Item = usize> + '_ {
        let (from, to) = (self.old(source), target.map(|target| self.old(target)));
        let ways = self.graph.connections.iter().enumerate();
        ways.filter(move |(at, way)| {
            from.is_some()
                && way.source == from
                && to.is_none_or(|to| to.is_some() && way.target == to)
                && !self.removed_ways.contains(at)
        })
        .map(|(at, _)| at)
    }

    /// Removes the ways out of a node to all other targets.
    pub(super) fn keep_ways_to(&mut self, source: NodeHandle, targets: &[NodeHandle]) {
        self.ways.retain(|way| way.source != source || targets.contains(&way.target));
        let kept: BTreeSet<usize> =
            targets.iter().flat_map(|target| self.old_ways(source, Some(*target))).collect();
        let gone: Vec<usize> =
            self.old_ways(source, None).filter(|at| !kept.contains(at)).collect();
        self.removed_ways.extend(gone);
    }

    /// Changes the connection that is there, if one is; says whether it did.
    pub(super) fn change_way(
        &mut self,
        source: NodeHandle,
        target: NodeHandle,
        when: &When,
    ) -> bool {
        if let When::Weight(weight) = when {
            let mut ways = self.old_ways(source, Some(target));
            let Some(way) = ways.next() else {
                drop(ways);
                let new =
                    self.ways.iter_mut().find(|it| (it.source, it.target) == (source, target));
                return new.map(|way| way.when = when.clone()).is_some();
            };
            drop(ways);
            self.set_trigger(way, &weight.normalize().to_string());
            return true;
        }
        // The same trigger leads to one node: the way is rewired, and its id stays.
        let is_same = |trigger: &Trigger| match (trigger, when) {
            (Trigger::Action { number, .. }, When::Action(wanted, _)) => *number == Some(*wanted),
            (Trigger::Route(route), When::Route(wanted)) => route == wanted,
            (Trigger::Keys(keys), When::Keys(wanted)) => keys == wanted,
            (Trigger::Always, When::Always) => true,
            _ => false,
        };
        let way = self
            .old_ways(source, None)
            .find(|at| self.graph.connections.get(*at).is_some_and(|way| is_same(&way.trigger)));
        let target =
            self.old(target).and_then(|at| self.graph.nodes.get(at)).map(|it| it.id.clone());
        match (way, target) {
            (Some(way), Some(id)) => {
                self.set_in_way(way, &["idTargetNode"], &format!("\"{id}\""));
                true
            }
            (Some(way), None) => {
                self.removed_ways.insert(way);
                false
            }
            (None, _) => false,
        }
    }

    fn set_trigger(&mut self, way: usize, json: &str) {
        let Some(connection) = self.graph.connections.get(way) else { return };
        let kind = connection.source.and_then(|at| self.graph.nodes.get(at)).map(|node| node.kind);
        let Some(kind) = kind else { return };
        let words = self.dialect.words(kind);
        let object = words.exits.iter().find(|it| connection.objects.contains(&it.text));
        let (Some(object), Some(member)) = (object.or(words.exits.first()), words.triggers.first())
        else {
            return;
        };
        let path = [object.text.clone(), member.text.clone()];
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        self.set_in_way(way, &path, json);
    }

    fn set_in_way(&mut self, way: usize, path: &[&str], json: &str) {
        if let Some(index) = self.graph.connections.get(way).map(|way| way.index) {
            self.set_in("connections", index, path, json);
        }
    }

    fn set_in(&mut self, list: &'static str, index: usize, path: &[&str], json: &str) {
        let path = path.iter().map(|part| (*part).to_owned()).collect();
        self.changed.entry((list, index)).or_default().push((path, json.to_owned()));
    }
}
