//! A file in the style of the vendor's self-hosted product, made from our own document: paths below
//! `/campaign`, other names, other envelopes. The generator keeps a list of what it changed.

mod change;
mod write;

use std::collections::BTreeSet;

use super::finding::{Aspect, Findings, Subject};
use super::{SchemaFile, compare, root};
use crate::contract::Contract;
use crate::matching::Certainty;
use change::Planted;

/// What a difference says: about what, which aspect, which name, and what is there instead.
pub(super) type Truth = (String, Aspect, String);

fn truth(difference: &super::finding::Difference) -> Truth {
    let subject = match &difference.subject {
        Subject::Operation(id) => id,
        Subject::Schema(name) | Subject::File(name) => name,
    };
    let detail = match difference.aspect {
        Aspect::Response => "",
        Aspect::Path
        | Aspect::BasePath
        | Aspect::Method
        | Aspect::ParameterName
        | Aspect::MemberName => &*difference.theirs,
        _ => difference.name.as_deref().unwrap_or_default(),
    };
    let subject = if difference.aspect == Aspect::BasePath { "" } else { &**subject };
    (subject.to_owned(), difference.aspect, detail.to_owned())
}

fn with(findings: &Findings, certainty: Certainty) -> BTreeSet<Truth> {
    let those = findings.differences.iter().filter(|one| one.certainty == certainty);
    those.map(truth).collect()
}

fn compared(planted: &Planted, texts: &[(&str, String)]) -> Findings {
    let contract = Contract::load(&root()).unwrap();
    let files = texts.iter().map(|(name, text)| SchemaFile::parse(*name, text).unwrap());
    let findings = compare(&contract, files.collect());
    let certain = with(&findings, Certainty::Certain);
    let likely = with(&findings, Certainty::Likely);

    let wrong: Vec<_> = certain.difference(&planted.truths).collect();
    assert!(wrong.is_empty(), "certain, and not planted: {wrong:#?}");
    let kinds: BTreeSet<Aspect> = planted.truths.iter().map(|(_, aspect, _)| *aspect).collect();
    for kind in &kinds {
        let of_kind = || planted.truths.iter().filter(|(_, aspect, _)| aspect == kind);
        let sure = of_kind().filter(|truth| certain.contains(truth)).count();
        assert!(sure > 0, "no {kind:?} was found for certain");
    }
    let sure = planted.truths.intersection(&certain).count();
    let missed: Vec<_> =
        planted.truths.iter().filter(|t| !certain.contains(*t) && !likely.contains(*t)).collect();
    let all = planted.truths.len();
    assert!(sure * 100 >= all * 90, "{sure} of {all} were found for certain; missed: {missed:#?}");
    findings
}

#[test]
fn what_is_certain_was_planted_and_nine_tenths_of_what_was_planted_is_certain() {
    let planted = Planted::new();
    let text = write::yaml(&write::swagger(&planted.document));
    assert!(text.lines().count() >= 5_000, "{}", text.lines().count());
    let findings = compared(&planted, &[("self-hosted.yaml", text)]);

    // Calls that the contract does not have are none of its own.
    let claimed: Vec<_> = findings.matches.iter().map(|found| found.path.as_str()).collect();
    for path in &planted.foreign {
        let certain = findings.settled.iter().any(|settled| settled.path == *path);
        assert!(!certain, "{path} was claimed: {claimed:?}");
    }
    let likely = findings.matches.iter().filter(|found| found.certainty == Certainty::Likely);
    for found in likely {
        assert!(found.reason().starts_with("likely, by "), "{}", found.reason());
    }
}

#[test]
fn openapi_3_and_several_files_say_the_same() {
    let planted = Planted::new();
    let swagger = write::yaml(&write::swagger(&planted.document));
    let expected = compared(&planted, &[("a", swagger)]);
    let (paths, schemas) = write::split(&planted.document);
    for files in [
        vec![("a", planted.document.to_string())],
        vec![("a", write::yaml(&planted.document))],
        vec![("a", write::yaml(&paths)), ("schemas.json", schemas.to_string())],
    ] {
        let findings = compared(&planted, &files);
        assert_eq!(with(&findings, Certainty::Certain), with(&expected, Certainty::Certain));
        assert_eq!(with(&findings, Certainty::Likely), with(&expected, Certainty::Likely));
    }
}

#[test]
fn hostile_files_are_refused_or_compared_to_the_end() {
    let deep = format!("{{\"swagger\": \"2.0\", \"paths\": {}", "{\"a\":".repeat(200_000));
    assert!(SchemaFile::parse("deep.json", &deep).is_err());
    let deep = format!("swagger: '2.0'\npaths: {}\n", "[".repeat(200_000));
    assert!(SchemaFile::parse("deep.yaml", &deep).is_err());

    // Every definition holds all others, as members and as parts, and every call has one of them.
    let (mut paths, mut definitions) = (String::new(), String::new());
    for number in 0..30 {
        let others = |text: &dyn Fn(usize) -> String| (0..30).map(text).collect::<String>();
        let members = others(&|other| format!("m{other}: {{$ref: '#/definitions/D{other}'}}, "));
        let parts = others(&|other| format!("{{$ref: '#/definitions/D{other}'}}, "));
        definitions
            .push_str(&format!("  D{number}: {{properties: {{{members}}}, allOf: [{parts}]}}\n"));
        paths.push_str(&format!(
            "  /d{number}/list: {{get: {{responses: {{200: {{schema: {{$ref: '#/definitions/D{number}'}}}}}}}}}}\n"
        ));
    }
    let text = format!("swagger: '2.0'\npaths:\n{paths}definitions:\n{definitions}");
    let file = SchemaFile::parse("circles.yaml", &text).unwrap();
    let findings = compare(&Contract::load(&root()).unwrap(), vec![file]);
    assert_eq!(findings.settled.len(), 0);
}
