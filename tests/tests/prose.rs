//! What doc comments say of an operation's grades is what the contract says.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use funnelflux_tests::{files, root};

const GRADES: [&str; 7] =
    ["documented", "proven", "written", "help", "sibling", "inferred", "unknown"];

/// The grades of each call: of the operation and of its path.
fn contract() -> BTreeMap<String, [String; 2]> {
    let mut grades = BTreeMap::new();
    for section in ["auth", "billing", "ledger", "reporting"] {
        let file = root().join(format!("docs/contract/{section}.toml"));
        let table: toml::Table = std::fs::read_to_string(file).unwrap().parse().unwrap();
        for operation in table["operation"].as_array().unwrap() {
            let text = |key: &str| operation[key].as_str().unwrap().to_owned();
            let call = format!("{} {}", text("method"), text("path"));
            grades.insert(call, [text("grade"), text("path_grade")]);
        }
    }
    grades
}

/// The Rust files below the sources of the crates.
fn sources() -> Vec<PathBuf> {
    let crates = std::fs::read_dir(root().join("crates")).unwrap();
    crates.flat_map(|entry| files(&entry.unwrap().path().join("src"), "rs")).collect()
}

/// The doc comments of a file, each on one line.
fn comments(file: &str) -> String {
    let mut text = String::new();
    for line in file.lines().map(str::trim_start) {
        match line.strip_prefix("///").or_else(|| line.strip_prefix("//!")) {
            Some(comment) => text.push_str(comment),
            None => text.push('\n'),
        }
    }
    text
}

/// Each call in parentheses, such as ``(`GET /x`, path inferred)``, with what follows it there.
fn remarks(comments: &str) -> impl Iterator<Item = (&str, &str)> {
    comments.split("(`").skip(1).filter_map(|rest| {
        let (call, rest) = rest.split_once('`')?;
        let is_call =
            ["GET /", "POST /", "PUT /", "DELETE /"].iter().any(|it| call.starts_with(it));
        is_call.then_some((call, rest.split_once(')')?.0))
    })
}

fn first_grade(text: &str) -> Option<&str> {
    text.split(|c: char| !c.is_ascii_alphabetic()).find(|word| GRADES.contains(word))
}

#[test]
fn the_grade_of_a_call_in_a_comment_is_that_of_the_contract() {
    let contract = contract();
    let (mut checked, mut wrong) = (0, Vec::new());
    for file in sources() {
        for (call, remark) in remarks(&comments(&std::fs::read_to_string(&file).unwrap())) {
            let Some([operation, path]) = contract.get(call) else {
                wrong.push(format!("{}: {call} is not in the contract", file.display()));
                continue;
            };
            let after = |word: &str| first_grade(remark.split_once(word)?.1);
            // A grade alone is that of both.
            let alone = || first_grade(remark).filter(|_| !remark.contains("path"));
            for (what, said, known) in [
                ("operation", after("operation").or_else(alone), operation),
                ("path", after("path").or_else(alone), path),
            ] {
                checked += usize::from(said.is_some());
                if said.is_some_and(|said| said != known) {
                    let said = said.unwrap();
                    wrong.push(format!("{}: {call}: {what} {said}, not {known}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(checked > 25, "only {checked} grades in comments");
}
