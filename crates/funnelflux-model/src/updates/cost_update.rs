use std::collections::HashMap;

use super::{CostRequest, CostSegment, overlap::Overlaps};
use crate::{ValidationError, Violations};

/// Costs to put on visits: any number of segments, of any funnels, sources and ranges.
///
/// ```
/// use funnelflux_model::reporting::TrackingSlot;
/// use funnelflux_model::time::{TimeRange, Zone};
/// use funnelflux_model::updates::{CostSegment, CostUpdate};
///
/// let day = TimeRange::days("2026-03-01", "2026-03-01", &"Europe/Berlin".parse::<Zone>()?)?;
/// let segment = |funnel: &str, campaign: &str| -> Result<_, Box<dyn std::error::Error>> {
///     let builder = CostSegment::builder(funnel.parse()?, "2n5JuOKWLTzd".parse()?, day.clone());
///     Ok(builder
///         .whole_segment("10.00".parse()?)
///         .tracking_field(TrackingSlot::Campaign, [campaign])
///         .build()?)
/// };
/// let update = CostUpdate::new([
///     segment("2nIemJxCKbFX", "1234")?,
///     segment("2nIemJxCKbFY", "1234")?,
///     segment("2nIemJxCKbFX", "5678")?,
/// ])?;
///
/// // Each request has one funnel, source and range, so that no segment can be misattributed.
/// let plan = update.plan();
/// assert_eq!(plan.len(), 2);
/// assert_eq!(plan[0].positions(), [0, 2]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct CostUpdate {
    segments: Vec<CostSegment>,
}

impl CostUpdate {
    /// How many segments go into one request, as many as `ffx` puts conversions into one. How many the
    /// server takes is *unknown*; a file of 100,000 lines would be one body of several MB.
    pub const PER_REQUEST: usize = 500;

    /// Makes an update of these segments.
    ///
    /// # Errors
    /// When there is no segment, and when two would meet on a visit, naming both. Whether the server
    /// adds such costs or replaces one by the other is *unknown*.
    ///
    /// Two segments of one funnel and traffic source meet when their ranges have an instant in
    /// common and one is at least as wide as the other: each tracking field that restricts the
    /// wider restricts the narrower too, with a value in common, and the narrower has each [extra
    /// member](crate::updates::CostSegmentBuilder::extra) of the wider. So `everything()` meets
    /// all, and `campaign` 1 or 2 meets `campaign` 2 with `c1` a.
    ///
    /// Segments of which neither is wider, such as one by `campaign` and one by `c1`, are accepted: they
    /// meet only on visits that have both values, and such visits need not exist. See
    /// [`crossings`](Self::crossings).
    pub fn new(segments: impl IntoIterator<Item = CostSegment>) -> Result<Self, ValidationError> {
        let segments: Vec<CostSegment> = segments.into_iter().collect();
        let mut found = Violations::default();
        if segments.is_empty() {
            found.add("costSegments", "an empty list", "at least one segment");
        }
        let mut overlaps = Overlaps::default();
        for (at, segment) in segments.iter().enumerate() {
            let Some(first) = overlaps.add(segment) else { continue };
            let (funnel, source) = (segment.funnel(), segment.traffic_source());
            let value =
                format!("funnel `{funnel}`, traffic source `{source}`, {}", segment.range());
            let already = format!("some of these visits are in costSegments[{first}] already");
            let expected = format!("each visit in one segment; {already}");
            found.add(format!("costSegments[{at}]"), value, expected);
        }
        drop(overlaps);
        found.into_result()?;
        Ok(Self { segments })
    }

    /// The segments, in their order. Never empty.
    pub fn segments(&self) -> &[CostSegment] {
        &self.segments
    }

    /// Finds the segments that cross another one: of one funnel and traffic source, with an instant in
    /// common, each restricted by a tracking field that does not restrict the other, and with a value in common
    /// of each field that restricts both. A visit that has the values of both gets its cost from one of them.
    ///
    /// Gives the position of each such segment, in order, and of the first one that it crosses.
    pub fn crossings(&self) -> Vec<(usize, usize)> {
        let slots =
            |segment: &CostSegment| segment.tracking.meaning().into_keys().collect::<Vec<_>>();
        let first = self.segments.first().map(slots);
        if self.segments.iter().all(|segment| Some(slots(segment)) == first) {
            return Vec::new();
        }
        let mut overlaps = Overlaps::default();
        for segment in &self.segments {
            overlaps.add(segment);
        }
        overlaps.crossings()
    }

    /// Splits the update into requests to inspect and send, in the order of their first segments.
    ///
    /// The wire's lists of funnels, sources and segments are not known to be parallel, so no
    /// request names two funnels or sources. At most 500 segments: the server's limit is *unknown*.
    pub fn plan(&self) -> Vec<CostRequest> {
        let mut plan: Vec<CostRequest> = Vec::new();
        // The last request of each funnel, source and range.
        let mut open = HashMap::new();
        for (position, segment) in self.segments.iter().enumerate() {
            let next = plan.len();
            let at = open.entry(CostRequest::key(segment)).or_insert(next);
            match plan.get_mut(*at) {
                Some(request) if request.segments().len() < Self::PER_REQUEST => {
                    request.push(segment.clone(), position);
                }
                _ => {
                    *at = next;
                    plan.push(CostRequest::new(segment.clone(), position));
                }
            }
        }
        plan
    }
}
