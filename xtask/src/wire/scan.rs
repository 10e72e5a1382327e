//! What the sources say to exist for each operation, by reading them. Nothing is run here, so each
//! column says as much as its mark does:
//!
//! - the client's is code: the public function that mentions the operation's constant;
//! - the emulator's is code: the operation's id as a string, or a verb of an asset;
//! - a fixture names the operation that it holds an exchange of;
//! - the command line calls typed clients, in whose calls no id stands, so its mark is mostly a comment,
//!   `// operation: <id>`. That is a claim, held by tests of the command line:
//!   `tests/cli/operations.rs` runs commands against the emulator and compares what it was asked, and
//!   for assets `commands/assets/operations.rs` compares with what the verbs reach, running nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::contract::Contract;
use crate::failure::{Failure, Result};

/// What was found for one operation.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// The public functions that call it, as `Type::function`.
    pub(crate) client: BTreeSet<String>,
    pub(crate) emulator: bool,
    /// The fixtures' paths below `tests/fixtures`.
    pub(crate) fixtures: BTreeSet<String>,
    /// Whether the command line's sources name it, be it in a comment.
    pub(crate) cli: bool,
}

/// What was found, by the operation's id.
#[derive(Debug, Default)]
pub(crate) struct Scan(BTreeMap<String, Found>);

impl Scan {
    pub(crate) fn of<'h>(
        root: &Path,
        contract: &Contract,
        home: impl Fn(&str) -> Option<&'h str>,
    ) -> Result<Self> {
        let emulator = read(root, "crates/funnelflux-emulator/src", "rs")?;
        let cli = read(root, "crates/funnelflux-cli/src", "rs")?;
        let fixtures = read(root, "tests/fixtures", "json")?;
        let mut found = BTreeMap::new();
        for section in &contract.sections {
            let sources = match home(&section.name) {
                Some(home) => read(root, &format!("{home}/src"), "rs")?,
                None => Vec::new(),
            };
            for operation in &section.operations {
                let entry = Found {
                    client: callers(&sources, &section.name, &operation.rust_name()),
                    // The verbs of assets are served by the contract's own tables.
                    emulator: operation.id.starts_with("ledger.")
                        || emulator.iter().any(|(_, text)| quotes(text, &operation.id)),
                    fixtures: fixtures
                        .iter()
                        .filter(|(_, text)| fixture_is_of(text, &operation.id))
                        .map(|(name, _)| name.clone())
                        .collect(),
                    cli: cli.iter().any(|(_, text)| {
                        quotes(text, &operation.id) || announces(text, &operation.id)
                    }),
                };
                found.insert(operation.id.clone(), entry);
            }
        }
        Ok(Self(found))
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Found> {
        self.0.get(id)
    }
}

type Files = Vec<(String, String)>;

/// Every file of that kind in a folder and below, sorted; none if the folder does not exist.
///
/// Modules of tests are left out: a test shows nothing to exist.
fn read(root: &Path, folder: &str, extension: &str) -> Result<Files> {
    let top = root.join(folder);
    let mut files = Vec::new();
    let mut folders = vec![top.clone()];
    while let Some(folder) = folders.pop() {
        if !folder.is_dir() {
            continue;
        }
        let entries = std::fs::read_dir(&folder).map_err(|e| Failure::io(&folder, &e))?;
        for entry in entries {
            let path: PathBuf = entry.map_err(|error| Failure::io(&folder, &error))?.path();
            if path.file_stem().is_some_and(|stem| stem == "tests") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                let text =
                    std::fs::read_to_string(&path).map_err(|error| Failure::io(&path, &error))?;
                let name = path.strip_prefix(&top).unwrap_or(&path);
                files.push((name.to_string_lossy().replace('\\', "/"), text));
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The public functions that mention `operations::NAME` (or `operations::section::NAME`).
fn callers(files: &Files, section: &str, name: &str) -> BTreeSet<String> {
    let mentions = [format!("operations::{name}"), format!("operations::{section}::{name}")];
    let mut callers = BTreeSet::new();
    for (file, text) in files {
        if file == "operations.rs" || file.starts_with("operations/") {
            continue;
        }
        let lines: Vec<&str> = code(text).collect();
        for (index, line) in lines.iter().enumerate() {
            if mentions.iter().any(|mention| has_word(line, mention)) {
                let upwards = || lines.iter().take(index + 1).rev().copied();
                callers.extend(declared(line, upwards()).or_else(|| caller(upwards())));
            }
        }
    }
    callers
}

/// The method that a line of an asset's declaration stands for, such as
/// `FindById::FIND_BY_ID = operations::PAGE_FIND_BY_ID,` below `Page {`: the constant has the name of
/// the method of `Assets` that calls it.
fn declared<'a>(line: &str, mut upwards: impl Iterator<Item = &'a str>) -> Option<String> {
    let (capability, _) = line.trim().split_once(" = operations::")?;
    let (_, constant) = capability.split_once("::")?;
    let word = |text: &str| text.chars().all(|c| c.is_alphanumeric() || c == '_');
    let asset = upwards.find_map(|line| {
        line.trim().strip_suffix(" {").filter(|name| !name.is_empty() && word(name))
    })?;
    word(constant).then(|| format!("Assets<{asset}>::{}", constant.to_ascii_lowercase()))
}

/// The code of a file: no comments, no imports, and nothing of the tests at its end.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().take_while(|line| !line.starts_with("mod tests {")).filter(|line| {
        let line = line.trim_start();
        !line.starts_with("//") && !line.starts_with("use ")
    })
}

/// The function around a line, given the lines from there upwards.
///
/// That of a trait's implementation counts as it is; from a private helper the search goes on to
/// the next public function above.
fn caller<'a>(upwards: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut function = None;
    let mut private = None;
    for line in upwards {
        if line.starts_with("impl") {
            let is_trait = line.contains(" for ");
            let function = function.or(if is_trait { private } else { None });
            return function.map(|function| format!("{}::{function}", implementor(line)));
        }
        if function.is_some() {
            continue;
        }
        if let Some(name) = function_name(line) {
            if line.trim_start().starts_with("pub ") {
                if !line.starts_with(' ') {
                    return Some(name.to_owned());
                }
                function = Some(name);
            } else {
                private = private.or(Some(name));
            }
        }
    }
    function.map(str::to_owned)
}

fn function_name(line: &str) -> Option<&str> {
    let (before, rest) = line.split_once("fn ")?;
    let only_modifiers = before.split_whitespace().all(|word| {
        ["async", "const"].contains(&word) || word == "pub" || word.starts_with("pub(")
    });
    let name = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()?;
    (only_modifiers && !name.is_empty()).then_some(name)
}

/// `Reports` of `impl<'a> Reports<'a> {`, and of `impl Trait for Reports {`.
fn implementor(line: &str) -> &str {
    let subject = match line.rsplit_once(" for ") {
        Some((_, subject)) => subject,
        None => line.trim_start_matches("impl"),
    };
    let subject = match subject.strip_prefix('<').and_then(|rest| rest.split_once("> ")) {
        Some((_, rest)) => rest,
        None => subject,
    };
    let subject = subject.trim_start();
    subject.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or(subject)
}

/// Whether the word stands in the line and does not go on.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let after = line.get(at + word.len()..).and_then(|rest| rest.chars().next());
        after.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':')
    })
}

/// Whether the code holds the id as a string literal.
fn quotes(text: &str, id: &str) -> bool {
    let literal = format!("\"{id}\"");
    code(text).any(|line| line.contains(&literal))
}

/// Whether a comment `// operation: <id>` stands in the file.
fn announces(text: &str, id: &str) -> bool {
    text.lines()
        .filter_map(|line| line.trim_start().strip_prefix("// operation:"))
        .any(|named| named.trim() == id)
}

/// Whether the fixture's header (the top of the object, or one member below it) or one of its
/// exchanges names the operation.
fn fixture_is_of(text: &str, id: &str) -> bool {
    let Ok(serde_json::Value::Object(top)) = serde_json::from_str(text) else { return false };
    let names = |value: Option<&serde_json::Value>| match value {
        Some(serde_json::Value::String(name)) => name == id,
        Some(serde_json::Value::Array(list)) => list.iter().any(|name| name == id),
        _ => false,
    };
    let exchanges = top.get("exchanges").and_then(serde_json::Value::as_array);
    names(top.get("operation"))
        || top.values().any(|member| names(member.get("operation")))
        || exchanges.is_some_and(|list| list.iter().any(|e| names(e.get("operation"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn callers_in(text: &str) -> Vec<String> {
        let files = vec![("client.rs".to_owned(), text.to_owned())];
        callers(&files, "reporting", "DRILLDOWN").into_iter().collect()
    }

    #[test]
    fn a_public_method_that_mentions_the_operation_is_its_client() {
        let text = "impl<'a> Reports<'a> {\n    pub fn new() {}\n    pub async fn drilldown(&self) {\n        self.call(&operations::DRILLDOWN)\n    }\n}\n";
        assert_eq!(callers_in(text), ["Reports::drilldown"]);
    }

    #[test]
    fn a_private_helper_leads_to_the_public_method_above_it() {
        let text = "impl Reports {\n    pub async fn drilldown(&self) { self.send() }\n    async fn send(&self) {\n        self.call(&operations::DRILLDOWN)\n    }\n}\n";
        assert_eq!(callers_in(text), ["Reports::drilldown"]);
    }

    #[test]
    fn a_method_of_a_trait_counts_though_it_is_not_marked_public() {
        let text = "impl Source for Reports {\n    async fn fetch(&self) {\n        self.call(&operations::reporting::DRILLDOWN)\n    }\n}\n";
        assert_eq!(callers_in(text), ["Reports::fetch"]);
    }

    #[test]
    fn a_declaration_of_an_asset_names_the_method_that_it_stands_for() {
        let text = "assets! {\n    Page {\n        List::LIST = operations::PAGE_LIST,\n        FindById::FIND_BY_ID = operations::DRILLDOWN,\n    }\n}\n";
        assert_eq!(callers_in(text), ["Assets<Page>::find_by_id"]);
    }

    #[test]
    fn comments_tests_and_longer_names_do_not_count() {
        assert!(callers_in("/// [`operations::DRILLDOWN`]\npub fn a() {}\n").is_empty());
        assert!(callers_in("pub fn a() { operations::DRILLDOWN_TWO; }\n").is_empty());
        let tested = "pub fn a() {}\nmod tests {\n    fn t() { operations::DRILLDOWN; }\n}\n";
        assert!(callers_in(tested).is_empty());
    }

    #[test]
    fn a_fixture_names_its_operation_in_its_header() {
        let id = "reporting.drilldown";
        assert!(fixture_is_of(r#"{"operation": "reporting.drilldown"}"#, id));
        assert!(fixture_is_of(r#"{"header": {"operation": "reporting.drilldown"}}"#, id));
        assert!(!fixture_is_of(r#"{"header": {"operation": "reporting.hits"}}"#, id));
        assert!(fixture_is_of(r#"{"exchanges": [{"operation": "reporting.drilldown"}]}"#, id));
        assert!(!fixture_is_of("no json", id));
    }

    #[test]
    fn the_command_line_announces_an_operation_in_a_comment_or_names_it_in_a_string() {
        assert!(announces("    // operation: reporting.hits\n", "reporting.hits"));
        assert!(!announces("    // operation: reporting.hits.more\n", "reporting.hits"));
        assert!(quotes("call(\"reporting.hits\")", "reporting.hits"));
        assert!(!quotes("// \"reporting.hits\"", "reporting.hits"));
    }
}
