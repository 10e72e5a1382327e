//! The lines of a picture: their ways, where they leave and enter cards, and their labels.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt::Write as _;

use super::text::{escaped, fitted, grouped, length};
use super::{Line, Picture, width, worst};
use crate::Severity;
use crate::layout::{Layout, Measures, Point};

/// The length of an arrow.
const ARROW: f64 = 9.0;

const LABEL: f64 = 11.0;

const LONGEST_LABEL: f64 = 192.0;

/// Beside a label, to a card or to another label.
const BESIDE: f64 = 4.0;

impl Line {
    /// The parts of the label that fit, and how many do not.
    fn text(&self) -> String {
        let sign = (worst(&self.marks).map(|(worst, _)| worst) == Some(Severity::Error))
            .then(|| "⚠".to_owned());
        let visits = self.visits.map(|visits| grouped(visits, 0));
        let parts: Vec<String> =
            sign.into_iter().chain(self.labels.iter().cloned()).chain(visits).collect();
        let shown = |count: usize| {
            let parts = parts.get(..count).unwrap_or(&parts).join(" · ");
            let left = self.labels.len().saturating_sub(count);
            if left > 0 { format!("{parts} +{left}") } else { parts }
        };
        let fits = (1..=parts.len().min(32)).rev().map(shown);
        let mut fits = fits.filter(|text| length(text, LABEL) <= LONGEST_LABEL);
        fits.next().unwrap_or_else(|| fitted(&shown(1), LABEL, LONGEST_LABEL))
    }
}

impl Picture {
    /// The room between two columns: for the longest label.
    pub(super) fn gap(&self) -> f64 {
        let labels = self.lines.iter().map(|line| length(&line.text(), LABEL));
        labels.fold(140.0, |gap, label| f64::max(gap, label + 4.0 * BESIDE + ARROW))
    }

    pub(super) fn draw_lines(&self, layout: &Layout, measures: Measures, out: &mut String) {
        let leave = ports(&self.lines, layout, measures, |line| (line.from, line.to), true);
        let enter = ports(&self.lines, layout, measures, |line| (line.to, line.from), false);
        let most = self.lines.iter().filter_map(|line| line.visits).max();
        let (mut out_of, mut into) = (HashMap::new(), HashMap::new());
        for line in &self.lines {
            *out_of.entry(line.from).or_insert(0_usize) += 1;
            *into.entry(line.to).or_insert(0_usize) += 1;
        }
        let mut labels = Labels::default();
        let mut texts = String::new();
        for (at, line) in self.lines.iter().enumerate() {
            let shifts = leave.get(at).copied().zip(enter.get(at).copied());
            let Some(way) = shifts.and_then(|shifts| way(at, line, shifts, layout, measures))
            else {
                continue;
            };
            let wide =
                width(line.visits, most).map(|it| format!(" style=\"stroke-width:{it:.1}\""));
            let severity = worst(&line.marks).map_or("", |(severity, _)| severity.as_str());
            let _ = write!(
                out,
                "<path class=\"line{}{}\" data-from=\"n{}\" data-to=\"n{}\" d=\"{}\"{} \
                 marker-end=\"url(#arrow)\">",
                if way.is_back { " back" } else { "" },
                if severity.is_empty() { String::new() } else { format!(" {severity}") },
                line.from,
                line.to,
                way.path,
                wide.unwrap_or_default(),
            );
            let told: Vec<String> = line.marks.iter().map(|mark| escaped(&mark.text)).collect();
            if !told.is_empty() {
                let _ = write!(out, "<title>{}</title>", told.join("&#10;"));
            }
            out.push_str("</path>\n");
            let text = line.text();
            if !text.is_empty() {
                let long = length(&text, LABEL);
                let (x, y) =
                    labels.place(&way, long, out_of.get(&line.from).cmp(&into.get(&line.to)));
                let ends = format!("data-from=\"n{}\" data-to=\"n{}\"", line.from, line.to);
                let _ = write!(
                    texts,
                    "<rect class=\"pill\" {ends} x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"14\" rx=\"3\"/>\n\
                     <text class=\"label {severity}\" {ends} x=\"{x:.1}\" y=\"{:.1}\">{}",
                    x - long / 2.0 - 2.0,
                    y - 7.0,
                    long + 4.0,
                    y + 4.0,
                    escaped(&text)
                );
                if line.labels.len() > 1 {
                    let _ = write!(texts, "<title>{}</title>", escaped(&line.labels.join(" · ")));
                }
                texts.push_str("</text>\n");
            }
        }
        // Above all lines.
        out.push_str(&texts);
    }
}

/// A drawn line, and its first curve, which carries the label.
struct Way {
    path: String,
    start: Point,
    end: Point,
    is_back: bool,
}

impl Way {
    /// A point of the first curve, from 0 to 1.
    fn at(&self, t: f64) -> Point {
        let s = 1.0 - t;
        let (early, late) = (s * s * s + 3.0 * s * s * t, 3.0 * s * t * t + t * t * t);
        let middle = (self.start.0 + self.end.0) / 2.0;
        let bend = 3.0 * s * s * t + 3.0 * s * t * t;
        let x = s * s * s * self.start.0 + bend * middle + t * t * t * self.end.0;
        (x, early * self.start.1 + late * self.end.1)
    }

    /// Where on the curve a label stands whose middle is so far from one end of it, to the inside.
    fn beside(&self, end: f64, far: f64) -> f64 {
        let side = (self.end.0 - self.start.0).signum();
        let x = end + side * far;
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..12 {
            let middle = f64::midpoint(low, high);
            if (self.at(middle).0 - x) * side < 0.0 {
                low = middle;
            } else {
                high = middle;
            }
        }
        low
    }
}

/// Labels that stand already, by the square of the picture that they are in.
#[derive(Default)]
struct Labels(HashMap<(i64, i64), Vec<(Point, f64)>>);

impl Labels {
    /// Finds a place on the line where no other label stands, first at the end where fewer lines meet; if there is
    /// none, the middle.
    fn place(&mut self, way: &Way, width: f64, out_of_to_into: Ordering) -> Point {
        let room = width / 2.0 + BESIDE;
        let first = match out_of_to_into {
            Ordering::Greater => way.beside(way.end.0, -room - BESIDE),
            Ordering::Less => way.beside(way.start.0, room + BESIDE),
            Ordering::Equal => 0.5,
        };
        let places = [first, 0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.1].map(|t| way.at(t));
        let free = places.into_iter().find(|point| self.is_free(*point, width));
        let point = free.unwrap_or(way.at(0.5));
        self.0.entry(square(point)).or_default().push((point, width));
        point
    }

    fn is_free(&self, point: Point, width: f64) -> bool {
        let (column, row) = square(point);
        let near = (-1..=1).flat_map(|x| (-1..=1).map(move |y| (column + x, row + y)));
        let mut near = near.filter_map(|square| self.0.get(&square)).flatten();
        near.all(|(other, wide)| {
            (other.0 - point.0).abs() > (width + wide) / 2.0 + BESIDE
                || (other.1 - point.1).abs() > LABEL + 3.0
        })
    }
}

/// A square has the size of the longest label.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a picture has fewer squares than an i64 numbers"
)]
fn square((x, y): Point) -> (i64, i64) {
    ((x / (LONGEST_LABEL + 8.0)).floor() as i64, (y / (LONGEST_LABEL + 8.0)).floor() as i64)
}

/// How far from the middle of a card each line leaves or enters it: beside each other, in the order of their
/// other ends. `ends`: the card, and the other end.
fn ports(
    lines: &[Line],
    layout: &Layout,
    measures: Measures,
    ends: fn(&Line) -> (usize, usize),
    is_first: bool,
) -> Vec<f64> {
    let mut order: Vec<(usize, f64, usize)> = Vec::with_capacity(lines.len());
    for (at, line) in lines.iter().enumerate() {
        let (card, other) = ends(line);
        let way = layout.ways.get(at);
        let next = way.and_then(|way| if is_first { way.first() } else { way.last() });
        let height = next.or(layout.nodes.get(other)).map_or(0.0, |point| point.1);
        order.push((card, height, at));
    }
    order.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut shifts = vec![0.0; lines.len()];
    for group in order.chunk_by(|a, b| a.0 == b.0) {
        let many = u32::try_from(group.len()).map_or(1.0, f64::from);
        let step = ((measures.height - 24.0) / many).min(16.0);
        let mut shift = (1.0 - many) / 2.0 * step;
        for (.., at) in group {
            shifts.get_mut(*at).into_iter().for_each(|own| *own = shift);
            shift += step;
        }
    }
    shifts
}

fn way(
    at: usize,
    line: &Line,
    shifts: (f64, f64),
    layout: &Layout,
    measures: Measures,
) -> Option<Way> {
    let (from, to) = (*layout.nodes.get(line.from)?, *layout.nodes.get(line.to)?);
    let half = measures.width / 2.0;
    if line.from == line.to {
        let (x, top) = (from.0 + half, from.1 - measures.height / 2.0);
        let path = format!(
            "M{x:.1} {0:.1}C{1:.1} {0:.1} {1:.1} {2:.1} {3:.1} {4:.1}",
            from.1 - 10.0,
            x + 46.0,
            top - 26.0,
            x - 30.0,
            top - ARROW
        );
        return Some(Way { path, start: (x, from.1), end: (x + 60.0, top - 20.0), is_back: true });
    }
    let is_back = to.0 <= from.0;
    // A line that leads back leaves a card on its left side.
    let side = if is_back { -1.0 } else { 1.0 };
    let start = (from.0 + side * half, from.1 + shifts.0);
    let end = (to.0 - side * (half + ARROW), to.1 + shifts.1);
    // Each column on the way is crossed level.
    let between = layout.ways.get(at).into_iter().flatten();
    let between = between.map(|point| (point.0 - side * half, point.0 + side * half, point.1));
    let mut path = format!("M{:.1} {:.1}", start.0, start.1);
    let (mut last, mut first_end) = (start, None);
    for (x, beyond, y) in between.chain([(end.0, end.0, end.1)]) {
        let middle = (last.0 + x) / 2.0;
        let _ = write!(path, "C{middle:.1} {:.1} {middle:.1} {y:.1} {x:.1} {y:.1}", last.1);
        if (beyond - x).abs() > 0.0 {
            let _ = write!(path, "H{beyond:.1}");
        }
        first_end.get_or_insert((x, y));
        last = (beyond, y);
    }
    Some(Way { path, start, end: first_end?, is_back })
}
