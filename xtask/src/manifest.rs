//! The crates of the workspace, as cargo describes them.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use serde::Deserialize;

use crate::Result;
use crate::run::{cargo, read};

/// A crate of the workspace under `crates/`.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// The declared features, and one for each optional dependency that no `dep:` names.
    pub(crate) features: BTreeMap<String, Vec<String>>,
    manifest_path: String,
    /// The registries that take it: all where absent, none where empty.
    pub(crate) publish: Option<Vec<String>>,
    dependencies: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    name: String,
    /// `dev`, `build` or absent.
    kind: Option<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

impl Package {
    /// Every crate that it is built with on some platform, build dependencies included.
    pub(crate) fn needs(&self) -> BTreeSet<&str> {
        let needed = self.dependencies.iter().filter(|d| d.kind.as_deref() != Some("dev"));
        needed.map(|dependency| dependency.name.as_str()).collect()
    }
}

/// Every crate under `crates/`, sorted by name.
pub(crate) fn packages() -> Result<Vec<Package>> {
    understand(&read(&mut cargo("metadata --quiet --no-deps --format-version 1"))?)
}

/// The crates that one is built with on some platform, a line each.
pub(crate) fn tree(package: &str, options: &str) -> Result<String> {
    let all = "tree --quiet --prefix none --target all -e normal,build -p";
    read(&mut cargo(&format!("{all} {package} {options}")))
}

pub(crate) fn understand(metadata: &str) -> Result<Vec<Package>> {
    let Metadata { mut packages } =
        serde_json::from_str(metadata).context("the output of `cargo metadata`")?;
    packages.retain(|package| package.manifest_path.contains("/crates/"));
    packages.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(packages)
}
