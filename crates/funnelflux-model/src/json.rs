//! Small helpers for reading JSON that is known only in part.

use std::borrow::Cow;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

mod list;

pub(crate) use list::items;
pub use list::{FoundList, list_in, list_in_preferring};

/// Reads a member that may be absent or `null` as its default.
///
/// `#[serde(default)]` alone covers an absent member, and fails on `null`.
///
/// # Examples
///
/// ```
/// #[derive(serde::Deserialize)]
/// struct Answer {
///     #[serde(default, deserialize_with = "funnelflux_model::json::null_as_default")]
///     domains: Vec<String>,
/// }
///
/// assert!(serde_json::from_str::<Answer>("{}")?.domains.is_empty());
/// assert!(serde_json::from_str::<Answer>(r#"{"domains":null}"#)?.domains.is_empty());
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
///
/// When the member is there, is not `null` and is not a `T`.
pub fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Makes a visitor refuse every scalar without repeating it, as serde's own message would: answers
/// hold tokens and visitors' data, and messages end up in logs.
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

/// The members of a JSON object in the order of its text; none if it is no object.
pub(crate) fn members(json: &str) -> Vec<(Cow<'_, str>, &RawValue)> {
    struct Members;

    impl<'de> Visitor<'de> for Members {
        type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

        refuse_scalars!("an object");

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::new();
            while let Some(name) = map.next_key::<Name<'de>>()? {
                members.push((name.0, map.next_value()?));
            }
            Ok(members)
        }
    }

    serde_json::Deserializer::from_str(json).deserialize_map(Members).unwrap_or_default()
}

/// A member of a JSON object; of several of that name, the last.
pub(crate) fn member<'a>(json: &'a str, name: &str) -> Option<&'a RawValue> {
    members(json).into_iter().rev().find(|(known, _)| known == name).map(|(_, value)| value)
}

/// A member's name, borrowed where the text has it without escapes.
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
