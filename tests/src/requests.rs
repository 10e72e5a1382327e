//! The requests of the hand-made fixtures, as the clients are asked for them.

use funnelflux::model::updates::{
    Conversion, ConversionsUpdate, CostSegment, CostUpdate, PostbackCalls, ResetRequest,
};
use funnelflux::prelude::*;
use funnelflux::transport::BoxError;

/// The day that most of them ask about.
///
/// # Errors
/// Never.
pub fn day() -> Result<TimeRange, BoxError> {
    Ok(TimeRange::days("2026-03-01", "2026-03-01", &"Europe/Berlin".parse::<Zone>()?)?)
}

/// The day that production asked about.
///
/// # Errors
/// Never.
pub fn production_day() -> Result<TimeRange, BoxError> {
    Ok(TimeRange::from_rfc3339("2023-10-12T00:00:00+02:00", "2023-10-12T23:59:59+02:00")?)
}

/// What production asked for.
///
/// # Errors
/// Never.
pub fn production_drilldown() -> Result<DrilldownRequest, BoxError> {
    Ok(DrilldownRequest::builder(production_day()?)
        .attribute(AttributeSelection::tracking_field(TrackingSlot::Campaign))
        .attribute(AttributeSelection::tracking_field(TrackingSlot::C1))
        .attribute(Attribute::TIME_1_HOUR_BLOCKS)
        .attribute(Attribute::ELEMENT_OFFER)
        .attribute(Attribute::THIRD_PARTIES_OFFER_SOURCE)
        .build()?)
}

/// Hits and conversions, two rows a page.
///
/// # Errors
/// Never.
pub fn raw_events() -> Result<RawEventsRequest, BoxError> {
    Ok(RawEventsRequest::builder(production_day()?).hits().conversions().page(0, 2).build()?)
}

/// A conversion with a payout, one with the offer's own, and one that goes.
///
/// # Errors
/// Never.
pub fn conversions() -> Result<ConversionsUpdate, BoxError> {
    let hit = "01dkezmsf3bat8xdbz8rt039rh";
    let paid = Conversion::new(hit.parse()?).transaction("order-7").payout("12.50".parse()?);
    Ok(ConversionsUpdate::builder(PostbackCalls::OnlyOnce)
        .conversion(paid)
        .conversion(Conversion::new(hit.parse()?).transaction("order-8"))
        .conversion(Conversion::delete("dkezmsf3bat8xdbz8rt039rh".parse()?))
        .force_postbacks()
        .build()?)
}

/// A segment for all of a funnel's visits from one traffic source, or for those of tracking fields.
///
/// # Errors
/// When an id or the cost is none.
pub fn cost(
    funnel: &str,
    fields: &[(TrackingSlot, &[&str])],
    cost: &str,
) -> Result<CostSegment, BoxError> {
    let builder = CostSegment::builder(funnel.parse()?, "2n5JuOKWLTzd".parse()?, day()?);
    let builder =
        fields.iter().fold(builder.whole_segment(cost.parse()?), |builder, (slot, values)| {
            builder.tracking_field(*slot, values.iter().copied())
        });
    let builder = if fields.is_empty() { builder.everything() } else { builder };
    Ok(builder.build()?)
}

/// Costs of two funnels, the first in two segments.
///
/// # Errors
/// Never.
pub fn costs() -> Result<CostUpdate, BoxError> {
    use TrackingSlot::{C1, Campaign};

    Ok(CostUpdate::new([
        cost("2nIemJxCKbFX", &[(Campaign, &["1234"])], "153.20")?,
        cost("2nIemJxCKbFY", &[], "7.00")?,
        cost("2nIemJxCKbFX", &[(Campaign, &["5678"]), (C1, &["a", "b"])], "0.10")?,
    ])?)
}

/// A reset with every restriction.
///
/// # Errors
/// Never.
pub fn reset() -> Result<ResetRequest, BoxError> {
    Ok(ResetRequest::builder(day()?)
        .funnels(["2nIemJxCKbFX".parse()?])
        .traffic_sources(["2n5JuOKWLTzd".parse()?])
        .country_codes(["DE"])
        .visitors(["dkezmsf3bat8xdbz8rt039v0".parse()?])
        .ips(["192.0.2.7".parse()?])
        .build()?)
}
