//! The rules of the graph: roots, ways in and out, what can be reached, circles.

use std::collections::HashMap;

use super::{Check, codes};
use crate::{Exits, NodeKind, Trigger};

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
                    closing.extend((target != at).then_some(way));
                } else if !done.get(target).copied().unwrap_or(true) {
                    path.push((target, 0));
                }
            }
        }
        for way in closing {
            let message = "it leads back to a node that visitors have passed";
            self.at_connection(&codes::CYCLE, way, "idTargetNode", message);
        }
    }
}

fn set(flags: &mut [bool], at: usize, value: bool) {
    if let Some(flag) = flags.get_mut(at) {
        *flag = value;
    }
}
