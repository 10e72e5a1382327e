use funnelflux_id::{Funnel, Id, TrafficSource};
use serde::{Serialize, Serializer, ser::SerializeMap};

use super::CostSegment;
use crate::time::TimeRange;

/// One body of `PUT /reporting/update/cost`: segments of one funnel, one traffic source and one
/// range, 500 at most. Made by [`CostUpdate::plan`](super::CostUpdate::plan).
///
/// Members of the wire: `funnelIDs`, `trafficSourceIDs`, `timeStart`, `timeEnd` (*documented*; a
/// third-party integration of 2023-24 spelled the first two `funnelIds` and `trafficSourceIds`),
/// `costSegments` (*documented*, its name *proven*).
#[derive(Clone, Debug, PartialEq)]
pub struct CostRequest {
    /// Never empty; equal in funnel, traffic source and range, as these are sent.
    segments: Vec<CostSegment>,
    positions: Vec<usize>,
    funnel: Id<Funnel>,
    traffic_source: Id<TrafficSource>,
    range: TimeRange,
}

impl CostRequest {
    pub(super) fn new(segment: CostSegment, position: usize) -> Self {
        Self {
            funnel: segment.funnel(),
            traffic_source: segment.traffic_source(),
            range: segment.range().clone(),
            segments: vec![segment],
            positions: vec![position],
        }
    }

    /// The common part of the segments of one request, exactly as it is sent.
    pub(super) fn key(segment: &CostSegment) -> (Id<Funnel>, Id<TrafficSource>, String, String) {
        let range = segment.range();
        (segment.funnel(), segment.traffic_source(), range.start_rfc3339(), range.end_rfc3339())
    }

    /// Adds a segment of the same key.
    pub(super) fn push(&mut self, segment: CostSegment, position: usize) {
        self.segments.push(segment);
        self.positions.push(position);
    }

    /// The one funnel.
    #[must_use]
    pub fn funnel(&self) -> Id<Funnel> {
        self.funnel
    }

    /// The one traffic source.
    #[must_use]
    pub fn traffic_source(&self) -> Id<TrafficSource> {
        self.traffic_source
    }

    /// The one range.
    #[must_use]
    pub fn range(&self) -> &TimeRange {
        &self.range
    }

    /// The segments, in their order. Never empty.
    #[must_use]
    pub fn segments(&self) -> &[CostSegment] {
        &self.segments
    }

    /// The position of each segment in the update, from 0: which rows of a file were sent.
    #[must_use]
    pub fn positions(&self) -> &[usize] {
        &self.positions
    }
}

impl Serialize for CostRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(5))?;
        map.serialize_entry("funnelIDs", &[self.funnel])?;
        map.serialize_entry("trafficSourceIDs", &[self.traffic_source])?;
        map.serialize_entry("timeStart", &self.range.start_rfc3339())?;
        map.serialize_entry("timeEnd", &self.range.end_rfc3339())?;
        map.serialize_entry("costSegments", &self.segments)?;
        map.end()
    }
}
