//! The picture as SVG: nodes as cards from left to right, connections as lines between them.

use std::fmt::Write as _;

use super::text::{escaped, fitted};
use super::{Mark, Picture, Spot, worst};
use crate::layout::{Measures, Point, layout};

/// The width and height of a card, without and with a line of numbers.
const CARD: Point = (216.0, 54.0);
const CARD_WITH_NUMBERS: Point = (244.0, 72.0);

const MARGIN: f64 = 24.0;

/// The most findings of the whole funnel in the head of a picture.
const MOST_MARKS: usize = 5;

const NARROWEST: f64 = 420.0;

/// Colours for light pages, and for dark ones where the system of the reader asks for them.
pub(super) const STYLE: &str = include_str!("picture.css");

/// The content of a picture and its size.
pub(super) struct Drawn {
    pub(super) content: String,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Picture {
    /// The picture as SVG, for light and dark pages. Names are escaped, and nothing is loaded from elsewhere.
    pub fn svg(&self) -> String {
        let Drawn { content, width, height } = self.drawn(true);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
             height=\"{height:.0}\" role=\"img\" aria-label=\"{}\">\n<style>\n{STYLE}</style>\n\
             <rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n{content}</svg>\n",
            escaped(&self.title),
        )
    }

    /// Draws the picture. `with_titles`: with a title for each node, which a browser shows when it is pointed at.
    pub(super) fn drawn(&self, with_titles: bool) -> Drawn {
        let (width, height) = if self.has_numbers() { CARD_WITH_NUMBERS } else { CARD };
        let measures = Measures { width, height, gap: self.gap(), spacing: 22.0 };
        let edges: Vec<_> = self.lines.iter().map(|line| (line.from, line.to)).collect();
        let layout = layout(self.nodes.len(), &edges, measures);
        let inner = layout.width.max(NARROWEST);
        let mut out = String::from(
            "<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"0\" refY=\"4\" markerWidth=\"10\" \
             markerHeight=\"10\" markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path class=\"arrow\" \
             d=\"M0 0 8 4 0 8z\"/></marker></defs>\n",
        );
        let mut y = MARGIN - 8.0;
        let caption = self.caption.iter().map(|text| ("caption", text.clone()));
        let marks = self
            .marks
            .iter()
            .take(MOST_MARKS)
            .map(|Mark { severity, text }| (severity.as_str(), format!("{severity}: {text}")));
        for (class, text) in [("title", self.title.clone())].into_iter().chain(caption).chain(marks)
        {
            let size = if class == "title" { 19.0 } else { 12.0 };
            y += size + 6.0;
            let text = escaped(&fitted(&text, size, inner));
            let _ = writeln!(
                out,
                "<text class=\"head {class}\" x=\"{MARGIN}\" y=\"{y}\">{text}</text>"
            );
        }
        let head = y + 22.0;
        let _ = writeln!(out, "<g transform=\"translate({MARGIN} {head})\">");
        self.draw_lines(&layout, measures, &mut out);
        for (at, node) in self.nodes.iter().enumerate() {
            let middle = layout.nodes.get(at).copied().unwrap_or_default();
            let corner = (middle.0 - width / 2.0, middle.1 - height / 2.0);
            let _ = write!(
                out,
                "<g class=\"node k-{}\" id=\"n{at}\" transform=\"translate({:.1} {:.1})\" tabindex=\"0\">",
                node.kind, corner.0, corner.1
            );
            if with_titles {
                let rows = self.tooltip(node).into_iter();
                let rows: String =
                    rows.map(|(name, value)| format!("&#10;{name}: {}", escaped(&value))).collect();
                let _ = write!(out, "<title>{}{rows}</title>", escaped(&node.label));
            }
            card(node, measures, &mut out);
            out.push_str("</g>\n");
        }
        out.push_str("</g>\n");
        Drawn { content: out, width: inner + 2.0 * MARGIN, height: layout.height + head + MARGIN }
    }
}

fn card(node: &Spot, Measures { width, height, .. }: Measures, out: &mut String) {
    let _ = write!(
        out,
        "<rect class=\"card\" width=\"{width}\" height=\"{height}\" rx=\"9\"/>\
         <path class=\"stripe\" d=\"M9 0A9 9 0 0 0 0 9V{}A9 9 0 0 0 9 {height}Z\"/>\
         <text class=\"kind\" x=\"20\" y=\"21\">{}</text><text class=\"name\" x=\"20\" y=\"41\">{}</text>",
        height - 9.0,
        node.kind.replace('-', " "),
        escaped(&fitted(&node.label, 15.0, width - 30.0)),
    );
    if let Some(numbers) = node.numbers {
        let numbers = escaped(&fitted(&numbers.short(), 11.5, width - 26.0));
        let _ = write!(out, "<text class=\"numbers\" x=\"20\" y=\"61\">{numbers}</text>");
    }
    if let Some((severity, count)) = worst(&node.marks) {
        let count = if count > 9 { "9+".to_owned() } else { count.to_string() };
        let _ = write!(
            out,
            "<g class=\"badge {severity}\" transform=\"translate({} 17)\"><circle r=\"10\"/>\
             <text y=\"4\">{count}</text></g>",
            width - 16.0,
        );
    }
}
