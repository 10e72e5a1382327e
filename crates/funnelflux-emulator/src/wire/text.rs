//! Changes of single members of a JSON text. Order, spaces and the spelling of numbers stay.

use std::fmt::Display;

use funnelflux_json::{MemberSpan, find, quote, slice, unquote};
use serde_json::Value;

/// The members of an object, each with the text of its value; none where `text` is something else.
pub(crate) fn members(text: &str) -> Vec<(String, &str)> {
    let member = |span: &MemberSpan| {
        (unquote(slice(text, &span.name)).into_owned(), slice(text, &span.value))
    };
    let members = funnelflux_json::members(text, &(0..text.len())).unwrap_or_default();
    members.iter().map(member).collect()
}

/// Puts `value` at `path`. Absent members, and objects on the way, are added at the end of their object.
/// Nothing changes where something on the way is no object. An equal value keeps its spelling.
pub(crate) fn set(text: &mut String, path: &[&str], value: &Value) {
    let old = find(text, 0..text.len(), path);
    let old = old.and_then(|old| serde_json::from_str::<Value>(slice(text, &old)).ok());
    if old.as_ref() != Some(value) {
        set_raw(text, path, &value.to_string());
    }
}

/// The same with a value that is JSON text already.
pub(crate) fn set_raw(text: &mut String, path: &[&str], value: &str) {
    if let Ok(Some(changed)) = funnelflux_json::set_text(text, path, value) {
        *text = changed;
    }
}

/// An object with its members in this order, as text. The values are JSON text.
pub(crate) fn object<T: Display>(members: &[(&str, T)]) -> String {
    joined('{', members.iter().map(|(name, value)| format!("{}:{value}", quote(name))), '}')
}

pub(crate) fn list<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> String {
    joined('[', items, ']')
}

/// Joins the items in one text, so that a large list is not held twice.
fn joined<T: AsRef<str>>(open: char, items: impl IntoIterator<Item = T>, close: char) -> String {
    let mut text = String::from(open);
    for item in items {
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(item.as_ref());
    }
    text.push(close);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_put_where_its_path_leads_and_nowhere_else() {
        for (text, path, expected) in [
            ("{\"a\":1.50}", &["status"][..], "{\"a\":1.50,\"status\":1}"),
            ("{\"a\":1.50}", &["a"], "{\"a\":1}"),
            ("{\"a\":[1e3,{\"b\":2}]}", &["a", "1", "b"], "{\"a\":[1e3,{\"b\":1}]}"),
            ("{}", &["a", "b", "c"], "{\"a\":{\"b\":{\"c\":1}}}"),
            ("{\"a\":1,\"a\":2}", &["a"], "{\"a\":1,\"a\":1}"),
            ("{\"a\":\"x\"}", &["a", "b"], "{\"a\":\"x\"}"),
            ("[1]", &["status"], "[1]"),
        ] {
            let mut changed = text.to_owned();
            set(&mut changed, path, &1.into());
            assert_eq!(changed, expected, "{text} {path:?}");
        }
    }
}
