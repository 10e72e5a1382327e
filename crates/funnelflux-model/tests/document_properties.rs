#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at its first surprise"
)]
//! Whatever the object and the change, nothing else moves.

use funnelflux_model::Document;
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Value, value::RawValue};

fn space() -> impl Strategy<Value = String> {
    select(vec!["", "", "", " ", "\n", "\t", "\r\n  ", "  "]).prop_map(str::to_owned)
}

/// Names and strings as JSON, some of them spelled with escapes that need not be.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-d]{1,2}".prop_map(|text| format!("\"{text}\"")),
        1 => any::<String>().prop_map(|text| Value::String(text).to_string()),
        1 => Just(r#""\u0061""#.to_owned()),
        1 => Just(r#""\/\"\\{},:[]""#.to_owned()),
        1 => Just(r#""\ud83d\ude00""#.to_owned()),
        1 => Just(r#""\ud800""#.to_owned()),
    ]
}

fn value() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        2 => text(),
        2 => "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?",
        1 => select(vec!["1.50", "1e3", "12345678901234567890", "-0.0", "null", "true", "false"])
            .prop_map(str::to_owned),
    ];
    scalar.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            object_of(inner.clone()).prop_map(|object| object.text()),
            (vec((space(), inner, space()), 0..5), space()).prop_map(|(items, empty)| {
                let items: Vec<String> =
                    items.into_iter().map(|(a, item, b)| format!("{a}{item}{b}")).collect();
                if items.is_empty() {
                    format!("[{empty}]")
                } else {
                    format!("[{}]", items.join(","))
                }
            }),
        ]
    })
}

#[derive(Clone, Debug)]
struct SourceMember {
    before: String,
    name: String,
    colon: String,
    value: String,
    after: String,
}

#[derive(Clone, Debug)]
struct SourceObject {
    members: Vec<SourceMember>,
    empty: String,
}

impl SourceObject {
    fn text(&self) -> String {
        let members: Vec<String> = self
            .members
            .iter()
            .map(|m| format!("{}{}{}{}{}", m.before, m.name, m.colon, m.value, m.after))
            .collect();
        let inner = if members.is_empty() { self.empty.clone() } else { members.join(",") };
        format!("{{{inner}}}")
    }

    fn last(&self, name: &str) -> Option<usize> {
        self.members.iter().rposition(|member| plain(&member.name) == name)
    }
}

fn object_of(value: impl Strategy<Value = String>) -> impl Strategy<Value = SourceObject> {
    let member = (space(), text(), space(), space(), value, space()).prop_map(
        |(before, name, a, b, value, after)| SourceMember {
            before,
            name,
            colon: format!("{a}:{b}"),
            value,
            after,
        },
    );
    (vec(member, 0..6), space()).prop_map(|(members, empty)| SourceObject { members, empty })
}

fn object() -> impl Strategy<Value = SourceObject> {
    object_of(value())
}

fn plain(json: &str) -> String {
    serde_json::from_str(json).unwrap_or_else(|_| json[1..json.len() - 1].to_owned())
}

fn raw(json: &str) -> Box<RawValue> {
    RawValue::from_string(json.to_owned()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn reading_keeps_every_byte(object in object(), before in space(), after in space()) {
        let text = object.text();
        let document = Document::parse(&format!("{before}{text}{after}")).unwrap();
        prop_assert_eq!(document.text(), &text);
        prop_assert_eq!(serde_json::to_string(&document).unwrap(), text);
        let members: Vec<(String, String)> = document
            .members()
            .map(|(name, value)| (name.into_owned(), value.get().to_owned()))
            .collect();
        let expected: Vec<(String, String)> =
            object.members.iter().map(|m| (plain(&m.name), m.value.clone())).collect();
        prop_assert_eq!(members, expected);
    }

    #[test]
    fn a_set_scalar_replaces_its_own_bytes_only(
        object in object(), at in any::<prop::sample::Index>(), word in "[w-z]{3}",
    ) {
        prop_assume!(!object.members.is_empty());
        let name = plain(&object.members[at.index(object.members.len())].name);
        let mut document = Document::parse(&object.text()).unwrap();
        document.set(&name, &word).unwrap();

        let mut expected = object.clone();
        let last = expected.last(&name).unwrap();
        expected.members[last].value = format!("\"{word}\"");
        prop_assert_eq!(document.text(), expected.text());
        prop_assert_eq!(document.read::<String>(&name).unwrap(), Some(word));
    }

    #[test]
    fn any_value_set_reads_back_and_leaves_the_rest(
        object in object(), name in "[a-e]{1,2}", new in value(),
    ) {
        let text = object.text();
        let mut document = Document::parse(&text).unwrap();
        document.set(&name, &raw(&new)).unwrap();

        match object.last(&name) {
            Some(at) => {
                let start = text_before(&object, at).len();
                let end = text.len() - (start + object.members[at].value.len());
                prop_assert_eq!(&document.text()[..start], &text[..start]);
                let tail = &text[text.len() - end..];
                prop_assert!(document.text().ends_with(tail));
            }
            None => {
                // Added behind the last member: in front of it and behind it nothing moves.
                let head = object.members.last().map_or(1, |m| text.len() - 1 - m.after.len());
                prop_assert_eq!(&document.text()[..head], &text[..head]);
                if !object.members.is_empty() {
                    prop_assert!(document.text().ends_with(&text[head..]));
                }
            }
        }
        let read = document.get(&name).unwrap().get();
        prop_assert!(same(read, &new), "{} {}", read, new);
        // Once more is no change.
        let once = document.text().to_owned();
        document.set(&name, &raw(&new)).unwrap();
        prop_assert_eq!(document.text(), once);
    }

    #[test]
    fn a_value_set_at_depth_moves_nothing_around_it(
        outer in object(), inner in object(), word in "[w-z]{3}",
    ) {
        let mut outer = outer;
        outer.members.push(SourceMember {
            before: " ".into(), name: "\"deep\"".into(), colon: ": ".into(),
            value: format!("[0, {}]", inner.text()), after: "\n".into(),
        });
        let mut document = Document::parse(&outer.text()).unwrap();
        document.set_at(&["deep", "1", "a"], &word).unwrap();

        let mut alone = Document::parse(&inner.text()).unwrap();
        alone.set("a", &word).unwrap();
        let changed = document.pointer("/deep/1").unwrap().get();
        // An added member is laid out like its neighbours, of which the outer text has more.
        if inner.last("a").is_some() {
            prop_assert_eq!(changed, alone.text());
        }
        let at = outer.members.len() - 1;
        outer.members[at].value = format!("[0, {changed}]");
        prop_assert_eq!(document.text(), outer.text());
        prop_assert_eq!(document.pointer("/deep/1/a").unwrap().get(), format!("\"{word}\""));
    }

    #[test]
    fn removing_leaves_the_other_members_as_they_are(object in object(), name in "[a-d]{1,2}") {
        let mut document = Document::parse(&object.text()).unwrap();
        let there = object.last(&name).is_some();
        prop_assert_eq!(document.remove(&name), there);
        prop_assert_eq!(document.is_changed(), there);
        prop_assert!(!document.contains(&name));
        let left: Vec<(String, String)> = document
            .members()
            .map(|(name, value)| (name.into_owned(), value.get().to_owned()))
            .collect();
        let expected: Vec<(String, String)> = object
            .members
            .iter()
            .map(|m| (plain(&m.name), m.value.clone()))
            .filter(|(known, _)| *known != name)
            .collect();
        prop_assert_eq!(left, expected);
        serde_json::from_str::<Box<RawValue>>(document.text()).unwrap();
    }
}

fn text_before(object: &SourceObject, at: usize) -> String {
    let head = SourceObject { members: object.members[..at].to_vec(), empty: String::new() }.text();
    let member = &object.members[at];
    let comma = if at > 0 { "," } else { "" };
    let head = head.strip_suffix('}').unwrap();
    format!("{head}{comma}{}{}{}", member.before, member.name, member.colon)
}

/// Whether two texts are one value. Numbers are compared by an own reading, digit by digit, so that
/// the crate's reading is not held against itself.
fn same(one: &str, other: &str) -> bool {
    canonical(one) == canonical(other)
}

fn canonical(json: &str) -> String {
    let document = Document::parse(&format!("{{\"v\":{json}}}")).unwrap();
    let value = document.get("v").unwrap().get();
    match value.as_bytes()[0] {
        b'{' => {
            let inner = Document::parse(value).unwrap();
            let members: Vec<(String, String)> =
                inner.members().map(|(n, v)| (n.into_owned(), canonical(v.get()))).collect();
            let mut sorted = members.clone();
            sorted.sort();
            format!("{sorted:?}")
        }
        b'[' => {
            let items: Vec<Box<RawValue>> = serde_json::from_str(value).unwrap();
            format!("{:?}", items.iter().map(|item| canonical(item.get())).collect::<Vec<_>>())
        }
        b'"' => plain(value),
        b'-' | b'0'..=b'9' => {
            let (mantissa, exponent) = value.split_once(['e', 'E']).unwrap_or((value, "0"));
            let (sign, mantissa) =
                mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
            let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
            let mut exponent = exponent.parse::<i64>().unwrap() - fraction.len() as i64;
            let mut digits = format!("{whole}{fraction}").trim_start_matches('0').to_owned();
            while digits.ends_with('0') {
                digits.pop();
                exponent += 1;
            }
            if digits.is_empty() { "0".to_owned() } else { format!("{sign}{digits}e{exponent}") }
        }
        _ => value.to_owned(),
    }
}
