//! A picture from a graph, a check and a report.

use std::collections::BTreeMap;

use funnelflux_model::Decimal;

use super::{Line, Mark, Numbers, Picture, Spot};
use crate::{Graph, NodeKind, Report, Trigger};

impl Picture {
    /// A picture of a graph. Connections between the same two nodes become one line. An end that is no node of the
    /// funnel is drawn as a node that is missing.
    pub fn of(graph: &Graph) -> Self {
        let mut picture = Self { title: title(graph), ..Self::default() };
        picture.nodes.extend(graph.nodes.iter().map(|node| {
            Spot {
                id: node.id.clone(),
                label: node.label().into_owned(),
                kind: node.kind.as_str(),
                is_root: node.kind == NodeKind::Root,
                details: [("id", &node.id), ("type", &node.node_type)]
                    .into_iter()
                    .filter(|(_, value)| !value.is_empty())
                    .map(|(name, value)| (name, value.clone()))
                    .collect(),
                ..Spot::default()
            }
        }));
        let (mut missing, mut lines) = (BTreeMap::new(), BTreeMap::new());
        let mut end = |at: Option<usize>, id: &String, picture: &mut Self| {
            at.unwrap_or_else(|| {
                *missing.entry(id.clone()).or_insert_with(|| {
                    let label = if id.is_empty() { "no node" } else { id.as_str() };
                    picture.nodes.push(Spot {
                        label: label.to_owned(),
                        kind: "missing",
                        ..Spot::default()
                    });
                    picture.nodes.len() - 1
                })
            })
        };
        for connection in &graph.connections {
            let from = end(connection.source, &connection.source_id, &mut picture);
            let to = end(connection.target, &connection.target_id, &mut picture);
            let at = *lines.entry((from, to)).or_insert_with(|| {
                picture.lines.push(Line { from, to, ..Line::default() });
                picture.lines.len() - 1
            });
            picture.line_of.push(at);
            let label = label(graph, connection.source, &connection.trigger);
            if let Some(line) = picture.lines.get_mut(at).filter(|_| !label.is_empty()) {
                line.labels.push(label);
            }
        }
        picture
    }

    /// Marks what the check of the same graph found.
    #[must_use]
    pub fn with_findings(mut self, report: &Report) -> Self {
        for finding in &report.findings {
            let text = format!("{} {}", finding.rule.code, finding.message);
            let mark = Mark { severity: finding.severity(), text };
            let line = finding.connection.and_then(|at| self.line_of.get(at).copied());
            let marks = match (line, finding.node) {
                (Some(line), _) => self.lines.get_mut(line).map(|line| &mut line.marks),
                (None, Some(node)) => self.nodes.get_mut(node).map(|node| &mut node.marks),
                (None, None) => None,
            };
            marks.unwrap_or(&mut self.marks).push(mark);
        }
        self
    }

    /// Adds numbers by the ids of nodes. `caption` says of what time they are, and how sure.
    ///
    /// A line gets the visits of the node that it leads to, if no other node leads there: a report counts what
    /// comes to a node, not by which way.
    #[must_use]
    pub fn with_traffic(mut self, numbers: &BTreeMap<String, Numbers>, caption: &str) -> Self {
        self.caption = Some(caption.to_owned());
        for node in self.nodes.iter_mut().filter(|node| !node.id.is_empty()) {
            node.numbers = numbers.get(&node.id).copied();
        }
        let mut ways_in = vec![0_usize; self.nodes.len()];
        for line in &self.lines {
            ways_in.get_mut(line.to).into_iter().for_each(|count| *count += 1);
        }
        for line in &mut self.lines {
            let target = self.nodes.get(line.to).filter(|node| !node.is_root);
            let is_only = ways_in.get(line.to) == Some(&1) && line.from != line.to;
            line.visits = target.filter(|_| is_only).and_then(|node| node.numbers?.visits);
        }
        self
    }
}

fn title(graph: &Graph) -> String {
    match (graph.name.trim(), graph.id.as_str()) {
        ("", "") => "Funnel".to_owned(),
        ("", id) => format!("Funnel {id}"),
        (name, _) => name.to_owned(),
    }
}

/// A weight as its share of those of the same node; any other trigger as it is told.
fn label(graph: &Graph, source: Option<usize>, trigger: &Trigger) -> String {
    match trigger {
        Trigger::Always => String::new(),
        Trigger::Unknown => "?".to_owned(),
        Trigger::Weight(Some(weight)) => {
            let source = source.and_then(|at| graph.nodes.get(at));
            let mut ways = source.into_iter().flat_map(|node| graph.ways_out(node));
            let sum = ways.try_fold(Decimal::ZERO, |sum, way| match way.trigger {
                Trigger::Weight(Some(weight)) => sum.checked_add(weight),
                _ => Some(sum),
            });
            let share =
                sum.and_then(|sum| weight.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(sum));
            match share {
                Some(share) => format!("{}%", share.round_dp(1).normalize()),
                None => trigger.to_string(),
            }
        }
        trigger => trigger.to_string(),
    }
}
