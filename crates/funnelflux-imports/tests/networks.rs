//! Files in the shapes of sixteen networks' exports, and what each comes to.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

use std::path::PathBuf;

use funnelflux_imports::{Field, FieldKind, Note, Profile, Reader, UploadKind};
use serde_json::Value;

const COSTS: &[Field] = &[
    Field::new("date", FieldKind::Day).required(),
    Field::new("cost", FieldKind::Amount).required(),
    Field::new("campaign", FieldKind::Id),
    Field::new("c1", FieldKind::Id),
];
const CONVERSIONS: &[Field] = &[
    Field::new("hit", FieldKind::Id).required(),
    Field::new("payout", FieldKind::Amount),
    Field::new("transaction", FieldKind::Text),
];

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// The network of a file, from the beginning of its name.
fn profile(file: &str, kind: UploadKind) -> Profile {
    let all = Profile::all().into_iter().filter(|profile| profile.upload == kind);
    let mut found = all.filter(|profile| {
        file.split(['-', '.']).next().is_some_and(|start| profile.name.starts_with(start))
    });
    found.next().unwrap_or_else(|| panic!("no network for {file}"))
}

fn expected() -> Value {
    serde_json::from_slice(&std::fs::read(fixtures().join("expected.json")).unwrap()).unwrap()
}

#[test]
fn every_file_of_costs_comes_to_what_it_should() {
    let expected = expected();
    for (file, expected) in expected["costs"].as_object().unwrap() {
        let bytes = std::fs::read(fixtures().join("costs").join(file)).unwrap();
        let reader = Reader::new(COSTS).with_profile(profile(file, UploadKind::Costs));
        let sheet = reader.read(&bytes).unwrap_or_else(|problems| panic!("{file}: {problems}"));
        let rows = sheet.lines().map(|line| {
            let key = [line.get("campaign"), line.get("c1")]
                .into_iter()
                .find(|key| !key.is_empty())
                .unwrap();
            serde_json::json!([line.get("date"), key, line.get("cost")])
        });
        let rows: Vec<_> = rows.collect();
        assert_eq!(Value::from(rows), expected["rows"], "{file}");
        let currency = sheet.notes.iter().find_map(|note| match note {
            Note::Currency(currency) => Some(currency.as_str()),
            _ => None,
        });
        assert_eq!(currency, expected["currency"].as_str(), "{file}");
        if let Some(Note::Totals { sum, .. }) =
            sheet.notes.iter().find(|note| matches!(note, Note::Totals { .. }))
        {
            assert_eq!(sum.to_string(), expected["total"].as_str().unwrap(), "{file}");
        }
    }
}

#[test]
fn every_file_of_conversions_comes_to_what_it_should() {
    let expected = expected();
    for (file, expected) in expected["conversions"].as_object().unwrap() {
        let bytes = std::fs::read(fixtures().join("conversions").join(file)).unwrap();
        let reader = Reader::new(CONVERSIONS).with_profile(profile(file, UploadKind::Conversions));
        let sheet = reader.read(&bytes).unwrap_or_else(|problems| panic!("{file}: {problems}"));
        let is_delete = |line: &funnelflux_imports::Line<'_>| line.get("payout") == "delete";
        let sets = sheet
            .lines()
            .filter(|line| !is_delete(line))
            .map(|line| serde_json::json!([line.get("hit"), line.get("payout")]));
        assert_eq!(Value::from(sets.collect::<Vec<_>>()), expected["set"], "{file}");
        let deletes =
            sheet.lines().filter(|line| is_delete(line)).map(|line| Value::from(line.get("hit")));
        assert_eq!(Value::from(deletes.collect::<Vec<_>>()), expected["delete"], "{file}");
        let skipped = sheet.notes.iter().find_map(|note| match note {
            Note::Skipped(lines) => Some(lines.len()),
            _ => None,
        });
        assert_eq!(
            skipped.unwrap_or_default(),
            expected["skip"].as_array().unwrap().len(),
            "{file}"
        );
    }
}

#[test]
fn a_line_of_more_than_one_day_is_refused() {
    let reader = Reader::new(COSTS).with_profile(Profile::find("meta").unwrap());
    let file = |last: &str| {
        format!(
            "Reporting starts,Reporting ends,Campaign ID,Amount spent (USD)\n2026-10-01,{last},1201,310.00\n"
        )
    };
    let refused = reader.read(file("2026-10-31").as_bytes()).unwrap_err().to_string();
    assert!(refused.contains("line 2: the line is of 2026-10-01 to 2026-10-31"), "{refused}");
    assert_eq!(reader.read(file("2026-10-01").as_bytes()).unwrap().len(), 1);
    // Beside a column of days the end is that day.
    let daily = "Day,Reporting starts,Reporting ends,Campaign ID,Amount spent (USD)\n\
                 2026-10-02,2026-10-02,2026-10-02,1201,1.00\n";
    assert_eq!(reader.read(daily.as_bytes()).unwrap().line(0).unwrap().get("date"), "2026-10-02");
}
