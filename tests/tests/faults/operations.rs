//! The operations of the contract: the class of each, and a call of it with a body that the contract
//! describes.

use funnelflux::operations;
use funnelflux::prelude::FunnelFlux;
use funnelflux::transport::{CallBuilder, CallOptions, Idempotency, Operation, Weight};
use funnelflux_contract::Schema;
use serde_json::{Map, Value, json};

use crate::ACCESS;
use crate::table::{Cell, Expected};

const ID: &str = "2nIemJxCKbFX";
/// The bytes of an answer that the matrix lets a read take; a real one takes more.
const MOST_OF_READ: usize = 2 * 1024 * 1024;

/// What decides how a fault ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    Read,
    Report,
    Repeatable,
    Create,
    Queued,
    Once,
    Token,
    Refresh,
}

impl Class {
    pub(crate) const ALL: [Self; 8] = [
        Self::Read,
        Self::Report,
        Self::Repeatable,
        Self::Create,
        Self::Queued,
        Self::Once,
        Self::Token,
        Self::Refresh,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Report => "report",
            Self::Repeatable => "repeatable write",
            Self::Create => "create",
            Self::Queued => "queued write",
            Self::Once => "write, once",
            Self::Token => "token",
            Self::Refresh => "refresh",
        }
    }

    pub(crate) fn of(operation: &Operation) -> Option<Self> {
        if operation.id().starts_with("auth.") {
            return Some(Self::Token);
        }
        match (operation.idempotency(), operation.weight()) {
            (Idempotency::Safe, Weight::Light) => Some(Self::Read),
            (Idempotency::Safe, Weight::Report) => Some(Self::Report),
            (Idempotency::Idempotent, _) => Some(Self::Repeatable),
            (Idempotency::CallerKeyed, _) => Some(Self::Create),
            (Idempotency::QueuedSideEffect, _) => Some(Self::Queued),
            (Idempotency::NotIdempotent, _) => Some(Self::Once),
            // A class that the contract learns later: the matrix names the operation.
            _ => None,
        }
    }

    pub(crate) fn expects(self, expected: &Expected) -> Cell {
        match self {
            Self::Read => expected.read,
            Self::Report => expected.report,
            Self::Repeatable => expected.repeatable,
            Self::Create => expected.create,
            Self::Queued => expected.queued,
            Self::Once => expected.once,
            Self::Token => expected.token,
            Self::Refresh => expected.refresh,
        }
    }

    pub(crate) fn reads(self) -> bool {
        matches!(self, Self::Read | Self::Report)
    }

    /// Whether the client itself may send the request again after a lost answer.
    pub(crate) fn may_be_repeated(self) -> bool {
        self.reads() || self == Self::Repeatable
    }
}

/// A subject of the matrix: an operation of the contract, or the refresh of an expired token before
/// one.
#[derive(Clone, Copy)]
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    pub(crate) class: Class,
    pub(crate) operation: &'static Operation,
}

/// Lists every operation of the contract, and a refresh before a read and before a write.
///
/// # Panics
/// When an operation has no class.
pub(crate) fn subjects() -> Vec<Subject> {
    let refreshes = [
        ("refresh before a read", "reporting.attributes"),
        ("refresh before a write", "reporting.conversions.update"),
    ]
    .map(|(name, id)| Subject {
        name,
        class: Class::Refresh,
        operation: operations::find_by_id(id).unwrap(),
    });
    let of_contract = operations::all().map(|operation| Subject {
        name: operation.id(),
        class: Class::of(operation).unwrap_or_else(|| panic!("{} has no class", operation.id())),
        operation,
    });
    of_contract.chain(refreshes).collect()
}

/// A call of the operation, with every parameter and a body of known members.
pub(crate) fn call<'a>(client: &'a FunnelFlux, subject: &Subject) -> CallBuilder<'a> {
    let operation = subject.operation;
    let mut call = client.call(operation);
    for name in operation.path().split('{').skip(1).filter_map(|part| part.split('}').next()) {
        call = call.path_param(name, ID);
    }
    for parameter in operation.query() {
        call = call.query(parameter.name, text_of(&sample(parameter.kind, 0)));
    }
    if let Some(schema) = operation.body().schema() {
        let object = object(schema, 0);
        call = call.json(&if operation.body().is_list() { json!([object]) } else { object });
    }
    match subject.class {
        Class::Read | Class::Report => {
            call.with_options(CallOptions::new().with_max_response_bytes(MOST_OF_READ))
        }
        Class::Token => call
            .with_options(CallOptions::new().with_own_authorization())
            .header("authorization", &format!("Bearer {ACCESS}")),
        _ => call,
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

/// A value of a kind, in the contract's words.
fn sample(kind: &str, depth: usize) -> Value {
    if let Some(item) = kind.strip_suffix("[]") {
        return json!([sample(item, depth)]);
    }
    match kind {
        "string" => json!("x"),
        "id" | "id-list" => json!(ID),
        "bool" => json!(true),
        "integer" => json!(1),
        "number" => json!(1.5),
        "decimal" => json!("1.00"),
        "unknown" | "object" => Value::Null,
        map if map.starts_with("map<") => json!({}),
        schema if Schema::find(schema).is_some() => object(schema, depth),
        // A text of a certain form, such as a timestamp: no fault looks at it.
        _ => json!("x"),
    }
}

fn object(schema: &str, depth: usize) -> Value {
    let schema = Schema::find(schema).unwrap_or_else(|| panic!("no schema {schema}"));
    if let Some(first) = schema.values.first() {
        return json!(first.value);
    }
    // Schemas refer to themselves.
    if depth > 2 {
        return json!({});
    }
    let members = schema.members.iter().filter(|member| !member.server_managed);
    let members = members.map(|it| (it.name.to_owned(), sample(it.kind, depth + 1)));
    Value::Object(members.collect::<Map<_, _>>())
}
