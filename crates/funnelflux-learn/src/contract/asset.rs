//! Kinds of asset: one entry each of a section file.

use super::reader::{Entry, Reader, Violations, entry, twice};
use super::words::Grade;
use super::{Contract, Section};
use funnelflux_contract::Verb;

entry! {
    pub struct Asset("asset", "name", "asset {}") {
        pub name: String;
        pub noun: String;
        pub meaning: String;
        /// The part of the operations' ids between the section and the verb.
        pub segment: String;
        /// The schema of one asset; that of its slim form is called the same, with `Info` after it.
        pub model: String;
        pub id_members: Vec<String>;
        pub name_members: Vec<String>;
        pub category_types: Vec<String>;
        /// How surely the name of the id's member is known.
        pub grade: Grade;
        pub source: String;
    }
}

impl Entry for Asset {
    fn check(&self, entry: &Reader<'_>) {
        let is_lower = |c: char| c.is_ascii_lowercase() || c == '-';
        if !self.name.chars().all(is_lower) {
            entry.complain("`name` is made of lower-case words joined by `-`");
        }
        for (key, members) in
            [("id_members", &self.id_members), ("name_members", &self.name_members)]
        {
            if members.is_empty() {
                entry.complain(format!("`{key}` must name at least one member"));
            }
        }
        entry.must_have("category_types");
    }
}

impl Asset {
    /// The schema of the slim form.
    pub fn info(&self) -> String {
        format!("{}Info", self.model)
    }

    /// The name of the `static` in the generated table.
    pub fn rust_name(&self) -> String {
        self.name.replace('-', "_").to_ascii_uppercase()
    }

    /// The verb of an operation, if the operation is one of this kind's.
    pub fn verb(&self, section: &str, operation: &str) -> Option<Verb> {
        let (root, verb) = operation.rsplit_once('.')?;
        let (own, segment) = root.split_once('.')?;
        let is_own = own == section && segment == self.segment;
        toml::Value::from(verb).try_into().ok().filter(|_| is_own)
    }
}

entry! {
    /// A part of an asset: it has ids of the same form, and no operations.
    pub struct Marker("marker", "", "") {
        pub name: String;
        pub noun: String;
        pub meaning: String;
        pub id_member: String;
        pub grade: Grade;
        pub source: String;
    }
}

impl Entry for Marker {}

/// In a section that has kinds of asset, each operation is of exactly one; each kind has operations,
/// and names schemas, members and types of categories that exist.
pub(super) fn check(section: &Section, contract: &Contract, log: &Violations) {
    let Section { file, name, operations, assets, .. } = section;
    if assets.is_empty() {
        return;
    }
    for operation in operations {
        let owners = assets.iter().filter(|asset| asset.verb(name, &operation.id).is_some());
        let wrong = match owners.count() {
            1 => continue,
            0 => "no asset kind has this segment, or the last word is not a verb of assets",
            _ => "more than one asset has this segment",
        };
        log.add(&format!("{file}: {}", operation.id), wrong);
    }
    for name in twice(assets.iter().map(|asset| &asset.name)) {
        log.add(&format!("{file}: asset {name}"), "an asset of this name stands twice");
    }
    for asset in assets {
        let place = format!("{file}: asset {}", asset.name);
        for name in [&asset.model, &asset.info()] {
            if contract.schema(name).is_none() {
                log.add(&place, format!("{name}: no such schema"));
            }
        }
        for (key, names, of) in [
            ("id_members", &asset.id_members, &*asset.model),
            ("name_members", &asset.name_members, &*asset.model),
            ("category_types", &asset.category_types, "CategoryType"),
        ] {
            let Some(schema) = contract.schema(of) else { continue };
            let members = schema.fields.iter().filter_map(|field| field.name.as_deref());
            let known: Vec<&str> =
                members.chain(schema.values.iter().map(|value| &*value.value)).collect();
            for name in names.iter().filter(|name| !known.contains(&name.as_str())) {
                let known = known.join(", ");
                log.add(&place, format!("`{key}` has \"{name}\", but {of} has: {known}"));
            }
        }
        if section.verbs_of(asset).is_empty() {
            log.add(&place, "no operation has the segment of this asset");
        }
    }
}
