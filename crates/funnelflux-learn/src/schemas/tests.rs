//! Hand-made files in the vendor's style, with every kind of difference planted, compared with a small
//! contract of the tests' own.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::finding::{Findings, Subject};
use super::*;
use crate::contract::Contract;
use crate::matching::Certainty;

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

fn held(files: &[(&str, String)]) -> Findings {
    let workspace = workspace();
    let contract = Contract::load(workspace.path()).unwrap_or_else(|failure| panic!("{failure}"));
    let documents = files.iter().map(|(name, text)| {
        file::SchemaFile::understand((*name).to_owned(), read::tree(text).unwrap()).unwrap()
    });
    compare(&contract, documents.collect())
}

fn fixture(name: &str) -> (&str, String) {
    (name, fs::read_to_string(fixtures().join(name)).unwrap())
}

fn lines(findings: &Findings) -> Vec<String> {
    let mut lines = Vec::new();
    for difference in &findings.differences {
        let subject = match &difference.subject {
            Subject::Operation(id) => id,
            Subject::Schema(name) | Subject::File(name) => name,
        };
        lines.push(format!("{subject}: {}", report::line(difference)));
    }
    lines
}

fn both() -> [(&'static str, String); 2] {
    [fixture("billing.yaml"), fixture("ledger.yaml")]
}

fn ids(calls: &[finding::OurCall]) -> Vec<&str> {
    calls.iter().map(|call| call.id.as_str()).collect()
}

/// A file of one section with these paths and definitions.
fn swagger(paths: &str, definitions: &str) -> String {
    format!(
        "swagger: '2.0'\ninfo: {{title: T, version: 1.0.0}}\nbasePath: /v1\n\
         paths:\n{paths}definitions:\n  Unused: {{type: object}}\n{definitions}"
    )
}

#[test]
fn a_base_path_that_the_paths_repeat_is_taken_once() {
    for (base, path) in [
        ("/v1", "/v1/page/find/byId"),
        ("/v1", "/page/find/byId"),
        ("/api/v2", "/api/v2/page/find/byId"),
    ] {
        let file = swagger(
            &format!(
                "  {path}:\n    get: {{parameters: [{{name: idPage, in: query, type: string}}]}}\n"
            ),
            "",
        );
        let file = file.replace("basePath: /v1", &format!("basePath: {base}"));
        let findings = held(&[("a.yaml", file)]);
        let told = report::human(&findings);
        assert!(!told.contains("/v1/v1") && !told.contains("v2/api"), "{base} {path}: {told}");
        let of_path = findings.differences.iter().filter(|it| it.aspect == finding::Aspect::Path);
        assert_eq!(of_path.count(), 0, "{base} {path}: {told}");
    }
}

#[test]
fn exactly_what_was_planted_is_named_with_file_and_pointer() {
    // The report was held by hand against the marks in the two files.
    let expected = fs::read_to_string(fixtures().join("report.txt")).unwrap();
    assert_eq!(report::human(&held(&both())), expected);
}

#[test]
fn every_kind_of_difference_was_planted() {
    use finding::Aspect::*;
    let findings = held(&both());
    for aspect in [
        Path,
        Method,
        ParameterName,
        ParameterLocation,
        ParameterRequired,
        ParameterType,
        ParameterMissing,
        ParameterNew,
        Body,
        Response,
        MemberName,
        MemberType,
        MemberRequired,
        MemberMissing,
        MemberNew,
        EnumValueMissing,
        EnumValueNew,
        Reference,
    ] {
        assert!(findings.differences.iter().any(|d| d.aspect == aspect), "{aspect:?}");
    }
    assert_eq!(ids(&findings.missing), ["billing.domains.delete"]);
    assert_eq!(findings.new.len(), 1);
    assert_eq!(ids(&findings.confirmed), ["billing.domains.list", "billing.domains.get"]);
}

#[test]
fn every_pointer_leads_to_a_place_in_its_file() {
    let findings = held(&both());
    let places = findings.differences.iter().map(|difference| &difference.place);
    for place in places.chain(findings.new.iter().map(|new| &new.place)) {
        let tree = read::tree(&fixture(&place.file).1).unwrap();
        assert!(tree.pointer(&place.pointer).is_some(), "{place} leads nowhere");
    }
}

#[test]
fn a_file_that_agrees_is_confirmed_and_sections_it_does_not_cover_are_not_missing() {
    let findings = held(&[fixture("reporting.json")]);
    assert_eq!(lines(&findings), [""; 0]);
    assert_eq!(ids(&findings.confirmed), ["reporting.drilldown"]);
    assert_eq!(findings.sections, ["reporting"]);
    assert_eq!(findings.count(), 0);
}

#[test]
fn our_own_document_says_what_the_contract_says() {
    let contract = Contract::load(&root()).unwrap_or_else(|failure| panic!("{failure}"));
    let document = SchemaFile::read(&root().join("docs/openapi.json"));
    let files = vec![document.unwrap_or_else(|failure| panic!("{failure}"))];
    let findings = compare(&contract, files);
    assert_eq!(lines(&findings), [""; 0]);
    assert_eq!(findings.confirmed.len(), contract.operations().count());
    assert_eq!(findings.count(), 0);
}

#[test]
fn yaml_and_json_of_one_file_give_one_report() {
    let as_json = both().map(|(name, text)| (name, read::tree(&text).unwrap().to_string()));
    assert_eq!(report::human(&held(&as_json)), report::human(&held(&both())));
}

#[test]
fn titles_that_are_merely_alike_are_not_taken_for_one_another() {
    let paths = "  /funnel/templates:\n    get: {summary: List funnel templates}\n\
                 \x20 /funnels:\n    get: {summary: Get the list of funnels}\n";
    let findings = held(&[("f.yaml", swagger(paths, ""))]);
    let new: Vec<_> = findings.new.iter().map(|new| new.path.as_str()).collect();
    assert_eq!(new, ["/funnel/templates"], "{:#?}", lines(&findings));
    let moved = lines(&findings);
    let path = "ledger.funnel.list: likely path: /campaign/funnel/list (sibling) → /funnels";
    assert!(moved.iter().any(|line| line.starts_with(path)), "{moved:#?}");
}

#[test]
fn a_new_operation_may_be_one_that_is_listed_as_unreadable() {
    let paths = "  /visitortag/list:\n    get: {summary: Lists tags of a visitor}\n\
                 \x20 /visit/tags:\n    get: {summary: List tags}\n";
    let findings = held(&[("f.yaml", swagger(paths, ""))]);
    let hints: Vec<_> = findings.new.iter().map(|new| new.may_be.as_deref()).collect();
    assert_eq!(hints, [None, Some("Visitor tags (of a hit)")]);
    assert!(report::human(&findings).contains("\"Lists tags of a visitor\" (perhaps: Visitor"));
}

#[test]
fn schemas_that_hold_themselves_come_to_an_end() {
    let paths = "  /campaign/funnel/find/byId:\n    get:\n      \
                 responses: {200: {schema: {$ref: '#/definitions/Funnel'}}}\n";
    let circles = "  Funnel:\n    allOf: [{$ref: '#/definitions/Funnel'}, {$ref: '#/definitions/B'}]\n\
                   \x20 B: {$ref: '#/definitions/C'}\n  C: {$ref: '#/definitions/B'}\n\
                   \x20 NodeType: {type: array, items: {$ref: '#/definitions/NodeType'}}\n";
    let findings = held(&[("f.yaml", swagger(paths, circles))]);
    assert_eq!(ids(&findings.differing), ["ledger.funnel.find-by-id"]);
}

#[test]
fn files_may_refer_to_each_other() {
    let paths = "  /campaign/funnel/archive:\n    put:\n      parameters:\n        \
                 - {in: body, name: b, schema: {$ref: 'common.yaml#/definitions/Ids'}}\n      \
                 responses: {200: {description: OK}}\n";
    let ids_of = "  Ids: {type: object, properties: {ids: {type: array}}}\n";
    let findings =
        held(&[("f.yaml", swagger(paths, "")), ("dir/common.yaml", swagger("  /x: {}\n", ids_of))]);
    let said = lines(&findings);
    assert!(said[0].starts_with("ledger.funnel.archive: body: unknown → Ids"), "{said:#?}");
}

#[test]
fn what_stands_behind_a_reference_into_nowhere_does_not_agree() {
    let (_, good) = fixture("reporting.json");
    let good = read::tree(&good).unwrap().to_string();
    let request = "#/components/schemas/DrilldownRequest";
    assert!(good.contains(&format!("{request}\"")), "{good}");
    for (bad, why) in [
        ("common.yaml#/components/schemas/DrilldownRequest", "is in a file that was not given"),
        ("#/components/schemas/No%20such", "leads nowhere"),
        ("#/components/schemas/Circle", "leads in a circle"),
    ] {
        let text = good.replace(&format!("{request}\""), &format!("{bad}\""));
        let circle = r##""schemas":{"Circle":{"$ref":"#/components/schemas/Circle"},"##;
        let findings = held(&[("f.json", text.replace(r#""schemas":{"#, circle))]);
        assert_eq!(ids(&findings.differing), ["reporting.drilldown"], "{bad}");
        assert_eq!(ids(&findings.confirmed), [""; 0]);
        let said = lines(&findings);
        let line = format!("reporting.drilldown: reference: {bad} {why}");
        assert!(said.iter().any(|said| said.starts_with(&line)), "{said:#?}");
        assert!(findings.count() > 0);
    }
}

#[test]
fn a_definition_with_a_space_in_its_name_is_found() {
    let (name, good) = fixture("reporting.json");
    let spaced = read::tree(&good).unwrap().to_string();
    let spaced = spaced.replace("schemas/DrilldownRequest\"", "schemas/A%20request\"");
    let spaced = spaced.replace("\"DrilldownRequest\":", "\"A request\":");
    assert_eq!(lines(&held(&[(name, spaced)])), [""; 0]);
}

#[test]
fn what_is_required_may_stand_beside_the_all_of_that_brings_the_members() {
    let paths = "  /billing/domains/check:\n    post:\n      parameters:\n        \
                 - {in: body, name: b, schema: {$ref: '#/definitions/CheckDomainRequest'}}\n      \
                 responses: {200: {description: OK}}\n";
    let base = "  Base: {type: object, properties: {domain: {type: string}}}\n";
    let required = |definition: &str| {
        let definitions = format!("{base}  CheckDomainRequest: {definition}\n");
        lines(&held(&[("f.yaml", swagger(paths, &definitions))]))
    };
    assert_eq!(required("{required: [domain], allOf: [{$ref: '#/definitions/Base'}]}"), [""; 0]);
    assert_eq!(required("{allOf: [{$ref: '#/definitions/Base'}, {required: [domain]}]}"), [""; 0]);
    assert_eq!(required("{allOf: [{required: [domain]}, {$ref: '#/definitions/Base'}]}"), [""; 0]);
    // What one branch of several requires, another may leave out.
    let branch = required("{anyOf: [{required: [domain]}, {$ref: '#/definitions/Base'}]}");
    assert!(branch[0].contains("member required `domain`: required (documented) → optional"));
}

#[test]
fn examples_and_members_called_so_are_no_references() {
    let paths = "  /x:\n    get: {summary: Enumerate x, responses: {default: {schema: {$ref: \
                 '#/definitions/A'}}}}\n";
    let definitions = "  A:\n    example: {$ref: '#/nowhere'}\n    properties:\n      \
                       $ref: {type: string}\n      example: {$ref: '#/definitions/Gone'}\n";
    let findings = held(&[("f.yaml", swagger(paths, definitions))]);
    let place = "[f.yaml#/definitions/A/properties/example]";
    assert_eq!(
        lines(&findings),
        [format!("f.yaml: reference: #/definitions/Gone leads nowhere  {place}")]
    );
}

#[test]
fn a_form_of_openapi_3_1_reads_as_well() {
    let text = r##"{"openapi": "3.1.0", "info": {}, "servers": [{"url": "/v1/"}],
        "paths": {"/campaign/funnel/find/byIds": {"get": {
            "parameters": [{"name": "idFunnels", "in": "query", "required": true,
                "explode": false, "schema": {"type": ["array", "null"]}}],
            "responses": {"2XX": {"content": {"application/json": {"schema": {
                "type": ["array", "null"], "items": {"$ref": "#/components/schemas/F"}}}}}}}}},
        "components": {"schemas": {"F": {"type": "object", "properties": {
            "idFunnel": {"type": ["string", "null"]}, "funnelName": {"type": "string"},
            "nodes": {"type": "array", "items": {"properties": {
                "idNode": {}, "nodeType": {"const": "split"}, "children": {}}}}}}}}}"##;
    let findings = held(&[("f.json", text.to_owned())]);
    let said: Vec<_> = lines(&findings)
        .into_iter()
        .filter(|line| !line.contains("missing") && !line.contains("required"))
        .collect();
    let place = "[f.json#/components/schemas/F/properties/nodes/items/properties/nodeType]";
    assert_eq!(said, [format!("NodeType: enum value new `split`  {place}")]);
}

#[test]
fn thousands_of_lines_change_nothing_about_what_is_found() {
    let (_, ledger) = fixture("ledger.yaml");
    let mut paths = String::from("paths:\n");
    let mut definitions = String::from("definitions:\n");
    for number in 0..600 {
        paths.push_str(&format!(
            "  /extra{number}/list:\n    get:\n      summary: Enumerate extra{number}\n      \
             parameters:\n        - {{name: status, in: query, type: string}}\n      responses:\n        \
             200:\n          description: OK\n          schema: {{$ref: '#/definitions/Extra{number}'}}\n"
        ));
        definitions.push_str(&format!(
            "  Extra{number}:\n    type: object\n    properties:\n      id: {{type: string}}\n      \
             next: {{$ref: '#/definitions/Extra{}'}}\n",
            (number + 1) % 600
        ));
    }
    let large = ledger.replacen("paths:\n", &paths, 1).replacen("definitions:\n", &definitions, 1);
    assert!(large.lines().count() > 7_000, "{}", large.lines().count());
    let findings = held(&[("ledger.yaml", large)]);
    assert_eq!(findings.new.len(), 600);
    assert_eq!(lines(&findings), lines(&held(&[fixture("ledger.yaml")])));
}

#[test]
fn for_a_program_the_same_is_said_in_json() {
    let findings = held(&both());
    let json = findings.to_json();
    assert_eq!(json["differences"].as_array().unwrap().len(), findings.differences.len());
    assert_eq!(json["confirmed"][0]["id"], "billing.domains.list");
    assert_eq!(json["missing"][0]["path_grade"], "inferred");
    assert_eq!(json["new"][0]["pointer"], "/paths/~1billing~1plans/get");
    assert_eq!(
        json["differences"][0],
        serde_json::json!({
            "operation": "billing.domains.check",
            "aspect": "path",
            "name": null,
            "ours": "/billing/domains/check",
            "grade": "inferred",
            "theirs": "/billing/domains/verify",
            "file": "billing.yaml",
            "pointer": "/paths/~1billing~1domains~1verify/post",
            "certainty": "certain",
        })
    );
}

#[test]
fn a_title_with_the_same_words_about_another_asset_is_another_operation() {
    let paths =
        "  /integrationconfig/find/byStatus:\n    get: {summary: Find integrations by status}\n";
    let findings = held(&[("f.yaml", swagger(paths, ""))]);
    assert_eq!(ids(&findings.differing), [""; 0]);
    assert_eq!(findings.new.len(), 1);
}

#[test]
fn a_call_of_rest_is_the_operation_that_its_method_and_the_place_of_the_id_say() {
    let contract = Contract::load(&root()).unwrap_or_else(|failure| panic!("{failure}"));
    let object = "{type: object, properties: {id: {type: string}, name: {type: string}, status: {type: string}}}";
    for (root, noun, family) in [
        ("pages", "page", "page"),
        ("traffic-sources", "traffic source", "trafficsource"),
        ("offerSources", "offer source", "offersource"),
        ("pageGroups", "page group", "pagegroup"),
        ("funnels", "funnel", "funnel"),
    ] {
        let mut paths = String::new();
        let mut expected = Vec::new();
        for (at, verbs) in [
            ("", &[("get", "List", "list"), ("post", "Create", "create")][..]),
            (
                "/{id}",
                &[
                    ("get", "Get", "find-by-id"),
                    ("put", "Update", "update"),
                    ("delete", "Delete", "delete"),
                ],
            ),
            ("/{id}/duplicate", &[("post", "Duplicate", "duplicate")]),
            ("/{id}/archive", &[("post", "Archive", "archive")]),
            // None of ours.
            ("/{id}/versions", &[("get", "List the versions of a", "")]),
            ("/search", &[("post", "Search for a", "")]),
        ] {
            paths.push_str(&format!("  /{root}{at}:\n"));
            for (method, title, verb) in verbs {
                let schema = match *verb {
                    "list" => format!("{{type: array, items: {object}}}"),
                    "delete" | "archive" => "{}".to_owned(),
                    _ => object.to_owned(),
                };
                let body = format!("parameters: [{{in: body, name: body, schema: {object}}}], ");
                let body = if matches!(*verb, "create" | "update") { &*body } else { "" };
                paths.push_str(&format!(
                    "    {method}: {{summary: {title} {noun}, {body}responses: {{200: {{schema: {schema}}}}}}}\n"
                ));
                if !verb.is_empty() {
                    expected.push(format!("ledger.{family}.{verb}"));
                }
            }
        }
        let decoys = "  /plugins/{id}:\n    get: {summary: Get plugin}\n    delete: {summary: Delete plugin}\n";
        let file = file::SchemaFile::parse("f.yaml", &swagger(&(paths + decoys), "")).unwrap();
        let findings = compare(&contract, vec![file]);
        let certain = findings.matches.iter().filter(|it| it.certainty == Certainty::Certain);
        let mut found: Vec<_> = certain.map(|it| it.id.clone()).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{root}: {:#?}", findings.matches);
    }
}
