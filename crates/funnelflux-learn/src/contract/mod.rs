//! The contract: every operation and schema, as data, with how surely each fact is known.

mod asset;
mod evidence;
mod kind;
mod operation;
mod reader;
mod schema;
#[cfg(test)]
mod tests;
mod vocabulary;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

pub use asset::{Asset, Marker};
pub use evidence::{Evidence, Fact};
pub use kind::Type;
pub use operation::{Operation, Query, Shape, Unreadable};
pub use schema::{Content, EnumValue, Field, Schema};
pub use vocabulary::{Foreign, Group, Holds, Vocabulary};
pub use words::{Grade, Weight, Word, repeat};

use crate::error::{Error, Result};
use reader::{Reader, Violations};
use words::Method;

/// The sections, in the order of the vendor's reference.
pub const SECTIONS: &[&str] = &["auth", "billing", "reporting", "ledger"];

/// A file of the contract: its path below the root of the workspace, and its text.
pub struct SourceFile {
    pub name: String,
    pub text: String,
}

#[derive(Debug)]
pub struct Contract {
    pub sections: Vec<Section>,
    /// In the order of the files' names, and in the files' own.
    pub schemas: Vec<Schema>,
    pub vocabulary: Vocabulary,
    pub evidence: Vec<Evidence>,
}

#[derive(Debug)]
pub struct Section {
    pub file: String,
    pub name: String,
    pub title: String,
    pub operations: Vec<Operation>,
    pub assets: Vec<Asset>,
    pub markers: Vec<Marker>,
    pub unreadable: Vec<Unreadable>,
}

impl Contract {
    /// Reads and checks `docs/contract`; the failure lists every violation.
    pub fn load(root: &Path) -> Result<Self> {
        Self::parse(&Self::files(root)?).map_err(|violations| {
            let count = violations.len();
            Error::new(format!("{}\n{count} violation(s) in the contract", violations.join("\n")))
        })
    }

    /// The text of every file of `docs/contract`.
    pub fn files(root: &Path) -> Result<Vec<SourceFile>> {
        let mut files = Vec::new();
        for folder in ["docs/contract", "docs/contract/schemas"] {
            let folder_path = root.join(folder);
            let entries =
                std::fs::read_dir(&folder_path).map_err(|error| Error::io(&folder_path, &error))?;
            for entry in entries {
                let path = entry.map_err(|error| Error::io(&folder_path, &error))?.path();
                let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
                if path.extension().is_none_or(|extension| extension != "toml") {
                    continue;
                }
                let name = format!("{folder}/{name}");
                let text =
                    std::fs::read_to_string(&path).map_err(|error| Error::io(&path, &error))?;
                files.push(SourceFile { name, text });
            }
        }
        Ok(files)
    }

    /// Every operation, in the order of the sections.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.sections.iter().flat_map(|section| &section.operations)
    }

    /// Parses and checks the files, in any order.
    pub fn parse(files: &[SourceFile]) -> std::result::Result<Self, Vec<String>> {
        let log = Violations::default();
        let mut sections = Vec::new();
        let mut schemas = Vec::new();
        let mut vocabulary = Vocabulary::default();
        let mut evidence = Vec::new();
        let mut files: Vec<&SourceFile> = files.iter().collect();
        files.sort_by(|a, b| a.name.cmp(&b.name));
        for file in files {
            let table = match file.text.parse::<toml::Table>() {
                Ok(table) => table,
                Err(error) => {
                    log.add(&file.name, error.to_string().trim_end());
                    continue;
                }
            };
            let top = Reader::new(&table, file.name.clone(), &log);
            if file.name.contains("/schemas/") {
                top.text("title");
                let type_grade = top.optional_word("type_grade");
                let own = top.entries::<Schema>("schema").into_iter();
                schemas.extend(own.map(|schema| schema.with_type_grades(type_grade)));
            } else if file.name.ends_with("/vocabulary.toml") {
                vocabulary = Vocabulary::read(&top);
            } else if file.name.ends_with("/evidence.toml") {
                evidence = top.entries("evidence");
            } else {
                sections.push(Section::read(&top));
            }
            top.finish();
        }
        sections.sort_by_key(|section| SECTIONS.iter().position(|name| *name == section.name));
        check_across(&sections, &schemas, &log);
        for section in &sections {
            asset::check(section, &schemas, &log);
        }

        let contract = Self { sections, schemas, vocabulary, evidence };
        contract.check_evidence(&log);
        let violations = log.into_vec();
        if violations.is_empty() { Ok(contract) } else { Err(violations) }
    }
}

impl Section {
    fn read(top: &Reader<'_>) -> Self {
        let name = top.text("section");
        if !name.is_empty() && !SECTIONS.contains(&name.as_str()) {
            let known = SECTIONS.join(", ");
            top.complain(format!("`section` is \"{name}\", but must be one of: {known}"));
        }
        let section = Self {
            file: top.place().to_owned(),
            title: top.text("title"),
            operations: top.entries("operation"),
            assets: top.entries("asset"),
            markers: top.entries("marker"),
            unreadable: top.entries("unreadable"),
            name,
        };
        for operation in &section.operations {
            operation.check_id(&section.name, top);
        }
        section
    }
}

/// The rules that need every file: unique ids, names and calls, and schemas that exist.
fn check_across(sections: &[Section], schemas: &[Schema], log: &Violations) {
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for schema in schemas {
        if !schema.name.is_empty() && !known.insert(&schema.name) {
            log.add(&schema.place, "a schema of this name stands twice");
        }
    }
    let type_exists = |kind: &str| {
        kind.is_empty() || Type::parse(kind).schema().is_none_or(|name| known.contains(name))
    };
    for Field { place, kind, .. } in schemas.iter().flat_map(Schema::fields) {
        if !type_exists(kind) {
            log.add(place, format!("`type` is \"{kind}\": neither a basic type nor a schema"));
        }
    }

    let mut ids = BTreeMap::new();
    let mut calls = BTreeMap::new();
    let mut names = BTreeMap::new();
    for section in sections {
        for operation in &section.operations {
            let place = format!("{}: {}", section.file, operation.id);
            if let Some(other) = ids.insert(&operation.id, &section.file) {
                log.add(&place, format!("this id stands twice (also in {other})"));
                continue;
            }
            let call = format!("{} {}", operation.method.written(), operation.path);
            if let Some(other) = calls.insert(call.clone(), &operation.id) {
                log.add(&place, format!("{call} is also the call of {other}"));
            }
            let name = (&section.name, operation.rust_name());
            if let Some(other) = names.insert(name, &operation.id) {
                let name = operation.rust_name();
                log.add(&place, format!("its name in Rust, {name}, is also that of {other}"));
            }
            for (key, shape) in [("body", &operation.body), ("response", &operation.response)] {
                if let Shape::Schema { name, .. } = shape
                    && Type::parse(name).schema().is_none_or(|name| !known.contains(name))
                {
                    log.add(&place, format!("`{key}` is \"{name}\": no such schema"));
                }
            }
            for query in &operation.query {
                if !type_exists(&query.kind) {
                    let Query { name, kind, .. } = query;
                    log.add(&place, format!("query parameter `{name}`: no such type, \"{kind}\""));
                }
            }
        }
    }
}
