//! Report totals are exactly the sums over the raw events, however the range is cut and grouped.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::*;

/// What can be added up in a group.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sums {
    visits: u64,
    lander_views: u64,
    lander_clicks: u64,
    offer_views: u64,
    offer_clicks: u64,
    conversions: u64,
    revenue: Decimal,
    cost: Decimal,
    visitors: std::collections::BTreeSet<String>,
}

type Table = BTreeMap<Vec<String>, (Sums, u64)>;

fn money(value: &Value) -> Decimal {
    value.as_str().map(|text| text.parse().unwrap()).unwrap_or_default()
}

/// Every raw event of the range, over all pages.
async fn events(emulator: &Emulator, start: &str, end: &str) -> Vec<Value> {
    let mut events = Vec::new();
    loop {
        let mut body = sample_hits();
        body["timeStart"] = start.into();
        body["timeEnd"] = end.into();
        body["pagingStart"] = events.len().into();
        let answer = hits(emulator, body).await;
        let full = answer.rows().len() == 1000;
        events.extend_from_slice(answer.rows());
        if !full {
            return events;
        }
    }
}

fn sum(events: &[Value], key: impl Fn(&Value) -> Vec<String>) -> BTreeMap<Vec<String>, Sums> {
    let mut table: BTreeMap<Vec<String>, Sums> = BTreeMap::new();
    for event in events {
        let sums = table.entry(key(event)).or_default();
        let offer = event["pageType"] == "offer";
        match (event["kind"].as_str().unwrap(), offer) {
            ("hit", false) => sums.lander_views += 1,
            ("hit", true) => sums.offer_views += 1,
            ("click", false) => sums.lander_clicks += 1,
            ("click", true) => sums.offer_clicks += 1,
            ("conversion", true) => sums.conversions += 1,
            other => panic!("no such event: {other:?}"),
        }
        sums.visits += u64::from(event["isEntrance"].as_bool().unwrap());
        sums.revenue += money(&event["revenue"]);
        sums.cost += money(&event["cost"]);
        sums.visitors.insert(event["visitorId"].as_str().unwrap().to_owned());
    }
    table
}

/// The report as sums; the second figure is its count of visitors.
fn table(rows: &[Value]) -> Table {
    let count = |row: &Value, name: &str| row[name].as_u64().unwrap();
    rows.iter()
        .map(|row| {
            let cells = row["attributes"].as_array().unwrap();
            let key = cells.iter().map(|cell| cell["id"].as_str().unwrap().to_owned()).collect();
            let sums = Sums {
                visits: count(row, "visits"),
                lander_views: count(row, "landerViews"),
                lander_clicks: count(row, "landerClicks"),
                offer_views: count(row, "offerViews"),
                offer_clicks: count(row, "offerClicks"),
                conversions: count(row, "conversions"),
                revenue: money(&row["revenue"]),
                cost: money(&row["cost"]),
                visitors: Default::default(),
            };
            (key, (sums, count(row, "visitors")))
        })
        .collect()
}

async fn agree(
    emulator: &Emulator,
    (start, end): (&str, &str),
    attributes: Value,
    key: impl Fn(&Value) -> Vec<String>,
) {
    let body = json!({
        "timeStart": start, "timeEnd": end, "attributes": attributes, "filters": []
    });
    let answer = drilldown(emulator, body).await;
    let events = events(emulator, start, end).await;
    assert!(events.len() > 50, "a range without traffic proves nothing: {}", events.len());
    let mut reported = table(answer.rows());
    assert_eq!(reported.len(), answer.rows().len(), "no group twice");
    for (key, mut sums) in sum(&events, key) {
        let (row, visitors) = reported.remove(&key).unwrap_or_else(|| panic!("no row {key:?}"));
        let seen = u64::try_from(std::mem::take(&mut sums.visitors).len()).unwrap();
        assert_eq!((row, visitors), (sums, seen), "{start} to {end}, {attributes}, {key:?}");
    }
    assert!(reported.is_empty(), "rows without events: {reported:?}");
}

fn text(event: &Value, member: &str) -> String {
    event[member].as_str().unwrap_or_default().to_owned()
}

/// Ranges of several lengths and offsets; two are the days on which Berlin's clocks change.
const RANGES: [(&str, &str); 5] = [
    ("2023-10-12T00:00:00+02:00", "2023-10-12T23:59:59+02:00"),
    ("2023-10-29T00:00:00+02:00", "2023-10-29T23:59:59+01:00"),
    ("2023-03-26T00:00:00+01:00", "2023-03-26T23:59:59+02:00"),
    ("2023-10-12T13:07:21-03:30", "2023-10-12T16:59:03-03:30"),
    ("2023-11-14T00:00:00Z", "2023-11-20T23:59:59Z"),
];

#[tokio::test]
async fn totals_by_source_and_funnel_are_the_sums_of_the_raw_events() {
    let emulator = builder().build().unwrap();
    for range in RANGES {
        let by = json!([
            {"attribute": "Third Parties: Traffic Source"}, {"attribute": "Element: Funnel"}
        ]);
        let key = |event: &Value| vec![text(event, "idTrafficSource"), text(event, "idFunnel")];
        agree(&emulator, range, by, key).await;
    }
}

#[tokio::test]
async fn totals_by_offer_are_the_sums_of_the_raw_events() {
    let emulator = builder().build().unwrap();
    for range in RANGES {
        let by =
            json!([{"attribute": "Third Parties: Offer Source"}, {"attribute": "Element: Offer"}]);
        let key = |event: &Value| vec![text(event, "idOfferSource"), text(event, "idOffer")];
        agree(&emulator, range, by, key).await;
    }
}

#[tokio::test]
async fn totals_by_hour_are_the_sums_of_the_raw_events() {
    let emulator = builder().build().unwrap();
    for range in RANGES {
        let by = json!([{"attribute": "Time: 1-Hour Blocks"}]);
        let key = |event: &Value| {
            // 2023-10-12T14:03:11.250+02:00: the hour, and the offset at the end.
            let time = text(event, "time");
            vec![format!("{}:00:00{}", &time[..13], &time[time.len() - 6..])]
        };
        // A half-hour offset has hours of its own, which the text of the time shows as well.
        agree(&emulator, range, by, key).await;
    }
}

#[tokio::test]
async fn totals_by_tracking_field_and_country_are_the_sums_of_the_raw_events() {
    let emulator = builder().build().unwrap();
    for range in RANGES {
        let by = json!([
            {"attribute": "URL Tracking Field", "whitelistFilters": ["{\"campaign\":\"*\"}"]},
            {"attribute": "URL Tracking Field", "whitelistFilters": ["{\"c1\":\"*\"}"]},
            {"attribute": "Location: Country Code"}
        ]);
        let key = |event: &Value| {
            let fields = &event["trackingFields"];
            vec![text(fields, "campaign"), text(fields, "c1"), text(event, "countryCode")]
        };
        agree(&emulator, range, by, key).await;
    }
}

#[tokio::test]
async fn the_parts_of_a_range_add_up_to_the_whole() {
    let emulator = builder().build().unwrap();
    let part = |start: &'static str, end: &'static str| {
        let mut body = sample();
        body["timeStart"] = start.into();
        body["timeEnd"] = end.into();
        body
    };
    let whole = drilldown(&emulator, sample()).await;
    let parts = [
        drilldown(&emulator, part("2023-10-12T00:00:00+02:00", "2023-10-12T07:59:59+02:00")).await,
        drilldown(&emulator, part("2023-10-12T08:00:00+02:00", "2023-10-12T08:00:00+02:00")).await,
        drilldown(&emulator, part("2023-10-12T08:00:01+02:00", "2023-10-12T23:59:59+02:00")).await,
    ];
    for row in whole.rows() {
        let source = &row["attributes"][0]["id"];
        let same = || {
            parts.iter().flat_map(Answer::rows).filter(|row| &row["attributes"][0]["id"] == source)
        };
        for count in ["visits", "landerViews", "landerClicks", "offerViews", "conversions"] {
            let sum: u64 = same().map(|row| row[count].as_u64().unwrap()).sum();
            assert_eq!(row[count].as_u64().unwrap(), sum, "{source} {count}");
        }
        for amount in ["revenue", "cost", "profitAndLoss", "revenueLifetime"] {
            let sum: Decimal = same().map(|row| money(&row[amount])).sum();
            assert_eq!(money(&row[amount]), sum, "{source} {amount}");
        }
    }
}
