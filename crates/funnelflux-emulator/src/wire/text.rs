//! Changes of single members of a JSON text. Order, spaces and the spelling of numbers stay.

use std::ops::Range;

use funnelflux_json::{MemberSpan, items, quote, slice, unquote};
use serde_json::Value;

/// The members of the object that `text` is, each with the text of its value; none where it is
/// something else.
pub(crate) fn members(text: &str) -> Vec<(String, &str)> {
    let member = |span: &MemberSpan| {
        (unquote(slice(text, &span.name)).into_owned(), slice(text, &span.value))
    };
    funnelflux_json::members(text, &whole(text)).unwrap_or_default().iter().map(member).collect()
}

fn whole(text: &str) -> Range<usize> {
    0..text.len()
}

/// The place of the value at a path of member names and item numbers.
fn find(text: &str, path: &[&str]) -> Option<Range<usize>> {
    funnelflux_json::find(text, whole(text), path)
}

/// A member whose name is repeated in one object, at any depth: a change of the last one would leave
/// the others as they are.
pub(crate) fn repeated(text: &str) -> Option<String> {
    funnelflux_json::repeated(text).map(Into::into)
}

/// Puts `value` at `path`. Members that are not there are added at the end of their object, and so
/// are the objects on the way.
pub(crate) fn set(text: &mut String, path: &[&str], value: &Value) {
    set_raw(text, path, &value.to_string());
}

/// The same with a value that is JSON text already.
pub(crate) fn set_raw(text: &mut String, path: &[&str], value: &str) {
    if let Some(old) = find(text, path) {
        text.replace_range(old, value);
        return;
    }
    let Some((name, parent)) = path.split_last() else { return };
    if find(text, parent).is_none() {
        set_raw(text, parent, "{}");
    }
    let Some(object) = find(text, parent) else { return };
    let Some(members) = funnelflux_json::members(text, &object) else { return };
    let member = format!("{}:{value}", quote(name));
    match members.last() {
        Some(last) => text.insert_str(last.value.end, &format!(",{member}")),
        // Directly behind the opening brace.
        None => {
            let brace = slice(text, &object).find('{').unwrap_or_default();
            text.insert_str(object.start + brace + 1, &member);
        }
    }
}

/// Changes the items of the list that the member `name` is, each as a text of its own: in one pass,
/// while `set` reads all of the text for each change. Nothing between the items changes.
pub(crate) fn each_item(text: &mut String, name: &str, mut change: impl FnMut(usize, &mut String)) {
    let list = find(text, &[name]);
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

/// An object with its members in this order, as text.
pub(crate) fn object(members: &[(&str, Value)]) -> String {
    let members: Vec<String> =
        members.iter().map(|(name, value)| format!("{}:{value}", quote(name))).collect();
    format!("{{{}}}", members.join(","))
}

/// A list of texts.
pub(crate) fn list<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> String {
    let mut text = String::from("[");
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push_str(item.as_ref());
    }
    text.push(']');
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn patched(text: &str, path: &[&str], value: &Value) -> String {
        let mut text = text.to_owned();
        set(&mut text, path, value);
        text
    }

    #[test]
    fn only_the_one_value_changes() {
        let text =
            " { \"b\" : 1.50,\n  \"a\": { \"x\": 12345678901234567890 , \"y\": [1e3, 2] } } ";
        let changed = patched(text, &["a", "y", "0"], &json!("new"));
        assert_eq!(changed, text.replace("1e3", "\"new\""));
    }

    #[test]
    fn a_missing_member_is_added_behind_the_last_one() {
        let status = ["status"];
        assert_eq!(patched("{ \"a\": 1 }", &status, &json!("x")), "{ \"a\": 1,\"status\":\"x\" }");
        assert_eq!(patched(" { } ", &status, &json!(1)), " {\"status\":1 } ");
        let deep = ["a", "b", "c"];
        assert_eq!(patched("{}", &deep, &json!(1)), "{\"a\":{\"b\":{\"c\":1}}}");
        assert_eq!(patched("[1]", &status, &json!(1)), "[1]", "a list has no members");
    }

    #[test]
    fn of_a_name_that_stands_twice_the_last_one_counts() {
        let text = r#"{"a":1,"a":2}"#;
        assert_eq!(patched(text, &["a"], &json!(3)), r#"{"a":1,"a":3}"#);
        assert_eq!(repeated(text).as_deref(), Some("a"));
        assert_eq!(repeated(r#"{"x":[{"b":1},{"c":1, "c":{}}]}"#).as_deref(), Some("c"));
        assert_eq!(repeated(r#"{"x":[{"a":1},{"a":1}],"a":"a","b":{"a":null}}"#), None);
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
        fn items_are_changed_as_one_by_one(
            items in proptest::collection::vec(json_text(), 0..6),
            other in json_text(),
        ) {
            let mut by_one =
                format!(" {{ \"list\": 1, \"a\":{other},\"list\" : [ {} ]\t}}\n", items.join(" ,\n"));
            let mut at_once = by_one.clone();
            for index in 0..items.len() {
                let path = ["list", &index.to_string(), "id"];
                set(&mut by_one, &path, &json!(index));
            }
            let mut seen = Vec::new();
            each_item(&mut at_once, "list", |index, item| {
                seen.push(index);
                set(item, &["id"], &json!(index));
            });
            prop_assert_eq!(&at_once, &by_one);
            prop_assert_eq!(seen, (0..items.len()).collect::<Vec<_>>());
        }

        #[test]
        fn nothing_but_the_member_changes(
            before in json_text(),
            old in json_text(),
            new in json_text(),
            after in json_text(),
        ) {
            let text = |part: &str| {
                format!(" {{ \"x\":{before}, \"target\" : {part} ,\"y\": [{after}] }}\n")
            };
            let (old, new) = (old.trim(), new.trim());
            let mut changed = text(old);
            set_raw(&mut changed, &["target"], new);
            prop_assert_eq!(&changed, &text(new));
            set_raw(&mut changed, &["added"], "1");
            let whole = text(new);
            let open = whole.strip_suffix(" }\n").unwrap_or_default();
            prop_assert_eq!(&changed, &format!("{open},\"added\":1 }}\n"));
            prop_assert!(serde_json::from_str::<Value>(&changed).is_ok());
        }
    }
}
