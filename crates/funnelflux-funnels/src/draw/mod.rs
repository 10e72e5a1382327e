//! Pictures of funnels: as a tree of text, as SVG, as Mermaid and as a page of HTML.

mod build;
mod html;
mod lines;
mod mermaid;
mod svg;
#[cfg(test)]
mod tests;
mod text;
mod tree;

use funnelflux_model::Decimal;

use crate::Severity;
use text::grouped;

/// A funnel to be drawn.
#[derive(Clone, Debug, Default)]
pub struct Picture {
    title: String,
    /// What the numbers are of.
    caption: Option<String>,
    nodes: Vec<Spot>,
    lines: Vec<Line>,
    /// The line of each connection of the graph.
    line_of: Vec<usize>,
    /// What is wrong with the funnel as a whole.
    marks: Vec<Mark>,
}

/// A node of a picture.
#[derive(Clone, Debug, Default)]
struct Spot {
    /// Empty where there is none.
    id: String,
    label: String,
    /// The word of its kind, such as `lander-group`.
    kind: &'static str,
    is_root: bool,
    /// Names and values for the tooltip.
    details: Vec<(&'static str, String)>,
    numbers: Option<Numbers>,
    marks: Vec<Mark>,
}

/// Connections from one node to another, drawn as one line.
#[derive(Clone, Debug, Default)]
struct Line {
    from: usize,
    to: usize,
    labels: Vec<String>,
    /// How many visitors took it, where that is known.
    visits: Option<Decimal>,
    marks: Vec<Mark>,
}

/// A finding of the check.
#[derive(Clone, Debug)]
struct Mark {
    severity: Severity,
    text: String,
}

/// What a report says of a node. What it does not say is `None`, and is not drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Numbers {
    /// The visits of the node.
    pub visits: Option<Decimal>,
    /// The conversions.
    pub conversions: Option<Decimal>,
    /// The profit, in the currency of the account.
    pub profit: Option<Decimal>,
}

impl Numbers {
    /// Numbers of a node.
    pub fn new(
        visits: Option<Decimal>,
        conversions: Option<Decimal>,
        profit: Option<Decimal>,
    ) -> Self {
        Self { visits, conversions, profit }
    }

    /// `12,345 visits · 67 conv. · 8.90`.
    fn short(&self) -> String {
        let parts = [
            self.visits.map(|visits| format!("{} visits", grouped(visits, 0))),
            self.conversions.map(|conversions| format!("{} conv.", grouped(conversions, 0))),
            self.profit.map(|profit| grouped(profit, 2)),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

/// The width of a line by its traffic, if that is known.
fn width(visits: Option<Decimal>, most: Option<Decimal>) -> Option<f64> {
    let share: f64 = visits?.checked_div(most?)?.try_into().ok()?;
    (share >= 0.0).then(|| 1.5 + 5.5 * share.sqrt())
}

/// The worst of these, and how many there are.
fn worst(marks: &[Mark]) -> Option<(Severity, usize)> {
    marks.iter().map(|mark| mark.severity).max().map(|severity| (severity, marks.len()))
}

impl Picture {
    fn has_numbers(&self) -> bool {
        self.nodes.iter().any(|node| node.numbers.is_some())
    }

    /// What is told of a node when it is pointed at.
    fn tooltip(&self, node: &Spot) -> Vec<(&'static str, String)> {
        let mut rows = vec![("kind", node.kind.to_owned())];
        rows.extend(node.details.iter().cloned());
        let Numbers { visits, conversions, profit } = node.numbers.unwrap_or_default();
        rows.extend(visits.map(|visits| ("visits", grouped(visits, 0))));
        rows.extend(conversions.map(|conversions| ("conversions", grouped(conversions, 0))));
        rows.extend(profit.map(|profit| ("profit", profit.to_string())));
        rows.extend(node.marks.iter().map(|mark| (mark.severity.as_str(), mark.text.clone())));
        rows
    }
}
