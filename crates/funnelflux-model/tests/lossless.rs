#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at its first surprise"
)]
//! Whatever the rows are, what comes out is what went in.

use funnelflux_model::{
    reporting::{Attribute, DrilldownRequest, Report},
    time::{TimeRange, Zone},
};
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::Value;

fn request() -> DrilldownRequest {
    let day = TimeRange::days("2023-10-12", "2023-10-12", &Zone::utc()).unwrap();
    DrilldownRequest::builder(day)
        .attributes([Attribute::ELEMENT_OFFER, Attribute::LOCATION_CITY])
        .build()
        .unwrap()
}

/// A value as JSON text, with numbers of every spelling and size.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => any::<i16>().prop_map(|number| number.to_string()),
        1 => any::<u64>().prop_map(|number| number.to_string()),
        1 => "-?(0|[1-9][0-9]{0,40})(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?",
        3 => "\"-?[0-9]{1,12}(\\.[0-9]{1,4})?\"",
        1 => "\"[0-9]{15,40}\\.[0-9]{0,20}\"",
        2 => Just("null".to_owned()),
        1 => any::<bool>().prop_map(|flag| flag.to_string()),
        1 => any::<String>().prop_map(|text| Value::String(text).to_string()),
        1 => Just("{ \"deep\": [1, {\"x\": null}] }".to_owned()),
        1 => Just("[]".to_owned()),
    ]
}

fn attribute() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (0..4_u8).prop_map(|id| format!(r#"{{"id":"{id}","value":"Name {id}"}}"#)),
        1 => any::<String>().prop_map(|text| format!(r#"{{"value":{},"more":[1]}}"#, Value::String(text))),
        1 => value(),
    ]
}

#[derive(Clone, Debug)]
struct SourceRow {
    attributes: [String; 2],
    members: Vec<(String, String)>,
    attributes_at: usize,
}

impl SourceRow {
    fn json(&self) -> String {
        let mut members: Vec<String> = self
            .members
            .iter()
            .map(|(name, value)| format!("{}: {value}", Value::String(name.clone())))
            .collect();
        let attributes = format!("\"attributes\": [{}]", self.attributes.join(", "));
        members.insert(self.attributes_at.min(members.len()), attributes);
        format!("{{{}}}", members.join(","))
    }
}

fn row() -> impl Strategy<Value = SourceRow> {
    let names = prop_oneof![
        8 => select(vec!["visits", "revenue", "cost", "conversions", "uniqueness"])
            .prop_map(str::to_owned),
        1 => "[a-zé\"\\\\]{1,6}",
    ];
    let members = vec((names, value()), 0..9).prop_map(|mut members| {
        let mut seen = std::collections::HashSet::new();
        members.retain(|(name, _)| seen.insert(name.clone()));
        members
    });
    ([attribute(), attribute()], members, 0..9_usize).prop_map(
        |(attributes, members, attributes_at)| SourceRow { attributes, members, attributes_at },
    )
}

fn decode(rows: &[SourceRow]) -> Report {
    let rows: Vec<String> = rows.iter().map(SourceRow::json).collect();
    Report::from_json(format!("{{\"rows\":[{}]}}", rows.join(",\n")), &request()).unwrap()
}

proptest! {
    #[test]
    fn every_member_of_every_row_is_spelled_as_it_came(source in vec(row(), 0..40)) {
        let report = decode(&source);
        prop_assert_eq!(report.len(), source.len());
        for (row, source) in report.rows().zip(&source) {
            for place in 0..2 {
                let attribute = row.attribute(place).unwrap();
                prop_assert_eq!(attribute.json(), &source.attributes[place]);
            }
            for (name, json) in &source.members {
                let spelled = row.cell(name).json();
                prop_assert_eq!(spelled.as_deref(), Some(json.as_str()), "{}", name);
            }
            prop_assert_eq!(row.cells().count(), source.members.len());
        }
    }

    #[test]
    fn ndjson_holds_exactly_the_source_values(source in vec(row(), 0..20)) {
        let report = decode(&source);
        let mut text = Vec::new();
        report.to_ndjson(&mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
        prop_assert_eq!(lines.len(), source.len());
        for (line, source) in lines.iter().zip(&source) {
            // Numbers beyond f64 cannot be compared as trees, so members are compared as texts.
            let row: std::collections::HashMap<String, Box<serde_json::value::RawValue>> =
                serde_json::from_str(line).unwrap();
            for (name, json) in &source.members {
                prop_assert_eq!(row[name].get(), json);
            }
        }
    }

    #[test]
    fn csv_reads_back_as_the_plain_texts(source in vec(row(), 1..20)) {
        let report = decode(&source);
        let mut text = Vec::new();
        report.to_csv(&mut text).unwrap();
        let mut reader = csv::Reader::from_reader(text.as_slice());
        let header = reader.headers().unwrap().clone();
        prop_assert_eq!(header.len(), 4 + report.columns().len());
        let records: Vec<_> = reader.records().map(Result::unwrap).collect();
        prop_assert_eq!(records.len(), source.len());
        for (record, row) in records.iter().zip(report.rows()) {
            for (place, column) in report.columns().iter().enumerate() {
                prop_assert_eq!(&record[4 + place], row.cell(column.name()).to_string());
            }
        }
    }
}
