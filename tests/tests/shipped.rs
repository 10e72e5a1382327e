//! What is shipped: the `ffx` under test has the features of the `ffx` that `cargo install` builds, and the
//! packages are whole.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// The features of each package, by its name and version.
type Features = BTreeMap<String, BTreeSet<String>>;

/// Reads the lines of `cargo tree -e features --prefix none`.
fn parse(tree: &str) -> Features {
    let mut features = Features::new();
    for line in tree.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            [name, "feature", feature, ..] => {
                features
                    .entry(name.to_owned())
                    .or_default()
                    .insert(feature.trim_matches('"').to_owned());
            }
            [name, ..] => drop(features.entry(name.to_owned()).or_default()),
            [] => {}
        }
    }
    features
}

/// What is in the second tree and not in the first, or has more features there.
fn added(shipped: &Features, tested: &Features) -> Vec<String> {
    let mut added = Vec::new();
    for (name, features) in tested {
        match shipped.get(name) {
            None => added.push(name.clone()),
            Some(known) => {
                added.extend(features.difference(known).map(|it| format!("{name}/{it}")));
            }
        }
    }
    added
}

fn tree(edges: &str) -> Features {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut tree = Command::new(cargo);
    tree.args(["tree", "-q", "--locked", "-p", "funnelflux-cli", "--prefix", "none", "-e", edges]);
    tree.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap());
    let output = tree.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    parse(&String::from_utf8(output.stdout).unwrap())
}

/// The features that the tests of `ffx` alone switch on: those of the programs around it.
const OF_TESTS: &[&str] =
    &["cfg_aliases", "libc/extra_traits", "nix", "tempfile/default", "tokio/rt-multi-thread"];

mod the_tested_binary_is_the_shipped_one {
    use super::*;

    #[test]
    fn its_tests_add_no_feature_and_no_package() {
        let (shipped, tested) = (tree("features,no-dev"), tree("features"));
        assert!(shipped.len() > 100, "{} packages", shipped.len());
        let mut added = added(&shipped, &tested);
        added.retain(|it| !OF_TESTS.contains(&&**it));
        assert_eq!(added, Vec::<String>::new());
    }

    #[test]
    fn it_has_one_tls_library() {
        let shipped = tree("features,no-dev");
        for (name, is_there) in [
            ("rustls", true),
            ("ring", true),
            ("rustls-platform-verifier", true),
            ("aws-lc-rs", false),
            ("aws-lc-sys", false),
            ("openssl", false),
            ("openssl-sys", false),
            ("native-tls", false),
            ("hyper-tls", false),
            ("tokio-native-tls", false),
            ("schannel", false),
            ("security-framework", false),
            ("webpki-roots", false),
            ("boring", false),
        ] {
            assert_eq!(shipped.contains_key(name), is_there, "{name}");
        }
    }

    #[test]
    fn a_feature_or_a_package_more_is_found() {
        let shipped = "tokio v1.0.0\ntokio feature \"rt\"\nring v0.17.0\n";
        for (tested, found) in [
            ("tokio v1.0.0\ntokio feature \"rt\"\n", &[][..]),
            ("tokio feature \"rt\" (*)\n", &[][..]),
            ("tokio feature \"net\"\n", &["tokio/net"]),
            ("tokio feature \"rt\"\ntokio feature \"net\"\n", &["tokio/net"]),
            ("aws-lc-rs v1.0.0\n", &["aws-lc-rs"]),
            ("aws-lc-rs feature \"default\"\n", &["aws-lc-rs"]),
            ("ring feature \"std\"\n", &["ring/std"]),
            ("ring v0.17.0 (proc-macro)\n", &[]),
            ("openssl v0.10.0\nring v0.17.0\n", &["openssl"]),
            ("tokio feature \"a\"\nring feature \"b\"\n", &["ring/b", "tokio/a"]),
            ("\n", &[]),
        ] {
            assert_eq!(added(&parse(shipped), &parse(tested)), found, "{tested}");
        }
    }
}

mod the_packages_are_whole {
    use std::fs;
    use std::path::PathBuf;

    use serde_json::Value;

    use super::*;

    /// The workspace has no public address yet.
    const NO_ADDRESS: &str = "warning: manifest has no documentation, homepage or repository";

    fn cargo(arguments: &[&str]) -> std::process::Output {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(arguments).arg("--offline");
        command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap());
        command.output().unwrap()
    }

    /// The folder of each published crate, by its name.
    fn published() -> BTreeMap<String, PathBuf> {
        let output = cargo(&["metadata", "-q", "--no-deps", "--format-version=1"]);
        let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
        let packages = metadata["packages"].as_array().unwrap().iter();
        let published = packages.filter(|package| package["publish"].is_null());
        let folder = |package: &Value| {
            let manifest = Path::new(package["manifest_path"].as_str().unwrap());
            manifest.parent().unwrap().to_path_buf()
        };
        published.map(|it| (it["name"].as_str().unwrap().to_owned(), folder(it))).collect()
    }

    #[test]
    fn cargo_warns_of_nothing_but_the_missing_address() {
        let published = published();
        assert!(published.len() > 12, "{published:?}");
        let mut arguments = vec!["package", "--no-verify", "--allow-dirty"];
        arguments.extend(["--target-dir", env!("CARGO_TARGET_TMPDIR")]);
        arguments.extend(published.keys().flat_map(|name| ["-p", name]));
        let output = cargo(&arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{said}");
        assert_eq!(said.matches("Packaged ").count(), published.len(), "{said}");
        let warnings = said.lines().filter(|line| line.starts_with("warning"));
        assert_eq!(warnings.filter(|line| *line != NO_ADDRESS).collect::<Vec<_>>(), [""; 0]);
    }

    #[test]
    fn each_crate_has_a_readme_with_an_example_that_is_compiled() {
        for (name, folder) in published() {
            let readme = fs::read_to_string(folder.join("README.md")).expect(&name);
            assert!(readme.starts_with(&format!("# {name}\n")), "{name}");
            assert!(!readme.contains("](../"), "{name}: a link that leads out of the package");
            // The front page of the documentation is the README, whose blocks are tests.
            match fs::read_to_string(folder.join("src/lib.rs")) {
                Ok(library) => {
                    assert!(readme.contains("\n```rust"), "{name}");
                    assert!(!readme.contains("ignore"), "{name}");
                    assert!(library.contains("#![doc = include_str!(\"../README.md\")]"), "{name}");
                }
                Err(_) => assert!(readme.contains("\n```sh\n"), "{name}"),
            }
        }
    }
}
