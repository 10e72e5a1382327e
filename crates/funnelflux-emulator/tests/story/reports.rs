//! What reports look like.

use funnelflux_emulator::RangeEnd;

use super::*;

#[tokio::test]
async fn production_s_own_request_is_answered_in_production_s_shape() {
    let emulator = builder().build().unwrap();
    let body = json!({
        "timeStart": "2023-10-12T00:00:00+02:00", "timeEnd": "2023-10-12T23:59:59+02:00",
        "attributes": [
            {"attribute": "URL Tracking Field", "whitelistFilters": ["{\"campaign\":\"*\"}"]},
            {"attribute": "URL Tracking Field", "whitelistFilters": ["{\"c1\":\"*\"}"]},
            {"attribute": "Time: 1-Hour Blocks"},
            {"attribute": "Element: Offer"},
            {"attribute": "Third Parties: Offer Source"}
        ],
        "filters": []
    });
    let answer = drilldown(&emulator, body).await;
    let rows = answer.rows();
    assert!(rows.len() > 100, "{}", rows.len());
    for row in rows {
        let cells = row["attributes"].as_array().unwrap();
        assert_eq!(cells.len(), 5, "parallel to the request");
        let hour = cells[2]["id"].as_str().unwrap();
        assert!(hour.starts_with("2023-10-12T") && hour.ends_with(":00:00+02:00"), "{hour}");
        let offer = cells[3]["id"].as_str().unwrap();
        assert!(offer.is_empty() || emulator.account().offers().any(|known| known.id() == offer));
        assert!(row["offerViews"].is_u64() && row["conversions"].is_u64());
        match row["conversions"].as_u64().unwrap() {
            0 => assert!(row["revenue"].is_null()),
            _ => assert!(row["revenue"].as_str().unwrap().contains('.')),
        }
    }
    assert!(rows.iter().any(|row| row["revenue"].is_string()), "some row has revenue");
}

#[tokio::test]
async fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let one = drilldown(&builder().build().unwrap(), sample()).await.json;
    let warm = builder().build().unwrap();
    hits(&warm, sample_hits()).await;
    assert_eq!(drilldown(&warm, sample()).await.json, one, "whatever was asked before");
    assert_ne!(drilldown(&builder().seed(2).build().unwrap(), sample()).await.json, one);
}

#[tokio::test]
async fn filters_narrow_a_report_and_never_change_the_rows_that_stay() {
    let emulator = builder().build().unwrap();
    let all = drilldown(&emulator, sample()).await;
    let mut body = sample();
    body["attributes"][0]["whitelistFilters"] = json!(["*Ads*"]);
    body["attributes"][0]["blacklistFilters"] = json!(["Tik*"]);
    let some = drilldown(&emulator, body).await;
    let names: Vec<_> =
        some.rows().iter().map(|row| row["attributes"][0]["value"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 3, "{names:?}");
    for row in some.rows() {
        let same = all.rows().iter().find(|other| other["attributes"] == row["attributes"]);
        assert_eq!(same.unwrap()["visits"], row["visits"]);
    }
    // A top-level filter counts on events, not on rows.
    let mut body = sample();
    body["filters"] = json!([{"attribute": "Location: Country", "whitelistFilters": ["DE"]}]);
    let german = drilldown(&emulator, body).await;
    let visits = |answer: &Answer| -> u64 {
        answer.rows().iter().map(|row| row["visits"].as_u64().unwrap()).sum()
    };
    assert!(visits(&german) > 0 && visits(&german) * 4 < visits(&all));
}

#[tokio::test]
async fn visitors_never_outnumber_visits_nor_visits_views() {
    let emulator = builder().build().unwrap();
    let answer = drilldown(&emulator, sample()).await;
    let mut share = 0.0;
    for row in answer.rows() {
        let count = |name: &str| row[name].as_u64().unwrap();
        assert!(count("visits") <= count("landerViews") + count("offerViews"));
        assert!(count("offerViewsUnique") <= count("offerViews"));
        assert!(count("landerClicks") <= count("landerViews"));
        share += row["visitPercentVsTopLevel"].as_f64().unwrap();
    }
    assert!((share - 1.0).abs() < 0.001, "{share}");
}

#[tokio::test]
async fn a_ratio_is_the_quotient_of_the_members_it_names() {
    let emulator = builder().build().unwrap();
    let answer = drilldown(&emulator, sample()).await;
    let mut ratios = vec![
        (
            "landerClickthroughRateUnique".to_owned(),
            "landerClicksUnique",
            "landerViewsUnique".to_owned(),
        ),
        (
            "offerClickthroughRateUnique".to_owned(),
            "offerClicksUnique",
            "offerViewsUnique".to_owned(),
        ),
        ("customEvent1PerVisit".to_owned(), "customEvent1Count", "visits".to_owned()),
        ("customEvent10PerVisit".to_owned(), "customEvent10Count", "visits".to_owned()),
    ];
    for (what, amount) in [("cost", "cost"), ("revenue", "revenue"), ("conversion", "conversions")]
    {
        for (event, count) in [
            ("LanderView", "landerViews"),
            ("LanderClick", "landerClicks"),
            ("OfferView", "offerViews"),
            ("OfferClick", "offerClicks"),
        ] {
            ratios.push((format!("{what}Per{event}"), amount, count.to_owned()));
            ratios.push((format!("{what}PerUnique{event}"), amount, format!("{count}Unique")));
        }
    }
    let number = |value: &Value| match value {
        Value::String(text) => text.parse().unwrap(),
        // Without a conversion there is no revenue.
        other => other.as_f64().unwrap_or(0.0),
    };
    let whole: f64 = answer.rows().iter().map(|row| number(&row["visits"])).sum();
    for row in answer.rows() {
        for (ratio, amount, count) in &ratios {
            let (found, amount, count) = (&row[ratio], number(&row[*amount]), number(&row[count]));
            if count == 0.0 {
                assert!(found.is_null(), "{ratio}: {found}");
                continue;
            }
            let is_money = ratio.starts_with("cost") || ratio.starts_with("revenue");
            assert!(
                if is_money { found.is_string() } else { found.is_number() },
                "{ratio}: {found}"
            );
            assert!((number(found) - amount / count).abs() < 1e-4, "{ratio}: {found} in {row}");
        }
        let of_parent = number(&row["conversions"]) / whole;
        assert!((number(&row["conversionPerParentVisit"]) - of_parent).abs() < 1e-4, "{row}");
    }
    let views = |name: &str| answer.rows().iter().any(|row| number(&row[name]) > 0.0);
    assert!(views("costPerUniqueLanderClick") && views("conversionPerOfferClick"));
}

#[tokio::test]
async fn the_last_second_belongs_to_the_range_by_default() {
    // An event to aim at: the newest of the day.
    let emulator = builder().build().unwrap();
    let newest =
        hits(&emulator, sample_hits()).await.rows()[0]["time"].as_str().unwrap().to_owned();
    let second = format!("{}+02:00", &newest[..19]);
    let mut body = sample_hits();
    body["timeStart"] = second.as_str().into();
    body["timeEnd"] = second.as_str().into();
    assert!(!hits(&emulator, body.clone()).await.rows().is_empty(), "{second}");
    let exclusive = builder().range_end(RangeEnd::Exclusive).build().unwrap();
    assert!(hits(&exclusive, body).await.rows().is_empty());
}

#[tokio::test]
async fn pages_of_any_length_give_every_event_once_newest_first() {
    let emulator = builder().build().unwrap();
    let whole: Vec<Value> = {
        let mut body = sample_hits();
        let first = hits(&emulator, body.clone()).await.rows().to_vec();
        assert_eq!(first.len(), 1000, "more than a page");
        body["pagingStart"] = 1000.into();
        [first, hits(&emulator, body).await.rows().to_vec()].concat()
    };
    assert!(whole.len() < 2000);
    let times: Vec<_> =
        whole.iter().map(|row| row["time"].as_str().unwrap()[..19].to_owned()).collect();
    assert!(times.is_sorted_by(|newer, older| newer >= older));
    let mut paged = Vec::new();
    loop {
        let mut body = sample_hits();
        body["pagingStart"] = paged.len().into();
        body["pagingLength"] = 317.into();
        let answer = hits(&emulator, body).await;
        paged.extend_from_slice(answer.rows());
        if answer.rows().is_empty() {
            break;
        }
    }
    assert_eq!(paged, whole);
}

#[tokio::test]
async fn only_the_kinds_asked_for_come_back() {
    let emulator = builder().build().unwrap();
    for (flag, kind) in
        [("includeHits", "hit"), ("includeClicks", "click"), ("includeConversions", "conversion")]
    {
        let mut body = sample_hits();
        for other in ["includeHits", "includeClicks", "includeConversions"] {
            body[other] = (other == flag).into();
        }
        let answer = hits(&emulator, body).await;
        assert!(!answer.rows().is_empty());
        assert!(answer.rows().iter().all(|row| row["kind"] == kind));
    }
}

#[tokio::test]
async fn a_conversion_belongs_to_an_offer_hit_and_carries_the_money() {
    let emulator = builder().build().unwrap();
    let mut body = sample_hits();
    body["includeHits"] = false.into();
    body["includeClicks"] = false.into();
    for row in hits(&emulator, body).await.rows() {
        let hit = row["hitId"].as_str().unwrap();
        assert!(hit.len() == 24 && hit.ends_with('h'), "{hit}");
        assert!(row["revenue"].is_string() && row["cost"].is_null());
        assert!(row["transaction"].as_str().unwrap().starts_with("ORD-"));
        let ip = row["ip"].as_str().unwrap();
        assert!(["192.0.2.", "198.51.100.", "203.0.113."].iter().any(|net| ip.starts_with(net)));
    }
}

#[tokio::test]
async fn a_capped_query_gives_the_newest_rows_and_nothing_after() {
    let full = builder().build().unwrap();
    let capped = builder().raw_event_cap(1000).build().unwrap();
    let mut body = sample_hits();
    assert_eq!(hits(&capped, body.clone()).await.rows(), hits(&full, body.clone()).await.rows());
    body["pagingStart"] = 900.into();
    assert_eq!(hits(&capped, body.clone()).await.rows().len(), 100);
    body["pagingStart"] = 1000.into();
    assert!(hits(&capped, body.clone()).await.rows().is_empty());
    assert!(!hits(&full, body).await.rows().is_empty());
}

#[tokio::test]
async fn nothing_happens_after_now() {
    let emulator = builder().build().unwrap();
    let mut future = sample_hits();
    future["timeStart"] = "2023-11-14T22:13:21Z".into();
    future["timeEnd"] = "2023-12-01T00:00:00Z".into();
    assert!(hits(&emulator, future.clone()).await.rows().is_empty());
    emulator.advance(HOUR);
    let hour = hits(&emulator, future).await;
    assert!(hour.rows().len() > 10, "an hour later an hour of traffic is there");
}

#[tokio::test]
async fn the_volume_can_be_set() {
    let visits = |answer: &Answer| -> u64 {
        answer.rows().iter().map(|row| row["visits"].as_u64().unwrap()).sum()
    };
    let busy = builder().visits_per_hour(400).build().unwrap();
    let (busy, calm) = (
        visits(&drilldown(&busy, sample()).await),
        visits(&drilldown(&builder().build().unwrap(), sample()).await),
    );
    assert!((8..=12).contains(&(busy / calm)), "{busy} against {calm}");
    let silent = builder().visits_per_hour(0).build().unwrap();
    assert!(drilldown(&silent, sample()).await.rows().is_empty());
}

#[tokio::test]
async fn every_id_has_the_form_that_the_id_crate_knows() {
    use funnelflux_id::{AssetId, HitId, VisitorId};
    let emulator = builder().build().unwrap();
    for row in hits(&emulator, sample_hits()).await.rows() {
        for member in ["idTrafficSource", "idCampaign", "idFunnel", "idLander", "idOffer"] {
            if let Some(id) = row[member].as_str() {
                assert!(id.parse::<AssetId>().unwrap().unix_millis() < 1_672_531_200_000, "{id}");
            }
        }
        let hit: HitId = row["hitId"].as_str().unwrap().parse().unwrap();
        assert!(hit.has_known_form(), "{hit}");
        assert_eq!(hit.can_convert(), row["pageType"] == "offer", "{hit}");
        row["visitorId"].as_str().unwrap().parse::<VisitorId>().unwrap();
    }
}
