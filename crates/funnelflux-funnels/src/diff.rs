//! What differs between two states of a funnel, in words.

use std::collections::HashMap;

use funnelflux_model::Document;
use funnelflux_model::ledger::{Funnel, Model as _};
use serde_json::value::RawValue;

use crate::{Connection, FunnelDialect, Graph, Node};

/// One difference between two states of a funnel.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// What changed: the funnel, a node, or a connection by the names of its ends.
    pub subject: String,
    /// How, such as `weight 0.7 became weight 0.5`.
    pub change: String,
}

funnelflux_contract::formats! {
    Display for Difference, |it, f| write!(f, "{}: {}", it.subject, it.change)
}

/// Tells the differences of two states of a funnel: parts are the same by their ids.
pub fn diff(old: &Funnel, new: &Funnel, dialect: &FunnelDialect) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut add = |subject: &str, change: String| {
        found.push(Difference { subject: subject.to_owned(), change });
    };
    let lists = ["nodes", "connections"];
    for change in members(old.document(), new.document(), &lists) {
        add("funnel", change);
    }
    let (before, after) = (Graph::of(old, dialect), Graph::of(new, dialect));
    let known: HashMap<&str, &Node> = before.nodes.iter().map(|it| (it.id.as_str(), it)).collect();
    for node in &after.nodes {
        let subject = subject(node);
        match known.get(node.id.as_str()) {
            None => add(&subject, "added".to_owned()),
            Some(old) => {
                if old.position != node.position {
                    add(&subject, "moved on the canvas".to_owned());
                }
                let positions = ["posX", "posY"];
                for change in members(old.document(), node.document(), &positions) {
                    add(&subject, change);
                }
            }
        }
    }
    for node in before.nodes.iter().filter(|node| after.find(&node.id).is_none()) {
        add(&subject(node), "removed".to_owned());
    }
    let known: HashMap<&str, &Connection> =
        before.connections.iter().map(|it| (it.id.as_str(), it)).collect();
    for way in &after.connections {
        let subject = ends(&after, way);
        let Some(old) = known.get(way.id.as_str()) else {
            add(&subject, format!("added ({})", way.trigger));
            continue;
        };
        if (&old.source_id, &old.target_id) != (&way.source_id, &way.target_id) {
            add(&subject, format!("was {}", ends(&before, old)));
        }
        if old.trigger != way.trigger {
            add(&subject, format!("{} became {}", old.trigger, way.trigger));
        } else {
            let told = ["idSourceNode", "idTargetNode"];
            for change in members(old.document(), way.document(), &told) {
                add(&subject, change);
            }
        }
    }
    let now: HashMap<&str, ()> = after.connections.iter().map(|it| (it.id.as_str(), ())).collect();
    for way in before.connections.iter().filter(|way| !now.contains_key(way.id.as_str())) {
        add(&ends(&before, way), format!("removed ({})", way.trigger));
    }
    found
}

fn subject(node: &Node) -> String {
    format!("{} `{}`", node.kind, node.label())
}

fn ends(graph: &Graph, way: &Connection) -> String {
    let label = |at: Option<usize>, id: &str| match at.and_then(|at| graph.nodes.get(at)) {
        Some(node) => node.label().into_owned(),
        None => id.to_owned(),
    };
    format!("{} → {}", label(way.source, &way.source_id), label(way.target, &way.target_id))
}

/// The members that differ by value, but for some. Values of secrets are in none of these.
fn members(old: &Document, new: &Document, without: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let short = |raw: &RawValue| match raw.get() {
        json if json.starts_with(['{', '[']) => None,
        json => Some(json.to_owned()).filter(|json| json.chars().count() <= 80),
    };
    for (name, value) in new.members().filter(|(name, _)| !without.contains(&name.as_ref())) {
        let change = match old.get(&name) {
            None => "added".to_owned(),
            Some(before) if funnelflux_json::equal(before.get(), value.get()) => continue,
            Some(before) => match short(before).zip(short(value)) {
                Some((before, now)) => format!("{before} became {now}"),
                None => "changed".to_owned(),
            },
        };
        found.push(format!("`{name}` {change}"));
    }
    let gone =
        old.members().filter(|(name, _)| !new.contains(name) && !without.contains(&name.as_ref()));
    found.extend(gone.map(|(name, _)| format!("`{name}` removed")));
    found
}
