//! The picture in the language of Mermaid, which GitHub and many wikis draw.

use std::fmt::Write as _;

use super::text::plain;
use super::{Picture, worst};

/// Colours that carry white text, on light and dark pages.
const CLASSES: &[(&str, &str, &[&str])] = &[
    ("root", "#475569", &["root"]),
    ("rotator", "#4f46e5", &["rotator"]),
    ("lander", "#2563eb", &["lander", "lander-group"]),
    ("offer", "#047857", &["offer", "offer-group"]),
    ("condition", "#b45309", &["condition"]),
    ("leave", "#57534e", &["external-url"]),
    ("notify", "#9333ea", &["webhook", "visitor-tag"]),
    ("ask", "#7e22ce", &["middleware", "ai"]),
    ("logic", "#0f766e", &["logic"]),
    ("missing", "#b91c1c", &["missing"]),
];

impl Picture {
    /// The picture as a flowchart of [Mermaid](https://mermaid.js.org). Names are escaped.
    pub fn mermaid(&self) -> String {
        let mut out = String::from("flowchart LR\n");
        if let Some(caption) = &self.caption {
            let _ = writeln!(out, "  %% {}", quoted(caption));
        }
        for mark in &self.marks {
            let _ = writeln!(out, "  %% {}: {}", mark.severity, quoted(&mark.text));
        }
        for (at, node) in self.nodes.iter().enumerate() {
            let class = CLASSES.iter().find(|(.., kinds)| kinds.contains(&node.kind));
            let class = class.map(|(name, ..)| format!(":::{name}")).unwrap_or_default();
            let mut lines = vec![quoted(&node.kind.replace('-', " ")), quoted(&node.label)];
            lines.extend(node.numbers.map(|numbers| quoted(&numbers.short())));
            let told = node.marks.iter().map(|mark| mark.text.as_str());
            lines.extend(told.map(|text| quoted(&format!("⚠ {text}"))));
            let _ = writeln!(out, "  n{at}[\"{}\"]{class}", lines.join("<br/>"));
        }
        for line in &self.lines {
            let visits = line.visits.map(|visits| super::text::grouped(visits, 0));
            let labels: Vec<String> = line.labels.iter().cloned().chain(visits).collect();
            let told = line.marks.iter().map(|mark| format!("⚠ {}", mark.text));
            let own = [labels.join(" · ")].into_iter().filter(|label| !label.is_empty());
            let label = own.chain(told).map(|text| quoted(&text)).collect::<Vec<_>>().join("<br/>");
            let label = if label.is_empty() { label } else { format!("|\"{label}\"|") };
            let _ = writeln!(out, "  n{} -->{label} n{}", line.from, line.to);
        }
        for (name, colour, _) in CLASSES {
            let _ = writeln!(out, "  classDef {name} fill:{colour},stroke:{colour},color:#fff");
        }
        for (at, node) in self.nodes.iter().enumerate() {
            if let Some((severity, _)) = worst(&node.marks) {
                let colour = if severity == crate::Severity::Error { "#dc2626" } else { "#f59e0b" };
                let _ = writeln!(out, "  style n{at} stroke:{colour},stroke-width:4px");
            }
        }
        let most = self.lines.iter().filter_map(|line| line.visits).max();
        for (at, line) in self.lines.iter().enumerate() {
            if let Some(width) = super::width(line.visits, most) {
                let _ = writeln!(out, "  linkStyle {at} stroke-width:{width:.1}px");
            }
        }
        out
    }
}

/// A text between the quotes of Mermaid: all but letters, digits and harmless signs become `#number;`.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in plain(text).chars() {
        if c.is_alphanumeric() || matches!(c, ' ' | '.' | ',' | '-' | '−' | '·' | '⚠' | '\u{fffd}')
        {
            out.push(c);
        } else {
            let _ = write!(out, "#{};", u32::from(c));
        }
    }
    out
}
