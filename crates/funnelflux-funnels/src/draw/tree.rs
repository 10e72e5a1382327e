//! The picture as a tree of text, for a terminal.

use std::collections::VecDeque;
use std::fmt::Write as _;

use super::text::plain;
use super::{Line, Picture, Spot};

/// Below so many nodes a branch ends, and goes on at the end of the tree: lines stay readable, and a long chain does
/// not grow with its square.
const DEEPEST: usize = 24;

impl Picture {
    /// The picture as a tree. A node that several connections lead to is drawn out at the first of them. A branch that
    /// is deep goes on below. Nodes that no way from the root reaches come last. Control characters of names are
    /// replaced.
    pub fn tree(&self) -> String {
        let mut out = format!("{}\n", plain(&self.title));
        if let Some(caption) = &self.caption {
            let _ = writeln!(out, "{}", plain(caption));
        }
        for mark in &self.marks {
            let _ = writeln!(out, "{}: {}", mark.severity, plain(&mark.text));
        }
        let mut outgoing: Vec<Vec<&Line>> = vec![Vec::new(); self.nodes.len()];
        let mut entered = vec![false; self.nodes.len()];
        for line in &self.lines {
            outgoing.get_mut(line.from).into_iter().for_each(|lines| lines.push(line));
            let other = entered.get_mut(line.to).filter(|_| line.from != line.to);
            other.into_iter().for_each(|entered| *entered = true);
        }
        let mut drawn = vec![false; self.nodes.len()];
        let roots =
            self.nodes.iter().enumerate().filter(|(_, node)| node.is_root).map(|(at, _)| at);
        for at in roots {
            self.branches(at, &outgoing, &mut drawn, &mut out);
        }
        let is_entered = |at: &usize| entered.get(*at) == Some(&true);
        let others = (0..self.nodes.len()).filter(|at| !is_entered(at)).chain(0..self.nodes.len());
        let mut is_told = false;
        for at in others {
            if drawn.get(at) == Some(&false) {
                if !std::mem::replace(&mut is_told, true) {
                    out.push_str("not reached from the root:\n");
                }
                self.branches(at, &outgoing, &mut drawn, &mut out);
            }
        }
        out
    }

    /// Draws a node and all below it.
    fn branches(&self, root: usize, outgoing: &[Vec<&Line>], drawn: &mut [bool], out: &mut String) {
        let mut deeper = VecDeque::from([root]);
        while let Some(at) = deeper.pop_front() {
            if at != root
                && let Some(node) = self.nodes.get(at)
            {
                let _ = writeln!(out, "… {}", told(node, false));
            }
            self.branch(at, at == root, outgoing, drawn, &mut deeper, out);
        }
    }

    /// Draws a node and what is below it, without calling itself: a chain may have a thousand nodes.
    fn branch(
        &self,
        root: usize,
        is_first: bool,
        outgoing: &[Vec<&Line>],
        drawn: &mut [bool],
        deeper: &mut VecDeque<usize>,
        out: &mut String,
    ) {
        // The node, the line that leads to it, what stands before the lines below it, and whether it is the last.
        let mut left: Vec<(usize, Option<&Line>, String, bool)> =
            vec![(root, None, String::new(), true)];
        while let Some((at, line, before, is_last)) = left.pop() {
            let Some(node) = self.nodes.get(at) else { continue };
            let is_head = line.is_none() && !is_first;
            let is_known =
                drawn.get_mut(at).is_some_and(|drawn| std::mem::replace(drawn, true)) && !is_head;
            let depth = before.chars().count() / 3;
            let (branch, below) = match (line, is_last) {
                (None, _) => (String::new(), before),
                (Some(_), true) => (format!("{before}└─ "), format!("{before}   ")),
                (Some(_), false) => (format!("{before}├─ "), format!("{before}│  ")),
            };
            let mut lines = outgoing.get(at).map(Vec::as_slice).unwrap_or_default();
            if is_known {
                lines = &[];
            }
            let ends = depth >= DEEPEST && !lines.is_empty();
            if !is_head {
                let more = if ends { " … deeper, below" } else { "" };
                let _ = writeln!(out, "{branch}{}{}{more}", way(line), told(node, is_known));
                let own = node.marks.iter().filter(|_| !is_known);
                let marks = line.into_iter().flat_map(|line| &line.marks).chain(own);
                let rail = if lines.is_empty() || ends { "   " } else { "│  " };
                for mark in marks {
                    let _ = writeln!(out, "{below}{rail}{}: {}", mark.severity, plain(&mark.text));
                }
            }
            if ends {
                deeper.push_back(at);
                continue;
            }
            for (nth, line) in lines.iter().enumerate().rev() {
                left.push((line.to, Some(line), below.clone(), nth + 1 == lines.len()));
            }
        }
    }
}

/// `70% (1,200) → `.
fn way(line: Option<&Line>) -> String {
    let Some(line) = line else { return String::new() };
    let mut text = plain(&line.labels.join(", "));
    if let Some(visits) = line.visits {
        let _ = write!(text, " ({})", super::text::grouped(visits, 0));
    }
    match text.is_empty() {
        true => String::new(),
        false => format!("{} → ", text.trim_start()),
    }
}

fn told(node: &Spot, is_known: bool) -> String {
    let mut text = format!("{} [{}]", plain(&node.label), node.kind);
    match node.numbers.filter(|_| !is_known) {
        Some(numbers) => {
            let _ = write!(text, "  {}", numbers.short());
        }
        None if is_known => text.push_str(" ↑ see above"),
        None => {}
    }
    text
}
