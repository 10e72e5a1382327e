//! The declarations of the models: calls of the macros in `funnelflux-model`, one for each model,
//! enumeration and list of names. [The contract's page](../../../docs/contract/README.md) states the
//! rules that give each member its name in Rust.

use std::collections::BTreeSet;

use anyhow::{anyhow, ensure};
use heck::{ToShoutySnakeCase as _, ToSnakeCase as _, ToUpperCamelCase as _};
use minijinja::{Value, context};

use super::prose::{doc, sentence};
use super::rust_names::{METRICS, NAMES, Rule, id_of, name_of};
use super::template::fill;
use super::{Output, requests};
use crate::Result;
use crate::contract::{Asset, Contract, EnumValue, Field, Kind, Schema, Type};

const CRATE: &str = "crates/funnelflux-model/src";
/// The modules of the models: by the name of the file of schemas, with a title. The last one has the models
/// of all other files.
const MODULES: &[(&str, &str, &str)] = &[
    ("billing.toml", "domains", "The domains, member by member"),
    ("reporting.toml", "updates", "The updates, member by member"),
    ("links.toml", "links", "The words of links"),
    ("inbound.toml", "hooks", "What is sent to the users' servers"),
    ("", "reporting", "The names of fields, metrics and attributes"),
    ("", "logs", "The logs"),
    ("", LEDGER, "The assets, member by member"),
];
const LEDGER: &str = "ledger";

/// The generated files of the crate; none for a contract that declares nothing in them.
pub(super) fn outputs(contract: &Contract) -> Result<Vec<Output>> {
    let models = Models::of(contract)?;
    let mut outputs = Vec::new();
    let mut add = |path: &str, text: Option<String>| {
        outputs.extend(text.map(|text| Output { path: format!("{CRATE}/{path}.rs"), text }));
    };
    for (_, module, title) in MODULES {
        add(&format!("{module}/generated"), models.module(module, title)?);
        add(&format!("{module}/requests"), models.requests(module)?);
    }
    add("generated", models.each()?);
    Ok(outputs)
}

pub(super) struct Models<'a> {
    contract: &'a Contract,
    /// The names of the schemas that are declared.
    declared: BTreeSet<&'a str>,
}

impl<'a> Models<'a> {
    /// The schemas of the kinds, those marked as models, and those that the members of these refer to.
    pub(super) fn of(contract: &'a Contract) -> Result<Self> {
        let mut models = Self { contract, declared: BTreeSet::new() };
        let marked = contract.schemas.iter().filter(|schema| schema.is_model);
        let mut open: Vec<&Schema> = marked.collect();
        for asset in models.assets() {
            let names = [&asset.model, &asset.info()];
            open.extend(names.into_iter().filter_map(|name| contract.schema(name)));
        }
        while let Some(schema) = open.pop() {
            if models.declared.insert(&schema.name) {
                let referred = schema.fields.iter().filter_map(|field| models.refers_to(field));
                open.extend(referred);
            }
        }
        Ok(models)
    }

    fn assets(&self) -> impl Iterator<Item = &'a Asset> {
        self.contract.assets().map(|(_, asset)| asset)
    }

    /// The schema that the methods of a member name.
    fn refers_to(&self, field: &Field) -> Option<&'a Schema> {
        field.name.as_ref()?;
        match (field.access.as_deref(), Type::parse(&field.kind)) {
            (Some("raw" | "by-hand"), _) => None,
            (Some(name), _) => self.contract.schema(name),
            (None, Type::Map(_)) => None,
            (None, kind) => kind.schema().and_then(|name| self.contract.schema(name)),
        }
    }

    /// The first kind of asset whose full or slim type a schema is.
    fn asset(&self, schema: &Schema) -> Option<&'a Asset> {
        let model = schema.name.strip_suffix("Info").unwrap_or(&schema.name);
        let is_of = |asset: &&Asset| asset.model == schema.name || asset.model == model;
        self.assets().find(is_of)
    }

    pub(super) fn declared(&self) -> impl Iterator<Item = &'a Schema> {
        self.contract.schemas.iter().filter(|schema| self.declared.contains(schema.name.as_str()))
    }

    fn module(&self, module: &str, title: &str) -> Result<Option<String>> {
        let mut macros = BTreeSet::new();
        let mut schemas = Vec::new();
        for schema in self.declared().filter(|schema| module_of(schema) == module) {
            let call = match schema.kind {
                Kind::Object => "model",
                Kind::Enum if schema.parse.is_empty() => "open_enum",
                Kind::Enum => "closed_enum",
            };
            let asset = self.asset(schema).filter(|asset| asset.model == schema.name);
            macros.extend([Some(call), asset.map(|_| "asset")].into_iter().flatten());
            let unnamed = schema.fields.iter().filter(|field| field.name.is_none());
            let unnamed: Vec<&str> = unnamed.filter_map(|field| field.meaning.as_deref()).collect();
            let kept = "Described without a readable name, and kept like every unknown member";
            let unnamed = (!unnamed.is_empty()).then(|| format!("{kept}: {}.", unnamed.join("; ")));
            let about: Vec<String> = about(schema).into_iter().chain(unnamed).collect();
            schemas.push(context! {
                call,
                about => doc(&about, "    "),
                in_rust => type_name(schema),
                members => self.members(schema)?,
                values => values(schema, str::to_upper_camel_case)?,
                asset => asset.map(Asset::rust_name),
                ..Value::from_serialize(schema)
            });
        }
        let mut names = Vec::new();
        for (schema, in_rust, rule) in NAMES.iter().filter(|_| module == "reporting") {
            if let Some(found) = self.contract.schema(schema) {
                macros.insert("names");
                names.push(context! { schema, in_rust, values => values(found, *rule)? });
            }
        }
        let aliases = self.contract.schema("AttributeName").filter(|_| module == "reporting");
        let aliases = aliases.map(|it| it.values.iter().flat_map(aliases_of).collect::<Vec<_>>());
        if macros.is_empty() {
            return Ok(None);
        }
        let facts = context! { title, macros, schemas, names, aliases };
        fill(include_str!("models.rs.in"), facts).map(Some)
    }

    fn requests(&self, module: &str) -> Result<Option<String>> {
        let mut text = String::new();
        let all = self.contract.schemas.iter();
        for schema in all.filter(|schema| schema.is_request && module_of(schema) == module) {
            text.push_str(&requests::declare(self.contract, schema)?);
        }
        let head = "// Generated by `cargo xtask wire` from docs/contract/schemas; do not edit.\n";
        let about = "//! The requests, member by member.\n";
        Ok((!text.is_empty()).then(|| format!("{head}\n{about}{text}")))
    }

    fn members(&self, schema: &Schema) -> Result<Vec<Value>> {
        let declared = |field: &&Field| field.access.as_deref() != Some("by-hand");
        let named = schema.fields.iter().filter(declared);
        let named = named.filter_map(|field| Some((field, field.name.as_deref()?)));
        let member = |(field, name): (&Field, &str)| {
            let docs = describe_member(schema, field, name, "        ");
            Ok(context! { name, docs, access => self.access(schema, field, name)? })
        };
        named.map(member).collect()
    }

    /// How a member is read and written: its getter and setter, each with the function of the module
    /// `wire` that does it, or their names alone if it is raw JSON.
    fn access(&self, schema: &Schema, field: &Field, name: &str) -> Result<String> {
        let place = format!("{}: {name}", schema.name);
        let asset = self.asset(schema);
        let is_in =
            |of: fn(&Asset) -> &Vec<String>| asset.filter(|a| of(a).iter().any(|n| n == name));
        let (own_id, own_name) = (is_in(|a| &a.id_members), is_in(|a| &a.name_members));
        let is_only = |asset: &Asset| asset.id_members.len() == 1;
        let (own, plain) = match (own_id, own_name) {
            (Some(asset), _) => (Some(asset), "id"),
            (None, Some(asset)) => (Some(asset), "name"),
            (None, None) => (None, ""),
        };
        let get = match (&field.rust, own) {
            (Some(rust), _) => rust.clone(),
            (None, Some(asset)) if is_only(asset) => plain.to_owned(),
            (None, _) => match id_of(name).filter(|_| field.kind == "id") {
                Some(asset) => format!("{}_id", asset.to_snake_case()),
                None => name.to_snake_case(),
            },
        };
        let set = match (&field.setter, own) {
            (Some(setter), _) => setter.clone(),
            (None, Some(asset)) if !is_only(asset) => format!("set_only_{get}"),
            (None, _) => format!("set_{get}"),
        };
        let read_only = field.server_managed || field.reserved;
        let typed = |kind: &str, read: &str, value: &str, write: &str| {
            let setter = (!read_only).then(|| format!(", {set}({value}) = {write}"));
            format!("{get}: {kind} = {read}{}", setter.unwrap_or_default())
        };
        if let Some(other) = self.refers_to(field) {
            let is_list = matches!(Type::parse(&field.kind), Type::List(_));
            let name = type_name(other);
            let read = match (other.kind, is_list) {
                (Kind::Object, true) => {
                    let (list, slice) = (format!("Vec<{name}>"), format!("&[{name}]"));
                    return Ok(typed(&list, "parts", &slice, "set_json"));
                }
                (Kind::Object, false) => "part",
                (Kind::Enum, _) => "value",
            };
            return Ok(typed(name, read, &format!("&{name}"), "set_json"));
        }
        let raw = if read_only { get.clone() } else { format!("{get}, {set}") };
        let decimal = "rust_decimal::Decimal";
        Ok(match Type::parse(&field.kind) {
            _ if field.access.as_deref() == Some("raw") => raw,
            Type::Id => {
                let own = own_id.map(|asset| asset.model.as_str());
                let marker = own.or(field.of.as_deref()).or_else(|| id_of(name));
                let marker = marker.ok_or_else(|| anyhow!("{place}: `of` must say whose id"))?;
                let is_model = self.assets().any(|asset| asset.model == marker);
                ensure!(is_model, "{place}: no kind of asset is a `{marker}`");
                let id = format!("funnelflux_id::Id<funnelflux_id::{marker}>");
                let setter = if own_id.is_some() {
                    format!("{set}({id}) = set_json")
                } else {
                    format!("{set}(Option<{id}>) = set_link")
                };
                format!("{get}: {id} = id | {get}_text, {setter}")
            }
            Type::String | Type::Timestamp => {
                typed("std::borrow::Cow<'_, str>", "text", "&str", "set_json")
            }
            Type::List(item) if *item == Type::String => {
                typed("Vec<String>", "value", "&[String]", "set_json")
            }
            Type::Bool => typed("bool", "flag", "bool", "set_json"),
            Type::Integer | Type::UnixTime => typed("u64", "integer", "u64", "set_json"),
            Type::Number => typed(decimal, "decimal", decimal, "set_number"),
            Type::Decimal | Type::DecimalString => typed(decimal, "decimal", decimal, "set_money"),
            _ => raw,
        })
    }

    /// A macro that calls a check for every model.
    fn each(&self) -> Result<Option<String>> {
        let models = self.declared().filter(|schema| schema.kind == Kind::Object);
        let models: Vec<_> = models.map(|schema| (module_of(schema), type_name(schema))).collect();
        if models.is_empty() {
            return Ok(None);
        }
        fill(include_str!("for_each_model.rs.in"), context! { models }).map(Some)
    }
}

fn module_of(schema: &Schema) -> &str {
    let file = schema.place.split(':').next().unwrap_or_default();
    let of_file = MODULES.iter().find(|(own, ..)| !own.is_empty() && file.ends_with(own));
    schema.module.as_deref().unwrap_or(of_file.map_or(LEDGER, |(_, module, _)| module))
}

pub(super) fn type_name(schema: &Schema) -> &str {
    schema.rust.as_ref().unwrap_or(&schema.name)
}

pub(super) fn describe_member(schema: &Schema, field: &Field, name: &str, indent: &str) -> String {
    let (grade, of_type) = (field.known(), field.type_grade());
    let of_type =
        if of_type == grade { String::new() } else { format!(" (its type: *{of_type}*)") };
    let meaning = sentence(field.meaning.as_deref().unwrap_or("its meaning is unknown"));
    let source = sentence(field.source.as_ref().unwrap_or(&schema.source));
    let managed = if field.server_managed {
        " Managed by the server: left out of what is saved."
    } else if field.reserved {
        " Reserved for the app: sent as it was read, and never written."
    } else {
        ""
    };
    let grade = format!("Grade: *{grade}*{of_type}, {source}{managed}");
    doc(&[format!("`{name}`: {meaning}"), grade], indent)
}

pub(super) fn about(schema: &Schema) -> Vec<String> {
    let grade = format!("Grade: *{}*, {}", schema.grade, sentence(&schema.source));
    schema.meaning.as_deref().map(sentence).into_iter().chain([grade]).collect()
}

fn values(schema: &Schema, rule: Rule) -> Result<Vec<Value>> {
    let value = |given: &EnumValue| {
        let EnumValue { value, grade, source, meaning, kind, .. } = given;
        if schema.name == METRICS {
            let is_kind = matches!(kind.as_deref(), Some("count" | "money" | "ratio" | "text"));
            ensure!(is_kind, "{value}: `kind` must be count, money, ratio or text");
        }
        let about = match meaning {
            Some(meaning) => format!("`{value}`: {}", sentence(meaning)),
            None => format!("`{value}`."),
        };
        let source = sentence(source.as_ref().unwrap_or(&schema.source));
        let docs = doc(&[about, format!("Grade: *{grade}*, {source}")], "        ");
        Ok(context! { docs, rust => name_of(given, rule), ..Value::from_serialize(given) })
    };
    schema.values.iter().map(value).collect()
}

/// Each short name of an attribute, with its constant.
fn aliases_of(value: &EnumValue) -> impl Iterator<Item = (&String, String)> {
    let constant = name_of(value, str::to_shouty_snake_case);
    value.aliases.iter().map(move |alias| (alias, constant.clone()))
}
