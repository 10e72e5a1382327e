//! The places of members, elements and values in a text, without reading what they hold. The scanner only
//! tells strings, brackets and the rest apart, and never recurses: depth costs a counter, not stack.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use crate::token::{Around, Role, is_space, string_end, tokens};

/// A member of an object, as byte ranges of the text that was scanned.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MemberSpan {
    /// The name, with its quotes.
    pub name: Range<usize>,
    /// The value.
    pub value: Range<usize>,
}

/// The part of a text at a range; empty if the range is not in the text.
pub fn slice<'a>(text: &'a str, range: &Range<usize>) -> &'a str {
    text.get(range.clone()).unwrap_or_default()
}

/// The kind of a value, for messages that must not show it: `an object`, `a string` …
pub fn describe(value: &str) -> &'static str {
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
    while bytes.get(at).is_some_and(|byte| is_space(*byte)) {
        at += 1;
    }
    at
}

/// The end of the value that begins at `at`; `None` if there is none. The value is not checked.
pub fn value_end(text: &str, at: usize) -> Option<usize> {
    end_of_value(text.as_bytes(), at)
}

fn ends_word(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',' | b':' | b'}' | b']')
}

/// Faster than by tokens, of which it tells less apart.
fn end_of_value(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    loop {
        match bytes.get(at)? {
            b'"' => at = string_end(bytes, at)? - 1,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            byte if ends_word(*byte) => {}
            _ => {
                while bytes.get(at + 1).is_some_and(|byte| !ends_word(*byte)) {
                    at += 1;
                }
            }
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

/// The members of the object at this range, in the order of the text; `None` if the range does not
/// begin with an object.
pub fn members(text: &str, object: &Range<usize>) -> Option<Vec<MemberSpan>> {
    let mut members = Vec::new();
    entries(text, object, b'{', |bytes, start| {
        let name = start..string_end(bytes, start)?;
        let value = skip_space(bytes, skip_space(bytes, name.end) + 1);
        let end = end_of_value(bytes, value)?;
        members.push(MemberSpan { name, value: value..end });
        Some(end)
    })?;
    Some(members)
}

/// The elements of the array at this range; `None` if the range does not begin with an array.
pub fn items(text: &str, array: &Range<usize>) -> Option<Vec<Range<usize>>> {
    let mut items = Vec::new();
    entries(text, array, b'[', |bytes, start| {
        let end = end_of_value(bytes, start)?;
        items.push(start..end);
        Some(end)
    })?;
    Some(items)
}

/// Calls `entry` with the start of each entry; it returns the entry's end.
fn entries(
    text: &str,
    container: &Range<usize>,
    opening: u8,
    mut entry: impl FnMut(&[u8], usize) -> Option<usize>,
) -> Option<()> {
    let bytes = text.as_bytes().get(..container.end)?;
    let start = skip_space(bytes, container.start);
    if bytes.get(start) != Some(&opening) {
        return None;
    }
    let mut at = skip_space(bytes, start + 1);
    // Both closing brackets have the code of their opening one plus 2.
    while *bytes.get(at)? != opening + 2 {
        at = skip_space(bytes, entry(bytes, at)?);
        if bytes.get(at) == Some(&b',') {
            at = skip_space(bytes, at + 1);
        }
    }
    Some(())
}

/// A string's text, from its JSON with the quotes. A string with an unpaired surrogate, which has no text,
/// is returned with its escapes.
pub fn unquote(json: &str) -> Cow<'_, str> {
    let inner = json.get(1..json.len().saturating_sub(1)).unwrap_or_default();
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    serde_json::from_str(json).map_or(Cow::Borrowed(inner), Cow::Owned)
}

/// A text as a JSON string, with the quotes.
pub fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The index of the member of this name; of several, the last, as most readers of JSON have it.
pub fn place(text: &str, members: &[MemberSpan], name: &str) -> Option<usize> {
    members.iter().rposition(|member| unquote(slice(text, &member.name)) == name)
}

/// The value at a path of member names and element numbers, below the value at `span`.
pub fn find(text: &str, span: Range<usize>, path: &[&str]) -> Option<Range<usize>> {
    path.iter().try_fold(span, |span, segment| Container::at(text, &span)?.find(text, segment))
}

pub(crate) enum Container {
    Object(Vec<MemberSpan>),
    Array(Vec<Range<usize>>),
}

impl Container {
    pub(crate) fn at(text: &str, span: &Range<usize>) -> Option<Self> {
        members(text, span).map(Self::Object).or_else(|| items(text, span).map(Self::Array))
    }

    pub(crate) fn find(&self, text: &str, segment: &str) -> Option<Range<usize>> {
        match self {
            Self::Object(members) => {
                Some(members.get(place(text, members, segment)?)?.value.clone())
            }
            Self::Array(items) => items.get(segment.parse::<usize>().ok()?).cloned(),
        }
    }
}

/// Whether objects and arrays are nested deeper than so many levels. The text may be anything.
pub fn is_deeper_than(text: &str, levels: usize) -> bool {
    let mut depth = 0_usize;
    tokens(text).any(|token| {
        match token {
            "{" | "[" => depth += 1,
            "}" | "]" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > levels
    })
}

/// The first name that occurs twice in one object, at any depth.
pub fn repeated(text: &str) -> Option<Cow<'_, str>> {
    let (mut around, mut open) = (Around::default(), Vec::<HashSet<Cow<'_, str>>>::new());
    for token in tokens(text) {
        match around.role(token) {
            Role::Name => {
                let name = unquote(token);
                around.enter(Cow::Borrowed(token));
                if !open.last_mut().is_none_or(|seen| seen.insert(name.clone())) {
                    return Some(name);
                }
            }
            _ if token == "{" => open.push(HashSet::new()),
            _ if token == "}" => drop(open.pop()),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_repeated_name_is_found_at_any_depth() {
        for (text, expected) in [
            (r#"{"a":1,"a":2}"#, Some("a")),
            (r#"{"a":1,"\u0061":2}"#, Some("a")),
            (r#"{"x":[{"b":1},{"c":1, "c":{}}],"x":1}"#, Some("c")),
            (r#"{"x":[{"a":1},{"a":1}],"a":"a","b":{"a":null}}"#, None),
            (r#"["a","a"]"#, None),
        ] {
            assert_eq!(repeated(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_path_leads_to_the_last_member_of_a_name_and_to_numbered_elements() {
        let text = r#" {"a":[1, {"b":2,"b":[3]}], "é":0} "#;
        for (path, expected) in [
            (&["a", "1", "b", "0"][..], Some("3")),
            (&["é"], Some("0")),
            (&["a", "2"], None),
            (&["a", "x"], None),
            (&["é", "x"], None),
            (&["b"], None),
        ] {
            let found = find(text, 0..text.len(), path);
            assert_eq!(found.map(|span| slice(text, &span)), expected, "{path:?}");
        }
    }

    #[test]
    fn text_that_is_not_json_does_not_panic() {
        for text in
            ["", "{", "[", "{]", "[}", "{a", "[,", r#"{"a"#, r#"{"a":"#, "[1,,]", "{,}", "é"]
        {
            let span = 0..text.len();
            let _ = (members(text, &span), items(text, &span), repeated(text), describe(text));
        }
    }
}
