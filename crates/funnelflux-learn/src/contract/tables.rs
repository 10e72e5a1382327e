//! The contract as it is built in: what comparing needs of the generated tables.

use funnelflux_contract::{
    Member, Operation as Built, Schema as Shapes, Shape as Body, operations,
};

use super::{Contract, EnumValue, Field, Kind, Method, Operation, Query, Schema, Section, Shape};

impl Contract {
    /// Makes one of the tables, for a program that does not have the files.
    pub fn built_in() -> Self {
        let all = [
            ("auth", operations::auth::ALL),
            ("billing", operations::billing::ALL),
            ("reporting", operations::reporting::ALL),
            ("ledger", operations::ledger::ALL),
        ];
        let section = |(name, all): (&str, &[&Built])| Section {
            name: name.to_owned(),
            operations: all.iter().map(|built| operation(built)).collect(),
            ..Section::default()
        };
        Self {
            sections: all.into_iter().map(section).collect(),
            schemas: Shapes::all().iter().map(|built| schema(built)).collect(),
            ..Self::default()
        }
    }
}

fn operation(built: &Built) -> Operation {
    Operation {
        id: built.id().to_owned(),
        title: built.title().to_owned(),
        method: match built.method().as_str() {
            "POST" => Method::Post,
            "PUT" => Method::Put,
            "DELETE" => Method::Delete,
            _ => Method::Get,
        },
        path: built.path().to_owned(),
        grade: built.grade(),
        method_grade: built.grade(),
        path_grade: built.path_grade(),
        alternatives: owned(built.alternatives()),
        query: built.query().iter().map(query).collect(),
        body: shape(built.body()),
        body_required: true,
        token_required: true,
        response: shape(built.response()),
        idempotency: built.idempotency(),
        weight: built.weight(),
        source: built.source().to_owned(),
        path_source: built.source().to_owned(),
        notes: None,
    }
}

fn query(built: &Member) -> Query {
    Query {
        name: built.name.to_owned(),
        kind: built.kind.to_owned(),
        required: built.required,
        required_grade: built.required_grade,
        grade: built.grade,
        type_grade: built.type_grade,
        alternatives: owned(built.alternatives),
        source: built.source.to_owned(),
        notes: None,
    }
}

fn shape(built: Body) -> Shape {
    match built {
        Body::None { grade } => Shape::None { grade },
        Body::Known { kind, grade } => Shape::Schema { name: kind.to_owned(), grade },
        _ => Shape::Unknown,
    }
}

fn schema(built: &Shapes) -> Schema {
    let field = |member: &Member| Field {
        name: Some(member.name.to_owned()),
        kind: member.kind.to_owned(),
        grade: member.grade,
        own_type_grade: Some(member.type_grade),
        required: member.required.then_some(true),
        meaning: Some(member.meaning.to_owned()).filter(|text| !text.is_empty()),
        ..Field::default()
    };
    let values = built.values.iter().map(|known| EnumValue {
        value: known.value.to_owned(),
        grade: known.grade,
        ..EnumValue::default()
    });
    Schema {
        name: built.name.to_owned(),
        kind: if built.values.is_empty() { Kind::Object } else { Kind::Enum },
        fields: built.members.iter().map(field).collect(),
        values: values.collect(),
        ..Schema::default()
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}
