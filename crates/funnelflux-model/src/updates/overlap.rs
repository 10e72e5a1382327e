//! Which costs would meet on a visit.

use std::collections::HashMap;

use funnelflux_id::{Funnel, Id, TrafficSource};

use super::{CostSegment, tracking::Restriction};
use crate::reporting::TrackingSlot;

/// Segments by what they address, so that a file of ten thousand campaigns is not compared each with
/// each.
#[derive(Default)]
pub(super) struct Overlaps<'a> {
    seen: Vec<Seen<'a>>,
    shapes: HashMap<(Id<Funnel>, Id<TrafficSource>), Vec<Shape<'a>>>,
}

struct Seen<'a> {
    segment: &'a CostSegment,
    tracking: Restriction<'a>,
}

/// The segments of one funnel and source that are restricted by the same slots.
struct Shape<'a> {
    slots: Vec<TrackingSlot>,
    members: Vec<usize>,
    by_value: HashMap<(TrackingSlot, &'a str), Vec<usize>>,
}

impl<'a> Overlaps<'a> {
    /// Takes the next segment in, and says which is the first before it that addresses some visit of
    /// it too; see [`CostUpdateBuilder::build`](super::CostUpdateBuilder::build).
    pub(super) fn add(&mut self, segment: &'a CostSegment) -> Option<usize> {
        let own = Seen { segment, tracking: segment.restriction() };
        let slots: Vec<TrackingSlot> = own.tracking.keys().copied().collect();
        let shapes = self.shapes.entry((segment.funnel(), segment.traffic_source())).or_default();

        let first = shapes
            .iter()
            .filter_map(|shape| shape.candidates(&slots, &own.tracking))
            .flatten()
            .filter(|at| self.seen.get(*at).is_some_and(|other| own.meets(other)))
            .min();

        let at = self.seen.len();
        let place = shapes.iter().position(|shape| shape.slots == slots).unwrap_or_else(|| {
            shapes.push(Shape { slots, members: Vec::new(), by_value: HashMap::new() });
            shapes.len() - 1
        });
        if let Some(shape) = shapes.get_mut(place) {
            shape.members.push(at);
            for (slot, values) in &own.tracking {
                for value in values {
                    shape.by_value.entry((*slot, value)).or_default().push(at);
                }
            }
        }
        self.seen.push(own);
        first
    }
}

impl Shape<'_> {
    /// The members that may meet a segment of these slots: all that share a value of a slot that
    /// both have. `None` if neither set of slots holds the other.
    fn candidates(&self, slots: &[TrackingSlot], tracking: &Restriction<'_>) -> Option<Vec<usize>> {
        let within = |inner: &[TrackingSlot], outer: &[TrackingSlot]| {
            inner.iter().all(|s| outer.contains(s))
        };
        let narrow = if within(&self.slots, slots) {
            self.slots.as_slice()
        } else if within(slots, &self.slots) {
            slots
        } else {
            return None;
        };
        let Some(slot) = narrow.first() else { return Some(self.members.clone()) };
        let values = tracking.get(slot)?.iter();
        Some(values.filter_map(|v| self.by_value.get(&(*slot, *v))).flatten().copied().collect())
    }
}

impl Seen<'_> {
    fn meets(&self, other: &Self) -> bool {
        let (own, others) = (self.segment.range(), other.segment.range());
        own.start() < others.end()
            && others.start() < own.end()
            && (self.covers(other) || other.covers(self))
    }

    /// Whether every restriction of this one is a restriction of the other too, and lets some of the
    /// other's values through.
    fn covers(&self, other: &Self) -> bool {
        let tracking = self.tracking.iter().all(|(slot, values)| {
            other.tracking.get(slot).is_some_and(|others| !values.is_disjoint(others))
        });
        tracking && self.segment.extra().iter().all(|member| other.segment.extra().contains(member))
    }
}
