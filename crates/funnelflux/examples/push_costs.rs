//! Ad spend from the export of a network: read, checked, sent, and compared with the report.
//!
//! `cargo run --example push_costs -p funnelflux`

use std::time::{Duration, UNIX_EPOCH};

use funnelflux::FunnelFlux;
use funnelflux::emulator::Emulator;
use funnelflux::imports::{CostOptions, Costs, Profile, Reader};
use funnelflux::ledger::ListFilter;
use funnelflux::model::ledger::Identified as _;
use funnelflux::model::reporting::{
    Attribute, AttributeSelection, DrilldownRequest, Metric, Row, TrackingSlot,
};
use funnelflux::model::time::{TimeRange, Zone};

const EXPORT: &str = "\
Campaign name;Day;Campaign ID;Amount spent (USD);Link clicks
Autumn;25.11.2026;121791354005150485;1.210,50;240
Brand;25.11.2026;122278696309861927;49,50;50
;;;1.260,00;290
";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::builder().seed(1).start().await?;
    // 2026-11-27, noon.
    emulator.clock().set(UNIX_EPOCH + Duration::from_secs(1_795_780_800));
    let token = emulator.access_token();
    let api = FunnelFlux::builder().base_url(emulator.base_url()).access_token(token).build()?;

    let zone = Zone::utc();
    let day = TimeRange::days("2026-11-25", "2026-11-25", &zone)?;
    let request = DrilldownRequest::builder(day)
        .attribute(AttributeSelection::tracking_field(TrackingSlot::Campaign))
        .attribute(Attribute::ELEMENT_FUNNEL)
        .build()?;

    // The funnel that has the visits of the first campaign, and the source by its name.
    let before = api.reporting().drilldown(&request).await?;
    let mut of_campaign = before.rows().filter(|row| has(row, 0, "121791354005150485"));
    let funnel = of_campaign.find_map(|row| row.attribute(1)?.id().map(|id| id.into_owned()));
    let funnel = funnel.ok_or("no visits")?;
    let sources = api.ledger().traffic_sources().list(&ListFilter::new()).await?.into_inner();
    let facebook = sources.iter().find(|it| it.asset_name() == "Facebook Ads");
    let facebook = facebook.and_then(|it| it.asset_id().ok()?).ok_or("no Facebook Ads")?;

    // The file: its columns by the shape of the network, its total held against the lines.
    let meta = Profile::find("meta").ok_or("no such network")?;
    let reader = Reader::costs().with_profile(meta).with_value("funnel", &funnel);
    let sheet = reader.with_value("traffic_source", "Facebook Ads").read(EXPORT.as_bytes())?;
    sheet.notes.iter().for_each(|note| println!("{note}"));

    // What the lines mean; everything that is wrong is one error.
    let options = CostOptions::new(zone, emulator.now());
    let costs = Costs::of(sheet, &options, |_, text| match text {
        "Facebook Ads" => Ok(facebook.untyped()),
        id => id.parse().map_err(|why| format!("{id:?}: {why}")),
    })?;
    costs.check()?;

    // Each request has one funnel, traffic source and day. The first that is not accepted ends the upload.
    let all: Vec<usize> = (0..costs.len()).collect();
    for accepted in api.reporting().cost_submit(costs.update(&all)?.plan()).await? {
        println!("accepted: {} lines", accepted.request.segments().len());
    }

    // The server queues updates.
    emulator.advance(Duration::from_secs(60));
    let report = api.reporting().drilldown(&request).await?;
    for at in 0..costs.len() {
        let line = costs.line(at).ok_or("no line")?;
        let is_of = |row: &Row<'_>| has(row, 0, line.get("campaign")) && has(row, 1, &funnel);
        let found = report.rows().filter(is_of);
        let found = found.filter_map(|row| row.metric(&Metric::COST).as_decimal());
        let found: rust_decimal::Decimal = found.sum();
        println!("line {}: {} in the file, {found} in the report", line.number(), line.get("cost"));
    }
    Ok(())
}

/// Whether an attribute of a row is this, by id or value.
fn has(row: &Row<'_>, place: usize, wanted: &str) -> bool {
    row.attribute(place)
        .is_some_and(|it| [it.id(), it.value()].into_iter().flatten().any(|text| text == wanted))
}
