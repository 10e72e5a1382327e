//! White space: the layout of added values, indented and compact texts.

use std::ops::Range;

use crate::scan::{MemberSpan, quote, slice};
use crate::token::{is_space, tokens};

/// The deepest indent: the white space of a text of brackets would grow with the square of its length.
const DEEPEST: usize = 128;

/// White space around the members of one object, or the items of one list.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// Between a comma and what follows. In an indented text: the end of the line and the indent.
    gap: String,
    colon: String,
    /// What one level of depth adds to an indented gap.
    unit: String,
}

impl Layout {
    /// The layout around a whole text, taken from its first member.
    pub(crate) fn of_document(text: &str, span: &Range<usize>, members: &[MemberSpan]) -> Self {
        let first = members.first();
        let gap = first.map_or("", |member| slice(text, &(span.start + 1..member.name.start)));
        let unit = gap.rsplit_once('\n').map_or("", |(_, indent)| indent);
        let colon = first.map_or("", |member| slice(text, &(member.name.end..member.value.start)));
        let colon = if colon.is_empty() { ":" } else { colon };
        // The object itself is one level above its members.
        let outer = gap.strip_suffix(unit).unwrap_or(gap);
        let gap = if gap.contains('\n') { outer } else { spaced(colon) };
        Self { gap: gap.to_owned(), colon: colon.to_owned(), unit: unit.to_owned() }
    }

    pub(crate) fn of_members(
        &self,
        text: &str,
        object: &Range<usize>,
        members: &[MemberSpan],
    ) -> Self {
        let Some(last) = members.last() else { return self.inner() };
        let colon = slice(text, &(last.name.end..last.value.start));
        let spans: Vec<_> = members.iter().map(|one| one.name.start..one.value.end).collect();
        let gap = match gap(text, object, &spans) {
            "" if members.len() == 1 => spaced(colon),
            gap => gap,
        };
        Self { gap: gap.to_owned(), colon: colon.to_owned(), unit: self.unit.clone() }
    }

    pub(crate) fn of_items(&self, text: &str, list: &Range<usize>, items: &[Range<usize>]) -> Self {
        match items {
            [] => self.inner(),
            items => Self { gap: gap(text, list, items).to_owned(), ..self.clone() },
        }
    }

    fn inner(&self) -> Self {
        let unit = if self.is_indented() { &self.unit } else { "" };
        Self { gap: format!("{}{unit}", self.gap), ..self.clone() }
    }

    fn is_indented(&self) -> bool {
        self.gap.contains('\n')
    }

    pub(crate) fn next_member(&self, name: &str, value: &str) -> String {
        format!(",{}{}{}{}", self.gap, quote(name), self.colon, self.value(value))
    }

    pub(crate) fn only_member(&self, name: &str, value: &str) -> String {
        let inner = self.inner();
        let (name, value) = (quote(name), inner.value(value));
        let (before, after) = if self.is_indented() { (&*inner.gap, &*self.gap) } else { ("", "") };
        format!("{{{before}{name}{}{value}{after}}}", self.colon)
    }

    /// Strings and numbers keep their spelling, and a value with white space its own layout.
    pub(crate) fn value(&self, json: &str) -> String {
        let json = json.trim();
        let plain = !self.is_indented() && self.colon == ":";
        if plain || !json.starts_with(['{', '[']) || tokens(json).any(is_blank) {
            return json.to_owned();
        }
        laid_out(json, &self.gap, &self.colon, &self.unit)
    }
}

/// The white space after commas in a text with this colon, as in `{"a": 1, "b": 2}`.
fn spaced(colon: &str) -> &'static str {
    if colon.ends_with(' ') { " " } else { "" }
}

/// The white space in front of the last entry of an object or list.
fn gap<'a>(text: &'a str, whole: &Range<usize>, entries: &[Range<usize>]) -> &'a str {
    match entries {
        [.., before, last] => {
            let between = slice(text, &(before.end..last.start));
            between.split_once(',').map_or(between, |(_, gap)| gap)
        }
        [only] => slice(text, &(whole.start + 1..only.start)),
        [] => "",
    }
}

fn is_blank(token: &str) -> bool {
    token.bytes().next().is_some_and(is_space)
}

/// Lays a text out in lines, two spaces a level. Only white space changes: `1.50` stays `1.50`.
///
/// ```
/// assert_eq!(
///     funnelflux_json::indent(r#"{"a":[1.50,{ }],"b":""}"#),
///     "{\n  \"a\": [\n    1.50,\n    {}\n  ],\n  \"b\": \"\"\n}"
/// );
/// ```
#[must_use]
pub fn indent(json: &str) -> String {
    laid_out(json, "\n", ": ", "  ")
}

/// Removes the white space around the tokens of a text. Nothing else changes: `1.50` stays `1.50`.
#[must_use]
pub fn compact(json: &str) -> String {
    laid_out(json, "", ":", "")
}

/// `gap` follows commas. One with a line break also surrounds what brackets hold, with a `unit` a level.
fn laid_out(json: &str, gap: &str, colon: &str, unit: &str) -> String {
    let is_indented = gap.contains('\n');
    let line = |out: &mut String, depth: usize| {
        if is_indented {
            out.push_str(gap);
            out.extend(std::iter::repeat_n(unit, depth.min(DEEPEST)));
        }
    };
    let mut out = String::with_capacity(json.len() * 2);
    let (mut depth, mut is_opened) = (0_usize, false);
    for token in tokens(json).filter(|token| !is_blank(token)) {
        let is_opening = matches!(token, "{" | "[");
        if matches!(token, "}" | "]") {
            depth = depth.saturating_sub(1);
            if !is_opened {
                line(&mut out, depth);
            }
        } else if is_opened {
            line(&mut out, depth);
        }
        match token {
            ":" => out.push_str(colon),
            "," if is_indented => {
                out.push(',');
                line(&mut out, depth);
            }
            "," => {
                out.push(',');
                out.push_str(gap);
            }
            _ => out.push_str(token),
        }
        depth += usize::from(is_opening);
        is_opened = is_opening;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indenting_changes_nothing_but_the_layout() {
        let json = r#"{"b":1.50,"a":[1e3,{ },"x\"]{\\"],"n":12345678901234567890 ,"e":[]}"#;
        let pretty = indent(json);
        assert_eq!(
            pretty,
            "{\n  \"b\": 1.50,\n  \"a\": [\n    1e3,\n    {},\n    \"x\\\"]{\\\\\"\n  ],\n  \
             \"n\": 12345678901234567890,\n  \"e\": []\n}"
        );
        assert_eq!(indent(&pretty), pretty);
        assert_eq!(
            compact(&pretty),
            r#"{"b":1.50,"a":[1e3,{},"x\"]{\\"],"n":12345678901234567890,"e":[]}"#
        );
    }
}
