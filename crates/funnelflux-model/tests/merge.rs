#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at its first surprise"
)]
//! Reports of windows of time, merged into one.

use std::collections::BTreeMap;

use funnelflux_model::{
    reporting::{Attribute, DrilldownRequest, MergeError, MergeOptions, Merger, Metric, Report},
    time::{TimeRange, Zone},
};
use proptest::{collection::vec, prelude::*};
use rust_decimal::Decimal;

fn request(attribute: Attribute) -> DrilldownRequest {
    let day = TimeRange::days("2023-10-12", "2023-10-12", &Zone::utc()).unwrap();
    DrilldownRequest::builder(day).attribute(attribute).build().unwrap()
}

fn report(rows: &[(&str, &str)]) -> Report {
    let rows: Vec<String> = rows
        .iter()
        .map(|(attribute, members)| format!("{{\"attributes\":[{attribute}],{members}}}"))
        .collect();
    let json = format!("{{\"rows\":[{}],\"total\":1}}", rows.join(","));
    Report::from_json(json, &request(Attribute::ELEMENT_OFFER)).unwrap()
}

fn ndjson(report: &Report) -> String {
    let mut text = Vec::new();
    report.to_ndjson(&mut text).unwrap();
    String::from_utf8(text).unwrap()
}

const SHOES: &str = r#"{"id":"1","value":"Shoes"}"#;
/// The same id and value, spelled and furnished otherwise.
const SHOES_AGAIN: &str = r#"{ "value": "Sho\u0065s", "id": "1", "new": true }"#;
const HATS: &str = r#"{"id":"2","value":"Hats"}"#;

#[test]
fn rows_with_the_same_id_and_value_become_one() {
    let monday = report(&[
        (SHOES, r#""visits":10,"revenue":"1.50","cost":null"#),
        (HATS, r#""visits":1,"revenue":null"#),
    ]);
    let tuesday = report(&[(SHOES_AGAIN, r#""visits":5,"revenue":"2.505","conversions":2"#)]);
    let both = monday.merge(&tuesday, &MergeOptions::new()).unwrap();
    assert_eq!(
        ndjson(&both),
        concat!(
            r#"{"Element: Offer":"Shoes","Element: Offer ID":"1","visits":15,"revenue":"4.005","cost":null,"conversions":2}"#,
            "\n",
            r#"{"Element: Offer":"Hats","Element: Offer ID":"2","visits":1,"revenue":null}"#,
            "\n",
        )
    );
    assert_eq!(both.attributes()[0].label, "Element: Offer");
    assert_eq!(both.extra().count(), 0);
}

#[test]
fn what_does_not_add_up_is_refused_by_name() {
    let one = report(&[(
        SHOES,
        r#""visits":1,"visitors":1,"costPerVisit":"0.1","brandNew":7,"note":"hello""#,
    )]);
    let error = one.merge(&one, &MergeOptions::new()).unwrap_err();
    assert!(error.is_non_additive());
    let names: Vec<&str> = error.metrics().iter().map(Metric::name).collect();
    assert_eq!(names, ["visitors", "costPerVisit", "brandNew", "note"]);
    assert!(error.to_string().contains("visitors, costPerVisit, brandNew, note cannot be summed"));

    let columns = |options: MergeOptions| -> Result<Vec<String>, MergeError> {
        let merged = one.merge(&one, &options)?;
        Ok(merged.columns().iter().map(|column| column.name().to_owned()).collect())
    };
    assert_eq!(columns(MergeOptions::new().drop_non_additive()).unwrap(), ["visits"]);
    assert_eq!(columns(MergeOptions::new().select([Metric::VISITS])).unwrap(), ["visits"]);
    let error = columns(MergeOptions::new().select([Metric::VISITS, Metric::VISITORS]));
    assert_eq!(error.unwrap_err().metrics(), [Metric::VISITORS]);
    let vouched =
        MergeOptions::new().drop_non_additive().treat_as_additive([Metric::new("brandNew")]);
    assert_eq!(columns(vouched).unwrap(), ["visits", "brandNew"]);
}

#[test]
fn dates_keep_what_does_not_add_up_where_no_rows_become_one() {
    let day = |date: &str, figures: &str| {
        let json = format!(
            r#"{{"rows":[{{"attributes":[{{"id":"{date}T00:00:00Z","value":"{date}"}}],{figures}}}]}}"#
        );
        Report::from_json(json, &request(Attribute::TIME_DATE)).unwrap()
    };
    let monday = day("2026-03-02", r#""visits":5,"visitors":4,"costPerVisit":"0.10""#);
    let tuesday = day("2026-03-03", r#""visits":3,"visitors":3,"costPerVisit":null"#);
    let both = ndjson(&monday.merge(&tuesday, &MergeOptions::new()).unwrap());
    assert!(both.contains(r#""visits":5,"visitors":4,"costPerVisit":"0.10""#), "{both}");
    assert!(both.contains(r#""visits":3,"visitors":3,"costPerVisit":null"#), "{both}");

    let error = monday.merge(&monday, &MergeOptions::new()).unwrap_err();
    assert!(error.is_non_additive());
    assert_eq!(error.metrics(), [Metric::VISITORS]);
    let merger = Merger::new(MergeOptions::new().drop_non_additive());
    let merger = merger.push(&monday).unwrap().push(&monday).unwrap();
    assert_eq!(merger.open(), [Metric::VISITORS, Metric::COST_PER_VISIT]);
    // A share of all rows is another one in each window, and of an unknown metric nothing is known.
    let shares = day("2026-03-04", r#""visitPercentVsTopLevel":"0.5","brandNew":1"#);
    let error = monday.merge(&shares, &MergeOptions::new()).unwrap_err();
    assert_eq!(error.metrics(), [Metric::VISIT_PERCENT_VS_TOP_LEVEL, Metric::new("brandNew")]);

    // Of a whole day, what is open is taken if the sums agree.
    let whole = |visits: u32| {
        let json =
            format!(r#"{{"rows":[{{"attributes":[null],"visits":{visits},"visitors":7}}]}}"#);
        Report::from_json(json, &request(Attribute::ELEMENT_OFFER)).unwrap()
    };
    let parts = || {
        let merger = Merger::new(MergeOptions::new().select([Metric::VISITS, Metric::VISITORS]));
        merger.push(&monday).unwrap().push_rest(&monday).unwrap()
    };
    let settled = parts().settle(&whole(10)).unwrap();
    assert!(settled.open().is_empty());
    assert!(ndjson(&settled.finish()).contains(r#""visits":10,"visitors":7"#));
    assert_eq!(parts().settle(&whole(11)).unwrap().left_out(), [Metric::VISITORS]);
    // Before the first report nothing is open, and the next one may have any attributes.
    let empty = Merger::new(MergeOptions::new()).settle(&whole(10)).unwrap();
    assert_eq!(empty.push(&monday).unwrap().finish().len(), 1);
}

#[test]
fn what_cannot_be_summed_exactly_is_refused() {
    let large = report(&[(SHOES, r#""revenue":"7000000000000000000000000000""#)]);
    let small = report(&[(SHOES, r#""revenue":"1.01""#)]);
    let error = large.merge(&small, &MergeOptions::new()).unwrap_err();
    assert!(error.to_string().contains("a sum of revenue has more than 28 digits"), "{error}");

    let odd = report(&[(SHOES, r#""revenue":"n/a""#)]);
    let error = small.merge(&odd, &MergeOptions::new()).unwrap_err();
    assert_eq!(error.metrics(), [Metric::REVENUE]);
    assert!(!error.is_non_additive());

    let cities = Report::from_json(r#"{"rows":[]}"#, &request(Attribute::LOCATION_CITY)).unwrap();
    let error = small.merge(&cities, &MergeOptions::new()).unwrap_err();
    assert!(error.is_attribute_mismatch());
}

#[test]
fn rows_without_attributes_are_merged_with_each_other_only() {
    let json = r#"{"rows":[{"visits":1},{"attributes":[{"id":"1"}],"visits":2}]}"#;
    let one = Report::from_json(json, &request(Attribute::ELEMENT_OFFER)).unwrap();
    let both = one.merge(&one, &MergeOptions::new()).unwrap();
    let visits: Vec<_> = both.rows().map(|row| row.metric(&Metric::VISITS).as_count()).collect();
    assert_eq!(visits, [Some(2), Some(4)]);
    assert!(both.rows().next().unwrap().attribute(0).is_none());
}

#[test]
fn nothing_merged_is_an_empty_report() {
    assert!(Merger::new(MergeOptions::new()).finish().is_empty());
}

proptest! {
    /// Against the simplest model there is: a map of sums.
    #[test]
    fn sums_are_those_of_a_naive_model(
        windows in vec(
            vec((0..6_u8, 0..1000_i64, prop::option::of(-100_000..100_000_i64), 0..3_u32), 0..12),
            1..6,
        ),
    ) {
        let mut visits: BTreeMap<String, i64> = BTreeMap::new();
        let mut revenue: BTreeMap<String, Option<Decimal>> = BTreeMap::new();
        let mut merger = Merger::new(MergeOptions::new());
        for window in &windows {
            let rows: Vec<(String, String)> = window
                .iter()
                .map(|(id, count, money, scale)| {
                    let money = money.map(|money| Decimal::new(money, *scale));
                    *visits.entry(id.to_string()).or_default() += count;
                    let sum = revenue.entry(id.to_string()).or_default();
                    *sum = sum.map_or(money, |sum| Some(sum + money.unwrap_or_default()));
                    let money = money.map_or("null".to_owned(), |money| format!("\"{money}\""));
                    let attribute = format!("{{\"id\":\"{id}\"}}");
                    (attribute, format!("\"visits\":{count},\"revenue\":{money}"))
                })
                .collect();
            let rows: Vec<(&str, &str)> =
                rows.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
            merger = merger.push(&report(&rows)).unwrap();
        }
        let merged = merger.finish();
        prop_assert_eq!(merged.len(), visits.len());
        for row in merged.rows() {
            let id = row.attribute(0).unwrap().id().unwrap().into_owned();
            prop_assert_eq!(row.metric(&Metric::VISITS).as_count(), Some(visits[&id]));
            prop_assert_eq!(row.metric(&Metric::REVENUE).as_decimal(), revenue[&id]);
        }
        let total: i64 = visits.values().sum();
        let expected = (!windows.iter().all(Vec::is_empty)).then(|| Decimal::from(total));
        prop_assert_eq!(merged.totals().get(&Metric::VISITS), expected);
    }
}

static_assertions::assert_impl_all!(Merger: Send, Sync);
static_assertions::assert_impl_all!(MergeError: Send, Sync, std::error::Error);

#[test]
fn a_merged_report_is_as_whole_as_its_windows() {
    use funnelflux_model::reporting::ReportCompleteness::{Cut, Unknown, Whole};

    let window = |beside: &str| {
        let json =
            format!(r#"{{ "rows": [{{ "attributes": [{SHOES}], "conversions": 1 }}] {beside} }}"#);
        Report::from_json(json, &request(Attribute::ELEMENT_OFFER)).unwrap()
    };
    let (whole, cut, silent) =
        (r#", "hasMore": false"#, r#", "totalCount": 9"#, r#", "total": { "visits": 3 }"#);
    for (windows, expected) in [
        (&[whole, whole][..], Whole),
        (&[whole, cut, whole], Cut),
        (&[whole, silent], Unknown),
        (&[silent, cut], Cut),
        (&[silent], Unknown),
    ] {
        let mut merger = Merger::new(MergeOptions::new());
        for beside in windows {
            merger = merger.push(&window(beside)).unwrap();
        }
        let report = merger.finish();
        assert_eq!(report.completeness(), expected, "{windows:?}");
        assert_eq!(report.completeness().may_be_cut(), expected != Whole);
    }
    assert_eq!(window(r#", "hasMore": false, "total": 9"#).completeness(), Cut);
    assert_eq!(window(r#", "total": "1""#).completeness(), Whole);
}
