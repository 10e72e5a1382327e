//! `layers`: dependencies of crates point down, the lower ones need no reqwest, modules form no circle.

use std::collections::BTreeSet;

use anyhow::ensure;

use crate::Result;
use crate::manifest::{Package, packages, tree};
use crate::modules::Modules;
use crate::run::root;
use crate::source::sources;

/// Every crate's layer, and whether it has no HTTP client in its tree until a user asks for one. A
/// dependency, unless only tests have it, leads to a lower layer, on every platform and in build scripts.
const LAYERS: &[(&str, u8, bool)] = &[
    ("funnelflux-contract", 0, true),
    ("funnelflux-json", 0, true),
    ("funnelflux-id", 0, true),
    ("funnelflux-transport", 1, false),
    ("funnelflux-model", 1, true),
    ("funnelflux-auth", 2, true),
    ("funnelflux-hooks", 2, true),
    ("funnelflux-domains", 2, true),
    ("funnelflux-emulator", 2, false),
    ("funnelflux-funnels", 2, true),
    ("funnelflux-ledger", 2, true),
    ("funnelflux-reporting", 2, true),
    ("funnelflux-journal", 2, true),
    ("funnelflux-learn", 3, false),
    ("funnelflux-imports", 3, true),
    ("funnelflux", 4, false),
    ("funnelflux-cli", 5, false),
];

pub(crate) fn verb() -> Result {
    let packages = packages()?;
    let mut complaints = upward(&packages);
    for (name, ..) in LAYERS.iter().filter(|(_, _, without_client)| *without_client) {
        if tree(name, "--no-default-features")?.lines().any(|line| line.starts_with("reqwest ")) {
            complaints.push(format!("{name}: reqwest is in its tree without any feature on"));
        }
    }
    circles(&mut complaints)?;
    ensure!(complaints.is_empty(), complaints.join("\n"));
    println!("{} crates: every dependency points down", packages.len());
    Ok(())
}

/// Crates whose modules must form no circle; circles of the others are only printed.
const WITHOUT_CIRCLES: &[&str] =
    &["crates/funnelflux-domains", "crates/funnelflux-emulator", "crates/funnelflux-reporting"];

fn circles(complaints: &mut Vec<String>) -> Result {
    let sources = sources(&root())?;
    let packages: BTreeSet<&str> = sources.iter().map(|source| &*source.package).collect();
    for package in packages {
        let own = sources.iter().filter(|source| source.package == package);
        if let Some(circle) = Modules::of(own)?.circle() {
            if WITHOUT_CIRCLES.contains(&package) {
                complaints.push(format!("{package}: modules in a circle: {circle}"));
            } else {
                let modules = circle.lines().next().unwrap_or_default();
                println!("{package}: modules in a circle, which is allowed: {modules}");
            }
        }
    }
    Ok(())
}

fn upward(packages: &[Package]) -> Vec<String> {
    let layer = |name: &str| LAYERS.iter().find(|(n, ..)| *n == name).map(|(_, layer, _)| *layer);
    let mut complaints = Vec::new();
    for package in packages {
        let name = &package.name;
        let Some(own) = layer(name) else {
            complaints.push(format!("{name}: has no layer; give it one in xtask/src/layers.rs"));
            continue;
        };
        let other = package.needs().into_iter().filter(|other| layer(other) >= Some(own));
        let told = |other| format!("{name} (layer {own}) depends on {other}, which is not below");
        complaints.extend(other.map(told));
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::understand;

    type Dependencies<'a> = &'a [(&'a str, Option<&'a str>)];

    /// Describes crates to `upward` as cargo does: each dependency has a kind, absent if it is usual.
    fn complaints(packages: &[(&str, Dependencies<'_>)]) -> Vec<String> {
        let dependency = |(name, kind): &(&str, Option<&str>)| serde_json::json!({"name": name, "kind": kind, "target": "cfg(unix)"});
        let package = |(name, dependencies): &(&str, Dependencies<'_>)| {
            serde_json::json!({
                "name": name, "features": {}, "manifest_path": "/crates/x/Cargo.toml",
                "dependencies": dependencies.iter().map(dependency).collect::<Vec<_>>(),
            })
        };
        let packages: Vec<_> = packages.iter().map(package).collect();
        let metadata = serde_json::json!({ "packages": packages });
        upward(&understand(&metadata.to_string()).unwrap())
    }

    const ID: (&str, Dependencies<'_>) = ("funnelflux-id", &[]);
    const MODEL: (&str, Dependencies<'_>) = ("funnelflux-model", &[("funnelflux-id", None)]);

    #[test]
    fn an_arrow_down_passes() {
        assert_eq!(complaints(&[ID, MODEL]), [""; 0]);
    }

    #[test]
    fn an_arrow_up_is_named_also_where_only_a_build_script_or_one_platform_has_it() {
        for kind in [None, Some("build")] {
            let complaints = complaints(&[("funnelflux-id", &[("funnelflux-model", kind)]), MODEL]);
            assert_eq!(complaints.len(), 1, "{complaints:?}");
            assert!(complaints[0].starts_with("funnelflux-id (layer"), "{complaints:?}");
            assert!(complaints[0].ends_with("depends on funnelflux-model, which is not below"));
        }
    }

    #[test]
    fn an_arrow_to_a_crate_of_the_same_layer_is_named() {
        let auth: (_, Dependencies<'_>) = ("funnelflux-auth", &[("funnelflux-reporting", None)]);
        assert_eq!(complaints(&[auth, ("funnelflux-reporting", &[])]).len(), 1);
    }

    #[test]
    fn a_dependency_of_tests_may_point_anywhere() {
        let up: Dependencies<'_> = &[("funnelflux-model", Some("dev"))];
        assert_eq!(complaints(&[("funnelflux-id", up), MODEL]), [""; 0]);
    }

    #[test]
    fn a_new_crate_must_be_given_a_layer() {
        let complaints = complaints(&[("funnelflux-new", &[])]);
        assert!(complaints[0].starts_with("funnelflux-new: has no layer"), "{complaints:?}");
    }
}
