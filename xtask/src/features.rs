//! `features`: each crate builds alone, and the facade reaches every feature of the crates below it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::ensure;

use crate::Result;
use crate::manifest::{Package, packages, tree};
use crate::run::{cargo, run};

const FACADE: &str = "funnelflux";

const TLS: &[&str] = &["rustls", "rustls-ring", "native-tls"];

pub(crate) fn verb() -> Result {
    let packages = packages()?;
    let tree = tree(FACADE, "--all-features --no-dedupe -f {p}|{f}")?;
    let missing = unreachable(&packages, &read_tree(&tree));
    ensure!(missing.is_empty(), missing.join("\n"));
    for package in packages.iter().filter(|package| package.publish.is_none()) {
        let check = format!("check --quiet -p {}", package.name);
        run(&mut cargo(&check))?;
        run(&mut cargo(&format!("{check} --no-default-features")))?;
        if package.name == FACADE {
            let features = without_tls(package).join(",");
            run(&mut cargo(&format!("{check} --no-default-features --features {features}")))?;
        }
    }
    Ok(())
}

/// Every feature of the facade that brings no TLS library, neither itself nor through another.
fn without_tls(facade: &Package) -> Vec<&str> {
    let mut bring_tls: BTreeSet<&str> = TLS.iter().copied().collect();
    let mut known = 0;
    while bring_tls.len() > known {
        known = bring_tls.len();
        for (feature, items) in &facade.features {
            // `dep/rustls` brings it as `rustls` does.
            let mut names = items.iter().filter_map(|item| item.rsplit('/').next());
            if names.any(|name| bring_tls.contains(name)) {
                bring_tls.insert(feature);
            }
        }
    }
    facade.features.keys().map(String::as_str).filter(|name| !bring_tls.contains(name)).collect()
}

/// The crates of a tree with the features that are on.
fn read_tree(tree: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut on: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (package, features) in tree.lines().filter_map(|line| line.split_once('|')) {
        let name = package.split(' ').next().unwrap_or_default();
        on.entry(name.to_owned()).or_default().extend(features.split(',').map(str::to_owned));
    }
    on
}

fn unreachable(packages: &[Package], on: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut missing = Vec::new();
    for Package { name, features, .. } in packages {
        let Some(on) = on.get(name) else { continue };
        let off = features.keys().filter(|own| *own != "default" && !on.contains(*own));
        missing.extend(off.map(|f| format!("{name}: no feature of the facade switches on `{f}`")));
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::understand;

    fn package(name: &str, features: &str) -> Package {
        let metadata = format!(
            r#"{{"packages": [{{"name": "{name}", "features": {features}, "publish": null,
                "manifest_path": "/crates/x/Cargo.toml", "dependencies": []}}]}}"#
        );
        understand(&metadata).unwrap().remove(0)
    }

    #[test]
    fn a_feature_that_nothing_forwards_is_named() {
        let transport = [package("transport", r#"{"default": [], "rustls": [], "gzip": []}"#)];
        let on = read_tree("funnelflux v0.1.0 (/x)|\ntransport v0.1.0 (/y)|rustls,reqwest\n");
        assert_eq!(
            unreachable(&transport, &on),
            ["transport: no feature of the facade switches on `gzip`"]
        );
    }

    #[test]
    fn a_crate_that_is_in_the_tree_twice_has_the_features_of_both_places() {
        let transport = [package("transport", r#"{"rustls": [], "gzip": []}"#)];
        let on = read_tree("transport v0.1.0 (/y)|rustls\ntransport v0.1.0 (/y)|gzip\n");
        assert_eq!(unreachable(&transport, &on), [""; 0]);
    }

    #[test]
    fn the_build_without_tls_leaves_out_what_leads_to_it() {
        let facade = package(
            FACADE,
            r#"{"default": ["rustls"], "rustls": ["transport/rustls"],
                "secure": ["transport/native-tls"], "zip": []}"#,
        );
        assert_eq!(without_tls(&facade), ["zip"]);
    }
}
