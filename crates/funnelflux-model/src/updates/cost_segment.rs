//! The rules of a cost.

use funnelflux_id::{Funnel, Id, TrafficSource};
use rust_decimal::Decimal;

use super::{CostSegment, CostSegmentBuilder, CostSegmentType, amount, tracking::check_everything};
use crate::{Violations, quoted, reporting::TrackingSlot, time::TimeRange};

/// Members of the request that carries the segment, and choices that are not sent.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CostSegmentOptions {
    funnel: Id<Funnel>,
    traffic_source: Id<TrafficSource>,
    range: TimeRange,
    has_cost: bool,
    everything: bool,
}

/// A segment carries its own funnel, traffic source and range, because the lists of the wire are
/// not known to be parallel: see [`CostUpdate::plan`](super::CostUpdate::plan).
///
/// # Rules
///
/// A cost, which is not negative. A restriction or [`everything`](CostSegmentBuilder::everything), and
/// not both. A restriction has a value, and none is empty.
///
/// ```
/// use funnelflux_model::reporting::TrackingSlot;
/// use funnelflux_model::time::{TimeRange, Zone};
/// use funnelflux_model::updates::CostSegment;
///
/// // The zone is that of the ad account whose spend this is.
/// let day = TimeRange::days("2026-03-01", "2026-03-01", &"America/New_York".parse::<Zone>()?)?;
/// let segment = CostSegment::builder("2nIemJxCKbFX".parse()?, "2n5JuOKWLTzd".parse()?, day.clone())
///     .whole_segment("153.20".parse()?)
///     .tracking_field(TrackingSlot::Campaign, ["1234"])
///     .build()?;
///
/// // All visits of the funnel from the source have to be asked for explicitly.
/// let builder = CostSegment::builder("2nIemJxCKbFX".parse()?, "2n5JuOKWLTzd".parse()?, day)
///     .whole_segment("153.20".parse()?);
/// assert!(builder.clone().build().is_err());
/// assert!(builder.everything().build().is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl CostSegment {
    /// Begins a segment of a funnel and a traffic source in a range, without a cost and visits yet.
    pub fn builder(
        funnel: Id<Funnel>,
        traffic_source: Id<TrafficSource>,
        range: TimeRange,
    ) -> CostSegmentBuilder {
        let (has_cost, everything) = (false, false);
        Self::begin(CostSegmentOptions { funnel, traffic_source, range, has_cost, everything })
    }

    /// The funnel whose visits cost.
    pub fn funnel(&self) -> Id<Funnel> {
        self.options.funnel
    }

    /// The traffic source whose visits cost.
    pub fn traffic_source(&self) -> Id<TrafficSource> {
        self.options.traffic_source
    }

    /// The range of time.
    pub fn range(&self) -> &TimeRange {
        &self.options.range
    }

    /// The tracking fields that the visits are restricted by, each with its values.
    pub fn tracking_fields(&self) -> impl Iterator<Item = (TrackingSlot, &[String])> {
        self.tracking.fields()
    }

    /// Whether the cost is for every visit of the funnel from the source.
    pub fn is_everything(&self) -> bool {
        self.tracking.is_empty()
    }

    pub(super) fn check(&self, found: &mut Violations) {
        const TRACKING: &str = "restrictToTrackingFields";
        if !self.options.has_cost {
            found.add("cost", "none", "a cost: `whole_segment` or `cost`");
        }
        amount::check("cost", self.cost, "zero or more", found);
        let cost_type = self.cost_type.as_str();
        if cost_type.trim().is_empty() {
            found.add("costType", quoted(cost_type), "a name, like `wholeSegment`");
        }
        let everything = self.options.everything;
        let expected = "at least one tracking field with its values, or `everything()` for all \
                        visits of the funnel from the traffic source";
        check_everything(TRACKING, self.is_everything(), everything, expected, found);
        if !everything {
            self.tracking.check(TRACKING, found);
        }
    }
}

impl CostSegmentBuilder {
    /// The cost as a total, spread over the matching visits: `costType` `wholeSegment` (*written*).
    pub fn whole_segment(self, cost: Decimal) -> Self {
        self.cost(cost, CostSegmentType::WholeSegment)
    }

    /// Sets the cost and its meaning. [`CostSegmentType`] has candidates for a cost per visit.
    /// On the wire: `cost`, a decimal string, and `costType` (both *written*).
    pub fn cost(mut self, cost: Decimal, cost_type: CostSegmentType) -> Self {
        self.request.cost = cost;
        self.request.cost_type = cost_type;
        self.request.options.has_cost = true;
        self
    }

    funnelflux_contract::setters! {
        /// Only visits whose tracking field has one of these values.
        /// On the wire: `restrictToTrackingFields`, field → values (*written*).
        fn tracking_field<V: Into<String>>(
            slot: TrackingSlot,
            values: impl IntoIterator<Item = V>
        ), |it| it.request.tracking.add(slot, values);
        /// All visits of the funnel from the traffic source in the range.
        fn everything() => request.options.everything = true;
    }
}
