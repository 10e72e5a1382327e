//! Costs that an earlier upload set and that the file no longer has.

use std::collections::HashSet;

use funnelflux::imports::Costs;
use funnelflux::model::time::TimeRange;
use funnelflux::model::updates::{CostSegment, CostUpdate};
use rust_decimal::Decimal;

use super::entry::{Entry, Uploads, described};
use super::kept::Kept;
use crate::failure::Failure;
use crate::output::{Terminal, counted, first_few};

/// Earlier costs that a file of this shape would have: within its days, of its pairs of funnel and traffic source, and
/// restricted by the fields by which it restricts theirs.
#[derive(Debug, Default)]
pub(super) struct Missing {
    /// Segments of cost 0 for them.
    pub(super) zeros: Vec<CostSegment>,
    told: Vec<String>,
    total: Decimal,
    /// Those that have visits in common with lines of the file: setting them to 0 would take the
    /// lines' money.
    covered: usize,
}

impl Missing {
    pub(super) fn find(kept: &Kept, costs: &Costs) -> Result<Self, Failure> {
        let pair = |at| Some((costs.funnel(at)?, costs.traffic_source(at)?));
        let pairs: HashSet<_> = (0..costs.len()).filter_map(pair).collect();
        let first = costs.ranges().map(TimeRange::start).min();
        let last = costs.ranges().map(TimeRange::end).max();
        let mut found = Vec::new();
        kept.others(|step| {
            let entry = Entry::of(&step);
            let segment = entry.as_ref().and_then(Entry::segment);
            let Some((entry, segment)) = entry.zip(segment) else { return };
            let is_within = first.is_some_and(|first| first <= segment.range().start())
                && last.is_some_and(|last| segment.range().end() <= last);
            let is_of = pairs.contains(&(segment.funnel(), segment.traffic_source()));
            if is_within && is_of && !segment.cost().is_zero() {
                found.push((entry, segment));
            }
        })?;
        if found.is_empty() {
            return Ok(Self::default());
        }
        // Only these may have visits in common with them.
        let pairs: HashSet<_> =
            found.iter().map(|(_, it)| (it.funnel(), it.traffic_source())).collect();
        let is_near = |at: &usize| pair(*at).is_some_and(|pair| pairs.contains(&pair));
        let near = (0..costs.len()).filter(is_near).filter_map(|at| costs.segment(at));
        Ok(Self::of(found, &near.collect::<Vec<_>>()))
    }

    fn of(mut found: Vec<(Entry, CostSegment)>, segments: &[CostSegment]) -> Self {
        let zeros = found.iter().filter_map(|(entry, _)| {
            let mut entry = entry.clone();
            entry.value.amount = Decimal::ZERO.to_string();
            entry.segment()
        });
        let mut zeros: Vec<CostSegment> = zeros.collect();
        let mut covered = 0;
        while let Err(cause) = CostUpdate::new(segments.iter().chain(&zeros).cloned()) {
            let places: HashSet<usize> =
                cause.violations().iter().filter_map(|one| place(&one.field)).collect();
            let is_in = |at: usize| !places.contains(&(segments.len() + at));
            let before = zeros.len();
            let mut at = 0..;
            zeros.retain(|_| at.next().is_none_or(is_in));
            let mut at = 0..;
            found.retain(|_| at.next().is_none_or(is_in));
            if zeros.len() == before {
                // The file itself is wrong, which is told elsewhere.
                break;
            }
            covered += before - zeros.len();
        }
        // What crosses a line of the file would take the money of their common visits.
        let crossing: HashSet<usize> = match CostUpdate::new(segments.iter().chain(&zeros).cloned())
        {
            Ok(update) => update
                .crossings()
                .into_iter()
                .filter_map(|(at, other)| (other < segments.len()).then_some(at))
                .collect(),
            Err(_) => HashSet::new(),
        };
        let is_apart = |at: usize| !crossing.contains(&(segments.len() + at));
        let before = zeros.len();
        let mut at = 0..;
        zeros.retain(|_| at.next().is_none_or(is_apart));
        let mut at = 0..;
        found.retain(|_| at.next().is_none_or(is_apart));
        covered += before - zeros.len();
        // The file would name its lines by the fields by which it names the others.
        let fields =
            |it: &CostSegment| it.tracking_fields().map(|(slot, _)| slot).collect::<Vec<_>>();
        let known: HashSet<_> = segments.iter().map(fields).collect();
        zeros.retain(|zero| known.contains(&fields(zero)));
        found.retain(|(_, segment)| known.contains(&fields(segment)));
        let told = found.iter().map(|(entry, _)| {
            format!("{} {}", described(Uploads::Costs, &entry.key), entry.value.amount)
        });
        let told = told.collect();
        let total = found.iter().map(|(_, segment)| segment.cost()).sum();
        Self { zeros, told, total, covered }
    }

    pub(super) fn tell(&self, are_zeroed: bool, terminal: Terminal) {
        if !self.told.is_empty() {
            let count = counted(self.told.len(), "cost");
            let known = format!(
                "{count} of these days, funnels and traffic sources, {} in total, were uploaded before and are not \
                 in the file",
                self.total
            );
            if are_zeroed {
                terminal.note(&format!("{known}, and are set to 0:"));
                self.told.iter().for_each(|told| terminal.note(&format!("  {told} → 0")));
            } else {
                let which = first_few(self.told.iter());
                terminal.note(&format!("{known}: {which}; --zero-missing sets them to 0"));
            }
        }
        if self.covered > 0 {
            let count = counted(self.covered, "earlier cost");
            terminal.warn(&format!(
                "{count} had another restriction on visits that lines of the file share; what of it stays on \
                 other visits is unknown"
            ));
        }
    }
}

/// 12 of `costSegments[12]`.
fn place(field: &str) -> Option<usize> {
    field.strip_prefix("costSegments[")?.split_once(']')?.0.parse().ok()
}
