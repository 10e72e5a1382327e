//! References without a target. The target was not read, so an operation that uses it is not confirmed.

use std::collections::BTreeSet;

use super::call::Call;
use super::file::{Files, Spot};
use super::finding::{Aspect, Difference, Subject};

/// Members whose own members have names that the API chose, and no meaning in the format.
const NAMES: &[&str] = &[
    "$defs",
    "callbacks",
    "content",
    "definitions",
    "headers",
    "parameters",
    "paths",
    "patternProperties",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
];

/// Members that hold values of the API, in which `$ref` is a word like any other.
const VALUES: &[&str] = &["const", "default", "enum", "example", "examples"];

/// Every reference of the files without a target.
pub(super) fn unread<'a>(files: &'a Files) -> Vec<Spot<'a>> {
    files.tops().flat_map(|top| walk(vec![top], false, &leads_nowhere)).collect()
}

fn leads_nowhere(spot: &Spot<'_>) -> bool {
    spot.text("$ref").is_some() && spot.resolved().is_none()
}

/// Every member by which objects of several kinds are told apart, with the words for them.
pub(super) fn discriminators(files: &Files) -> Vec<Difference> {
    let tells = |spot: &Spot<'_>| {
        let discriminator = spot.get("discriminator")?;
        let name = discriminator.text("propertyName").or(discriminator.value.as_str())?;
        let mapping = discriminator.get("mapping").map(|it| it.members()).unwrap_or_default();
        let words: Vec<&str> = mapping.iter().map(|(word, _)| *word).collect();
        let subject = Subject::File(spot.document.about.name.clone());
        let found = Difference::new(subject, Aspect::Discriminator, discriminator.place());
        Some(found.named(name).theirs(words.join(", ")))
    };
    let found = files.tops().flat_map(|top| walk(vec![top], false, &|it| tells(it).is_some()));
    found.filter_map(|spot| tells(&spot)).collect()
}

/// Every such reference that an operation leads to, over whatever other references.
pub(super) fn behind<'a>(call: &Call<'a>) -> Vec<Spot<'a>> {
    let mut starts = vec![call.spot.clone()];
    starts.extend(call.shared.clone());
    walk(starts, true, &leads_nowhere)
}

pub(super) fn difference(subject: Subject, reference: &Spot<'_>) -> Difference {
    let why = reference.target().err().unwrap_or_default();
    let text = reference.text("$ref").unwrap_or_default();
    Difference::new(subject, Aspect::Reference, reference.place()).theirs(format!("{text} {why}"))
}

fn walk<'a>(
    starts: Vec<Spot<'a>>,
    follow: bool,
    is_wanted: &dyn Fn(&Spot<'a>) -> bool,
) -> Vec<Spot<'a>> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    // Last in, first out: turned round, so that what comes first in a file is found first.
    let mut open: Vec<(Spot<'a>, bool)> = starts.into_iter().rev().map(|s| (s, false)).collect();
    while let Some((spot, holds_names)) = open.pop() {
        if !seen.insert(spot.place()) {
            continue;
        }
        for (name, inner) in spot.inner().into_iter().rev() {
            let word = name.filter(|_| !holds_names).unwrap_or_default();
            if !VALUES.contains(&word) && !word.starts_with("x-") {
                open.push((inner, NAMES.contains(&word)));
            }
        }
        if follow && spot.text("$ref").is_some() {
            open.extend(spot.resolved().map(|target| (target, false)));
        }
        if is_wanted(&spot) {
            found.push(spot);
        }
    }
    found
}
