use funnelflux_id::{Funnel, Id, TrafficSource};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::Value;

use super::{
    CostSegmentType, amount,
    tracking::{Restriction, TrackingRestriction, check_everything},
};
use crate::{
    extra::Extra,
    reporting::TrackingSlot,
    time::TimeRange,
    validation::{ValidationError, Violation, quoted},
};

/// One cost: of which funnel and traffic source, in which time, for which visits.
///
/// A segment carries its own funnel, traffic source and range, because the lists of the wire are
/// not known to be parallel: see [`CostUpdate::plan`](super::CostUpdate::plan).
///
/// # Examples
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
///
/// On the wire it is an item of `costSegments`; funnel, traffic source and range are members of the
/// request.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CostSegment {
    #[serde(skip)]
    funnel: Id<Funnel>,
    #[serde(skip)]
    traffic_source: Id<TrafficSource>,
    #[serde(skip)]
    range: TimeRange,
    #[serde(serialize_with = "amount::as_text")]
    cost: Decimal,
    #[serde(rename = "costType")]
    cost_type: CostSegmentType,
    #[serde(rename = "restrictToTrackingFields")]
    tracking: TrackingRestriction,
    #[serde(flatten)]
    extra: Extra,
}

/// Builds a [`CostSegment`].
#[derive(Clone, Debug)]
#[must_use]
pub struct CostSegmentBuilder {
    segment: CostSegment,
    has_cost: bool,
    everything: bool,
}

const COST: &str = "cost";
const COST_TYPE: &str = "costType";
const TRACKING: &str = "restrictToTrackingFields";

impl CostSegment {
    /// Begins a segment of a funnel and a traffic source, in a range of time. The cost and the visits
    /// have to be added.
    pub fn builder(
        funnel: Id<Funnel>,
        traffic_source: Id<TrafficSource>,
        range: TimeRange,
    ) -> CostSegmentBuilder {
        CostSegmentBuilder {
            segment: Self {
                funnel,
                traffic_source,
                range,
                cost: Decimal::ZERO,
                cost_type: CostSegmentType::WholeSegment,
                tracking: TrackingRestriction::default(),
                extra: Extra::default(),
            },
            has_cost: false,
            everything: false,
        }
    }

    /// The funnel whose visits cost.
    #[must_use]
    pub fn funnel(&self) -> Id<Funnel> {
        self.funnel
    }

    /// The traffic source whose visits cost.
    #[must_use]
    pub fn traffic_source(&self) -> Id<TrafficSource> {
        self.traffic_source
    }

    /// The range of time.
    #[must_use]
    pub fn range(&self) -> &TimeRange {
        &self.range
    }

    /// The cost, exact.
    #[must_use]
    pub fn cost(&self) -> Decimal {
        self.cost
    }

    /// The meaning of the cost.
    #[must_use]
    pub fn cost_type(&self) -> &CostSegmentType {
        &self.cost_type
    }

    /// The tracking fields that the visits are restricted by, each with its values.
    pub fn tracking_fields(&self) -> impl Iterator<Item = (TrackingSlot, &[String])> {
        self.tracking.fields()
    }

    /// Whether the cost is for every visit of the funnel from the source.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.tracking.is_empty()
    }

    /// The tracking fields with their values, whatever their order and repetition.
    pub(super) fn restriction(&self) -> Restriction<'_> {
        self.tracking.meaning()
    }

    pub(super) fn extra(&self) -> &Extra {
        &self.extra
    }
}

impl CostSegmentBuilder {
    /// The cost as a total, spread over the matching visits: `costType` `wholeSegment` (*written*).
    pub fn whole_segment(self, cost: Decimal) -> Self {
        self.cost(cost, CostSegmentType::WholeSegment)
    }

    /// Sets the cost and its meaning. The values for a cost per visit are candidates: see
    /// [`CostSegmentType`].
    ///
    /// On the wire: `cost`, a decimal string, and `costType` (both *written*).
    pub fn cost(mut self, cost: Decimal, cost_type: CostSegmentType) -> Self {
        self.segment.cost = cost;
        self.segment.cost_type = cost_type;
        self.has_cost = true;
        self
    }

    /// Only visits whose tracking field has one of these values.
    ///
    /// On the wire: `restrictToTrackingFields`, field → values (*written*).
    pub fn tracking_field<V: Into<String>>(
        mut self,
        slot: TrackingSlot,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.segment.tracking.add(slot, values);
        self
    }

    /// All visits of the funnel from the traffic source in the range.
    pub fn everything(mut self) -> Self {
        self.everything = true;
        self
    }

    /// A member of the segment that this crate does not know, such as the self-hosted product's
    /// `restrictToCountryCode` and `applyToFilteredTraffic`. Grade: *unknown*. It does not count as
    /// a restriction: a server that does not know it would ignore it.
    pub fn extra(mut self, member: impl Into<String>, value: impl Into<Value>) -> Self {
        self.segment.extra.push(member, value);
        self
    }

    /// Checks and returns the segment.
    ///
    /// # Errors
    ///
    /// Every violation, in one error: no cost or a negative one, no restriction and
    /// no [`everything`](Self::everything) or both of them, an empty list of values or an empty
    /// value, an extra member that is set already.
    pub fn build(self) -> Result<CostSegment, ValidationError> {
        let segment = self.segment;
        let mut violations = Vec::new();
        if !self.has_cost {
            violations.push(Violation::new(COST, "none", "a cost: `whole_segment` or `cost`"));
        }
        amount::check(COST, segment.cost, "zero or more", &mut violations);
        if segment.cost_type.as_str().trim().is_empty() {
            violations.push(Violation::new(
                COST_TYPE,
                quoted(segment.cost_type.as_str()),
                "a name that is not empty, like `wholeSegment`",
            ));
        }
        check_everything(
            TRACKING,
            segment.tracking.is_empty(),
            self.everything,
            "at least one tracking field with its values, or `everything()` for all visits of the \
             funnel from the traffic source",
            &mut violations,
        );
        if !self.everything {
            segment.tracking.check(TRACKING, &mut violations);
        }
        segment.extra.check("extra", &[COST, COST_TYPE, TRACKING], &mut violations);
        ValidationError::check(violations)?;
        Ok(segment)
    }
}
