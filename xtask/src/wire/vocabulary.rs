//! The words of the API that say nothing about a person or an account.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::module;
use crate::contract::{Content, Contract, Field, Group, Holds, Type};

#[derive(Default)]
struct Words<'a> {
    members: BTreeSet<&'a str>,
    figures: BTreeSet<&'a str>,
    /// Members that hold something else than figures in one schema at least.
    others: BTreeSet<&'a str>,
    word_members: BTreeSet<&'a str>,
    values: BTreeSet<&'a str>,
    path_words: BTreeSet<&'a str>,
    harmless: BTreeSet<&'a str>,
    stopped_query: BTreeSet<&'a str>,
}

pub(super) fn render(contract: &Contract) -> String {
    let words = Words::of(contract);
    let mut text = String::from(
        "//! The words of the API.\n\n\
         use crate::Vocabulary;\n\n\
         /// The words of the API that say nothing about a person or an account.\n\
         pub static VOCABULARY: Vocabulary = Vocabulary {\n",
    );
    for (name, words) in [
        ("members", &words.members),
        ("figures", &words.figures),
        ("word_members", &words.word_members),
        ("values", &words.values),
        ("path_words", &words.path_words),
        ("harmless", &words.harmless),
        ("stopped_query", &words.stopped_query),
    ] {
        let _ = writeln!(text, "    {name}: &{:?},", words.iter().collect::<Vec<_>>());
    }
    text.push_str("};\n");
    module(&text)
}

impl<'a> Words<'a> {
    fn of(contract: &'a Contract) -> Self {
        let mut words = Self::default();
        let enums: BTreeSet<&str> = contract
            .schemas
            .iter()
            .filter(|schema| matches!(schema.content, Content::Enum(_)))
            .map(|schema| schema.name.as_str())
            .collect();
        for schema in &contract.schemas {
            for Field { name, kind, .. } in schema.fields() {
                if let Some(name) = name {
                    words.member(name, kind, &enums);
                }
            }
            if let Content::Enum(values) = &schema.content {
                words.values.extend(values.iter().map(|value| value.value.as_str()));
                // A metric is a column of a report, too.
                let metrics = values.iter().filter(|value| value.kind.is_some());
                for metric in metrics {
                    words.members.insert(&metric.value);
                    if metric.kind.as_deref() != Some("text") {
                        words.figures.insert(&metric.value);
                    }
                }
            }
        }
        for operation in contract.operations() {
            for query in &operation.query {
                words.member(&query.name, &query.kind, &enums);
                for other in &query.alternatives {
                    words.member(other, &query.kind, &enums);
                }
            }
            for path in std::iter::once(&operation.path).chain(&operation.alternatives) {
                for segment in path.split('/').filter(|segment| !segment.is_empty()) {
                    match segment.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                        Some(name) => words.members.insert(name),
                        None => words.path_words.insert(segment),
                    };
                }
            }
        }
        words.figures.retain(|name| !words.others.contains(name));
        for Group { names, holds } in &contract.vocabulary.groups {
            let names = names.iter().map(String::as_str);
            words.members.extend(names.clone());
            match holds {
                Holds::Text => {}
                Holds::Figure => words.figures.extend(names),
                Holds::Word => words.word_members.extend(names),
            }
        }
        words.harmless.extend(contract.vocabulary.harmless.iter().map(String::as_str));
        let phrases = contract.vocabulary.stopped_query.iter();
        words.stopped_query.extend(phrases.map(String::as_str));
        words
    }

    fn member(&mut self, name: &'a str, kind: &str, enums: &BTreeSet<&str>) {
        self.members.insert(name);
        let mut kind = Type::parse(kind);
        while let Type::List(inner) | Type::Map(inner) = kind {
            kind = *inner;
        }
        match kind {
            Type::Integer | Type::Number | Type::Decimal | Type::DecimalString => {
                self.figures.insert(name);
            }
            Type::Schema(schema) if enums.contains(schema.as_str()) => {
                self.word_members.insert(name);
            }
            _ => {
                self.others.insert(name);
            }
        }
    }
}
