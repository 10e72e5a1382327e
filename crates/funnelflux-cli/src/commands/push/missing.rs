//! Costs that an earlier upload set and that the file no longer has.

use std::cell::LazyCell;
use std::collections::HashSet;
use std::time::SystemTime;

use funnelflux::imports::{Costs, UploadKind};
use funnelflux::model::time::TimeRange;
use funnelflux::model::updates::{CostSegment, CostUpdate};
use rust_decimal::Decimal;

use super::entry::{Entry, described};
use super::kept::Kept;
use crate::failure::Failure;
use crate::output::{Terminal, counted, first_few};

/// What was uploaded in words, its cost, and its segment with the cost 0.
type Earlier = (String, Decimal, CostSegment);

/// So many lines are held against earlier costs at once, because the segments of a large file take more memory than it
/// does ten times over.
const AT_ONCE: usize = 10_000;

/// Earlier costs that a file of this shape would have: within its days, of its pairs of funnel and traffic source, and
/// restricted by the fields by which it restricts theirs.
#[derive(Debug, Default)]
pub(super) struct Missing {
    /// Segments of cost 0 for them.
    pub(super) zeros: Vec<CostSegment>,
    told: Vec<String>,
    total: Decimal,
    /// Those that have visits in common with lines of the file, by another time or restriction: setting them to 0
    /// would take the lines' money.
    covered: Vec<String>,
}

impl Missing {
    pub(super) fn find(kept: &Kept, costs: &Costs) -> Result<Self, Failure> {
        let pair = |at| Some((costs.funnel(at)?, costs.traffic_source(at)?));
        // Most files have no earlier costs.
        let pairs: LazyCell<HashSet<_>, _> =
            LazyCell::new(|| (0..costs.len()).filter_map(pair).collect());
        let first = costs.ranges().map(TimeRange::start).min();
        let last = costs.ranges().map(TimeRange::end).max();
        let Some((first, last)) = first.zip(last) else { return Ok(Self::default()) };
        let mut found = Vec::new();
        kept.others(|step| {
            let entry = Entry::of(&step);
            let segment = entry.as_ref().and_then(Entry::segment);
            let Some((entry, segment)) = entry.zip(segment) else { return };
            let is_near = first <= segment.range().end() && segment.range().start() <= last;
            let is_of = pairs.contains(&(segment.funnel(), segment.traffic_source()));
            let mut nothing = entry.clone();
            nothing.value.amount = Decimal::ZERO.to_string();
            if is_near
                && is_of
                && !segment.cost().is_zero()
                && let Some(zero) = nothing.segment()
            {
                let what = described(UploadKind::Costs, &entry.key);
                let told = format!("{what} {} (upload {})", entry.value.amount, step.run);
                found.push((told, segment.cost(), zero));
            }
        })?;
        if found.is_empty() {
            return Ok(Self::default());
        }
        // Only these may have visits in common with them.
        let pairs: HashSet<_> =
            found.iter().map(|(.., it)| (it.funnel(), it.traffic_source())).collect();
        let is_near = |at: &usize| pair(*at).is_some_and(|pair| pairs.contains(&pair));
        let near: Vec<usize> = (0..costs.len()).filter(is_near).collect();
        let segments = |part: &[usize]| part.iter().filter_map(|at| costs.segment(*at)).collect();
        Ok(Self::of(found, || near.chunks(AT_ONCE).map(segments), (first, last)))
    }

    /// `parts` gives the segments of the lines.
    fn of<P: Iterator<Item = Vec<CostSegment>>>(
        mut found: Vec<Earlier>,
        parts: impl Fn() -> P,
        (first, last): (SystemTime, SystemTime),
    ) -> Self {
        let told = |(told, ..): &Earlier| told.clone();
        let all = |found: &[Earlier], segments: &[CostSegment]| {
            let zeros = found.iter().map(|(.., zero)| zero);
            CostUpdate::new(segments.iter().chain(zeros).cloned())
        };
        let mut covered = Vec::new();
        let mut leave_out = |found: &mut Vec<Earlier>, lines: usize, places: &HashSet<usize>| {
            let (before, mut at) = (covered.len(), lines..);
            let is_covered = |_: &mut Earlier| at.next().is_some_and(|at| places.contains(&at));
            covered.extend(found.extract_if(.., is_covered).map(|it| told(&it)));
            covered.len() > before
        };
        let fields =
            |it: &CostSegment| it.tracking_fields().map(|(slot, _)| slot).collect::<Vec<_>>();
        let mut known = HashSet::new();
        for segments in parts() {
            known.extend(segments.iter().map(fields));
            while let Err(cause) = all(&found, &segments) {
                let places = cause.violations().iter();
                let places = places.filter_map(|one| place(&one.field)).collect();
                if !leave_out(&mut found, segments.len(), &places) {
                    // The file itself is wrong, which is told elsewhere.
                    break;
                }
            }
        }
        // What crosses a line of the file would take the money of their common visits.
        for segments in parts() {
            let crossings = all(&found, &segments).map(|update| update.crossings());
            let crossings = crossings.unwrap_or_default().into_iter();
            let crossings = crossings.filter(|(_, other)| *other < segments.len());
            leave_out(&mut found, segments.len(), &crossings.map(|(at, _)| at).collect());
        }
        // The file would name its lines by the fields by which it names the others.
        found.retain(|(.., zero)| {
            let is_within = first <= zero.range().start() && zero.range().end() <= last;
            is_within && known.contains(&fields(zero))
        });
        let told = found.iter().map(told).collect();
        let total = found.iter().map(|(_, cost, _)| cost).sum();
        Self { zeros: found.into_iter().map(|(.., zero)| zero).collect(), told, total, covered }
    }

    pub(super) fn tell(&self, are_zeroed: bool, terminal: Terminal) {
        if !self.told.is_empty() {
            let count = counted(self.told.len(), "cost");
            let (was, is, it) = match self.told.len() {
                1 => ("was", "is", "it"),
                _ => ("were", "are", "them"),
            };
            let known = format!(
                "{count} of these days, funnels and traffic sources, {} in total, {was} uploaded before and {is} not \
                 in the file",
                self.total
            );
            if are_zeroed {
                terminal.note(&format!("{known}, and {is} set to 0:"));
                self.told.iter().for_each(|told| terminal.note(&format!("  {told} → 0")));
            } else {
                let which = first_few(self.told.iter());
                terminal.note(&format!("{known}: {which}; --zero-missing sets {it} to 0"));
            }
        }
    }

    /// Refuses costs beside earlier ones of the same visits, unless that is accepted.
    pub(super) fn overlap(&self, is_accepted: bool, terminal: Terminal) -> Result<(), Failure> {
        if self.covered.is_empty() {
            return Ok(());
        }
        let count = counted(self.covered.len(), "earlier cost");
        let which = first_few(self.covered.iter());
        let why = format!(
            "{count} had another restriction or time on visits that lines of the file share: {which}; what of it \
             stays on other visits counts beside the file"
        );
        if !is_accepted {
            let hint = "nothing was sent; `ffx costs undo UPLOAD` takes the earlier upload back, and --accept-overlap \
                        sends the file beside it";
            return Err(Failure::usage(why).hint(hint));
        }
        terminal.warn(&why);
        Ok(())
    }
}

/// 12 of `costSegments[12]`.
fn place(field: &str) -> Option<usize> {
    field.strip_prefix("costSegments[")?.split_once(']')?.0.parse().ok()
}
