//! The bodies that the clients send hold exactly the members that the contract's schemas name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::indexing_slicing, reason = "test code")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use funnelflux_tests::recordings;
use serde_json::Value;
use toml::Table;

/// Schemas of requests that no model declares: each of their members must be sent by a fixture.
const SENT: &[&str] = &[
    "ArchiveRequest",
    "AttributeFilter",
    "CheckDomainRequest",
    "ConversionsUpdateParams",
    "ConvertedHit",
    "CostSegment",
    "CostUpdate",
    "CreateDomainRequest",
    "DrilldownRequest",
    "DuplicateRequest",
    "ExplorerHitRequest",
    "ExplorerVisitorRequest",
    "FunnelDuplicateRequest",
    "FunnelMoveRequest",
    "LogicScriptDuplicateRequest",
    "MoveRequest",
    "RawEventsRequest",
    "ResetRequest",
    "UnarchiveRequest",
    "ValidateRequest",
];

/// Members that no fixture's request holds, though the schema names them, each with its reason.
const NEVER_SENT: &[(&str, &str)] = &[
    ("AttributeFilter.blacklistFilters", "the request in the fixture is production's own"),
    ("CostSegment.applyToFilteredTraffic", "sibling; only sent when asked for by name"),
    ("CostSegment.restrictToCountryCode", "sibling; only sent when asked for by name"),
    ("DuplicateRequest.bodyUpdates", "only sent with overrides"),
    ("DuplicateRequest.parentId", "only sent with another parent"),
    ("FunnelDuplicateRequest.bodyUpdates", "only sent with overrides"),
    ("LogicScriptDuplicateRequest.bodyUpdates", "only sent with overrides"),
    ("ResetRequest.restrictToTrackingFields", "its name is a guess; only sent when asked for"),
];

/// The members of each schema of an object: name and type.
type Schemas = BTreeMap<String, Vec<(String, String)>>;

fn contract(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/contract").join(below)
}

fn tables(folder: &str, key: &str) -> Vec<Table> {
    let mut tables = Vec::new();
    for entry in std::fs::read_dir(contract(folder)).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let file: Table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
            let found = file.get(key).and_then(toml::Value::as_array).into_iter().flatten();
            tables.extend(found.map(|table| table.as_table().unwrap().clone()));
        }
    }
    assert!(!tables.is_empty(), "{folder}: {key}");
    tables
}

fn text(table: &Table, key: &str) -> Option<String> {
    table.get(key).and_then(toml::Value::as_str).map(str::to_owned)
}

fn schemas() -> Schemas {
    let member = |field: &toml::Value| {
        let field = field.as_table().unwrap();
        Some((text(field, "name")?, text(field, "type").unwrap()))
    };
    tables("schemas", "schema")
        .iter()
        .map(|schema| {
            let fields = schema.get("fields").and_then(toml::Value::as_array);
            let members = fields.into_iter().flatten().filter_map(member).collect();
            (text(schema, "name").unwrap(), members)
        })
        .collect()
}

/// Every member of `value` by its schema: `CostSegment.cost`. What no schema names is a violation.
fn walk(
    schemas: &Schemas,
    kind: &str,
    value: &Value,
    seen: &mut BTreeSet<String>,
    wrong: &mut Vec<String>,
) {
    match (kind.strip_suffix("[]"), schemas.get(kind), value) {
        (Some(item), _, Value::Array(items)) => {
            items.iter().for_each(|value| walk(schemas, item, value, seen, wrong));
        }
        (_, Some(schema), Value::Object(members)) => {
            for (name, value) in members {
                let at = format!("{kind}.{name}");
                match schema.iter().find(|(field, _)| field == name) {
                    Some((_, kind)) => walk(schemas, kind, value, seen, wrong),
                    None => wrong.push(format!("{at}: sent, but not in the contract")),
                }
                seen.insert(at);
            }
        }
        _ => {}
    }
}

#[test]
fn what_is_sent_is_what_the_schemas_name() {
    let schemas = schemas();
    let bodies: BTreeMap<String, String> = tables("", "operation")
        .iter()
        .map(|o| (text(o, "id").unwrap(), text(o, "body").unwrap()))
        .collect();
    let (mut seen, mut wrong) = (BTreeSet::new(), Vec::new());
    for (file, recording) in recordings() {
        for exchange in recording.exchanges {
            let operation = exchange.operation.unwrap();
            let Some(json) = exchange.request.content.json else { continue };
            let body = &bodies[&operation];
            assert_ne!(body, "none", "{file}: {operation} has a body");
            let value = serde_json::from_str(json.get()).unwrap();
            walk(&schemas, body, &value, &mut seen, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");

    // And each member that they name, for the requests that no model declares.
    let named = SENT
        .iter()
        .flat_map(|name| schemas[*name].iter().map(move |(member, _)| format!("{name}.{member}")));
    let missing: BTreeSet<String> = named.filter(|name| !seen.contains(name)).collect();
    let expected: BTreeSet<String> =
        NEVER_SENT.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(missing, expected);
}
