//! Replacing strings, numbers and names in place.

use std::borrow::Cow;

use crate::scan::quote;
use crate::token::{Around, Role, tokens};

/// A part of a JSON text that [`rewrite`] may replace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The name of a member.
    Name,
    /// A string, without its quotes and escapes.
    Text,
    /// A number, as it is spelled.
    Number,
}

/// Visits every name, string and number in the order of the text and replaces those for which `replace`
/// returns something. `replace` takes the part, the name of the member that holds it (directly or in
/// arrays; empty for names and outside of members) and the value. A number's replacement must be a number.
/// Returns `None` if the text is not JSON, or one of its strings is not text (an unpaired surrogate).
///
/// ```
/// use funnelflux_json::{Part, rewrite};
///
/// let text = r#"{ "cost": [1.50, 2], "note": "x" }"#;
/// let changed = rewrite(text, |part, member, _| {
///     (part == Part::Number && member == "cost").then(|| "0".to_owned())
/// });
/// assert_eq!(changed.as_deref(), Some(r#"{ "cost": [0, 0], "note": "x" }"#));
/// ```
pub fn rewrite(
    text: &str,
    mut replace: impl FnMut(Part, &str, &str) -> Option<String>,
) -> Option<String> {
    serde_json::from_str::<&serde_json::value::RawValue>(text).ok()?;
    let mut out = String::with_capacity(text.len());
    let mut around = Around::default();
    for token in tokens(text) {
        let replacement = match around.role(token) {
            Role::Name => {
                let name: String = serde_json::from_str(token).ok()?;
                let replacement = replace(Part::Name, "", &name);
                around.enter(Cow::Owned(name));
                replacement.map(|name| quote(&name))
            }
            Role::Text => {
                let value: String = serde_json::from_str(token).ok()?;
                replace(Part::Text, around.member(), &value).map(|value| quote(&value))
            }
            Role::Number => replace(Part::Number, around.member(), token),
            Role::Other => None,
        };
        out += replacement.as_deref().unwrap_or(token);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_replaced_stays_byte_for_byte() {
        for text in [
            r#" { "z" : 1.50, "a":[1e3, "\u00e9\"\\", {"x": -0}], "n":null ,"t":true} "#,
            "[]",
            "17",
            r#""text""#,
            r#"{"é":{"":[[],{}]}}"#,
        ] {
            assert_eq!(rewrite(text, |_, _, _| None).unwrap(), text);
        }
        assert_eq!(rewrite("{", |_, _, _| None), None);
        assert_eq!(rewrite("<html>", |_, _, _| None), None);
    }

    #[test]
    fn parts_come_with_the_name_that_they_belong_to() {
        let text = r#"{"a":1,"b":["x",{"c":2},3],"d":"y"}"#;
        let mut seen = Vec::new();
        rewrite(text, |part, name, value| {
            if part != Part::Name {
                seen.push(format!("{name}={value}"));
            }
            None
        });
        assert_eq!(seen, ["a=1", "b=x", "c=2", "b=3", "d=y"]);
        let new = rewrite(text, |part, name, _| match (part, name) {
            (Part::Name, _) => Some("n\"".to_owned()),
            (Part::Number, "c") => Some("0".to_owned()),
            (Part::Text, "d") => Some("é".to_owned()),
            _ => None,
        });
        assert_eq!(new.unwrap(), r#"{"n\"":1,"n\"":["x",{"n\"":0},3],"n\"":"é"}"#);
    }
}
