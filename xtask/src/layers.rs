//! `layers`: dependencies between crates point down, the lower crates stay free of reqwest, and modules
//! form no circle.

use std::collections::BTreeSet;

use crate::failure::{Failure, Result};
use crate::manifest::{Package, packages};
use crate::modules::Modules;
use crate::run::{Cargo, root};
use crate::source::sources;
use crate::verbs::no_arguments;

/// Every crate's layer. A dependency, unless only tests have it, leads to a strictly lower one, on
/// every platform and in build scripts: services do not know each other, and the transport knows no
/// model.
const LAYERS: &[(&str, u8)] = &[
    ("funnelflux-contract", 0),
    ("funnelflux-id", 0),
    ("funnelflux-json", 0),
    ("funnelflux-model", 1),
    ("funnelflux-transport", 1),
    ("funnelflux-auth", 2),
    ("funnelflux-domains", 2),
    ("funnelflux-emulator", 2),
    ("funnelflux-hooks", 2),
    ("funnelflux-ledger", 2),
    ("funnelflux-reporting", 2),
    ("funnelflux", 3),
    ("funnelflux-cli", 4),
];

/// Crates that have no HTTP client in their tree until a user asks for one.
const WITHOUT_REQWEST: &[&str] = &[
    "funnelflux-contract",
    "funnelflux-id",
    "funnelflux-json",
    "funnelflux-model",
    "funnelflux-auth",
    "funnelflux-domains",
    "funnelflux-ledger",
    "funnelflux-reporting",
];

pub(crate) fn verb(arguments: &[String]) -> Result {
    no_arguments("layers", arguments)?;
    let packages = packages(&root())?;
    let mut complaints = upward(&packages);
    for name in WITHOUT_REQWEST {
        if !packages.iter().any(|package| package.name == *name) {
            continue;
        }
        let tree = Cargo::new(["tree", "--quiet", "-e", "normal,build", "--prefix", "none"])
            .args(["--target", "all", "--no-default-features", "-p", name])
            .read()?;
        if tree.lines().any(|line| line.starts_with("reqwest ")) {
            complaints.push(format!("{name}: reqwest is in its tree without any feature on"));
        }
    }
    circles(&mut complaints)?;
    if complaints.is_empty() {
        println!("{} crates: every dependency points down", packages.len());
        Ok(())
    } else {
        Err(Failure::new(complaints.join("\n")))
    }
}

/// Crates whose modules must form no circle; circles of the others are only printed.
const WITHOUT_CIRCLES: &[&str] =
    &["crates/funnelflux-domains", "crates/funnelflux-emulator", "crates/funnelflux-reporting"];

fn circles(complaints: &mut Vec<String>) -> Result {
    let sources = sources(&root())?;
    let packages: BTreeSet<&str> = sources.iter().map(|source| &*source.package).collect();
    for package in packages {
        let own = sources.iter().filter(|source| source.package == package);
        for circle in Modules::of(own)?.circles() {
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

/// Dependencies that do not point down, and crates without a layer.
fn upward(packages: &[Package]) -> Vec<String> {
    let layer = |name: &str| LAYERS.iter().find(|(n, _)| *n == name).map(|(_, layer)| *layer);
    let mut complaints = Vec::new();
    for package in packages {
        let name = &package.name;
        let Some(own) = layer(name) else {
            complaints.push(format!("{name}: has no layer; give it one in xtask/src/layers.rs"));
            continue;
        };
        for other in &package.needs {
            if layer(other).is_some_and(|other| other >= own) {
                complaints
                    .push(format!("{name} (layer {own}) depends on {other}, which is not below"));
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::understand;

    fn complaints(manifests: &[&str]) -> Vec<String> {
        let manifests: Vec<toml::Table> = manifests.iter().map(|m| m.parse().unwrap()).collect();
        upward(&understand(&toml::Table::new(), &manifests))
    }

    const ID: &str = "package.name = 'funnelflux-id'";
    const MODEL: &str =
        "package.name = 'funnelflux-model'\ndependencies.funnelflux-id.path = '../id'";

    #[test]
    fn an_arrow_down_passes() {
        assert_eq!(complaints(&[ID, MODEL]), [""; 0]);
    }

    #[test]
    fn an_arrow_up_and_one_to_a_sister_are_named() {
        let id = "package.name = 'funnelflux-id'\ndependencies.funnelflux-model.path = '../model'";
        assert_eq!(
            complaints(&[id, MODEL]),
            ["funnelflux-id (layer 0) depends on funnelflux-model, which is not below"]
        );
        let auth =
            "package.name = 'funnelflux-auth'\ndependencies.funnelflux-reporting.path = '../r'";
        let reporting = "package.name = 'funnelflux-reporting'";
        assert_eq!(complaints(&[auth, reporting]).len(), 1);
    }

    #[test]
    fn an_arrow_up_is_named_wherever_it_stands() {
        for table in [
            "[target.'cfg(unix)'.dependencies]",
            "[target.x86_64-pc-windows-msvc.dependencies]",
            "[build-dependencies]",
            "[target.'cfg(unix)'.build-dependencies]",
        ] {
            let id = format!(
                "package.name = 'funnelflux-id'\n{table}\nm = {{ package = 'funnelflux-model' }}"
            );
            assert_eq!(
                complaints(&[&id, MODEL]),
                ["funnelflux-id (layer 0) depends on funnelflux-model, which is not below"],
                "{table}"
            );
        }
    }

    #[test]
    fn one_name_for_two_crates_on_two_platforms_hides_neither() {
        let model = "package.name = 'funnelflux-model'\n[dependencies]\n\
                     x = { package = 'funnelflux-id' }\n[target.'cfg(unix)'.dependencies]\n\
                     x = { package = 'funnelflux-auth' }";
        let complaints = complaints(&[ID, model, "package.name = 'funnelflux-auth'"]);
        assert_eq!(complaints.len(), 1, "{complaints:?}");
    }

    #[test]
    fn a_dependency_of_tests_may_point_anywhere() {
        let id =
            "package.name = 'funnelflux-id'\ndev-dependencies.funnelflux-model.path = '../model'";
        assert_eq!(complaints(&[id, MODEL]), [""; 0]);
    }

    #[test]
    fn a_new_crate_must_be_given_a_layer() {
        let complaints = complaints(&["package.name = 'funnelflux-new'"]);
        assert!(complaints[0].starts_with("funnelflux-new: has no layer"), "{complaints:?}");
    }
}
