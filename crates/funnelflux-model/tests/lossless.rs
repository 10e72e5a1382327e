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

use serde_json::{Value, value::RawValue};

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

/// The same text, read by serde_json: members in their order, each as it is spelled.
type Read = (Vec<Vec<(String, String)>>, Vec<Vec<String>>, Vec<(String, String)>);

/// An object as its members, in the order of the text and with duplicates.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> serde::Deserialize<'de> for Members {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;

        impl<'de> serde::de::Visitor<'de> for Collect {
            type Value = Members;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}

/// What serde_json finds in the text; `None` if that is no report of two attributes.
fn by_serde(text: &str) -> Option<Read> {
    let whole: Members = serde_json::from_str(text).ok()?;
    let (rows, extra): (Vec<_>, Vec<_>) = whole.0.into_iter().partition(|(name, _)| name == "rows");
    let [(_, rows)] = rows.as_slice() else { return None };
    let rows: Option<Vec<Members>> = serde_json::from_str(rows.get()).ok()?;
    let mut cells = Vec::new();
    let mut attributes = Vec::new();
    for row in rows.unwrap_or_default() {
        let mut of_row: Vec<(String, String)> = Vec::new();
        let mut own = Vec::new();
        for (name, value) in row.0 {
            if name == "attributes" {
                let list: Option<Vec<Box<RawValue>>> = serde_json::from_str(value.get()).ok()?;
                own = list.iter().flatten().map(|item| item.get().to_owned()).collect();
                if list.is_some() && own.len() != 2 {
                    return None;
                }
            } else {
                of_row.retain(|(known, _)| *known != name);
                of_row.push((name, value.get().to_owned()));
            }
        }
        of_row.sort();
        cells.push(of_row);
        attributes.push(own);
    }
    let extra = extra.into_iter().map(|(name, value)| (name, value.get().to_owned())).collect();
    Some((cells, attributes, extra))
}

fn as_read(report: &Report) -> Read {
    let cells = report.rows().map(|row| {
        let mut cells: Vec<(String, String)> = row
            .cells()
            .map(|(name, cell)| (name.to_owned(), cell.json().unwrap().into_owned()))
            .collect();
        cells.sort();
        cells
    });
    let attributes = report.rows().map(|row| {
        let found = (0..2).filter_map(|place| row.attribute(place));
        found.map(|value| value.json().to_owned()).collect()
    });
    let extra = report.extra().map(|(name, value)| (name.to_owned(), value.get().to_owned()));
    (cells.collect(), attributes.collect(), extra.collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Right and broken texts alike: a few bytes of a report are replaced, added or left out.
    #[test]
    fn a_report_is_what_serde_json_reads_and_nothing_else(
        source in vec(row(), 0..6),
        edits in vec((any::<prop::sample::Index>(), 0..3_u8, select(
            " \n\t,:{}[]\"\\0123456789-+.eEnultrfa\u{1}\u{e9}".chars().collect::<Vec<_>>()
        )), 0..3),
    ) {
        let rows: Vec<String> = source.iter().map(SourceRow::json).collect();
        let json = format!("{{\"total\": {{\"a\": 1}}, \"rows\": [{}]}}", rows.join(" , "));
        let mut text: Vec<char> = json.chars().collect();
        for (place, edit, with) in edits {
            let place = place.index(text.len());
            match edit {
                0 => text[place] = with,
                1 => text.insert(place, with),
                _ => drop(text.remove(place)),
            }
        }
        let text: String = text.into_iter().collect();
        let report = Report::from_json(&text, &request());
        match (&report, by_serde(&text)) {
            (Ok(report), Some(read)) => prop_assert_eq!(as_read(report), read),
            (Err(error), None) => {
                let json = serde_json::from_str::<serde::de::IgnoredAny>(&text);
                prop_assert_eq!(error.is_syntax(), json.is_err(), "{}: {}", error, text);
                if let Err(json) = json {
                    prop_assert_eq!(error.to_string(), json.to_string());
                }
            }
            (report, read) => prop_assert!(false, "{:?}, serde_json {:?}: {}", report, read, text),
        }
    }
}
