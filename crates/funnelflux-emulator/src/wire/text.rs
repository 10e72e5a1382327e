//! Changes of single members of a JSON text. Order, spaces and the spelling of numbers stay.

use std::fmt::Display;

use funnelflux_json::{MemberSpan, find, items, quote, slice, unquote};
use serde_json::Value;

/// The members of the object that `text` is, each with the text of its value; none where it is
/// something else.
pub(crate) fn members(text: &str) -> Vec<(String, &str)> {
    let member = |span: &MemberSpan| {
        (unquote(slice(text, &span.name)).into_owned(), slice(text, &span.value))
    };
    let members = funnelflux_json::members(text, &(0..text.len())).unwrap_or_default();
    members.iter().map(member).collect()
}

/// Puts `value` at `path`. Members that are absent are added at the end of their object, and so are
/// the objects on the way. Where something on the way is no object, nothing changes. A value that is
/// there already keeps its spelling.
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

/// Changes the items of the list that the member `name` is, each as a text of its own: in one pass,
/// while `set` reads all of the text for each change. Nothing between the items changes.
pub(crate) fn each_item(text: &mut String, name: &str, mut change: impl FnMut(usize, &mut String)) {
    let list = find(text, 0..text.len(), &[name]);
    let Some(items) = list.and_then(|list| items(text, &list)) else { return };
    let mut changed = String::with_capacity(text.len());
    let mut done = 0;
    for (index, place) in items.into_iter().enumerate() {
        changed.push_str(slice(text, &(done..place.start)));
        let mut item = slice(text, &place).to_owned();
        change(index, &mut item);
        changed.push_str(&item);
        done = place.end;
    }
    changed.push_str(text.get(done..).unwrap_or_default());
    *text = changed;
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
    use proptest::prelude::*;

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

    /// JSON with unusual spaces and numbers.
    fn json_text() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just("null".to_owned()),
            Just(" true".to_owned()),
            "-?[1-9][0-9]{0,30}(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?",
            "[ -~]{0,8}".prop_map(|text| Value::from(text).to_string()),
            Just("\"\\u00e9\\/\"\t".to_owned()),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            let members = proptest::collection::vec(("[a-d]{1,2}", inner.clone()), 0..4);
            let items = proptest::collection::vec(inner, 0..4);
            prop_oneof![
                items.prop_map(|items| format!("[ {} ]", items.join(" ,"))),
                members.prop_map(|members| {
                    let members: Vec<_> = members
                        .iter()
                        .map(|(name, text)| format!("\n\"{name}\" :{text}"))
                        .collect();
                    format!("{{{}\t}}", members.join(" , "))
                }),
            ]
        })
    }

    #[test]
    fn what_is_no_list_has_no_items() {
        for text in ["{}", r#"{"list": {"a": 1}}"#, "[1, 2]", r#"{"list": []}"#, ""] {
            let mut changed = text.to_owned();
            each_item(&mut changed, "list", |_, _| panic!("{text}"));
            assert_eq!(changed, text);
        }
    }

    proptest! {
        #[test]
        fn nothing_but_the_items_changes(
            items in proptest::collection::vec(json_text(), 0..6),
            other in json_text(),
        ) {
            let text = |items: &[String]| {
                let items = items.join(" ,\n");
                format!(" {{ \"list\": 1, \"a\":{other},\"list\" : [ {items} ]\t}}\n")
            };
            let mut changed = text(&items);
            let mut seen = Vec::new();
            each_item(&mut changed, "list", |index, item| {
                seen.push(item.clone());
                *item = format!("\"new {index}\"");
            });
            // The white space around an item stays.
            let new: Vec<_> = items
                .iter()
                .enumerate()
                .map(|(index, item)| item.replacen(item.trim(), &format!("\"new {index}\""), 1))
                .collect();
            prop_assert_eq!(changed, text(&new));
            let items: Vec<_> = items.iter().map(|item| item.trim().to_owned()).collect();
            prop_assert_eq!(seen, items);
        }
    }
}
