//! Reading of JSON whose shape is known only in part.

use std::borrow::Cow;

use funnelflux_json::{MemberSpan, slice, unquote};
use serde::{Deserialize, Deserializer, de::Visitor};
use serde_json::value::RawValue;

use crate::document::raw;

mod list;

pub use list::{FoundList, list_in, list_in_preferring};

/// Makes a visitor refuse every scalar without its value, which serde's own message would repeat:
/// answers hold tokens and visitors' data, and messages end up in logs.
macro_rules! refuse_scalars {
    ($expected:literal; $( $visit:ident($type:ty) = $found:literal ),* $(,)?) => {
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str($expected)
        }
        $(
            fn $visit<E: serde::de::Error>(self, _: $type) -> Result<Self::Value, E> {
                Err(E::custom(concat!("expected ", $expected, ", found ", $found)))
            }
        )*
    };
    ($expected:literal) => {
        $crate::json::refuse_scalars!($expected;
            visit_bool(bool) = "a boolean",
            visit_i64(i64) = "a number",
            visit_u64(u64) = "a number",
            visit_f64(f64) = "a number",
            visit_str(&str) = "a string",
        );
    };
}

pub(crate) use refuse_scalars;

/// The members of a JSON object in the order of its text; none if it is not an object.
pub(crate) fn members(json: &str) -> Vec<(Cow<'_, str>, &RawValue)> {
    let spans = funnelflux_json::members(json, &(0..json.len())).unwrap_or_default();
    let member = |span: &MemberSpan| {
        Some((unquote(slice(json, &span.name)), raw(slice(json, &span.value))?))
    };
    spans.iter().filter_map(member).collect()
}

/// A member of a JSON object; of several of that name, the last.
pub(crate) fn member<'a>(json: &'a str, name: &str) -> Option<&'a RawValue> {
    members(json).into_iter().rev().find(|(known, _)| known == name).map(|(_, value)| value)
}

/// A member's name, borrowed if the text has it without escapes.
pub(crate) struct Name<'a>(pub(crate) Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("the name of a member")
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Borrowed(name)))
            }

            fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }
        }

        deserializer.deserialize_str(Text)
    }
}
