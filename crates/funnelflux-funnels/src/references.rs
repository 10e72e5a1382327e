//! The assets that a funnel names.

use funnelflux_contract::AssetKind;
use funnelflux_id::AssetId;
use funnelflux_model::Document;
use funnelflux_model::ledger::{Funnel, Model as _};
use serde_json::value::RawValue;

use crate::graph::{described, inner, text};
use crate::{FunnelDialect, Graph, Node, NodeKind};

/// An asset that a funnel names: which one, and where.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Reference {
    /// The kind of asset.
    pub kind: &'static AssetKind,
    /// Its id, as the text has it, valid or not. Never empty.
    pub id: String,
    /// Where it stands in the funnel, such as `nodes[3].nodePageParams.idPage`.
    pub place: String,
    /// The names of members and numbers of items that lead there, as [`Document::set_at`] takes them.
    pub path: Vec<String>,
    /// The place in [`Graph::nodes`] of the node that names it; `None` for the funnel itself.
    pub node: Option<usize>,
}

impl Graph {
    /// Lists every asset that the funnel names by an id: in its nodes, its group, its costs and postbacks
    /// by traffic source. In the order of the document's places, group first.
    pub fn references(&self, funnel: &Funnel, dialect: &FunnelDialect) -> Vec<Reference> {
        let document = funnel.document();
        let mut found = Vec::new();
        for member in ["idFunnelGroup", "idCampaign"] {
            add(&mut found, "funnel-groups", text(document, member), &[member], None);
        }
        for (at, node) in self.nodes.iter().enumerate() {
            of_node(&mut found, at, node, dialect);
        }
        by_traffic_source(&mut found, document);
        found
    }
}

fn of_node(found: &mut Vec<Reference>, at: usize, node: &Node, dialect: &FunnelDialect) {
    let words = dialect.words(node.kind);
    let Some(asset) = words.asset else { return };
    let index = node.index.to_string();
    for object in &words.objects {
        let Some(inner) = inner(node.document(), &object.text) else { continue };
        for member in &words.references {
            let path = ["nodes", &index, &object.text, &member.text];
            if node.kind == NodeKind::VisitorTag {
                tags(found, asset, inner.get(&member.text), &path, at);
            } else {
                add(found, asset, text(&inner, &member.text), &path, Some(at));
            }
        }
    }
}

/// The tags of a node are a text or a list, of ids, names or objects: which is unknown. A text is taken for an id if it
/// is one of an asset made before 2037: these begin with a digit.
fn tags(found: &mut Vec<Reference>, kind: &str, tags: Option<&RawValue>, path: &[&str], at: usize) {
    let is_id = |id: &String| id.starts_with(|c: char| c.is_ascii_digit());
    let is_id = |id: &String| is_id(id) && id.parse::<AssetId>().is_ok();
    let mut read = |raw: &RawValue, path: &[&str]| match Document::parse(raw.get()) {
        Ok(item) => {
            let members = AssetKind::find(kind).map_or(&[][..], |kind| kind.id_members);
            for member in members {
                add(found, kind, text(&item, member), &[path, &[member]].concat(), Some(at));
            }
        }
        Err(_) => {
            let id = serde_json::from_str::<String>(raw.get()).ok().filter(is_id);
            add(found, kind, id.unwrap_or_default(), path, Some(at));
        }
    };
    let Some(raw) = tags else { return };
    match serde_json::from_str::<Vec<&RawValue>>(raw.get()) {
        Ok(items) => {
            for (index, item) in items.into_iter().enumerate() {
                read(item, &[path, &[&index.to_string()]].concat());
            }
        }
        Err(_) => read(raw, path),
    }
}

/// Costs are an object by the id of a traffic source, postbacks a list of objects with one.
fn by_traffic_source(found: &mut Vec<Reference>, funnel: &Document) {
    const SOURCES: &str = "traffic-sources";
    if let Some(costs) = inner(funnel, "incomingTrafficCostOverrides") {
        for (id, _) in costs.members() {
            let path = ["incomingTrafficCostOverrides", &id];
            add(found, SOURCES, id.clone().into_owned(), &path, None);
        }
    }
    let list = funnel.get("postbackOverrides").map(RawValue::get).unwrap_or_default();
    let items: Vec<&RawValue> = serde_json::from_str(list).unwrap_or_default();
    for (index, item) in items.into_iter().enumerate() {
        let Ok(item) = Document::parse(item.get()) else { continue };
        let index = index.to_string();
        let path = ["postbackOverrides", &index, "idTrafficSource"];
        add(found, SOURCES, text(&item, "idTrafficSource"), &path, None);
    }
}

fn add(found: &mut Vec<Reference>, kind: &str, id: String, path: &[&str], node: Option<usize>) {
    let Some(kind) = AssetKind::find(kind).filter(|_| !id.is_empty()) else { return };
    let mut place = String::new();
    for part in path {
        match part.parse::<usize>() {
            Ok(index) if !place.is_empty() => place.push_str(&format!("[{index}]")),
            _ if place.is_empty() => place.push_str(part),
            _ => place.push_str(&format!(".{part}")),
        }
    }
    let path = path.iter().map(|part| (*part).to_owned()).collect();
    found.push(Reference { kind, id, place, path, node });
}

/// The value of the member that says what a node leads to, with the place; `None` where it is absent.
pub(crate) fn target(node: &Node, dialect: &FunnelDialect) -> Option<(String, Box<RawValue>)> {
    let words = dialect.words(node.kind);
    words.objects.iter().find_map(|object| {
        let inner = inner(node.document(), &object.text)?;
        words.references.iter().find_map(|member| {
            let value = inner.get(&member.text)?.to_owned();
            Some((node.place(&format!("{}.{}", object.text, member.text)), value))
        })
    })
}

/// A value for messages: an id or an address as it is, the kind of anything else.
pub(crate) fn shown(raw: &RawValue) -> String {
    match serde_json::from_str::<String>(raw.get()) {
        Ok(text) => format!("`{text}`"),
        Err(_) => described(raw.get()).to_owned(),
    }
}
