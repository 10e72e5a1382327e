//! Building, checking and drawing funnels of 10, 100 and 1,000 nodes: how the time grows.

use std::hint::black_box;

use anyhow::ensure;
use funnelflux_funnels::{
    Account, FunnelDialect, FunnelExt as _, Graph, NodeHandle, NodeKind, Picture, check_graph,
};
use funnelflux_model::ledger::Funnel;

use crate::Result;
use crate::measure::{Samples, thread_cpu};
use crate::section::{Figure, Goal, Row, Section};

const SIZES: [usize; 3] = [10, 100, 1_000];
/// How many ways leave a node.
const BRANCHES: usize = 3;
const ID: &str = "2nIemJxCKbFX";

/// A piece of work, with the names of its samples by size.
struct Case {
    name: &'static str,
    by_size: [&'static str; 3],
    run: fn(&Sized) -> Result,
}

const CASES: &[Case] = &[
    Case {
        name: "build, with layout",
        by_size: ["build 10", "build 100", "build 1000"],
        run: |it| build(it.size).map(|funnel| drop(black_box(funnel))),
    },
    Case {
        name: "check",
        by_size: ["check 10", "check 100", "check 1000"],
        run: |it| {
            let report = it.funnel.check_in(&it.dialect, &Account::offline());
            ensure!(report.is_sound(), "the funnel has errors: {:?}", report.findings.first());
            Ok(())
        },
    },
    Case {
        name: "SVG, with layout",
        by_size: ["svg 10", "svg 100", "svg 1000"],
        run: |it| {
            let graph = Graph::of(&it.funnel, &it.dialect);
            let report = check_graph(&it.funnel, &graph, &it.dialect, &Account::offline());
            let svg = Picture::of(&graph).with_findings(&report).svg();
            ensure!(svg.matches("class=\"node ").count() == it.size, "not every node is drawn");
            Ok(())
        },
    },
];

struct Sized {
    size: usize,
    dialect: FunnelDialect,
    funnel: Funnel,
}

/// Rotators and landers take turns from level to level, and each lander has one more way, to the last node: many
/// lines are long, as in funnels whose steps share one exit.
fn build(size: usize) -> Result<Funnel> {
    let mut new = Funnel::builder("Benchmark", ID.parse()?);
    for kind in [NodeKind::Root, NodeKind::Rotator, NodeKind::Lander, NodeKind::ExternalUrl] {
        new.accept_guess(kind);
    }
    let (mut nodes, mut levels): (Vec<NodeHandle>, Vec<usize>) = (Vec::new(), Vec::new());
    for at in 0..size {
        let level =
            at.checked_sub(1).and_then(|it| levels.get(it / BRANCHES)).map_or(0, |it| it + 1);
        let name = format!("Step {at}");
        nodes.push(match level {
            0 => new.root(&name),
            _ if at * BRANCHES + 1 >= size => new.external_url(&name, "https://example.com/"),
            level if level % 2 == 0 => new.rotator(&name),
            _ => new.lander(&name, ID.parse()?),
        });
        levels.push(level);
    }
    let last = nodes.last().copied();
    for (at, (node, level)) in nodes.iter().zip(&levels).enumerate() {
        let children = nodes.iter().skip(at * BRANCHES + 1).take(BRANCHES).copied();
        let children: Vec<NodeHandle> = children.collect();
        if children.is_empty() {
            continue;
        }
        if level % 2 == 0 {
            let parts: Vec<_> = children.iter().map(|child| (*child, 1)).collect();
            new.split(*node, &parts);
            continue;
        }
        for (number, child) in (1..).zip(children.into_iter().chain(last)) {
            new.on_action(*node, number, child);
        }
    }
    Ok(new.finish()?)
}

pub(crate) fn run(quick: bool) -> Result<Section> {
    let rounds = if quick { 3 } else { 20 };
    let dialect = FunnelDialect::shipped();
    let sized = SIZES
        .map(|size| build(size).map(|funnel| Sized { size, dialect: dialect.clone(), funnel }));
    let sized = sized.into_iter().collect::<Result<Vec<_>>>()?;
    let mut samples = Samples::default();
    for _ in 0..rounds {
        for Case { by_size, run, .. } in CASES {
            for (name, it) in by_size.iter().zip(&sized) {
                // A round of a small one is many, so that each takes milliseconds.
                let times = 1_000 / it.size;
                let before = thread_cpu();
                (0..times).try_for_each(|_| run(it))?;
                let spent = thread_cpu() - before;
                samples.add(name, spent.as_secs_f64() * 1_000.0 / times as f64);
            }
        }
    }
    let mut goals = Vec::new();
    let rows = CASES.iter().map(|Case { name, by_size: [ten, hundred, thousand], .. }| {
        let hundredfold = growth(&samples, (ten, hundred), (10.0, 100.0));
        let thousandfold = growth(&samples, (hundred, thousand), (100.0, 1_000.0));
        let what = format!("{name}: 100 to 1,000 nodes no worse than n log n");
        goals.push(Goal::at_most(what, 1.0, &thousandfold));
        let seconds = [("median", samples.median(thousand) / 1_000.0)];
        goals.push(Goal::at_most(format!("{name}: 1,000 nodes below a second"), 1.0, &seconds));
        let first = |of: &[(&str, f64)]| of.first().map(|(_, ratio)| *ratio);
        Row {
            case: (*name).to_owned(),
            figures: vec![
                Figure::new("10: ms", samples.median(ten), 3),
                Figure::new("100: ms", samples.median(hundred), 3),
                Figure::new("1,000: ms", samples.median(thousand), 2),
                Figure::new("10 to 100", first(&hundredfold), 2),
                Figure::new("100 to 1,000", first(&thousandfold), 2),
            ],
        }
    });
    let rows = rows.collect();
    Ok(Section {
        name: "funnels",
        title: "medians of the CPU time of one thread; growth as a share of that of n log n".into(),
        rows,
        goals,
    })
}

/// How much more the larger takes than the smaller, over what n log n would.
fn growth(
    samples: &Samples,
    (small, large): (&'static str, &'static str),
    (few, many): (f64, f64),
) -> [(&'static str, f64); 2] {
    let allowed = many * many.ln() / (few * few.ln());
    samples.ratios(large, small).map(|(by, ratio)| (by, ratio / allowed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_funnels_are_sound_and_have_their_sizes() {
        for size in [2, 10, 100] {
            let funnel = build(size).unwrap();
            let graph = funnel.graph();
            assert_eq!(graph.nodes.len(), size);
            assert!(graph.connections.len() >= size - 1);
            assert!(funnel.check(&Account::offline()).is_sound());
        }
    }

    #[test]
    fn growth_is_a_share_of_n_log_n() {
        let mut samples = Samples::default();
        samples.add("small", 100.0 * 100.0_f64.ln());
        samples.add("large", 1_000.0 * 1_000.0_f64.ln());
        let [(_, median), (_, min)] = growth(&samples, ("small", "large"), (100.0, 1_000.0));
        assert!((median - 1.0).abs() < 1e-9 && (min - 1.0).abs() < 1e-9);
    }
}
