//! The rules of the funnel as a whole and of each node by itself.

use std::collections::{HashMap, HashSet};

use funnelflux_id::AssetId;
use serde_json::value::RawValue;

use super::{Check, codes, url};
use crate::graph::{described, text};
use crate::references::{shown, target};
use crate::{NodeKind, NodePart, Scale};

impl Check<'_> {
    pub(super) fn whole(&mut self) {
        let (funnel, graph) = (self.funnel, self.graph);
        for (place, is) in &graph.unread {
            let right = if place.contains('[') { "an object" } else { "a list of objects" };
            self.add(&codes::UNREADABLE, place.as_str(), format!("got {is}; expected {right}"));
        }
        for (member, open, right) in [
            ("incomingTrafficCostOverrides", '{', "an object by traffic source"),
            ("postbackOverrides", '[', "a list of objects"),
        ] {
            let raw = funnel.get(member).map_or("null", RawValue::get);
            if raw != "null" && !raw.starts_with(open) {
                let message = format!("got {}; expected {right}", described(raw));
                self.add(&codes::UNREADABLE, member, message);
            }
        }
        if graph.name.trim().is_empty() {
            self.add(&codes::NO_NAME, "funnelName", "got no text; expected a name");
        }
        if graph.id.parse::<AssetId>().is_err() {
            let message = format!("got `{}`; expected an asset id", graph.id);
            self.add(&codes::BAD_ID, "idFunnel", message);
        }
        let (group, old) = (text(funnel, "idFunnelGroup"), text(funnel, "idCampaign"));
        if group.is_empty() && old.is_empty() {
            self.add(&codes::NO_GROUP, "idFunnelGroup", "got nothing; expected the id of a group");
        } else if !group.is_empty() && !old.is_empty() && group != old {
            let message = format!("got `{group}`; `idCampaign` is `{old}`");
            self.add(&codes::TWO_GROUPS, "idFunnelGroup", message);
        }
        for (member, id) in [("idFunnelGroup", group), ("idCampaign", old)] {
            if !id.is_empty() && id.parse::<AssetId>().is_err() {
                self.add(&codes::BAD_ID, member, format!("got `{id}`; expected an asset id"));
            }
        }
    }

    pub(super) fn nodes(&mut self) {
        let graph = self.graph;
        let mut seen = HashSet::new();
        for (at, node) in graph.nodes.iter().enumerate() {
            self.id_of_node(at, &node.id, &mut seen);
            self.own_funnel(at);
            match node.kind {
                NodeKind::Other => {
                    let objects = node.objects.join(", ");
                    let with = if objects.is_empty() { "no object".to_owned() } else { objects };
                    let message = format!("`nodeType` is `{}`, with {with}", node.node_type);
                    self.at_node(&codes::UNKNOWN_NODE, at, "nodeType", &message);
                }
                NodeKind::Ai => {
                    let message = "its words and ways out are unknown";
                    self.at_node(&codes::UNKNOWN_NODE, at, "nodeType", message);
                }
                kind => {
                    let types = &self.dialect.words(kind).types;
                    if types.iter().all(|word| word.text != node.node_type) {
                        let is = &node.node_type;
                        let message =
                            format!("`nodeType` is `{is}`; it is read as {kind} by its parameters");
                        self.at_node(&codes::UNKNOWN_NODE, at, "nodeType", &message);
                    }
                    self.parameters(at);
                }
            }
        }
        self.positions();
    }

    fn id_of_node<'g>(&mut self, at: usize, id: &'g str, seen: &mut HashSet<&'g str>) {
        if id.parse::<AssetId>().is_err() {
            let message = format!("the id is `{id}`");
            self.at_node(&codes::BAD_ID, at, "idNode", &message);
        } else if !seen.insert(id) {
            self.at_node(&codes::SAME_ID, at, "idNode", &format!("another node has the id `{id}`"));
        }
    }

    fn own_funnel(&mut self, at: usize) {
        let graph = self.graph;
        let Some(node) = graph.nodes.get(at) else { return };
        let funnel = text(node.document(), "idFunnel");
        if !funnel.is_empty() && funnel != graph.id {
            let message = format!("it is of the funnel `{funnel}`");
            self.at_node(&codes::OTHER_FUNNEL, at, "idFunnel", &message);
        }
    }

    fn parameters(&mut self, at: usize) {
        let (graph, dialect) = (self.graph, self.dialect);
        let Some(node) = graph.nodes.get(at) else { return };
        let words = dialect.words(node.kind);
        let is_own = |object: &str| words.objects.iter().any(|word| word.text == object);
        let is_known = |object: &str| dialect.knows_object(object);
        for (rule, object, message) in self.parameters_of(node.document(), is_own, is_known) {
            self.at_node(rule, at, &object, &message);
        }
        let own = node.objects.iter().find(|object| is_own(object));
        for (part, word) in [(NodePart::Type, Some(&node.node_type)), (NodePart::Object, own)] {
            let word = word.filter(|word| part.of(words).iter().any(|it| it.text == **word));
            let instead = word.and_then(|word| dialect.instead(node.kind, part, word));
            if let (Some(word), Some(instead)) = (word, instead) {
                let message = format!("it has `{word}`; the account has `{instead}`");
                let member = if part == NodePart::Type { "nodeType" } else { word };
                self.at_node(&codes::OTHER_WORD, at, member, &message);
            }
        }
        let has_own = own.is_some();
        // A rotator is complete without its parameters: how it draws has a default.
        let is_needed = !words.references.is_empty();
        if let (false, true, Some(object)) = (has_own, is_needed, words.objects.first()) {
            let is = words.objects.iter().find_map(|word| node.document().get(&word.text));
            let message = match is.map(RawValue::get).filter(|raw| *raw != "null") {
                Some(raw) => format!("its parameters are {}; expected an object", described(raw)),
                None => format!("it has no `{}`", object.text),
            };
            return self.at_node(&codes::NO_OBJECT, at, &object.text, &message);
        }
        if !is_needed {
            return;
        }
        let (place, value) = match target(node, dialect) {
            Some((place, value)) if !matches!(value.get(), "null" | "\"\"" | "[]") => {
                (place, value)
            }
            _ => {
                let object = words.objects.iter().find(|it| node.objects.contains(&it.text));
                let member = object.zip(words.references.first());
                let member =
                    member.map(|(object, member)| format!("{}.{}", object.text, member.text));
                let message = "it names nothing";
                let member = member.unwrap_or_default();
                return self.at_node(&codes::NO_REFERENCE, at, &member, message);
            }
        };
        let member = place.split_once("].").map_or("", |(_, member)| member);
        let id = serde_json::from_str::<String>(value.get()).unwrap_or_default();
        // The tags of a node may be names.
        let is_id = words.asset.is_some() && node.kind != NodeKind::VisitorTag;
        if is_id && id.parse::<AssetId>().is_err() {
            let message = format!("got {}; expected an asset id", shown(&value));
            self.at_node(&codes::BAD_ID, at, member, &message);
        }
        if node.kind == NodeKind::ExternalUrl {
            for (rule, why) in url::wrong(&id, self.account.link_check()) {
                self.at_node(rule, at, member, &why);
            }
        }
    }

    fn positions(&mut self) {
        let graph = self.graph;
        let mut places: HashMap<(u64, u64), usize> = HashMap::new();
        for (at, node) in graph.nodes.iter().enumerate() {
            let Some((x, y)) = node.position else {
                let message = "`posX` and `posY` are not both numbers";
                self.at_node(&codes::NO_POSITION, at, "posX", message);
                continue;
            };
            let is_unit = self.dialect.scale() == Scale::Unit;
            let right = if is_unit { "0 to 1" } else { "0 or more" };
            let is_out = |value: f64| value < 0.0 || (is_unit && value > 1.0);
            for (member, value) in [("posX", x), ("posY", y)] {
                if is_out(value) {
                    let message = format!("`{member}` is {value}; expected {right}");
                    self.at_node(&codes::OFF_CANVAS, at, member, &message);
                }
            }
            if let Some(first) = places.insert((x.to_bits(), y.to_bits()), at) {
                let other = graph.nodes.get(first).map(|node| node.label().into_owned());
                let message = format!("`{}` lies on the same place", other.unwrap_or_default());
                self.at_node(&codes::SAME_PLACE, at, "posX", &message);
            }
        }
    }
}
