//! The rules of each connection by itself.

use std::collections::HashSet;

use funnelflux_id::AssetId;

use super::{Check, codes};
use crate::graph::text;
use crate::{Exits, NodeKind, NodePart, Trigger};

impl Check<'_> {
    pub(super) fn lines(&mut self) {
        let graph = self.graph;
        let mut seen = HashSet::new();
        for (at, connection) in graph.connections.iter().enumerate() {
            let id = &connection.id;
            if id.parse::<AssetId>().is_err() {
                self.at_connection(
                    &codes::BAD_ID,
                    at,
                    "idConnection",
                    &format!("the id is `{id}`"),
                );
            } else if !seen.insert(id) {
                let message = format!("another connection has the id `{id}`");
                self.at_connection(&codes::SAME_ID, at, "idConnection", &message);
            }
            let funnel = text(connection.document(), "idFunnel");
            if !funnel.is_empty() && funnel != graph.id {
                let message = format!("it is of the funnel `{funnel}`");
                self.at_connection(&codes::OTHER_FUNNEL, at, "idFunnel", &message);
            }
            let (source, target) = (connection.source, connection.target);
            for (rule, end, member, id) in [
                (&codes::NO_SOURCE, source, "idSourceNode", &connection.source_id),
                (&codes::NO_TARGET, target, "idTargetNode", &connection.target_id),
            ] {
                if end.is_none() {
                    let what = if id.is_empty() {
                        "names no node".to_owned()
                    } else {
                        format!("is `{id}`")
                    };
                    self.at_connection(rule, at, member, &format!("`{member}` {what}"));
                }
            }
            if source.is_some() && source == target {
                let message = "both ends are one node";
                self.at_connection(&codes::TO_ITSELF, at, "idTargetNode", message);
            }
            let kind =
                |end: Option<usize>| end.and_then(|at| graph.nodes.get(at)).map(|it| it.kind);
            if kind(target) == Some(NodeKind::Root) && source != target {
                let message = "the target is the traffic node";
                self.at_connection(&codes::INTO_ROOT, at, "idTargetNode", message);
            }
            if let Some(kind) = kind(source) {
                self.trigger(at, kind);
            }
        }
    }

    fn trigger(&mut self, at: usize, kind: NodeKind) {
        let (graph, dialect) = (self.graph, self.dialect);
        let Some(connection) = graph.connections.get(at) else { return };
        let member = self.member_of(connection);
        let own = dialect.words(kind);
        let is_own = |object: &str| own.exits.iter().any(|word| word.text == object);
        if !matches!(kind.exits(), Exits::Unknown | Exits::None) {
            let is_known = |object: &str| dialect.knows_exit(object);
            for (rule, object, message) in
                self.parameters_of(connection.document(), is_own, is_known)
            {
                let message = format!("it leaves a {kind}: {message}");
                self.at_connection(rule, at, &object, &message);
            }
        }
        let (object, trigger) = member.split_once('.').unwrap_or((&*member, ""));
        for (part, word) in [(NodePart::Exit, object), (NodePart::Trigger, trigger)] {
            if let Some(instead) = dialect.instead(kind, part, word) {
                let message = format!("it has `{word}`; the account has `{instead}`");
                self.at_connection(&codes::OTHER_WORD, at, &member, &message);
            }
        }
        match &connection.trigger {
            Trigger::Action { number, is_conversion } => {
                if !number.is_some_and(|number| (1..=64).contains(&number)) {
                    let right = "a whole number from 1 to 64";
                    let message = number.map_or_else(
                        || self.got(connection, right),
                        |is| format!("the action is {is}"),
                    );
                    self.at_connection(&codes::BAD_ACTION, at, &member, &message);
                }
                if *is_conversion && !kind.is_offer() {
                    let message = format!("it leaves a {kind}");
                    self.at_connection(&codes::CONVERSION_OF_LANDER, at, &member, &message);
                }
            }
            Trigger::Route(key) if key.is_empty() => {
                let got = self.got(connection, "the key of a route, a text");
                let message = format!("it leaves a {kind} and names no route: {got}");
                self.at_connection(&codes::NO_ROUTE, at, &member, &message);
            }
            Trigger::Keys(keys) if keys.is_empty() => {
                let got = self.got(connection, "a list of keys");
                let message = format!("it leaves a logic node and names no key: {got}");
                self.at_connection(&codes::NO_ROUTE, at, &member, &message);
            }
            Trigger::Keys(keys) => {
                let is_plain = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
                let is_key = |key: &str| (1..=64).contains(&key.len()) && key.bytes().all(is_plain);
                for (index, key) in keys.iter().enumerate().filter(|(_, key)| !is_key(key)) {
                    let message = format!("the key is `{key}`");
                    let place = format!("{member}[{index}]");
                    self.at_connection(&codes::BAD_KEY, at, &place, &message);
                }
            }
            _ => {}
        }
    }
}
