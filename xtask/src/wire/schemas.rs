//! The table of schemas.

use minijinja::{Value, context};

use super::template::fill;
use crate::Result;
use crate::contract::{Contract, Schema};

pub(super) fn render(contract: &Contract) -> Result<String> {
    let mut schemas: Vec<&Schema> = contract.schemas.iter().collect();
    schemas.sort_by(|a, b| a.name.cmp(&b.name));
    let schemas: Vec<Value> = schemas.into_iter().map(item).collect();
    fill(include_str!("schemas.rs.in"), context! { schemas })
}

fn item(schema: &Schema) -> Value {
    let fields = schema.fields.iter().map(|field| {
        let (known, of_type) = (field.known(), field.type_grade());
        context! { known, of_type, ..Value::from_serialize(field) }
    });
    context! { fields => fields.collect::<Vec<_>>(), ..Value::from_serialize(schema) }
}
