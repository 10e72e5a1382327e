//! The declarations of requests: a request and its builder for each schema with `request`. What a
//! request must keep beyond its members is written by hand, as its method `check`.

use std::fmt::Write as _;

use anyhow::anyhow;
use heck::ToSnakeCase as _;

use super::models::{about, describe_member, type_name};
use super::prose::doc;
use crate::Result;
use crate::contract::{Contract, Field, Schema, Type};

/// The parts of a declaration, filled member by member.
#[derive(Default)]
struct Parts {
    /// Of the builder's constructor.
    arguments: Vec<String>,
    fields: String,
    values: String,
    /// The members, written to the map of the request.
    written: String,
    shown: String,
    getters: String,
    setters: String,
    /// The members that `extra` must not repeat.
    known: Vec<String>,
}

/// Declares the request of a schema.
pub(super) fn declare(contract: &Contract, schema: &Schema) -> Result<String> {
    let mut parts = Parts::default();
    for field in &schema.fields {
        parts.add(contract, schema, field)?;
    }
    let mut begin = "pub fn builder";
    if schema.options {
        let options = format!("super::{}Options", type_name(schema));
        if schema.constructor_by_hand {
            begin = "pub(super) fn begin";
            parts.shown.push_str("            .field(\"options\", &self.options)\n");
            parts.arguments.push(format!("options: {options}"));
            parts.field("options", &options, "options");
        } else {
            parts.field("options", &options, &format!("{options}::default()"));
        }
    }
    // A range alone keeps its rules itself.
    let check = if parts.setters.is_empty() && !schema.options {
        ""
    } else {
        "        self.request.check(&mut violations);\n"
    };
    Ok(format!(
        include_str!("request.rs.in"),
        arguments = parts.arguments.join(", "),
        begin = begin,
        check = check,
        docs = doc(&about(schema), ""),
        fields = parts.fields,
        getters = parts.getters,
        known = parts.known.join(", "),
        name = type_name(schema),
        setters = parts.setters,
        shown = parts.shown,
        values = parts.values,
        written = parts.written,
    ))
}

impl Parts {
    fn add(&mut self, contract: &Contract, schema: &Schema, field: &Field) -> Result<()> {
        let Some(wire) = &field.name else { return Ok(()) };
        // A raw member is left to `extra`.
        if field.access.as_deref() == Some("raw") {
            return Ok(());
        }
        self.known.push(format!("{wire:?}"));
        let name = field.rust.clone().unwrap_or_else(|| wire.to_snake_case());
        let kind = Type::parse(&field.kind);
        if kind == Type::Timestamp {
            self.range();
            return Ok(());
        }
        let (shown, described) = if field.personal {
            (format!("self.{name}.as_ref().map(Vec::len)"), format!("{wire} (count)"))
        } else {
            (format!("self.{name}"), wire.clone())
        };
        let _ = writeln!(self.shown, "            .field({described:?}, &{shown})");
        let docs = format!("\n{}", describe_member(schema, field, wire, "    "));
        let getter = |kind: &str, value: &str| {
            format!(
                "{docs}    #[inline]\n    pub fn {name}(&self) -> {kind} {{\n        {value}\n    }}\n"
            )
        };
        let setter = |name: &str, arguments: &str, body: &str| {
            format!(
                "{docs}    #[inline]\n    pub fn {name}(mut self{arguments}) -> Self {{\n        \
                 self.request.{body};\n        self\n    }}\n"
            )
        };
        let mut setters = String::new();
        let (mut written, mut optional) = (format!("&self.{name}"), false);
        let mut scalar =
            |parts: &mut Self, kind: &str, initial: &str, argument: &str, value: &str| {
                parts.getters.push_str(&getter(kind, &format!("self.{name}")));
                parts.field(&name, kind, initial);
                setters = setter(&name, argument, &format!("{name} = {value}"));
            };
        match (&kind, &field.holds) {
            (Type::Bool, _) => scalar(self, "bool", "false", "", "true"),
            (Type::Integer, _) => {
                let initial = field.initial.as_deref().unwrap_or("0");
                scalar(self, "u64", initial, ", value: u64", "value");
            }
            (Type::DecimalString, _) => {
                let amount = "rust_decimal::Decimal";
                self.getters.push_str(&getter(amount, &format!("self.{name}")));
                written = format!("&super::amount::spelled(self.{name})");
                self.field(&name, amount, "rust_decimal::Decimal::ZERO");
            }
            (Type::Decimal, _) => {
                let amount = "Option<rust_decimal::Decimal>";
                written = format!("&self.{name}.map(super::amount::JsonNumber)");
                scalar(self, amount, "None", ", amount: rust_decimal::Decimal", "Some(amount)");
            }
            (Type::List(item), holds) => {
                let (item, converts) = match (item.as_ref(), holds) {
                    (_, Some(holds)) => (holds.clone(), false),
                    (Type::Id, _) => {
                        let of = field.of.as_ref();
                        let of = of.ok_or_else(|| anyhow!("{wire}: `of` must say whose ids"))?;
                        (format!("funnelflux_id::Id<funnelflux_id::{of}>"), false)
                    }
                    (Type::Schema(name), _) => {
                        let name = contract.schema(name).map_or(name.as_str(), type_name);
                        (format!("super::{name}"), true)
                    }
                    _ => ("String".to_owned(), true),
                };
                let list = format!("self.{name}.as_deref().unwrap_or_default()");
                written.clone_from(&list);
                self.getters.push_str(&getter(&format!("&[{item}]"), &list));
                let (items, each) = if converts {
                    (format!("impl Into<{item}>"), "items.into_iter().map(Into::into)")
                } else {
                    (item.clone(), "items")
                };
                let list = format!("{name}.get_or_insert_default()");
                let many = format!(", items: impl IntoIterator<Item = {items}>");
                setters = setter(&name, &many, &format!("{list}.extend({each})"));
                if let Some(one) = &field.one {
                    let body = format!("{list}.push(item.into())");
                    setters.push_str(&setter(one, &format!(", item: impl Into<{item}>"), &body));
                }
                self.field(&name, &format!("Option<Vec<{item}>>"), "None");
            }
            (_, Some(holds)) => {
                if field.initial.is_none() {
                    optional = true;
                }
                let initial = format!("{holds}::default()");
                self.field(&name, holds, field.initial.as_ref().unwrap_or(&initial));
            }
            (Type::Schema(kind), None) => {
                let kind = format!("super::{kind}");
                if let Some(initial) = &field.initial {
                    self.getters.push_str(&getter(&format!("&{kind}"), &format!("&self.{name}")));
                    self.field(&name, &kind, initial);
                } else {
                    self.getters.push_str(&getter(&kind, &format!("self.{name}")));
                    self.arguments.push(format!("{name}: {kind}"));
                    self.field(&name, &kind, &name);
                }
            }
            _ => return Err(anyhow!("{}: {wire}: no member of a request", schema.name)),
        }
        let written = format!("map.serialize_entry({wire:?}, {written})?;");
        let _ = if optional {
            writeln!(
                self.written,
                "        if !self.{name}.is_empty() {{\n            {written}\n        }}"
            )
        } else {
            writeln!(self.written, "        {written}")
        };
        if field.access.is_none() {
            self.setters.push_str(&setters);
        }
        Ok(())
    }

    /// The two times of a request are one range.
    fn range(&mut self) {
        if self.arguments.iter().any(|argument| argument.starts_with("range")) {
            return;
        }
        self.arguments.push("range: crate::time::TimeRange".to_owned());
        self.written.push_str("        crate::time::members(&self.range, &mut map)?;\n");
        self.field("range", "crate::time::TimeRange", "range");
        self.shown.push_str("            .field(\"range\", &self.range)\n");
        self.getters.push_str(include_str!("request_range.rs.in"));
    }

    fn field(&mut self, name: &str, kind: &str, value: &str) {
        let _ = writeln!(self.fields, "    pub(super) {name}: {kind},");
        let value = if name == value { String::new() } else { format!(": {value}") };
        let _ = writeln!(self.values, "            {name}{value},");
    }
}
