//! The declarations of requests: a request and its builder for each schema with `request`. What a
//! request must keep beyond its members is written by hand, as its method `check`.

use anyhow::anyhow;
use heck::ToSnakeCase as _;
use minijinja::context;
use serde::Serialize;

use super::models::{about, describe_member, type_name};
use super::prose::doc;
use super::template::fill;
use crate::Result;
use crate::contract::{Contract, Field, Schema, Type};

#[derive(Default, Serialize)]
struct Member {
    name: String,
    kind: String,
    /// The value at first; without one the builder's constructor takes it.
    initial: Option<String>,
    docs: String,
    /// What `Debug` shows, and the name of that.
    shown: String,
    label: String,
    /// Its type and its value.
    getter: Option<(String, String)>,
    /// Each with its name, its arguments and what it does.
    setters: Vec<[String; 3]>,
    /// The name on the wire, and the value there; an empty optional one is left out.
    wire: String,
    written: String,
    is_optional: bool,
}

pub(super) fn declare(contract: &Contract, schema: &Schema) -> Result<String> {
    let mut members: Vec<Member> = Vec::new();
    // Those that `extra` must not repeat; a raw member is left to it.
    let mut known = Vec::new();
    for field in schema.fields.iter().filter(|field| field.access.as_deref() != Some("raw")) {
        let Some(wire) = &field.name else { continue };
        known.push(wire);
        if Type::parse(&field.kind) != Type::Timestamp {
            members.push(Member::of(contract, schema, field, wire)?);
        } else if !members.iter().any(|member| member.name == "range") {
            // The two times of a request are one range.
            members.push(Member::new("range", "crate::time::TimeRange"));
        }
    }
    let is_by_hand = schema.options && schema.constructor_by_hand;
    if schema.options {
        let mut options = Member::new("options", &format!("super::{}Options", type_name(schema)));
        if !is_by_hand {
            options.initial = Some(format!("{}::default()", options.kind));
            options.label.clear();
        }
        members.push(options);
    }
    // A range alone keeps its rules itself.
    let has_rules = schema.options || members.iter().any(|member| !member.setters.is_empty());
    let facts = context! {
        docs => doc(&about(schema), ""),
        name => type_name(schema),
        begin => if is_by_hand { "pub(super) fn begin" } else { "pub fn builder" },
        has_rules, known, members,
    };
    fill(include_str!("request.rs.in"), facts)
}

impl Member {
    fn new(name: &str, kind: &str) -> Self {
        let (name, kind) = (name.to_owned(), kind.to_owned());
        Self { shown: format!("self.{name}"), label: name.clone(), name, kind, ..Self::default() }
    }

    fn of(contract: &Contract, schema: &Schema, field: &Field, wire: &str) -> Result<Self> {
        let name = field.rust.clone().unwrap_or_else(|| wire.to_snake_case());
        let own = format!("self.{name}");
        let mut member = Self::new(&name, "");
        member.docs = describe_member(schema, field, wire, "    ");
        (member.wire, member.written) = (wire.to_owned(), format!("&{own}"));
        (member.shown, member.label) = match field.personal {
            true => (format!("{own}.as_ref().map(Vec::len)"), format!("{wire} (count)")),
            false => (own.clone(), wire.to_owned()),
        };
        let initial = field.initial.as_deref();
        match (Type::parse(&field.kind), &field.holds) {
            (Type::Bool, _) => member.scalar("bool", "false", Some(("", "true"))),
            (Type::Integer, _) => {
                member.scalar("u64", initial.unwrap_or("0"), Some((", value: u64", "value")));
            }
            (Type::DecimalString, _) => {
                member.scalar("rust_decimal::Decimal", "rust_decimal::Decimal::ZERO", None);
                member.written = format!("&super::amount::spelled({own})");
            }
            (Type::Decimal, _) => {
                let setter = Some((", amount: rust_decimal::Decimal", "Some(amount)"));
                member.scalar("Option<rust_decimal::Decimal>", "None", setter);
                member.written = format!("&{own}.map(super::amount::JsonNumber)");
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
                member.written = format!("{own}.as_deref().unwrap_or_default()");
                member.getter = Some((format!("&[{item}]"), member.written.clone()));
                let (items, each) = if converts {
                    (format!("impl Into<{item}>"), "items.into_iter().map(Into::into)")
                } else {
                    (item.clone(), "items")
                };
                let list = format!("{name}.get_or_insert_default()");
                let many = format!(", items: impl IntoIterator<Item = {items}>");
                member.setters.push([name, many, format!("{list}.extend({each})")]);
                member.setters.extend(field.one.as_ref().map(|one| {
                    let argument = format!(", item: impl Into<{item}>");
                    [one.clone(), argument, format!("{list}.push(item.into())")]
                }));
                member.kind = format!("Option<Vec<{item}>>");
                member.initial = Some("None".to_owned());
            }
            (_, Some(holds)) => {
                member.is_optional = initial.is_none();
                member.kind.clone_from(holds);
                let initial = initial.map_or_else(|| format!("{holds}::default()"), str::to_owned);
                member.initial = Some(initial);
            }
            (Type::Schema(kind), None) => {
                member.kind = format!("super::{kind}");
                member.initial.clone_from(&field.initial);
                let by = if initial.is_some() { "&" } else { "" };
                member.getter = Some((format!("{by}{}", member.kind), format!("{by}{own}")));
            }
            _ => return Err(anyhow!("{}: {wire}: no member of a request", schema.name)),
        }
        if field.access.is_some() {
            member.setters.clear();
        }
        Ok(member)
    }

    /// A member that is copied, and its setter: the arguments and the new value.
    fn scalar(&mut self, kind: &str, initial: &str, setter: Option<(&str, &str)>) {
        (self.kind, self.initial) = (kind.to_owned(), Some(initial.to_owned()));
        self.getter = Some((kind.to_owned(), format!("self.{}", self.name)));
        let setter = setter.map(|(arguments, value)| {
            let body = format!("{} = {value}", self.name);
            [self.name.clone(), arguments.to_owned(), body]
        });
        self.setters.extend(setter);
    }
}
