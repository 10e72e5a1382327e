//! Funnels and accounts from the data files of the corpus.
#![allow(dead_code, reason = "each test uses a part")]

use std::collections::BTreeMap;
use std::path::Path;

use funnelflux_contract::AssetKind;
use funnelflux_funnels::{Account, Exits, FunnelDialect, NodeKind};
use funnelflux_model::Document;
use funnelflux_model::ledger::{Funnel, Model as _};
use serde_json::{Map, Value, json};

pub(crate) struct Case {
    pub name: String,
    pub funnel: Funnel,
    pub wire: Value,
    pub expect: Vec<String>,
}

fn read(file: &str) -> Value {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(format!("{file}.json"));
    let text = std::fs::read_to_string(&path).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

/// `@name` as an id: filled up with zeros on the left.
pub(crate) fn id(name: &str) -> String {
    format!("{name:0>12}")
}

fn named(value: Value) -> Value {
    match value {
        Value::String(text) => match text.strip_prefix('@') {
            Some(name) => Value::String(id(name)),
            None => Value::String(text),
        },
        Value::Array(items) => items.into_iter().map(named).collect(),
        Value::Object(members) => {
            let member = |(name, value): (String, Value)| {
                let name = name.strip_prefix('@').map_or(name.clone(), id);
                (name, named(value))
            };
            members.into_iter().map(member).collect::<Map<_, _>>().into()
        }
        other => other,
    }
}

pub(crate) fn account() -> Account {
    let mut account = Account::offline();
    let Value::Object(kinds) = named(read("account")) else { panic!("the account is an object") };
    let mut known = 0;
    for kind in AssetKind::all() {
        account.add_missing(kind, &id("nothing"));
    }
    for (kind, assets) in kinds {
        let kind = AssetKind::find(&kind).unwrap_or_else(|| panic!("{kind} is no kind"));
        let Value::Object(assets) = assets else { panic!("{} are an object", kind.name) };
        for (id, asset) in assets {
            known += 1;
            account.add(kind, &id, Document::parse(&asset.to_string()).unwrap());
        }
        // A source is no group.
        account.add_missing(kind, &id(if kind.name == "funnel-groups" { "src" } else { "grp" }));
    }
    assert!(known > 10);
    account
}

pub(crate) fn cases(file: &str) -> Vec<Case> {
    let sound: BTreeMap<String, Value> = items(&read("sound"))
        .map(|case| (case["name"].as_str().unwrap().to_owned(), case.clone()))
        .collect();
    items(&read(file)).map(|case| made(case, &sound)).collect()
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().unwrap().iter()
}

fn texts(value: &Value) -> Vec<String> {
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    items.iter().map(|item| item.as_str().unwrap().to_owned()).collect()
}

fn made(case: &Value, sound: &BTreeMap<String, Value>) -> Case {
    let mut wire = match case["base"].as_str() {
        Some(base) => changed(plain(), sound.get(base).unwrap_or_else(|| panic!("no {base}"))),
        None => plain(),
    };
    wire = changed(wire, case);
    let place = |line: String| match line.split_once('@') {
        Some((before, name)) => format!("{before}{}", id(name)),
        None => line,
    };
    Case {
        name: case["name"].as_str().unwrap().to_owned(),
        funnel: funnel(&wire),
        wire,
        expect: texts(&case["expect"]).into_iter().map(place).collect(),
    }
}

pub(crate) fn funnel(wire: &Value) -> Funnel {
    Funnel::from_document(Document::parse(&wire.to_string()).unwrap())
}

/// A funnel without nodes.
pub(crate) fn plain() -> Value {
    named(json!({
        "idFunnel": "@fun", "funnelName": "Shoes", "idFunnelGroup": "@grp", "nodes": [], "connections": []
    }))
}

fn changed(mut wire: Value, case: &Value) -> Value {
    for text in texts(&case["nodes"]) {
        add_node(&mut wire, &text);
    }
    for text in texts(&case["ways"]) {
        add_way(&mut wire, &text);
    }
    for (path, value) in case["set"].as_object().into_iter().flatten() {
        set(&mut wire, path, named(value.clone()));
    }
    for (list, value) in case["push"].as_object().into_iter().flatten() {
        wire[list].as_array_mut().unwrap().push(value.clone());
    }
    for path in texts(&case["remove"]) {
        remove(&mut wire, &path);
    }
    wire
}

pub(crate) fn add_node(wire: &mut Value, text: &str) {
    let mut parts = text.splitn(3, ' ');
    let (name, kind, what) = (parts.next().unwrap(), parts.next().unwrap(), parts.next());
    let kind = NodeKind::find(kind).unwrap_or_else(|| panic!("{text}: no such kind"));
    let dialect = FunnelDialect::shipped();
    let words = dialect.words(kind);
    let nodes = wire["nodes"].as_array_mut().unwrap();
    let at = nodes.len() as f64;
    let mut node = json!({
        "idNode": id(name), "idFunnel": id("fun"), "nodeName": name, "nodeType": words.types[0].text,
        "posX": (at * 0.07) % 1.0, "posY": (at * 0.013) % 1.0
    });
    let params = match (words.references.first(), what) {
        (Some(member), Some(what)) => {
            let value = match kind {
                NodeKind::ExternalUrl => json!(what),
                NodeKind::VisitorTag => json!([what]),
                _ => json!(id(what)),
            };
            json!({ &member.text: value })
        }
        _ => json!({ "rotatorType": "random" }),
    };
    node[&words.objects[0].text] = params;
    nodes.push(node);
}

pub(crate) fn add_way(wire: &mut Value, text: &str) {
    let (ends, when) = text.split_once(' ').unwrap_or((text, ""));
    let (source, target) = ends.split_once('>').unwrap_or_else(|| panic!("{text}: no >"));
    let dialect = FunnelDialect::shipped();
    let source_type =
        wire["nodes"].as_array().unwrap().iter().find(|node| node["idNode"] == id(source));
    let source_type =
        source_type.unwrap_or_else(|| panic!("{text}: no {source}"))["nodeType"].clone();
    let kind = dialect.kind_of(source_type.as_str().unwrap(), []);
    let words = dialect.words(kind);
    let connections = wire["connections"].as_array_mut().unwrap();
    let mut way = json!({
        "idConnection": format!("00000000k{:03}", connections.len()), "idFunnel": id("fun"),
        "idSourceNode": id(source), "idTargetNode": id(target)
    });
    let (number, converts) = match when.split_once(' ') {
        Some((number, _)) => (number, true),
        None => (when, false),
    };
    let params = match kind.exits() {
        Exits::Weights => Some(json!({ "weight": number.parse::<f64>().unwrap() })),
        Exits::Actions => Some(
            json!({ "onActionNumber": number.parse::<u64>().unwrap(), "isConversion": converts }),
        ),
        Exits::Routes => Some(json!({ &words.triggers[0].text: when })),
        Exits::Keys => {
            let keys: Vec<&str> = when.split(',').collect();
            Some(json!({ &words.triggers[0].text: keys }))
        }
        _ => None,
    };
    if let (Some(params), Some(object)) = (params, words.exits.first()) {
        way[&object.text] = params;
    }
    connections.push(way);
}

fn pointer(path: &str) -> String {
    format!("/{path}")
}

fn set(wire: &mut Value, path: &str, value: Value) {
    let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
    let parent = match parent {
        "" => wire,
        parent => wire.pointer_mut(&pointer(parent)).unwrap_or_else(|| panic!("no {parent}")),
    };
    match parent {
        Value::Array(items) => items[name.parse::<usize>().unwrap()] = value,
        parent => parent[name] = value,
    }
}

fn remove(wire: &mut Value, path: &str) {
    let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
    let parent = match parent {
        "" => wire,
        parent => wire.pointer_mut(&pointer(parent)).unwrap_or_else(|| panic!("no {parent}")),
    };
    match parent {
        Value::Array(items) => drop(items.remove(name.parse().unwrap())),
        Value::Object(members) => assert!(members.remove(name).is_some(), "no {path}"),
        _ => panic!("{path} is in no list or object"),
    }
}
