use funnelflux_id::{Funnel, Id, TrafficSource};
use serde::{Serialize, Serializer, ser::SerializeMap as _};

use super::CostSegment;
use crate::time::TimeRange;

/// One body of `PUT /reporting/update/cost`: segments of one funnel, one traffic source and one
/// range, 500 at most. Made by [`CostUpdate::plan`](super::CostUpdate::plan).
///
/// Members of the wire: `funnelIDs`, `trafficSourceIDs`, `timeStart`, `timeEnd` (*documented*; the
/// code of an integration spells the first two `funnelIds` and `trafficSourceIds`),
/// `costSegments` (*documented*, its name *written*).
#[derive(Clone, Debug, PartialEq)]
pub struct CostRequest {
    funnel: Id<Funnel>,
    traffic_source: Id<TrafficSource>,
    range: TimeRange,
    /// Never empty; equal in funnel, traffic source and range, as these are sent.
    segments: Vec<CostSegment>,
    positions: Vec<usize>,
}

impl Serialize for CostRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("funnelIDs", &[&self.funnel])?;
        map.serialize_entry("trafficSourceIDs", &[&self.traffic_source])?;
        crate::time::members(&self.range, &mut map)?;
        map.serialize_entry("costSegments", &self.segments)?;
        map.end()
    }
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

    pub(super) fn push(&mut self, segment: CostSegment, position: usize) {
        self.segments.push(segment);
        self.positions.push(position);
    }

    /// The one funnel.
    pub fn funnel(&self) -> Id<Funnel> {
        self.funnel
    }

    /// The one traffic source.
    pub fn traffic_source(&self) -> Id<TrafficSource> {
        self.traffic_source
    }

    /// The one range.
    pub fn range(&self) -> &TimeRange {
        &self.range
    }

    /// The segments, in their order. Never empty.
    pub fn segments(&self) -> &[CostSegment] {
        &self.segments
    }

    /// The position of each segment in the update, from 0: which rows of a file were sent.
    pub fn positions(&self) -> &[usize] {
        &self.positions
    }
}
