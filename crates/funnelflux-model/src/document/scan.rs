//! Where things stand in a JSON text, without reading what they hold.
//!
//! Every text here has been validated by serde_json before, so the scanner only has to tell strings,
//! brackets and the rest apart. It never recurses: depth costs a counter, not stack.

use std::{borrow::Cow, ops::Range};

/// A member of an object, as byte ranges of the text that was scanned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MemberSpan {
    /// With its quotes.
    pub(super) name: Range<usize>,
    pub(super) value: Range<usize>,
}

pub(super) fn slice<'a>(text: &'a str, range: &Range<usize>) -> &'a str {
    text.get(range.clone()).unwrap_or_default()
}

/// The first byte of a value, which tells its kind.
pub(super) fn first(text: &str, value: &Range<usize>) -> u8 {
    text.as_bytes().get(value.start).copied().unwrap_or_default()
}

/// What a value is, for a message that must not say what it holds.
pub(crate) fn describe(value: &str) -> &'static str {
    match value.trim_start().as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        Some(_) => "a number",
        None => "nothing",
    }
}

fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

/// From an opening quote to behind the closing one.
fn skip_string(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += 1;
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 1,
            _ => {}
        }
    }
}

fn skip_value(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    loop {
        match bytes.get(at)? {
            b'"' => at = skip_string(bytes, at)?,
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                at += 1;
            }
            b' ' | b'\t' | b'\n' | b'\r' | b',' | b':' => at += 1,
            _ => {
                while bytes.get(at).is_some_and(|byte| {
                    !matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',' | b':' | b'}' | b']')
                }) {
                    at += 1;
                }
            }
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

/// The members of the object at this place, in the order of the text; `None` if it is no object.
pub(super) fn members(text: &str, object: &Range<usize>) -> Option<Vec<MemberSpan>> {
    let bytes = text.as_bytes().get(..object.end)?;
    if bytes.get(object.start) != Some(&b'{') {
        return None;
    }
    let mut members = Vec::new();
    let mut at = skip_space(bytes, object.start + 1);
    while bytes.get(at)? != &b'}' {
        let name = at..skip_string(bytes, at)?;
        let colon = skip_space(bytes, name.end);
        let start = skip_space(bytes, colon + 1);
        let value = start..skip_value(bytes, start)?;
        at = skip_space(bytes, value.end);
        members.push(MemberSpan { name, value });
        if bytes.get(at) == Some(&b',') {
            at = skip_space(bytes, at + 1);
        }
    }
    Some(members)
}

/// The items of the list at this place; `None` if it is no list.
pub(super) fn items(text: &str, list: &Range<usize>) -> Option<Vec<Range<usize>>> {
    let bytes = text.as_bytes().get(..list.end)?;
    if bytes.get(list.start) != Some(&b'[') {
        return None;
    }
    let mut items = Vec::new();
    let mut at = skip_space(bytes, list.start + 1);
    while bytes.get(at)? != &b']' {
        let item = at..skip_value(bytes, at)?;
        at = skip_space(bytes, item.end);
        items.push(item);
        if bytes.get(at) == Some(&b',') {
            at = skip_space(bytes, at + 1);
        }
    }
    Some(items)
}

/// A string's text, from its JSON with the quotes.
///
/// Half a surrogate pair has no text; such a string is its escapes, as they stand.
pub(crate) fn unquote(json: &str) -> Cow<'_, str> {
    let inner = json.get(1..json.len().saturating_sub(1)).unwrap_or_default();
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    serde_json::from_str(json).map_or(Cow::Borrowed(inner), Cow::Owned)
}

/// The place of the member of this name; of several, the last, as most readers of JSON have it.
pub(super) fn place(text: &str, members: &[MemberSpan], name: &str) -> Option<usize> {
    members.iter().rposition(|member| unquote(slice(text, &member.name)) == name)
}
