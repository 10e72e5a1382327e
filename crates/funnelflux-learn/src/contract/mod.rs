//! The contract: every operation and schema, as data, with how surely each fact is known.

mod asset;
mod evidence;
mod kind;
mod node;
mod operation;
mod reader;
mod schema;
#[cfg(feature = "sessions")]
mod tables;
#[cfg(test)]
mod tests;
mod vocabulary;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

pub use asset::{Asset, Marker};
pub use evidence::{Evidence, Fact};
pub use kind::Type;
pub use node::Node;
pub use operation::{Operation, Query, Shape, Unreadable};
pub use schema::{EnumValue, Field, Kind, Schema};
pub use vocabulary::{Foreign, Group, Holds, Vocabulary};
pub use words::{Grade, Method, Weight, repeat};

use funnelflux_contract::Verb;

use crate::error::{Error, Result};
use reader::{Entry, Reader, Violations, entry};

/// The sections, in the order of the vendor's reference.
pub const SECTIONS: &[&str] = &["auth", "billing", "reporting", "ledger"];

/// A file of the contract: its path below the root of the workspace, and its text.
pub struct SourceFile {
    pub name: String,
    pub text: String,
}

#[derive(Debug, Default)]
pub struct Contract {
    pub sections: Vec<Section>,
    /// In the order of the files' names, and in the files' own.
    pub schemas: Vec<Schema>,
    pub vocabulary: Vocabulary,
    pub evidence: Vec<Evidence>,
    /// The kinds of funnel nodes, in the order of the file.
    pub nodes: Vec<Node>,
}

entry! {
    #[derive(Default)]
    pub struct Section {
        pub file: String => |top| top.place().to_owned();
        pub name: String = "section";
        pub title: String;
        pub operations: Vec<Operation> = "operation";
        pub assets: Vec<Asset> = "asset";
        pub markers: Vec<Marker> = "marker";
        pub unreadable: Vec<Unreadable>;
    }
}

entry! {
    /// A file of schemas.
    pub struct Schemas {
        pub title: String;
        pub type_grade: Option<Grade>;
        pub schemas: Vec<Schema> = "schema";
    }
}

entry! {
    /// The file of evidence.
    pub struct Pages {
        pub evidence: Vec<Evidence>;
    }
}

entry! {
    /// The file of the dialect of funnels.
    pub struct Dialect {
        pub nodes: Vec<Node> = "node";
    }
}

impl Entry for Schemas {}
impl Entry for Pages {}
impl Entry for Dialect {}

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
            let path = root.join(folder);
            for entry in std::fs::read_dir(&path).map_err(|error| Error::io(&path, &error))? {
                let path = entry.map_err(|error| Error::io(&path, &error))?.path();
                let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                if name.ends_with(".toml") {
                    let text = std::fs::read_to_string(&path);
                    let text = text.map_err(|error| Error::io(&path, &error))?;
                    files.push(SourceFile { name: format!("{folder}/{name}"), text });
                }
            }
        }
        Ok(files)
    }

    /// Every operation, in the order of the sections.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.sections.iter().flat_map(|section| &section.operations)
    }

    /// Every kind of asset with its section, in the same order.
    pub fn assets(&self) -> impl Iterator<Item = (&Section, &Asset)> {
        self.sections.iter().flat_map(|section| section.assets.iter().map(move |a| (section, a)))
    }

    pub fn schema(&self, name: &str) -> Option<&Schema> {
        self.schemas.iter().find(|schema| schema.name == name)
    }

    pub fn is_enum(&self, name: &str) -> bool {
        self.schema(name).is_some_and(|schema| schema.kind == Kind::Enum)
    }

    /// Every name of a member or of a query parameter, with its type.
    pub fn members(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.schemas.iter().flat_map(|schema| &schema.fields);
        let fields = fields.filter_map(|field| Some((field.name.as_deref()?, &*field.kind)));
        let queries = self.operations().flat_map(|operation| &operation.query);
        fields.chain(queries.flat_map(|query| {
            let names = std::iter::once(&query.name).chain(&query.alternatives);
            names.map(|name| (name.as_str(), query.kind.as_str()))
        }))
    }

    /// The segments of every path, and of every other reading of one.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        let paths = self.operations().flat_map(|o| std::iter::once(&o.path).chain(&o.alternatives));
        paths.flat_map(|path| path.split('/')).filter(|segment| !segment.is_empty())
    }

    /// Parses and checks the files, in any order.
    pub fn parse(files: &[SourceFile]) -> std::result::Result<Self, Vec<String>> {
        let log = Violations::default();
        let mut sections = Vec::new();
        let mut schemas = Vec::new();
        let mut vocabulary = Vocabulary::default();
        let mut evidence = Vec::new();
        let mut nodes = Vec::new();
        let mut files: Vec<&SourceFile> = files.iter().collect();
        files.sort_by(|a, b| a.name.cmp(&b.name));
        for file in files {
            let table = match file.text.parse::<toml::Table>() {
                Ok(table) => table,
                Err(error) => {
                    log.add(&file.name, error.to_string().trim_end());
                    log.lack_entries.set(true);
                    continue;
                }
            };
            let top = Reader::new(&table, file.name.clone(), &log);
            if file.name.contains("/schemas/") {
                let Some(file) = top.entry::<Schemas>() else { continue };
                let graded = file.schemas.into_iter();
                schemas.extend(graded.map(|schema| schema.with_type_grades(file.type_grade)));
            } else if file.name.ends_with("/vocabulary.toml") {
                vocabulary = top.entry().unwrap_or_default();
            } else if file.name.ends_with("/evidence.toml") {
                evidence.extend(top.entry::<Pages>().into_iter().flat_map(|pages| pages.evidence));
            } else if file.name.ends_with("/dialect.toml") {
                nodes.extend(top.entry::<Dialect>().into_iter().flat_map(|file| file.nodes));
            } else {
                sections.extend(top.entry::<Section>());
            }
        }
        sections.sort_by_key(|section| SECTIONS.iter().position(|name| *name == section.name));
        let contract = Self { sections, schemas, vocabulary, evidence, nodes };
        // Where an entry could not be read, what refers to it would be complained about too.
        if !log.lack_entries.get() {
            check_across(&contract.sections, &contract.schemas, &log);
            for section in &contract.sections {
                asset::check(section, &contract, &log);
            }
            contract.check_evidence(&log);
            node::check(&contract, &log);
        }
        let violations = log.into_vec();
        if violations.is_empty() { Ok(contract) } else { Err(violations) }
    }
}

impl Section {
    /// The operations of a kind, each with its verb.
    pub fn verbs_of(&self, asset: &Asset) -> Vec<(Verb, &Operation)> {
        let operations = self.operations.iter();
        operations.filter_map(|o| Some((asset.verb(&self.name, &o.id)?, o))).collect()
    }
}

impl Entry for Section {
    fn check(&self, top: &Reader<'_>) {
        if !SECTIONS.contains(&&*self.name) {
            let known = SECTIONS.join(", ");
            top.complain(format!("`section` is \"{}\", but must be one of: {known}", self.name));
        }
        for operation in &self.operations {
            operation.check_id(&self.name, top);
        }
    }
}

/// The rules that need every file: unique ids, names and calls, and schemas that exist.
fn check_across(sections: &[Section], schemas: &[Schema], log: &Violations) {
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for schema in schemas {
        if !known.insert(&schema.name) {
            log.add(&schema.place, "a schema of this name stands twice");
        }
    }
    let type_exists =
        |kind: &str| Type::parse(kind).schema().is_none_or(|name| known.contains(name));
    for Field { place, kind, .. } in schemas.iter().flat_map(|schema| &schema.fields) {
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
            let call = format!("{} {}", operation.method.as_str(), operation.path);
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
