//! How a text is laid out, so that what is added looks like what is there.

use std::ops::Range;

use super::scan::{MemberSpan, slice};

/// White space around the members of one object, or the items of one list.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// Between a comma and what follows. In an indented text: the end of the line and the indent.
    gap: String,
    /// Between a name and its value.
    colon: String,
    /// What one level of depth adds to an indented gap.
    unit: String,
}

impl Layout {
    /// The layout around a whole document: that of its first line.
    pub(super) fn of_document(text: &str, members: &[MemberSpan]) -> Self {
        let first = members.first();
        let gap = first.map(|member| slice(text, &(1..member.name.start))).unwrap_or_default();
        let unit = match gap.rsplit_once('\n') {
            Some((_, indent)) => indent,
            None => "",
        };
        let colon = first
            .map(|member| slice(text, &(member.name.end..member.value.start)))
            .filter(|colon| !colon.is_empty())
            .unwrap_or(":");
        // The document itself stands one level above its members.
        let outer = gap.strip_suffix(unit).unwrap_or(gap);
        let gap = if gap.contains('\n') { outer } else { spaced(colon) };
        Self { gap: gap.to_owned(), colon: colon.to_owned(), unit: unit.to_owned() }
    }

    /// The layout of an object's members; `self` is the layout that the object stands in.
    pub(super) fn of_members(
        &self,
        text: &str,
        object: &Range<usize>,
        members: &[MemberSpan],
    ) -> Self {
        let Some(last) = members.last() else { return self.inner() };
        let colon = slice(text, &(last.name.end..last.value.start));
        let gap = match members.len().checked_sub(2).and_then(|before| members.get(before)) {
            Some(before) => after_comma(slice(text, &(before.value.end..last.name.start))),
            None => match slice(text, &(object.start + 1..last.name.start)) {
                "" => spaced(colon),
                gap => gap,
            },
        };
        Self { gap: gap.to_owned(), colon: colon.to_owned(), unit: self.unit.clone() }
    }

    /// The layout of a list's items.
    pub(super) fn of_items(&self, text: &str, list: &Range<usize>, items: &[Range<usize>]) -> Self {
        let gap = match items {
            [] => return self.inner(),
            [only] => slice(text, &(list.start + 1..only.start)),
            [.., before, last] => after_comma(slice(text, &(before.end..last.start))),
        };
        Self { gap: gap.to_owned(), ..self.clone() }
    }

    fn inner(&self) -> Self {
        let gap = if self.is_indented() {
            format!("{}{}", self.gap, self.unit)
        } else {
            self.gap.clone()
        };
        Self { gap, ..self.clone() }
    }

    fn is_indented(&self) -> bool {
        self.gap.contains('\n')
    }

    /// A member as it is written behind another: comma, name and value.
    pub(super) fn next_member(&self, name: &str, value: &str) -> String {
        format!(",{}{}{}{}", self.gap, quote(name), self.colon, self.value(value))
    }

    /// An object of one member, standing in this layout.
    pub(super) fn only_member(&self, name: &str, value: &str) -> String {
        let inner = self.inner();
        let value = inner.value(value);
        if self.is_indented() {
            format!("{{{}{}{}{value}{}}}", inner.gap, quote(name), self.colon, self.gap)
        } else {
            format!("{{{}{}{value}}}", quote(name), self.colon)
        }
    }

    /// A value standing in this layout. Strings and numbers stay as they are spelled, and so does a
    /// value that brings white space, and with it a layout, of its own.
    pub(super) fn value(&self, json: &str) -> String {
        let json = json.trim();
        let plain = !self.is_indented() && self.colon == ":";
        if plain || !json.starts_with(['{', '[']) || has_space(json) {
            return json.to_owned();
        }
        self.laid_out(json)
    }

    fn laid_out(&self, json: &str) -> String {
        let mut out = String::with_capacity(json.len() * 2);
        let mut depth = 0_usize;
        let mut in_string = false;
        let mut escaped = false;
        let mut opened = false;
        for letter in json.chars() {
            if in_string {
                out.push(letter);
                in_string = escaped || letter != '"';
                escaped = !escaped && letter == '\\';
                continue;
            }
            match letter {
                '}' | ']' => {
                    depth = depth.saturating_sub(1);
                    if !opened {
                        self.line(&mut out, depth);
                    }
                    out.push(letter);
                }
                _ => {
                    if opened {
                        self.line(&mut out, depth);
                    }
                    match letter {
                        ',' => {
                            out.push(',');
                            if self.is_indented() {
                                self.line(&mut out, depth);
                            } else {
                                out.push_str(&self.gap);
                            }
                        }
                        ':' => out.push_str(&self.colon),
                        _ => {
                            out.push(letter);
                            in_string = letter == '"';
                            depth += usize::from(matches!(letter, '{' | '['));
                        }
                    }
                }
            }
            opened = matches!(letter, '{' | '[');
        }
        out
    }

    fn line(&self, out: &mut String, depth: usize) {
        if self.is_indented() {
            out.push_str(&self.gap);
            for _ in 0..depth {
                out.push_str(&self.unit);
            }
        }
    }
}

/// What stands behind a comma in a text that has this behind its names, as in `{"a": 1, "b": 2}`.
fn spaced(colon: &str) -> &'static str {
    if colon.ends_with(' ') { " " } else { "" }
}

/// Whether there is white space outside of strings.
fn has_space(json: &str) -> bool {
    let (mut in_string, mut escaped) = (false, false);
    json.bytes().any(|byte| {
        if in_string {
            in_string = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
            return false;
        }
        in_string = byte == b'"';
        matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
    })
}

fn after_comma(between: &str) -> &str {
    between.split_once(',').map_or(between, |(_, gap)| gap)
}

pub(crate) fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
