//! A file in the style of the vendor's self-hosted product, made from our own document: paths below
//! `/campaign`, other names, other envelopes. The generator keeps a list of what it changed.

#![cfg(feature = "schemas")]
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "test code")]

mod change;
mod write;

use std::collections::BTreeSet;
use std::path::Path;

use change::{Planted, Truth};
use funnelflux_learn::contract::Contract;
use funnelflux_learn::schemas::{Findings, SchemaFile, compare};
use serde_json::Value;

fn contract() -> Contract {
    Contract::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap()
}

fn truth(difference: &Value, planted: &Planted) -> Truth {
    let text = |name: &str| difference[name].as_str().unwrap_or_default().to_owned();
    let aspect = text("aspect");
    let known = planted.truths.iter().map(|(_, aspect, _)| *aspect).find(|known| *known == aspect);
    let detail = match &*aspect {
        "response" => String::new(),
        "path" | "base path" | "method" | "parameter name" | "member name" => text("theirs"),
        _ => text("name"),
    };
    let subject = format!("{}{}", text("operation"), text("schema"));
    (subject, known.unwrap_or("not planted"), detail)
}

fn with(findings: &Value, certainty: &str, planted: &Planted) -> BTreeSet<Truth> {
    let all = findings["differences"].as_array().unwrap().iter();
    all.filter(|one| one["certainty"] == certainty).map(|one| truth(one, planted)).collect()
}

fn compared(planted: &Planted, texts: &[(&str, String)]) -> (Findings, Value) {
    let files = texts.iter().map(|(name, text)| SchemaFile::parse(*name, text).unwrap());
    let findings = compare(&contract(), files.collect());
    let told = findings.to_json();
    let certain = with(&told, "certain", planted);
    let likely = with(&told, "likely", planted);

    let wrong: Vec<_> = certain.difference(&planted.truths).collect();
    assert!(wrong.is_empty(), "certain, and not planted: {wrong:#?}");
    let kinds: BTreeSet<&str> = planted.truths.iter().map(|(_, aspect, _)| *aspect).collect();
    for kind in &kinds {
        let sure = certain.iter().filter(|(_, aspect, _)| aspect == kind).count();
        assert!(sure > 0, "no {kind} was found for certain");
    }
    let sure = planted.truths.intersection(&certain).count();
    let missed: Vec<_> =
        planted.truths.iter().filter(|t| !certain.contains(*t) && !likely.contains(*t)).collect();
    let all = planted.truths.len();
    assert!(sure * 100 >= all * 90, "{sure} of {all} were found for certain; missed: {missed:#?}");
    (findings, told)
}

#[test]
fn what_is_certain_was_planted_and_nine_tenths_of_what_was_planted_is_certain() {
    let planted = Planted::new();
    let text = write::yaml(&write::swagger(&planted.document));
    assert!(text.lines().count() >= 5_000, "{}", text.lines().count());
    let (findings, told) = compared(&planted, &[("self-hosted.yaml", text)]);

    // Calls that the contract does not have are none of its own.
    for path in &planted.foreign {
        let certain = findings.settled.iter().any(|settled| settled.path == *path);
        assert!(!certain, "{path} was claimed: {}", told["matches"]);
    }
    for likely in findings.likely() {
        assert!(likely.contains(" (likely, by "), "{likely}");
    }
}

#[test]
fn openapi_3_and_several_files_say_the_same() {
    let planted = Planted::new();
    let swagger = write::yaml(&write::swagger(&planted.document));
    let (_, expected) = compared(&planted, &[("a", swagger)]);
    let (paths, schemas) = write::split(&planted.document);
    for files in [
        vec![("a", planted.document.to_string())],
        vec![("a", write::yaml(&planted.document))],
        vec![("a", write::yaml(&paths)), ("schemas.json", schemas.to_string())],
    ] {
        let (_, told) = compared(&planted, &files);
        for certainty in ["certain", "likely"] {
            assert_eq!(with(&told, certainty, &planted), with(&expected, certainty, &planted));
        }
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
    let findings = compare(&contract(), vec![file]);
    assert_eq!(findings.settled.len(), 0);
}
