//! Members that the app fills in by itself: every node of a kind has them, with one and the same value.

use std::collections::{BTreeMap, BTreeSet};

use funnelflux_contract::{NodeShape, Schema};
use funnelflux_model::Document;

use super::{FunnelDialect, NodeWords};
use crate::graph::inner;
use crate::{Connection, Node, NodeKind};

/// A member that every node of a kind has, or every connection that leaves one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NodeDefault {
    /// Where it is, and its name: `node.…`, `object.…` for the parameter object of the node, `connection.…`,
    /// `exit.…` for that of the connection.
    pub member: String,
    /// Its value, as JSON.
    pub json: String,
    /// How many nodes or connections of the account have shown it; none for a shipped guess.
    pub seen: u32,
}

/// What is different in each node or connection, or written anyway.
const OWN: [&str; 9] = [
    "idNode",
    "idFunnel",
    "nodeName",
    "nodeType",
    "posX",
    "posY",
    "idConnection",
    "idSourceNode",
    "idTargetNode",
];

pub(super) fn shipped(shape: &NodeShape) -> Vec<NodeDefault> {
    let defaults = shape.defaults.iter().filter_map(|it| it.split_once('='));
    let default = |(member, json): (&str, &str)| NodeDefault {
        member: member.to_owned(),
        json: json.to_owned(),
        seen: 0,
    };
    defaults.map(default).collect()
}

impl NodeWords {
    /// The defaults of one place: names and values as JSON.
    pub(crate) fn defaults_of(&self, place: &str) -> impl Iterator<Item = (&str, &str)> {
        self.defaults.iter().filter_map(move |it| {
            let (around, name) = it.member.split_once('.')?;
            (around == place).then_some((name, &*it.json))
        })
    }

    /// Where funnels have shown the kind, they have shown its defaults, too.
    pub(super) fn forget_shipped_defaults(&mut self) {
        if self.objects.first().is_some_and(|word| word.seen > 0) {
            self.defaults.retain(|it| it.seen > 0);
        }
    }
}

/// What the nodes of each kind have in common.
#[derive(Clone, Debug, Default)]
pub(super) struct Common {
    of: BTreeMap<(NodeKind, &'static str), Members>,
}

#[derive(Clone, Debug, Default)]
struct Members {
    count: u32,
    /// The values that all have had so far.
    same: BTreeMap<String, String>,
    /// Those that some have had, with another value or not at all.
    varied: BTreeSet<String>,
}

impl Members {
    fn add<'a>(&mut self, document: &'a Document, is_own: impl Fn(&str) -> bool) {
        let here: BTreeMap<String, &'a str> = document
            .members()
            .filter(|(name, _)| !OWN.contains(&&**name) && !is_own(name) && !name.contains('.'))
            // Where it is written at all, it is written for each way.
            .map(|(name, value)| match &*name {
                "isConversion" => (name.into_owned(), "false"),
                _ => (name.into_owned(), value.get()),
            })
            .collect();
        let is_new = |name: &String| self.count > 0 && !self.same.contains_key(name);
        self.varied.extend(here.keys().filter(|name| is_new(name)).cloned());
        let varied = &mut self.varied;
        self.same.retain(|name, value| {
            let is_same = here.get(name).is_some_and(|here| here == value);
            if !is_same {
                varied.insert(name.clone());
            }
            is_same
        });
        if self.count == 0 {
            let owned = |(name, value): (String, &str)| (name, value.to_owned());
            self.same = here.into_iter().map(owned).collect();
        }
        self.count += 1;
    }
}

impl Common {
    pub(super) fn node(&mut self, kind: NodeKind, node: &Node, words: &NodeWords) {
        let object = words.objects.iter().find(|word| node.objects.contains(&word.text));
        let object = object.map(|word| word.text.as_str());
        self.of.entry((kind, "node")).or_default().add(node.document(), |it| Some(it) == object);
        let is_reference = |it: &str| words.references.iter().any(|word| word.text == it);
        if let Some(part) = object.and_then(|object| inner(node.document(), object)) {
            self.of.entry((kind, "object")).or_default().add(&part, is_reference);
        }
    }

    pub(super) fn way(&mut self, kind: NodeKind, way: &Connection, words: &NodeWords) {
        let exit = words.exits.iter().find(|word| way.objects.contains(&word.text));
        let exit = exit.map(|word| word.text.as_str());
        self.of.entry((kind, "connection")).or_default().add(way.document(), |it| Some(it) == exit);
        let is_trigger = |it: &str| words.triggers.iter().any(|word| word.text == it);
        if let Some(part) = exit.and_then(|exit| inner(way.document(), exit)) {
            self.of.entry((kind, "exit")).or_default().add(&part, is_trigger);
        }
    }

    /// Takes over the defaults, and returns the members that are none: kind and member.
    pub(super) fn settle(self, dialect: &mut FunnelDialect) -> Vec<(NodeKind, String)> {
        let mut refuted = Vec::new();
        for ((kind, place), members) in self.of {
            let words = dialect.kinds.entry(kind).or_default();
            let named = |name: &str| format!("{place}.{name}");
            for name in &members.varied {
                words.defaults.retain(|it| it.member != named(name));
                refuted.push((kind, named(name)));
            }
            for (name, json) in members.same.iter().filter(|(_, json)| is_impersonal(json)) {
                words.defaults.retain(|it| it.member != named(name));
                let (member, json) = (named(name), json.clone());
                words.defaults.push(NodeDefault { member, json, seen: members.count });
            }
            words.forget_shipped_defaults();
        }
        refuted
    }
}

/// Whether a value identifies no person and refers to no object: an empty value, a word of the contract, or a
/// number of one digit that is not zero.
fn is_impersonal(json: &str) -> bool {
    let squeezed: String = json.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    if matches!(&*squeezed, "true" | "false" | "null" | "\"\"" | "[]" | "{}") {
        return true;
    }
    match serde_json::from_str(json) {
        Ok(serde_json::Value::String(text)) => {
            Schema::all().iter().any(|it| it.values.iter().any(|value| value.value == text))
        }
        Ok(serde_json::Value::Number(_)) => {
            let digits = json.bytes().filter(|byte| (b'1'..=b'9').contains(byte));
            json.len() <= 6 && digits.count() <= 1
        }
        _ => false,
    }
}
