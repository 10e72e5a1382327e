//! The words of the API that say nothing about a person or an account.

use std::collections::BTreeSet;

use minijinja::context;

use super::template::fill;
use crate::Result;
use crate::contract::{Contract, Group, Holds, Type};

pub(super) fn render(contract: &Contract) -> Result<String> {
    let [mut members, mut figures, mut word_members] = [(); 3].map(|()| BTreeSet::new());
    // Members that hold something else than figures in one schema at least.
    let mut others = BTreeSet::new();
    for (name, kind) in contract.members() {
        members.insert(name);
        let mut kind = Type::parse(kind);
        while let Type::List(inner) | Type::Map(inner) = kind {
            kind = *inner;
        }
        match kind {
            Type::Integer | Type::Number | Type::Decimal | Type::DecimalString => &mut figures,
            Type::Schema(schema) if contract.is_enum(&schema) => &mut word_members,
            _ => &mut others,
        }
        .insert(name);
    }
    let values = || contract.schemas.iter().flat_map(|schema| &schema.values);
    // A metric is a column of a report, too.
    for metric in values().filter(|value| value.kind.is_some()) {
        members.insert(&metric.value);
        if metric.kind.as_deref() != Some("text") {
            figures.insert(&metric.value);
        }
    }
    let mut path_words = BTreeSet::new();
    for segment in contract.segments() {
        match segment.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) => members.insert(name),
            None => path_words.insert(segment),
        };
    }
    figures.retain(|name| !others.contains(name));
    let vocabulary = &contract.vocabulary;
    for Group { names, holds, .. } in &vocabulary.groups {
        let names = names.iter().map(String::as_str);
        members.extend(names.clone());
        match holds {
            Holds::Text => {}
            Holds::Figure => figures.extend(names),
            Holds::Word => word_members.extend(names),
        }
    }
    let values: BTreeSet<&str> = values().map(|value| value.value.as_str()).collect();
    let [harmless, stopped_query] = [&vocabulary.harmless, &vocabulary.stopped_query]
        .map(|words| words.iter().collect::<BTreeSet<_>>());
    let facts = context! {
        members, figures, word_members, values, path_words, harmless, stopped_query,
    };
    fill(include_str!("vocabulary.rs.in"), facts)
}
