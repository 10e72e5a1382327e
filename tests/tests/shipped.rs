//! The `ffx` under test has the features of the `ffx` that `cargo install` builds.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

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
