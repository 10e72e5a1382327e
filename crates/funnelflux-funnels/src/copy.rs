//! A copy of a funnel under new ids.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use funnelflux_id::{AssetId, FunnelGroup, GenerateError, Id};
use funnelflux_model::Document;
use funnelflux_model::ledger::{Funnel, Model as _};

use crate::graph::text;
use crate::{FunnelDialect, Graph, rewrite};

/// A copy of a funnel, and the copies of the conditions that only the original may use.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FunnelCopy {
    /// The copy. Its nodes and connections have new ids.
    pub funnel: Funnel,
    /// The copies of the funnel's own conditions, to be created before the funnel.
    pub conditions: Vec<Document>,
    /// The new ids by the old ones, of the funnel, its nodes, connections and own conditions.
    pub ids: HashMap<String, AssetId>,
}

/// Copies a funnel under a new name: the funnel, its nodes and connections get new ids. Of `conditions`,
/// those that are limited to the original are copied, too; all others stay referred to.
///
/// What the app and the server manage is left out.
pub(crate) fn copy(
    original: &Funnel,
    name: &str,
    group: Option<Id<FunnelGroup>>,
    conditions: &[Document],
    dialect: &FunnelDialect,
) -> Result<FunnelCopy, GenerateError> {
    let graph = Graph::of(original, dialect);
    let mut ids: HashMap<String, AssetId> = HashMap::new();
    let own: Vec<&Document> = conditions
        .iter()
        .filter(|it| !graph.id.is_empty() && text(it, "restrictToFunnelId") == graph.id)
        .collect();
    let old = [graph.id.as_str()].into_iter().map(str::to_owned);
    let old = old.chain(graph.nodes.iter().map(|node| node.id.clone()));
    let old = old.chain(graph.connections.iter().map(|way| way.id.clone()));
    let old = old.chain(own.iter().map(|it| text(it, "idCondition")));
    for id in old.filter(|id| !id.is_empty()) {
        if let Entry::Vacant(free) = ids.entry(id) {
            free.insert(funnelflux_id::new_id()?);
        }
    }
    let mut funnel = original.clone();
    let document = funnel.document_mut();
    for member in ["owner", "meta"] {
        document.remove(member);
    }
    let mapped = |document: &mut Document, path: &[&str], id: &str| {
        if let Some(new) = ids.get(id) {
            // Nothing else than the text of a member is set, so it cannot fail.
            let done = document.set_at(path, new.as_str());
            debug_assert!(done.is_ok(), "the member was read before");
        }
    };
    mapped(document, &["idFunnel"], &graph.id);
    let member = |document: &mut Document, member: &str| {
        let id = text(document, member);
        mapped(document, &[member], &id);
    };
    let references = graph.references(original, dialect);
    let conditions_of: HashMap<usize, (&[String], &str)> = references
        .iter()
        .filter(|it| it.kind.name == "conditions" && ids.contains_key(&it.id))
        .filter_map(|it| Some((graph.nodes.get(it.node?)?.index, (&*it.path, it.id.as_str()))))
        .collect();
    let node = |index: usize, node: &mut Document| {
        member(node, "idNode");
        member(node, "idFunnel");
        if let Some((path, id)) = conditions_of.get(&index) {
            let path: Vec<&str> = path.iter().skip(2).map(String::as_str).collect();
            mapped(node, &path, id);
        }
        true
    };
    rewrite::list(document, "nodes", node, &[]);
    let way = |_: usize, way: &mut Document| {
        for name in ["idConnection", "idFunnel", "idSourceNode", "idTargetNode"] {
            member(way, name);
        }
        true
    };
    rewrite::list(document, "connections", way, &[]);
    let conditions = own.into_iter().map(|condition| {
        let mut copy = condition.clone();
        copy.remove("meta");
        member(&mut copy, "idCondition");
        member(&mut copy, "restrictToFunnelId");
        Document::parse(copy.text()).unwrap_or_default()
    });
    let conditions = conditions.collect();
    funnel.set_name(name);
    if let Some(group) = group {
        funnel.set_group_id(group);
    }
    // The server has the original and not the copy.
    let funnel =
        Funnel::from_document(Document::parse(funnel.document().text()).unwrap_or_default());
    Ok(FunnelCopy { funnel, conditions, ids })
}
