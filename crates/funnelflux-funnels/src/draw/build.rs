//! A picture from a graph, a check and a report.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use funnelflux_model::Decimal;

use super::{Line, Mark, Numbers, Picture, Spot};
use crate::{Graph, Node, NodeKind, Report, Trigger};

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
        let mut triggers: Vec<Vec<&Trigger>> = Vec::new();
        for connection in &graph.connections {
            let from = end(connection.source, &connection.source_id, &mut picture);
            let to = end(connection.target, &connection.target_id, &mut picture);
            let at = *lines.entry((from, to)).or_insert_with(|| {
                picture.lines.push(Line { from, to, ..Line::default() });
                triggers.push(Vec::new());
                picture.lines.len() - 1
            });
            picture.line_of.push(at);
            triggers.get_mut(at).into_iter().for_each(|all| all.push(&connection.trigger));
        }
        let sums: Vec<Option<Decimal>> = graph.nodes.iter().map(|it| sum(graph, it)).collect();
        for (line, triggers) in picture.lines.iter_mut().zip(&triggers) {
            line.labels = labels(triggers, sums.get(line.from).copied().flatten());
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

/// The weights of the ways out of a node.
fn sum(graph: &Graph, node: &Node) -> Option<Decimal> {
    graph.ways_out(node).try_fold(Decimal::ZERO, |sum, way| match way.trigger {
        Trigger::Weight(Some(weight)) => sum.checked_add(weight),
        _ => Some(sum),
    })
}

/// What a line says of its connections: weights as their share of all ways out, numbers of actions as ranges, any
/// other trigger as it is told, each once.
fn labels(triggers: &[&Trigger], sum: Option<Decimal>) -> Vec<String> {
    let (mut labels, mut weight) = (Vec::new(), None::<Decimal>);
    let mut actions = [BTreeSet::new(), BTreeSet::new()];
    for trigger in triggers {
        match trigger {
            Trigger::Always => {}
            Trigger::Weight(Some(own)) => {
                weight = Some(weight.unwrap_or_default().saturating_add(*own));
            }
            Trigger::Action { number: Some(number), is_conversion } => {
                let [plain, converting] = &mut actions;
                if *is_conversion { converting } else { plain }.insert(*number);
            }
            Trigger::Unknown => labels.push("?".to_owned()),
            trigger => labels.push(trigger.to_string()),
        }
    }
    if let Some(weight) = weight {
        let share = sum.and_then(|sum| weight.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(sum));
        labels.push(match share {
            Some(share) => format!("{}%", share.round_dp(1).normalize()),
            None => Trigger::Weight(Some(weight)).to_string(),
        });
    }
    for (numbers, converts) in actions.iter().zip(["", ", converts"]) {
        let numbers: Vec<u64> = numbers.iter().copied().collect();
        let ranges = numbers.chunk_by(|a, b| *b == a + 1).filter_map(|range| {
            Some(match (*range.first()?, *range.last()?) {
                (first, last) if first == last => first.to_string(),
                (first, last) => format!("{first}–{last}"),
            })
        });
        let ranges = ranges.collect::<Vec<_>>().join(", ");
        let noun = if numbers.len() == 1 { "action" } else { "actions" };
        labels.extend((!ranges.is_empty()).then(|| format!("{noun} {ranges}{converts}")));
    }
    let mut seen = HashSet::new();
    labels.retain(|label| seen.insert(label.clone()));
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_all_of_its_connections_are_for() {
        let action =
            |number, is_conversion| Trigger::Action { number: Some(number), is_conversion };
        let route = |key: &str| Trigger::Route(key.to_owned());
        let weight = |weight: i64| Trigger::Weight(Some(weight.into()));
        for (triggers, expected) in [
            (vec![action(2, false)], &["action 2"][..]),
            (vec![action(3, false), action(1, false), action(2, false)], &["actions 1–3"]),
            (vec![action(1, false), action(5, false), action(1, false)], &["actions 1, 5"]),
            (vec![action(1, false), action(2, true)], &["action 1", "action 2, converts"]),
            (vec![weight(1), weight(2)], &["75%"]),
            (vec![route("us"), route("de"), route("us")], &["us", "de"]),
            (vec![Trigger::Always, Trigger::Unknown], &["?"]),
        ] {
            let triggers: Vec<&Trigger> = triggers.iter().collect();
            assert_eq!(labels(&triggers, Some(4.into())), expected);
        }
    }
}
