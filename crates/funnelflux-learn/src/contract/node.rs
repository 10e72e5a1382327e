//! The words that belong to each kind of funnel node.

use super::Contract;
use super::reader::{Entry, Violations, entry};
use super::words::Grade;

entry! {
    /// A kind of node, and the words of its nodes and of the connections that leave them.
    pub struct Node("node", "kind", "node {}") {
        pub kind: String;
        pub meaning: String;
        pub types: Vec<String>;
        pub objects: Vec<String>;
        pub references: Vec<String>;
        pub asset: Option<String>;
        pub exits: Vec<String>;
        pub triggers: Vec<String>;
        pub defaults: Vec<String>;
        pub grade: Grade;
        pub source: String;
    }
}

impl Entry for Node {}

/// Each word must be one of its schema, where its own grade stands.
pub(super) fn check(contract: &Contract, log: &Violations) {
    let has_value = |name: &str| {
        contract.schema("NodeType").is_some_and(|s| s.values.iter().any(|v| v.value == name))
    };
    let member = |schema: &str, name: &str| -> Option<String> {
        let fields = contract.schema(schema)?.fields.iter();
        let mut found = fields.filter(|field| field.name.as_deref() == Some(name));
        found.next().map(|field| field.kind.clone())
    };
    for node in &contract.nodes {
        let place = format!("docs/contract/dialect.toml: node {}", node.kind);
        let wrong = |key: &str, word: &str| {
            log.add(&place, format!("`{key}` names `{word}`, which its schema does not have"));
        };
        node.types.iter().filter(|word| !has_value(word)).for_each(|word| wrong("types", word));
        for (key, owner, objects, members) in [
            ("references", "FunnelNode", &node.objects, &node.references),
            ("triggers", "FunnelConnection", &node.exits, &node.triggers),
        ] {
            let schemas: Vec<String> =
                objects.iter().filter_map(|object| member(owner, object)).collect();
            if schemas.len() < objects.len() {
                wrong(if key == "triggers" { "exits" } else { "objects" }, &objects.join(", "));
            }
            let known = |word: &str| schemas.iter().any(|schema| member(schema, word).is_some());
            members.iter().filter(|word| !known(word)).for_each(|word| wrong(key, word));
        }
        let objects: Vec<String> =
            node.objects.iter().filter_map(|object| member("FunnelNode", object)).collect();
        for default in &node.defaults {
            let parts = default.strip_prefix("object.").and_then(|it| it.split_once('='));
            let is_right = parts.is_some_and(|(name, json)| {
                objects.iter().any(|object| member(object, name).is_some())
                    && serde_json::from_str::<serde_json::Value>(json).is_ok()
            });
            if !is_right {
                wrong("defaults", default);
            }
        }
        if let Some(asset) = &node.asset
            && !contract.assets().any(|(_, known)| known.name == *asset)
        {
            wrong("asset", asset);
        }
    }
}
