//! The picture as one page of HTML, with pan, zoom and a tooltip for each node.

use std::fmt::Write as _;

use super::Picture;
use super::svg::{Drawn, STYLE as PICTURE};
use super::text::escaped;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The SHA-256 of the script. A page allows this script alone, so that no text of a funnel can run.
const SCRIPT_HASH: &str = "sha256-y1NdtYb+p7imWB4lL/4z7aqlGPVjENI1oVomFbrF2cM=";

impl Picture {
    /// The picture as a page that needs nothing beside it and loads nothing. A wheel or a pinch zooms, dragging
    /// moves; `+`, `-`, `0` and the arrows do the same. Names are escaped.
    pub fn html(&self) -> String {
        let Drawn { content, width, height } = self.drawn(false);
        let title = escaped(&self.title);
        let mut tips = String::new();
        for (at, node) in self.nodes.iter().enumerate() {
            let _ = write!(
                tips,
                "<div class=\"tip\" id=\"tip-n{at}\" role=\"tooltip\" hidden><b>{}</b><dl>",
                escaped(&node.label)
            );
            for (name, value) in self.tooltip(node) {
                let _ = write!(tips, "<dt>{}</dt><dd>{}</dd>", escaped(name), escaped(&value));
            }
            tips.push_str("</dl></div>\n");
        }
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
             script-src '{SCRIPT_HASH}'\">\n\
             <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
             <style>\n{PICTURE}{STYLE}</style>\n</head>\n<body>\n\
             <svg id=\"funnel\" viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\" aria-label=\"{title}\">\n\
             {content}</svg>\n<nav aria-label=\"Zoom\"><button id=\"in\" title=\"Zoom in (+)\">+</button>\
             <button id=\"out\" title=\"Zoom out (-)\">−</button><button id=\"fit\" title=\"Fit (0)\">⤢</button></nav>\n\
             {tips}<script>{SCRIPT}</script>\n</body>\n</html>\n"
        )
    }
}
