//! The rules of the graph: roots, ways in and out, what can be reached, circles.

use std::collections::HashMap;

use super::{Check, codes};
use crate::{Connection, Exits, Node, NodeKind, Trigger};

impl Check<'_> {
    pub(super) fn structure(&mut self) {
        let graph = self.graph;
        let is_root = |kind: NodeKind| kind == NodeKind::Root;
        let mut roots = graph.nodes.iter().enumerate().filter(|(_, node)| is_root(node.kind));
        match (roots.next(), graph.unread.iter().any(|(place, _)| place == "nodes")) {
            // A list that cannot be read says nothing about its nodes.
            (None, false) => {
                let message = format!("got {} nodes without one", graph.nodes.len());
                self.add(&codes::NO_ROOT, "nodes", message);
            }
            (None, true) => {}
            (Some(_), _) => {
                let more: Vec<usize> = roots.map(|(at, _)| at).collect();
                for at in more {
                    let message = "another node is the traffic node";
                    self.at_node(&codes::SEVERAL_ROOTS, at, "nodeType", message);
                }
                self.unreachable();
            }
        }
        for at in 0..graph.nodes.len() {
            self.ways_out(at);
        }
        self.cycles();
    }

    fn unreachable(&mut self) {
        for (at, _) in self.graph.reachable().into_iter().enumerate().filter(|(_, is)| !is) {
            let message = "no way leads to it from the traffic node";
            self.at_node(&codes::UNREACHABLE, at, "", message);
        }
    }

    fn ways_out(&mut self, at: usize) {
        let graph = self.graph;
        let Some(node) = graph.nodes.get(at) else { return };
        let exits = node.kind.exits();
        if node.outgoing.is_empty() {
            let rule = match (exits, node.kind.is_offer()) {
                (Exits::None | Exits::Unknown, _) | (Exits::Actions, true) => return,
                (Exits::Actions, false) => &codes::LANDER_WITHOUT_ACTION,
                _ => &codes::DEAD_END,
            };
            return self.at_node(rule, at, "", "no connection leaves it");
        }
        if exits == Exits::None {
            for way in &node.outgoing {
                let message = "visitors have left the funnel there";
                self.at_connection(&codes::OUT_OF_URL, *way, "idSourceNode", message);
            }
            return;
        }
        let mut seen: HashMap<(String, &str), usize> = HashMap::new();
        let mut targets: HashMap<String, &str> = HashMap::new();
        for (count, way) in node.outgoing.iter().enumerate() {
            let Some(connection) = graph.connections.get(*way) else { continue };
            let target = connection.target_id.as_str();
            let triggers = match &connection.trigger {
                // A weight is no trigger: two ways of the same rotator to one target are one split.
                Trigger::Weight(_) => vec!["weight".to_owned()],
                Trigger::Action { number: Some(number), .. } => vec![format!("action {number}")],
                Trigger::Route(key) if !key.is_empty() => vec![format!("route `{key}`")],
                Trigger::Keys(keys) => keys.iter().map(|key| format!("key `{key}`")).collect(),
                Trigger::Always => vec!["the only way out".to_owned()],
                _ => continue,
            };
            if exits == Exits::One && count > 0 {
                let message = format!("a {} has one way out", node.kind);
                self.at_connection(&codes::SEVERAL_WAYS, *way, "idSourceNode", &message);
                continue;
            }
            for trigger in triggers {
                if seen.insert((trigger.clone(), target), *way).is_some() {
                    let message = format!("{trigger} leads there twice");
                    self.at_connection(&codes::DUPLICATE, *way, "", &message);
                } else if !matches!(connection.trigger, Trigger::Weight(_))
                    && let Some(other) = targets.insert(trigger.clone(), target)
                    && other != target
                {
                    let other = graph.find(other).and_then(|at| graph.nodes.get(at));
                    let other = other.map_or(String::new(), |node| node.label().into_owned());
                    let message = format!("{trigger} leads to `{other}`, too");
                    let member = self.member_of(connection);
                    self.at_connection(&codes::SAME_TRIGGER, *way, &member, &message);
                }
            }
        }
    }

    /// Tells each circle once, at the connection that closes it, by a walk in depth without recursion.
    fn cycles(&mut self) {
        let graph = self.graph;
        let (mut done, mut on_path) =
            (vec![false; graph.nodes.len()], vec![false; graph.nodes.len()]);
        let leaves = self.leaves();
        let mut closing = Vec::new();
        for start in 0..graph.nodes.len() {
            let mut path: Vec<(usize, usize)> = vec![(start, 0)];
            while let Some((at, next)) = path.last_mut() {
                let at = *at;
                if *next == 0 {
                    if done.get(at).copied().unwrap_or(true) {
                        path.pop();
                        continue;
                    }
                    set(&mut done, at, true);
                    set(&mut on_path, at, true);
                }
                let way = graph.nodes.get(at).and_then(|node| node.outgoing.get(*next)).copied();
                *next += 1;
                let Some(way) = way else {
                    set(&mut on_path, at, false);
                    path.pop();
                    continue;
                };
                let Some(target) = graph.connections.get(way).and_then(|it| it.target) else {
                    continue;
                };
                if on_path.get(target).copied().unwrap_or_default() {
                    // A connection to itself has a finding of its own.
                    if target != at {
                        let circle = path.iter().map(|(at, _)| *at).skip_while(|at| *at != target);
                        let is_shut_in = leaves.get(target) == Some(&false);
                        let endless =
                            is_shut_in.then(|| self.endless(circle.chain([target]), &leaves));
                        closing.push((way, endless.flatten()));
                    }
                } else if !done.get(target).copied().unwrap_or(true) {
                    path.push((target, 0));
                }
            }
        }
        for (way, endless) in closing {
            let (rule, message) = match &endless {
                Some(path) => (&codes::ENDLESS, path.as_str()),
                None => (&codes::CYCLE, "it leads back to a node that visitors have passed"),
            };
            self.at_connection(rule, way, "idTargetNode", message);
        }
    }

    /// The nodes from which visitors may come to a page, out of the funnel, or to where nothing is known.
    fn leaves(&self) -> Vec<bool> {
        let graph = self.graph;
        let is_end = |node: &Node| {
            let ways = || graph.ways_out(node);
            matches!(node.kind.exits(), Exits::Actions | Exits::None | Exits::Unknown)
                || ways().all(is_shut)
                || ways().any(|way| way.target.is_none())
        };
        let mut leaves = vec![false; graph.nodes.len()];
        let ends = graph.nodes.iter().enumerate().filter(|(_, node)| is_end(node));
        let mut open: Vec<usize> = ends.map(|(at, _)| at).collect();
        while let Some(at) = open.pop() {
            if !std::mem::replace(leaves.get_mut(at).unwrap_or(&mut true), true) {
                let ways = graph.nodes.get(at).into_iter().flat_map(|node| &node.incoming);
                let ways = ways.filter_map(|way| graph.connections.get(*way));
                open.extend(ways.filter(|way| !is_shut(way)).filter_map(|way| way.source));
            }
        }
        leaves
    }

    /// The path of a circle that no visitor leaves; `None` for any other.
    fn endless(&self, circle: impl Iterator<Item = usize>, leaves: &[bool]) -> Option<String> {
        const SHOWN: usize = 12;
        let nodes: Option<Vec<&Node>> = circle
            .map(|at| self.graph.nodes.get(at).filter(|_| leaves.get(at) == Some(&false)))
            .collect();
        let nodes = nodes?;
        let mut path: Vec<_> = nodes.iter().take(SHOWN).map(|node| node.label()).collect();
        if nodes.len() > SHOWN {
            path.push(format!("… ({} more)", nodes.len() - SHOWN).into());
        }
        Some(format!("visitors go round for good: {}", path.join(" → ")))
    }
}

/// Whether no visitor takes a way, because its weight is zero.
fn is_shut(way: &Connection) -> bool {
    matches!(way.trigger, Trigger::Weight(Some(weight)) if weight.is_zero())
}

fn set(flags: &mut [bool], at: usize, value: bool) {
    if let Some(flag) = flags.get_mut(at) {
        *flag = value;
    }
}
