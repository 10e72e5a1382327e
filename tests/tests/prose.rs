//! What doc comments say of an operation's grades is what the contract says, and the pages name files and
//! modules that exist.
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

/// The README, the changelog, each page of `docs` and each README of a crate.
fn pages() -> Vec<(PathBuf, String)> {
    let mut paths = vec![root().join("README.md"), root().join("CHANGELOG.md")];
    paths.extend(
        ["docs", "crates", "tests/fixtures"].iter().flat_map(|it| files(&root().join(it), "md")),
    );
    let read = |path: PathBuf| (path.clone(), std::fs::read_to_string(path).unwrap());
    paths.into_iter().map(read).collect()
}

/// The anchors of a page: its headings as GitHub writes them.
fn anchors(page: &str) -> Vec<String> {
    let headings = page.lines().filter(|line| line.starts_with('#'));
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    let headings = headings.map(|line| line.trim_start_matches('#').trim().to_lowercase());
    headings.map(|it| it.chars().filter(kept).collect::<String>().replace(' ', "-")).collect()
}

#[test]
fn each_file_and_heading_that_a_page_names_exists() {
    let (mut checked, mut wrong) = (0, Vec::new());
    for (page, text) in pages() {
        let links =
            text.split("](").skip(1).filter_map(|rest| Some((rest.split_once(')')?.0, false)));
        let names = text.split('`').skip(1).step_by(2).map(|name| (name, true));
        for (name, from_root) in links.chain(names) {
            let known = ["crates/", "docs/", "examples/", "tests/", "xtask/"];
            let is_pattern = name.contains(|c: char| "<…*{ ".contains(c));
            if is_pattern
                || name.contains("://")
                || from_root && !known.iter().any(|it| name.starts_with(it))
            {
                continue;
            }
            checked += 1;
            let (file, heading) = name.split_once('#').unwrap_or((name, ""));
            let file = match file {
                "" => page.clone(),
                _ if from_root => root().join(file),
                _ => page.with_file_name(file),
            };
            let is_there = file.exists()
                && (heading.is_empty()
                    || anchors(&std::fs::read_to_string(&file).unwrap())
                        .contains(&heading.to_owned()));
            if !is_there {
                wrong.push(format!("{}: {name}", page.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(checked > 100, "only {checked} names");
}

#[test]
fn the_page_of_the_emulator_names_each_of_its_modules() {
    let folder = root().join("crates/funnelflux-emulator");
    let read = |file: &str| std::fs::read_to_string(folder.join(file)).unwrap();
    let page = read("README.md");
    let list = page.split("```text\n").nth(1).unwrap().split("```").next().unwrap();
    let mut named: Vec<&str> =
        list.lines().flat_map(|line| line.split("  ").next().unwrap().split(", ")).collect();
    let lib = read("src/lib.rs");
    let mut modules: Vec<&str> =
        lib.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';')).collect();
    named.sort_unstable();
    modules.sort_unstable();
    assert_eq!(named, modules);
}

#[test]
fn the_prose_of_the_pages_has_lines_of_at_most_120_characters() {
    let mut long = Vec::new();
    for (page, text) in pages() {
        let mut is_code = false;
        for (line, number) in text.lines().zip(1..) {
            is_code ^= line.starts_with("```");
            let is_table = line.starts_with('|');
            if !is_code && !is_table && line.chars().count() > 120 {
                long.push(format!("{}:{number}", page.display()));
            }
        }
    }
    assert!(long.is_empty(), "{long:#?}");
}
