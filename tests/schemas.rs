//! The contract's schemas and the models say the same: names of members, grades, types, values of
//! enumerations. What the clients send is held against the schemas as well.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::indexing_slicing, reason = "test code")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use funnelflux::model::domains::*;
use funnelflux::model::ledger::*;
use funnelflux::model::reporting::{Attribute, Metric};
use funnelflux::model::updates::{CostType as SegmentCostType, PostbackCalls};
use funnelflux_tests::recordings;
use serde_json::Value;
use toml::Table;

type Members = &'static [Member];

macro_rules! members {
    ($($model:ident)+) => {
        vec![$((stringify!($model), <$model as Model>::MEMBERS)),+]
    };
}

/// Every model that is declared by its members.
fn models() -> Vec<(&'static str, Members)> {
    members! {
        Category CategoryInfo Condition ConditionInfo DestinationOverrides Funnel FunnelGroup
        FunnelGroupInfo FunnelInfo KeyValue LogicScript LogicScriptInfo MiddlewareConfig
        MiddlewareConfigInfo MiddlewareDestination MiddlewareRoute OfferParams OfferSource
        OfferSourceInfo Page PageGroup PageGroupInfo PageInfo Postback TrackingField TrafficSource
        TrafficSourceInfo VisitorTag VisitorTagInfo WebhookConfig WebhookConfigInfo
        CheckDomainResponse CreateDomainResponse DeleteDomainResponse DomainInfo DomainSummary
        GetDomainResponse ListDomainsResponse
    }
}

/// Values with their grades; no grade where the model has none to tell.
type Words = Vec<(String, Option<String>)>;

macro_rules! words {
    ($type:ident) => {
        $type::KNOWN
            .iter()
            .map(|word| (word.as_str().to_owned(), Some(word.grade().to_string())))
            .collect::<Words>()
    };
}

/// Every enumeration of the models, by the name it has in the contract.
fn enumerations() -> Vec<(&'static str, Words)> {
    let named =
        |name: &str, grade: funnelflux::model::Grade| (name.to_owned(), Some(grade.to_string()));
    vec![
        ("AssetStatus", words!(StatusFilter)),
        ("CategoryType", words!(CategoryType)),
        ("CloudflareSslStatus", words!(CloudflareSslStatus)),
        ("CloudflareStatus", words!(CloudflareStatus)),
        ("CostType", words!(CostType)),
        ("DomainErrorCode", words!(DomainErrorCode)),
        ("FunnelType", words!(FunnelType)),
        ("MiddlewareMethod", words!(MiddlewareMethod)),
        ("PageType", words!(PageType)),
        ("PayoutType", words!(PayoutType)),
        ("PostbackType", words!(PostbackType)),
        ("RedirectType", words!(RedirectType)),
        ("AttributeName", Attribute::KNOWN.iter().map(|a| named(a.name(), a.grade())).collect()),
        ("MetricName", Metric::KNOWN.iter().map(|m| named(m.name(), m.grade())).collect()),
        ("CostSegmentType", {
            let known = [SegmentCostType::WholeSegment];
            known.iter().map(|k| named(k.as_str(), k.grade())).collect()
        }),
        ("PostbackCalls", {
            let known = [PostbackCalls::None, PostbackCalls::OnlyOnce, PostbackCalls::All];
            known.iter().map(|k| (k.as_str().to_owned(), None)).collect()
        }),
    ]
}

/// Differences that are right, each with its reason.
const ON_PURPOSE: &[(&str, &str)] = &[
    (
        "DomainSummary.status: the contract has string, the model CloudflareStatus",
        "documented is a string; that it holds Cloudflare's words is inferred, and the model keeps any other",
    ),
    (
        "DomainSummary.ssl_status: the contract has string, the model CloudflareSslStatus",
        "as above",
    ),
    ("DomainInfo.status: the contract has string, the model CloudflareStatus", "as above"),
    ("DomainInfo.ssl_status: the contract has string, the model CloudflareSslStatus", "as above"),
];

/// Schemas of objects that no model declares by its members.
const WITHOUT_MODEL: &[(&str, &str)] = &[
    ("ArchiveRequest", "written by the ledger client: see what is sent, below"),
    ("AttributeFilter", "a request with a builder: see what is sent, below"),
    ("AttributeValue", "a cell of the columnar report, which keeps its text"),
    ("AuthTokens", "read by hand, so that no message can quote a token"),
    ("AuthUser", "read by hand, with the tokens"),
    ("BasicAuth", "read and written with the destination that holds it, as a secret"),
    ("BulkAnswer", "answers of writes are kept as they came: their shape is a guess"),
    ("CheckDomainRequest", "a request with a builder: see what is sent, below"),
    ("CloneAnswer", "answers of writes are kept as they came: their shape is a guess"),
    ("ConditionGenericParams", "rules of conditions are raw members"),
    ("ConditionOrTest", "rules of conditions are raw members"),
    ("ConditionTest", "rules of conditions are raw members"),
    ("ConnectionCodeParams", "connections of funnels are raw members"),
    ("ConnectionConditionParams", "connections of funnels are raw members"),
    ("ConnectionLogicParams", "connections of funnels are raw members"),
    ("ConnectionMiddlewareParams", "connections of funnels are raw members"),
    ("ConnectionPageParams", "connections of funnels are raw members"),
    ("ConnectionRotatorParams", "connections of funnels are raw members"),
    ("ConversionsUpdate", "a request with a builder: see what is sent, below"),
    ("ConvertedHit", "a request with a builder: see what is sent, below"),
    ("CostSegment", "a request with a builder: see what is sent, below"),
    ("CostUpdate", "a request with a builder: see what is sent, below"),
    ("CreateDomainRequest", "a request with a builder: see what is sent, below"),
    ("DrilldownReport", "decoded into columns"),
    ("DrilldownRequest", "a request with a builder: see what is sent, below"),
    ("DrilldownRow", "decoded into columns"),
    ("DuplicateRequest", "a request with a builder: see what is sent, below"),
    ("Error", "read by the transport, which knows no model"),
    ("ExplorerHitRequest", "a request with a builder: see what is sent, below"),
    ("ExplorerHitRow", "nothing is known of it"),
    ("ExplorerVisitorRequest", "a request with a builder: see what is sent, below"),
    ("ExplorerVisitorResponse", "kept as it came: two of its three names are unknown"),
    ("FunnelConnection", "connections of funnels are raw members"),
    ("FunnelDuplicateRequest", "a request with a builder: see what is sent, below"),
    ("FunnelMoveRequest", "written by the ledger client: see what is sent, below"),
    ("FunnelNode", "nodes of funnels are raw members"),
    ("LogicScriptDuplicateRequest", "a request with a builder: see what is sent, below"),
    ("MiddlewareLogRow", "rows of logs are kept as they came"),
    ("MiddlewareSummary", "rows of logs are kept as they came"),
    ("MoveRequest", "written by the ledger client: see what is sent, below"),
    ("NodeCodeParams", "nodes of funnels are raw members"),
    ("NodeConditionParams", "nodes of funnels are raw members"),
    ("NodeExternalUrlParams", "nodes of funnels are raw members"),
    ("NodeMiddlewareRefParams", "nodes of funnels are raw members"),
    ("NodePageParams", "nodes of funnels are raw members"),
    ("NodeRotatorParams", "nodes of funnels are raw members"),
    ("NodeVisitorTagParams", "nodes of funnels are raw members"),
    ("RawEventsRequest", "a request with a builder: see what is sent, below"),
    ("ResetRequest", "a request with a builder: see what is sent, below"),
    ("ResetValidation", "its only member has no known name: it is found by its kind"),
    ("SiblingDrilldownRequest", "another product's: where to look for what is unknown"),
    ("SiblingError", "read by the transport, which knows no model"),
    ("SiblingErrorBody", "read by the transport, which knows no model"),
    ("SiblingGrouping", "another product's: where to look for what is unknown"),
    ("SiblingPaging", "another product's: where to look for what is unknown"),
    ("SiblingReportOptions", "another product's: where to look for what is unknown"),
    ("SiblingSorting", "another product's: where to look for what is unknown"),
    ("SiblingSortingColumn", "another product's: where to look for what is unknown"),
    ("UnarchiveRequest", "written by the ledger client: see what is sent, below"),
    ("ValidateRequest", "written by the token client: see what is sent, below"),
    ("ValidateResponse", "read by hand, so that no message can quote a token"),
    ("VisitorInfo", "nothing is known of it"),
];

/// Models of which the contract has no schema.
const WITHOUT_SCHEMA: &[(&str, &str)] = &[
    (
        "CategoryInfo",
        "the contract's lists hold whole categories; the slim form follows the pattern",
    ),
    (
        "FunnelGroupInfo",
        "the contract's lists hold whole groups; the slim form follows the pattern",
    ),
    ("PageGroup", "nobody states any member of it; the contract says unknown"),
    ("PageGroupInfo", "nobody states any member of it; the contract says unknown"),
    ("PageInfo", "what lists of pages hold could not be read; the contract says unknown"),
    ("VisitorTag", "nothing of its members could be read"),
    ("VisitorTagInfo", "nothing of its members could be read"),
    ("WebhookConfig", "nobody states any member of it; the contract says unknown"),
    ("WebhookConfigInfo", "nobody states any member of it; the contract says unknown"),
];

/// Enumerations of the contract that the models have no type for.
const WITHOUT_WORDS: &[(&str, &str)] = &[
    ("ConditionOperator", "rules of conditions are raw members"),
    ("ConditionOutcome", "connections of funnels are raw members"),
    ("ConditionTestName", "rules of conditions are raw members"),
    ("NodeType", "nodes of funnels are raw members"),
    ("RotatorType", "nodes of funnels are raw members"),
    ("TimeAttribution", "an option of another product"),
    ("ViewType", "an option of another product"),
];

/// What no fixture's request holds, though the schema names it.
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

struct Schema {
    /// Name, type, grade of the name.
    fields: Vec<(String, String, String)>,
    /// Value, grade.
    values: Vec<(String, String)>,
    is_enum: bool,
}

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

fn schemas() -> BTreeMap<String, Schema> {
    let list = |table: &Table, key: &str| -> Vec<Table> {
        let items = table.get(key).and_then(toml::Value::as_array).into_iter().flatten();
        items.map(|item| item.as_table().unwrap().clone()).collect()
    };
    tables("schemas", "schema")
        .iter()
        .map(|schema| {
            // A name that the reference hides is as sure as the guess.
            let grade = |field: &Table| text(field, "name_grade").or(text(field, "grade")).unwrap();
            let fields = list(schema, "fields")
                .iter()
                .filter_map(|f| Some((text(f, "name")?, text(f, "type").unwrap(), grade(f))))
                .collect();
            let values = list(schema, "values")
                .iter()
                .map(|v| (text(v, "value").unwrap(), text(v, "grade").unwrap()))
                .collect();
            let is_enum = text(schema, "kind").as_deref() == Some("enum");
            (text(schema, "name").unwrap(), Schema { fields, values, is_enum })
        })
        .collect()
}

/// A type of the contract in the words of the models; `None` where the contract leaves it open.
fn kind_of(contract: &str) -> Option<String> {
    if let Some(item) = contract.strip_suffix("[]") {
        return kind_of(item).map(|kind| kind + "[]");
    }
    match contract {
        "unknown" | "object" => None,
        map if map.starts_with("map<") => None,
        "unix-time" => Some("integer".to_owned()),
        "timestamp" => Some("string".to_owned()),
        "decimal-string" => Some("decimal".to_owned()),
        "AssetStatus" => Some("Status".to_owned()),
        other => Some(other.to_owned()),
    }
}

fn compare(name: &str, schema: &Schema, members: Members, found: &mut Vec<String>) {
    for (field, kind, grade) in &schema.fields {
        let at = format!("{name}.{field}");
        let Some(member) = members.iter().find(|member| member.name() == field) else {
            found.push(format!("{at}: only the contract has it"));
            continue;
        };
        let said = member.grade().to_string();
        if said != *grade {
            found.push(format!("{at}: {grade} in the contract, {said} in the model"));
        }
        // A raw member leaves the type open.
        if let Some(kind) = kind_of(kind).filter(|_| member.kind() != "unknown")
            && kind != member.kind()
        {
            let says = member.kind();
            found.push(format!("{at}: the contract has {kind}, the model {says}"));
        }
    }
    for member in members {
        if !schema.fields.iter().any(|(field, ..)| field == member.name()) {
            found.push(format!("{name}.{}: only the model has it", member.name()));
        }
    }
}

/// Fails on what is found and not expected, and on what is expected and not found any more.
fn settle(what: &str, found: impl IntoIterator<Item = String>, expected: &[(&str, &str)]) {
    let found: BTreeSet<String> = found.into_iter().collect();
    let known: BTreeSet<String> = expected.iter().map(|(name, _)| (*name).to_owned()).collect();
    let news: Vec<_> = found.difference(&known).collect();
    let stale: Vec<_> = known.difference(&found).collect();
    assert!(news.is_empty() && stale.is_empty(), "{what}: {news:#?}\nno longer true: {stale:#?}");
    assert!(expected.iter().all(|(_, reason)| !reason.is_empty()));
}

#[test]
fn schemas_and_models_have_the_same_members_of_the_same_grades_and_types() {
    let schemas = schemas();
    let models = models();
    let mut found = Vec::new();
    for (name, members) in &models {
        if let Some(schema) = schemas.get(*name) {
            compare(name, schema, members, &mut found);
        }
    }
    settle("contract and models", found, ON_PURPOSE);

    let has_model = |name: &str| models.iter().any(|(model, _)| *model == name);
    let objects = schemas.iter().filter(|(_, schema)| !schema.is_enum).map(|(name, _)| name);
    settle(
        "schemas without a model",
        objects.filter(|name| !has_model(name)).cloned(),
        WITHOUT_MODEL,
    );
    let lone = models.iter().filter(|(name, _)| !schemas.contains_key(*name));
    settle("models without a schema", lone.map(|(name, _)| (*name).to_owned()), WITHOUT_SCHEMA);
}

#[test]
fn enumerations_have_the_same_values_of_the_same_grades() {
    let schemas = schemas();
    let enumerations = enumerations();
    let mut found = Vec::new();
    for (name, words) in &enumerations {
        let values = &schemas[*name].values;
        for (value, grade) in values {
            match words.iter().find(|(word, _)| word == value) {
                None => found.push(format!("{name}: only the contract has {value:?}")),
                Some((_, Some(said))) if said != grade => {
                    found
                        .push(format!("{name}: {value:?} is {grade} in the contract, {said} here"));
                }
                Some(_) => {}
            }
        }
        for (word, _) in words {
            if !values.iter().any(|(value, _)| value == word) {
                found.push(format!("{name}: only the model has {word:?}"));
            }
        }
    }
    settle("contract and enumerations", found, &[]);

    // An asset's own status is one of the filter's, without those that only filter.
    for (status, grade) in words!(Status) {
        assert!(words!(StatusFilter).contains(&(status.clone(), grade)), "{status}");
    }
    let missing = schemas
        .iter()
        .filter(|(name, schema)| schema.is_enum && !enumerations.iter().any(|(n, _)| n == name));
    settle("enums without a type", missing.map(|(name, _)| name.clone()), WITHOUT_WORDS);
}

/// The names that stand behind `model! {` and `words! {` in the source of the models.
fn declared(path: &Path, keyword: &str, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            declared(&path, keyword, found);
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        for (at, line) in source.lines().enumerate() {
            if line == format!("{keyword}! {{") {
                let name = source.lines().skip(at + 1).find_map(|line| {
                    let name = line.strip_prefix("    ")?.split_once(" {")?.0;
                    name.chars().all(|c| c.is_ascii_alphanumeric()).then_some(name)
                });
                found.insert(name.unwrap().to_owned());
            }
        }
    }
}

#[test]
fn no_model_is_left_out_here() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/funnelflux-model/src");
    let mut declarations = BTreeSet::new();
    declared(&source, "model", &mut declarations);
    let here: BTreeSet<String> = models().iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(declarations, here);

    let mut declarations = BTreeSet::new();
    declared(&source, "words", &mut declarations);
    let here: BTreeSet<String> =
        enumerations().iter().map(|(name, _)| (*name).to_owned()).collect();
    let left: Vec<&String> = declarations.difference(&here).collect();
    assert_eq!(left, ["Status", "StatusFilter"], "these two stand as AssetStatus");
}

/// Every member of `value` by its schema: `CostSegment.cost`. What no schema names is a violation.
fn walk(
    schemas: &BTreeMap<String, Schema>,
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
                match schema.fields.iter().find(|(field, ..)| field == name) {
                    Some((_, kind, _)) => walk(schemas, kind, value, seen, wrong),
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

    // And all of what they name, for the requests that no table of members describes.
    let sent = WITHOUT_MODEL.iter().filter(|(_, reason)| reason.ends_with("is sent, below"));
    let named = sent.flat_map(|(name, _)| {
        schemas[*name].fields.iter().map(move |(field, ..)| format!("{name}.{field}"))
    });
    settle("never sent", named.filter(|name| !seen.contains(name)), NEVER_SENT);
}
