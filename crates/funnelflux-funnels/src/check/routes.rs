//! The rules of routes: of conditions, middleware configs and logic scripts.

use std::collections::BTreeSet;

use funnelflux_model::Document;
use funnelflux_model::ledger::{LogicScript, Model as _};

use super::{Check, codes};
use crate::account::{Known, Routes, condition_routes, middleware_routes};
use crate::references::target;
use crate::{Account, NodeKind, Trigger};

/// The key of the fallback of middleware configs and logic scripts (documented).
const DEFAULT: &str = "default";

impl Check<'_> {
    pub(super) fn routes(&mut self) {
        let graph = self.graph;
        for (at, node) in graph.nodes.iter().enumerate() {
            // A node without any way out has one finding already.
            if node.outgoing.is_empty() {
                continue;
            }
            match node.kind {
                NodeKind::Middleware | NodeKind::Condition => self.routes_of(at, node.kind),
                NodeKind::Logic => self.keys_of(at),
                _ => {}
            }
        }
    }

    /// The asset that a node refers to, if the account has shown it.
    fn asset_of(&self, at: usize) -> Option<Document> {
        let node = self.graph.nodes.get(at)?;
        let kind = self.dialect.words(node.kind).asset?;
        let (_, value) = target(node, self.dialect)?;
        let id: String = serde_json::from_str(value.get()).ok()?;
        match self.account.get(kind, &id) {
            Known::Asset(asset) => Some(asset.clone()),
            _ => None,
        }
    }

    fn routes_of(&mut self, at: usize, kind: NodeKind) {
        let graph = self.graph;
        let Some(node) = graph.nodes.get(at) else { return };
        let mut connected = BTreeSet::new();
        let mut is_complete = true;
        for way in graph.ways_out(node) {
            match &way.trigger {
                Trigger::Route(key) if !key.is_empty() => _ = connected.insert(key.as_str()),
                _ => is_complete = false,
            }
        }
        let routes = self.asset_of(at).map(|asset| match kind {
            NodeKind::Middleware => middleware_routes(&asset),
            _ => condition_routes(&asset),
        });
        match routes {
            Some(Routes::Known(keys)) => {
                for key in &keys {
                    // A way out without a route has a finding of its own, and may be the missing one.
                    if connected.contains(key.as_str()) || !is_complete {
                        continue;
                    }
                    let rule = if key == DEFAULT { &codes::NO_DEFAULT } else { &codes::OPEN_ROUTE };
                    self.at_node(rule, at, "", &format!("no connection is on the route `{key}`"));
                }
                for way in &node.outgoing {
                    let Some(connection) = graph.connections.get(*way) else { continue };
                    let Trigger::Route(key) = &connection.trigger else { continue };
                    if !key.is_empty() && !keys.contains(key) {
                        let member = self.member_of(connection);
                        let known = keys.join(", ");
                        let message = format!("the route is `{key}`; known are {known}");
                        self.at_connection(&codes::UNKNOWN_ROUTE, *way, &member, &message);
                    }
                }
            }
            Some(Routes::Unknown) => {
                let message = format!("the routes of its {kind} cannot be read");
                self.at_node(&codes::UNKNOWN_SHAPE, at, "", &message);
                self.default_of(at, kind, &connected, is_complete);
            }
            None => self.default_of(at, kind, &connected, is_complete),
        }
    }

    /// Without the asset: a middleware config always has a default route (documented), and a condition
    /// with the two outcomes of the self-hosted product has both.
    fn default_of(&mut self, at: usize, kind: NodeKind, connected: &BTreeSet<&str>, whole: bool) {
        let outcomes = ["ifYes", "ifNo"];
        let has_outcome =
            !connected.is_empty() && connected.iter().all(|key| outcomes.contains(key));
        let (rule, needed): (_, &[&str]) = match kind {
            NodeKind::Middleware => (&codes::NO_DEFAULT, &[DEFAULT]),
            _ if has_outcome => (&codes::OPEN_ROUTE, &outcomes),
            _ => return,
        };
        for key in needed.iter().filter(|key| whole && !connected.contains(**key)) {
            self.at_node(rule, at, "", &format!("no connection is on the route `{key}`"));
        }
    }

    fn keys_of(&mut self, at: usize) {
        let graph = self.graph;
        let Some(node) = graph.nodes.get(at) else { return };
        let ways = graph.ways_out(node).filter_map(|way| match &way.trigger {
            Trigger::Keys(keys) => Some(keys),
            _ => None,
        });
        let ways: Vec<&Vec<String>> = ways.collect();
        let connected: BTreeSet<&str> =
            ways.iter().copied().flatten().map(String::as_str).collect();
        // A way out whose keys cannot be read has a finding of its own, and may be the missing one.
        let is_complete = ways.iter().all(|keys| !keys.is_empty());
        if is_complete && !connected.contains(DEFAULT) {
            let message = format!("no connection has the key `{DEFAULT}`");
            self.at_node(&codes::NO_DEFAULT, at, "", &message);
        }
        let Some(script) = self.asset_of(at) else { return };
        let script = LogicScript::from_document(script);
        let Ok(Some(code)) = script.code() else {
            let message = "its logic script has no code that can be read";
            return self.at_node(&codes::UNKNOWN_SHAPE, at, "", message);
        };
        let Some((returned, is_all)) = Account::keys_of_script(&code) else {
            let message = "its script was not parsed";
            return self.at_node(&codes::UNCHECKED_SCRIPT, at, "", message);
        };
        if !is_all {
            let message = "its script returns something else than literal keys";
            self.at_node(&codes::UNCHECKED_SCRIPT, at, "", message);
        }
        let is_open =
            |key: &&String| is_complete && !connected.contains(key.as_str()) && *key != DEFAULT;
        let then = match connected.contains(DEFAULT) {
            true => "its visitors take `default`",
            false => "its visitors have no way out",
        };
        for key in returned.iter().filter(is_open) {
            let message = format!("its script returns `{key}`, and {then}");
            self.at_node(&codes::KEY_NOT_CONNECTED, at, "", &message);
        }
        let never = |key: &str| is_all && key != DEFAULT && !returned.iter().any(|it| it == key);
        for way in &node.outgoing {
            let Some(connection) = graph.connections.get(*way) else { continue };
            let Trigger::Keys(keys) = &connection.trigger else { continue };
            for (index, key) in keys.iter().enumerate().filter(|(_, key)| never(key)) {
                let member = format!("{}[{index}]", self.member_of(connection));
                let message = format!("the script never returns `{key}`");
                self.at_connection(&codes::KEY_NOT_RETURNED, *way, &member, &message);
            }
        }
    }
}
