//! Conversions, costs and resets on the emulator, up to the report in which they show.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::indexing_slicing, reason = "test code")]

use std::collections::BTreeMap;
use std::time::Duration;

use funnelflux::emulator::{Clock, Emulator};
use funnelflux::id::HitId;
use funnelflux::model::explorer::{HitLookup, VisitorLookup};
use funnelflux::model::logs::LogRequest;
use funnelflux::model::updates::{
    Conversion, ConversionsUpdate, CostSegment, CostUpdate, PostbackCalls, ResetRequest,
};
use funnelflux::prelude::*;
use funnelflux_tests::client_of;
use rust_decimal::Decimal;

/// Longer than the emulator lets updates wait.
const QUEUE: Duration = Duration::from_secs(60);

async fn emulator() -> (Emulator, Reporting) {
    // 2026-03-30T12:00:00Z.
    let noon = std::time::UNIX_EPOCH + Duration::from_secs(1_774_872_000);
    let emulator = Emulator::builder()
        .seed(7)
        .clock(Clock::fixed(noon))
        .visits_per_hour(6)
        .start()
        .await
        .unwrap();
    let client = client_of(&emulator).build().unwrap();
    (emulator, client.reporting().clone())
}

fn day() -> TimeRange {
    TimeRange::days("2026-03-28", "2026-03-28", &"Europe/Berlin".parse::<Zone>().unwrap()).unwrap()
}

/// A figure of the day by the ids of an attribute.
async fn figures(
    reporting: &Reporting,
    attribute: Attribute,
    metric: Metric,
) -> BTreeMap<String, Decimal> {
    let request = DrilldownRequest::builder(day()).attribute(attribute).build().unwrap();
    let report = reporting.drilldown(&request).await.unwrap();
    let figure = |row: funnelflux::model::reporting::Row<'_>| {
        let id = row.attribute(0).unwrap().id().unwrap().into_owned();
        (id, row.metric(&metric).as_decimal().unwrap_or_default())
    };
    report.rows().map(figure).collect()
}

async fn sum(reporting: &Reporting, metric: Metric) -> Decimal {
    figures(reporting, Attribute::ELEMENT_OFFER, metric).await.values().sum()
}

/// An offer hit of the day that has no conversion, and its visitor.
async fn unconverted(reporting: &Reporting) -> (HitId, String) {
    let request = RawEventsRequest::builder(day()).hits().conversions().build().unwrap();
    let page = reporting.raw_events_page(&request).await.unwrap();
    let hit = |event: &funnelflux::model::reporting::RawEvent| event.hit_id().unwrap().into_owned();
    let is = |event: &funnelflux::model::reporting::RawEvent, member, value: &str| {
        event.text(member).is_some_and(|text| text == value)
    };
    let sold: Vec<String> =
        page.rows.iter().filter(|row| is(row, "kind", "conversion")).map(hit).collect();
    let free = page
        .rows
        .iter()
        .find(|row| is(row, "pageType", "offer") && !sold.contains(&hit(row)))
        .unwrap();
    (hit(free).parse().unwrap(), free.visitor_id().unwrap().into_owned())
}

#[tokio::test]
async fn a_conversion_is_queued_shows_to_the_last_digit_and_can_be_deleted() {
    let (emulator, reporting) = emulator().await;
    let (hit, _) = unconverted(&reporting).await;
    let push = async |calls: PostbackCalls, conversion: Conversion| {
        let update = ConversionsUpdate::builder(calls)
            .conversion(conversion.transaction("order-7"))
            .build()
            .unwrap();
        reporting.conversions_update(&update).await.unwrap();
    };
    let before = sum(&reporting, Metric::REVENUE).await;

    let paid = "12.34".parse::<Decimal>().unwrap();
    let sale = Conversion::new(hit.clone()).payout(paid);
    push(PostbackCalls::None, sale.clone()).await;
    assert_eq!(sum(&reporting, Metric::REVENUE).await, before, "accepted is not done");
    emulator.advance(QUEUE);
    let after = sum(&reporting, Metric::REVENUE).await;
    assert_eq!(after, before + paid);

    // The conversion counts on the day of its hit, the postback on the one when it was sent.
    let zone = "Europe/Berlin".parse::<Zone>().unwrap();
    let today = TimeRange::days("2026-03-30", "2026-03-30", &zone).unwrap();
    let request = LogRequest::builder(today).build().unwrap();
    let sent = async || {
        let log = reporting.postback_log(&request).await.unwrap();
        let of_it = |row: &funnelflux::model::OpenRow<'_>| {
            row.text("hitId").is_some_and(|id| id == hit.as_str())
        };
        log.rows().unwrap().iter().filter(|row| of_it(row)).count()
    };
    assert_eq!(sent().await, 0, "none was asked for");
    for postbacks in [1, 1] {
        push(PostbackCalls::OnlyOnce, sale.clone()).await;
        emulator.advance(QUEUE);
        assert_eq!(sent().await, postbacks);
    }
    assert_eq!(sum(&reporting, Metric::REVENUE).await, after, "one transaction, one conversion");

    push(PostbackCalls::All, Conversion::delete(hit.clone())).await;
    emulator.advance(QUEUE);
    assert_eq!(sum(&reporting, Metric::REVENUE).await, before);
    assert_eq!(sent().await, 1, "what was sent is not called back");
    assert_eq!(emulator.updates().lost_conversions, 0);
}

#[tokio::test]
async fn costs_reach_the_funnels_they_were_meant_for_and_no_others() {
    let (emulator, reporting) = emulator().await;
    let request = DrilldownRequest::builder(day())
        .attribute(Attribute::ELEMENT_FUNNEL)
        .attribute(Attribute::THIRD_PARTIES_TRAFFIC_SOURCE)
        .build()
        .unwrap();
    let pairs = async || {
        let report = reporting.drilldown(&request).await.unwrap();
        let mut costs = BTreeMap::new();
        for row in report.rows() {
            let id = |at| row.attribute(at).unwrap().id().unwrap().into_owned();
            costs.insert((id(0), id(1)), row.metric(&Metric::COST).as_decimal().unwrap());
        }
        costs
    };
    let before = pairs().await;
    // Two pairs that differ in both: taken for two lists of two, they would be four.
    let first = before.keys().next().unwrap().clone();
    let other = |pair: &&(String, String)| pair.0 != first.0 && pair.1 != first.1;
    let second = before.keys().find(other).unwrap().clone();
    let costs: BTreeMap<_, Decimal> =
        [(first, "153.21".parse().unwrap()), (second, "0.07".parse().unwrap())].into();
    let segments = costs.iter().map(|((funnel, source), cost)| {
        CostSegment::builder(funnel.parse().unwrap(), source.parse().unwrap(), day())
            .whole_segment(*cost)
            .everything()
            .build()
            .unwrap()
    });
    let update = CostUpdate::new(segments).unwrap();
    let plan = update.plan();
    assert_eq!(reporting.cost_submit(plan).await.unwrap().len(), 2);
    emulator.advance(QUEUE);
    for (pair, cost) in pairs().await {
        assert_eq!(&cost, costs.get(&pair).unwrap_or(&before[&pair]), "{pair:?}");
    }
}

#[tokio::test]
async fn a_reset_deletes_what_was_counted_and_nothing_once_that_has_changed() {
    let (emulator, reporting) = emulator().await;
    let visits = figures(&reporting, Attribute::ELEMENT_FUNNEL, Metric::VISITS).await;
    let funnels: Vec<&String> = visits.keys().collect();
    let of = |funnels: &[&String]| {
        let ids = funnels.iter().map(|id| id.parse().unwrap());
        ResetRequest::builder(day()).funnels(ids).build().unwrap()
    };
    let both = reporting.reset_validate(&of(&funnels[..2])).await.unwrap();
    let one = reporting.reset_validate(&of(&funnels[..1])).await.unwrap();
    assert!(both.hits() > one.hits() && one.hits() > 0);

    reporting.reset_perform(one).await.unwrap();
    emulator.advance(QUEUE);
    let error = reporting.reset_perform(both).await.unwrap_err();
    assert!(error.is_invalid_request(), "{error}");
    emulator.advance(QUEUE);
    let after = figures(&reporting, Attribute::ELEMENT_FUNNEL, Metric::VISITS).await;
    for (id, count) in &visits {
        let left = after.get(id).copied().unwrap_or_default();
        assert_eq!(left, if id == funnels[0] { Decimal::ZERO } else { *count }, "{id}");
    }
    assert_eq!(reporting.reset_validate(&of(&funnels[..1])).await.unwrap().hits(), 0);
}

#[tokio::test]
async fn a_visitor_is_the_same_by_his_id_and_by_his_hit() {
    let (_emulator, reporting) = emulator().await;
    let (hit, visitor) = unconverted(&reporting).await;
    let by_id = VisitorLookup::by_visitor(visitor.parse().unwrap(), day());
    let by_id = reporting.explore_visitor(&by_id).await.unwrap();
    assert_eq!(by_id.has_more(), Some(false));
    assert_eq!(by_id.summary().unwrap().text("visitorId").unwrap(), visitor);
    let has = |id: &HitId| {
        by_id.rows().unwrap().iter().any(|row| row.text("hitId").unwrap() == id.as_str())
    };
    assert!(has(&hit));
    let by_hit = reporting.explore_visitor(&VisitorLookup::by_hit(hit.clone())).await.unwrap();
    assert_eq!(by_hit.summary().unwrap().text("visitorId").unwrap(), visitor);
    let found = reporting.explore_hit(&HitLookup::new(hit.clone())).await.unwrap();
    assert_eq!(found.row().text("hitId").unwrap(), hit.as_str());

    let unknown = HitLookup::new("dkezmsf3bat8xdbz8rt039r0".parse().unwrap());
    assert!(reporting.explore_hit(&unknown).await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn everything_else_of_the_section_answers_too() {
    let (_emulator, reporting) = emulator().await;
    let log = LogRequest::builder(day()).build().unwrap();
    assert!(reporting.webhook_summary(&log).await.unwrap().rows().is_ok());
    assert!(reporting.middleware_summary(&log).await.unwrap().rows().is_ok());
    let accepted = reporting.custom_events_update(r#"{"events":[]}"#).await.unwrap();
    assert!(accepted.status.is_success());
}
