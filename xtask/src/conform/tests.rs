//! What `conform --write` changes in a small contract, given files in the vendor's style.

use std::fs;
use std::path::PathBuf;

use funnelflux_learn::schemas::Settled;
use tempfile::TempDir;

use super::*;

fn fixtures() -> PathBuf {
    root().join("crates/funnelflux-learn/src/schemas/fixtures")
}

/// A workspace that holds nothing but the tests' contract.
fn workspace() -> TempDir {
    let workspace = tempfile::tempdir().unwrap();
    for folder in ["contract", "contract/schemas"] {
        fs::create_dir_all(workspace.path().join("docs").join(folder)).unwrap();
        for entry in fs::read_dir(fixtures().join(folder)).unwrap() {
            let from = entry.unwrap().path();
            if from.is_file() {
                let to = workspace.path().join("docs").join(folder);
                fs::copy(&from, to.join(from.file_name().unwrap())).unwrap();
            }
        }
    }
    workspace
}

fn fixture(name: &str) -> (&str, String) {
    (name, fs::read_to_string(fixtures().join(name)).unwrap())
}

fn arguments(files: &[&str], write: bool) -> Arguments {
    let files = files.iter().map(|name| fixtures().join(name)).collect();
    Arguments { files, json: false, write }
}

#[test]
fn differences_fail_the_verb_and_agreement_does_not() {
    let workspace = workspace();
    let (_, outcome) = run(workspace.path(), &arguments(&["reporting.json"], false)).unwrap();
    assert!(outcome.is_ok());
    let (said, outcome) = run(workspace.path(), &arguments(&["ledger.yaml"], false)).unwrap();
    assert!(said.contains("ledger.yaml: Swagger 2.0, Assets 1.0.0, 8 operations"), "{said}");
    assert!(outcome.unwrap_err().to_string().ends_with("difference(s) from the contract"));
}

/// A file of the fixtures, edited, in the workspace.
fn edited(workspace: &TempDir, name: &str, from: &str, to: &str) -> Arguments {
    let (_, text) = fixture(name);
    assert!(text.contains(from), "{from}");
    let path = workspace.path().join(name);
    fs::write(&path, text.replace(from, to)).unwrap();
    Arguments { files: vec![path], json: false, write: true }
}

/// The entry of an operation in the contract of the workspace.
fn entry(workspace: &TempDir, section: &str, id: &str) -> String {
    let file = workspace.path().join(format!("docs/contract/{section}.toml"));
    let text = fs::read_to_string(file).unwrap();
    let id = format!("id = \"{id}\"\n");
    text.split("[[operation]]").find(|entry| entry.contains(&id)).unwrap().to_owned()
}

#[test]
fn a_title_alone_finds_an_operation_and_settles_nothing() {
    let workspace = workspace();
    let before = entry(&workspace, "billing", "billing.domains.check");
    let arguments = edited(
        &workspace,
        "billing.yaml",
        "schema: {$ref: '#/definitions/model.CheckDomainRequest'}",
        "schema: {type: object}",
    );
    let contract = Contract::load(workspace.path()).unwrap();
    let file = SchemaFile::read(&arguments.files[0]).unwrap();
    let findings = compare(&contract, vec![file]);
    let likely: Vec<_> = findings.likely().collect();
    assert_eq!(likely, ["billing.domains.check: POST /billing/domains/verify (likely, by title)"]);
    let _ = run(workspace.path(), &arguments).unwrap();
    assert_eq!(entry(&workspace, "billing", "billing.domains.check"), before);
}

#[test]
fn a_title_and_the_members_of_the_body_settle_a_path() {
    let workspace = workspace();
    let _ = run(workspace.path(), &arguments(&["billing.yaml"], true)).unwrap();
    let check = entry(&workspace, "billing", "billing.domains.check");
    assert!(check.contains("path = \"/billing/domains/verify\""), "{check}");
}

#[test]
fn a_path_is_taken_over_with_the_placeholders_that_the_client_fills() {
    let workspace = workspace();
    let verb = "/billing/domains/{domainId}/refresh:\n    put:";
    let capital = "/billing/Domains/{ID}/refresh:\n    post:";
    let arguments = edited(&workspace, "billing.yaml", verb, capital);
    let (said, _) = run(workspace.path(), &arguments).unwrap();
    assert!(said.contains("→ /billing/Domains/{ID}/refresh"), "{said}");
    let refresh = entry(&workspace, "billing", "billing.domains.refresh");
    assert!(refresh.contains("path = \"/billing/Domains/{id}/refresh\""), "{refresh}");
}

#[test]
fn where_the_method_differs_the_path_is_settled_and_the_operation_is_not() {
    let workspace = workspace();
    let arguments = edited(
        &workspace,
        "billing.yaml",
        "get:\n      summary: Get domain",
        "post:\n      summary: Get domain",
    );
    let _ = run(workspace.path(), &arguments).unwrap();
    let get = entry(&workspace, "billing", "billing.domains.get");
    assert!(get.contains("\npath_grade = \"documented\"\n"), "{get}");
    assert!(get.contains("\ngrade = \"inferred\"\n"), "{get}");
}

#[test]
fn what_the_files_settle_is_taken_over_and_every_other_line_stays() {
    let workspace = workspace();
    let file = workspace.path().join("docs/contract/billing.toml");
    let before = fs::read_to_string(&file).unwrap();
    let arguments = edited(&workspace, "billing.yaml", "domains/verify", "domains/test");
    let (said, outcome) = run(workspace.path(), &arguments).unwrap();
    assert!(outcome.is_err(), "it also reports what it changed");
    let after = fs::read_to_string(&file).unwrap();

    let new: Vec<_> = after.lines().filter(|line| !before.contains(line)).collect();
    assert_eq!(
        new,
        [
            "path = \"/billing/domains/test\" # a guess",
            "path_source = \"vendor schema file, Billing 1.0.0\"",
            "source = \"vendor schema file, Billing 1.0.0\"",
            "path_source = \"vendor schema file, Billing 1.0.0\"",
            "path_source = \"vendor schema file, Billing 1.0.0\"",
        ]
    );
    assert_eq!(before.lines().count(), after.lines().count());
    let check = entry(&workspace, "billing", "billing.domains.check");
    assert!(check.contains("path_grade = \"documented\"\nalternatives = []"), "{check}");
    assert!(check.contains("# It probes and reports."), "{check}");
    // Its call is not in the file: still a guess.
    let delete = entry(&workspace, "billing", "billing.domains.delete");
    assert!(delete.contains("path_grade = \"inferred\""), "{delete}");

    for generated in ["docs/coverage.md", "docs/openapi.json"] {
        let text = fs::read_to_string(workspace.path().join(generated)).unwrap();
        assert!(text.contains("/billing/domains/test"), "{generated}");
        assert!(said.contains(&format!("wrote {generated}")), "{said}");
    }
    let (said, _) = run(workspace.path(), &arguments).unwrap();
    assert!(!said.contains("path: ") && !said.contains("wrote"), "{said}");
}

#[test]
fn a_path_with_other_placeholders_is_left_to_a_person() {
    let workspace = workspace();
    let settled = |id: &str, path: &str| Settled {
        id: id.to_owned(),
        path: path.to_owned(),
        same_method: true,
        source: "a file".to_owned(),
    };
    for path in ["/billing/domains/details", "/billing/domain/{domainId}", "/billing/{id}.json"] {
        let gone = settled("billing.domains.get", path);
        let taken = write::take_over(workspace.path(), &[gone]).unwrap();
        assert_eq!(taken.changed, [""; 0]);
        let refusal = format!("billing.domains.get: {path} has other placeholders");
        assert!(taken.refused[0].starts_with(&refusal), "{:?}", taken.refused);
    }
}

#[test]
fn nothing_is_written_if_the_contract_would_break() {
    let workspace = workspace();
    let file = workspace.path().join("docs/contract/ledger.toml");
    let before = fs::read_to_string(&file).unwrap();
    let same = Settled {
        id: "ledger.funnel.list".to_owned(),
        path: "/campaign/funnel/find/byId".to_owned(),
        same_method: true,
        source: "a file".to_owned(),
    };
    let said = write::take_over(workspace.path(), &[same]).unwrap_err().to_string();
    assert!(said.contains("is also the call of"), "{said}");
    assert_eq!(fs::read_to_string(&file).unwrap(), before);
}

#[test]
fn a_file_that_is_none_is_named() {
    let workspace = workspace();
    let said = |file: &str| {
        let outcome = run(workspace.path(), &arguments(&[file], false));
        outcome.unwrap_err().to_string()
    };
    assert!(said("no/such.yaml").contains("no/such.yaml"));
    assert!(said("contract/billing.toml").contains("billing.toml"));
}
