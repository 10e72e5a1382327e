//! Updates are queued, and show in the reports when their time has come.

use super::*;

const CONVERSIONS: &str = "/reporting/update/conversions";
const COST: &str = "/reporting/update/cost";
const RESET: &str = "/reporting/update/reset";
const SECOND: Duration = Duration::from_secs(1);

/// The day of the samples by one attribute: id → row.
async fn by(emulator: &Emulator, attribute: Value) -> std::collections::BTreeMap<String, Value> {
    let mut body = sample();
    body["attributes"] = json!([attribute]);
    let answer = drilldown(emulator, body).await;
    let id = |row: &Value| row["attributes"][0]["id"].as_str().unwrap().to_owned();
    answer.rows().iter().map(|row| (id(row), row.clone())).collect()
}

/// A request over the day of the samples.
fn day(rest: &Value) -> Value {
    let sample = sample();
    let mut body = json!({"timeStart": sample["timeStart"], "timeEnd": sample["timeEnd"]});
    body.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    body
}

async fn accepted(emulator: &Emulator, method: Method, path: &str, body: Value) {
    let answer = call(emulator, method, path, Some(body)).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, ""), "no data comes back");
}

#[tokio::test]
async fn a_cost_is_spread_to_the_last_digit_over_the_matching_visits_only() {
    let emulator = builder().update_delay(SECOND * 60).build().unwrap();
    let sources = json!({"attribute": "Third Parties: Traffic Source"});
    let before = by(&emulator, sources.clone()).await;
    let source = before.keys().next().unwrap().clone();
    let body = day(&json!({"funnelIDs": [], "trafficSourceIDs": [source],
        "costSegments": [{"cost": "1000.0001", "costType": "wholeSegment"}]}));
    accepted(&emulator, Method::PUT, COST, body).await;
    emulator.advance(SECOND * 59);
    assert_eq!(by(&emulator, sources.clone()).await, before, "queued is not done");
    assert_eq!(emulator.updates().waiting, 1);
    emulator.advance(SECOND);
    let after = by(&emulator, sources).await;
    assert_eq!((emulator.updates().waiting, emulator.updates().applied), (0, 1));
    for (id, row) in &after {
        if *id == source {
            assert_eq!(row["cost"], "1000.0001");
            assert_eq!(row["visits"], before[id]["visits"]);
        } else {
            assert_eq!(row, &before[id]);
        }
    }
}

#[tokio::test]
async fn a_negative_cost_is_spread_to_the_last_digit_too() {
    let emulator = builder().update_delay(Duration::ZERO).build().unwrap();
    let body = day(&json!({"funnelIDs": [], "trafficSourceIDs": [],
        "costSegments": [{"cost": "-10.0001", "costType": "wholeSegment"}]}));
    accepted(&emulator, Method::PUT, COST, body).await;
    let days = by(&emulator, json!({"attribute": "Time: Date"})).await;
    let costs: Vec<_> = days.values().map(|row| row["cost"].clone()).collect();
    assert_eq!(costs, ["-10.0001"]);
}

#[tokio::test]
async fn a_cost_can_be_of_one_campaign() {
    let emulator = builder().update_delay(Duration::ZERO).build().unwrap();
    let campaigns =
        json!({"attribute": "URL Tracking Field", "whitelistFilters": ["{\"campaign\":\"*\"}"]});
    let before = by(&emulator, campaigns.clone()).await;
    let campaign = before.keys().next().unwrap().clone();
    let body = day(&json!({"funnelIDs": [], "trafficSourceIDs": [], "costSegments": [
        {"cost": "7", "costType": "wholeSegment",
            "restrictToTrackingFields": {"campaign": [campaign]}}]}));
    accepted(&emulator, Method::PUT, COST, body).await;
    for (id, row) in by(&emulator, campaigns).await {
        let expected = if id == campaign { &json!("7.00") } else { &before[&id]["cost"] };
        assert_eq!(&row["cost"], expected);
    }
}

/// An offer hit of the day, without a conversion, as a raw event row.
async fn unconverted(emulator: &Emulator) -> Value {
    let answer = hits(emulator, sample_hits()).await;
    let rows = answer.rows();
    let sold = |hit: &Value| {
        rows.iter().any(|row| row["kind"] == "conversion" && row["hitId"] == hit["hitId"])
    };
    let offer = |row: &&Value| row["kind"] == "hit" && row["pageType"] == "offer";
    rows.iter().filter(offer).find(|hit| !sold(hit)).unwrap().clone()
}

#[tokio::test]
async fn an_uploaded_conversion_shows_in_reports_and_events_and_can_be_deleted() {
    let emulator = builder().build().unwrap();
    let hit = unconverted(&emulator).await;
    let (id, offer) = (&hit["hitId"], hit["idOffer"].as_str().unwrap());
    let offers = json!({"attribute": "Element: Offer"});
    let figures = async || {
        let row = by(&emulator, offers.clone()).await[offer].clone();
        let revenue: rust_decimal::Decimal = row["revenue"].as_str().unwrap().parse().unwrap();
        (row["conversions"].as_u64().unwrap(), revenue)
    };
    let (count, revenue) = figures().await;
    let upload = async |transaction: &str, payout: Value| {
        let body = json!({"hits": [{"idHit": id, "transaction": transaction, "payout": payout}],
            "postbackCalls": "none"});
        accepted(&emulator, Method::PUT, CONVERSIONS, body).await;
        emulator.advance(SECOND * 30);
    };
    let amount = |text: &str| text.parse::<rust_decimal::Decimal>().unwrap();
    upload("A-1", json!(12.5)).await;
    assert_eq!(figures().await, (count + 1, revenue + amount("12.50")));
    upload("A-2", json!(1)).await;
    upload("A-1", json!(20)).await;
    assert_eq!(figures().await, (count + 2, revenue + amount("21.00")), "one per transaction");
    let events = async || -> std::collections::BTreeMap<String, Value> {
        let answer = hits(&emulator, sample_hits()).await;
        let of_it = answer.rows().iter().filter(|row| row["hitId"] == *id);
        let sales = of_it.filter(|row| row["kind"] == "conversion");
        let name = |row: &Value| row["transaction"].as_str().unwrap().to_owned();
        sales.map(|row| (name(row), row["conversionId"].clone())).collect()
    };
    let both = events().await;
    assert_eq!(both.keys().collect::<Vec<_>>(), ["A-1", "A-2"]);
    upload("A-1", json!(-1)).await;
    assert_eq!(events().await["A-2"], both["A-2"], "a conversion keeps its id");
    upload("A-2", json!(-1)).await;
    assert_eq!(figures().await, (count, revenue));
    assert_eq!(emulator.updates().lost_conversions, 0);
    upload("A-2", json!(-1)).await;
    assert_eq!(emulator.updates().lost_conversions, 1);
}

/// The postbacks of that hit up to now, oldest first: transaction, revenue.
async fn postbacks(emulator: &Emulator, hit: &Value) -> Vec<(String, String)> {
    let mut body = day(&json!({}));
    body["timeEnd"] = json!("2030-01-01T00:00:00Z");
    body["timeStart"] = json!("2023-11-14T00:00:00Z");
    let answer = post(emulator, "/reporting/logs/postback", body).await;
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let of_it = answer.rows().iter().rev().filter(|row| row["hitId"] == *hit);
    of_it.map(|row| (text(row, "transaction"), text(row, "revenue"))).collect()
}

#[tokio::test]
async fn an_upload_sends_a_postback_on_demand_only() {
    let emulator = builder().build().unwrap();
    let hit = unconverted(&emulator).await["hitId"].clone();
    let mut sent = Vec::new();
    for (calls, disable, force, postback) in [
        (Some("none"), false, false, false),
        (None, false, false, false),
        (Some("onlyOnce"), false, false, true),
        (Some("onlyOnce"), false, false, false),
        (Some("all"), true, false, false),
        (Some("all"), false, false, true),
        (Some("none"), false, true, true),
        (Some("all"), true, true, false),
    ] {
        let mut body = json!({"hits": [{"idHit": hit, "transaction": "A", "payout": sent.len()}],
            "disablePostbacks": disable, "forcePostbacks": force});
        if let Some(calls) = calls {
            body["postbackCalls"] = json!(calls);
        }
        accepted(&emulator, Method::PUT, CONVERSIONS, body.clone()).await;
        assert_eq!(postbacks(&emulator, &hit).await, sent, "queued is not sent");
        emulator.advance(SECOND * 30);
        if postback {
            sent.push(("A".to_owned(), format!("{}.00", sent.len())));
        }
        assert_eq!(postbacks(&emulator, &hit).await, sent, "{body}");
    }
    assert_eq!(sent.len(), 3);
    let gone = json!({"hits": [{"idHit": hit, "transaction": "A", "payout": -1}],
        "postbackCalls": "all"});
    accepted(&emulator, Method::PUT, CONVERSIONS, gone).await;
    emulator.advance(SECOND * 30);
    assert_eq!(postbacks(&emulator, &hit).await, sent, "what was sent is not called back");
    assert_eq!(emulator.updates().lost_conversions, 0);
    let again =
        Emulator::builder().clock(Clock::fixed(emulator.now())).snapshot(emulator.snapshot());
    assert_eq!(postbacks(&again.build().unwrap(), &hit).await, sent, "nor forgotten");
}

#[tokio::test]
async fn postbacks_of_the_traffic_stay_in_the_log_after_a_correction_and_a_reset() {
    let emulator = builder().update_delay(Duration::ZERO).build().unwrap();
    let log = async || post(&emulator, "/reporting/logs/postback", day(&json!({}))).await.json;
    let before = log().await;
    let row = &before["rows"][0];
    let once = json!({"hits": [
        {"idHit": row["hitId"], "transaction": row["transaction"], "payout": 0.01}],
        "postbackCalls": "onlyOnce"});
    accepted(&emulator, Method::PUT, CONVERSIONS, once).await;
    assert_eq!(log().await, before);
    assert!(postbacks(&emulator, &row["hitId"]).await.is_empty(), "it had sent its one");
    accepted(&emulator, Method::DELETE, RESET, day(&json!({}))).await;
    assert_eq!(post(&emulator, RESET, day(&json!({}))).await.json["hits"], 0, "all is gone");
    assert_eq!(log().await, before);
}

#[tokio::test]
async fn the_queue_is_bounded_and_applied_without_reports() {
    let emulator = builder().build().unwrap();
    let long = "x".repeat(900_000);
    let body = json!({"hits": [{"idHit": "x", "transaction": long}]}).to_string();
    let push = async || send_text(&emulator, Method::PUT, CONVERSIONS, &body).await.status;
    let mut accepted = 0;
    let refused = loop {
        match push().await {
            StatusCode::OK if accepted < 100 => accepted += 1,
            other => break other,
        }
    };
    // 64 MB hold 74 of 900 kB.
    assert_eq!((refused.as_u16(), accepted), (429, 74));
    emulator.advance(SECOND * 30);
    for _ in 0..3 {
        assert_eq!(push().await, StatusCode::OK, "the others were applied");
    }
    assert_eq!((emulator.updates().waiting, emulator.updates().lost_conversions), (3, 74));
    // Thousands of segments, each with thousands of funnels, in one body of less than 1 MB.
    let funnels = vec!["2nIemJxNobdy"; 20_000];
    let segments = vec![json!({"cost": "1", "costType": "wholeSegment"}); 10_000];
    let body = day(&json!({"funnelIDs": funnels, "trafficSourceIDs": [],
        "costSegments": segments}));
    assert_eq!(put(&emulator, COST, body).await.status, 429);
}

#[tokio::test]
async fn a_cost_that_no_visit_matched_is_counted_as_lost() {
    let emulator = builder().update_delay(Duration::ZERO).build().unwrap();
    let segments = json!([{"cost": "7", "costType": "wholeSegment"}]);
    for (funnel, lost) in [("2nIemJxNobdy", 1), ("2nIemJxNobdx", 2)] {
        let body = day(&json!({"funnelIDs": [funnel], "trafficSourceIDs": [],
            "costSegments": segments}));
        accepted(&emulator, Method::PUT, COST, body).await;
        assert_eq!((emulator.updates().applied, emulator.updates().lost_costs), (lost, lost));
    }
    let body = day(&json!({"funnelIDs": [], "trafficSourceIDs": [], "costSegments": segments}));
    accepted(&emulator, Method::PUT, COST, body).await;
    assert_eq!((emulator.updates().applied, emulator.updates().lost_costs), (3, 2));
}

#[tokio::test]
async fn a_conversion_of_the_traffic_is_corrected_by_its_transaction() {
    let emulator = builder().update_delay(Duration::ZERO).build().unwrap();
    let conversion = async || {
        let answer = hits(&emulator, sample_hits()).await;
        answer.rows().iter().find(|row| row["kind"] == "conversion").cloned().unwrap()
    };
    let sale = conversion().await;
    let body = json!({"hits": [
        {"idHit": sale["hitId"], "transaction": sale["transaction"], "payout": 0.01}]});
    accepted(&emulator, Method::PUT, CONVERSIONS, body).await;
    let corrected = conversion().await;
    assert_eq!(corrected["revenue"], "0.01");
    assert_eq!(corrected["transaction"], sale["transaction"]);
}

#[tokio::test]
async fn a_reset_is_counted_first_and_deletes_exactly_that() {
    let emulator = builder().update_delay(SECOND).build().unwrap();
    let funnels = json!({"attribute": "Element: Funnel"});
    let before = by(&emulator, funnels.clone()).await;
    let funnel = before.keys().next().unwrap().clone();
    let body = day(&json!({"restrictToFunnelIDs": [funnel]}));
    let counted =
        async || post(&emulator, RESET, body.clone()).await.json["hits"].as_u64().unwrap();
    let hits = counted().await;
    assert!(hits >= before[&funnel]["visits"].as_u64().unwrap() / 2, "{hits}");
    assert_eq!(counted().await, hits, "counting deletes nothing");
    accepted(&emulator, Method::DELETE, RESET, body.clone()).await;
    assert_eq!(counted().await, hits);
    emulator.advance(SECOND);
    assert_eq!(counted().await, 0);
    let after = by(&emulator, funnels).await;
    for (id, row) in &before {
        if *id == funnel {
            // What entered before midnight may go on after it.
            assert!(after.get(id).is_none_or(|row| row["visits"] == 0));
        } else {
            assert_eq!(&after[id]["visits"], &row["visits"]);
        }
    }
}

#[tokio::test]
async fn wrong_updates_are_refused() {
    let emulator = builder().build().unwrap();
    let cost = |segment: Value| {
        day(&json!({"funnelIDs": [], "trafficSourceIDs": [], "costSegments": [segment]}))
    };
    let hit = |hit: Value| json!({"hits": [hit]});
    for (method, path, body, words) in [
        (Method::PUT, COST, cost(json!({"cost": true, "costType": "wholeSegment"})), "a decimal"),
        (Method::PUT, COST, cost(json!({"cost": "x", "costType": "wholeSegment"})), "a decimal"),
        (Method::PUT, COST, cost(json!({"cost": "5", "costType": "total"})), "\"total\""),
        (
            Method::PUT,
            COST,
            cost(json!({"cost": "5", "costType": "wholeSegment",
                "restrictToTrackingFields": {"campain": ["1"]}})),
            "campain` is not a tracking field",
        ),
        (
            Method::PUT,
            COST,
            day(&json!({"funnelIds": [], "trafficSourceIDs": [], "costSegments": []})),
            "`funnelIds`",
        ),
        (
            Method::PUT,
            COST,
            day(&json!({"trafficSourceIDs": [], "costSegments": []})),
            "`funnelIDs` is missing",
        ),
        (
            Method::PUT,
            COST,
            cost(json!({"cost": "5", "costType": "wholeSegment",
                "restrictToTrackingFields": {"campaign": []}})),
            "`costSegments[0].restrictToTrackingFields.campaign` is empty",
        ),
        (
            Method::PUT,
            COST,
            cost(json!({"cost": "5", "costType": "wholeSegment", "restrictToCountryCode": ["US"]})),
            "`costSegments[0].restrictToCountryCode` is [\"US\"]",
        ),
        (
            Method::PUT,
            CONVERSIONS,
            json!({"hits": [{"idHit": "x"}], "overridePayout": -1}),
            "`overridePayout` is negative",
        ),
        (Method::PUT, CONVERSIONS, json!({"hits": []}), "`hits` is empty"),
        (Method::PUT, CONVERSIONS, hit(json!({"idHit": ""})), "`hits[0].idHit` is empty"),
        (Method::PUT, CONVERSIONS, hit(json!({"idHit": "x", "payout": -2})), "-1 to delete"),
        (
            Method::PUT,
            CONVERSIONS,
            json!({"hits": [{"idHit": "x"}], "postbackCalls": "once"}),
            "onlyOnce",
        ),
        (Method::POST, RESET, json!({}), "`timeStart` is missing"),
        (Method::DELETE, RESET, day(&json!({"restrictToFunnelIds": []})), "`restrictToFunnelIds`"),
        (
            Method::PUT,
            COST,
            day(&json!({"funnelIDs": ["not-an-id"], "trafficSourceIDs": [], "costSegments": []})),
            "`funnelIDs[0]` is \"not-an-id\"",
        ),
        (
            Method::PUT,
            COST,
            day(&json!({"funnelIDs": [], "trafficSourceIDs": [""], "costSegments": []})),
            "`trafficSourceIDs[0]` is \"\"",
        ),
        (
            Method::PUT,
            COST,
            cost(json!({"cost": "5", "costType": "wholeSegment", "restrictToCountryCode": "us"})),
            "`costSegments[0].restrictToCountryCode` is \"us\"",
        ),
        (
            Method::DELETE,
            RESET,
            day(&json!({"restrictToCampaignIDs": ["x"]})),
            "`restrictToCampaignIDs[0]`",
        ),
        (Method::DELETE, RESET, day(&json!({"restrictToFunnelIDs": ["x"]})), "12 characters"),
        (Method::POST, RESET, day(&json!({"restrictToTrafficSourceIDs": ["x"]})), "12 characters"),
        (Method::DELETE, RESET, day(&json!({"restrictToCountryCodes": ["USA"]})), "two capital"),
        (
            Method::DELETE,
            RESET,
            day(&json!({"restrictToVisitorIDs": ["x-y"]})),
            "letters and digits",
        ),
        (Method::DELETE, RESET, day(&json!({"restrictToIPs": ["192.0.2"]})), "an IP address"),
        (Method::PUT, "/reporting/update/customevents", json!([]), "JSON object"),
    ] {
        let answer = call(&emulator, method, path, Some(body.clone())).await;
        assert_eq!(answer.status, 400, "{body}");
        assert!(answer.message().contains(words), "{words}: {}", answer.message());
    }
    assert_eq!(emulator.updates(), funnelflux_emulator::Updates::default());
}

#[tokio::test]
async fn every_visitor_of_the_raw_events_has_the_same_rows_in_the_explorer() {
    let emulator = builder().build().unwrap();
    let mut expected: std::collections::BTreeMap<String, Vec<Value>> = Default::default();
    for page in 0.. {
        let mut body = sample_hits();
        body["pagingStart"] = json!(page * 1000);
        let answer = hits(&emulator, body).await;
        for row in answer.rows() {
            // Newest first there, oldest first here.
            let id = row["visitorId"].as_str().unwrap().to_owned();
            expected.entry(id).or_default().insert(0, row.clone());
        }
        if answer.rows().len() < 1000 {
            break;
        }
    }
    assert!(expected.len() > 500, "{}", expected.len());
    // Who came in before midnight, and only went on in the day.
    let late = |rows: &Vec<Value>| rows.iter().all(|row| row["isEntrance"] == false);
    assert!(expected.values().any(late));
    for (visitor, rows) in expected {
        let body = day(&json!({"visitorId": visitor}));
        let found = post(&emulator, "/reporting/explorer/visitor", body).await.json;
        assert_eq!(found["hits"], Value::from(rows), "{visitor}");
        assert_eq!(found["visitor"]["isEntrance"], true);
    }
}

#[tokio::test]
async fn the_explorer_agrees_with_the_raw_events() {
    let emulator = builder().build().unwrap();
    let raw = hits(&emulator, sample_hits()).await;
    let entrance = raw.rows().iter().find(|row| row["isEntrance"] == true).unwrap();
    let visitor = &entrance["visitorId"];
    let body = day(&json!({"visitorId": visitor}));
    let found = post(&emulator, "/reporting/explorer/visitor", body).await.json;
    assert_eq!(found["hasMore"], false);
    assert_eq!(&found["visitor"]["visitorId"], visitor);
    for row in raw.rows().iter().filter(|row| &row["visitorId"] == visitor) {
        assert!(found["hits"].as_array().unwrap().contains(row), "{row}");
    }
    let by_hit = json!({"hitId": entrance["hitId"]});
    let session = post(&emulator, "/reporting/explorer/visitor", by_hit.clone()).await.json;
    assert_eq!(&session["visitor"]["visitorId"], visitor);
    let hit = post(&emulator, "/reporting/explorer/hit", by_hit).await.json;
    assert_eq!(hit["hitId"], entrance["hitId"]);
    for (path, body, status) in [
        ("/reporting/explorer/hit", json!({"hitId": "dkezmsf3bat8xdbz8rt039r0"}), 404),
        ("/reporting/explorer/visitor", json!({}), 400),
        ("/reporting/explorer/visitor", json!({"visitorId": "x"}), 400),
        ("/reporting/explorer/visitor", day(&json!({"visitorId": "x"})), 404),
    ] {
        assert_eq!(post(&emulator, path, body).await.status.as_u16(), status);
    }
}
