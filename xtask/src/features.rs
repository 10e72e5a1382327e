//! `features`: each crate builds alone, and the facade reaches every feature of the crates below.

use std::collections::{BTreeMap, BTreeSet};

use crate::failure::{Failure, Result};
use crate::manifest::{Package, packages};
use crate::run::{Cargo, root};
use crate::verbs::no_arguments;

const FACADE: &str = "funnelflux";

/// The facade's features that bring a TLS library.
const TLS: &[&str] = &["rustls", "rustls-ring", "native-tls"];

pub(crate) fn verb(arguments: &[String]) -> Result {
    no_arguments("features", arguments)?;
    let packages = packages(&root())?;
    let missing = unreachable(&packages);
    if !missing.is_empty() {
        return Err(Failure::new(missing.join("\n")));
    }
    for package in packages.iter().filter(|package| package.publishable) {
        Cargo::new(["check", "--quiet", "-p", &package.name]).run()?;
        Cargo::new(["check", "--quiet", "-p", &package.name, "--no-default-features"]).run()?;
        if package.name == FACADE {
            let features = without_tls(package).join(",");
            Cargo::new(["check", "--quiet", "-p", FACADE, "--no-default-features"])
                .args(["--features", &features])
                .run()?;
        }
    }
    Ok(())
}

/// Every feature of the facade that brings no TLS library, neither itself nor through another.
fn without_tls(facade: &Package) -> Vec<&str> {
    let brings_tls = |feature: &str| {
        let mut todo = vec![feature.to_owned()];
        let mut seen = BTreeSet::new();
        while let Some(next) = todo.pop() {
            // `dep/rustls` brings it as `rustls` does.
            if TLS.contains(&next.rsplit('/').next().unwrap_or(&next)) {
                return true;
            }
            if seen.insert(next.clone()) {
                todo.extend(facade.features.get(&next).into_iter().flatten().cloned());
            }
        }
        false
    };
    facade.features.keys().map(String::as_str).filter(|feature| !brings_tls(feature)).collect()
}

/// Names each feature of a crate below the facade that stays off with all of the facade's on.
fn unreachable(packages: &[Package]) -> Vec<String> {
    let by_name: BTreeMap<&str, &Package> =
        packages.iter().map(|package| (package.name.as_str(), package)).collect();
    let Some(facade) = by_name.get(FACADE) else { return Vec::new() };

    let mut resolution = Resolution { by_name: &by_name, on: BTreeMap::new(), todo: Vec::new() };
    for feature in all_features(facade) {
        resolution.todo.push((FACADE, Some(feature)));
    }
    resolution.todo.push((FACADE, None));
    let on = resolution.finish();

    let mut missing = Vec::new();
    for (name, on) in on.iter().filter(|(name, _)| **name != FACADE) {
        let Some(package) = by_name.get(name) else { continue };
        for feature in all_features(package).difference(on).filter(|f| **f != "default") {
            missing.push(format!("{name}: no feature of the facade switches on `{feature}`"));
        }
    }
    missing
}

/// The declared features and the implied ones: optional dependencies that no `dep:` mentions.
fn all_features(package: &Package) -> BTreeSet<&str> {
    let explicit: BTreeSet<&str> = package
        .features
        .values()
        .flatten()
        .filter_map(|value| value.strip_prefix("dep:"))
        .collect();
    let implied = package.optional.iter().map(String::as_str).filter(|o| !explicit.contains(o));
    package.features.keys().map(String::as_str).chain(implied).collect()
}

/// Cargo's feature resolution among the crates of this workspace, everything that can be on being
/// on: `dep?/feature` therefore counts as `dep/feature`.
struct Resolution<'a> {
    by_name: &'a BTreeMap<&'a str, &'a Package>,
    /// Crates in the tree, with the features that are on.
    on: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// Crates to bring in, each alone or with a feature.
    todo: Vec<(&'a str, Option<&'a str>)>,
}

impl<'a> Resolution<'a> {
    fn finish(mut self) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
        while let Some((name, feature)) = self.todo.pop() {
            let Some(package) = self.by_name.get(name).copied() else { continue };
            if !self.on.contains_key(name) {
                for (key, dependency) in &package.dependencies {
                    if !dependency.optional {
                        self.bring_in(package, key);
                    }
                }
            }
            let on = self.on.entry(name).or_default();
            if let Some(feature) = feature
                && on.insert(feature)
            {
                self.switch_on(package, feature);
            }
        }
        self.on
    }

    fn switch_on(&mut self, package: &'a Package, feature: &'a str) {
        let Some(enables) = package.features.get(feature) else {
            self.bring_in(package, feature);
            return;
        };
        for value in enables {
            if let Some(dependency) = value.strip_prefix("dep:") {
                self.bring_in(package, dependency);
            } else if let Some((dependency, feature)) = value.split_once('/') {
                let key = dependency.trim_end_matches('?');
                self.bring_in(package, key);
                if let Some(dependency) = package.dependencies.get(key) {
                    self.todo.push((&dependency.package, Some(feature)));
                }
            } else {
                self.todo.push((&package.name, Some(value)));
            }
        }
    }

    fn bring_in(&mut self, package: &'a Package, key: &str) {
        let Some(dependency) = package.dependencies.get(key) else { return };
        self.todo.push((&dependency.package, None));
        for feature in &dependency.features {
            self.todo.push((&dependency.package, Some(feature)));
        }
        if dependency.default_features {
            self.todo.push((&dependency.package, Some("default")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::understand;

    const WORKSPACE: &str = "
        [workspace.dependencies]
        funnelflux-transport = { path = 't', default-features = false }
    ";

    const TRANSPORT: &str = "
        package.name = 'funnelflux-transport'
        [features]
        default = ['reqwest']
        reqwest = ['dep:reqwest']
        rustls = ['reqwest']
        gzip = []
        [dependencies]
        reqwest = { version = '1', optional = true }
    ";

    fn facade(features: &str) -> String {
        format!(
            "package.name = 'funnelflux'\n\
             dependencies.funnelflux-transport.workspace = true\n\
             [features]\n{features}"
        )
    }

    fn packages_of(features: &str) -> Vec<Package> {
        let manifests = [TRANSPORT.to_owned(), facade(features)];
        let manifests: Vec<toml::Table> = manifests.iter().map(|m| m.parse().unwrap()).collect();
        understand(&WORKSPACE.parse().unwrap(), &manifests)
    }

    #[test]
    fn a_feature_that_nothing_forwards_is_named() {
        let packages = packages_of("rustls = ['funnelflux-transport/rustls']");
        assert_eq!(
            unreachable(&packages),
            ["funnelflux-transport: no feature of the facade switches on `gzip`"]
        );
    }

    #[test]
    fn a_feature_may_be_reached_through_another() {
        let packages = packages_of(
            "rustls = ['funnelflux-transport/rustls']\nfull = ['rustls', 'zip']\n\
             zip = ['funnelflux-transport?/gzip']",
        );
        assert_eq!(unreachable(&packages), [""; 0]);
    }

    #[test]
    fn the_build_without_tls_leaves_out_what_leads_to_it() {
        let packages = packages_of(
            "default = ['rustls']\nrustls = ['funnelflux-transport/rustls']\n\
             secure = ['funnelflux-transport/native-tls']\nzip = []",
        );
        let facade = packages.iter().find(|package| package.name == FACADE).unwrap();
        assert_eq!(without_tls(facade), ["zip"]);
    }
}
