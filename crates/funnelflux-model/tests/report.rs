#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at its first surprise"
)]
//! Reports: what comes in, and what can be read out of it.

use funnelflux_model::{
    DecodeError,
    reporting::{
        Attribute, Cell, CellValue, ColumnType, DrilldownRequest, Metric, Report, TrackingSlot,
    },
    time::{TimeRange, Zone},
};
use rust_decimal::Decimal;

fn request(attributes: &[Attribute]) -> DrilldownRequest {
    let day = TimeRange::days("2023-10-12", "2023-10-12", &Zone::utc()).unwrap();
    DrilldownRequest::builder(day).attributes(attributes.iter().cloned()).build().unwrap()
}

fn by_offer(json: &str) -> Result<Report, DecodeError> {
    Report::from_json(json, &request(&[Attribute::ELEMENT_OFFER]))
}

/// Rows that have one attribute and these members.
fn rows(members: &[&str]) -> Report {
    let row = |(at, members): (usize, &&str)| {
        let comma = if members.is_empty() { "" } else { "," };
        format!(r#"{{"attributes":[{{"id":"{at}"}}]{comma}{members}}}"#)
    };
    let rows: Vec<String> = members.iter().enumerate().map(row).collect();
    by_offer(&format!(r#"{{"rows":[{}]}}"#, rows.join(","))).unwrap()
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn values<'a>(report: &'a Report, name: &str) -> Vec<CellValue<'a>> {
    report.rows().map(|row| row.cell(name).value()).collect()
}

fn ndjson(report: &Report) -> String {
    let mut text = Vec::new();
    report.to_ndjson(&mut text).unwrap();
    String::from_utf8(text).unwrap()
}

fn csv(report: &Report) -> String {
    let mut text = Vec::new();
    report.to_csv(&mut text).unwrap();
    String::from_utf8(text).unwrap()
}

/// Shaped as the answers that integrations in production read.
const PRODUCTION_SHAPED: &str = r#"{
  "rows": [
    { "attributes": [ { "id": "120001", "value": "120001" },
                      { "id": "2023-10-12T14:00:00+02:00", "value": "14:00" },
                      { "id": "2nIemJxCKbFX", "value": "Shoes, blue" } ],
      "offerViews": 120, "conversions": 3, "revenue": "36.90" },
    { "attributes": [ { "id": "120001", "value": "120001" },
                      { "id": "2023-10-12T15:00:00+02:00", "value": "15:00" },
                      { "id": "2n5JuOKWLTzd", "value": "Hats" } ],
      "offerViews": 7, "conversions": 0, "revenue": null }
  ]
}"#;

#[test]
fn an_answer_as_in_production_is_read_by_name() {
    let day = TimeRange::days("2023-10-12", "2023-10-12", &Zone::utc()).unwrap();
    let request = DrilldownRequest::builder(day)
        .attribute(TrackingSlot::Campaign)
        .attribute(Attribute::TIME_1_HOUR_BLOCKS)
        .attribute(Attribute::ELEMENT_OFFER)
        .build()
        .unwrap();
    let report = Report::from_json(PRODUCTION_SHAPED, &request).unwrap();
    assert_eq!(report.len(), 2);
    assert_eq!(report.attributes()[0].distinct(), 1);
    let first = report.rows().next().unwrap();
    assert_eq!(first.attribute(1).unwrap().id().unwrap(), "2023-10-12T14:00:00+02:00");
    assert_eq!(first.attribute(2).unwrap().value().unwrap(), "Shoes, blue");
    assert!(first.attribute(3).is_none());
    assert_eq!(first.metric(&Metric::OFFER_VIEWS).as_count(), Some(120));
    assert_eq!(first.metric(&Metric::REVENUE).as_decimal(), Some(decimal("36.90")));
    let second = report.rows().nth(1).unwrap();
    assert!(second.metric(&Metric::REVENUE).is_null());
    assert!(second.metric(&Metric::COST).is_absent());
    assert_eq!(
        csv(&report),
        "URL Tracking Field: campaign,URL Tracking Field: campaign ID,Time: 1-Hour Blocks,\
         Time: 1-Hour Blocks ID,Element: Offer,Element: Offer ID,offerViews,conversions,revenue\n\
         120001,120001,14:00,2023-10-12T14:00:00+02:00,\"Shoes, blue\",2nIemJxCKbFX,120,3,36.90\n\
         120001,120001,15:00,2023-10-12T15:00:00+02:00,Hats,2n5JuOKWLTzd,7,0,\n"
    );
    assert_eq!(
        ndjson(&report).lines().next().unwrap(),
        concat!(
            r#"{"URL Tracking Field: campaign":"120001","URL Tracking Field: campaign ID":"120001","#,
            r#""Time: 1-Hour Blocks":"14:00","Time: 1-Hour Blocks ID":"2023-10-12T14:00:00+02:00","#,
            r#""Element: Offer":"Shoes, blue","Element: Offer ID":"2nIemJxCKbFX","#,
            r#""offerViews":120,"conversions":3,"revenue":"36.90"}"#
        )
    );
}

#[test]
fn numbers_keep_their_exact_spelling() {
    let spellings = [
        "0",
        "12.50",
        "-0.05",
        "1e3",
        "-0",
        "0.1",
        "12345678901234567890",
        "0.1234567890123456789012345678",
        "1E+400",
        "9223372036854775807",
        "-9223372036854775808",
        "\"12.50\"",
        "\"007\"",
        "\"1e3\"",
        "\"99999999999999999999.99\"",
        "\"-0.00\"",
    ];
    let members: Vec<String> = spellings.iter().map(|text| format!("\"cost\":{text}")).collect();
    let members: Vec<&str> = members.iter().map(String::as_str).collect();
    let report = rows(&members);
    let read: Vec<String> =
        report.rows().map(|row| row.cell("cost").json().unwrap().into_owned()).collect();
    assert_eq!(read, spellings);
    let cells: Vec<CellValue<'_>> = values(&report, "cost");
    assert_eq!(cells[1], CellValue::Decimal(decimal("12.50")));
    assert_eq!(cells[3], CellValue::Decimal(decimal("1000")));
    assert_eq!(cells[6], CellValue::Decimal(decimal("12345678901234567890")));
    assert_eq!(cells[7], CellValue::Decimal(decimal("0.1234567890123456789012345678")));
    assert_eq!(cells[8], CellValue::Other("1E+400"));
    assert_eq!(cells[9], CellValue::Decimal(decimal("9223372036854775807")));
    assert_eq!(cells[14], CellValue::Decimal(decimal("99999999999999999999.99")));
    assert_eq!(report.rows().nth(1).unwrap().cell("cost").to_string(), "12.50");
}

#[test]
fn members_are_found_by_name_wherever_they_stand() {
    let report = rows(&[
        r#""visits":1,"cost":"2.00""#,
        r#""cost":"3.00","visits":4"#,
        r#""clicks":5,"visits":6"#,
        "",
        r#""visits":null"#,
    ]);
    use CellValue::{Absent, Count, Null};
    assert_eq!(values(&report, "visits"), [Count(1), Count(4), Count(6), Absent, Null]);
    assert_eq!(values(&report, "clicks"), [Absent, Absent, Count(5), Absent, Absent]);
    let names: Vec<&str> = report.columns().iter().map(|column| column.name()).collect();
    assert_eq!(names, ["visits", "cost", "clicks"]);
}

#[test]
fn a_column_that_starts_late_moves_no_other() {
    let mut members = vec![r#""visits":1,"cost":"1.00""#; 500];
    members.push(r#""brandNew":9,"visits":2,"cost":"2.00""#);
    let report = rows(&members);
    assert!(report.rows().take(500).all(|row| row.cell("brandNew").is_absent()));
    let last = report.rows().next_back().unwrap();
    assert_eq!(last.cell("brandNew").as_count(), Some(9));
    assert_eq!(last.cell("visits").as_count(), Some(2));
    assert_eq!(last.cell("cost").as_decimal(), Some(decimal("2.00")));
}

#[test]
fn a_column_may_change_its_mind() {
    let report = rows(&[
        r#""revenue":3"#,
        r#""revenue":"3.50""#,
        r#""revenue":100000"#,
        r#""revenue":5000000000"#,
        r#""revenue":null"#,
        r#""revenue":"n/a""#,
        r#""revenue":{ "amount": 1 }"#,
        r#""revenue":[1,2]"#,
        r#""revenue":true"#,
        r#""revenue":1"#,
    ]);
    use CellValue::{Count, Null, Other};
    assert_eq!(
        values(&report, "revenue"),
        [
            Count(3),
            CellValue::Decimal(decimal("3.50")),
            Count(100_000),
            Count(5_000_000_000),
            Null,
            Other("\"n/a\""),
            Other("{ \"amount\": 1 }"),
            Other("[1,2]"),
            Other("true"),
            Count(1),
        ]
    );
    assert_eq!(report.column("revenue").unwrap().column_type(), ColumnType::Mixed);
    assert_eq!(report.totals().get(&Metric::REVENUE), None);
}

#[test]
fn columns_know_what_they_hold() {
    let report =
        rows(&[r#""visits":1,"revenue":"1.50","cost":null,"note":"hello","odd":null,"extra":2"#]);
    let kind = |name| report.column(name).unwrap().column_type();
    assert_eq!(kind("visits"), ColumnType::Count);
    assert_eq!(kind("revenue"), ColumnType::Decimal);
    assert_eq!(kind("cost"), ColumnType::Empty);
    assert_eq!(kind("note"), ColumnType::Other);
    let metrics: Vec<&str> = report.metrics().map(|column| column.name()).collect();
    assert_eq!(metrics, ["visits", "revenue", "cost", "extra"]);
}

#[test]
fn of_a_member_that_stands_twice_the_last_counts() {
    let report = rows(&[r#""visits":1,"visits":"x","visits":3"#, r#""visits":4"#]);
    assert_eq!(values(&report, "visits"), [CellValue::Count(3), CellValue::Count(4)]);
}

#[test]
fn attributes_keep_every_member_they_have() {
    let report = by_offer(
        r#"{"rows":[{"attributes":[{"value":"A \"b\" \u00e9","archived":true,"id":17}]},
                    {"attributes":["bare"]},{"attributes":[null]},{"attributes":[{"id":null}]}]}"#,
    )
    .unwrap();
    let attribute = |row| report.attributes()[0].get(row).unwrap();
    assert_eq!(attribute(0).value().unwrap(), "A \"b\" é");
    assert_eq!(attribute(0).id().unwrap(), "17");
    assert_eq!(attribute(0).member("archived").unwrap().get(), "true");
    assert_eq!(attribute(1).value().unwrap(), "bare");
    assert_eq!((attribute(2).id(), attribute(2).value()), (None, None));
    assert_eq!((attribute(3).id(), attribute(3).json()), (None, r#"{"id":null}"#));
}

#[test]
fn other_members_of_the_report_are_kept() {
    let report = by_offer(
        r#"{"totals":{"revenue":"99.10"},"rows":[{"attributes":[{"id":"1"}]}],"totalRows":1e2}"#,
    )
    .unwrap();
    let extra: Vec<(&str, &str)> =
        report.extra().map(|(name, value)| (name, value.get())).collect();
    assert_eq!(extra, [("totals", r#"{"revenue":"99.10"}"#), ("totalRows", "1e2")]);
}

#[test]
fn a_row_without_attributes_is_kept_but_is_no_group() {
    let report = by_offer(
        r#"{"rows":[{"attributes":[{"id":"1"}],"visits":2},{"visits":2},{"attributes":null,"visits":2}]}"#,
    )
    .unwrap();
    assert_eq!(report.len(), 3);
    assert!(report.rows().nth(1).unwrap().attribute(0).is_none());
    assert_eq!(report.totals().get(&Metric::VISITS), Some(Decimal::from(2)));
}

#[test]
fn a_row_with_other_attributes_than_asked_for_is_refused_by_number() {
    for (attributes, found) in [("", 0), (r#"{"id":"1"},{"id":"2"}"#, 2)] {
        let json = format!(
            r#"{{"rows":[{{"attributes":[{{"id":"1"}}]}},{{"attributes":[{attributes}]}}]}}"#
        );
        let error = by_offer(&json).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!(
                "rows[1].attributes: got {found} attributes; expected the 1 that were asked for \
                 (`Element: Offer`)"
            )),
            "{error}"
        );
    }
}

#[test]
fn what_is_no_report_is_refused_without_repeating_it() {
    for (json, why) in [
        (r#"{"message":"secret","code":400}"#, "no member `rows`, only `message`, `code`"),
        (r#""secret""#, "expected a report"),
        (r#"{"rows":"secret"}"#, "expected `rows`, a list, found a string"),
        (r#"{"rows":["secret"]}"#, "expected a row, an object, found a string"),
        (r#"{"rows":[{"attributes":"secret"}]}"#, "expected `attributes` of a row, a list"),
        (r#"{"rows":[],"rows":[]}"#, "stands twice"),
        ("{}", "only none at all"),
    ] {
        let error = by_offer(json).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
        assert!(!error.to_string().contains("secret"), "{error}");
        assert!(!error.is_syntax(), "{error}");
    }
    for cut in ["", "{\"rows\":[{\"visits\":1", "{\"rows\":[]} x", "<html>secret</html>"] {
        let error = by_offer(cut).unwrap_err();
        assert!(error.is_syntax(), "{cut}");
        assert!(!error.to_string().contains("secret"));
    }
    let error = Report::from_json(b"{\"rows\":[\xff]}", &request(&[Attribute::TIME_DATE]));
    assert!(error.unwrap_err().to_string().contains("not UTF-8"));
}

#[test]
fn an_empty_report_is_a_report() {
    for json in [r#"{"rows":[]}"#, r#"{"rows":null}"#] {
        let report = by_offer(json).unwrap();
        assert!(report.is_empty());
        assert_eq!(csv(&report), "Element: Offer,Element: Offer ID\n");
        assert_eq!(ndjson(&report), "");
        let view = report.select(&[Metric::VISITS, Metric::new("anything")]).unwrap();
        assert_eq!(view.column_names()[2..], ["visits", "anything"]);
    }
}

#[test]
fn a_fault_is_named_with_its_place() {
    for (json, message, position) in [
        (
            "{\"rows\":[{\"attributes\":[{\"id\":\"1\"}],\"visits\":1},\n{\"attributes\":17}]}",
            "rows[1].attributes: expected `attributes` of a row, a list, found a number",
            (2, 14),
        ),
        (r#"{"rows":[{}, 17]}"#, "rows[1]: expected a row, an object, found a number", (1, 13)),
        (r#"{"rows":true}"#, "expected `rows`, a list, found a boolean", (1, 8)),
        ("[]", "expected a report, an object with `rows`, found a list", (1, 0)),
        (
            r#"{"rows":[{"\ud800":1}]}"#,
            "the name of a member holds an escape that is no character",
            (1, 19),
        ),
    ] {
        let error = by_offer(json).unwrap_err();
        let (line, column) = position;
        assert_eq!(error.to_string(), format!("{message} at line {line} column {column}"));
        assert_eq!(error.position(), position);
    }
}

#[test]
fn unusual_spellings_are_read_and_broken_ones_refused() {
    for json in [
        r#"{"rows":[]}"#,
        r#" { "rows" : null , "total" : [ 1 , { "a" : "\u00e9" } ] } "#,
        r#"{"rows":[{"attributes":[{"id":"1"}],"a":1},{"a":12,"attributes":[{"id":"1"}]}]}"#,
        r#"{"rows":[{"attributes":["\n"],"a\"b":"c\"d","a\"b":1e3},{"attributes":null},{}]}"#,
        r#"{"rows":[{"attributes":[7],"a":"1.5","b":null,"c":{"d":[]},"e":true,"f":-0.0}]}"#,
        r#"{"r\u006fws":[{"attributes" : [ 7 ] }]}"#,
    ] {
        by_offer(json).unwrap();
    }
    for (json, is_syntax) in [
        ("", true),
        ("{}", false),
        (r#"{"rows":[]}}"#, true),
        (r#"{"rows":[],}"#, true),
        (r#"{"rows":[],"rows":[]}"#, false),
        (r#"{"rows":[{"attributes":[]}]}"#, false),
        (r#"{"rows":[{"attributes":[{"id":"1"},{"id":"2"}]}]}"#, false),
        (r#"{"rows":[{"attributes":[{"id":}]}]}"#, true),
        (r#"{"rows":[{"attributes":[{]}]}]}"#, true),
        (r#"{"rows":[{"a":1,}]}"#, true),
        (r#"{"rows":[{"a":01}]}"#, true),
        (r#"{"rows":[{"a":1"b":2}]}"#, true),
        (r#"{"rows":[{"a":nullx}]}"#, true),
        (r#"{"rows":[{"a":"\x"}]}"#, true),
        ("{\"rows\":[{\"a\":\"\u{1}\"}]}", true),
        (r#"{"rows":[{"a\"b":1},{"a"b":1}]}"#, true),
    ] {
        assert_eq!(by_offer(json).unwrap_err().is_syntax(), is_syntax, "{json}");
    }
}

#[test]
fn metrics_are_chosen_from_the_answer_and_slips_are_loud() {
    let report = rows(&[r#""visits":1,"revenue":"1.50","somethingNew":3"#]);
    let view =
        report.select(&[Metric::new("somethingNew"), Metric::COST, Metric::REVENUE]).unwrap();
    assert_eq!(view.column_names()[2..], ["somethingNew", "cost", "revenue"]);
    let mut text = Vec::new();
    view.to_csv(&mut text).unwrap();
    assert!(String::from_utf8(text).unwrap().ends_with("\n,0,3,,1.50\n"));

    let error = report.select(&[Metric::new("revenu")]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "metric: got `revenu`; expected one of the report's metrics (near: revenue)"
    );
    let error = report.select(&[Metric::new("x")]).unwrap_err().to_string();
    assert!(error.ends_with("metrics: visits, revenue, somethingNew"), "{error}");

    let members: Vec<String> = (0..40).map(|n| format!("\"costPer{n}\":1")).collect();
    let report = rows(&[&members.join(",")]);
    for (name, expected) in [
        (
            "nope",
            "one of the report's 40 metrics, such as costPer0, costPer1, costPer2, costPer3, costPer4",
        ),
        ("tper", "(near: costPer0, costPer1, costPer2, costPer3, costPer4)"),
        ("costper39", "(near: costPer39, costPer3, costPer9, costPer19, costPer29)"),
    ] {
        let error = report.select(&[Metric::new(name)]).unwrap_err().to_string();
        assert!(error.ends_with(expected), "{error}");
    }
}

#[test]
fn totals_are_sums_of_what_adds_up() {
    let report = rows(&[
        r#""visits":1,"visitors":1,"revenue":"0.10","offerClickthroughRate":"0.5","new":1"#,
        r#""visits":2,"visitors":1,"revenue":"0.20","offerClickthroughRate":"0.5","new":1"#,
        r#""revenue":null"#,
    ]);
    let totals = report.totals();
    assert_eq!(totals.get(&Metric::VISITS), Some(Decimal::from(3)));
    assert_eq!(totals.get(&Metric::REVENUE).unwrap().to_string(), "0.30");
    assert_eq!(totals.get(&Metric::VISITORS), None);
    assert_eq!(totals.get(&Metric::OFFER_CLICKTHROUGH_RATE), None);
    assert_eq!(totals.get(&Metric::new("new")), None);
    assert_eq!(totals.get(&Metric::COST), None);
    assert_eq!(totals.iter().count(), 5);
}

#[test]
fn a_total_that_would_be_rounded_is_none() {
    let report = rows(&[
        r#""revenue":"7000000000000000000000000000""#,
        r#""revenue":"0.01""#,
        r#""revenue":"1.00""#,
    ]);
    assert_eq!(report.totals().get(&Metric::REVENUE), None);
}

#[test]
fn names_of_columns_are_never_shared() {
    let report = by_offer(
        r#"{"rows":[{"attributes":[{"id":"1","value":"v"}],"Element: Offer":1,"Element: Offer ID":2}]}"#,
    )
    .unwrap();
    assert_eq!(
        report.view().column_names(),
        ["Element: Offer", "Element: Offer ID", "Element: Offer (2)", "Element: Offer ID (2)"]
    );
}

#[test]
fn csv_fields_are_escaped() {
    let report = by_offer(
        r#"{"rows":[{"attributes":[{"id":"a,b","value":"say \"hi\"\nthere"}],"note":"x,\"y\"","list":[1,"2"],"flag":true}]}"#,
    )
    .unwrap();
    let text = csv(&report);
    assert_eq!(
        text,
        "Element: Offer,Element: Offer ID,note,list,flag\n\
         \"say \"\"hi\"\"\nthere\",\"a,b\",\"x,\"\"y\"\"\",\"[1,\"\"2\"\"]\",true\n"
    );
}

#[test]
fn a_row_stays_on_one_line_of_ndjson() {
    let report = rows(&["\"nested\":{\n  \"a\":\r\n 1, \"b\": \"x\\ny\" }"]);
    let text = ndjson(&report);
    assert_eq!(text.lines().count(), 1);
    let row: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(row["nested"]["b"], "x\ny");
}

#[test]
fn no_cell_shows_in_debug_that_is_no_number() {
    let report = by_offer(
        r#"{"rows":[{"attributes":[{"id":"203.0.113.9"}],"ip":"203.0.113.9","visits":3}]}"#,
    )
    .unwrap();
    let row = report.rows().next().unwrap();
    let all = format!(
        "{report:?} {:?} {:?} {:?} {:?} {row:?} {:?} {:?}",
        report.view(),
        report.columns(),
        report.attributes(),
        report.attributes()[0].get(0),
        row.cell("ip"),
        row.cell("visits"),
    );
    assert!(!all.contains("203"), "{all}");
    assert!(all.contains("Count(3)"), "{all}");
}

static_assertions::assert_impl_all!(Report: Send, Sync, Clone);
static_assertions::assert_impl_all!(Cell<'static>: Send, Sync, Copy);
static_assertions::assert_impl_all!(DecodeError: Send, Sync, std::error::Error);
static_assertions::assert_impl_all!(DrilldownRequest: Send, Sync);
