//! The names in Rust of what the contract names, and those that Rust would refuse.

use std::collections::BTreeMap;

use heck::{ToShoutySnakeCase as _, ToSnakeCase as _, ToUpperCamelCase as _};

use super::coverage::commands::OPERATIONS;
use super::models::{Models, type_name};
use crate::Result;
use crate::contract::{Contract, EnumValue, Field, Schema};

const KEYWORDS: &str = "abstract as async await become box break const continue crate do dyn else \
enum extern false final fn for gen if impl in let loop macro match mod move mut override priv pub ref \
return self Self static struct super trait true try type typeof unsafe unsized use virtual where while \
yield";

pub(super) type Rule = fn(&str) -> String;

pub(super) const METRICS: &str = "MetricName";
/// The schemas of names, with the type that has a constant for each, and the rule for its name.
pub(super) const NAMES: &[(&str, &str, Rule)] = &[
    (METRICS, "Metric", snake_of_camel),
    ("AttributeName", "Attribute", str::to_shouty_snake_case),
];

/// Everything that Rust would refuse, or that two names of the contract would both be called.
pub(super) fn check(contract: &Contract) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    let mut kinds = Scope::new("a kind of asset");
    for (command, _) in OPERATIONS {
        let command = command.split(' ').next().unwrap_or_default();
        kinds.taken.insert(command.to_owned(), format!("the command `ffx {command}`"));
    }
    for (_, asset) in contract.assets() {
        kinds.take(&asset.name, &asset.name.replace('-', "_"), &mut wrong);
    }
    let models = Models::of(contract)?;
    let mut types = Scope::new("a schema");
    for schema in models.declared() {
        types.take(&schema.name, type_name(schema), &mut wrong);
        let mut getters = Scope::new(format!("a member of {}", schema.name));
        let by_rule = |field: &&Field| field.access.as_deref() != Some("by-hand");
        for field in schema.fields.iter().filter(by_rule) {
            let Some(name) = &field.name else { continue };
            let rust = field.rust.clone().unwrap_or_else(|| name.to_snake_case());
            getters.take(name, &rust, &mut wrong);
        }
        let mut variants = Scope::new(format!("a value of {}", schema.name));
        let unlisted = "every value that is not listed";
        variants.taken.insert("unknown".to_owned(), unlisted.to_owned());
        variants.take_all(schema, str::to_upper_camel_case, &mut wrong);
    }
    for (name, _, rule) in NAMES {
        if let Some(schema) = contract.schema(name) {
            Scope::new(format!("a value of {name}")).take_all(schema, *rule, &mut wrong);
        }
    }
    Ok(wrong)
}

/// The names of one sort, in small letters, each with what has it.
struct Scope {
    what: String,
    taken: BTreeMap<String, String>,
}

impl Scope {
    fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), taken: BTreeMap::new() }
    }

    fn take_all(&mut self, schema: &Schema, rule: Rule, wrong: &mut Vec<String>) {
        for value in &schema.values {
            self.take(&value.value, &name_of(value, rule), wrong);
        }
    }

    fn take(&mut self, name: &str, rust: &str, wrong: &mut Vec<String>) {
        let what = &self.what;
        let mut letters = rust.chars();
        let is_name = letters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
            && letters.all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !is_name || KEYWORDS.split(' ').any(|word| word == rust) {
            let why = format!("`{rust}` is no name in Rust; give it another by the key `rust`");
            wrong.push(format!("\"{name}\", {what}: {why}"));
        }
        if let Some(other) = self.taken.insert(rust.to_lowercase(), format!("\"{name}\"")) {
            wrong.push(format!("\"{name}\", {what}: {other} has the name `{rust}` too"));
        }
    }
}

pub(super) fn name_of(value: &EnumValue, rule: Rule) -> String {
    value.rust.clone().unwrap_or_else(|| rule(&value.value))
}

/// The asset in `idAsset`.
pub(super) fn id_of(name: &str) -> Option<&str> {
    name.strip_prefix("id").filter(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
}

/// `customEvent1Count` as `CUSTOM_EVENT_1_COUNT`.
fn snake_of_camel(name: &str) -> String {
    let mut constant = String::new();
    let mut before = '_';
    for c in name.chars() {
        let starts = (c.is_ascii_uppercase() || c.is_ascii_digit()) && before.is_ascii_lowercase();
        if starts || (before.is_ascii_digit() && !c.is_ascii_digit()) {
            constant.push('_');
        }
        constant.push(c.to_ascii_uppercase());
        before = c;
    }
    constant
}
