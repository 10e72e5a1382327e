//! Whatever the text, only what should change does.
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at its first surprise"
)]

use funnelflux_json::{compact, equal, find, indent, remove, repeated, rewrite, set_text, slice};
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::Value;

/// JSON with spaces in unusual places, numbers in unusual spellings and needless escapes.
fn json() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        select(vec!["null", "true", "1.50", "-0", "1e3", "12345678901234567890", r#""\u0061\/""#])
            .prop_map(str::to_owned),
        "-?[1-9][0-9]{0,25}(\\.[0-9]{1,9})?([eE][+-]?[0-9]{1,2})?",
        any::<String>().prop_map(|text| Value::from(text).to_string()),
        r#"[{}\[\],: ]{0,6}"#.prop_map(|text| Value::from(text).to_string()),
    ];
    scalar.prop_recursive(4, 32, 5, |inner| {
        let space = || select(vec!["", "", " ", "\n\t"]);
        let item =
            (space(), inner.clone(), space()).prop_map(|(a, item, b)| format!("{a}{item}{b}"));
        let member = (space(), "[a-d]{1,2}", space(), inner)
            .prop_map(|(a, name, b, value)| format!("{a}\"{name}\"{b}:{value}"));
        prop_oneof![
            (vec(item, 0..5), space())
                .prop_map(|(items, end)| format!("[{}{end}]", items.join(","))),
            (vec(member, 0..5), space())
                .prop_map(|(members, end)| format!("{{{}{end}}}", members.join(","))),
        ]
    })
}

proptest! {
    #[test]
    fn another_layout_changes_white_space_alone(text in json()) {
        let (long, short) = (indent(&text), compact(&text));
        prop_assert_eq!(compact(&long), short.as_str());
        prop_assert_eq!(indent(&short), long.as_str());
        let value = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        prop_assert_eq!(value(&long), value(&text));
        prop_assert!(repeated(&text).is_some() || equal(&text, &long));
    }

    #[test]
    fn a_rewrite_that_replaces_nothing_is_the_same_text(text in json()) {
        prop_assert_eq!(rewrite(&text, |_, _, _| None), Some(text));
    }

    #[test]
    fn a_set_value_is_found_and_removed_again(text in json(), value in json()) {
        let object = format!("{{\"x\": [{text}], \"y\":{text}}}");
        let path = ["z", "new"];
        let changed = set_text(&object, &path, &value).unwrap().unwrap();
        let found = slice(&changed, &find(&changed, 0..changed.len(), &path).unwrap()).to_owned();
        prop_assert_eq!(compact(&found), compact(&value));
        let before = &object[..object.len() - 1];
        prop_assert!(changed.starts_with(before), "{}", changed);
        prop_assert_eq!(remove(&changed, &["z"]).unwrap(), Some(object));
    }
}
