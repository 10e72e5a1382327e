//! Kinds of asset: one entry each of a section file.

use super::reader::{Entry, Reader, Violations, entry};
use super::words::Grade;
use super::{Content, Schema, Section};
use funnelflux_contract::Verb;

entry! {
    pub struct Asset("asset", "name", "asset {}") {
        pub name: String;
        pub noun: String;
        pub meaning: String;
        /// The part of the operations' ids between the section and the verb.
        pub segment: String;
        /// The schema of one asset; that of its slim form is called the same, with `Info` behind it.
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
        (own == section && segment == self.segment).then(|| Verb::find(verb)).flatten()
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
/// and schemas that exist.
pub(super) fn check(section: &Section, schemas: &[Schema], log: &Violations) {
    let Section { file, name, operations, assets, .. } = section;
    if assets.is_empty() {
        return;
    }
    for operation in operations {
        let owners = assets.iter().filter(|asset| asset.verb(name, &operation.id).is_some());
        let place = format!("{file}: {}", operation.id);
        match owners.count() {
            1 => {}
            0 => log.add(
                &place,
                "no asset kind has this segment, or the last word is not a verb of assets",
            ),
            _ => log.add(&place, "more than one asset has this segment"),
        }
    }
    for (index, asset) in assets.iter().enumerate() {
        let place = format!("{file}: asset {}", asset.name);
        if assets.iter().take(index).any(|other| other.name == asset.name) {
            log.add(&place, "an asset of this name stands twice");
        }
        for name in [&asset.model, &asset.info()] {
            if !schemas.iter().any(|schema| schema.name == *name) {
                log.add(&place, format!("{name}: no such schema"));
            }
        }
        check_members(asset, schemas, &place, log);
        if !operations.iter().any(|operation| asset.verb(name, &operation.id).is_some()) {
            log.add(&place, "no operation has the segment of this asset");
        }
    }
}

/// The members and the types of categories that a kind names are in the schemas.
fn check_members(asset: &Asset, schemas: &[Schema], place: &str, log: &Violations) {
    let find = |name: &str| schemas.iter().find(|schema| schema.name == name);
    let members = find(&asset.model).map(|model| {
        model.fields().iter().filter_map(|field| field.name.as_deref()).collect::<Vec<_>>()
    });
    let types = find("CategoryType").and_then(|schema| match &schema.content {
        Content::Enum(values) => Some(values.iter().map(|value| value.value.as_str()).collect()),
        Content::Object(_) => None,
    });
    for (key, names, known, of) in [
        ("id_members", &asset.id_members, &members, asset.model.as_str()),
        ("name_members", &asset.name_members, &members, asset.model.as_str()),
        ("category_types", &asset.category_types, &types, "CategoryType"),
    ] {
        let Some(known) = known else { continue };
        for name in names.iter().filter(|name| !known.contains(&name.as_str())) {
            let known = known.join(", ");
            log.add(place, format!("`{key}` has \"{name}\", but {of} has: {known}"));
        }
    }
}
