//! Positions of nodes from left to right, without overlaps, and ways for the connections between them.
//!
//! Layers and order come from the crate `rust-sugiyama`. It knows no ways around nodes, so a connection over
//! several layers is given to it as a chain of points, whose places are the way.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use rust_sugiyama::configure::{Config, RankingType};

/// The measures of a drawing, in its units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Measures {
    pub(crate) width: f64,
    pub(crate) height: f64,
    /// Between two columns of nodes.
    pub(crate) gap: f64,
    /// Between two nodes of a column.
    pub(crate) spacing: f64,
}

/// A point.
pub(crate) type Point = (f64, f64);

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Layout {
    /// The middle of each node.
    pub(crate) nodes: Vec<Point>,
    /// For each edge the points between its ends, in its direction; none if it is drawn straight.
    pub(crate) ways: Vec<Vec<Point>>,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// More nodes are not swapped to avoid crossings, which takes time with the square.
const MOST_SWAPPED: usize = 400;

/// The most points of connections over several layers, for each node. Longer connections are drawn straight.
const MOST_POINTS: usize = 16;

/// More nodes are stacked in columns, and more points are not made: the library calls itself along the ways of a graph,
/// and would run out of stack.
const MOST_NODES: usize = 2_000;
const MOST_PLACED: usize = 16_000;

/// The height of a connection beside a node.
const LANE: f64 = 14.0;

/// Places nodes and edges. An edge whose end is no node, or whose ends are one, has no way.
pub(crate) fn layout(count: usize, edges: &[(usize, usize)], measures: Measures) -> Layout {
    // Edges between the same two nodes have one way.
    let (mut different, mut places) = (Vec::new(), HashMap::new());
    let of = edges.iter().map(|edge| {
        *places.entry(*edge).or_insert_with(|| {
            different.push(*edge);
            different.len() - 1
        })
    });
    let of: Vec<usize> = of.collect();
    let mut layout = layout_of(count, &different, measures);
    if different.len() < edges.len() {
        let way = |at: &usize| layout.ways.get(*at).cloned().unwrap_or_default();
        layout.ways = of.iter().map(way).collect();
    }
    layout
}

fn layout_of(count: usize, edges: &[(usize, usize)], measures: Measures) -> Layout {
    let forward = acyclic(count, edges);
    let ranks = ranks(count, &forward);
    if count > MOST_NODES {
        let nodes = stacked(&forward, &ranks, measures);
        let end = |size: f64, of: fn(&Point) -> f64| {
            nodes.iter().map(of).fold(0.0, f64::max) + size / 2.0
        };
        let (width, height) = (end(measures.width, |it| it.0), end(measures.height, |it| it.1));
        return Layout { nodes, ways: vec![Vec::new(); edges.len()], width, height };
    }
    let mut sizes = vec![(measures.height, measures.width); count];
    let mut left = ((count + 16) * MOST_POINTS).min(MOST_PLACED - count);
    let (mut links, mut siblings) = (BTreeSet::new(), Vec::new());
    // The chain of each edge, from left to right.
    let mut chains: Vec<Vec<usize>> = Vec::with_capacity(forward.len());
    for edge in &forward {
        let mut chain = Vec::new();
        let rank = |node: usize| ranks.get(node).copied().unwrap_or_default();
        let between = |(from, to): (usize, usize)| rank(from) + 1..rank(to);
        if let Some((from, to)) = edge.filter(|edge| between(*edge).len() <= left) {
            chain.extend(sizes.len()..sizes.len() + between((from, to)).len());
            left -= chain.len();
            sizes.extend(chain.iter().map(|_| (LANE, 1.0)));
            siblings.push((from, chain.first().copied().unwrap_or(to)));
            let all = || [from].into_iter().chain(chain.iter().copied()).chain([to]);
            links.extend(all().zip(all().skip(1)));
        }
        chains.push(chain);
    }
    siblings.sort_by_key(|(from, _)| *from);
    let mut layout = placed(&sizes, &links, &siblings, measures);
    let points = std::mem::take(&mut layout.nodes);
    let is_back = |at: usize| edges.get(at) != forward.get(at).and_then(Option::as_ref);
    let ways = chains.iter().enumerate().map(|(at, chain)| {
        let mut way: Vec<Point> = chain.iter().filter_map(|at| points.get(*at).copied()).collect();
        if is_back(at) {
            way.reverse();
        }
        way
    });
    layout.ways = ways.collect();
    layout.nodes = points.into_iter().take(count).collect();
    layout
}

/// The edges between different nodes, those that close a circle turned around.
fn acyclic(count: usize, edges: &[(usize, usize)]) -> Vec<Option<(usize, usize)>> {
    let is_edge = |(from, to): (usize, usize)| from != to && from < count && to < count;
    let mut outgoing = vec![Vec::new(); count];
    let mut entered = vec![false; count];
    for (at, edge) in edges.iter().enumerate().filter(|(_, edge)| is_edge(**edge)) {
        outgoing.get_mut(edge.0).into_iter().for_each(|out: &mut Vec<usize>| out.push(at));
        entered.get_mut(edge.1).into_iter().for_each(|entered| *entered = true);
    }
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut states = vec![State::New; count];
    let mut back = HashSet::new();
    // Nodes without a way in come first, so that a circle is turned around where it comes back.
    let first = (0..count).filter(|node| entered.get(*node) == Some(&false));
    for start in first.chain(0..count) {
        let mut path = vec![(start, 0)];
        while let Some((node, next)) = path.pop() {
            let Some(state) = states.get_mut(node) else { continue };
            if next == 0 {
                if *state != State::New {
                    continue;
                }
                *state = State::Open;
            }
            let Some(at) = outgoing.get(node).and_then(|out| out.get(next)) else {
                *state = State::Done;
                continue;
            };
            path.push((node, next + 1));
            let to = edges.get(*at).map_or(node, |edge| edge.1);
            match states.get(to) {
                Some(State::New) => path.push((to, 0)),
                Some(State::Open) => drop(back.insert(*at)),
                _ => {}
            }
        }
    }
    let turned = edges.iter().enumerate().map(|(at, edge)| {
        is_edge(*edge).then_some(if back.contains(&at) { (edge.1, edge.0) } else { *edge })
    });
    turned.collect()
}

/// The length of the longest way to each node.
fn ranks(count: usize, edges: &[Option<(usize, usize)>]) -> Vec<usize> {
    let (mut ranks, mut waits) = (vec![0_usize; count], vec![0_usize; count]);
    let mut outgoing = vec![Vec::new(); count];
    for (from, to) in edges.iter().flatten() {
        outgoing.get_mut(*from).into_iter().for_each(|out: &mut Vec<usize>| out.push(*to));
        waits.get_mut(*to).into_iter().for_each(|waits| *waits += 1);
    }
    let mut ready: VecDeque<usize> =
        (0..count).filter(|node| waits.get(*node) == Some(&0)).collect();
    while let Some(node) = ready.pop_front() {
        let next = ranks.get(node).copied().unwrap_or_default() + 1;
        for to in outgoing.get(node).into_iter().flatten() {
            let Some((rank, waits)) = ranks.get_mut(*to).zip(waits.get_mut(*to)) else { continue };
            (*rank, *waits) = ((*rank).max(next), waits.saturating_sub(1));
            if *waits == 0 {
                ready.push_back(*to);
            }
        }
    }
    ranks
}

/// The middle of each node: its rank is its column, and a column is in the order of what leads to its nodes.
fn stacked(
    edges: &[Option<(usize, usize)>],
    ranks: &[usize],
    Measures { width, height, gap, spacing }: Measures,
) -> Vec<Point> {
    let mut sources = vec![Vec::new(); ranks.len()];
    for (from, to) in edges.iter().flatten() {
        sources.get_mut(*to).into_iter().for_each(|all: &mut Vec<usize>| all.push(*from));
    }
    let mut order: Vec<usize> = (0..ranks.len()).collect();
    order.sort_by_key(|node| ranks.get(*node));
    let mut places: Vec<Point> = vec![(0.0, 0.0); ranks.len()];
    for column in order.chunk_by_mut(|a, b| ranks.get(*a) == ranks.get(*b)) {
        let before = |node: &usize| {
            let heights = sources.get(*node).into_iter().flatten().filter_map(|it| places.get(*it));
            heights.map(|place| place.1).reduce(f64::midpoint).unwrap_or_default()
        };
        column.sort_by(|a, b| before(a).total_cmp(&before(b)));
        for (row, node) in column.iter().enumerate() {
            let rank = ranks.get(*node).copied().unwrap_or_default();
            let x = count(rank) * (width + gap) + width / 2.0;
            let y = count(row) * (height + spacing) + height / 2.0;
            places.get_mut(*node).into_iter().for_each(|place| *place = (x, y));
        }
    }
    places
}

/// Places everything: layers become columns, and parts without a connection stand below each other. `siblings`: what
/// each node leads to, in the order of its ways.
fn placed(
    sizes: &[Point],
    links: &BTreeSet<(usize, usize)>,
    siblings: &[(usize, usize)],
    measures: Measures,
) -> Layout {
    let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let vertices: Vec<(u32, Point)> =
        sizes.iter().enumerate().map(|(at, size)| (number(at), *size)).collect();
    let links: Vec<(u32, u32)> = links.iter().map(|(a, b)| (number(*a), number(*b))).collect();
    let config = Config {
        vertex_spacing: measures.spacing,
        // Each link spans one layer, so that all ways of ranking agree: this one takes no time.
        ranking_type: RankingType::Up,
        transpose: sizes.len() <= MOST_SWAPPED,
        ..Config::default()
    };
    let mut parts = rust_sugiyama::from_vertices_and_edges(&vertices, &links, &config);
    // The part of the first node is first.
    parts.sort_by_cached_key(|(part, ..)| part.iter().map(|(at, _)| *at).min());
    let mut layout = Layout { nodes: vec![(0.0, 0.0); sizes.len()], ..Layout::default() };
    for (part, ..) in parts {
        let half = |at: usize| sizes.get(at).map_or(0.0, |size| size.0 / 2.0);
        let layers: BTreeSet<i64> = part.iter().map(|(_, (_, layer))| rounded(*layer)).collect();
        let column = |layer: f64| layers.range(..rounded(layer)).count();
        // Action 1 stands above action 2, if the part can be turned so.
        let heights: HashMap<usize, f64> = part.iter().map(|(at, (y, _))| (*at, *y)).collect();
        let pairs = siblings.iter().zip(siblings.iter().skip(1)).filter(|(a, b)| a.0 == b.0);
        let pairs = pairs.filter_map(|(a, b)| heights.get(&a.1).zip(heights.get(&b.1)));
        let (down, up) = pairs.fold((0, 0), |(down, up), (a, b)| {
            (down + usize::from(a < b), up + usize::from(a > b))
        });
        let turn = if up > down { -1.0 } else { 1.0 };
        let edge = |(at, (y, _)): &(usize, Point)| turn * y - half(*at);
        let top = part.iter().map(edge).fold(f64::INFINITY, f64::min);
        let start = if layout.height > 0.0 { layout.height + measures.spacing } else { 0.0 };
        for (at, (y, layer)) in part {
            let x = count(column(layer)) * (measures.width + measures.gap) + measures.width / 2.0;
            let y = turn * y - top + start;
            layout.width = layout.width.max(x + measures.width / 2.0);
            layout.height = layout.height.max(y + half(at));
            layout.nodes.get_mut(at).into_iter().for_each(|point| *point = (x, y));
        }
    }
    layout
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a layer has its own whole number after rounding"
)]
fn rounded(layer: f64) -> i64 {
    layer.round() as i64
}

#[expect(clippy::cast_precision_loss, reason = "a column has a small number")]
fn count(column: usize) -> f64 {
    column as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MEASURES: Measures = Measures { width: 200.0, height: 60.0, gap: 90.0, spacing: 24.0 };

    fn overlaps(layout: &Layout) -> Option<(usize, usize)> {
        let near = |a: &Point, b: &Point| {
            (a.0 - b.0).abs() < MEASURES.width - 0.1 && (a.1 - b.1).abs() < MEASURES.height - 0.1
        };
        let nodes = &layout.nodes;
        let pairs = (0..nodes.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
        pairs.into_iter().find(|(a, b)| near(&nodes[*a], &nodes[*b]))
    }

    #[test]
    fn a_funnel_runs_from_left_to_right_and_long_ways_lead_around_nodes() {
        // 0 → 1 → 2 → 3, and 0 → 3 past both.
        let layout = layout(4, &[(0, 1), (1, 2), (2, 3), (0, 3)], MEASURES);
        let columns: Vec<f64> = layout.nodes.iter().map(|point| point.0).collect();
        assert_eq!(columns, [100.0, 390.0, 680.0, 970.0]);
        assert_eq!(layout.ways.iter().map(Vec::len).collect::<Vec<_>>(), [0, 0, 0, 2]);
        for (way, node) in layout.ways[3].iter().zip(&layout.nodes[1..]) {
            assert_eq!(way.0, node.0);
            assert!((way.1 - node.1).abs() > MEASURES.height / 2.0, "{layout:?}");
        }
    }

    #[test]
    fn what_a_node_leads_to_stands_in_the_order_of_its_ways() {
        for (edges, order) in [
            (vec![(0, 1), (0, 2), (1, 3), (1, 4), (2, 5), (2, 6)], [[1, 2], [3, 4], [5, 6]]),
            (vec![(0, 2), (0, 1), (1, 6), (1, 5), (2, 4), (2, 3)], [[2, 1], [6, 5], [4, 3]]),
        ] {
            let nodes = layout(7, &edges, MEASURES).nodes;
            assert!(order.iter().all(|[a, b]| nodes[*a].1 < nodes[*b].1), "{nodes:?}");
        }
    }

    #[test]
    fn edges_between_the_same_nodes_have_one_way() {
        let one = layout(4, &[(0, 1), (1, 2), (2, 3), (0, 3)], MEASURES);
        let mut edges = vec![(0, 1), (1, 2), (2, 3)];
        edges.extend([(0, 3); 10_000]);
        let many = layout(4, &edges, MEASURES);
        assert_eq!((&many.nodes, many.ways.len()), (&one.nodes, edges.len()));
        assert!(many.ways[3..].iter().all(|way| *way == one.ways[3]));
    }

    #[test]
    fn a_circle_runs_back_and_edges_to_nowhere_have_no_way() {
        let layout = layout(3, &[(0, 1), (1, 2), (2, 0), (1, 1), (0, 9)], MEASURES);
        assert!(layout.nodes.is_sorted_by(|a, b| a.0 < b.0), "{layout:?}");
        assert_eq!(layout.ways.len(), 5);
        // From the last to the first column, through the middle one.
        assert_eq!(layout.ways[2].len(), 1);
    }

    #[test]
    fn nothing_has_no_size_and_one_node_has_its_own() {
        assert_eq!(layout(0, &[], MEASURES), Layout::default());
        let one = layout(1, &[], MEASURES);
        assert_eq!((one.width, one.height, one.nodes[0]), (200.0, 60.0, (100.0, 30.0)));
    }

    #[test]
    fn the_points_of_a_large_funnel_are_bounded() {
        let chain = (1..1000).map(|at| (at - 1, at));
        let far = (0..500).flat_map(|at| [(at, at + 500), (at + 400, at)]);
        let edges: Vec<_> = chain.chain(far).collect();
        let layout = layout(1000, &edges, MEASURES);
        let points: usize = layout.ways.iter().map(Vec::len).sum();
        assert!((1_000..=1016 * MOST_POINTS).contains(&points), "{points}");
        assert_eq!(overlaps(&layout), None);
    }

    #[test]
    fn a_deep_or_wide_graph_of_any_size_needs_no_more_stack() {
        let chain = |count: usize| (1..count).map(|at| (at - 1, at)).collect::<Vec<_>>();
        let star = |count: usize| (1..count).map(|at| (0, at)).collect::<Vec<_>>();
        // Long ways beside each other, down and up again.
        let ladder = || [chain(1_000), vec![(0, 999); 20]].concat();
        let circle = |count: usize| [chain(count), vec![(count - 1, 0)]].concat();
        let rows = [
            (2_000, chain(2_000)),
            (2_000, star(2_000)),
            (1_000, ladder()),
            (2_000, circle(2_000)),
            (100_000, chain(100_000)),
            (100_000, star(100_000)),
            (100_000, circle(100_000)),
        ];
        for (count, edges) in rows {
            let run = move || layout(count, &edges, MEASURES).nodes.len();
            let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(run).unwrap();
            assert_eq!(thread.join().unwrap(), count);
        }
    }

    #[test]
    fn a_large_graph_is_stacked_without_overlaps() {
        let edges: Vec<_> = (1..2_500).map(|at| ((at - 1) / 3, at)).collect();
        let layout = layout(2_500, &edges, MEASURES);
        assert_eq!(overlaps(&layout), None);
        assert!(edges.iter().all(|(from, to)| layout.nodes[*from].0 < layout.nodes[*to].0));
    }

    proptest! {
        #[test]
        fn no_two_nodes_overlap_and_each_is_inside(
            count in 1_usize..40,
            edges in prop::collection::vec((0_usize..40, 0_usize..40), 0..70),
        ) {
            let layout = layout(count, &edges, MEASURES);
            prop_assert_eq!(overlaps(&layout), None);
            prop_assert_eq!(layout.nodes.len(), count);
            prop_assert_eq!(layout.ways.len(), edges.len());
            for (x, y) in &layout.nodes {
                prop_assert!(*x >= 99.9 && *y >= 29.9 && *x <= layout.width - 99.9 && *y <= layout.height - 29.9);
            }
        }
    }
}
