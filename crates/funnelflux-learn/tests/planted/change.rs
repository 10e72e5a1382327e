//! The changes, and the list of them.

#![allow(dead_code, reason = "each test uses a part")]

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// What a difference says: about what, which aspect, which name, and what is there instead.
pub(crate) type Truth = (String, &'static str, String);

/// Roots that moved: ours, theirs.
const ROOTS: &[(&str, &str)] = &[
    ("/campaign/funnel/condition", "/campaign/conditions"),
    ("/campaign/funnel", "/campaign/funnels"),
    ("/trafficsource/category", "/campaign/trafficsource/category"),
    ("/trafficsource", "/campaign/traffic-sources"),
    ("/offersource", "/campaign/offersource"),
    ("/webhookconfig", "/campaign/webhookconfigs"),
    ("/visitortag", "/campaign/tags"),
    ("/logicscript", "/campaign/scripts"),
    ("/pagegroup", "/campaign/pagegroup"),
    ("/reporting/explorer", "/stats/explorer"),
];

/// Last segments that have other names, by the segment of the asset in ids.
const TAILS: &[(&str, &str, &str)] = &[
    ("offersource", "/list", "/all"),
    ("offersource", "/delete", "/remove"),
    ("funnel", "/find/byId", "/get"),
    ("condition", "/duplicate", "/clone"),
    ("condition", "/find/byStatus", "/byStatus"),
];

/// Operations in the style of resources: the id stands in the path.
const RESOURCES: &[(&str, &str)] = &[
    ("ledger.page.list", "/campaign/pages"),
    ("ledger.page.find-by-id", "/campaign/pages/{idPage}"),
    ("ledger.page.create", "/campaign/pages"),
    ("ledger.page.update", "/campaign/pages"),
    ("ledger.page.delete", "/campaign/pages/{idPage}"),
    ("ledger.middlewareconfig.find-by-id", "/middlewareconfig/{idMiddlewareConfig}"),
    ("ledger.middlewareconfig.delete", "/middlewareconfig/{idMiddlewareConfig}"),
    ("ledger.campaign.find-by-id", "/campaign/{idCampaign}"),
];

const METHODS: &[(&str, &str)] = &[
    ("ledger.category.find-by-ids", "post"),
    ("ledger.funnelgroup.archive", "post"),
    ("ledger.campaign.archive", "post"),
    ("reporting.attributes", "post"),
];

/// Query parameters with other names, wherever they stand. The last is told by nothing but itself.
pub(crate) const PARAMETERS: &[(&str, &str)] = &[
    ("idTrafficSources", "trafficSourceIDs"),
    ("idOfferSource", "offer_source_id"),
    ("idConditions", "conditionIds"),
    ("pageType", "typeOfPage"),
    ("includeChilds", "includeChildren"),
];

/// Members with other names. The last has nothing in common with ours.
pub(crate) const MEMBERS: &[(&str, &str, &str)] = &[
    ("TrafficSource", "trafficSourceName", "nameOfTrafficSource"),
    ("Funnel", "idFunnelGroup", "funnelGroupId"),
    ("OfferSource", "offerSourceName", "offer_source_name"),
    ("Condition", "conditionName", "name_condition"),
    ("Page", "baseURL", "base_url"),
    ("LogicScript", "idCategory", "categoryID"),
    ("MiddlewareConfig", "destination", "target"),
    ("PageGroup", "pageGroupName", "name"),
    ("WebhookConfig", "idWebhookConfig", "id"),
];

const NEW_MEMBERS: &[(&str, &str)] = &[("Funnel", "abTest"), ("Page", "screenshot")];

const TYPES: &[(&str, &str)] = &[("TrafficSource", "incomingCostModifier")];

const ENUMERATIONS: &[(&str, &str)] =
    &[("AssetStatus", "paused"), ("NodeType", "abSplit"), ("CostType", "cpv")];

/// The operations of one verb whose answer is wrapped.
const WRAPPED: &[&str] = &[
    "ledger.campaign.list",
    "ledger.offersource.list",
    "ledger.funnel.list",
    "ledger.category.find-by-ids",
    "ledger.logicscript.find-by-ids",
];

/// Operations whose bodies and answers the contract does not know, with the schema of the file.
const UNREAD: &[(&str, &str)] = &[
    ("ledger.pagegroup.list", "PageGroup"),
    ("ledger.pagegroup.create", "PageGroup"),
    ("ledger.webhookconfig.find-by-id", "WebhookConfig"),
    ("ledger.webhookconfig.find-by-status", "WebhookConfigInfo"),
    ("ledger.visitortag.find-by-ids", "VisitorTag"),
];

/// Members that the file requires in the body of an operation: ours, and the member of the file.
pub(crate) const NEEDED: &[(&str, &str, &str)] =
    &[("ledger.pagegroup.create", "pageGroupName", "name")];

pub(crate) struct Planted {
    /// OpenAPI 3.1.
    pub(crate) document: Value,
    pub(crate) truths: BTreeSet<Truth>,
    /// The paths of calls that the contract does not have.
    pub(crate) foreign: Vec<String>,
}

impl Planted {
    pub(crate) fn new() -> Self {
        let text = std::fs::read_to_string(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../docs/openapi.json"
        ))
        .unwrap();
        let ours: Value = serde_json::from_str(&text).unwrap();
        let mut planted = Self {
            document: json!({
                "openapi": "3.1.0", "info": {"title": "Self-hosted style", "version": "2.0"},
                "servers": [{"url": "https://tracker.example.com/api/v3"}],
            }),
            truths: BTreeSet::new(),
            foreign: Vec::new(),
        };
        planted.plant("", "base path", "/api/v3");
        let mut components = ours["components"].clone();
        planted.schemas(components["schemas"].as_object_mut().unwrap());
        let mut paths = Map::new();
        for (number, (path, method, call)) in calls(&ours).into_iter().enumerate() {
            planted.call(number, path, method, call, &mut paths);
        }
        planted.foreign(&mut paths);
        planted.document["paths"] = Value::Object(paths);
        planted.document["components"] = components;
        strip(&mut planted.document);
        planted
    }

    fn plant(&mut self, subject: &str, aspect: &'static str, detail: &str) {
        self.truths.insert((subject.to_owned(), aspect, detail.to_owned()));
    }

    fn call(
        &mut self,
        number: usize,
        ours: &str,
        method: &str,
        call: &Value,
        paths: &mut Map<String, Value>,
    ) {
        let mut call = call.clone();
        let id = call["operationId"].as_str().unwrap().to_owned();
        let path = moved(&id, ours);
        if path != ours {
            self.plant(&id, "path", &path);
        }
        let mut own = method;
        if let Some((_, other)) = METHODS.iter().find(|(of, _)| *of == id) {
            self.plant(&id, "method", &other.to_uppercase());
            own = other;
        }
        let known = call["summary"].as_str().unwrap().to_owned();
        match number % 3 {
            0 => call["summary"] = json!(""),
            1 => call["summary"] = json!(reworded(&known)),
            _ => {}
        }
        call["operationId"] = json!(format!("op{number}"));
        call.as_object_mut().unwrap().remove("tags");
        if let Some(parameters) = call.get_mut("parameters").and_then(Value::as_array_mut) {
            self.parameters(&id, &path, parameters);
        }
        if own == "get" && id.ends_with(".list") {
            let parameters = call["parameters"].as_array().cloned().unwrap_or_default();
            let paging = ["page", "pageSize"].map(|name| {
                self.plant(&id, "parameter new", name);
                json!({"name": name, "in": "query", "required": false, "schema": {"type": "integer"}})
            });
            call["parameters"] = parameters.into_iter().chain(paging).collect();
        }
        self.answer(&id, &mut call);
        self.unread(&id, &mut call);
        let place = paths.entry(path).or_insert_with(|| json!({}));
        assert!(place.get(own).is_none(), "{own} {place} stands twice");
        place[own] = call;
    }

    fn parameters(&mut self, id: &str, path: &str, parameters: &mut [Value]) {
        for parameter in parameters {
            let name = parameter["name"].as_str().unwrap().to_owned();
            if parameter["in"] == "query" && path.contains(&format!("{{{name}}}")) {
                parameter["in"] = json!("path");
                parameter["required"] = json!(true);
                self.plant(id, "parameter location", &name);
            } else if let Some((_, other)) = PARAMETERS.iter().find(|(ours, _)| *ours == name) {
                parameter["name"] = json!(other);
                self.plant(id, "parameter name", other);
            }
            if id == "ledger.category.list" && name == "categoryType" {
                parameter["required"] = json!(true);
                self.plant(id, "parameter required", &name);
            }
        }
    }

    /// Either a list or an envelope around it, where our document leaves both open.
    fn answer(&mut self, id: &str, call: &mut Value) {
        let schema = call.pointer_mut("/responses/2XX/content/application~1json/schema");
        let Some(schema) = schema else { return };
        if let Some(list) = schema.pointer("/anyOf/0").filter(|first| first["type"] == "array") {
            *schema = if WRAPPED.contains(&id) {
                self.plant(id, "response", "");
                json!({"type": "object", "properties": {"total": {"type": "integer"}, "rows": list}})
            } else {
                list.clone()
            };
        }
    }

    /// Something around objects, or around the only list of them, where our document leaves all open.
    fn unread(&mut self, id: &str, call: &mut Value) {
        let Some((_, name)) = UNREAD.iter().find(|(of, _)| *of == id) else { return };
        let one = json!({"$ref": format!("#/components/schemas/{name}")});
        if let Some(body) = call.pointer_mut("/requestBody/content/application~1json/schema") {
            self.plant(id, "body", "");
            *body = json!({"type": "object", "properties": {"group": one}});
            return;
        }
        self.plant(id, "response", "");
        let is_one = id.ends_with(".find-by-id");
        let held = if is_one { one } else { json!({"type": "array", "items": one}) };
        call["responses"]["2XX"]["content"]["application/json"]["schema"] =
            json!({"type": "object", "properties": {"total": {"type": "integer"}, "rows": held}});
    }

    fn schemas(&mut self, schemas: &mut Map<String, Value>) {
        for (schema, ours, theirs) in MEMBERS {
            let members = schemas[*schema]["properties"].as_object_mut().unwrap();
            let member = members.remove(*ours).unwrap_or_else(|| panic!("{schema}.{ours}"));
            members.insert((*theirs).to_owned(), member);
            if let Some(Value::Array(required)) = schemas[*schema].get_mut("required") {
                for name in required.iter_mut().filter(|name| *name == ours) {
                    *name = json!(theirs);
                }
            }
            self.plant(schema, "member name", theirs);
        }
        for (_, _, name) in NEEDED {
            schemas["PageGroup"]["required"] = json!([name]);
        }
        for (schema, name) in NEW_MEMBERS {
            schemas[*schema]["properties"][*name] = json!({"type": "string"});
            self.plant(schema, "member new", name);
        }
        for (schema, name) in TYPES {
            schemas[*schema]["properties"][*name] = json!({"type": "string"});
            self.plant(schema, "member type", name);
        }
        for (schema, value) in ENUMERATIONS {
            let values = schemas[*schema].pointer_mut("/anyOf/0/enum");
            values.unwrap().as_array_mut().unwrap().push(json!(value));
            self.plant(schema, "enum value new", value);
        }
    }

    /// Calls that look like ours and are others.
    fn foreign(&mut self, paths: &mut Map<String, Value>) {
        for (path, title) in [
            ("/campaign/user/list", "List users"),
            ("/campaign/user/find/byId", "Find user by ID"),
            ("/campaign/user/save", "Save a user"),
            ("/campaign/split/list", "List split tests"),
            ("/campaign/funnels/export", "Export a funnel"),
            ("/campaign/funnels/history", "List the versions of a funnel"),
            ("/campaign/traffic-sources/templates", "List traffic source templates"),
            ("/campaign/pages/{idPage}/screenshot", "Take a screenshot of a page"),
        ] {
            paths.insert(path.to_owned(), json!({"get": {"summary": title, "parameters": [],
                "responses": {"200": {"description": "Done.", "content": {"application/json": {
                    "schema": {"type": "object", "properties": {"idUser": {"type": "string"}}}}}}}}}));
            self.foreign.push(path.to_owned());
        }
    }
}

fn calls(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    let calls = paths.flat_map(|(path, item)| {
        item.as_object().unwrap().iter().map(move |(method, call)| (&**path, &**method, call))
    });
    calls.collect()
}

fn moved(id: &str, ours: &str) -> String {
    if let Some((_, path)) = RESOURCES.iter().find(|(of, _)| *of == id) {
        return (*path).to_owned();
    }
    let mut path = ours.to_owned();
    let tail = TAILS
        .iter()
        .find(|(asset, tail, _)| id.split('.').nth(1) == Some(asset) && ours.ends_with(tail));
    if let Some((_, tail, other)) = tail {
        path = format!("{}{other}", path.strip_suffix(tail).unwrap());
    }
    if id.starts_with("ledger.page.") {
        return path.replacen("/page/", "/campaign/pages/", 1);
    }
    let root = ROOTS.iter().find(|(root, _)| path.starts_with(&format!("{root}/")));
    root.map_or(path.clone(), |(root, other)| path.replacen(root, other, 1))
}

fn reworded(title: &str) -> String {
    let words = [
        ("Find", "Returns"),
        ("List", "Get the list of"),
        ("Save", "Modify"),
        ("Duplicate", "Clone"),
        ("Delete", "Remove"),
        ("Create", "Add"),
    ];
    let other = words.iter().find(|(first, _)| title.starts_with(first));
    other.map_or(title.to_owned(), |(first, other)| title.replacen(first, other, 1))
}

/// Takes out what only our own document has.
fn strip(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| !name.starts_with("x-") && name != "examples");
            members.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}
