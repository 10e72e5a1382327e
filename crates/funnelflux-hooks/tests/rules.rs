//! The table of the documented rules in docs/hooks.md: each test that it names is there.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use std::fs;
use std::path::Path;

#[test]
fn each_documented_rule_names_a_test_that_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = fs::read_to_string(root.join("docs/hooks.md")).unwrap();
    let (_, table) = page.split_once("## Each documented rule, and its test").unwrap();
    let mut source = String::new();
    let mut rules = 0;
    for row in table.lines().filter(|line| line.starts_with("| ")).skip(1) {
        let tests = row.split('|').nth(2).unwrap();
        let mut named = 0;
        // A file holds for the names after it, in later rows, too.
        for name in tests.split('`').skip(1).step_by(2) {
            if name.ends_with(".rs") {
                let own = if name.contains('/') {
                    name.to_owned()
                } else {
                    format!("funnelflux-hooks/tests/{name}")
                };
                let path = root.join("crates").join(own);
                source = fs::read_to_string(&path)
                    .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                named += usize::from(name == "crash.rs");
            } else {
                assert!(source.contains(&format!("fn {name}(")), "no test `{name}`: {row}");
                named += 1;
            }
        }
        assert!(named > 0, "no test in {row}");
        rules += 1;
    }
    assert!(rules >= 20, "{rules} rules");
}
