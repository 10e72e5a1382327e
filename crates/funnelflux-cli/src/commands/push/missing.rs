//! Costs that an earlier upload set and that the file no longer has.

use std::cell::LazyCell;
use std::collections::{HashMap, HashSet};

use funnelflux::imports::{Costs, UploadKind};
use funnelflux::model::time::TimeRange;
use funnelflux::model::updates::CostSegment;
use rust_decimal::Decimal;

use super::entry::{Entry, described};
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
        let (mut found, mut missing) = (Vec::new(), Self::default());
        kept.others(|step| {
            let Some(mut entry) = Entry::of(&step) else { return };
            let Some((segment, visits)) = entry.segment().zip(entry.visits()) else { return };
            let is_near = first <= segment.range().end() && segment.range().start() <= last;
            let is_of = pairs.contains(&(segment.funnel(), segment.traffic_source()));
            let (what, cost) = (described(UploadKind::Costs, &entry.key), segment.cost());
            let told = format!("{what} {} (upload {})", entry.value.amount, step.run);
            entry.value.amount = Decimal::ZERO.to_string();
            if is_near
                && is_of
                && !cost.is_zero()
                && let Some(zero) = entry.segment()
            {
                found.push((told, cost, visits, zero));
            }
        })?;
        if found.is_empty() {
            return Ok(missing);
        }
        let fields =
            |it: &CostSegment| it.tracking_fields().map(|(slot, _)| slot).collect::<Vec<_>>();
        // The days of each file, and the fields by which it restricts the lines of a pair.
        let (mut days, mut shapes) = (HashMap::new(), HashSet::new());
        let to_send = kept.to_send();
        let is_sent = |at: &usize| to_send.binary_search(at).is_ok();
        let (sent, same): (Vec<_>, Vec<_>) = (0..costs.len()).partition(is_sent);
        for at in sent.into_iter().chain(same) {
            let (Some(line), Some(segment)) = (costs.line(at), costs.segment(at)) else { continue };
            let file = line.place().file;
            let (start, end) = (segment.range().start(), segment.range().end());
            let known = days.entry(file.clone()).or_insert((start, end));
            *known = (start.min(known.0), end.max(known.1));
            shapes.insert((file, pair(at), fields(&segment)));
            let Some(visits) = Entry::cost(None, &segment).visits() else { continue };
            let shared =
                found.extract_if(.., |(_, _, it, _)| visits.shares(it)).map(|(told, ..)| told);
            // What is not sent again changes nothing of the others.
            missing.covered.extend(shared.filter(|_| is_sent(&at)));
        }
        for (told, cost, visits, zero) in found {
            let pair = Some((zero.funnel(), zero.traffic_source()));
            let is_of_file = days.iter().any(|(file, (first, last))| {
                let shape = (file.clone(), pair, fields(&zero));
                *first <= visits.start && visits.end <= *last && shapes.contains(&shape)
            });
            if is_of_file {
                missing.total = missing.total.saturating_add(cost);
                missing.told.push(told);
                missing.zeros.push(zero);
            }
        }
        Ok(missing)
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
