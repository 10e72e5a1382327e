//! Costs that would meet on a visit.

use std::{
    collections::{BTreeMap, HashMap},
    time::{Duration, SystemTime},
};

use funnelflux_id::{Funnel, Id, TrafficSource};

use super::{CostSegment, tracking::Restriction};
use crate::{reporting::TrackingSlot, time::TimeRange};

/// Segments by the visits they address, so that ten thousand are not compared pairwise.
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
    members: ByTime,
    by_value: HashMap<(TrackingSlot, &'a str), ByTime>,
}

/// Positions of segments by the start of their ranges: a day meets one of a year of days.
#[derive(Default)]
struct ByTime {
    by_start: BTreeMap<SystemTime, Vec<usize>>,
    longest: Duration,
}

impl<'a> Overlaps<'a> {
    /// Adds the next segment, and returns the first one that it meets; see `CostUpdate::new`.
    pub(super) fn add(&mut self, segment: &'a CostSegment) -> Option<usize> {
        let own = Seen { segment, tracking: segment.tracking.meaning() };
        let candidates = self.candidates(&own).into_iter();
        let first =
            candidates.filter(|at| self.seen.get(*at).is_some_and(|other| own.meets(other))).min();

        let at = self.seen.len();
        let slots = own.slots();
        let shapes = self.shapes.entry(own.key()).or_default();
        let place = shapes.iter().position(|shape| shape.slots == slots).unwrap_or_else(|| {
            shapes.push(Shape { slots, members: ByTime::default(), by_value: HashMap::new() });
            shapes.len() - 1
        });
        if let Some(shape) = shapes.get_mut(place) {
            shape.members.add(segment.range(), at);
            for (slot, values) in &own.tracking {
                for value in values {
                    shape.by_value.entry((*slot, value)).or_default().add(segment.range(), at);
                }
            }
        }
        self.seen.push(own);
        first
    }

    /// Each segment that crosses another one, with the first that it crosses; see `CostUpdate::crossings`.
    pub(super) fn crossings(&self) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        for shapes in self.shapes.values() {
            for (at, shape) in shapes.iter().enumerate() {
                for (_, other) in shapes.iter().enumerate().filter(|(other, _)| *other != at) {
                    if !shape.is_within(other) && !other.is_within(shape) {
                        let members = shape.members.by_start.values().flatten();
                        found.extend(
                            members.filter_map(|at| Some((*at, self.crossed(*at, other)?))),
                        );
                    }
                }
            }
        }
        found.sort_unstable();
        found.dedup_by_key(|(at, _)| *at);
        found
    }

    /// The first segment of another shape that a segment crosses.
    fn crossed(&self, at: usize, other: &Shape<'a>) -> Option<usize> {
        let own = self.seen.get(at)?;
        let shared: Vec<TrackingSlot> =
            own.slots().into_iter().filter(|slot| other.slots.contains(slot)).collect();
        let lists = other.sharing(&shared, own);
        let crosses = |at: &usize| self.seen.get(*at).is_some_and(|other| own.crosses(other));
        // Each list is in the order of the segments.
        lists.iter().filter_map(|list| list.iter().copied().find(crosses)).min()
    }

    /// The segments that have to be looked at, some of them more than once.
    fn candidates(&self, own: &Seen<'_>) -> Vec<usize> {
        let slots = own.slots();
        let shapes = self.shapes.get(&own.key()).into_iter().flatten();
        shapes.filter_map(|shape| shape.candidates(&slots, own)).flatten().collect()
    }
}

impl Shape<'_> {
    /// The members that may meet a segment of these slots: all of its time that share a value of a
    /// slot that both have. `None` if neither set of slots holds the other.
    fn candidates(&self, slots: &[TrackingSlot], own: &Seen<'_>) -> Option<Vec<usize>> {
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
        Some(self.sharing(narrow, own).concat())
    }

    fn is_within(&self, other: &Self) -> bool {
        self.slots.iter().all(|slot| other.slots.contains(slot))
    }

    /// The members of its time that share a value of one of these slots, or all if there is none.
    fn sharing<'s>(&'s self, slots: &[TrackingSlot], own: &'s Seen<'s>) -> Vec<&'s [usize]> {
        let range = own.segment.range();
        if slots.is_empty() {
            return self.members.near(range);
        }
        // They share a value in each slot, so any would do; the most selective is the fastest.
        let of_slot = |slot: &TrackingSlot| {
            let mut lists = Vec::new();
            for value in own.tracking.get(slot).into_iter().flatten() {
                let list = self.by_value.get(&(*slot, *value));
                lists.extend(list.map(|list| list.near(range)).unwrap_or_default());
            }
            lists
        };
        let size = |lists: &Vec<&[usize]>| lists.iter().map(|list| list.len()).sum::<usize>();
        slots.iter().map(of_slot).min_by_key(size).unwrap_or_default()
    }
}

impl ByTime {
    fn add(&mut self, range: &TimeRange, at: usize) {
        self.longest = self.longest.max(range.duration());
        self.by_start.entry(range.start()).or_default().push(at);
    }

    /// Those that begin before the end of the range, and late enough that one may reach its start.
    fn near(&self, range: &TimeRange) -> Vec<&[usize]> {
        let earliest = range.start().checked_sub(self.longest);
        let before_end = self.by_start.range(..range.end()).rev();
        let near = before_end.take_while(|(start, _)| earliest.is_none_or(|it| **start >= it));
        near.map(|(_, list)| list.as_slice()).collect()
    }
}

impl Seen<'_> {
    fn key(&self) -> (Id<Funnel>, Id<TrafficSource>) {
        (self.segment.funnel(), self.segment.traffic_source())
    }

    fn slots(&self) -> Vec<TrackingSlot> {
        self.tracking.keys().copied().collect()
    }

    fn meets(&self, other: &Self) -> bool {
        self.is_at_the_time_of(other) && (self.covers(other) || other.covers(self))
    }

    /// Whether a visit may have the values of both, if their slots are not those of each other.
    fn crosses(&self, other: &Self) -> bool {
        let mut slots = self.tracking.iter();
        self.is_at_the_time_of(other)
            && slots.all(|(slot, values)| {
                other.tracking.get(slot).is_none_or(|others| !values.is_disjoint(others))
            })
    }

    fn is_at_the_time_of(&self, other: &Self) -> bool {
        let (own, others) = (self.segment.range(), other.segment.range());
        own.start() < others.end() && others.start() < own.end()
    }

    /// Whether the other has every restriction of this one, with a value in common.
    fn covers(&self, other: &Self) -> bool {
        let tracking = self.tracking.iter().all(|(slot, values)| {
            other.tracking.get(slot).is_some_and(|others| !values.is_disjoint(others))
        });
        tracking && self.segment.extra.is_within(&other.segment.extra)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{time::Zone, updates::CostSegmentBuilder};

    /// How many comparisons it takes to find that none of these meet.
    fn compared(segments: &[CostSegment]) -> usize {
        let mut overlaps = Overlaps::default();
        let looked_at = segments.iter().map(|segment| {
            let own = Seen { segment, tracking: segment.tracking.meaning() };
            let candidates = overlaps.candidates(&own).len();
            assert_eq!(overlaps.add(segment), None);
            candidates
        });
        looked_at.sum()
    }

    fn on(day: u32) -> CostSegmentBuilder {
        let first = TimeRange::days("2026-01-01", "2026-01-01", &Zone::utc()).unwrap();
        let start = first.start() + day * Duration::from_secs(24 * 3600);
        let end = start + Duration::from_secs(24 * 3600);
        let range = TimeRange::between(start, end, &Zone::utc()).unwrap();
        CostSegment::builder(
            "2nIemJxCKbFX".parse().unwrap(),
            "2n5JuOKWLTzd".parse().unwrap(),
            range,
        )
        .whole_segment("1.00".parse().unwrap())
    }

    #[test]
    fn segments_are_told_apart_by_the_field_in_which_they_differ() {
        for (same, differs) in
            [(TrackingSlot::Campaign, TrackingSlot::C1), (TrackingSlot::C1, TrackingSlot::Campaign)]
        {
            let segments: Vec<CostSegment> = (0..1000)
                .map(|n| {
                    let segment = on(0).tracking_field(same, ["same"]);
                    segment.tracking_field(differs, [n.to_string()]).build().unwrap()
                })
                .collect();
            assert_eq!(compared(&segments), 0, "{same} is the same, {differs} differs");
        }
    }

    #[test]
    fn segments_are_told_apart_by_their_days() {
        let days = |build: fn(CostSegmentBuilder) -> CostSegmentBuilder| -> Vec<CostSegment> {
            (0..1000).map(|day| build(on(day)).build().unwrap()).collect()
        };
        let campaign = |day: CostSegmentBuilder| day.tracking_field(TrackingSlot::Campaign, ["1"]);
        // At most the day before, whose end is the start of the next.
        for segments in [days(CostSegmentBuilder::everything), days(campaign)] {
            assert!(compared(&segments) < segments.len(), "{} comparisons", compared(&segments));
        }
    }
}
