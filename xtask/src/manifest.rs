//! The manifests of the workspace, as far as layers and features ask.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use toml::{Table, Value};

use crate::failure::{Failure, Result};

/// A crate of the workspace under `crates/`.
#[derive(Debug, Default)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) publishable: bool,
    pub(crate) features: BTreeMap<String, Vec<String>>,
    /// Normal dependencies on crates of this workspace, also those of single platforms, by the name
    /// used in features.
    pub(crate) dependencies: BTreeMap<String, Dependency>,
    /// Every crate of this workspace that it is built with: normal and build dependencies, also those
    /// of single platforms.
    pub(crate) needs: BTreeSet<String>,
    /// The names of all optional dependencies, also of foreign crates.
    pub(crate) optional: BTreeSet<String>,
}

/// A dependency on another crate of this workspace.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Dependency {
    pub(crate) package: String,
    pub(crate) optional: bool,
    pub(crate) default_features: bool,
    pub(crate) features: Vec<String>,
}

/// Every crate under `crates/`, sorted by name.
pub(crate) fn packages(root: &Path) -> Result<Vec<Package>> {
    let workspace = read(&root.join("Cargo.toml"))?;
    let folder = root.join("crates");
    let mut manifests = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(|error| Failure::io(&folder, &error))? {
        let path = entry.map_err(|error| Failure::io(&folder, &error))?.path().join("Cargo.toml");
        if path.exists() {
            manifests.push(read(&path)?);
        }
    }
    Ok(understand(&workspace, &manifests))
}

fn read(path: &Path) -> Result<Table> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::io(path, &error))?;
    text.parse().map_err(|error| Failure::new(format!("{}: {error}", path.display())))
}

/// What the manifests say, with the workspace's dependencies filled in.
pub(crate) fn understand(workspace: &Table, manifests: &[Table]) -> Vec<Package> {
    let shared = table(workspace, "workspace").and_then(|shared| table(shared, "dependencies"));
    let names: BTreeSet<&str> = manifests.iter().filter_map(name).collect();
    let mut packages: Vec<Package> = manifests
        .iter()
        .filter_map(|manifest| Some(package(name(manifest)?, manifest, shared, &names)))
        .collect();
    packages.sort_by(|a, b| a.name.cmp(&b.name));
    packages
}

fn table<'a>(parent: &'a Table, key: &str) -> Option<&'a Table> {
    parent.get(key).and_then(Value::as_table)
}

fn name(manifest: &Table) -> Option<&str> {
    table(manifest, "package")?.get("name")?.as_str()
}

fn package(
    name: &str,
    manifest: &Table,
    shared: Option<&Table>,
    workspace: &BTreeSet<&str>,
) -> Package {
    let publish = table(manifest, "package").and_then(|package| package.get("publish"));
    let mut package = Package {
        name: name.to_owned(),
        publishable: publish.and_then(Value::as_bool) != Some(false),
        ..Package::default()
    };
    for (feature, enables) in table(manifest, "features").into_iter().flatten() {
        package.features.insert(feature.clone(), texts(Some(enables)));
    }
    let platforms = table(manifest, "target").into_iter().flat_map(Table::values);
    let places: Vec<&Table> =
        std::iter::once(manifest).chain(platforms.filter_map(Value::as_table)).collect();
    for kind in ["dependencies", "build-dependencies"] {
        for (key, value) in places.iter().flat_map(|place| entries(place, kind)) {
            let dependency = dependency(key, value, shared);
            if dependency.optional {
                package.optional.insert(key.clone());
            }
            if !workspace.contains(&*dependency.package) {
                continue;
            }
            package.needs.insert(dependency.package.clone());
            if kind == "dependencies" {
                // What stands there for every platform comes first, and is what features speak of.
                package.dependencies.entry(key.clone()).or_insert(dependency);
            }
        }
    }
    package
}

fn entries<'a>(place: &'a Table, name: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    table(place, name).into_iter().flatten()
}

/// One entry of a table of dependencies, with what the workspace says of it.
fn dependency(key: &str, value: &Value, shared: Option<&Table>) -> Dependency {
    let own = value.as_table();
    let inherits = own.and_then(|own| own.get("workspace")).is_some();
    let base = shared.filter(|_| inherits).and_then(|shared| shared.get(key));
    let base = base.and_then(Value::as_table);
    // Cargo adds the features of both places; `default-features` counts at the workspace's.
    let get = |name: &str| own.and_then(|own| own.get(name));
    let get_base = |name: &str| base.and_then(|base| base.get(name));
    let default_features = get_base("default-features").or_else(|| get("default-features"));
    let mut features = texts(get("features"));
    features.extend(texts(get_base("features")));
    Dependency {
        package: get("package")
            .or_else(|| get_base("package"))
            .and_then(Value::as_str)
            .unwrap_or(key)
            .to_owned(),
        optional: get("optional").and_then(Value::as_bool).unwrap_or(false),
        default_features: default_features.and_then(Value::as_bool).unwrap_or(true),
        features,
    }
}

fn texts(value: Option<&Value>) -> Vec<String> {
    let list = value.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}
