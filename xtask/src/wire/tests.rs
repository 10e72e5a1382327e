//! Generation in a small workspace of its own.

use std::fs;

use tempfile::TempDir;

use super::*;

const REPORTING: &str = r#"
section = "reporting"
title = "Reporting"

[[operation]]
id = "reporting.drilldown"
title = "Create a drilldown report"
method = "POST"
path = "/reporting/drilldown"
grade = "documented"
path_grade = "documented"
alternatives = []
query = []
body = "DrilldownRequest"
body_grade = "proven"
response = "unknown"
idempotency = "safe"
weight = "report"
source = "vendor API reference, Reporting"
path_source = "vendor API reference, Reporting"

[[operation]]
id = "reporting.logs.webhook-summary"
title = "Get [webhook] asset summary"
method = "GET"
path = "/reporting/logs/webhook/summary"
grade = "documented"
path_grade = "inferred"
alternatives = ["/reporting/logs/webhook", "/reporting/webhook"]
query = [
    { name = "status", type = "string", required = false, grade = "documented", source = "reference" },
    { name = "idFunnel", type = "id", required = true, grade = "inferred", alternatives = ["idCampaign"], source = "a guess" },
]
body = "none"
response = "DrilldownRequest[]"
response_grade = "sibling"
idempotency = "safe"
weight = "light"
source = "vendor API reference, Reporting"
path_source = "inferred from the title"
notes = "Long enough to be wrapped, so that the line that holds it does not pass the hundredth column, `a [code] span` untouched."

[[unreadable]]
title = "A second log"
method = "POST"
grade = "documented"
source = "vendor API reference, Reporting"
reason = "Its path could not be read."
"#;

const LEDGER: &str = r#"
section = "ledger"
title = "Assets"

[[asset]]
name = "offer-sources"
noun = "offer source"
meaning = "The network that pays."
segment = "offersource"
model = "OfferSource"
id_members = ["idOfferSource"]
name_members = ["idOfferSource"]
category_types = ["offersources"]
grade = "documented"
source = "reference"

[[marker]]
name = "FunnelNode"
noun = "funnel node"
meaning = "A step of a funnel."
id_member = "idNode"
grade = "sibling"
source = "reference"

[[operation]]
id = "ledger.offersource.find-by-id"
title = "Find an offer source by ID"
method = "GET"
path = "/offersource/find/byId"
grade = "documented"
path_grade = "documented"
alternatives = []
query = [{ name = "idOfferSource", type = "id", required = true, grade = "inferred", source = "a guess" }]
body = "none"
response = "OfferSource"
response_grade = "documented"
idempotency = "safe"
weight = "light"
source = "reference"
path_source = "reference"

[[operation]]
id = "ledger.offersource.archive"
title = "Archive an offer source"
method = "PUT"
path = "/offersource/archive"
grade = "documented"
path_grade = "documented"
alternatives = []
query = []
body = "unknown"
response = "unknown"
idempotency = "idempotent"
weight = "light"
source = "reference"
path_source = "reference"
"#;

const SCHEMAS: &str = r#"
title = "Reporting"

[[schema]]
name = "DrilldownRequest"
kind = "object"
grade = "proven"
source = "reference"
fields = []

[[schema]]
name = "OfferSource"
kind = "object"
grade = "documented"
source = "reference"
meaning = "Who pays."
fields = [
    { name = "idOfferSource", type = "id", grade = "documented", server_managed = true },
    { name = "payout", type = "decimal", grade = "documented", unnamed = true, name_grade = "inferred", meaning = "what is paid" },
    { name = "status", type = "Status[]", grade = "sibling", source = "the sibling" },
    { type = "object", grade = "documented", unnamed = true, meaning = "a member without a known name" },
]

[[schema]]
name = "OfferSourceInfo"
kind = "object"
grade = "documented"
source = "reference"
fields = []

[[schema]]
name = "Status"
kind = "enum"
grade = "sibling"
source = "reference"
values = [
    { value = "active", grade = "sibling", meaning = "in use" },
    { value = "", grade = "documented", rust = "Empty" },
    { value = "visits", grade = "proven", kind = "count" },
]
"#;

const VOCABULARY: &str = r#"
harmless = ["status"]
stopped_query = []

[[vocabulary]]
about = "Counts"
names = ["total", "idCampaign"]
holds = "figure"
grade = "inferred"
source = "a pattern"

[[vocabulary]]
about = "Kinds"
names = ["kind"]
holds = "word"
grade = "inferred"
source = "a pattern"
"#;

const EVIDENCE: &str = r#"
[[evidence]]
id = "reference"
page = "reference"
date = "2026-06-15"
grade = "documented"
states = [
    "operation:*", "method:*", "path:*", "query:*", "body:*", "response:*", "unreadable:*", "asset:*",
    "schema:*", "member:*", "value:Status.", "value:Status.visits",
]
"#;

fn workspace() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    put(&root, "docs/contract/reporting.toml", REPORTING);
    put(&root, "docs/contract/ledger.toml", LEDGER);
    put(&root, "docs/contract/vocabulary.toml", VOCABULARY);
    put(&root, "docs/contract/evidence.toml", EVIDENCE);
    put(&root, "docs/contract/schemas/reporting.toml", SCHEMAS);
    root
}

fn put(root: &TempDir, path: &str, text: &str) {
    let path = root.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn get(root: &TempDir, path: &str) -> String {
    fs::read_to_string(root.path().join(path)).unwrap()
}

#[test]
fn the_generated_tables_are_the_golden_ones() {
    let root = workspace();
    write(root.path()).unwrap();
    for (table, golden) in [
        ("operations/reporting", include_str!("golden/operations.rs")),
        ("kinds", include_str!("golden/kinds.rs")),
        ("../../../funnelflux-id/src/markers", include_str!("golden/markers.rs")),
        ("schemas", include_str!("golden/schemas.rs")),
        ("vocabulary", include_str!("golden/vocabulary.rs")),
    ] {
        assert_eq!(get(&root, &format!("{TABLES}/{table}.rs")), golden, "{table}");
    }
}

#[test]
fn the_generated_page_is_the_golden_one() {
    let root = workspace();
    put(
        &root,
        "tests/fixtures/reports/drilldown.json",
        r#"{"exchanges": [{"operation": "reporting.drilldown"}]}"#,
    );
    write(root.path()).unwrap();
    assert_eq!(get(&root, "docs/coverage.md"), include_str!("golden/coverage.md"));
}

#[test]
fn after_writing_everything_is_fresh_and_a_second_run_writes_nothing() {
    let root = workspace();
    let said = write(root.path()).unwrap();
    assert!(said.contains("wrote docs/coverage.md"), "{said}");
    let fresh = "4 operations, 0 names in code; 16 generated files are fresh";
    assert_eq!(compare(root.path()).unwrap(), fresh);
    assert_eq!(write(root.path()).unwrap(), fresh);
}

#[test]
fn what_no_page_states_and_a_name_that_no_entry_holds_fail_the_check() {
    let root = workspace();
    put(&root, "docs/contract/evidence.toml", &EVIDENCE.replace("\"value:Status.visits\",", ""));
    put(&root, "crates/a/src/lib.rs", r#"fn a(body: &Value) { body.get("strangeMember"); }"#);
    let lacking = "value:Status.visits (proven) is stated by no page of evidence.toml\n";
    let said = write(root.path()).unwrap();
    assert!(said.contains(lacking) && said.contains("`strangeMember` is in no entry"), "{said}");
    let failure = compare(root.path()).unwrap_err().to_string();
    assert!(failure.starts_with(lacking), "{failure}");
    assert!(failure.contains("\n2 missing in the contract"), "{failure}");
}

#[test]
fn the_check_names_what_is_stale_with_the_line_and_writes_nothing() {
    let root = workspace();
    write(root.path()).unwrap();
    let file = "crates/funnelflux-contract/src/generated/operations/reporting.rs";
    let edited = get(&root, file).replace("weight: Report", "weight: Light");
    put(&root, file, &edited);
    fs::remove_file(root.path().join("docs/coverage.md")).unwrap();

    let failure = compare(root.path()).unwrap_err().to_string();

    assert!(failure.contains(&format!("{file}: differs from line ")), "{failure}");
    assert!(failure.contains("is:              weight: Light,"), "{failure}");
    assert!(failure.contains("must be:         weight: Report,"), "{failure}");
    assert!(failure.contains("docs/coverage.md: is missing"), "{failure}");
    assert!(failure.contains("run `cargo xtask wire`"), "{failure}");
    assert_eq!(get(&root, file), edited);
    assert!(!root.path().join("docs/coverage.md").exists());
}

#[test]
fn a_broken_contract_stops_everything_before_a_file_is_written() {
    let root = workspace();
    put(&root, "docs/contract/reporting.toml", &REPORTING.replace("\"safe\"", "\"sure\""));
    let failure = write(root.path()).unwrap_err().to_string();
    assert!(failure.ends_with("2 violation(s) in the contract"), "{failure}");
    assert!(!root.path().join("docs/coverage.md").exists());
}

#[test]
fn a_stale_document_is_named_with_the_first_line_that_differs() {
    let folder = tempfile::tempdir().unwrap();
    let output = Output { path: "docs/openapi.json".to_owned(), text: "{\n}\n".to_owned() };
    assert!(output.stale(folder.path()).unwrap().contains("is missing"));
    assert!(output.write(folder.path()).unwrap());
    assert_eq!(output.stale(folder.path()), None);
    assert!(!output.write(folder.path()).unwrap(), "a fresh file is left alone");
    std::fs::write(folder.path().join("docs/openapi.json"), "{}\n").unwrap();
    assert!(output.stale(folder.path()).unwrap().contains("line 1"));
}

#[test]
fn a_name_that_rust_would_refuse_is_named_before_a_file_is_written() {
    const FILES: [&str; 2] = ["docs/contract/ledger.toml", "docs/contract/schemas/reporting.toml"];
    for (name, other, said) in [
        ("name = \"offer-sources\"", "name = \"type\"", "kind of asset: `type` is no name in Rust"),
        ("name = \"offer-sources\"", "name = \"report\"", "`ffx report` has the name `report`"),
        ("name = \"payout\"", "name = \"type\"", "a member of OfferSource: `type` is no name"),
        ("name = \"payout\"", "name = \"Status\"", "\"Status\" has the name `status` too"),
        ("name = \"payout\"", "name = \"2nd\"", "`2nd` is no name in Rust; give it another by"),
        ("value = \"active\"", "value = \"self\"", "a value of Status: `Self` is no name in Rust"),
        ("value = \"active\"", "value = \"Visits\"", "\"Visits\" has the name `Visits` too"),
        (
            "value = \"active\"",
            "value = \"unknown\"",
            "every value that is not listed has the name",
        ),
        ("rust = \"Empty\"", "rust = \"struct\"", "`struct` is no name in Rust"),
        ("rust = \"Empty\"", "rust = \"ACTIVE\"", "\"active\" has the name `ACTIVE` too"),
    ] {
        let root = workspace();
        for file in FILES {
            put(&root, file, &get(&root, file).replace(name, other));
        }
        let failure = write(root.path()).unwrap_err().to_string();
        assert!(failure.contains(said), "{other}: {failure}");
        assert!(!root.path().join("docs/coverage.md").exists());
    }
}

#[test]
fn a_name_in_code_that_the_contract_does_not_hold_fails_the_check_with_its_file() {
    let root = workspace();
    put(&root, "crates/a/src/lib.rs", "fn f() { row.get(\"idOfferSource\"); row.get(\"total\"); }");
    write(root.path()).unwrap();
    assert!(compare(root.path()).unwrap().contains(" 2 names in code; "));

    put(&root, "crates/a/src/b.rs", "fn f() { json!({\"idLander\": 1, \"status\": \"lost\"}); }");
    write(root.path()).unwrap();
    let failure = compare(root.path()).unwrap_err().to_string();
    for name in ["idLander", "status=lost"] {
        let said = format!("`{name}` is in no entry of the contract: crates/a/src/b.rs");
        assert!(failure.contains(&said), "{failure}");
    }
    assert!(get(&root, "docs/contract/audit.md").contains("2 wire names outside the contract"));

    let foreign = "[[foreign]]\nnames = [\"idLander\", \"status=lost\", \"idGone\"]\n\
                   reason = \"a test\"\n";
    put(&root, "docs/contract/vocabulary.toml", &format!("{VOCABULARY}\n{foreign}"));
    write(root.path()).unwrap();
    let failure = compare(root.path()).unwrap_err().to_string();
    assert!(!failure.contains("idLander") && !failure.contains("status=lost"), "{failure}");
    assert!(failure.contains("the foreign name `idGone` is not needed"), "{failure}");
}
