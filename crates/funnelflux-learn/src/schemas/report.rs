//! The findings for a person.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::file::About;
use crate::matching::Certainty;
use crate::words::counted;

use super::finding::{Difference, FileRead, Findings, NewCall, OurCall, Subject};

/// Grouped; one line for each difference, with file and JSON pointer.
pub(super) fn human(findings: &Findings) -> String {
    let mut text = String::new();
    for FileRead { about, operations, .. } in &findings.files {
        let About { name, format, title, version } = about;
        let about = format!("{title} {version}");
        let of = counted(*operations, "operation");
        let _ = writeln!(text, "{name}: {format}, {}, {of}", about.trim());
    }
    let mut by_subject: BTreeMap<&Subject, Vec<&Difference>> = BTreeMap::new();
    for difference in &findings.differences {
        by_subject.entry(&difference.subject).or_default().push(difference);
    }
    let of = |subject: &Subject| by_subject.get(subject).cloned().unwrap_or_default();
    let alone = |ours: &OurCall| (call(ours), Vec::new());
    let differing = |ours: &OurCall| {
        let found = findings.matches.iter().find(|found| found.id == ours.id);
        let reason = found.map(|found| format!("  {}", found.reason())).unwrap_or_default();
        (format!("{}{reason}", call(ours)), of(&Subject::Operation(ours.id.clone())))
    };
    let (mut schemas, mut files) = (Vec::new(), Vec::new());
    for subject in by_subject.keys() {
        match subject {
            Subject::Operation(_) => {}
            Subject::Schema(name) => schemas.push((name.clone(), of(subject))),
            Subject::File(name) => files.push((name.clone(), of(subject))),
        }
    }
    let new = |new: &NewCall| {
        let NewCall { method, path, title, place, may_be } = new;
        let hint = may_be.as_ref().map(|title| format!(" (perhaps: {title})")).unwrap_or_default();
        (format!("{method} {path}, \"{title}\"{hint}  [{place}]"), Vec::new())
    };

    group(&mut text, "confirmed", findings.confirmed.iter().map(alone).collect());
    group(&mut text, "differ", findings.differing.iter().map(differing).collect());
    group(&mut text, "schemas that differ", schemas);
    group(&mut text, "files", files);
    let missing = format!("missing in the files (of {})", findings.sections.join(", "));
    group(&mut text, &missing, findings.missing.iter().map(alone).collect());
    group(&mut text, "new", findings.new.iter().map(new).collect());
    text
}

/// A line, and the differences below it.
type Entry<'a> = (String, Vec<&'a Difference>);

fn group(text: &mut String, words: &str, entries: Vec<Entry<'_>>) {
    if !entries.is_empty() {
        let _ = writeln!(text, "\n{words}: {}", entries.len());
    }
    for (entry, differences) in entries {
        let _ = writeln!(text, "  {entry}");
        for difference in differences {
            let _ = writeln!(text, "    {}", line(difference));
        }
    }
}

fn call(ours: &OurCall) -> String {
    let OurCall { id, method, path, path_grade } = ours;
    format!("{id}  {method} {path} ({path_grade})")
}

/// One difference: `path: /ours (inferred) → /theirs  [file#/pointer]`.
pub(super) fn line(difference: &Difference) -> String {
    let Difference { aspect, name, ours, grade, theirs, place, certainty, .. } = difference;
    let likely = if *certainty == Certainty::Likely { "likely " } else { "" };
    let mut line = format!("{likely}{}", String::from(*aspect));
    if let Some(name) = name {
        let _ = write!(line, " `{name}`");
    }
    let grade = grade.map(|grade| format!(" ({grade})")).unwrap_or_default();
    match (ours.is_empty(), theirs.is_empty()) {
        (false, _) => {
            let _ = write!(line, ": {ours}{grade} → {theirs}");
        }
        (true, false) => {
            let _ = write!(line, ": {theirs}");
        }
        (true, true) => line.push_str(&grade),
    }
    let _ = write!(line, "  [{place}]");
    line
}
