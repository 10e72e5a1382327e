//! The contract as it stands, and what is said of a broken one.

use std::collections::BTreeMap;

use super::words::Idempotency;
use super::*;

fn contract() -> Contract {
    Contract::load(&crate::schemas::root()).unwrap_or_else(|failure| panic!("{failure}"))
}

fn operation<'a>(contract: &'a Contract, id: &str) -> &'a Operation {
    let mut all = contract.sections.iter().flat_map(|section| &section.operations);
    all.find(|operation| operation.id == id).unwrap_or_else(|| panic!("{id} is missing"))
}

/// A small contract that keeps every rule.
const GOOD: &str = r#"
section = "reporting"
title = "Reporting"

[[operation]]
id = "reporting.drilldown"
title = "Create a drilldown report"
method = "POST"
path = "/reporting/drilldown"
grade = "documented"
path_grade = "inferred"
alternatives = ["/reports/drilldown"]
query = [{ name = "status", type = "Status", required = false, grade = "documented", source = "reference" }]
body = "DrilldownRequest"
body_grade = "proven"
response = "unknown"
idempotency = "safe"
weight = "report"
source = "reference"
path_source = "a guess"

[[unreadable]]
title = "A log"
method = "POST"
grade = "documented"
source = "reference"
reason = "its path could not be read"
"#;

const SCHEMAS: &str = r#"
title = "Reporting"

[[schema]]
name = "DrilldownRequest"
kind = "object"
grade = "proven"
source = "reference"
fields = [
    { name = "status", type = "Status[]", grade = "proven", required = true, default = "[]" },
    { name = "sure", type = "string", grade = "documented" },
    { name = "guessed", type = "map<string>", grade = "proven", unnamed = true, name_grade = "inferred" },
]

[[schema]]
name = "Status"
kind = "enum"
grade = "proven"
source = "reference"
values = [{ value = "", grade = "documented" }, { value = "active", grade = "proven" }]
"#;

fn violations(section: &str, schemas: &str) -> Vec<String> {
    let file = |name: &str, text: &str| SourceFile { name: name.to_owned(), text: text.to_owned() };
    let files = [
        file("docs/contract/reporting.toml", section),
        file("docs/contract/schemas/reporting.toml", schemas),
    ];
    Contract::parse(&files).err().unwrap_or_default()
}

/// The small contract with a list of evidence.
fn with_evidence(states: &str) -> std::result::Result<Contract, Vec<String>> {
    let page = format!(
        "[[evidence]]\nid = \"a\"\npage = \"A page\"\ndate = \"2026-06-15\"\n\
         grade = \"proven\"\nstates = [{states}]\n"
    );
    let file = |name: &str, text: &str| SourceFile { name: name.to_owned(), text: text.to_owned() };
    Contract::parse(&[
        file("docs/contract/reporting.toml", GOOD),
        file("docs/contract/schemas/reporting.toml", SCHEMAS),
        file("docs/contract/evidence.toml", &page),
    ])
}

#[test]
fn a_high_grade_needs_a_page_of_at_least_that_grade() {
    let contract =
        with_evidence("\"body:*\", \"type:DrilldownRequest.status\", \"schema:*\"").unwrap();
    let lacking = contract.without_evidence();
    let of = |prefix: &str| lacking.iter().filter(|fact| fact.starts_with(prefix)).count();
    assert_eq!((of("body:"), of("schema:")), (0, 0), "{lacking:#?}");
    assert_eq!(
        lacking,
        [
            "operation:reporting.drilldown (documented)",
            "method:reporting.drilldown (documented)",
            "query:reporting.drilldown.status (documented)",
            "unreadable:A log (documented)",
            "member:DrilldownRequest.status (proven)",
            "member:DrilldownRequest.sure (documented)",
            "member:DrilldownRequest.guessed (proven)",
            "type:DrilldownRequest.guessed (proven)",
            "value:Status. (documented)",
            "value:Status.active (proven)",
        ]
    );
    let too_low = with_evidence("\"operation:reporting.drilldown\"").unwrap().without_evidence();
    assert!(too_low.contains(&"operation:reporting.drilldown (documented)".to_owned()));
}

#[test]
fn evidence_of_what_the_contract_does_not_hold_is_refused() {
    for states in ["\"operation:reporting.dril\"", "\"member:Drilldown.*\"", ""] {
        let found = with_evidence(states).unwrap_err().join("\n");
        assert!(found.starts_with("docs/contract/evidence.toml: evidence a: "), "{found}");
    }
}

#[test]
fn a_type_is_as_sure_as_its_member_unless_only_the_member_is_documented() {
    let grades = |schemas: &str| {
        let file =
            |name: &str, text: &str| SourceFile { name: name.to_owned(), text: text.to_owned() };
        let files = [
            file("docs/contract/reporting.toml", GOOD),
            file("docs/contract/schemas/reporting.toml", schemas),
        ];
        let contract = Contract::parse(&files).unwrap();
        contract.schemas[0].fields.iter().map(Field::type_grade).collect::<Vec<_>>()
    };
    let (proven, inferred) = (Grade::Proven, Grade::Inferred);
    assert_eq!(grades(SCHEMAS), [proven, inferred, proven]);
    let of_file = SCHEMAS.replacen("title =", "type_grade = \"help\"\ntitle =", 1);
    assert_eq!(grades(&of_file), [proven, Grade::Help, proven]);
    let of_schema = of_file.replacen("fields =", "type_grade = \"documented\"\nfields =", 1);
    assert_eq!(grades(&of_schema), [proven, Grade::Documented, proven]);
    let of_member =
        of_schema.replacen("type = \"string\",", "type = \"string\", type_grade = \"sibling\",", 1);
    assert_eq!(grades(&of_member), [proven, Grade::Sibling, proven]);
    let unknown = of_schema.replacen("type = \"string\"", "type = \"unknown\"", 1);
    assert_eq!(grades(&unknown), [proven, Grade::Unknown, proven]);
}

#[test]
fn a_contract_that_keeps_every_rule_is_accepted() {
    assert_eq!(violations(GOOD, SCHEMAS), [""; 0]);
}

#[test]
fn each_planted_violation_of_an_operation_is_named_with_file_and_entry() {
    let place = "docs/contract/reporting.toml: reporting.drilldown: ";
    let twice = format!("{GOOD}{}", &GOOD[GOOD.find("[[operation]]").unwrap()..]);
    assert!(violations(&twice, SCHEMAS).iter().any(|v| v.contains("this id stands twice")));

    for (plant, instead, complaint) in [
        ("title = \"Create a drilldown report\"\n", "", "`title` is missing"),
        ("method = \"POST\"\npath", "method = \"post\"\npath", "`method` is \"post\""),
        ("\"/reporting/drilldown\"", "\"reporting/drilldown\"", "must begin with `/`"),
        ("\"/reporting/drilldown\"", "\"/reporting/drilldown/\"", "without a slash at the end"),
        ("\"/reporting/drilldown\"", "\"/reporting/{drilldown\"", "must be segments of letters"),
        ("[\"/reports/drilldown\"]", "[\"/reporting/drilldown\"]", "is the path itself"),
        ("[\"/reports/drilldown\"]", "[\"/a\", \"/a\"]", "the alternative /a stands twice"),
        ("[\"/reports/drilldown\"]", "[\"/a/{id}\"]", "/a/{id} has other placeholders"),
        ("alternatives = [\"/reports/drilldown\"]\n", "", "`alternatives` is missing"),
        ("path_grade = \"inferred\"", "path_grade = \"proven\"", "has no alternatives"),
        ("path_grade = \"inferred\"", "path_grade = \"sure\"", "`path_grade` is \"sure\""),
        ("body_grade = \"proven\"\n", "", "`body_grade` is missing"),
        ("body = \"DrilldownRequest\"", "body = \"Drilldown\"", "no such schema"),
        ("body = \"DrilldownRequest\"", "body = \"unknown\"", "`body_grade` says nothing"),
        ("body_grade = \"proven\"\n", "body_grade = \"\"\n", "`body_grade` is empty"),
        ("response = \"unknown\"", "response = \"Report[]\"", "no such schema"),
        ("idempotency = \"safe\"", "idempotency = \"maybe\"", "`idempotency` is \"maybe\""),
        ("weight = \"report\"", "weight = \"heavy\"", "`weight` is \"heavy\""),
        ("weight = \"report\"", "weight = \"report\"\ncolour = \"red\"", "`colour` is no key"),
        ("path_source = \"a guess\"", "path_source = \" \"", "`path_source` is empty"),
        ("required = false, grade = \"documented\",", "required = false,", "`grade` is missing"),
        ("type = \"Status\",", "type = \"State\",", "no such type, \"State\""),
        ("required = false, ", "", "`required` is missing"),
    ] {
        let broken = GOOD.replacen(plant, instead, 1);
        assert_ne!(broken, GOOD, "the plant {plant:?} did not take");
        let found = violations(&broken, SCHEMAS);
        assert!(
            found.iter().any(|v| v.starts_with(place) && v.contains(complaint)),
            "{instead:?} should be answered with {complaint:?}, but was with {found:#?}"
        );
    }
}

#[test]
fn only_a_body_of_a_known_schema_can_be_optional() {
    let optional =
        GOOD.replace("body_grade = \"proven\"", "body_grade = \"proven\"\nbody_required = false");
    assert_eq!(violations(&optional, SCHEMAS), [""; 0]);
    let nothing = optional
        .replace("body = \"DrilldownRequest\"\nbody_grade = \"proven\"", "body = \"unknown\"");
    let found = violations(&nothing, SCHEMAS).join("\n");
    assert!(found.contains("`body_required` says nothing"), "{found}");
}

#[test]
fn an_id_outside_its_section_and_a_get_that_writes_are_refused() {
    let stray = GOOD.replace("\"reporting.drilldown\"", "\"ledger.drilldown\"");
    assert!(violations(&stray, SCHEMAS)[0].contains("must begin with the name of its section"));
    let shouted = GOOD.replace("\"reporting.drilldown\"", "\"reporting.DrillDown\"");
    assert!(violations(&shouted, SCHEMAS)[0].contains("lower-case words"));
    let writing = GOOD
        .replace("method = \"POST\"\npath", "method = \"GET\"\npath")
        .replace("idempotency = \"safe\"", "idempotency = \"idempotent\"");
    let found = violations(&writing, SCHEMAS).join("\n");
    assert!(
        found.contains("a GET is `safe`") && found.contains("a GET carries no body"),
        "{found}"
    );
}

#[test]
fn two_operations_cannot_share_a_call_or_a_name_in_rust() {
    let entry = &GOOD[GOOD.find("[[operation]]").unwrap()..GOOD.find("[[unreadable]]").unwrap()];
    let same_call = entry.replace("reporting.drilldown\"", "reporting.other\"");
    let found = violations(&format!("{GOOD}{same_call}"), SCHEMAS).join("\n");
    assert!(found.contains("is also the call of reporting.drilldown"), "{found}");

    let first = entry.replace("\"reporting.drilldown\"", "\"reporting.a-b\"");
    let second = first.replace("reporting.a-b", "reporting.a.b").replace("/drilldown", "/b");
    let found = violations(&format!("{GOOD}{first}{second}"), SCHEMAS).join("\n");
    assert!(found.contains("its name in Rust, A_B, is also that of reporting.a-b"), "{found}");
}

#[test]
fn each_planted_violation_of_a_schema_is_named_with_file_and_entry() {
    for (plant, instead, complaint) in [
        ("type = \"Status[]\"", "type = \"State[]\"", "DrilldownRequest: field `status`: `type`"),
        ("type = \"Status[]\", grade = \"proven\"", "type = \"Status[]\"", "`grade` is missing"),
        (", name_grade = \"inferred\"", "", "the name is a guess"),
        ("name = \"guessed\", ", "", "needs a `meaning`"),
        ("name = \"guessed\"", "name = \"status\"", "a field of this name stands twice"),
        ("value = \"active\", grade = \"proven\"", "value = \"active\"", "`grade` is missing"),
        ("value = \"active\"", "value = \"\"", "the value \"\" stands twice"),
        ("kind = \"enum\"", "kind = \"object\"", "an object has `fields`, not `values`"),
        ("name = \"Status\"", "name = \"DrilldownRequest\"", "a schema of this name stands twice"),
        ("name = \"Status\"", "name = \"string\"", "the name of a basic type"),
        ("default = \"[]\"", "default = \"[\"", "`default` is [, which is no JSON"),
        (
            "default = \"[]\"",
            "default = []",
            "`default` is []: invalid type: sequence, expected a string",
        ),
    ] {
        let broken = SCHEMAS.replacen(plant, instead, 1);
        assert_ne!(broken, SCHEMAS, "the plant {plant:?} did not take");
        let found = violations(GOOD, &broken);
        let file = "docs/contract/schemas/reporting.toml: ";
        assert!(
            found.iter().any(|v| v.starts_with(file) && v.contains(complaint)),
            "{instead:?} should be answered with {complaint:?}, but was with {found:#?}"
        );
    }
}

#[test]
fn each_planted_violation_of_an_asset_is_named_with_what_would_be_right() {
    let root = crate::schemas::root();
    let ledger = "docs/contract/ledger.toml";
    for (plant, instead, complaint) in [
        ("[\"idTrafficSource\"]", "[\"idTrafficSauce\"]", "TrafficSource has: idTrafficSource, "),
        ("[\"idTrafficSource\"]", "[\"idTrafficSource\", \"\"]", "`id_members` has \"\""),
        ("[\"trafficSourceName\"]", "[\"name\"]", "`name_members` has \"name\", but TrafficSource"),
        ("[\"trafficsources\"]", "[\"Lander\"]", "CategoryType has: trafficsources, "),
        ("model = \"TrafficSource\"", "model = \"Sauce\"", "Sauce: no such schema"),
        ("name = \"traffic-sources\"", "name = \"Sauces\"", "lower-case words joined by `-`"),
    ] {
        let mut files = Contract::files(&root).unwrap();
        let file = files.iter_mut().find(|file| file.name == ledger).unwrap();
        let broken = file.text.replacen(plant, instead, 1);
        assert_ne!(broken, file.text, "the plant {plant:?} did not take");
        file.text = broken;
        let found = Contract::parse(&files).err().unwrap_or_default();
        assert!(
            found
                .iter()
                .any(|v| v.starts_with(&format!("{ledger}: asset ")) && v.contains(complaint)),
            "{instead:?} should be answered with {complaint:?}, but was with {found:#?}"
        );
    }
}

#[test]
fn all_violations_of_all_files_come_in_one_go() {
    let section = GOOD
        .replace("grade = \"documented\"\npath_grade", "grade = \"sure\"\npath_grade")
        .replace("weight = \"report\"", "weight = \"heavy\"")
        .replace("reason = \"its path could not be read\"\n", "");
    let schemas = SCHEMAS.replace("kind = \"enum\"", "kind = \"list\"");
    let found = violations(&section, &schemas);
    assert_eq!(found.len(), 4, "{found:#?}");
}

#[test]
fn a_file_that_is_no_toml_is_named_and_the_others_are_still_read() {
    let found = violations("section = ", &SCHEMAS.replace("kind = \"enum\"", "kind = \"list\""));
    assert!(found[0].starts_with("docs/contract/reporting.toml: "), "{found:#?}");
    assert_eq!(found.len(), 2, "{found:#?}");
}

#[test]
fn every_section_is_there_in_the_order_of_the_reference() {
    let names: Vec<_> = contract().sections.into_iter().map(|section| section.name).collect();
    assert_eq!(names, SECTIONS);
}

#[test]
fn every_asset_has_the_operations_of_the_reference_menu() {
    let contract = contract();
    let ledger = contract.sections.iter().find(|section| section.name == "ledger").unwrap();
    let mut counts = BTreeMap::new();
    for operation in &ledger.operations {
        let asset = operation.id.split('.').nth(1).unwrap();
        *counts.entry(asset).or_insert(0) += 1;
    }
    // Counted by hand from the menu of the reference; those of visitor tags are inferred.
    let menu = BTreeMap::from([
        ("trafficsource", 12),
        ("offersource", 12),
        ("campaign", 9),
        ("funnelgroup", 10),
        ("funnel", 13),
        ("condition", 12),
        ("page", 12),
        ("pagegroup", 12),
        ("webhookconfig", 12),
        ("middlewareconfig", 12),
        ("logicscript", 6),
        ("category", 5),
        ("trafficsource-category", 1),
        ("visitortag", 5),
    ]);
    let (listed, others): (BTreeMap<_, _>, BTreeMap<_, _>) =
        counts.into_iter().partition(|(asset, _)| menu.contains_key(asset));
    assert_eq!(listed, menu);
    // The menu may grow by a kind that has the operations of one above.
    for (asset, count) in &others {
        assert!(menu.values().any(|of_another| of_another == count), "{asset}: {count} operations");
    }

    let elsewhere: Vec<_> = contract.sections.iter().map(|s| s.operations.len()).collect();
    assert_eq!(elsewhere, [2, 6, 13, 133 + others.values().sum::<usize>()]);
}

#[test]
fn an_operation_that_could_not_be_read_is_listed_and_not_invented() {
    let contract = contract();
    let mut titles = Vec::new();
    for section in &contract.sections {
        titles.extend(section.unreadable.iter().map(|entry| entry.title.as_str()));
    }
    assert_eq!(
        titles,
        [
            "getSubscription",
            "Get postback log",
            "Logic scripts: validation step",
            "Categories: further operations",
            "Visitor tags: the rest",
            "Integration",
            "User (account settings)",
            "AI node settings",
        ]
    );
}

#[test]
fn the_legacy_set_of_funnel_groups_cannot_be_unarchived_or_moved() {
    let contract = contract();
    let ids: Vec<_> = contract.sections[3].operations.iter().map(|o| o.id.as_str()).collect();
    assert!(!ids.contains(&"ledger.campaign.unarchive"));
    assert!(ids.contains(&"ledger.funnelgroup.unarchive"));
    assert!(!ids.contains(&"ledger.funnelgroup.move"));
}

#[test]
fn what_queues_work_at_the_ad_network_is_never_repeated_blindly() {
    let contract = contract();
    let mut queued: Vec<_> = Vec::new();
    for operation in contract.sections.iter().flat_map(|section| &section.operations) {
        if operation.idempotency == Idempotency::QueuedSideEffect {
            queued.push(operation.id.as_str());
        }
    }
    assert_eq!(
        queued,
        [
            "reporting.conversions.update",
            "reporting.customevents.update",
            "reporting.cost.update",
            "reporting.reset.perform",
        ]
    );
    for operation in &contract.sections[2].operations {
        if operation.method == Method::Post {
            assert_eq!(operation.idempotency, Idempotency::Safe, "{}", operation.id);
        }
    }
}

#[test]
fn creating_is_keyed_by_the_caller_and_duplicating_is_done_twice_if_repeated() {
    for operation in &contract().sections[3].operations {
        let expected = match operation.id.rsplit('.').next().unwrap() {
            "create" => Idempotency::CallerKeyed,
            "duplicate" => Idempotency::NotIdempotent,
            "update" | "delete" | "archive" | "unarchive" | "move" => Idempotency::Idempotent,
            _ => Idempotency::Safe,
        };
        assert_eq!(operation.idempotency, expected, "{}", operation.id);
    }
}

#[test]
fn a_guessed_root_carries_its_other_readings_in_order_of_belief() {
    let contract = contract();
    let duplicate = operation(&contract, "ledger.funnel.duplicate");
    assert_eq!(duplicate.path, "/campaign/funnel/duplicate");
    assert_eq!(
        duplicate.alternatives,
        ["/funnel/duplicate", "/campaign/funnel/clone", "/funnel/clone"]
    );
    assert_eq!(duplicate.path_grade, Grade::Inferred);
    assert_eq!(operation(&contract, "ledger.trafficsource.list").path_grade, Grade::Written);
    assert_eq!(operation(&contract, "ledger.middlewareconfig.list").path_grade, Grade::Inferred);
}

#[test]
fn the_contract_speaks_of_public_sources_only() {
    for folder in ["docs/contract", "docs/contract/schemas"] {
        for entry in std::fs::read_dir(crate::schemas::root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let text = std::fs::read_to_string(&path).unwrap();
                assert!(!text.contains("/work") && !text.contains("/shared"), "{}", path.display());
            }
        }
    }
}
