//! Positions of nodes in the scale of a dialect.

use crate::layout::{Measures, layout};
use crate::{FunnelDialect, Graph, Scale};

/// The free part of the canvas at each border.
const MARGIN: f64 = 0.04;

/// The size of a node in the app is unknown; these leave room for a name.
const MEASURES: Measures = Measures { width: 160.0, height: 60.0, gap: 80.0, spacing: 40.0 };

impl Graph {
    /// Computes a place for the middle of each node, in the order of [`nodes`](Self::nodes): layer by layer
    /// from the left, without overlaps of nodes of 160 by 60.
    ///
    /// ```
    /// use funnelflux_funnels::FunnelExt;
    ///
    /// let places = funnelflux_model::ledger::Funnel::default().graph().layout();
    /// assert!(places.is_empty());
    /// ```
    pub fn layout(&self) -> Vec<(f64, f64)> {
        let ends = self.connections.iter().filter_map(|way| way.source.zip(way.target));
        let ends: Vec<(usize, usize)> = ends.collect();
        layout(self.nodes.len(), &ends, MEASURES).nodes
    }
}

/// Positions in the scale of the dialect for all nodes of a new funnel.
pub(crate) fn of(
    count: usize,
    ends: impl IntoIterator<Item = (usize, usize)>,
    dialect: &FunnelDialect,
) -> Vec<(f64, f64)> {
    let ends: Vec<(usize, usize)> = ends.into_iter().collect();
    let layout = layout(count, &ends, MEASURES);
    let share = |value: f64, size: f64, whole: f64| match whole > size {
        true => MARGIN + (value - size / 2.0) / (whole - size) * (1.0 - 2.0 * MARGIN),
        false => 0.5,
    };
    let position = |(x, y): &(f64, f64)| match dialect.scale() {
        Scale::Unit => (
            rounded(share(*x, MEASURES.width, layout.width)),
            rounded(share(*y, MEASURES.height, layout.height)),
        ),
        Scale::Canvas => (x.round(), y.round()),
    };
    layout.nodes.iter().map(position).collect()
}

/// The distance of neighbours, where a node is placed beside others.
pub(crate) fn step(dialect: &FunnelDialect) -> (f64, f64) {
    match dialect.scale() {
        Scale::Unit => (0.08, 0.06),
        Scale::Canvas => (MEASURES.width + MEASURES.gap, MEASURES.height + MEASURES.spacing),
    }
}

pub(crate) fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}
