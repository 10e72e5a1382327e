use std::fmt;

use funnelflux_transport::Secret;
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
/// JSON of any shape, whose texts are wiped when dropped.
///
/// A token answer is read into this tree first, so that no message of a deserializer can quote a
/// token, whatever the shape of the answer. That costs microseconds.
pub(super) enum Node {
    Null,
    Bool,
    Integer(i128),
    Float(f64),
    Text(Secret),
    List,
    Object(Vec<(String, Node)>),
}

impl Node {
    pub(super) fn member(&self, name: &str) -> &Self {
        let Self::Object(members) = self else { return &Self::Null };
        members.iter().rev().find(|(known, _)| known == name).map_or(&Self::Null, |(_, node)| node)
    }

    /// Names the type, for messages that must not show the value.
    pub(super) fn describe(&self) -> &'static str {
        match self {
            Self::Null => "nothing or null",
            Self::Bool => "a boolean",
            Self::Integer(_) | Self::Float(_) => "a number",
            Self::Text(text) if text.expose().is_empty() => "an empty string",
            Self::Text(_) => "a string",
            Self::List => "a list",
            Self::Object(_) => "an object",
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Node;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }

            fn visit_unit<E>(self) -> Result<Node, E> {
                Ok(Node::Null)
            }

            fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
                Ok(Node::Bool)
            }

            fn visit_i64<E>(self, number: i64) -> Result<Node, E> {
                Ok(Node::Integer(number.into()))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Node, E> {
                Ok(Node::Integer(number.into()))
            }

            fn visit_f64<E>(self, number: f64) -> Result<Node, E> {
                Ok(Node::Float(number))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Node, E> {
                Ok(Node::Text(Secret::new(text)))
            }

            fn visit_string<E: Error>(self, text: String) -> Result<Node, E> {
                Ok(Node::Text(Secret::new(text)))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
                while seq.next_element::<Node>()?.is_some() {}
                Ok(Node::List)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Node::Object(members))
            }
        }

        deserializer.deserialize_any(Any)
    }
}
