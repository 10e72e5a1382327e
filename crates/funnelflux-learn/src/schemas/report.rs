//! The findings for a person and for a program.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::finding::{Difference, Findings, OurCall, Subject};
use crate::contract::Word as _;

/// Grouped; one line for each difference, with file and JSON pointer.
pub(super) fn human(findings: &Findings) -> String {
    let mut text = String::new();
    for file in &findings.files {
        let about = format!("{} {}", file.title, file.version);
        let (name, format, count) = (&file.name, &file.format, file.operations);
        let _ = writeln!(text, "{name}: {format}, {}, {count} operations", about.trim());
    }
    let mut by_subject: BTreeMap<&Subject, Vec<&Difference>> = BTreeMap::new();
    for difference in &findings.differences {
        by_subject.entry(&difference.subject).or_default().push(difference);
    }

    heading(&mut text, "confirmed", findings.confirmed.len());
    for ours in &findings.confirmed {
        let _ = writeln!(text, "  {}", call(ours));
    }
    heading(&mut text, "differ", findings.differing.len());
    for ours in &findings.differing {
        let _ = writeln!(text, "  {}", call(ours));
        let subject = Subject::Operation(ours.id.clone());
        lines(&mut text, by_subject.get(&subject));
    }
    let is_schema = |subject: &Subject| matches!(subject, Subject::Schema(_));
    let count = by_subject.keys().filter(|subject| is_schema(subject)).count();
    heading(&mut text, "schemas that differ", count);
    for (subject, differences) in &by_subject {
        if let Subject::Schema(name) = subject {
            let _ = writeln!(text, "  {name}");
            lines(&mut text, Some(differences));
        }
    }
    let is_file = |subject: &Subject| matches!(subject, Subject::File(_));
    let count = by_subject.keys().filter(|subject| is_file(subject)).count();
    heading(&mut text, "files with other places that were not read", count);
    for (subject, differences) in &by_subject {
        if let Subject::File(name) = subject {
            let _ = writeln!(text, "  {name}");
            lines(&mut text, Some(differences));
        }
    }
    let sections = findings.sections.join(", ");
    heading(&mut text, &format!("missing in the files (of {sections})"), findings.missing.len());
    for ours in &findings.missing {
        let _ = writeln!(text, "  {}", call(ours));
    }
    heading(&mut text, "new", findings.new.len());
    for new in &findings.new {
        let (method, path, title, place) = (&new.method, &new.path, &new.title, &new.place);
        let hint = new.may_be.as_ref().map(|title| format!(" (perhaps: {title})"));
        let hint = hint.unwrap_or_default();
        let _ = writeln!(text, "  {method} {path}, \"{title}\"{hint}  [{place}]");
    }
    text
}

fn heading(text: &mut String, words: &str, count: usize) {
    if count > 0 {
        let _ = writeln!(text, "\n{words}: {count}");
    }
}

fn call(ours: &OurCall) -> String {
    let OurCall { id, method, path, path_grade } = ours;
    format!("{id}  {method} {path} ({})", path_grade.written())
}

fn lines(text: &mut String, differences: Option<&Vec<&Difference>>) {
    for difference in differences.into_iter().flatten() {
        let _ = writeln!(text, "    {}", line(difference));
    }
}

/// One difference: `path: /ours (inferred) → /theirs  [file#/pointer]`.
pub(super) fn line(difference: &Difference) -> String {
    let Difference { aspect, name, ours, grade, theirs, place, .. } = difference;
    let mut line = aspect.words().to_owned();
    if let Some(name) = name {
        let _ = write!(line, " `{name}`");
    }
    let grade = grade.map(|grade| format!(" ({})", grade.written())).unwrap_or_default();
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

pub(super) fn machine(findings: &Findings) -> Value {
    let call = |ours: &OurCall| {
        json!({
            "id": ours.id,
            "method": ours.method,
            "path": ours.path,
            "path_grade": ours.path_grade.written(),
        })
    };
    let calls = |list: &[OurCall]| Value::Array(list.iter().map(call).collect());
    let files = findings.files.iter().map(|file| {
        json!({
            "file": file.name,
            "format": file.format,
            "title": file.title,
            "version": file.version,
            "operations": file.operations,
        })
    });
    let new = findings.new.iter().map(|new| {
        json!({
            "method": new.method,
            "path": new.path,
            "title": new.title,
            "may_be": new.may_be,
            "file": new.place.file,
            "pointer": new.place.pointer,
        })
    });
    json!({
        "files": files.collect::<Vec<_>>(),
        "sections": findings.sections,
        "confirmed": calls(&findings.confirmed),
        "differing": calls(&findings.differing),
        "missing": calls(&findings.missing),
        "new": new.collect::<Vec<_>>(),
        "differences": findings.differences.iter().map(difference).collect::<Vec<_>>(),
    })
}

fn difference(difference: &Difference) -> Value {
    let (kind, subject) = match &difference.subject {
        Subject::Operation(id) => ("operation", id),
        Subject::Schema(name) => ("schema", name),
        Subject::File(name) => ("in", name),
    };
    let some = |text: &str| if text.is_empty() { Value::Null } else { text.into() };
    json!({
        kind: subject,
        "aspect": difference.aspect.words(),
        "name": difference.name,
        "ours": some(&difference.ours),
        "grade": difference.grade.map(|grade| grade.written()),
        "theirs": some(&difference.theirs),
        "file": difference.place.file,
        "pointer": difference.place.pointer,
    })
}
