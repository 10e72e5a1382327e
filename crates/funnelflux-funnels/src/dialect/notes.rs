//! What the nodes of all funnels together show: positions, weights, defaults.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::defaults::Common;
use super::learn::only_trigger;
use super::{FunnelDialect, Lesson, NodeWords, Scale};
use crate::graph::{decimal, inner};
use crate::{Connection, Exits, Graph, Node, NodeKind};

/// Whether a sum is within a hundredth of the whole: three thirds are written as 0.33 or 33.
pub(crate) fn is_near(sum: Decimal, whole: Decimal) -> bool {
    let apart = sum.checked_sub(whole).unwrap_or(Decimal::MAX).abs();
    apart.checked_mul(Decimal::ONE_HUNDRED).is_some_and(|apart| apart <= whole)
}

/// What holds of all nodes together.
#[derive(Default)]
pub(super) struct Notes {
    /// The largest coordinate of each funnel, and whether some are no whole numbers.
    positions: BTreeMap<usize, (f64, bool)>,
    sums: Vec<Decimal>,
    common: Common,
}

impl Notes {
    pub(super) fn node(
        &mut self,
        of: usize,
        graph: &Graph,
        node: &Node,
        words: &NodeWords,
        kind: NodeKind,
    ) {
        self.common.node(kind, node, words);
        graph.ways_out(node).for_each(|way| self.common.way(kind, way, words));
        if let Some((x, y)) = node.position {
            let (largest, has_shares) = self.positions.entry(of).or_default();
            *largest = largest.max(x).max(y);
            *has_shares |= x.fract() != 0.0 || y.fract() != 0.0;
        }
        if kind.exits() == Exits::Weights {
            // The trigger was read with the words known before, so it is read again from the text: by a word that is
            // known now, as the object may hold other numbers.
            let weight = |way: &Connection| {
                way.objects.iter().find_map(|object| {
                    let part = inner(way.document(), object)?;
                    let known = words.triggers.iter().find(|word| part.contains(&word.text));
                    let member = known.map(|word| word.text.clone());
                    let member = member.or_else(|| only_trigger(&part, Exits::Weights))?;
                    decimal(part.get(&member)?.get())
                })
            };
            let weights = graph
                .ways_out(node)
                .try_fold(Decimal::ZERO, |sum, way| sum.checked_add(weight(way)?));
            // Of one way alone, any number is the whole.
            let is_whole = |sum: &Decimal| {
                node.outgoing.len() > 1 || [Decimal::ONE, Decimal::ONE_HUNDRED].contains(sum)
            };
            self.sums.extend(weights.filter(is_whole).filter(|_| !node.outgoing.is_empty()));
        }
    }

    pub(super) fn settle(self, dialect: &mut FunnelDialect, lesson: &mut Lesson) {
        lesson.varied = self.common.settle(dialect);
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let all = || self.positions.values();
        let canvas = all().filter(|(largest, _)| *largest > 1.0).count();
        let share = all().filter(|(largest, has)| *largest <= 1.0 && *has).count();
        match (share, canvas) {
            (0, 0) => {}
            (0, _) => (dialect.scale, dialect.scale_seen) = (Scale::Canvas, count(canvas)),
            (_, 0) => (dialect.scale, dialect.scale_seen) = (Scale::Unit, count(share)),
            _ => lesson.contradictions.push(format!(
                "positions are shares of the canvas in {share} funnels and units of it in {canvas}"
            )),
        }
        let of = |whole: Decimal| self.sums.iter().filter(|sum| is_near(**sum, whole)).count();
        let (one, hundred) = (of(Decimal::ONE), of(Decimal::ONE_HUNDRED));
        let other = self.sums.len() - one - hundred;
        let sums = match (one, hundred, other) {
            (0, 0, 0) => return,
            (_, 0, 0) => vec![Decimal::ONE],
            (0, _, 0) => vec![Decimal::ONE_HUNDRED],
            (0, 0, _) => Vec::new(),
            _ => {
                lesson.contradictions.push(format!(
                    "weights sum to 1 at {one} nodes, to 100 at {hundred}, to something else at {other}"
                ));
                return;
            }
        };
        (dialect.sums, dialect.sums_seen) = (sums, count(self.sums.len()));
    }
}
