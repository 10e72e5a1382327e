//! Each file of tests stands in the manifest: cargo finds none by itself in this folder, so one that
//! is not listed would never be compiled.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn every_file_of_tests_is_compiled_and_run() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| Path::new(name).extension().is_some_and(|extension| extension == "rs"))
        .collect();
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let tests = manifest["test"].as_array().unwrap();
    let listed: BTreeSet<String> =
        tests.iter().map(|test| test["path"].as_str().unwrap().to_owned()).collect();
    assert_eq!(files, listed, "left: the files; right: the `[[test]]` sections of Cargo.toml");
    for test in tests {
        let switched_off = test.get("test").and_then(toml::Value::as_bool) == Some(false);
        assert!(!switched_off, "{test}: compiled and never run");
    }
}
