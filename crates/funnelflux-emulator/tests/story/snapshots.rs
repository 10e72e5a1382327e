//! An account saved and loaded is the same account.

use super::*;

const ID: &str = "2nIemJxCKbFX";

#[tokio::test]
async fn everything_that_calls_have_changed_survives() {
    let emulator = builder().seed(9).visits_per_hour(20).build().unwrap();
    let text = format!("{{ \"idPageGroup\":\"{ID}\", \"pageGroupName\":\"Mine\", \"n\":1.50 }}");
    send_text(&emulator, Method::POST, "/pagegroup/save", &text).await;
    let config = json!({"idMiddlewareConfig": ID, "middlewareConfigName": "M",
        "destination": {"hmacSecret": "hush"}});
    post(&emulator, "/middlewareconfig/save", config).await;
    let domain = post(&emulator, "/billing/domains", json!({"domain": "go.example.com"})).await;
    let source = emulator.account().traffic_sources().next().unwrap().id().to_owned();
    let path = format!("/trafficsource/find/byId?idTrafficSource={source}");
    let mut object = get(&emulator, &path).await.json;
    object["trafficSourceName"] = json!("Renamed");
    put(&emulator, "/trafficsource/save", object).await;
    let segment = json!({"cost": "77", "costType": "wholeSegment"});
    let cost = json!({"timeStart": sample()["timeStart"], "timeEnd": sample()["timeEnd"],
        "funnelIDs": [], "trafficSourceIDs": [source], "costSegments": [segment]});
    put(&emulator, "/reporting/update/cost", cost.clone()).await;
    emulator.advance(Duration::from_secs(30));
    let report = drilldown(&emulator, sample()).await;
    assert!(report.text.contains("\"77.00\"") && report.text.contains("Renamed"));
    // And one that still waits.
    put(&emulator, "/reporting/update/cost", cost).await;

    let later = Clock::fixed(emulator.now());
    let loaded = Emulator::builder().clock(later).snapshot(emulator.snapshot()).build().unwrap();
    assert_eq!(drilldown(&loaded, sample()).await.text, report.text);
    assert_eq!(loaded.updates(), emulator.updates());
    assert_eq!((loaded.updates().waiting, loaded.updates().applied), (1, 1));
    let group = get(&loaded, &format!("/pagegroup/find/byId?idPageGroup={ID}")).await;
    assert_eq!(group.text, text);
    let kept = json!({"idMiddlewareConfig": ID, "middlewareConfigName": "M",
        "destination": {"hasHmacSecret": true}});
    assert_eq!(put(&loaded, "/middlewareconfig/save", kept).await.status, 200);
    let path = format!("/billing/domains/{}", domain.json["domain"]["id"].as_str().unwrap());
    assert_eq!(get(&loaded, &path).await.json["domain"]["domain"], "go.example.com");
    let next = post(&loaded, "/billing/domains", json!({"domain": "b.example.com"})).await;
    assert_ne!(next.json["domain"]["id"], domain.json["domain"]["id"]);
}

#[tokio::test]
async fn one_account_is_always_saved_as_one_text() {
    let emulator = builder().update_delay(Duration::ZERO).build().unwrap();
    let raw = hits(&emulator, sample_hits()).await;
    let offers: Vec<&Value> = raw
        .rows()
        .iter()
        .filter(|row| row["kind"] == "hit" && row["pageType"] == "offer")
        .map(|row| &row["hitId"])
        .collect();
    let range = |mut rest: Value| {
        rest["timeStart"] = sample()["timeStart"].clone();
        rest["timeEnd"] = sample()["timeEnd"].clone();
        rest
    };
    let segment = json!({"cost": "77", "costType": "wholeSegment"});
    let cost = json!({"funnelIDs": [], "trafficSourceIDs": [], "costSegments": [segment]});
    put(&emulator, "/reporting/update/cost", range(cost)).await;
    let sales: Vec<Value> = offers.iter().map(|id| json!({"idHit": id, "payout": 1})).collect();
    put(&emulator, "/reporting/update/conversions", json!({"hits": sales})).await;
    let phones = json!({"restrictToCountryCodes": ["US"]});
    call(&emulator, Method::DELETE, "/reporting/update/reset", Some(range(phones))).await;
    assert_eq!((emulator.updates().applied, emulator.updates().lost_conversions), (3, 0));
    let text = emulator.snapshot();
    let loaded = Emulator::builder().clock(clock()).snapshot(text.clone()).build().unwrap();
    assert!(loaded.snapshot() == text, "another text");
}

#[test]
fn what_is_no_snapshot_is_named() {
    let newer = builder().build().unwrap().snapshot().replacen("\"version\":2", "\"version\":3", 1);
    for text in ["", "{}", "not json", newer.as_str()] {
        let error = builder().snapshot(text).build().unwrap_err();
        assert!(error.is_setting() && error.to_string().contains("snapshot"), "{error}");
    }
}
